"""Asking the trail about one thing, for rules.

What has to have happened is looked up by the index (`about`): an index row leads nowhere unless the entry itself is
about that thing. What must never have happened is asked of the entries themselves (`ever_about`): a row taken out of
the index hides nothing. An entry that cannot be read, lacks a field of its event, or stands beside the chain says
nothing to a rule; the check of the trail names it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, Select, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.audit.trail import Body, blob_hash, read_body, subjects_of
from hrd_cases.keys.models import SleeveKey
from hrd_cases.keys.wraps import Wrapped, wrap_of

MOST_PASSED_OVER = 1_000
"""Rows given to somebody who never wrote them: more cost every file that is sent too much."""
ASKED_AT_ONCE = 100
"""Things of one question: SQLite takes no condition that is much longer, and anybody may plant rows to be asked of."""


class _Holds(FunctionElement[bool]):
    """Do these bytes stand somewhere in those? Only so many entries are read and decoded."""

    type = Boolean()
    inherit_cache = True


@compiles(_Holds, "sqlite")
def _on_sqlite(element: _Holds, compiler: Any, **given: Any) -> str:
    return f"instr({compiler.process(element.clauses, **given)}) > 0"


@compiles(_Holds, "postgresql")
def _on_postgresql(element: _Holds, compiler: Any, **given: Any) -> str:
    return f'pg_catalog."position"({compiler.process(element.clauses, **given)}) > 0'


def names_it(thing: uuid.UUID) -> ColumnElement[bool]:
    """Entries whose body has the id of a thing somewhere in it."""
    return _Holds(AuditEntry.body, literal(str(thing).encode()))


def about(session: Session, thing: uuid.UUID, *events: Event) -> Iterator[Body]:
    """Entries of these events about something, oldest first, as the index finds them."""
    indexed = _entries(events).join(AuditSubject, AuditSubject.number == AuditEntry.number)
    yield from readable(session, indexed.where(AuditSubject.subject_id == thing), thing)


def ever_about(session: Session, thing: uuid.UUID, *events: Event, since: int = 0) -> Iterator[Body]:
    """Entries of these events about something, oldest first, whatever the index says; those after entry `since`."""
    query = _entries(events).where(names_it(thing), AuditEntry.number > since)
    yield from readable(session, query, thing)


def every(session: Session, *events: Event) -> Iterator[Body]:
    """All entries of these events, oldest first."""
    yield from readable(session, _entries(events))


def about_each(session: Session, things: Iterable[uuid.UUID], *events: Event) -> dict[uuid.UUID, list[Body]]:
    """By each of many things the entries of these events about it, oldest first: found by the index, believed of the
    entries.
    """
    wanted = set(things)
    numbers = select(AuditSubject.number).where(AuditSubject.subject_id.in_(wanted))
    found: dict[uuid.UUID, list[Body]] = {}
    for body in readable(session, _entries(events).where(AuditEntry.number.in_(numbers))):
        for thing in wanted.intersection(subjects_of(body)):
            found.setdefault(thing, []).append(body)
    return found


def ever_about_any(session: Session, things: Collection[uuid.UUID], *events: Event) -> set[uuid.UUID]:
    """Of many things those that entries of these events are about, asked together, whatever the index says."""
    found: set[uuid.UUID] = set()
    asked = list(things)
    for start in range(0, len(asked), ASKED_AT_ONCE):
        query = _entries(events).where(or_(*map(names_it, asked[start : start + ASKED_AT_ONCE])))
        found.update(subject for body in readable(session, query) for subject in subjects_of(body))
    return found.intersection(asked)


def given_up(session: Session, folders: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these folders those that an act opened, and an act took the keys of away. Of the others somebody took the row
    from the table, or an entry from the trail.
    """
    opened, gone = set[uuid.UUID](), set[uuid.UUID]()
    asked = list(folders)
    for start in range(0, len(asked), ASKED_AT_ONCE):
        named = or_(*map(names_it, asked[start : start + ASKED_AT_ONCE]))
        for body in readable(session, select(AuditEntry).where(named, within_chain())):
            if body.event == Event.FOLDER_OPENED:
                opened.add(uuid.UUID(str(body.fields["folder"])))
            gone |= {row for table, row, _, version, _ in body.writes if table == _SLEEVE_KEYS and not version}
    return {one for one in asked if one in gone and one in opened}


