"""Charters as one member may rely on them: every chain verified from the pinned root, nothing older than what was seen
before.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import (
    UNREADABLE,
    Charter,
    OfficeMark,
    Signature,
    Signer,
    charter_hash,
    decode,
    decode_signatures,
)
from hrd_cases.keys.endings import is_signed, may_end, signed_by
from hrd_cases.keys.models import CharterRow, PublicKeys, Revocation, SeatRow, read_numbers
from hrd_cases.keys.roles import HEADS, OfficeKind, Role
from hrd_cases.keys.rules import Bundles, check_names, check_step, may_be_by, signed_by_two
from hrd_cases.vault.envelope import unwrap, wrap_text
from hrd_cases.vault.identity import KeyPair

CLOCKS_DIFFER = timedelta(days=1)


class Pin(msgspec.Struct, frozen=True, array_like=True):
    """The newest charter of an office this member has seen, and the last day they saw no newer one."""

    number: int
    hash: bytes
    day: date = date.min


class Pins(msgspec.Struct, array_like=True):
    """The inside of a key ring: the root (hash of headquarters' founding charter, b"" before it is known) and the
    pins. `own`: the member's own secret from before their keys were replaced.
    """

    root: bytes = b""
    offices: dict[uuid.UUID, Pin] = msgspec.field(default_factory=dict)
    own: bytes = b""

    def learn(self, other: Pins) -> None:
        """Take over whatever the other pins saw later: two requests of one member may each have seen something."""
        for office_id, pin in other.offices.items() if self.root == other.root else ():
            mine = self.offices.get(office_id)
            if mine is None or (mine.number, mine.day) < (pin.number, pin.day):
                self.offices[office_id] = pin


def seal_pins(pins: Pins, keys: KeyPair, member_id: uuid.UUID) -> bytes:
    return wrap_text(keys.symmetric("key ring"), msgspec.msgpack.encode(pins), member_id.bytes)


def open_pins(sealed: bytes, keys: KeyPair, member_id: uuid.UUID) -> Pins:
    """Raises Tampered."""
    return msgspec.msgpack.decode(unwrap(keys.symmetric("key ring"), sealed, member_id.bytes), type=Pins)


class Step(NamedTuple):
    """A verified charter: whose signatures hold, how many of them it takes, and whose heads they are."""

    hash: bytes
    charter: Charter
    signatures: tuple[Signature, ...]
    signers: frozenset[Signer]
    needed: int
    by_headquarters: bool


class _Row(NamedTuple):
    """A row of the table; without its text where that was verified before."""

    hash: bytes
    number: int
    body: bytes
    signatures: bytes


def _named(row: _Row, office_id: uuid.UUID | None) -> Charter:
    """The charter of a row that calls it what it is. Raises Tampered."""
    charter = decode(row.body)
    if (
        charter_hash(row.body) != row.hash
        or charter.number != row.number
        or charter.office_id != (office_id or charter.office_id)
    ):
        raise Tampered("a charter under another name")
    return charter


Steps = tuple[Step, ...]
Revocations = dict[Signer, dict[uuid.UUID, int]]
"""By member and key: the number each office's charter had when their access was ended."""

# Asked at every request: made once, for making a statement costs more than running it.
_later = aliased(CharterRow)
_NEWEST = select(CharterRow.office_id, CharterRow.hash, CharterRow.number).where(
    CharterRow.number
    == select(func.max(_later.number)).where(_later.office_id == CharterRow.office_id).scalar_subquery()
)
_NEWEST_OF = _NEWEST.where(CharterRow.office_id.in_(bindparam("offices", expanding=True)))
_NEWEST_AROUND = _NEWEST.where(
    CharterRow.office_id.in_(select(SeatRow.office_id).where(SeatRow.member_id == bindparam("member")))
    | CharterRow.office_id.in_(bindparam("needed", expanding=True))
)
_REVOKED = select(Revocation.member_id, Revocation.fingerprint, Revocation.numbers).where(
    Revocation.member_id.in_(bindparam("members", expanding=True))
)

_NONE = (b"", 0)

# Once per process: a charter's hash names its whole past, so the newest hash names a chain.
_chains: dict[tuple[bytes, uuid.UUID], Steps] = {}
_headquarters_of: dict[bytes, uuid.UUID] = {}
_authorised: dict[tuple[bytes, uuid.UUID], tuple[bytes, bytes]] = {}


class Charters:
    """What the charters say, for a member with these pins. Methods raise Tampered where a chain fails, Absent where
    none is.
    """

    def __init__(self, session: Session, pins: Pins, *, anew: bool = False) -> None:
        """`anew`: whatever this process has verified before is verified again."""
        self._session = session
        self._chains: dict[tuple[bytes, uuid.UUID], Steps] = {} if anew else _chains
        self._authorised: dict[tuple[bytes, uuid.UUID], tuple[bytes, bytes]] = {} if anew else _authorised
        self.pins = pins
        self.pins_moved = False
        self.passed_over: set[uuid.UUID] = set()
        self.unsigned: dict[Signer, bytes] = {}
        """Seated members whom a revocation keeps out that nobody signed who may; the digests of those rows."""
        self.forget()

    def forget(self) -> None:
        """Read again: a charter was put in force in this transaction, or somebody's access ended."""
        self._offices: dict[uuid.UUID, Steps] = {}
        self._newest: dict[uuid.UUID, tuple[bytes, int]] = {}
        self._revocations: Revocations = {}
        self._asked: set[uuid.UUID] = set()
        self._signed: dict[bytes, Revocations] = {}

    def unsee(self, seen: Mapping[uuid.UUID, Pin]) -> None:
        """What was put in force was undone with its transaction: only what was `seen` before it stands."""
        self.pins.offices = dict(seen)
        self.forget()

    @property
    def headquarters_id(self) -> uuid.UUID:
        return self._headquarters_steps()[0].charter.office_id

    def headquarters(self) -> Charter:
        """Headquarters' charter in force."""
        return self._headquarters_steps()[-1].charter

    def of(self, office_id: uuid.UUID) -> Charter:
        """The charter of an office in force."""
        return self.steps(office_id)[-1].charter

    def steps(self, office_id: uuid.UUID) -> Steps:
        """Every charter of an office, oldest first, verified."""
        headquarters = self._headquarters_steps()
        if office_id not in self._offices:
            steps = self._chain(office_id, headquarters)
            if not steps:
                raise Absent("no charter")
            self._check_authority(office_id, steps, headquarters)
            self._check_revoked(steps)
            self._offices[office_id] = self._pinned(steps)
        return self._offices[office_id]

    def names_at_home(self, members: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, str]:
        """What members (with the office each belongs to) are called by that office's charter in force. No other names
        them, wherever they act: it is not theirs to say.
        """
        found: dict[uuid.UUID, str] = {}
        for office_id in sorted(set(members.values())):
            with suppress(Tampered, Absent):
                names = self.of(office_id).names
                found |= {one: names[one] for one, home in members.items() if home == office_id and one in names}
        return found

    def ever_named(self, office_id: uuid.UUID) -> dict[uuid.UUID, str]:
        """Every name that an office's charters have given, also to those who have left."""
        return names_given(self.steps(office_id))

    def history(self, office_id: uuid.UUID) -> list[tuple[Charter, tuple[Signature, ...]]]:
        """Every charter of an office, oldest first, with its signatures; the chain is verified."""
        return [(step.charter, step.signatures) for step in self.steps(office_id)]

    def offices_of(self, member_id: uuid.UUID, today: date, own: uuid.UUID | None = None) -> list[Charter]:
        """Charters that seat a member today. The projection says where to look; the charter decides. An office whose
        charters fail their check is passed over (`passed_over`): a planted row keeps nobody out of where they work.

        Raises Tampered if the member's `own` office fails, or headquarters. Of their own whoever has been there asks,
        whatever the projection says.
        """
        needed = {self._root_office()} | ({own} if own in self.pins.offices else set())
        around = {"member": member_id, "needed": list(needed)}
        found = {row.office_id: (row.hash, row.number) for row in self._session.execute(_NEWEST_AROUND, around)}
        self._newest |= found
        self._revocations_of(found)
        # An office without a charter is not among them: a planted row gives nothing.
        charters = []
        for office_id in sorted(found.keys() | needed):
            try:
                charters.append(self.of(office_id))
            except Tampered:
                if office_id in (own, self.headquarters_id):
                    raise
                self.passed_over.add(office_id)
        return [charter for charter in charters if charter.seats_of(member_id, today)]

    def primary_office(self, country: str, today: date) -> Charter | None:
        """The office that covers a country today by the charters, whatever the projection says; None if none does.

        Tampered if none that stands does, and another fails its check: it may be that one.
        """
        sound, damaged = self.sound_offices()
        for charter in (self.headquarters(), *sound):
            if any(one.country == country and one.holds_on(today) for one in charter.countries):
                return charter
        if damaged:
            raise Tampered("the charters of some office fail their check: nobody knows what it covers")
        return None

    def sound_offices(self) -> tuple[list[Charter], tuple[uuid.UUID, ...]]:
        """(charters of the offices whose chain stands, offices whose chain failed its check); headquarters left out."""
        sound, damaged = [], []
        for office_id in self._places():
            try:
                sound.append(self.of(office_id))
            except Tampered:
                damaged.append(office_id)
        return sound, tuple(damaged)

    def marks(self) -> tuple[OfficeMark, ...]:
        """What headquarters marks in its next charter, of every office: later nobody can say its past was another.

        Of an office whose charters fail their check it is the newest that headquarters or this member has seen: what
        nobody can read stops nobody else, and what stood does not fall.
        """
        sound, damaged = self.sound_offices()
        fresh = [OfficeMark(charter.office_id, charter.number, charter.hash) for charter in sound]
        carried = [seen for seen in map(self._last_seen, damaged) if seen is not None]
        return tuple(sorted((*fresh, *carried), key=lambda mark: mark.office_id))

    def _last_seen(self, office_id: uuid.UUID) -> OfficeMark | None:
        """The newest charter of an office that headquarters has marked, or that this member has verified themselves."""
        marks = _marks_of(office_id, self._headquarters_steps())
        pin = self.pins.offices.get(office_id)
        seen = [*marks, OfficeMark(office_id, pin.number, pin.hash)] if pin is not None else marks
        return max(seen, key=lambda mark: mark.number, default=None)

    def unmarked(self, marks: Iterable[OfficeMark]) -> tuple[uuid.UUID, ...]:
        """Offices whose charters fail their check, or are gone, and which had a newer one than is marked here: what a
        head of headquarters signed for them would fall with that head.

        Only what proves itself says so: what headquarters has marked, what this member has verified, and a charter that
        two heads signed. A row that anybody could have planted says nothing.
        """
        marked = {mark.office_id: mark.number for mark in marks}
        had = {office_id: self._newest_proven(office_id) for office_id in self.sound_offices()[1]}
        return tuple(sorted(office_id for office_id in had if marked.get(office_id, 0) < had[office_id]))

    def _newest_proven(self, office_id: uuid.UUID) -> int:
        """The number of the newest charter that a damaged office has had for certain; 0 for none."""
        authorities = {step.hash: step.charter for step in self._headquarters_steps()}
        rows = self._session.scalars(select(CharterRow).where(CharterRow.office_id == office_id))
        proven = [row.number for row in rows if self._by_two_heads(row, authorities)]
        seen = self._last_seen(office_id)
        return max((*proven, seen.number if seen is not None else 0))

    def _by_two_heads(self, row: CharterRow, authorities: dict[bytes, Charter]) -> bool:
        """Is this row a charter that two heads of headquarters signed, whatever became of those before it?"""
        try:
            charter, signatures = decode(row.body), decode_signatures(row.signatures)
        except Tampered:
            return False
        named = (charter_hash(row.body), charter.office_id, charter.number)
        authority = authorities.get(charter.authority)
        if authority is None or named != (row.hash, row.office_id, row.number):
            return False
        bundles = _bundles(self._session, {seat.fingerprint for seat in authority.seats})
        return signed_by_two(charter, signatures, authority, bundles)

    def _places(self) -> list[uuid.UUID]:
        """Offices that have charters, or had some when this member or headquarters last looked."""
        headquarters = self._headquarters_steps()
        places = set(self._session.scalars(select(CharterRow.office_id).distinct())) | self.pins.offices.keys()
        places |= {mark.office_id for step in headquarters for mark in step.charter.marks}
        self._look_up(places)
        self._revocations_of(places)
        return sorted(places - {self.headquarters_id})

    def bundle_of(self, fingerprint: bytes) -> bytes:
        """The public bundle of these keys. Tampered if the table's is another."""
        return _bundles(self._session, (fingerprint,)).chartered(fingerprint)

    def custodians(self, today: date) -> list[Signer]:
        """Custodians named by headquarters' charter whose access was not ended: (member, fingerprint), stable order."""
        headquarters = self.headquarters()
        members = sorted(headquarters.members_in((Role.CUSTODIAN,), today))
        seated = [Signer(member, headquarters.fingerprint_of(member)) for member in members]
        revoked = self.revocations(headquarters)
        return [custodian for custodian in seated if custodian not in revoked]

    def numbers(self) -> dict[uuid.UUID, int]:
        """By office the number of its newest charter that proves itself, of one that was taken away for the moment or
        damaged too: what this member or headquarters has seen of it, and what two heads signed.
        """
        sound, damaged = self.sound_offices()
        newest = {charter.office_id: charter.number for charter in (self.headquarters(), *sound)}
        return newest | {office_id: self._newest_proven(office_id) for office_id in damaged}

    def revocations(self, *charters: Charter) -> Revocations:
        """Revocations of members seated in these charters. They only ever take away: no row gives anything."""
        wanted = {seat.member_id for charter in charters for seat in charter.seats} - self._asked
        if wanted:
            self._asked |= wanted
            for row in self._session.execute(_REVOKED, {"members": list(wanted)}):
                self._revocations[Signer(row.member_id, row.fingerprint)] = read_numbers(row.numbers)
        return self._revocations

    def _revocations_of(self, offices: Iterable[uuid.UUID]) -> None:
        """Ask for them once, of every office whose chain this process has verified before."""
        known = (self._chains.get((self.pins.root, office_id)) for office_id in offices)
        self.revocations(*(steps[-1].charter for steps in known if steps))

    def signed_revocations(self, charter: Charter) -> Revocations:
        """Of the members seated in a charter, and not named in it as ended: whose access was ended by a row that
        somebody signed who may. These alone are named for good, and these alone say which circles are known.
        """
        if charter.hash not in self._signed:
            seated = {seat.holder for seat in charter.seats} - set(charter.ended)
            kept_out = sorted(seated & self.revocations(charter).keys())
            self._signed[charter.hash] = {
                who: self._revocations[who] for who in kept_out if self._rightly_ended(charter, who)
            }
        return self._signed[charter.hash]

    def _rightly_ended(self, charter: Charter, who: Signer) -> bool:
        try:
            row = self._session.get_one(Revocation, who)
            signer, own = signed_by(row), Signer(row.member_id, row.fingerprint)
            may = signer == own or may_end(signer, charter, self.headquarters(), datetime.now(UTC))
            if may and is_signed(row, self.bundle_of(signer.fingerprint)):
                return True
            self.unsigned[who] = row.digest
        except (Tampered, *UNREADABLE, TypeError):
            self.unsigned[who] = b""
        return False

    # -- verification

    def _look_up(self, office_ids: Iterable[uuid.UUID]) -> None:
        """The newest charter's hash and number of several offices in one query."""
        wanted = set(office_ids) - self._newest.keys()
        if not wanted:
            return
        self._newest |= dict.fromkeys(wanted, _NONE)
        found = self._session.execute(_NEWEST_OF, {"offices": list(wanted)})
        self._newest |= {row.office_id: (row.hash, row.number) for row in found}

    def _headquarters_steps(self) -> Steps:
        office_id = self._root_office()
        if office_id not in self._offices:
            steps = self._chain(office_id, ())
            if not steps or steps[0].charter.kind is not OfficeKind.HEADQUARTERS:
                raise Tampered("the founding charter is not headquarters'")
            self._check_revoked(steps)
            self._offices[office_id] = self._pinned(steps)
        return self._offices[office_id]

    def _root_office(self) -> uuid.UUID:
        root = self.pins.root
        if root not in _headquarters_of:
            row = self._session.get(CharterRow, root) if root else None
            if row is None or charter_hash(row.body) != root:
                raise Tampered("the founding charter this member relies on is not here")
            _headquarters_of[root] = decode(row.body).office_id
        return _headquarters_of[root]

    def _chain(self, office_id: uuid.UUID, headquarters: Steps) -> Steps:
        """An office's chain, verified from its first charter; no `headquarters` means it is headquarters' own."""
        self._look_up({office_id})
        newest = self._newest[office_id]
        steps = self._chains.get((self.pins.root, office_id), ()) if newest != _NONE else ()
        if newest != _NONE and (not steps or (steps[-1].hash, len(steps)) != newest):
            steps = self._walked(office_id, headquarters, {step.hash: step for step in steps})
            self._chains[self.pins.root, office_id] = steps
        if not steps and _marks_of(office_id, headquarters):
            raise Tampered("charters that headquarters has seen are gone")
        pin = self.pins.offices.get(office_id)
        if pin is not None:
            _check_pin(steps, pin)
        return steps

    def _walked(self, office_id: uuid.UUID, headquarters: Steps, verified: dict[bytes, Step]) -> Steps:
        """The chain as each charter names the one before it. A row that is no charter was planted: it is passed over,
        and says nothing.
        """
        places = {step.hash: place for place, step in enumerate(headquarters)}
        steps: list[Step] = []
        given: dict[uuid.UUID, str] = {}
        left = self._rows(office_id, verified)
        while (found := self._next(left, office_id, steps, headquarters, verified)) is not None:
            step = found
            check_names(given, step.charter)
            given |= step.charter.names
            if steps and places.get(step.charter.authority, 0) < places.get(steps[-1].charter.authority, 0):
                raise Tampered("a charter under an authority older than the one before it")
            steps.append(step)
        if left and not steps:
            raise Tampered("an office of which no charter can be relied on")
        if left:
            self._check_planted(left, office_id, (*steps, *headquarters))
            self.passed_over.add(office_id)
        return tuple(steps)

    def _rows(self, office_id: uuid.UUID, verified: Mapping[bytes, Step]) -> list[_Row]:
        """Every row of an office, oldest first. Of those that were verified before the hash alone is read."""
        names = select(CharterRow.hash, CharterRow.number).where(CharterRow.office_id == office_id)
        found = self._session.execute(names.order_by(CharterRow.number)).all()
        if all(row.hash in verified and row.number == verified[row.hash].charter.number for row in found):
            return [_Row(row.hash, row.number, b"", b"") for row in found]
        columns = (CharterRow.hash, CharterRow.number, CharterRow.body, CharterRow.signatures)
        query = select(*columns).where(CharterRow.office_id == office_id).order_by(CharterRow.number)
        return [_Row(*row) for row in self._session.execute(query)]

    def _next(
        self,
        left: list[_Row],
        office_id: uuid.UUID,
        steps: Sequence[Step],
        headquarters: Steps,
        verified: Mapping[bytes, Step],
    ) -> Step | None:
        """The charter that follows, taken out of the rows that are left; None if none does."""
        for row in left:
            if row.number > len(steps) + 1:
                break
            with suppress(Tampered):
                step = verified.get(row.hash)
                if step is None or step.charter.number != row.number:
                    step = self._verified(row, office_id, steps, headquarters)
                if step.charter.number == len(steps) + 1 and step.charter.previous == (
                    steps[-1].hash if steps else b""
                ):
                    left.remove(row)
                    return step
        return None

    def _verified(self, row: _Row, office_id: uuid.UUID, steps: Sequence[Step], headquarters: Steps) -> Step:
        previous = steps[-1].charter if steps else None
        charter = _named(row, office_id)
        if not headquarters:
            authority = previous
        else:
            authority = next((step.charter for step in headquarters if step.hash == charter.authority), None)
            if authority is None:
                raise Tampered("a charter under an unknown authority")
        if authority is None and row.hash != self.pins.root:
            raise Tampered("another founding charter")
        signatures = decode_signatures(row.signatures)
        named = {s.fingerprint for c in (previous, authority, charter) if c is not None for s in c.seats}
        backing = check_step(previous, charter, signatures, authority, _bundles(self._session, named))
        return Step(row.hash, charter, signatures, *backing)

    def _check_planted(self, left: Iterable[_Row], office_id: uuid.UUID, steps: Sequence[Step]) -> None:
        """Raises Tampered if one of these rows may be this office's: it is a charter under its name, or somebody of
        ours signed it. Then its chain was damaged, and nobody here knows what stands. What is left is a copy, or the
        charter of another office, whoever signed that, or no charter.
        """
        known = {step.hash for step in steps}
        seated = {seat.holder for step in steps for seat in step.charter.seats}
        bundles = _bundles(self._session, {holder.fingerprint for holder in seated})
        for row in left:
            # Under the name it has and the one its text has: either column may have been written over.
            names = {row.hash, charter_hash(row.body)}
            if _is_of_another(row, office_id):
                names.discard(charter_hash(row.body))
            elif not names & known and _is_charter(row):
                raise Tampered("a chain of charters with a gap")
            if not names & known and _may_be_signed(row, names, seated, bundles):
                raise Tampered("a chain of charters with a gap")

    def _pinned(self, steps: Steps) -> Steps:
        newest, today = steps[-1], datetime.now(UTC).date()
        pin = self.pins.offices.get(newest.charter.office_id)
        if pin is None or (pin.number, pin.day) < (newest.charter.number, today):
            self.pins.offices[newest.charter.office_id] = Pin(newest.charter.number, newest.hash, today)
            self.pins_moved = True
        return steps

    def _check_authority(self, office_id: uuid.UUID, steps: Steps, headquarters: Steps) -> None:
        stand = (steps[-1].hash, headquarters[-1].hash)
        if self._authorised.get((self.pins.root, office_id)) != stand:
            _still_authorised(steps, headquarters)
            self._authorised[self.pins.root, office_id] = stand

    def _check_revoked(self, steps: Steps) -> None:
        """Who was revoked signs nothing any more, though only two headquarters heads can take a head's seat away."""
        newest = steps[-1].charter
        headquarters = self._offices.get(self._root_office(), steps)[-1].charter
        revoked = self.revocations(newest, headquarters)
        if not revoked:
            return
        # What headquarters has marked stood then: a revocation that forgets it, or was planted, takes it from nobody.
        marked = _marks_of(newest.office_id, self._offices.get(self._root_office(), ()))
        for step in steps[max((mark.number for mark in marked), default=0) :]:
            gone = {
                s for s in step.signers & revoked.keys() if revoked[s].get(newest.office_id, 0) < step.charter.number
            }
            if len(step.signers - gone) < step.needed:
                raise Tampered("a charter signed by somebody whose access had been ended")


def _is_of_another(row: _Row, office_id: uuid.UUID) -> bool:
    with suppress(Tampered):
        return decode(row.body).office_id != office_id
    return False


def _is_charter(row: _Row) -> bool:
    with suppress(Tampered):
        return charter_hash(row.body) == row.hash and bool(decode(row.body))
    return False


def _may_be_signed(row: _Row, names: Collection[bytes], seated: Collection[Signer], bundles: Bundles) -> bool:
    with suppress(Tampered):
        return any(may_be_by(names, one, seated, bundles) for one in decode_signatures(row.signatures))
    return False


def names_given(steps: Iterable[Step]) -> dict[uuid.UUID, str]:
    """Every name that these charters give."""
    return {member: name for step in steps for member, name in step.charter.names.items()}


def _check_pin(steps: Steps, pin: Pin) -> None:
    if len(steps) < pin.number or steps[pin.number - 1].hash != pin.hash:
        raise Tampered("charters older than the ones seen before")
    for step in steps[pin.number :]:
        # An acting head's days, and a seat's, are counted by the charter's own date: it was not there on that day.
        # (Two headquarters heads sign one after the other; what they sign may be some days old.)
        if not step.by_headquarters and step.charter.issued_at.date() + CLOCKS_DIFFER < pin.day:
            raise Tampered("a charter dated before a day on which it was not there")


def _still_authorised(steps: Sequence[Step], headquarters: Sequence[Step]) -> None:
    """A head of headquarters who has left cannot sign under the charter of their time.

    What rests on two heads stands if the authority is still in force, if a later headquarters charter has marked it (or
    a charter after it), or if two of those heads still are heads. Raises Tampered.
    """
    marked = 0
    for mark in _marks_of(steps[0].charter.office_id, headquarters):
        if mark.number > len(steps) or steps[mark.number - 1].hash != mark.hash:
            raise Tampered("not the charter that headquarters has seen")
        marked = max(marked, mark.number)
    places = {step.hash: place for place, step in enumerate(headquarters)}
    for step in steps[marked:]:
        if step.charter.authority not in places:
            raise Tampered("a charter under an unknown authority")
        day = step.charter.issued_at.date()
        for later in headquarters[places[step.charter.authority] + 1 :] if step.by_headquarters else ():
            stands = later.charter.standing(max(day, later.charter.issued_at.date()))
            heads = {seat.holder for seat in stands if seat.role in HEADS}
            if len(step.signers & heads) < step.needed:
                raise Tampered("a charter signed by someone who is no longer a head of headquarters")


def _marks_of(office_id: uuid.UUID, headquarters: Sequence[Step]) -> list[OfficeMark]:
    """Every mark of an office in headquarters' charters, oldest first."""
    return [mark for step in headquarters for mark in step.charter.marks if mark.office_id == office_id]


def _bundles(session: Session, fingerprints: Iterable[bytes]) -> Bundles:
    rows = session.scalars(select(PublicKeys).where(PublicKeys.fingerprint.in_(tuple(fingerprints))))
    return Bundles({row.fingerprint: row.bundle for row in rows})
