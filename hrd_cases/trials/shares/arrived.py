"""Did it arrive? Whoever sends a letter about a share keeps its id under their own seal: so they notice that somebody
took it away, or the key that came with it, and it goes out again.
"""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import is_as_sent
from hrd_cases.audit.told import ever_about, is_key_as_told
from hrd_cases.keys.models import GuestKey, Letter
from hrd_cases.records import Sleeve
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.vault.envelope import header


def arrived(session: Session, letter_id: uuid.UUID, share: Share | None) -> bool:
    """Was what we sent back taken in, as the share itself says under its seal, or does it wait as it was sent? Only of
    a share that is gone, or from before it said so, the trail is believed.
    """
    if _waits(session, letter_id):
        return True
    if share is not None and share.came is not None:
        return letter_id in share.came
    return any(True for _ in ever_about(session, letter_id, Event.LETTER_FOLDED))


def opens_there(session: Session, share: Share, said: ShareEntry) -> bool:
    """Can those to whom it was given open its newest version, or will they once they take in what waits for them? Of
    what was sent before anybody kept its letter's id nothing is known.
    """
    if said.letter is None or _waits(session, said.letter):
        return True
    sent = next(ever_about(session, said.letter, Event.LETTER_SENT), None)
    newest = (GuestKey.folder_id == share.folder_id, GuestKey.sleeve == Sleeve.FILE.value)
    keys = session.scalars(select(GuestKey).where(*newest, GuestKey.epoch == sealed_under(session, share)))
    return any(is_key_as_told(session, one, since=sent.number if sent is not None else 0) for one in keys)


def sealed_under(session: Session, share: Share) -> int:
    """The number of the key that its row is sealed under, whatever keys lie beside it."""
    table = cast(Table, Share.__table__)
    blob = session.execute(select(table.c.sealed_file).where(table.c.id == share.id)).scalar_one()
    return header(blob).key_epoch


def _waits(session: Session, letter_id: uuid.UUID) -> bool:
    """Will it be taken in yet? One that was refused is not, though it lies there as it was sent."""
    letter = session.get(Letter, letter_id)
    if letter is None or letter.folded_at is not None or letter.refused_at is not None:
        return False
    return is_as_sent(session, letter) is not None
