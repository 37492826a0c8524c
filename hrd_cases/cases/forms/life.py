"""Forms of a file's life and of its risk: each act asks for what the table of life needs, and for nothing else."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Assessment, LifeStep
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.forms.fields import LINE, PARAGRAPH, Lines, LooseDayField, Named, Somebody, listed, not_to_come
from hrd_cases.cases.life import Act, State, row
from hrd_cases.cases.needs import Need
from hrd_cases.cases.risk import Choice as RiskChoice
from hrd_cases.cases.risk import Level, Score
from hrd_cases.errors import N_, Days, Refused
from hrd_cases.forms import AtMost, Choice, Choices, DayField, Form, Radio, SentAlong, Text, offered, typed

FIELDS = {
    Need.REASON: ("reason",),
    Need.REFERRAL: ("referral",),
    Need.NEXT_DATE: ("next_on",),
    Need.OUTCOME: ("outcome", "reason"),
    Need.FEEDBACK: ("feedback",),
}
"""What an act asks for, by what it needs; the other needs are the file's own."""


class Perhaps(Radio):
    """Nothing chosen is no mistake of the form's: the rule behind it says what is missing."""

    def pre_validate(self, form: Any) -> None:
        if self.data:
            super().pre_validate(form)


class StepForm(Form):
    """Every field there may be; `asking` leaves those that one act needs."""

    outcome = Perhaps(_l("What was reached"), choices=listed("outcome"))
    released_on = LooseDayField(
        _l("The file still says that they are detained: released on"),
        [Optional(), not_to_come],
        description=_l(
            "A year alone, or month and year, if you know no better. Leave it empty if they are still held."
        ),
    )
    feedback = Perhaps(_l("Were the defender or the family told?"), choices=listed("feedback"))
    reason = Lines(_l("Reason"), [PARAGRAPH])
    referral = Lines(
        _l("Whom can they turn to instead?"),
        [PARAGRAPH],
        description=_l("An organisation that may help, or why there is none."),
    )
    next_on = DayField(_l("Somebody looks at it again on"), [Optional()])

    def asking(self, before: State, act: Act, *, held: bool = False, since: str = "") -> list[str]:
        """Leave the fields this act needs. Returns their names, in order. `held`: by the file somebody is detained,
        `since` a day in words if it is known: whoever closes it says when they were released.
        """
        found = row(before, act)
        wanted = {name for need in (found.needs if found else ()) for name in FIELDS.get(need, ())}
        wanted |= {"released_on"} if held and "outcome" in wanted else set()
        if since:
            self.released_on.label.text = _(
                "The file still says that they are detained since %(day)s: released on", day=since
            )
        for name in [field.short_name for field in self]:
            if name not in wanted:
                del self[name]
        if "outcome" in wanted and (found is None or Need.REASON not in found.needs):
            self.reason.flags.optional = True
            self.reason.label.text = _l("More about it")
        return [field.short_name for field in self]

    def said(self) -> LifeStep:
        """What was typed. Refused for “other” without words."""
        given = {
            name: typed(self[name]) if name in self else "" for name in ("outcome", "feedback", "reason", "referral")
        }
        if given["outcome"]:
            CODES["outcome"].check(given["outcome"], given["reason"])
        return LifeStep(
            act="",
            before="",
            after="",
            outcome=given["outcome"],
            feedback=given["feedback"],
            reason=given["reason"],
            referral=given["referral"],
            next_on=self.next_on.data if "next_on" in self else None,
            released_on=self.released_on.said if "released_on" in self else None,
        )


class ClosingForm(Form):
    """The head's decision on a closing that was asked for. `made_from` is what they read."""

    made_from = SentAlong("")
    decision = Perhaps(_l("Your decision"), choices=[])
    words = Lines(
        _l("In your words"),
        [PARAGRAPH],
        description=_l("If you send it back: what is missing. If you confirm it: whatever should stand on the file."),
    )

    @classmethod
    def of(cls, asked: uuid.UUID) -> ClosingForm:
        form = cls(made_from=str(asked))
        form.decision.choices = [
            offered("confirm_close", _("Confirm: the file is closed")),
            offered("send_back", _("Send it back to the officer")),
        ]
        return form


