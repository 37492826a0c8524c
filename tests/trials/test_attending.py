"""Whoever accepted to go to a hearing that was shared with their embassy is reminded of it there, by their own office's
days; and no more once it is moved, over, declined or taken back.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.verify import verify_store
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.today.going import Going
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import attending, attending_rounds
from hrd_cases.trials.shares.attending_rounds import Rounds
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Seen, Stand
from hrd_cases.trials.times import When, set_for
from hrd_cases.unattended import AddressBook
from tests.coming_by import comes_by, nobody_looks
from tests.pages.markup import faults
from tests.trials.sharing_world import EMBASSY, NAME, OBSERVER, OTHER_OBSERVER, Sharer, until_on
from tests.trials.trying import OFFICER, in_days
from tests.world import World

CAIRO = ZoneInfo("Africa/Cairo")
SUNDAY = date(2027, 3, 14)  # the embassy is closed on Fridays and Saturdays
NINE = time(9)


def on(day: int, at: time = NINE) -> datetime:
    return datetime.combine(date(2027, 3, day), at, CAIRO)


class Case(NamedTuple):
    """What the embassy has, and when whoever accepted is reminded, by the clocks of the embassy; `mails` of each."""

    name: str
    slots: tuple[datetime, ...]
    mails: tuple[bool, ...] = ()
    when: When = set_for(SUNDAY, "Africa/Cairo", time(10))
    now: datetime = datetime(2027, 2, 1, 8, tzinfo=UTC)
    until: date = date(2027, 3, 22)
    state: Stand = Stand.ACCEPTED
    called_off: str = ""
    closed: tuple[date, ...] = ()
    reported_at: datetime | None = None
    answered_by_nobody: bool = False


ALL = (on(1, NINE) - timedelta(days=1), on(7), on(11), on(14, time(7)))
"""14 days before; 7; 3, which is the last working day before, as one; 3 hours."""
CASES = [
    Case("accepted", ALL, (False, False, True, True)),
    Case("offered, and not answered", (), state=Stand.OFFERED),
    Case("declined", (), state=Stand.DECLINED),
    Case("over", (), state=Stand.ENDED),
    Case("the hearing is cancelled", (), called_off="cancelled"),
    Case("the hearing is adjourned", (), called_off="adjourned"),
    Case("accepted eight days before", ALL[1:], (False, True, True), now=on(6).astimezone(UTC)),
    Case("accepted when it has begun", (), now=on(14, time(11)).astimezone(UTC)),
    Case("the share ends before the hearing", ALL[:2], (False, False), until=date(2027, 3, 8)),
    Case("the embassy closes on that Thursday", (*ALL[:2], on(10), on(11), ALL[3]), closed=(date(2027, 3, 11),)),
    Case("they have reported on it", (), now=on(14, time(12)).astimezone(UTC), reported_at=on(14, time(12))),
    Case("they reported on an earlier one", ALL, reported_at=datetime(2027, 1, 20, 8, tzinfo=UTC)),
    Case("whoever accepted has left", ALL, answered_by_nobody=True),
    Case(
        "a court abroad, over the date line",
        (on(1, NINE) - timedelta(days=1), on(7), on(11), on(13, time(22))),
        when=set_for(date(2027, 3, 14), "Asia/Tokyo", time(8)),
    ),
]


def planned(world: World, case: Case) -> list[tuple[datetime, bool, uuid.UUID | None, str | None]]:
    office_id = world.demonstration.offices[EMBASSY]
    who = uuid.uuid4() if case.answered_by_nobody else world.demonstration.members[OBSERVER]
    received = ReceivedShare(
        id=uuid.uuid4(),
        folder_id=uuid.uuid4(),
        office_id=office_id,
        from_office_id=uuid.uuid4(),
        arrived_at=case.now,
        state=case.state.value,
        answered_by=who,
        reported_at=case.reported_at,
    )
    share = Share(
        id=received.id,
        folder_id=uuid.uuid4(),
        office_id=uuid.uuid4(),
        to_office_id=office_id,
        until=datetime.combine(case.until, time(), UTC),
        proceeding_id=uuid.uuid4(),
        hearing_id=uuid.uuid4(),
        shared=Seen(kind="main_trial", when=case.when, called_off=case.called_off, asked=True),
    )
    with world.acting(OBSERVER) as (session, by):
        found = attending.planned(session, by, received, share, case.now)
    return [(one.slot_at, one.mails, one.recipient.member_id, one.recipient.role) for one in found]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_when_whoever_accepted_is_reminded(world: World, case: Case) -> None:
    if case.closed:
        with world.acting("admin.hq") as (session, _):
            office = session.get_one(Office, world.demonstration.offices[EMBASSY])
            add_holidays(session, office, [Holiday(day, "Closed") for day in case.closed], "the embassy")
    found = planned(world, case)
    assert tuple(slot.astimezone(CAIRO) for slot, *_ in found) == case.slots
    if case.mails:
        assert tuple(mails for _, mails, *_ in found) == case.mails
    whom = (None, "embassy_observer") if case.answered_by_nobody else (world.demonstration.members[OBSERVER], None)
    assert {one[2:] for one in found} <= {whom}


# -- with every act


def ahead(sharer: Sharer, share_id: uuid.UUID) -> dict[uuid.UUID, datetime]:
    found: dict[uuid.UUID, datetime] = sharer.of(share_id, lambda received: dict(received.ahead))
    return found


def rows(world: World, ids: Any) -> dict[uuid.UUID, tuple[Any, ...]]:
    with world.database.main.reading() as session:
        found = session.scalars(select(Reminder).where(Reminder.id.in_(list(ids))))
        return {one.id: (one.member_id, one.role, one.slot_at, one.mails, one.body) for one in found}


def shared(world: World) -> tuple[Sharer, uuid.UUID]:
    """A hearing in ten days, to which somebody of an embassy goes."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert ahead(sharer, share_id) == {}, "nobody goes yet"
    sharer.accept(share_id)
    return sharer, share_id


