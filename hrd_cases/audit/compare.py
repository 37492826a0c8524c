"""Clear tables that tell who may what, compared with what the trail and the newest charters say.

No rule rests on these rows: rules read charters. But colleagues look at them, and whoever changes them means something.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about
from hrd_cases.audit.trail import Body
from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import Charter, Signer, charter_hash, decode
from hrd_cases.keys.endings import is_signed, signed_by
from hrd_cases.keys.models import CharterRow, Circle, CoverageRow, Letter, PublicKeys, Revocation, SeatRow
from hrd_cases.keys.roles import ACTING_HEAD, ENDS_ACCESS_ANYWHERE, HEADS
from hrd_cases.keys.rules import NAME, looks
from hrd_cases.records import Base
from hrd_cases.vault.identity import fingerprint_of

LONGEST_ACT = timedelta(minutes=10)
"""The trail tells of an act when its request ends."""


class Finding(NamedTuple):
    """Something wrong: what, and where (an entry's number, or a table and row)."""

    what: str
    where: str


@dataclass
class Told:
    """What the trail tells of letters and of members' access."""

    sent: dict[uuid.UUID, str | None] = field(default_factory=dict)
    """Letters, with the digest of the row that was sent."""
    done: set[uuid.UUID] = field(default_factory=set)
    opened: set[uuid.UUID] = field(default_factory=set)
    """Case files."""
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    """By member and key: the digest of the row that ended their access."""
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Of these: keys that ended because their member made new ones."""
    gone: set[uuid.UUID] = field(default_factory=set)
    paused: set[uuid.UUID] = field(default_factory=set)
    read: set[tuple[uuid.UUID, uuid.UUID | None]] = field(default_factory=set)
    """Notices, and who has read them and put them away."""
    put_away_for_all: dict[uuid.UUID, list[datetime]] = field(default_factory=dict)
    over: set[uuid.UUID] = field(default_factory=set)
    """Kept forms that were sent or thrown away."""

    def take(self, body: Body) -> None:
        match body.event:
            case Event.LETTER_SENT:
                self.sent[_id(body, "letter")] = str(body.fields["digest"]) if "digest" in body.fields else None
            case Event.LETTER_FOLDED | Event.LETTER_REFUSED:
                self.done.add(_id(body, "letter"))
            case Event.LETTER_TRIED_AGAIN:
                self.done.discard(_id(body, "letter"))
            case Event.MEMBER_REVOKED | Event.KEYS_REPLACED:
                self._end(body)
            case Event.FORM_SENT | Event.FORM_DROPPED:
                self.over.add(_id(body, "form"))
            case Event.NOTICE_READ:
                self.read.add((_id(body, "notice"), body.actor_id))
            case Event.NOTICE_PUT_AWAY:
                self.put_away_for_all.setdefault(_id(body, "notice"), []).append(body.at)
            case Event.MEMBER_SUSPENDED:
                self.paused.add(_id(body, "member"))
            case Event.MEMBER_RESTORED:
                self.paused.discard(_id(body, "member"))

    def _end(self, body: Body) -> None:
        who = (str(body.fields["member"]), str(body.fields["fingerprint"]))
        if body.fields["fingerprint"]:
            self.ended[who] = str(body.fields["revocation"])
        if body.event == Event.MEMBER_REVOKED:
            self.gone.add(_id(body, "member"))
        else:
            self.replaced.add(who)


def _id(body: Body, name: str) -> uuid.UUID:
    return uuid.UUID(str(body.fields[name]))


def access(session: Session, told: Told) -> Iterator[Finding]:
    """Whose access was ended or paused."""
    rows = session.scalars(select(Revocation))
    found = {(str(row.member_id), row.fingerprint.hex()): row.digest.hex() for row in rows}
    yield from (Finding("a revocation was taken away", who[0]) for who in told.ended.keys() - found.keys())
    yield from (Finding("a revocation that no act made", who[0]) for who in found.keys() - told.ended.keys())
    for who in found.keys() & told.ended.keys():
        if found[who] != told.ended[who]:
            yield Finding("this revocation says something else than it did", who[0])
    yield from _unsigned(session, told)
    # The accounts room lies above this one: its table is looked at by name.
    members = Base.metadata.tables.get("members")
    if members is not None:
        here = set(session.scalars(select(members.c.id).where(members.c.revoked_at.is_(None))))
        gone = set(session.scalars(select(members.c.id).where(members.c.revoked_at.is_not(None))))
        yield from (Finding("a member whose access was ended has it again", str(m)) for m in told.gone & here)
        yield from (Finding("a member's access was ended by no act", str(member)) for member in gone - told.gone)
        query = select(members.c.id).where(members.c.suspended_at.is_not(None))
        paused = set(session.scalars(query))
        yield from (Finding("a suspended member was let in again by no act", str(m)) for m in told.paused - paused)
        yield from (Finding("a member was suspended by no act", str(member)) for member in paused - told.paused)


def _unsigned(session: Session, told: Told) -> Iterator[Finding]:
    """Revocations of seated keys that no charter names as ended, and that nobody signed who was ever seated to. Whoever
    lost their keys signs nothing.
    """
    standing = {seat.holder for one in newest_charters(session) for seat in one.seats if seat.holder not in one.ended}
    rows = [row for row in session.scalars(select(Revocation)) if (row.member_id, row.fingerprint) in standing]
    enders = _ever_enders(session) if rows else frozenset()
    for row in rows:
        own = (str(row.member_id), row.fingerprint.hex())
        lost = row.signature is None and own in told.replaced and told.ended.get(own) == row.digest.hex()
        may = signed_by(row) in enders | {Signer(row.member_id, row.fingerprint)}
        if not lost and not (may and _is_signed(session, row)):
            yield Finding("a revocation that nobody signed who may", own[0])


def _is_signed(session: Session, row: Revocation) -> bool:
    keys = session.get(PublicKeys, row.signer) if row.signer is not None else None
    with suppress(Tampered):
        return keys is not None and fingerprint_of(keys.bundle) == row.signer and is_signed(row, keys.bundle)
    return False


def _ever_enders(session: Session) -> frozenset[Signer]:
    """Every key of a seat by which a charter lets its member end accesses. Whether it did then, the door has asked."""
    found: set[Signer] = set()
    for body in session.scalars(select(CharterRow.body)):
        with suppress(Tampered):
            charter = decode(body)
            acting = {one.member_id for one in charter.acting}
            enders = (s for s in charter.seats if s.role in ENDS_ACCESS_ANYWHERE | HEADS or s.member_id in acting)
            found |= {seat.holder for seat in enders}
    return frozenset(found)


def keys_were_replaced(session: Session, member_id: uuid.UUID, row_digest: bytes) -> bool:
    """Does the trail tell that a member made new keys, by which the old ones ended as a row of this digest says?"""
    told = about(session, member_id, Event.KEYS_REPLACED)
    return any(body.fields["revocation"] == row_digest.hex() for body in told)


def letters(session: Session, told: Told) -> Iterator[Finding]:
    """A letter that was taken away, put there, or hidden from those it is for."""
    found: dict[uuid.UUID, bool] = {}
    for row in session.scalars(select(Letter), execution_options={"yield_per": 100}):
        found[row.id] = row.folded_at is not None or row.refused_at is not None
        if (was := told.sent.get(row.id)) is not None and row.digest.hex() != was:
            yield Finding("this letter is not the one that was sent, or goes elsewhere", str(row.id))
        if row.act == _FILED and row.folded_at is not None and row.subject_id not in told.opened:
            yield Finding("a letter is told of as opened, and nobody opened the file that it brings", str(row.id))
    yield from (Finding("a letter was taken away", str(letter)) for letter in told.sent.keys() - found.keys())
    yield from (Finding("a letter that nobody sent", str(letter)) for letter in found.keys() - told.sent.keys())
    for letter, done in found.items():
        if done != (letter in told.done):
            yield Finding("a letter was marked as done, or as waiting, by no act", str(letter))


def filled_for_all(read_at: datetime, put_away_at: datetime) -> bool:
    """Was a row of a notice that was read filled from the act, told at `put_away_at`, that put it away for everybody?

    Of who read it then nothing tells: all such rows are of the moment of that act.
    """
    return timedelta() <= put_away_at - read_at <= LONGEST_ACT


def readings(session: Session, told: Told) -> Iterator[Finding]:
    """A notice that was put away for a colleague, or stands again where it was put away."""
    # The offices room lies above this one: its table is looked at by name.
    table = Base.metadata.tables.get("notice_readings")
    if table is None:
        return
    found = {(row.notice_id, row.member_id): row.read_at for row in session.execute(select(table))}
    for (notice, reader), read_at in found.items():
        for_all = any(filled_for_all(read_at, at) for at in told.put_away_for_all.get(notice, ()))
        if (notice, reader) not in told.read and not for_all:
            yield Finding("a notice that nobody put away is shown as read", f"{notice} {reader}")
    for notice, who in told.read - found.keys():
        yield Finding("a notice that was put away is shown as not read", f"{notice} {who}")


def forms(session: Session, told: Told) -> Iterator[Finding]:
    """A form that was kept for its member, and was sent or thrown away, is there again."""
    # The accounts room lies above this one: its table is looked at by name.
    table = Base.metadata.tables.get("kept_forms")
    if table is not None:
        again = told.over.intersection(session.scalars(select(table.c.id)))
        yield from (Finding("a form that was sent or thrown away waits again", str(form)) for form in again)


def projections(session: Session) -> Iterator[Finding]:
    """Tables written from charters that say something else than the newest charter."""
    charters = newest_charters(session)
    for what, said, shown in (
        ("the seats shown are not those of the charter", _seats(charters), _rows(session, SeatRow)),
        ("the countries shown are not those of the charter", _countries(charters), _rows(session, CoverageRow)),
        ("the circles shown are not those of the charter", _circles(charters), _rows(session, Circle)),
    ):
        offices = {str(office_id) for office_id, *_ in (said - shown) + (shown - said)}
        yield from (Finding(what, office_id) for office_id in sorted(offices))
    yield from _named_otherwise(session, charters)


def _named_otherwise(session: Session, charters: Iterable[Charter]) -> Iterator[Finding]:
    """Members and offices whom a table calls something else than their charter does."""
    # The rooms of both lie above this one: their tables are looked at by name.
    members, offices = Base.metadata.tables.get("members"), Base.metadata.tables.get("offices")
    called = (
        {row.id: row.sign_in for row in session.execute(select(members.c.id, members.c.sign_in))}
        if members is not None
        else {}
    )
    places = (
        {row.id: row.seat for row in session.execute(select(offices.c.id, offices.c.seat))}
        if offices is not None
        else {}
    )
    for charter in charters:
        if charter.place and places.get(charter.office_id, charter.place) != charter.place:
            yield Finding("an office is called something else than its charter says", str(charter.office_id))
        for member, name in charter.names.items():
            if called.get(member, name) != name:
                yield Finding("a member is called something else than the charter says", str(member))
    for member in (member for member, name in called.items() if not NAME.match(name)):
        yield Finding("a member is called what could be taken for another name", str(member))
    yield from _called_twice(session)


def _called_twice(session: Session) -> Iterator[Finding]:
    """Whom charters of the house have ever given two names, and names, as they are read, that they gave to two."""
    names: dict[uuid.UUID, set[str]] = {}
    whose: dict[str, set[uuid.UUID]] = {}
    for body in session.scalars(select(CharterRow.body)):
        with suppress(Tampered):
            for member, name in decode(body).names.items():
                names.setdefault(member, set()).add(name)
                whose.setdefault(looks(name), set()).add(member)
    several = (member for member, given in names.items() if len(given) > 1)
    yield from (Finding("a member whom charters call by two names", str(member)) for member in several)
    for members in whose.values():
        for member in members if len(members) > 1 else ():
            yield Finding("a name that charters have given to two members", str(member))


def newest_charters(session: Session) -> list[Charter]:
    """The newest charter of every office, as the table has it."""
    query = select(CharterRow.office_id, CharterRow.hash, CharterRow.body).order_by(CharterRow.number)
    newest: dict[uuid.UUID, Charter] = {}
    for row in session.execute(query):
        # What is none passes nobody's check, and is named by the check of the charters.
        with suppress(Tampered):
            charter = decode(row.body)
            if charter_hash(row.body) == row.hash:
                newest[row.office_id] = charter
    return list(newest.values())


_FILED = "case_filed"
"""The act of a letter that brings a file, as the room of case files, which lies above, has it."""
Row = tuple[object, ...]
_SHOWN: dict[type[Base], tuple[str, ...]] = {
    SeatRow: ("office_id", "member_id", "role", "since", "until", "acting"),
    CoverageRow: ("office_id", "country", "since", "until"),
    Circle: ("office_id", "id", "name", "epoch"),
}


def _rows(session: Session, kind: type[Base]) -> Counter[Row]:
    return Counter(tuple(row) for row in session.execute(select(*(getattr(kind, name) for name in _SHOWN[kind]))))


def _seats(charters: Iterable[Charter]) -> Counter[Row]:
    rows: Counter[Row] = Counter()
    for charter in charters:
        rows.update((charter.office_id, s.member_id, s.role.value, s.since, s.until, False) for s in charter.seats)
        rows.update((charter.office_id, a.member_id, ACTING_HEAD, a.since, a.until, True) for a in charter.acting)
    return rows


def _countries(charters: Iterable[Charter]) -> Counter[Row]:
    return Counter((charter.office_id, c.country, c.since, c.until) for charter in charters for c in charter.countries)


def _circles(charters: Iterable[Charter]) -> Counter[Row]:
    return Counter(
        (charter.office_id, c.circle_id, c.name.value, c.epoch) for charter in charters for c in charter.circles
    )
