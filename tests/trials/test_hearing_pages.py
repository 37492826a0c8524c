"""The pages of a hearing: scheduled, shown, its result recorded with the next date, who goes, what is prepared."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import Profile
from hrd_cases.errors import Unfit
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.settings import CONFIG
from hrd_cases.trials import preparation_days
from hrd_cases.trials.details import Hearing, Observer, Preparation
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.overview import clocks_of
from hrd_cases.trials.preparation_days import PREPARED
from hrd_cases.trials.times import When, set_for
from tests.cases.acting import Filed, sentences
from tests.cases.typed import fill
from tests.pages.markup import faults
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days, in_hours, today
from tests.world import World, cairo_day

DAY = timedelta(days=1)


@pytest.fixture
def tried(world: World, file: Filed) -> Tried:
    return Tried(world, [file], place="Tora")


def at(tried: Tried, rest: str = "") -> str:
    return f"/trials/{tried.id}/hearings{rest}"


def get(tried: Tried, rest: str, who: str = OFFICER, status: int = 200) -> str:
    answer = tried.world.client(who).get(at(tried, rest))
    assert answer.status_code == status, answer.text
    assert faults(answer.text) == []
    return str(answer.text)


def read(tried: Tried, rest: str, who: str = OFFICER, status: int = 200) -> str:
    return sentences(get(tried, rest, who, status).split("<main", 1)[1])


def post(tried: Tried, rest: str, form: dict[str, Any], who: str = OFFICER) -> Any:
    answer = tried.world.client(who).post(at(tried, rest), form)
    if answer.status_code != 303:
        assert faults(answer.text) == []
    return answer


def done(answer: Any) -> str:
    """Where it led to."""
    assert answer.status_code == 303, sentences(answer.text)
    return str(answer.headers["Location"])


def day_of(on: date, name: str = "on") -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def following(docket: Docket, hearing_id: uuid.UUID) -> Standing[Hearing]:
    found = docket.next_of(hearing_id)
    assert found is not None
    return found


def made_from(tried: Tried, hearing_id: uuid.UUID) -> dict[str, str]:
    return {"made_from": str(tried.entry(hearing_id))}


# -- scheduled


def new(on: date | None = None, **more: Any) -> dict[str, Any]:
    said = {"made_from": str(uuid.uuid4()), "kind": "bail", "hour": "10:30", "part": "unknown", "zone": "Africa/Cairo"}
    return said | {"defence_knows": "unknown", "observer_id": ""} | day_of(on or today() + 9 * DAY) | more


def set_by(tried: Tried, form: dict[str, Any]) -> tuple[uuid.UUID, Hearing]:
    led = done(post(tried, "/new", form))
    hearing_id = uuid.UUID(led.rsplit("/", 1)[1])
    return hearing_id, tried.hearing(hearing_id)


LONDON = "Europe/London"
REMARKS = [
    (date(2027, 3, 28), "01:30", "There is no 01:30 that night: the court’s clocks go forward. It is taken as 02:30."),
    (
        date(2027, 10, 31),
        "01:30",
        "It is 01:30 twice that night: the court’s clocks go back. It is taken as the first.",
    ),
    (date(2027, 3, 12), "10:30", "The office is closed on that day of the week."),
    (date(2027, 3, 14), "10:30", "The office is closed on that day: Founders."),
    (date(2027, 3, 15), "10:30", ""),
]
SAID = ("There is no", "twice that night", "The office is closed")


@pytest.mark.parametrize(("on", "hour", "remark"), REMARKS, ids=[remark or "nothing" for *_, remark in REMARKS])
def test_what_a_date_has_about_it_is_said_when_it_is_set(
    world: World, tried: Tried, on: date, hour: str, remark: str
) -> None:
    with world.acting(HEAD) as (session, visitor):
        office = session.get_one(Office, visitor.office_id)
        add_holidays(session, office, [Holiday(date(2027, 3, 14), "Founders")], "sample calendar, printed 2026-01-05")
    first, _ = set_by(tried, new(on, hour=hour, zone=LONDON))
    text = read(tried, f"/{first}")
    assert remark in text
    assert remark or not [said for said in SAID if said in text]


def test_an_hour_that_the_clocks_skip_is_said_as_it_was_taken(tried: Tried) -> None:
    """01:30 stood in the heading, beside the remark that there is no such hour that night."""
    skipped = date(2027, 3, 28)
    first, said = set_by(tried, new(skipped, hour="01:30", zone=LONDON))
    assert said.when.clock == time(1, 30), "what the court said stays"
    text = read(tried, f"/{first}")
    assert "The hearing is set: Sunday, 28 March 2027, 02:30 at the court (London)" in text
    assert text.count("01:30") == 1 + (said.when.earliest_at.hour == 23), "in the remark alone"
    calendar = sentences(tried.world.client(OFFICER).get(f"/hearings?view=list&on={skipped}").text)
    assert "02:30 at the court (London)" in calendar


def test_what_a_next_date_has_about_it_is_said_with_the_result(tried: Tried) -> None:
    first = tried.schedule(0)
    done(post(tried, f"/{first}/result", came(tried, first, next="date", **day_of(date(2027, 3, 12)))))
    text = read(tried, f"/{first}")
    assert "The office is closed on that day of the week." in text
    moved = tried.schedule(5)
    tried.act(moved, Act.MOVE, new=set_for(date(2027, 3, 28), LONDON, time(1, 30)))
    assert REMARKS[0][2] in read(tried, f"/{moved}")


def test_a_hearing_is_scheduled_by_the_court_s_clocks_and_said_by_both(tried: Tried) -> None:
    hearing_id, said = set_by(tried, new(date(2027, 7, 5), hour="13:00", zone="Africa/Nairobi", room="Hall 4"))
    assert (said.when.on, said.when.clock, said.when.zone) == (date(2027, 7, 5), time(13), "Africa/Nairobi")
    assert (said.kind, said.room, said.state) == ("bail", "Hall 4", State.SCHEDULED)
    page = read(tried, f"/{hearing_id}")
    assert "The hearing is set: Monday, 5 July 2027, 13:00 at the court (Nairobi)." in page
    assert "By your clocks" not in page
    # In summer the clocks in Cairo show what Nairobi's do; in winter they do not.
    winter, _said = set_by(tried, new(date(2027, 1, 5), hour="13:00", zone="Africa/Nairobi"))
    page = read(tried, f"/{winter}")
    assert "13:00 at the court (Nairobi) = Tuesday, 5 January 2027, 12:00 by your clocks." in page
    assert "By your clocks: Tuesday, 5 January 2027, 12:00" in page


def test_day_and_hour_are_joined_as_the_reader_s_language_joins_them(world: World) -> None:
    with world.app.test_request_context("/"), force_locale("ar"):
        said = clocks_of(set_for(date(2027, 1, 5), "Africa/Cairo", time(9)), "Africa/Cairo").court
    assert "2027، 9:00" in said


def test_the_form_begins_with_the_zone_of_the_trial(tried: Tried) -> None:
    assert re.search(r'<option value="Africa/Cairo" selected', get(tried, "/new"))


def test_one_without_an_hour_says_what_is_known(tried: Tried) -> None:
    hearing_id, said = set_by(tried, new(hour="", part="morning"))
    assert said.when.clock is None
    page = read(tried, f"/{hearing_id}")
    assert f"{said.when.on.year}, in the morning, hour not known (court in Cairo)" in page
    assert page.count("court in Cairo") == 2, "as it was set, and on its page"


def test_scheduled_twice_by_two_presses_it_is_one(tried: Tried) -> None:
    form = new()
    assert set_by(tried, form)[0] == set_by(tried, form)[0]
    assert tried.seen(lambda docket: len(docket.hearings)) == 1


def test_whoever_goes_can_be_said_at_once(tried: Tried) -> None:
    hearing_id, said = set_by(tried, new(observer_id=str(tried.member(DEPUTY))))
    assert (said.state, said.observer) == (State.ASSIGNED, Observer(member_id=tried.member(DEPUTY)))
    assert tried.seen(lambda docket: len(docket.preparation(hearing_id))) == len(PREPARED)


def test_a_day_that_is_past_is_asked_for_its_result(tried: Tried) -> None:
    hearing_id, _said = set_by(tried, new(today() - 3 * DAY))
    assert "That day is past. Record what came of it." in read(tried, f"/{hearing_id}")


def test_an_hour_of_today_that_is_past_is_asked_for_its_result(tried: Tried) -> None:
    hearing_id, _said = set_by(tried, new(today(), hour="00:00"))
    assert "That hour is past. Record what came of it." in read(tried, f"/{hearing_id}")


NONSENSE: list[tuple[dict[str, str], str]] = [
    ({"kind": ""}, "Choose what sort of hearing it is."),
    ({"kind": "other"}, "“Other” alone says nothing. Write what it is."),
    ({"on-day": "", "on-month": "", "on-year": ""}, "Give the day."),
    ({"on-day": "31", "on-month": "2", "on-year": "2027"}, "There is no such date: check the day and the month"),
    ({"on-year": "27"}, "Write the year with four numbers"),
    ({"on-year": "1901"}, "The year of this date cannot be right. Write the year in four digits."),
    ({"hour": "half past nine"}, "Write the hour like this: 14:30."),
    ({"hour": "25:00"}, "Write the hour like this: 14:30."),
    ({"hour": "2"}, "Write the hour like this: 14:30."),
    ({"zone": ""}, "Choose the zone of the place where the court sits."),
    ({"zone": "Mars/Base"}, "Choose one of those offered."),
]


@pytest.mark.parametrize(("typed", "sentence"), NONSENSE)
def test_what_makes_no_sense_is_refused_in_words_and_kept(tried: Tried, typed: dict[str, str], sentence: str) -> None:
    answer = post(tried, "/new", new(room="Hall 4") | typed)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert 'value="Hall 4"' in answer.text, "nothing typed is lost"
    assert tried.seen(lambda docket: docket.hearings) == []


def test_nothing_is_scheduled_in_a_trial_that_has_ended(tried: Tried) -> None:
    assert tried.world.client(OFFICER).post(
        f"/trials/{tried.id}/stage/terminated", {"reason": "A pardon.", "made_from": str(tried.made_from)}
    ).status_code == 303  # fmt: skip
    assert "This proceeding has ended." in read(tried, "/new", status=409)


# -- on one page


def test_the_page_says_in_its_order_what_whoever_goes_asks(tried: Tried) -> None:
    first = tried.schedule(-20)
    tried.act(first, Act.RECORD, result=held(), new=in_days(0))
    second: uuid.UUID = tried.seen(lambda docket: following(docket, first).id)
    tried.assign(second, DEPUTY)
    page = read(tried, f"/{second}")
    order = ["When and where", "00:00", "Who goes", "deputy.cairo", "Backup", "Share it", "Briefing",
             "Does the defence know", "What came of it", "Record the result", "Earlier hearings",
             "20 days after the one before", "Continues on another day", "Preparation", "Note verbale to the court",
             "For your own calendar"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "Next hearing" in read(tried, f"/{first}")
    assert "20 days later" in read(tried, f"/{first}")


def test_once_it_has_begun_nobody_went_as_far_as_is_known(tried: Tried) -> None:
    gone = "Nobody went, as far as is known: record the result."
    first = tried.schedule(when=in_hours(1))
    tried.act(first, Act.REQUEST_OBSERVER)
    for page in (read(tried, f"/{first}"), listed_on(tried, first)):
        assert "Nobody goes yet" in page
        assert gone not in page
    tried.act(first, Act.MOVE, new=in_hours(-1))
    for page in (read(tried, f"/{first}"), listed_on(tried, first)):
        assert gone in page
        assert "Nobody goes" not in page
        assert "An observer is asked for." not in page


def listed_on(tried: Tried, hearing_id: uuid.UUID) -> str:
    """The calendar from its day on."""
    on = tried.hearing(hearing_id).when.on
    return sentences(tried.world.client(OFFICER).get(f"/hearings?view=list&on={on}").text)


def test_what_does_not_go_together_is_said(tried: Tried, world: World) -> None:
    here, there = tried.schedule(8), tried.schedule(8)
    tried.assign(here, DEPUTY)
    assert "has another hearing at that time" not in read(tried, f"/{here}")
    hint = read(tried, f"/{there}/observer")
    assert re.search(r"deputy\.cairo\W+has another hearing at that time", hint)
    tried.assign(there, DEPUTY)
    for one in (here, there):
        assert "has another hearing at that time" in read(tried, f"/{one}")


def test_what_is_no_hearing_of_this_trial_is_not_found(tried: Tried, world: World) -> None:
    other = Tried(world, [Filed(world, OFFICER, "EG", "Karim Mithal")])
    hearing_id = other.schedule()
    get(tried, f"/{hearing_id}", status=404)
    get(tried, f"/{tried.made_from}", status=404)
    get(tried, f"/{uuid.uuid4()}", status=404)


def test_the_briefing_is_numbered_in_the_trail(tried: Tried, world: World) -> None:
    hearing_id = tried.schedule(briefing="Bring the letter of the embassy.", room="Hall 4")
    page = read(tried, f"/{hearing_id}/briefing")
    for words in ("Salma Mithal", "Bring the letter of the embassy.", "Spreading false news", "Hall 4", "Tora"):
        assert words in page
    with world.database.main.reading() as session:
        bodies = [read_body(entry) for entry in session.scalars(select(AuditEntry))]
    [printed] = [one for one in bodies if one.event == Event.BRIEFING_PRINTED]
    assert str(printed.fields["export"]) in page


# -- what came of it


def came(tried: Tried, hearing_id: uuid.UUID, **more: Any) -> dict[str, Any]:
    said = {"happened": "held", "outcome": "continues", "accused": "yes", "counsel": "no", "access": "admitted"}
    blank = dict.fromkeys(("on-day", "on-month", "on-year", "hour", "new_kind", "text", "reason", "other_outcome"), "")
    return made_from(tried, hearing_id) | blank | said | {"part": "unknown"} | more


def test_the_result_sets_the_next_hearing_in_the_same_act(tried: Tried) -> None:
    first = tried.schedule(0, observer=Observer(member_id=tried.member(OFFICER)))
    then = today() + 14 * DAY
    assert done(post(tried, f"/{first}/result", came(tried, first, next="date", hour="9.30", **day_of(then)))).endswith(
        str(first)
    )
    said = tried.hearing(first)
    assert said.result is not None
    assert (said.state, said.result.outcome, said.result.access, said.result.counsel) == (
        State.HELD, "continues", "admitted", "no",
    )  # fmt: skip
    coming = tried.seen(lambda docket: following(docket, first))
    assert (coming.said.when.on, coming.said.when.clock, coming.said.follows) == (then, time(9, 30), first)
    assert coming.said.observer == said.observer, "it keeps its observer"
    page = read(tried, f"/{first}")
    assert "The next hearing is set:" in page
    assert "The observer’s report is due by" in page
    assert "14 days after the one before" in read(tried, f"/{coming.id}")


def test_without_a_new_date_somebody_asks_the_court(tried: Tried, file: Filed) -> None:
    first = tried.schedule(0)
    done(post(tried, f"/{first}/result", came(tried, first, next="none_yet")))
    said = tried.hearing(first)
    assert (said.no_date_since, said.chase_on is not None) == (today(), True)
    assert "No new date yet" in read(tried, f"/{first}")
    later = today() + 30 * DAY
    answer = post(tried, f"/{first}/chase", made_from(tried, first) | day_of(later) | {"note": "After the feast."})
    done(answer)
    assert (tried.hearing(first).chase_on, tried.hearing(first).note) == (later, "After the feast.")
    given = made_from(tried, first) | day_of(later) | {"hour": "", "part": "morning", "zone": "Africa/Cairo"}
    led = done(post(tried, f"/{first}/act/set_next", given | {"new_kind": "verdict"}))
    coming = tried.hearing(uuid.UUID(led.rsplit("/", 1)[1]))
    assert (coming.when.on, coming.kind, coming.follows) == (later, "verdict", first)
    assert tried.hearing(first).chase_on is None


def test_an_acquittal_may_be_the_end(tried: Tried) -> None:
    first = tried.schedule(0)
    done(post(tried, f"/{first}/result", came(tried, first, outcome="acquitted", next="nothing")))
    assert (tried.hearing(first).chase_on, tried.seen(lambda docket: docket.next_of(first))) == (None, None)


ADJOURNED = {"happened": "adjourned", "outcome": "", "accused": "unknown", "counsel": "unknown", "access": ""}


def test_adjourned_it_leads_to_the_next_of_the_chain(tried: Tried) -> None:
    first = tried.schedule(3)
    form = came(tried, first, **ADJOURNED, reason="judge_absent", text="The panel was on leave.", next="date")
    done(post(tried, f"/{first}/result", form | day_of(today() + 30 * DAY)))
    said = tried.hearing(first)
    assert (said.state, said.reason, said.note) == (State.ADJOURNED, "judge_absent", "The panel was on leave.")
    coming = tried.seen(lambda docket: following(docket, first))
    page = read(tried, f"/{coming.id}")
    assert "Judge or panel absent" in page
    assert "27 days after the one before" in page


def test_a_next_step_on_the_day_that_was_adjourned_is_pointed_to(tried: Tried) -> None:
    """Whoever wrote “observe it” in the file would set out on the old day."""
    first = tried.schedule(3)
    (file,) = tried.files
    file.change(Profile, next_step="Be there at nine", next_step_on=tried.hearing(first).when.on)
    form = came(tried, first, **ADJOURNED, reason="judge_absent", next="date")
    done(post(tried, f"/{first}/result", form | day_of(today() + 30 * DAY)))
    said = read(tried, f"/{first}")
    assert "“Be there at nine”. Change it if it is this hearing." in said
    assert "Be there at nine" not in read(tried, f"/{first}"), "said once"


def test_adjourned_without_a_date_its_reason_stays_when_the_date_is_given(tried: Tried) -> None:
    first = tried.schedule(3)
    done(post(tried, f"/{first}/result", came(tried, first, **ADJOURNED, reason="no_time", next="none_yet")))
    assert tried.hearing(first).chase_on is not None
    given = made_from(tried, first) | day_of(today() + 9 * DAY) | {"part": "unknown", "zone": "Africa/Cairo"}
    done(post(tried, f"/{first}/act/set_next", given | {"new_kind": ""}))
    assert tried.hearing(first).reason == "no_time"


NOT_TOGETHER: list[tuple[dict[str, Any], str]] = [
    ({"happened": ""}, "Nothing says whether it was held."),
    ({"next": ""}, "Nothing says what comes next."),
    ({"next": "date"}, "No new date is given."),
    ({"next": "none_yet"} | day_of(today() + DAY), "A new date is given, and that there is none."),
    ({"next": "date"} | day_of(today() - DAY), "The new date lies before the hearing that it follows."),
    ({"outcome": "", "next": "nothing"}, "Nothing says what came of it."),
    ({"outcome": "other", "next": "nothing"}, "“Other” alone says nothing."),
    ({"access": "other", "next": "nothing", "text": ""}, "“Other” alone says nothing."),
    (ADJOURNED | {"next": "none_yet"}, "No reason is given."),
    (ADJOURNED | {"reason": "no_time", "next": "nothing"}, "What was adjourned has a new date, or none yet."),
    ({"hour": "12:00", "next": "nothing"}, "There is an hour and no day."),
]


@pytest.mark.parametrize(("typed", "sentence"), NOT_TOGETHER)
def test_what_does_not_go_together_is_refused_and_kept(tried: Tried, typed: dict[str, Any], sentence: str) -> None:
    first = tried.schedule(0)
    answer = post(tried, f"/{first}/result", came(tried, first, text="Two words.") | typed)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert typed.get("text", "Two words.") in answer.text
    assert tried.hearing(first).state == State.SCHEDULED


OTHERWISE: list[tuple[dict[str, Any], State, str]] = [
    ({"happened": "held", "reason": "no_time"}, State.HELD, "It was held. Left out: Why it was adjourned"),
    (
        {"happened": "adjourned", "reason": "no_time", "outcome": "other", "other_outcome": "", "accused": "yes"},
        State.ADJOURNED,
        (
            "It was adjourned. Left out: Was the observer let in? · Was the accused there? · "
            "Was their counsel there? · Outcome"
        ),
    ),
]


@pytest.mark.parametrize(("typed", "state", "sentence"), OTHERWISE)
def test_what_was_chosen_before_somebody_changed_their_mind_is_left_out_with_a_word(
    tried: Tried, typed: dict[str, Any], state: State, sentence: str
) -> None:
    """The page does not even show it any more, and was refused until it was cleared."""
    first = tried.schedule(0)
    form = came(tried, first, access="admitted", counsel="no", next="none_yet", text="Two words.")
    led = done(post(tried, f"/{first}/result", form | typed))
    assert sentence in sentences(tried.world.client(OFFICER).get(led).text)
    said = tried.hearing(first)
    assert said.state == state
    assert (said.reason, said.result is None) == (("", False) if state is State.HELD else ("no_time", True))


@pytest.mark.parametrize("when", [partial(in_days, 3), partial(in_hours, 1)])
def test_before_it_begins_only_an_adjournment_is_recorded(tried: Tried, when: Callable[[], When]) -> None:
    set_at = when()
    first = tried.schedule(when=set_at)
    assert "It has not begun. That the court adjourned it can be recorded now." in read(tried, f"/{first}")
    hour = f"{set_at.clock:%H:%M}"
    assert f", {hour} at the court (Cairo). If it began earlier" in read(tried, f"/{first}/result")
    answer = post(tried, f"/{first}/result", came(tried, first, next="nothing"))
    assert "This hearing has not begun. Say what came of it once it has." in sentences(answer.text)
    assert tried.hearing(first).state == State.SCHEDULED


def test_before_its_day_the_form_asks_nothing_of_a_hearing_that_was_held(tried: Tried) -> None:
    first = tried.schedule(5)
    text = get(tried, f"/{first}/result")
    assert "Record that it was adjourned" in sentences(text)
    assert not [name for name in ("outcome", "accused", "counsel", "access") if f'name="{name}"' in text]
    assert not re.search(r'type="radio"[^>]*name="happened"|name="happened"[^>]*type="radio"', text)
    answer = fill(tried.world.client(OFFICER), at(tried, f"/{first}/result"), reason="no_time", next="none_yet")
    assert answer.status_code == 303
    assert tried.hearing(first).state == State.ADJOURNED


def test_what_was_recorded_is_corrected_and_the_next_moved(tried: Tried) -> None:
    first = tried.schedule(0)
    done(post(tried, f"/{first}/result", came(tried, first, next="date", **day_of(today() + 5 * DAY))))
    page = get(tried, f"/{first}/result")
    assert "Correct the result" in page
    assert re.search(r'<option value="continues" selected', page)
    then = today() + 6 * DAY
    form = came(tried, first, outcome="convicted", next="date", new_kind="sentencing", **day_of(then))
    done(post(tried, f"/{first}/result", form))
    said = tried.hearing(first)
    assert said.result is not None
    assert said.result.outcome == "convicted"
    coming = tried.seen(lambda docket: following(docket, first).said)
    assert (coming.when.on, coming.kind) == (then, "sentencing")
    assert tried.seen(lambda docket: len(docket.hearings)) == 2
    form = came(tried, first, outcome="convicted", next="none_yet")
    assert "The next hearing is recorded already." in sentences(post(tried, f"/{first}/result", form).text)


def test_that_somebody_asks_is_corrected_too(tried: Tried) -> None:
    first = tried.schedule(0)
    done(post(tried, f"/{first}/result", came(tried, first, next="nothing")))
    done(post(tried, f"/{first}/result", came(tried, first, next="none_yet")))
    assert tried.hearing(first).chase_on is not None
    done(post(tried, f"/{first}/result", came(tried, first, next="nothing")))
    assert tried.hearing(first).chase_on is None
    done(post(tried, f"/{first}/result", came(tried, first, next="date", **day_of(today() + DAY))))
    assert tried.seen(lambda docket: docket.next_of(first)) is not None


def test_pressed_twice_it_is_one_result(tried: Tried) -> None:
    first = tried.schedule(0)
    form = came(tried, first, next="date", **day_of(today() + 5 * DAY))
    done(post(tried, f"/{first}/result", form))
    done(post(tried, f"/{first}/result", form))
    assert tried.seen(lambda docket: len(docket.hearings)) == 2


def test_a_colleague_was_first_both_are_shown_and_what_was_typed_is_put_over(tried: Tried) -> None:
    first = tried.schedule(0)
    mine = came(tried, first, outcome="judgment_reserved", text="My words.", next="date", **day_of(today() + 9 * DAY))
    done(post(tried, f"/{first}/result", came(tried, first, text="Theirs.", next="none_yet"), who=DEPUTY))
    answer = post(tried, f"/{first}/result", mine)
    assert answer.status_code == 409
    shown = sentences(answer.text)
    for words in ("Judgment reserved", "Continues on another day", "My words.", "Theirs."):
        assert words in shown
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.rsplit("<form", 1)[1]))
    fields.pop("csrf_token", None)
    done(post(tried, f"/{first}/result", fields))
    said = tried.hearing(first)
    assert said.result is not None
    assert (said.result.outcome, said.result.text) == ("judgment_reserved", "My words.")
    assert tried.seen(lambda docket: following(docket, first).said.when.on) == today() + 9 * DAY
    assert said.chase_on is None


def test_a_colleague_who_only_chose_an_observer_takes_nothing_away(tried: Tried) -> None:
    first = tried.schedule(0)
    mine = came(tried, first, text="My words.", next="nothing")
    tried.assign(first, DEPUTY)
    answer = post(tried, f"/{first}/result", mine)
    assert answer.status_code == 422
    assert "Somebody wrote of this hearing first." in sentences(answer.text)
    assert "My words." in answer.text
    assert f'value="{tried.entry(first)}"' in answer.text, "the next press is on what stands now"


def test_nothing_comes_of_one_that_was_cancelled(tried: Tried) -> None:
    first = tried.schedule(0)
    tried.act(first, Act.CANCEL, reason="not_listed")
    assert "The result is recorded once." in read(tried, f"/{first}/result", status=409)


# -- acts


def goes(tried: Tried, hearing_id: uuid.UUID, **more: str) -> dict[str, str]:
    """The form of who goes, as a browser sends it."""
    blank = dict.fromkeys(("member_id", "name", "embassy", "backup_id", "backup_name", "backup_embassy"), "")
    return made_from(tried, hearing_id) | blank | more


def test_who_goes_is_asked_accepts_and_is_withdrawn(tried: Tried) -> None:
    first = tried.schedule()
    page = read(tried, f"/{first}")
    assert "Ask for an observer" in page
    done(post(tried, f"/{first}/act/request_observer", made_from(tried, first)))
    assert "An observer is asked for." in read(tried, f"/{first}")
    done(post(tried, f"/{first}/observer", goes(tried, first, member_id=str(tried.member(DEPUTY)))))
    assert tried.hearing(first).state == State.ASSIGNED
    refused = read(tried, f"/{first}/act/accept", status=409)
    assert "The observer can; an officer can for an observer who has no account here." in refused
    done(post(tried, f"/{first}/act/accept", made_from(tried, first), who=DEPUTY))
    assert tried.hearing(first).state == State.CONFIRMED
    done(post(tried, f"/{first}/act/withdraw", made_from(tried, first) | {"note": "Ill."}))
    said = tried.hearing(first)
    assert (said.state, said.observer, said.reason) == (State.REQUESTED, None, "Ill.")


def test_in_danger_an_observer_is_withdrawn_without_a_word(tried: Tried) -> None:
    first = tried.schedule(5)
    tried.assign(first, DEPUTY)
    assert "Why (optional)" in read(tried, f"/{first}/act/withdraw")
    done(post(tried, f"/{first}/act/withdraw", made_from(tried, first) | {"note": ""}))
    said = tried.hearing(first)
    assert (said.state, said.observer, said.reason) == (State.REQUESTED, None, "")


def test_an_officer_goes_and_chooses_a_backup(tried: Tried) -> None:
    first = tried.schedule()
    done(post(tried, f"/{first}/act/go_myself", made_from(tried, first)))
    me, other = str(tried.member(OFFICER)), str(tried.member(DEPUTY))
    form = {"member_id": me, "backup_id": other}
    done(post(tried, f"/{first}/observer", goes(tried, first, **form)))
    assert tried.hearing(first).backup == Observer(member_id=tried.member(DEPUTY))
    assert re.search(r"Backup:\W+deputy\.cairo", read(tried, f"/{first}"))
    answer = post(tried, f"/{first}/observer", goes(tried, first, member_id=me, backup_id=me))
    assert "Whoever goes cannot be the backup too." in sentences(answer.text)
    # They change places in one press.
    done(post(tried, f"/{first}/observer", goes(tried, first, member_id=other, backup_id=me)))
    said = tried.hearing(first)
    assert (said.observer, said.backup) == (
        Observer(member_id=tried.member(DEPUTY)), Observer(member_id=tried.member(OFFICER)),
    )  # fmt: skip
    answer = post(tried, f"/{first}/observer", goes(tried, first, member_id="", backup_id=me))
    assert "Withdraw them on the hearing’s page" in sentences(answer.text)


def test_whoever_chooses_themselves_goes_at_once(tried: Tried) -> None:
    first = tried.schedule()
    done(post(tried, f"/{first}/observer", goes(tried, first, member_id=str(tried.member(OFFICER)))))
    assert tried.hearing(first).state == State.CONFIRMED


def test_a_colleague_without_an_account_is_written_and_spoken_for(tried: Tried) -> None:
    first = tried.schedule()
    form = {"member_id": "", "name": "Ana Prueba", "embassy": "Lisbon", "backup_name": "Rui Prueba"}
    done(post(tried, f"/{first}/observer", goes(tried, first, **form)))
    page = read(tried, f"/{first}")
    assert "Ana Prueba (Lisbon)" in page
    assert "Record that they accepted Record that they declined" in page
    for act in ("accept", "decline"):
        asked = read(tried, f"/{first}/act/{act}")
        assert f"Record that they {act}" in asked
        assert "Ana Prueba (Lisbon) has no account here. You write down what they answered" in asked
    done(post(tried, f"/{first}/act/decline", made_from(tried, first) | {"note": ""}))
    assert tried.hearing(first).observer is None
    assert "Recorded." in read(tried, f"/{first}")
    tried.assign(first, DEPUTY)
    assert "Accept Decline" in read(tried, f"/{first}", DEPUTY), "whoever has an account answers themselves"
    both = {"member_id": str(tried.member(DEPUTY)), "name": "Ana Prueba"}
    answer = post(tried, f"/{first}/observer", goes(tried, first, **both))
    assert "A colleague is chosen, and somebody else is written." in sentences(answer.text)


def test_it_is_moved_and_cancelled_with_a_reason(tried: Tried) -> None:
    first = tried.schedule(5)
    then = today() + 8 * DAY
    moved = made_from(tried, first) | day_of(then) | {"hour": "11:00", "part": "unknown", "zone": "Europe/Vienna"}
    done(post(tried, f"/{first}/act/move", moved | {"note": "The court wrote."}))
    said = tried.hearing(first)
    assert (said.when.on, said.when.zone, said.when.clock) == (then, "Europe/Vienna", time(11))
    answer = post(tried, f"/{first}/act/move", made_from(tried, first) | {"zone": "Europe/Vienna", "part": "unknown"})
    assert "No new date is given." in sentences(answer.text)
    answer = post(tried, f"/{first}/act/move", moved | made_from(tried, first) | {"note": ""})
    on, why = (re.search(rf'id="{name}-error"[^>]*>(.*?)</p>', answer.text, re.DOTALL) for name in ("on", "note"))
    assert on is not None, "the date that it has already is no new one"
    assert "No new date is given." in sentences(on.group(1))
    assert why is None
    answer = post(tried, f"/{first}/act/cancel", made_from(tried, first) | {"reason": "", "note": ""})
    assert "No reason is given." in sentences(answer.text)
    done(post(tried, f"/{first}/act/cancel", made_from(tried, first) | {"reason": "not_listed", "note": ""}))
    assert tried.hearing(first).state == State.CANCELLED
    assert "Only a hearing that is ahead is moved." in read(tried, f"/{first}/act/move", status=409)
    assert "An observer is assigned while the hearing is ahead." in read(tried, f"/{first}/observer", status=409)


def test_where_it_was_moved_is_said_and_the_press_that_cancels_it_is_called_by_it(tried: Tried) -> None:
    """“Cancel” leaves a page everywhere else, and “The hearing is moved.” leaves a slip of the pen unseen."""
    first = tried.schedule(5)
    moved = {"hour": "9", "part": "unknown", "zone": "Africa/Nairobi", "note": "", **day_of(date(2027, 1, 5))}
    done(post(tried, f"/{first}/act/move", moved | made_from(tried, first)))
    when = "Tuesday, 5 January 2027, 09:00 at the court (Nairobi) = Tuesday, 5 January 2027, 08:00 by your clocks"
    assert f"The hearing is moved: {when}." in read(tried, f"/{first}")
    assert re.search(r"<button[^>]*>\s*Cancel the hearing\s*</button>", get(tried, f"/{first}/act/cancel"))


def test_acts_of_other_pages_lead_there_or_are_none(tried: Tried) -> None:
    first = tried.schedule(0)
    client = tried.world.client(OFFICER)
    assert client.get(at(tried, f"/{first}/act/record")).headers["Location"].endswith("/result")
    assert client.get(at(tried, f"/{first}/act/assign")).headers["Location"].endswith("/observer")
    get(tried, f"/{first}/act/dance", status=404)


def test_a_colleague_acted_first(tried: Tried) -> None:
    first = tried.schedule(5)
    stale = made_from(tried, first)
    tried.assign(first, DEPUTY)
    answer = post(
        tried,
        f"/{first}/act/move",
        stale | day_of(today() + DAY) | {"part": "unknown", "zone": "Africa/Cairo", "hour": ""},
    )
    assert (answer.status_code, "Somebody wrote of this hearing first." in sentences(answer.text)) == (422, True)
    answer = post(tried, f"/{first}/observer", goes(tried, first, member_id=str(tried.member(HEAD))) | stale)
    assert (answer.status_code, "Somebody wrote of this hearing first." in sentences(answer.text)) == (422, True)


# -- what describes it


def describe(tried: Tried, hearing_id: uuid.UUID, **more: str) -> dict[str, str]:
    return made_from(tried, hearing_id) | {"kind": "main_trial", "defence_knows": "unknown"} | more


def test_the_briefing_is_written_and_a_colleague_s_not_overwritten(tried: Tried) -> None:
    first = tried.schedule()
    mine = describe(tried, first, briefing="Mine.", defence_knows="yes")
    done(post(tried, f"/{first}/correct", describe(tried, first, briefing="Theirs.", room="Hall 2"), who=DEPUTY))
    answer = post(tried, f"/{first}/correct", mine)
    assert answer.status_code == 409
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.rsplit("<form", 1)[1]))
    fields.pop("csrf_token", None)
    done(post(tried, f"/{first}/correct", fields))
    said = tried.hearing(first)
    assert (said.briefing, said.room, said.defence_knows) == ("Mine.", "Hall 2", "yes")


# -- preparation


def test_what_is_prepared_is_added_ticked_off_and_taken_up_again(tried: Tried) -> None:
    first = tried.schedule()
    assert "listed once somebody goes" in read(tried, f"/{first}")
    tried.act(first, Act.GO_MYSELF)
    added = {"made_from": str(uuid.uuid4()), "kind": "other", "other_kind": "Press card", "for_id": ""}
    answer = post(tried, f"/{first}/preparation", added | {"other_kind": ""})
    assert "“Other” alone says nothing." in sentences(answer.text)
    done(post(tried, f"/{first}/preparation", added))
    done(post(tried, f"/{first}/preparation", added))
    tasks = tried.seen(lambda docket: docket.preparation(first))
    assert len(tasks) == len(PREPARED) + 1
    press = next(one for one in tasks if one.said.other_kind == "Press card")
    client = tried.world.client(OFFICER)
    path = f"/trials/{tried.id}/preparation/{press.id}"
    ticked = {"made_from": str(press.entry.id), "note": "In the bag."}
    assert client.post(path, ticked).status_code == 303
    assert client.post(path, ticked).status_code == 303, "pressed twice"
    page = read(tried, f"/{first}")
    assert "Press card" in page
    assert "In the bag." in page
    assert f"{len(PREPARED)} things are left to do." in page
    again = tried.seen(lambda docket: docket.about(press.id, Preparation))
    assert client.post(path, {"made_from": str(again.entry.id)}).status_code == 303
    assert tried.seen(lambda docket: docket.about(press.id, Preparation).said.done_at) is None


def test_what_was_added_by_mistake_is_taken_off_the_list(tried: Tried) -> None:
    first = tried.schedule()
    nothing = {"made_from": str(uuid.uuid4()), "kind": "", "for_id": ""}
    assert "Choose what has to be prepared." in sentences(post(tried, f"/{first}/preparation", nothing).text)
    done(post(tried, f"/{first}/preparation", nothing | {"kind": "travel"}))
    [task] = tried.seen(lambda docket: docket.preparation(first))
    assert "To do" in read(tried, f"/{first}")
    path = f"/trials/{tried.id}/preparation/{task.id}/remove"
    client = tried.world.client(OFFICER)
    assert faults(client.get(path).text) == []
    for _pressed_twice in range(2):
        assert client.post(path, {"made_from": str(task.entry.id)}).status_code == 303
    page = read(tried, f"/{first}")
    assert "To do" not in page
    assert "left to do" not in page
    assert f"Taken off the list by {OFFICER}" in page, "crossed out"
    assert "<s>Travel</s>" in get(tried, f"/{first}")
    assert "Travel" not in read(tried, f"/{first}/briefing")


def test_what_should_have_been_done_before_today_is_marked(tried: Tried) -> None:
    first = tried.schedule()
    added = {"made_from": str(uuid.uuid4()), "kind": "travel", "for_id": ""}
    for days, marked in ((0, 0), (-1, 1)):
        on = cairo_day() + timedelta(days=days)  # the door's day
        given = {"due_on-day": str(on.day), "due_on-month": str(on.month), "due_on-year": str(on.year)}
        done(post(tried, f"/{first}/preparation", added | given | {"made_from": str(uuid.uuid4())}))
        assert read(tried, f"/{first}").count("Late") == marked


def test_each_thing_falls_due_on_a_day_of_its_own_and_never_before_today(tried: Tried) -> None:
    """Far ahead each has its own day; of one in three days some is too late already, and due today: nobody is told that
    they are late with what they were asked for only now.
    """
    far, near = (tried.schedule(days, observer=Observer(member_id=tried.member(OFFICER))) for days in (40, 3))

    def due(hearing_id: uuid.UUID) -> dict[str, Any]:
        tasks = tried.seen(lambda docket: docket.preparation(hearing_id))
        return {one.said.kind: one.said for one in tasks}

    ahead = due(far)
    order = [kind for kind, _said in sorted(ahead.items(), key=lambda one: one[1].due_on)]
    assert order == ["do_no_harm", "note_verbale", "interpreter", "tell_defence", "travel", "briefing_pack"]
    assert len({said.due_on for said in ahead.values()}) == len(PREPARED)
    assert not any(said.late for said in ahead.values())
    assert read(tried, f"/{far}").count("Late") == 0
    soon = due(near)
    assert min(said.due_on for said in soon.values()) >= today()
    assert soon["note_verbale"].late
    assert soon["note_verbale"].due_on - today() <= DAY, "today, by the clocks of the office"
    assert read(tried, f"/{near}").count("Late") == 0


def test_what_is_left_to_prepare_follows_the_hearing_to_another_day(tried: Tried) -> None:
    first = tried.schedule(40, observer=Observer(member_id=tried.member(OFFICER)))
    chosen = {"made_from": str(uuid.uuid4()), "kind": "travel", "for_id": ""} | day_of(today() + 5 * DAY, "due_on")
    done(post(tried, f"/{first}/preparation", chosen))
    before = tried.seen(lambda docket: {one.id: one.said for one in docket.preparation(first)})
    tried.act(first, Act.MOVE, new=in_days(60))
    then = tried.seen(lambda docket: {one.id: one.said for one in docket.preparation(first)})
    moved = [then[one].due_on > said.due_on for one, said in before.items()]
    assert moved.count(True) == len(PREPARED), "a day that somebody chose stays"
    tried.act(first, Act.MOVE, new=in_days(2))
    soon = tried.seen(lambda docket: {one.id: one.said for one in docket.preparation(first)})
    assert sum(said.late for said in soon.values()) >= 3
    assert "Late" not in read(tried, f"/{first}"), "due today: it was in time until now"
    tried.act(first, Act.MOVE, new=in_days(60))
    again = tried.seen(lambda docket: {one.id: one.said for one in docket.preparation(first)})
    assert again == then, "there is time again"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ("note_verbale = 10", "missing in [working_days_before] or unknown: ['note_verbale']"),
        ("travel = 3", "missing in [working_days_before] or unknown: ['travel']"),
    ],
)
def test_what_is_missing_of_the_days_is_said_at_the_start(changed: str, sentence: str) -> None:
    text = (CONFIG / "preparation.toml").read_text(encoding="utf-8")
    with pytest.raises(Unfit, match=re.escape(sentence)):
        preparation_days.read(text.replace(changed, ""))
    with pytest.raises(Unfit, match="must be a whole number from 1 to 60"):
        preparation_days.read(text.replace(changed, changed.partition("=")[0] + "= 0"))


def test_nothing_is_prepared_for_what_is_over(tried: Tried) -> None:
    first = tried.schedule(0)
    tried.act(first, Act.RECORD, result=held())
    added = {"made_from": str(uuid.uuid4()), "kind": "travel", "for_id": ""}
    assert "is not ahead any more" in sentences(post(tried, f"/{first}/preparation", added).text)
