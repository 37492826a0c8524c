"""A page of ours drawn inside the request for another one, which speaks of it: what its form is called, and of whom."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from flask import current_app, make_response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from hrd_cases.audit.events import Event
from hrd_cases.door.page_names import told_as
from hrd_cases.door.places import places
from hrd_cases.door.traces import after_reading, subjects_in
from hrd_cases.door.visitor import Visitor
from hrd_cases.door.walk import authorised
from hrd_cases.errors import HrdError
from hrd_cases.forms import typed_before

log = structlog.get_logger()


def shown_inside(session: Session, visitor: Visitor, path: str, typed: Iterable[tuple[str, str]]) -> str:
    """The page at an address of ours as this visitor reads it now, its form filled in with what was typed.

    "" if there is none, if it is not open to them, or if it only leads on. Reading it is recorded like
    reading it there.
    """
    try:
        endpoint, ids = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
        place = places[endpoint]
        with typed_before(MultiDict(typed)):
            answer = make_response(place.view(**authorised(place, session, visitor, dict(ids))))
    except (HTTPException, HrdError, KeyError) as error:
        log.info("a page is not shown inside another", error=type(error).__name__)
        return ""
    if answer.status_code not in (200, 422):
        return ""
    after_reading(Event.PAGE_READ, page=told_as(endpoint), subjects=subjects_in(dict(ids)))
    return str(answer.get_data(as_text=True))
