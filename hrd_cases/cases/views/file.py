"""A case file on one page, to read and to print; and everything that was ever written into it, page by page."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, cast

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases.brought import Told, told_of
from hrd_cases.cases.card import is_behind, make_again
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.overview import Sheet
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.shelves import circles
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import failed_check, shown
from hrd_cases.door.traces import after_reading, afterwards
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Locked
from hrd_cases.offices.colleagues import names_of

A_PAGE = 50
"""Entries on a page of the timeline."""


@desk.get("/<uuid:case_id>", needs=Permission.WORK_ON_CASE)
def show(session: Session, visitor: Visitor, case: Case) -> Response:
    sheet = _sheet(session, visitor, case)
    _mend_its_line(session, visitor, case)
    return shown("cases/show.html", sheet=sheet, case=case)


def _mend_its_line(session: Session, visitor: Visitor, case: Case) -> None:
    """What lists and Today say of it is made again where it is older than the file."""
    circle_id = circles(visitor).get(case.office_id)
    with suppress(Locked):
        if circle_id is not None and is_behind(session, circle_id, case):
            case_id: uuid.UUID = case.id
            afterwards(lambda session, _visitor: make_again(session, case_id, circle_id))


@desk.get("/<uuid:case_id>/print", needs=Permission.WORK_ON_CASE)
def print(session: Session, visitor: Visitor, case: Case) -> Response:  # noqa: A001 - the endpoint's name
    """For paper: marked on every page, numbered, the number in the trail. Sources only if they are asked for."""
    sheet = _sheet(session, visitor, case)
    sources = request.args.get("with") == "sources" and sheet.holds_sources
    number = new_reference()
    after_reading(Event.CASE_PRINTED, case=case.id, export=number, sources=sources)
    return shown("cases/print.html", sheet=sheet, case=case, number=number, sources=sources)


def _sheet(session: Session, visitor: Visitor, case: Case) -> Sheet:
    return Sheet(session, visitor, _opened(session, case), failed_check)


def _opened(session: Session, case: Case) -> File:
    file = open_file(session, case)
    for entry in file.damaged:
        failed_check("entry", entry.id)
    if file.missing:
        failed_check("file", case.id)
    return file


class Line(NamedTuple):
    """A line of the timeline. `closed`: why an entry cannot be read: "damaged", "locked" or "". `told`: what happened
    in another room, and belongs to the story of the file.
    """

    entry: Entry | None
    closed: str = ""
    corrected: bool = False
    told: Told | None = None

    @property
    def at(self) -> datetime:
        return self.told.at if self.told is not None else cast(Entry, self.entry).written_at

    @property
    def by_id(self) -> uuid.UUID | None:
        """Who it was; None where that cannot be read."""
        if self.told is not None:
            return self.told.by_id
        return cast(Entry, self.entry).author_id if not self.closed else None


@desk.get("/<uuid:case_id>/timeline/<int:page>", needs=Permission.WORK_ON_CASE)
def timeline(session: Session, case: Case, page: int) -> Response:
    file = _opened(session, case)
    lines = _lines(file, told_of(session, file))
    last = max(1, -(-len(lines) // A_PAGE))
    if not 1 <= page <= last:
        raise Absent("no such page")
    here = lines[(page - 1) * A_PAGE : page * A_PAGE]
    names = names_of(session, {line.by_id for line in here if line.by_id is not None})
    return shown("cases/timeline.html", case=case, lines=here, names=names, page=page, last=last,
                 href=lambda number: url_for("cases.timeline", case_id=case.id, page=number))  # fmt: skip


def _lines(file: File, told: list[Told]) -> list[Line]:
    """Everything ever written, the newest first; what cannot be read has its place too, and what happened elsewhere."""
    corrected = {entry.corrects_id for entry in file.entries}
    lines = [Line(entry, "", entry.id in corrected) for entry in file.entries]
    lines += [Line(entry, "damaged") for entry in file.damaged]
    lines += [Line(entry, "locked") for entry in file.locked]
    lines += [Line(None, told=one) for one in told]
    return sorted(lines, key=lambda line: (line.at, str(line.entry.id) if line.entry else ""), reverse=True)
