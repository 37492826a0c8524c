"""Whoever writes the tables cuts entries from the end of a ledger: nothing more is given from it, and that is said."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hrd_cases.errors import Tampered
from hrd_cases.grants.export import export
from hrd_cases.grants.verify import findings
from tests.grants.asking import Asked
from tests.grants.test_accounts import PAID, drop_triggers, taken
from tests.grants.test_budget_pages import CHIEF, FINANCE, give, move
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.world import World

AS_SIGNED = "Every entry is as it was signed."


def cut(world: World, which: str) -> None:
    with world.database.main.writing() as session:
        drop_triggers(session)
        session.execute(text(f"DELETE FROM ledger_entries WHERE {which}"))


def marks(world: World, who: str = CHIEF) -> dict[str, bool]:
    """By office, is its ledger said to be whole?"""
    return {
        one["Office"]: one.get("Signatures") == AS_SIGNED for one in taken(world, who)["Budgets"].rows if "Year" in one
    }


@pytest.fixture
def moved(world: World) -> Asked:
    """Cairo has 50,000 of which 49,000 went to Minsk."""
    asked = Asked(world)
    walk(asked, VERIFIED)
    give(world, "1,234.05", "DEL_BLR")
    assert move(world, "Cairo", "DEL_BLR", "49,000").status_code == 303
    assert marks(world) == {"Cairo": True, "Minsk": True}
    return asked


@pytest.mark.parametrize("which", ["kind = 'transfer_out'", "kind LIKE 'transfer%'"])
def test_of_a_budget_whose_move_was_cut_off_nothing_is_given(moved: Asked, which: str) -> None:
    cut(moved.world, which)
    with pytest.raises(Tampered):
        moved.act("approve", "head")
    assert marks(moved.world) == {"Cairo": False, "Minsk": False}


def test_an_export_names_the_half_of_a_move_that_is_there(moved: Asked) -> None:
    cut(moved.world, "kind = 'transfer_out'")
    with moved.world.acting(CHIEF) as (session, chief):
        found = findings(export(session), chief.charters.pins.root)
    assert [one.what for one in found] == ["the other half of this move was taken away"]


def test_what_was_paid_is_not_there_to_be_given_again(world: World) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    cut(world, "grant_id IS NOT NULL")
    with world.database.main.writing() as session:
        session.execute(text("DELETE FROM grant_steps WHERE number > 1"))
    assert marks(world, FINANCE) == {"Cairo": False}
    asked.begin("officer")
    asked.write(purpose="medical")
    walk(asked, VERIFIED)
    with pytest.raises(Tampered):
        asked.act("approve", "head")
