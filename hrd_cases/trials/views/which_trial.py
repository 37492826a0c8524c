"""Where a hearing is scheduled from the calendar: first in which trial."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import NamedTuple

from flask import request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.cases.shelves import circles
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.models import Office
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.overview import TrialSheet
from hrd_cases.trials.views.desk import desk

PAGE_SIZE = 25
"""Trials are opened for it."""
FEW = 3
"""Files of a trial that are named; the others are counted."""


class Found(NamedTuple):
    """Trials of an office that have not ended, the newest first; so many could not be read. `page` of `last`."""

    trials: list[TrialSheet]
    unread: int
    page: int
    last: int


@desk.get("/hearings/new", needs=Permission.SEE_CASES)
def which_trial(session: Session, visitor: Visitor) -> Response:
    """The trials of an office, each leading to its form."""
    mine = list(circles(visitor)) or [visitor.office_id]
    office_id = next((one for one in mine if str(one) == request.args.get("office")), mine[0])
    return shown(
        "trials/which_trial.html",
        found=_trials(session, visitor, office_id, request.args.get("page", 1, type=int)),
        office=office_id,
        seats={one: office.seat for one in mine if (office := session.get(Office, one)) is not None},
        href=lambda number: url_for("trials.which_trial", office=office_id, page=number),
        few=FEW,
    )


def _trials(session: Session, by: Visitor, office_id: uuid.UUID, wanted: int) -> Found:
    of = Proceeding.office_id == office_id
    number = session.scalar(select(func.count()).select_from(Proceeding).where(of)) or 0
    last = max(1, -(-number // PAGE_SIZE))
    page = min(max(1, wanted), last)
    newest = select(Proceeding).where(of).order_by(Proceeding.opened_at.desc(), Proceeding.id)
    trials: list[TrialSheet] = []
    unread = 0
    for proceeding in session.scalars(newest.limit(PAGE_SIZE).offset(PAGE_SIZE * (page - 1))).all():
        unread += 1
        with suppress(*UNREADABLE):
            sheet = TrialSheet(session, by, open_docket(session, proceeding))
            trials += [] if sheet.docket.has_ended else [sheet]
            unread -= 1
    return Found(trials, unread, page, last)
