"""Risk: the level an officer chooses, the workbook's score beside it, floors while a fact lasts, the next look.

The score is threats × vulnerabilities ÷ capacities, each 1 to 5 (Front Line Defenders, Workbook on Security). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from hrd_cases.cases.figures import FIGURES
from hrd_cases.errors import N_, Days, Refused, Sentence


class Level(StrEnum):
    """From the least to the greatest risk; also how urgent a recorder thinks a file is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


GRAVE = (Level.CRITICAL, Level.HIGH)
"""What Today and lists call danger, the gravest first."""


class Score(NamedTuple):
    threats: int
    vulnerabilities: int
    capacities: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.threats * self.vulnerabilities, self.capacities)

    @property
    def level(self) -> Level:
        if self.value < FIGURES.risk_medium_from:
            return Level.LOW
        if self.value < FIGURES.risk_high_from:
            return Level.MEDIUM
        return Level.HIGH if self.value < FIGURES.risk_critical_from else Level.CRITICAL

    def checked(self) -> Score:
        """Itself. Refused if a figure is not 1 to 5."""
        if not all(1 <= figure <= 5 for figure in self):
            raise Refused(N_("Each of the three figures is from 1 to 5."), N_("Correct it, or leave all three empty."))
        return self


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What lasts now. `lawyer`, `family`: contact with them while detained; None is not known. `reprisal`: for contact
    with us or with the UN, suspected or confirmed.
    """

    death_threat: bool = False
    disappearance: bool = False
    torture: bool = False
    detained: bool = False
    lawyer: bool | None = None
    family: bool | None = None
    death_sentence: bool = False
    death_penalty_possible: bool = False
    verdict_pending: bool = False
    reprisal: bool = False

    @property
    def incommunicado(self) -> bool:
        """Derived, never ticked: detained without lawyer and family."""
        return self.detained and self.lawyer is False and self.family is False


class Floor(NamedTuple):
    """The least level while these facts last, and each fact in a sentence; low, without any, if there is none."""

    level: Level
    because: tuple[Sentence, ...]


_FLOORS: tuple[tuple[str, Level, Sentence], ...] = (
    ("death_threat", Level.CRITICAL, N_("A death threat makes the risk critical.")),
    ("disappearance", Level.CRITICAL, N_("A disappearance makes the risk critical.")),
    ("torture", Level.CRITICAL, N_("Torture makes the risk critical.")),
    ("reprisal", Level.CRITICAL, N_("A reprisal for contact with the EU or the UN makes the risk critical.")),
    ("incommunicado", Level.CRITICAL, N_("Detention without lawyer and family makes the risk critical.")),
    ("death_sentence", Level.CRITICAL, N_("A death sentence makes the risk critical.")),
    ("death_penalty_possible", Level.CRITICAL, N_("A possible death penalty makes the risk critical.")),
    ("detained", Level.HIGH, N_("Detention makes the risk at least high.")),
    ("verdict_pending", Level.HIGH, N_("A pending verdict makes the risk at least high.")),
)


def floor(facts: Facts) -> Floor:
    lasting = [(level, sentence) for name, level, sentence in _FLOORS if getattr(facts, name)]
    least = max((level for level, _ in lasting), key=lambda level: level.rank, default=Level.LOW)
    return Floor(least, tuple(sentence for level, sentence in lasting if level is least))


@dataclass(frozen=True)
class Choice:
    """What somebody chose. `by_head`: the head or acting head of the office does. `long_term`: a prisoner for long."""

    level: Level
    sentence: str
    score: Score | None = None
    why_different: str = ""
    below_floor: str = ""
    by_head: bool = False
    review_days: int | None = None
    long_term: bool = False


class Assessed(NamedTuple):
    level: Level
    review_on: date
    floor: Floor


def choose(choice: Choice, facts: Facts, today: date) -> Assessed:
    """The assessment that stands from today. Refused, with what to do instead, if a rule says no."""
    if not choice.sentence.strip():
        raise Refused(N_("A level alone says little."), N_("Say in one sentence why."))
    if choice.score is not None:
        choice.score.checked()
    least = floor(facts)
    _check_floor(choice, least)
    _check_difference(choice, least)
    return Assessed(choice.level, review_on(choice.level, today, _checked_days(choice)), least)


def _check_floor(choice: Choice, least: Floor) -> None:
    if choice.level.rank >= least.level.rank:
        return
    if not choice.by_head:
        raise Refused(
            N_("%(because)s Only the head of the office goes below that."),
            N_("Choose that level, or ask the head."),
            because=least.because[0],
        )
    if not choice.below_floor.strip():
        raise Refused(
            N_("%(because)s Going below that needs a reason."), N_("Write the reason."), because=least.because[0]
        )


def _check_difference(choice: Choice, least: Floor) -> None:
    """A level that is neither the score's nor the floor's asks why."""
    if choice.score is None or choice.why_different.strip() or choice.below_floor.strip():
        return
    suggested = max(choice.score.level, least.level, key=lambda level: level.rank)
    if choice.level is not suggested:
        raise Refused(N_("The level differs from the score."), N_("Write why, or correct one of them."))


def _checked_days(choice: Choice) -> int | None:
    if choice.review_days is None:
        return None
    least, most = FIGURES.risk_long_term_days_least, FIGURES.risk_long_term_days_most
    if not choice.by_head:
        raise Refused(N_("Only the head of the office sets another time for the review."), N_("Ask the head."))
    if not choice.long_term:
        raise Refused(
            N_("Another time for the review is set for long-term prisoners only."), N_("Leave it to the level.")
        )
    if not least <= choice.review_days <= most:
        raise Refused(
            N_("The review comes after %(least)s to %(most)s."), N_("Correct the days."), least=least, most=Days(most)
        )
    return choice.review_days


def review_on(level: Level, today: date, set_by_head: int | None = None) -> date:
    """When to look at the risk again: `set_by_head` days for a long-term prisoner, else by the level."""
    days = {
        Level.LOW: FIGURES.risk_review_days_low,
        Level.MEDIUM: FIGURES.risk_review_days_medium,
        Level.HIGH: FIGURES.risk_review_days_high,
        Level.CRITICAL: FIGURES.risk_review_days_critical,
    }
    return today + timedelta(days=set_by_head or days[level])


def below_floor(level: Level, facts: Facts) -> Floor | None:
    """The floor that a level has come to lie under; None if it does not. Asked before a review is put off because
    nothing changed: a new fact is a change.
    """
    least = floor(facts)
    return least if level.rank < least.level.rank else None


class Contacts(NamedTuple):
    """Contacts with the person, the family or the lawyer. A pause has a date or lasts until it is taken back."""

    opened_on: date
    on: tuple[date, ...] = ()
    paused_until: date | None = None
    paused: bool = False
    died: bool = False


def contact_due_on(contacts: Contacts) -> date | None:
    """The day on which "no contact for 30 days" is said; None while paused without a date, and after death."""
    if contacts.died or contacts.paused:
        return None
    due = max((contacts.opened_on, *contacts.on)) + timedelta(days=FIGURES.risk_no_contact_days)
    return max(due, contacts.paused_until or due)
