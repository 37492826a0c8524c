"""How an office comes by its charter and its countries: headquarters founded, offices opened, drafts countersigned.

Who may sign, proposes; where two headquarters heads must sign, it waits as a draft until the second has countersigned.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import load_pins, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Tampered
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import MIN_HEADS, Act, Charter, Coverage, Seat, charter_hash, decode
from hrd_cases.keys.issue import can_sign, countersign, first_charter, founding_charter, has_charter, overtaken
from hrd_cases.keys.models import CharterDraft, CoverageRow
from hrd_cases.keys.roles import MAX_CUSTODIANS, OfficeKind, Role
from hrd_cases.keys.root import is_founded
from hrd_cases.offices.countries import listed
from hrd_cases.offices.models import Office
from hrd_cases.offices.proposing import (
    Words,
    change,
    check_words,
    newcomer_seat,
    note_in_force,
    propose_signed,
    seat_for,
)

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
    seats = tuple(seat_for(member, Role(member.invited_role), now.date()) for member in members)
    check_words(session, seats, words, by)
    propose_signed(session, by, None, founding_charter(office.id, seats, now, office.seat), now)


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
    seated = tuple(newcomer_seat(session, office, member, role, now.date()) for member, role in seats.items())
    check_words(session, seated, words, by)
    charter = first_charter(by.charters, office.id, kind, coverage, seated, now, office.seat)
    return propose_signed(session, by, by.charters, charter, now)


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
    place = current.place or office.seat  # of a charter from before charters named it
    return change(session, by, office, Act.COVERAGE, now, countries=covered, place=place)


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
    check_words(session, newcomers(charters, charter), words, by)
    in_force = countersign(session, charters, draft, by.member_id, by.ring.keys)
    note_in_force(session, charters, in_force)
    if founding and in_force is not None:
        _pin_own_root(session, by, in_force)
    return in_force


def withdraw_draft(session: Session, by: Visitor, draft: CharterDraft) -> None:
    """Throw a draft away; anyone who might sign it may, and any head if it can never come into force."""
    try:
        charter = decode(draft.body)
        charters = by.charters if charter.authority else None
        theirs = overtaken(charters, charter) or can_sign(charters, charter, by.member_id)
        number = charter.number
    except Tampered:  # planted: no charter, or one that nobody may make
        theirs, number = True, 0
    if not theirs:
        raise Refused(
            N_("Your role does not sign this change."),
            N_("Whoever may sign it may withdraw it: two heads of headquarters."),
        )
    record(session, Event.CHARTER_WITHDRAWN, office=draft.office_id, number=number)
    session.delete(draft)
