"""Trials: a proceeding and its entries, in a folder of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proceedings",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proceedings")),
    )
    with op.batch_alter_table("proceedings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proceedings_folder_id"), ["folder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proceedings_office_id"), ["office_id"], unique=False)

    op.create_table(
        "proceeding_entries",
        sa.Column("proceeding_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["proceeding_entries.id"], name=op.f("fk_proceeding_entries_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["proceeding_id"], ["proceedings.id"], name=op.f("fk_proceeding_entries_proceeding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding_entries")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_proceeding_entries_corrects_id")),
    )
    with op.batch_alter_table("proceeding_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proceeding_entries_folder_id"), ["folder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proceeding_entries_proceeding_id"), ["proceeding_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("proceeding_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proceeding_entries_proceeding_id"))
        batch_op.drop_index(batch_op.f("ix_proceeding_entries_folder_id"))

    op.drop_table("proceeding_entries")
    with op.batch_alter_table("proceedings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proceedings_office_id"))
        batch_op.drop_index(batch_op.f("ix_proceedings_folder_id"))

    op.drop_table("proceedings")
