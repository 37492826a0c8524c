"""Whoever signs in with the keys looks after the reminders of hearings: what is amiss is found and put right."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.cases import steps
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.errors import Tampered
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import mending
from hrd_cases.trials.life import Act
from hrd_cases.trials.mending import Rounds
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import upkeep
from hrd_cases.trials.times import RULES, set_for
from hrd_cases.unattended import AddressBook
from tests.cases.acting import Filed
from tests.coming_by import comes_by, nobody_looks
from tests.trials.sharing_world import Sharer, until_on
from tests.trials.trying import DEPUTY, HEAD, OFFICER, ZONE, Tried, in_days
from tests.world import World

CAIRO = ZoneInfo(ZONE)


@pytest.fixture(autouse=True)
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_looks(mending.ROUNDS, monkeypatch)


def rows(tried: Tried, hearing_id: uuid.UUID) -> dict[uuid.UUID, tuple[Any, ...]]:
    ids = tried.hearing(hearing_id).reminders
    with tried.world.database.main.reading() as session:
        found = session.scalars(select(Reminder).where(Reminder.id.in_(ids)))
        return {one.id: (one.member_id, one.role, one.slot_at, one.mails) for one in found}


def somebody_comes_by(world: World, who: str = OFFICER) -> None:
    comes_by(Rounds, world, who)


def alarms(world: World) -> int:
    with world.database.main.reading() as session:
        return len(session.scalars(select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value)).all())


def test_a_reminder_that_was_taken_away_comes_back_when_a_colleague_comes_by(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    before = rows(tried, first)
    with world.database.main.writing() as session:
        session.execute(delete(Reminder))
    somebody_comes_by(world, "finance.cairo")
    assert rows(tried, first) == {}, "without the key of the files nobody can tell"
    somebody_comes_by(world, DEPUTY)
    assert rows(tried, first) == before
    assert alarms(world) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"slot_at": datetime(2099, 1, 1, tzinfo=UTC)}, id="put off for ever"),
        pytest.param({"member_id": uuid.uuid4(), "office_id": None, "role": None}, id="given to somebody"),
        pytest.param({"mails": False}, id="made silent"),
    ],
)
def test_a_reminder_that_was_changed_is_put_right(world: World, tried: Tried, change: dict[str, Any]) -> None:
    first = tried.schedule(20)
    before = rows(tried, first)
    mailed = next(name for name, row in before.items() if row[3])
    with world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == mailed).values(**change))
    assert rows(tried, first) != before
    somebody_comes_by(world)
    assert rows(tried, first) == before


def test_where_nothing_is_amiss_nothing_is_written(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    entry = tried.entry(first)
    for who in (OFFICER, DEPUTY, HEAD):
        somebody_comes_by(world, who)
    assert tried.entry(first) == entry
    assert alarms(world) == 0


def test_whoever_has_the_file_now_is_reminded(world: World, file: Filed, tried: Tried) -> None:
    first = tried.schedule(20)
    with world.acting(HEAD) as (session, visitor):
        opened = open_file(session, session.get_one(Case, file.id))
        steps.hand_to(session, visitor, opened, tried.member(DEPUTY), datetime.now(UTC))
    assert tried.member(OFFICER) in {row[0] for row in rows(tried, first).values()}
    somebody_comes_by(world, HEAD)
    assert {row[0] for row in rows(tried, first).values()} == {tried.member(DEPUTY), None}
    assert alarms(world) == 0


def test_a_file_that_changed_hands_is_looked_at_soon(
    world: World, file: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[uuid.UUID] = []
    monkeypatch.setattr(mending.ROUNDS, "again", told.append)
    with world.acting(HEAD) as (session, visitor):
        opened = open_file(session, session.get_one(Case, file.id))
        steps.hand_to(session, visitor, opened, world.demonstration.members[DEPUTY], datetime.now(UTC))
        session.flush()
        assert told == [], "not before anybody else can see it"
    assert set(told) == {world.demonstration.offices["DEL_EGY"]}


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_where_a_share_has_ended_the_head_is_told_that_nobody_goes(world: World, how: str) -> None:
    """The embassy that was to go can read nothing of it any more: the hearing was moved past the end of its share."""
    sharer = Sharer(world)
    share_id = sharer.share(until_on=until_on(11))
    sharer.accept(share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(40))
    tried, head = sharer.tried, (None, "head")

    def to_head() -> int:
        return sum(row[:2] == head for row in rows(tried, sharer.hearing_id).values())

    before = to_head()
    if how == "revoked":
        sharer.revoke(share_id)
        somebody_comes_by(world)
    else:
        after = sharer.given(share_id).until + timedelta(minutes=1)
        sharer.tried.do(lambda session, by, trial, **_: mending.mend(session, by, trial, after))
    assert to_head() == before + 1


def damage(session: Session, file: Filed) -> None:
    session.execute(text("UPDATE cases SET sealed_file = x'00' WHERE id = :id"), {"id": file.id.hex})


def test_a_damaged_file_keeps_no_reminder_of_its_trial_away(world: World, file: Filed, tried: Tried) -> None:
    """Of its officer nobody can tell any more: the head is told instead, and security of the file."""
    first = tried.schedule(20)
    before = rows(tried, first)
    with world.database.main.writing() as session:
        session.execute(delete(Reminder))
        damage(session, file)
    somebody_comes_by(world)
    after = rows(tried, first)
    assert {row[2] for row in after.values()} >= {row[2] for row in before.values()}
    assert {row[:2] for row in after.values()} == {(None, "head")}
    assert alarms(world) == 2
    somebody_comes_by(world)
    assert (rows(tried, first), alarms(world)) == (after, 2), "and that once"


def test_of_two_files_of_a_trial_the_one_that_opens_carries_its_dates(world: World, file: Filed) -> None:
    other = Filed(world, OFFICER, "EG", "Rami Mithal")
    tried = Tried(world, [file, other])
    first = tried.schedule(20)
    with world.database.main.writing() as session:
        damage(session, file)
    tried.act(first, Act.MOVE, new=in_days(30))
    assert {row[0] for row in rows(tried, first).values()} == {tried.member(OFFICER), None}


def test_a_share_that_cannot_be_put_right_keeps_no_reminder_away(
    world: World, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tried.schedule(20)
    before = rows(tried, first)
    with world.database.main.writing() as session:
        session.execute(delete(Reminder))

    def fails(session: Session, *_: object) -> None:
        session.execute(text("DELETE FROM proceeding_entries"))
        raise Tampered("a share")

    monkeypatch.setattr(upkeep, "put_right", fails)
    somebody_comes_by(world)
    assert rows(tried, first) == before


# -- what somebody put off, or has not come to


def told_of_days_7(tried: Tried) -> tuple[uuid.UUID, uuid.UUID]:
    """A hearing in seven days by the office's clocks, and the reminder of it that came today."""
    first = tried.schedule(when=set_for(datetime.now(CAIRO).date() + timedelta(days=7), ZONE, time(10)))
    found = rows(tried, first)
    reminder_id = min(found, key=lambda one: found[one][2])
    with tried.world.database.main.writing() as session:
        past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        session.execute(update(Reminder).where(Reminder.id == reminder_id).values(slot_at=past))
    ticks(tried.world, datetime.now(UTC))
    assert state_of(tried.world, reminder_id) == "due"
    return first, reminder_id


