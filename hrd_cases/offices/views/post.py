"""What headquarters wrote to a member's office, as a page shows it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import failed_check
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.models import Letter
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Notice, Office
from hrd_cases.offices.notices import put_away_by
from hrd_cases.records import Parted


@dataclass
class Post:
    """What came for one's office: notices that open, damaged ones, those whose key this member waits for, letters."""

    notices: list[Notice] = field(default_factory=list)
    damaged: list[Notice] = field(default_factory=list)
    locked: int = 0
    refused: list[Letter] = field(default_factory=list)
    unfolded: int = 0
    senders: dict[uuid.UUID, str] = field(default_factory=dict)
    places: dict[uuid.UUID, str] = field(default_factory=dict)
    """The offices they came to, by id."""
    any_put_away: bool = False

    def __bool__(self) -> bool:
        return bool(self.notices or self.damaged or self.locked or self.refused or self.unfolded)


Which = Callable[[Session, Office, set[uuid.UUID]], Parted[Notice]]


def collect(session: Session, visitor: Visitor, which: Which) -> Post:
    """The notices that `which` finds of every office whose notices this member reads, by what they have put away. What
    is damaged is an alarm.
    """
    post, put_away = Post(), put_away_by(session, visitor)
    post.any_put_away = bool(put_away)
    for office_id in visitor.seats:
        office = session.get(Office, office_id)
        if office is None or not visitor.allows(Permission.READ_NOTICE, office_id):
            continue
        good, damaged, locked = which(session, office, put_away)
        post.places[office_id] = office.seat
        post.notices += good
        post.damaged += damaged
        post.locked += len(locked)
    for notice in post.damaged:
        failed_check("notice", notice.id)
    post.senders = names_of(session, {notice.sender_id for notice in post.notices})
    return post
