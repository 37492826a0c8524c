"""What reminders that are due tell of, before anything is opened for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from hrd_cases.cases.reminders import Tells
from hrd_cases.outbox.plan import DueReminder

T_co = TypeVar("T_co", covariant=True)


class Lead(NamedTuple, Generic[T_co]):
    """Reminders of one thing, the newest first. `explain` opens it; None where nothing can be said of it here."""

    told: list[DueReminder]
    explain: Callable[[], T_co | None]

    @property
    def ids(self) -> set[uuid.UUID]:
        return {one.id for one in self.told}


def still_to_mail(tells: Tells, told: Iterable[DueReminder]) -> uuid.UUID | None:
    """The reminder that mails the same, if it is not among those that were told."""
    return tells.mailed_as if all(one.id != tells.mailed_as for one in told) else None


def newest_first(due: Mapping[uuid.UUID, DueReminder]) -> list[DueReminder]:
    return sorted(due.values(), key=lambda reminder: reminder.slot_at, reverse=True)
