"""A case file on one page, to read and to print."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown


@desk.get("/<uuid:case_id>", needs=Permission.WORK_ON_CASE)
def show(session: Session, case: Case) -> Response:
    return shown("cases/show.html", file=open_file(session, case))


@desk.get("/<uuid:case_id>/print", needs=Permission.WORK_ON_CASE)
def print(session: Session, case: Case) -> Response:  # noqa: A001 - the endpoint's name
    return shown("cases/show.html", file=open_file(session, case))
