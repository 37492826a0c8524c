"""What this member began and nobody else knows of: forms that were not sent, drafts where a life is in danger."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.accounts.kept import kept_forms, read_kept
from hrd_cases.cases.drafts import Lying
from hrd_cases.cases.risk import Level
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered

NAMED, URGENT = "name", "urgency"
"""The fields of the quick path that say whom it is about and how urgent it is."""


class Unsent(NamedTuple):
    """A form that was not sent yet. `name` and `urgency` of a file that it would have opened; "" otherwise."""

    name: str = ""
    urgency: str = ""


def unsent(session: Session, visitor: Visitor) -> list[Unsent]:
    """The most urgent first. What fails its check is told of all the same: its own page says so."""
    found = []
    for row in kept_forms(session, visitor.member_id):
        try:
            said = dict(read_kept(row, visitor.ring.keys).fields)
        except Tampered:
            said = {}
        urgency = said.get(URGENT, "")
        opens = urgency in set(Level)
        found.append(Unsent(said.get(NAMED, "") if opens else "", urgency if opens else ""))
    return sorted(found, key=lambda one: -Level(one.urgency).rank if one.urgency else 1)


def critical(drafts: list[Lying]) -> list[Lying]:
    """Of one's own drafts those that a life may hang on."""
    return [one for one in drafts if one.urgency == Level.CRITICAL]
