"""What comes next in a file: what is planned, what became of what an officer asked for, and what other rooms bring."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hrd_cases.cards.card import Due
from hrd_cases.cases import brought, dues, outward
from hrd_cases.cases.brought import Brought, Open
from hrd_cases.cases.details import Action, ActionState, Note
from hrd_cases.cases.dues import Kind
from hrd_cases.cases.models import Case
from hrd_cases.errors import N_
from hrd_cases.offices.absences import record_absence
from tests.cases.acting import Filed, assessed, sentences
from tests.pages.markup import faults
from tests.world import World, cairo_day

OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"


@pytest.fixture
def file(world: World) -> Filed:
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    file.write(assessed("low"))
    return file


def today(file: Filed, who: str = OFFICER) -> str:
    answer = file.world.client(who).get("/")
    assert faults(answer.text) == []
    return sentences(answer.text)


def page(file: Filed, who: str = OFFICER) -> str:
    answer = file.world.client(who).get(f"/cases/{file.id}")
    assert faults(answer.text) == []
    return sentences(answer.text)


def comes(file: Filed) -> str:
    return page(file).partition("What comes next")[2].partition("What we may do")[0]


def planned(on: int, **more: Any) -> Action:
    when = datetime.now(UTC) + timedelta(days=on)
    return Action(kind="demarche", state=ActionState.PLANNED, when=when, addressee="The ministry", **more)


# -- what is planned


def test_what_is_planned_comes_in_the_week_and_on_the_page_with_the_next_thing_to_press(file: Filed) -> None:
    (action,) = file.write(planned(3))
    week = today(file).partition("The next 7 days")[2]
    assert "Do what is planned (Démarche): The ministry" in week
    assert "Do it, or stop it" in week
    assert "(in 3 days): Do what is planned (Démarche) – The ministry" in comes(file)
    assert "Nobody has written what comes next." not in comes(file)
    for address in ("/", f"/cases/{file.id}"):
        assert f'href="/cases/{file.id}/entries/{action}/correct"' in file.world.client(OFFICER).get(address).text


def test_what_was_planned_and_not_done_has_fallen_behind(file: Filed) -> None:
    file.write(planned(-2))
    behind = today(file).partition("Fallen behind")[2]
    assert "Planned, and not done in time" in behind
    assert "The ministry" in behind
    listed = sentences(file.world.client(OFFICER).get("/cases?officer=mine&late=planned").text)
    assert "Salma Mithal" in listed


def test_what_was_done_or_stopped_is_not_to_be_done_any_more(file: Filed) -> None:
    file.write(planned(3))
    file.change(Action, state=ActionState.STOPPED, stopped_because="She asked us not to.", next_on=cairo_day())
    assert "The ministry" not in today(file)
    assert "The ministry" not in comes(file)


def test_what_was_stopped_asks_nobody_to_look_after_it(file: Filed) -> None:
    soon = cairo_day() + timedelta(days=2)
    file.write(planned(0, next_on=soon))
    file.change(Action, state=ActionState.DONE)
    assert "Look after an action taken (Démarche): The ministry" in today(file)
    file.change(Action, state=ActionState.STOPPED, stopped_because="said_no")
    assert "Look after an action taken" not in today(file)
    assert "Look after an action taken" not in comes(file)


# -- what became of what an officer asked a colleague for


def proposed(file: Filed) -> uuid.UUID:
    file.talk(raise_authorities="impossible")
    with file.world.acting(OFFICER) as (session, visitor):
        case = session.get_one(Case, file.id)
        given = planned(1, emergency="An execution is set for tomorrow.")
        return outward.propose(session, visitor, case, given, danger=True, now=datetime.now(UTC)).id


def joined(file: Filed, entry: uuid.UUID) -> uuid.UUID:
    with file.world.acting(DEPUTY) as (session, visitor):
        outward.join(session, visitor, session.get_one(Case, file.id), entry, datetime.now(UTC))
    return file.actions[-1].entry.id


def confirmed(file: Filed, entry: uuid.UUID) -> None:
    with file.world.acting(HEAD) as (session, visitor):
        outward.confirm(session, visitor, session.get_one(Case, file.id), entry, datetime.now(UTC))


def test_the_officer_is_told_that_a_colleague_joined_what_they_asked_for(file: Filed) -> None:
    entry = proposed(file)
    assert "joined" not in today(file)
    joined(file, entry)
    told = today(file)
    assert "deputy.cairo joined: it may be done now. The ministry" in told
    assert f'href="/cases/{file.id}/actions/{entry}"' in file.world.client(OFFICER).get("/").text
    assert "deputy.cairo joined" not in today(file, DEPUTY)
    assert "Do what is planned (Démarche): The ministry" in told


def test_the_officer_is_told_that_the_head_confirmed_it_until_they_write_again(file: Filed) -> None:
    confirmed(file, joined(file, proposed(file)))
    told = today(file)
    assert "head.cairo confirmed what two of you wanted to do. The ministry" in told
    assert "deputy.cairo joined" not in told, "the newest is told"
    assert "head.cairo confirmed" not in today(file, HEAD)
    file.write(Note(text="The ministry was called."))
    assert "head.cairo confirmed" not in today(file)


def test_the_officer_is_told_that_a_colleague_said_no(file: Filed) -> None:
    made_from = proposed(file)
    said = file.actions[-1].said
    with file.world.acting(DEPUTY) as (session, visitor):
        from msgspec.structs import replace

        no = replace(said, state=ActionState.STOPPED, stopped_because="The family begs us not to.")
        outward.carry_on(session, visitor, session.get_one(Case, file.id), made_from, no, datetime.now(UTC))
    assert "deputy.cairo stopped what you asked for. The ministry" in today(file)


# -- what other rooms bring


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that is not built yet, and what it knows of every file."""
    monkeypatch.setattr(brought, "_bringers", [])
    kind = Kind(N_("Hearing"), late=N_("A hearing without a result"), page="cases.show", does=N_("Open"))
    monkeypatch.setitem(dues.KINDS, "hearing", kind)

    @brought.brings
    def hearings(_session: Any, file: Any) -> Brought:
        case = file.kept
        soon = Due("hearing", cairo_day() + timedelta(days=2), for_id=case.officer_id, what="Court of appeal")
        late = Due("hearing", cairo_day() - timedelta(days=2), for_id=case.officer_id, what="Court of first instance")
        held = Open(lambda: "The hearing at the court of appeal", "cases.show", {"case_id": case.id})
        return Brought(open=(held,), dues=(soon, late), risk=frozenset({"death_penalty_possible"}))


