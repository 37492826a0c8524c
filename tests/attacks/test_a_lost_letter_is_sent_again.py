"""Somebody takes letters about a share from the table, or the keys by which an embassy opens it: whoever gave it, or
answered, comes to know, and it goes out again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.errors import Refused
from hrd_cases.keys.models import Circle, GuestKey, Letter
from hrd_cases.offices.models import Office
from hrd_cases.trials import mending
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.attending_rounds import ROUNDS
from hrd_cases.trials.shares.letters import ANSWERED, REPORTED
from hrd_cases.trials.shares.models import ReceivedShare, Share
from tests.attacks.past_our_code import folder_of_share, secrets, told
from tests.attacks.test_no_letter_of_a_share_is_lost import comes_by, file_it, rested, rows, run, table_of, today
from tests.attacks.test_planted_revocations import ended
from tests.attacks.test_planted_shares import SHARES, end_shares
from tests.trials.sharing_world import OBSERVER, Sharer, until_on
from tests.trials.test_shared_reports import report_of, seen
from tests.trials.trying import DEPUTY, OFFICER, in_days
from tests.world import World

__all__ = ["rested"]

LETTERS: Any = table_of(Letter)
KEYS: Any = table_of(GuestKey)


def office_looks(world: World) -> None:
    mending.ROUNDS._next.clear()
    mending.ROUNDS._left.clear()
    comes_by(world, OFFICER)


def embassy_looks(world: World) -> None:
    ROUNDS._next.clear()
    ROUNDS._left.clear()
    comes_by(world, OBSERVER)


Lost = Callable[[World, uuid.UUID], None]


def _newest() -> Any:
    return LETTERS.c.arrived_at >= select(func.max(LETTERS.c.arrived_at)).scalar_subquery()


ON_ITS_WAY: dict[str, Lost] = {
    "taken away": lambda world, _: run(world, delete(LETTERS).where(_newest())),
    "marked as taken in": lambda world, _: run(world, update(LETTERS).where(_newest()).values(folded_at=func.now())),
    "altered": lambda world, _: run(world, update(LETTERS).where(_newest()).values(sealed=b"x")),
}
CIRCLES: Any = table_of(Circle)


def _refused(world: World, _share_id: uuid.UUID) -> None:
    """The circle that it is for is another office's for as long as whoever it is for comes by."""
    (letter,) = rows(world, Letter, _newest())
    (circle,) = rows(world, Circle, CIRCLES.c.id == letter["circle_id"])
    elsewhere = select(Office.id).where(Office.code == "EMB_B_EGY").scalar_subquery()
    its_row = update(CIRCLES).where(CIRCLES.c.id == circle["id"])
    run(world, its_row.values(office_id=elsewhere, name="spare"))
    comes_by(world, OBSERVER)
    comes_by(world, OFFICER)
    run(world, its_row.values(office_id=circle["office_id"], name=circle["name"]))
    assert told(world, Event.LETTER_REFUSED) == 1


ON_ITS_WAY["refused"] = _refused
TAKEN_IN: dict[str, Lost] = {
    "the key taken away": lambda world, _: run(world, delete(KEYS)),
    "the key altered": lambda world, _: run(world, update(KEYS).values(wrapped=b"x" * 60)),
    "another circle's": lambda world, _: run(world, update(KEYS).values(circle_epoch=9)),
}


