"""What an account's pages write is written on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from hrd_cases.accounts.models import KeptForm, Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.verify import verify_store
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


def test_what_is_put_back_is_found_and_counts_for_nothing(
    world_on_postgres: World, clock: time_machine.Traveller
) -> None:
    """A form that was sent, and a code that was used."""
    world, officer = world_on_postgres, Person(world_on_postgres, "officer.cairo")
    officer.sign_in_now()
    clock.shift(20 * MINUTE)
    officer.send("/account/language", language="fr")
    officer.unlock()
    with world.database.main.reading() as session:
        row = session.scalars(select(KeptForm)).one()
    again = {"language": "fr", "kept_form": str(row.id)}
    assert officer.send("/account/language", **again).location == "/account"
    assert verify_store(world.database.main).findings == []

    with world.database.main.writing() as session:
        session.add(KeptForm(id=row.id, member_id=row.member_id, kept_at=row.kept_at, sealed=row.sealed))
        session.get_one(Member, row.member_id).totp_last_step = 0
    assert officer.send("/account/language", **again).status_code == 409
    officer.phone.spent -= 1
    assert Person(world, "officer.cairo", phone=officer.phone).sign_in_now().status_code == 422
    assert {finding.what for finding in verify_store(world.database.main).findings} == {
        "a form that was sent or thrown away waits again",
        "a used code of the authenticator counts again",
    }
