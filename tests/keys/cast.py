"""People with keys and the charters that seat them, without a web: headquarters, and the office of Cairo."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.db import Database
from hrd_cases.errors import Tampered
from hrd_cases.keys import chain, due
from hrd_cases.keys.chain import Charters, Pin, Pins
from hrd_cases.keys.charter import Act, Charter, Coverage, Seat, charter_hash, encode, encode_signatures, sign
from hrd_cases.keys.circles import hand_over, renew_custody, renew_due_circles
from hrd_cases.keys.issue import countersign, first_charter, founding_charter, next_charter, propose, publish_keys
from hrd_cases.keys.models import CharterDraft, CharterRow
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.vault.identity import KeyPair
from tests.conftest import ENGINES

TODAY = datetime.now(UTC).date()
NOW = datetime.now(UTC)
ON_BOTH = pytest.mark.parametrize("cairo", ENGINES, indirect=True)
DAY = timedelta(days=1)


BUNDLES: dict[bytes, bytes] = {}


@cache
def keys_of(name: str) -> KeyPair:
    keys = KeyPair(hashlib.sha256(f"keys of {name}".encode()).digest())
    BUNDLES[keys.fingerprint] = keys.bundle
    return keys


@cache
def id_of(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.example")


def seat(name: str, role: Role, since: date = TODAY, until: date | None = None, *, keys: str = "") -> Seat:
    return Seat(id_of(name), role, since, until, keys_of(keys or name).fingerprint)


HEADQUARTERS, CAIRO, MINSK = id_of("headquarters"), id_of("cairo"), id_of("minsk")
FOUNDERS = (
    seat("hq1", Role.HEADQUARTERS_HEAD),
    seat("hq2", Role.HEADQUARTERS_HEAD),
    seat("hq3", Role.HEADQUARTERS_HEAD),
    seat("custodian1", Role.CUSTODIAN),
    seat("custodian2", Role.CUSTODIAN),
)
STAFF = (
    seat("head", Role.HEAD),
    seat("officer", Role.LIAISON_OFFICER),
    seat("deputy", Role.DEPUTY),
    seat("finance", Role.FINANCE),
)


def forget_everything() -> None:
    """As a process that has just started: nothing is verified yet."""
    for kept in (chain._chains, chain._authorised, chain._headquarters_of, due._outgrown_before):
        kept.clear()


@dataclass
class Cast:
    """A founded house: what each member has pinned and opened is kept here between their transactions."""

    database: Database
    pins: dict[str, Pins] = field(default_factory=dict)
    seeds: dict[str, dict[tuple[uuid.UUID, int], bytes]] = field(default_factory=dict)
    root: bytes = b""

    @contextmanager
    def acting(self, name: str, *, keys: str = "", pins: Pins | None = None) -> Iterator[tuple[Session, Ring]]:
        """A write transaction of a member, who has opened what was handed to them."""
        with self.database.shred.reading() as shred, self.database.main.writing() as session:
            known = pins if pins is not None else self.pins.setdefault(name, Pins(self.root))
            charters = Charters(session, known)
            ring = Ring(session, shred, id_of(name), keys_of(keys or name), charters, self.seeds.get(keys or name, {}))
            session.info["keys"] = ring
            if self.root:
                ring.open_grants()
            yield session, ring
            record(session, Event.HOUSE_KEPT, sessions=0, forms=0, buckets=0, invitations=0)
            self.seeds[keys or name] = dict(ring.seeds)

    @contextmanager
    def looking(self, name: str = "stranger", pins: Pins | None = None) -> Iterator[tuple[Session, Charters]]:
        """A read transaction with a member's pins (a copy: nothing seen here is kept), in a process just started."""
        forget_everything()
        known = pins or self.pins.get(name) or Pins(self.root)
        with self.database.main.reading() as session:
            yield session, Charters(session, Pins(known.root, dict(known.offices)))

    def found(self) -> Cast:
        with self.acting("hq1", pins=Pins()) as (session, ring):
            for entry in (*FOUNDERS, *STAFF):
                publish(session, entry)
            charter = founding_charter(HEADQUARTERS, FOUNDERS, NOW)
            assert propose(session, None, charter, id_of("hq1"), ring.keys, NOW) is None
        with self.acting("hq2", pins=Pins()) as (session, ring):
            draft = session.query(CharterDraft).one()
            done = countersign(session, None, draft, id_of("hq2"), ring.keys)
            assert done is not None
        self.root = done.hash
        return self

    def open_office(
        self, office_id: uuid.UUID = CAIRO, country: str = "EG", seats: tuple[Seat, ...] = STAFF
    ) -> Charter:
        """An office's first charter, signed by two headquarters heads."""
        with self.acting("hq1") as (session, ring):
            for entry in seats:
                publish(session, entry)
            coverage = (Coverage(country, TODAY),)
            charter = first_charter(ring.charters, office_id, OfficeKind.DELEGATION, coverage, seats, NOW)
            propose(session, ring.charters, charter, id_of("hq1"), ring.keys, NOW)
        return self.countersigned("hq2", office_id)

    def countersigned(self, name: str, office_id: uuid.UUID) -> Charter:
        done = self.signs_draft(name, office_id)
        assert done is not None
        return done

    def signs_draft(self, name: str, office_id: uuid.UUID) -> Charter | None:
        """A member countersigns; None if that does not suffice yet."""
        with self.acting(name) as (session, ring):
            draft = session.query(CharterDraft).filter_by(office_id=office_id).one()
            return countersign(session, ring.charters, draft, id_of(name), ring.keys)

    def change(self, name: str, office_id: uuid.UUID, act: Act = Act.SEAT, **changes: Any) -> Charter | None:
        """A member proposes the next charter of an office."""
        with self.acting(name) as (session, ring):
            for entry in changes.get("seats", ()):
                publish(session, entry)
            charter = next_charter(ring.charters, office_id, act, datetime.now(UTC), **changes)
            return propose(session, ring.charters, charter, id_of(name), ring.keys, datetime.now(UTC))

    def both(self, office_id: uuid.UUID, first: str = "hq1", second: str = "hq2", **changes: Any) -> Charter:
        """Two heads of headquarters make a change."""
        assert self.change(first, office_id, **changes) is None
        return self.countersigned(second, office_id)

    def comes_in(self, *names: str, office_id: uuid.UUID = CAIRO) -> None:
        """Members' requests: they open what they were handed, renew what is due, hand over, keep custody."""
        for name in names:
            with self.acting(name) as (session, ring):
                charter = ring.charters.of(office_id)
                renewed = renew_due_circles(session, ring, charter, datetime.now(UTC))
                charter = renewed or charter
                hand_over(session, ring, charter, datetime.now(UTC))
                renew_custody(session, ring, charter, TODAY)

    def of(self, office_id: uuid.UUID = CAIRO, name: str = "stranger") -> Charter:
        with self.looking(name) as (_, charters):
            return charters.of(office_id)

    def circle(self, name: str = "casework", office_id: uuid.UUID = CAIRO) -> tuple[uuid.UUID, int]:
        """(id, epoch) of a circle today."""
        entry = next(e for e in self.of(office_id).circles if e.name.value == name)
        return entry.circle_id, entry.epoch

    def forged(self, charter: Charter, *signers: str) -> None:
        """A charter put into the table by someone who has these members' keys, and none of our code."""
        names = tuple(sign(charter, id_of(name), keys_of(name)) for name in signers)
        body = encode(charter)
        with self.database.main.writing() as session:
            row = CharterRow(
                hash=charter_hash(body),
                office_id=charter.office_id,
                number=charter.number,
                body=body,
                signatures=encode_signatures(names),
            )
            session.add(row)

    def after(self, charter: Charter, **changes: Any) -> Charter:
        """What would follow a charter, made by hand."""
        standing: dict[str, Any] = {
            "number": charter.number + 1,
            "previous": charter.hash,
            "authority": self.of(HEADQUARTERS).hash,
            "issued_at": datetime.now(UTC),
        }
        if charter.office_id == HEADQUARTERS:
            standing["authority"] = charter.hash
        return msgspec.structs.replace(charter, **(standing | changes))


def every_office(charters: Charters) -> list[Charter]:
    """Every office with a charter, headquarters left out. Tampered if one fails its check."""
    sound, damaged = charters.sound_offices()
    if damaged:
        raise Tampered("an office's chain fails its check")
    return sound


def publish(session: Session, entry: Seat) -> None:
    publish_keys(session, entry.member_id, BUNDLES[entry.fingerprint])


def pin(charter: Charter, day: date = date.min) -> Pin:
    return Pin(charter.number, charter.hash, day)
