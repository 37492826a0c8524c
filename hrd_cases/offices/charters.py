"""What members do to charters: found headquarters, open an office, vouch, name an acting head, change coverage, countersign.

Each act proposes a signed charter; where two headquarters heads must sign, it waits as a draft until the second has countersigned.
Whoever signs a newcomer in has typed the six words the newcomer read to them: no table can put another key in their place.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import load_pins, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Refused
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Act, ActingHead, Charter, Coverage, Seat, decode
from hrd_cases.keys.issue import countersign, first_charter, founding_charter, next_charter, propose
from hrd_cases.keys.models import CharterDraft, CharterRow, CoverageRow
from hrd_cases.keys.roles import CHANGED_BY_TWO, MAX_CUSTODIANS, OFFICE_ROLES, OfficeKind, Role
from hrd_cases.offices.models import Office
from hrd_cases.vault.words import same_words

Words = Mapping[uuid.UUID, str]
"""By member: the six words as typed."""


def _check_words(session: Session, newcomers: tuple[Seat, ...], words: Words, signer: uuid.UUID) -> None:
    """Refused unless the signer typed the right six words for every newcomer but themselves."""
    for seat in newcomers:
        if seat.member_id != signer and not same_words(words.get(seat.member_id, ""), seat.fingerprint):
            name = session.get_one(Member, seat.member_id).sign_in
            raise Refused(
                _("The six words typed for %(name)s are not theirs.", name=name),
                _("Ask them to read the words from their own page again. If they still differ, do not sign: call headquarters."),
            )


def _seat(member: Member, role: Role, since: date, until: date | None = None) -> Seat:
    if member.fingerprint is None or member.enrolled_at is None or member.revoked_at is not None:
        raise Refused(
            _("%(name)s has not finished enrolling.", name=member.sign_in), _("They finish with the invitation code; then they read you six words.")
        )
    return Seat(member.id, role, since, until, member.fingerprint)


def _propose(session: Session, by: Visitor, charters: Charters | None, charter: Charter, now: datetime) -> Charter | None:
    record(session, Event.CHARTER_PROPOSED, office=charter.office_id, number=charter.number, act=charter.act.value)
    in_force = propose(session, charters, charter, by.member_id, by.ring.keys, now)
    _note(session, in_force)
    return in_force


def _note(session: Session, charter: Charter | None) -> None:
    if charter is not None:
        fields = {"office": charter.office_id, "number": charter.number, "act": charter.act.value, "hash": charter.hash}
        record(session, Event.CHARTER_IN_FORCE, **fields)


# -- headquarters


def is_founded(session: Session) -> bool:
    return session.scalar(select(CharterRow.hash).limit(1)) is not None


def founders(session: Session, office: Office) -> list[Member]:
    """Heads and custodians who have enrolled for an installation without headquarters."""
    roles = (Role.HEADQUARTERS_HEAD.value, Role.CUSTODIAN.value)
    query = select(Member).where(Member.office_id == office.id, Member.enrolled_at.is_not(None), Member.invited_role.in_(roles))
    return list(session.scalars(query.order_by(Member.sign_in)))


def found_headquarters(session: Session, by: Visitor, office: Office, words: Words, now: datetime) -> None:
    """Propose headquarters' founding charter: the heads and custodians who have enrolled. A second head countersigns.

    Refused to anyone invited as something else, if headquarters stands already, and for wrong words.
    """
    if is_founded(session):
        raise Refused(_("Headquarters is founded already."), _("Its heads change the charter from its page."))
    members = founders(session, office)
    heads = [member for member in members if member.invited_role == Role.HEADQUARTERS_HEAD]
    if by.member_id not in {head.id for head in heads} or len(heads) < 2:
        raise Refused(_("Two heads of headquarters found it together."), _("Both enrol with their invitation first."))
    seats = tuple(_seat(member, Role(member.invited_role), now.date()) for member in members)
    _check_words(session, seats, words, by.member_id)
    _propose(session, by, None, founding_charter(office.id, seats, now), now)


def _pin_own_root(session: Session, by: Visitor, charter: Charter) -> None:
    """Who signed the founding charter relies on it from now on."""
    pins = load_pins(session, by.ring.keys, by.member_id)
    pins.root = charter.hash
    save_pins(session, pins, by.ring.keys, by.member_id)
    record(session, Event.ROOT_PINNED, member=by.member_id)


def root_of(session: Session) -> bytes:
    """The hash of the founding charter this database names; a newcomer believes it only after typing its six words."""
    kind = OfficeKind.HEADQUARTERS.value
    query = select(CharterRow.hash).join(Office, Office.id == CharterRow.office_id)
    found = session.scalar(query.where(Office.kind == kind, CharterRow.number == 1))
    if found is None:
        raise Absent
    return found


# -- offices


def open_charter(
    session: Session, by: Visitor, office: Office, countries: tuple[str, ...], seats: Mapping[uuid.UUID, Role], words: Words, now: datetime
) -> Charter | None:
    """Propose an office's first charter: its countries and its first members, two headquarters heads signing.

    Refused if a country has a primary office already, for roles such an office does not have, and for wrong words.
    """
    kind = OfficeKind(office.kind)
    if session.scalar(select(CharterRow.hash).where(CharterRow.office_id == office.id)) is not None:
        raise Refused(_("This office has a charter already."), _("Change it from the charter's page."))
    _check_free(session, countries, office.id)
    coverage = tuple(Coverage(country, now.date()) for country in sorted(countries))
    seated = tuple(_newcomer(session, office, member, role, now.date()) for member, role in seats.items())
    _check_words(session, seated, words, by.member_id)
    return _propose(session, by, by.charters, first_charter(by.charters, office.id, kind, coverage, seated, now), now)


def _newcomer(session: Session, office: Office, member_id: uuid.UUID, role: Role, since: date) -> Seat:
    member = session.get_one(Member, member_id)
    if role not in OFFICE_ROLES[OfficeKind(office.kind)] or member.office_id != office.id:
        raise Refused(_("This office has no such role."), _("Choose a role that fits the kind of office."))
    return _seat(member, role, since)


def _check_free(session: Session, countries: tuple[str, ...], office_id: uuid.UUID) -> None:
    taken = session.scalars(
        select(CoverageRow.country).where(CoverageRow.country.in_(countries), CoverageRow.until.is_(None), CoverageRow.office_id != office_id)
    ).all()
    if taken:
        raise Refused(
            _("%(countries)s: another office is the primary office already.", countries=", ".join(sorted(taken))),
            _("End the other office's coverage first; a country has one primary office at a time."),
        )


def change_coverage(session: Session, by: Visitor, office: Office, countries: tuple[str, ...], now: datetime) -> Charter | None:
    """Propose which countries an office covers from today on. Countries left out end yesterday; their past stays in the charter."""
    current = by.charters.of(office.id)
    _check_free(session, countries, office.id)
    return _propose(session, by, by.charters, next_charter(by.charters, office.id, Act.COVERAGE, now, countries=_covered(current, countries, now.date())), now)


def _covered(current: Charter, countries: tuple[str, ...], today: date) -> tuple[Coverage, ...]:
    kept = []
    for coverage in current.countries:
        if coverage.until is None and coverage.country not in countries:
            if coverage.since < today:
                kept.append(Coverage(coverage.country, coverage.since, date.fromordinal(today.toordinal() - 1)))
        else:
            kept.append(coverage)
    open_now = {coverage.country for coverage in kept if coverage.until is None}
    return (*kept, *(Coverage(country, today) for country in sorted(set(countries) - open_now)))


# -- members


def vouch(session: Session, by: Visitor, office: Office, member: Member, words: str, now: datetime) -> Charter | None:
    """Seat a newcomer in the role they were invited for, having heard their six words. Someone with new keys is seated anew.

    The head or acting head signs alone; a head, a headquarters head or a custodian takes two headquarters heads (a draft: None).
    """
    current = by.charters.of(office.id)
    seat = _newcomer(session, office, member.id, Role(member.invited_role), now.date())
    _check_words(session, (seat,), {member.id: words}, by.member_id)
    others = tuple(s for s in current.seats if not (s.member_id == member.id and s.fingerprint != seat.fingerprint))
    if any(s.member_id == member.id and s.role is seat.role and s.holds_on(now.date()) for s in others):
        raise Refused(_("%(name)s has this seat already.", name=member.sign_in))
    custodians = sum(s.role is Role.CUSTODIAN for s in others)
    if seat.role is Role.CUSTODIAN and custodians >= MAX_CUSTODIANS:
        raise Refused(_("There are six custodians already."), _("Take a seat away first."))
    act = Act.SEAT
    record(session, Event.MEMBER_VOUCHED, member=member.id, office=office.id, role=seat.role.value)
    return _propose(session, by, by.charters, next_charter(by.charters, office.id, act, now, seats=(*others, seat)), now)


def unseat(session: Session, by: Visitor, office: Office, member: Member, now: datetime) -> Charter | None:
    """Take a member's seats away, and their acting headship with them."""
    current = by.charters.of(office.id)
    seats = tuple(seat for seat in current.seats if seat.member_id != member.id)
    if seats == current.seats:
        raise Refused(_("%(name)s has no seat here.", name=member.sign_in))
    if _would_lose_two_heads(current, seats, now.date()):
        raise Refused(_("Headquarters keeps at least two heads."), _("Seat another head first."))
    return _propose(session, by, by.charters, next_charter(by.charters, office.id, Act.UNSEAT, now, seats=seats), now)


