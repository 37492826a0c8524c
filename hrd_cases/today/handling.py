"""What a member does with a reminder: done, later, not mine. Nothing is lost by it, and each leaves a trace.

It is about the reminder and not about the hearing: whoever is told again of a hearing is told of another reminder, by
another date. Nobody can make themselves the last one: what nobody else would be told of stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.calendar import DAY, OfficeCalendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.reminders import recipient_in_words
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import OfficeKind, Role, head_of
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import DueReminder, cancel, pass_on, put_off
from hrd_cases.outbox.rules import day_slot, hour_slot

_NOBODY_NEXT = (
    N_("Nobody else of the office would be told of it."),
    N_("Assign somebody who goes, or hand the file to a colleague."),
)
_NO_COLLEAGUE = (
    N_("Your embassy has no other observer who would be told of it."),
    N_("If nobody of you can go, decline: the office looks for somebody else."),
)
_TO_FIND = (
    N_("Nobody goes to this hearing yet."),
    N_("Choose who goes, or be reminded again later."),
)
_NOT_THEN = (N_("Then it would come too late."), N_("Choose an earlier time."))


def later_times(calendar: OfficeCalendar, now: datetime, until: datetime | None) -> Mapping[str, datetime]:
    """When one may be reminded again, by a code of `words.LATER`; nothing after `until`, the beginning of a hearing."""
    day, zone, nine = calendar.day_of(now), calendar.zone, FIGURES.slot_hour
    found = {
        "hour": hour_slot(now + timedelta(hours=1)) + timedelta(hours=1),
        "tomorrow": day_slot(day + DAY, zone, nine),
        "working_day": day_slot(calendar.next_working_day(day), zone, nine),
        "three_days": day_slot(day + 3 * DAY, zone, nine),
        "week": day_slot(day + 7 * DAY, zone, nine),
    }
    if found["working_day"] == found["tomorrow"]:
        del found["working_day"]
    return {code: at for code, at in found.items() if until is None or at < until}


def check_done(*, to_find: bool) -> None:
    """Refused while somebody has to be found who goes: that is what it reminds of."""
    if to_find:
        raise Refused.of(_TO_FIND)


def done(session: Session, reminder_id: uuid.UUID) -> None:
    """It is over, for everybody whom it told."""
    cancel(session, [reminder_id])
    record(session, Event.REMINDER_DONE, reminder=reminder_id)


def later(session: Session, reminder_id: uuid.UUID, times: Mapping[str, datetime], code: str) -> datetime:
    """It comes again, and is mailed again if it mails."""
    at = times.get(code)
    if at is None:
        raise Refused.of(_NOT_THEN)
    put_off(session, reminder_id, at)
    record(session, Event.REMINDER_PUT_OFF, reminder=reminder_id, until=at.isoformat())
    return at


def not_mine(
    session: Session, by: Visitor, office_id: uuid.UUID, reminder: DueReminder, officer: uuid.UUID | None, now: datetime
) -> Recipient:
    """It goes to whoever is next: the file's officer, the deputy, the head; of an embassy, all its observers. Refused
    where nobody is.
    """
    following = next_of(by, office_id, reminder.recipient, officer)
    if following is None:
        raise Refused.of(_NO_COLLEAGUE if _is_embassy(by, office_id) else _NOBODY_NEXT)
    pass_on(session, reminder.id, following, hour_slot(now))
    record(session, Event.REMINDER_PASSED_ON, reminder=reminder.id, to=recipient_in_words(following))
    return following


def next_of(by: Visitor, office_id: uuid.UUID, to: Recipient, officer: uuid.UUID | None) -> Recipient | None:
    """Who is told after a recipient, somebody else than the visitor among them; None if nobody is."""
    charter = by.charters.of(office_id)
    roles = {to_role(office_id, role.value): charter.members_in((role,), by.today) for role in _ladder(charter.kind)}
    ladder = [*([to_member(officer)] if officer is not None else []), *roles]
    above = ladder[ladder.index(to) + 1 :] if to in ladder else ladder
    reached = (one for one in above if roles.get(one, {one.member_id}) - {by.member_id})
    return next(reached, None)


def _ladder(kind: OfficeKind) -> tuple[Role, ...]:
    """Who is next in an office, in this order."""
    return (Role.EMBASSY_OBSERVER,) if kind is OfficeKind.EMBASSY else (Role.DEPUTY, head_of(kind))


def _is_embassy(by: Visitor, office_id: uuid.UUID) -> bool:
    return by.charters.of(office_id).kind is OfficeKind.EMBASSY
