"""A file goes by itself to the right person, and a recorder elsewhere keeps nothing of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import time_machine
from flask_babel import force_locale
from sqlalchemy import select, update

from hrd_cases import demo
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.cards.read import cards
from hrd_cases.cases.destination import destination
from hrd_cases.cases.details import Source
from hrd_cases.cases.drafts import save
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Acknowledgement, Case, Draft
from hrd_cases.cases.routing import Why
from hrd_cases.keys.models import CharterRow, CircleKey
from hrd_cases.keys.roles import CircleName
from tests.cases.acting import sentences
from tests.cases.conftest import Recording, recorded, with_source
from tests.keys.cast import forget_everything
from tests.world import World, _application

NAME = "سلمى عبد الرحمن المثال"


def _files(world: World, sign_in: str) -> list:
    with world.acting(sign_in) as (session, visitor):
        found = []
        for case in session.scalars(select(Case)):
            if visitor.roles_in(case.office_id):
                file = open_file(session, case)
                found.append(
                    (case.reference, case.state, case.officer_id, file.name, len(file.damaged), len(file.locked))
                )
        return found


def test_an_officer_who_records_for_their_own_office_has_the_file_at_once(world: World, recording: Recording) -> None:
    done = recording.by("officer.cairo", recorded("EG", NAME))
    assert done.case_id is not None
    officer = world.demonstration.members["officer.cairo"]
    assert _files(world, "deputy.cairo") == [(done.reference, "active", officer, NAME, 0, 0)]
    with world.acting("head.cairo") as (session, visitor):
        circle = visitor.charters.of(world.demonstration.offices["DEL_EGY"]).circle(CircleName.CASEWORK)
        (card,) = cards(session, circle.circle_id).good
        assert (card.name, card.reference, card.state) == (NAME, done.reference, "active")
        assert {due.rule for due in card.dues if due.kind == "task"} >= {"assess_risk", "ways_to_reach"}


def test_a_file_for_another_country_is_routed_there_with_its_sources(world: World, recording: Recording) -> None:
    drafted, sourced = with_source(recorded("BY", "Алёна"), "Source Example")
    done = recording.by("officer.cairo", drafted, sourced)
    assert done.case_id is None
    assert done.to.officer_id == world.demonstration.members["officer.minsk"]
    assert _files(world, "officer.cairo") == []
    assert _files(world, "officer.minsk") == [(done.reference, "routed", done.to.officer_id, "Алёна", 0, 0)]
    with world.acting("officer.minsk") as (session, _):
        case = session.scalars(select(Case)).one()
        (source,) = open_file(session, case).sources
        assert cast(Source, source.entry.sourced).name == "Source Example"
        clock = session.get_one(Acknowledgement, case.id)
        assert clock.acknowledged_at is None
        assert (clock.due_at - clock.routed_at).total_seconds() == 24 * 3600


def test_a_country_without_an_office_lands_at_headquarters(world: World, recording: Recording) -> None:
    done = recording.by("officer.cairo", recorded("NZ", "Nobody There"))
    assert done.to.office_id == world.demonstration.offices["HQ"]
    ((reference, state, _officer, name, *_),) = _files(world, "desk.hq")
    assert (reference, state, name) == (done.reference, "routed", "Nobody There")
    assert not list(_files(world, "officer.cairo"))
    with world.acting("officer.cairo") as (session, _):
        assert session.scalars(select(Draft)).all() == []


@time_machine.travel("2026-12-01T01:30:00Z", tick=True)
def test_an_office_covers_its_countries_from_its_charter_s_first_hour(tmp_path: Path) -> None:
    """In Bogotá it is still the day before: whose a country is follows the charters' one day, not the clocks there."""
    app = _application(tmp_path / "home")
    with app.test_request_context("/"), force_locale("en"):
        entered = demo.enter(app.extensions["hrd_cases"])
        with entered.acting("officer.cairo") as (session, visitor):
            found = destination(session, visitor, "CO", "high", datetime.now(UTC))
        assert found.office_id == entered.offices["DEL_COL"]
    entered.database.dispose()


# -- somebody writes in the charters


def damage_the_charter(world: World) -> None:
    """Of Minsk: nobody knows any more who covers its country."""
    with world.database.main.writing() as session:
        office_id = world.demonstration.offices["DEL_BLR"]
        session.execute(update(CharterRow).where(CharterRow.office_id == office_id).values(signatures=b""))
    forget_everything()


def alarms(world: World) -> list[str]:
    with world.database.main.reading() as session:
        query = select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value)
        return [str(read_body(one).fields["alarm"]) for one in session.scalars(query)]


FAILED = (
    "What says who covers this country failed its check, so the duty officer at headquarters takes it until that is "
    "mended."
)


def test_a_file_whose_coverage_fails_its_check_goes_to_headquarters_and_is_whole_there(world, recording) -> None:
    damage_the_charter(world)
    done = recording.by("officer.cairo", recorded("BY", "Алёна"))
    assert (done.case_id, done.to.why) == (None, Why.UNCERTAIN)
    assert done.to.office_id == world.demonstration.offices["HQ"]
    ((_reference, state, _officer, name, damaged, locked),) = _files(world, "desk.hq")
    assert (state, name, damaged, locked) == ("routed", "Алёна", 0, 0)
    assert _files(world, "officer.cairo") == []
    assert alarms(world) == ["failed its check: coverage"]


def test_the_quick_path_says_where_it_went_and_why(world: World) -> None:
    damage_the_charter(world)
    officer = world.client("officer.cairo")
    begun = re.search(r'name="begun" value="([^"]*)"', officer.get("/cases/new").text)
    assert begun is not None
    typed = {"country": "BY", "name": "Алёна", "what": "Taken.", "urgency": "high", "do": "open", "told": ""}
    answer = officer.post("/cases/new", typed | {"begun": begun[1]})
    assert answer.status_code == 200
    assert FAILED in sentences(answer.text)


def test_a_draft_says_beforehand_where_it_will_go_and_is_not_lost(world: World) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        draft = save(session, visitor, None, recorded("BY", "Алёна"), (), datetime.now(UTC)).id
    damage_the_charter(world)
    officer = world.client("officer.cairo")
    page = officer.get(f"/cases/drafts/{draft}/check")
    assert page.status_code == 200
    assert FAILED in sentences(page.text)
    assert alarms(world) == ["failed its check: coverage"]
    answer = officer.post(f"/cases/drafts/{draft}/check", {"told": ""})
    assert FAILED in sentences(answer.text)
    assert [name for _r, _s, _o, name, _d, _l in _files(world, "desk.hq")] == ["Алёна"]


def test_where_headquarters_cannot_receive_either_the_draft_stays_and_it_is_said(world: World) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        draft = save(session, visitor, None, recorded("BY", "Алёна"), (), datetime.now(UTC)).id
    damage_the_charter(world)
    with world.database.main.writing() as session:
        session.execute(update(CircleKey).values(bundle=b"planted"))
    answer = world.client("officer.cairo").post(f"/cases/drafts/{draft}/check", {"told": ""})
    assert answer.status_code == 422
    assert "Nothing was sent" in sentences(answer.text)
    assert len(alarms(world)) >= 1
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.get_one(Draft, draft).drafted.name == "Алёна"
