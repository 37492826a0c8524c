"""An embassy whose share is over does not go: the hearing names it no more, and the head sees that nobody goes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hrd_cases.audit.trail import Actor
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused, Tampered
from hrd_cases.keys.models import Letter
from hrd_cases.trials import mending
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.shares.ending import end_shares
from hrd_cases.trials.shares.leaving import left
from hrd_cases.trials.shares.letters import ANSWERED
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, Stand, check_until, ends_after, leaves
from hrd_cases.trials.times import When, set_for
from tests.attacks.past_our_code import write
from tests.cases.acting import said
from tests.trials.its_files import off
from tests.trials.sharing_world import EMBASSY, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer, agreed, until_on
from tests.trials.trying import DEPUTY, OFFICER, in_days
from tests.world import World

# -- the rule

TEN = set_for(date(2026, 5, 7), "Africa/Cairo", time(10))
MORNING = set_for(date(2026, 5, 7), "Africa/Cairo", part=Part.MORNING)
ANY_HOUR = set_for(date(2026, 5, 7), "Africa/Cairo")
BEFORE, AT_TEN, AFTER = (datetime(2026, 5, 7, hour, minute, tzinfo=UTC) for hour, minute in ((6, 59), (7, 0), (20, 0)))
TAKEN = (Ended.REVOKED, Ended.CONSENT, Ended.EXPIRED)
WENT = (State.ASSIGNED, State.CONFIRMED)

LEAVING: list[tuple[State, Ended, When, datetime, Act | None]] = [
    # they say no themselves, however late
    (State.ASSIGNED, Ended.DECLINED, TEN, BEFORE, Act.DECLINE),
    (State.CONFIRMED, Ended.DECLINED, TEN, BEFORE, Act.WITHDRAW),
    (State.ASSIGNED, Ended.DECLINED, TEN, AFTER, Act.DECLINE),
    (State.CONFIRMED, Ended.DECLINED, TEN, AFTER, Act.WITHDRAW),
    # it is taken from them, or its time is over, before the hearing
    *((state, how, when, BEFORE, Act.WITHDRAW) for state in WENT for how in TAKEN for when in (TEN, MORNING, ANY_HOUR)),
    # the very minute at which it begins; it may begin later
    *((state, how, TEN, AT_TEN, Act.WITHDRAW) for state in WENT for how in TAKEN),
    *((state, how, ANY_HOUR, AT_TEN, Act.WITHDRAW) for state in WENT for how in TAKEN),
    # afterwards: they have been there
    *((state, how, when, AFTER, None) for state in WENT for how in TAKEN for when in (TEN, MORNING)),
    # nobody was to go, or it is over
    *((state, how, TEN, BEFORE, None) for state in State if state not in WENT for how in Ended),
]


@pytest.mark.parametrize(("state", "how", "when", "over_at", "act"), LEAVING)
def test_what_the_end_of_a_share_is_for_the_hearing(
    state: State, how: Ended, when: When, over_at: datetime, act: Act | None
) -> None:
    assert leaves(state, how, when, over_at) == act


# -- done on the hearing


def _revoked(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.revoke(share_id)


def _declined(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.decline(share_id)
    sharer.world.client(OFFICER).get("/")  # somebody of the office takes the letter in


def _no_said(sharer: Sharer, _share_id: uuid.UUID) -> None:
    with sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        record_conversation(session, by, case, said(share_embassies="refused"), datetime.now(UTC))


def _taken_off(sharer: Sharer, _share_id: uuid.UUID) -> None:
    sharer.tried.do(off, sharer.files[0], "Charges were dropped.")


ENDS: dict[str, Callable[[Sharer, uuid.UUID], None]] = {
    "revoked": _revoked,
    "declined": _declined,
    "consent taken back": _no_said,
    "its file left the trial": _taken_off,
}


@pytest.mark.parametrize("accepted", [False, True], ids=["asked", "accepted"])
@pytest.mark.parametrize("how", ENDS)
def test_the_hearing_names_the_embassy_no_more(world: World, how: str, accepted: bool) -> None:
    sharer = Sharer(world, [agreed(world), agreed(world, "Karim Namudhaj")])
    share_id = sharer.share(files=(sharer.files[0].id,))
    assert sharer.seen(share_id) is not None
    if accepted:
        sharer.accept(share_id)
        assert sharer.tried.hearing(sharer.hearing_id).state == "confirmed"
    ENDS[how](sharer, share_id)
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer) == ("requested", None)
    assert hearing.act == ("decline" if how == "declined" and not accepted else "withdraw")
    assert hearing.reason == sharer.given(share_id).ended


def test_whose_time_was_over_while_nobody_was_signed_in_leaves_with_whoever_comes_by(world: World) -> None:
    """The hearing was moved past the end of the share, and nobody extended it."""
    sharer = Sharer(world)
    share_id = sharer.share(until_on=until_on(11))
    sharer.accept(share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(40))
    given = sharer.given(share_id)
    assert given.ends_too_soon
    after = given.until + timedelta(minutes=1)
    assert end_shares(world.database, Actor("scheduler"), after) == 1
    assert sharer.tried.hearing(sharer.hearing_id).observer is not None

    def comes_by(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> int:
        found = list(left(open_docket(session, proceeding), after))
        mending.mend(session, by, proceeding, after)
        return len(found)

    assert sharer.tried.do(comes_by, who=DEPUTY) == 1
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer, hearing.act, hearing.reason) == ("requested", None, "withdraw", "expired")
    assert sharer.tried.do(comes_by) == 0


def test_who_has_been_there_is_not_withdrawn(world: World) -> None:
    """Of a hearing of yesterday whose result nobody has recorded yet."""
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(-1))
    sharer.revoke(share_id)
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer is not None) == ("confirmed", True)


def test_whoever_goes_instead_stays_and_another_embassy_can_be_asked(world: World) -> None:
    sharer = Sharer(world)
    first = sharer.share(EMBASSY)
    assert sharer.seen(first) is not None
    sharer.revoke(first)
    second = sharer.share(OTHER_EMBASSY)
    assert sharer.seen(second, OTHER_OBSERVER) is not None
    observer = sharer.tried.hearing(sharer.hearing_id).observer
    assert observer is not None
    assert observer.share_id == second


# -- a share that would end before its hearing

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SUNDAY, MONDAY = date(2026, 5, 10), date(2026, 5, 11)
UNTIL: list[tuple[date, When, bool]] = [
    # last day chosen, hearing, is it enough
    (date(2026, 5, 7), TEN, True),
    (date(2026, 5, 5), TEN, True),  # the same week: it ends with it
    (date(2026, 5, 3), TEN, False),  # a Sunday, the week before
    (SUNDAY, set_for(SUNDAY, "Africa/Cairo", time(10)), True),
    (SUNDAY, set_for(MONDAY, "Africa/Cairo", time(10)), False),
    (SUNDAY, set_for(MONDAY, "Asia/Tokyo", time(8)), False),  # Sunday still, in UTC
    (SUNDAY, set_for(SUNDAY, "America/Los_Angeles", time(9)), True),
    (SUNDAY, set_for(SUNDAY, "America/Los_Angeles", time(18)), False),  # Monday already, in UTC
    (MONDAY, set_for(MONDAY, "Asia/Tokyo", time(8)), True),
    (
        date(2026, 5, 2),
        set_for(date(2026, 4, 20), "Africa/Cairo", time(10)),
        True,
    ),  # it was held: its report is awaited
]


@pytest.mark.parametrize(("on", "when", "enough"), UNTIL)
def test_a_share_ends_after_its_hearing(on: date, when: When, enough: bool) -> None:
    if enough:
        assert check_until(on, when, NOW) == ends_after(on)
        return
    with pytest.raises(Refused) as refused:
        check_until(on, when, NOW)
    assert refused.value.reason == "It would end before the hearing."
    assert refused.value.who_can


def test_a_hearing_in_a_year_is_shared_nearer_to_its_day() -> None:
    far = set_for(date(2027, 5, 1), "Africa/Cairo", time(10))
    for on in (date(2026, 5, 5), date(2027, 5, 1)):
        with pytest.raises(Refused) as refused:
            check_until(on, far, NOW)
        assert refused.value.who_can == "Share it nearer to the hearing."


def test_neither_shared_nor_extended_to_a_day_before_the_hearing(world: World) -> None:
    sharer = Sharer(world)
    with pytest.raises(Refused, match="before the hearing"):
        sharer.share(until_on=until_on(2) if ends_after(until_on(2)) < ends_after(until_on(10)) else until_on(0))
    share_id = sharer.share(until_on=until_on(10))
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(60))
    with pytest.raises(Refused, match="before the hearing"):
        sharer.extend(share_id, until_on(30))
    sharer.extend(share_id, until_on(62))
    assert not sharer.given(share_id).ends_too_soon


# -- the next one of a chain


def next_after_a_cancelled_one(sharer: Sharer) -> tuple[uuid.UUID, uuid.UUID]:
    """Adjourned without a date, then a next one, which is cancelled, then another: the cancelled one, and that."""
    sharer.tried.act(sharer.hearing_id, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    set_next: dict[str, Any] = {"act": Act.SET_NEXT, "reason": "judge_absent"}
    then = sharer.tried.act(sharer.hearing_id, new=in_days(14), **set_next).next_id
    assert then is not None
    sharer.tried.act(then, Act.CANCEL, reason="not_listed")
    last = sharer.tried.act(sharer.hearing_id, new=in_days(15), **set_next).next_id
    assert last is not None
    return then, last


def test_nobody_is_sent_to_a_next_hearing_of_which_they_know_nothing(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    cancelled, last = next_after_a_cancelled_one(sharer)
    sharer.tried.do(mending.mend)
    there = sharer.tried.hearing(last)
    assert (there.state, there.observer) == (State.REQUESTED, None)
    assert sharer.given(share_id).hearing_id == cancelled
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.called_off == "cancelled"


def test_nobody_is_sent_to_a_next_hearing_by_a_share_that_is_over(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    sharer.tried.act(sharer.hearing_id, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    sharer.revoke(share_id)
    last = sharer.tried.act(sharer.hearing_id, Act.SET_NEXT, reason="judge_absent", new=in_days(15)).next_id
    assert last is not None
    there = sharer.tried.hearing(last)
    assert (there.state, there.observer) == (State.REQUESTED, None)


# -- nobody there can open it

SHARES: Any = Share.__table__
LETTERS: Any = Letter.__table__


def _set_back(sharer: Sharer) -> None:
    """The row as it was before the hearing was moved."""
    with sharer.world.database.main.reading() as session:
        before = dict(session.execute(select(SHARES)).mappings().one())
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(6))
    write(sharer.world, update(SHARES).values(**before))


def _long_over(sharer: Sharer) -> None:
    """Its end is written in clear, and fails its check; whoever is unattended goes by the trail."""
    write(sharer.world, update(SHARES).values(until=datetime(2020, 1, 5, tzinfo=UTC)))
    assert end_shares(sharer.world.database, Actor("scheduler"), datetime.now(UTC)) == 0


GONE: dict[str, Callable[[Sharer], None]] = {
    "row gone": lambda sharer: write(sharer.world, delete(SHARES)),
    "long over": _long_over,
    "damaged": lambda sharer: write(sharer.world, update(SHARES).values(sealed_file=b"damaged")),
    "another's": lambda sharer: write(sharer.world, update(SHARES).values(to_office_id=sharer.office(OTHER_EMBASSY))),
    "set back": _set_back,
}


def _accepted(world: World) -> tuple[Sharer, uuid.UUID]:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == Stand.ACCEPTED
    return sharer, share_id


def _nobody_goes(sharer: Sharer, share_id: uuid.UUID) -> None:
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer) == (State.REQUESTED, None)
    assert sharer.given(share_id).ended == Ended.DAMAGED


@pytest.mark.parametrize("how", GONE)
def test_of_what_nobody_there_can_open_nobody_is_said_to_go(world: World, how: str) -> None:
    sharer, share_id = _accepted(world)
    GONE[how](sharer)
    sharer.tried.do(mending.mend)
    _nobody_goes(sharer, share_id)


def test_a_move_puts_right_what_was_set_back(world: World) -> None:
    sharer, share_id = _accepted(world)
    _set_back(sharer)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.when == in_days(12)


@pytest.mark.parametrize("how", [one for one in GONE if one != "set back"])
def test_a_hearing_that_is_moved_says_that_nobody_goes(world: World, how: str) -> None:
    sharer, share_id = _accepted(world)
    GONE[how](sharer)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    sharer.tried.do(mending.mend)
    _nobody_goes(sharer, share_id)


@pytest.mark.parametrize(("how", "says"), [("row gone", Refused), ("long over", Tampered)])
def test_what_is_gone_is_not_extended(world: World, how: str, says: type[Exception]) -> None:
    sharer, share_id = _accepted(world)
    GONE[how](sharer)
    with pytest.raises(says):
        sharer.extend(share_id, until_on(40))


def test_an_embassy_whose_no_never_arrived_is_said_not_to_go(world: World) -> None:
    sharer, share_id = _accepted(world)
    sharer.decline(share_id)
    write(world, delete(LETTERS).where(LETTERS.c.act == ANSWERED))
    sharer.tried.do(mending.mend)
    _nobody_goes(sharer, share_id)


def test_nobody_accepts_what_was_called_off(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    with pytest.raises(Refused, match="called off"):
        sharer.accept(share_id)
    assert sharer.given(share_id).state == Stand.OFFERED
    page = sharer.world.client(OBSERVER).get(f"/shares/{share_id}").text
    assert f"/shares/{share_id}/accept" not in page
    assert f"/shares/{share_id}/read" in page
    sharer.decline(share_id)
