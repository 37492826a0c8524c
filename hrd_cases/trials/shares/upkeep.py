"""What others were given, as the trial and the shares say: looked at while somebody with the keys is there, with the
hearings (`mending`), and put right where it is not.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import rounds
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.consent import NO
from hrd_cases.cases.file import open_file
from hrd_cases.cases.outward import judge
from hrd_cases.door.visitor import Visitor
from hrd_cases.records import opened
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, files_of
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.needs import ASKED_BY_SHARE
from hrd_cases.trials.shares.arrived import opens_there
from hrd_cases.trials.shares.ending import end
from hrd_cases.trials.shares.following import change_or_end, send_anew
from hrd_cases.trials.shares.leaving import left, let_go
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, ShareEntry, Stand
from hrd_cases.trials.shares.seen import ACTION_WITH
from hrd_cases.trials.writing import locked_docket

PutRight = Callable[[Session, Visitor, Docket, Standing[ShareEntry], datetime], None]


class Amiss(NamedTuple):
    """A share that is not as it has to be, and what puts it right."""

    share: Standing[ShareEntry]
    put_right: PutRight


def is_amiss(session: Session, docket: Docket, now: datetime) -> bool:
    """Is there anything to put right of what was shared of a trial? Reads only."""
    return any(True for _ in _amiss(session, docket, now)) or any(True for _ in left(docket, now))


def put_right(session: Session, by: Visitor, docket: Docket, now: datetime) -> None:
    """What was shared of a trial, with the trial held. Of a share whose time is over nobody with the keys was told, so
    its hearing says only now that nobody goes.
    """
    looked: set[uuid.UUID] = set()
    while (one := _next_amiss(session, docket, looked, now)) is not None:
        looked.add(one.share.id)
        one.put_right(session, by, docket, one.share, now)
        docket = locked_docket(session, docket.proceeding)  # it may have written in other shares too
    if looked or any(True for _ in left(docket, now)):
        let_go(session, by, docket.proceeding, now)


def _next_amiss(session: Session, docket: Docket, looked: Collection[uuid.UUID], now: datetime) -> Amiss | None:
    return next((one for one in _amiss(session, docket, now) if one.share.id not in looked), None)


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
    if not _agrees(docket, said):
        return _agree_again
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


def _agrees(docket: Docket, said: ShareEntry) -> bool:
    """Does the hearing, while it is ahead, name whoever was asked, and do both say the same of whether they come? Each
    act writes both; where a version of one is damaged, the next act goes on from what stood before it.
    """
    hearing = docket.one(said.hearing_id, Hearing)
    if hearing is None or not said.shared.asked or not hearing.said.is_ahead:
        return True
    comes = hearing.said.state == State.CONFIRMED
    return _goes(hearing.said, said) and comes == (said.state == Stand.ACCEPTED)


def _goes(hearing: Hearing, said: ShareEntry) -> bool:
    return hearing.observer is not None and hearing.observer.share_id == said.share_id


def _agree_again(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime) -> None:
    """A yes that one of the two still tells of was given: both say so. Whom the hearing names no more is not left to go
    there.
    """
    said, hearing = standing.said, docket.one(standing.said.hearing_id, Hearing)
    if hearing is None or not _goes(hearing.said, said):
        _end_damaged(session, by, docket, standing, now)
        return
    record(session, Event.ALARM_RAISED, alarm=f"failed its check: shares {said.share_id} and its hearing")
    if said.state == Stand.ACCEPTED:
        given = Given(observer=hearing.said.observer, acted_by=said.answered_by)
        take_act(session, by, docket.proceeding, hearing.entry.id, Act.ACCEPT, given, now, actor=ASKED_BY_SHARE)
    else:
        change_or_end(session, by, docket, standing, _as_accepted(docket, hearing.id), now)


def _as_accepted(docket: Docket, hearing_id: uuid.UUID) -> dict[str, Any]:
    """How a share stands that a hearing tells the yes to."""
    versions = ((one.details, one.written_at) for one in docket.versions(hearing_id))
    yes = [(said.acted_by, at) for said, at in versions if isinstance(said, Hearing) and said.act == Act.ACCEPT]
    by, at = yes[-1] if yes else (None, None)
    return {"state": Stand.ACCEPTED.value, "answered_by": by, "answered_at": at}


def _end_damaged(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime) -> None:
    record(session, Event.ALARM_RAISED, alarm=f"failed its check: shares {standing.said.share_id}")
    end(session, by, docket, standing, Ended.DAMAGED, "", now)


def _end_without_consent(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime
) -> None:
    end(session, by, docket, standing, Ended.CONSENT, "", now)
