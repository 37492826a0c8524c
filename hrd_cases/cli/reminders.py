"""`reminders`: how many wait, are late or do not get through; and another try. Counts and sign-in names, no content."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cli.order import Orders, acting, fit_stores
from hrd_cases.errors import Unfit
from hrd_cases.outbox import plan, watch
from hrd_cases.outbox.models import FAILED, Delivery, Reminder


@click.group(cls=Orders)
def reminders() -> None:
    """Reminders and their mails."""


@reminders.command("show")
def show() -> None:
    """Print how many there are in which state, what is overdue, and whose mails are refused."""
    now = datetime.now(UTC)
    with fit_stores() as database, database.main.reading() as session:
        for what, kind in (("reminders", Reminder), ("mails", Delivery)):
            rows = session.execute(select(kind.state, func.count()).group_by(kind.state).order_by(kind.state)).all()
            click.echo(f"{what}: {', '.join(f'{count} {state}' for state, count in rows) or 'none'}")
        for alarm in watch.alarms(session, now):
            since = f" since {alarm.since:%Y-%m-%d %H:%M} UTC" if alarm.since else ""
            click.echo(f"alarm: {alarm.kind.value} ({alarm.count}){since}")
        refused = (
            select(Member.sign_in, func.count())
            .join(Delivery, Delivery.member_id == Member.id)
            .where(Delivery.state == FAILED)
            .group_by(Member.sign_in)
            .order_by(Member.sign_in)
        )
        for name, count in session.execute(refused):
            click.echo(f"refused: {name} ({count})")


@reminders.command("retry")
@click.argument("sign_in", required=False)
def retry(sign_in: str | None) -> None:
    """Mail again what was refused for good: to one member, or to everybody."""
    now = datetime.now(UTC)
    with fit_stores() as database, acting(database) as session:
        who = select(Delivery.member_id).where(Delivery.state == FAILED, Delivery.member_id.is_not(None)).distinct()
        if sign_in is not None:
            member = session.scalar(select(Member.id).where(Member.sign_in == sign_in.lower()))
            if member is None:
                raise Unfit(f"Nobody has the sign-in name {sign_in}.")
            who = who.where(Delivery.member_id == member)
        again = sum(plan.retry(session, one, now) for one in session.scalars(who).all() if one is not None)
        record(session, Event.MAILS_RETRIED, count=again)
    click.echo(f"{again} mails wait again.")
