"""The rules of charters: what holds in any of them, and who must sign which change. Pure: no database.

`authors` is the rule of who must sign a change; `check_step` applies it to one charter after the one before it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import FORMATS, LONGEST_ACTING, MIN_HEADS, SIGNING_LABEL, Charter, Seat, Signature, Signer
from hrd_cases.keys.roles import CHANGED_BY_TWO, MAX_CUSTODIANS, OFFICE_ROLES, OfficeKind, Role
from hrd_cases.vault.identity import fingerprint_of, verify

NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,38})[a-z0-9]\Z")
"""A sign-in name: letters that no others look like, all of them small. Whoever signs knows colleagues by it."""
_SEPARATORS = re.compile(r"[.-]")
_ALIKE = str.maketrans("01i5f", "ollsl")
"""What a tired reader takes for another letter, beside rn for m and vv for w."""
HEADS_TO_SIGN = 2
"""Headquarters' heads, of whom none may change alone who leads an office and what it covers."""


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


def looks(name: str) -> str:
    """A name as it is read in passing: two that are equal so are one person's, or somebody is deceived."""
    bare = _SEPARATORS.sub("", name).translate(_ALIKE)
    return bare.replace("rn", "m").replace("vv", "w")


def check_shape(charter: Charter) -> None:
    """What must hold in any charter, whoever signed it. Raises Tampered."""
    if charter.format not in FORMATS:
        raise Tampered("a charter of an unknown format")
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
    called = {(seat.member_id, seat.called) for seat in charter.seats if seat.called}
    if not all(NAME.match(name) for _, name in called):
        raise Tampered("a member under a name that is none")
    if not len(called) == len(charter.names) == len(set(map(looks, charter.names.values()))):
        raise Tampered("one member with two names, or two members with one")
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
        return (Authors(HEADS_TO_SIGN, charter.heads(day), True),)
    two = Authors(HEADS_TO_SIGN, headquarters.heads(day), True)
    if previous is None:
        return (two,)
    _check_stays(previous, charter)
    removed, added = _seat_changes(previous, charter)
    covered = (previous.countries, previous.place) != (charter.countries, charter.place)
    by_two = covered or any(seat.role in CHANGED_BY_TWO for seat in (*removed, *added))
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


def _check_stays(previous: Charter, charter: Charter) -> None:
    """Whoever signs knows offices by their place and members by their name: neither is ever given to another."""
    if (previous.office_id, previous.kind) != (charter.office_id, charter.kind):
        raise Tampered("an office cannot become another")
    if previous.place not in ("", charter.place):
        raise Tampered("an office cannot move")
    check_names(previous.names, charter)


def check_names(given: Mapping[uuid.UUID, str], charter: Charter) -> None:
    """`given`: every name that charters before this one gave, also to those who have left. Nobody seated again is
    called otherwise, and nobody else is ever called so, nor what looks so. Raises Tampered.
    """
    if any(seat.called != given.get(seat.member_id, seat.called) for seat in charter.seats):
        raise Tampered("a member cannot take another name")
    whose = {looks(name): member for member, name in given.items()}
    if any(whose.get(looks(name), member) != member for member, name in charter.names.items()):
        raise Tampered("a name cannot be given to another member")


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
    two = Authors(HEADS_TO_SIGN, headquarters.heads(charter.issued_at.date()), True)
    return len(frozenset(_who_signed(charter, signatures, two, headquarters, bundles))) >= two.needed


def may_be_by(hashes: Collection[bytes], signature: Signature, holders: Collection[Signer], bundles: Bundles) -> bool:
    """Did one of these sign one of these hashes, whatever they may sign? So it may be as well where the public key of
    whoever a signature names is gone or altered.
    """
    for holder in holders:
        if holder.member_id == signature.member_id:
            try:
                bundle = bundles.chartered(holder.fingerprint)
            except Tampered:
                return True
            for signed in hashes:
                with suppress(Tampered):
                    verify(bundle, SIGNING_LABEL, signed, signature.signature)
                    return True
    return False


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
