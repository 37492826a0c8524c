"""A charter: the signed document that says who may do what in one office. Pure: no database.

`authors` is the rule of who must sign a change; `check_step` applies it to one charter after the one before it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import NamedTuple

import msgspec

from hrd_cases.errors import Tampered
from hrd_cases.keys.roles import (
    CHANGED_BY_TWO,
    CIRCLE_ROLES,
    HEADS,
    MAX_CUSTODIANS,
    OFFICE_ROLES,
    CircleName,
    OfficeKind,
    Role,
)
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import KeyPair, fingerprint_of, verify

SIGNING_LABEL = "charter"
UNREADABLE = (msgspec.MsgspecError, ValueError, OverflowError)
"""What planted bytes make a decoder raise; text that is no UTF-8 is a ValueError."""
LONGEST_ACTING = timedelta(days=366)
EASTMOST, WESTMOST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
"""Where a day begins first, and where it ends last."""
MIN_HEADS = 2
"""Headquarters with fewer heads could never seat anybody again."""


class Act(StrEnum):
    """What a charter did, in a word; shown to people, read by no rule."""

    FOUNDING = "founding"
    FIRST = "first"
    COVERAGE = "coverage"
    SEAT = "seat"
    UNSEAT = "unseat"
    ACTING = "acting"
    RENEWAL = "renewal"


class Signer(NamedTuple):
    """A member, and which of the keys they have had are meant."""

    member_id: uuid.UUID
    fingerprint: bytes


class Coverage(msgspec.Struct, frozen=True, array_like=True):
    """A country (ISO 3166 alpha-2, or XK) covered from `since` to `until`, both days included."""

    country: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class CircleEntry(msgspec.Struct, frozen=True, array_like=True):
    """A circle and the fingerprint of its public bundle. Epoch 0 has no key yet."""

    name: CircleName
    circle_id: uuid.UUID
    epoch: int
    fingerprint: bytes


class Seat(msgspec.Struct, frozen=True, array_like=True):
    """A member in a role, with the fingerprint of the keys they hold."""

    member_id: uuid.UUID
    role: Role
    since: date
    until: date | None
    fingerprint: bytes

    @property
    def holder(self) -> Signer:
        return Signer(self.member_id, self.fingerprint)

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class ActingHead(msgspec.Struct, frozen=True, array_like=True):
    """A seated member who does what the head does from `since` to `until`, both days included."""

    member_id: uuid.UUID
    since: date
    until: date

    def holds_on(self, day: date) -> bool:
        return self.since <= day <= self.until

    def may_hold(self, at: datetime) -> bool:
        """Is it one of these days anywhere on earth? Who reads the charter alone knows no zone."""
        return self.since <= at.astimezone(EASTMOST).date() and at.astimezone(WESTMOST).date() <= self.until

    def holds(self, at: datetime, zone: tzinfo | None) -> bool:
        """Is it one of these days in the office's `zone`? No zone (None) means one of them everywhere on earth.

        The zone is a clear value of a table: whatever it says, nobody acts when it is none of these days anywhere.
        """
        days = (at.astimezone(there).date() for there in ((zone,) if zone else (EASTMOST, WESTMOST)))
        return self.may_hold(at) and all(self.holds_on(day) for day in days)


class OfficeMark(msgspec.Struct, frozen=True, array_like=True):
    """What headquarters saw of an office when it signed: its newest charter then."""

    office_id: uuid.UUID
    number: int
    hash: bytes


class Charter(msgspec.Struct, frozen=True, array_like=True):
    """One office's charter. `previous` is b"" for an office's first; `authority` b"" for the founding charter only.

    `ended` names keys whose access was ended: whatever the tables say later, and though only two headquarters heads
    take a head's seat away, a seat under such keys counts for nothing any more.
    """

    format: int
    office_id: uuid.UUID
    kind: OfficeKind
    number: int
    previous: bytes
    authority: bytes
    issued_at: datetime
    act: Act
    countries: tuple[Coverage, ...]
    circles: tuple[CircleEntry, ...]
    seats: tuple[Seat, ...]
    acting: tuple[ActingHead, ...] = ()
    marks: tuple[OfficeMark, ...] = ()
    ended: tuple[Signer, ...] = ()

    @property
    def hash(self) -> bytes:
        return charter_hash(encode(self))

    def seats_of(self, member_id: uuid.UUID, day: date) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.standing(day) if seat.member_id == member_id)

    def standing(self, day: date) -> Iterator[Seat]:
        """Seats that count on `day`: those under keys whose access was ended do not."""
        return (seat for seat in self.seats if seat.holds_on(day) and seat.holder not in self.ended)

    def roles_of(self, member_id: uuid.UUID, at: datetime, zone: tzinfo | None = None) -> frozenset[Role]:
        """The roles a member has; an acting head has the head's role beside their own, on days of the office's zone.

        Without `zone` an acting head is one only when it is such a day everywhere on earth.
        """
        roles = {seat.role for seat in self.seats_of(member_id, at.astimezone(UTC).date())}
        if member_id in self.acting_heads(at, zone):
            roles.add(Role.HEAD)
        return frozenset(roles)

    def members_in(self, roles: Iterable[Role], day: date) -> frozenset[uuid.UUID]:
        wanted = frozenset(roles)
        return frozenset(seat.member_id for seat in self.standing(day) if seat.role in wanted)

    def heads(self, day: date) -> frozenset[uuid.UUID]:
        return self.members_in(HEADS, day)

    def acting_heads(self, at: datetime, zone: tzinfo | None = None) -> frozenset[uuid.UUID]:
        """Seated members who act as head at a moment, as `ActingHead.holds` counts their days."""
        return self._seated(at, (acting for acting in self.acting if acting.holds(at, zone)))

    def may_act(self, at: datetime) -> frozenset[uuid.UUID]:
        """Seated members who may have been acting head at a moment, wherever on earth their office is."""
        return self._seated(at, (acting for acting in self.acting if acting.may_hold(at)))

    def _seated(self, at: datetime, acting: Iterable[ActingHead]) -> frozenset[uuid.UUID]:
        day = at.astimezone(UTC).date()
        return frozenset(one.member_id for one in acting if self.seats_of(one.member_id, day))

    def circle(self, name: CircleName) -> CircleEntry | None:
        return next((entry for entry in self.circles if entry.name is name), None)

    def holders(self, name: CircleName, day: date) -> frozenset[uuid.UUID]:
        """Who is entitled to the seed of a circle on `day`."""
        return self.members_in(CIRCLE_ROLES[name], day)

    def fingerprint_of(self, member_id: uuid.UUID) -> bytes:
        """The chartered fingerprint of a seated member. Raises Tampered for anybody else."""
        for seat in self.seats:
            if seat.member_id == member_id:
                return seat.fingerprint
        raise Tampered("nobody of that name has a seat in this charter")


class Signature(msgspec.Struct, frozen=True, array_like=True):
    member_id: uuid.UUID
    signature: bytes


class Backing(NamedTuple):
    """What a charter rests on: whose signatures hold, how many it takes, and whether they are headquarters'."""

    signers: frozenset[Signer]
    needed: int
    by_headquarters: bool


