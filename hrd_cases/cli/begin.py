"""`init`, `check-config`, `demo`: how an installation begins, and whether it is fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import click
from sqlalchemy import make_url

from hrd_cases import demo as demonstration
from hrd_cases import installation, migrate
from hrd_cases.cli.order import Order, Orders, acting, fit_stores, stores, zone_named
from hrd_cases.errors import Unfit
from hrd_cases.keys.charter import MIN_HEADS
from hrd_cases.keys.roles import MAX_CUSTODIANS, OfficeKind
from hrd_cases.offices.facts import OfficeFacts, open_office
from hrd_cases.settings import Settings, find_home, load_settings, make_secrets
from hrd_cases.vault import selftest

CODE_SENTENCE = "A code opens one enrolment within 48 hours and nothing else. Hand it over in person or by phone."
MARK = "demonstration"


@click.command(cls=Order)
@click.option("--seat", prompt="Headquarters' city", help="The city of headquarters.")
@click.option("--zone", prompt="Its time zone", default="Europe/Brussels", show_default=True, help="An IANA name.")
@click.option("--head", "heads", multiple=True, help="Sign-in name of a first head (twice or more).")
@click.option("--custodian", "custodians", multiple=True, help="Sign-in name of a first custodian (two to six).")
def init(seat: str, zone: str, heads: tuple[str, ...], custodians: tuple[str, ...]) -> None:
    """Begin a real, empty installation: secrets, databases, headquarters, and its founders' invitations."""
    heads = heads or _asked("heads of headquarters (two or more)")
    custodians = custodians or _asked("custodians (two to six)")
    _check_founders(heads, custodians)
    facts = OfficeFacts(code="HQ", kind=OfficeKind.HEADQUARTERS, seat=seat, zone=zone_named(zone))
    home = find_home()
    if (home / MARK).exists():
        raise Unfit(f"{home} belongs to a demonstration: give the installation a HRD_HOME of its own.")
    make_secrets(home)
    settings = load_settings()
    if settings.demonstration:
        raise Unfit("The settings say demonstration: a real installation begins without that.")
    for name, code in _begin(settings, facts, list(heads), list(custodians)).items():
        click.echo(f"{name:<40} {code}")
    click.echo(CODE_SENTENCE)


def _begin(settings: Settings, facts: OfficeFacts, heads: list[str], custodians: list[str]) -> dict[str, str]:
    """Returns the founders' codes by sign-in name."""
    now = datetime.now(UTC)
    with stores(settings) as database:
        migrate.prepare(database)
        with acting(database) as session:
            installation.begin(session, demonstration=False, now=now)
            headquarters = open_office(session, facts, now)
            return installation.invite_founders(session, settings, headquarters, heads, custodians, now)


def _asked(who: str) -> tuple[str, ...]:
    return tuple(click.prompt(f"Sign-in names of the first {who}, separated by spaces").split())


def _check_founders(heads: tuple[str, ...], custodians: tuple[str, ...]) -> None:
    if len(heads) < MIN_HEADS:
        raise Unfit("Two heads found headquarters together: name at least two (--head NAME --head NAME).")
    if not 2 <= len(custodians) <= MAX_CUSTODIANS:
        raise Unfit("Two to six custodians keep the circles: name them (--custodian NAME --custodian NAME).")
    names = [name.strip().lower() for name in (*heads, *custodians)]
    if len(set(names)) < len(names):
        raise Unfit("Every head and custodian is another person: give each a sign-in name of their own.")


@click.command("check-config", cls=Order)
def check_config() -> None:
    """Say what the settings are, and whether everything they name is fit. Shows no secret."""
    settings = load_settings()
    for name, value in _shown(settings):
        click.echo(f"{name:<20} {value}")
    selftest.check()
    with fit_stores(settings) as database, database.main.reading() as session:
        mark = installation.is_demonstration(session)
    installation.check_mark(settings, mark)
    begun = {None: "has not begun: `hrd-cases init` begins it", True: "is a demonstration", False: "is a real one"}
    click.echo(f"All of it is fit. The installation {begun[mark]}.")
    if old := database.main.old_sqlite():
        click.echo(
            f"This machine's SQLite {old} may, very rarely, lose a write that begins while another process empties its "
            "log. Ours wait for each other: let no other programme write to the database while they run (a backup only "
            "reads). SQLite 3.51.3 and PostgreSQL have no such fault."
        )


def _shown(settings: Settings) -> Iterator[tuple[str, str]]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, bytes) or "password" in field.name:
            yield field.name, "set" if value else "not set"
        elif field.name.endswith("_url"):
            yield field.name, make_url(value).render_as_string(hide_password=True)
        else:
            yield field.name, ", ".join(value) if isinstance(value, tuple) else str(value)


@click.group(cls=Orders)
def demo() -> None:
    """The sample world, on this machine alone (`make run` starts all of it)."""


@demo.command("load")
def load() -> None:
    """Enter the sample world into an empty demonstration."""
    settings = load_settings()
    if not settings.demonstration:
        raise Unfit("Only a demonstration takes the sample world: set HRD_DEMONSTRATION=true, or use `make run`.")
    with stores(settings) as database:
        migrate.prepare(database)
    demonstration.load(settings)


@demo.command("code")
@click.argument("name")
def code(name: str) -> None:
    """Print the current one-time code of a demonstration's sign-in name."""
    sign_in = name.strip().lower()
    if not demonstration.is_of_the_demonstration(sign_in):
        raise Unfit("Nobody of the demonstration has this sign-in name; hrd-cases demo table lists them.")
    click.echo(demonstration.current_code(sign_in))


@demo.command("table")
def table() -> None:
    """Print who may sign in to the demonstration."""
    click.echo(demonstration.sign_in_table())
