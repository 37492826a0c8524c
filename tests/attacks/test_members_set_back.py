"""Whoever writes the table of members puts back what counted once: an old passphrase, paper, authenticator, code or
mail address. The trail tells what each of them set last."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import text, update

from hrd_cases.accounts.credentials import seal_address
from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import ToldOfMembers
from hrd_cases.audit.trail import Body, Value
from hrd_cases.audit.verify import verify_store
from hrd_cases.outbox.book import to_member
from hrd_cases.unattended import AddressBook
from tests.accounts.conftest import clock
from tests.accounts.walk import NEW_PASSPHRASE, OTHER_PASSPHRASE, Person, count, enrolled, member
from tests.offices.people import Places, code_on, enrol_with, new_code
from tests.world import World

__all__ = ["clock"]

OFFICER, AUDITOR = "officer.cairo", "auditor.hq"
MINUTE = 60


@pytest.fixture
def officer(world: World, clock: time_machine.Traveller) -> Person:
    """Signed in, with a new paper at home."""
    person = Person(world, OFFICER)
    clock.shift(MINUTE)
    person.sign_in_now()
    clock.shift(MINUTE)
    person.send("/account/recovery-code", passphrase=person.passphrase, code=person.phone.code())
    person.take_recovery_step()
    clock.shift(MINUTE)
    return person


def change(world: World, sign_in: str, **columns: object) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == sign_in).values(**columns))


def found(world: World) -> list[tuple[str, str]]:
    return [(finding.what, finding.where) for finding in verify_store(world.database.main).findings]


# -- passphrase, paper and authenticator


def new_passphrase(officer: Person) -> Any:
    return officer.send("/account/passphrase", passphrase=officer.passphrase, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)


def new_paper(officer: Person) -> Any:
    officer.send("/account/recovery-code", passphrase=officer.passphrase, code=officer.phone.code())
    return officer.take_recovery_step()


def new_authenticator(officer: Person) -> Any:
    officer.send("/account/authenticator", passphrase=officer.passphrase, code=officer.phone.code())
    return officer.take_authenticator_step()


def recover_passphrase(officer: Person) -> Any:
    """The paper is void from here on, and no new one is made."""
    officer.send("/recover/passphrase", sign_in=OFFICER, recovery_code=officer.paper, code=officer.phone.code())
    return officer.send("/steps/passphrase", new=OTHER_PASSPHRASE, again=OTHER_PASSPHRASE)


def new_keys(officer: Person) -> Any:
    code = officer.phone.code()
    proof = {"passphrase": officer.passphrase, "new": NEW_PASSPHRASE, "again": NEW_PASSPHRASE, "code": code}
    return officer.send("/account/keys", **proof)


@pytest.mark.parametrize(
    ("act", "column", "what"),
    [
        (new_passphrase, "passphrase_lock", "a passphrase counts that this member did not set last"),
        (new_paper, "recovery_lock", "a recovery code counts that this member did not set last"),
        (recover_passphrase, "recovery_lock", "a recovery code counts that this member did not set last"),
        (new_authenticator, "totp_sealed", "an authenticator counts that this member did not set up last"),
        (new_keys, "passphrase_lock", "a passphrase counts that this member did not set last"),
        (new_keys, "fingerprint", "a passphrase counts that this member did not set last"),
        (new_keys, "recovery_lock", "a recovery code counts that this member did not set last"),
        (new_keys, "totp_sealed", "an authenticator counts that this member did not set up last"),
    ],
)
def test_what_counted_before_is_found_when_it_is_put_back(
    world: World, officer: Person, act: Callable[[Person], Any], column: str, what: str
) -> None:
    before = getattr(member(world, OFFICER), column)
    assert act(officer).status_code == 303
    assert found(world) == []
    assert getattr(member(world, OFFICER), column) != before
    change(world, OFFICER, **{column: before})
    assert found(world) == [(what, str(member(world, OFFICER).id))]


@pytest.mark.parametrize("column", ["passphrase_lock", "recovery_lock", "totp_sealed", "address_sealed"])
def test_what_is_taken_away_is_found(world: World, officer: Person, column: str) -> None:
    change(world, OFFICER, **{column: None})
    assert [where for _what, where in found(world)] == [str(member(world, OFFICER).id)]


def test_nothing_is_found_of_those_who_come_back_with_new_keys(world: World, clock: time_machine.Traveller) -> None:
    enrol_with(world, OFFICER, code_on(new_code(world, OFFICER).text))
    person = enrolled(world)
    clock.shift(MINUTE)
    person.send("/recover/authenticator", sign_in=person.sign_in, passphrase=NEW_PASSPHRASE, recovery_code=person.paper)
    person.take_authenticator_step()
    assert found(world) == []
    person.take_recovery_step()
    assert found(world) == []


def test_entries_of_before_the_trail_told_of_it_say_nothing() -> None:
    told, someone = ToldOfMembers(), uuid.uuid4()
    for number, event in enumerate(
        (Event.MEMBER_INVITED, Event.PASSPHRASE_SET, Event.AUTHENTICATOR_SET, Event.RECOVERY_CODE_SET), 1
    ):
        fields: dict[str, Value] = {"member": str(someone)}
        told.take(Body(number, datetime.now(UTC), event.value, "member", someone, None, fields))
    assert (told.columns, told.steps) == ({}, {})


# -- codes


@pytest.mark.parametrize("step", [0, 1])
def test_a_used_code_stays_used_when_the_row_forgets_it(
    world: World, officer: Person, clock: time_machine.Traveller, step: int
) -> None:
    code = officer.phone.code()
    proof = {"sign_in": OFFICER, "passphrase": officer.passphrase, "code": code}
    assert Person(world, OFFICER).send("/sign-in", **proof).status_code == 303
    assert found(world) == []
    change(world, OFFICER, totp_last_step=step)
    used = count(world, Event.CODE_USED)
    assert Person(world, OFFICER).send("/sign-in", **proof).status_code == 422
    assert count(world, Event.CODE_USED) == used
    assert found(world) == [("a used code of the authenticator counts again", str(member(world, OFFICER).id))]
    clock.shift(MINUTE)
    assert Person(world, OFFICER, phone=officer.phone).sign_in_now().status_code == 303
    assert found(world) == []


# -- where mail goes


@pytest.fixture
def book(world: World) -> AddressBook:
    return AddressBook(world.house.settings)


def addressed(world: World, book: AddressBook) -> list[str]:
    with world.database.main.reading() as session:
        return [to.address for to in book.addressees(session, to_member(member(world, AUDITOR).id))]


def corrected(world: World) -> bytes | None:
    """The auditor's mail goes elsewhere from now on. What stood in their row before."""
    before = member(world, AUDITOR).address_sealed
    path = Places(world).member(AUDITOR, "/address")
    assert world.client("admin.hq").post(path, {"address": "new@example.org"}).status_code == 303
    return before