def ticks(world: World, now: datetime) -> None:
    turn_due(world.database.main, AddressBook(world.house.settings), now)


def state_of(world: World, reminder_id: uuid.UUID) -> str | None:
    with world.database.main.reading() as session:
        return session.scalars(select(Reminder.state).where(Reminder.id == reminder_id)).one_or_none()


def a_round(tried: Tried, now: datetime) -> bool:
    """Was anything amiss? It is put right."""
    with tried.world.acting(OFFICER) as (session, by):
        proceeding = session.get_one(Proceeding, tried.id)
        off = mending.amiss(session, by, proceeding, now)
        mending.mend(session, by, proceeding, now)
        assert not mending.amiss(session, by, proceeding, now)
        return off


def test_what_was_put_off_stands_the_next_day_and_comes(world: World, tried: Tried) -> None:
    first, reminder_id = told_of_days_7(tried)
    assert world.client(OFFICER).post(f"/reminders/{reminder_id}", {"what": "three_days"}).status_code == 303
    before = rows(tried, first)
    assert a_round(tried, datetime.now(UTC) + timedelta(days=1)) == 0
    assert rows(tried, first) == before
    ticks(world, before[reminder_id][2])
    assert state_of(world, reminder_id) == "due"


def test_what_came_and_nobody_handled_stands_the_next_day(world: World, tried: Tried) -> None:
    _first, reminder_id = told_of_days_7(tried)
    assert a_round(tried, datetime.now(UTC) + timedelta(days=1)) == 0
    assert state_of(world, reminder_id) == "due"
    assert alarms(world) == 0


