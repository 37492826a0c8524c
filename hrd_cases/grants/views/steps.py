"""Steps of the side that asks: submitted, changed on its way, asked and answered, withdrawn, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.views.around import around_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct
from hrd_cases.door.said import say
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import Form, in_words, typed
from hrd_cases.grants import acts
from hrd_cases.grants.completeness import missing
from hrd_cases.grants.deciding import Deciding
from hrd_cases.grants.forms.step import ChangeForm, SayForm, SubmitForm
from hrd_cases.grants.life import GRANTED, Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.signing import encoded
from hrd_cases.grants.views.asking import asked_in
from hrd_cases.grants.views.desk import desk
from hrd_cases.grants.views.grant import sheet_of
from hrd_cases.grants.views.pressed import FIRST, pressed_before, read_at
from hrd_cases.grants.weighing import Given


class Missing(NamedTuple):
    """Something that a request does not say yet: the sentence, the page on which it is written, and its field there."""

    says: Any
    page: str
    field: str


MISSING = {
    "purpose": Missing(_l("Choose what it is for"), "grants.request", "purpose"),
    "beneficiary": Missing(_l("Choose whom it helps"), "grants.request", "beneficiary"),
    "why_now": Missing(_l("Write why it is needed now"), "grants.request", "why_now"),
    "spent_reason": Missing(_l("Write why something was paid for before"), "grants.request", "spent_reason"),
    "lines": Missing(_l("Add at least one line with a price"), "grants.lines", "lines-0-category"),
    "descriptions": Missing(_l("Write what each line is"), "grants.lines", "lines-0-description"),
    "payee": Missing(_l("Write who gets the money"), "grants.paid", "payee"),
    "channel": Missing(_l("Choose how it is paid"), "grants.paid", "channel"),
    "wording": Missing(_l("Take the name of somebody out of the words on the transfer"), "grants.paid", "wording"),
    "danger": Missing(_l("Say what receiving it may bring"), "grants.paid", "danger"),
    "danger_text": Missing(_l("Write what the danger is"), "grants.paid", "danger_text"),
}
"""By the names of `completeness.missing`."""


@desk.form("/grants/<uuid:grant_id>/submit", needs=AtTheAct(Permission.SUBMIT_GRANT))
def submit(session: Session, visitor: Visitor, grant: Grant) -> Response:
    """Everything once more, what is missing linked to where it is written, and one press."""
    sheet, asked = sheet_of(session, visitor, grant), asked_in(grant)
    form = SubmitForm(made_from=str(sheet.made_from)).shows(encoded(asked.story).hex(), encoded(asked.payment).hex())
    if pressed_before(sheet, visitor, Act.SUBMIT, form):
        return _to(grant)
    if _stepped(session, visitor, sheet, Act.SUBMIT, Given, form):
        say(_("Submitted. Finance and the head of the office see it now; you see here whose turn it is."))
        return _to(grant)
    refused = next((one.refused for one in sheet.offers if one.act is Act.SUBMIT), None)
    page: dict[str, Any] = {
        "missing": [MISSING[name] for name in missing(*asked, sheet.weighing.on_file())],
        "twins": Deciding(sheet).twins,
        "agreed": sheet.weighing.agreed(),
        "refused": " ".join(in_words(refused)) if refused is not None else "",
        "may": Act.SUBMIT in sheet.may,
    }
    return shown("grants/submit.html", form, sheet=sheet, back=_back(grant), **page)


def _stepped(
    session: Session, by: Visitor, sheet: GrantSheet, act: Act, given: Callable[[], Given], form: Form
) -> bool:
    """Was it sent, and the step taken? Where somebody took one first, the page comes again as it is now."""
    now = datetime.now(UTC)
    read = read_at(form, sheet)
    try:
        return outcome(form, lambda: acts.take_act(session, by, sheet.grant, read, act, given(), now)) is not None
    except Changed:
        form.refuse(str(FIRST))
        form["made_from"].data = str(sheet.made_from)
        return False


def _to(grant: Grant) -> Response:
    return led_to("grants.show", grant_id=grant.id)


def _back(grant: Grant) -> tuple[str, str]:
    return url_for("grants.show", grant_id=grant.id), str(_("Emergency grant"))


# -- changed on its way


@desk.form("/grants/<uuid:grant_id>/change", needs=AtTheAct(Permission.SUBMIT_GRANT))
def change(session: Session, visitor: Visitor, grant: Grant) -> Response:
    """Another payee or sum. What it makes void is said before."""
    sheet, asked = sheet_of(session, visitor, grant), asked_in(grant)
    around = around_of(session, visitor, sheet.file, sheet.now) if sheet.file is not None else None
    form = ChangeForm.of(asked, around, made_from=str(sheet.made_from))
    if pressed_before(sheet, visitor, Act.CHANGE, form):
        return _to(grant)
    _check_offered(sheet, Act.CHANGE)
    if _stepped(session, visitor, sheet, Act.CHANGE, lambda: _changed(sheet, form), form):
        say(_("Changed. It was submitted anew: finance looks at it again, and whoever decides."))
        return _to(grant)
    voids = sheet.state in GRANTED
    return shown("grants/change.html", form, sheet=sheet, back=_back(grant), voids=voids)


def _changed(sheet: GrantSheet, form: ChangeForm) -> Given:
    over = form.over(asked_in(sheet.grant))
    return Given(text=typed(form.text), story=over.story, payment=over.payment)


def _check_offered(sheet: GrantSheet, act: Act) -> None:
    """Refused with its sentence if this member cannot do it now, whatever they type."""
    refused = acts.refused(sheet.session, sheet.by, sheet.opened, act, sheet.now)
    if refused is not None:
        raise refused


# -- said


class Says(NamedTuple):
    """An act that is done with a few words: what its page says, and what is written there."""

    title: Any
    explains: tuple[Any, ...]
    label: Any
    hint: Any
    button: Any
    done: Any
    kind: str = "primary"
    optional: bool = False


SAYS = {
    Act.ASK: Says(
        _l("Ask something"),
        (_l("Whoever asked for the grant sees it, and answers. The clock of the decision goes on."),),
        _l("What do you want to know?"),
        "",
        _l("Ask"),
        _l("Asked. The answer will stand on this page."),
    ),
    Act.ANSWER: Says(
        _l("Answer what was asked"),
        (_l("Whoever asked sees it. The clock of the decision went on meanwhile."),),
        _l("Your answer"),
        _l("What is asked for cannot be changed by an answer. Change the payee or the sum, if it has to be another."),
        _l("Answer"),
        _l("Answered."),
    ),
    Act.WITHDRAW: Says(
        _l("Withdrawn by the defender"),
        (
            _l(
                "The defender, or whoever it was for, does not want it any more. It ends, and cannot be taken up again."
            ),
            _l("An approval and a release are void then: what is not paid goes back to the budget."),
        ),
        _l("What they said"),
        _l("If they said why. Nobody has to give a reason."),
        _l("Record that it is withdrawn"),
        _l("It is withdrawn."),
        kind="warning",
        optional=True,
    ),
    Act.CANCEL: Says(
        _l("Cancel the grant"),
        (
            _l("It ends, and cannot be taken up again. Whoever asked for it is told."),
            _l("An approval and a release are void then: what is not paid goes back to the budget."),
        ),
        _l("Why"),
        _l("It is kept with the grant for good."),
        _l("Cancel it"),
        _l("It is cancelled."),
        kind="warning",
    ),
    Act.STOP: Says(
        _l("Pay no more of it"),
        (
            _l(
                "What was paid stays paid, and receipts for it are still due. What is not paid goes back to the budget."
            ),
            _l("If more is needed later, ask for it in a new request."),
            _l("It is also what you do where the defender wants no more of it: then write that they said so."),
        ),
        _l("Why"),
        _l("It is kept with the grant for good."),
        _l("Pay no more of it"),
        _l("No more of it is paid."),
        kind="warning",
    ),
}
"""What is done with words alone. Acts that are no keys here have pages of their own."""


@desk.form("/grants/<uuid:grant_id>/act/<act>", needs=AtTheAct(Permission.SIGN_GRANT))
def say_of(session: Session, visitor: Visitor, grant: Grant, act: str) -> Response:
    """One act of the table that needs a few words; refused with its sentence: who can, or what to do instead."""
    wanted = _wanted(act)
    sheet, says = sheet_of(session, visitor, grant), SAYS[wanted]
    form = SayForm.called(says.label, says.hint, made_from=sheet.made_from, optional=says.optional)
    if pressed_before(sheet, visitor, wanted, form):
        return _to(grant)
    _check_offered(sheet, wanted)
    if _stepped(session, visitor, sheet, wanted, lambda: Given(text=typed(form.text)), form):
        say(str(says.done))
        return _to(grant)
    return shown("grants/say.html", form, sheet=sheet, says=says, back=_back(grant), act=wanted)


def _wanted(named: str) -> Act:
    try:
        wanted = Act(named)
    except ValueError as error:
        raise Absent("no such act") from error
    if wanted not in SAYS:
        raise Absent("an act with a page of its own")
    return wanted
