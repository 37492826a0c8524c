"""Why money was moved between budgets stands signed with the movement; what was moved before was signed without."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_entries", sa.Column("reason", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Nobody gets a ledger whose signatures fail: what was signed with its reason stays with it."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM ledger_entries WHERE reason <> ''")):
        raise ValueError("the ledger has reasons that are signed: without them it would fail its check")
    op.drop_column("ledger_entries", "reason")
