"""Clocks that somebody silenced: put off, given to others or taken away by whoever writes the tables, not by an act.

The trail tells which clocks run, and by a digest as what they and their reminders were planned. Where the rows say
something else nobody knows who was to be told when: then the office's head and headquarters' desk are told at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.reminders import record_planned
from hrd_cases.audit.told import ASKED_AT_ONCE, about_each, ever_about_any
from hrd_cases.audit.trail import Body, record
from hrd_cases.audit.turns import are_told_reminders, is_told_clock
from hrd_cases.cases.lost import routed_lately, settled
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.book import Recipient, of_row, to_role
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.plan import cancel, plan
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.outbox.watch import PATIENCE
from hrd_cases.planted import UNREADABLE
from hrd_cases.vault.envelope import mac

CLOCK_ALARM = "failed its check: the clock of a file"
"""What the trail says where a clock that runs does not stand as it was started."""
TAKEN = (Event.CLOCK_STOPPED, Event.CASE_ACKNOWLEDGED, Event.CASE_STEPPED)


def silenced(session: Session, key: bytes, headquarters_id: uuid.UUID | None, now: datetime) -> dict[uuid.UUID, Body]:
    """Files of which somebody has to be told, or was and need not be any more, as the trail told of their sending.
    Reads only: it looks at whatever was sent in ninety days, and nobody waits for that.
    """
    routed = routed_lately(session, now)
    taken = _taken(session, routed)
    names = {name: one for one in taken for name in _named(key, one, routed[one], headquarters_id)}
    over = {names[name] for name in _planned_already(session, list(names))}
    return {one: body for one, body in routed.items() if (one in over if one in taken else not _stands(session, one))}


def tell_of_silenced(
    session: Session, key: bytes, headquarters_id: uuid.UUID | None, now: datetime, found: Mapping[uuid.UUID, Body]
) -> int:
    """Tell whoever can ask of each clock that runs and does not stand as it was started; what was told of one that was
    taken meanwhile goes. Returns of how many it told now. `key` names what is planned: nobody plants it beforehand.
    `found`: by `silenced`; asked again here, for somebody may have taken one since.
    """
    taken, told = _taken(session, found), 0
    for case_id, body in found.items():
        named = _named(key, case_id, body, headquarters_id)
        if case_id in taken:
            session.execute(delete(Reminder).where(Reminder.uniqueness.in_(named)))
        elif not _stands(session, case_id):
            told += _told(session, named, now)
    return told


def _taken(session: Session, routed: Mapping[uuid.UUID, Body]) -> set[uuid.UUID]:
    """Files whose clock has ended: the trail tells so, and they are there or headquarters has seen to them."""
    told = ever_about_any(session, routed, *TAKEN)
    stepped = about_each(session, told, Event.CASE_STEPPED)
    return settled(session, routed, {one: stepped.get(one, []) for one in told})


def _named(key: bytes, case_id: uuid.UUID, routed: Body, headquarters_id: uuid.UUID | None) -> dict[bytes, Recipient]:
    """Who is told of a clock, by the uniqueness of the reminder that tells them."""
    to = [to_role(uuid.UUID(str(routed.fields["office"])), Role.HEAD.value)]
    to += [to_role(headquarters_id, Role.HEADQUARTERS_DESK.value)] if headquarters_id is not None else []
    return {mac(key, "silenced clock", case_id.bytes + (one.role or "").encode()): one for one in to}


def _planned_already(session: Session, names: list[bytes]) -> Iterator[bytes]:
    for start in range(0, len(names), ASKED_AT_ONCE):
        asked = Reminder.uniqueness.in_(names[start : start + ASKED_AT_ONCE])
        yield from session.scalars(select(Reminder.uniqueness).where(asked))


def _stands(session: Session, case_id: uuid.UUID) -> bool:
    try:
        with session.begin_nested():
            row = session.get(Acknowledgement, case_id)
            if row is None or row.acknowledged_at is not None:
                return False
            return is_told_clock(session, row) and are_told_reminders(session, row)
    except UNREADABLE:
        return False


def _told(session: Session, named: dict[bytes, Recipient], now: datetime) -> bool:
    """Whether somebody has to be told now: they were not yet, or what was planned for it was silenced as well."""
    columns = (Reminder.id, Reminder.member_id, Reminder.office_id, Reminder.role, Reminder.mails, Reminder.slot_at)
    query = select(*columns, Reminder.uniqueness, Reminder.body).where(Reminder.uniqueness.in_(named))
    rows = {row.uniqueness: row for row in session.execute(query)}
    planned = []
    for uniqueness, to in named.items():
        row = rows.get(uniqueness)
        if row is not None:
            is_theirs = of_row(row.member_id, row.office_id, row.role) == to and row.mails and row.body is None
            if is_theirs and row.slot_at <= now + PATIENCE:
                continue
            cancel(session, [row.id])
        planned.append(plan(session, recipient=to, due_at=hour_slot(now), uniqueness=uniqueness, mails=True))
    if planned:
        record(session, Event.ALARM_RAISED, alarm=CLOCK_ALARM)
        record_planned(session, planned)
    return bool(planned)