@pytest.mark.usefixtures("hearing")
def test_another_room_says_what_is_open_what_is_due_and_what_is_dangerous(file: Filed) -> None:
    file.write(Note(text="So that its card is written anew."))
    told = today(file)
    assert "Hearing: Court of appeal" in told.partition("The next 7 days")[2]
    # A possible death penalty: the file is in danger now, and what is late of it is said there.
    in_danger = told.partition("In danger now")[2].partition("The next 7 days")[0]
    assert "Hearing: Court of first instance – 2 days late" in in_danger
    assert "Fallen behind" not in told, "what is said with the danger is not said twice"
    assert "(in 2 days): Hearing – Court of appeal" in comes(file)
    assert "A possible death penalty makes the risk critical." in page(file)
    assert "A possible death penalty makes the risk critical." in sentences(file.get("risk").text)
    step = file.get("step/close")
    assert step.status_code == 409
    assert "The hearing at the court of appeal" in sentences(step.text)
    listed = sentences(file.world.client(OFFICER).get("/cases?officer=mine&late=hearing").text)
    assert "Salma Mithal" in listed


def test_the_day_of_what_is_planned_is_the_office_s_own(world: World) -> None:
    """Early in Cairo it is still the day before in Greenwich."""
    file = Filed(world, OFFICER, "EG", "Salma Mithal")
    morning = datetime.combine(cairo_day() + timedelta(days=4), time(1), ZoneInfo("Africa/Cairo"))
    assert morning.astimezone(UTC).date() == cairo_day() + timedelta(days=3)
    file.write(Action(kind="demarche", state=ActionState.PLANNED, when=morning.astimezone(UTC), addressee="The court"))
    day = f"{cairo_day() + timedelta(days=4):%-d %B %Y}"
    assert f"{day} (in 4 days): Do what is planned (Démarche) – The court" in comes(file)
    assert "Do what is planned (Démarche): The court" in today(file).partition(day)[2]


def test_whoever_joined_is_not_told_of_it_while_they_stand_in(file: Filed) -> None:
    joined(file, proposed(file))
    with file.world.acting(HEAD) as (session, visitor):
        charter, officer = visitor.charters.of(visitor.office_id), file.world.demonstration.members[OFFICER]
        record_absence(session, visitor, charter, officer, visitor.local_day, visitor.local_day, datetime.now(UTC))
    assert "deputy.cairo joined" not in today(file, DEPUTY)
