"""Long chains of acts, two officers in one moment, forty files: on both databases, what stands is what was done."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hrd_cases.audit.verify import verify_store
from hrd_cases.cases.details import Tie
from hrd_cases.cases.models import Case
from hrd_cases.errors import Changed, Refused
from hrd_cases.trials import hearings, proceedings, scheduling
from hrd_cases.trials.details import Hearing, Observer
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import AHEAD, Act, State
from hrd_cases.trials.models import Proceeding
from tests.cases.acting import Filed
from tests.trials.its_files import ties
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, hearing, held, in_days
from tests.world import World

PEOPLE = (OFFICER, DEPUTY, HEAD)


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


# -- chains of acts


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.integers(0, 9), st.integers(1, 40)), min_size=8, max_size=25))
def test_whatever_is_done_one_after_another_the_chain_holds(world: World, steps: list[tuple[Act, int, int]]) -> None:
    """No act leaves a hearing that follows two, two that follow one, an observer of a hearing that nobody goes to, a
    chase beside a date; and whatever was done stands in versions that nobody can take out unseen.
    """
    tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
    with world.acting(OFFICER) as (session, visitor):
        proceeding = session.get_one(Proceeding, tried.id)
        scheduling.schedule(session, visitor, proceeding, hearing(when=in_days(0, None)), datetime.now(UTC))
        done = 0
        for act, which, days in steps:
            docket = open_docket(session, proceeding, anew=True)
            standing = docket.hearings[which % len(docket.hearings)]
            with suppress(Refused):
                hearings.take_act(session, visitor, proceeding, standing.entry.id, act, given_for(act, days), now())
                done += 1
            session.flush()
            holds(open_docket(session, proceeding, anew=True))
    docket = tried.seen(lambda found: (found.whole, len(found.entries)))
    assert docket[0]
    assert docket[1] >= done + 2


def now() -> datetime:
    return datetime.now(UTC)


def given_for(act: Act, days: int) -> Given:
    new = in_days(days) if act in (Act.MOVE, Act.ADJOURN, Act.SET_NEXT) or (act is Act.RECORD and days % 3) else None
    return Given(
        observer=Observer(name=f"Observer {days}"),
        reason={Act.ADJOURN: "no_time", Act.ADJOURN_SINE_DIE: "no_time", Act.CANCEL: "not_listed"}.get(act, "Because."),
        note="-",
        new=new,
        result=held(),
        no_date_yet=new is None,
        report_id=uuid.uuid4(),
    )


def holds(docket: Docket) -> None:
    found: list[tuple[uuid.UUID, Hearing]] = [(one.id, one.said) for one in docket.hearings]
    for hearing_id, said in found:
        followers = [one for one, other in found if other.follows == hearing_id and other.state != State.CANCELLED]
        assert len(followers) <= 1
        assert (said.chase_on is None) == (said.no_date_since is None)
        assert not (followers and said.chase_on)
        goes = said.state in (State.ASSIGNED, State.CONFIRMED)
        assert goes == (said.observer is not None) or State(said.state) not in AHEAD
        before = next((other for one, other in found if one == said.follows), None)
        assert before is None or State(before.state) not in AHEAD
        assert docket.chain(hearing_id)[-1].id == hearing_id


# -- in the same moment


def at_once(world: World, read: Any, acts: list[tuple[str, Any]]) -> list[str]:
    """Each of them reads, then all press; on SQLite one writes after the other."""
    waits = threading.Barrier(len(acts))
    ended: list[str] = []

    def press(sign_in: str, act: Any) -> None:
        with world.app.app_context():
            made_from = read()
            waits.wait(20)
            try:
                with world.acting(sign_in) as (session, visitor):
                    act(session, visitor, made_from)
                ended.append("done")
            except (Changed, Refused) as error:
                ended.append(type(error).__name__)

    threads = [threading.Thread(target=press, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ended)


def test_of_two_who_adjourn_a_hearing_one_learns_of_the_other(either: World) -> None:
    tried = Tried(either, [Filed(either, OFFICER, "EG", "Salma Mithal")])
    set_ = tried.schedule(5)

    def adjourn(session: Any, by: Any, made_from: uuid.UUID) -> None:
        proceeding = session.get_one(Proceeding, tried.id)
        new = Given(reason="no_time", new=in_days(20))
        hearings.take_act(session, by, proceeding, made_from, Act.ADJOURN, new, now())

    read = lambda: tried.entry(set_)  # noqa: E731 - what a page would have shown
    assert at_once(either, read, [(OFFICER, adjourn), (DEPUTY, adjourn)]) == ["Changed", "done"]
    assert tried.seen(lambda docket: len(docket.hearings)) == 2
    assert tried.seen(lambda docket: docket.whole)


def test_three_who_write_of_different_things_all_have_their_way(either: World) -> None:
    """A hearing is set, a file joins, a stage is moved in the same moment: nobody's is lost, the trail is whole."""
    files = [Filed(either, OFFICER, "EG", f"Accused {number}") for number in range(4)]
    tried, second = Tried(either, files[:3]), Tried(either, files[1:3])

    def set_one(session: Any, by: Any, _read: Any) -> None:
        scheduling.schedule(session, by, session.get_one(Proceeding, tried.id), hearing(9), now())

    def join(session: Any, by: Any, _read: Any) -> None:
        case = session.get_one(Case, files[3].id)
        proceedings.add_files(session, by, session.get_one(Proceeding, tried.id), [case], now())

    def off(session: Any, by: Any, _read: Any) -> None:
        case = session.get_one(Case, files[1].id)
        proceedings.take_off(session, by, session.get_one(Proceeding, second.id), case, "A mistake.", now())

    assert at_once(either, lambda: None, [(OFFICER, set_one), (DEPUTY, join), (HEAD, off)]) == ["done"] * 3
    assert len(tried.trial.files) == 4
    assert second.trial.files == (files[2].id,)
    assert tried.seen(lambda docket: (len(docket.hearings), docket.whole)) == (1, True)
    assert ties(files[3]) == [Tie(proceeding_id=tried.id)]
    assert ties(files[1])[-1].over
    assert list(verify_store(either.database.main).findings) == []


def test_a_trial_of_forty_on_both_databases(either: World) -> None:
    files = [Filed(either, PEOPLE[number % 3], "EG", f"Accused {number}") for number in range(40)]
    tried = Tried(either, files)
    set_ = tried.schedule(3)
    tried.act(set_, Act.ADJOURN, reason="no_time", new=in_days(8))
    assert all(one.seen(lambda file: (file.whole, len(file.brought.open))) == (True, 1) for one in files)
    told = [one.seen(lambda file: [due.kind for due in file.brought.dues]) for one in files]
    assert told == [["hearing"]] + [[]] * 39
    for name in PEOPLE:
        assert either.client(name).get("/").text.count("Cairo Criminal Court") <= 1
    assert list(verify_store(either.database.main).findings) == []
