"""Everything about one thing is found in the trail by an index: what each entry is about, by the ids in its body."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 1000
FIELDS_AT = 6
SUBJECTS = frozenset({"member", "office", "folder", "letter", "notice", "form", "subjects"})
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def upgrade() -> None:
    subjects = op.create_table(
        "audit_subjects",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "number", name=op.f("pk_audit_subjects")),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind(), subjects)


def downgrade() -> None:
    op.drop_table("audit_subjects")


def _fill(connection: sa.Connection, subjects: sa.Table) -> None:
    """From the entries there are already, the oldest first."""
    entries = sa.table("audit_entries", sa.column("number", sa.BigInteger), sa.column("body", sa.LargeBinary))
    last = 0
    while True:
        query = sa.select(entries).where(entries.c.number > last).order_by(entries.c.number).limit(AT_ONCE)
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].number
        about = [
            {"subject_id": subject, "number": row.number} for row in rows for subject in sorted(set(_about(row.body)))
        ]
        if about:
            connection.execute(subjects.insert(), about)


def _about(body: bytes) -> Iterator[uuid.UUID]:
    """Nothing for a body that is none of ours: `audit verify` says so of its entry."""
    try:
        fields: dict[str, Any] = msgspec.msgpack.decode(body)[FIELDS_AT]
        values = [value for name, value in fields.items() if name in SUBJECTS]
    except (msgspec.MsgspecError, LookupError, TypeError, AttributeError):
        return
    for value in values:
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, str) and ID.fullmatch(part):
                yield uuid.UUID(part)