def _would_lose_two_heads(current: Charter, seats: tuple[Seat, ...], today: date) -> bool:
    heads = {seat.member_id for seat in seats if seat.role is Role.HEADQUARTERS_HEAD and seat.holds_on(today)}
    return current.kind is OfficeKind.HEADQUARTERS and len(heads) < 2


def name_acting_head(session: Session, by: Visitor, office: Office, member: Member, since: date, until: date, now: datetime) -> Charter | None:
    """Name a seated member to act as head from `since` to `until`, both included. Only a head or two headquarters heads do that."""
    current = by.charters.of(office.id)
    if not current.seats_of(member.id, since) or member.id in current.heads(since):
        raise Refused(_("An acting head is a colleague of this office who is not its head."))
    if not now.date() <= since <= until:
        raise Refused(_("The first day comes before the last, and neither lies in the past."))
    acting = tuple(a for a in current.acting if a.until >= now.date() and a.member_id != member.id)
    return _propose(
        session, by, by.charters, next_charter(by.charters, office.id, Act.ACTING, now, acting=(*acting, ActingHead(member.id, since, until))), now
    )


# -- second signatures


def draft_of(session: Session, office_id: uuid.UUID) -> tuple[CharterDraft, Charter] | None:
    """The change of an office that waits for a second signature."""
    draft = session.scalar(select(CharterDraft).where(CharterDraft.office_id == office_id))
    return (draft, decode(draft.body)) if draft is not None else None


