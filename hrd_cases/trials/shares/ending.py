"""A share ends: keys, rows and secrets go. Also where its time is over though nobody is signed in: no key is needed.

What was taken back is gone, whether or not the other side can be told.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from random import SystemRandom
from typing import cast

import msgspec
import structlog
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about, ever_about_any, every
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.cases.chains import Standing
from hrd_cases.db import Database
from hrd_cases.documents.keeping import give_up
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import HrdError
from hrd_cases.keys.folders import delete_keys, shred
from hrd_cases.keys.models import Folder, FolderKind
from hrd_cases.keys.passing import Passing, passes
from hrd_cases.outbox.plan import cancel
from hrd_cases.records import delete_by_id
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.shares.letters import ENDED, Gone, send
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, ShareEntry, Stand
from hrd_cases.trials.writing import correct

PLANTED = "failed its check: shares"
MOST_AT_ONCE = 500
"""So many end in one round, and more with an alarm: somebody may have written that all of them are over."""
_SHARES = cast(Table, Share.__table__)

log = structlog.get_logger()


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
    remove(session, by, said.share_id)
    changes = {"state": Stand.ENDED.value, "ended": how.value, "ended_at": now, "reason": reason, "reminders": ()}
    correct(session, by, docket, standing.entry.id, msgspec.structs.replace(said, **changes), now)
    record(session, Event.SHARE_ENDED, share=said.share_id, how=how.told.value)
    tell_of_end(session, by, docket.proceeding.office_id, said, how, now)


def remove(session: Session, by: Visitor, share_id: uuid.UUID) -> None:
    """Its row and its folder. Whoever it was shared with may do it as well: they hand back what they do not want."""
    folder_id = _take_away(session, share_id)
    if folder_id is not None:
        by.ring.shred_folder(folder_id)


def _take_away(session: Session, share_id: uuid.UUID) -> uuid.UUID | None:
    """Its row goes; which folder is to go with it is what the trail tells, whatever the row says. None: nobody ever
    shared this.
    """
    said = session.execute(select(_SHARES.c.folder_id).where(_SHARES.c.id == share_id)).scalar()
    folder_id = _folder_told(session, share_id)
    delete_by_id(session, Share, share_id)
    if folder_id is not None:
        give_up(session, folder_id)
    if folder_id is None or said not in (None, folder_id):
        record(session, Event.ALARM_RAISED, alarm=PLANTED)
    return folder_id


def _folder_told(session: Session, share_id: uuid.UUID) -> uuid.UUID | None:
    """What is of a share is destroyed for good, without a key that opens it: no row is believed about it, nor the trail
    of what is no share's. Whoever writes both gives the secret of a file no other name (keys/passing.py).
    """
    for body in ever_about(session, share_id, Event.SHARE_OFFERED):
        if body.fields["share"] != str(share_id) or "folder" not in body.fields:
            continue
        folder_id = uuid.UUID(str(body.fields["folder"]))
        if _is_of_a_share(folder_id):
            return folder_id
    return None


def tell_of_end(
    session: Session, by: Visitor, office_id: uuid.UUID, said: ShareEntry, how: Ended, now: datetime
) -> None:
    try:
        send(session, by, office_id, said.office_id, ENDED, said.share_id, Gone(how.told.value), now)
    except HrdError:
        return


# -- its time is over


def end_shares(database: Database, actor: Actor, now: datetime, passed_over: set[uuid.UUID] | None = None) -> int:
    """End what is over, as the trail tells, and what has no row any more; returns how many. Each by itself: what keeps
    one from ending keeps no other. `passed_over`: of which an alarm was raised before; new ones are added.

    A secret is destroyed also where the rows could not go: they open nothing then, and go another time. Whoever ends
    between the commit and the shredding leaves a secret that opens nothing, which the sweep of secrets destroys.
    """
    passed_over = set() if passed_over is None else passed_over
    with database.main.reading() as session:
        here = set(session.scalars(select(_SHARES.c.id)))
        said = set(session.scalars(select(_SHARES.c.id).where(_SHARES.c.until <= now)))
        ends = _ends_told(session, here)
        over = {one for one in here if _is_over(one, ends, said, now)}
        told = ever_about_any(session, over - (passed_over - ends.keys()), Event.SHARE_OFFERED)
        offered = {one for one in told if _folder_told(session, one) is not None}
    misdated = (over ^ said) & ends.keys()
    strange, rowless = ((over - offered) | misdated) - passed_over, _rowless(database, passed_over)
    if strange or len(offered) + len(rowless) > MOST_AT_ONCE:
        with database.main.writing() as session:
            act_as(session, actor)
            record(session, Event.ALARM_RAISED, alarm=PLANTED)
        passed_over |= strange
    ended = sum(_end_one(database, actor, share_id, now) for share_id in _some(offered))
    return ended + sum(_end_rowless(database, actor, one) for one in _some(rowless))


def _is_over(
    share_id: uuid.UUID, ends: Mapping[uuid.UUID, datetime], said: Collection[uuid.UUID], now: datetime
) -> bool:
    """As it was told (`ends`); of one from before it was told, as its row says (`said`)."""
    return ends[share_id] <= now if share_id in ends else share_id in said


def _ends_told(session: Session, among: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When shares end, as the trail told last: whoever writes the row ends none earlier and keeps none longer. Those
    from before it told are not among them.
    """
    found: dict[uuid.UUID, datetime] = {}
    for body in every(session, Event.SHARE_OFFERED, Event.SHARE_CHANGED) if among else ():
        with suppress(KeyError, ValueError):
            until = datetime.fromisoformat(str(body.fields["until"]))
            if until.tzinfo is not None:
                found[uuid.UUID(str(body.fields["share"]))] = until
    return found


