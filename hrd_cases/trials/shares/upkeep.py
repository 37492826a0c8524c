"""What others were given, as the trial and the shares say: looked at while somebody with the keys is there, with the
hearings (`mending`), and put right where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases import rounds
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.consent import NO
from hrd_cases.cases.file import open_file
from hrd_cases.cases.outward import judge
from hrd_cases.door.visitor import Visitor
from hrd_cases.records import opened
from hrd_cases.trials.docket import Docket, files_of
from hrd_cases.trials.shares.arrived import opens_there
from hrd_cases.trials.shares.ending import end
from hrd_cases.trials.shares.following import send_anew
from hrd_cases.trials.shares.leaving import left, let_go
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, ShareEntry
from hrd_cases.trials.shares.seen import ACTION_WITH

PutRight = Callable[[Session, Visitor, Docket, Standing[ShareEntry], datetime], None]


class Amiss(NamedTuple):
    """A share that is not as it has to be, and what puts it right."""

    share: Standing[ShareEntry]
    put_right: PutRight


def is_amiss(session: Session, docket: Docket, now: datetime) -> bool:
    """Is there anything to put right of what was shared of a trial? Reads only."""
    return any(True for _ in _amiss(session, docket, now)) or any(True for _ in left(docket, now))


def put_right(session: Session, by: Visitor, docket: Docket, now: datetime) -> int:
    """What was shared of a trial, with the trial held. Returns how many of its hearings somebody goes to no more: of a
    share whose time is over nobody with the keys was told, so its hearing says only now that nobody goes.
    """
    found = list(_amiss(session, docket, now))
    for one in found:
        one.put_right(session, by, docket, one.share, now)
    if found or any(True for _ in left(docket, now)):
        return let_go(session, by, docket.proceeding, now)
    return 0


def _amiss(session: Session, docket: Docket, now: datetime) -> Iterator[Amiss]:
    """Of each share that stands by what was written, what is to be done first."""
    for one in (one for one in docket.all(ShareEntry) if one.said.stands(now)):
        found = _wrong_with(session, docket, one.said, now)
        if found is not None:
            yield Amiss(one, found)


def _wrong_with(session: Session, docket: Docket, said: ShareEntry, now: datetime) -> PutRight | None:
    share = session.get(Share, said.share_id)
    if share is None or not _is_as_given(share, said):
        return _end_damaged
    if _is_refused(session, docket, said, now):
        return _end_without_consent
    if not said.waits_to_be_told and not opens_there(session, share, said):
        return send_anew
    return None


def _is_as_given(share: Share, said: ShareEntry) -> bool:
    """Does it open, as it was given last? Somebody took the row away, changed it, or put an older one in its place.
    Nobody can tell where our own key is not here.
    """
    parted = opened([share])
    return not parted.damaged and all(good.number == said.number for good in parted.good)


def _is_refused(session: Session, docket: Docket, said: ShareEntry, now: datetime) -> bool:
    """Did somebody say no? What it is of could not be read when that was written."""
    kind, files = ACTION_WITH[said.kind], set(said.files)
    for case in (case for case in files_of(session, docket) if case.id in files):
        with suppress(*rounds.UNREADABLE):
            if judge(session, open_file(session, case), kind, now).stand.state in NO:
                return True
    return False


def _end_damaged(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime) -> None:
    end(session, by, docket, standing, Ended.DAMAGED, "", now)


def _end_without_consent(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime
) -> None:
    end(session, by, docket, standing, Ended.CONSENT, "", now)
