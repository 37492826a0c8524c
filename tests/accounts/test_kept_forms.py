"""A kept form that is worked on further, sent from another page, or put back: the last version is kept, and goes out
once."""

from __future__ import annotations

import re

import pytest
import time_machine
from sqlalchemy import select

from hrd_cases.accounts.credentials import open_seed
from hrd_cases.accounts.kept import Kept, read_kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.audit.events import Event
from hrd_cases.vault.identity import KeyPair
from tests.accounts.walk import Person, count, member
from tests.offices.people import Places
from tests.world import World

TOO_LONG = 20 * 60
"""After so many seconds a session is locked."""
FIRST, FURTHER = "What the court said", "What the court said, and two hours of further work"


@pytest.fixture
def desk(world: World) -> Person:
    person = Person(world, "desk.hq")
    person.sign_in_now()
    return person


def cairo(world: World) -> str:
    return Places(world).office("DEL_EGY", "/notices")


def kept_by(world: World, person: Person) -> list[Kept]:
    """What waits for a member, oldest first."""
    keys = KeyPair(open_seed(world.house.settings, member(world, person.sign_in), person.passphrase))
    with world.database.main.reading() as session:
        return [read_kept(row, keys) for row in session.scalars(select(KeptForm).order_by(KeptForm.kept_at))]


def texts(world: World, person: Person) -> list[str]:
    return [dict(kept.fields)["text"] for kept in kept_by(world, person)]


def waiting_id(person: Person) -> str:
    """The id of the one form that waits."""
    (found,) = set(re.findall(r'href="/not-sent/([0-9a-f-]{36})"', person.open("/not-sent").text))
    return str(found)


def kept_too_late(person: Person, clock: time_machine.Traveller) -> str:
    """A first version of a notice is sent when the session has just locked. The id of what was kept."""
    clock.shift(TOO_LONG)
    person.send(cairo(person.world), subject="Hearing", text=FIRST)
    person.unlock()
    return waiting_id(person)


def test_further_work_on_a_kept_form_is_kept_when_the_session_locks_again(
    world: World, desk: Person, clock: time_machine.Traveller
) -> None:
    form_id = kept_too_late(desk, clock)
    clock.shift(TOO_LONG)
    answer = desk.send(cairo(world), subject="Hearing", text=FURTHER, kept_form=form_id)
    assert answer.status_code == 401
    assert "is kept" in answer.text
    desk.unlock()
    assert texts(world, desk) == [FURTHER]
    assert FURTHER in desk.open(f"/not-sent/{waiting_id(desk)}").text
    assert desk.send(cairo(world), subject="Hearing", text=FURTHER, kept_form=waiting_id(desk)).status_code == 303
    assert count(world, Event.LETTER_SENT) == 1


def test_further_work_sent_from_a_tab_of_before_is_kept_as_well(
    world: World, desk: Person, clock: time_machine.Traveller
) -> None:
    form_id = kept_too_late(desk, clock)
    before = desk.browser.token()
    clock.shift(TOO_LONG)
    desk.open("/")
    desk.unlock()
    fields = {"subject": "Hearing", "text": FURTHER, "kept_form": form_id, "csrf_token": before}
    answer = desk.browser.post(cairo(world), fields)
    assert answer.location == f"/not-sent/{form_id}"
    assert texts(world, desk) == [FURTHER]


def test_a_form_of_another_page_that_names_a_kept_one_is_kept_beside_it(
    world: World, desk: Person, clock: time_machine.Traveller
) -> None:
    form_id = kept_too_late(desk, clock)
    clock.shift(TOO_LONG)
    minsk = Places(world).office("DEL_BLR", "/notices")
    assert desk.send(minsk, subject="Visit", text="To Minsk", kept_form=form_id).status_code == 401
    desk.unlock()
    assert [(kept.path, dict(kept.fields)["text"]) for kept in kept_by(world, desk)] == [
        (cairo(world), FIRST),
        (minsk, "To Minsk"),
    ]


def test_the_same_form_sent_to_a_locked_session_twice_is_kept_once_and_told_once(
    world: World, desk: Person, clock: time_machine.Traveller
) -> None:
    form_id = kept_too_late(desk, clock)
    clock.shift(TOO_LONG)
    desk.send(cairo(world), subject="Hearing", text=FIRST, kept_form=form_id)
    desk.unlock()
    assert (waiting_id(desk), texts(world, desk), count(world, Event.FORM_KEPT)) == (form_id, [FIRST], 1)


def test_further_work_on_a_kept_form_that_cannot_be_read_any_more_is_kept_beside_it(
    world: World, desk: Person, clock: time_machine.Traveller
) -> None:
    form_id = kept_too_late(desk, clock)
    with world.database.main.writing() as session:
        session.scalars(select(KeptForm)).one().sealed = bytes(200)
    clock.shift(TOO_LONG)
    desk.send(cairo(world), subject="Hearing", text=FURTHER, kept_form=form_id)
    desk.unlock()
    with world.database.main.reading() as session:
        assert session.query(KeptForm).count() == 2
