"""What somebody does who has the database and not our code, and what the house then says of it."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from hrd_cases.audit.daily_count import DailyCount
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.audit.verify import verify_store
from hrd_cases.keys.models import Letter, ShredSecret
from hrd_cases.offices.models import Office
from hrd_cases.trials.shares.models import Share
from tests.world import World


def office(world: World, session: Session, code: str = "DEL_EGY") -> Office:
    return session.get_one(Office, world.demonstration.offices[code])


@contextlib.contextmanager
def tables(world: World) -> Iterator[Session]:
    """Every table, open to writing, past all our code."""
    with Session(world.database.main.engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield session
        session.commit()


def findings(world: World, *mailed: DailyCount) -> list[str]:
    return [finding.what for finding in verify_store(world.database.main, mailed).findings]


def told(world: World, event: Event) -> int:
    with world.database.main.reading() as session:
        return session.scalar(select(func.count()).where(AuditEntry.event == event.value)) or 0


def refused_letters(world: World) -> list[str]:
    with world.database.main.reading() as session:
        return [letter.act for letter in session.scalars(select(Letter)) if letter.refused_at is not None]


def alarms(world: World) -> list[str]:
    with world.database.main.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value))
        return [str(read_body(entry).fields["alarm"]) for entry in entries]


def columns_of(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def planted(session: Session, kind: Any, values: dict[str, Any]) -> None:
    """A row, past all our code."""
    session.connection().execute(kind.__table__.insert().values(values))


def secrets(world: World) -> set[uuid.UUID]:
    with world.database.shred.reading() as session:
        return set(session.scalars(select(ShredSecret.folder_id)))


def folder_of_share(world: World) -> uuid.UUID:
    with world.database.main.reading() as session:
        return session.scalars(select(Share.folder_id)).one()


def write(world: World, *statements: Any) -> None:
    with world.database.main.writing() as session:
        for statement in statements:
            session.connection().execute(statement)


def destroy(url: str, statement: str) -> None:
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as tables:
        tables.execute("PRAGMA foreign_keys = OFF")
        assert tables.execute(statement).rowcount
