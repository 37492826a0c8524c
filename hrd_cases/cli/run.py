"""`serve` and `scheduler`: the two processes of an installation."""

from __future__ import annotations

import click

from hrd_cases import installation, unattended
from hrd_cases import serve as web
from hrd_cases.cli.order import Order, fit_stores
from hrd_cases.settings import load_settings


@click.command(cls=Order)
def serve() -> None:
    """Run the web server until it is told to stop."""
    settings = load_settings()
    with fit_stores(settings) as database, database.main.reading() as session:
        installation.check_mark(settings, installation.is_demonstration(session))
    web.serve(settings)


@click.command(cls=Order)
def scheduler() -> None:
    """Run the unattended process: reminders, mail, housekeeping, the auditors' daily count."""
    settings = load_settings()
    with fit_stores(settings) as database:
        unattended.work(settings, database)
