"""A request for emergency money: begun from a case file, written part by part, saved as a draft."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import request as sent
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.around import around_of
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.cases.writing import lock_case
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.grants import requests
from hrd_cases.grants.details import Story
from hrd_cases.grants.forms.request import LinesForm, PaidForm, Request, RequestForm, WhatForm, usual_currency
from hrd_cases.grants.models import Grant
from hrd_cases.grants.views.desk import desk
from hrd_cases.grants.views.grant import sheet_of

GO_ON = "go_on"
"""The button that saves and leads to the next part."""


class Part(NamedTuple):
    """A part of a request, on a page of its own. `after`: the endpoint of what is written next."""

    form: type[RequestForm]
    title: Any
    after: str


WHAT = Part(WhatForm, _l("What it is for, and why now"), "grants.lines")
LINES = Part(LinesForm, _l("What is needed, line by line"), "grants.paid")
PAID = Part(PaidForm, _l("Who gets the money, and how"), "grants.submit")


# -- begun


@desk.form("/cases/<uuid:case_id>/grants/new", needs=Permission.WORK_ON_CASE)
def begin(session: Session, visitor: Visitor, case: Case) -> Response:
    """What it is for, whom it helps, why now. Lines and payee follow on pages of their own."""
    file, now = open_file(session, case), datetime.now(UTC)
    around = around_of(session, visitor, file, now)
    form = WhatForm.of(_blank(visitor, file), around, made_from=str(uuid.uuid4()))
    if (begun := outcome(form, lambda: _begun(session, visitor, case, form, now))) is not None:
        say(_("The request is begun, and kept as a draft. Now say line by line what is needed."))
        return led_to("grants.lines", grant_id=begun.of)
    back = url_for("cases.show", case_id=case.id), str(_("Case file"))
    return shown("grants/request.html", form, case=case, title=_("Ask for an emergency grant"), back=back)


def _blank(by: Visitor, file: File) -> Request:
    """What stands in the form before anybody typed: for the defender, in the currency of their country."""
    defender = file.defender.id if file.defender is not None else None
    story = Story(case_id=file.case.id, author_id=by.member_id, beneficiary="defender", beneficiary_id=defender)
    return Request(story, requests.no_payment(usual_currency(file.profile.country)))


def _begun(session: Session, by: Visitor, case: Case, form: WhatForm, now: datetime) -> uuid.UUID:
    """Pressed twice, it leads to the one that the first press began."""
    grant_id = entry_id_of(by)
    lock_case(session, case)
    if session.get(Grant, grant_id) is None:
        grant = requests.begin(session, by, case, form.currency.data, now, grant_id=grant_id)
        asked = form.over(asked_in(grant))
        requests.save(session, by, grant, grant.version, asked.story, asked.payment, now)
    return grant_id


def asked_in(grant: Grant) -> Request:
    """What a grant asks for as it stands."""
    payment = grant.payment
    if payment is None:
        raise Absent("a request without its payment")
    return Request(grant.story, payment)


# -- written


@desk.form("/grants/<uuid:grant_id>/request", needs=Permission.WORK_ON_CASE)
def request(session: Session, visitor: Visitor, grant: Grant) -> Response:
    return _part(session, visitor, grant, WHAT)


@desk.form("/grants/<uuid:grant_id>/lines", needs=Permission.WORK_ON_CASE)
def lines(session: Session, visitor: Visitor, grant: Grant) -> Response:
    return _part(session, visitor, grant, LINES)


@desk.form("/grants/<uuid:grant_id>/payee", needs=Permission.WORK_ON_CASE)
def paid(session: Session, visitor: Visitor, grant: Grant) -> Response:
    return _part(session, visitor, grant, PAID)


def _part(session: Session, by: Visitor, grant: Grant, part: Part) -> Response:
    """One part, saved. Refused with a sentence for what is on its way, and for a colleague's draft."""
    sheet, now = sheet_of(session, by, grant), datetime.now(UTC)
    asked = asked_in(grant)
    around = around_of(session, by, sheet.file, now) if sheet.file is not None else None
    form = part.form.of(asked, around)
    requests.check_may_write(session, by, sheet.opened, now)
    beside: list[tuple[str, str, str]] = []
    try:
        if (wrote := outcome(form, lambda: _saved(session, by, grant, form, now))) is not None:
            return _saved_and(grant, asked, part, wrote=wrote.of)
    except Changed:
        beside = _both(part.form.of(asked, around, unread=True), form)
        form.refuse(_("Somebody wrote in this request first. Look at both, and save again what is right."))
        form.made_from.data = form.name_of(asked)
    back = url_for("grants.show", grant_id=grant.id), str(_("Emergency grant"))
    return shown("grants/request.html", form, title=part.title, back=back, sheet=sheet, beside=beside)


def _saved(session: Session, by: Visitor, grant: Grant, form: RequestForm, now: datetime) -> bool:
    """Whether anything was written. Raises Changed where this part says something else than when it was read."""
    asked, read = asked_in(grant), form.made_from.data
    over = form.over(asked)
    if read != form.name_of(asked) and over != asked:
        raise Changed("somebody wrote in this part of the request first")
    return requests.save(session, by, grant, grant.version, over.story, over.payment, now)


def _saved_and(grant: Grant, before: Request, part: Part, *, wrote: bool) -> Response:
    if wrote:
        say(_("Saved."))
    else:
        note(_("Nothing was changed."))
    if before.payment.lines and asked_in(grant).payment.currency != before.payment.currency:
        note(_("The currency is another one now. Look at the prices: they stayed as they were typed."))
    goes_on = part is not LINES or GO_ON in sent.form
    return led_to(part.after if goes_on else "grants.lines", grant_id=grant.id)


def _both(theirs: RequestForm, mine: RequestForm) -> list[tuple[str, str, str]]:
    """(label, what stands, what was typed) of everything in which the two differ."""
    stands, typed_in = theirs.in_words(), mine.in_words()
    labels = {name: label for name, (label, _words) in (*stands.items(), *typed_in.items())}
    both = ((label, stands.get(n, ("", ""))[1], typed_in.get(n, ("", ""))[1]) for n, label in labels.items())
    return [one for one in both if one[1] != one[2]]
