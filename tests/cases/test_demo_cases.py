"""The demonstration's case files: C1 to C4 of the sample world as their officers know them, and one on its way."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hrd_cases.cases import consent, facts, risk
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.demo import WORLD, sign_in_table, weeks_to
from hrd_cases.demo_cases import CODES_OF, OFFICERS, TOLD, TRIED, record_cases
from hrd_cases.demo_trials import CODES_OF as TRIALS_CODES
from hrd_cases.trials.codes import CODES as LISTS
from tests.cases.acting import sentences
from tests.world import World, already, cairo_day

KNOWN = json.loads(WORLD.read_text(encoding="utf-8"))
MOST_SECONDS = 3


def test_make_run_names_everybody_with_role_and_office_and_says_whom_to_be_first() -> None:
    lines = [" ".join(line.split()) for line in sign_in_table().splitlines()]
    seats = {entry["code"]: entry["seat"] for entry in KNOWN["delegations"]}
    for one in KNOWN["staff"]:
        words = f"{one['sign_in']} {one['role'].replace('_', ' ')} {seats[one['office']]}"
        assert [line for line in lines if line.startswith(words)], words
    first = lines[lines.index("What to try first") + 1 :]
    assert [line.partition(" ")[0] for line in first[:4]] == [
        "officer.cairo",
        "deputy.cairo",
        "officer.minsk",
        "head.cairo",
    ]


def everything_is_recorded(world: World) -> None:
    entered = world.demonstration
    with world.app.test_request_context("/"):
        record_cases(entered.acting, entered.members, entered.world, entered.shift())


@pytest.fixture
def shown(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    return already(world, everything_is_recorded, tmp_path_factory)


def file_of(world: World, known: dict[str, Any], look: Any) -> Any:
    with world.acting(OFFICERS[known["delegation"]]) as (session, visitor):
        for case in session.scalars(select(Case).where(Case.office_id == visitor.office_id)):
            file = open_file(session, case)
            if file.name == known["name"]:
                return look(file)
    raise AssertionError(known["id"])


def test_every_word_of_the_world_has_one_code_of_ours() -> None:
    for known in KNOWN["cases"]:
        assert known["category"] in CODES_OF["category"]
        assert known["risk"] in CODES_OF["level"]
        assert set(known.get("themes", ())) <= CODES_OF["theme"].keys()
        assert {known["incident"]} if "incident" in known else set() <= CODES_OF["incident"].keys()
        assert known.get("consents", {}).keys() <= CODES_OF["purpose"].keys()
        assert set(known.get("consents", {}).values()) <= CODES_OF["consent"].keys()
    for name, codes in CODES_OF.items():
        assert set(codes.values()) <= set(CODES[name]), name


def test_every_office_with_a_case_has_its_officer() -> None:
    staff = {(one["office"], one["sign_in"]) for one in KNOWN["staff"] if one["role"] == "liaison_officer"}
    assert {(known["delegation"], OFFICERS[known["delegation"]]) for known in KNOWN["cases"]} <= staff


@pytest.mark.parametrize("known", KNOWN["cases"], ids=lambda known: known["id"])
def test_a_file_of_the_world_stands_in_its_office_s_list_and_opens(shown: World, known: dict[str, Any]) -> None:
    officer = shown.client(OFFICERS[known["delegation"]])
    assert known["name"] in officer.get("/cases").text
    found = file_of(shown, known, lambda file: file)
    assert found.defender.said.names == (known["name"], *known["aliases"])
    assert found.risk.said.level == CODES_OF["level"][known["risk"]]
    page = officer.get(f"/cases/{found.case.id}")
    assert page.status_code == 200
    assert found.profile.next_step in sentences(page.text)
    held = facts.why_not(found, found.profile.next_step_kind, cairo_day(), datetime.now(UTC))
    assert found.profile.next_step_kind
    assert (held is not None) is (known["id"] in ("C1", "C2")), "nobody asked them about being seen with us"
    if held is not None:
        assert f"Not allowed now {held[0]} {held[1]}" in sentences(page.text)
    assert officer.get(f"/cases/{found.case.id}/print").status_code == 200


def consents(file: File) -> dict[str, str]:
    whose, words = facts.whose(file), facts.conversations(file)
    purposes = CODES["purpose"]
    return {one: consent.stand(one, words, whose).state.value for one in purposes}


@pytest.mark.parametrize("known", [one for one in KNOWN["cases"] if "consents" in one], ids=lambda known: known["id"])
def test_consents_stand_as_the_world_says(shown: World, known: dict[str, Any]) -> None:
    stand = file_of(shown, known, consents)
    assert {purpose: stand[CODES_OF["purpose"][purpose]] for purpose in known["consents"]} == known["consents"]


@pytest.mark.parametrize("known", [one for one in KNOWN["cases"] if "hearing" in one], ids=lambda known: known["id"])
def test_its_trial_stands_with_the_hearing_to_come_and_those_before(shown: World, known: dict[str, Any]) -> None:
    said = known["hearing"]
    path = file_of(shown, known, lambda file: f"/cases/{file.case.id}")
    dues = file_of(shown, known, lambda file: [due for due in file.brought.dues if due.kind == "hearing"])
    local = datetime.fromisoformat(said["local"]) + shown.demonstration.shift()
    assert [due.at for due in dues] == [local.replace(tzinfo=ZoneInfo(said["tz"]))]
    officer = shown.client(OFFICERS[known["delegation"]])
    words = sentences(officer.get(path).text)
    assert f"{local:%H:%M} at the court ({said['tz'].partition('/')[2]})" in words
    trial = sentences(officer.get(f"/trials/{dues[0].within_id}").text)
    assert trial.count("Held") == (1 if "earlier_hearing" in known else 2)
    if "earlier_hearing" in known:
        late = file_of(shown, known, lambda file: [due for due in file.brought.dues if due.kind == "report"])
        assert len(late) == 1, "access was denied, and the report is due all the same"


@pytest.mark.parametrize("hour", [0, 6, 7, 12, 21, 22, 23])
@pytest.mark.parametrize("day", range(16, 23), ids=lambda day: f"{date(2026, 11, day):%A}")
def test_on_whatever_day_it_is_made_the_hearings_are_ahead_and_those_before_are_over(day: int, hour: int) -> None:
    """Within a week the next of them; and nothing that the world says has happened is still to come."""
    for later in (timedelta(0), timedelta(weeks=30)):  # the clocks of Cairo change in between
        now = datetime(2026, 11, day, hour, 59, tzinfo=UTC) + later
        shift = weeks_to(KNOWN, now)
        assert shift % timedelta(weeks=1) == timedelta(0)
        ahead = [begins(one["hearing"], shift) for one in KNOWN["cases"] if "hearing" in one]
        assert min(ahead) - now < timedelta(weeks=1, days=1)
        assert all(at > now and at.date() > now.astimezone(at.tzinfo).date() for at in ahead)
        before = [begins(one["earlier_hearing"], shift) for one in KNOWN["cases"] if "earlier_hearing" in one]
        before += [
            begins(KNOWN["cases"][0]["hearing"], shift - timedelta(days=days)) for days in TRIED["C1"].days_before
        ]
        assert all(at < now for at in before)
        assert all(date.fromisoformat(one.since) + shift < now.date() for one in TOLD.values() if one.since)


def begins(hearing: dict[str, Any], shift: timedelta) -> datetime:
    return datetime.fromisoformat(hearing["local"]).replace(tzinfo=ZoneInfo(hearing["tz"])) + shift


def test_the_embassy_of_the_world_is_asked_to_observe_a_hearing_to_come(shown: World) -> None:
    with shown.acting("observer.a"):
        pass
    told = sentences(shown.client("observer.a").get("/shares").text)
    assert "Renewal of custody" in told
    found = file_of(shown, KNOWN["cases"][0], lambda file: file.brought.dues)
    hearing = next(one for one in found if one.kind == "hearing")
    page = sentences(shown.client("officer.cairo").get(f"/trials/{hearing.within_id}/hearings/{hearing.entry_id}").text)
    assert "asked, has not accepted" in page


def test_every_word_of_the_world_s_hearings_has_one_code_of_ours() -> None:
    for known in KNOWN["cases"]:
        for hearing in (known[name] for name in ("hearing", "earlier_hearing") if name in known):
            assert hearing["type"] in TRIALS_CODES["hearing_type"]
            assert hearing.get("observer_access", "denied_closed") in TRIALS_CODES["observer_access"]
    for name, codes in TRIALS_CODES.items():
        assert set(codes.values()) <= set(LISTS[name]), name


def test_the_hearing_stands_on_its_weekday(shown: World) -> None:
    known = KNOWN["cases"][0]
    on = file_of(shown, known, lambda file: file.profile.next_step_on)
    told = date.fromisoformat(known["hearing"]["local"][:10])
    assert (on - told) % timedelta(weeks=1) == timedelta(0)


def test_the_family_of_whoever_cannot_speak_was_asked(shown: World) -> None:
    known = KNOWN["cases"][3]
    stand = file_of(shown, known, consents)
    assert stand["un_letter"] == "given"
    assert file_of(shown, known, lambda file: facts.risk_facts(file).incommunicado)
    (contact,), people = file_of(shown, known, lambda file: (file.contacts, file.people))
    assert {one.said.role for one in people if one.id == contact.said.person_id} == {"family"}


def test_no_risk_lies_below_what_the_facts_ask(shown: World) -> None:
    for known in KNOWN["cases"]:
        level, found = file_of(shown, known, lambda file: (file.risk.said.level, facts.risk_facts(file)))
        assert risk.below_floor(risk.Level(level), found) is None


def test_one_from_cairo_waits_in_minsk_and_its_clock_is_on_today(shown: World) -> None:
    with shown.database.main.reading() as session:
        clock = session.scalars(select(Acknowledgement)).one()
        assert clock.acknowledged_at is None
        assert clock.office_id == shown.demonstration.offices["DEL_BLR"]
    assert "Янка Выдуманы" in shown.client("officer.minsk").get("/").text
    assert "Янка Выдуманы" not in shown.client("officer.cairo").get("/cases").text


def test_it_takes_no_longer_than_a_visitor_waits(world: World) -> None:
    before = time.process_time()
    everything_is_recorded(world)
    assert time.process_time() - before < MOST_SECONDS
