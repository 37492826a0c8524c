"""The life of a file: one page for each act of the table, and handing it to a colleague."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown


@desk.form("/<uuid:case_id>/step/<act>", needs=Permission.WORK_ON_CASE)
def step(session: Session, case: Case, act: str) -> Response:  # noqa: ARG001 - a beginning
    return shown("cases/show.html", file=open_file(session, case))


@desk.form("/<uuid:case_id>/hand-over", needs=Permission.WORK_ON_CASE)
def hand_to(session: Session, case: Case) -> Response:
    return shown("cases/show.html", file=open_file(session, case))
