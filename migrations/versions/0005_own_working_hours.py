"""An office's own working hours, with where they are known from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offices", sa.Column("opens", sa.String(), nullable=True))
    op.add_column("offices", sa.Column("closes", sa.String(), nullable=True))
    op.add_column("offices", sa.Column("hours_source", sa.String(), nullable=True))
    op.add_column("offices", sa.Column("hours_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("offices", "hours_on")
    op.drop_column("offices", "hours_source")
    op.drop_column("offices", "closes")
    op.drop_column("offices", "opens")
