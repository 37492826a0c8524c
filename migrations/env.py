"""How Alembic runs a revision: on the connection that hrd_cases.migrate prepared, in its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from hrd_cases import tables
from hrd_cases.db import OneOf, UtcDateTime, Words, ZoneName
from hrd_cases.grants.models import Exact


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A revision names no class of ours: those may change, a revision may not."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Words):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, ZoneName | OneOf | Exact):
        return "sa.String()"
    return False


connection: Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run by `hrd-cases db upgrade`, not by the alembic command.")

context.configure(
    connection=connection,
    target_metadata=tables.metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
    transactional_ddl=True,  # SQLite too: our engine begins transactions itself
    on_version_apply=context.config.attributes.get("on_version_apply", ()),
)
context.run_migrations()
