"""The files a trial is about: others looked for and added, one taken off."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.card import Card
from hrd_cases.cases import finding, reference
from hrd_cases.cases.file import open_file
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused
from hrd_cases.forms import typed
from hrd_cases.trials import proceedings
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.forms.proceeding import FilesForm, TakeOffForm
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.proceedings import tie_of
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.proceeding import opened

ADD = "add"
MOST_OFFERED = 200
_NOTHING = (N_("Nothing was typed to look for."), N_("Write a name or a reference, one a line."))
_NONE_TICKED = (N_("No file is ticked."), N_("Tick those that are part of the trial."))


class Offered(NamedTuple):
    """A file that was found. `sure`: by its reference, or the only one of exactly this name, so that it is ticked."""

    card: Card
    sure: bool
    lines: frozenset[str]
    """What was typed that it fits."""


@desk.form("/trials/<uuid:proceeding_id>/files", needs=Permission.WORK_ON_CASE)
def files(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    """First they are looked for; what is ticked then joins the trial."""
    docket, now = opened(session, proceeding), datetime.now(UTC)
    form = FilesForm()
    if _joined_before(docket, form):
        return led_to("trials.show", proceeding_id=proceeding.id)
    found = _found(session, visitor, docket, form) if request.method == "POST" else []
    form.among((one.card.case_id, f"{one.card.name or _('Name withheld')} · {one.card.reference}") for one in found)
    adds = typed(form.act) == ADD
    if adds and done(form, lambda: _added(session, visitor, proceeding, form, now), "chosen"):
        many = len(form.chosen.said)
        say(ngettext("%(num)d file joined the trial.", "%(num)d files joined the trial.", many))
        return led_to("trials.show", proceeding_id=proceeding.id)
    if request.method == "POST" and not adds:
        form.tick(one.card.case_id for one in found if one.sure)
        if not form.lines():
            form.refuse(Refused.of(_NOTHING), "sought")
    fits = frozenset[str]().union(*(one.lines for one in found))
    missed = [(line, reference.looks_like(line)) for line in form.lines() if line not in fits]
    back = url_for("trials.show", proceeding_id=proceeding.id)
    looked = request.method == "POST"
    return shown("trials/files.html", form, docket=docket, found=found, missed=missed if looked else [], back=back)


def _joined_before(docket: Docket, form: FilesForm) -> bool:
    """Is this the second press of a form? All that were ticked are part of the trial."""
    chosen = set(form.chosen.data or ())
    return typed(form.act) == ADD and bool(chosen) and chosen <= {str(one) for one in docket.trial.files}


def _found(session: Session, by: Visitor, docket: Docket, form: FilesForm) -> list[Offered]:
    """Files of the trial's office that are looked after and are no part of it yet."""
    office_id, there = docket.proceeding.office_id, set(docket.trial.files)
    found: dict[uuid.UUID, Offered] = {}
    for line in form.lines():
        fits = [
            one
            for one in fitting(session, by, line)
            if one.office_id == office_id and one.card.state in UNDERWAY and one.card.case_id not in there
        ]
        meant = [one.card.case_id for one in fits if one.why is finding.Why.REFERENCE or _is_named(one.card, line)]
        for one in fits:
            before = found.get(one.card.case_id, Offered(one.card, sure=False, lines=frozenset()))
            sure = before.sure or meant == [one.card.case_id]
            found[one.card.case_id] = Offered(one.card, sure, before.lines | {line})
    return list(found.values())[:MOST_OFFERED]


def _is_named(card: Card, line: str) -> bool:
    """Is this its name, letter by letter?"""
    return " ".join(card.name.split()).casefold() == " ".join(line.split()).casefold()


def fitting(session: Session, by: Visitor, line: str) -> Iterator[finding.Result]:
    """Files by a name or a reference; by their reference alone where it is one."""
    if not reference.looks_like(line) and len(line) < finding.LEAST_LETTERS:
        return
    results = finding.find(session, by, line[: finding.LONGEST])
    whole = [one for one in results.results if one.why is finding.Why.REFERENCE]
    yield from whole or (*results.results, *results.alike)


def _added(session: Session, by: Visitor, proceeding: Proceeding, form: FilesForm, now: datetime) -> None:
    if not form.chosen.said:
        raise Refused.of(_NONE_TICKED)
    cases = [session.get(Case, case_id) for case_id in form.chosen.said]
    known = [case for case in cases if case is not None and case.office_id == proceeding.office_id]
    if len(known) < len(cases):
        raise Absent("no file of this office")
    proceedings.add_files(session, by, proceeding, known, now)


@desk.form("/trials/<uuid:proceeding_id>/files/<uuid:case_id>/off", needs=Permission.WORK_ON_CASE)
def take_off(session: Session, visitor: Visitor, proceeding: Proceeding, case: Case) -> Response:
    docket, form = opened(session, proceeding), TakeOffForm()
    if case.id not in docket.trial.files:
        if request.method == "POST" and tie_of(open_file(session, case), proceeding.id) is not None:
            return led_to("trials.show", proceeding_id=proceeding.id)  # pressed twice
        raise Absent("no file of this trial")

    def act() -> None:
        proceedings.take_off(session, visitor, proceeding, case, typed(form.reason), datetime.now(UTC))

    if done(form, act, "reason"):
        say(_("The file is no part of the trial any more. What it says of it stays readable."))
        return led_to("trials.show", proceeding_id=proceeding.id)
    back = url_for("trials.show", proceeding_id=proceeding.id)
    name = open_file(session, case).name
    return shown("trials/take_off.html", form, docket=docket, case=case, name=name, back=back)
