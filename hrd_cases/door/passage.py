"""What the door keeps of one request, from its arrival to its answer's last header, and no longer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from flask import g
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.door.arrivals import Incoming
from hrd_cases.door.visitor import Visitor


class Noted(NamedTuple):
    """Something for the trail: it is written when the request's own transaction is over."""

    event: Event
    fields: dict[str, object]


Afterwards = Callable[[Session, Visitor], None]
"""What the house mends in a write transaction of its own, once a page that found it has been read."""


@dataclass
class Passage:
    """One request at the door.

    `cookie` is the one its answer leaves in the browser (None: nobody asked yet), `sets_cookie` says whether the answer
    has to set it. `bare`: the page is drawn without a visitor, who may be what failed. `form_kept`: was the form of a
    session that is gone kept? `taken` is the kept form that this request sends, or shows
    to be changed: then `kept_path` is where it goes. `to_say` waits for the next page;
    `was_said`: this page has said what waited. `files` came with its form, by the name of their field.
    """

    visitor: Visitor | None = None
    cookie: str | None = None
    sets_cookie: bool = False
    bare: bool = False
    form_kept: bool = False
    taken: uuid.UUID | None = None
    kept_path: str = ""
    after_reading: list[Noted] = field(default_factory=list)
    after_refusal: list[Noted] = field(default_factory=list)
    afterwards: list[Afterwards] = field(default_factory=list)
    also_about: list[uuid.UUID] = field(default_factory=list)
    to_say: list[tuple[str, str]] = field(default_factory=list)
    was_said: bool = False
    files: list[tuple[str, Incoming]] = field(default_factory=list)

    @property
    def shown_to(self) -> Visitor | None:
        """For whom pages are drawn."""
        return None if self.bare else self.visitor


def passage() -> Passage:
    """The passage of this request."""
    if "passage" not in g:
        g.passage = Passage()
    found: Passage = g.passage
    return found
