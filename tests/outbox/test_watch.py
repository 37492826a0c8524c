"""The watchdog's alarms, the banner, and what is swept away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select

from hrd_cases.db import Store
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.outbox.claims import claim, mark_failed, mark_later, mark_sent
from hrd_cases.outbox.due import new_delivery, turn_due
from hrd_cases.outbox.models import SENT, WAITING, Delivery, Heartbeat, Reminder
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.outbox.watch import Alarm, AlarmKind, Troubles, alarms, beat, set_right, sweep, troubles
from tests.outbox.cast import CAIRO, LONG_AGO, Clock, People, deliveries, new_uniqueness, remind

AMAL, JONAS = uuid4(), uuid4()


def beats(store: Store, scheduler: UUID, at: datetime) -> None:
    with store.writing() as session:
        beat(session, scheduler, at)


def alarms_at(store: Store, now: datetime) -> list[Alarm]:
    with store.reading() as session:
        return alarms(session, now)


def kinds_at(store: Store, now: datetime) -> set[AlarmKind]:
    return {alarm.kind for alarm in alarms_at(store, now)}


def count(store: Store, model: type) -> int:
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_a_scheduler_that_never_ran_is_an_alarm(store: Store, clock: Clock) -> None:
    assert alarms_at(store, clock()) == [Alarm(AlarmKind.NO_SCHEDULER, 0, None)]


def test_a_scheduler_that_beats_is_none_for_five_minutes(store: Store, clock: Clock) -> None:
    one, other = uuid4(), uuid4()
    beats(store, one, clock())
    first = clock()
    assert alarms_at(store, clock() + timedelta(minutes=5)) == []
    assert alarms_at(store, clock() + timedelta(minutes=5, seconds=1)) == [Alarm(AlarmKind.NO_SCHEDULER, 0, first)]
    clock.move(minutes=4)
    beats(store, one, clock())
    beats(store, other, clock())
    assert alarms_at(store, clock() + timedelta(minutes=5)) == []
    assert count(store, Heartbeat) == 2


def test_a_reminder_five_minutes_overdue_is_an_alarm(store: Store, clock: Clock) -> None:
    beats(store, uuid4(), clock() + timedelta(minutes=6))
    with store.reading() as session:
        slot = session.scalar(select(Reminder.slot_at).where(Reminder.id == remind(store)))
    assert slot
    assert AlarmKind.REMINDERS_OVERDUE not in kinds_at(store, slot + timedelta(minutes=5))
    (alarm,) = alarms_at(store, slot + timedelta(minutes=5, seconds=1))
    assert alarm == Alarm(AlarmKind.REMINDERS_OVERDUE, 1, slot)


def test_a_mail_that_hangs_for_five_minutes_is_an_alarm_even_while_it_is_tried(
    store: Store, people: People, clock: Clock
) -> None:
    clock.move(hours=1)
    remind(store)
    turn_due(store, people, clock())
    made_at = clock()
    clock.move(minutes=5, seconds=1)
    mark_later(store, claim(store, clock()), clock())
    claim(store, clock() + timedelta(minutes=1))
    beats(store, uuid4(), clock())
    assert alarms_at(store, clock()) == [Alarm(AlarmKind.MAILS_OVERDUE, 1, made_at)]


def test_work_done_is_no_alarm(store: Store, people: People, clock: Clock) -> None:
    remind(store)
    turn_due(store, people, clock())
    for claimed in claim(store, clock()):
        mark_sent(store, claimed, clock())
    remind(store, due_at=datetime(2099, 1, 1, tzinfo=UTC))
    clock.move(hours=1)
    beats(store, uuid4(), clock())
    assert alarms_at(store, clock()) == []


def test_a_delivery_that_stands_already_keeps_nobody_from_being_mailed(
    store: Store, people: People, clock: Clock
) -> None:
    """Planted as if it had been sent; another reminder falls due in the same turn."""
    planted, other = remind(store, to_member(AMAL)), remind(store, to_member(JONAS))
    with store.writing() as session:
        session.execute(insert(Delivery).values(new_delivery(planted, AMAL, clock()) | {"state": SENT}))
    assert turn_due(store, people, clock()) == 2
    assert {(one.reminder_id, one.state) for one in deliveries(store)} == {(planted, WAITING), (other, WAITING)}


def test_what_fell_due_while_the_clock_ran_ahead_is_mailed_in_its_own_time(
    store: Store, people: People, clock: Clock
) -> None:
    reminder_id = remind(store, to_member(AMAL), due_at=hour_slot(clock() + timedelta(days=3)))
    assert turn_due(store, people, clock() + timedelta(days=4)) == 1
    with store.writing() as session:
        assert set_right(session) == 1
    assert deliveries(store) == []
    assert turn_due(store, people, clock() + timedelta(days=4)) == 1
    assert [one.reminder_id for one in deliveries(store)] == [reminder_id]


def test_troubles_count_what_failed_and_what_is_tried_again(store: Store, people: People, clock: Clock) -> None:
    for member in (AMAL, JONAS):
        remind(store, to_member(member))
    remind(store, to_role(CAIRO, "head"))
    turn_due(store, people, clock())
    made_at = clock()
    (amals,) = [row for row in deliveries(store) if row.member_id == AMAL]
    for claimed in claim(store, clock()):
        if claimed.id == amals.id:
            mark_failed(store, people, claimed, clock())
        else:
            mark_later(store, [claimed], clock())

    def troubles_of(*members: UUID) -> Troubles:
        with store.reading() as session:
            return troubles(session, members or None)

    assert troubles_of() == Troubles(failed=2, retrying=1, since=made_at)
    assert troubles_of(AMAL) == Troubles(failed=1, retrying=0, since=made_at)
    assert troubles_of(JONAS) == Troubles(failed=0, retrying=1, since=made_at)
    assert not troubles_of(uuid4())


def test_nothing_wrong_is_no_trouble(store: Store) -> None:
    with store.reading() as session:
        assert troubles(session) == Troubles(0, 0, None)


@pytest.mark.parametrize(("days", "kept"), [(7, True), (8, False)])
def test_who_was_mailed_when_is_forgotten_after_a_week(
    store: Store, people: People, clock: Clock, days: int, kept: bool
) -> None:
    clock.move(hours=1)
    reminder = remind(store, to_member(AMAL))
    turn_due(store, people, clock())
    for claimed in claim(store, clock()):
        mark_sent(store, claimed, clock())
    with store.writing() as session:
        sweep(session, clock() + timedelta(days=days))
    assert bool(deliveries(store)) is kept
    with store.reading() as session:
        assert [seen.id for seen in plan.due_reminders(session, [to_member(AMAL)])] == [reminder]


def test_what_is_not_settled_is_never_swept(store: Store, people: People, clock: Clock) -> None:
    clock.move(hours=1)
    for member in (AMAL, JONAS):
        remind(store, to_member(member))
    turn_due(store, people, clock())
    mark_failed(store, people, claim(store, clock(), at_once=1)[0], clock())
    with store.writing() as session:
        sweep(session, clock() + timedelta(days=400))
    assert len(deliveries(store)) == count(store, Reminder) == 2


def test_a_mailed_audit_head_is_swept_and_an_unmailed_one_is_not(store: Store, people: People, clock: Clock) -> None:
    for member in (AMAL, JONAS):
        with store.writing() as session:
            line = "4711 ab12cd"
            plan.post(session, recipient=to_member(member), due_at=LONG_AGO, uniqueness=new_uniqueness(), line=line)
    clock.move(hours=1)
    turn_due(store, people, clock())
    mark_sent(store, claim(store, clock(), at_once=1)[0], clock())
    with store.writing() as session:
        sweep(session, clock() + timedelta(days=8))
    assert len(deliveries(store)) == count(store, Reminder) == 1


def test_schedulers_that_are_gone_are_swept(store: Store, clock: Clock) -> None:
    beats(store, uuid4(), clock() - timedelta(days=2))
    beats(store, uuid4(), clock())
    with store.writing() as session:
        sweep(session, clock())
    assert count(store, Heartbeat) == 1
