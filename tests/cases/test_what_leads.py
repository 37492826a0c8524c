"""What leads on Today, in the list and on the page of a file: danger, then what waits, then the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from hrd_cases.accounts.kept import keep_own
from hrd_cases.cases.details import Profile
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.door.house import Sent
from hrd_cases.today.words import time_left
from tests.cases.acting import Filed, assessed, sentences
from tests.cases.conftest import Recording, recorded
from tests.cases.test_what_comes import proposed
from tests.pages.markup import faults
from tests.world import World, cairo_day

OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
QUICK = {
    "begun": "",
    "country": "EG",
    "name": "Salma Mithal",
    "what": "Taken from home this morning.",
    "urgency": "high",
}


def today(world: World, who: str) -> str:
    answer = world.client(who).get("/")
    assert faults(answer.text) == []
    return sentences(answer.text)


def test_a_deputy_sees_the_danger_that_colleagues_look_after(world: World) -> None:
    Filed(world, OFFICER, "EG", "Salma Mithal").write(assessed("critical"))
    page = today(world, DEPUTY)
    assert "Nothing needs you now." not in page
    assert "1 file in danger that colleagues look after" in page


def test_danger_leads_and_decisions_follow(world: World, recording: Recording) -> None:
    Filed(world, OFFICER, "EG", "Salma Mithal").write(assessed("critical"))
    recording.by("officer.minsk", recorded("EG", "Nadia", urgency="low"))
    page = today(world, OFFICER)
    assert page.index("In danger now") < page.index("Salma Mithal") < page.index("Waiting for my decision")
    assert page.index("Waiting for my decision") < page.index("Nadia")


def test_a_clock_that_runs_out_within_four_hours_stands_at_the_top(world: World, recording: Recording) -> None:
    Filed(world, OFFICER, "EG", "Salma Mithal").write(assessed("critical"))
    recording.by("officer.minsk", recorded("EG", "Nadia", urgency="critical"))
    page = today(world, OFFICER)
    assert page.index("Nadia") < page.index("In danger now")
    assert "4 hours left" in page
    with world.database.main.writing() as session:
        session.execute(update(Acknowledgement).values(due_at=datetime.now(UTC) + timedelta(hours=9)))


def test_an_emergency_to_join_stands_at_the_top_with_its_clock(world: World) -> None:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    file.write(assessed("critical"))
    proposed(file)
    own = Filed(world, DEPUTY, "EG", "Nadia")
    own.write(assessed("critical"))
    page = today(world, DEPUTY)
    assert page.index("To join") < page.index("In danger now")
    assert "4 hours left" in page.partition("In danger now")[0]


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (4 * 3600 - 90, "4 hours left"),
        (3 * 3600 + 29 * 60, "3 hours left"),
        (3 * 3600 + 31 * 60, "4 hours left"),
        (59 * 60 + 10, "59 minutes left"),
        (90 * 60, "2 hours left"),
        (-50 * 60, "50 minutes late"),
        (4 * 86400 - 60, "4 days left"),
    ],
)
def test_what_is_left_is_rounded_to_the_nearest(world: World, seconds: int, says: str) -> None:
    with world.app.test_request_context():
        assert time_left(NOW + timedelta(seconds=seconds), NOW) == says


# -- the quick path


EMPTY = {"when-day": "", "when-month": "", "when-year": ""}


@pytest.mark.parametrize(("said", "known"), [({}, True), (EMPTY, False)])
def test_what_is_recorded_happened_today_unless_it_is_said_otherwise(world: World, said: dict, known: bool) -> None:
    client = world.client(OFFICER)
    assert f'value="{datetime.now(UTC).year}"' in client.get("/cases/new").text
    answer = client.post("/cases/new", QUICK | said | {"do": "open"})
    assert answer.status_code == 303
    page = sentences(client.get(answer.headers["Location"]).text)
    assert ("day not known" in page) is not known


def test_family_and_lawyer_count_as_having_heard(world: World) -> None:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    assert "Hear from the defender, the family or the lawyer" in sentences(
        file.world.client(OFFICER).get(f"/cases/{file.id}").text
    )


# -- what was begun


def test_an_urgent_draft_stands_near_the_top_with_its_name(world: World) -> None:
    Filed(world, OFFICER, "EG", "Nadia").write(assessed("medium"))
    client = world.client(OFFICER)
    assert client.post("/cases/new", QUICK | {"urgency": "critical", "do": "draft"}).status_code == 303
    page = today(world, OFFICER)
    assert page.index("Salma Mithal") < page.index("The next 7 days")
    assert "Critical urgency" in page
    assert page.count("Salma Mithal") == 1


# -- the page of a file, and the list


def test_letting_rest_and_closing_come_last(world: World, recording: Recording) -> None:
    done = recording.by(OFFICER, recorded("EG", "Salma Mithal", urgency="critical"))
    text = world.client(OFFICER).get(f"/cases/{done.case_id}").text
    acts = sentences(text.partition("app-beside")[2].partition("</div>\n\n")[0])
    assert acts.index("Assess the risk") < acts.index("Timeline") < acts.index("Let rest")
    assert acts.partition("Let rest")[2].split() in (["Close"], ["Ask", "the", "head", "to", "close"])


def test_the_list_leads_with_danger(world: World) -> None:
    calm = Filed(world, OFFICER, "EG", "Calm Mithal")
    calm.write(assessed("low"))
    calm.change(Profile, next_step="Call her", next_step_on=cairo_day() - timedelta(days=9))
    grave = Filed(world, OFFICER, "EG", "Grave Mithal")
    grave.write(assessed("critical"))
    grave.change(Profile, next_step="Call her", next_step_on=cairo_day() + timedelta(days=900))
    page = sentences(world.client(OFFICER).get("/cases").text)
    assert page.index("Grave Mithal") < page.index("Calm Mithal")


def test_a_form_that_was_not_sent_stands_near_the_top_with_its_name(world: World) -> None:
    Filed(world, OFFICER, "EG", "Nadia").write(assessed("medium"))
    client = world.client(OFFICER)
    begun = {"do": "open", "urgency": "critical"}
    with world.acting(OFFICER) as (session, visitor):
        fields = list((QUICK | begun).items())
        keep_own(session, visitor.member_id, visitor.ring.keys, Sent("/cases/new", fields, None))
    page = sentences(client.get("/").text)
    assert page.index("1 form of yours was not sent yet Salma Mithal Critical urgency") < page.index("The next 7 days")
