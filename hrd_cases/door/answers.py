"""Errors → pages, one table (DESIGN §2). Only `Refused` speaks in its own words; nothing here needs the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import Flask, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from hrd_cases.door import guards
from hrd_cases.door.house import house
from hrd_cases.door.keeping import keep_form, keeps_here, texts_again, texts_labelled, typed_here
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import place_here
from hrd_cases.door.traces import audit_refusal
from hrd_cases.door.words import WHO_CAN
from hrd_cases.errors import (
    Absent,
    Changed,
    ComesFirst,
    Destroyed,
    Forbidden,
    Locked,
    MadeEarlier,
    NeedsSecondFactor,
    NotSignedIn,
    Refused,
    StaleToken,
    Tampered,
    TooLarge,
    TooManyTries,
)
from hrd_cases.forms import in_words

log = structlog.get_logger()
PAGES = (400, 403, 404, 409, 413, 429, 500)


def install_answers(
    app: Flask, sign_in: Callable[[], Response], slowed: Callable[[int], Response | None] = lambda _: None
) -> None:
    """`sign_in` answers with the sign-in page, or the unlocking page of a locked session; `slowed` with a page that
    carries on what would be lost when somebody has to wait, None if nothing would."""
    app.register_error_handler(NotSignedIn, lambda _: _not_signed_in(sign_in))
    app.register_error_handler(ComesFirst, lambda _: _waiting())
    app.register_error_handler(NeedsSecondFactor, lambda _: _second_factor_first())
    app.register_error_handler(Absent, lambda absent: _refusal(404, _(absent.reason) if absent.reason else None))
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Refused, lambda refused: _refusal(409, *in_words(refused)))
    for changed in (Changed, StaleDataError, IntegrityError):
        app.register_error_handler(changed, lambda _: _refusal(409))
    app.register_error_handler(Locked, lambda _: _locked())
    app.register_error_handler(Destroyed, lambda _: _destroyed())
    app.register_error_handler(Tampered, _tampered)
    app.register_error_handler(MadeEarlier, lambda _: _made_earlier())
    app.register_error_handler(StaleToken, lambda _: _refusal(400))
    app.register_error_handler(TooLarge, lambda _: page(413))
    app.register_error_handler(TooManyTries, lambda error: _slowed(error, slowed))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def page(
    status: int,
    reason: str | None = None,
    who_can: str | None = None,
    seconds: int | None = None,
    *,
    bare: bool = False,
) -> Response:
    """An error page. Whoever is signed in keeps the menu, “Sign out” and “Leave now”; where that cannot be had, or with
    `bare`, it is a plain page, which stands when nothing else does."""
    if not bare:
        try:
            with _visitor_found():
                return _rendered(status, reason, who_can, seconds)
        except Exception as error:  # noqa: BLE001 - whatever it is: an error page must not fail
            log.warning("an error page without its frame", error=type(error).__name__, where=_where(error))
    passage().bare = True
    return _rendered(status, reason, who_can, seconds)


def _rendered(status: int, reason: str | None, who_can: str | None, seconds: int | None) -> Response:
    texts = _typed()
    text = render_template(f"errors/{status}.html", reason=reason, who_can=who_can, seconds=seconds, texts=texts)
    return make_response(text, status)


def _typed() -> list[tuple[str, str]]:
    """What was written into a form that is answered with an error, to be copied: many browsers forget it."""
    try:
        return [*texts_labelled(), *(("", text) for text in texts_again() or ())]
    except HTTPException:  # a body that cannot be read
        return []


@contextmanager
def _visitor_found() -> Iterator[None]:
    """Look anew who is there: the transaction of the request is over, and some are refused before anybody looked."""
    given = request.cookies.get(guards.COOKIE, "")
    if not given or guards.cross_site(request):
        passage().visitor = None
        yield
        return
    rooms = house()
    with rooms.database.shred.reading() as shred, rooms.database.main.reading() as session:
        passage().visitor = rooms.sessions.find_visitor(session, shred, given)
        yield


def _refusal(status: int, reason: str | None = None, who_can: str | None = None) -> Response:
    audit_refusal(status)
    return page(status, reason, who_can)


def _not_signed_in(sign_in: Callable[[], Response]) -> Response:
    if request.method == "POST":
        passage().form_kept = keep_form(request.cookies.get(guards.COOKIE, "")) is not None
    return sign_in()


def _waiting() -> Response:
    """The waiting page says what comes first, and leads to it."""
    audit_refusal(303)
    return redirect("/waiting", 303)


def _forbidden(error: Forbidden) -> Response:
    visitor = passage().visitor
    if visitor is not None and visitor.suspended:
        return _refusal(
            403,
            _("Your access is suspended. Nothing of yours is lost."),
            _("Call the head of your office, or headquarters. A head can restore it at once."),
        )
    who_can = WHO_CAN.get(Permission(error.permission))
    return _refusal(403, None, str(who_can) if who_can is not None else None)


def _second_factor_first() -> Response:
    """What was typed is kept, and comes next once the authenticator was asked. What was only pressed is not kept: its
    page comes next, to be read and pressed again; so does that of a form which is looked at before it is done."""
    kept = keep_form("")
    if kept is None and keeps_here() and typed_here():
        return _refusal(
            409,
            _("What you typed could not be kept: other forms of yours still wait to be sent."),
            _("Copy what stands below. Then send the others, or throw them away, under “Not sent yet”."),
        )
    place = place_here()
    page = "/change" if place is not None and place.looks is not None else ""
    then = f"/not-sent/{kept}{page}" if kept is not None else request.path
    with house().database.main.writing() as session:
        house().sessions.ask_factor(session, guards.cookie(), then)
    return redirect("/second-factor", 303)


def _made_earlier() -> Response:
    """From a tab that was open before the session was unlocked."""
    kept = keep_form("")
    if kept is None and not typed_here():
        return _refusal(400, _("This page was open before your session was unlocked. Nothing was changed."))
    return redirect(f"/not-sent/{kept}", 303) if kept is not None else _refusal(400)


def _locked() -> Response:
    return _refusal(
        403,
        _("Your session does not hold the key that opens this."),
        _("A colleague who holds it hands it over by signing in."),
    )


def _destroyed() -> Response:
    audit_refusal(409, alarm=f"its key is gone: {request.endpoint or 'none'}")
    return page(
        409,
        _("This cannot be opened any more: its key was destroyed. No colleague has it."),
        _("If nobody threw it away, call headquarters: it has to be put back from a backup."),
    )


def _tampered(error: Tampered) -> Response:
    log.error("something failed its check", route=request.endpoint or "none", where=_where(error))
    audit_refusal(409, alarm=f"failed its check: {request.endpoint or 'none'}")
    return page(
        409,
        _("Something here failed its check. Do not rely on it."),
        _("Security has been told. Call headquarters if this stops your work."),
    )


def _slowed(error: TooManyTries, slowed: Callable[[int], Response | None]) -> Response:
    answer = slowed(error.seconds) or page(429, seconds=error.seconds)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    answer = page(status if status in PAGES else 404 if status == 405 else 400 if status < 500 else 500)
    if status == 405:
        answer.status_code = 405
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer


def _broken(error: Exception) -> Response:
    """Nothing of what went wrong reaches the page; the log gets the kind and the place, never a value."""
    log.error("broken", route=request.endpoint or "none", error=type(error).__name__, where=_where(error))
    # A database that has just failed is not asked for the frame.
    return page(500, bare=isinstance(error, SQLAlchemyError))


def _where(error: Exception) -> str:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_qualname}:{step.tb_lineno}" if step is not None else "nowhere"
