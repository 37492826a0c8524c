"""Making charters: propose, countersign, put in force. The tables are projected in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Absent, Changed, Refused, Tampered
from hrd_cases.keys.chain import Charters, Pin, Pins
from hrd_cases.keys.charter import (
    FORMAT,
    SIGNING_LABEL,
    Act,
    Charter,
    CircleEntry,
    Coverage,
    Seat,
    Signature,
    Signer,
    charter_hash,
    decode,
    decode_signatures,
    encode,
    encode_signatures,
    sign,
)
from hrd_cases.keys.models import CharterDraft, CharterRow, Circle, CircleGrant, CoverageRow, PublicKeys, SeatRow
from hrd_cases.keys.roles import ACTING_HEAD, HEADS, OFFICE_CIRCLES, OfficeKind
from hrd_cases.keys.rules import authors, check_names, check_shape
from hrd_cases.vault.identity import KeyPair, fingerprint_of, verify

CHARTERS_LOCK = 0x43484152


def publish_keys(session: Session, member_id: uuid.UUID, bundle: bytes) -> bytes:
    """Put a member's public bundle where a charter can refer to it; returns its fingerprint."""
    fingerprint = fingerprint_of(bundle)
    if session.get(PublicKeys, fingerprint) is None:
        session.add(PublicKeys(fingerprint=fingerprint, member_id=member_id, bundle=bundle))
    return fingerprint


def founding_charter(office_id: uuid.UUID, seats: tuple[Seat, ...], now: datetime, place: str = "") -> Charter:
    """Headquarters' first charter: the root of everything, signed by two of the heads it names."""
    return Charter(
        FORMAT,
        office_id,
        OfficeKind.HEADQUARTERS,
        1,
        b"",
        b"",
        now,
        Act.FOUNDING,
        (),
        _unmade(OfficeKind.HEADQUARTERS),
        seats,
        place=place,
    )


def first_charter(
    charters: Charters,
    office_id: uuid.UUID,
    kind: OfficeKind,
    countries: tuple[Coverage, ...],
    seats: tuple[Seat, ...],
    now: datetime,
    place: str = "",
) -> Charter:
    """An office's first charter, on the authority of headquarters' charter in force."""
    authority = charters.headquarters().hash
    circles = _unmade(kind)
    return Charter(FORMAT, office_id, kind, 1, b"", authority, now, Act.FIRST, countries, circles, seats, place=place)


def _unmade(kind: OfficeKind) -> tuple[CircleEntry, ...]:
    return tuple(CircleEntry(name, uuid.uuid4(), 0, b"") for name in OFFICE_CIRCLES[kind])


def next_charter(charters: Charters, office_id: uuid.UUID, act: Act, now: datetime, **changes: object) -> Charter:
    """The charter after the one in force, with `changes` (countries, circles, seats, acting)."""
    current = charters.of(office_id)
    headquarters = charters.headquarters()
    marks = charters.marks() if current.kind is OfficeKind.HEADQUARTERS else ()
    return msgspec.structs.replace(
        current,
        format=FORMAT,
        number=current.number + 1,
        previous=current.hash,
        authority=headquarters.hash,
        issued_at=max(now, current.issued_at),
        act=act,
        marks=marks,
        **changes,
    )


def propose(
    session: Session,
    charters: Charters | None,
    charter: Charter,
    author: uuid.UUID,
    keys: KeyPair,
    now: datetime,
) -> Charter | None:
    """Sign a new charter. It is put in force if that suffices (returned), or waits for a second signature (None).

    What one signature suffices for passes a draft that waits, and overtakes it: neither a holder's request nor a head's
    everyday act may stop at what others have left lying. Refused if a second draft would have to wait for this office,
    or if the author is nobody who can sign this.
    """
    _may_sign(charters, charter, author)
    _check_nothing_is_lost(charters, charter)
    signatures = (sign(charter, author, keys),)
    if _suffices(charters, charter, signatures):
        return _put_in_force(session, charters, charter, signatures)
    _make_room(session, charters, charter.office_id)
    draft = CharterDraft(
        office_id=charter.office_id, body=encode(charter), signatures=encode_signatures(signatures), proposed_at=now
    )
    session.add(draft)
    return None


