"""`db`: the databases' schema."""

from __future__ import annotations

import click

from hrd_cases import migrate
from hrd_cases.cli.order import Orders, Said, fit_stores, stores
from hrd_cases.settings import load_settings


@click.group(cls=Orders)
def db() -> None:
    """The databases' schema."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring both stores to this programme's schema: all of it, or nothing."""
    with stores(load_settings()) as database:
        migrate.prepare(database)
        click.echo(f"The database is at {migrate.current(database.main)}.")


@db.command("current")
def current() -> None:
    """Print the revision that the database is at."""
    with stores(load_settings()) as database:
        click.echo(migrate.current(database.main) or "none")


@db.command("check")
def check() -> None:
    """Compare the database with this programme's tables."""
    with fit_stores() as database:
        found = migrate.check(database.main)
    for difference in found:
        click.echo(difference)
    if found:
        raise Said("The database differs from this programme's tables.")
    click.echo("The database has this programme's tables.")
