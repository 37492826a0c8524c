"""The risk as officers see it: assessed anew, or looked at again where nothing changed."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases import facts, risk
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import ASSESS_ANEW, Assessment, LifeStep
from hrd_cases.cases.life import IN_HAND, TO_BE_ASSESSED, Act
from hrd_cases.cases.models import Case
from hrd_cases.cases.risk import Choice
from hrd_cases.cases.steps import take_step
from hrd_cases.cases.tasks import finish
from hrd_cases.cases.writing import locked_file, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import HEADS

_NOT_NOW = (
    N_("The risk of a file in this state is not assessed."),
    N_("Acknowledge the file first; one that is over can be reopened."),
)


def is_head(by: Visitor, case: Case) -> bool:
    return bool(by.roles_in(case.office_id) & HEADS)


def assess(session: Session, by: Visitor, case: Case, choice: Choice, now: datetime) -> Assessment:
    """A new assessment; of a file that waits for its first, it is the step that the table of its life asks for."""
    file = locked_file(session, case)
    state = file.state(by.local_day)
    if state not in IN_HAND:
        raise Refused.of(_NOT_NOW)
    found = risk.choose(choice, facts.risk_facts(file), by.local_day)
    said = _said(choice, found.review_on)
    write(session, by, case, said, now)
    finish(session, by, file, ASSESS_ANEW, now)
    session.flush()
    if state in TO_BE_ASSESSED:
        take_step(session, by, file, Act.ASSESS, LifeStep(act="", before="", after=""), now)
    touched(session, by, case)
    return said


def _said(choice: Choice, review_on: date) -> Assessment:
    score = choice.score
    return Assessment(
        level=choice.level.value,
        sentence=choice.sentence,
        threats=score.threats if score else None,
        vulnerabilities=score.vulnerabilities if score else None,
        capacities=score.capacities if score else None,
        why_different=choice.why_different,
        below_floor=choice.below_floor,
        review_on=review_on,
        review_days=choice.review_days,
        long_term=choice.long_term,
    )


def score_of(said: Assessment) -> risk.Score | None:
    """The workbook's figures of an assessment, if all three were given."""
    figures = (said.threats, said.vulnerabilities, said.capacities)
    return risk.Score(*figures) if None not in figures else None  # type: ignore[arg-type]


def renew(session: Session, by: Visitor, case: Case, now: datetime) -> date:
    """Somebody looked again and nothing changed: the same assessment until the next review, whose day is returned.

    Refused where a fact has come that makes the risk higher: that is a change.
    """
    file = locked_file(session, case)
    state = file.state(by.local_day)
    if file.risk is None or state not in IN_HAND or state in TO_BE_ASSESSED:
        raise Refused.of(_NOT_NOW)
    said = file.risk.said
    risen = risk.below_floor(risk.Level(said.level), facts.risk_facts(file))
    if risen is not None and not said.below_floor:
        raise Refused(N_("%(because)s This is a change."), N_("Assess the risk anew."), because=risen.because[0])
    until = risk.review_on(risk.Level(said.level), by.local_day, said.review_days)
    write(session, by, case, msgspec.structs.replace(said, review_on=until, renewed=True), now)
    touched(session, by, case)
    return until
