"""Journeys of members through the accounts pages, in a browser without scripts, and what tests read off the pages."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyotp
from sqlalchemy import func, select

from hrd_cases import demo
from hrd_cases.accounts import newcomers
from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.keys.roles import Role
from hrd_cases.keys.root import founding_root
from hrd_cases.vault.words import six_words
from tests.world import Browser, World

NEW_PASSPHRASE = "eleven otters paint the winter station"
OTHER_PASSPHRASE = "grey lanterns drift past a sleeping ferry"
STEP = 30


@dataclass
class Phone:
    """An authenticator app: it never gives the same code twice."""

    secret: bytes
    spent: int = 0

    def code(self) -> str:
        """A code that was not used before and counts now (the clock may have to be moved on)."""
        now = int(datetime.now(UTC).timestamp()) // STEP
        self.spent = max(self.spent + 1, now)
        assert self.spent <= now + 1, "move the clock on: the next code is not shown yet"
        return pyotp.TOTP(base64.b32encode(self.secret).decode()).at(self.spent * STEP)


def phone_of(sign_in: str) -> Phone:
    return Phone(demo.totp_secret(sign_in))


@dataclass
class Person:
    """Someone with a browser, a phone, a passphrase, and a recovery code on paper."""

    world: World
    sign_in: str
    passphrase: str = demo.PASSPHRASE
    phone: Phone = field(default_factory=lambda: Phone(b""))
    paper: str = ""
    address: str = "127.0.0.1"
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.phone = self.phone if self.phone.secret else phone_of(self.sign_in)
        self.browser = self.world.client()
        self.browser.client.environ_base["REMOTE_ADDR"] = self.address

    def open(self, path: str) -> Any:
        """A page, without following where it leads."""
        return self.browser.get(path)

    def send(self, path: str, **form: str) -> Any:
        """A form of a page just opened (so that the browser has its cookie)."""
        if not self.browser.cookie():
            self.browser.get("/sign-in")
        return self.browser.post(path, form)

    def sign_in_now(self) -> Any:
        return self.send("/sign-in", sign_in=self.sign_in, passphrase=self.passphrase, code=self.phone.code())

    def unlock(self, **more: str) -> Any:
        return self.send("/unlock", passphrase=self.passphrase, code=self.phone.code(), **more)

    def is_in(self) -> bool:
        return bool(self.open("/account").status_code == 200)

    def take_authenticator_step(self) -> Any:
        self.phone = Phone(secret_on(self.open("/steps/authenticator").text))
        return self.send("/steps/authenticator", code=self.phone.code())

    def take_recovery_step(self) -> Any:
        self.paper = words_on(self.open("/steps/recovery-code").text)
        return self.send("/steps/recovery-code", recovery_code=self.paper)


def member(world: World, sign_in: str) -> Member:
    with world.database.main.reading() as session:
        found = session.scalar(select(Member).where(Member.sign_in == sign_in))
        assert found is not None
        return found


def invitation(world: World, sign_in: str = "newcomer.cairo", office: str = "DEL_EGY", role: Role = Role.DEPUTY) -> str:
    """An administrator invites someone; the code they hand over."""
    with world.database.main.writing() as session:
        office_id = world.demonstration.offices[office]
        return newcomers.invite(session, world.house.settings, sign_in, office_id, role, None, datetime.now(UTC))[1]


def enrolled(world: World, sign_in: str = "newcomer.cairo", **invited: Any) -> Person:
    """Someone who has walked every step and waits for their head."""
    person = Person(world, sign_in, NEW_PASSPHRASE)
    page = person.send("/enrol", sign_in=sign_in, code=invitation(world, sign_in, **invited))
    person.send("/enrol/passphrase", ticket=hidden(page.text, "ticket"), new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    person.take_authenticator_step()
    person.take_recovery_step()
    return person


def give_paper(world: World, sign_in: str) -> str:
    """A recovery code that a member of the sample world has on paper."""
    from hrd_cases.accounts.credentials import lock_with_code
    from hrd_cases.vault.passphrase import new_recovery_code

    code = new_recovery_code()
    with world.acting(sign_in) as (session, visitor):
        row = session.get_one(Member, visitor.member_id)
        row.recovery_lock = lock_with_code(world.house.settings, row.id, visitor.ring.keys.seed, code)
    return code


def register_words(world: World) -> str:
    with world.database.main.reading() as session:
        return six_words(founding_root(session))


# -- what a page says


def words_on(page: str) -> str:
    """What stands in large letters: six words, a secret, a code."""
    found = re.search(r'<p class="app-words"[^>]*>([^<]+)</p>', page)
    assert found is not None, page
    return html.unescape(found[1]).strip()


def secret_on(page: str) -> bytes:
    letters = words_on(page).replace(" ", "")
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no hidden {name} on this page"
    return html.unescape(found[1])


def main_of(page: str) -> str:
    """The words of a page's main part, without markup."""
    inside = page.split("<main", 1)[-1].split("</main>", 1)[0].split(">", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def count(world: World, event: Event) -> int:
    """How often something happened, as the trail tells it."""
    with world.database.main.reading() as session:
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.event == event.value)
        return session.scalar(query) or 0
