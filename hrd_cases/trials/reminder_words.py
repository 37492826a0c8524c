"""What a reminder is called: in the settings of an office, and where a notice says why it comes now. `%(time)s` is what
the rule says of when it is due, in the reader's own words.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from hrd_cases.cases.reminding import Due, Unit
from hrd_cases.errors import N_, Sentence
from hrd_cases.pages import span
from hrd_cases.trials.reminder_rules import RULES

_BEFORE, _SOON = (
    N_("%(time)s before a hearing: whoever goes, or the officer if nobody does"),
    N_("Reminder %(time)s before the hearing."),
)
RULE_NAMES: dict[str, Sentence] = {
    "days_14": _BEFORE,
    "days_7": _BEFORE,
    "days_3": _BEFORE,
    "last_working_day": N_("The last working day before a hearing: whoever goes, or the officer if nobody does"),
    "hours_3": N_("%(time)s before a hearing, at any hour: whoever goes, or the officer if nobody does"),
    "nobody_goes": N_("%(time)s before a hearing to which nobody goes, or an embassy that has not accepted: the head"),
    "report_missing": N_("%(time)s after a hearing, no report: the officer"),
    "report_still_missing": N_("%(time)s after a hearing, still no report: the head"),
    "chase_date": N_("%(time)s without a new date: the officer"),
}
WHY_NOW: dict[str, Sentence] = {
    "days_14": _SOON,
    "days_7": _SOON,
    "days_3": _SOON,
    "last_working_day": N_("Reminder on the last working day before the hearing."),
    "hours_3": _SOON,
    "nobody_goes": N_("Reminder %(time)s before the hearing: nobody goes."),
    "nobody": N_("Nobody goes."),
    "not_accepted": N_("The embassy that was asked to go has not accepted yet."),
    "report_missing": N_("Reminder %(time)s after the hearing: no result was recorded, or there is no report."),
    "report_still_missing": N_("Reminder %(time)s after the hearing: there is still no report."),
    "sent_back": N_("Changes were asked for in the report, and it has not been filed again."),
    "chase_date": N_("The court gave no new date, and nobody has asked again since."),
    "told": N_("A colleague changed something about this hearing."),
    "aside": N_("A report on this hearing came from an office that was not to go there, or late: it is kept aside."),
    "clocks": N_("The rules of clocks have changed: the hearing now begins at another hour here."),
}
_DUE = {rule.code: rule.due for rule in RULES.rules}


def rule_name(code: str) -> str:
    """A rule, for whoever chooses among them."""
    return _in_words(RULE_NAMES[code], code)


def why_now(code: str) -> str:
    """Why a reminder comes, to whom it comes."""
    return _in_words(WHY_NOW[code], code)


def report_within() -> str:
    """How long after a hearing, or after it was sent back, a report is due."""
    return _time(RULES.report.due)


def _in_words(sentence: Sentence, code: str) -> str:
    return str(_(sentence, time=_time(_DUE[code])) if code in _DUE else _(sentence))


def _time(due: Due) -> str:
    if due.unit is Unit.WORKING_DAY:
        return str(ngettext("%(num)d working day", "%(num)d working days", due.count))
    return span(due.count, "hour" if due.unit is Unit.HOUR else "day")
