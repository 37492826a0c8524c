"""The demonstration's grants: the sample world's sums, in the states that it is shown with."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hrd_cases.demo_cases import record_cases
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import open_grant
from hrd_cases.grants.overview import GrantSheet
from tests.cases.acting import sentences
from tests.world import World, already

SUMS = {
    "cairo": ("verified", "EGP 180000.00", "3435.11", ["submit", "verify"]),
    "bogota": ("submitted", "COP 44000000.00", "9777.78", ["submit", "send_back", "submit"]),
    "minsk": ("draft", "BYN 3750.00", "1086.96", []),
    "beijing": ("paid", "CNY 23400.00", "3000.00", ["submit", "verify", "approve", "commit", "release", "pay"]),
}


def everything_is_recorded(world: World) -> None:
    entered = world.demonstration
    with world.app.test_request_context("/"):
        record_cases(entered.acting, entered.members, entered.world, entered.shift())


@pytest.fixture
def shown(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    return already(world, everything_is_recorded, tmp_path_factory)


def test_the_demonstration_has_grants_in_several_states(shown: World) -> None:
    for city, (state, asked, euro, acts) in SUMS.items():
        with shown.acting(f"officer.{city}") as (session, by):
            grant = session.scalars(select(Grant).where(Grant.office_id == by.office_id)).one()
            sheet = GrantSheet(session, by, open_grant(session, grant, by.charters))
            assert (sheet.state, f"{sheet.sum.currency} {sheet.sum.amount}", str(sheet.sum.euro)) == (
                state,
                asked,
                euro,
            )
            assert sheet.opened.acts == acts
    today = sentences(shown.client("head.bogota").get("/").text)
    assert "Emergency money is asked for. You head the office" in today
