"""`audit`: the trail, checked without any key."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from hrd_cases.audit.daily_count import read_daily_counts
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.verify import Report, daily_counts_mailed, verify_store
from hrd_cases.cli.order import Orders, Said, acting, fit_stores
from hrd_cases.db import Database
from hrd_cases.documents.storage import Storage
from hrd_cases.documents.sweeping import with_files
from hrd_cases.settings import load_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Orders)
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--witness", type=FILE, help="A file with daily counts, or with the mails they came in.")
def verify(witness: Path | None) -> None:
    """Check the whole trail, and all sealed rows and charters against it. Exit status 1 if anything is wrong."""
    daily_counts = read_daily_counts(witness.read_text(encoding="utf-8", errors="replace")) if witness else ()
    settings = load_settings()
    with fit_stores(settings) as database:
        report = verify_store(database.main, daily_counts, shred=database.shred)
        report = with_files(report, database.main, Storage(settings.home / "documents"))
        for finding in report.findings:
            click.echo(f"{finding.where}: {finding.what}")
        _note(database, report)
    if report.findings:
        raise Said(f"The check of {report.entries} entries found {len(report.findings)} things wrong.")
    click.echo(f"{report.entries} entries, and everything they tell of, are as they were written.")
    if not daily_counts:
        click.echo("No daily count was given (--witness): a whole trail made anew would have passed.")


def _note(database: Database, report: Report) -> None:
    try:
        with acting(database) as session:
            record(session, Event.TRAIL_CHECKED, entries=report.entries, findings=len(report.findings))
    except SQLAlchemyError:
        click.echo("This check could not be written into the trail.", err=True)


@audit.command("counts")
def counts() -> None:
    """Print the daily counts that were mailed, and today's, as this database has them now: compare with the mails."""
    with fit_stores() as database, database.main.reading() as session:
        for count in daily_counts_mailed(session):
            click.echo(f"{count.number} {count.hash.hex()}")
