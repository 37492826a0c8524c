"""Headquarters' notices to an office: sent as letters, folded into the office's folder, on Today until each has put it
away for themselves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import filled_for_all
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.told import whole
from hrd_cases.audit.trail import record, subjects_of
from hrd_cases.door.permissions import RULES, Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Locked, Refused, Tampered
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Circle, FolderKind, Letter
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Notice, NoticeReading, Office
from hrd_cases.records import Parted, opened

ACT = "headquarters_notice"
LONGEST_SUBJECT = 200
LONGEST_TEXT = 20_000
REFUSED_SHOWN = timedelta(days=30)
MOST_SHOWN = 50


class Content(msgspec.Struct, frozen=True, array_like=True):
    subject: str
    text: str


def send_notice(session: Session, by: Visitor, office: Office, subject: str, text: str, now: datetime) -> Letter:
    """Send an office a notice; only its casework circle can open it."""
    if not subject.strip() or not text.strip():
        raise Refused(N_("A notice has a subject and a text."), N_("Write both."))
    content = msgspec.msgpack.encode(Content(subject.strip()[:LONGEST_SUBJECT], text[:LONGEST_TEXT]))
    sender = (by.member_id, by.charters.headquarters_id, by.ring.keys)
    letter = letters.send(session, by.charters, sender, (office.id, CircleName.CASEWORK), ACT, office.id, content, now)
    session.flush()
    record(session, Event.LETTER_SENT, letter=letter.id, office=office.id, act=ACT, digest=letter.digest)
    return letter


def fold(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """Turn a headquarters' letter into a notice of the office; the office's first notice opens its folder."""
    if read.has_left:
        raise Tampered("a notice from somebody whose access was ended")
    if read.office_id != visitor.charters.headquarters_id or not read.roles & RULES[Permission.SEND_NOTICE].anywhere:
        raise Tampered("a notice from someone who may not send one")
    try:
        content = msgspec.msgpack.decode(read.content, type=Content)
    except UNREADABLE as error:
        raise Tampered("not a notice") from error
    office = session.get(Office, session.get_one(Circle, letter.circle_id).office_id)
    if office is None or office.id != letter.subject_id:
        raise Tampered("a notice for another office")
    if session.get(Notice, letter.id) is not None:
        raise Tampered("a notice that was folded before")
    session.add(
        Notice(
            id=letter.id,
            folder_id=office_folder(session, visitor, office),
            office_id=office.id,
            sent_at=read.sent_at,
            sender_id=read.sender_id,
            subject=content.subject,
            text=content.text,
        )
    )


def office_folder(session: Session, visitor: Visitor, office: Office) -> uuid.UUID:
    """The folder of what an office is told; opened with the first of it."""
    if office.folder_id is None:
        folder = visitor.ring.open_folder(office.id, FolderKind.OFFICE, datetime.now(UTC))
        office.folder_id = folder.id
        record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    return office.folder_id


def notices_of(session: Session, office: Office, put_away: Collection[uuid.UUID]) -> Parted[Notice]:
    """Notices of an office that a member has not put away, newest first."""
    return _parted(session, office, Notice.id.not_in(put_away))


def earlier_of(session: Session, office: Office, put_away: Collection[uuid.UUID]) -> Parted[Notice]:
    """Notices of an office that a member has put away, newest first."""
    return _parted(session, office, Notice.id.in_(put_away))


def put_away_by(session: Session, by: Visitor) -> set[uuid.UUID]:
    """Every notice that this member has put away."""
    return {notice for notice, _ in _readings(session, NoticeReading.member_id == by.member_id)}


# Asked whenever notices are shown: made once.
_TOLD = (
    select(NoticeReading.notice_id, NoticeReading.member_id, NoticeReading.read_at, AuditEntry)
    .join(AuditSubject, AuditSubject.subject_id == NoticeReading.notice_id)
    .join(AuditEntry, AuditEntry.number == AuditSubject.number)
    .where(
        ((AuditEntry.event == Event.NOTICE_READ.value) & (AuditEntry.actor_id == NoticeReading.member_id))
        | (AuditEntry.event == Event.NOTICE_PUT_AWAY.value)
    )
)


def _readings(session: Session, which: ColumnElement[bool]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(notice, member) of the readings that the trail tells of. A row alone is not believed: planted, it would hide a
    notice from a colleague and tell headquarters that it was read.
    """
    return {
        (row.notice_id, row.member_id)
        for row in session.execute(_TOLD.where(which))
        if (body := whole(row.AuditEntry)) is not None
        and row.notice_id in subjects_of(body)
        and (body.event == Event.NOTICE_READ or filled_for_all(row.read_at, body.at))
    }


def _parted(session: Session, office: Office, which: ColumnElement[bool]) -> Parted[Notice]:
    """What is in no folder of the office was planted: that no key opens it says nothing of the reader."""
    query = select(Notice).where(Notice.office_id == office.id, which)
    parted = opened(session.scalars(query.order_by(Notice.sent_at.desc())).all())
    planted = [notice for notice in parted.locked if notice.folder_id != office.folder_id]
    waiting = [notice for notice in parted.locked if notice.folder_id == office.folder_id]
    return Parted(parted.good, parted.damaged + planted, waiting)


def letters_to(session: Session, office_id: uuid.UUID, now: datetime) -> tuple[int, list[Letter]]:
    """(how many letters nobody has opened yet, those that failed their check within the last month)."""
    circles = select(Circle.id).where(Circle.office_id == office_id)
    to_us = Letter.circle_id.in_(circles)
    waiting = (
        select(func.count()).select_from(Letter).where(to_us, Letter.folded_at.is_(None), Letter.refused_at.is_(None))
    )
    refused = select(Letter).where(to_us, Letter.refused_at > now - REFUSED_SHOWN).order_by(Letter.refused_at)
    return session.scalar(waiting) or 0, list(session.scalars(refused))


def sent_to(session: Session, office_id: uuid.UUID) -> list[Letter]:
    """Headquarters' notices to an office, newest first: whether they were opened there, never what they say."""
    query = select(Letter).where(Letter.act == ACT, Letter.subject_id == office_id)
    return list(session.scalars(query.order_by(Letter.arrived_at.desc()).limit(MOST_SHOWN)))


def read_by(session: Session, notices: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Who has put which notice away, by their sign-in names: what its sender learns of it, and nothing more."""
    told = _readings(session, NoticeReading.notice_id.in_(tuple(notices)))
    names = names_of(session, {member for _, member in told})
    found: dict[uuid.UUID, list[str]] = {}
    for name, notice in sorted((names[member], notice) for notice, member in told if member in names):
        found.setdefault(notice, []).append(name)
    return found


def put_away(session: Session, by: Visitor, notice: Notice, now: datetime) -> None:
    """This member has read it: off their Today, among their earlier notices. Everybody else's stays as it is.

    Raises Tampered for a damaged one, Locked without its key.
    """
    parted = opened([notice])
    if parted.locked:
        raise Locked("a notice without a key")
    if parted.damaged:
        raise Tampered("a notice")
    if notice.id not in put_away_by(session, by):
        session.merge(NoticeReading(notice_id=notice.id, member_id=by.member_id, read_at=now))
        record(session, Event.NOTICE_READ, notice=notice.id)
