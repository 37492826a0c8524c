"""Hearings as their rules have them: looked at while somebody with the keys is there, and mended where they are not.

Nobody without a key knows which reminders there must be. So whoever comes by looks at some trials of their office at a
time, each once in a while, and mends what is amiss: rows that are gone or were changed, an officer who has changed, a
mail that the office has chosen, an instant that new zone rules have moved. The officers concerned are told of that one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hrd_cases.cases import rounds
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import LifeStep
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.plan import cancel
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, officer_of, open_docket
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.planning import is_planned, replan
from hrd_cases.trials.reminder_rules import RULES
from hrd_cases.trials.shares import upkeep
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.times import recomputed
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import correct, locked_docket


def amiss(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> bool:
    """Is there anything to mend? Reads only; of what does not open here nothing is said."""
    with suppress(*rounds.UNREADABLE):
        docket = open_docket(session, proceeding)
        off = any(_is_off(session, by, docket, one, now) for one in _looked_at(docket, now))
        return off or upkeep.is_amiss(session, docket, now)
    return False


def mend(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> None:
    """Put right what is amiss of a trial, first what was shared of it."""
    # A share that cannot be read keeps no reminder from coming.
    with suppress(*rounds.UNREADABLE), session.begin_nested():
        upkeep.put_right(session, by, locked_docket(session, proceeding), now)
    docket = locked_docket(session, proceeding)
    found = [one for one in _looked_at(docket, now) if _is_off(session, by, docket, one, now)]
    changed = [_mend_one(session, by, docket, one, now) for one in found]
    if any(changed):
        touch_carrier(session, by, docket)


def _looked_at(docket: Docket, now: datetime) -> Iterator[Standing[Hearing]]:
    for one in docket.hearings:
        recent = one.said.when.earliest_at > now - RULES.over_after
        if recent or one.said.no_date_since is not None or one.said.reminders:
            yield one


def _is_off(session: Session, by: Visitor, docket: Docket, one: Standing[Hearing], now: datetime) -> bool:
    return _moved(one.said) or not is_planned(session, by, docket, one, now)


def _moved(hearing: Hearing) -> bool:
    """Have zone rules that changed moved it, while it is still to come?"""
    return hearing.is_ahead and recomputed(hearing.when) is not hearing.when


def _mend_one(session: Session, by: Visitor, docket: Docket, one: Standing[Hearing], now: datetime) -> bool:
    """Whether its entry was written anew."""
    said = one.said
    then = said
    if _moved(said):
        cancel(session, said.told)
        whom = {said.observer.member_id if said.observer is not None else None, officer_of(session, docket)}
        told = tell(session, [to_member(who) for who in sorted(filter(None, whom))], now, mails=False)
        then = msgspec.structs.replace(said, when=recomputed(said.when), told=told)
    then = replan(session, by, docket, one.id, then, now)
    if then == said:
        return False
    correct(session, by, docket, one.entry.id, then, now)
    return True


class Rounds(rounds.Rounds):
    """Looks at the trials of an office by and by."""

    def all_of(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> Iterable[uuid.UUID]:
        return session.scalars(select(Proceeding.id).where(Proceeding.office_id == office_id))

    def amiss_among(
        self,
        session: Session,
        visitor: Visitor,
        office_id: uuid.UUID,
        looked: Collection[uuid.UUID],
        now: datetime,
    ) -> set[uuid.UUID]:
        there = [row for row in (session.get(Proceeding, one) for one in looked) if row is not None]
        return {row.id for row in there if amiss(session, visitor, row, now)}

    def mend(self, session: Session, visitor: Visitor, one: uuid.UUID, now: datetime) -> None:
        proceeding = session.get(Proceeding, one)
        if proceeding is not None:
            mend(session, visitor, proceeding, now)


ROUNDS = Rounds()


def _handed_over(session: Session, *_: object) -> None:
    """Reminders of hearings go to whoever has the file now. Not in the same act: a trial is held before its files.

    Where a share has ended, perhaps nobody goes any more: somebody is told.
    """
    for row in session.new:
        if isinstance(row, ProceedingEntry) and isinstance(row.details, ShareEntry) and row.details.ended:
            ROUNDS.again_once_committed(session, session.get_one(Proceeding, row.proceeding_id).office_id)
    steps = [row for row in session.new if isinstance(row, Entry) and isinstance(row.details, LifeStep)]
    for case in (session.get(Case, step.case_id) for step in steps):
        if case is not None:
            ROUNDS.again_once_committed(session, case.office_id)


event.listen(Session, "before_flush", _handed_over)
