"""A trial on the page, on the print and on the timeline of each of its files: written once, seen from every one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy.orm import Session

from hrd_cases.cases.brought import Part, Told, shows, tells
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.details import Tie
from hrd_cases.cases.life import IN_HAND
from hrd_cases.cases.models import Case, Entry
from hrd_cases.documents.papers import Paper
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.bringing import HEARING, PAGE, case_of, docket_of
from hrd_cases.trials.details import Hearing, Trial
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.overview import TrialSheet
from hrd_cases.trials.words import told_of_hearing, told_of_paper, told_of_trial


class OnFile(NamedTuple):
    """A trial that a file is part of. Without a sheet: it cannot be read."""

    proceeding_id: uuid.UUID
    sheet: TrialSheet | None


class Trials(NamedTuple):
    """What the page of a file shows. `may_begin`: the file is in hand."""

    case_id: uuid.UUID
    found: list[OnFile]
    may_begin: bool


@shows(place=1)
def trials_on(session: Session, by: Visitor, file: Chains[Entry]) -> Part | None:
    """Its trials: each with its next hearing; and where one is begun."""
    case = case_of(file)
    found = [_on_file(session, by, file, tie.said) for tie in file.all(Tie) if not tie.said.over]
    may_begin = case.state in IN_HAND
    if not found and not may_begin:
        return None
    return Part("trials/_on_file.html", Trials(case.id, found, may_begin), leads=bool(found))


def _on_file(session: Session, by: Visitor, file: Chains[Entry], tie: Tie) -> OnFile:
    docket = docket_of(session, file, tie.proceeding_id)
    return OnFile(tie.proceeding_id, TrialSheet(session, by, docket) if docket is not None else None)


@tells
def what_happened(session: Session, file: Chains[Entry]) -> Iterator[Told]:
    """What became of the trials of a file while it was part of them: their stages, hearings and results."""
    case = case_of(file)
    for tie in file.all(Tie):
        docket = docket_of(session, file, tie.said.proceeding_id) if not tie.said.over else None
        if docket is not None:
            yield from _told(docket, case)


def _told(docket: Docket, case: Case) -> Iterator[Told]:
    """Everything of before it joined too: it is its trial's own past."""
    at = {"proceeding_id": docket.proceeding.id}
    before = {entry.id: entry.details for entry in docket.entries}
    for entry in docket.entries:
        said, stood = entry.details, before.get(entry.corrects_id) if entry.corrects_id is not None else None
        if isinstance(said, Hearing) and not _same(said, stood):
            words = partial(told_of_hearing, said, stood if isinstance(stood, Hearing) else None)
            where = {**at, "hearing_id": docket.thing_of(entry.id)}
            yield Told(entry.written_at, said.acted_by or entry.author_id, words, HEARING, where)
        elif isinstance(said, Trial) and (not said.changed or case.id in said.changed):
            yield Told(entry.written_at, entry.author_id, partial(told_of_trial, said), PAGE, at)
        elif isinstance(said, Paper):
            where = {"record_id": said.about, "document_id": said.document_id}
            yield Told(entry.written_at, entry.author_id, partial(told_of_paper, said), "documents.show", where)


def _same(said: Hearing, stood: Any) -> bool:
    """Only its reminders were planned anew: nothing happened."""
    unsaid = {"reminders": (), "told": (), "acted_by": None}
    return isinstance(stood, Hearing) and replace(said, **unsaid) == replace(stood, **unsaid)
