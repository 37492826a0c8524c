"""What needs a member now: the lines of Today that are not notices, each with where it leads and how urgent it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.door.words import ROLE
from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.issue import draft_of
from hrd_cases.keys.roles import CIRCLE_ROLES, HEADS, Role
from hrd_cases.offices import cover, drafts, seating
from hrd_cases.offices.colleagues import (
    charter_of,
    enrolled,
    names_of,
    stands_of,
    suspended,
    suspended_colleagues,
    unseated,
)
from hrd_cases.offices.in_words import people_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.overview import acting_here, heads_here
from hrd_cases.offices.words import CIRCLE, office_name


class Need(NamedTuple):
    """`kind` is a tag's: attention, waiting, danger. `ids` go with `endpoint` into the address it leads to."""

    text: str
    state: str
    kind: str
    endpoint: str
    ids: dict[str, uuid.UUID]
    hint: str = ""


def needs(session: Session, visitor: Visitor) -> list[Need]:
    """Everything that waits for this member, the most urgent first."""
    changes = drafts.everywhere(session, visitor) if visitor.roles & HEADS else []
    found = [
        *_red_lines(session, visitor),
        *_newcomers(session, visitor, changes),
        *_signatures(session, visitor, changes),
        *_colleagues_away(session, visitor),
    ]
    order = {"danger": 0, "attention": 1, "waiting": 2}
    return sorted(found, key=lambda need: order[need.kind])


def _red_lines(session: Session, visitor: Visitor) -> Iterator[Need]:
    """Keys of one's own office at risk, told to whoever works with that key or heads the office."""
    for office_id, charter in visitor.seats.items():
        roles = visitor.roles_in(office_id)
        names = names_of(session, people_of(charter))
        for line in cover.lines(stands_of(session, visitor, charter), names, suspended(session, office_id)):
            if roles & (CIRCLE_ROLES[line.circle] | HEADS):
                yield _key(line, session.get_one(Office, office_id))


def _key(line: cover.Line, office: Office) -> Need:
    said = {"circle": str(CIRCLE[line.circle]), "office": office_name(office)}
    state, kind = str(line.state[0]), line.state[1]
    if line.red:
        text = _("Too few of your office can open “%(circle)s”: %(office)s", **said)
    else:
        text = _("Somebody waits for the key of “%(circle)s”: %(office)s", **said)
    return Need(text, state, "danger" if line.red else kind, "offices.keys", {"office_id": office.id}, line.text)


def _newcomers(session: Session, visitor: Visitor, changes: Iterable[drafts.WaitingDraft]) -> Iterator[Need]:
    """Newcomers whose words this member can hear: a head their own office's, headquarters' heads whom no head can."""
    if not visitor.roles & HEADS:
        return
    found = list(session.scalars(select(Office).order_by(Office.seat)))
    mine = [office for office in found if visitor.allows(Permission.VOUCH, office.id)]
    if len(mine) > 1:
        visitor.charters.sound_offices()  # all in one query, for whoever looks after more than their own
    came = enrolled(session, [office.id for office in mine])
    changing = _changing(changes)
    known = _seated(session, visitor, mine)
    for office in mine:
        try:
            charter = charter_of(visitor, office.id)
        except Tampered:
            text = _("The charter of %(office)s failed its check. Do not rely on it.", office=office_name(office))
            yield Need(text, _("Failed its check"), "danger", "charter.show", {"office_id": office.id})
            continue
        newcomers = unseated(charter, came.get(office.id, []), visitor.today)
        if charter is None:
            yield from _unopened(session, office, newcomers)
        else:
            yield from _to_vouch(session, visitor, charter, newcomers, office)
            if office.id not in changing:
                yield from _seats_to_take(visitor, charter, known, office)


def _changing(changes: Iterable[drafts.WaitingDraft]) -> frozenset[uuid.UUID]:
    """Offices of which a change waits that must be signed or withdrawn before another begins."""
    return frozenset(one.draft.office_id for one in changes if not one.overtaken)


def _seated(session: Session, visitor: Visitor, offices: Iterable[Office]) -> dict[uuid.UUID, Member]:
    """Members in seats that only two headquarters heads take, by id."""
    members: set[uuid.UUID] = set()
    for office in offices:
        with suppress(Tampered):
            charter = charter_of(visitor, office.id)
            seats = charter.seats if charter is not None else ()
            members |= {seat.member_id for seat in seats if seating.needs_two(seat.role)}
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(members)))}


