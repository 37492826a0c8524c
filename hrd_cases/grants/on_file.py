"""The grants of a file on its page, on its print and on its timeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.brought import Part, Told, shows, tells
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Entry
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.bringing import PAGE, case_of, grants_named
from hrd_cases.grants.life import ENDED
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.words import told_of_paper, told_of_step


class OnFile(NamedTuple):
    """A grant of a file. Without a sheet: it cannot be read."""

    grant_id: uuid.UUID
    sheet: GrantSheet | None


class Grants(NamedTuple):
    """What the page of a file shows: those that have not ended, and those that have. `may_begin`: the file is looked
    after.
    """

    case_id: uuid.UUID
    still: list[OnFile]
    ended: list[OnFile]
    may_begin: bool


@shows(place=2)
def grants_on(session: Session, by: Visitor, file: Chains[Entry]) -> Part | None:
    """Its grants: each with its sum, its state and whose turn it is; and where one is asked for."""
    case = case_of(file)
    named = grants_named(session, file).items()
    found = [OnFile(one, GrantSheet(session, by, opened) if opened is not None else None) for one, opened in named]
    still = [one for one in found if one.sheet is None or one.sheet.state not in ENDED]
    ended = [one for one in found if one not in still]
    may_begin = case.state in UNDERWAY
    if not found and not may_begin:
        return None
    return Part("grants/_on_file.html", Grants(case.id, still, ended, may_begin), leads=bool(still))


@tells
def what_happened(session: Session, file: Chains[Entry]) -> Iterator[Told]:
    """Every step and every document of its grants. That one was begun says the file itself."""
    for grant_id, opened in grants_named(session, file).items():
        for step in opened.steps if opened is not None else ():
            yield Told(step.at, step.actor_id, partial(told_of_step, step), PAGE, {"grant_id": grant_id})
        for one in opened.payment.papers if opened is not None and opened.payment is not None else ():
            where = {"record_id": grant_id, "document_id": one.paper.document_id}
            yield Told(one.at, one.by_id, partial(told_of_paper, one.paper), "documents.show", where)
