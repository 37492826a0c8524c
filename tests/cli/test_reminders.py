"""`hrd-cases reminders`: counts and sign-in names, and another try; nothing of content."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.db import Database
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.due import new_delivery
from hrd_cases.outbox.models import FAILED, Delivery
from hrd_cases.outbox.rules import hour_slot
from tests.cli.conftest import Shell

NOW = datetime.now(UTC)


def refused(database: Database, name: str) -> UUID:
    """A mail to this member that was refused for good."""
    with database.main.writing() as session:
        member = session.scalars(select(Member.id).where(Member.sign_in == name)).one()
        uniqueness = uuid4().bytes * 2
        one = plan.plan(session, recipient=to_member(member), due_at=hour_slot(NOW), uniqueness=uniqueness, mails=True)
        session.execute(insert(Delivery).values(new_delivery(one, member, NOW) | {"state": FAILED}))
        return one


def test_it_tells_how_many_and_whose_mails_are_refused(begun: Shell, database: Database) -> None:
    assert begun("reminders", "show").output.startswith("reminders: none\nmails: none\n")
    one = refused(database, "head1.hq")
    output = begun("reminders", "show").output
    assert "reminders: 1 waiting" in output
    assert "mails: 1 failed" in output
    assert "refused: head1.hq (1)" in output
    assert str(one) not in output


def test_what_was_refused_is_tried_again_for_one_or_for_all(begun: Shell, database: Database) -> None:
    for name in ("head1.hq", "head1.hq", "head2.hq"):
        refused(database, name)
    assert begun("reminders", "retry", "head1.hq").output == "2 mails wait again.\n"
    assert "mails: 1 failed, 2 waiting" in begun("reminders", "show").output
    assert begun("reminders", "retry").output == "1 mails wait again.\n"
    assert begun("reminders", "retry").output == "0 mails wait again.\n"
    with database.main.reading() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.MAILS_RETRIED.value)).all()
    assert len(told) == 3


def test_a_name_that_is_nobody_s_is_said(begun: Shell) -> None:
    result = begun("reminders", "retry", "nobody.here")
    assert result.exit_code == 1
    assert "Nobody has the sign-in name nobody.here." in result.output
