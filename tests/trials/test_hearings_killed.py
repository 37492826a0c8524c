"""kill -9 while hearings are saved, moved and adjourned and the tick runs: two officers, two schedulers, both databases
(issue 4, must show 3).

An officer is a forked process that acts on the hearings of a trial and kills itself while a reminder is planned; a
scheduler is one that ticks and kills itself on its way to the mail server. Others go on meanwhile. Then the trial is
read, and the table of reminders, the database's own record of notices and the mail server's record are judged by it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import count

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.cards.read import cards_of
from hrd_cases.cases.late import AFTER
from hrd_cases.db import Database
from hrd_cases.errors import HrdError
from hrd_cases.keys.roles import CircleName
from hrd_cases.outbox import points
from hrd_cases.outbox.models import DUE, SENT, Delivery, Reminder
from hrd_cases.outbox.send import Mailroom
from hrd_cases.outbox.tick import Tick
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import is_planned
from hrd_cases.unattended import AddressBook
from tests.cases.acting import Filed
from tests.outbox.conftest import sink as mail_server
from tests.outbox.sink import Sink
from tests.outbox.test_crash import keep_a_record_of_notices, notices_recorded
from tests.outbox.workers import deaths, forked
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days
from tests.world import World

HEARINGS = 4
ACTS = 12
AFTER_THE_LEASES = timedelta(minutes=10)


def until_the_office_is_open() -> timedelta:
    """Mails of hearings go while the office is open: at night nobody would die in the midst of one."""
    now = datetime.now(UTC)
    noon = now.replace(hour=9, minute=0)
    if noon.weekday() in WORKING and abs(now - noon) < timedelta(hours=2):
        return timedelta(0)
    days = (noon + timedelta(days=number) for number in range(1, 8))
    return next(one for one in days if one.weekday() in WORKING) - now


WORKING = (6, 0, 1, 2)
ACTING, ACTED = "plan", "act commit"


sink = mail_server


@pytest.fixture(params=["world", "world_on_postgres"], ids=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


class Story:
    """A trial with hearings in the next days: some of their reminders are due at once."""

    def __init__(self, world: World, sink: Sink) -> None:
        self.world, self.sink = world, sink
        keep_a_record_of_notices(world.database.main)
        self.tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
        self.first = [self.tried.schedule(2 + number) for number in range(HEARINGS)]
        self.died = 0

    def apart(self) -> None:
        """In a child: no connection and no gate is shared over a fork."""
        old = self.world.house.database
        urls = [store.url.render_as_string(hide_password=False) for store in (old.main, old.shred)]
        object.__setattr__(self.world.house, "database", Database(*urls))

    def officer(self, who: str, begins: int) -> Callable[[], None]:
        """Moves, corrects, adjourns, one act after the other; what a colleague did first is passed over."""

        def act() -> None:
            self.apart()
            for number, _ in zip(count(begins), range(ACTS), strict=False):
                with suppress(HrdError):
                    self._one_act(who, number)
                    points.crash_point(ACTED)

        return act

    def _one_act(self, who: str, number: int) -> None:
        """No hearing comes back to an hour, or to whoever went before: then its reminders are rightly shown again."""
        tried, ahead = self.tried, self.tried.seen(lambda docket: [one.id for one in docket.ahead], who)
        hearing_id = ahead[number % len(ahead)]
        if number % 5 == 1:
            tried.schedule(2 + number % 4, who=who)
        elif number % 5 == 2:
            tried.act(hearing_id, Act.ADJOURN, who, reason="no_time", new=in_days(20 + number))
        elif number % 5 == 3 and who == OFFICER:
            tried.act(hearing_id, Act.GO_MYSELF, who)
        else:
            never_before = time(9 if who == OFFICER else 10, number % 60)
            tried.act(hearing_id, Act.MOVE, who, new=in_days(2 + number % 6, never_before))

    def scheduler(self, seconds: float, later: timedelta = timedelta(0)) -> Callable[[], None]:
        def act() -> None:
            self.apart()
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            book, store = AddressBook(self.world.house.settings), self.world.database.main
            tick = Tick(Mailroom(store, book, self.sink.relay(), clock=lambda: datetime.now(UTC) + later, at_once=2))
            while datetime.now(UTC) < until:
                tick()

        return act

    def happens(self, point: str, early: int, late: int) -> None:
        """Two officers and two schedulers at once; one of each dies early, the other late."""
        self.world.database.dispose()
        killed = point in (ACTING, ACTED)
        officers = [
            forked(self.officer(who, begins), point if killed else "", hits)
            for who, begins, hits in ((OFFICER, 0, early), (DEPUTY, 3, late))
        ]
        later = until_the_office_is_open()
        schedulers = [forked(self.scheduler(6, later), "" if killed else point, hits) for hits in (early, late)]
        self.died = deaths(*officers, *schedulers)
        again = [forked(self.scheduler(3, later + AFTER_THE_LEASES)) for _ in range(2)]
        assert deaths(*again) == 0

    def faults(self) -> list[str]:
        """Each broken promise in words; empty if all were kept."""
        with self.world.database.main.reading() as session:
            rows = {row.id: row.state for row in session.scalars(select(Reminder).where(Reminder.body.is_(None)))}
            mailing = set(session.scalars(select(Reminder.id).where(Reminder.mails, Reminder.state == DUE)))
            sent = {row.reminder_id: row for row in session.scalars(select(Delivery))}
        listed = self.tried.seen(
            lambda docket: [(one.id, one.said.reminders, one.said.told) for one in docket.hearings]
        )
        ids = [one for _, reminders, told in listed for one in (*reminders, *told)]
        ids += self._of_the_file()
        found = [f"{number} hearings list one reminder" for number in Counter(ids).values() if number > 1]
        found += ["lost: a hearing lists what is not there" for one in ids if one not in rows]
        found += ["left over: no hearing lists it" for one in rows if one not in ids]
        found += [f"not as its rules say: {one}" for one in self._off()]
        shown = notices_recorded(self.world.database.main)
        found += [f"shown {shown[one]} times" for one, state in rows.items() if shown[one] != (state == DUE)]
        found += [f"shown {number} times, then cancelled" for number in shown.values() if number > 1]
        taken = {mail.message_id.strip("<>").partition("@")[0] for mail in self.sink.taken()}
        for one in mailing:
            delivery = sent.get(one)
            if delivery is None or delivery.state != SENT or delivery.message_id.hex not in taken:
                found.append("lost: due, and no mail")
        return found

    def _of_the_file(self) -> list[uuid.UUID]:
        """What its card tells of that is late in it."""
        with self.world.acting(OFFICER) as (session, visitor):
            circle = visitor.charters.of(visitor.office_id).circle(CircleName.CASEWORK)
            assert circle is not None
            cards = cards_of(session, circle.circle_id, [self.tried.files[0].id]).good
            found = {one for card in cards for due in card.dues if due.kind in AFTER for one in due.reminders}
            return sorted(found)

    def _off(self) -> list[uuid.UUID]:
        with self.world.acting(OFFICER) as (session, visitor):
            fresh = open_docket(session, session.get_one(Proceeding, self.tried.id))
            now = datetime.now(UTC)
            return [one.id for one in fresh.hearings if not is_planned(session, visitor, fresh, one, now)]


@pytest.fixture
def story(world: World, sink: Sink) -> Story:
    return Story(world, sink)


@pytest.mark.parametrize(
    ("point", "early", "late"),
    [
        (ACTING, 2, 30),
        (ACTING, 9, 17),
        (ACTED, 2, 6),
        ("due", 1, 2),
        ("due commit", 1, 2),
        ("claim commit", 1, 2),
        ("DATA", 1, 3),
        ("250", 1, 2),
        ("mark", 1, 2),
    ],
)
def test_whoever_dies_every_hearing_has_exactly_its_reminders(story: Story, point: str, early: int, late: int) -> None:
    story.happens(point, early, late)
    assert story.died, "nobody died: the point was never reached"
    assert story.faults() == []


def test_the_judge_sees_what_is_lost_left_over_or_changed(story: Story) -> None:
    """The test above would be empty if it did not."""
    store = story.world.database.main
    assert [fault for fault in story.faults() if "mail" not in fault] == []
    planned = story.tried.hearing(story.first[-1]).reminders
    with store.writing() as session:
        one, other, *_ = session.scalars(select(Reminder.id).where(Reminder.id.in_(planned))).all()
        session.execute(delete(Reminder).where(Reminder.id == one))
        session.execute(update(Reminder).where(Reminder.id == other).values(slot_at=datetime(2099, 1, 1, tzinfo=UTC)))
        session.add(Reminder(member_id=uuid.uuid4(), slot_at=datetime.now(UTC), mails=False, uniqueness=b"y" * 32))
    faults = " ".join(story.faults())
    for fault in ("lost: a hearing lists", "left over", "not as its rules say"):
        assert fault in faults
