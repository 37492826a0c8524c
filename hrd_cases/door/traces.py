"""What a request leaves in the trail beside what its act records: pages read, pages refused, alarms."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from hrd_cases.audit.compare import keys_were_replaced
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.door.guards import COOKIE
from hrd_cases.door.house import house
from hrd_cases.door.page_names import told_as
from hrd_cases.door.passage import Afterwards, Noted, passage
from hrd_cases.door.places import Place
from hrd_cases.door.said import forget_said
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import HrdError, Tampered

_MOST_KEPT = 10_000
_alarmed: set[tuple[bytes, uuid.UUID]] = set()
"""Sessions, with the offices and members of whose damage their pages have told: once for each in a process, not once a
page."""


def is_alarming(error: Exception) -> bool:
    """Is it a fault in what is stored, or ours; and not a colleague's request in the same moment, or a key that is not
    there yet?
    """
    passing = (HrdError, IntegrityError, OperationalError, StaleDataError)
    return isinstance(error, Tampered) or not isinstance(error, passing)


def leave_trace(place: Place, visitor: Visitor, ids: dict[str, Any], status: int) -> None:
    """No audit, no page: the finished answer is held until its entry is committed."""
    rooms = house()
    with rooms.database.main.writing() as session:
        act_as(session, visitor.actor)
        if place.audited:
            event = Event.PAGE_READ if status < 400 else Event.PAGE_REFUSED
            fields: dict[str, object] = {"page": told_as(request.endpoint), "subjects": subjects_in(ids)}
            record(session, event, **fields | ({"status": status} if status >= 400 else {}))
        noted, passage().after_reading = passage().after_reading, []
        for event, its_fields in noted:
            record(session, event, **its_fields)
        passed_over = {(visitor.session_id, office_id) for office_id in visitor.charters.passed_over} - _alarmed
        for _, office_id in sorted(passed_over):
            record(session, Event.ALARM_RAISED, alarm=f"failed its check: charter {office_id}")
        unsigned = _unsigned_revocations(session, visitor)
        for _, member_id in sorted(unsigned):
            record(session, Event.ALARM_RAISED, alarm=f"failed its check: revocation {member_id}")
        rooms.sessions.touch(session, visitor, request.cookies.get(COOKIE, ""))
        forget_said(session)
    if len(_alarmed) > _MOST_KEPT:
        _alarmed.clear()
    _alarmed.update(passed_over | unsigned)


def _unsigned_revocations(session: Session, visitor: Visitor) -> set[tuple[bytes, uuid.UUID]]:
    """Members whom a revocation keeps out that nobody signed who may. Whoever lost their keys signs nothing: of the end
    of those the trail tells.
    """
    found = {(visitor.session_id, who.member_id): row for who, row in visitor.charters.unsigned.items()}
    fresh = {named: row for named, row in found.items() if named not in _alarmed}
    return {named for named, row in fresh.items() if not keys_were_replaced(session, named[1], row)}


def subjects_in(ids: dict[str, Any]) -> tuple[str, ...]:
    """Without the words of an address: they tell what kind of entry is written, and in one that was refused anything
    may stand, a name too.
    """
    opaque = (value for value in ids.values() if not isinstance(value, str))
    return tuple(dict.fromkeys(str(subject) for subject in (*opaque, *passage().also_about)))


def after_reading(event: Event, **fields: object) -> None:
    """What a page wants recorded beside the trace of its reading: that something on it failed its check."""
    passage().after_reading.append(Noted(event, fields))


def afterwards(mend: Afterwards) -> None:
    """What a page wants mended once it has been read, and its reading told."""
    passage().afterwards.append(mend)


def also_about(*subjects: uuid.UUID) -> None:
    """What a page shows beside what its address names: its reading is recorded as one of these too, and the auditor
    finds it by each of them."""
    passage().also_about.extend(subjects)


def after_refusal(event: Event, **fields: object) -> None:
    """What a view wants recorded although its answer rolls everything back: a failed sign-in."""
    passage().after_refusal.append(Noted(event, fields))


def record_refusals() -> None:
    """Once the rollback is done."""
    noted, passage().after_refusal = passage().after_refusal, []
    if noted:
        with house().database.main.writing() as session:
            act_as(session, _actor())
            for event, fields in noted:
                record(session, event, **fields)


def audit_refusal(status: int, alarm: str = "") -> None:
    """Record after its rollback what a member was refused, and what must alarm whoever reads the trail. Strangers'
    wrong addresses are not recorded: they name nothing of ours.
    """
    visitor = passage().visitor
    if visitor is None and not alarm:
        return
    subjects = subjects_in(request.view_args or {})
    with house().database.main.writing() as session:
        act_as(session, _actor())
        if alarm:
            record(session, Event.ALARM_RAISED, alarm=alarm)
        if visitor is not None:
            fields: dict[str, object] = {"page": told_as(request.endpoint), "subjects": subjects}
            if visitor.suspended:
                record(session, Event.SUSPENDED_TURNED_AWAY, **fields)
            else:
                refused = Event.ACT_REFUSED if request.method == "POST" else Event.PAGE_REFUSED
                record(session, refused, **fields, status=status)


def _actor() -> Actor:
    """Whoever this request is of; a stranger if nobody is signed in."""
    visitor = passage().visitor
    return visitor.actor if visitor is not None else Actor()
