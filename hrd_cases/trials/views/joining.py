"""A file joins a trial that is recorded already: found by a name or a reference of another of its files."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.card import Card
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused
from hrd_cases.forms import typed
from hrd_cases.trials import proceedings
from hrd_cases.trials.bringing import docket_of
from hrd_cases.trials.details import Trial
from hrd_cases.trials.forms.proceeding import JoinForm
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.files import fitting
from hrd_cases.trials.words import code, trial_name

JOIN = "join"
MOST_LOOKED_AT = 20
"""Files with such a name whose trials are read: beyond, a reference tells more."""
_NONE_CHOSEN = (N_("No trial is chosen."), N_("Choose the one that this file is part of."))


class Found(NamedTuple):
    """A trial, and the file by which it was found."""

    trial: Trial
    card: Card


@desk.form("/cases/<uuid:case_id>/trials/join", needs=Permission.WORK_ON_CASE)
def join(session: Session, visitor: Visitor, case: Case) -> Response:
    """First the trial is looked for; the one that is chosen is this file's too, from then on."""
    now, form = datetime.now(UTC), JoinForm()
    found = _found(session, visitor, case, typed(form.sought)) if request.method == "POST" else {}
    form.among((one, _called(trial)) for one, trial in found.items())
    joins = typed(form.act) == JOIN
    if joins and done(form, lambda: _joined(session, visitor, case, form, now), "chosen"):
        say(_("The file is part of the trial from now on."))
        return led_to("trials.show", proceeding_id=form.chosen.data)
    if request.method == "POST" and not joins:
        form.chosen.data = None
        form.validate()
    return shown("trials/join.html", form, case=case, found=found, back=url_for("cases.show", case_id=case.id))


def _found(session: Session, by: Visitor, case: Case, sought: str) -> dict[uuid.UUID, Found]:
    """Trials of this office, by the files that fit."""
    found: dict[uuid.UUID, Found] = {}
    results = (one for one in fitting(session, by, sought) if one.office_id == case.office_id)
    for result in islice(results, MOST_LOOKED_AT):
        other = session.get(Case, result.card.case_id)
        if other is None or other.id == case.id:
            continue
        file = open_file(session, other)
        for tie in (one.said for one in file.all(Tie) if not one.said.over):
            docket = docket_of(session, file, tie.proceeding_id)
            if docket is not None:
                found.setdefault(tie.proceeding_id, Found(docket.trial, result.card))
    return found


def _called(found: Found) -> str:
    """As it is told from others: its court, its stage, and by whom it was found."""
    stage, name = code(found.trial.stage, "stage"), found.card.name or _("Name withheld")
    return f"{trial_name(found.trial)} · {stage} · {name} · {found.card.reference}"


def _joined(session: Session, by: Visitor, case: Case, form: JoinForm, now: datetime) -> None:
    """Pressed twice, it joined with the first press."""
    if not form.chosen.data:
        raise Refused.of(_NONE_CHOSEN)
    proceeding = session.get(Proceeding, uuid.UUID(form.chosen.data))
    if proceeding is None or proceeding.office_id != case.office_id:
        raise Absent("no trial of this office")
    docket = docket_of(session, open_file(session, case), proceeding.id)
    if docket is None:
        proceedings.add_files(session, by, proceeding, [case], now)
