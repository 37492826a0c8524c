"""A kept form that is worked on further, sent from another page, or put back by whoever writes the database: the last
version is kept, and goes out once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import select

from hrd_cases.accounts.credentials import open_seed
from hrd_cases.accounts.kept import Kept, read_kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.audit.events import Event
from hrd_cases.audit.verify import verify_store
from hrd_cases.vault.identity import KeyPair
from tests.accounts.walk import Person, count, main_of, member
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


# -- whoever writes the database puts one back


def put_back(world: World, row: KeptForm) -> None:
    with world.database.main.writing() as session:
        session.add(KeptForm(id=row.id, member_id=row.member_id, kept_at=row.kept_at, sealed=row.sealed))


def kept_row(world: World) -> KeptForm:
    with world.database.main.reading() as session:
        return session.scalars(select(KeptForm)).one()


def send_it(desk: Person, form_id: str) -> int:
    answer = desk.send(cairo(desk.world), subject="Hearing", text=FIRST, kept_form=form_id)
    return int(answer.status_code)


def throw_it_away(desk: Person, form_id: str) -> int:
    return int(desk.send(f"/not-sent/{form_id}/throw-away").status_code)


@pytest.mark.parametrize("end", [send_it, throw_it_away])
def test_what_was_sent_or_thrown_away_and_is_put_back_is_neither_offered_nor_sent(
    world: World, desk: Person, clock: time_machine.Traveller, end: Callable[[Person, str], int]
) -> None:
    form_id = kept_too_late(desk, clock)
    row = kept_row(world)
    assert end(desk, form_id) == 303
    letters = count(world, Event.LETTER_SENT)
    put_back(world, row)
    assert form_id not in desk.open("/not-sent").text
    assert "not sent yet" not in main_of(desk.open("/account").text)
    for rest in ("", "/change"):
        assert desk.open(f"/not-sent/{form_id}{rest}").status_code == 404
    assert send_it(desk, form_id) == 409
    assert count(world, Event.LETTER_SENT) == letters
    assert ("a form that was sent or thrown away waits again", form_id) in found(world)


def test_what_is_put_back_stands_in_nobody_s_way(world: World, desk: Person, clock: time_machine.Traveller) -> None:
    """It counts for none of the five, and what is typed anew with its name is kept under another one."""
    form_id = kept_too_late(desk, clock)
    row = kept_row(world)
    assert send_it(desk, form_id) == 303
    put_back(world, row)
    clock.shift(TOO_LONG)
    desk.send(cairo(world), subject="Hearing", text=FURTHER, kept_form=form_id)
    desk.unlock()
    assert waiting_id(desk) != form_id
    assert FURTHER in desk.open(f"/not-sent/{waiting_id(desk)}").text


def found(world: World) -> list[tuple[str, str]]:
    return [(finding.what, finding.where) for finding in verify_store(world.database.main).findings]


def test_what_waits_is_nothing_to_find(world: World, desk: Person, clock: time_machine.Traveller) -> None:
    kept_too_late(desk, clock)
    assert found(world) == []