def draft_of(session: Session, office_id: uuid.UUID) -> CharterDraft | None:
    """The change of an office that waits for its second signature."""
    return session.scalar(select(CharterDraft).where(CharterDraft.office_id == office_id))


def _make_room(session: Session, charters: Charters | None, office_id: uuid.UUID) -> None:
    """A draft that another charter overtook can never come into force and goes; any other stands in the way
    (Refused).
    """
    waiting = draft_of(session, office_id)
    if waiting is None:
        return
    try:
        gone = overtaken(charters, decode(waiting.body))
    except Tampered:
        gone = False
    if not gone:
        raise Refused(
            N_("Another change of this office waits for its second signature."),
            N_("A second head of headquarters signs it or withdraws it first, from the charter's page."),
        )
    session.delete(waiting)
    session.flush()


def overtaken(charters: Charters | None, charter: Charter) -> bool:
    """Did another charter of this office, or of headquarters, come into force since this one was proposed?"""
    try:
        _around(charters, charter)
    except Changed:
        return True
    return False


def can_sign(charters: Charters | None, charter: Charter, author: uuid.UUID) -> bool:
    """Would this member's signature count on a proposed charter? Raises Changed if it was overtaken, Tampered if nobody
    may make it.
    """
    previous, headquarters = _around(charters, charter)
    check_shape(charter)
    if charters is not None and previous is not None:
        check_names(charters.ever_named(charter.office_id), charter)
    return any(author in way.eligible for way in authors(previous, charter, headquarters))


def one_suffices(charters: Charters | None, charter: Charter) -> bool:
    """Is one signature, of the office's own head, enough? Raises as `can_sign` does."""
    previous, headquarters = _around(charters, charter)
    return any(way.needed == 1 for way in authors(previous, charter, headquarters))


def signers(session: Session, charters: Charters | None, draft: CharterDraft) -> frozenset[uuid.UUID]:
    """Who has signed a draft so far. Raises Tampered for a signature that is not theirs, Changed if the draft was
    overtaken.
    """
    charter = decode(draft.body)
    documents = [document for document in _around(charters, charter) if document is not None] or [charter]
    found = decode_signatures(draft.signatures)
    for signature in found:
        named = [s.fingerprint for document in documents for s in document.seats if s.member_id == signature.member_id]
        row = session.get(PublicKeys, named[0]) if named else None
        if row is None or fingerprint_of(row.bundle) != row.fingerprint:
            raise Tampered("a signature of nobody who may sign")
        verify(row.bundle, SIGNING_LABEL, charter.hash, signature.signature)
    return frozenset(signature.member_id for signature in found)


def countersign(
    session: Session, charters: Charters | None, draft: CharterDraft, author: uuid.UUID, keys: KeyPair
) -> Charter | None:
    """Add the author's signature to a draft; puts it in force when enough have signed."""
    charter = decode(draft.body)
    _may_sign(charters, charter, author)
    _check_nothing_is_lost(charters, charter)
    signatures = decode_signatures(draft.signatures)
    if any(signature.member_id == author for signature in signatures):
        raise Refused(N_("You have signed this already."), N_("Another head has to countersign it."))
    signatures = (*signatures, sign(charter, author, keys))
    if not _suffices(charters, charter, signatures):
        draft.signatures = encode_signatures(signatures)
        return None
    session.delete(draft)
    return _put_in_force(session, charters, charter, signatures)


def _around(charters: Charters | None, charter: Charter) -> tuple[Charter | None, Charter | None]:
    """The charter in force before this one, and headquarters' one. Raises Changed if another came first."""
    if charters is None:
        return None, None
    if charter.number == 1:
        if charters.headquarters().hash != charter.authority or has_charter(charters, charter.office_id):
            raise Changed("another charter came into force meanwhile")
        return None, charters.headquarters()
    previous = charters.of(charter.office_id)
    if previous.hash != charter.previous or charters.headquarters().hash != charter.authority:
        raise Changed("another charter came into force meanwhile")
    return previous, charters.headquarters()


def _may_sign(charters: Charters | None, charter: Charter, author: uuid.UUID) -> None:
    if not can_sign(charters, charter, author):
        raise Refused(
            N_("Your role does not sign this change."), N_("The head of the office or two heads of headquarters can.")
        )


