"""Losing a passphrase or an authenticator, and coming back with the code on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from hrd_cases import demo
from hrd_cases.accounts import credentials
from hrd_cases.audit.events import Event
from hrd_cases.vault import passphrase
from tests.accounts.test_sign_in import counting
from tests.accounts.walk import NEW_PASSPHRASE, Person, count, give_paper, main_of, member
from tests.world import World


@pytest.fixture
def officer(world: World) -> Person:
    """She has her paper at home."""
    person = Person(world, "officer.cairo")
    person.paper = give_paper(world, "officer.cairo")
    return person


def lost_passphrase(person: Person, **changes: str) -> object:
    form = {"sign_in": person.sign_in, "recovery_code": person.paper, "code": person.phone.code()}
    return person.send("/recover/passphrase", **(form | changes))


def lost_authenticator(person: Person, **changes: str) -> object:
    form = {"sign_in": person.sign_in, "passphrase": person.passphrase, "recovery_code": person.paper}
    return person.send("/recover/authenticator", **(form | changes))


def test_who_lost_the_passphrase_chooses_a_new_one(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    used = officer.paper
    answer = officer.send(
        "/recover/passphrase",
        sign_in="officer.cairo",
        recovery_code=used.lower().replace("-", " "),
        code=officer.phone.code(),
    )
    assert answer.location == "/steps/passphrase"
    assert officer.open("/account").location == "/waiting"
    answer = officer.send("/steps/passphrase", new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    assert answer.location == "/steps/recovery-code"
    assert world.client("officer.cairo").get("/").status_code == 303  # every other session has ended
    assert officer.take_recovery_step().location == "/waiting"
    assert officer.open("/").status_code == 200  # same keys: nobody has to vouch again
    clock.shift(60)
    again = Person(world, "officer.cairo", NEW_PASSPHRASE, officer.phone)
    assert again.sign_in_now().location == "/"
    assert Person(world, "officer.cairo", demo.PASSPHRASE, officer.phone).sign_in_now().status_code == 422
    clock.shift(60)
    thief = Person(world, "officer.cairo", phone=officer.phone, paper=used)
    assert lost_passphrase(thief).status_code == 422  # type: ignore[attr-defined]
    assert count(world, Event.RECOVERY_CODE_USED) == 1


def test_who_lost_the_authenticator_sets_a_new_one(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    used, old_phone = officer.paper, officer.phone
    assert lost_authenticator(officer).location == "/steps/authenticator"  # type: ignore[attr-defined]
    assert officer.take_authenticator_step().location == "/steps/recovery-code"
    assert officer.take_recovery_step().location == "/waiting"
    assert officer.open("/").status_code == 200
    clock.shift(60)
    assert Person(world, "officer.cairo", phone=old_phone).sign_in_now().status_code == 422
    assert Person(world, "officer.cairo", phone=officer.phone).sign_in_now().location == "/"
    assert lost_authenticator(Person(world, "officer.cairo", paper=used)).status_code == 422  # type: ignore[attr-defined]


def test_the_paper_is_void_as_soon_as_the_new_authenticator_counts(world: World, officer: Person) -> None:
    used = officer.paper
    lost_authenticator(officer)
    officer.take_authenticator_step()
    assert lost_authenticator(Person(world, "officer.cairo", paper=used)).status_code == 422  # type: ignore[attr-defined]


def test_a_recovery_that_was_broken_off_can_begin_again(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        person = Person(world, "officer.cairo", paper=officer.paper)
        assert lost_authenticator(person).location == "/steps/authenticator"  # type: ignore[attr-defined]
    clock.shift(60)
    assert officer.sign_in_now().location == "/"  # the phone was found meanwhile: nothing had changed


def test_a_new_passphrase_without_a_new_paper_is_asked_for_the_paper_next_time(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    lost_passphrase(officer)
    officer.send("/steps/passphrase", new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    clock.shift(60)
    later = Person(world, "officer.cairo", NEW_PASSPHRASE, officer.phone)
    later.sign_in_now()
    assert later.open("/waiting").location == "/steps/recovery-code"


def test_what_is_not_right_is_named_as_the_form_names_it(world: World, officer: Person) -> None:
    wrong: Any = {"sign_in": "officer.cairo", "recovery_code": "0000-1111", "passphrase": "x", "code": "000000"}
    page = main_of(officer.send("/recover/passphrase", **wrong).text)
    assert "the sign-in name, the recovery code or the six-digit code" in page
    page = main_of(officer.send("/recover/authenticator", **wrong).text)
    assert "the sign-in name, the passphrase or the recovery code" in page


Lost = Callable[..., object]


@pytest.mark.parametrize("lost", [lost_passphrase, lost_authenticator])
def test_whatever_was_wrong_the_same_words_and_the_same_work(
    world: World, officer: Person, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, lost: Lost
) -> None:
    other = "code" if lost is lost_passphrase else "passphrase"
    wrong = [
        {"sign_in": "nobody.here"},
        {"sign_in": "head.cairo"},
        {"recovery_code": passphrase.new_recovery_code()},
        {"recovery_code": "no code at all"},
        {other: "000000"},
        {"sign_in": "", "recovery_code": "", other: ""},
    ]
    credentials._no_lock()  # made once in a process's life
    pages, work = set(), set()
    for changes in wrong:
        clock.shift(300)
        person = Person(world, "officer.cairo", phone=officer.phone, paper=officer.paper)
        person.open("/recover")
        with (
            counting(monkeypatch, "argon2id") as stretched,
            counting(monkeypatch, "_code_key") as derived,
        ):
            answer = lost(person, **changes)
        assert answer.status_code == 422, changes  # type: ignore[attr-defined]
        pages.add(main_of(answer.text))  # type: ignore[attr-defined]
        work.add((stretched[0], derived[0]))
    assert len(pages) == 1
    assert len(work) == 1


def test_guessing_the_paper_is_slowed(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(60)
    answers = [officer.send("/recover/passphrase", sign_in="officer.cairo", recovery_code="x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_the_page_says_what_to_do_when_more_is_lost(world: World) -> None:
    page = main_of(world.client().get("/recover").text)
    assert "Ask your administrator for a new invitation." in page
    assert "hears six new words" in page


def test_without_the_code_on_paper_nothing_opens(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(60)
    officer.paper = ""
    assert lost_passphrase(officer).status_code == 422  # type: ignore[attr-defined]
    assert member(world, "officer.cairo").recovery_lock is not None
