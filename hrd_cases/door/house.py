"""What the door needs from above and below, put together by the composition root (app.py)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from flask import current_app
from sqlalchemy.orm import Session

from hrd_cases.db import Database
from hrd_cases.door.visitor import Visitor
from hrd_cases.settings import Settings


class Sent(NamedTuple):
    """A form as it was sent: the address, the fields in order, and which kept form it was made from, if any."""

    path: str
    fields: list[tuple[str, str]]
    again: uuid.UUID | None


@dataclass(frozen=True)
class House:
    """`find_visitor` reads the session cookie in a transaction, `keep` seals a form whose session is gone, `take_kept`
    takes it back when it is sent, `touch` writes what a request leaves behind in the session row, `chores` is what any
    member's request does for the house first.
    """

    settings: Settings
    database: Database
    sessions: Any
    find_visitor: Callable[[Session, Session, str], Visitor | None]
    keep: Callable[[Session, Visitor | None, str, Sent], uuid.UUID | None]
    take_kept: Callable[[Session, Visitor, uuid.UUID, str], None]
    touch: Callable[[Session, Visitor], None]
    chores_wait: Callable[[Session, Visitor], bool]
    do_chores: Callable[[Session, Visitor], None]


def house() -> House:
    return cast(House, current_app.extensions["hrd_cases"])


def install(app: Any, built: House) -> None:
    app.extensions["hrd_cases"] = built
