"""`office` and `member`: what an administrator's pages do, for the time before there is an administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select

from hrd_cases.accounts.newcomers import invite as invite_member
from hrd_cases.cli.begin import CODE_SENTENCE
from hrd_cases.cli.order import Orders, acting, fit_stores, zone_named
from hrd_cases.errors import Unfit
from hrd_cases.keys.roles import OFFICE_ROLES, OfficeKind, Role
from hrd_cases.offices import facts as offices
from hrd_cases.offices.facts import OfficeFacts
from hrd_cases.offices.models import Office
from hrd_cases.settings import load_settings

OPENED = (OfficeKind.DELEGATION, OfficeKind.EMBASSY)


@click.group(cls=Orders)
def office() -> None:
    """Offices in the tables; what they may do stands in their charters."""


@office.command("list")
def list_offices() -> None:
    """Print every office."""
    with fit_stores() as database, database.main.reading() as session:
        for row in session.scalars(select(Office).order_by(Office.code)):
            click.echo(f"{row.code:<12} {row.kind:<13} {row.seat:<24} {row.zone}")


@office.command("open")
@click.argument("code")
@click.option("--kind", type=click.Choice([kind.value for kind in OPENED]), default="delegation", show_default=True)
@click.option("--seat", required=True, help="Its city.")
@click.option("--zone", required=True, help="An IANA name.")
@click.option("--weekend", default="", help="English days, separated by commas; else the country's usual one.")
@click.option("--weekend-source", default="", help="Where an unusual weekend is known from.")
@click.option("--weekend-on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Since which day: 2026-01-31.")
@click.option("--languages", default="en", show_default=True, help="Separated by commas.")
@click.option("--member-state", default="", help="Of an embassy: two letters.")
@click.option("--public-contact", default="", help="What its web site says.")
def open_office(
    code: str, kind: str, zone: str, weekend: str, weekend_on: datetime | None, languages: str, **facts: str
) -> None:
    """Put an office in the tables. Two headquarters heads then sign its first charter."""
    days = _listed(weekend) or None
    if days is not None and not set(days) <= set(offices.WEEKDAYS):
        raise Unfit(f"A weekend is made of {', '.join(offices.WEEKDAYS)}: such as fri,sat.")
    names: dict[str, Any] = {"code": code.upper(), "zone": zone_named(zone), **facts}
    since = weekend_on.date() if weekend_on else None
    opened = OfficeFacts(kind=OfficeKind(kind), weekend=days, weekend_on=since, languages=_listed(languages), **names)
    with fit_stores() as database, acting(database) as session:
        offices.open_office(session, opened, datetime.now(UTC))
    click.echo(f"{opened.code} is open. It has no authority before two heads of headquarters sign its charter.")


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in words.split(",") if word.strip())


@click.group(cls=Orders)
def member() -> None:
    """Invitations."""


@member.command("invite")
@click.argument("name")
@click.option("--office", "code", required=True, help="The office's code, as `hrd-cases office list` says it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--address", default=None, help="Where their reminders go; kept sealed.")
def invite(name: str, code: str, role: str, address: str | None) -> None:
    """Invite someone; nothing opens to them before a head has heard their six words."""
    settings, wanted = load_settings(), Role(role)
    with fit_stores(settings) as database, acting(database) as session:
        place = session.scalar(select(Office).where(Office.code == code.upper()))
        if place is None:
            raise Unfit(f"There is no office {code.upper()}: `hrd-cases office list` says which there are.")
        if wanted not in OFFICE_ROLES[OfficeKind(place.kind)]:
            raise Unfit(f"{place.code} has no {role}, only {', '.join(OFFICE_ROLES[OfficeKind(place.kind)])}.")
        newcomer, single_use = invite_member(session, settings, name, place.id, wanted, address, datetime.now(UTC))
        sign_in = newcomer.sign_in
    click.echo(f"{sign_in:<40} {single_use}\n{CODE_SENTENCE}")
