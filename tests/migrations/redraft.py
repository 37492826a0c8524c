"""`python -m tests.migrations.redraft`: write revision 0001 anew from the models while no installation stands on it.

Later changes are revisions of their own (`hrd_cases.migrate.draft`).
"""

from __future__ import annotations

import subprocess
import sys
from textwrap import indent
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from hrd_cases import tables
from hrd_cases.db import UtcDateTime, Words, ZoneName
from hrd_cases.migrate import MIGRATIONS

FIRST = MIGRATIONS / "versions" / "0001_the_house.py"
HEAD = '''"""The house stands: members, sessions, charters, circles, folders, letters, reminders and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
'''


def main() -> None:
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": tables.metadata()})
        script = produce_migrations(context, tables.metadata())
        bodies = [
            f"def {name}() -> None:\n{indent(_code(ops, context), '    ')}\n"
            for name, ops in (("upgrade", script.upgrade_ops), ("downgrade", script.downgrade_ops))
        ]
    FIRST.write_text("\n\n".join((HEAD, *bodies)))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(FIRST)], check=True)


def _code(ops: Any, context: MigrationContext) -> str:
    code = render_python_code(ops, render_item=_item, migration_context=context)
    # The first line comes without its indentation, the others with four spaces; Alembic's own remarks are not ours.
    lines = ["    " + line if number == 0 else line for number, line in enumerate(code.splitlines())]
    return "\n".join(line.removeprefix("    ") for line in lines if "# ###" not in line)


def _item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """As migrations/env.py: a revision names no class of ours."""
    if kind == "type" and isinstance(item, Words):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, ZoneName):
        return "sa.String()"
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


if __name__ == "__main__":
    main()
