"""Who writes the tables between the reading of a page and the press on its button changes nothing that is signed."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from tests.offices.people import Places, member_id, new_office, newcomer, said
from tests.world import World

CHANGED = "What you have read has changed meanwhile, and nothing was done."


@dataclass
class Signed:
    """A page of an office or a member, its form filled in, and what is exchanged between reading and sending: nothing
    where the charters say everything that the page shows."""

    by: str
    whose: str
    rest: str
    exchanged: str = ""
    shows: str = ""
    form: dict[str, str] = field(default_factory=dict)


OTHER_KEYS = "UPDATE members SET fingerprint = randomblob(32) WHERE sign_in = 'new.cairo'"
CALLED = "UPDATE members SET sign_in = 'new.other' WHERE sign_in = 'new.cairo'"
ROLE = "UPDATE members SET invited_role = 'deputy' WHERE sign_in = 'new.cairo'"
SIGNED = {
    "vouched, another role": Signed("head.cairo", "new.cairo", "/vouch", ROLE, "Deputy"),
    "vouched, another name": Signed("head.cairo", "new.cairo", "/vouch", CALLED, "new.other"),
    "vouched, other keys": Signed("head.cairo", "new.cairo", "/vouch", OTHER_KEYS, "new.cairo"),
    "a role": Signed("head.cairo", "officer.cairo", "/seat", form={"role": "deputy"}),
    "an acting head": Signed("head.cairo", "DEL_EGY", "/acting"),
    "countries": Signed("head1.hq", "DEL_EGY", "/coverage", form={"countries": "Egypt, Sudan"}),
    "an end": Signed("admin.hq", "new.cairo", "/revoke", CALLED, "new.other"),
}


def path_of(world: World, one: Signed) -> str:
    at = Places(world)
    return at.office(one.whose, one.rest) if one.whose.isupper() else at.member(one.whose, one.rest)


def exchange(world: World, statement: str) -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        database.execute(text(statement))


def read_on(page: Any) -> str:
    found = re.search(r'name="read" value="(\w+)"', page.text)
    return found[1] if found else ""


@pytest.mark.parametrize("what", [what for what, one in SIGNED.items() if one.exchanged])
def test_what_was_read_and_exchanged_is_not_signed_but_shown_as_it_is_now(world: World, what: str) -> None:
    one = SIGNED[what]
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    signer, path = world.client(one.by), path_of(world, one)
    form = one.form | {"words": words, "read": read_on(signer.get(path))}
    exchange(world, one.exchanged)
    answer = signer.post(path, form)
    assert answer.status_code == 422, what
    assert CHANGED in said(answer)
    assert one.shows in said(answer)
    assert read_on(answer) not in ("", form["read"])


@pytest.mark.parametrize("what", SIGNED)
@pytest.mark.parametrize("read", [{}, {"read": "00"}])
def test_nobody_signs_what_they_have_not_read(world: World, what: str, read: dict[str, str]) -> None:
    one = SIGNED[what]
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    answer = world.client(one.by).post(path_of(world, one), one.form | {"words": words} | read)
    assert answer.status_code == 422
    assert CHANGED in said(answer)


def test_a_newcomer_of_a_first_charter_is_the_one_read_about(world: World) -> None:
    head = world.client("head1.hq")
    made = world.client("admin.hq").post("/offices/new", new_office())
    world.demonstration.offices["DEL_XKX"] = uuid.UUID(made.location.rsplit("/", 1)[1])
    words = newcomer(world, "new.pristina", "DEL_XKX", "head")
    path, member = Places(world).office("DEL_XKX", "/charter/first"), member_id(world, "new.pristina")
    form = {"countries": "Kosovo", f"role_{member.hex}": "head", f"words_{member.hex}": words}
    form["read"] = read_on(head.get(path))
    exchange(world, "UPDATE members SET sign_in = 'other.pristina' WHERE sign_in = 'new.pristina'")
    answer = head.post(path, form)
    assert answer.status_code == 422
    assert CHANGED in said(answer)
    assert head.sign(path, form | {"read": read_on(answer)}).status_code == 303
