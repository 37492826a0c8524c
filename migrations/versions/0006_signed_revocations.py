"""Whoever ends somebody's access signs the row that says so: nobody who writes the tables plants one that counts.

Rows from before carry no signature. They go on keeping their members out; charters have named those they were about.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revocations", sa.Column("signer", sa.LargeBinary(length=32), nullable=True))
    op.add_column("revocations", sa.Column("signature", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("revocations", "signature")
    op.drop_column("revocations", "signer")
