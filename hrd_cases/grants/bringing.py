"""What a file has of its grants: those on their way keep it open, and its card carries all of them for lists."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cards.card import Due
from hrd_cases.cases.brought import Brought, Open, brings
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.details import MoneyAsked
from hrd_cases.cases.file import File
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.risk import Level
from hrd_cases.errors import Destroyed, Tampered
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.dues import Seen, dues_of
from hrd_cases.grants.duties import Capacity, Duty, bar
from hrd_cases.grants.life import ENDED
from hrd_cases.grants.listed import aside_of
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import Opened, open_grant
from hrd_cases.grants.words import still_open, unreadable
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import HEADS

PAGE = "grants.show"


@brings
def grants_of(session: Session, file: Chains[Entry]) -> Brought:
    """A file from which no money was asked for asks nothing of the database."""
    named = grants_named(session, file)
    if not named:
        return Brought()
    still = [one for one, opened in named.items() if opened is None or opened.state not in ENDED]
    told = ((one, *_told(opened)) for one, opened in named.items())
    return Brought(
        open=tuple(_open(file, one, named[one]) for one in still),
        dues=tuple(_dues(session, file, filter(None, named.values()))),
        asides=(aside_of(told),),
    )


def grants_named(session: Session, file: Chains[Entry]) -> Mapping[uuid.UUID, Opened | None]:
    """The grants that a file names, in the order in which they were begun, each with its steps checked; None for one
    that is not there any more, is another office's, or fails its check. Read once for each reading of the file.
    """
    if MoneyAsked not in file.read_beside:
        named = [one.said.grant_id for one in file.all(MoneyAsked)]
        query = select(Grant).where(Grant.id.in_(named), Grant.office_id == case_of(file).office_id)
        rows = {one.id: one for one in session.scalars(query)} if named else {}
        file.read_beside[MoneyAsked] = {one: _opened(session, rows.get(one)) for one in named}
    found: Mapping[uuid.UUID, Opened | None] = file.read_beside[MoneyAsked]
    return found


def _opened(session: Session, row: Grant | None) -> Opened | None:
    try:
        return open_grant(session, row, _charters(session)) if row is not None else None
    except (Tampered, Destroyed):  # its own page tells why
        return None


def _charters(session: Session) -> Charters:
    return cast(Ring, session.info["keys"]).charters


def case_of(file: Chains[Entry]) -> Case:
    """Chains of `Entry` are of cases."""
    return cast(Case, file.kept)


def _open(file: Chains[Entry], grant_id: uuid.UUID, opened: Opened | None) -> Open:
    if opened is None:
        return Open(unreadable, "cases.show", {"case_id": case_of(file).id})
    return Open(still_open, PAGE, {"grant_id": grant_id})


def _told(opened: Opened | None) -> tuple[int, Story | None, Payment | None]:
    """How many steps it has, whom it is for and what for; nothing of one that does not open."""
    return (len(opened.steps), opened.story, opened.payment) if opened is not None else (0, None, None)


# -- what falls due


def _dues(session: Session, file: Chains[Entry], grants: Iterable[Opened]) -> Iterator[Due]:
    calendar = calendar_of(session, case_of(file).office_id)
    for opened in grants:
        yield from dues_of(_seen(session, file, opened, calendar), calendar)


def _seen(session: Session, file: Chains[Entry], opened: Opened, calendar: OfficeCalendar) -> Seen:
    danger = cast(File, file).danger
    return Seen(
        grant_id=opened.grant.id,
        steps=opened.steps,
        opened_on=calendar.day_of(opened.grant.opened_at),
        purpose=opened.payment.purpose if opened.payment is not None else "",
        author_id=opened.story.author_id if opened.story is not None else None,
        head_id=_head(session, opened, datetime.now(UTC).date()),
        critical=danger is not None and danger.said.level == Level.CRITICAL,
    )


def _head(session: Session, opened: Opened, today: date) -> uuid.UUID | None:
    """The head of the office who may decide on it; None where headquarters has to. Seats count by UTC's days."""
    charter = _charters(session).of(opened.grant.office_id)
    heads = sorted(seat.member_id for seat in charter.standing(today) if seat.role in HEADS)
    return next((one for one in heads if bar(Duty.DECIDE, one, Capacity.HEAD, opened.done) is None), None)
