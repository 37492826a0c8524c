"""Charters as one member may rely on them: every chain verified from the pinned root, nothing older than what was seen
before.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import Bundles, Charter, Signature, charter_hash, check_step, decode, decode_signatures
from hrd_cases.keys.models import CharterRow, CoverageRow, PublicKeys, SeatRow
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.vault.envelope import unwrap, wrap
from hrd_cases.vault.identity import KeyPair


class Pin(msgspec.Struct, frozen=True, array_like=True):
    """The newest charter of an office this member has seen."""

    number: int
    hash: bytes


class Pins(msgspec.Struct, array_like=True):
    """The inside of a key ring: the root (hash of headquarters' founding charter, b"" before it is known) and the
    pins.
    """

    root: bytes = b""
    offices: dict[uuid.UUID, Pin] = msgspec.field(default_factory=dict)


def seal_pins(pins: Pins, keys: KeyPair, member_id: uuid.UUID) -> bytes:
    return wrap(keys.symmetric("key ring"), msgspec.msgpack.encode(pins), member_id.bytes)


def open_pins(sealed: bytes, keys: KeyPair, member_id: uuid.UUID) -> Pins:
    """Raises Tampered."""
    return msgspec.msgpack.decode(unwrap(keys.symmetric("key ring"), sealed, member_id.bytes), type=Pins)


class Step(NamedTuple):
    """A verified charter with its signatures, and which of headquarters' heads it rests on (none if on the office's
    own).
    """

    charter: Charter
    signatures: tuple[Signature, ...]
    headquarters_signers: frozenset[uuid.UUID]


_verified: dict[tuple[bytes, bytes], Step] = {}
"""(root, charter hash) → step. A charter is verified once per process: its hash names its whole past."""


class Charters:
    """What the charters say, for a member with these pins. Methods raise Tampered where a chain fails, Absent where
    none is.
    """

    def __init__(self, session: Session, pins: Pins) -> None:
        self._session = session
        self.pins = pins
        self.pins_moved = False
        self._offices: dict[uuid.UUID, Charter] = {}
        self._headquarters_chain: list[Charter] | None = None

    @property
    def headquarters_id(self) -> uuid.UUID:
        return self._headquarters()[0].office_id

    def headquarters(self) -> Charter:
        """Headquarters' charter in force."""
        return self.of(self.headquarters_id)

    def of(self, office_id: uuid.UUID) -> Charter:
        """The charter of an office in force."""
        if office_id not in self._offices:
            self._offices[office_id] = self._checked(office_id)
        return self._offices[office_id]

    def history(self, office_id: uuid.UUID) -> list[tuple[Charter, tuple[Signature, ...]]]:
        """Every charter of an office, oldest first, with its signatures; the chain is verified."""
        headquarters = self._headquarters()
        self.of(office_id)
        own = office_id == headquarters[0].office_id
        return [(step.charter, step.signatures) for step in self._walk(office_id, [] if own else headquarters)]

    def offices_of(self, member_id: uuid.UUID, today: date) -> list[Charter]:
        """Charters that seat a member today. The projection says where to look; the charter decides."""
        places = self._session.scalars(select(SeatRow.office_id).where(SeatRow.member_id == member_id).distinct())
        charters = [self.of(office_id) for office_id in sorted(places)]
        return [charter for charter in charters if charter.seats_of(member_id, today)]

    def primary_office(self, country: str, today: date) -> Charter | None:
        """The office that covers a country today, or None. A planted row of the projection is refused (Tampered)."""
        rows = self._session.scalars(select(CoverageRow).where(CoverageRow.country == country))
        for row in rows:
            charter = self.of(row.office_id)
            if not any(
                c.country == country and (c.since, c.until) == (row.since, row.until) for c in charter.countries
            ):
                raise Tampered("a country in the tables that no charter names")
            if row.since <= today and (row.until is None or today <= row.until):
                return charter
        return None

    def known_offices(self) -> list[Charter]:
        """Every office with a charter, headquarters left out, in a stable order."""
        places = self._session.scalars(select(CharterRow.office_id).distinct())
        return [self.of(office_id) for office_id in sorted(places) if office_id != self.headquarters_id]

    def forget(self) -> None:
        """Read again: a charter was put in force in this transaction."""
        self._offices.clear()
        self._headquarters_chain = None

    def bundle(self, office_id: uuid.UUID, member_id: uuid.UUID) -> bytes:
        """The public bundle of a seated member, checked against the charter."""
        return self.bundle_of(self.of(office_id).fingerprint_of(member_id))

    def bundle_of(self, fingerprint: bytes) -> bytes:
        return _bundles(self._session, (fingerprint,)).chartered(fingerprint)

    def custodians(self, today: date) -> list[tuple[uuid.UUID, bytes]]:
        """Custodians named by headquarters' charter: (member, public bundle), in a stable order."""
        headquarters = self.headquarters()
        members = sorted(headquarters.members_in((Role.CUSTODIAN,), today))
        return [(member, self.bundle(headquarters.office_id, member)) for member in members]

    # -- verification

    def _hashes(self, office_id: uuid.UUID) -> list[bytes]:
        query = select(CharterRow.hash).where(CharterRow.office_id == office_id).order_by(CharterRow.number)
        return list(self._session.scalars(query))

    def _headquarters(self) -> list[Charter]:
        if self._headquarters_chain is None:
            root = self._session.get(CharterRow, self.pins.root) if self.pins.root else None
            if root is None:
                raise Tampered("the founding charter this member relies on is not here")
            self._headquarters_chain = [step.charter for step in self._walk(decode(root.body).office_id, [])]
            if self._headquarters_chain[0].kind is not OfficeKind.HEADQUARTERS:
                raise Tampered("the founding charter is not headquarters'")
        return self._headquarters_chain

    def _checked(self, office_id: uuid.UUID) -> Charter:
        headquarters = self._headquarters()
        if office_id == headquarters[0].office_id:
            charter = headquarters[-1]
        else:
            steps = self._walk(office_id, headquarters)
            if not steps:
                raise Absent("no charter")
            _still_authorised(steps, headquarters)
            charter = steps[-1].charter
        self._pin(charter)
        return charter

    def _walk(self, office_id: uuid.UUID, headquarters: list[Charter]) -> list[Step]:
        """Verify a chain from its first charter; an empty `headquarters` means this is headquarters' own."""
        known = {charter.hash: charter for charter in headquarters}
        steps: list[Step] = []
        seen = 0
        for name in self._hashes(office_id):
            step = _verified.get((self.pins.root, name))
            if step is None:
                row = self._session.get_one(CharterRow, name)
                step = self._verify(row, steps[-1].charter if steps else None, known, own=not headquarters)
                _verified[self.pins.root, name] = step
            if step.charter.number != len(steps) + 1 or (steps and step.charter.previous != steps[-1].charter.hash):
                raise Tampered("a chain of charters with a gap")
            place = next((i for i, h in enumerate(headquarters) if h.hash == step.charter.authority), 0)
            if place < seen:
                raise Tampered("a charter under an authority older than the one before it")
            seen = place
            if not headquarters:
                known[step.charter.hash] = step.charter
            steps.append(step)
        pin = self.pins.offices.get(office_id)
        if pin is not None and (len(steps) < pin.number or steps[pin.number - 1].charter.hash != pin.hash):
            raise Tampered("charters older than the ones seen before")
        return steps

    def _verify(self, row: CharterRow, previous: Charter | None, known: dict[bytes, Charter], *, own: bool) -> Step:
        charter = decode(row.body)
        if charter_hash(row.body) != row.hash or charter.office_id != row.office_id or charter.number != row.number:
            raise Tampered("a charter under another name")
        if own and previous is None:
            if row.hash != self.pins.root:
                raise Tampered("another founding charter")
            authority = None
        else:
            authority = known.get(charter.authority)
            if authority is None or (own and authority != previous):
                raise Tampered("a charter under an unknown authority")
        signatures = decode_signatures(row.signatures)
        signers = previous if previous is not None else charter
        named = {s.fingerprint for c in (signers, authority, charter) if c is not None for s in c.seats}
        by_headquarters = check_step(previous, charter, signatures, authority, _bundles(self._session, named))
        heads = authority.heads(charter.issued_at.date()) if authority and by_headquarters else frozenset()
        return Step(charter, signatures, heads & {signature.member_id for signature in signatures})

    def _pin(self, charter: Charter) -> None:
        pin = self.pins.offices.get(charter.office_id)
        if pin is None or pin.number < charter.number:
            self.pins.offices[charter.office_id] = Pin(charter.number, charter.hash)
            self.pins_moved = True


