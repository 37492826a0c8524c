"""The trail as the auditor reads it: pages of entries, newest first, each in plain words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, Select, SQLColumnExpression, cast, select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.chain import entry_hash
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Body, read_body, subjects_of
from hrd_cases.door.places import places
from hrd_cases.oversight.events import FORM_READ, PAGES_FIRST, WORDS
from hrd_cases.oversight.words import SYSTEM, office_names, word

PER_PAGE = 50


class Search(NamedTuple):
    """What the auditor looks for; None means everything. `actor` is a member's id, or a word of SYSTEM; `about` the id
    of anything."""

    event: Event | None = None
    actor: uuid.UUID | str | None = None
    office: uuid.UUID | None = None
    day: date | None = None
    about: uuid.UUID | None = None

    @property
    def number(self) -> SQLColumnExpression[int]:
        """The column that an entry's number is read from, and the order: the index knows the numbers about a thing."""
        return AuditEntry.number if self.about is None else AuditSubject.number

    def query(self, zone: str) -> Select[int]:
        """The numbers of the entries looked for, whatever is asked by an index; the day is one of `zone`."""
        query = select(self.number).where(*self._conditions(zone))
        if self.about is None:
            return query
        entries = query.join(AuditEntry, AuditEntry.number == AuditSubject.number)
        return entries.where(AuditSubject.subject_id == self.about)

    def _conditions(self, zone: str) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.event is not None:
            found.append(AuditEntry.event == self.event.value)
        if isinstance(self.actor, uuid.UUID):
            found.append(AuditEntry.actor_id == self.actor)
        elif self.actor is not None:
            found += [AuditEntry.actor_id.is_(None), AuditEntry.actor == self.actor]
        if self.office is not None:
            found.append(AuditEntry.office_id == self.office)
        if self.day is not None:
            begins = datetime.combine(self.day, time(), ZoneInfo(zone))
            ends = datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(zone))
            found += [AuditEntry.at >= begins.astimezone(UTC), AuditEntry.at < ends.astimezone(UTC)]
        return found


@dataclass(frozen=True)
class Written:
    """A sealed part of a row that was written with an entry."""

    table: str
    row: uuid.UUID
    sleeve: str
    version: int
    hash: str