class HandOverForm(Form):
    member_id = Somebody(_l("To whom"), choices=[])

    @classmethod
    def among(cls, colleagues: Named) -> HandOverForm:
        form = cls()
        form.member_id.among(colleagues)
        return form


# -- risk

SCORED = ("threats", "vulnerabilities", "capacities")
FIGURE = [offered("", ""), *(offered(str(one), str(one)) for one in range(1, 6))]


class RiskForm(Form):
    """The level an officer chooses, beside it the workbook's three figures. `by_head` opens what the head alone may."""

    level = Perhaps(_l("Level"), choices=listed("level"))
    sentence = Text(_l("Why, in one sentence"), [LINE])
    threats = Choice(_l("Threats"), choices=FIGURE, description=_l("1: none known, 5: concrete and near."))
    vulnerabilities = Choice(
        _l("Vulnerabilities"), choices=FIGURE, description=_l("1: hardly any, 5: exposed in every way.")
    )
    capacities = Choice(
        _l("Capacities"), choices=FIGURE, description=_l("1: hardly any means of protection, 5: strong ones.")
    )
    why_different = Lines(_l("Why the level differs from the score"), [PARAGRAPH], description=_l("Only if it does."))
    below_floor = Lines(
        _l("Why below what the facts ask for"), [PARAGRAPH], description=_l("Only the head of the office may.")
    )
    long_term = BooleanField(_l("A long-term prisoner"))
    review_days = Text(_l("Days until the next review"), [AtMost(10)])

    @classmethod
    def of(cls, said: Assessment | None, *, by_head: bool) -> RiskForm:
        """As it stands. The sentence is written anew each time: it says why now."""
        form = cls(**_figures(said)) if said is not None else cls()
        if not by_head:
            del form.below_floor, form.review_days
        return form

    def score(self) -> Score | None:
        """The three figures, if any was chosen. Refused if not all were."""
        figures = [typed(self[name]) for name in SCORED]
        if not any(figures) or any(self[name].errors for name in SCORED):
            return None
        if not all(figures):
            raise Refused(N_("The score needs all three figures."), N_("Choose all three, or none."))
        return Score(*map(int, figures))

    def choice(self, *, by_head: bool) -> RiskChoice:
        if not self.level.data:
            raise Need.RISK_LEVEL.refused()
        return RiskChoice(
            level=Level(self.level.data),
            sentence=typed(self.sentence),
            score=self.score(),
            why_different=typed(self.why_different),
            below_floor=typed(self.below_floor) if "below_floor" in self else "",
            by_head=by_head,
            review_days=self._days(),
            long_term=bool(self.long_term.data),
        )

    def _days(self) -> int | None:
        days = typed(self.review_days) if "review_days" in self else ""
        if not days:
            return None
        if not days.isdecimal():
            raise Refused(
                N_("The review comes after %(least)s to %(most)s."),
                N_("Write the days in numbers."),
                least=FIGURES.risk_long_term_days_least,
                most=Days(FIGURES.risk_long_term_days_most),
            )
        return int(days)


def _figures(said: Assessment) -> dict[str, Any]:
    figures = {name: str(getattr(said, name) or "") for name in SCORED}
    return {
        **figures,
        "level": said.level,
        "long_term": said.long_term,
        "review_days": str(said.review_days or ""),
    }


class ReviewsForm(Form):
    """Files in which nothing changed."""

    cases = Choices(_l("Nothing changed in"), choices=[])

    @classmethod
    def among(cls, files: list[tuple[str, str]]) -> ReviewsForm:
        form = cls()
        form.cases.choices = [offered(value, label) for value, label in files]
        return form