@pytest.mark.parametrize("how", ON_ITS_WAY)
@pytest.mark.parametrize("letter", ["the offer", "a new version"])
def test_what_was_shared_and_never_arrived_is_sent_again(world: World, how: str, letter: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    if letter != "the offer":
        sharer.accept(share_id)
        assert sharer.given(share_id).state == "accepted"
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    ON_ITS_WAY[how](world, share_id)
    alarms = told(world, Event.ALARM_RAISED)
    office_looks(world)
    assert told(world, Event.ALARM_RAISED) == alarms + 1
    comes_by(world, OBSERVER)
    shown = sharer.seen(share_id)
    assert shown is not None
    assert shown.when == sharer.tried.hearing(sharer.hearing_id).when
    assert sharer.tried.hearing(sharer.hearing_id).observer is not None
    before = sharer.given(share_id).letter
    office_looks(world)
    assert sharer.given(share_id).letter == before, "it arrived: nothing is sent once more"


@pytest.mark.parametrize("how", TAKEN_IN)
@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_a_share_whose_key_was_taken_from_the_embassy_is_sent_again(world: World, how: str, state: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    if state == "accepted":
        sharer.accept(share_id)
    assert sharer.given(share_id).state == state
    TAKEN_IN[how](world, share_id)
    office_looks(world)
    assert told(world, Event.ALARM_RAISED) >= 1
    comes_by(world, OBSERVER)
    assert sharer.seen(share_id) is not None
    assert sharer.of(share_id, lambda one: one.state) == state
    assert sharer.given(share_id).state == state


def test_whose_key_is_taken_again_and_again_is_told_of_no_change(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    before = sharer.of(share_id, lambda one: (one.number, one.noted, one.state, one.reminders))
    for often in range(1, 4):
        run(world, delete(KEYS))
        office_looks(world)
        comes_by(world, OBSERVER)
        assert sharer.seen(share_id) is not None
        assert told(world, Event.ALARM_RAISED) == often
    assert sharer.given(share_id).number == 1
    assert sharer.of(share_id, lambda one: (one.number, one.noted, one.state, one.reminders)) == before
    assert told(world, Event.SHARE_CHANGED) == 0


def test_a_key_that_was_sent_again_is_taken_once(world: World) -> None:
    """Somebody takes the mark of the letter away: what it brought before is not done twice."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    run(world, delete(KEYS))
    office_looks(world)
    comes_by(world, OBSERVER)
    (key,) = rows(world, GuestKey)
    run(world, update(LETTERS).values(folded_at=None))
    comes_by(world, OBSERVER)
    assert rows(world, GuestKey) == [key]
    assert sharer.seen(share_id) is not None
    assert told(world, Event.LETTER_REFUSED) == 0


def test_what_waits_or_was_taken_in_is_sent_once(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    office_looks(world)
    assert sharer.seen(share_id) is not None
    office_looks(world)
    sharer.extend(share_id, until_on(40))
    office_looks(world)
    assert sharer.given(share_id).number == 2
    assert sharer.seen(share_id) is not None
    office_looks(world)
    assert sharer.given(share_id).number == 2
    assert told(world, Event.ALARM_RAISED) == 0


# -- the way back


BACK: dict[str, Callable[[World, str], None]] = {
    "taken away": lambda world, act: run(world, delete(LETTERS).where(LETTERS.c.act == act)),
    "marked as taken in": lambda world, act: run(
        world, update(LETTERS).where(LETTERS.c.act == act).values(folded_at=func.now())
    ),
    "altered": lambda world, act: run(world, update(LETTERS).where(LETTERS.c.act == act).values(sealed=b"x")),
}


BACK_NEWEST: dict[str, Callable[[World], None]] = {
    "taken away": lambda world: run(world, delete(LETTERS).where(_newest())),
    "marked as taken in": lambda world: run(world, update(LETTERS).where(_newest()).values(folded_at=func.now())),
    "altered": lambda world: run(world, update(LETTERS).where(_newest()).values(sealed=b"x")),
}


def file_as_it_stands(sharer: Sharer, share_id: uuid.UUID) -> None:
    with sharer.world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        receiving.file_report(session, by, received, str(receiving.report_mark(received)), datetime.now(UTC))


@pytest.mark.parametrize("how", BACK)
def test_a_yes_that_never_arrived_is_asked_for_again(world: World, how: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.accept(share_id)
    BACK[how](world, ANSWERED)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: one.state) == "offered"
    assert told(world, Event.ALARM_RAISED) == 1
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: one.state) == "accepted"


@pytest.mark.parametrize("how", BACK)
def test_a_report_that_never_arrived_waits_to_be_filed_again(world: World, how: str) -> None:
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    BACK[how](world, REPORTED)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: one.reported_at) is None
    file_as_it_stands(sharer, share_id)
    comes_by(world, OFFICER)
    report = report_of(sharer)
    assert report is not None
    assert report.summary == "What they saw"
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: one.reported_at) is not None


def ask_for_changes(sharer: Sharer) -> None:
    sharer.tried.act(sharer.hearing_id, Act.ASK_CHANGES, reason="Who was the judge?", who=DEPUTY)


@pytest.mark.parametrize("how", BACK)
def test_a_second_report_that_never_arrived_leaves_the_first(world: World, how: str) -> None:
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    comes_by(world, OFFICER)
    first = sharer.of(share_id, lambda one: one.reported_at)
    ask_for_changes(sharer)
    assert sharer.seen(share_id) is not None
    file_it(sharer, share_id, "What they saw, and the judge")
    BACK_NEWEST[how](world)
    embassy_looks(world)
    assert told(world, Event.ALARM_RAISED) == 1
    assert sharer.of(share_id, lambda one: (one.state, one.reported_at)) == ("accepted", first)
    with pytest.raises(Refused):
        sharer.decline(share_id)
    embassy_looks(world)
    assert told(world, Event.ALARM_RAISED) == 1
    file_as_it_stands(sharer, share_id)
    comes_by(world, OFFICER)
    report = report_of(sharer)
    assert report is not None
    assert report.summary == "What they saw, and the judge"


def test_a_report_that_never_arrived_is_none_to_go_back_to(world: World) -> None:
    """Two were filed before anybody looked, and neither came."""
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    file_it(sharer, share_id, "What they saw, and more")
    BACK["taken away"](world, REPORTED)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: (one.state, one.reported_at, one.letter)) == ("accepted", None, None)
    file_as_it_stands(sharer, share_id)
    comes_by(world, OFFICER)
    report = report_of(sharer)
    assert report is not None
    assert report.summary == "What they saw, and more"


def test_a_report_that_never_arrived_is_missed_while_it_is_being_corrected(world: World) -> None:
    """They said yes, and that came: nobody asks them again whether they go where they have been."""
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    with world.acting(OBSERVER) as (session, by):
        received, now = session.get_one(ReceivedShare, share_id), datetime.now(UTC)
        mark = str(receiving.report_mark(received))
        receiving.keep_report(session, by, received, mark, seen(summary="What they saw, and more"), now)
    BACK["taken away"](world, REPORTED)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: (one.state, one.reported_at)) == ("accepted", None)


@pytest.mark.parametrize("what", [ANSWERED, REPORTED])
def test_an_entry_that_says_that_an_answer_was_taken_in_swallows_none(world: World, what: str) -> None:
    """Whoever writes the tables adds to the trail too. What was taken in the share says, which they cannot write."""
    if what == ANSWERED:
        sharer = Sharer(world)
        share_id = sharer.share()
        sharer.accept(share_id)
    else:
        sharer, share_id = today(world)
        file_it(sharer, share_id, "What they saw")
    (letter,) = rows(world, Letter, LETTERS.c.folded_at.is_(None))
    with world.database.main.writing() as session:
        act_as(session, Actor("member", world.demonstration.members[OFFICER], sharer.office("DEL_EGY")))
        record(session, Event.LETTER_FOLDED, letter=letter["id"], act=what)
    BACK_NEWEST["taken away"](world)
    embassy_looks(world)
    assert told(world, Event.ALARM_RAISED) == 1
    said = sharer.of(share_id, lambda one: (one.state, one.reported_at))
    assert said == ("offered" if what == ANSWERED else "accepted", None)


def test_what_was_taken_in_after_somebody_left_our_office_is_not_asked_for_again(world: World) -> None:
    """What the share says then is sealed under a new key: they are given it, and told of no change."""
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    ended(world, "deputy.cairo", by="head.cairo")
    assert sharer.given(share_id).state == "accepted"
    assert sharer.seen(share_id) is not None
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: (one.state, one.number)) == ("accepted", 1)
    assert told(world, Event.ALARM_RAISED) == 0


@pytest.mark.parametrize("how", BACK)
@pytest.mark.parametrize("first", ["office", "embassy"])
def test_a_no_that_never_arrived_goes_out_again_as_it_was_written(world: World, how: str, first: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    sharer.decline(share_id, "Our consul is ill")
    BACK_NEWEST[how](world)
    if first == "office":
        office_looks(world)
        assert (sharer.given(share_id).state, sharer.given(share_id).ended) == ("ended", "damaged")
        comes_by(world, OBSERVER)  # the letters first: that the office says it is over
    embassy_looks(world)
    office_looks(world)
    given = sharer.given(share_id)
    assert (given.state, given.ended, given.reason) == ("declined", "declined", "Our consul is ill")
    assert sharer.tried.hearing(sharer.hearing_id).observer is None
    assert told(world, Event.ALARM_RAISED) >= (2 if first == "office" else 1)
    before = sharer.of(share_id, lambda one: one.letter)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: one.letter) == before, "it came: it is sent once"


def test_an_answer_that_waits_or_was_taken_in_is_not_asked_for_again(world: World) -> None:
    sharer, share_id = today(world)
    embassy_looks(world)
    file_it(sharer, share_id, "What they saw")
    embassy_looks(world)
    comes_by(world, OFFICER)
    embassy_looks(world)
    assert sharer.of(share_id, lambda one: (one.state, one.reported_at is not None)) == ("accepted", True)
    assert rows(world, Letter, LETTERS.c.folded_at.is_(None)) == []
    assert told(world, Event.ALARM_RAISED) == 0


def test_a_share_that_is_taken_back_though_row_and_trail_are_damaged_goes_with_its_keys(world: World) -> None:
    """Its row alone goes in the act; what has no row any more goes with the next round."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own = folder_of_share(world)
    run(
        world,
        update(SHARES).values(sealed_file=b"x", folder_id=uuid.uuid4()),
        update(table_of(AuditEntry)).where(AuditEntry.event == Event.SHARE_OFFERED.value).values(body=b"x"),
    )
    sharer.revoke(share_id)
    assert rows(world, Share) == []
    assert end_shares(world, datetime.now(UTC)) == 1
    assert own not in secrets(world)
    assert rows(world, GuestKey) == []


def test_on_postgresql_too(world_on_postgres: World) -> None:
    test_what_was_shared_and_never_arrived_is_sent_again(world_on_postgres, "taken away", "a new version")
