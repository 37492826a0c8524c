"""How a member proposes a change of a charter: the six words of every newcomer in it checked, and the change signed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Act, Charter, Seat
from hrd_cases.keys.issue import next_charter, propose
from hrd_cases.keys.roles import OFFICE_ROLES, OfficeKind, Role
from hrd_cases.keys.rules import NAME
from hrd_cases.offices.models import Office
from hrd_cases.vault.words import same_words

Words = Mapping[uuid.UUID, str]
"""By member: the six words as typed."""


def check_words(session: Session, newcomers: tuple[Seat, ...], words: Words, by: Visitor) -> None:
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


def seat_for(member: Member, role: Role, since: date) -> Seat:
    """A seat under a member's own keys. Refused before they have enrolled, once their access has ended, and under what
    could be taken for another name.
    """
    if member.fingerprint is None or member.enrolled_at is None or member.revoked_at is not None:
        raise Refused(
            N_("%(name)s has not finished enrolling."),
            N_("They finish with the invitation code; then they read you six words."),
            name=member.sign_in,
        )
    if not NAME.match(member.sign_in):
        raise Refused(
            N_("%(name)s is no sign-in name of this house. Somebody has changed a table."),
            N_("Do not sign: call headquarters."),
            name=member.sign_in,
        )
    return Seat(member.id, role, since, None, member.fingerprint, member.sign_in)


def propose_signed(
    session: Session, by: Visitor, charters: Charters | None, charter: Charter, now: datetime
) -> Charter | None:
    """Returns the charter if this signature put it in force; None while it waits for a second."""
    record(session, Event.CHARTER_PROPOSED, office=charter.office_id, number=charter.number, act=charter.act.value)
    in_force = propose(session, charters, charter, by.member_id, by.ring.keys, now)
    note_in_force(session, charters, in_force)
    return in_force


def change(session: Session, by: Visitor, office: Office, act: Act, now: datetime, **changes: object) -> Charter | None:
    """Propose the charter after the one in force, with these changes."""
    return propose_signed(session, by, by.charters, next_charter(by.charters, office.id, act, now, **changes), now)


def note_in_force(session: Session, charters: Charters | None, charter: Charter | None) -> None:
    """Told to the trail once a charter is in force."""
    if charter is not None:
        tell_in_force(session, charters, charter)
        _remember_roles(session, charter)


def tell_in_force(session: Session, charters: Charters | None, charter: Charter) -> None:
    """To the trail: also that a planted row was passed over, for one in its place has given way and is no more."""
    fields = {"office": charter.office_id, "number": charter.number, "act": charter.act.value}
    record(session, Event.CHARTER_IN_FORCE, **fields, hash=charter.hash)
    if charters is not None and charter.office_id in charters.passed_over:
        record(session, Event.ALARM_RAISED, alarm=f"failed its check: charter {charter.office_id}")


def _remember_roles(session: Session, charter: Charter) -> None:
    """Who comes back with new keys after the old ones were lost is offered the seat they had last."""
    for seat in charter.seats:
        member = session.get(Member, seat.member_id)
        if member is not None:
            member.invited_role = seat.role.value


def newcomer_seat(session: Session, office: Office, member_id: uuid.UUID, role: Role, since: date) -> Seat:
    """A seat for a colleague of this office, in a role that such an office has. Refused otherwise."""
    member = session.get(Member, member_id)
    if member is None or member.office_id != office.id:
        raise Refused(
            N_("This colleague belongs to another office, and a sign-in name has one seat at most."),
            N_("An administrator invites them to this office under another sign-in name."),
        )
    if role not in OFFICE_ROLES[OfficeKind(office.kind)]:
        raise Refused(N_("This office has no such role."), N_("Choose a role that fits the kind of office."))
    return seat_for(member, role, since)
