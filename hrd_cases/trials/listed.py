"""Hearings as the cards of an office's files carry them, for the calendar: packed, and sealed with the card.

Every hearing of a trial stands on one card, that of the first file of the trial (`docket.home`), whatever has become of
that file: past months are looked at too. The card says in which months there are hearings, so that one month is shown
without opening the others. No column in clear knows a date: it would draw the calendar of a court.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from hrd_cases.cards.card import Aside
from hrd_cases.cases.chains import Standing, is_whole
from hrd_cases.trials.details import Hearing, Observer, Trial
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.grid import DAY, month_of
from hrd_cases.trials.life import TOOK_PLACE, is_ahead, nobody_goes
from hrd_cases.trials.times import When, has_begun, latest_at

ROOM: Final = "trials"
UNREAD: Final = "unread"
"""Marks what is not whole: whatever month is looked at, something may be missing from it."""


class Sitting(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One hearing as the calendar shows it; codes are those of `trials.codes`. `court` and `place` as they are for this
    hearing; `access`: whether the observer was let in. New fields come last, with a default.
    """

    hearing_id: uuid.UUID
    when: When
    kind: str
    state: str
    other_kind: str = ""
    court: str = ""
    place: str = ""
    room: str = ""
    observer: Observer | None = None
    backup: Observer | None = None
    access: str = ""

    def __repr__(self) -> str:
        return f"<Sitting {self.hearing_id}>"

    @property
    def is_ahead(self) -> bool:
        return is_ahead(self.state)

    @property
    def nobody_goes(self) -> bool:
        return nobody_goes(self.state)

    def misses_somebody(self, now: datetime) -> bool:
        """Does nobody go, while somebody still can?"""
        return self.nobody_goes and not has_begun(self.when, now)

    @property
    def took_place(self) -> bool:
        return self.state in TOOK_PLACE

    def is_of(self, member_id: uuid.UUID) -> bool:
        """Does this member go, or stand by?"""
        return any(one is not None and one.member_id == member_id for one in (self.observer, self.backup))


class Lying(msgspec.Struct, frozen=True, array_like=True):
    """A hearing as it lies there, and between which days (`date.toordinal`) it can be: a month of a trial of years is
    shown without reading the others.
    """

    first: int
    last: int
    packed: msgspec.Raw


class Listed(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A trial's hearings. `files`: how many it is about. `whole`: nothing of it was missing or failed its check."""

    proceeding_id: uuid.UUID
    files: int
    whole: bool
    lying: tuple[Lying, ...] = ()

    def between(self, first: date, last: date) -> Iterator[Sitting]:
        """The hearings that can be on these days somewhere on earth. Raises msgspec.MsgspecError for what cannot be
        read: a newer programme may have written it.
        """
        begins, ends = (first - DAY).toordinal(), (last + DAY).toordinal()
        return (_read_one.decode(one.packed) for one in self.lying if one.first <= ends and begins <= one.last)

    def __repr__(self) -> str:
        return f"<Listed {self.proceeding_id}>"


_read = msgspec.msgpack.Decoder(Listed)
_read_one = msgspec.msgpack.Decoder(Sitting)


def aside_of(docket: Docket) -> Aside:
    """What the card of a trial's first file carries of it. Raises Tampered if what the trial is cannot be read."""
    trial = docket.trial
    sittings = [_sitting(trial, one) for one in docket.hearings]
    return packed(docket.proceeding.id, sittings, files=len(trial.files), whole=is_whole(docket))


def unread_aside(proceeding_id: uuid.UUID) -> Aside:
    """What the cards of its files say of a trial that cannot be read: that there is one."""
    return packed(proceeding_id, (), files=0, whole=False)


def packed(proceeding_id: uuid.UUID, sittings: Iterable[Sitting], *, files: int, whole: bool) -> Aside:
    """As a card carries it."""
    marks: set[str] = set() if whole else {UNREAD}
    lying = []
    for one in sittings:
        days = days_of(one.when)
        marks |= {month_of(day) for day in days}
        laid = msgspec.Raw(msgspec.msgpack.encode(one))
        lying.append(Lying(min(days).toordinal(), max(days).toordinal(), laid))
    said = Listed(proceeding_id=proceeding_id, files=files, whole=whole, lying=tuple(lying))
    return Aside(ROOM, tuple(sorted(marks)), msgspec.msgpack.encode(said))


def listed(aside: Aside) -> Listed | None:
    """What a card carries of a trial; None if it cannot be read."""
    try:
        return _read.decode(aside.packed)
    except msgspec.MsgspecError:
        return None


def days_of(when: When) -> tuple[date, ...]:
    """Days between which a hearing lies: those of UTC and of the court. Offices are at most a day away from UTC."""
    return when.on, when.earliest_at.astimezone(UTC).date(), latest_at(when).astimezone(UTC).date()


def _sitting(trial: Trial, hearing: Standing[Hearing]) -> Sitting:
    said = hearing.said
    return Sitting(
        hearing_id=hearing.id,
        when=said.when,
        kind=said.kind,
        state=said.state,
        other_kind=said.other_kind,
        court=said.court or trial.court,
        place=trial.place,
        room=said.room,
        observer=said.observer,
        backup=said.backup,
        access=said.result.access if said.result is not None else "",
    )
