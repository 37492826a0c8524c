"""Who goes to a hearing: whom an officer may choose, and the choice carried out by the acts of the table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.offices.absences import away
from hrd_cases.offices.colleagues import kept_out, names_of
from hrd_cases.trials import hearings, scheduling
from hrd_cases.trials.details import Hearing, Observer
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.times import has_begun
from hrd_cases.trials.writing import locked_docket

_LEFT_OUT = (
    N_("Nobody is chosen, and somebody was to go."),
    N_("Withdraw them on the hearing’s page: a reason is asked for, and they are told."),
)


class Colleagues(NamedTuple):
    """Whoever works on the files of an office, by name; of those in `away` it is said."""

    names: dict[uuid.UUID, str]
    away: frozenset[uuid.UUID]

    @property
    def in_order(self) -> list[tuple[uuid.UUID, str]]:
        return sorted(self.names.items(), key=lambda pair: pair[1])


def colleagues_of(session: Session, by: Visitor, office_id: uuid.UUID, now: datetime) -> Colleagues:
    """Everybody who may be asked to go."""
    seated = by.charters.of(office_id).caseworkers(now)
    return Colleagues(names_of(session, seated - kept_out(session, office_id)), away(session, office_id, by.local_day))


def choose(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    observer: Observer | None,
    backup: Observer | None,
    now: datetime,
) -> bool:
    """Who goes, and who stands by, as an officer chose them. Whether anything was written. Refused for one person in
    both parts, and for leaving out whoever was to go: they are withdrawn, with a reason. Raises Changed.
    """
    said, entry_id = locked_docket(session, proceeding).as_read(made_from, Hearing).said, made_from
    if observer is None and said.observer is not None:
        if said.observer.share_id is None:
            raise Refused.of(_LEFT_OUT)
        observer = said.observer
    if observer is not None and observer != said.observer:
        given = Given(observer=observer)
        entry_id = hearings.take_act(
            session, by, proceeding, entry_id, _act_for(by, said, observer, now), given, now
        ).entry.id
    if backup != said.backup or (backup is not None and backup == observer):
        stood = locked_docket(session, proceeding).as_read(entry_id, Hearing).said
        then = msgspec.structs.replace(stood, backup=backup)
        return scheduling.correct_hearing(session, by, proceeding, entry_id, then, now) or entry_id != made_from
    return entry_id != made_from


def _act_for(by: Visitor, said: Hearing, observer: Observer, now: datetime) -> Act:
    """Whoever chooses themselves has accepted by it, where the table knows that."""
    in_time = said.is_ahead and said.state != State.CONFIRMED and not has_begun(said.when, now)
    return Act.GO_MYSELF if in_time and observer.member_id == by.member_id else Act.ASSIGN
