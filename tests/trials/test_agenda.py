"""What stands on the calendar of an office, read from cards: it follows every act, and tells what it cannot read."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, update

from hrd_cases.cases.models import Case
from hrd_cases.cases.shelves import circles, shelves
from hrd_cases.offices.colleagues import names_of
from hrd_cases.trials import proceedings
from hrd_cases.trials.agenda import Agenda, agenda, clashes_among
from hrd_cases.trials.clashes import Why
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.times import set_for
from hrd_cases.trials.views.clashing import Busy
from tests.cases.acting import Filed
from tests.trials.trying import DEPUTY, HEAD, OFFICER, ZONE, Tried, hearing, held, in_days, today
from tests.world import World

DAY = timedelta(days=1)
ENTRIES = cast(Table, ProceedingEntry.__table__)


def read(world: World, first: date | None = None, last: date | None = None, who: str = OFFICER) -> Agenda:
    with world.acting(who) as (session, visitor):
        [shelf] = [one for one in shelves(session, visitor) if one.office_id == visitor.office_id]
        assert not shelf.behind
        return agenda(shelf.lines, first or today() - 40 * DAY, last or today() + 200 * DAY, ZONE)


def shown(found: Agenda) -> list[tuple[Any, ...]]:
    return [(one.sitting.when.on - today(), one.sitting.state) for one in found.items]


def test_what_is_done_with_a_hearing_stands_on_the_calendar_at_once(world: World, tried: Tried) -> None:
    first = tried.schedule(5)
    assert shown(read(world)) == [(5 * DAY, "scheduled")]
    tried.assign(first, DEPUTY)
    [item] = read(world).items
    assert item.sitting.observer == Observer(member_id=tried.member(DEPUTY))
    assert (item.card.name, item.sitting.court, item.others) == ("Salma Mithal", "Cairo Criminal Court", 0)
    tried.act(first, Act.MOVE, new=in_days(70))
    assert shown(read(world)) == [(70 * DAY, "assigned")]
    assert shown(read(world, today(), today() + 31 * DAY)) == []
    tried.act(first, Act.ADJOURN, reason="no_time", new=in_days(90))
    assert shown(read(world)) == [(70 * DAY, "adjourned"), (90 * DAY, "assigned")]


def test_only_the_days_that_are_asked_for(world: World, tried: Tried) -> None:
    for days in (0, 1, 2, 40):
        tried.schedule(days)
    tomorrow = today() + DAY
    assert shown(read(world, tomorrow, tomorrow)) == [(DAY, "scheduled")]
    assert len(read(world, today(), today() + 40 * DAY).items) == 4


def test_a_hearing_at_the_end_of_a_month_stands_in_both_months_over_the_date_line(world: World, tried: Tried) -> None:
    """In Kiribati the first of March is the last of February in Cairo."""
    when = set_for(date(2027, 3, 1), "Pacific/Kiritimati", hearing().when.clock)
    tried.schedule(when=when)
    last = date(2027, 2, 28)
    assert len(read(world, date(2027, 2, 1), last).items) == 1
    assert len(read(world, last, last).items) == 1
    assert len(read(world, date(2027, 3, 1), date(2027, 3, 1)).items) == 1
    assert len(read(world, date(2027, 3, 2), date(2027, 3, 31)).items) == 0


def test_a_trial_of_three_files_is_one_line_by_its_first_file(world: World) -> None:
    files = [Filed(world, OFFICER, "EG", name) for name in ("Salma Mithal", "Nour Mithal", "Karim Mithal")]
    tried = Tried(world, files)
    tried.schedule(3)
    [item] = read(world).items
    assert (item.card.case_id, item.others) == (files[0].id, 2)
    # Charges against the first are dropped: the second has the line now.
    tried.do(_take_off, files[0])
    [item] = read(world).items
    assert (item.card.case_id, item.others) == (files[1].id, 1)


def _take_off(session: Any, by: Any, proceeding: Any, filed: Filed, *, now: Any) -> None:
    proceedings.take_off(session, by, proceeding, session.get_one(Case, filed.id), "Charges were dropped.", now)


def test_past_hearings_stay_when_the_file_is_closed(world: World, tried: Tried) -> None:
    one = tried.schedule(0)
    tried.act(one, Act.RECORD, result=held("acquitted"))
    assert shown(read(world)) == [(0 * DAY, "held")]
    tried.files[0].set_state("closed")
    [item] = read(world).items
    assert item.sitting.access == "admitted"


def test_another_office_knows_nothing_of_it(world: World, tried: Tried) -> None:
    tried.schedule(3)
    assert read(world, who="officer.minsk") == Agenda([], 0)
    with world.acting("finance.cairo") as (_, visitor):
        assert not circles(visitor)


def test_a_trial_that_is_not_whole_is_told_whatever_month_is_looked_at(world: World, tried: Tried) -> None:
    first, _ = tried.schedule(3), tried.schedule(33)
    with world.database.main.writing() as session:
        session.connection().execute(delete(ENTRIES).where(ENTRIES.c.id == first))
    _again(world, tried)
    found = read(world, today() - 400 * DAY, today() - 370 * DAY)
    assert found == Agenda([], 1)
    assert (shown(read(world)), read(world).unread) == ([(33 * DAY, "scheduled")], 1)


def test_a_trial_that_cannot_be_read_at_all_is_told(world: World, tried: Tried) -> None:
    tried.schedule(3)
    with world.database.main.writing() as session:
        session.connection().execute(update(ENTRIES).values(sealed_file=bytes(60)))
    _again(world, tried)
    assert read(world) == Agenda([], 1)


def _again(world: World, tried: Tried) -> None:
    """Something else is written into the file, and its card with it."""
    tried.files[0].set_state("active")


def test_one_observer_at_two_trials_at_once_is_seen(world: World, tried: Tried) -> None:
    other = Tried(world, [Filed(world, OFFICER, "EG", "Nour Mithal")], place="Aswan")
    mine, theirs, third = tried.schedule(5), other.schedule(5), other.schedule(5)
    for trial, one in ((tried, mine), (other, theirs)):
        trial.assign(one, DEPUTY)
    found = clashes_among(read(world).items)
    assert {one: [(duty.hearing_id, why) for duty, why in others] for one, others in found.items()} == {
        mine: [(theirs, Why.SAME_TIME)],
        theirs: [(mine, Why.SAME_TIME)],
    }
    assert third not in found
    other.act(theirs, Act.CANCEL, reason="other", note="Withdrawn")
    assert clashes_among(read(world).items) == {}


def test_whoever_chooses_an_observer_learns_who_is_not_free(world: World, tried: Tried) -> None:
    other = Tried(world, [Filed(world, OFFICER, "EG", "Nour Mithal")], place="Aswan")
    theirs, third = other.schedule(5), other.schedule(5, backup=Observer(member_id=tried.member(HEAD)))
    other.assign(theirs, DEPUTY)
    other.act(third, Act.ASSIGN, observer=Observer(name="E. Exemple", embassy="Utopia"))
    mine = tried.schedule(5)
    reference = other.files[0].seen(lambda file: file.case.reference)
    told = f"has another hearing at that time: \u2066{reference}\u2069"
    with world.app.test_request_context("/"), world.acting(OFFICER) as (session, visitor):
        busy = Busy(session, visitor, visitor.office_id, mine, in_days(5), "Cairo")
        names = names_of(session, [tried.member(one) for one in (OFFICER, DEPUTY, HEAD)])
        hints = busy.hints(names, names)
        assert set(hints) == {str(tried.member(DEPUTY)), str(tried.member(HEAD))}
        assert all(told in words for words in hints.values())
        assert len(busy.said(Observer(name=" e exemple", embassy="UTOPIA"), names)) == 1
        assert busy.said(None, names) == []
        # The hearing itself, moved by an hour, is none that its own observer clashes with.
        own = Busy(session, visitor, visitor.office_id, theirs, in_days(5, time(11)), "Aswan")
        assert set(own.hints(names, names)) == {str(tried.member(HEAD))}
        assert Busy(session, visitor, visitor.office_id, mine, in_days(9), "Cairo").hints(names, names) == {}
