"""Inviting colleagues, correcting where their mail goes, and ending, pausing and restoring their access."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.credentials import seal_address
from hrd_cases.accounts.heads import other_heads
from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.accounts.newcomers import end_half_made, invite, invite_again
from hrd_cases.accounts.sessions import end_sessions_of
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import address_written
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused, Tampered
from hrd_cases.keys.charter import MIN_HEADS, Signer
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.roles import OFFICE_ROLES, OfficeKind, Role
from hrd_cases.offices.chores import name_at_once
from hrd_cases.offices.models import Office
from hrd_cases.outbox.plan import retry
from hrd_cases.settings import Settings


def invite_member(
    session: Session, settings: Settings, office: Office, sign_in: str, role: Role, address: str, now: datetime
) -> tuple[Member, str]:
    """Invite someone to an office. Returns (member, code); the code is shown once, to be handed over in person.

    The code is "" for somebody whose invitation is open already: the same form sent again voids no code that may just
    have been read out. `renew_invitation` makes another one.

    Refused for a role such an office does not have, and for a name that is taken or badly formed.
    """
    if role not in OFFICE_ROLES[OfficeKind(office.kind)]:
        raise Refused(N_("This office has no such role."), N_("Choose a role that fits the kind of office."))
    there = session.scalar(select(Member).where(Member.sign_in == sign_in.strip().lower()))
    if there is not None and there.office_id == office.id and open_invitation(session, there, now) is not None:
        return there, ""
    return invite(session, settings, sign_in, office.id, role, address or None, now)


def open_invitation(session: Session, member: Member, now: datetime) -> Invitation | None:
    """The invitation of a member that has not run out, or None."""
    invitation = session.get(Invitation, member.id)
    return invitation if invitation is not None and invitation.expires_at > now else None


def renew_invitation(session: Session, settings: Settings, by: Visitor, member: Member, now: datetime) -> str:
    """A new code, for who did not come in time or lost everything: new keys and a new vouching follow."""
    if member.id == by.member_id:
        raise Refused(N_("You cannot invite yourself."), N_("Another administrator can."))
    return invite_again(session, settings, member, now)


def withdraw_invitation(session: Session, member: Member) -> None:
    """The code is worth nothing any more. Who never made keys is forgotten, so that the name is free again."""
    invitation = session.get(Invitation, member.id)
    if invitation is None:
        raise Refused(N_("No invitation is open for %(name)s."), N_("There is none to withdraw."), name=member.sign_in)
    session.delete(invitation)
    end_half_made(session, member)
    session.flush()
    if member.fingerprint is None:
        session.delete(member)
    record(session, Event.INVITATION_WITHDRAWN, member=member.id)


def correct_address(session: Session, settings: Settings, member: Member, address: str, now: datetime) -> None:
    """Reminders go to `address` from now on; mails that were refused for good are tried again there."""
    if member.revoked_at is not None:
        raise Refused(N_("This member's access was ended."), N_("No mail goes to them any more."))
    member.address_sealed = seal_address(settings, member.id, address)
    retry(session, member.id, now)
    record(session, Event.ADDRESS_CORRECTED, member=member.id, address=address_written(member))


def revoke_member(session: Session, by: Visitor, member: Member, now: datetime) -> bool:
    """End a member's access for good: sessions end, key grants go, their circles are due. Needs no key of the case;
    who holds keys of the same office names them in its charter at once. Returns False where that was to be expected and
    something stood in the way.
    """
    if member.id == by.member_id:
        raise Refused(N_("You cannot end your own access."), N_("A head or an administrator can."))
    keys = _keys_of(by, member)
    if member.revoked_at is not None and not keys & not_ended_yet(by, member.office_id):
        raise Refused(N_("This member's access was ended already."), N_("Nothing is left to do."))
    _check_heads_stay(session, by, member, MIN_HEADS)
    member.revoked_at = now
    invitation = session.get(Invitation, member.id)
    if invitation is not None:
        session.delete(invitation)
    end_sessions_of(session, member.id)
    if keys:
        return _end_keys(session, by, keys, now)
    record(session, Event.INVITATION_WITHDRAWN, member=member.id)
    record(session, Event.MEMBER_REVOKED, member=member.id, fingerprint=None, revocation=None)
    return True


def _keys_of(by: Visitor, member: Member) -> set[Signer]:
    """The keys a member has, and those under which their office's charter seats them, whatever the table says."""
    found = {Signer(member.id, member.fingerprint)} if member.fingerprint is not None else set()
    with suppress(Absent, Tampered):
        found |= {seat.holder for seat in by.charters.of(member.office_id).seats if seat.member_id == member.id}
    return found


def not_ended_yet(by: Visitor, office_id: uuid.UUID) -> set[Signer]:
    """Seated keys whose end nobody who may has signed: what a table alone says of them can be said again."""
    with suppress(Absent, Tampered):
        charter = by.charters.of(office_id)
        said = by.charters.signed_revocations(charter).keys() | set(charter.ended)
        return {seat.holder for seat in charter.seats} - said
    return set()


def _end_keys(session: Session, by: Visitor, keys: set[Signer], now: datetime) -> bool:
    for who in sorted(keys):
        row = revoke(session, who.member_id, who.fingerprint, by.member_id, now, by.charters, keys=by.ring.keys)
        record(session, Event.MEMBER_REVOKED, member=row.member_id, fingerprint=row.fingerprint, revocation=row.digest)
    return name_at_once(session, by, keys, now)


def _check_heads_stay(session: Session, by: Visitor, member: Member, at_least: int) -> None:
    """Refused if fewer heads of headquarters would be left who can come in: nobody could seat any head again."""
    others = other_heads(session, by.charters, member.id, by.today)
    if others is None or len(others) >= at_least:
        return
    if at_least == 1:
        raise Refused(
            N_("Headquarters would be without any head who can come in."), N_("Call the other heads of headquarters.")
        )
    raise Refused(
        N_("Headquarters would be without two heads who can come in."),
        N_("Suspend them at once, seat another head, then end their access."),
    )


def suspend_member(session: Session, by: Visitor, member: Member, now: datetime) -> None:
    """ "I fear they are not free": a colleague's sessions end at once; they stay out until a head restores them."""
    if member.id == by.member_id:
        raise Refused(N_("You cannot suspend yourself."), N_("“Leave now” ends your own session at once."))
    if member.suspended_at is not None or member.revoked_at is not None:
        raise Refused(N_("This colleague has no access already."), N_("A head can restore a suspended colleague."))
    _check_heads_stay(session, by, member, 1)
    member.suspended_at = now
    end_sessions_of(session, member.id)
    record(session, Event.MEMBER_SUSPENDED, member=member.id)


def restore_member(session: Session, by: Visitor, member: Member) -> None:
    """Let a suspended colleague in again, once they are known to be free."""
    if member.id == by.member_id or member.suspended_at is None:
        raise Refused(N_("This member is not suspended."), N_("They can sign in."))
    member.suspended_at = None
    record(session, Event.MEMBER_RESTORED, member=member.id)