class Authors(NamedTuple):
    """One way to make a change valid: `needed` different members of `eligible`, of headquarters or of the office."""

    needed: int
    eligible: frozenset[uuid.UUID]
    of_headquarters: bool


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Charter)
_signatures = msgspec.msgpack.Decoder(tuple[Signature, ...])


def encode(charter: Charter) -> bytes:
    return _encoder.encode(charter)


def decode(body: bytes) -> Charter:
    """Raises Tampered on anything that is not a charter written exactly as we write it."""
    try:
        charter = _decoder.decode(body)
    except UNREADABLE as error:
        raise Tampered("not a charter") from error
    if _encoder.encode(charter) != body:
        raise Tampered("a charter in another spelling")
    return charter


def encode_signatures(signatures: Iterable[Signature]) -> bytes:
    return _encoder.encode(tuple(signatures))


def decode_signatures(blob: bytes) -> tuple[Signature, ...]:
    try:
        return _signatures.decode(blob)
    except UNREADABLE as error:
        raise Tampered("not signatures") from error


def charter_hash(body: bytes) -> bytes:
    return digest("charter", body)


def sign(charter: Charter, member_id: uuid.UUID, keys: KeyPair) -> Signature:
    return Signature(member_id, keys.sign(SIGNING_LABEL, charter.hash))


