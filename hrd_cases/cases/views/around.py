"""Who and what there is to choose from in the forms of a file."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.cases.details import (
    Source,
)
from hrd_cases.cases.file import File
from hrd_cases.cases.forms.entry import Around
from hrd_cases.cases.models import Case
from hrd_cases.cases.words import name_of
from hrd_cases.door.showing import failed_check
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.colleagues import names_of


def holds_sources(by: Visitor, case: Case) -> bool:
    return by.in_circle(case.office_id, CircleName.SOURCES)


def around_of(session: Session, by: Visitor, file: File, now: datetime) -> Around:
    """Who there is to choose from in this file."""
    seated = by.charters.of(file.case.office_id).caseworkers(now)
    members = sorted(names_of(session, seated).items(), key=lambda one: one[1])
    return Around(
        me=by.member_id,
        now=now,
        zone=by.zone,
        people=tuple((one.id, name_of(one.said)) for one in file.people),
        on_file=tuple(one.said for one in file.people),
        members=tuple(members),
        sources=tuple(_sources(file)) if holds_sources(by, file.case) else None,
        has_defender=file.defender is not None,
        defender=file.defender.id if file.defender is not None else None,
        whose=file.defender.said if file.defender is not None else None,
    )


def _sources(file: File) -> list[tuple[uuid.UUID, str]]:
    found = []
    for one in file.sources:
        try:
            told = file.sourced(one.id)
        except (Locked, Tampered):
            failed_check("source", one.id)
            told = None
        found.append((one.id, f"{one.said.label}: {told.name}" if isinstance(told, Source) else one.said.label))
    return found
