"""A hearing as a file for somebody's own calendar: that the time is taken, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import make_response
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.ics import UIDS, Entry, calendar_file, is_over, sequence_of, uid_of
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.proceeding import opened

FILE_NAME = "event.ics"


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/calendar.ics", needs=Permission.WORK_ON_CASE)
def calendar_entry(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    docket = opened(session, proceeding)
    standing = docket.hearing(hearing.id)
    versions = [one.details for one in docket.versions(standing.id) if isinstance(one.details, Hearing)]
    entry = Entry(
        uid=uid_of(visitor.ring.name_key(proceeding.folder_id, UIDS), standing.id),
        title=house().settings.public_name,
        when=standing.said.when,
        zone=str(zone_of_office(session, proceeding.office_id)),
        sequence=sequence_of(versions),
        over=is_over(standing.said),
    )
    return as_file(entry, datetime.now(UTC))


def as_file(entry: Entry, now: datetime) -> Response:
    answer = make_response(calendar_file(entry, now))
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
