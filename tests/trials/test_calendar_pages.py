"""The calendar as a browser shows it: month, week and list; an office's and one's own; who is missing, what clashes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Table, delete, select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.trials import proceedings
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.stages import Stage
from hrd_cases.trials.times import When, set_for
from hrd_cases.trials.views.calendar_page import MOST_A_DAY
from tests.cases.acting import Filed, sentences
from tests.pages.markup import faults
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days, today
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def tried(world: World) -> Tried:
    return Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")], place="Cairo")


def page(world: World, asked: str = "", who: str = OFFICER) -> str:
    answer = world.client(who).get(f"/hearings{asked}")
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    return answer.text


def cell(text: str, on: date) -> str:
    """What the month says of a day."""
    days = dict(re.findall(r'<td role="cell".*?app-day__full">(.*?)</span>(.*?)</td>', text, re.DOTALL))
    [found] = [rest for name, rest in days.items() if name == f"{on:%A} {on.day} {on:%B}"]
    return sentences(found)


def test_a_month_shows_each_hearing_on_its_day(world: World, tried: Tried) -> None:
    on = date(2027, 3, 9)
    tried.schedule(when=set_for(on, "Africa/Cairo", time(9, 30)))
    text = page(world, "?on=2027-03-01")
    assert "March 2027" in sentences(text)
    shown = cell(text, on)
    assert "09:30" in shown
    assert "Main trial session" in shown
    assert "Salma Mithal" in shown
    assert "Nobody goes yet." in shown
    assert "1 hearing. Nobody goes to it yet." in sentences(text)
    assert not cell(text, on + DAY).strip()


MARCH = date(2027, 3, 9)


def at(hour: int = 9, zone: str = "Africa/Cairo", on: date = MARCH) -> When:
    return set_for(on, zone, time(hour))


def listed(world: World, asked: str = "", who: str = OFFICER) -> str:
    return sentences(page(world, f"?view=list&on={MARCH}{asked}", who).split("<main", 1)[1])


def test_the_clocks_of_a_court_abroad_stand_beside_ones_own(world: World, tried: Tried) -> None:
    tried.schedule(when=at(3, "Asia/Shanghai"))
    text = page(world, f"?on={MARCH}")
    assert "21:00 Tue 9 Mar, 03:00 at the court (Shanghai)" in cell(text, MARCH - DAY)
    assert "03:00 at the court (Shanghai) By your clocks: Mon 8 Mar, 21:00" in cell(text, MARCH)
    # Of the same hour on both clocks one is said.
    tried.schedule(when=at(9))
    assert "at the court" not in cell(page(world, f"?on={MARCH}"), MARCH).split("09:00")[1]


def test_a_hearing_without_an_hour_says_so(world: World, tried: Tried) -> None:
    tried.schedule(when=set_for(MARCH, "Africa/Cairo", part=Part.MORNING))
    tried.schedule(when=set_for(MARCH, "Asia/Shanghai", part=Part.UNKNOWN))
    shown = cell(page(world, f"?on={MARCH}"), MARCH)
    assert "In the morning, no hour" in shown
    assert "Hour not known Hour not known at the court (Shanghai)" in shown


def test_closed_days_and_holidays_are_said_in_words(world: World, tried: Tried) -> None:
    with world.acting(HEAD) as (session, visitor):
        office = session.get_one(Office, visitor.office_id)
        add_holidays(session, office, [Holiday(MARCH + DAY, "Sample feast")], "sample calendar, printed 2026-01-05")
    text = page(world, f"?on={MARCH}")
    assert cell(text, date(2027, 3, 12)) == "Closed"  # a Friday in Cairo
    assert cell(text, MARCH + DAY) == "Closed: Sample feast"
    assert cell(text, MARCH) == ""
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text)[0] == "Saturday"


def test_today_is_said_and_led_back_to(world: World) -> None:
    text = page(world)
    assert "Today" in cell(text, today())
    far = page(world, "?on=2027-03-01")
    assert f"on={today()}" in far


def test_it_leads_to_the_days_before_and_after_as_it_is_shown(world: World, tried: Tried) -> None:
    text = page(world, f"?view=week&on={MARCH}&whose=nobody")
    turned = re.findall(r'href="(/hearings\?[^"]*)" rel="(prev|next)"', text.replace("&amp;", "&"))
    asked = {rel: parse_qs(urlsplit(href).query) for href, rel in turned}
    assert (asked["prev"]["on"], asked["next"]["on"]) == (["2027-02-27"], ["2027-03-13"])
    assert all(one["view"] == ["week"] and one["whose"] == ["nobody"] for one in asked.values())


@pytest.mark.parametrize(
    "asked",
    ["?on=x", "?view=year", "?whose=somebody", "?office=other", "?on=9999-12-31", "?view=list&on=2100-12-31", "?on="],
)
def test_what_no_page_of_ours_asks_for_is_the_month_of_everybody(world: World, tried: Tried, asked: str) -> None:
    page(world, asked)


def test_one_member_s_hearings(world: World, tried: Tried) -> None:
    others = Tried(world, [Filed(world, DEPUTY, "EG", "Nour Mithal")], officer=DEPUTY)
    theirs, _, backed = (others.schedule(when=at(hour)) for hour in (8, 12, 16))
    others.assign(theirs, DEPUTY)
    others.act(backed, Act.ASSIGN, observer=Observer(name="E. Exemple", embassy="Utopia"))
    own = tried.schedule(when=at(20))
    tried.act(own, Act.GO_MYSELF)
    deputy = tried.member(DEPUTY)
    assert [hours(listed(world, f"&whose={whose}")) for whose in ("", "mine", "nobody", deputy)] == [
        ["08:00", "12:00", "16:00", "20:00"],
        ["20:00"],
        ["12:00"],
        ["08:00"],
    ]
    # Mine is also what I look after.
    assert hours(listed(world, "&whose=mine", who=DEPUTY)) == ["08:00", "12:00", "16:00"]


def hours(text: str) -> list[str]:
    return re.findall(r"\b\d\d:00\b", text)


def test_who_goes_and_who_is_missing_is_said_in_words(world: World, tried: Tried) -> None:
    one = tried.schedule(when=at())
    assert "Nobody goes yet." in listed(world)
    tried.act(one, Act.REQUEST_OBSERVER)
    assert "Nobody goes yet. An observer is asked for." in listed(world)
    tried.assign(one, DEPUTY)
    assert "deputy.cairo\u2069 is asked to go, and has not accepted. No backup." in listed(world)
    tried.act(one, Act.ACCEPT, who=DEPUTY)
    assert "deputy.cairo\u2069 goes. No backup." in listed(world)
    tried.act(one, Act.CANCEL, reason="other", note="Withdrawn")
    text = listed(world)
    assert "Cancelled" in text
    assert "goes." not in text


def test_who_went_and_whether_they_were_let_in(world: World, tried: Tried) -> None:
    one, other = tried.schedule(0), tried.schedule(0)
    tried.assign(one, DEPUTY)
    tried.act(one, Act.RECORD, result=held("continues"))
    tried.act(other, Act.RECORD, result=held("continues"))
    text = sentences(page(world, f"?view=list&on={today()}"))
    assert "deputy.cairo\u2069 went: Admitted" in text
    assert "Nobody of ours went" in text


def test_a_clash_is_said_on_both_hearings(world: World, tried: Tried) -> None:
    other = Tried(world, [Filed(world, OFFICER, "EG", "Nour Mithal")], place="Aswan")
    mine, theirs = tried.schedule(when=at(9)), other.schedule(when=at(13))
    for trial, one in ((tried, mine), (other, theirs)):
        trial.assign(one, DEPUTY)
    text = listed(world)
    said = "deputy.cairo\u2069 has too little time for the way to or from another hearing: \u2066"
    assert text.count(said) == 2
    # Also when only the other one is shown: the clash is the same.
    assert said in listed(world, f"&whose={tried.member(DEPUTY)}")


def test_whoever_goes_and_is_away_that_day_is_said(world: World, tried: Tried) -> None:
    tried.assign(tried.schedule(when=at(9)), DEPUTY)
    assert "away" not in listed(world)
    with world.acting(HEAD) as (session, visitor):
        charter = visitor.charters.of(visitor.office_id)
        deputy, days = tried.member(DEPUTY), (MARCH - DAY, MARCH)
        record_absence(session, visitor, charter, deputy, *days, datetime.now(UTC))
    assert "deputy.cairo\u2069 is recorded as away on that day." in listed(world)
    assert "is recorded as away on that day." in cell(page(world, f"?on={MARCH}"), MARCH)
    tried.assign(tried.schedule(when=at(9, on=MARCH + DAY)), DEPUTY)
    assert "away" not in cell(page(world, f"?on={MARCH}"), MARCH + DAY)


def test_of_many_hearings_of_a_day_the_month_shows_some_and_counts_the_others(world: World, tried: Tried) -> None:
    for hour in range(MOST_A_DAY + 3):
        tried.schedule(when=at(hour + 1))
    text = page(world, f"?on={MARCH}")
    shown = cell(text, MARCH)
    assert shown.count("Main trial session") == MOST_A_DAY
    assert "and 3 more" in shown
    assert "Nobody goes to any of them yet." in shown
    assert f"view=list&amp;on={MARCH}" in text
    assert len(hours(listed(world))) == MOST_A_DAY + 3


def test_what_cannot_be_read_is_told_and_hides_nothing_else(world: World, tried: Tried) -> None:
    lost, _ = tried.schedule(when=at(9)), tried.schedule(when=at(10))
    entries = ProceedingEntry.__table__
    assert isinstance(entries, Table)
    with world.database.main.writing() as session:
        session.connection().execute(delete(entries).where(entries.c.id == lost))
    tried.files[0].set_state("active")
    assert "Something of 1 trial cannot be read: hearings may be missing here." in listed(world)
    assert hours(listed(world)) == ["10:00"]


def test_cards_that_are_gone_are_told(world: World, tried: Tried) -> None:
    tried.schedule(when=at(9))
    with world.database.main.writing() as session:
        for kind in (CardPlace, CardSegment):
            session.connection().execute(delete(kind))
    assert "1 file is not shown here" in listed(world)


# -- on paper, and in numbers


def test_fourteen_days_on_paper_have_references_and_no_names(world: World, tried: Tried) -> None:
    own = tried.schedule(when=in_days(3, time(9)))
    tried.act(own, Act.GO_MYSELF)
    others = tried.schedule(when=in_days(5, None))
    tried.assign(others, DEPUTY)
    tried.schedule(when=in_days(6, time(3), "Asia/Shanghai"))
    over = tried.schedule(when=in_days(7, time(7)))
    tried.act(over, Act.CANCEL, reason="other", note="Withdrawn")
    tried.schedule(when=in_days(14, time(11)))
    answer = world.client(OFFICER).get("/hearings/sheet")
    assert faults(answer.text) == []
    rows = [sentences(row) for row in re.findall(r"<tr.*?</tr>", answer.text, re.DOTALL)][1:]
    reference = tried.files[0].seen(lambda file: file.case.reference)
    # On a phone each cell says its column's name.
    told = [row.split(reference)[1].removeprefix(" Who goes ").removesuffix(" Notes") for row in rows]
    assert told == ["You: accepted", "A colleague: asked, not accepted", "Nobody yet"]
    assert "09:00 By the court’s clocks the same" in rows[0]
    assert "Hour not known" in rows[1]
    assert "03:00" in rows[2]
    main = sentences(answer.text.split("<main", 1)[1])
    for hidden in ("Mithal", "Cairo Criminal Court", "deputy", "Shanghai", "Egypt", "trial session"):
        assert hidden not in main


def test_paper_does_not_look_for_somebody_once_a_hearing_has_begun(world: World, tried: Tried) -> None:
    tried.schedule(when=in_days(0))
    assert "Nobody, as far as is known: it has begun" in paper(world)
    assert "Nobody yet" not in paper(world)


WHO_GOES = [
    (Observer(name="E. Exemple", embassy="Utopia"), "An embassy"),
    (Observer(name="E. Exemple"), "Somebody from outside the office"),
]


@pytest.mark.parametrize(("observer", "called"), WHO_GOES, ids=[called for _, called in WHO_GOES])
def test_paper_says_what_whoever_goes_is_and_whether_they_accepted(
    world: World, tried: Tried, observer: Observer, called: str
) -> None:
    one = tried.schedule(5)
    tried.act(one, Act.ASSIGN, observer=observer)
    assert f"{called}: asked, not accepted" in paper(world)
    tried.act(one, Act.ACCEPT)
    text = paper(world)
    assert f"{called}: accepted" in text
    assert not [hidden for hidden in ("Exemple", "Utopia") if hidden in text]


def paper(world: World, who: str = OFFICER) -> str:
    return sentences(world.client(who).get("/hearings/sheet").text.split('<div class="app-paper">', 1)[1])


def test_paper_has_the_reference_of_every_file_of_a_trial(world: World) -> None:
    files = [Filed(world, OFFICER, "EG", f"Mithal {number}") for number in range(3)]
    tried = Tried(world, files)
    tried.schedule(3)
    tried.schedule(5)
    text = paper(world)
    for file in files:
        assert text.count(file.seen(lambda one: one.case.reference)) == 2
    with world.database.main.writing() as session:
        session.connection().execute(delete(ProceedingEntry))
    text = paper(world)
    assert text.count(files[0].seen(lambda one: one.case.reference)) == 2
    assert text.count("and 2 files that cannot be read") == 2


def test_the_page_says_whose_the_sheet_is_and_the_paper_does_not(world: World, tried: Tried) -> None:
    text = world.client(OFFICER).get("/hearings/sheet").text
    page, printed = text.split("<main", 1)[1].split('<div class="app-paper">', 1)
    assert "Cairo" in page
    assert "Cairo" not in printed.split("</main>")[0]
    assert "As of" in printed


def test_a_sheet_is_numbered_and_its_number_is_in_the_trail(world: World, tried: Tried) -> None:
    text = sentences(world.client(OFFICER).get("/hearings/sheet").text)
    with world.database.main.reading() as session:
        bodies = [read_body(one) for one in session.scalars(select(AuditEntry))]
    [printed] = [one for one in bodies if one.event == Event.HEARINGS_PRINTED]
    assert str(printed.fields["export"]) in text


def test_who_goes_how_often_in_numbers_alone(world: World, tried: Tried) -> None:
    one, other = tried.schedule(0), tried.schedule(3)
    tried.assign(one, DEPUTY)
    tried.act(one, Act.RECORD, result=held("continues"))
    tried.act(other, Act.ASSIGN, observer=Observer(name="E. Exemple", embassy="Utopia"))
    answer = world.client(OFFICER).get(f"/hearings/who-goes?{until(30)}")
    assert faults(answer.text) == []
    rows = [sentences(row) for row in re.findall(r"<tr.*?</tr>", answer.text, re.DOTALL)][1:]
    said = {row.split()[0]: re.findall(r"\d+", row) for row in rows}
    assert said == {
        "deputy.cairo": ["1", "1", "0"],
        "officer.cairo": ["0", "0", "0"],
        "head.cairo": ["0", "0", "0"],
        "Utopia": ["0", "0", "1"],
    }
    for told in ("Mithal", "Exemple", "Court"):
        assert told not in answer.text
    unasked = world.client(OFFICER).get("/hearings/who-goes").text
    assert sentences(unasked.partition("Utopia")[2]).startswith("Observed 0 Let in 0 To come 1 "), (
        "who is to go in the next quarter counts too"
    )
    backwards = world.client(OFFICER).get(f"/hearings/who-goes?{until(-3)}&since-day=1&since-month=1&since-year=2090")
    assert backwards.status_code == 422
    assert "The last day lies before the first." in sentences(backwards.text)


def until(days: int) -> str:
    on = today() + days * DAY
    return f"until-day={on.day}&until-month={on.month}&until-year={on.year}"


def test_the_list_offers_entries_for_one_s_own_calendar_and_says_what_they_hold(world: World, tried: Tried) -> None:
    ahead, over = tried.schedule(when=at(9)), tried.schedule(0)
    tried.act(over, Act.RECORD, result=held("continues"))
    text = page(world, f"?view=list&on={MARCH}")
    assert f"/trials/{tried.id}/hearings/{ahead}/calendar.ics" in text
    said = sentences(text)
    assert "The file says that this time is taken, and nothing else" in said
    assert f"It is called “{world.house.settings.public_name}” in the calendar." in said
    assert "calendar.ics" not in page(world, f"?view=list&on={today()}")


def test_a_date_is_gone_to_from_the_calendar(world: World, tried: Tried) -> None:
    """In boxes of our own: what a browser makes of a date is in the order of its own country."""
    text = page(world, f"?view=week&on={MARCH}")
    assert 'type="date"' not in text
    for part in ("day", "month", "year"):
        box = re.search(rf'name="on-{part}"[^>]*value="(\d+)"', text)
        assert box is not None
        assert int(box[1]) == getattr(MARCH, part)
    typed = f"?view=week&on-day={MARCH.day}&on-month={MARCH.month}&on-year={MARCH.year}"
    assert f"on={MARCH}" in page(world, typed)
    refused = world.client(OFFICER).get("/hearings?on-day=31&on-month=2&on-year=2027")
    assert refused.status_code == 422
    assert "There is no such date: check the day and the month" in refused.text
    assert 'value="31"' in refused.text


def choosing(world: World, asked: str = "", who: str = OFFICER) -> str:
    answer = world.client(who).get(f"/hearings/new{asked}")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return str(answer.text)


def test_a_hearing_is_set_from_the_calendar_by_way_of_its_trial(world: World, tried: Tried) -> None:
    [led] = re.findall(r'href="(/hearings/new[^"]*)"', page(world))
    text = choosing(world, led.removeprefix("/hearings/new"))
    assert f'href="/trials/{tried.id}/hearings/new"' in text
    reference = tried.files[0].seen(lambda file: file.case.reference)
    for word in ("Cairo Criminal Court", "Salma Mithal", reference, "None"):
        assert word in sentences(text)
    tried.schedule(when=at())
    assert "9 March 2027" in sentences(choosing(world))


def test_trials_that_ended_are_not_offered_and_those_of_others_are_not_known(world: World, tried: Tried) -> None:
    assert str(tried.id) not in choosing(world, who="officer.minsk")
    assert str(tried.id) not in choosing(world, f"?office={world.demonstration.offices['DEL_EGY']}", "officer.minsk")
    tried.do(proceedings.move_stage, tried.made_from, Stage.TERMINATED, reason="All charges were dropped.")
    assert "There is no trial here that has not ended." in sentences(choosing(world))


def test_many_trials_stand_on_several_pages(world: World, tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrd_cases.trials.views.which_trial.PAGE_SIZE", 1)
    newer = Tried(world, [Filed(world, OFFICER, "EG", f"Mithal {number}") for number in range(5)])
    first, second = choosing(world), choosing(world, "?page=2")
    assert [str(one.id) in first for one in (newer, tried)] == [True, False]
    assert [str(one.id) in second for one in (newer, tried)] == [False, True]
    assert "and 2 more files" in sentences(first)
    for asked in ("?page=0", "?page=-3", f"?page={10**30}", "?page=x", "?office=x"):
        choosing(world, asked)


def test_a_trial_that_cannot_be_read_is_counted(world: World, tried: Tried) -> None:
    with world.database.main.writing() as session:
        session.connection().execute(delete(ProceedingEntry))
    assert "1 trial cannot be read, and is not shown here." in sentences(choosing(world))


def test_a_holiday_without_a_hearing_stands_in_the_list_and_on_a_phone(world: World, tried: Tried) -> None:
    with world.acting(HEAD) as (session, visitor):
        office = session.get_one(Office, visitor.office_id)
        add_holidays(session, office, [Holiday(MARCH, "Founders")], "sample calendar, printed 2026-01-05")
    assert "Closed: Founders" in listed(world)
    text = page(world, f"?on={MARCH}")
    [shown] = re.findall(r'<td role="cell" class="([^"]*)"[^>]*>(?:(?!</td>).)*?Founders', text, re.DOTALL)
    assert "app-day--empty" not in shown.split()
