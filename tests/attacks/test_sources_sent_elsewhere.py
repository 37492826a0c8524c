"""The letter that brings a file's sources is turned to another circle by somebody who writes the tables: the file says
that they were lost, and not for ever that a colleague will hand them over.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from hrd_cases.keys.models import Circle
from hrd_cases.keys.roles import CircleName
from tests.attacks.past_our_code import tables
from tests.attacks.test_cut_sources import LOST, OFFICER, in_minsk, sent_to_minsk
from tests.world import World


@pytest.mark.parametrize("how", ["circle_id = :other", "circle_epoch = 99"])
def test_they_send_the_letter_of_the_sources_elsewhere(world: World, how: str) -> None:
    """Nobody of this office will ever open it: nobody is told to wait for a colleague."""
    sent_to_minsk(world)
    with tables(world) as session:
        other = session.scalars(
            select(Circle.id).where(
                Circle.office_id == world.demonstration.offices["DEL_COL"], Circle.name == CircleName.SOURCES.value
            )
        ).one()
        given = {"other": other.hex} if ":other" in how else {}
        session.execute(text(f"UPDATE letters SET {how} WHERE act = 'case_sources'"), given)
    shown = in_minsk(world)
    assert LOST in shown
    assert f"Ask {OFFICER}, who recorded it" in shown
