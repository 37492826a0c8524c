"""Somebody writes rows of their own into the trail's tables: no page ends for it, no rule believes it, the check names
it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import Table, func, select, text, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.audit.trail import Body
from hrd_cases.audit.verify import daily_counts_mailed
from hrd_cases.cases.filing import submit
from hrd_cases.keys.models import write_numbers
from hrd_cases.offices.chores import Chores
from tests.attacks.past_our_code import findings, tables
from tests.cases.conftest import recorded
from tests.keys.cast import forget_everything
from tests.offices.people import member_id
from tests.world import World

NOW = datetime.now(UTC)
BEFORE, BEYOND = -5, 999_999
WHO = ("officer.cairo", "deputy.cairo", "head.cairo", "desk.hq", "head1.hq")
PAGES = ("/", "/cases", "/cases/new", "/account")


def plant(world: World, event: str, number: int, about: uuid.UUID | None = None, **fields: Any) -> None:
    """An entry that nobody wrote, and its row of the index."""
    body = msgspec.msgpack.encode(Body(number, NOW, event, "x", None, None, fields))
    columns = {"number": number, "at": NOW, "event": event, "actor": "x", "body": body, "hash": b"0" * 32}
    with tables(world) as session:
        session.execute(cast(Table, AuditEntry.__table__).insert().values(columns))
        if about is not None:
            session.execute(cast(Table, AuditSubject.__table__).insert().values(subject_id=about, number=number))
    forget_everything()


def stand(world: World, *who: str) -> set[int]:
    return {world.client(name).get(path).status_code for name in who for path in PAGES}


def waits_in_cairo(world: World) -> uuid.UUID:
    """A file of somebody whom a planted revocation keeps out; returns their id."""
    with world.acting("officer.minsk") as (session, officer):
        submit(session, officer, recorded("EG", "Waits In Cairo"), (), datetime.now(UTC))
    sender = member_id(world, "officer.minsk")
    with tables(world) as session:
        statement = (
            "INSERT INTO revocations (member_id, fingerprint, revoked_by, revoked_at, numbers) SELECT id, fingerprint, "
            "id, '2026-11-22 00:00:00.000000', :n FROM members WHERE id = :who"
        )
        session.execute(text(statement), {"n": write_numbers({}), "who": sender.hex})
    return sender


@pytest.mark.parametrize("number", [BEFORE, BEYOND])
@pytest.mark.parametrize("event", [Event.MEMBER_REVOKED, Event.KEYS_REPLACED])
def test_an_entry_of_an_end_that_lacks_a_field_shuts_nobody_out(world: World, event: Event, number: int) -> None:
    sender = waits_in_cairo(world)
    plant(world, event.value, number, sender, member=str(sender))
    assert stand(world, *WHO[:3]) == {200}
    assert "Waits In Cairo" in world.client("officer.cairo").get("/cases").text
    assert findings(world) != []


WRONG: dict[str, Any] = {"without": {}, "other kinds": {"case": 7, "office": None, "clock": ("x",)}}


@pytest.mark.parametrize("how", [*WRONG, "no body at all"])
def test_an_entry_of_a_sending_that_lacks_its_fields_ends_no_page_of_headquarters(world: World, how: str) -> None:
    plant(world, Event.CASE_ROUTED.value, BEYOND, uuid.uuid4(), **WRONG.get(how, {}))
    if how == "no body at all":
        with tables(world) as session:
            session.execute(text("UPDATE audit_entries SET body = x'c0' WHERE number = :n"), {"n": BEYOND})
    assert stand(world, *WHO) == {200}
    assert "failed its check" not in world.client("desk.hq").get("/").text


def test_whatever_event_lacks_its_fields_every_page_stands_and_the_check_names_it(world: World) -> None:
    about = [*(member_id(world, name) for name in WHO), world.demonstration.offices["DEL_EGY"]]
    with tables(world) as session:
        newest = session.scalar(select(func.max(AuditEntry.number))) or 0
        session.execute(update(AuditHead).values(number=newest + 10_000))  # within what rules look at
    number = newest
    for event in Event:
        for thing in about:
            number += 1
            plant(world, event.value, number, thing, nothing="declared")
    assert stand(world, *WHO) == {200}
    assert {world.client(who).get("/running").status_code for who in ("admin.hq", "auditor.hq")} <= {200, 403}
    assert world.client("officer.cairo").get("/cases").status_code == 200
    with world.database.main.reading() as session:
        list(daily_counts_mailed(session))
    assert findings(world).count("this entry's body cannot be read") == len(Event) * len(about)


def test_planted_checks_and_counts_end_neither_running_nor_the_orders(world: World) -> None:
    for number, findings_told in enumerate((None, "many", (), -3), BEYOND):
        plant(world, Event.TRAIL_CHECKED.value, number, entries=1, findings=findings_told)
        plant(world, Event.TRAIL_HEAD_SENT.value, number + 10, entries=findings_told)
    assert world.client("admin.hq").get("/running").status_code == 200
    with world.database.main.reading() as session:
        list(daily_counts_mailed(session))


# -- chores never stop a page


@pytest.mark.parametrize("where", ["wait", "do", "_circles_wait", "_fold"])
@pytest.mark.parametrize("error", [KeyError, TypeError, RecursionError, RuntimeError])
def test_whatever_fails_in_a_chore_the_page_stands(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str, error: Any
) -> None:
    with world.acting("officer.minsk") as (session, officer):
        submit(session, officer, recorded("EG", "Waits In Cairo"), (), datetime.now(UTC))

    def fails(*_: object) -> None:
        raise error("A Name Of Somebody")

    monkeypatch.setattr(Chores, where, fails)
    browser = world.client("officer.cairo")
    assert {browser.get(path).status_code for path in PAGES} == {200}
    assert browser.post("/cases/search", {"text": "abc"}).status_code < 400
    logged = capsys.readouterr()
    assert "A Name Of Somebody" not in logged.out + logged.err
