"""Reminders of what a colleague has not done in time, as Today tells them to whoever stands behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cases.late import ROOM, dues_told
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.today.files import Files
from hrd_cases.today.leads import Lead, newest_first


class Late(NamedTuple):
    """A reminder that is due of what a colleague has not done in time; `also`: others of the same file."""

    reminder: DueReminder
    card: Card
    dues: tuple[Due, ...]
    office_id: uuid.UUID
    also: tuple[uuid.UUID, ...] = ()
    passed_on_by: uuid.UUID | None = None

    @property
    def kind(self) -> str:
        """How the page says it."""
        return "late"

    @property
    def over(self) -> bool:
        """It stays until it is done."""
        return False

    @property
    def named(self) -> set[uuid.UUID | None]:
        """Members whom it names."""
        return {self.passed_on_by}

    @property
    def mailed_as(self) -> None:
        """It is mailed as it comes."""
        return

    @property
    def officer_id(self) -> uuid.UUID | None:
        """It is told to whoever stands behind the officer: not to them again."""
        return None

    def until(self, _now: datetime) -> datetime | None:
        """It always makes sense."""
        return None


def late_told_of(files: Files, due: Mapping[uuid.UUID, DueReminder]) -> Iterator[Lead[Late]]:
    """What is late in files that this member may read, of which these reminders tell: one for each file."""
    lines = np.flatnonzero(files.lines.coded([aside_mark(ROOM, one.hex) for one in due]))
    newest = newest_first(due)
    for line in lines.tolist():
        card = files.lines.card(line)
        told = [(one, dues) for one in newest if (dues := dues_told(card, one.id))]
        if told:
            first, *others = [one for one, _ in told]
            late = tuple(due for _, each in told for due in each)
            also = tuple(one.id for one in others)
            yield Lead([first, *others], partial(Late, first, card, late, files.office(line), also))