def has_charter(charters: Charters, office_id: uuid.UUID) -> bool:
    """Has an office a charter? Raises Tampered where it fails its check, or is gone that was seen before."""
    try:
        charters.of(office_id)
    except Absent:
        return False
    return True


def _check_nothing_is_lost(charters: Charters | None, charter: Charter) -> None:
    """Refused for a charter of headquarters that takes a head's seat while an office is damaged and the charter does
    not mark its newest one: what that head signed there would be lost, though a backup brought it back. To name whose
    access was ended waits for nothing.
    """
    if charters is None or charter.kind is not OfficeKind.HEADQUARTERS:
        return
    unseated = _heads(charters.headquarters()) - _heads(charter) - set(charter.ended)
    if unseated and charters.unmarked(charter.marks):
        raise Refused(
            N_("The charters of an office failed their check, and headquarters has no mark of its newest one. What a "
               "head has signed for it would be lost with that head's seat."),
            N_("Whoever runs the servers brings that office's charters back from a backup; then this can be signed. "
               "What cannot wait: end the head's access from their page, which takes effect at once."),
        )  # fmt: skip


def _heads(charter: Charter) -> frozenset[Signer]:
    """Its heads on the day it was signed: those by whom it is asked whether what rests on a head still stands."""
    return frozenset(seat.holder for seat in charter.standing(charter.issued_at.date()) if seat.role in HEADS)


def _suffices(charters: Charters | None, charter: Charter, signatures: Sequence[Signature]) -> bool:
    previous, headquarters = _around(charters, charter)
    signers = {signature.member_id for signature in signatures}
    if charters is not None:
        documents = [document for document in (previous, headquarters) if document is not None]
        named = {Signer(seat.member_id, seat.fingerprint) for document in documents for seat in document.seats}
        # By key, not by member: whoever made new keys and was vouched for again signs with those.
        signers -= {signer.member_id for signer in named & charters.revocations(*documents).keys()}
    return any(len(signers & way.eligible) >= way.needed for way in authors(previous, charter, headquarters))


def _put_in_force(
    session: Session, charters: Charters | None, charter: Charter, signatures: Sequence[Signature]
) -> Charter:
    one_at_a_time(session)
    try:
        with session.begin_nested():  # whoever catches what is wrong with it must not commit it
            _issue(session, charters, charter, signatures)
    finally:
        if charters is not None:
            charters.forget()
    return charter


def _issue(session: Session, charters: Charters | None, charter: Charter, signatures: Sequence[Signature]) -> None:
    if charters is not None:
        _clear_its_place(session, charters, charter)
    body = encode(charter)
    row = CharterRow(
        hash=charter_hash(body),
        office_id=charter.office_id,
        number=charter.number,
        body=body,
        signatures=encode_signatures(signatures),
    )
    stood = _standing(charters) if charter.kind is OfficeKind.HEADQUARTERS else frozenset()
    session.add(row)
    session.flush()
    # Read it back through the same verification everybody else will use: what we would not believe we do not issue.
    if charters is None:
        charters = Charters(session, Pins(root=row.hash, offices={charter.office_id: Pin(1, row.hash)}))
    charters.forget()
    if charters.of(charter.office_id) != charter:
        raise Tampered("a charter that does not read back")
    if charter.kind is OfficeKind.HEADQUARTERS and charter.number > 1:
        _nothing_falls(charters, stood)
    _project(session, charters, charter)


def _clear_its_place(session: Session, charters: Charters, charter: Charter) -> None:
    """A row where the next charter goes was planted, and gives way: it is none of ours, or the chain had not stood.
    Raises Changed if another charter came first, Tampered if what stands there may be one.
    """
    charters.forget()
    _around(charters, charter)
    taken = delete(CharterRow).where(CharterRow.office_id == charter.office_id, CharterRow.number == charter.number)
    session.execute(taken)


