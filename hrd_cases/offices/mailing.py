"""Which reminders an office mails at once, beyond Today: its head chooses, and the trail alone keeps it.

Each room that reminds says in one place what can be chosen of it: `can_mail(Mails(…))`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.audit.trail import record
from hrd_cases.offices.models import Office


class Mails(NamedTuple):
    """The reminders of one room that can be mailed at once.

    `usual`: by code, are they where the head of an office said nothing? `called`: one of them in the reader's words.
    `again`: what is planned follows, once a choice is committed.
    """

    field: str
    title: str
    says: str
    usual: Mapping[str, bool]
    called: Callable[[str], str]
    again: Callable[[Session, uuid.UUID], None]


_rooms: list[Mails] = []


def can_mail(room: Mails) -> None:
    _rooms.append(room)


def rooms() -> list[Mails]:
    """Those of later rooms first: their hours are the nearer ones."""
    return _rooms[::-1]


def usual() -> dict[str, bool]:
    """By code, of every room: is it mailed at once where the head of an office said nothing?"""
    return {code: mails for room in rooms() for code, mails in room.usual.items()}


def mailed(session: Session, office: Office) -> frozenset[str]:
    """The rules that an office mails at once."""
    told = told_mails(session, office.id)
    return frozenset(code for code, mails in usual().items() if told.get(code, mails))


def choose(session: Session, office: Office, wanted: Collection[str]) -> bool:
    """Mail these at once, and no others. What is planned follows as colleagues come by. Whether it changed."""
    if frozenset(wanted) == mailed(session, office):
        return False
    more = tuple(code for code, mails in usual().items() if code in wanted and not mails)
    fewer = tuple(code for code, mails in usual().items() if code not in wanted and mails)
    record(session, Event.REMINDERS_SET, office=office.id, mailed=more, quiet=fewer)
    for room in rooms():
        room.again(session, office.id)
    return True
