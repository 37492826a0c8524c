"""The risk of a file: assessed, and renewed where nothing changed."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown


@desk.form("/<uuid:case_id>/risk", needs=Permission.WORK_ON_CASE)
def risk(session: Session, case: Case) -> Response:
    return shown("cases/show.html", file=open_file(session, case))
