"""Which circles need a new seed before anything more is written under them. Read from charters, not from a mark alone:
whoever writes the tables can take a mark away.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.keys.chain import Charters, Revocations, Steps
from hrd_cases.keys.charter import MIN_HEADS, Charter, CircleEntry, Signer, days_meet
from hrd_cases.keys.models import Circle
from hrd_cases.keys.roles import CIRCLE_ROLES, HEADS, CircleName, OfficeKind

_MOST_KEPT = 1000
_outgrown_before: dict[tuple[bytes, date, frozenset[tuple[Signer, int]]], frozenset[uuid.UUID]] = {}


def due_circles(session: Session, charters: Charters, charter: Charter, today: date) -> frozenset[uuid.UUID]:
    """Circles of an office, by id, that were never made, are marked as due, or whose seed somebody knows who left."""
    ids = [entry.circle_id for entry in charter.circles]
    marked = session.scalars(select(Circle.id).where(Circle.id.in_(ids), Circle.due_since.is_not(None)))
    unmade = {entry.circle_id for entry in charter.circles if not entry.epoch}
    return frozenset(unmade).union(marked, outgrown(charters, charter, today))


def outgrown(charters: Charters, charter: Charter, today: date) -> frozenset[uuid.UUID]:
    """Circles whose seed somebody knows who is no longer entitled to it."""
    steps = charters.steps(charter.office_id)
    revoked = charters.signed_revocations(charter)
    gone = ((who, numbers.get(charter.office_id, 0)) for who, numbers in revoked.items())
    key = (steps[-1].hash, today, frozenset(gone))
    if key not in _outgrown_before:
        if len(_outgrown_before) > _MOST_KEPT:
            _outgrown_before.clear()
        made = (entry for entry in charter.circles if entry.epoch)
        _outgrown_before[key] = frozenset(e.circle_id for e in made if outgrew(steps, e, revoked, today))
    return _outgrown_before[key]


def unnamed(charters: Charters, charter: Charter, today: date) -> tuple[Signer, ...]:
    """Seated keys whose access was ended and which the charter does not name as ended yet, in a stable order.

    While a table alone says it, whoever writes the tables can take it back; and what nobody signed who may, whoever
    writes the tables may have planted. Of headquarters' heads none is named whose
    naming would leave it with fewer than two: nobody could seat them again. Nothing else is waited for: what a damaged
    office loses by it comes back with the mark of somebody who has seen it; a head who was let in again does not go.
    """
    revoked = charters.signed_revocations(charter)
    found = {seat.holder for seat in charter.seats} & revoked.keys() - set(charter.ended)
    if charter.kind is OfficeKind.HEADQUARTERS:
        heads = {seat.holder for seat in charter.standing(today) if seat.role in HEADS}
        if len(heads - found) < MIN_HEADS:
            found -= heads
    return tuple(sorted(found))


def outgrew(steps: Steps, entry: CircleEntry, revoked: Revocations, today: date) -> bool:
    """Is there somebody who was entitled to this circle in its present epoch and is not any more?

    Their seat was taken or has ended, they have new keys because the old ones may be known, or their access was ended.
    Whom a charter names as ended knew every epoch that began before it, whatever a row says.
    """
    since = [step for step in steps if entry in step.charter.circles]
    began, newest = since[0].charter, since[-1].charter
    office = newest.office_id
    last = {who: numbers.get(office, began.number) for who, numbers in revoked.items()}
    now = _entitled(newest, entry.name, today) - last.keys()
    known = {
        who for step in since for who in _entitled_between(step.charter, entry.name, began.issued_at.date(), today)
    }
    return any(last.get(who, began.number) >= began.number for who in known - now)


def _entitled(charter: Charter, name: CircleName, today: date) -> frozenset[Signer]:
    return frozenset(_entitled_between(charter, name, today, today))


def _entitled_between(charter: Charter, name: CircleName, first: date, last: date) -> set[Signer]:
    """Whose seat holds on any day from `first` to `last`, both included."""
    return {
        Signer(seat.member_id, seat.fingerprint)
        for seat in charter.seats
        if seat.role in CIRCLE_ROLES[name]
        and seat.holder not in charter.ended
        and days_meet(seat.since, seat.until, first, last)
    }
