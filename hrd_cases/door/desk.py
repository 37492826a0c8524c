"""`Desk`: has a Blueprint and offers only `get` and `form`. A route cannot exist without saying what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule

from hrd_cases.door.arrivals import Begin
from hrd_cases.door.opening import ids_of, is_opened
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct, Place, places, wanted
from hrd_cases.door.walk import read, send


class Desk:
    """The routes of one feature."""

    def __init__(self, name: str, url_prefix: str = "") -> None:
        self.name = name
        self.blueprint = Blueprint(name, __name__, url_prefix=url_prefix or None)

    def get(
        self, rule: str, *, needs: Permission, audited: bool = True
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page that changes nothing. `audited=False` only for pages without content (health, sign-in)."""
        return self._route(rule, ["GET"], lambda view: Place(view, needs, None, False, audited, wanted(view)))

    def form(
        self,
        rule: str,
        *,
        needs: Permission | AtTheAct,
        prepare: Callable[..., Any] | None = None,
        keeps: bool = True,
        audited: bool = True,
        always: bool = False,
        largest: int | None = None,
        files: Begin | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """GET and POST at one address. `prepare` does slow work (Argon2) on POST before the write transaction; its
        result is the view's argument `prepared`. `keeps=False` for forms with secrets: they are never kept.
        `always=True` for leaving alone: it works from the oldest tab, without that tab's token. It is still refused to
        other sites, whose requests carry no cookie of ours. `largest` is for a form that may be larger than any other,
        or never is: bytes of its body, refused unread. `files` takes each file of the form as it comes, and `prepare`
        looks at them (`passage().files`); who sends is known before, and what is not kept by the end is abandoned.
        `AtTheAct` is for a form that is looked at before it is done: to look asks for no authenticator, and what was
        pressed after the look and waited for it comes back on its own page, to be looked at again."""
        permission, looks = needs if isinstance(needs, AtTheAct) else (needs, None)
        return self._route(
            rule,
            ["GET", "POST"],
            lambda view: Place(
                view, permission, prepare, keeps, audited, wanted(view), always, largest, True, files, looks
            ),
        )

    def _route(
        self, rule: str, methods: list[str], placed: Callable[[Callable[..., Any]], Place]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            place = placed(view)
            places[f"{self.name}.{view.__name__}"] = place

            def walk(**ids: Any) -> Response:
                if request.method == "HEAD" and "POST" in methods:
                    # A form's view asks whether it was posted; a request that is neither is not for it.
                    raise MethodNotAllowed(valid_methods=methods)
                return send(place, ids) if request.method == "POST" else read(place, ids)

            self.blueprint.add_url_rule(rule, view.__name__, walk, methods=methods)
            return view

        return register


def check_every_route(app: Flask) -> None:
    """Refuse to start with a route that no Desk has made, or whose address names what nobody opens. `static` alone is
    exempt: it serves built files."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    strangers = sorted(rule.endpoint for rule in rules if rule.endpoint not in places)
    if strangers:
        raise TypeError(f"these routes do not go through a Desk: {', '.join(strangers)}")
    for rule in rules:
        _check_ids(rule, places[rule.endpoint])


def _check_ids(rule: Rule, place: Place) -> None:
    """Every variable of an address is opened or taken by the view as it is; every row of the view has its address."""
    must: set[str] = set()
    may = {name for name, kind in place.wants.items() if kind in (int, str)}
    for name, kind in place.wants.items():
        if is_opened(kind):
            needed, perhaps = ids_of(name, kind)
            must, may = must | needed, may | perhaps
    wrong = (rule.arguments - may) | (must - rule.arguments)
    if wrong:
        raise TypeError(f"{rule}: nobody opens, or no address names: {', '.join(sorted(wrong))}")
