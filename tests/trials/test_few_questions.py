"""Trials are read, reminded of and recorded with few questions to the database, however much there is of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.today.files import Files
from hrd_cases.today.reminders import due_for, reminded
from hrd_cases.trials.mending import amiss
from hrd_cases.trials.models import Proceeding
from tests.cases.acting import Filed
from tests.counting import Work, counted
from tests.trials.due import reminders_are_due, today
from tests.trials.sharing_world import OBSERVER, Sharer, agreed
from tests.trials.test_hearing_pages import came, day_of
from tests.trials.trying import OFFICER, Tried, in_days
from tests.world import World


def read(world: World, address: str, who: str = OFFICER) -> Work:
    browser = world.client(who)
    browser.get(address)
    with counted(world) as work:
        assert browser.get(address).status_code == 200
    return work


def looked_after(world: World, tried: Tried) -> Work:
    """A look at its reminders, of which nothing is amiss."""
    with counted(world) as work, world.acting(OFFICER) as (session, visitor):
        proceeding = session.get_one(Proceeding, tried.id)
        assert not amiss(session, visitor, proceeding, datetime.now(UTC))
    return work


def test_however_many_hearings_there_are_the_office_is_asked_once_how_it_is_reminded(
    world: World, tried: Tried
) -> None:
    tried.schedule(20)
    one = looked_after(world, tried)
    for day in range(4):
        tried.schedule(21 + day)
    five = looked_after(world, tried)
    assert len(five.of("audit_entries")) == len(one.of("audit_entries"))
    assert len(five.statements) <= len(one.statements) + 4 * 2, "the rows of its reminders, and its file"


def test_today_asks_as_much_for_many_reminders_as_for_one(world: World, tried: Tried) -> None:
    hearings = [tried.schedule(20 + day) for day in range(4)]
    reminders_are_due(world, *tried.hearing(hearings[0]).reminders)
    one = read(world, "/")
    for hearing_id in hearings:
        reminders_are_due(world, *tried.hearing(hearing_id).reminders)
    four = read(world, "/")
    assert len(four.of("audit_entries")) == len(one.of("audit_entries"))
    assert len(four.statements) <= len(one.statements)


def test_what_has_no_place_on_the_page_is_counted_and_not_opened(
    world: World, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrd_cases.today.reminders.MOST_REMINDERS", 1)
    other = Tried(world, [Filed(world, OFFICER, "EG", "Omar Nabil")])
    for one in (tried, other):
        reminders_are_due(world, *one.hearing(one.schedule(20)).reminders)
    assert "1 more reminder waits" in today(world, OFFICER)
    assert "A reminder of" not in today(world, OFFICER)
    assert len(read(world, "/").of("FROM proceeding_entries")) == 1


ENTRIES = "FROM proceeding_entries"


def test_the_page_of_a_file_reads_its_trial_once(world: World, tried: Tried) -> None:
    tried.schedule(20)
    assert len(read(world, f"/cases/{tried.files[0].id}").of(ENTRIES, "written_at")) == 1


def test_a_result_with_the_next_date_reads_the_trial_few_times(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(0)
    address = f"/trials/{tried.id}/hearings/{hearing_id}/result"
    browser, form = world.client(OFFICER), came(tried, hearing_id, next="date", **day_of(in_days(14).on))
    with counted(world) as work:
        answer = browser.post(address, form)
    assert answer.status_code == 303
    assert len(work.of(ENTRIES, "ORDER BY")) <= 3


def test_an_act_asks_once_when_its_office_works(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(0)
    address = f"/trials/{tried.id}/hearings/{hearing_id}/result"
    browser, form = world.client(OFFICER), came(tried, hearing_id, next="date", **day_of(in_days(14).on))
    with counted(world) as work:
        assert browser.post(address, form).status_code == 303
    assert len(work.of("office_holidays")) == 1


def test_what_is_asked_once_is_asked_anew_after_the_commit(world: World) -> None:
    office_id, closed = world.demonstration.offices["DEL_EGY"], date(2027, 3, 9)
    with world.database.main.writing() as session:
        assert calendar_of(session, office_id).is_working_day(closed)
        add_holidays(session, session.get_one(Office, office_id), [Holiday(closed, "Founders")], "sample calendar")
    with world.database.main.reading() as session:
        assert not calendar_of(session, office_id).is_working_day(closed)
        assert calendar_of(session, world.demonstration.offices["EMB_A_EGY"]).is_working_day(closed)


def test_of_what_was_shared_as_much_is_opened_as_the_page_has_room_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the embassy's days are asked once, however many hearings its observer goes to."""

    def opened(most: int) -> Work:
        monkeypatch.setattr("hrd_cases.today.reminders.MOST_REMINDERS", most)
        with counted(world) as work, world.acting(OBSERVER) as (session, visitor):
            now, files = datetime.now(UTC), Files.among([])
            found = reminded(session, visitor, files, due_for(session, visitor), now)
        assert (len(found.told), found.more, found.unexplained) == (min(most, 3), 3 - min(most, 3), [])
        return work

    for number in range(3):
        sharer = Sharer(world, [agreed(world, f"Mithal {number}")])
        share_id = sharer.share()
        sharer.accept(share_id)
        reminders_are_due(world, *sharer.of(share_id, lambda one: dict(one.ahead)))
    assert len(opened(1).of("FROM shares")) == 1
    everything = opened(20)
    assert len(everything.of("FROM shares")) == 3
    assert len(everything.of("office_holidays")) == 1