def test_an_address_of_before_is_found_and_no_mail_goes_there(world: World, book: AddressBook) -> None:
    before = corrected(world)
    assert found(world) == []
    assert addressed(world, book) == ["new@example.org"]
    change(world, AUDITOR, address_sealed=before)
    assert addressed(world, book) == []
    assert found(world) == [("a mail address that no act gave this member", str(member(world, AUDITOR).id))]


def test_an_address_that_only_the_row_names_gets_no_mail(world: World, book: AddressBook) -> None:
    """Whoever has the duty key as well can seal one."""
    row = member(world, AUDITOR)
    assert addressed(world, book) == [f"{AUDITOR}@example.org"]
    change(world, AUDITOR, address_sealed=seal_address(world.house.settings, row.id, "elsewhere@example.org"))
    assert addressed(world, book) == []
    assert found(world) == [("a mail address that no act gave this member", str(row.id))]


def test_a_new_invitation_does_not_confirm_an_address_that_was_put_back(world: World, book: AddressBook) -> None:
    change(world, AUDITOR, address_sealed=corrected(world))
    new_code(world, AUDITOR)
    assert addressed(world, book) == []
    assert [what for what, _where in found(world)] == ["a mail address that no act gave this member"]


@pytest.mark.parametrize("step", [2**31 - 1, 2**40])
def test_a_code_of_a_time_to_come_locks_nobody_out(
    world: World, officer: Person, clock: time_machine.Traveller, step: int
) -> None:
    with world.database.main.writing() as session:
        session.execute(text(f"UPDATE members SET totp_last_step = {step}"))
    code = officer.phone.code()
    proof = {"sign_in": OFFICER, "passphrase": officer.passphrase, "code": code}
    assert Person(world, OFFICER).send("/sign-in", **proof).status_code == 303
    assert Person(world, OFFICER).send("/sign-in", **proof).status_code == 422, "it is used, as any"
    clock.shift(MINUTE)
    assert Person(world, OFFICER, phone=officer.phone).sign_in_now().status_code == 303
