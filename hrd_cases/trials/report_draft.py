"""A report as it is written, in the office or by an observer of another one: its pages, what each asks, and the law
beside each item. It changes nothing.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from datetime import date
from functools import cached_property
from typing import ClassVar, NamedTuple

from hrd_cases.errors import Refused
from hrd_cases.trials import treaties
from hrd_cases.trials.checklist import ITEMS, NOT_OBSERVED, asked
from hrd_cases.trials.details import Observed, Report
from hrd_cases.trials.needs import Need
from hrd_cases.trials.report_steps import CAME, COURSE, OF_STEP, Step, steps
from hrd_cases.trials.reports import check_items, says_something
from hrd_cases.trials.words import code


class Row(NamedTuple):
    """One item as it reads: `law`, the articles that bound the state on the day."""

    item: str
    law: str
    one: Observed


class ReportDraft(ABC):
    """What its pages need to know of a report. `desk`: whose addresses they have. `elsewhere`: it is written for
    another office, which may not know yet what came of the hearing.
    """

    desk: ClassVar[str]
    elsewhere: ClassVar[bool]

    @property
    @abstractmethod
    def ids(self) -> dict[str, uuid.UUID]:
        """What its addresses name."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The hearing in a line."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """Of the hearing; a code."""

    @property
    @abstractmethod
    def on(self) -> date:
        """The day of the hearing, at the court."""

    @property
    @abstractmethod
    def country(self) -> str:
        """The state before whose court it is; "" where nobody knows."""

    @property
    @abstractmethod
    def minor(self) -> bool:
        """Is one of the accused a minor?"""

    @property
    @abstractmethod
    def nothing(self) -> Report:
        """What stands in it before anybody wrote."""

    @property
    @abstractmethod
    def newest(self) -> Report:
        """What is written so far, filed or not."""

    @property
    def shown(self) -> Report:
        """What readers are shown."""
        return self.newest

    @property
    def changes_asked(self) -> str:
        """Why it was sent back; "" if it was not."""
        return ""

    @property
    def early(self) -> bool:
        """Can it be written, and not be filed before the hearing has begun?"""
        return False

    # -- its pages

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return steps(self.kind, minor=self.minor, elsewhere=self.elsewhere)

    def step(self, name: str) -> Step | None:
        """None for no page of it."""
        return next((one for one in self.steps if one.name == name), None)

    def answered(self, step: Step) -> int:
        """How many items of a page are answered."""
        return sum(one.item in step.items and one.said != NOT_OBSERVED for one in self.newest.items)

    def touched(self, step: Step) -> bool:
        """Is something written on a page that asks no items?"""
        return any(getattr(self.newest, name) != getattr(self.nothing, name) for name in OF_STEP.get(step.name, ()))

    def lacks(self, step: Step) -> Refused | None:
        """What a page lacks without which the report is not filed, in the words of its refusal; None for nothing."""
        if step.name == CAME and not self.newest.outcome:
            return Need.OUTCOME.refused()
        if step.name == COURSE and not says_something(self.newest):
            return Need.REPORT.refused()
        try:
            check_items(self.newest, step.items)
        except Refused as refused:
            return refused
        return None

    @property
    def answers_given(self) -> int:
        return sum(one.said != NOT_OBSERVED for one in self.newest.items)

    # -- the law

    def law(self, item: str) -> str:
        """The articles that stand beside an item, as they are written; "" where nobody knows the state."""
        if not self.country:
            return ""
        found = treaties.articles(item, self.country, self.on)
        return ", ".join(f"{code(one.treaty.value, 'treaty_short')} {one.number}" for one in found)

    @property
    def to_check(self) -> str:
        """Treaties not relied on before somebody has looked up whether they bound the state on the day."""
        return ", ".join(code(one.value, "treaty") for one in treaties.to_check(self.country, self.on))

    @property
    def rows(self) -> list[Row]:
        """The items that are asked at such a hearing, and whatever else was answered."""
        said = {one.item: one for one in self.shown.items}
        wanted = {*asked(self.kind, minor=self.minor), *said}
        blank = {item: Observed(item=item, said=NOT_OBSERVED) for item in wanted}
        return [Row(item, self.law(item), said.get(item, blank[item])) for item in ITEMS if item in wanted]
