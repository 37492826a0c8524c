"""A proceeding on one page: what it is, its next hearing, which files it is about."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.views.desk import desk


@desk.get("/trials/<uuid:proceeding_id>", needs=Permission.WORK_ON_CASE)
def show(session: Session, proceeding: Proceeding) -> Response:
    docket = open_docket(session, proceeding)
    return shown("trials/proceeding.html", docket=docket, trial=docket.trial)
