"""`Desk`: has a Blueprint and offers only `get` and `form`. A route cannot exist without saying what it needs.

The walk of a request: guards → visitor → chores → load what the view's annotations name (404 to a stranger) → role
(403) → fresh second factor → view → audit → commit if the answer is below 400 → bytes leave.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, get_type_hints

import structlog
from flask import Blueprint, Flask, Response, current_app, g, make_response, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.door import guards
from hrd_cases.door.house import Sent, house
from hrd_cases.door.permissions import NEEDS_FRESH_FACTOR, Permission
from hrd_cases.door.said import forget_said, keep_said
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import (
    Absent,
    Forbidden,
    HrdError,
    MadeEarlier,
    NeedsSecondFactor,
    NotSignedIn,
    StaleToken,
    Tampered,
    TooLarge,
    Waiting,
)

log = structlog.get_logger()

Opener = Callable[[Session, Visitor, uuid.UUID], Any]
_openers: dict[type, Opener] = {}


def opens(kind: type) -> Callable[[Opener], Opener]:
    """Say how a row named in an address is opened for a visitor: the row, or None for whoever may not know of it."""

    def register(opener: Opener) -> Opener:
        _openers[kind] = opener
        return opener

    return register


class Place(NamedTuple):
    """One route: its view, what it needs, and what it does. `keeps`: may its form be kept when the session is gone?
    `always`: may it be sent from any page of ours, however old?
    """

    view: Callable[..., Any]
    needs: Permission
    prepare: Callable[..., Any] | None
    keeps: bool
    audited: bool
    wants: dict[str, type]
    always: bool = False


class Desk:
    """The routes of one feature."""

    places: dict[str, Place] = {}  # noqa: RUF012 - by endpoint, read by the generated table of routes × roles

    def __init__(self, name: str, url_prefix: str = "") -> None:
        self.name = name
        self.blueprint = Blueprint(name, __name__, url_prefix=url_prefix or None)

    def get(
        self, rule: str, *, needs: Permission, audited: bool = True
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page that changes nothing. `audited=False` only for pages without content (health, sign-in)."""
        return self._route(rule, ["GET"], lambda view: Place(view, needs, None, False, audited, _wanted(view)))

    def form(
        self,
        rule: str,
        *,
        needs: Permission,
        prepare: Callable[..., Any] | None = None,
        keeps: bool = True,
        audited: bool = True,
        always: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """GET and POST at one address. `prepare` does slow work (Argon2) on POST before the write transaction; its
        result is the view's argument `prepared`. `keeps=False` for forms with secrets: they are never kept.
        `always=True` for leaving alone: it works from the oldest tab, without that tab's token. It is still refused to
        other sites, whose requests carry no cookie of ours."""
        return self._route(
            rule,
            ["GET", "POST"],
            lambda view: Place(view, needs, prepare, keeps, audited, _wanted(view), always),
        )

    def _route(
        self, rule: str, methods: list[str], placed: Callable[[Callable[..., Any]], Place]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            place = placed(view)
            Desk.places[f"{self.name}.{view.__name__}"] = place

            def walk(**ids: Any) -> Response:
                if request.method == "HEAD" and "POST" in methods:
                    # A form's view asks whether it was posted; a request that is neither is not for it.
                    raise MethodNotAllowed(valid_methods=methods)
                return _post(place, ids) if request.method == "POST" else _get(place, ids)

            self.blueprint.add_url_rule(rule, view.__name__, walk, methods=methods)
            return view

        return register


def _wanted(view: Callable[..., Any]) -> dict[str, type]:
    hints = get_type_hints(view)
    names = inspect.signature(view).parameters
    missing = [name for name in names if name not in hints]
    if missing:
        raise TypeError(f"{view.__name__}: say the type of {', '.join(missing)}: the door loads by it")
    return {name: hints[name] for name in names}


@contextmanager
def _transaction(*, writes: bool) -> Iterator[tuple[Session, Visitor | None]]:
    """A session of the main store with its visitor, whose ring opens what it may."""
    rooms = house()
    store = rooms.database.main
    with rooms.database.shred.reading() as shred, store.writing() if writes else store.reading() as session:
        given = request.cookies.get(guards.COOKIE, "")
        visitor = rooms.find_visitor(session, shred, given) if given else None
        if visitor is not None:
            session.info["keys"] = visitor.ring
        act_as(session, visitor.actor if visitor else Actor())
        g.visitor = visitor
        yield session, visitor


class _RollBack(Exception):
    """Leaves a write transaction with the answer that undid it."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def _get(place: Place, ids: dict[str, Any]) -> Response:
    guards.cookie()
    with _after_chores(place) as (session, visitor):
        arguments = _authorised(place, session, visitor, ids)
        answer = make_response(current_app.ensure_sync(place.view)(**arguments))
    if visitor is not None:
        _leave_trace(place, visitor, ids, answer.status_code)
    return answer


def _post(place: Place, ids: dict[str, Any]) -> Response:
    guards.check_before_body()
    guards.read_body()
    prepared = None
    with _after_chores(place) as (session, visitor):
        arguments = _authorised(place, session, visitor, ids)
        _check_token(place, visitor)
        if (
            visitor is not None
            and place.needs in NEEDS_FRESH_FACTOR
            and not visitor.has_fresh_factor(datetime.now(UTC))
        ):
            raise NeedsSecondFactor
        if place.prepare is not None:
            prepared = place.prepare(**_matching(place.prepare, arguments))
    try:
        return _carried_out(place, ids, prepared)
    except _RollBack as rolled:
        _record_refusals()
        audit_refusal(rolled.answer.status_code)
        return rolled.answer


def _carried_out(place: Place, ids: dict[str, Any], prepared: Any) -> Response:
    """What the view did, committed. Raises _RollBack with an answer of 400 or more."""
    with _transaction(writes=True) as (session, visitor):
        arguments = _authorised(place, session, visitor, ids)
        if "prepared" in place.wants:
            arguments["prepared"] = prepared
        _take_kept(session, visitor)
        answer = make_response(current_app.ensure_sync(place.view)(**arguments))
        if answer.status_code >= 400:
            raise _RollBack(answer)
        if visitor is not None:
            house().touch(session, visitor)
        keep_said(session)
    return answer


def _check_token(place: Place, visitor: Visitor | None) -> None:
    """The form was made for this session. One made just before it was unlocked, in another tab, is kept instead."""
    if place.always or guards.token_fits():
        return
    if visitor is not None and guards.token_fits(*visitor.earlier_tokens):
        raise MadeEarlier
    raise StaleToken("this form was made for another session")


def _take_kept(session: Session, visitor: Visitor | None) -> None:
    """A kept form goes with the commit of what it does: sent twice, it does it once. If it is refused, it stays."""
    kept = guards.kept_id()
    if visitor is not None and kept is not None:
        house().take_kept(session, visitor, kept, request.path)
        g.kept_form = kept


@contextmanager
def _after_chores(place: Place) -> Iterator[tuple[Session, Visitor | None]]:
    """A read transaction. What any member's request does for the house comes first: open what was handed to them, fold
    letters, renew circles. Mostly nothing waits, and then this is one transaction.
    """
    with _transaction(writes=False) as (session, visitor):
        if not _chores_wait(place, session, visitor):
            yield session, visitor
            return
    _do_chores()
    with _transaction(writes=False) as (session, visitor):
        yield session, visitor


def _chores_wait(place: Place, session: Session, visitor: Visitor | None) -> bool:
    if place.needs is Permission.ANYONE or visitor is None or visitor.waiting:
        return False
    waits = False
    with _whatever_fails():
        waits = house().chores_wait(session, visitor)
    return waits  # noqa: RET504 - False if it failed


def _do_chores() -> None:
    with _whatever_fails(), _transaction(writes=True) as (session, visitor):
        if visitor is not None:
            house().do_chores(session, visitor)
            house().touch(session, visitor)


@contextmanager
def _whatever_fails() -> Iterator[None]:
    """Chores are the house's, not the page's: one that cannot be done, because of a planted row or because a
    colleague's request did it in the same moment, is left for the next request. What a page relies on it checks itself.
    """
    try:
        yield
    except (HrdError, IntegrityError, OperationalError, StaleDataError) as error:
        log.error("chores failed", error=type(error).__name__, route=request.endpoint)  # noqa: TRY400 - no content
        if isinstance(error, Tampered):
            after_reading(Event.ALARM_RAISED, alarm="failed its check: chores")


def _authorised(place: Place, session: Session, visitor: Visitor | None, ids: dict[str, Any]) -> dict[str, Any]:
    """Sign-in, then what comes first, then existence, then role. Returns the view's arguments."""
    if place.needs is not Permission.ANYONE and visitor is None:
        raise NotSignedIn
    if visitor is not None and visitor.waits_before(place.needs):
        raise Waiting
    arguments: dict[str, Any] = {}
    office_id: uuid.UUID | None = None
    for name, kind in place.wants.items():
        if kind is Session:
            arguments[name] = session
        elif kind in (Visitor, Visitor | None):
            arguments[name] = visitor
        elif kind in _openers:
            arguments[name] = row = _opened(session, visitor, kind, ids[f"{name}_id"])
            belongs_to = getattr(row, "office_id", None) or row.id
            if office_id not in (None, belongs_to):
                # What one may do in the first row's office says nothing of the second's.
                raise Absent
            office_id = belongs_to
        elif name in ids:
            arguments[name] = ids[name]
    if visitor is not None and not visitor.allows(place.needs, office_id):
        raise Forbidden(place.needs.value)
    return arguments


def _opened(session: Session, visitor: Visitor | None, kind: type, row_id: uuid.UUID) -> Any:
    row = _openers[kind](session, visitor, row_id) if visitor is not None else None
    if row is None:
        raise Absent
    return row


def _matching(function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in inspect.signature(function).parameters}


def _leave_trace(place: Place, visitor: Visitor, ids: dict[str, Any], status: int) -> None:
    """No audit, no page: the finished answer is held until its entry is committed."""
    rooms = house()
    with rooms.database.main.writing() as session:
        act_as(session, visitor.actor)
        if place.audited:
            event = Event.PAGE_READ if status < 400 else Event.PAGE_REFUSED
            fields: dict[str, object] = {"page": request.endpoint, "subjects": tuple(str(v) for v in ids.values())}
            record(session, event, **fields | ({"status": status} if status >= 400 else {}))
        for noted, its_fields in g.pop("after_reading", []):
            record(session, noted, **its_fields)
        rooms.touch(session, visitor)
        forget_said(session)


def after_reading(event: Event, **fields: object) -> None:
    """What a page wants recorded beside the trace of its reading: that something on it failed its check."""
    g.setdefault("after_reading", []).append((event, fields))


def after_refusal(event: Event, **fields: object) -> None:
    """What a view wants recorded although its answer rolls everything back: a failed sign-in."""
    g.setdefault("after_refusal", []).append((event, fields))


def _record_refusals() -> None:
    noted = g.pop("after_refusal", [])
    if noted:
        with house().database.main.writing() as session:
            act_as(session, Actor())
            for event, fields in noted:
                record(session, event, **fields)


def audit_refusal(status: int, alarm: str = "") -> None:
    """Record after its rollback what a member was refused, and what must alarm whoever reads the trail. Strangers'
    wrong addresses are not recorded: they name nothing of ours.
    """
    visitor: Visitor | None = g.get("visitor")
    if visitor is None and not alarm:
        return
    subjects = tuple(str(value) for value in (request.view_args or {}).values())
    with house().database.main.writing() as session:
        act_as(session, visitor.actor if visitor else Actor())
        if alarm:
            record(session, Event.ALARM_RAISED, alarm=alarm)
        if visitor is not None:
            record(session, Event.PAGE_REFUSED, page=request.endpoint or "none", subjects=subjects, status=status)


def keep_form(dead_cookie: str) -> uuid.UUID | None:
    """Keep the form of this request for its member: of a session that is gone (its cookie given), or of the visitor at
    the door.

    Only with a valid token, only if its place keeps forms at all. Never raises: a form that cannot be kept is not kept.
    """
    if not keeps_here():
        return None
    visitor: Visitor | None = g.get("visitor")
    try:
        guards.check_before_body()
    except (StaleToken, TooLarge):
        return None
    if not guards.token_fits(*(visitor.earlier_tokens if visitor else ())):
        return None
    ours = (guards.TOKEN_FIELD, guards.KEPT_FIELD)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ours]
    with house().database.main.writing() as session:
        return house().keep(session, visitor, dead_cookie, Sent(request.path, fields, guards.kept_id()))


def keeps_here() -> bool:
    """May the form of this request be kept at all? Never one with secrets or files."""
    place = Desk.places.get(request.endpoint or "")
    return place is not None and place.keeps and request.mimetype == "application/x-www-form-urlencoded"


def place_at(path: str, method: str) -> Place | None:
    """Which route of ours answers at an address. Nothing is ever sent to another, and nobody led there."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(path, method=method) if adapter is not None else ("", {})
    except HTTPException:
        return None
    return Desk.places.get(endpoint)


def check_every_route(app: Flask) -> None:
    """Refuse to start with a route that no Desk has made. `static` alone is exempt: it serves built files."""
    strangers = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in Desk.places and rule.endpoint != "static"
    ]
    if strangers:
        raise TypeError(f"these routes do not go through a Desk: {', '.join(sorted(strangers))}")
