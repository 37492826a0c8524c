"""The figures of casework: those of the domain, and none that could stop a clock."""

from __future__ import annotations

import pytest

from hrd_cases.cases import figures
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

TEXT = (CONFIG / "casework.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("acknowledge_critical_clock_hours", 4),
        ("acknowledge_high_clock_hours", 24),
        ("acknowledge_other_working_days", 3),
        ("escalation_deputy", 100),
        ("escalation_head", 150),
        ("escalation_headquarters", 200),
        ("consent_review_days", 90),
        ("risk_medium_from", 3),
        ("risk_high_from", 6),
        ("risk_critical_from", 12),
        ("risk_review_days_low", 90),
        ("risk_review_days_medium", 30),
        ("risk_review_days_high", 14),
        ("risk_review_days_critical", 7),
        ("risk_no_contact_days", 30),
        ("life_archive_after_days", 90),
    ],
)
def test_the_figures_are_the_domain_s(name: str, value: int) -> None:
    assert getattr(figures.FIGURES, name) == value


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deputy = 100", "deputy = 0"),
        ("deputy = 100", "deputy = -5"),
        ("deputy = 100", "deputy = 150"),
        ("deputy = 100", 'deputy = "100"'),
        ("deputy = 100", "deputy = true"),
        ("deputy = 100", ""),
        ("deputy = 100", "deputy = 100\nfourth = 300"),
        ("critical_clock_hours = 4", "critical_clock_hours = 4000000"),
        ("high_from = 6", "high_from = 2"),
        ("hour = 9", "hour = 24"),
        ("hour = 9", "hour = -1"),
        ("hour = 9", "hour = true"),
        ("hour = 9", "hour = 9\nminute = 30"),
        ("[slot]\nhour = 9", ""),
        ('opens = "09:00"', 'opens = "18:00"'),
        ('opens = "09:00"', 'opens = "nine"'),
        ("[hours]", "[hours"),
        ("[hours]", "hour = 3\n[hours]"),
    ],
)
def test_a_figure_that_is_missing_unknown_or_unfit_stops_the_start(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Unfit, match=r"casework\.toml"):
        figures.read(TEXT.replace(old, new, 1))


def test_a_figure_may_be_as_small_as_one() -> None:
    assert figures.read(TEXT.replace("deputy = 100", "deputy = 1")).escalation_deputy == 1
