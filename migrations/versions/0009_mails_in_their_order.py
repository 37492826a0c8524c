"""On SQLite mails lie as they were made: those due together share pages, and claiming a thousand writes few."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _made_anew(with_rowid=True)


def downgrade() -> None:
    _made_anew(with_rowid=False)


def _made_anew(*, with_rowid: bool) -> None:
    """PostgreSQL keeps every table as it was written."""
    if op.get_bind().dialect.name != "sqlite":
        return
    deliveries = sa.Table(
        "deliveries",
        sa.MetaData(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.CheckConstraint("member_id IS NOT NULL OR state = 'failed'", name=op.f("ck_deliveries_somebody")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_deliveries_reminder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("reminder_id", "member_id", name=op.f("uq_deliveries_reminder_id_member_id")),
        sa.Index(op.f("ix_deliveries_member_id"), "member_id"),
        sa.Index("ix_deliveries_state_next_try_at", "state", "next_try_at"),
        sqlite_with_rowid=with_rowid,
    )
    with op.batch_alter_table("deliveries", copy_from=deliveries, recreate="always"):
        pass
