"""What the pages of a report call things."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.cases.trend import Course, Went
from hrd_cases.errors import N_, Refused
from hrd_cases.forms import in_words
from hrd_cases.trials.checklist import NOT_OBSERVED
from hrd_cases.trials.report_steps import AFTER, CAME, COURSE, REST, ROOM, Step
from hrd_cases.trials.reports import NO, NOT_SAID, WITHOUT_NAMES, YES
from hrd_cases.trials.words import code

PUBLISH = {
    NOT_SAID: _l("Not said yet"),
    NO: _l("No"),
    WITHOUT_NAMES: _l("Yes, without names"),
    YES: _l("Yes"),
}
SIGNS = {"respected": "✓", "partly": "◐", "violated": "✗", "not_applicable": "–", NOT_OBSERVED: "·"}
"""Beside the word: they differ in shape, whatever the colours of the screen or the printer."""
HOW = {
    Went.ONCE: N_("Seen once: %(now)s (%(hearing)s)."),
    Went.ALWAYS: N_("The same whenever it was seen: %(now)s."),
    Went.WORSE: N_("Worse since: %(hearing)s. Now: %(now)s."),
    Went.BETTER: N_("Better since: %(hearing)s. Now: %(now)s."),
}
_TITLES = {
    ROOM: _l("Who was there"),
    COURSE: _l("What happened"),
    CAME: _l("What came of it"),
    AFTER: _l("What happened to you, and what may be said"),
    REST: _l("Items that are not usually asked at such a hearing"),
}


def step_title(step: Step) -> str:
    if step.number:
        return str(_("Checklist, page %(number)s of %(all)s", number=step.number, all=step.of))
    return str(_TITLES[step.name])


def how_it_went(one: Course, hearings: list[str]) -> str:
    """How an item went, in a sentence. `hearings`: those of the reports, in words."""
    if one.since is None:
        return str(_("Nobody saw how it was kept."))
    return str(_(HOW[one.went], now=code(one.said[one.since], "answer"), hearing=hearings[one.since]))


def answer_sign(said: str) -> str:
    return SIGNS[said]


def no_in_words(refused: Refused) -> str:
    """Why somebody cannot do something, and who can or what to do instead."""
    return " ".join(filter(None, in_words(refused)))


def may_be_published(said: str) -> str:
    """What the observer says of publishing, as the form has it."""
    return str(PUBLISH[said])


def install_report_words(blueprint: Blueprint) -> None:
    for each in (no_in_words, may_be_published, step_title, answer_sign):
        blueprint.add_app_template_filter(each)
