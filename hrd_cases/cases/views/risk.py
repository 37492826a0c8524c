"""The risk of a file: assessed, and renewed where nothing changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import mark, member_mark
from hrd_cases.cases import assessing, facts
from hrd_cases.cases import risk as rules
from hrd_cases.cases.details import Assessment
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.file import open_file
from hrd_cases.cases.forms.life import ReviewsForm, RiskForm
from hrd_cases.cases.models import Case
from hrd_cases.cases.openers import open_case
from hrd_cases.cases.shelves import shelves
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused
from hrd_cases.forms import in_words
from hrd_cases.offices.colleagues import names_of


@desk.form("/<uuid:case_id>/risk", needs=Permission.WORK_ON_CASE)
def risk(session: Session, visitor: Visitor, case: Case) -> Response:
    file, by_head = open_file(session, case), assessing.is_head(visitor, case)
    stands = file.risk
    form = RiskForm.of(stands.said if stands else None, by_head=by_head)
    now = datetime.now(UTC)
    if done(form, lambda: assessing.assess(session, visitor, case, form.choice(by_head=by_head), now)):
        say(_("The risk is assessed."))
        return led_to("cases.show", case_id=case.id)
    history = list(reversed(file.all(Assessment)))
    return shown(
        "cases/risk.html",
        form,
        file=file,
        floor=rules.floor(facts.risk_facts(file)),
        figures=FIGURES,
        history=[(one, assessing.score_of(one.said)) for one in history],
        names=names_of(session, {one.entry.author_id for one in history}),
        typed_score=_typed_score(form),
    )


def _typed_score(form: RiskForm) -> rules.Score | None:
    """The score of what was typed, to be shown beside a level that differs from it."""
    try:
        score = form.score() if form.errors else None
        return score.checked() if score is not None else None
    except Refused:
        return None


@desk.form("/reviews", needs=Permission.SEE_CASES)
def reviews(session: Session, visitor: Visitor) -> Response:
    """Files of mine whose review is due: those in which nothing changed are renewed in one press."""
    mine = sorted(_due(session, visitor), key=_review_on)
    also_about(*(card.case_id for card in mine))
    form = ReviewsForm.among([(str(card.case_id), card.name or card.reference) for card in mine])
    now = datetime.now(UTC)
    if done(form, lambda: _renew(session, visitor, form, {str(card.case_id): card for card in mine}, now), "cases"):
        return led_to("cases.reviews")
    return shown("cases/reviews.html", form, mine=mine)


def _due(session: Session, visitor: Visitor) -> Iterator[Card]:
    for shelf in shelves(session, visitor):
        dues, at = shelf.lines.dues()
        mine = shelf.lines.heads["officer"] == member_mark(visitor.member_id)
        due = (dues["kind"] == mark("review")) & (dues["on"] <= visitor.local_day.toordinal()) & mine[at]
        yield from shelf.lines.cards(np.unique(at[due]).tolist())


def _review_on(card: Card) -> date:
    """The day of its review."""
    return next(due.on for due in card.dues if due.kind == "review")


def _renew(session: Session, by: Visitor, form: ReviewsForm, mine: dict[str, Card], now: datetime) -> None:
    chosen = form.cases.data or []
    if not chosen:
        raise Refused(N_("No file is ticked."), N_("Tick those in which nothing changed."))
    renewed = 0
    for one in chosen:
        try:
            assessing.renew(session, by, _case(session, by, uuid.UUID(one)), now)
            renewed += 1
        except Refused as refused:
            why = " ".join(filter(None, in_words(refused)))
            note(f"{mine[one].name or mine[one].reference}: {why}")
    if renewed:
        say(ngettext("%(num)d file was renewed.", "%(num)d files were renewed.", renewed))


def _case(session: Session, by: Visitor, case_id: uuid.UUID) -> Case:
    known = open_case(session, by, case_id)
    if known is None:
        raise Absent
    return known.row
