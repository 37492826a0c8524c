"""An embassy that was asked to go and does not answer: the office that asked is told so, and takes it for no yes."""

from __future__ import annotations

import pytest

from hrd_cases.trials.life import Act
from tests.trials.due import of_rule, reminders_are_due, text_of, today
from tests.trials.sharing_world import Sharer
from tests.trials.test_mending import rows
from tests.trials.test_notices import handle
from tests.trials.trying import HEAD, OFFICER, in_days
from tests.world import World

SILENT = "The embassy that was asked to go has not accepted yet."
HEADS = (None, "head")


@pytest.fixture
def sharer(world: World) -> Sharer:
    """A hearing in ten days, which Cairo shares with an embassy that is to go there."""
    return Sharer(world)


def told_to_head(sharer: Sharer) -> int:
    return sum(row[:2] == HEADS for row in rows(sharer.tried, sharer.hearing_id).values())


def test_the_head_is_told_three_days_before_until_they_accept(sharer: Sharer) -> None:
    nobody = told_to_head(sharer)
    share_id = sharer.share()
    assert told_to_head(sharer) == nobody
    reminders_are_due(sharer.world, of_rule(sharer.tried, sharer.hearing_id, "head"))
    page = today(sharer.world, HEAD)
    assert SILENT in page
    assert "nobody goes" not in page
    sharer.accept(share_id)
    sharer.world.client(OFFICER).get("/")
    assert told_to_head(sharer) == nobody - 1
    assert SILENT not in today(sharer.world, HEAD)


def test_it_is_not_done_while_they_are_silent_and_a_no_is_told(sharer: Sharer) -> None:
    """What the head put away would never come again: of the same hour there is one reminder."""
    share_id = sharer.share()
    one = of_rule(sharer.tried, sharer.hearing_id, "head")
    reminders_are_due(sharer.world, one)
    answer = handle(sharer.world, HEAD, one, "done")
    assert answer.status_code == 422
    assert "Nobody goes to this hearing yet. Choose who goes, or be reminded again later." in text_of(answer)
    sharer.decline(share_id)
    sharer.world.client(OFFICER).get("/")
    assert "nobody goes" in today(sharer.world, HEAD)


def test_the_officer_reads_it_with_each_reminder_and_chooses_somebody_else(sharer: Sharer) -> None:
    share_id = sharer.share()
    reminders_are_due(sharer.world, of_rule(sharer.tried, sharer.hearing_id))
    page = today(sharer.world, OFFICER)
    assert SILENT in page
    assert "Choose who goes, and the backup" in page
    sharer.accept(share_id)
    assert SILENT not in today(sharer.world, OFFICER)


def test_its_row_on_today_says_so(sharer: Sharer) -> None:
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    assert "Observer asked, not accepted" not in today(sharer.world, OFFICER)
    share_id = sharer.share()
    assert "Observer asked, not accepted" in today(sharer.world, OFFICER)
    sharer.accept(share_id)
    sharer.world.client(OFFICER).get("/")
    assert "Observer asked, not accepted" not in today(sharer.world, OFFICER)


def test_its_page_says_that_they_have_not_accepted(sharer: Sharer) -> None:
    sharer.share()
    page = sharer.world.client(OFFICER).get(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}").text
    assert "Observer asked, not accepted" in page


def test_whoever_would_ask_another_reads_that_they_are_only_told(sharer: Sharer) -> None:
    form = f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/share"
    said = "was asked to observe the hearing, and has not accepted."
    client = sharer.world.client(OFFICER)
    assert "An embassy is asked to observe the hearing" in text_of(client.get(form))
    share_id = sharer.share()
    assert said in text_of(client.get(form))
    sharer.accept(share_id)
    client.get("/")
    assert "is to observe the hearing already" in text_of(client.get(form))
