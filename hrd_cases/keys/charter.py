"""A charter: the signed document that says who may do what in one office, and how it is written. Pure: no database.

`rules` says which charters there may be, and who must sign them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import NamedTuple, TypeVar

import msgspec

from hrd_cases.errors import Tampered
from hrd_cases.instants import Instant
from hrd_cases.keys.roles import CASEWORKERS, CIRCLE_ROLES, HEADS, CircleName, OfficeKind, Role
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import KeyPair

T = TypeVar("T")
SIGNING_LABEL = "charter"
FORMATS = (1, 2)
"""The first names neither its members nor its place. It is read for ever, and written as it was."""
FORMAT = FORMATS[-1]
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


def days_meet(since: date, until: date | None, first: date, last: date) -> bool:
    """Have two spans of days one in common? All ends are included; a span without `until` has no end yet."""
    return since <= last and (until is None or first <= until)


class Coverage(msgspec.Struct, frozen=True, array_like=True):
    """A country (ISO 3166 alpha-2, or XK) covered from `since` to `until`, both days included."""

    country: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return days_meet(self.since, self.until, day, day)


class CircleEntry(msgspec.Struct, frozen=True, array_like=True):
    """A circle and the fingerprint of its public bundle. Epoch 0 has no key yet."""

    name: CircleName
    circle_id: uuid.UUID
    epoch: int
    fingerprint: bytes


class Seat(msgspec.Struct, frozen=True, array_like=True):
    """A member in a role, with the fingerprint of the keys they hold. `called`: their sign-in name, by which whoever
    signs knows them; "" in a seat from before charters named anybody.
    """

    member_id: uuid.UUID
    role: Role
    since: date
    until: date | None
    fingerprint: bytes
    called: str = ""

    @property
    def holder(self) -> Signer:
        return Signer(self.member_id, self.fingerprint)

    def holds_on(self, day: date) -> bool:
        return days_meet(self.since, self.until, day, day)


class ActingHead(msgspec.Struct, frozen=True, array_like=True):
    """A seated member who does what the head does from `since` to `until`, both days included."""

    member_id: uuid.UUID
    since: date
    until: date

    def holds_on(self, day: date) -> bool:
        return self.since <= day <= self.until

    def may_hold(self, at: datetime) -> bool:
        """Is it one of these days anywhere on earth? Who reads the charter alone knows no zone."""
        return days_meet(self.since, self.until, at.astimezone(WESTMOST).date(), at.astimezone(EASTMOST).date())

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
    take a head's seat away, a seat under such keys counts for nothing any more. `place`: the city of the office, by
    which it is known; "" in one from before charters named it.
    """

    format: int
    office_id: uuid.UUID
    kind: OfficeKind
    number: int
    previous: bytes
    authority: bytes
    issued_at: Instant
    act: Act
    countries: tuple[Coverage, ...]
    circles: tuple[CircleEntry, ...]
    seats: tuple[Seat, ...]
    acting: tuple[ActingHead, ...] = ()
    marks: tuple[OfficeMark, ...] = ()
    ended: tuple[Signer, ...] = ()
    place: str = ""

    @property
    def names(self) -> dict[uuid.UUID, str]:
        """What its members are called: sign-in names that were signed, whatever a table says of them."""
        return {seat.member_id: seat.called for seat in self.seats if seat.called}

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

    def caseworkers(self, at: datetime) -> frozenset[uuid.UUID]:
        """Whoever works on the office's files at a moment, acting heads among them."""
        return frozenset(seat.member_id for seat in self.seats if self.roles_of(seat.member_id, at) & CASEWORKERS)

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


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Charter)
_signatures = msgspec.msgpack.Decoder(tuple[Signature, ...])


def encode(charter: Charter) -> bytes:
    return _encoder.encode(charter if charter.format != FORMATS[0] else _as_first(charter))


def _as_first(charter: Charter) -> tuple[object, ...]:
    """A charter in the first format: seats without a name, and no place at the end."""
    seats = tuple(msgspec.structs.astuple(seat)[:-1] for seat in charter.seats)
    return msgspec.structs.astuple(msgspec.structs.replace(charter, seats=seats))[:-1]


def decode(body: bytes) -> Charter:
    """Raises Tampered on anything that is not a charter written exactly as we write it."""
    return _as_written(_decoder, encode, body, "charter")


def encode_signatures(signatures: Iterable[Signature]) -> bytes:
    return _encoder.encode(tuple(signatures))


def decode_signatures(blob: bytes) -> tuple[Signature, ...]:
    """Raises Tampered on anything that is not signatures written exactly as we write them."""
    return _as_written(_signatures, encode_signatures, blob, "signatures")


def _as_written(decoder: msgspec.msgpack.Decoder[T], write: Callable[[T], bytes], blob: bytes, what: str) -> T:
    try:
        found = decoder.decode(blob)
    except UNREADABLE as error:
        raise Tampered(f"this is no {what}") from error
    if write(found) != blob:
        raise Tampered(f"{what} in another spelling")
    return found


def charter_hash(body: bytes) -> bytes:
    return digest("charter", body)


def sign(charter: Charter, member_id: uuid.UUID, keys: KeyPair) -> Signature:
    return Signature(member_id, keys.sign(SIGNING_LABEL, charter.hash))
