"""A share ends: keys, rows and secrets go. Also where its time is over though nobody is signed in: no key is needed.

What was taken back is gone, whether or not the other side can be told.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.cases.chains import Standing
from hrd_cases.db import Database
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import HrdError
from hrd_cases.keys.folders import delete_keys, shred
from hrd_cases.outbox.plan import cancel
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.shares.letters import ENDED, Gone, send
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, ShareEntry, Stand
from hrd_cases.trials.writing import correct


def end(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[ShareEntry],
    how: Ended,
    reason: str,
    now: datetime,
) -> None:
    """The share's keys go with this transaction, its secret once that is committed. The other side is told if it can
    be: nothing waits for that.
    """
    said = standing.said
    cancel(session, said.reminders)
    share = session.get(Share, said.share_id)
    if share is not None:
        remove(session, by, share)
    changes = {"state": Stand.ENDED.value, "ended": how.value, "ended_at": now, "reason": reason, "reminders": ()}
    correct(session, by, docket, standing.entry.id, msgspec.structs.replace(said, **changes), now)
    record(session, Event.SHARE_ENDED, share=said.share_id, how=how.value)
    tell_of_end(session, by, docket.proceeding.office_id, said, how, now)


def remove(session: Session, by: Visitor, share: Share) -> None:
    """Its row and its folder. Whoever it was shared with may do it as well: they hand back what they do not want."""
    session.delete(share)
    session.flush()
    by.ring.shred_folder(share.folder_id)


def tell_of_end(
    session: Session, by: Visitor, office_id: uuid.UUID, said: ShareEntry, how: Ended, now: datetime
) -> None:
    try:
        send(session, by, office_id, said.office_id, ENDED, said.share_id, Gone(how.value), now)
    except HrdError:
        return


# -- its time is over

AT_ONCE = 100


def end_shares(database: Database, actor: Actor, now: datetime) -> int:
    """End what is over; returns how many. Whoever ends between the commit and the shredding leaves secrets that open
    nothing, which the sweep of secrets destroys.
    """
    with database.main.reading() as session:
        if session.scalar(select(Share.id).where(Share.until <= now).limit(1)) is None:
            return 0
    folders: list[uuid.UUID] = []
    with database.main.writing() as session:
        act_as(session, actor)
        for share in session.scalars(select(Share).where(Share.until <= now).order_by(Share.id).limit(AT_ONCE)):
            folders.append(share.folder_id)
            session.delete(share)
            session.flush()
            delete_keys(session, folders[-1])
            record(session, Event.SHARE_ENDED, share=share.id, how=Ended.EXPIRED.value)
    for folder_id in folders:
        shred(database.shred, folder_id)
    return len(folders)
