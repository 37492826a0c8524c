"""The demonstration: the sample world, entered through the same actions the pages use.

Its secrets are constants written here, never read from a database: the passphrase of every member, and a
one-time-code secret made from the sign-in name. It enters an empty installation only and marks it for good.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pyotp
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases import installation
from hrd_cases.accounts import newcomers
from hrd_cases.accounts.credentials import lock_seed, totp_text
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import Sessions
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import Database
from hrd_cases.demo_cases import record_cases
from hrd_cases.demo_documents import record_documents
from hrd_cases.documents.storage import Storage
from hrd_cases.door.house import House
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Unfit
from hrd_cases.keys.charter import charter_hash
from hrd_cases.keys.issue import draft_of
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.keys.root import founding_root
from hrd_cases.offices import charters, seating
from hrd_cases.offices.facts import Holiday, OfficeFacts, add_holidays, open_office
from hrd_cases.offices.models import Office
from hrd_cases.settings import CONFIG, Settings
from hrd_cases.vault.identity import new_seed
from hrd_cases.vault.words import six_words

PASSPHRASE = "seven herons cross a quiet harbour"  # noqa: S105 - a constant of the demonstration, shown by `make run`
WORLD = CONFIG / "world.json"
FOUNDERS = ("headquarters_head", "custodian")
TRY_FIRST = (
    ("officer.cairo", "read Today and a file, then open one yourself: Case files, Open a file; best from a phone"),
    ("deputy.cairo", "under Hearings say who goes to the next one, or record the result of one that is over"),
    ("officer.minsk", "a file came from Cairo and waits: acknowledge it, take it on, ask for consent"),
    ("head.cairo", "see what waits for the head, decide on a grant, and under Offices who can do what"),
)
"""Whom to be first, and what for."""


def totp_secret(sign_in: str) -> bytes:
    """The constant one-time-code secret of a demonstration member."""
    return hashlib.sha256(f"demonstration {sign_in}".encode()).digest()[:20]


def is_of_the_demonstration(sign_in: str) -> bool:
    return any(entry["sign_in"] == sign_in for entry in json.loads(WORLD.read_text(encoding="utf-8"))["staff"])


def current_code(sign_in: str) -> str:
    return pyotp.TOTP(totp_text(totp_secret(sign_in))).now()


def sign_in_table() -> str:
    """What `make run` prints: everybody who may sign in, as what and where, how, and what to try first."""
    world = json.loads(WORLD.read_text(encoding="utf-8"))
    offices = {entry["code"]: _office(entry) for entry in world["delegations"]}
    rows = [(one["sign_in"], one["role"].replace("_", " "), offices[one["office"]]) for one in world["staff"]]
    everybody = "\n".join(f"  {name:<16} {role:<24} {office}" for name, role, office in rows)
    first = "\n".join(f"  {name:<16} {what}" for name, what in TRY_FIRST)
    code = ".venv/bin/hrd-cases demo code officer.cairo"
    how = f"  Passphrase of all of them:  {PASSPHRASE}\n  Current one-time code:      {code}"
    return f"{everybody}\n\nWhat to try first\n{first}\n\n{how}"


def _office(entry: Mapping[str, Any]) -> str:
    """Where an office sits, and what it is if it is no delegation."""
    kind = entry.get("kind", "delegation")
    return str(entry["seat"]) if kind == "delegation" else f"{entry['seat']}, {kind} {entry.get('of', '')}".rstrip()


def weeks_to(world: Mapping[str, Any], now: datetime) -> timedelta:
    """The fewest whole weeks that bring every hearing of the world to a day after today, by its court's clocks:
    weekdays hold, and on whatever day somebody comes there is a hearing to prepare for.
    """
    return max(_weeks_to_a_day_after_today(one["hearing"], now) for one in world["cases"] if "hearing" in one)


def _weeks_to_a_day_after_today(hearing: Mapping[str, Any], now: datetime) -> timedelta:
    over = now.astimezone(ZoneInfo(hearing["tz"])).date() - datetime.fromisoformat(hearing["local"]).date()
    return timedelta(weeks=over // timedelta(weeks=1) + 1)


def load(settings: Settings) -> None:
    """Fill an empty installation, or find one's own and keep it. Unfit if the installation is a real one."""
    mark, entered = _found(settings)
    if mark is False:
        raise Unfit("This is a real installation: the demonstration does not enter it.")
    if mark and not entered:
        raise Unfit(f"The demonstration was interrupted while it was made: remove {settings.home} and start again.")
    if mark is None:
        from hrd_cases.app import create_app  # noqa: PLC0415 - the commands are named without loading the web

        app = create_app(settings)
        with app.test_request_context("/"), force_locale("en"):
            made = enter(app.extensions["hrd_cases"])
            cases = record_cases(made.acting, made.members, made.world, made.shift())
            record_documents(made.acting, cases, Storage(settings.home / "documents"))
            made.leave()


