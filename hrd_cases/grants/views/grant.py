"""A grant on one page: what whoever decides needs, in that order, and what its reader may do."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants import acts
from hrd_cases.grants.deciding import Deciding
from hrd_cases.grants.handling import Handling
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import open_grant
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.views.desk import desk


def sheet_of(session: Session, visitor: Visitor, grant: Grant) -> GrantSheet:
    """A grant for a page: whoever has the file reads of it there, and the auditor finds that by the file too.

    Whoever presses holds it before it is read: what was shown is compared with what is signed, and nobody else comes in
    between.
    """
    if request.method == "POST":
        acts.hold(session, grant)
    sheet = GrantSheet(session, visitor, open_grant(session, grant, visitor.charters))
    if sheet.file is not None:
        also_about(sheet.file.case.id)
    return sheet


@desk.get("/grants/<uuid:grant_id>", needs=Permission.SEE_GRANT)
def show(session: Session, visitor: Visitor, grant: Grant) -> Response:
    sheet = sheet_of(session, visitor, grant)
    return shown("grants/show.html", sheet=sheet, deciding=Deciding(sheet), handling=Handling(sheet))
