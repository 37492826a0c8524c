"""What an account's pages write is written on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from hrd_cases.audit.events import Event
from tests.accounts.walk import Person, count, hidden, main_of
from tests.world import World

MINUTE = 60


@pytest.fixture
def clock(world_on_postgres: World) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


def test_each_thing_of_an_officer_s_day_is_told_once(world_on_postgres: World, clock: time_machine.Traveller) -> None:
    """Slowed by a guesser, locked, unlocked, a form kept and sent, an act asked for again: each said once."""
    world, officer = world_on_postgres, Person(world_on_postgres, "officer.cairo")
    officer.sign_in_now()
    wrong = Person(world, "x", address="192.0.2.9")
    form = {"sign_in": "officer.cairo", "passphrase": "wrong", "code": "000000"}
    assert [wrong.send("/sign-in", **form).status_code for _ in range(7)] == [422] * 5 + [429] * 2
    assert count(world, Event.SIGN_IN_SLOWED) == 1
    clock.shift(20 * MINUTE)
    assert officer.send("/account/language", language="en").status_code == 401
    assert officer.unlock().location == "/not-sent"
    kept = officer.open("/not-sent").text
    path = kept[kept.index('href="/not-sent/') + 6 :].split('"', 1)[0]
    page = officer.open(path).text
    assert "Language of the pages English" in main_of(page)
    sent = officer.send("/account/language", language="en", kept_form=hidden(page, "kept_form"))
    assert sent.location == "/account"
    assert "These pages speak your language now." in main_of(officer.open("/account").text)
    assert "These pages speak your language now." not in main_of(officer.open("/account").text)
    assert (count(world, Event.FORM_SENT), count(world, Event.FORM_DROPPED)) == (1, 0)


def test_a_code_leads_back_to_the_press_that_asked_for_it(
    world_on_postgres: World, clock: time_machine.Traveller
) -> None:
    head = Person(world_on_postgres, "head.cairo")
    head.sign_in_now()
    clock.shift(6 * MINUTE)
    path = f"/offices/members/{world_on_postgres.demonstration.members['deputy.cairo']}/revoke"
    assert head.send(path).location == "/second-factor"
    here = hidden(head.open("/second-factor").text, "here")
    assert head.send("/second-factor", code=head.phone.code(), here=here).location == path
