"""What Today offers for a hearing: to prepare one to come, and to record what came of one that is past."""

from __future__ import annotations

from tests.trials.test_hearing_pages import file, tried
from tests.trials.test_notices import today
from tests.trials.trying import OFFICER, Tried

__all__ = ["file", "tried"]


def test_one_to_come_is_prepared(tried: Tried) -> None:
    tried.schedule(1)
    page = today(tried.world, OFFICER)
    assert "Prepare it" in page
    assert "Record the result" not in page


def test_of_one_that_is_past_the_result_is_recorded(tried: Tried) -> None:
    tried.schedule(-1)
    page = today(tried.world, OFFICER)
    assert "Record the result" in page
    assert "Prepare it" not in page
