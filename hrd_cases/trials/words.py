"""What the pages of trials call things: codes, hearings in a line."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.cases.words import RULE
from hrd_cases.pages import day
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Trial

RULE.update({f"hearing_{kind}": _l(label) for kind, label in CODES["hearing_type"].labels.items()})


def code(value: str, name: str) -> str:
    """ "bail", "hearing_type" → "Bail hearing". "" stays ""."""
    return CODES[name].label(value, _) if value else ""


def kind_of_hearing(said: Hearing) -> str:
    """What sort of hearing it is, in somebody's own words where the list had none."""
    return said.other_kind if said.kind == "other" and said.other_kind else code(said.kind, "hearing_type")


def hearing_name(said: Hearing) -> str:
    """A hearing in a line: "Bail hearing, 3 May 2026"."""
    return str(_("%(kind)s, %(day)s", kind=kind_of_hearing(said), day=day(said.when.on)))


def trial_name(said: Trial) -> str:
    """A trial in a line: its court, or what it is about; its stage where neither is known."""
    charge = next((one.text for one in said.charges if one.text), "")
    return said.court or charge or code(said.stage, "stage")


def still_open(said: Trial) -> str:
    """Why it keeps its files open."""
    return str(_("Trial: %(name)s (%(stage)s)", name=trial_name(said), stage=code(said.stage, "stage")))


def unreadable() -> str:
    return str(_("A trial of this file cannot be read in full"))


def install_trial_words(blueprint: Blueprint) -> None:
    """Filters of the templates of trials: macros see nothing else."""
    blueprint.add_app_template_filter(code, "trial_code")
    for each in (kind_of_hearing, hearing_name, trial_name):
        blueprint.add_app_template_filter(each)