@dataclass(frozen=True)
class Shown:
    """One entry in words. `about`: what a page that was read is about; `subjects`: name and id of everything that finds
    this entry. `whole` is False if it does not follow from the entry before it or cannot be read."""

    number: int
    at: datetime | None = None
    who: str = "–"
    where: str = ""
    name: str = "–"
    sentence: str = ""
    about: tuple[str, ...] = ()
    subjects: tuple[tuple[str, uuid.UUID], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    writes: tuple[Written, ...] = ()
    hash: str = ""
    whole: bool = False


class Page(NamedTuple):
    """Entries from the newest to the oldest; `newer` and `older`: what the pages beside this one begin with."""

    entries: list[Shown]
    newer: int | None
    older: int | None


def page_of(session: Session, search: Search, zone: str, begins: int | None = None) -> Page:
    """The page whose newest entry is numbered `begins` at most; the newest page without it."""
    query = search.query(zone).order_by(search.number.desc()).limit(PER_PAGE + 1)
    if begins is not None:
        query = query.where(search.number <= begins)
    found = list(session.scalars(query))
    numbers, rest = found[:PER_PAGE], found[PER_PAGE:]
    newer = _newer(session, search, zone, numbers[0] if numbers else begins)
    return Page(in_words(session, numbers), newer, rest[0] if rest else None)


def _newer(session: Session, search: Search, zone: str, number: int | None) -> int | None:
    """The newest number of the page before the one that begins with `number`."""
    if number is None:
        return None
    query = search.query(zone).where(search.number > number)
    numbers = list(session.scalars(query.order_by(search.number).limit(PER_PAGE)))
    return numbers[-1] if numbers else None


def entry_shown(session: Session, number: int) -> Shown | None:
    exists = session.scalar(select(AuditEntry.number).where(AuditEntry.number == number))
    return in_words(session, [number])[0] if exists is not None else None


def in_words(session: Session, numbers: Sequence[int]) -> list[Shown]:
    """Entries as people read them, each checked against the one before it; a planted one does not spoil the others."""
    wanted = {*numbers, *(number - 1 for number in numbers)}
    # SQLite keeps anything in any column: text planted among blobs would end the query.
    blobs = (cast(AuditEntry.body, LargeBinary), cast(AuditEntry.hash, LargeBinary))
    rows = session.execute(select(AuditEntry.number, *blobs).where(AuditEntry.number.in_(wanted)))
    entries = {row[0]: _Kept(row[1], row[2]) for row in rows}
    bodies = {number: _body(entries[number]) for number in numbers}
    names = _names(session, bodies.values())
    return [_shown(number, entries, bodies[number], names) for number in numbers]


class _Kept(NamedTuple):
    """What is believed of an entry: nothing in its other columns is."""

    body: bytes
    hash: bytes


def _body(entry: _Kept) -> Body | None:
    try:
        return read_body(entry)
    except msgspec.MsgspecError:
        return None


def _follows(number: int, entries: Mapping[int, _Kept]) -> bool:
    """Does an entry follow from the one before it?"""
    before = entries[number - 1].hash if number - 1 in entries else bytes(32)
    return entries[number].hash == entry_hash(before, entries[number].body)


class _Names(NamedTuple):
    """Members' sign-in names and offices' names, by id as the trail writes it."""

    members: dict[str, str]
    offices: dict[str, str]

    def of(self, value: object) -> str:
        """A name, or the id as it is; nobody for None."""
        text = str(value)
        return self.members.get(text) or self.offices.get(text) or (text if value is not None else "–")


def _names(session: Session, bodies: Iterable[Body | None]) -> _Names:
    wanted: set[uuid.UUID] = set()
    for body in bodies:
        if body is not None:
            told = [
                part for value in body.fields.values() for part in (value if isinstance(value, tuple) else (value,))
            ]
            wanted |= {found for part in (body.actor_id, body.office_id, *told) if (found := _as_id(part)) is not None}
    members = session.execute(select(Member.id, Member.sign_in).where(Member.id.in_(wanted)))
    offices = {str(office_id): name for office_id, name in office_names(session).items()}
    return _Names({str(row.id): row.sign_in for row in members}, offices)


def _as_id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value)) if value is not None else None
    except ValueError:
        return None


def _shown(number: int, entries: Mapping[int, _Kept], body: Body | None, names: _Names) -> Shown:
    if body is None:
        return Shown(number)
    name, sentence = _words(body, names)
    subjects = body.fields.get("subjects")
    return Shown(
        number=number,
        at=body.at,
        who=names.of(body.actor_id) if body.actor_id else str(SYSTEM.get(body.actor, body.actor)),
        where=names.of(body.office_id) if body.office_id else "",
        name=name,
        sentence=sentence,
        about=tuple(names.of(subject) for subject in subjects) if isinstance(subjects, tuple) else (),
        subjects=tuple(sorted((names.of(subject), subject) for subject in subjects_of(body))),
        fields=tuple((name, _plain(value)) for name, value in body.fields.items()),
        writes=tuple(Written(*write[:4], write[4].hex()) for write in body.writes),
        hash=entries[number].hash.hex(),
        whole=body.number == number and _follows(number, entries),
    )


def _words(body: Body, names: _Names) -> tuple[str, str]:
    """The event's name and its sentence. Names inside keep their own direction of writing."""
    try:
        words = WORDS[Event(body.event)]
        fields = {field: f"\u2068{_said(field, value, names)}\u2069" for field, value in body.fields.items()}
        return str(words.name), str(FORM_READ if _reads_a_form(body) else words.sentence) % fields
    except (ValueError, LookupError):  # written by a newer programme, or not by us
        return body.event, body.event


def _reads_a_form(body: Body) -> bool:
    endpoint = str(body.fields.get("page", ""))
    place = places.get(endpoint) if body.event == Event.PAGE_READ else None
    return place is not None and place.form and endpoint not in PAGES_FIRST


def _said(field: str, value: object, names: _Names) -> str:
    return names.of(value) if field in {"member", "office"} else word(field, value)


def _plain(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