def newcomers(charters: Charters | None, charter: Charter) -> tuple[Seat, ...]:
    """Seats of a draft that the charter in force does not have with the same keys."""
    before = charters.of(charter.office_id).seats if charters is not None and charter.number > 1 else ()
    known = {(seat.member_id, seat.fingerprint) for seat in before}
    return tuple(seat for seat in charter.seats if (seat.member_id, seat.fingerprint) not in known)


def sign_draft(session: Session, by: Visitor, draft: CharterDraft, words: Words) -> Charter | None:
    """Countersign a draft, having heard the six words of every newcomer in it. Returns the charter when it is in force."""
    charter = decode(draft.body)
    founding = charter.number == 1 and not charter.authority
    if founding and is_founded(session):
        raise Refused(_("Headquarters is founded already."))
    charters = None if founding else by.charters
    _check_words(session, newcomers(charters, charter), words, by.member_id)
    in_force = countersign(session, charters, draft, by.member_id, by.ring.keys)
    _note(session, in_force)
    if founding and in_force is not None:
        _pin_own_root(session, by, in_force)
    return in_force


def withdraw_draft(session: Session, by: Visitor, draft: CharterDraft) -> None:
    """Throw a draft away; anyone who might sign it may."""
    charter = decode(draft.body)
    record(session, Event.CHARTER_WITHDRAWN, office=charter.office_id, number=charter.number)
    session.delete(draft)


def needs_two(role: Role) -> bool:
    """Does seating someone in this role take two headquarters heads?"""
    return role in CHANGED_BY_TWO
