"""Who has which seat in an office: newcomers vouched for, roles given and taken away, acting heads named.

Whoever signs a newcomer in has typed the six words the newcomer read to them: no table can put another key in their
place.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import LONGEST_ACTING, MIN_HEADS, Act, ActingHead, Charter, Seat
from hrd_cases.keys.roles import CHANGED_BY_TWO, HEADS, MAX_CUSTODIANS, OFFICE_ROLES, OfficeKind, Role
from hrd_cases.keys.rules import looks
from hrd_cases.offices.models import Office
from hrd_cases.offices.proposing import change, check_words, newcomer_seat


def vouch(session: Session, by: Visitor, office: Office, member: Member, words: str, now: datetime) -> Charter | None:
    """Seat a newcomer in the role they were invited for, having heard their six words; also someone with new keys.

    The head or acting head signs alone; a head, a headquarters head or a custodian takes two headquarters heads (then
    a draft waits: None).
    """
    current = by.charters.of(office.id)
    seat = newcomer_seat(session, office, member.id, role_of_newcomer(current, member, now.date()), now.date())
    check_words(session, (seat,), {member.id: words}, by)
    seat = msgspec.structs.replace(seat, called=current.names.get(member.id, seat.called))
    _check_name(by.charters.ever_named(office.id), seat)
    others = tuple(s for s in current.seats if not (s.member_id == member.id and s.fingerprint != seat.fingerprint))
    if any(s.member_id == member.id and s.holds_on(now.date()) for s in others):
        raise Refused(
            N_("%(name)s has a seat already, and a colleague has one at most."),
            N_("Change the seat from their page."),
            name=member.sign_in,
        )
    _check_custodians(others, seat)
    record(session, Event.MEMBER_VOUCHED, member=member.id, office=office.id, role=seat.role.value)
    return change(session, by, office, Act.SEAT, now, seats=(*others, seat))


def role_of_newcomer(current: Charter | None, member: Member, today: date) -> Role:
    """What they will be seated as: the role the charter gives them already, else the one they were invited for."""
    seats = current.seats if current is not None else ()
    held = [seat.role for seat in seats if seat.member_id == member.id and seat.holds_on(today)]
    return held[0] if held else Role(member.invited_role)


def signs_alone(by: Visitor, office_id: uuid.UUID) -> bool:
    """Is this visitor head or acting head of the office? What they sign for it without a second head passes a change
    that waits.
    """
    return bool(by.roles_in(office_id) & HEADS)


def hears(by: Visitor, current: Charter | None, member: Member) -> bool:
    """Is it for this visitor to hear a newcomer's words? A head hears their own; for another head it takes two."""
    if needs_two(role_of_newcomer(current, member, by.today)):
        return Role.HEADQUARTERS_HEAD in by.roles
    return by.allows(Permission.VOUCH, member.office_id)


def _check_here(member: Member) -> None:
    if member.revoked_at is not None or member.suspended_at is not None:
        raise Refused(
            N_("%(name)s has no access now."), N_("A head restores a suspended colleague."), name=member.sign_in
        )


def _check_name(given: Mapping[uuid.UUID, str], seat: Seat) -> None:
    """A name that a charter of the office ever gave is one person's for good, with all that looks like it: who vouches
    knows them by it."""
    if given.get(seat.member_id, seat.called) != seat.called:
        raise Refused(
            N_("%(name)s is not what the charters called this colleague before. Somebody has changed a table."),
            N_("Do not sign: call headquarters."),
            name=seat.called,
        )
    if any(name == seat.called and member != seat.member_id for member, name in given.items()):
        raise Refused(
            N_("%(name)s is what the charter calls another colleague. Somebody has exchanged names in a table."),
            N_("Do not sign: call headquarters."),
            name=seat.called,
        )
    if any(looks(name) == looks(seat.called) and member != seat.member_id for member, name in given.items()):
        raise Refused(
            N_("%(name)s is no sign-in name of this house. Somebody has changed a table."),
            N_("Do not sign: call headquarters."),
            name=seat.called,
        )


def _check_custodians(others: tuple[Seat, ...], seat: Seat) -> None:
    if seat.role is Role.CUSTODIAN and sum(s.role is Role.CUSTODIAN for s in others) >= MAX_CUSTODIANS:
        raise Refused(N_("There are six custodians already."), N_("Take a seat away first."))


