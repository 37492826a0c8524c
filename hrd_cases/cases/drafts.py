"""Drafts: a file on its way in, saved and come back to. Nobody but its author is shown one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.details import Sourced
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.models import Draft
from hrd_cases.documents.keeping import give_up
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import Charter, Signer
from hrd_cases.keys.folders import may_be_shredded
from hrd_cases.keys.models import Folder, FolderKind
from hrd_cases.keys.roles import CASEWORKERS
from hrd_cases.records import Parted, opened

OLD = timedelta(days=365)
MOST_PIECES = 60
"""People and sources of one draft: a list of names makes a file for each."""


def save(
    session: Session,
    by: Visitor,
    draft: Draft | None,
    drafted: Drafted,
    sourced: Sequence[SourcedPiece],
    now: datetime,
) -> Draft:
    """Keep what was recorded so far: a new draft, or the same one."""
    if draft is None:
        folder = by.ring.open_folder(by.office_id, FolderKind.DRAFT, now)
        record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
        draft = Draft(folder_id=folder.id, author_id=by.member_id, saved_at=now, drafted=drafted)
        session.add(draft)
    draft.drafted, draft.saved_at = drafted, now
    if tuple(sourced) != draft.sourced:
        draft.sourced = tuple(sourced)
    session.flush()
    record(session, Event.DRAFT_SAVED, draft=draft.id)
    return draft


def drafts_of(session: Session, visitor: Visitor) -> Parted[Draft]:
    """A member's own drafts, the last saved first."""
    query = select(Draft).where(Draft.author_id == visitor.member_id).order_by(Draft.saved_at.desc(), Draft.id)
    return opened(session.scalars(query).all())


def is_old(draft: Draft, now: datetime) -> bool:
    """Nobody has touched it for a year: its author is asked whether it is still needed."""
    return now - draft.saved_at >= OLD


class Lying(NamedTuple):
    """A draft of one's own that lies there: begun so many days ago, by the days of one's office."""

    draft_id: uuid.UUID
    days: int
    name: str
    urgency: str


def lying(session: Session, visitor: Visitor, now: datetime) -> list[Lying]:
    """A member's own drafts as Today tells of them, the oldest first. The list of drafts tells of those that cannot be
    opened now.
    """
    zone = ZoneInfo(visitor.zone)
    today = now.astimezone(zone).date()
    good = drafts_of(session, visitor).good
    begun = sorted(((one.drafted.begun_at, one.id, one.drafted) for one in good), key=lambda said: said[:2])
    return [
        Lying(draft_id, (today - at.astimezone(zone).date()).days, said.name, said.urgency)
        for at, draft_id, said in begun
    ]


class LeftBehind(NamedTuple):
    """Drafts of somebody who works on no files of the office any more: how many, and when the last was saved."""

    author_id: uuid.UUID
    number: int
    saved_at: datetime


def left_behind(session: Session, visitor: Visitor) -> list[LeftBehind]:
    """For heads: drafts that lie in their office and that nobody comes back for. Only their author is shown them."""
    found = []
    for office_id, charter in visitor.seats.items():
        if not visitor.allows(Permission.DECIDE_ON_CASE, office_id):
            continue
        ended = {who.member_id for who in visitor.charters.revocations(charter) if _is_seat_of(charter, who)}
        query = (
            select(Draft.author_id, func.count(), func.max(Draft.saved_at))
            .join(Folder, Folder.id == Draft.folder_id)
            .where(Folder.office_id == office_id, Folder.kind == FolderKind.DRAFT.value)
            .where(Draft.author_id.not_in(charter.members_in(CASEWORKERS, visitor.today) - ended))
            .group_by(Draft.author_id)
        )
        found += [LeftBehind(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: one.saved_at)


def _is_seat_of(charter: Charter, who: Signer) -> bool:
    return any(seat.holder == who for seat in charter.seats)


def with_sourced(draft: Draft, piece_id: uuid.UUID, sourced: Sourced | None) -> tuple[SourcedPiece, ...]:
    """What the draft says of sources, with this of one piece instead; None: nothing any more."""
    others = tuple(one for one in draft.sourced if one.id != piece_id)
    return others if sourced is None else (*others, SourcedPiece(id=piece_id, sourced=sourced))


def check_room(drafted: Drafted) -> None:
    if len(drafted.pieces) >= MOST_PIECES:
        raise Refused(
            N_("This draft holds as many people as a draft can."), N_("Open the file, then add the others there.")
        )


def drop(session: Session, by: Visitor, draft: Draft) -> None:
    """Throw a draft away for good: no copy of it can be read once this is committed."""
    folder_id: uuid.UUID = draft.folder_id
    record(session, Event.DRAFT_DROPPED, draft=draft.id)
    session.delete(draft)
    session.flush()
    if not may_be_shredded(folder_id):
        record(session, Event.ALARM_RAISED, alarm="failed its check: drafts")
    give_up(session, folder_id)
    by.ring.shred_folder(folder_id)
