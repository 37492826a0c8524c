"""Budgets of offices, and what headquarters does with them: money given and moved, the rates of a month."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import make_response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import offered, typed
from hrd_cases.grants import budgets as rooms
from hrd_cases.grants.accounts import accounts_of
from hrd_cases.grants.figures import figures_of
from hrd_cases.grants.forms.budgets import GiveForm, MoneyForm, MoveForm
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.models import Envelope
from hrd_cases.grants.views.account_sheets import sheets_of
from hrd_cases.grants.views.desk import desk
from hrd_cases.grants.words import cents
from hrd_cases.offices.models import Office
from hrd_cases.paper.workbook import TYPE, workbook

FIRST_YEAR = 2014
FILE_NAME = "ledger.xlsx"


@desk.get("/grants/budgets", needs=Permission.SEE_BUDGETS)
def budgets(session: Session, visitor: Visitor) -> Response:
    """What each office was given, what is promised, paid and left; no person stands here."""
    found = rooms.budgets_of(session, visitor)
    return shown(
        "grants/budgets.html",
        budgets=found,
        all=rooms.altogether(found),
        movements=rooms.movements(session, found),
        gives=visitor.allows(Permission.GIVE_MONEY),
    )


@desk.get("/grants/budgets/ledger.xlsx", needs=Permission.SEE_BUDGETS)
def ledger(session: Session, visitor: Visitor) -> Response:
    """Every entry of these budgets, for the accountants' own tables; no person stands there either."""
    accounts = accounts_of(session, visitor, rooms.budgets_of(session, visitor))
    for envelope_id in accounts.failed:
        failed_check("budget", envelope_id)
    after_reading(Event.LEDGER_TAKEN_ALONG, count=len(accounts.lines))
    answer = make_response(workbook(sheets_of(session, accounts), right_to_left=get_locale().text_direction == "rtl"))
    answer.mimetype = TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _back() -> tuple[str, str]:
    return url_for("grants.budgets"), str(_("Budgets"))


def _offices(session: Session) -> list[Any]:
    return [offered(str(one.id), one.seat) for one in rooms.delegations(session)]


def _budget_name(one: rooms.Budget) -> str:
    name = f"{_(one.name)} {one.year}"
    return name if one.fund is not None else _("%(fund)s (no longer in use)", fund=name)


def _moved(form: MoneyForm, act: Callable[[], object]) -> bool:
    """Was it sent, and done? Where somebody was first, perhaps by this very form, nothing is."""
    try:
        return done(form, act, "amount")
    except Changed:
        form.refuse(
            _("What you have read has changed meanwhile, and nothing was done. The page shows it as it is now: read it "
              "again.")
        )  # fmt: skip
        return False


def _chosen(session: Session, kind: type[Any], said: str) -> Any:
    try:
        found = session.get(kind, uuid.UUID(said))
    except ValueError as error:
        raise Absent("no such choice") from error
    if found is None:
        raise Absent("no such choice")
    return found


@desk.form("/grants/budgets/give", needs=AtTheAct(Permission.GIVE_MONEY))
def give(session: Session, visitor: Visitor) -> Response:
    """Money for an office, of a fund and a year."""
    now = datetime.now(UTC)
    stands = rooms.budgets_of(session, visitor)
    read = {one.envelope_id: one.sums for one in stands}
    form = GiveForm().shows(*stands)
    form.office.choices = [offered("", ""), *_offices(session)]
    form.fund.choices = [offered(code, _(fund.name)) for code, fund in FUNDS.fund.items()]
    form.year.choices = [offered(str(year), str(year)) for year in (now.year, now.year + 1)]

    def act() -> None:
        office = _chosen(session, Office, typed(form.office))
        rooms.give(session, visitor, office, typed(form.fund), int(typed(form.year)), form.cents, read, now)

    if _moved(form, act):
        say(_("The money is in the budget of the office."))
        return led_to("grants.budgets")
    return shown("grants/budget_form.html", form, title=_("Give an office money"), back=_back(), button=_("Give it"))


@desk.form("/grants/budgets/move", needs=AtTheAct(Permission.GIVE_MONEY))
def move(session: Session, visitor: Visitor) -> Response:
    """Money from one office to another, of one fund and year; of a fund no longer in use into another."""
    now = datetime.now(UTC)
    stands = rooms.budgets_of(session, visitor)
    read = {one.envelope_id: one.sums for one in stands}
    form = MoveForm().shows(*stands)
    form.giver.choices = [offered("", "")] + [
        offered(str(one.envelope_id), f"{one.seat} – {_budget_name(one)} – {cents(one.sums.left)}")
        for one in stands
        if one.sums.left > 0
    ]
    form.office.choices = [offered("", ""), *_offices(session)]
    if any(one.fund is None and one.sums.left > 0 for one in stands):
        others = [offered(code, _(fund.name)) for code, fund in FUNDS.fund.items()]
        form.fund.choices = [offered("", _("The same fund")), *others]
    else:
        del form.fund

    def act() -> None:
        giver, office = _chosen(session, Envelope, typed(form.giver)), _chosen(session, Office, typed(form.office))
        other = typed(form.fund) if "fund" in form else ""
        what = rooms.Move(giver, office, form.cents, typed(form.why), other)
        rooms.move(session, visitor, what, read, now)

    if _moved(form, act):
        say(_("The money is in the other budget now."))
        return led_to("grants.budgets")
    return shown("grants/budget_form.html", form, title=_("Move money"), back=_back(), button=_("Move it"))


@desk.get("/grants/figures", needs=Permission.GIVE_MONEY)
def figures(session: Session) -> Response:
    """How many grants each office was asked for, and how long decisions took; no person stands here."""
    asked = request.args.get("year", "")
    now = datetime.now(UTC).year
    year = int(asked) if asked.isascii() and asked.isdecimal() and FIRST_YEAR <= int(asked[:4]) <= now else now
    goals = FUNDS.decide_critical_clock_hours, FUNDS.decide_other_working_days
    return shown("grants/figures.html", figures=figures_of(session, year), year=year, goals=goals)
