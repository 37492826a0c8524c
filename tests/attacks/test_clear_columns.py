"""SECURITY.md lists every column; a new one without a reason there fails here."""

from __future__ import annotations

import re
from pathlib import Path

from hrd_cases import tables

LEDGER = Path(__file__).parents[2] / "SECURITY.md"
FIX = "Name it in the table “Every clear column” of SECURITY.md: what it tells an attacker, and why it is clear."


def _listed() -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\w+` ?)+)\| .+ \|$", LEDGER.read_text(encoding="utf-8"), re.MULTILINE)
    return {table: set(re.findall(r"`(\w+)`", columns)) for table, columns in rows}


def test_the_security_document_names_every_column_of_both_stores() -> None:
    schema = {
        table.name: {column.name for column in table.columns}
        for metadata in (tables.metadata(), tables.shred_metadata())
        for table in metadata.sorted_tables
    }
    assert _listed() == schema, FIX
