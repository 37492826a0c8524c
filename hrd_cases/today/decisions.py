"""What waits for a member's decision, and what headquarters see of offices that are late. Both say by themselves what
reminders of them tell: those are `accounted` for.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Due
from hrd_cases.cases import clocks
from hrd_cases.cases.dues import Place, kinds
from hrd_cases.cases.lost import lost_files
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.cases.shelves import Shelf
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.elsewhere import late
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Office
from hrd_cases.today.files import Files, Item
from hrd_cases.today.turns import Turns

NEWS = timedelta(days=7)
"""So long a member is told what a colleague did, if they write nothing into the file meanwhile."""
DECIDED = (Place.DECISION, Place.NEWS)
AT_ONCE = timedelta(hours=4)
"""A clock that runs out within this time stands above everything (ours): a critical file's own."""
TOGETHER = ("join", "confirm")
"""What two members do because a life is in danger: above everything too."""
HEADQUARTERS = frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_DESK})


class Decision(NamedTuple):
    """Something that waits for this member. `why` is a key of `words.WHY_MINE`; `zone` the office's."""

    item: Item
    why: str
    zone: str
    first: bool = False
    """Above the files in danger: nothing else is as urgent."""


class Decisions(NamedTuple):
    """What has a clock first, after what is above everything."""

    waiting: list[Decision]
    accounted: frozenset[uuid.UUID]


class Elsewhere(NamedTuple):
    """For headquarters: an office that has not acknowledged a file in time. What it is about is not known here."""

    office: str
    since: datetime
    due_at: datetime
    lost: uuid.UUID | None = None
    """Its clock, if the letter that brought the file failed its check: nobody there can ever take it."""
    grant: str = ""
    """It is a grant: what of it did not come in time (`grants.elsewhere.What`)."""


class Afar(NamedTuple):
    """What other offices are late with."""

    late: list[Elsewhere]
    accounted: frozenset[uuid.UUID]


def decisions(
    session: Session, visitor: Visitor, files: Files, turns: Turns, due: Collection[uuid.UUID], now: datetime
) -> Decisions:
    """Files to acknowledge, actions to join or confirm, and what colleagues decided. `due`: reminders that are."""
    new = (files.dues["on"] >= (now.date() - NEWS).toordinal()) | ~files.of_kinds(*kinds(Place.NEWS))
    items = files.items(files.rows(files.of_kinds(*kinds(*DECIDED)) & new))
    whys = [(item, _why_mine(visitor, item, turns, due, now)) for item in items]
    mine = sorted(((item, why) for item, why in whys if why), key=lambda one: _by_clock(one[0].due))
    zones = {office_id: zone_of_office(session, office_id).key for office_id in {item.office_id for item, _ in mine}}
    found = [Decision(item, why, zones[item.office_id], _is_first(item.due, now)) for item, why in mine]
    accounted = frozenset(reminder for item in items for reminder in item.due.reminders)
    return Decisions(sorted(found, key=lambda one: not one.first), accounted)


def _by_clock(due: Due) -> tuple[object, ...]:
    return due.at is None, due.at, due.on


def _is_first(due: Due, now: datetime) -> bool:
    return due.kind in TOGETHER or (due.at is not None and due.at - now <= AT_ONCE)


def _why_mine(visitor: Visitor, item: Item, turns: Turns, told: Collection[uuid.UUID], now: datetime) -> str:
    """Why this waits for this member: a key of `words.WHY_MINE`; "" if it does not."""
    due, me = item.due, visitor.member_id
    head = visitor.allows(Permission.DECIDE_ON_CASE, item.office_id)
    if due.kind == "confirm":
        return "confirm" if head else ""
    if due.kind == "close":
        return "close" if head and due.for_id != me else ""
    if due.kind in ("grant_decide", "grant_release", "grant_close"):
        return due.kind if head else ""
    if due.kind == "join":
        return "join" if due.for_id != me else ""
    whose = turns.whose(item.office_id, due.for_id)
    if due.by_id is not None:
        return due.kind if whose and due.by_id != me else ""
    climbed = any(one in told for one in due.reminders) or (due.at is not None and due.at <= now)
    return whose or ("climbed" if climbed else "")


def elsewhere(session: Session, visitor: Visitor, known: Iterable[Shelf], now: datetime) -> Afar:
    """For headquarters: which office is late with a file, and since when. Never which file."""
    own = {shelf.office_id for shelf in known}
    grants = _grants(session, visitor, own, now)
    if not visitor.roles & HEADQUARTERS:
        return Afar(grants, frozenset())
    lost = {row.case_id: row for row in lost_files(session)}
    overdue = [row for row in clocks.overdue_elsewhere(session, now) if row.office_id not in own]
    rows = [*lost.values(), *(row for row in overdue if row.case_id not in lost)]
    found = []
    for row in rows:
        office = session.get(Office, row.office_id)
        seat = office.seat if office is not None else "?"
        found.append(Elsewhere(seat, row.routed_at, row.due_at, row.case_id if row.case_id in lost else None))
    return Afar([*found, *grants], frozenset(reminder for row in rows for reminder in clocks.reminders_of(row)))


def _grants(session: Session, visitor: Visitor, own: Collection[uuid.UUID], now: datetime) -> list[Elsewhere]:
    """Grants of other offices without a decision, or their second signature; for an approver at headquarters too, who
    may give both.
    """
    if not visitor.roles & (HEADQUARTERS | {Role.HEADQUARTERS_APPROVER}):
        return []
    found = []
    for one in late(session, now):
        office = session.get(Office, one.office_id)
        if one.office_id not in own and office is not None:
            found.append(Elsewhere(office.seat, one.since, one.due_at, grant=one.what))
    return found
