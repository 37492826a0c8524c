"""The walk of a request: guards → visitor → chores → load what the view's annotations name (404 to a stranger) → role
(403) → token → fresh second factor → slow work → view → audit → commit if the answer is below 400 → bytes leave.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Response, make_response, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, how_much_recorded
from hrd_cases.door import guards
from hrd_cases.door.house import Sent, house
from hrd_cases.door.keeping import typed_fields
from hrd_cases.door.opening import Opening, is_opened
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import NEEDS_FRESH_FACTOR, Permission
from hrd_cases.door.places import Place
from hrd_cases.door.said import keep_said
from hrd_cases.door.traces import after_reading, audit_refusal, is_alarming, leave_trace, record_refusals
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import (
    ComesFirst,
    Forbidden,
    MadeEarlier,
    NeedsSecondFactor,
    NotSignedIn,
    StaleToken,
)
from hrd_cases.logs import place_of

log = structlog.get_logger()


@contextmanager
def _transaction(*, writes: bool) -> Iterator[tuple[Session, Visitor | None]]:
    """A session of the main store with its visitor, whose ring opens what it may."""
    rooms = house()
    store = rooms.database.main
    with rooms.database.shred.reading() as shred, store.writing() if writes else store.reading() as session:
        given = request.cookies.get(guards.COOKIE, "")
        visitor = rooms.sessions.find_visitor(session, shred, given) if given else None
        if visitor is not None:
            session.info["keys"] = visitor.ring
        act_as(session, visitor.actor if visitor else Actor())
        passage().visitor = visitor
        yield session, visitor


class _RollBack(Exception):
    """Leaves a write transaction with the answer that undid it."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def read(place: Place, ids: dict[str, Any]) -> Response:
    guards.cookie()
    with _after_chores(place) as (session, visitor):
        arguments = authorised(place, session, visitor, ids)
        answer = make_response(place.view(**arguments))
    if visitor is not None:
        leave_trace(place, visitor, ids, answer.status_code)
        _mend_what_was_found()
    return answer


def send(place: Place, ids: dict[str, Any]) -> Response:
    guards.check_before_body(place.largest, files=place.files is not None)
    if place.files is not None:
        _may_send(place, ids)
    guards.read_body(place.files, _still_there)
    try:
        return _sent(place, ids)
    finally:
        guards.abandon_files()


def _may_send(place: Place, ids: dict[str, Any]) -> None:
    """Files are gigabytes: who sends them is known before they are read. Asked again when they are there."""
    with _transaction(writes=False) as (session, visitor):
        authorised(place, session, visitor, ids)
        _check_factor(place, visitor)


def _still_there() -> None:
    """A session does not lock while its member sends."""
    with _whatever_fails(), _transaction(writes=True) as (session, visitor):
        if visitor is not None:
            _touch(session, visitor)


def _check_factor(place: Place, visitor: Visitor | None) -> None:
    fresh = visitor is None or visitor.has_fresh_factor(datetime.now(UTC))
    if place.needs in NEEDS_FRESH_FACTOR and not fresh and not (place.looks is not None and place.looks()):
        raise NeedsSecondFactor


def _sent(place: Place, ids: dict[str, Any]) -> Response:
    """What a form that was read does."""
    prepared = None
    with _after_chores(place) as (session, visitor):
        arguments = authorised(place, session, visitor, ids)
        _check_token(place, visitor)
        _check_factor(place, visitor)
        if place.prepare is not None:
            prepared = place.prepare(**_matching(place.prepare, arguments))
    try:
        return _carried_out(place, ids, prepared)
    except _RollBack as rolled:
        record_refusals()
        audit_refusal(rolled.answer.status_code)
        return rolled.answer


def _carried_out(place: Place, ids: dict[str, Any], prepared: Any) -> Response:
    """What the view did, committed. Raises _RollBack with an answer of 400 or more."""
    with _transaction(writes=True) as (session, visitor):
        arguments = authorised(place, session, visitor, ids)
        if "prepared" in place.wants:
            arguments["prepared"] = prepared
        _take_kept(session, visitor)
        acted = _acts(session)
        answer = make_response(place.view(**arguments))
        if answer.status_code >= 400:
            raise _RollBack(answer)
        if visitor is not None:
            if acted():
                _drop_kept(place, session, visitor)
            _touch(session, visitor)
        keep_said(session)
    return answer


def _mend_what_was_found() -> None:
    """A page is not held up by what it found: mended is for whoever comes next."""
    wanted = passage().afterwards
    if wanted:
        with _whatever_fails(), _transaction(writes=True) as (session, visitor):
            for mend in wanted:
                if visitor is not None:
                    mend(session, visitor)


