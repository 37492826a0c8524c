"""Ending, pausing and restoring a colleague's access."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.accounts.sessions import end_sessions_of
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused
from hrd_cases.keys.circles import revoke


def revoke_member(session: Session, by: Visitor, member: Member, now: datetime) -> None:
    """End a member's access for good: sessions end, key grants go, their circles are due for new keys. Needs no key of the case."""
    if member.id == by.member_id:
        raise Refused(_("You cannot end your own access."), _("A head or an administrator can."))
    if member.revoked_at is not None:
        raise Refused(_("This member's access was ended already."))
    member.revoked_at = now
    invitation = session.get(Invitation, member.id)
    if invitation is not None:
        session.delete(invitation)
    end_sessions_of(session, member.id)
    if member.fingerprint is not None:
        revoke(session, member.id, member.fingerprint, by.member_id, now)
        record(session, Event.MEMBER_REVOKED, member=member.id)
    else:
        record(session, Event.INVITATION_WITHDRAWN, member=member.id)


def suspend_member(session: Session, by: Visitor, member: Member, now: datetime) -> None:
    """"I fear they are not free": a colleague's sessions end at once and they cannot come in until a head restores them."""
    if member.id == by.member_id or member.suspended_at is not None:
        raise Refused(_("This cannot be done."), _("A head can restore a suspended colleague."))
    member.suspended_at = now
    end_sessions_of(session, member.id)
    record(session, Event.MEMBER_SUSPENDED, member=member.id)


def restore_member(session: Session, by: Visitor, member: Member) -> None:
    """Let a suspended colleague in again, once they are known to be free."""
    if member.id == by.member_id or member.suspended_at is None:
        raise Refused(_("This member is not suspended."))
    member.suspended_at = None
    record(session, Event.MEMBER_RESTORED, member=member.id)
