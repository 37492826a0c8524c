"""Many at once, and kill -9 in the midst: no envelope is overspent, nothing stands by half, nothing is paid twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select

from hrd_cases.db import Store
from hrd_cases.errors import Changed, Refused
from hrd_cases.grants import ledger
from hrd_cases.grants.models import Envelope, LedgerEntry
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.grants.sums import Sums, grant_holds
from tests.grants.cells import WAYS
from tests.grants.granting import AT, VERIFIED, Granting, by, opened
from tests.outbox.workers import own

ONE = 343_511
ROOM, MANY = 20, 200
KILLED = -signal.SIGKILL


def verified(granting: Granting, how_many: int) -> list[uuid.UUID]:
    grants = []
    with granting.store.writing() as session:
        for _ in range(how_many):
            grants.append(opened(session))
            for act, who in VERIFIED:
                granting.step(session, grants[-1], act, who)
    return grants


def approve(granting: Granting, grant: uuid.UUID) -> str:
    try:
        granting.act(grant, "approve", "head")
    except Refused as refused:
        return refused.said()[0]
    return "approved"


def check(granting: Granting, grants: list[uuid.UUID], said: Counter[str]) -> None:
    """Exactly as many as there is room for; the others got a sentence; the ledger sums."""
    sentence = "The office’s budget for this fund has €0.99 left: less than €3,435.11."
    assert said == {"approved": ROOM, sentence: MANY - ROOM}
    assert granting.sums() == Sums(ROOM * ONE + 99, ROOM * ONE, 0, 0, 0)
    with granting.store.reading() as session:
        states = Counter(state_of(steps_of(session, grant)).value for grant in grants)
        numbers = session.scalars(select(LedgerEntry.number).order_by(LedgerEntry.number)).all()
        assert ledger.unbalanced(session, grants) == []
    assert states == {"approved": ROOM, "verified": MANY - ROOM}
    assert numbers == list(range(1, ROOM + 2))


def test_of_200_threads_as_many_approve_as_there_is_room_for(store: Store) -> None:
    granting = Granting(store, allotted=ROOM * ONE + 99)
    grants = verified(granting, MANY)
    with ThreadPoolExecutor(40) as pool:
        said = Counter(pool.map(lambda grant: approve(granting, grant), grants))
    check(granting, grants, said)


def test_of_200_in_eight_processes_as_many_approve_as_there_is_room_for(store: Store) -> None:
    granting = Granting(store, allotted=ROOM * ONE + 99)
    grants = verified(granting, MANY)
    by("head")  # keys are made once
    store.dispose()  # children inherit no connection
    fork = multiprocessing.get_context("fork")
    told: Any = fork.Queue()

    def work(mine: list[uuid.UUID]) -> None:
        granting.store = own(store)
        told.put([approve(granting, grant) for grant in mine])

    children = [fork.Process(target=work, args=(grants[place::8],), daemon=True) for place in range(8)]
    for child in children:
        child.start()
    said = Counter(one for _ in children for one in told.get(timeout=60))
    for child in children:
        child.join(60)
    check(granting, grants, said)


def test_two_who_approve_one_grant_at_once_approve_it_once(store: Store) -> None:
    granting = Granting(store, allotted=ROOM * ONE)
    for grant in verified(granting, 8):
        ended = at_once(partial(granting.act, grant, "approve", "head"))
        assert ended == ["Refused", "done"]
        assert granting.sums(grant).approved == ONE


def test_two_who_pay_one_instalment_at_once_pay_it_once(store: Store) -> None:
    granting = Granting(store, allotted=ROOM * ONE)
    grant = granting.walk(*WAYS["three people"][:5])
    assert at_once(lambda: granting.act(grant, "pay", "finance")) == ["Refused", "done"]
    assert granting.sums(grant) == Sums(0, ONE, ONE, ONE, ONE)


def test_two_transfers_against_each_other_wait_for_nobody_for_ever(store: Store) -> None:
    granting = Granting(store, allotted=1_000)
    with store.writing() as session:
        other = ledger.envelope_of(session, uuid.uuid4(), "emergency", 2026, AT)
        ledger.allot(session, by("approver"), other, 1_000, AT)

    def move(giver: uuid.UUID, taker: uuid.UUID) -> None:
        for _ in range(10):
            with store.writing() as session:
                both = (session.get_one(Envelope, giver), session.get_one(Envelope, taker))
                ledger.transfer(session, by("approver"), *both, 10, "A reason", AT)

    ways = [(granting.envelope_id, other.id), (other.id, granting.envelope_id)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda way: move(*way), ways * 2))
    assert granting.sums().allotted == 1_000


def at_once(act: Callable[[], None]) -> list[str]:
    waits, ended = threading.Barrier(2), []

    def press() -> None:
        waits.wait(20)
        try:
            act()
            ended.append("done")
        except (Changed, Refused) as error:
            ended.append(type(error).__name__)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ended)


# -- kill -9


def dies_at(store: Store, statement: int, act: Callable[[Store], None]) -> bool:
    """A child does `act` and kills itself before its n-th statement, or before the commit if it has no more; False if
    there are not as many. Every moment is tried, the one after the commit too.
    """

    def live() -> None:
        mine, left = own(store), count(1)

        def stop(*_: object) -> None:
            if next(left) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(mine.engine, "before_cursor_execute", stop)
        event.listen(mine.engine, "commit", stop)
        act(mine)
        stop()

    child = multiprocessing.get_context("fork").Process(target=live, daemon=True)
    child.start()
    child.join(60)
    assert child.exitcode in (0, KILLED)
    return child.exitcode == KILLED


@pytest.mark.parametrize(("place", "act", "who"), [(3, "commit", "finance"), (5, "pay", "finance")])
def test_whoever_is_killed_leaves_nothing_by_half_and_pays_nothing_twice(
    store: Store, place: int, act: str, who: str
) -> None:
    granting = Granting(store, allotted=100 * ONE)
    by(who)
    died = stood = 0
    for statement in count(1):
        grant = granting.walk(*WAYS["three people"][:place])
        before = granting.sums(grant)
        store.dispose()

        def do(mine: Store, grant: uuid.UUID = grant) -> None:
            with mine.writing() as session:
                granting.step(session, grant, act, who, made_from=place)

        alive = not dies_at(store, statement, do)
        done = stands(granting, grant, place, before)
        if not done:
            do(store)
            assert stands(granting, grant, place, before)
        with pytest.raises(Changed):
            do(store)
        died, stood = died + (not alive), stood + done
        if alive:
            break
    assert died > 8, "nobody died: no moment was tried"
    assert stood == 2, "killed after the commit, and not at all"


def stands(granting: Granting, grant: uuid.UUID, place: int, before: Sums) -> bool:
    """Is the step there, with its entry? By half it never is."""
    with granting.store.reading() as session:
        steps = len(steps_of(session, grant))
        assert ledger.unbalanced(session, [grant]) == []
    sums = granting.sums(grant)
    assert grant_holds(sums)
    assert (steps, sums != before) in {(place, False), (place + 1, True)}
    return steps > place
