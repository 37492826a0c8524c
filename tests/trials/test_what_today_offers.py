"""What Today offers for a hearing: to prepare one to come, and to record what came of one that is past."""

from __future__ import annotations

import uuid
from datetime import timedelta

from hrd_cases.trials import preparing
from hrd_cases.trials.details import Observer, Preparation
from hrd_cases.trials.life import Act
from tests.trials.due import today
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_hours
from tests.trials.trying import today as day_now


def test_one_to_come_is_prepared(tried: Tried) -> None:
    tried.schedule(1)
    page = today(tried.world, OFFICER)
    assert "Prepare it" in page
    assert "Record the result" not in page


def test_that_nobody_goes_stands_in_its_row(tried: Tried) -> None:
    first = tried.schedule(1)
    assert "Nobody goes" in today(tried.world, OFFICER)
    tried.act(first, Act.GO_MYSELF)
    assert "Nobody goes" not in today(tried.world, OFFICER)
    tried.schedule(when=in_hours(-1))
    assert "Nobody goes" not in today(tried.world, OFFICER), "it is too late"


def test_what_is_left_to_prepare_says_what_it_is_and_that_nobody_goes(tried: Tried) -> None:
    """Two rows of one hearing say different things."""
    hearing_id = tried.schedule(3)
    given = Preparation(hearing_id=hearing_id, kind="tell_defence", due_on=day_now() - timedelta(days=1))
    tried.do(preparing.add, given)
    on = day_now() + timedelta(days=3)
    row = f"Prepare a hearing (Tell the defence): Cairo Criminal Court , {on.day} {on:%B %Y}, 10:00 Nobody goes"
    assert row in today(tried.world, OFFICER)
    tried.act(hearing_id, Act.GO_MYSELF)
    page = today(tried.world, OFFICER)
    assert "Prepare a hearing (" in page
    assert "Nobody goes" not in page


def test_of_one_that_is_past_the_result_is_recorded(tried: Tried) -> None:
    tried.schedule(-1)
    page = today(tried.world, OFFICER)
    assert "Record the result" in page
    assert "Prepare it" not in page


def test_what_was_not_prepared_in_time_stands_on_the_today_of_whoever_prepares_it(tried: Tried) -> None:
    """Once for each of them, until it is done, taken off, or the hearing is over."""
    tried.world.client(DEPUTY).get("/")
    hearing_id = tried.schedule(40, observer=Observer(member_id=tried.member(OFFICER)))
    yesterday = day_now() - timedelta(days=1)

    def late(who: str) -> int:
        return today(tried.world, who).count("Prepare a hearing (")

    def task(kind: str, for_id: uuid.UUID) -> uuid.UUID:
        given = Preparation(hearing_id=hearing_id, kind=kind, for_id=for_id, due_on=yesterday)
        entry_id: uuid.UUID = tried.do(preparing.add, given).id
        return entry_id

    assert (late(OFFICER), late(DEPUTY)) == (0, 0)
    tasks = [task("travel", tried.member(DEPUTY)), task("interpreter", tried.member(DEPUTY))]
    assert "Not prepared in time" in today(tried.world, DEPUTY)
    assert (late(OFFICER), late(DEPUTY)) == (0, 1)
    assert "Prepare a hearing (Interpreter): Cairo Criminal Court" in today(tried.world, DEPUTY)
    tried.do(preparing.tick, tasks[1], "", done=True)
    assert "Prepare a hearing (Travel): Cairo Criminal Court" in today(tried.world, DEPUTY)
    tried.do(preparing.take_off, tasks[0])
    assert late(DEPUTY) == 0


def test_of_a_hearing_of_today_nothing_is_late_from_the_beginning(tried: Tried) -> None:
    tried.schedule(0, observer=Observer(member_id=tried.member(OFFICER)))
    page = today(tried.world, OFFICER)
    assert "Not prepared in time" not in page
    assert "Prepare a hearing" not in page
