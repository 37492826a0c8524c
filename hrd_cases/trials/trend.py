"""How the items of the checklist went over a proceeding, by its reports in the order of their hearings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hrd_cases.cases.trend import Course, course
from hrd_cases.trials.checklist import NOT_OBSERVED, Answer, trend

RATED: Final = {"respected": 0, "partly": 1, "violated": 2}
"""Answers that say how well an item went, the best first. What nobody saw, or what does not apply, says nothing."""


def courses(reports: Sequence[Mapping[str, Answer]]) -> list[Course]:
    """Every item that any of these reports answered, in the order of the checklist."""
    found = trend(reports).items()
    return [course(item, said, RATED) for item, said in found if set(said) - {NOT_OBSERVED}]