def _some(of: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """No more of them than are ended at once; which, nobody can foresee: what fails each time keeps no other back."""
    return SystemRandom().sample(sorted(of), min(len(of), MOST_AT_ONCE))


def _end_one(database: Database, actor: Actor, share_id: uuid.UUID, now: datetime) -> bool:
    """Is it ended? Not if another process was first, nor if somebody has extended it since it was looked at."""
    ended, folder_id = False, None
    try:
        with database.main.writing() as session:
            act_as(session, actor)
            here = select(_SHARES.c.id, _SHARES.c.until).where(_SHARES.c.id == share_id).with_for_update()
            row = session.execute(here).first()
            if row is None:
                return False
            said = {row.id} if row.until <= now else ()
            if not _is_over(share_id, _ends_told(session, {share_id}), said, now):
                return False
            folder_id = _take_away(session, share_id)
            if folder_id is not None:
                delete_keys(session, folder_id)
            record(session, Event.SHARE_ENDED, share=share_id, how=Ended.EXPIRED.value)
        ended = True
    except Exception:  # whatever it is, the others end
        log.exception("a share could not be ended")
    if folder_id is not None:
        shred(database.shred, folder_id)
    return ended


# -- its row was taken away


def _rowless(database: Database, passed_over: set[uuid.UUID]) -> list[uuid.UUID]:
    """Folders of shares that no share names: nothing says any more when they end. Which are shares' their names tell;
    others that are only called so are added to `passed_over`.
    """
    named = select(_SHARES.c.folder_id)
    query = select(Folder.id).where(Folder.kind == FolderKind.SHARE.value, Folder.id.not_in(named))
    with database.main.reading() as session:
        found = [one for one in session.scalars(query.order_by(Folder.id)) if one not in passed_over]
        theirs = [one for one in found if _is_of_a_share(one)]
    passed_over |= set(found) - set(theirs)
    return theirs


def _is_of_a_share(folder_id: uuid.UUID) -> bool:
    return passes(folder_id, Passing.SHARE)


def _end_rowless(database: Database, actor: Actor, folder_id: uuid.UUID) -> bool:
    """Its keys go, those of guests too, and its secret: a copy of the row that somebody kept opens nothing."""
    try:
        with database.main.writing() as session:
            act_as(session, actor)
            if session.get(Folder, folder_id, with_for_update=True) is None:
                return False  # another process was first
            give_up(session, folder_id)
            delete_keys(session, folder_id)
            record(session, Event.ALARM_RAISED, alarm=PLANTED)
            for body in ever_about(session, folder_id, Event.SHARE_OFFERED):
                share_id = uuid.UUID(str(body.fields["share"]))
                record(session, Event.SHARE_ENDED, share=share_id, how=Ended.DAMAGED.value)
    except Exception:  # whatever it is, the others end
        log.exception("what is left of a share could not be taken away")
        return False
    shred(database.shred, folder_id)
    return True
