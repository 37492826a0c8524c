"""What every command of the operator is: its errors are sentences, its files are private, and it acts as "operator"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases import migrate
from hrd_cases.audit.trail import Actor, act_as
from hrd_cases.db import Database
from hrd_cases.errors import HrdError, Refused, Unfit
from hrd_cases.offices.facts import zones
from hrd_cases.private import keep_private
from hrd_cases.settings import Settings, load_settings

OPERATOR = Actor("operator")


class Said(click.ClickException):
    """One sentence and exit status 1, without click's own "Error:" before it."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class Order(click.Command):
    """A command whose errors are sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        keep_private()
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise Said(str(refused)) from None
        except Unfit as unfit:
            raise Said(str(unfit)) from None
        except HrdError as error:
            raise Said(f"A check failed ({type(error).__name__}): `hrd-cases audit verify` says more.") from None
        except SQLAlchemyError as error:
            # Its own message may hold what was being written.
            raise Said(f"The database did not do it ({type(error).__name__}): is it there, and is it ours?") from None


class Orders(click.Group):
    """A group of such commands."""

    command_class = Order
    group_class = type


@contextmanager
def stores(settings: Settings) -> Iterator[Database]:
    """Both stores of an installation, as they are."""
    database = Database(settings.database_url, settings.shred_url)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def fit_stores(settings: Settings | None = None) -> Iterator[Database]:
    """Both stores at this programme's schema. Raises Unfit if they are not."""
    with stores(settings or load_settings()) as database:
        if migrate.behind(database.main):
            raise Unfit("The database is not at this programme's schema: run `hrd-cases db upgrade`.")
        yield database


@contextmanager
def acting(database: Database) -> Iterator[Session]:
    """A transaction of the operator's."""
    with database.main.writing() as session:
        act_as(session, OPERATOR)
        yield session


def zone_named(name: str) -> str:
    """An IANA name, checked. Raises Unfit."""
    if name not in zones():
        raise Unfit(f"{name} is no time zone: give an IANA name such as Europe/Brussels.")
    return name
