"""The rules of reminders: those of the domain, and none that could leave a hearing without one."""

from __future__ import annotations

import re

import pytest

from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG
from hrd_cases.trials import reminder_rules
from hrd_cases.trials.reminder_rules import RULES

TEXT = (CONFIG / "reminders.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "count", "unit", "after"),
    [
        ("days_14", 14, "calendar day", False),
        ("days_7", 7, "calendar day", False),
        ("days_3", 3, "calendar day", False),
        ("last_working_day", 1, "working day", False),
        ("hours_3", 3, "hour", False),
        ("nobody_goes", 3, "calendar day", False),
        ("report_missing", 2, "working day", True),
        ("report_still_missing", 4, "working day", True),
        ("chase_date", 5, "working day", True),
    ],
)
def test_the_rules_are_the_domain_s(code: str, count: int, unit: str, after: bool) -> None:
    (rule,) = [one for one in RULES.rules if one.code == code]
    assert (rule.due.count, rule.due.unit, rule.due.after) == (count, unit, after)
    assert len(RULES.rules) == 9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('due = "14 calendar days before"', 'due = "14 days before"'),
        ('due = "14 calendar days before"', 'due = "0 calendar days before"'),
        ('due = "14 calendar days before"', 'due = "367 calendar days before"'),
        ('due = "14 calendar days before"', 'due = "5000 calendar days before"'),
        ('due = "14 calendar days before"', 'due = "14 calendar days after"'),
        ('due = "2 working days after"', 'due = "2 working days before"'),
        ('due = "5 working days after"', 'due = "5 hours after"'),
        ('due = "4 working days after"', 'due = "6 calendar days after"'),
        ('due = "4 working days after"', 'due = "1 working day after"'),
        ('due = "14 calendar days before"', ""),
        ('tells = "head"', 'tells = "everybody"'),
        ('while = "nobody goes"', 'while = "it rains"'),
        ('while = "no new date"', 'while = "no report"'),
        ('tells = "officer"\nwhile = "no report"', 'tells = "officer"\nwhile = "no new date"'),
        ("mails = true", 'mails = "yes"'),
        ("urgent = true", "urgent = 1"),
        ("made_up_for_days = 0", "made_up_for_days = -1"),
        ("made_up_for_days = 0", "made_up_for_days = 4000"),
        ("made_up_for_days = 0", "made_up_for_days = 0\nagain = 1"),
        ("[rule.days_14]", "[rule.Days-14]"),
        ("[part]", "[part"),
        ("[part]", "[parts]"),
        ("[part]", "[slot]\nhour = 9\n[part]"),
        ('morning = ["08:00", "12:00"]', 'morning = ["12:00", "08:00"]'),
        ('morning = ["08:00", "12:00"]', 'morning = ["08:00"]'),
        ('morning = ["08:00", "12:00"]', 'morning = ["eight", "12:00"]'),
        ('morning = ["08:00", "12:00"]', "morning = 8"),
        ('morning = ["08:00", "12:00"]', ""),
        ('morning = ["08:00", "12:00"]', 'morning = ["08:00", "12:00"]\nnight = ["20:00", "23:00"]'),
    ],
)
def test_what_is_missing_unknown_or_unfit_stops_the_start(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Unfit, match=r"reminders\.toml"):
        reminder_rules.read(TEXT.replace(old, new, 1))


def test_a_hearing_is_looked_after_as_long_as_anything_of_it_is_made_up_for() -> None:
    """But for a new date, which is waited for however long ago the hearing was."""
    assert RULES.over_after.days == 30 + 4 * 7
    longer = TEXT.replace("made_up_for_days = 30", "made_up_for_days = 90")
    assert reminder_rules.read(longer).over_after.days == 90 + 4 * 7


def test_by_some_rule_a_report_is_due() -> None:
    """By the first that misses one, the day stands with the hearing too."""
    assert RULES.report.code == "report_missing"
    with pytest.raises(Unfit, match="a report is due"):
        reminder_rules.read(re.sub(r"\[rule\.report_(still_)?missing][^[]*", "", TEXT))
