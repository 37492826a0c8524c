"""An installation begins: once, empty, as a real one or as a demonstration for good."""

from __future__ import annotations

import contextlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.newcomers import invite
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.db import Store
from hrd_cases.errors import Unfit
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Installation, Office
from hrd_cases.settings import Settings, is_loopback


def begin(session: Session, *, demonstration: bool, now: datetime) -> None:
    """Mark an empty database. Unfit if anything is in it."""
    if session.get(Installation, 1) is not None or session.scalar(select(func.count()).select_from(Member)):
        raise Unfit("This installation has begun already; nothing was changed.")
    session.add(Installation(demonstration=demonstration, begun_at=now))
    record(session, Event.INSTALLATION_BEGUN, demonstration=demonstration)


def is_demonstration(session: Session) -> bool | None:
    """What the mark says; None before the installation has begun."""
    row = session.get(Installation, 1)
    return row.demonstration if row is not None else None


class Mark:
    """What a database says of itself: asked until the installation has begun, then never again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: bool | None = None

    def is_demonstration(self) -> bool | None:
        """None before the installation has begun, or while its database is not there."""
        if self._known is None:
            with contextlib.suppress(SQLAlchemyError), self._store.reading() as session:
                self._known = is_demonstration(session)
        return self._known

    def shown(self, settings: Settings) -> bool:
        """Does the banner stand on every page?"""
        return settings.demonstration or bool(self.is_demonstration())


def check_mark(settings: Settings, mark: bool | None) -> None:
    """Unfit if these settings do not fit the database's mark (`is_demonstration`)."""
    if settings.demonstration and mark is False:
        raise Unfit("This is a real installation: it is not started as a demonstration.")
    if mark and not is_loopback(settings.bind):
        raise Unfit("This database is a demonstration for good: it is served on loopback only (set bind to 127.0.0.1).")


def invite_founders(
    session: Session, settings: Settings, headquarters: Office, heads: list[str], custodians: list[str], now: datetime
) -> dict[str, str]:
    """Invite the first heads and custodians; returns their single-use codes by sign-in name."""
    roles = [(name, Role.HEADQUARTERS_HEAD) for name in heads] + [(name, Role.CUSTODIAN) for name in custodians]
    return {name: invite(session, settings, name, headquarters.id, role, None, now)[1] for name, role in roles}