def check_shape(charter: Charter) -> None:
    """What must hold in any charter, whoever signed it. Raises Tampered."""
    if charter.issued_at.tzinfo is None:
        raise Tampered("a charter without an instant")
    _check_seats(charter)
    _check_acting(charter)
    if len({entry.name for entry in charter.circles}) != len(charter.circles):
        raise Tampered("one circle twice")
    if len({entry.circle_id for entry in charter.circles}) != len(charter.circles):
        raise Tampered("two circles under one key")
    if any(bool(entry.epoch) != bool(entry.fingerprint) for entry in charter.circles):
        raise Tampered("a circle without its key")
    open_ended = [coverage.country for coverage in charter.countries if coverage.until is None]
    if len(set(open_ended)) != len(open_ended):
        raise Tampered("one country twice")
    if charter.number == 1 and any(entry.epoch for entry in charter.circles):
        raise Tampered("a circle made before its office")
    if charter.number == 1 and charter.ended:
        raise Tampered("an access ended before its office")


def _check_seats(charter: Charter) -> None:
    held = {(seat.member_id, seat.fingerprint) for seat in charter.seats}
    if len({member for member, _ in held}) != len(held):
        raise Tampered("one member with two keys")
    if len({fingerprint for _, fingerprint in held}) != len(held):
        # One person would sign for two.
        raise Tampered("two members with one key")
    if any(seat.role not in OFFICE_ROLES[charter.kind] for seat in charter.seats):
        # Some roles count wherever they are held: a delegation's head alone must not make an auditor of the whole
        # house.
        raise Tampered("a role that such an office does not have")
    if sum(seat.role is Role.CUSTODIAN for seat in charter.seats) > MAX_CUSTODIANS:
        raise Tampered("more custodians than six")
    if len(set(charter.ended)) != len(charter.ended):
        raise Tampered("one access ended twice")
    if any(seat.holder in charter.ended and seat.role not in CHANGED_BY_TWO for seat in charter.seats):
        raise Tampered("a seat under keys whose access was ended")


def _check_acting(charter: Charter) -> None:
    if charter.acting and charter.kind is not OfficeKind.DELEGATION:
        # At headquarters one signature would make a head of those of whom two are needed.
        raise Tampered("an acting head of an office that has none")
    if any(not timedelta() <= acting.until - acting.since <= LONGEST_ACTING for acting in charter.acting):
        raise Tampered("an acting head for longer than a year")


def authors(previous: Charter | None, charter: Charter, headquarters: Charter | None) -> tuple[Authors, ...]:
    """Who may make `charter` out of `previous`, as alternatives. `headquarters` is the charter named as authority.

    Coverage and heads (and custodians) change by two headquarters heads only; the head signs the rest; a holder may
    renew a circle and name whose access was ended (DESIGN §3). Raises Tampered for a change nobody may make.
    """
    day = charter.issued_at.date()
    if (headquarters is None or previous is None) and not _begins_rightly(previous, charter, headquarters):
        raise Tampered("there is one headquarters, and its first charter names no authority")
    if headquarters is None:
        return (Authors(2, charter.heads(day), True),)
    two = Authors(2, headquarters.heads(day), True)
    if previous is None:
        return (two,)
    if (previous.office_id, previous.kind) != (charter.office_id, charter.kind):
        raise Tampered("an office cannot become another")
    removed, added = _seat_changes(previous, charter)
    by_two = previous.countries != charter.countries or any(s.role in CHANGED_BY_TWO for s in (*removed, *added))
    acting_changed = previous.acting != charter.acting
    if any(seat.holder in previous.ended for seat in added):
        raise Tampered("a seat given again to keys whose access was ended")
    if (previous.circles, previous.ended) != (charter.circles, charter.ended):
        # Whoever makes a seed knows it: only somebody entitled to a circle may, whatever else they may sign.
        if by_two or acting_changed or added:
            raise Tampered("circles change in a charter of their own")
        _check_ended(previous, charter, removed)
        return (Authors(1, _renewers(previous, charter, day), False),)
    if by_two:
        return (two,)
    heads = previous.heads(day)
    return (Authors(1, heads if acting_changed else heads | previous.may_act(charter.issued_at), False), two)


def _begins_rightly(previous: Charter | None, charter: Charter, headquarters: Charter | None) -> bool:
    first = previous is None and charter.number == 1
    return first and (charter.kind is OfficeKind.HEADQUARTERS) == (headquarters is None)


def _seat_changes(previous: Charter, charter: Charter) -> tuple[set[Seat], set[Seat]]:
    before, after = set(previous.seats), set(charter.seats)
    return before - after, after - before