def _found(settings: Settings) -> tuple[bool | None, bool]:
    """What the database is marked as, and whether its demonstration was entered to the end."""
    database = Database(settings.database_url, settings.shred_url)
    ended = select(AuditEntry.number).where(
        AuditEntry.event == Event.SESSION_ENDED.value,
        AuditEntry.actor == "demonstration",
        AuditEntry.actor_id.is_(None),
    )
    with database.main.reading() as session:
        found = installation.is_demonstration(session), session.scalar(ended.limit(1)) is not None
    database.dispose()
    return found


def enter(house: House, world: dict[str, Any] | None = None) -> Demonstration:
    """Enter the world: offices, staff with keys of their own, charters, circles. Needs an application context."""
    demonstration = Demonstration(house, world or json.loads(WORLD.read_text(encoding="utf-8")))
    demonstration.open_offices()
    demonstration.enrol_staff()
    demonstration.found_headquarters()
    demonstration.open_charters()
    demonstration.seat_staff()
    demonstration.settle()
    return demonstration


@dataclass
class Demonstration:
    """The world on its way in: ids by office code and sign-in name, one session cookie per member."""

    house: House
    world: dict[str, Any]
    offices: dict[str, uuid.UUID] = field(default_factory=dict)
    members: dict[str, uuid.UUID] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    words: dict[uuid.UUID, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.house.database

    @property
    def sessions(self) -> Sessions:
        return cast(Sessions, self.house.sessions)

    def shift(self) -> timedelta:
        """From the world's own days to ours."""
        return weeks_to(self.world, datetime.now(UTC))

    def open_offices(self) -> None:
        now = datetime.now(UTC)
        with self.database.main.writing() as session:
            act_as(session, Actor("demonstration"))
            installation.begin(session, demonstration=True, now=now)
            for entry in self.world["delegations"]:
                self.offices[entry["code"]] = open_office(session, self._facts(entry), now).id
            for holiday in self.world["holidays"]:
                office = session.get_one(Office, self.offices[holiday["office"]])
                on = date.fromisoformat(holiday["on"]) + self.shift()
                add_holidays(session, office, [Holiday(on, holiday["name"])], holiday["source"])

    def _facts(self, entry: dict[str, Any]) -> OfficeFacts:
        languages = self.world["languages_of_offices"].get(entry["code"], ["en"])
        return OfficeFacts(
            code=entry["code"],
            kind=OfficeKind(entry.get("kind", "delegation")),
            seat=entry["seat"],
            zone=entry["tz"],
            weekend=tuple(entry["weekend"]),
            weekend_source=entry.get("weekend_source", ""),
            weekend_on=date.fromisoformat(entry["weekend_on"]) if "weekend_on" in entry else None,
            languages=tuple(languages),
            member_state=entry.get("of", ""),
        )

    def enrol_staff(self) -> None:
        for entry in self.world["staff"]:
            self._enrol(entry["sign_in"], self.offices[entry["office"]], Role(entry["role"]))

    def _enrol(self, sign_in: str, office_id: uuid.UUID, role: Role) -> None:
        """Invitation, passphrase, authenticator, recovery code: as a newcomer walks it."""
        now, settings = datetime.now(UTC), self.house.settings
        with self.database.main.writing() as session:
            act_as(session, Actor("demonstration"))
            _, code = newcomers.invite(session, settings, sign_in, office_id, role, f"{sign_in}@example.org", now)
        self.enrol_with(sign_in, code)

    def enrol_with(self, sign_in: str, code: str) -> None:
        """Keys, authenticator and recovery code, with an invitation; their session is open, their words are written
        down."""
        now, settings, seed = datetime.now(UTC), self.house.settings, new_seed()
        cookie = self.cookies[sign_in] = hashlib.sha256(seed + b"demonstration").hexdigest()[:43]
        with self.database.main.writing() as session:
            found = newcomers.invited(session, settings, sign_in, code, now)
            if found is None:
                raise Unfit("The demonstration could not use its own invitation.")
            lock = lock_seed(settings, found.id, seed, PASSPHRASE)
            act_as(session, Actor("member", found.id, found.office_id))
            newcomers.make_keys(session, found, seed, lock)
            self.sessions.begin(session, cookie, found, seed, "demonstration", now)
            with self.sessions.holding(session, cookie) as held:
                held.totp = totp_secret(sign_in)
                # One step back, so that the code of this very moment still signs in.
                before = now - timedelta(seconds=30)
                code = pyotp.TOTP(totp_text(held.totp)).at(before)
                newcomers.confirm_authenticator(session, found, held, code, before)
                held.second_factor_at = now
                newcomers.confirm_recovery_code(session, settings, found, held, held.recovery_code, now)
            self.members[sign_in] = found.id
            self.words[found.id] = six_words(found.fingerprint or b"")

    @contextmanager
    def acting(self, sign_in: str) -> Iterator[tuple[Session, Visitor]]:
        """A write transaction of a member, after the chores their request would do."""
        cookie = self.cookies[sign_in]
        for chores_only in (True, False):
            with self.database.shred.reading() as shred, self.database.main.writing() as session:
                visitor = self.sessions.find_visitor(session, shred, cookie)
                if visitor is None:
                    raise Unfit("A session of the demonstration ended too soon.")
                session.info["keys"] = visitor.ring
                act_as(session, visitor.actor)
                if chores_only and not visitor.waiting and self.house.chores.wait(session, visitor):
                    self.house.chores.do(session, visitor)
                if not chores_only:
                    yield session, visitor
                self.sessions.touch(session, visitor, cookie)

    def found_headquarters(self) -> None:
        heads = self.staff("HQ", "headquarters_head")
        office_id = self.offices["HQ"]
        with self.acting(heads[0]) as (session, visitor):
            charters.found_headquarters(
                session, visitor, session.get_one(Office, office_id), self.words, datetime.now(UTC)
            )
        with self.acting(heads[1]) as (session, visitor):
            self._countersign(session, visitor, office_id)
        with self.database.main.reading() as session:
            root = founding_root(session)
        for sign_in in self.members:
            with self.acting(sign_in) as (session, visitor):
                if not visitor.charters.pins.root:
                    member = session.get_one(Member, visitor.member_id)
                    newcomers.pin_root(session, member, visitor.ring.keys, root, six_words(root))

    def _countersign(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> None:
        waiting = draft_of(session, office_id)
        if waiting is not None:
            charters.sign_draft(session, visitor, waiting, self.words, charter_hash(waiting.body).hex())

    def staff(self, office: str, *roles: str) -> list[str]:
        return [
            m["sign_in"] for m in self.world["staff"] if m["office"] == office and (not roles or m["role"] in roles)
        ]

    def open_charters(self) -> None:
        """Every other office's first charter, two heads signing: its countries and its head (an embassy: observers)."""
        first, second = self.staff("HQ", "headquarters_head")[:2]
        for entry in self.world["delegations"]:
            office_id = self.offices[entry["code"]]
            seats = {self.members[name]: Role(role) for name, role in self._first_seats(entry["code"])}
            if entry["code"] == "HQ":
                continue
            with self.acting(first) as (session, visitor):
                office = session.get_one(Office, office_id)
                charters.open_charter(
                    session, visitor, office, tuple(entry["countries"]), seats, self.words, datetime.now(UTC)
                )
            with self.acting(second) as (session, visitor):
                self._countersign(session, visitor, office_id)

    def _first_seats(self, code: str) -> list[tuple[str, str]]:
        wanted = ("head", "embassy_observer")
        return [(m["sign_in"], m["role"]) for m in self.world["staff"] if m["office"] == code and m["role"] in wanted]

    def seat_staff(self) -> None:
        """Heads vouch for everybody else, one by one."""
        for entry in self.world["staff"]:
            if entry["role"] in (*FOUNDERS, "head", "embassy_observer"):
                continue
            head = self.staff(entry["office"], "head", "headquarters_head")[0]
            with self.acting(head) as (session, visitor):
                office = session.get_one(Office, self.offices[entry["office"]])
                member = session.get_one(Member, self.members[entry["sign_in"]])
                seating.vouch(session, visitor, office, member, self.words[member.id], datetime.now(UTC))

    def settle(self) -> None:
        """Everybody comes in twice: circles are made, keys handed over and opened."""
        for sign_in in (*self.members, *self.members):
            with self.acting(sign_in):
                pass

    def leave(self) -> None:
        """The sessions of the way in end."""
        with self.database.main.writing() as session:
            for cookie in self.cookies.values():
                self.sessions.end(session, cookie)
            act_as(session, Actor("demonstration"))
            record(session, Event.SESSION_ENDED, count=len(self.cookies))
