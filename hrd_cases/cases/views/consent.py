"""What somebody agreed to, and the conversations in which they said so."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown


@desk.get("/<uuid:case_id>/consent", needs=Permission.WORK_ON_CASE)
def consent(session: Session, case: Case) -> Response:
    return shown("cases/show.html", file=open_file(session, case))
