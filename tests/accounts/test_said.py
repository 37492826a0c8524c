"""What an act has done is said once, on the next page, and nowhere but in the sealed session."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hrd_cases.accounts.models import SessionRow
from hrd_cases.door.said import MOST
from tests.accounts.walk import Person, main_of
from tests.world import World

DONE = "These pages speak your language now."


@pytest.fixture
def officer(world: World) -> Person:
    person = Person(world, "officer.cairo")
    person.sign_in_now()
    return person


def choose(person: Person, language: str = "en") -> object:
    return person.send("/account/language", language=language)


def test_it_is_said_on_the_next_page_and_only_there(officer: Person) -> None:
    answer = officer.send("/account/language", language="en")
    assert "?" not in answer.location
    assert "Set-Cookie" not in answer.headers
    assert DONE in main_of(officer.open("/account").text)
    assert DONE not in officer.open("/account").text


def test_it_is_a_success_banner_that_a_screen_reader_reads_first(officer: Person) -> None:
    choose(officer)
    page = officer.open("/account").text
    banner = page[page.index("govuk-notification-banner--success") :]
    assert 'role="alert"' in banner[:100]
    assert banner.index(DONE) < banner.index("<h1")


def test_a_page_without_the_frame_or_of_errors_leaves_it_for_the_next(officer: Person) -> None:
    choose(officer)
    officer.open("/sign-in")  # leads on
    officer.open("/no-such-page")
    assert DONE not in officer.send("/account/language", language="xx").text
    assert DONE in officer.open("/account").text


def test_what_was_undone_is_not_said(officer: Person) -> None:
    assert officer.send("/account/language", language="xx").status_code == 422
    assert "notification-banner--success" not in officer.open("/account").text


def test_of_many_acts_the_newest_are_told(officer: Person) -> None:
    for _ in range(MOST + 2):
        choose(officer)
    assert main_of(officer.open("/account").text).count(DONE) == MOST


def test_it_is_told_in_the_language_just_chosen(officer: Person) -> None:
    choose(officer, "ar")
    assert "notification-banner--success" in officer.open("/account").text


def test_another_session_of_the_member_is_told_nothing(officer: Person, world: World) -> None:
    other = Person(world, "officer.cairo", phone=officer.phone)
    other.sign_in_now()
    choose(officer)
    assert DONE not in other.open("/account").text
    assert DONE in officer.open("/account").text


def test_what_the_next_page_says_lies_sealed_in_the_session(officer: Person, world: World) -> None:
    choose(officer)
    with world.database.main.reading() as session:
        rows = list(session.scalars(select(SessionRow)))
    assert rows
    assert not any(b"speak" in (row.sealed or b"") for row in rows)