def one_at_a_time(session: Session) -> None:
    """Charters and revocations follow one another: what is signed after a revocation is known from what was before.

    On SQLite the write gate sees to it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHARTERS_LOCK)))


def _standing(charters: Charters | None) -> frozenset[uuid.UUID]:
    """The offices whose charters stand before headquarters changes its own."""
    return (
        frozenset(charter.office_id for charter in charters.sound_offices()[0]) if charters is not None else frozenset()
    )


def _nothing_falls(charters: Charters, stood: frozenset[uuid.UUID]) -> None:
    """A charter of headquarters marks what its heads have signed for offices. What they signed since it was proposed
    has no mark, and would fall with a head who leaves by it."""
    if stood - _standing(charters):
        raise Changed("an office's charter came into force since this was proposed")


def _project(session: Session, charters: Charters, charter: Charter) -> None:
    """Rewrite the tables of one office from its charter."""
    session.execute(delete(SeatRow).where(SeatRow.office_id == charter.office_id))
    session.execute(delete(CoverageRow).where(CoverageRow.office_id == charter.office_id))
    _drop_planted_coverage(session, charters, charter)
    for seat in charter.seats:
        session.add(_seat_row(charter, seat.member_id, seat.role, seat.since, seat.until, acting=False))
    for acting in charter.acting:
        session.add(_seat_row(charter, acting.member_id, ACTING_HEAD, acting.since, acting.until, acting=True))
    for coverage in charter.countries:
        session.add(
            CoverageRow(
                office_id=charter.office_id, country=coverage.country, since=coverage.since, until=coverage.until
            )
        )
    for entry in charter.circles:
        _project_circle(session, charters, charter, entry)
    session.flush()
    _take_grants_back(session, charter)


def _project_circle(session: Session, charters: Charters, charter: Charter, entry: CircleEntry) -> None:
    circle = session.get(Circle, entry.circle_id)
    if circle is None:
        circle = Circle(id=entry.circle_id, office_id=charter.office_id, name=entry.name.value)
        circle.due_since = charter.issued_at
        session.add(circle)
    elif circle.office_id != charter.office_id:
        before = (one for step in charters.steps(charter.office_id)[:-1] for one in step.charter.circles)
        if all(one.circle_id != entry.circle_id for one in before):
            raise Tampered("a circle of another office")
        circle.office_id = charter.office_id  # ours by an older charter: the table was changed
    circle.epoch = entry.epoch


def _drop_planted_coverage(session: Session, charters: Charters, charter: Charter) -> None:
    """Rows that give a country of this charter to an office whose own charter does not: planted, they would stand in
    the way of every charter that says so.
    """
    countries = {one.country for one in charter.countries if one.until is None}
    others = select(CoverageRow).where(CoverageRow.country.in_(countries), CoverageRow.until.is_(None))
    for row in session.scalars(others.where(CoverageRow.office_id != charter.office_id)).all():
        if not _covers(charters, row.office_id, row.country):
            session.delete(row)
    session.flush()


def _covers(charters: Charters, office_id: uuid.UUID, country: str) -> bool:
    """Does the charter of an office say so? Of one that fails its check nobody knows: what its row says stands."""
    try:
        charter = charters.of(office_id)
    except Absent:
        return False
    except Tampered:
        return True
    return any(one.country == country and one.until is None for one in charter.countries)


def _take_grants_back(session: Session, charter: Charter) -> None:
    """Whoever this charter does not entitle, with the keys it names, loses their grants, and the circle is due for a
    new seed: nothing more is written under a key that somebody knows who left, changed role, or made new keys because
    the old ones were lost.
    """
    day = charter.issued_at.date()
    for entry in charter.circles:
        entitled = {(member, charter.fingerprint_of(member)) for member in charter.holders(entry.name, day)}
        grants = session.scalars(select(CircleGrant).where(CircleGrant.circle_id == entry.circle_id)).all()
        for grant in grants:
            if (grant.member_id, grant.fingerprint) not in entitled:
                session.delete(grant)
                circle = session.get_one(Circle, entry.circle_id)
                circle.due_since = circle.due_since or charter.issued_at
    session.flush()


def _seat_row(
    charter: Charter, member_id: uuid.UUID, role: str, since: date, until: date | None, *, acting: bool
) -> SeatRow:
    return SeatRow(
        office_id=charter.office_id, member_id=member_id, role=str(role), since=since, until=until, acting=acting
    )
