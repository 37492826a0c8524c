"""Steps of a grant that are signed by whoever decides, pays or collects, a page each: what is signed is read on it once
more, and who can where it is refused.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct
from hrd_cases.door.said import say
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import in_words, typed
from hrd_cases.grants import acts, asking_headquarters
from hrd_cases.grants.deciding import Deciding
from hrd_cases.grants.forms.signing import SheetForm, SigningForm
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.handling import Handling
from hrd_cases.grants.life import APPROVING, Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.papers import LOOKED_AT
from hrd_cases.grants.signing import encoded
from hrd_cases.grants.views.desk import desk
from hrd_cases.grants.views.grant import sheet_of
from hrd_cases.grants.views.pressed import FIRST, pressed_before, read_at
from hrd_cases.grants.weighing import Given
from hrd_cases.pages import euro

DOES: dict[Act, tuple[Any, ...]] = {
    Act.ASSESS: (_l("You answer the three tests. Whoever approves it then need not, and reads what you found."),),
    Act.APPROVE: (
        _l("You sign this sum and whom it goes to. Another sum or payee voids your signature."),
        _l("It is taken out of the budget now, by the rate of this month, which is frozen. Finance commits it next."),
    ),
    Act.APPROVE_LESS: (
        _l("You sign the smaller sum and whom it goes to. Another sum or payee voids your signature."),
        _l("It is taken out of the budget now, by the rate of this month, which is frozen. Finance commits it next."),
    ),
    Act.FAST_APPROVE: (
        _l("A life is in danger: you approve it before finance has verified it."),
        _l(
            "A second signature falls due within %(days)d working days. Until it is there, %(most)s are paid at most.",
            days=FUNDS.fast_second_working_days,
            most=LazyString(euro, FUNDS.fast_most),
        ),
    ),
    Act.RELEASE: (_l("Finance pays what you clear, and nothing more. What is left is cleared by another act."),),
    Act.RETURN: (_l("It goes back to whoever asked for it. They can change it and submit it again."),),
    Act.REJECT: (_l("It ends, and cannot be taken up again. Whoever asked for it is told."),),
    Act.VERIFY: (_l("You sign that you looked at each of these. Whoever decides reads what you found."),),
    Act.COUNTERSIGN: (
        _l("It was approved before it was verified. You sign that you looked at each of these."),
        _l("From then on all of it can be paid."),
    ),
    Act.BACK_TO_APPROVAL: (
        _l("By the rate of this month it is worth more than a grant may be. It goes back to whoever approves."),
        _l("Approval and release are void: what is not paid goes back to the budget."),
    ),
    Act.SEND_BACK: (
        _l("It goes back to whoever asked for it. They can change it and submit it again."),
        _l("An approval and a release are void then: what is not paid goes back to the budget."),
    ),
    Act.COMMIT: (_l("All that was approved is committed in the ledger. The head clears it for payment next."),),
    Act.PAY: (
        _l("Pay exactly this sum to exactly this payee, with these words on it and no others. Then sign that you did."),
        _l("It stands in the ledger at the rate of this month. Receipts fall due."),
    ),
    Act.PAY_PART: (
        _l("Pay exactly this sum to exactly this payee, with these words on it and no others. Then sign that you did."),
        _l("It stands in the ledger at the rate of this month. The rest is cleared for payment by another act."),
    ),
    Act.ARRIVE: (_l("Somebody says that the money is there. Receipts are collected from now on."),),
    Act.RECEIPT: (_l("Each sum that is accounted for counts. The grant can be closed once all that was paid is."),),
    Act.ASK_BACK: (_l("The payee is asked to give it back. Record the money here when it comes."),),
    Act.TAKE_BACK: (_l("It stands in the ledger, and in the budget again."),),
    Act.CLOSE: (_l("All that was paid is accounted for. The grant ends. Money can still be asked back."),),
}
"""What one press does."""
DONE: dict[Act, Any] = {
    Act.ASSESS: _l("Assessed. Whoever decides reads what you found."),
    Act.APPROVE: _l("Approved. Finance commits it next; then you clear it for payment."),
    Act.APPROVE_LESS: _l("Less is approved. Finance commits it next; then you clear it for payment."),
    Act.FAST_APPROVE: _l("Approved before it is verified. The second signature falls due."),
    Act.RELEASE: _l("Cleared for payment. Finance pays it next."),
    Act.RETURN: _l("Returned to whoever asked for it."),
    Act.REJECT: _l("Rejected. Whoever asked for it is told."),
    Act.VERIFY: _l("Verified. It waits for a decision."),
    Act.COUNTERSIGN: _l("Signed. All of it can be paid now."),
    Act.BACK_TO_APPROVAL: _l("It is back with whoever approves."),
    Act.SEND_BACK: _l("Sent back to whoever asked for it."),
    Act.COMMIT: _l("Committed. The head clears it for payment next."),
    Act.PAY: _l("Paid. Receipts fall due."),
    Act.PAY_PART: _l("This part is paid. The rest has to be cleared for payment."),
    Act.ARRIVE: _l("The money has arrived. Receipts are due."),
    Act.RECEIPT: _l("Recorded."),
    Act.ASK_BACK: _l("The money is asked back. Record it here when it comes."),
    Act.TAKE_BACK: _l("Recorded. It is in the budget again."),
    Act.CLOSE: _l("The grant is closed."),
}


@desk.form("/grants/<uuid:grant_id>/sign/<act>", needs=AtTheAct(Permission.SIGN_GRANT))
def sign(session: Session, visitor: Visitor, grant: Grant, act: str) -> Response:
    """One step; refused with its sentence: who can, or what to do instead."""
    wanted, sheet = _wanted(act), sheet_of(session, visitor, grant)
    deciding = Deciding(sheet)
    form = _form(deciding, wanted)
    if pressed_before(sheet, visitor, wanted, form):
        return _to(grant.id)
    try:
        if outcome(form, lambda: _taken(session, visitor, deciding, wanted, form), _at_fault(form)) is not None:
            say(str(DONE[wanted]))
            return _to(grant.id)
    except Changed:
        form.refuse(str(FIRST))
        form.made_from.data = str(sheet.made_from)
    refused = acts.refusals(deciding.weighing, [wanted])[0].refused
    page = {
        "act": wanted,
        "says": DOES[wanted],
        "signs": wanted in APPROVING,
        "refused": in_words(refused) if refused is not None else None,
        "handling": Handling(sheet),
        "looked_at": LOOKED_AT.get(wanted),
        "back": url_for("grants.show", grant_id=grant.id),
    }
    return shown("grants/sign.html", form, 409 if refused else 200, sheet=sheet, deciding=deciding, **page)


def _wanted(named: str) -> Act:
    try:
        wanted = Act(named)
    except ValueError as error:
        raise Absent("no such act") from error
    if wanted not in DOES:
        raise Absent("an act with a page of its own")
    return wanted


def _to(grant_id: uuid.UUID) -> Response:
    return led_to("grants.show", grant_id=grant_id)


def _form(deciding: Deciding, act: Act) -> SigningForm:
    sheet, weighing = deciding.sheet, deciding.weighing
    funds = [one.fund.code for one in deciding.budgets]
    form = SigningForm.asking(
        act,
        sheet.made_from,
        currency=weighing.currency,
        assessed=weighing.assessed,
        funds=funds,
        approved_on=weighing.approved_on,
        today=weighing.today,
        reference=sheet.reference,
    )
    form.shows(*_signs(sheet, act))
    return form


def _signs(sheet: GrantSheet, act: Act) -> tuple[object, ...]:
    """What its reader relies on: the last step, what it is worth, whom it goes to, what is said, and what others wrote
    of the documents that lie there. What they add themselves while the page is open they know.
    """
    last = sheet.opened.steps[-1].hash.hex() if sheet.opened.steps else ""
    payee = encoded(sheet.payment.to).hex() if sheet.payment is not None else ""
    story = encoded(sheet.story).hex() if sheet.story is not None else ""
    return last, sheet.sum, payee, story, sheet.critical, *_of_others(sheet, act)


def _of_others(sheet: GrantSheet, act: Act) -> list[uuid.UUID]:
    if sheet.papers is None or act not in LOOKED_AT:
        return []
    versions = (one for filed in sheet.papers.standing_as(LOOKED_AT[act]) for one in filed.versions)
    return [one.entry_id for one in versions if one.by_id != sheet.by.member_id]


def _at_fault(form: SigningForm) -> str | None:
    """Where a refusal is said: at a test that was answered no, else at the sum that was typed; or above the form."""
    for one in form.asked:
        if one.short_name.startswith("test_") and one.data == "no":
            return str(one.short_name)
    return "amount" if "amount" in form and typed(form.amount) else None


def _taken(session: Session, by: Visitor, deciding: Deciding, act: Act, form: SigningForm) -> None:
    sheet, now = deciding.sheet, datetime.now(UTC)
    given = Given(
        code=next((typed(form[name]) for name in ("code", "by") if name in form), ""),
        text=typed(form.text),
        answers=form.answers,
        amount=form.sum(),
        paid_on=form.paid_on.data if "paid_on" in form else None,
        reference=typed(form.reference) if "reference" in form else "",
        fund=typed(form.fund) if "fund" in form else next((one.fund.code for one in deciding.budgets), ""),
    )
    acts.take_act(session, by, sheet.grant, read_at(form, sheet), act, given, now)


@desk.form("/grants/<uuid:grant_id>/headquarters", needs=AtTheAct(Permission.SIGN_GRANT))
def to_headquarters(session: Session, visitor: Visitor, grant: Grant) -> Response:
    """The decision sheet, looked at as they will read it, then sent."""
    sheet = sheet_of(session, visitor, grant)
    weighing = acts.weighed(session, visitor, sheet.opened, sheet.now)
    back, refused = url_for("grants.show", grant_id=grant.id), asking_headquarters.refused(weighing)
    if refused is not None or sheet.story is None:
        words = in_words(refused) if refused is not None else None
        return shown("grants/to_headquarters.html", None, 409, sheet=sheet, refused=words, back=back)
    name = asking_headquarters.name_on_file(weighing)
    said = asking_headquarters.sheet_of(weighing, "", named=False)
    form = SheetForm(made_from=str(sheet.made_from), reasons=sheet.story.why_now)
    form.shows(encoded(said).hex(), name)
    if not name:
        del form.named

    def act() -> None:
        named = bool(form.named.data) if "named" in form else False
        read, reasons = read_at(form, sheet), typed(form.reasons)
        asking_headquarters.send(session, visitor, grant, read, reasons, datetime.now(UTC), named=named)

    try:
        if outcome(form, act, "reasons") is not None:
            say(_("Sent. An approver at headquarters reads it and decides."))
            return _to(grant.id)
    except Changed:
        form.refuse(str(FIRST))
    unsigned = any(one.unsigned for one in weighing.before)
    page: dict[str, Any] = {"seen": said, "unsigned": unsigned, "refused": None, "back": back}
    return shown("grants/to_headquarters.html", form, sheet=sheet, **page)
