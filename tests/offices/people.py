"""Newcomers and pages of the offices room, as its tests speak of them."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from hrd_cases.accounts import newcomers
from hrd_cases.accounts.models import Member
from hrd_cases.audit.models import AuditEntry
from hrd_cases.keys.root import founding_root
from hrd_cases.vault.words import six_words
from tests.world import World


@dataclass
class Places:
    """Addresses of the sample world, by office code and sign-in name."""

    world: World

    def office(self, code: str, rest: str = "") -> str:
        return f"/offices/{self.world.demonstration.offices[code]}{rest}"

    def member(self, sign_in: str, rest: str = "") -> str:
        return f"/offices/members/{member_id(self.world, sign_in)}{rest}"


def member_id(world: World, sign_in: str) -> uuid.UUID:
    with world.database.main.reading() as session:
        return session.scalars(select(Member.id).where(Member.sign_in == sign_in)).one()


def code_on(page: str) -> str:
    """The invitation code an answer page shows."""
    found = re.search(r'aria-label="The invitation code">([A-Z0-9-]+)<', page)
    assert found is not None, page
    return found[1]


def invite(world: World, sign_in: str, code: str, role: str) -> str:
    """The administrator invites through the page; the code as it stands there."""
    answer = world.client("admin.hq").post(
        Places(world).office(code, "/members/invite"), {"sign_in": sign_in, "role": role, "address": ""}
    )
    assert answer.status_code == 200, answer.text
    return code_on(answer.text)


def new_code(world: World, sign_in: str) -> Any:
    """The administrator makes a new invitation code, from the page that says what that does. The answer."""
    admin, path = world.client("admin.hq"), Places(world).member(sign_in, "/invite-again")
    instead_of = re.search(r'name="instead_of" value="([^"]*)"', admin.get(path).text)
    return admin.post(path, {"instead_of": instead_of[1] if instead_of else ""})


def enrol_with(world: World, sign_in: str, code: str) -> str:
    """Take an invitation as a newcomer does: keys, authenticator, recovery code. Their six words."""
    entered = world.demonstration
    with world.app.test_request_context("/"), force_locale("en"):
        entered.enrol_with(sign_in, code)
    return entered.words[entered.members[sign_in]]


def pin_root(world: World, sign_in: str) -> None:
    """The newcomer types the register's six words that the head reads them."""
    with world.app.test_request_context("/"), world.acting(sign_in) as (session, visitor):
        root = founding_root(session)
        member = session.get_one(Member, visitor.member_id)
        newcomers.pin_root(session, member, visitor.ring.keys, root, six_words(root))


def newcomer(world: World, sign_in: str, code: str, role: str) -> str:
    """Invited and enrolled, waiting for their words to be heard. The words."""
    return enrol_with(world, sign_in, invite(world, sign_in, code, role))


def seated(world: World, sign_in: str, code: str, role: str, head: str) -> None:
    """Invited, enrolled, vouched for by `head`, and relying on the register."""
    words = newcomer(world, sign_in, code, role)
    answer = world.client(head).sign(Places(world).member(sign_in, "/vouch"), {"words": words})
    assert answer.status_code == 303, answer.text
    pin_root(world, sign_in)


def holds(world: World, sign_in: str, code: str) -> set[str]:
    """The circles of an office whose present key this member's session has."""
    office_id = world.demonstration.offices[code]
    with world.acting(sign_in) as (_, visitor):
        charter = visitor.charters.of(office_id)
        return {entry.name.value for entry in charter.circles if visitor.ring.holds(entry)}


def events(world: World) -> list[str]:
    """What the trail has recorded, oldest first."""
    with world.database.main.reading() as session:
        return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.number)))


def said(answer: Any) -> str:
    """A page's words, without its markup."""
    text = re.sub(r"<[^>]+>", " ", answer.text)
    for entity, mark in (("&#39;", "'"), ("&#34;", '"'), ("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, mark)
    return " ".join(text.split())


def new_office(**changes: object) -> dict[str, object]:
    """What an administrator types to open an office in Pristina."""
    given: dict[str, object] = {
        "kind": "delegation",
        "seat": "Pristina",
        "code": "DEL_XKX",
        "zone": "Europe/Belgrade",
        "weekend": ["sat", "sun"],
    }
    return given | {"languages": "Albanian, Serbian", "public_contact": "", "member_state": ""} | changes
