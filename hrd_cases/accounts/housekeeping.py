"""What the unattended process puts away in the accounts room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.accounts.kept import drop_old_kept
from hrd_cases.accounts.newcomers import drop_expired_invitations
from hrd_cases.accounts.sessions import drop_idle_keys
from hrd_cases.accounts.throttle import drop_empty_buckets
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.settings import Settings


def keep_house(session: Session, settings: Settings, now: datetime) -> None:
    """Keys of idle sessions, kept forms nobody came back for, invitations and tries that are over. Recorded if anything
    went; doing it again at once changes nothing."""
    sessions = drop_idle_keys(session, settings, now)
    forms = drop_old_kept(session, now)
    buckets = drop_empty_buckets(session, now)
    invitations = drop_expired_invitations(session, now)
    if sessions or forms or buckets or invitations:
        record(session, Event.HOUSE_KEPT, sessions=sessions, forms=forms, buckets=buckets, invitations=invitations)
