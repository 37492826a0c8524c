"""The daily mail: to everybody who works on files or observes hearings, on each working day when their office opens,
whether something waits for them or not. It says what every mail says, so that nobody who counts mails learns when much
happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.keys.models import SeatRow
from hrd_cases.keys.roles import CASEWORKERS, Role
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.mail import TEXT
from hrd_cases.outbox.models import Delivery, Reminder
from hrd_cases.outbox.plan import post
from hrd_cases.outbox.rules import quarter_slot
from hrd_cases.vault.envelope import equal, mac

_LABEL = "daily digest"
_BEGINS = "digest "
_READERS = [role.value for role in CASEWORKERS | {Role.EMBASSY_OBSERVER}]
"""Of reminders that are not mailed at once: for an embassy's observer too they wait on Today."""


OfficeDay = tuple[uuid.UUID, date]


def offices_due(session: Session, now: datetime, done: Collection[OfficeDay]) -> Iterator[OfficeDay]:
    """Offices that have opened today, by their own days, and are not among the `done`. Seats come from tables: a row
    planted there earns somebody a mail without content.
    """
    seated = select(SeatRow.office_id).where(SeatRow.role.in_(_READERS)).distinct()
    for office_id in session.scalars(seated).all():
        calendar = calendar_of(session, office_id)
        day = calendar.day_of(now)
        if (office_id, day) in done or not calendar.is_working_day(day):
            continue
        if now >= calendar.wall_clock(day, calendar.opens):
            yield office_id, day


def post_digests(session: Session, key: bytes, office_id: uuid.UUID, day: date, now: datetime) -> int:
    """Mail an office's members theirs of a day, each once, however many schedulers run. Returns to how many."""
    calendar = calendar_of(session, office_id)
    slot_at = quarter_slot(calendar.wall_clock(day, calendar.opens))
    members = sorted(_members(session, office_id, now))
    marks = {mac(key, _LABEL, member.bytes, day.isoformat().encode()): member for member in members}
    posted = set(session.scalars(select(Reminder.uniqueness).where(Reminder.uniqueness.in_(marks))))
    for uniqueness, member in marks.items():
        if uniqueness not in posted:
            post(session, recipient=to_member(member), due_at=slot_at, uniqueness=uniqueness, line=line_of(day, key))
    return len(marks) - len(posted)


def mailed_since(session: Session, member_id: uuid.UUID, since: datetime) -> datetime | None:
    """When a member was mailed theirs last, if that was since then. Asked of clear rows: it is said beside what waits,
    and nothing hangs on it.
    """
    mailed = select(func.max(Delivery.made_at)).join(Reminder, Reminder.id == Delivery.reminder_id)
    theirs = mailed.where(Delivery.member_id == member_id, Delivery.made_at >= since)
    return session.scalar(theirs.where(Reminder.body.startswith(_BEGINS)))


def _members(session: Session, office_id: uuid.UUID, now: datetime) -> set[uuid.UUID]:
    today = now.astimezone(UTC).date()
    query = select(SeatRow.member_id).where(
        SeatRow.office_id == office_id,
        SeatRow.role.in_(_READERS),
        SeatRow.since <= today,
        or_(SeatRow.until.is_(None), SeatRow.until >= today),
    )
    return set(session.scalars(query))


def line_of(day: date, key: bytes) -> str:
    """What waits in the outbox, with a proof that only whoever holds `key` can make."""
    said = f"{_BEGINS}{day.isoformat()}"
    return f"{said} {mac(key, _LABEL, said.encode()).hex()}"


def is_digest(line: str) -> bool:
    return line.startswith(_BEGINS)


def mail_of(public_name: str, line: str, key: bytes) -> str:
    """The mail of a line that waited. Raises ValueError if it was not made with `key`."""
    said, _, proof = line.rpartition(" ")
    if not equal(proof.encode(), mac(key, _LABEL, said.encode()).hex().encode()):
        raise ValueError("a line that is no digest of ours")
    return TEXT.format(public_name=public_name)
