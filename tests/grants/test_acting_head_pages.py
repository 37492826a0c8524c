"""Where the head is away and the deputy acts for them, through the pages: the office of three people goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hrd_cases.accounts.models import Member
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.models import Office
from hrd_cases.offices.seating import name_acting_head
from tests.cases.acting import sentences
from tests.cases.typed import fill
from tests.grants.asking import WHO, Asked
from tests.grants.test_cells_on_pages import CHECKED
from tests.grants.test_deciding_pages import YES, page
from tests.world import World, cairo_day

HEAD, DEPUTY, FINANCE, APPROVER = WHO["head"], WHO["colleague"], WHO["finance"], WHO["approver"]


def away(world: World) -> None:
    """The head names the deputy for some days, and is not there."""
    until, now = cairo_day() + timedelta(days=5), datetime.now(UTC)
    with world.acting(HEAD) as (session, head):
        office = session.get_one(Office, head.office_id)
        deputy = session.get_one(Member, world.demonstration.members[DEPUTY])
        name_acting_head(session, head, office, deputy, cairo_day(), until, now)
    with world.acting(HEAD) as (session, head):
        record_absence(session, head, head.charters.of(head.office_id), head.member_id, cairo_day(), until, now)


@pytest.fixture
def alone(world: World) -> World:
    away(world)
    return world


def sign(asked: Asked, act: str, who: str, **says: Any) -> Any:
    return fill(asked.world.client(who), f"/grants/{asked.id}/sign/{act}", **says)


def test_the_acting_head_approves_and_clears_for_payment(alone: World) -> None:
    asked = Asked(alone)
    asked.act("submit", "officer")
    assert sign(asked, "verify", FINANCE, **CHECKED).status_code == 303
    assert sign(asked, "approve", DEPUTY, **YES).status_code == 303
    assert sign(asked, "commit", FINANCE).status_code == 303
    assert sign(asked, "release", DEPUTY).status_code == 303
    assert sign(asked, "pay", FINANCE, text="Bank 4711").status_code == 303
    assert asked.seen(lambda opened: [one.capacity for one in opened.steps if one.act in ("approve", "release")]) == [
        "acting_head",
        "acting_head",
    ]
    assert "Acting head" in page(asked, DEPUTY)


def test_of_the_acting_heads_own_request_the_head_decides_though_away_else_headquarters(alone: World) -> None:
    asked = Asked(alone, who="colleague")
    asked.act("submit", "colleague")
    assert sign(asked, "verify", FINANCE, **CHECKED).status_code == 303
    assert "You asked for this grant yourself." in page(asked, DEPUTY, "/sign/approve", status=409)
    assert "an approver at headquarters" in page(asked, DEPUTY)
    asked.tell_headquarters()
    assert sign(asked, "approve", APPROVER, **YES).status_code == 303
    assert asked.state == "approved"


def test_the_acting_head_never_decides_for_the_head_who_asked(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    away(world)
    assert sign(asked, "verify", FINANCE, **CHECKED).status_code == 303
    refused = page(asked, DEPUTY, "/sign/approve", status=409)
    assert "The head asked for this grant, and you act for the head." in refused
    assert "An approver at headquarters decides on it." in refused
    asked.tell_headquarters()
    assert sign(asked, "approve", APPROVER, **YES).status_code == 303
    assert sign(asked, "commit", FINANCE).status_code == 303
    assert "The head asked for this grant" in page(asked, DEPUTY, "/sign/release", status=409)
    assert sign(asked, "release", APPROVER).status_code == 303


def test_with_no_head_and_nobody_acting_headquarters_decides(world: World) -> None:
    asked = Asked(world)
    asked.act("submit", "officer")
    assert sign(asked, "verify", FINANCE, **CHECKED).status_code == 303
    with world.acting(HEAD) as (session, head):
        charter, now = head.charters.of(head.office_id), datetime.now(UTC)
        record_absence(session, head, charter, head.member_id, cairo_day(), cairo_day(), now)
    assert "It waits for an approver at headquarters." in page(asked, DEPUTY)
    early = asked.world.client(APPROVER).get(f"/grants/{asked.id}/sign/approve")
    assert early.status_code in (404, 409), "nothing was sent to headquarters yet"
    assert sentences(early.text)
    asked.tell_headquarters()
    assert sign(asked, "approve", APPROVER, **YES).status_code == 303
