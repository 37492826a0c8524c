"""Who goes how often: hearings observed by each of an office's members and each embassy, in numbers alone. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from hrd_cases.trials.clashes import plain
from hrd_cases.trials.details import Observer
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.times import day_in

LET_IN = frozenset({"admitted", "admitted_on_request", "seated_apart"})


class Group(StrEnum):
    """Of whom a line tells: a member of ours, an embassy, colleagues without an account of whom no embassy is known,
    nobody.
    """

    MEMBER = "member"
    EMBASSY = "embassy"
    OTHERS = "others"
    NOBODY = "nobody"


class Line(NamedTuple):
    """`went`: hearings that took place and that they were to observe; `let_in`: to so many of them they were admitted;
    `ahead`: so many they are to go to in the period. `name`: of an embassy.
    """

    group: Group
    member_id: uuid.UUID | None = None
    name: str = ""
    went: int = 0
    let_in: int = 0
    ahead: int = 0


def counted(sittings: Iterable[Sitting], staff: Iterable[uuid.UUID], first: date, last: date, zone: str) -> list[Line]:
    """A line for each of the staff, none of them left out, for each embassy, and for hearings that nobody observed.
    Days are those of the office (`zone`); hearings that were adjourned or cancelled are none.
    """
    lines: dict[Any, Line] = {(Group.MEMBER, one): Line(Group.MEMBER, one) for one in staff}
    for one in sittings:
        if not first <= day_in(one.when, zone) <= last or not (one.took_place or one.is_ahead):
            continue
        key, empty = _line_of(one.observer)
        line = lines.get(key, empty)
        lines[key] = line._replace(
            went=line.went + one.took_place,
            let_in=line.let_in + (one.took_place and one.access in LET_IN),
            ahead=line.ahead + one.is_ahead,
        )
    return sorted(lines.values(), key=_order)


def _line_of(observer: Observer | None) -> tuple[Any, Line]:
    if observer is None:
        return Group.NOBODY, Line(Group.NOBODY)
    if observer.member_id is not None:
        return (Group.MEMBER, observer.member_id), Line(Group.MEMBER, observer.member_id)
    if observer.embassy:
        return (Group.EMBASSY, plain(observer.embassy)), Line(Group.EMBASSY, name=observer.embassy)
    return Group.OTHERS, Line(Group.OTHERS)


def _order(line: Line) -> tuple[object, ...]:
    return list(Group).index(line.group), -line.went, -line.ahead, plain(line.name), str(line.member_id)
