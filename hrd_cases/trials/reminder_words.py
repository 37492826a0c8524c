"""What a reminder is called: in the settings of an office, and where a notice says why it comes now."""

from __future__ import annotations

from hrd_cases.errors import N_, Sentence

RULE_NAMES: dict[str, Sentence] = {
    "days_14": N_("14 days before a hearing: whoever goes"),
    "days_7": N_("7 days before a hearing: whoever goes"),
    "days_3": N_("3 days before a hearing: whoever goes"),
    "last_working_day": N_("The last working day before a hearing: whoever goes"),
    "hours_3": N_("3 hours before a hearing: whoever goes, at any hour"),
    "nobody_goes": N_("3 days before a hearing to which nobody goes: the head"),
    "report_missing": N_("2 working days after a hearing, no report: the officer"),
    "report_still_missing": N_("4 working days after a hearing, still no report: the head"),
    "chase_date": N_("5 working days without a new date: the officer"),
}
WHY_NOW: dict[str, Sentence] = {
    "days_14": N_("Reminder 14 days before the hearing."),
    "days_7": N_("Reminder 7 days before the hearing."),
    "days_3": N_("Reminder 3 days before the hearing."),
    "last_working_day": N_("Reminder on the last working day before the hearing."),
    "hours_3": N_("Reminder 3 hours before the hearing."),
    "nobody_goes": N_("Reminder 3 days before the hearing: nobody goes."),
    "report_missing": N_("Reminder 2 working days after the hearing: no result was recorded, or there is no report."),
    "report_still_missing": N_("Reminder 4 working days after the hearing: there is still no report."),
    "chase_date": N_("The court gave no new date, and nobody has asked again since."),
    "told": N_("A colleague changed something about this hearing."),
    "aside": N_("A report on this hearing came from an office that was not to go there, or late: it is kept aside."),
    "clocks": N_("The rules of clocks have changed: the hearing now begins at another hour here."),
}
