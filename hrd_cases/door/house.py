"""What the door needs from above and below, put together by the composition root (app.py)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from hrd_cases.db import Database
from hrd_cases.door.visitor import Visitor
from hrd_cases.settings import Settings


class Sent(NamedTuple):
    """A form as it was sent: the address, the fields in order, and which kept form it was made from, if any."""

    path: str
    fields: list[tuple[str, str]]
    again: uuid.UUID | None


_FOR_MACHINES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")


def is_typed(value: str) -> bool:
    """Did a person type or choose this, rather than a machine: is it neither empty nor an id or a hash?"""
    return bool(value.strip()) and not _FOR_MACHINES.fullmatch(value)


class Sessions(Protocol):
    """Who is there, by their cookie, and what a request leaves behind in their session."""

    def find_visitor(self, session: Session, shred: Session, cookie: str, /) -> Visitor | None: ...

    def touch(self, session: Session, visitor: Visitor, cookie: str, /) -> None: ...

    def say_next(self, session: Session, cookie: str, words: list[tuple[str, str]], most: int, /) -> None: ...

    def forget_said(self, session: Session, cookie: str, /) -> None: ...

    def keep_sought(self, session: Session, cookie: str, text: str, /) -> None: ...

    def ask_factor(self, session: Session, cookie: str, leads_to: str, /) -> None: ...


class KeptForms(Protocol):
    """Forms not sent yet: kept for the visitor, or for whose session the cookie was; taken back when they are sent,
    and dropped when the same was done without them."""

    def keep(self, session: Session, visitor: Visitor | None, cookie: str, sent: Sent, /) -> uuid.UUID | None: ...

    def take(self, session: Session, visitor: Visitor, kept_id: uuid.UUID, path: str, /) -> None: ...

    def sent(self, session: Session, kept_id: uuid.UUID, /) -> None: ...

    def done(self, session: Session, visitor: Visitor, sent: Sent, /) -> None: ...


class Chores(Protocol):
    """What any member's request does for the house first: is there anything, and everything there is."""

    def wait(self, session: Session, visitor: Visitor, /) -> bool: ...

    def do(self, session: Session, visitor: Visitor, /) -> None: ...


@dataclass(frozen=True)
class House:
    """What the door needs of the rooms around it."""

    settings: Settings
    database: Database
    sessions: Sessions
    kept: KeptForms
    chores: Chores


def house() -> House:
    return cast(House, current_app.extensions["hrd_cases"])


def install(app: Flask, built: House) -> None:
    app.extensions["hrd_cases"] = built
