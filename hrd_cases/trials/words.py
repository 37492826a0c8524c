"""What the pages of trials call things: codes, hearings in a line."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.cases.words import RULE
from hrd_cases.documents.papers import Paper
from hrd_cases.pages import day, reader_locale
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import BEGUN, FILE_ADDED, STAGE, Hearing, Trial
from hrd_cases.trials.life import State

RULE.update({f"hearing_{kind}": _l(label) for kind, label in CODES["hearing_type"].labels.items()})
RULE.update({f"preparation_{kind}": _l(label) for kind, label in CODES["preparation"].labels.items()})


def code(value: str, name: str) -> str:
    """ "bail", "hearing_type" → "Bail hearing". "" stays ""."""
    return _label(reader_locale(), value, name) if value else ""


@lru_cache(maxsize=2_000)
def _label(_reader: Locale, value: str, name: str) -> str:
    """Kept: a calendar says the same few words for each of its lines."""
    return CODES[name].label(value, _)


def kind_of_hearing(said: Hearing) -> str:
    """What sort of hearing it is, in somebody's own words where the list had none."""
    return said.other_kind if said.kind == "other" and said.other_kind else code(said.kind, "hearing_type")


def hearing_name(said: Hearing) -> str:
    """A hearing in a line: "Bail hearing, 3 May 2026"."""
    return str(_("%(kind)s, %(day)s", kind=kind_of_hearing(said), day=day(said.when.on)))


def report_state(said: Hearing) -> str:
    """How the report on a hearing stands; "" where none is due and none is there."""
    state = State(said.state)
    if state is State.REPORTED:
        return str(_("Report: filed, not reviewed"))
    if state is State.REVIEWED:
        return str(_("Report: reviewed"))
    if state is not State.HELD:
        return ""
    if said.report_id is not None:
        return str(_("Report: sent back for changes"))
    return str(_("Report: due by %(day)s", day=day(said.report_on))) if said.report_on is not None else ""


REPORT_TAG = {State.REPORTED: "waiting", State.REVIEWED: "good"}


def report_tag(said: Hearing) -> str:
    """The tag beside `report_state`."""
    return REPORT_TAG.get(State(said.state), "attention")


def told_of_paper(said: Paper) -> str:
    """What became of a document of a trial, for the timeline of its files."""
    if said.removed:
        return str(_("A document of the trial was taken away: %(name)s", name=said.name))
    return str(_("A document of the trial: %(name)s", name=said.name))


def trial_name(said: Trial) -> str:
    """A trial in a line: its court, or what it is about; its stage where neither is known."""
    charge = next((one.text for one in said.charges if one.text), "")
    return said.court or charge or code(said.stage, "stage")


def still_open(said: Trial) -> str:
    """Why it keeps its files open."""
    return str(_("Trial: %(name)s (%(stage)s)", name=trial_name(said), stage=code(said.stage, "stage")))


def unreadable() -> str:
    return str(_("A trial of this file cannot be read in full"))


# -- on the timeline of a file


def told_of_trial(said: Trial) -> str:
    """What was done to a trial when this was written."""
    name = trial_name(said)
    if said.act == STAGE:
        stage = code(said.stage, "stage")
        return str(_("Stage of the trial: %(stage)s – %(name)s", stage=stage, name=name))
    if said.act == FILE_ADDED:
        return str(_("Joined the trial: %(name)s", name=name))
    return str(
        _("Trial begun: %(name)s", name=name) if said.act == BEGUN else _("Trial corrected: %(name)s", name=name)
    )


def told_of_hearing(said: Hearing, before: Hearing | None) -> str:
    """What was done with a hearing when this was written, `before` being what stood there."""
    what, name = _done_with(said, before), hearing_name(said)
    outcome = said.result if before is None or before.result != said.result else None
    came = (outcome.other_outcome or code(outcome.outcome, "hearing_outcome")) if outcome is not None else ""
    return " – ".join(filter(None, (f"{what}: {name}", came)))


def _done_with(said: Hearing, before: Hearing | None) -> str:
    if before is None:
        return str(_("Hearing set"))
    if before.when != said.when:
        return str(_("Hearing moved"))
    if before.state != said.state:
        return code(said.state, "hearing_state")
    if before.report_on is not None and said.report_on is None:
        return str(_("Nobody was there: no report is awaited"))
    if before.observer != said.observer and said.observer is not None:
        return str(_("Another observer"))
    return str(_("The new date was given") if before.chase_on and not said.chase_on else _("Hearing corrected"))


def install_trial_words(blueprint: Blueprint) -> None:
    """Filters of the templates of trials: macros see nothing else."""
    blueprint.add_app_template_filter(code, "trial_code")
    for each in (kind_of_hearing, hearing_name, trial_name, told_of_trial, report_state, report_tag):
        blueprint.add_app_template_filter(each)
