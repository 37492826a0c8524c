"""Clear rows that say whose turn it is and until when: absences, days on duty, clocks of files that were sent.

Who writes them moves a file within those who may open it, and no further. The trail tells of each by a digest: what it
does not tell of moves nothing, and is found. Entries of before the trail told of it say nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any, Protocol

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.reminders import together_written
from hrd_cases.audit.told import about, ever_about
from hrd_cases.audit.trail import Body
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.outbox.models import Reminder
from hrd_cases.records import Base
from hrd_cases.vault.envelope import digest


class AbsenceRow(Protocol):
    id: Any
    office_id: Any
    member_id: Any
    first_on: Any
    last_on: Any
    recorded_by: Any
    recorded_at: Any


class ClockRow(Protocol):
    case_id: Any
    office_id: Any
    officer_id: Any
    routed_at: Any
    due_at: Any
    headquarters_at: Any
    reminders: Any


def absence_written(row: AbsenceRow) -> bytes:
    ids = (row.id, row.office_id, row.member_id, row.recorded_by)
    days = (row.first_on, row.last_on, row.recorded_at)
    return digest("absence", *(one.bytes for one in ids), *(one.isoformat().encode() for one in days))


def clock_written(row: ClockRow) -> bytes:
    """Of everything it was started with: not of whether it has stopped."""
    whose = (row.case_id.bytes, row.office_id.bytes, row.officer_id.bytes if row.officer_id is not None else b"")
    moments = (row.routed_at, row.due_at, row.headquarters_at)
    return digest("clock", *whose, *(one.isoformat().encode() for one in moments), row.reminders)


# -- while the house works


def is_told_absence(session: Session, row: AbsenceRow) -> bool:
    """Did somebody record this absence, as it stands, and nobody remove it?"""
    said = absence_written(row).hex()
    recorded = [one for one in about(session, row.member_id, Event.ABSENCE_RECORDED) if _names(one, "absence", said)]
    if not recorded:
        return False
    removed = ever_about(session, row.member_id, Event.ABSENCE_REMOVED, since=recorded[-1].number)
    return not any(_names(one, "absence", said) for one in removed)


def are_told_reminders(session: Session, row: ClockRow) -> bool:
    """Are the reminders of a clock there, whose and when they were planned?"""
    ids = _reminders(row.reminders)
    there = set(session.scalars(select(Reminder.id).where(Reminder.id.in_(ids))))
    said = together_written(session, ids).hex()
    started = [one for one in _sent(session, row) if _names(one, "reminders", said)]
    return bool(started) and there.issuperset(ids)


def is_told_clock(session: Session, row: ClockRow) -> bool:
    """Was this clock started, as it stands, by a file that was sent, and does it run by the trail as well?"""
    said = clock_written(row).hex()
    started = [one for one in _sent(session, row) if _names(one, "clock", said)]
    if not started:
        return False
    return not any(ever_about(session, row.case_id, Event.CLOCK_STOPPED, since=started[-1].number))


def _sent(session: Session, row: ClockRow) -> list[Body]:
    """A file is sent once: what the trail tells of it later was put there."""
    return list(islice(about(session, row.case_id, Event.CASE_ROUTED), 1))


def _names(body: Body, name: str, said: str) -> bool:
    """Does an entry name this row? One of before it named any says nothing else."""
    return body.fields.get(name, said) == said


# -- when the trail is checked


class ToldOfTurns:
    """Taken from the trail, entry by entry."""

    def __init__(self) -> None:
        self._absences: set[str] = set()
        self._duty: dict[str, uuid.UUID] = {}
        self._clocks: dict[uuid.UUID, str | None] = {}
        self._reminders: dict[uuid.UUID, str] = {}
        """By the file of a clock: the digest of its reminders."""
        self._stopped: set[uuid.UUID] = set()
        self._before: set[tuple[Event, object]] = set()
        """Of whom entries tell that name no digest and no days."""

    def take(self, body: Body) -> None:
        match body.event:
            case Event.ABSENCE_RECORDED:
                self._absences |= self._named(body, "absence", body.fields["member"])
            case Event.ABSENCE_REMOVED:
                self._absences.discard(str(body.fields.get("absence")))
            case Event.DUTY_CHANGED:
                days = body.fields.get("on", ())
                self._before |= set() if days else {(Event.DUTY_CHANGED, None)}
                self._duty |= dict.fromkeys(_each(days), uuid.UUID(str(body.fields["member"])))
            case Event.CASE_ROUTED:
                case_id = uuid.UUID(str(body.fields["case"]))
                if case_id in self._clocks:
                    return
                self._clocks[case_id] = next(iter(self._named(body, "clock")), None)
                if "reminders" in body.fields:
                    self._reminders[case_id] = str(body.fields["reminders"])
            case Event.CLOCK_STOPPED:
                self._stopped.add(uuid.UUID(str(body.fields["case"])))

    def _named(self, body: Body, name: str, of: object = None) -> set[str]:
        """The digest that an entry names, if it names one."""
        if name in body.fields:
            return {str(body.fields[name])}
        self._before.add((Event(body.event), of))
        return set()

    def check(self, session: Session) -> Iterator[Finding]:
        # The rooms of these tables lie above this one: they are looked at by name.
        tables = Base.metadata.tables
        for name, check in (
            ("absences", self._check_absences),
            ("duty_days", self._check_duty),
            ("acknowledgements", self._check_clocks),
        ):
            if name in tables:
                yield from check(session, tables[name])

    def _check_absences(self, session: Session, table: Table) -> Iterator[Finding]:
        found = {absence_written(row).hex(): row for row in session.execute(select(table))}
        for said in found.keys() - self._absences:
            if (Event.ABSENCE_RECORDED, str(found[said].member_id)) not in self._before:
                yield Finding("an absence that nobody recorded so", f"absences {found[said].id}")
        for said in self._absences - found.keys():
            yield Finding("an absence was taken away or changed", f"absences {said[:16]}")

    def _check_duty(self, session: Session, table: Table) -> Iterator[Finding]:
        found = {row.on.isoformat(): row.member_id for row in session.execute(select(table))}
        for on in sorted(found.keys() | self._duty.keys()):
            known = on in self._duty or (Event.DUTY_CHANGED, None) not in self._before
            if known and found.get(on) != self._duty.get(on):
                yield Finding("somebody else is on duty than was put there", f"duty_days {on}")

    def _check_clocks(self, session: Session, table: Table) -> Iterator[Finding]:
        planned = set(session.scalars(select(Reminder.id)))
        found = {row.case_id: row for row in session.execute(select(table))}
        told = {case_id for case_id, said in self._clocks.items() if said is not None}
        for case_id in told - found.keys() - self._stopped:
            yield Finding("a clock that runs was taken away", f"acknowledgements {case_id}")
        for case_id, row in found.items():
            before = case_id in self._clocks and case_id not in told
            for what in () if before else self._wrong(session, row, case_id, planned):
                yield Finding(what, f"acknowledgements {case_id}")

    def _wrong(self, session: Session, row: Any, case_id: uuid.UUID, planned: set[uuid.UUID]) -> Iterator[str]:
        if self._clocks.get(case_id) != clock_written(row).hex():
            yield "this clock says something else than when it was started, or nobody started it"
        if (row.acknowledged_at is not None) != (case_id in self._stopped):
            yield "a clock was stopped, or set going again, by no act"
        elif row.acknowledged_at is None and not planned.issuperset(_reminders(row.reminders)):
            yield "a reminder of this clock was taken away"
        elif row.acknowledged_at is None:
            found = together_written(session, _reminders(row.reminders)).hex()
            if self._reminders.get(case_id, found) != found:
                yield "a reminder of this clock says something else than when it was planned"


def _each(days: object) -> list[str]:
    return [str(one) for one in days] if isinstance(days, tuple | list) else []


def _reminders(written: bytes) -> tuple[uuid.UUID, ...]:
    try:
        return msgspec.msgpack.decode(written, type=tuple[uuid.UUID, ...])
    except UNREADABLE:
        return ()