def _still_authorised(steps: list[Step], headquarters: list[Charter]) -> None:
    """A head of headquarters who has left cannot sign under the charter of their time.

    What rests on two heads stands if the authority is still in force, if a later headquarters charter has marked it (or
    a charter after it), or if those heads still are heads. Raises Tampered.
    """
    marked = 0
    for mark in (
        mark for later in headquarters for mark in later.marks if mark.office_id == steps[0].charter.office_id
    ):
        if mark.number > len(steps) or steps[mark.number - 1].charter.hash != mark.hash:
            raise Tampered("not the charter that headquarters has seen")
        marked = max(marked, mark.number)
    places = {charter.hash: place for place, charter in enumerate(headquarters)}
    for step in steps[marked:]:
        day = step.charter.issued_at.date()
        for later in headquarters[places[step.charter.authority] + 1 :] if step.headquarters_signers else ():
            if step.headquarters_signers - later.heads(max(day, later.issued_at.date())):
                raise Tampered("a charter signed by someone who is no longer a head of headquarters")


def founding_root(session: Session) -> bytes:
    """The hash of the founding charter this database names; a newcomer believes it only after typing its six words.

    Absent before headquarters is founded, Tampered if there is more than one.
    """
    rows = session.execute(select(CharterRow.hash, CharterRow.body).where(CharterRow.number == 1))
    founding: list[bytes] = [row.hash for row in rows if not decode(row.body).authority]
    if not founding:
        raise Absent("no founding charter")
    if len(founding) > 1:
        raise Tampered("two founding charters")
    return founding[0]


def named_in_newest(session: Session, office_id: uuid.UUID, member_id: uuid.UUID, fingerprint: bytes) -> bool:
    """Does the newest charter of an office name this member with these keys? Unverified: for words to someone who
    waits, for no decision. Raises Tampered."""
    query = select(CharterRow.body).where(CharterRow.office_id == office_id).order_by(CharterRow.number.desc())
    body = session.scalar(query.limit(1))
    seats = decode(body).seats if body is not None else ()
    return any((seat.member_id, seat.fingerprint) == (member_id, fingerprint) for seat in seats)


def _bundles(session: Session, fingerprints: Iterable[bytes]) -> Bundles:
    rows = session.scalars(select(PublicKeys).where(PublicKeys.fingerprint.in_(tuple(fingerprints))))
    return Bundles({row.fingerprint: row.bundle for row in rows})
