"""Of which kind an office is, its charter says: whoever exchanges the word in the table changes neither which consent
is asked before a hearing is shared, nor what a no ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.errors import Refused
from hrd_cases.offices.models import Office
from hrd_cases.trials.life import Act
from tests.attacks.past_our_code import findings, tables
from tests.cases.acting import said, sentences
from tests.trials.sharing_world import EMBASSY, HQ, Sharer, agreed
from tests.trials.trying import OFFICER, in_days
from tests.world import World

OTHER_KINDS = ["headquarters", "delegation"]


def exchanged(sharer: Sharer, kind: str, office: str = EMBASSY) -> None:
    with tables(sharer.world) as session:
        session.execute(update(Office).where(Office.id == sharer.office(office)).values(kind=kind))


def test_consent_is_asked_for_the_kind_that_the_charter_says(world: World) -> None:
    sharer = Sharer(world, [agreed(world, share_embassies="refused")])
    exchanged(sharer, "headquarters")
    with pytest.raises(Refused):
        sharer.share()
    exchanged(sharer, "embassy", HQ)
    assert sharer.given(sharer.share(HQ)).shared.asked is False


def test_an_embassy_is_called_an_embassy_where_it_is_chosen(world: World) -> None:
    sharer = Sharer(world)
    path = f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/share"
    before = sentences(world.client(OFFICER).get(path).text)
    exchanged(sharer, "headquarters")
    assert sentences(world.client(OFFICER).get(path).text) == before
    assert "Embassy" in before


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_no_ends_what_rested_on_that_consent(world: World, kind: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    exchanged(sharer, kind)
    sharer.files[0].talk(ago=timedelta(0), share_embassies="given")
    with world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        no = said(ago=timedelta(0), speaker_id=None, share_embassies="refused")
        assert record_conversation(session, by, case, no, datetime.now(UTC)).ended == 1
    exchanged(sharer, "embassy")
    assert sharer.seen(share_id) is None
    assert sharer.given(share_id).ended == "consent"


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_acts_on_the_hearing_go_on(world: World, kind: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    exchanged(sharer, kind)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    exchanged(sharer, "embassy")
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.when == in_days(12)
    assert findings(world) == []