def is_key_as_told(session: Session, key: Wrapped, since: int = 0) -> bool:
    """Is a wrapped key the one that entries after `since` tell of last?"""
    wrap = wrap_of(key)
    named = select(AuditEntry).where(names_it(wrap.row_id), AuditEntry.number > since, within_chain())
    bodies = readable(session, named.order_by(AuditEntry.number))
    told = [write[3:] for body in bodies for write in body.writes if write[:3] == (wrap.table, wrap.row_id, wrap.part)]
    return told[-1:] == [(1, blob_hash(wrap.sealed, wrap.tied))]


_SLEEVE_KEYS = SleeveKey.__tablename__


def last_by(session: Session, actor_id: uuid.UUID) -> Body | None:
    """The newest entry of somebody, as it says itself. A row beside the chain, or one that only its columns give to
    them, is none of theirs; so many of those are passed over.
    """
    theirs = select(AuditEntry).where(AuditEntry.actor_id == actor_id, within_chain())
    for most in (1, MOST_PASSED_OVER):
        query = theirs.order_by(AuditEntry.number.desc()).limit(most)
        found = next(readable(session, query), None)
        if found is not None:
            return found
    return None


def number_at(session: Session, moment: datetime) -> int:
    """The last number before a moment: what is asked of lately need not read every entry of its event. 0 if none is
    later: rather all than none.

    The column of moments says where to look, the entries there say whether it is so. Where they do not, the answer is
    looked for by halves, and where they cannot be read the number is lower, never higher.
    """
    last = select(AuditEntry.number).where(AuditEntry.at <= moment, within_chain())
    newest = last.order_by(AuditEntry.at.desc(), AuditEntry.number.desc()).limit(1)
    number = func.coalesce(newest.scalar_subquery(), 0)
    beside = select(AuditEntry).where(AuditEntry.number.between(number, number + 1), within_chain())
    said = [(body.number, body.at) for body in readable(session, beside.order_by(AuditEntry.number))]
    if said and said[0][0] == 1 and said[0][1] > moment:
        return 0
    if len(said) == 2 and said[0][1] <= moment < said[1][1]:
        return said[0][0]
    return _by_halves(session, moment)


def _by_halves(session: Session, moment: datetime) -> int:
    last = session.scalar(select(AuditHead.number)) or 0
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        found = _at_or_before(session, middle, low)
        if found is None or found.at > moment:
            high = middle - 1 if found is None else found.number - 1
        else:
            low = middle
    return low if low < last else 0


def _at_or_before(session: Session, number: int, above: int) -> Body | None:
    """The entry of this number, or the nearest before it that can be read."""
    near = AuditEntry.number.between(max(above + 1, number - _NEAR), number)
    return next(readable(session, select(AuditEntry).where(near).order_by(AuditEntry.number.desc())), None)


_NEAR = 20


def readable(session: Session, query: Select[AuditEntry], thing: uuid.UUID | None = None) -> Iterator[Body]:
    """What the entries of a query say, in its order; with `thing`, of those that are about it."""
    for entry in session.scalars(query):
        body = whole(entry)
        if body is not None and (thing is None or thing in subjects_of(body)):
            yield body


def whole(entry: AuditEntry) -> Body | None:
    """What an entry says, if its columns say the same; None for one that nobody of ours wrote so."""
    try:
        body = read_body(entry)
    except msgspec.MsgspecError:
        return None
    same = (body.number, body.event, body.actor_id) == (entry.number, entry.event, entry.actor_id)
    return body if same else None


def within_chain() -> ColumnElement[bool]:
    """Before the first entry and after the last stands nothing that the house wrote."""
    return AuditEntry.number.between(1, select(AuditHead.number).scalar_subquery())


def _entries(events: Iterable[Event]) -> Select[AuditEntry]:
    of = AuditEntry.event.in_([event.value for event in events])
    return select(AuditEntry).where(of, within_chain()).order_by(AuditEntry.number)
