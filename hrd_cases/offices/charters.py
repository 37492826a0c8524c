"""What members do to charters: found headquarters, open an office, vouch, change seats and countries, countersign.

Each act proposes a signed charter; where two headquarters heads must sign, it waits as a draft until the second has
countersigned. Whoever signs a newcomer in has typed the six words the newcomer read to them: no table can put another
key in their place.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import load_pins, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Tampered
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import (
    LONGEST_ACTING,
    MIN_HEADS,
    Act,
    ActingHead,
    Charter,
    Coverage,
    Seat,
    charter_hash,
    decode,
)
from hrd_cases.keys.issue import (
    can_sign,
    countersign,
    first_charter,
    founding_charter,
    has_charter,
    next_charter,
    overtaken,
    propose,
)
from hrd_cases.keys.models import CharterDraft, CoverageRow
from hrd_cases.keys.roles import CHANGED_BY_TWO, HEADS, MAX_CUSTODIANS, OFFICE_ROLES, OfficeKind, Role
from hrd_cases.keys.root import is_founded
from hrd_cases.offices.countries import listed
from hrd_cases.offices.models import Office
from hrd_cases.vault.words import same_words

Words = Mapping[uuid.UUID, str]
"""By member: the six words as typed."""


def _check_words(session: Session, newcomers: tuple[Seat, ...], words: Words, by: Visitor) -> None:
    """Refused unless the signer typed the right six words for every newcomer; their own keys they hold themselves."""
    for seat in newcomers:
        own = seat.member_id == by.member_id and seat.fingerprint == by.ring.keys.fingerprint
        if not own and not same_words(words.get(seat.member_id, ""), seat.fingerprint):
            name = session.get_one(Member, seat.member_id).sign_in
            raise Refused(
                N_("The six words typed for %(name)s are not theirs."),
                N_("Ask them to read the words from their own page again. If they still differ, do not sign: "
                   "call headquarters."),
                name=name,
            )  # fmt: skip


def _seat(member: Member, role: Role, since: date, until: date | None = None) -> Seat:
    if member.fingerprint is None or member.enrolled_at is None or member.revoked_at is not None:
        raise Refused(
            N_("%(name)s has not finished enrolling."),
            N_("They finish with the invitation code; then they read you six words."),
            name=member.sign_in,
        )
    return Seat(member.id, role, since, until, member.fingerprint)


def _propose(
    session: Session, by: Visitor, charters: Charters | None, charter: Charter, now: datetime
) -> Charter | None:
    record(session, Event.CHARTER_PROPOSED, office=charter.office_id, number=charter.number, act=charter.act.value)
    in_force = propose(session, charters, charter, by.member_id, by.ring.keys, now)
    _note(session, in_force)
    return in_force


def _change(
    session: Session, by: Visitor, office: Office, act: Act, now: datetime, **changes: object
) -> Charter | None:
    """Propose the charter after the one in force, with these changes."""
    return _propose(session, by, by.charters, next_charter(by.charters, office.id, act, now, **changes), now)


def _note(session: Session, charter: Charter | None) -> None:
    if charter is not None:
        fields = {"office": charter.office_id, "number": charter.number, "act": charter.act.value}
        record(session, Event.CHARTER_IN_FORCE, **fields, hash=charter.hash)
        _remember_roles(session, charter)


def _remember_roles(session: Session, charter: Charter) -> None:
    """Who comes back with new keys after the old ones were lost is offered the seat they had last."""
    for seat in charter.seats:
        member = session.get(Member, seat.member_id)
        if member is not None:
            member.invited_role = seat.role.value


# -- headquarters


def founders(session: Session, office: Office) -> list[Member]:
    """Heads and custodians who have enrolled for an installation without headquarters."""
    return [member for member in invited_founders(session, office) if member.enrolled_at is not None]


def invited_founders(session: Session, office: Office) -> list[Member]:
    """Everybody invited to found headquarters, enrolled or not yet."""
    roles = (Role.HEADQUARTERS_HEAD.value, Role.CUSTODIAN.value)
    query = select(Member).where(
        Member.office_id == office.id, Member.revoked_at.is_(None), Member.invited_role.in_(roles)
    )
    return list(session.scalars(query.order_by(Member.sign_in)))


def found_headquarters(session: Session, by: Visitor, office: Office, words: Words, now: datetime) -> None:
    """Propose headquarters' founding charter: the heads and custodians who have enrolled. A second head countersigns.

    Refused to anyone invited as something else, if headquarters stands already, and for wrong words.
    """
    if is_founded(session):
        raise Refused(N_("Headquarters is founded already."), N_("Its heads change the charter from its page."))
    members = founders(session, office)
    heads = [member for member in members if member.invited_role == Role.HEADQUARTERS_HEAD]
    if by.member_id not in {head.id for head in heads} or len(heads) < MIN_HEADS:
        raise Refused(N_("Two heads of headquarters found it together."), N_("Both enrol with their invitation first."))
    if sum(member.invited_role == Role.CUSTODIAN for member in members) > MAX_CUSTODIANS:
        raise Refused(N_("There are more than six custodians."), N_("Withdraw an invitation first."))
    seats = tuple(_seat(member, Role(member.invited_role), now.date()) for member in members)
    _check_words(session, seats, words, by)
    _propose(session, by, None, founding_charter(office.id, seats, now), now)


def _pin_own_root(session: Session, by: Visitor, charter: Charter) -> None:
    """Who signed the founding charter relies on it from now on."""
    pins = load_pins(session, by.ring.keys, by.member_id)
    pins.root = charter.hash
    save_pins(session, pins, by.ring.keys, by.member_id)
    record(session, Event.ROOT_PINNED, member=by.member_id)


# -- offices and their countries


def open_charter(
    session: Session,
    by: Visitor,
    office: Office,
    countries: tuple[str, ...],
    seats: Mapping[uuid.UUID, Role],
    words: Words,
    now: datetime,
) -> Charter | None:
    """Propose an office's first charter: its countries and its first members, two headquarters heads signing.

    Refused if a country has a primary office already, for roles such an office does not have, and for wrong words.
    Raises Tampered for an office that had a charter, which fails its check or is gone.
    """
    kind = OfficeKind(office.kind)
    if has_charter(by.charters, office.id):
        raise Refused(N_("This office has a charter already."), N_("Change it from the charter's page."))
    _check_covers(session, office, countries)
    coverage = tuple(Coverage(country, now.date()) for country in sorted(set(countries)))
    seated = tuple(_newcomer(session, office, member, role, now.date()) for member, role in seats.items())
    _check_words(session, seated, words, by)
    charter = first_charter(by.charters, office.id, kind, coverage, seated, now)
    return _propose(session, by, by.charters, charter, now)


def _newcomer(session: Session, office: Office, member_id: uuid.UUID, role: Role, since: date) -> Seat:
    member = session.get(Member, member_id)
    if member is None or member.office_id != office.id:
        raise Refused(
            N_("This colleague belongs to another office, and a sign-in name has one seat at most."),
            N_("An administrator invites them to this office under another sign-in name."),
        )
    if role not in OFFICE_ROLES[OfficeKind(office.kind)]:
        raise Refused(N_("This office has no such role."), N_("Choose a role that fits the kind of office."))
    return _seat(member, role, since)


def _check_covers(session: Session, office: Office, countries: tuple[str, ...]) -> None:
    """Refused unless this office may cover these countries: delegations do, each country has one primary office."""
    if countries and office.kind != OfficeKind.DELEGATION:
        raise Refused(N_("Only a delegation covers countries."), N_("Headquarters receives what no delegation covers."))
    _check_free(session, countries, office.id)


def _check_free(session: Session, countries: tuple[str, ...], office_id: uuid.UUID) -> None:
    open_now = (CoverageRow.country.in_(countries), CoverageRow.until.is_(None))
    taken = session.scalars(select(CoverageRow.country).where(*open_now, CoverageRow.office_id != office_id)).all()
    if taken:
        raise Refused(
            N_("Another office is the primary office already: %(countries)s."),
            N_("End the other office's coverage first; a country has one primary office at a time."),
            countries=listed(taken),
        )


def change_coverage(
    session: Session, by: Visitor, office: Office, countries: tuple[str, ...], now: datetime
) -> Charter | None:
    """Propose which countries an office covers from today on. Countries left out end yesterday; their past stays."""
    current = by.charters.of(office.id)
    _check_covers(session, office, countries)
    covered = _covered(current, countries, now.date())
    if covered == current.countries:
        raise Refused(N_("These are the countries it covers already."), N_("Add one, or leave one out, then sign."))
    return _change(session, by, office, Act.COVERAGE, now, countries=covered)


def _covered(current: Charter, countries: tuple[str, ...], today: date) -> tuple[Coverage, ...]:
    yesterday = today - timedelta(days=1)
    kept = []
    for coverage in current.countries:
        if coverage.until is not None or coverage.country in countries:
            kept.append(coverage)
        elif coverage.since < today:
            kept.append(Coverage(coverage.country, coverage.since, yesterday))
    open_now = {coverage.country for coverage in kept if coverage.until is None}
    return (*kept, *(Coverage(country, today) for country in sorted(set(countries) - open_now)))


# -- members


def vouch(session: Session, by: Visitor, office: Office, member: Member, words: str, now: datetime) -> Charter | None:
    """Seat a newcomer in the role they were invited for, having heard their six words; also someone with new keys.

    The head or acting head signs alone; a head, a headquarters head or a custodian takes two headquarters heads (then
    a draft waits: None).
    """
    current = by.charters.of(office.id)
    seat = _newcomer(session, office, member.id, role_of_newcomer(current, member, now.date()), now.date())
    _check_words(session, (seat,), {member.id: words}, by)
    others = tuple(s for s in current.seats if not (s.member_id == member.id and s.fingerprint != seat.fingerprint))
    if any(s.member_id == member.id and s.holds_on(now.date()) for s in others):
        raise Refused(
            N_("%(name)s has a seat already, and a colleague has one at most."),
            N_("Change the seat from their page."),
            name=member.sign_in,
        )
    _check_custodians(others, seat)
    record(session, Event.MEMBER_VOUCHED, member=member.id, office=office.id, role=seat.role.value)
    return _change(session, by, office, Act.SEAT, now, seats=(*others, seat))


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
    seat = Seat(member.id, role, now.date(), None, mine[0].fingerprint)
    _check_two_heads(current, (*others, seat), now.date())
    _check_custodians(others, seat)
    return _change(session, by, office, Act.SEAT, now, seats=(*others, seat))


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
    return _change(session, by, office, Act.UNSEAT, now, seats=seats, acting=acting)


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
    return _change(session, by, office, Act.ACTING, now, acting=acting)


# -- second signatures


def newcomers(charters: Charters | None, charter: Charter) -> tuple[Seat, ...]:
    """Seats of a draft that the charter in force does not have with the same keys."""
    before = charters.of(charter.office_id).seats if charters is not None and charter.number > 1 else ()
    known = {(seat.member_id, seat.fingerprint) for seat in before}
    return tuple(seat for seat in charter.seats if (seat.member_id, seat.fingerprint) not in known)


def sign_draft(session: Session, by: Visitor, draft: CharterDraft, words: Words, read: str) -> Charter | None:
    """Countersign a draft, having heard the six words of every newcomer in it. Returns the charter when in force.

    `read` names the draft the signer has read (the hash of its body in hex). Refused if another waits by now.
    """
    if read != charter_hash(draft.body).hex():
        raise Refused(
            N_("This is not the change you had read: it was exchanged meanwhile."), N_("Read this one, then sign it.")
        )
    charter = decode(draft.body)
    founding = charter.number == 1 and not charter.authority
    if founding and is_founded(session):
        raise Refused(N_("Headquarters is founded already."), N_("Withdraw this draft."))
    charters = None if founding else by.charters
    if overtaken(charters, charter):
        raise Refused(
            N_("Another charter came into force since this was written."), N_("Withdraw it and propose it again.")
        )
    _check_free(session, tuple(c.country for c in charter.countries if c.until is None), charter.office_id)
    _check_words(session, newcomers(charters, charter), words, by)
    in_force = countersign(session, charters, draft, by.member_id, by.ring.keys)
    _note(session, in_force)
    if founding and in_force is not None:
        _pin_own_root(session, by, in_force)
    return in_force


def withdraw_draft(session: Session, by: Visitor, draft: CharterDraft) -> None:
    """Throw a draft away; anyone who might sign it may, and any head if it can never come into force."""
    try:
        charter = decode(draft.body)
    except Tampered:
        record(session, Event.CHARTER_WITHDRAWN, office=draft.office_id, number=0)
        session.delete(draft)
        return
    charters = by.charters if charter.authority else None
    if not overtaken(charters, charter) and not can_sign(charters, charter, by.member_id):
        raise Refused(
            N_("Your role does not sign this change."),
            N_("Whoever may sign it may withdraw it: two heads of headquarters."),
        )
    record(session, Event.CHARTER_WITHDRAWN, office=charter.office_id, number=charter.number)
    session.delete(draft)


def needs_two(role: Role) -> bool:
    """Does seating someone in this role take two headquarters heads?"""
    return role in CHANGED_BY_TWO