def _check_ended(previous: Charter, charter: Charter, removed: set[Seat]) -> None:
    """A renewal names whose access was ended; it takes their seats and no others, and forgets nobody named before."""
    if charter.ended[: len(previous.ended)] != previous.ended:
        raise Tampered("an ended access is forgotten")
    newly = charter.ended[len(previous.ended) :]
    if not {seat.holder for seat in previous.seats}.issuperset(newly):
        raise Tampered("the ended access of nobody who has a seat")
    if not {seat.holder for seat in removed}.issubset(newly):
        raise Tampered("a renewal takes the seat of somebody whose access was not ended")
    before, after = previous.heads(charter.issued_at.date()), charter.heads(charter.issued_at.date())
    if charter.kind is OfficeKind.HEADQUARTERS and before != after and len(after) < MIN_HEADS:
        raise Tampered("headquarters without two heads")


def _renewers(previous: Charter, charter: Charter, day: date) -> frozenset[uuid.UUID]:
    """Members entitled to every circle that moves one epoch on; to any circle, if none moves and it is only said whose
    access was ended. Raises Tampered on any other change of circles.
    """
    before = {entry.name: entry for entry in previous.circles}
    if [e.name for e in previous.circles] != [e.name for e in charter.circles]:
        raise Tampered("a circle appears or vanishes")
    moved = [entry for entry in charter.circles if entry != before[entry.name]]
    for entry in moved:
        if entry.circle_id != before[entry.name].circle_id or entry.epoch != before[entry.name].epoch + 1:
            raise Tampered("a circle moves by one epoch at a time")
    entitled = [charter.holders(e.name, day) & previous.holders(e.name, day) for e in moved or charter.circles]
    return frozenset.intersection(*entitled) if moved else frozenset().union(*entitled)


class Bundles(NamedTuple):
    """Public bundles by fingerprint, as the database has them: believed only where a charter names the fingerprint."""

    by_fingerprint: Mapping[bytes, bytes]

    def chartered(self, fingerprint: bytes) -> bytes:
        bundle = self.by_fingerprint.get(fingerprint)
        if bundle is None or fingerprint_of(bundle) != fingerprint:
            raise Tampered("a public key is not the chartered one")
        return bundle


def check_step(
    previous: Charter | None,
    charter: Charter,
    signatures: tuple[Signature, ...],
    headquarters: Charter | None,
    bundles: Bundles,
) -> Backing:
    """Raise Tampered unless `charter` may follow `previous` with these signatures; returns what it rests on.

    `chain` also asks whether headquarters' heads still were heads, and whether anybody's access had been ended.
    """
    check_shape(charter)
    if charter.number != (previous.number + 1 if previous else 1) or charter.previous != (
        previous.hash if previous else b""
    ):
        raise Tampered("a charter out of its order")
    if previous is not None and charter.issued_at < previous.issued_at:
        raise Tampered("a charter older than the one before it")
    if charter.authority != (headquarters.hash if headquarters else b""):
        raise Tampered("a charter names another authority")
    for way in authors(previous, charter, headquarters):
        document = (headquarters or charter) if way.of_headquarters else (previous or charter)
        signers = frozenset(_who_signed(charter, signatures, way, document, bundles))
        if len(signers) >= way.needed:
            return Backing(signers, way.needed, way.of_headquarters and headquarters is not None)
    raise Tampered("a charter without the signatures it needs")


def signed_by_two(charter: Charter, signatures: tuple[Signature, ...], headquarters: Charter, bundles: Bundles) -> bool:
    """Did two heads of headquarters, by the charter named as authority, sign this one? Asked where what came before it
    is not there to be read.
    """
    two = Authors(2, headquarters.heads(charter.issued_at.date()), True)
    return len(frozenset(_who_signed(charter, signatures, two, headquarters, bundles))) >= two.needed


def _who_signed(
    charter: Charter, signatures: tuple[Signature, ...], way: Authors, document: Charter, bundles: Bundles
) -> Iterator[Signer]:
    """Those of `way` whose signature holds under the keys their own charter names. A planted signature is none."""
    for signature in signatures:
        if signature.member_id not in way.eligible:
            continue
        signer = Signer(signature.member_id, document.fingerprint_of(signature.member_id))
        with suppress(Tampered):
            verify(bundles.chartered(signer.fingerprint), SIGNING_LABEL, charter.hash, signature.signature)
            yield signer