def test_what_was_done_stays_done_the_next_day(world: World, tried: Tried) -> None:
    _first, reminder_id = told_of_days_7(tried)
    assert world.client(OFFICER).post(f"/reminders/{reminder_id}", {"what": "done"}).status_code == 303
    assert a_round(tried, datetime.now(UTC) + timedelta(days=1)) == 0
    assert state_of(world, reminder_id) is None
    assert alarms(world) == 0


@pytest.mark.parametrize("what", ["", "three_days"])
@pytest.mark.parametrize(
    ("act", "given"),
    [(Act.CANCEL, {"reason": "not_listed"}), (Act.MOVE, {"new": in_days(40)})],
    ids=["cancelled", "moved"],
)
def test_what_was_put_off_goes_with_its_date(
    world: World, tried: Tried, what: str, act: Act, given: dict[str, Any]
) -> None:
    first, reminder_id = told_of_days_7(tried)
    if what:
        assert world.client(OFFICER).post(f"/reminders/{reminder_id}", {"what": what}).status_code == 303
    tried.act(first, act, **given)
    assert state_of(world, reminder_id) is None


def test_once_it_has_begun_nothing_of_what_comes_before_it_is_left(world: World, tried: Tried) -> None:
    first, reminder_id = told_of_days_7(tried)
    assert world.client(OFFICER).post(f"/reminders/{reminder_id}", {"what": "three_days"}).status_code == 303
    begins = tried.hearing(first).when.earliest_at
    assert a_round(tried, begins) == 1
    assert state_of(world, reminder_id) is None
    assert {row[2] > begins for row in rows(tried, first).values()} == {True}


# -- zone rules


def computed_by_old_rules(days: int) -> Any:
    """As if a country had given up summer time since: an hour off."""
    when = in_days(days)
    return msgspec.structs.replace(when, earliest_at=when.earliest_at + timedelta(hours=1), rules="2020a")


def test_when_zone_rules_moved_a_hearing_its_instant_is_computed_anew_and_its_people_are_told(
    world: World, tried: Tried
) -> None:
    first = tried.schedule(20, when=computed_by_old_rules(20))
    tried.assign(first, DEPUTY)
    before = rows(tried, first)
    somebody_comes_by(world, HEAD)
    hearing = tried.hearing(first)
    assert (hearing.when, hearing.when.rules) == (in_days(20), RULES)
    assert not before.keys() & rows(tried, first).keys(), "another instant has other reminders"
    assert len(rows(tried, first)) == len(before)
    with world.database.main.reading() as session:
        told = session.scalars(select(Reminder.member_id).where(Reminder.id.in_(hearing.told))).all()
    assert set(told) == {tried.member(OFFICER), tried.member(DEPUTY)}
    entry = tried.entry(first)
    somebody_comes_by(world, HEAD)
    assert tried.entry(first) == entry


def test_of_a_hearing_that_is_over_the_instant_stays_as_it_was(world: World, tried: Tried) -> None:
    first = tried.schedule(20, when=computed_by_old_rules(20))
    tried.act(first, Act.CANCEL, reason="not_listed")
    somebody_comes_by(world)
    assert tried.hearing(first).when.rules == "2020a"


# -- in turns


def test_a_round_looks_at_some_trials_at_a_time_and_then_rests(world: World, file: Filed) -> None:
    ticks = [0.0]
    found = Rounds(every=3600, pause=5, at_once=2, clock=lambda: ticks[0])
    several = [Tried(world, [file]) for _ in range(5)]
    looked: list[uuid.UUID] = []

    def looks(_session: Any, _by: Any, proceeding: Proceeding, _now: datetime) -> bool:
        looked.append(proceeding.id)
        return False

    with world.acting(OFFICER) as (session, visitor), pytest.MonkeyPatch.context() as patched:
        patched.setattr(mending, "amiss", looks)
        for moment, number in ((0, 2), (1, 2), (5, 4), (10, 5), (15, 5), (3000, 5), (3700, 7)):
            ticks[0] = moment
            found.wait(session, visitor)
            assert len(looked) == number, moment
        assert set(looked[:5]) == {one.id for one in several}
        found.again(visitor.office_id)
        ticks[0] += 5
        found.wait(session, visitor)
        assert len(looked) == 9
