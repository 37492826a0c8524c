"""Everybody of an office as the members' pages show them: their seat by the charter, and where they stand with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import ActingHead, Charter, Seat
from hrd_cases.keys.circles import Readiness, readiness
from hrd_cases.keys.models import CircleGrant
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.facts import today_in
from hrd_cases.offices.models import Office


class Access(StrEnum):
    """What access a colleague has, from the invitation to the end."""

    INVITED = "invited"
    LATE = "late"
    WAITS_FOR_WORDS = "waits_for_words"
    WAITS_FOR_KEY = "waits_for_key"
    SEATED = "seated"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    GONE = "gone"


ACCESS = {
    Access.INVITED: (_l("Invited"), "waiting"),
    Access.LATE: (_l("No open invitation"), "attention"),
    Access.WAITS_FOR_WORDS: (_l("Waits for vouching"), "attention"),
    Access.WAITS_FOR_KEY: (_l("Waits for a key"), "waiting"),
    Access.SEATED: (_l("Has access"), "good"),
    Access.SUSPENDED: (_l("Suspended"), "danger"),
    Access.LEAVING: (_l("Access ended, seat to be taken"), "danger"),
    Access.GONE: (_l("Access ended"), "neutral"),
}


class Colleague(NamedTuple):
    """`seats` and `acting` are those of the charter in force; `waits_for` circles whose key nobody has handed over."""

    member: Member
    access: Access
    seats: tuple[Seat, ...]
    acting: ActingHead | None
    waits_for: tuple[CircleName, ...]
    invited_until: datetime | None

    @property
    def said(self) -> tuple[str, str]:
        """(words, kind of tag)."""
        words, kind = ACCESS[self.access]
        return str(words), kind


def charter_of(by: Visitor, office_id: uuid.UUID) -> Charter | None:
    """The charter of an office in force, or None before its first. Raises Tampered."""
    try:
        return by.charters.of(office_id)
    except Absent:
        return None


def names_of(session: Session, members: Iterable[uuid.UUID], draft: Charter | None = None) -> dict[uuid.UUID, str]:
    """Sign-in names by id: those that the charter of each one's own office gives, or a `draft` of it that they read;
    the table's for whom none names. What another office's charter calls somebody is not its to say.
    """
    wanted = frozenset(members)
    if not wanted:
        return {}
    rows = session.execute(select(Member.id, Member.sign_in, Member.office_id).where(Member.id.in_(wanted))).all()
    at_home = {row.id: row.office_id for row in rows}
    keys = session.info.get("keys")
    drafted = draft.names.items() if draft is not None else ()
    return (
        {row.id: row.sign_in for row in rows}
        | {one: name for one, name in drafted if draft is not None and at_home.get(one) == draft.office_id}
        | (keys.charters.names_at_home(at_home) if keys is not None else {})
    )


def as_chartered(charter: Charter | None, member: Member) -> Member:
    """A colleague under the name by which the charter of their own office knows them, whatever the table says; nothing
    of it is written.
    """
    if charter is not None and charter.office_id == member.office_id and member.id in charter.names:
        set_committed_value(member, "sign_in", charter.names[member.id])
    return member


def office_of(session: Session, by: Visitor, office_id: uuid.UUID) -> Office | None:
    """An office under the place its charter names, and of its kind, whatever the table says; nothing is written."""
    office = session.get(Office, office_id)
    with suppress(Tampered):
        charter = charter_of(by, office_id) if office is not None else None
        if office is not None and charter is not None:
            set_committed_value(office, "kind", charter.kind.value)
        if office is not None and charter is not None and charter.place:
            set_committed_value(office, "seat", charter.place)
    return office


def place_of(session: Session, by: Visitor, member: Member) -> Office:
    """The office a member belongs to. Raises Absent."""
    office = office_of(session, by, member.office_id)
    if office is None:
        raise Absent
    return office


def suspended(session: Session, office_id: uuid.UUID) -> frozenset[uuid.UUID]:
    query = select(Member.id).where(Member.office_id == office_id, Member.suspended_at.is_not(None))
    return frozenset(session.scalars(query))


def kept_out(session: Session, office_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Whose access is suspended or ended, though a charter may seat them still: nothing is given into their hands."""
    out = or_(Member.suspended_at.is_not(None), Member.revoked_at.is_not(None))
    return frozenset(session.scalars(select(Member.id).where(Member.office_id == office_id, out)))


