"""Today: what needs this member now, and what headquarters wrote to their office."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import failed_check, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.models import Letter
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Notice, Office
from hrd_cases.offices.needs import Need, needs
from hrd_cases.offices.notices import letters_to, notices_of
from hrd_cases.outbox.watch import troubles

desk = Desk("today")


@dataclass
class Post:
    """What came for one's office: notices that open, damaged ones, those whose key this member waits for, letters."""

    notices: list[Notice] = field(default_factory=list)
    damaged: list[Notice] = field(default_factory=list)
    locked: int = 0
    refused: list[Letter] = field(default_factory=list)
    unfolded: int = 0
    senders: dict[uuid.UUID, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.notices or self.damaged or self.locked or self.refused or self.unfolded)


@desk.get("/", needs=Permission.SEE_TODAY)
def show(session: Session, visitor: Visitor) -> Response:
    now = datetime.now(UTC)
    post = _post(session, visitor, now)
    waiting = [(need, _address(need)) for need in needs(session, visitor)]
    return shown("today/show.html", needs=waiting, post=post, mails=troubles(session, {visitor.member_id}), now=now)


def _address(need: Need) -> str:
    ids: dict[str, Any] = dict(need.ids)
    return url_for(need.endpoint, **ids)


def _post(session: Session, visitor: Visitor, now: datetime) -> Post:
    post = Post()
    for office_id in visitor.seats:
        if visitor.allows(Permission.READ_NOTICE, office_id):
            _collect(session, office_id, post, now)
    for notice in post.damaged:
        failed_check("notice", notice.id)
    post.senders = names_of(session, {notice.sender_id for notice in post.notices})
    return post


def _collect(session: Session, office_id: uuid.UUID, post: Post, now: datetime) -> None:
    office = session.get(Office, office_id)
    if office is None:
        return
    good, damaged, locked = notices_of(session, office)
    post.notices += good
    post.damaged += damaged
    post.locked += len(locked)
    unfolded, refused = letters_to(session, office_id, now)
    post.unfolded += unfolded
    post.refused += refused
