"""An office's own weekend says where it is known from; a notice is put away by each colleague for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Until now a notice was put away for everybody: whoever has a seat in its office has it put away.
PUT_AWAY_BY_ALL = """
    INSERT INTO notice_readings (notice_id, member_id, read_at)
    SELECT DISTINCT notices.id, seats.member_id, notices.put_away_at
    FROM notices JOIN seats ON seats.office_id = notices.office_id
    WHERE notices.put_away_at IS NOT NULL
"""
PUT_AWAY_AT = """
    UPDATE notices SET put_away_at =
        (SELECT min(read_at) FROM notice_readings WHERE notice_readings.notice_id = notices.id)
"""


def upgrade() -> None:
    op.add_column("offices", sa.Column("weekend_source", sa.String(), nullable=True))
    op.add_column("offices", sa.Column("weekend_on", sa.Date(), nullable=True))
    op.create_table(
        "notice_readings",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_readings_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "member_id", name=op.f("pk_notice_readings")),
    )
    op.create_index(op.f("ix_notice_readings_member_id"), "notice_readings", ["member_id"], unique=False)
    op.execute(PUT_AWAY_BY_ALL)
    op.drop_column("notices", "put_away_at")


def downgrade() -> None:
    op.add_column("notices", sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(PUT_AWAY_AT)
    op.drop_index(op.f("ix_notice_readings_member_id"), table_name="notice_readings")
    op.drop_table("notice_readings")
    op.drop_column("offices", "weekend_on")
    op.drop_column("offices", "weekend_source")
