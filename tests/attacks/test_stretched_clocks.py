"""Who writes the tables of offices and holidays stretches no clock: what the trail tells of when an office works
counts, an alarm is raised, and the check of the trail names the row.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from hrd_cases.audit.verify import verify_store
from hrd_cases.audit.working_days import ToldDays, told_days
from hrd_cases.cases.filing import DAYS_ALARM, submit
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.office_days import calendar_of, working_days
from hrd_cases.offices import facts
from hrd_cases.offices.models import Office, OfficeHoliday
from tests.attacks.past_our_code import alarms, tables
from tests.cases.conftest import recorded
from tests.world import World

NOW = datetime.now(UTC)
DAYS = tuple(NOW.date() + timedelta(days=n) for n in range(21))
PLANTED = {
    "weekend": 'UPDATE offices SET weekend = \'["mon","tue","wed","thu","fri","sat"]\'',
    "hours": "UPDATE offices SET opens = '10\\:00', closes = '10\\:01'",
    "zone": "UPDATE offices SET zone = 'Pacific/Kiritimati'",
    "holidays": "",
}
FOUND = {
    "weekend": "the weekend of an office is not the one that was told",
    "hours": "the hours of an office are not the ones that were told",
    "zone": "the time zone of an office is not the one that was told",
    "holidays": "a holiday that nobody told of, or one that was taken away",
}
HOW = pytest.mark.parametrize("how", PLANTED)


def plant(world: World, how: str) -> None:
    with tables(world) as session:
        if PLANTED[how]:
            session.execute(text(PLANTED[how]))
            return
        for office_id in session.scalars(select(Office.id)).all():
            there = set(session.scalars(select(OfficeHoliday.on).where(OfficeHoliday.office_id == office_id)))
            session.add_all(
                OfficeHoliday(office_id=office_id, on=day, name="x", source="x") for day in DAYS if day not in there
            )


def sent(world: World, urgency: str) -> Acknowledgement:
    """A file for Cairo, recorded in Minsk; its clock."""
    with world.database.main.reading() as session:
        before = list(session.scalars(select(Acknowledgement.case_id)))
    with world.acting("officer.minsk") as (session, visitor):
        submit(session, visitor, recorded("EG", "Somebody", urgency=urgency), (), NOW)
    with world.database.main.reading() as session:
        return session.scalars(select(Acknowledgement).where(Acknowledgement.case_id.not_in(before))).one()


def findings(world: World) -> set[str]:
    return {one.what for one in verify_store(world.database.main).findings}


@HOW
@pytest.mark.parametrize("urgency", ["critical", "medium"])
def test_a_planted_row_stretches_no_clock(world: World, how: str, urgency: str) -> None:
    before = sent(world, urgency)
    assert DAYS_ALARM not in alarms(world)
    was = findings(world)
    plant(world, how)
    after = sent(world, urgency)
    assert (after.due_at, after.headquarters_at) == (before.due_at, before.headquarters_at)
    assert DAYS_ALARM in alarms(world)
    assert findings(world) - was == {FOUND[how]}


def test_holidays_that_were_taken_away_are_kept(world: World) -> None:
    cairo, day = world.demonstration.offices["DEL_EGY"], DAYS[5]
    with world.acting("head.cairo") as (session, _visitor):
        facts.add_holidays(session, session.get_one(Office, cairo), [facts.Holiday(day, "A feast")], "the gazette")
    with tables(world) as session:
        session.execute(text("DELETE FROM office_holidays"))
    with world.database.main.reading() as session:
        found = working_days(session, cairo)
        assert found.calendar.holiday(day) is not None
        assert found.doubtful
    assert FOUND["holidays"] in findings(world)


def test_what_the_head_changes_counts_and_is_found_right(world: World) -> None:
    cairo, day = world.demonstration.offices["DEL_EGY"], DAYS[6]
    was = findings(world)
    with world.acting("head.cairo") as (session, _visitor):
        office = session.get_one(Office, cairo)
        fri = {"weekend": ("fri",), "weekend_source": "a decree", "weekend_on": DAYS[0]}
        facts.change_office(session, office, facts.particulars(office)._replace(**fri))  # type: ignore[arg-type]
        facts.add_holidays(session, office, [facts.Holiday(day, "A feast")], "the gazette")
    with world.acting("head.cairo") as (session, _visitor):
        found = working_days(session, cairo)
        assert (found.calendar.weekend, found.doubtful) == (frozenset({4}), False)
        assert found.calendar.holiday(day) is not None
        facts.remove_holiday(session, session.scalars(select(OfficeHoliday).where(OfficeHoliday.on == day)).one())
    with world.database.main.reading() as session:
        assert calendar_of(session, cairo).holiday(day) is None
    assert findings(world) == was


def test_saving_something_else_does_not_confirm_what_was_planted(world: World) -> None:
    cairo = world.demonstration.offices["DEL_EGY"]
    plant(world, "weekend")
    with world.acting("head.cairo") as (session, _visitor):
        office = session.get_one(Office, cairo)
        wanted = facts.particulars(office)._replace(weekend_source="somewhere", weekend_on=DAYS[0])
        facts.change_office(session, office, wanted._replace(public_contact="another@example.org"))
    with world.database.main.reading() as session:
        found = working_days(session, cairo)
        assert (found.calendar.weekend, found.doubtful) == (frozenset({4, 5}), True)


def test_a_row_taken_out_of_the_index_brings_no_holiday_back(world: World) -> None:
    cairo, day = world.demonstration.offices["DEL_EGY"], DAYS[6]
    with world.acting("head.cairo") as (session, _visitor):
        office = session.get_one(Office, cairo)
        facts.add_holidays(session, office, [facts.Holiday(day, "A feast")], "the gazette")
        session.flush()
        facts.remove_holiday(session, session.scalars(select(OfficeHoliday).where(OfficeHoliday.on == day)).one())
    with tables(world) as session:
        session.execute(text("DELETE FROM audit_subjects WHERE subject_id = :o"), {"o": cairo.hex})
    with world.database.main.reading() as session:
        assert day not in told_days(session, cairo).holidays


def test_what_the_trail_has_never_told_is_the_usual_until_it_is_saved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offices of before: their rows may have been planted as well."""
    cairo = world.demonstration.offices["DEL_EGY"]
    plant(world, "weekend")
    plant(world, "holidays")
    with monkeypatch.context() as before:
        before.setattr("hrd_cases.cases.office_days.told_days", lambda *_: ToldDays())
        with world.database.main.reading() as session:
            found = working_days(session, cairo)
            assert (found.calendar.weekend, found.calendar.holidays) == (frozenset({4, 5}), {})
            assert found.doubtful


def test_an_office_of_before_is_told_by_saving_it_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    with world.acting("head.cairo") as (session, _visitor):
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        facts.change_office(session, office, facts.particulars(office))
        monkeypatch.setattr(facts, "record", lambda _session, _event, **fields: told.append(fields))
        monkeypatch.setattr(facts, "told_days", lambda *_: ToldDays())
        facts.change_office(session, office, facts.particulars(office))
        monkeypatch.undo()
    assert [(one["zone"], one["weekend"], one["hours"]) for one in told] == [("Africa/Cairo", "fri sat", "")]
    assert isinstance(told[0]["office"], uuid.UUID)
