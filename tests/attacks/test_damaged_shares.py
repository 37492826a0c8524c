"""Whoever damages what was shared holds up no act on its hearing: what cannot be kept up to date ends, and is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.trials.life import Act
from hrd_cases.trials.mending import mend
from tests.attacks.past_our_code import alarms, tables
from tests.trials.sharing_world import DESK, HQ, Sharer
from tests.trials.trying import in_days
from tests.world import World

WHERE = "WHERE folder_id = (SELECT folder_id FROM shares WHERE id = :id)"
DAMAGE = {
    "its row": "UPDATE shares SET sealed_file = x'00' WHERE id = :id",
    "its key": f"DELETE FROM sleeve_keys {WHERE}",
    "with whom": "UPDATE shares SET to_office_id = office_id WHERE id = :id",
    "until when": "UPDATE shares SET until = '2099-01-04 00:00:00.000000' WHERE id = :id",
}
ACTS: dict[Act, dict[str, Any]] = {
    Act.MOVE: {"new": in_days(12)},
    Act.CANCEL: {"reason": "other", "note": "Nobody knows why"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("what", DAMAGE)
def test_an_act_goes_on_and_what_was_damaged_ends(world: World, what: str, act: Act) -> None:
    sharer = Sharer(world)
    share_id, other = sharer.share(), sharer.share(HQ)
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    assert sharer.seen(other, DESK) is not None
    with tables(world) as session:
        session.execute(text(DAMAGE[what]), {"id": share_id.hex})
    sharer.tried.act(sharer.hearing_id, act, **ACTS[act])
    given = sharer.given(share_id)
    assert (given.state, given.ended) == ("ended", "damaged")
    assert [one for one in alarms(world) if str(share_id) in one]
    assert sharer.seen(share_id) is None
    followed = sharer.seen(other, DESK)
    assert followed is not None
    assert followed.when == sharer.tried.hearing(sharer.hearing_id).when
    sharer.tried.do(mend)  # whoever comes by next
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert act is Act.CANCEL or (hearing.state, hearing.observer) == ("requested", None)
