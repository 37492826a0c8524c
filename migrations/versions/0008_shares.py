"""Shares: what another office sees of a hearing, the keys by which it does, and what it knows of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("to_office_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    with op.batch_alter_table("shares", schema=None) as batch_op:
        for column in ("folder_id", "office_id", "to_office_id", "until"):
            batch_op.create_index(batch_op.f(f"ix_shares_{column}"), [column], unique=False)

    op.create_table(
        "received_shares",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_shares")),
    )
    with op.batch_alter_table("received_shares", schema=None) as batch_op:
        for column in ("folder_id", "office_id"):
            batch_op.create_index(batch_op.f(f"ix_received_shares_{column}"), [column], unique=False)

    op.create_table(
        "guest_keys",
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("sleeve", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Uuid(), nullable=False),
        sa.Column("circle_epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_guest_keys_circle_id")),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name=op.f("fk_guest_keys_folder_id")),
        sa.PrimaryKeyConstraint("folder_id", "sleeve", "epoch", "circle_id", name=op.f("pk_guest_keys")),
    )


def downgrade() -> None:
    op.drop_table("guest_keys")
    with op.batch_alter_table("received_shares", schema=None) as batch_op:
        for column in ("folder_id", "office_id"):
            batch_op.drop_index(batch_op.f(f"ix_received_shares_{column}"))

    op.drop_table("received_shares")
    with op.batch_alter_table("shares", schema=None) as batch_op:
        for column in ("folder_id", "office_id", "to_office_id", "until"):
            batch_op.drop_index(batch_op.f(f"ix_shares_{column}"))

    op.drop_table("shares")
