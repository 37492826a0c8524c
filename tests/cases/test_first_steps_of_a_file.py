"""What a new file asks for first, and that a file which is over asks for nothing and says how it ended."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hrd_cases.calendar import office_calendar
from hrd_cases.cases.details import Contact, Profile, Task
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.tasks import first_assessment_on
from hrd_cases.offices.models import Office
from tests.cases.acting import Filed, assessed, sentences
from tests.cases.conftest import Recording, recorded
from tests.pages.markup import faults
from tests.world import World, cairo_day

OFFICER, HEAD = "officer.cairo", "head.cairo"
CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"))
CLOSES = {"outcome": "released", "feedback": "family"}


def page(file: Filed, who: str = OFFICER, rest: str = "") -> str:
    answer = file.world.client(who).get(f"/cases/{file.id}{rest}")
    assert faults(answer.text) == []
    return sentences(answer.text)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZoneInfo("Africa/Cairo")).astimezone(UTC)


# -- the first assessment


@pytest.mark.parametrize(
    ("urgency", "when", "on"),
    [
        ("critical", at(22, 10), date(2026, 11, 22)),
        ("critical", at(22, 23), date(2026, 11, 22)),
        ("critical", at(27, 10), date(2026, 11, 27)),
        ("high", at(22, 10), date(2026, 11, 23)),
        ("high", at(26, 10), date(2026, 11, 29)),
        ("medium", at(22, 10), date(2026, 11, 24)),
        ("low", at(22, 23), date(2026, 11, 24)),
    ],
)
def test_the_graver_the_sooner_somebody_assesses_the_risk(urgency: str, when: datetime, on: date) -> None:
    """A critical one on the same day, day and night; a high one by the next working day."""
    assert first_assessment_on(urgency, CAIRO, when) == on


def due_of(world: World, case_id) -> date | None:
    with world.acting(OFFICER) as (session, _visitor):
        file = open_file(session, session.get_one(Case, case_id))
        return next(one.said.due_on for one in file.open_tasks if one.said.rule == "assess_risk")


def test_a_critical_file_is_to_be_assessed_today(world: World, recording: Recording) -> None:
    done = recording.by(OFFICER, recorded("EG", "Salma Mithal", urgency="critical"))
    assert due_of(world, done.case_id) == datetime.now(ZoneInfo("Africa/Cairo")).date()


def test_only_an_assessment_ends_the_task_to_assess(world: World) -> None:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    task = file.seen(lambda opened: next(one for one in opened.open_tasks if one.said.rule == "assess_risk"))
    tasks = world.client(OFFICER).get(f"/cases/{file.id}").text.partition(">Tasks</h2>")[2].partition("</ul>")[0]
    assert f"/entries/{task.id}/done" not in tasks, "ticking it off is not offered"
    assert f"/cases/{file.id}/risk" in tasks
    answer = file.post(f"entries/{task.entry.id}/done", {})
    assert answer.status_code == 422
    assert "Only an assessment ends this task." in sentences(answer.text)
    file.write(assessed("low"))
    assert "assess_risk" not in file.seen(lambda opened: [one.said.rule for one in opened.open_tasks])


# -- Next, in the list


def listed(world: World, who: str = OFFICER) -> str:
    answer = world.client(who).get("/cases")
    assert faults(answer.text) == []
    return sentences(answer.text)


def test_the_list_says_what_comes_next_in_a_new_file(world: World, recording: Recording) -> None:
    recording.by(OFFICER, recorded("EG", "Salma Mithal", urgency="critical"))
    assert "(today) : Assess the risk" in listed(world)


def test_the_next_step_that_somebody_wrote_comes_before_what_a_rule_asks(world: World) -> None:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    file.change(Profile, next_step="Call the lawyer", next_step_on=cairo_day() + timedelta(days=9))
    assert "(in 9 days) : Call the lawyer" in listed(world)
    assert "Assess the risk" not in listed(world)


def test_a_new_file_is_sorted_by_what_comes_next_in_it(world: World, recording: Recording) -> None:
    first = Filed(world, OFFICER, "EG", "Written Mithal")
    first.change(Profile, next_step="Call the lawyer", next_step_on=cairo_day() + timedelta(days=9))
    recording.by(OFFICER, recorded("EG", "New Mithal", urgency="critical"))
    page = listed(world)
    assert page.index("New Mithal") < page.index("Written Mithal")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_the_day_that_it_is_where_the_office_lies(world: World, zone: str) -> None:
    """At every hour at least one of these zones has another day than UTC."""
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    with world.acting("head.cairo") as (session, visitor):
        session.get_one(Office, visitor.office_id).zone = zone
    file.change(Profile, next_step="Call the lawyer", next_step_on=datetime.now(ZoneInfo(zone)).date())
    assert "(today) : Call the lawyer" in listed(world)


# -- a file that is over


@pytest.fixture
def closed(world: World) -> Filed:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    file.change(Profile, next_step="Call the lawyer", next_step_on=cairo_day() + timedelta(days=9))
    file.write(
        assessed("low"),
        Task(what="Buy a telephone", due_on=cairo_day()),
        Contact(when=datetime.now(UTC), with_whom="family"),
    )
    assert file.post("step/close", CLOSES).status_code == 303
    return file


def test_a_closed_file_says_how_it_ended_and_who_was_told(closed: Filed) -> None:
    for rest in ("", "/print"):
        words = page(closed, rest=rest)
        ended = words.partition("How it ended")[2]
        assert "Released" in ended, rest
        assert "The family" in ended, rest
        assert "officer.cairo" in ended, rest


def test_nothing_is_due_in_a_closed_file(closed: Filed) -> None:
    text = closed.world.client(OFFICER).get(f"/cases/{closed.id}").text
    assert "What comes next" not in text
    assert "No next step" not in text
    assert not re.search(r"/entries/[^\"]+/done", text)
    words = sentences(text)
    assert "Buy a telephone" in words.partition("Left open when it ended")[2], "what was left open stays readable"
    assert "Call the lawyer" not in words
    assert "Next step" not in page(closed, rest="/print")
    row = sentences(closed.world.client(OFFICER).get("/cases?state=closed").text)
    assert "Salma Mithal" in row
    assert "Call the lawyer" not in row
    assert "Nothing needs you now." in sentences(closed.world.client(OFFICER).get("/").text)


def test_a_file_that_was_not_taken_on_says_why_and_whom_they_can_turn_to(world: World) -> None:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    file.write(assessed("low"))
    file.set_state("assessed")
    given = {"reason": "She is no defender.", "referral": "The bar association"}
    assert file.post("step/reject", given).status_code == 303
    ended = page(file).partition("How it ended")[2].partition("Last events")[0]
    assert "She is no defender." in ended
    assert "The bar association" in ended


def test_a_file_that_is_taken_up_again_has_what_comes_next(closed: Filed) -> None:
    assert closed.post("step/reopen", {"reason": "She was taken again."}).status_code == 303
    words = page(closed)
    assert "How it ended" not in words
    assert "What comes next" in words


def test_a_closed_file_offers_nothing_that_would_be_refused(closed: Filed) -> None:
    for address in ("act", "risk", "hand-over"):
        assert (
            f'href="/cases/{closed.id}/{address}"' not in closed.world.client(OFFICER).get(f"/cases/{closed.id}").text
        )


def test_a_file_that_nobody_has_taken_yet_is_acknowledged_before_it_is_assessed(
    world: World, recording: Recording
) -> None:
    recording.by(OFFICER, recorded("BY", "Алёна", urgency="critical"))
    with world.acting("officer.minsk") as (session, _visitor):
        case_id = session.scalars(select(Case.id)).one()
    text = world.client("officer.minsk").get(f"/cases/{case_id}").text
    assert f'href="/cases/{case_id}/risk"' not in text
    assert f'href="/cases/{case_id}/step/acknowledge"' in text