def change_role(
    session: Session, by: Visitor, office: Office, member: Member, role: Role, now: datetime
) -> Charter | None:
    """Give a seated member another role from today on, with the keys they have. Keys of circles follow the role."""
    current = by.charters.of(office.id)
    _check_here(member)
    mine = tuple(seat for seat in current.seats if seat.member_id == member.id)
    others = tuple(seat for seat in current.seats if seat.member_id != member.id)
    if not mine or role not in OFFICE_ROLES[current.kind]:
        raise Refused(N_("This office has no such seat."), N_("Choose a role that fits the kind of office."))
    _check_keys(by, current, member, mine[0])
    if {seat.role for seat in mine if seat.holds_on(now.date())} == {role}:
        raise Refused(N_("%(name)s has this role already."), N_("Choose another role."), name=member.sign_in)
    seat = msgspec.structs.replace(mine[0], role=role, since=now.date(), until=None)
    _check_two_heads(current, (*others, seat), now.date())
    _check_custodians(others, seat)
    return change(session, by, office, Act.SEAT, now, seats=(*others, seat))


def _check_keys(by: Visitor, current: Charter, member: Member, seat: Seat) -> None:
    """Refused for a seat under keys that have ended: no charter gives such keys anything again."""
    ended = seat.holder in current.ended or seat.holder in by.charters.revocations(current)
    if ended or member.fingerprint != seat.fingerprint:
        raise Refused(
            N_("The keys of this seat have ended, and %(name)s has no others that anybody has vouched for."),
            N_("Hear the six words of their new keys first, or take the seat away."),
            name=member.sign_in,
        )


def unseat(session: Session, by: Visitor, office: Office, member: Member, now: datetime) -> Charter | None:
    """Take a member's seats away, and their acting headship with them; their circles become due for new keys."""
    current = by.charters.of(office.id)
    seats = tuple(seat for seat in current.seats if seat.member_id != member.id)
    if seats == current.seats:
        raise Refused(N_("%(name)s has no seat here."), N_("There is none to take away."), name=member.sign_in)
    _check_two_heads(current, seats, now.date())
    acting = tuple(a for a in current.acting if a.member_id != member.id)
    return change(session, by, office, Act.UNSEAT, now, seats=seats, acting=acting)


def _check_two_heads(current: Charter, seats: tuple[Seat, ...], today: date) -> None:
    heads = msgspec.structs.replace(current, seats=seats).heads(today)
    if current.kind is OfficeKind.HEADQUARTERS and len(heads) < MIN_HEADS:
        raise Refused(N_("Headquarters keeps at least two heads."), N_("Seat another head first."))


def name_acting_head(
    session: Session, by: Visitor, office: Office, member: Member, since: date, until: date, now: datetime
) -> Charter | None:
    """Name a seated member to act as head from `since` to `until`, both included, by the days of the office's zone.

    Only a head or two headquarters heads do that. Headquarters itself has no acting heads: its heads sign in person.
    """
    current = by.charters.of(office.id)
    _check_here(member)
    if current.kind is not OfficeKind.DELEGATION:
        raise Refused(N_("Only a delegation has an acting head."), N_("At headquarters, seat a third head."))
    today = now.astimezone(ZoneInfo(office.zone)).date()
    if by.member_id not in current.heads(by.today) and Role.HEADQUARTERS_HEAD not in by.roles:
        raise Refused(
            N_("An acting head names no other acting head."), N_("The head does, or two heads of headquarters.")
        )
    if not today <= since <= until:
        raise Refused(
            N_("The first day comes before the last, and neither lies in the past."),
            N_("The days are those of the office's own place."),
        )
    if until - since > LONGEST_ACTING:
        raise Refused(N_("An acting head is named for a year at most."), N_("Name them again when it is over."))
    seated_on = max(since, now.date())  # a seat's days are counted in UTC
    if not current.seats_of(member.id, seated_on) or member.id in current.heads(seated_on):
        raise Refused(
            N_("An acting head is a colleague of this office who is not its head."),
            N_("Choose somebody else, or vouch for a colleague first."),
        )
    others = tuple(a for a in current.acting if a.until >= today and a.member_id != member.id)
    acting = (*others, ActingHead(member.id, since, until))
    return change(session, by, office, Act.ACTING, now, acting=acting)


def needs_two(role: Role) -> bool:
    """Does seating someone in this role take two headquarters heads?"""
    return role in CHANGED_BY_TWO
