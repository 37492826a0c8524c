"""`grants`: everything about grants that is signed, taken along and checked without this installation."""

from __future__ import annotations

from pathlib import Path

import click

from hrd_cases.cli.order import Orders, Said, fit_stores
from hrd_cases.errors import Absent
from hrd_cases.grants import export as exports
from hrd_cases.grants.verify import findings, root_of

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Orders)
def grants() -> None:
    """Grants: what was signed, and whether it is as it was."""


@grants.command("export")
@click.argument("file", type=FILE)
def export(file: Path) -> None:
    """Write every step, every entry of the ledger and the charters they rest on into FILE. It names no payee."""
    with fit_stores() as database, database.main.reading() as session:
        found = exports.export(session)
    file.write_bytes(exports.written(found))
    click.echo(f"{len(found.steps)} steps and {len(found.entries)} entries were written.")


@grants.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", required=True, help="The six words of headquarters' founding charter, from outside the file.")
def verify(file: Path, root: str) -> None:
    """Check FILE offline: it alone is read, and no installation is needed. Exit status 1 if anything is wrong."""
    found = exports.read(file.read_bytes())
    try:
        wrong = findings(found, root_of(found, root))
    except Absent as error:
        raise Said("No founding charter in this file has these six words.") from error
    for one in wrong:
        click.echo(f"{one.where}: {one.what}")
    if wrong:
        raise Said(f"The check of {len(found.steps)} steps found {len(wrong)} things wrong.")
    click.echo(f"{len(found.steps)} steps and {len(found.entries)} entries are as they were signed.")
