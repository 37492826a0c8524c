"""An embassy that can read nothing of a hearing any more does not go there: the hearing says so, by an act of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.needs import ASKED_BY_SHARE
from hrd_cases.trials.scheduling import rewrite
from hrd_cases.trials.shares.rules import Ended, ShareEntry, leaves
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import locked_docket


class Left(NamedTuple):
    """A hearing that names an embassy which does not go, and the act by which it names nobody."""

    hearing: Standing[Hearing]
    entry: ShareEntry
    act: Act


def left(docket: Docket, now: datetime) -> Iterator[Left]:
    """Hearings whose observer was asked by a share that is over."""
    given = {one.said.share_id: one.said for one in docket.all(ShareEntry)}
    for hearing in docket.hearings:
        observer = hearing.said.observer
        entry = given.get(observer.share_id) if observer is not None and observer.share_id is not None else None
        if entry is not None and not entry.stands(now):
            act = leaves(State(hearing.said.state), entry.how_it_ended, hearing.said.when, entry.over_at)
            if act is not None:
                yield Left(hearing, entry, act)


def let_go(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> None:
    """From now on nobody goes where an embassy was to go that can read nothing of it any more: officers and head see
    it as of any observer who leaves. `by`: whoever ended the share, or came by first
    after its time was over.
    """
    session.flush()
    for hearing, entry, act in list(left(open_docket(session, proceeding, anew=True), now)):
        how = entry.how_it_ended
        given = Given(
            reason=how.value,
            note=entry.reason,
            acted_by=entry.answered_by if how is Ended.DECLINED else None,
            by_itself=how is Ended.EXPIRED,
        )
        take_act(session, by, proceeding, hearing.entry.id, act, given, now, actor=ASKED_BY_SHARE)
    _await_nothing(session, by, proceeding, now)


def _await_nothing(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> None:
    """Of hearings that were held, and of which the embassy says that nobody of theirs was there, no report is awaited
    any more. Whoever knows more still can file one.
    """
    docket = locked_docket(session, proceeding)
    found = list(not_there(docket))
    for hearing in found:
        then: Hearing = msgspec.structs.replace(hearing.said, report_on=None)
        rewrite(session, by, docket, hearing, then, now)
    if found:
        touch_carrier(session, by, docket)


def not_there(docket: Docket) -> Iterator[Standing[Hearing]]:
    """Hearings of which a report is awaited from an embassy that says that nobody of theirs was there."""
    declined = {one.said.share_id for one in docket.all(ShareEntry) if one.said.how_it_ended is Ended.DECLINED}
    for hearing in docket.hearings:
        said, observer = hearing.said, hearing.said.observer
        awaited = said.report_awaited_on is not None and said.report_id is None
        if awaited and observer is not None and observer.share_id in declined:
            yield hearing
