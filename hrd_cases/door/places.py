"""Every route there is: what it needs, and what it does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, get_type_hints

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from hrd_cases.door.arrivals import Begin
from hrd_cases.door.permissions import Permission


def _never() -> bool:
    return False


class AtTheAct(NamedTuple):
    """What a form needs that is read once more before it is done: what waited for the authenticator comes back on its
    own page. `looks`: was a button pressed that does nothing? It is asked for no authenticator.
    """

    permission: Permission
    looks: Callable[[], bool] = _never


class Place(NamedTuple):
    """One route: its view, what it needs, and what it does. `keeps`: may its form be kept when the session is gone?
    `always`: may it be sent from any page of ours, however old? `largest`: bytes of its form, None: as any form's.
    `form`: does its page ask for an act? `files`: takes each file of its form as it comes, by its name; None: none may.
    `looks`: was what is sent only pressed to look at what would be done? None: whatever is sent there is done.
    """

    view: Callable[..., Any]
    needs: Permission
    prepare: Callable[..., Any] | None
    keeps: bool
    audited: bool
    wants: dict[str, type]
    always: bool = False
    largest: int | None = None
    form: bool = False
    files: Begin | None = None
    looks: Callable[[], bool] | None = None


places: dict[str, Place] = {}
"""By endpoint; `Desk` alone adds to it."""


def wanted(view: Callable[..., Any]) -> dict[str, type]:
    """What a view takes, by name: the door loads by the types."""
    hints = get_type_hints(view)
    names = inspect.signature(view).parameters
    missing = [name for name in names if name not in hints]
    if missing:
        raise TypeError(f"{view.__name__}: say the type of {', '.join(missing)}: the door loads by it")
    return {name: hints[name] for name in names}


def place_here() -> Place | None:
    """The route of this request."""
    return places.get(request.endpoint or "")


def place_at(path: str, method: str) -> Place | None:
    """Which route of ours answers at an address. Nothing is ever sent to another, and nobody led there."""
    return places.get(endpoint_at(path, method))


def endpoint_at(path: str, method: str) -> str:
    """The name of that route, "" if there is none: whatever a browser could read as another host's is no path."""
    if not path.startswith("/") or "//" in path or "\\" in path:
        return ""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(path, method=method) if adapter is not None else ("", {})
    except HTTPException:
        return ""
    return endpoint