def _check_token(place: Place, visitor: Visitor | None) -> None:
    """The form was made for this session. One made just before it was unlocked, in another tab, is kept instead."""
    if place.always or guards.token_fits():
        return
    if visitor is not None and guards.token_fits(*visitor.earlier_tokens):
        raise MadeEarlier
    raise StaleToken("this form was made for another session")


def _take_kept(session: Session, visitor: Visitor | None) -> None:
    """A kept form goes with the commit of what it does: sent twice, it does it once. If it is refused, or led elsewhere
    without being done, it stays."""
    kept = guards.kept_id()
    if visitor is not None and kept is not None:
        house().kept.take(session, visitor, kept, request.path)
        passage().taken = kept


def _acts(session: Session) -> Callable[[], bool]:
    """Tells later whether anything was recorded or written in this transaction from now on."""
    recorded, written = how_much_recorded(session), []

    def note_statement(state: ORMExecuteState) -> None:
        if not state.is_select:
            written.append(True)

    def note_flush(*_: object) -> None:
        written.append(True)

    event.listen(session, "do_orm_execute", note_statement)
    event.listen(session, "after_flush", note_flush)

    def acted() -> bool:
        waits = session.new or session.dirty or session.deleted
        return bool(written or waits or how_much_recorded(session) > recorded)

    return acted


def _drop_kept(place: Place, session: Session, visitor: Visitor) -> None:
    """What was kept and says the same is done with now: nobody is asked to send it once more."""
    if (kept := passage().taken) is not None:
        house().kept.sent(session, kept)
    if place.keeps:
        house().kept.done(session, visitor, Sent(request.path, typed_fields(), None))


@contextmanager
def _after_chores(place: Place) -> Iterator[tuple[Session, Visitor | None]]:
    """A read transaction. What any member's request does for the house comes first: open what was handed to them, fold
    letters, renew circles. Mostly nothing waits, and then this is one transaction.
    """
    with _transaction(writes=False) as (session, visitor):
        waits = _chores_wait(place, session, visitor)
        if waits is False:
            yield session, visitor
            return
    if waits:
        _do_chores()
    # In a transaction of its own as well where the question failed: the database may let nothing more be read in that.
    with _transaction(writes=False) as (session, visitor):
        yield session, visitor


def _chores_wait(place: Place, session: Session, visitor: Visitor | None) -> bool | None:
    """None if that cannot be told."""
    if place.needs is Permission.ANYONE or visitor is None or visitor.waiting:
        return False
    waits = None
    with _whatever_fails():
        waits = house().chores.wait(session, visitor)
    return waits  # noqa: RET504 - None if it failed


def _do_chores() -> None:
    with _whatever_fails(), _transaction(writes=True) as (session, visitor):
        if visitor is not None:
            house().chores.do(session, visitor)
            _touch(session, visitor)


@contextmanager
def _whatever_fails() -> Iterator[None]:
    """Chores are the house's, not the page's: one that cannot be done, because of a planted row or because a
    colleague's request did it in the same moment, is left for the next request. What a page relies on it checks itself.
    Whatever it is that fails: no row, and no mistake of ours, shuts an office.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001
        kind, where = type(error).__name__, place_of(error)
        log.error("chores failed", error=kind, where=where, route=request.endpoint)  # noqa: TRY400 - no content
        if is_alarming(error):
            after_reading(Event.ALARM_RAISED, alarm="failed its check: chores")


def authorised(place: Place, session: Session, visitor: Visitor | None, ids: dict[str, Any]) -> dict[str, Any]:
    """Sign-in, then what comes first, then existence, then role. Returns the view's arguments."""
    if place.needs is not Permission.ANYONE and visitor is None:
        raise NotSignedIn
    if visitor is not None and visitor.waits_before(place.needs):
        raise ComesFirst
    arguments: dict[str, Any] = {}
    opening = Opening(session, visitor, ids)
    for name, kind in place.wants.items():
        if kind is Session:
            arguments[name] = session
        elif kind in (Visitor, Visitor | None):
            arguments[name] = visitor
        elif is_opened(kind):
            arguments[name] = opening.open(name, kind)
        elif name in ids:
            arguments[name] = ids[name]
    if visitor is not None and not visitor.allows(place.needs, opening.through):
        raise Forbidden(place.needs.value)
    return arguments


def _touch(session: Session, visitor: Visitor) -> None:
    house().sessions.touch(session, visitor, request.cookies.get(guards.COOKIE, ""))


def _matching(function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in inspect.signature(function).parameters}
