"""How every page answers: shown again with what was typed when a rule says no, led on when it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

import structlog
from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.door.traces import after_reading
from hrd_cases.errors import Changed, Refused, Sentence
from hrd_cases.forms import ActForm, Form, SignedForm

log = structlog.get_logger()


T = TypeVar("T")


class Outcome(NamedTuple, Generic[T]):
    """What an act came to that was carried out."""

    of: T


def outcome(form: Form, act: Callable[[], T], field: str | None = None) -> Outcome[T] | None:
    """What it came to, if it was sent, well formed, and done; else None. A rule's refusal is said at the form, and
    nothing typed is lost.
    """
    if not form.sent():
        return None
    try:
        return Outcome(act())
    except Refused as refused:
        form.refuse(refused, field)
        return None


def done(form: Form, act: Callable[[], object], field: str | None = None) -> bool:
    """Was it sent, well formed, and done? As `outcome`, where nothing more is asked of it."""
    return outcome(form, act, field) is not None


def on_what_was_read(act: Callable[[], T], changed: tuple[Sentence, Sentence]) -> T:
    """What it came to. Where somebody wrote first it is refused, with what is to be read and done again."""
    try:
        return act()
    except Changed as error:
        raise Refused.of(changed) from error


def shown(template: str, form: Form | None = None, status: int = 200, **values: Any) -> Response:
    """The page; 422, which undoes what the request did, if its form comes back with errors."""
    if form is not None:
        values["form"] = form
    return make_response(render_template(template, **values), 422 if form is not None and form.errors else status)


def led_to(endpoint: str, **ids: Any) -> Response:
    return redirect(url_for(endpoint, **ids), 303)


def confirm(
    act: Callable[[], object], after: Callable[[], Response], shows: tuple[object, ...] = (), **page: Any
) -> Response:
    """A page that says exactly what one press does, and the press. It does nothing if what the page `shows` of the
    tables has changed since it was read.

    `page`: title, name, says (paragraphs), warning, button, kind (of the button), back (endpoint, its ids).
    """
    form = SignedForm().shows(*shows) if shows else ActForm()
    if done(form, act):
        return after()
    return shown("confirm.html", form, **({"name": "", "warning": "", "kind": "primary"} | page))


def failed_check(what: str, row_id: object) -> None:
    """Security is told: in the log, and in the trail beside the trace of this reading."""
    log.error("something failed its check", route=request.endpoint or "none", error=what)
    after_reading(Event.ALARM_RAISED, alarm=f"failed its check: {what} {row_id}")