def test_whoever_accepts_is_reminded_and_nobody_else(world: World) -> None:
    sharer, share_id = shared(world)
    ids = ahead(sharer, share_id)
    planted = rows(world, ids)
    assert planted.keys() == ids.keys()
    assert len(ids) >= 3
    assert {row[0] for row in planted.values()} == {world.demonstration.members[OBSERVER]}
    assert {row[4] for row in planted.values()} == {None}, "nothing of the case in the clear"
    own = sharer.tried.hearing(sharer.hearing_id).reminders
    assert not set(own) & ids.keys(), "another reminder than any of the office that shared it"
    assert verify_store(world.database.main, shred=world.database.shred).findings == []


def moved(sharer: Sharer, _share_id: uuid.UUID) -> None:
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(14))


def cancelled(sharer: Sharer, _share_id: uuid.UUID) -> None:
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")


def adjourned(sharer: Sharer, _share_id: uuid.UUID) -> None:
    sharer.tried.act(sharer.hearing_id, Act.ADJOURN, reason="judge_absent", new=in_days(14))


def declined(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.decline(share_id)


def taken_back(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.revoke(share_id)


ENDS: dict[str, tuple[Callable[[Sharer, uuid.UUID], None], bool]] = {
    "moved": (moved, True),
    "cancelled": (cancelled, False),
    "adjourned": (adjourned, False),  # they say anew whether they come
    "declined": (declined, False),
    "taken back": (taken_back, False),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_changes_the_hearing_changes_its_reminders(world: World, how: str) -> None:
    act, goes_on = ENDS[how]
    sharer, share_id = shared(world)
    before = ahead(sharer, share_id)
    act(sharer, share_id)
    after = ahead(sharer, share_id)
    assert rows(world, before) == {}
    assert bool(after) is goes_on
    assert rows(world, after).keys() == after.keys()
    assert not before.keys() & after.keys()


def test_moved_away_and_back_it_is_told_anew(world: World) -> None:
    sharer, share_id = shared(world)
    before = ahead(sharer, share_id)
    when = sharer.tried.hearing(sharer.hearing_id).when
    moved(sharer, share_id)
    assert not ahead(sharer, share_id).keys() & before.keys()
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=when)
    after = ahead(sharer, share_id)
    assert after.keys() == before.keys()
    assert all(after[one] > before[one] for one in after), "what was done with one before does not count"
    assert rows(world, after).keys() == after.keys()


def test_a_share_that_is_extended_reminds_of_what_comes_later(world: World) -> None:
    sharer, share_id = shared(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(40))
    before = ahead(sharer, share_id)
    sharer.extend(share_id, until_on(50))
    after = ahead(sharer, share_id)
    assert before.keys() < after.keys()
    with world.acting(OBSERVER) as (session, _):
        until = session.get_one(Share, share_id).until
    planned = rows(world, after)
    assert planned.keys() == after.keys() != set()
    assert all(row[2] < until for row in planned.values())


# -- looked after


@pytest.fixture(autouse=True)
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_looks(attending_rounds.ROUNDS, monkeypatch)


def somebody_comes_by(world: World, who: str = OBSERVER) -> None:
    comes_by(Rounds, world, who)


def alarms(world: World) -> int:
    with world.database.main.reading() as session:
        return len(session.scalars(select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value)).all())


@pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
def test_what_was_taken_away_comes_back_when_an_observer_comes_by(engine: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(engine)
    sharer, share_id = shared(world)
    ids = ahead(sharer, share_id)
    before = rows(world, ids)
    with world.database.main.writing() as session:
        session.execute(delete(Reminder).where(Reminder.id.in_(ids)))
    somebody_comes_by(world, OFFICER)
    assert rows(world, ids) == {}, "without the key of the embassy nobody can tell"
    somebody_comes_by(world)
    assert rows(world, ids) == before
    assert alarms(world) == 1
    somebody_comes_by(world)
    assert alarms(world) == 1, "where nothing is amiss nothing is written"


def test_a_reminder_that_was_put_off_by_nobody_is_put_right(world: World) -> None:
    sharer, share_id = shared(world)
    ids = ahead(sharer, share_id)
    before = rows(world, ids)
    with world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(slot_at=datetime(2099, 1, 1, tzinfo=UTC)))
    somebody_comes_by(world)
    assert rows(world, ids) == before


def test_of_a_share_whose_time_is_over_nothing_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer, share_id = shared(world)
    ids = ahead(sharer, share_id)
    monkeypatch.setattr(attending_rounds, "standing_share", lambda *_: None)
    somebody_comes_by(world)
    assert rows(world, ids) == {}
    assert ahead(sharer, share_id) == {}


# -- as Today tells them


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def today(world: World, who: str = OBSERVER) -> str:
    return text_of(world.client(who).get("/"))


def the_first_is_due(world: World, sharer: Sharer, share_id: uuid.UUID) -> uuid.UUID:
    """The tick comes by when it is."""
    found = rows(world, ahead(sharer, share_id))
    first = min(found, key=lambda one: found[one][2])
    with world.database.main.writing() as session:
        past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        session.execute(update(Reminder).where(Reminder.id == first).values(slot_at=past))
    turn_due(world.database.main, AddressBook(world.house.settings), datetime.now(UTC))
    return first


def test_it_says_which_hearing_why_me_and_why_now(world: World) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    page = today(world)
    said = page.split("Reminders")[1]
    assert "Main trial session" in said
    assert NAME in said
    assert "Reminder 7 days before the hearing. You go to this hearing." in said
    assert "A reminder of" not in page
    for who in (OTHER_OBSERVER, OFFICER):
        assert "You go to this hearing" not in today(world, who)
        assert world.client(who).get(f"/reminders/{one}").status_code == 404
    form = world.client(OBSERVER).get(f"/reminders/{one}")
    assert faults(form.text) == []
    assert NAME in text_of(form)


@pytest.mark.parametrize("what", ["done", "tomorrow"])
def test_it_is_done_or_comes_later(world: World, what: str) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    assert world.client(OBSERVER).post(f"/reminders/{one}", {"what": what}).status_code == 303
    assert "You go to this hearing" not in today(world)
    somebody_comes_by(world)
    assert alarms(world) == 0, "what a member did with it is no finding"
    assert bool(rows(world, [one])) is (what == "tomorrow")


@pytest.mark.parametrize("what", ["", "three_days"])
def test_what_was_put_off_or_not_handled_stands_the_next_day(
    world: World, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharer, share_id = shared(world)
    in_a_week = set_for(datetime.now(CAIRO).date() + timedelta(days=7), "Africa/Cairo", time(10))
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_a_week)
    one = the_first_is_due(world, sharer, share_id)
    if what:
        assert world.client(OBSERVER).post(f"/reminders/{one}", {"what": what}).status_code == 303
    ids = ahead(sharer, share_id)
    before = rows(world, ids)
    looked_at(world, share_id, datetime.now(UTC) + timedelta(days=1), monkeypatch)
    assert rows(world, ids) == before
    assert ahead(sharer, share_id) == ids
    looked_at(world, share_id, in_a_week.earliest_at, monkeypatch)
    assert rows(world, ids) == {}, "nothing of a hearing that is ahead comes once it has begun"


def looked_at(world: World, share_id: uuid.UUID, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.acting(OBSERVER) as (session, by):
        monkeypatch.setattr(attending, "utc_now", lambda: now)
        Rounds().mend(session, by, share_id, now)
        received, share = session.get_one(ReceivedShare, share_id), session.get_one(Share, share_id)
        assert attending.is_reminded(session, by, received, share, now)


def test_of_an_embassy_with_one_observer_nobody_is_next(world: World) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    answer = world.client(OBSERVER).post(f"/reminders/{one}", {"what": "not_mine"})
    assert answer.status_code == 422
    assert "Your embassy has no other observer who would be told of it." in text_of(answer)


@pytest.mark.parametrize("what", ["", "never", "9" * 5000])
def test_what_is_no_answer_is_refused(world: World, what: str) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    assert world.client(OBSERVER).post(f"/reminders/{one}", {"what": what}).status_code == 422
    assert rows(world, [one])


def test_what_is_over_is_told_no_more(world: World) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    sharer.revoke(share_id)
    page = today(world)
    assert "You go to this hearing" not in page
    assert "A reminder of" not in page
    assert rows(world, [one]) == {}


BEGINS, ENDS_AT = datetime(2027, 3, 10, 8, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC)
PUT_OFF = {
    # now, the share ends: until when it may be put off
    "before the hearing": (BEGINS - timedelta(days=3), ENDS_AT, BEGINS),
    "a share that ends before the hearing": (BEGINS - timedelta(days=3), BEGINS - timedelta(days=1), None),
    "once it has begun": (BEGINS + timedelta(hours=1), ENDS_AT, ENDS_AT),
}


@pytest.mark.parametrize("name", PUT_OFF)
def test_a_reminder_is_put_off_no_longer_than_it_is_shared(name: str) -> None:
    now, ends, until = PUT_OFF[name]
    said = Seen(kind="bail", when=set_for(date(2027, 3, 10), "Africa/Cairo", time(10)))
    slot = DueReminder(uuid.uuid4(), to_member(uuid.uuid4()), now)
    new = uuid.uuid4
    received = ReceivedShare(id=new(), folder_id=new(), office_id=new(), from_office_id=new(), arrived_at=now)
    assert Going(slot, received, said, ends, "goes", ()).until(now) == (until or ends)


def test_its_page_says_until_when_it_can_be_put_off(world: World) -> None:
    sharer, share_id = shared(world)
    one = the_first_is_due(world, sharer, share_id)
    page = world.client(OBSERVER).get(f"/reminders/{one}")
    assert faults(page.text) == []
    with world.acting(OBSERVER) as (session, _):
        last = session.get_one(Share, share_id).until - timedelta(days=1)
    said = f"It is shared with you until {last.day} {last:%B %Y}, that day included: later than that you cannot be"
    assert said in text_of(page)
    refused = world.client(OBSERVER).post(f"/reminders/{one}", {"what": "next year"})
    assert refused.status_code == 422
    assert said in text_of(refused)