def _unopened(session: Session, office: Office, newcomers: list[Member]) -> Iterator[Need]:
    if newcomers and draft_of(session, office.id) is None:
        text = _(
            "The first charter of %(office)s can be written: colleagues have enrolled.", office=office_name(office)
        )
        yield Need(text, _("To write"), "attention", "charter.first", {"office_id": office.id})


def _to_vouch(
    session: Session, visitor: Visitor, charter: Charter, newcomers: list[Member], office: Office
) -> Iterator[Need]:
    if not newcomers:
        return
    own = charter.office_id in visitor.seats
    headless = not heads_here(session, charter, visitor) and not acting_here(session, charter)
    for member in newcomers:
        role = seating.role_of_newcomer(charter, member, visitor.today)
        two = seating.needs_two(role)
        theirs = Role.HEADQUARTERS_HEAD in visitor.roles and (two or headless)
        if own and not two:
            yield _to_hear(member, role, office)
        elif theirs:
            yield from _to_hear_by_two(session, visitor, member, role, office)


def _to_hear_by_two(session: Session, visitor: Visitor, member: Member, role: Role, office: Office) -> Iterator[Need]:
    """Nothing that takes two signatures begins beside a change that waits, unless that change seats the newcomer."""
    waiting = drafts.of_office(session, visitor, office.id)
    if waiting is None or waiting.overtaken:
        yield _to_hear(member, role, office)
    elif waiting.charter is None or member.fingerprint not in {seat.fingerprint for seat in waiting.charter.seats}:
        text = _("%(name)s waits for their six words to be heard", name=member.sign_in)
        hint = _("Another change of %(office)s waits for its second signature first", office=office_name(office))
        yield Need(text, _("Waits"), "waiting", "charter.show", {"office_id": office.id}, hint)


def _to_hear(member: Member, role: Role, office: Office) -> Need:
    text = _("%(name)s waits for you to hear their six words", name=member.sign_in)
    hint = _("%(role)s, %(office)s", role=str(ROLE[role]), office=office_name(office))
    return Need(text, _("To vouch"), "attention", "members.vouch", {"member_id": member.id}, hint)


def _seats_to_take(
    visitor: Visitor, charter: Charter, known: dict[uuid.UUID, Member], office: Office
) -> Iterator[Need]:
    """For headquarters' heads: seats that only two of them take, of members whose access was ended."""
    if Role.HEADQUARTERS_HEAD not in visitor.roles:
        return
    for seat in charter.seats:
        member = known.get(seat.member_id) if seating.needs_two(seat.role) else None
        if member is not None and member.revoked_at is not None:
            text = _("%(name)s has no access any more, and still a seat", name=member.sign_in)
            yield Need(
                text, _("Seat to take"), "attention", "charter.seat", {"member_id": member.id}, office_name(office)
            )


def _signatures(session: Session, visitor: Visitor, changes: Iterable[drafts.WaitingDraft]) -> Iterator[Need]:
    if Role.HEADQUARTERS_HEAD not in visitor.roles:
        return
    for waiting in changes:
        office = session.get(Office, waiting.draft.office_id)
        if office is None:
            continue
        ids, place = {"office_id": office.id}, office_name(office)
        if waiting.charter is None:
            text = _(
                "A change of %(office)s failed its check. Do not sign it; withdraw it.", office=office_name(office)
            )
            yield Need(text, _("Failed its check"), "danger", "charter.withdraw", ids)
        elif waiting.overtaken:
            text = _(
                "A change of %(office)s was overtaken by another charter: propose it again, or withdraw it.",
                office=office_name(office),
            )
            yield Need(text, _("Overtaken"), "attention", "charter.show", ids)
        elif waiting.mine:
            text = _("A change of %(office)s waits for your signature", office=place)
            yield Need(text, _("To sign"), "attention", "charter.sign", ids)


def _colleagues_away(session: Session, visitor: Visitor) -> Iterator[Need]:
    """For heads: who is suspended until somebody has spoken to them."""
    for office_id in visitor.seats:
        if not visitor.allows(Permission.RESTORE, office_id):
            continue
        place = office_name(session.get_one(Office, office_id))
        for member in suspended_colleagues(session, office_id):
            if member.id != visitor.member_id:
                text = _("%(name)s is suspended. Has somebody spoken to them?", name=member.sign_in)
                yield Need(text, _("Suspended"), "waiting", "members.show", {"member_id": member.id}, place)
