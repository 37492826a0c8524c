"""Shares on PostgreSQL: offered, answered, moved, taken back, over; the same as on SQLite."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import NoResultFound

from hrd_cases.audit.trail import Actor
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.errors import Changed, HrdError, Locked
from hrd_cases.trials.life import Act
from hrd_cases.trials.mending import mend
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.ending import end_shares
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Ended, Stand
from tests.attacks.past_our_code import findings, folder_of_share, secrets, write
from tests.cases.acting import said
from tests.trials.sharing_world import OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer
from tests.trials.test_observer_leaves import next_after_a_cancelled_one
from tests.trials.test_shared_reports import filed, report_of, seen
from tests.trials.trying import OFFICER, in_days
from tests.world import World


@pytest.fixture
def sharer(world_on_postgres: World) -> Sharer:
    return Sharer(world_on_postgres)


def test_from_the_offer_to_the_report(sharer: Sharer) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    assert sharer.seen(share_id) is not None
    filed(sharer, share_id, seen())
    said_there = report_of(sharer)
    assert said_there is not None
    assert sharer.tried.hearing(sharer.hearing_id).state == "reported"
    assert findings(sharer.world) == []


def test_every_end(sharer: Sharer) -> None:
    first = sharer.share()
    assert sharer.seen(first) is not None
    sharer.decline(first)
    second = sharer.share()
    assert sharer.seen(second) is not None
    sharer.revoke(second)
    third = sharer.share()
    assert sharer.seen(third) is not None
    until = sharer.given(third).until
    assert end_shares(sharer.world.database, Actor("scheduler"), until) == 1
    for share_id in (first, second, third):
        assert sharer.seen(share_id) is None
        with pytest.raises((HrdError, NoResultFound)):
            sharer.without_the_door(share_id)


def test_accepted_and_taken_back_in_the_same_moment_it_is_over(sharer: Sharer) -> None:
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    wrong: list[BaseException] = []

    def accepts() -> None:
        try:
            with sharer.world.acting(OBSERVER) as (session, by):
                received = session.get_one(ReceivedShare, share_id)
                receiving.accept(session, by, received, 1, datetime.now(UTC))
        except (HrdError, Locked):
            pass
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    def takes_back() -> None:
        try:
            sharer.revoke(share_id)
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=one) for one in (accepts, takes_back)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not wrong
    assert sharer.seen(share_id) is None
    assert sharer.given(share_id).state == "ended"


def test_a_no_and_a_moved_hearing_in_the_same_moment_wait_for_each_other(sharer: Sharer) -> None:
    """Whoever takes consent back holds the trial before the file, as everybody does."""
    first, second = sharer.share(), sharer.share(OTHER_EMBASSY)
    assert sharer.seen(first) is not None
    assert sharer.seen(second, OTHER_OBSERVER) is not None
    wrong: list[BaseException] = []

    def says_no() -> None:
        try:
            with sharer.world.acting(OFFICER) as (session, by):
                case = session.get_one(Case, sharer.files[0].id)
                no = said(share_embassies="refused")
                record_conversation(session, by, case, no, datetime.now(UTC))
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    def moves(hearing_id: uuid.UUID) -> None:
        try:
            try:
                sharer.tried.act(hearing_id, Act.MOVE, new=in_days(14), who="deputy.cairo")
            except Changed:  # the no came first: the embassy goes no more, which whoever moves it has to know
                sharer.tried.act(hearing_id, Act.MOVE, new=in_days(14), who="deputy.cairo")
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=says_no), threading.Thread(target=moves, args=(sharer.hearing_id,))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert wrong == []
    assert sharer.seen(first) is None
    assert sharer.seen(second, OTHER_OBSERVER) is None
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.when, hearing.observer) == (in_days(14), None)


# -- whatever somebody damaged

SHARES: Any = Share.__table__
ENTRIES: Any = ProceedingEntry.__table__
TRIALS: Any = Proceeding.__table__
DAMAGE: dict[str, Any] = {
    "what was written of it": update(ENTRIES).values(sealed_file=b"damaged"),
    "its row": update(SHARES).values(sealed_file=b"damaged"),
    "its trial": update(TRIALS).values(opened_at=datetime(2020, 1, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_taken_back_by_its_id(sharer: Sharer, damage: str) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    own = folder_of_share(sharer.world)
    write(sharer.world, DAMAGE[damage])
    assert sharer.world.client(OFFICER).post(f"/shares/given/{share_id}/revoke").status_code == 303
    assert own not in secrets(sharer.world)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_no_ends_it_whatever_is_damaged(sharer: Sharer, damage: str) -> None:
    sharer.share()
    own = folder_of_share(sharer.world)
    write(sharer.world, DAMAGE[damage])
    with sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        assert record_conversation(session, by, case, said(share_embassies="refused"), datetime.now(UTC)).ended == 1
    assert own not in secrets(sharer.world)


@pytest.mark.parametrize("how", [delete(SHARES), DAMAGE["its row"]], ids=["row gone", "damaged"])
def test_of_what_nobody_there_can_open_nobody_is_said_to_go(sharer: Sharer, how: Any) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == Stand.ACCEPTED
    write(sharer.world, how)
    sharer.tried.do(mend)
    assert sharer.tried.hearing(sharer.hearing_id).observer is None
    assert sharer.given(share_id).ended == Ended.DAMAGED


def test_nobody_is_sent_to_a_next_hearing_of_which_they_know_nothing(sharer: Sharer) -> None:
    sharer.accept(sharer.share())
    _, last = next_after_a_cancelled_one(sharer)
    assert sharer.tried.hearing(last).observer is None
