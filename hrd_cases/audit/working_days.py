"""When an office works, as the trail tells of it: its zone, weekend, hours and holidays. Delegations publish them: they
stand there in clear, and what was told last counts whatever the tables say.

Whoever could stretch a weekend would keep a file from those it climbs to. An entry names what its act wrote and nothing
else: what somebody planted meanwhile is not confirmed by it. Entries of before the trail told of it say nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import Body
from hrd_cases.records import Base

_WRONG = {
    "zone": "the time zone of an office is not the one that was told",
    "weekend": "the weekend of an office is not the one that was told",
    "hours": "the hours of an office are not the ones that were told",
}
EVENTS = (Event.OFFICE_OPENED, Event.OFFICE_CHANGED)


class OfficeRow(Protocol):
    zone: Any
    weekend: Any
    opens: Any
    closes: Any


def standing(row: OfficeRow) -> dict[str, str]:
    """What a row says of when an office works; no hours are the usual ones."""
    return {
        "zone": str(row.zone),
        "weekend": " ".join(sorted(row.weekend)),
        "hours": f"{row.opens or ''} {row.closes or ''}".strip(),
    }


def changed(
    before: dict[str, str | None] | None = None,
    after: dict[str, str] | None = None,
    closed: Iterable[date] = (),
    reopened: Iterable[date] = (),
) -> dict[str, object]:
    """Fields of an event by which an office's days became `after`: of those that are as before it names none."""
    was, now = before or {}, after or {}
    told = {name: now[name] if now.get(name) != was.get(name) else None for name in ("zone", "weekend", "hours")}
    days = {"closed": closed, "reopened": reopened}
    return told | {name: tuple(day.isoformat() for day in some) for name, some in days.items()}


@dataclass
class ToldDays:
    """When one office works, by the trail; None for what no entry tells."""

    said: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(("zone", "weekend", "hours")))
    holidays: set[date] = field(default_factory=set)
    from_its_opening: bool = False
    """Has the trail told of its days since it was opened? Of an office of before, holidays may stand that nothing tells
    of: they do not count, and nobody is alarmed by them.
    """

    def take(self, body: Body) -> None:
        self.from_its_opening |= body.event == Event.OFFICE_OPENED and body.fields.get("zone") is not None
        self.said |= {name: str(body.fields[name]) for name in self.said if body.fields.get(name) is not None}
        self.holidays |= _days(body, "closed")
        self.holidays -= _days(body, "reopened")

    def differs(self, row: OfficeRow, holidays: Iterable[date], usual: dict[str, str]) -> bool:
        """Does a row, or a day in the table of holidays, say something else than counts: than was told, or, where
        nothing tells, than is usual?
        """
        counts = {name: usual[name] if said is None else said for name, said in self.said.items()}
        return counts != standing(row) or bool(self.odd_days(set(holidays)))

    def odd_days(self, holidays: set[date]) -> set[date]:
        """Days in the table that nobody told of, and days that are not there any more."""
        return holidays ^ self.holidays if self.from_its_opening else self.holidays - holidays


def _days(body: Body, name: str) -> set[date]:
    days, found = body.fields.get(name, ()), set()
    for day in days if isinstance(days, tuple | list) else ():
        with suppress(ValueError):  # a day that no act of ours wrote
            found.add(date.fromisoformat(str(day)))
    return found


def told_days(session: Session, office_id: uuid.UUID) -> ToldDays:
    """Asked of the entries themselves: a row taken out of their index brings nothing back."""
    told = ToldDays()
    for body in ever_about(session, office_id, *EVENTS):
        told.take(body)
    return told


class ToldOfOffices:
    """Taken from the trail, entry by entry, while it is checked."""

    def __init__(self) -> None:
        self._offices: dict[uuid.UUID, ToldDays] = {}
        self._kinds: dict[uuid.UUID, str] = {}

    def take(self, body: Body) -> None:
        if body.event in EVENTS:
            if body.event == Event.OFFICE_OPENED:
                self._kinds[uuid.UUID(str(body.fields["office"]))] = str(body.fields["kind"])
            self._offices.setdefault(uuid.UUID(str(body.fields["office"])), ToldDays()).take(body)

    def check(self, session: Session) -> Iterator[Finding]:
        # The offices room lies above this one: its tables are looked at by name.
        offices, holidays = (Base.metadata.tables.get(name) for name in ("offices", "office_holidays"))
        if offices is None or holidays is None:
            return
        closed: dict[uuid.UUID, set[date]] = {}
        for row in session.execute(select(holidays.c.office_id, holidays.c.on)):
            closed.setdefault(row.office_id, set()).add(row.on)
        untold = []
        for row in session.execute(select(offices)):
            told = self._offices.get(row.id, ToldDays())
            if self._kinds.get(row.id) != row.kind:
                yield Finding("an office that nobody opened so", f"offices {row.id}")
            for name, what in standing(row).items():
                if told.said[name] not in (None, what):
                    yield Finding(_WRONG[name], f"offices {row.id}")
            if None in told.said.values():
                untold.append(str(row.id))
            for day in sorted(told.odd_days(closed.get(row.id, set()))):
                yield Finding("a holiday that nobody told of, or one that was taken away", f"offices {row.id} {day}")
        if untold:  # before the trail told of it, of all at once: one line
            where = f"offices {' '.join(sorted(untold))}"
            yield Finding("nothing tells when an office works: its head saves its page once", where)
