"""Planning, cancelling, turning due: what the upper rooms and the members see of the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hrd_cases.db import Store
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import FAILED, Delivery, Heartbeat, Reminder
from hrd_cases.outbox.rules import minute_slot
from hrd_cases.outbox.tick import what_is_ready
from tests.conftest import main_metadata
from tests.outbox.cast import CAIRO, LONG_AGO, Clock, People, deliveries, new_uniqueness, remind

AMAL, JONAS, MIRA = uuid4(), uuid4(), uuid4()
HEAD = to_role(CAIRO, "head")


def reminders(store: Store) -> list[Reminder]:
    with store.reading() as session:
        return list(session.scalars(select(Reminder)))


def seen_by(store: Store, *recipients: Recipient) -> list[UUID]:
    with store.reading() as session:
        return [reminder.id for reminder in plan.due_reminders(session, recipients)]


def test_the_clear_columns_are_these_and_no_others() -> None:
    clear = {model.__tablename__: set(model.__table__.columns.keys()) for model in (Reminder, Delivery, Heartbeat)}
    assert clear == {
        "reminders": {"id", "member_id", "office_id", "role", "slot_at", "mails", "state", "uniqueness", "body"},
        "deliveries": {
            "id",
            "reminder_id",
            "member_id",
            "state",
            "message_id",
            "made_at",
            "next_try_at",
            "attempts",
            "epoch",
        },
        "heartbeats": {"id", "beat_at"},
    }, "SECURITY.md must say what a new column tells a thief"


def test_the_same_reminder_is_planned_once_however_often_it_is_saved(store: Store) -> None:
    uniqueness = new_uniqueness()
    ids = set()
    for _ in range(3):
        with store.writing() as session:
            made = plan.plan(session, recipient=HEAD, due_at=LONG_AGO, uniqueness=uniqueness, mails=True)
            again = plan.plan(session, recipient=HEAD, due_at=LONG_AGO, uniqueness=uniqueness, mails=True)
            ids |= {made, again}
    assert ids == {reminder.id for reminder in reminders(store)}
    assert len(ids) == 1


def test_saving_again_after_it_fell_due_shows_no_second_notice(store: Store, people: People, clock: Clock) -> None:
    uniqueness = new_uniqueness()
    for _ in range(2):
        with store.writing() as session:
            plan.plan(session, recipient=to_member(AMAL), due_at=LONG_AGO, uniqueness=uniqueness, mails=True)
        turn_due(store, people, clock())
    assert len(seen_by(store, to_member(AMAL))) == 1
    assert len(deliveries(store)) == 1


def test_a_hearing_that_is_not_saved_leaves_no_reminder(store: Store) -> None:
    with store.writing() as session:
        plan.plan(session, recipient=HEAD, due_at=LONG_AGO, uniqueness=new_uniqueness(), mails=True)
        session.rollback()
    assert reminders(store) == []


def test_a_moved_hearing_cancels_and_plans_anew(store: Store, people: People, clock: Clock) -> None:
    old = [remind(store, to_member(AMAL)) for _ in range(3)]
    turn_due(store, people, clock())
    with store.writing() as session:
        plan.cancel(session, [*old, uuid4()])
    new = remind(store, to_member(AMAL))
    turn_due(store, people, clock())
    assert seen_by(store, to_member(AMAL)) == [new]
    assert [row.reminder_id for row in deliveries(store)] == [new]


def test_cancelling_nothing_is_allowed(store: Store) -> None:
    kept = remind(store)
    with store.writing() as session:
        plan.cancel(session, [])
    assert [reminder.id for reminder in reminders(store)] == [kept]


@pytest.mark.parametrize(
    "due_at",
    [
        pytest.param(datetime(2026, 3, 2, 9, 20, tzinfo=UTC), id="a court's own minute"),
        pytest.param(datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC), id="a second"),
        pytest.param(datetime(2026, 3, 2, 9), id="naive"),  # noqa: DTZ001
    ],
)
def test_a_time_that_would_draw_the_courts_calendar_is_refused(store: Store, due_at: datetime) -> None:
    with pytest.raises(ValueError, match="slot"), store.writing() as session:
        plan.plan(session, recipient=HEAD, due_at=due_at, uniqueness=new_uniqueness(), mails=True)


def test_a_clock_s_moment_is_kept_to_the_minute_by_whoever_says_that_it_is_no_secret(store: Store) -> None:
    """The clock of a file that was routed lies in clear anyway: an escalation falls due when the rule says."""
    at = datetime(2036, 3, 3, 9, 20, 31, tzinfo=UTC)
    with store.writing() as session:
        plan.plan_to_the_minute(
            session, recipient=HEAD, due_at=minute_slot(at), uniqueness=new_uniqueness(), mails=True
        )
    (reminder,) = reminders(store)
    assert reminder.slot_at == datetime(2036, 3, 3, 9, 21, tzinfo=UTC)
    with pytest.raises(ValueError, match="slot"), store.writing() as session:
        plan.plan_to_the_minute(session, recipient=HEAD, due_at=at, uniqueness=new_uniqueness(), mails=True)


def test_uniqueness_is_a_whole_hmac(store: Store) -> None:
    with pytest.raises(ValueError, match="32 bytes"), store.writing() as session:
        plan.plan(session, recipient=HEAD, due_at=LONG_AGO, uniqueness=b"hearing 7", mails=True)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"member_id": AMAL, "office_id": CAIRO, "role": "head"},
        {"member_id": AMAL, "role": "head"},
        {"office_id": CAIRO},
        {"role": "head"},
    ],
)
def test_a_recipient_is_a_member_or_a_role_of_an_office(store: Store, parts: dict) -> None:
    with pytest.raises(ValueError, match="recipient"):
        Recipient(**parts)
    row = Reminder(**parts, slot_at=LONG_AGO, mails=True, uniqueness=new_uniqueness())
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(row)


def test_a_reminder_waits_for_its_slot(store: Store, people: People, clock: Clock) -> None:
    clock.now = datetime(2030, 1, 1, 7, 59, 59, tzinfo=UTC)
    waiting = remind(store, to_member(AMAL), due_at=datetime(2030, 1, 1, 8, tzinfo=UTC))
    assert turn_due(store, people, clock()) == 0
    assert not what_is_ready(store, clock()).reminders
    clock.move(seconds=1)
    assert what_is_ready(store, clock()).reminders
    assert turn_due(store, people, clock()) == 1
    assert turn_due(store, people, clock()) == 0
    assert seen_by(store, to_member(AMAL)) == [waiting]


def test_notices_are_for_those_they_were_planned_for(store: Store, people: People, clock: Clock) -> None:
    amal = remind(store, to_member(AMAL), mails=False)
    head = remind(store, HEAD, mails=False)
    remind(store, to_role(CAIRO, "officer"), mails=False)
    remind(store, to_role(uuid4(), "head"), mails=False)
    remind(store, to_member(JONAS), due_at=datetime(2099, 1, 1, tzinfo=UTC), mails=False)
    turn_due(store, people, clock())
    assert set(seen_by(store, to_member(AMAL), HEAD)) == {amal, head}
    assert seen_by(store, to_member(AMAL)) == [amal]
    assert seen_by(store, to_member(JONAS)) == []
    assert seen_by(store) == []


def test_what_does_not_mail_makes_no_delivery(store: Store, people: People, clock: Clock) -> None:
    remind(store, to_member(AMAL), mails=False)
    turn_due(store, people, clock())
    assert deliveries(store) == []


def test_a_role_with_two_members_mails_each(store: Store, people: People, clock: Clock) -> None:
    people.roles[CAIRO, "head"] = [AMAL, JONAS]
    remind(store, HEAD)
    turn_due(store, people, clock())
    assert {row.member_id for row in deliveries(store)} == {AMAL, JONAS}


def test_who_has_the_role_is_asked_when_it_falls_due_not_when_planned(
    store: Store, people: People, clock: Clock
) -> None:
    people.roles[CAIRO, "head"] = [AMAL]
    remind(store, HEAD)
    people.roles[CAIRO, "head"] = [JONAS]
    turn_due(store, people, clock())
    assert [row.member_id for row in deliveries(store)] == [JONAS]


def test_a_vacant_role_goes_to_the_deputy(store: Store, people: People, clock: Clock) -> None:
    people.stand_ins[HEAD] = [MIRA]
    reminder = remind(store, HEAD)
    turn_due(store, people, clock())
    assert [row.member_id for row in deliveries(store)] == [MIRA]
    assert seen_by(store, to_member(MIRA)) == [reminder]


def test_a_vacant_role_without_deputy_is_no_silent_loss(store: Store, people: People, clock: Clock) -> None:
    reminder = remind(store, HEAD)
    turn_due(store, people, clock())
    (row,) = deliveries(store)
    assert (row.member_id, row.state, row.reminder_id) == (None, FAILED, reminder)
    assert seen_by(store, HEAD) == [reminder]


def test_one_damaged_address_stops_nobody_elses_reminders(store: Store, people: People, clock: Clock) -> None:
    people.damaged = {AMAL}
    people.stand_ins[to_member(AMAL)] = [MIRA]
    remind(store, to_member(AMAL))
    remind(store, to_member(JONAS))
    assert turn_due(store, people, clock()) == 2
    assert {row.member_id for row in deliveries(store)} == {MIRA, JONAS}


def test_a_morning_slot_of_many_is_turned_in_several_transactions(store: Store, people: People, clock: Clock) -> None:
    for _ in range(7):
        remind(store)
        remind(store, mails=False)
    assert turn_due(store, people, clock(), at_once=3) == 14
    assert len(deliveries(store)) == 7


@pytest.mark.parametrize("line", ["", "  \n", "x" * 201])
def test_a_line_to_be_mailed_is_short_and_not_empty(store: Store, line: str) -> None:
    with pytest.raises(ValueError, match="characters"), store.writing() as session:
        plan.post(session, recipient=HEAD, due_at=LONG_AGO, uniqueness=new_uniqueness(), line=line)


def test_the_audit_head_is_mailed_but_is_no_notice(store: Store, people: People, clock: Clock) -> None:
    people.roles[CAIRO, "auditor"] = [AMAL]
    auditor = to_role(CAIRO, "auditor")
    with store.writing() as session:
        plan.post(session, recipient=auditor, due_at=LONG_AGO, uniqueness=new_uniqueness(), line="head 7 of 9")
    turn_due(store, people, clock())
    assert [row.member_id for row in deliveries(store)] == [AMAL]
    assert seen_by(store, auditor, to_member(AMAL)) == []


def test_sqlite_rows_do_not_remember_the_order_in_which_they_were_planned(sqlite_url: str) -> None:
    # PostgreSQL keeps it in xmin and ctid, whatever we do: SECURITY.md admits that.
    store = Store(sqlite_url)
    main_metadata().create_all(store.engine)
    for _ in range(30):
        remind(store)
    with store.engine.connect() as connection:
        stored = [row[0] for row in connection.exec_driver_sql("SELECT id FROM reminders")]
        with pytest.raises(Exception, match="rowid"):
            connection.exec_driver_sql("SELECT rowid FROM reminders")
    store.dispose()
    assert stored == sorted(stored), "all in one slot, by their random ids"


def test_a_reminder_planned_too_late_is_not_at_once_overdue(store: Store) -> None:
    remind(store, due_at=LONG_AGO)
    with store.reading() as session:
        slot = session.scalars(select(func.min(Reminder.slot_at))).one()
    assert slot is not None
    assert datetime.now(UTC) - slot < timedelta(minutes=2)