def colleagues(
    session: Session, by: Visitor, charter: Charter | None, office_id: uuid.UUID, now: datetime
) -> list[Colleague]:
    """Everybody of an office: seated first, then those on their way in, at last those who left."""
    stands = stands_of(session, by, charter)
    members = session.scalars(select(Member).where(Member.office_id == office_id).order_by(Member.sign_in)).all()
    found = [colleague(session, charter, stands, member, by.today, now) for member in members]
    return sorted(found, key=lambda one: (one.access is Access.GONE, not one.seats, one.member.sign_in))


def stands_of(session: Session, by: Visitor, charter: Charter | None) -> list[Readiness]:
    """How each circle of an office stands; none before its first charter."""
    return readiness(session, charter, by.today, by.charters) if charter is not None else []


def seats_held(charter: Charter | None, member_id: uuid.UUID, today: date) -> tuple[Seat, ...]:
    """Seats a charter names for a member on a day, also those that count for nothing because the access was ended."""
    if charter is None:
        return ()
    return tuple(seat for seat in charter.seats if seat.member_id == member_id and seat.holds_on(today))


def colleague(
    session: Session, charter: Charter | None, stands: list[Readiness], member: Member, today: date, now: datetime
) -> Colleague:
    as_chartered(charter, member)
    seats = seats_held(charter, member.id, today)
    acting = _acting(session, charter, member)
    waits_for = tuple(stand.name for stand in stands if member.id in stand.waiting)
    invitation = session.get(Invitation, member.id)
    until = invitation.expires_at if invitation is not None and invitation.expires_at > now else None
    return Colleague(member, _access(member, seats, waits_for, until), seats, acting, waits_for, until)


def _acting(session: Session, charter: Charter | None, member: Member) -> ActingHead | None:
    """Days as acting head that are not over where the office is."""
    office = session.get(Office, charter.office_id) if charter is not None and charter.acting else None
    if charter is None or office is None:
        return None
    today = today_in(office.zone)
    return next((one for one in charter.acting if one.member_id == member.id and one.until >= today), None)


def _access(
    member: Member, seats: tuple[Seat, ...], waits_for: tuple[CircleName, ...], invited_until: datetime | None
) -> Access:
    if member.revoked_at is not None:
        return Access.LEAVING if seats else Access.GONE
    if member.suspended_at is not None:
        return Access.SUSPENDED
    if member.enrolled_at is None:
        return Access.INVITED if invited_until else Access.LATE
    if not any(seat.fingerprint == member.fingerprint for seat in seats):
        return Access.WAITS_FOR_WORDS
    return Access.WAITS_FOR_KEY if waits_for else Access.SEATED


def suspended_colleagues(session: Session, office_id: uuid.UUID) -> list[Member]:
    """Whose access is suspended and was not ended."""
    query = select(Member).where(
        Member.office_id == office_id, Member.suspended_at.is_not(None), Member.revoked_at.is_(None)
    )
    return list(session.scalars(query.order_by(Member.sign_in)))


def newcomers_of(session: Session, charter: Charter | None, office_id: uuid.UUID, today: date) -> list[Member]:
    """Who has made keys that no charter seats yet: they wait for a head to hear their six words."""
    return unseated(charter, enrolled(session, [office_id]).get(office_id, []), today)


def enrolled(session: Session, office_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Member]]:
    """Who has made keys and may come in, by office."""
    query = select(Member).where(
        Member.office_id.in_(tuple(office_ids)),
        Member.enrolled_at.is_not(None),
        Member.revoked_at.is_(None),
        Member.suspended_at.is_(None),
    )
    found: dict[uuid.UUID, list[Member]] = {}
    for member in session.scalars(query.order_by(Member.sign_in)):
        found.setdefault(member.office_id, []).append(member)
    return found


def unseated(charter: Charter | None, members: Iterable[Member], today: date) -> list[Member]:
    """Those whose keys an office's charter does not seat."""
    seats = charter.seats if charter is not None else ()
    seated = {(seat.member_id, seat.fingerprint) for seat in seats if seat.holds_on(today)}
    return [member for member in members if (member.id, member.fingerprint) not in seated]


class Handed(NamedTuple):
    """Who gave whom the key of a circle, and when."""

    circle: CircleName
    member_id: uuid.UUID
    by: uuid.UUID
    at: datetime


def handed_over(session: Session, charter: Charter) -> list[Handed]:
    """Every key handed over that opens today, circle by circle, oldest first."""
    found = []
    for entry in charter.circles:
        query = select(CircleGrant).where(CircleGrant.circle_id == entry.circle_id, CircleGrant.epoch == entry.epoch)
        grants = session.scalars(query.order_by(CircleGrant.handed_at, CircleGrant.member_id))
        found += [Handed(entry.name, grant.member_id, grant.handed_by, grant.handed_at) for grant in grants]
    return found
