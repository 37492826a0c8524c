"""Acts on a hearing, carried out on the tables: who goes, what moves, what came of it, what follows in the chain."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.facts import risk_facts
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.errors import Absent, Changed, Refused
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import going, hearings, scheduling
from hrd_cases.trials.details import Observer, Preparation, Result
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.preparation_days import PREPARED
from hrd_cases.trials.stages import Stage
from tests.cases.acting import Filed
from tests.trials.its_files import dues, stage
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, hearing, held, in_days, in_hours, today
from tests.world import World

# -- set

BEGINS: list[tuple[str | None, State]] = [
    (None, State.SCHEDULED),
    (OFFICER, State.CONFIRMED),
    (DEPUTY, State.ASSIGNED),
]


@pytest.mark.parametrize(("goes", "begins"), BEGINS)
def test_a_hearing_begins_by_who_is_to_go(tried: Tried, goes: str | None, begins: State) -> None:
    observer = Observer(member_id=tried.member(goes)) if goes else None
    set_ = tried.schedule(observer=observer)
    assert tried.hearing(set_).state == begins
    prepared = tried.seen(lambda docket: docket.preparation(set_))
    assert len(prepared) == (len(PREPARED) if goes else 0)
    assert all(one.said.for_id == tried.member(goes) for one in prepared if goes)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "party"}, "This is not on the list."),
    ({"kind": "other"}, "“Other” alone says nothing."),
    ({"observer": Observer(name="Ana"), "backup": Observer(name="Ana")}, "cannot be the backup too"),
]


@pytest.mark.parametrize(("says", "sentence"), REFUSED)
def test_what_makes_no_sense_is_not_set(tried: Tried, says: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        tried.schedule(**says)


def test_nothing_is_set_in_a_proceeding_that_has_ended(tried: Tried) -> None:
    stage(tried, Stage.TERMINATED, reason="A pardon.")
    with pytest.raises(Refused, match="This proceeding has ended"):
        tried.schedule()


# -- who goes


def test_whoever_is_assigned_accepts_for_themselves(tried: Tried) -> None:
    set_ = tried.schedule()
    tried.act(set_, Act.REQUEST_OBSERVER)
    tried.assign(set_, DEPUTY)
    assert len(tried.seen(lambda docket: docket.preparation(set_))) == len(PREPARED)
    with pytest.raises(Refused, match="The observer can"):
        tried.act(set_, Act.ACCEPT)
    tried.act(set_, Act.ACCEPT, who=DEPUTY)
    assert tried.hearing(set_).state == State.CONFIRMED
    tried.act(set_, Act.WITHDRAW, reason="The other hearing is on the same day.", who=DEPUTY)
    said = tried.hearing(set_)
    assert (said.state, said.observer) == (State.REQUESTED, None)
    assert said.reason == "The other hearing is on the same day."


def test_an_officer_speaks_for_an_observer_without_an_account(tried: Tried) -> None:
    set_ = tried.schedule(observer=Observer(name="Ana Prueba", embassy="Lisbon"))
    assert tried.hearing(set_).state == State.ASSIGNED
    tried.act(set_, Act.ACCEPT)
    assert tried.hearing(set_).state == State.CONFIRMED


def test_another_who_is_assigned_takes_over_and_is_told(tried: Tried) -> None:
    set_ = tried.schedule()
    tried.act(set_, Act.GO_MYSELF)
    tried.assign(set_, DEPUTY)
    said = tried.hearing(set_)
    assert said.observer == Observer(member_id=tried.member(DEPUTY))
    assert told(tried, DEPUTY) == set(said.told)
    assert len(tried.seen(lambda docket: docket.preparation(set_))) == len(PREPARED), "prepared once"


def told(tried: Tried, sign_in: str) -> set[uuid.UUID]:
    """Reminders planned for a member, whether they are due yet or not."""
    with tried.world.database.main.reading() as session:
        query = select(Reminder).where(Reminder.member_id == tried.member(sign_in))
        return {row.id for row in session.scalars(query)} & set(all_told(tried))


def all_told(tried: Tried) -> list[uuid.UUID]:
    return tried.seen(lambda docket: [one for each in docket.hearings for one in each.said.told])


def test_whoever_did_it_is_not_told_of_it(tried: Tried) -> None:
    set_ = tried.schedule(observer=Observer(member_id=tried.member(DEPUTY)))
    tried.act(set_, Act.DECLINE, who=DEPUTY)
    assert told(tried, OFFICER) == set(tried.hearing(set_).told) != set()
    tried.act(set_, Act.CANCEL, reason="not_listed")
    assert tried.hearing(set_).told == (), "what was told of the act before is over"


# -- moved, adjourned


def test_moved_it_stays_the_same_hearing(tried: Tried, file: Filed) -> None:
    set_ = tried.schedule(5, observer=Observer(member_id=tried.member(OFFICER)))
    with pytest.raises(Refused, match="No new date is given"):
        tried.act(set_, Act.MOVE)
    with pytest.raises(Refused, match="No new date is given"):
        tried.act(set_, Act.MOVE, new=tried.hearing(set_).when)
    tried.act(set_, Act.MOVE, new=in_days(9, None))
    said = tried.hearing(set_)
    assert (said.when.on, said.when.clock, said.state) == (today() + timedelta(days=9), None, State.CONFIRMED)
    assert [due.on for due in dues(file, "hearing")] == [said.when.on]
    assert tried.seen(lambda docket: len(docket.hearings)) == 1


ADJOURNED: list[tuple[str | None, State]] = [
    (None, State.SCHEDULED),
    (OFFICER, State.ASSIGNED),
    (DEPUTY, State.ASSIGNED),
]


@pytest.mark.parametrize(("goes", "begins"), ADJOURNED)
def test_adjourned_to_a_date_it_spawns_the_next_which_keeps_its_observer(
    tried: Tried, goes: str | None, begins: State
) -> None:
    observer = Observer(member_id=tried.member(goes)) if goes else None
    backup = Observer(name="A colleague")
    set_ = tried.schedule(5, observer=observer, backup=backup, room="Hall 4", briefing="The judge is new.")
    done = tried.act(set_, Act.ADJOURN, reason="no_time", new=in_days(20))
    following = done.next_id
    assert following is not None
    before, after = tried.hearing(set_), tried.hearing(following)
    assert (before.state, before.reason) == (State.ADJOURNED, "no_time")
    assert (after.state, after.observer, after.backup) == (begins, observer, backup)
    assert (after.follows, after.room, after.briefing) == (set_, "Hall 4", "The judge is new.")
    assert len(tried.seen(lambda docket: docket.preparation(following))) == (len(PREPARED) if goes else 0)
    assert [one.id for one in tried.seen(lambda docket: docket.chain(following))] == [set_, following]


def test_the_new_date_follows_the_old_one(tried: Tried) -> None:
    set_ = tried.schedule(5)
    with pytest.raises(Refused, match="before the hearing that it follows"):
        tried.act(set_, Act.ADJOURN, reason="no_time", new=in_days(4))
    tried.act(set_, Act.ADJOURN, reason="no_time", new=in_days(5, time(15)))
    assert tried.seen(lambda docket: len(docket.hearings)) == 2, "in the afternoon of the same day"


def test_sine_die_somebody_asks_the_court_until_there_is_a_date(tried: Tried, file: Filed) -> None:
    set_, days = tried.schedule(5), calendar(tried)
    here = days.day_of(datetime.now(UTC))
    tried.act(set_, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    said, by = tried.hearing(set_), days.working_day_after(here, 5)
    assert (said.no_date_since, said.chase_on) == (here, by)
    (due,) = dues(file, "chase")
    assert (due.on, due.for_id, due.entry_id) == (by, tried.member(OFFICER), set_)
    with pytest.raises(Refused, match="Nothing says when somebody asks again"):
        chase(tried, set_, None)
    with pytest.raises(Refused, match="Nothing says when somebody asks again"):
        chase(tried, set_, today())
    chase(tried, set_, today() + timedelta(days=21))
    assert [due.on for due in dues(file, "chase")] == [today() + timedelta(days=21)]
    assert tried.hearing(set_).note == "They said: next week."
    done = tried.act(set_, Act.SET_NEXT, new=in_days(40))
    assert dues(file, "chase") == []
    assert (tried.hearing(set_).no_date_since, tried.hearing(set_).chase_on) == (None, None)
    assert done.next_id is not None
    with pytest.raises(Refused, match="The next hearing is recorded already"):
        tried.act(set_, Act.SET_NEXT, new=in_days(50))
    with pytest.raises(Refused, match="No new date is waited for here"):
        chase(tried, set_, today() + timedelta(days=28))


def calendar(tried: Tried) -> OfficeCalendar:
    with tried.world.acting(OFFICER) as (session, visitor):
        return calendar_of(session, visitor.office_id)


def chase(tried: Tried, hearing_id: uuid.UUID, on: date | None) -> None:
    tried.do(scheduling.chase_later, tried.entry(hearing_id), on, "They said: next week.")


def test_it_is_asked_again_on_a_later_day_by_the_clocks_of_the_office(tried: Tried) -> None:
    """Past midnight in Cairo, while it is still the day before in UTC."""
    set_ = tried.schedule(5)
    tried.act(set_, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    night = datetime.combine(today(), time(23, 30), UTC)
    entry_id, tomorrow = tried.entry(set_), today() + timedelta(days=1)
    with tried.world.acting(OFFICER) as (session, visitor):
        proceeding = session.get_one(Proceeding, tried.id)
        with pytest.raises(Refused, match="Nothing says when"):
            scheduling.chase_later(session, visitor, proceeding, entry_id, tomorrow, "", night)


def test_nobody_asks_for_a_date_once_the_proceeding_has_ended(tried: Tried, file: Filed) -> None:
    set_ = tried.schedule(5)
    tried.act(set_, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    assert tried.hearing(set_).reminders
    stage(tried, Stage.TERMINATED, reason="The charges were dropped.")
    assert dues(file, "chase") == []
    assert tried.hearing(set_).reminders == ()
    stage(tried, Stage.TRIAL, reason="Taken up again.")
    assert len(dues(file, "chase")) == 1
    assert tried.hearing(set_).reminders


def test_a_next_hearing_that_was_cancelled_leaves_room_for_another(tried: Tried) -> None:
    set_ = tried.schedule(5)
    wrong = tried.act(set_, Act.ADJOURN, reason="no_time", new=in_days(20)).next_id
    assert wrong is not None
    tried.act(wrong, Act.CANCEL, reason="recorded_twice")
    right = tried.act(set_, Act.SET_NEXT, new=in_days(25)).next_id
    assert [one.id for one in (tried.seen(lambda docket: docket.next_of(set_)),) if one is not None] == [right]


# -- what came of it

RECORDED: list[tuple[str, dict[str, Any], int, int]] = [
    ("a new date", {"new": in_days(20)}, 2, 0),
    ("no new date yet", {"no_date_yet": True}, 1, 1),
    ("no further hearing is expected", {}, 1, 0),
]


@pytest.mark.parametrize(("what", "given", "count", "chased"), RECORDED, ids=[row[0] for row in RECORDED])
def test_the_result_in_one_form_says_what_follows(
    tried: Tried, file: Filed, what: str, given: dict[str, Any], count: int, chased: int
) -> None:
    set_ = tried.schedule(0, when=in_days(0, None))
    tried.act(set_, Act.RECORD, result=held(text="Two witnesses."), **given)
    said = tried.hearing(set_)
    assert said.state == State.HELD
    assert said.result is not None
    assert (said.result.outcome, said.result.text) == ("continues", "Two witnesses.")
    assert tried.seen(lambda docket: len(docket.hearings)) == count, what
    assert len(dues(file, "chase")) == chased


NOT_RECORDED: list[tuple[int, dict[str, Any], str]] = [
    (1, {"result": held()}, "This hearing has not begun."),
    (0, {}, "Nothing says what came of it."),
    (0, {"result": Result()}, "Nothing says what came of it."),
    (0, {"result": held("a party")}, "This is not on the list."),
    (0, {"result": held("other")}, "“Other” alone says nothing."),
    (0, {"result": held(), "new": in_days(9), "no_date_yet": True}, "Both a new date"),
]


@pytest.mark.parametrize(("days", "given", "sentence"), NOT_RECORDED)
def test_a_result_that_says_nothing_is_refused(tried: Tried, days: int, given: dict[str, Any], sentence: str) -> None:
    set_ = tried.schedule(when=in_days(days, None))
    with pytest.raises(Refused, match=sentence):
        tried.act(set_, Act.RECORD, **given)
    assert tried.hearing(set_).state == State.SCHEDULED


def test_of_a_hearing_of_today_nothing_came_before_its_hour(tried: Tried) -> None:
    """One that began earlier than announced is moved to its hour first."""
    set_ = tried.schedule(when=in_hours(1))
    with pytest.raises(Refused, match="has not begun"):
        tried.act(set_, Act.RECORD, result=held())
    tried.act(set_, Act.MOVE, new=in_hours(-1))
    tried.act(set_, Act.RECORD, result=held())
    assert tried.hearing(set_).state == State.HELD


def test_whoever_went_reports_within_two_working_days(tried: Tried, file: Filed) -> None:
    set_ = tried.schedule(when=in_days(0), observer=Observer(member_id=tried.member(DEPUTY)))
    tried.act(set_, Act.RECORD, result=held())
    (due,) = dues(file, "report")
    assert (due.on, due.for_id) == (calendar(tried).working_day_after(in_days(0).on, 2), tried.member(DEPUTY))
    written = uuid.uuid4()
    tried.act(set_, Act.REPORT, report_id=written, who=DEPUTY)
    assert dues(file, "report") == []
    assert tried.hearing(set_).report_by == (tried.member(DEPUTY),)
    with pytest.raises(Refused, match="Nobody reviews a report of their own"):
        tried.act(set_, Act.REVIEW, who=DEPUTY)
    tried.act(set_, Act.ASK_CHANGES, reason="Who was the judge?")
    assert len(dues(file, "report")) == 1
    tried.act(set_, Act.REPORT, report_id=written, who=DEPUTY)
    tried.act(set_, Act.REVIEW, who=HEAD)
    assert (tried.hearing(set_).state, tried.hearing(set_).reviewed_by) == (State.REVIEWED, tried.member(HEAD))


def test_nobody_reports_on_a_hearing_to_which_nobody_went(tried: Tried, file: Filed) -> None:
    set_ = tried.schedule(when=in_days(0, None))
    tried.act(set_, Act.RECORD, result=held())
    assert dues(file, "report") == []


def test_a_death_sentence_makes_every_file_of_it_critical_at_once(world: World, file: Filed) -> None:
    other = Filed(world, OFFICER, "EG", "Karim Namudhaj")
    tried = Tried(world, [file, other], stage="trial")
    set_ = tried.schedule(when=in_days(0, None), kind="verdict")
    tried.act(set_, Act.RECORD, result=held("death_sentence"))
    assert (tried.trial.death_sentence, tried.trial.death_penalty_possible) == (True, True)
    assert all(one.seen(risk_facts).death_penalty_possible for one in (file, other))


def test_what_describes_a_hearing_is_corrected_and_nothing_else(tried: Tried) -> None:
    set_ = tried.schedule(when=in_days(0, None), observer=Observer(member_id=tried.member(DEPUTY)))
    given = hearing(3, kind="bail", room="Hall 2", state="reviewed", result=held())
    assert tried.do(scheduling.correct_hearing, tried.entry(set_), given)
    said = tried.hearing(set_)
    assert (said.kind, said.room, said.state, said.result) == ("bail", "Hall 2", "assigned", None)
    assert said.when == in_days(0, None)
    assert not tried.do(scheduling.correct_hearing, tried.entry(set_), given), "nothing changed"
    tried.act(set_, Act.RECORD, result=held("bail_refused"))
    again = hearing(3, kind="bail", room="Hall 2", result=held("bail_granted"))
    assert tried.do(scheduling.correct_hearing, tried.entry(set_), again)
    result = tried.hearing(set_).result
    assert result is not None
    assert result.outcome == "bail_granted"


# -- as it was read


def test_of_two_who_act_the_second_sees_what_the_first_did(tried: Tried) -> None:
    set_ = tried.schedule()
    read = tried.entry(set_)
    tried.act(set_, Act.CANCEL, reason="not_listed", who=DEPUTY)
    with pytest.raises(Changed):
        tried.do(hearings.take_act, read, Act.MOVE, Given(new=in_days(20)))
    assert tried.hearing(set_).state == State.CANCELLED


def test_what_is_no_hearing_here_is_absent(world: World, tried: Tried, file: Filed) -> None:
    elsewhere = Tried(world, [file]).schedule()
    for entry_id in (elsewhere, uuid.uuid4(), tried.made_from):
        with pytest.raises(Absent):
            tried.do(hearings.take_act, entry_id, Act.CANCEL, Given(reason="not_listed"))
    prepared = tried.schedule(observer=Observer(member_id=tried.member(DEPUTY)))
    entry = tried.seen(lambda docket: docket.all(Preparation)[0].entry.id)
    with pytest.raises(Absent):
        tried.do(hearings.take_act, entry, Act.CANCEL, Given(reason="not_listed"))
    assert tried.hearing(prepared).state == State.ASSIGNED


@pytest.mark.parametrize("act", [Act.REQUEST_OBSERVER, Act.GO_MYSELF])
def test_nobody_sets_out_for_a_hearing_that_has_begun(tried: Tried, act: Act) -> None:
    first = tried.schedule(when=in_hours(-1))
    with pytest.raises(Refused) as refused:
        tried.act(first, act)
    assert "has begun" in refused.value.said()[0]
    assert tried.hearing(first).state == State.SCHEDULED


@pytest.mark.parametrize(("hours", "state"), [(1, State.CONFIRMED), (-1, State.ASSIGNED)])
def test_whoever_was_there_can_say_so_after_it_has_begun(tried: Tried, hours: int, state: State) -> None:
    first = tried.schedule(when=in_hours(hours))
    me = Observer(member_id=tried.member(OFFICER))
    assert tried.do(going.choose, tried.entry(first), me, None)
    assert (tried.hearing(first).observer, tried.hearing(first).state) == (me, state)
