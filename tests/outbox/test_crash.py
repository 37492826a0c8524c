"""kill -9 at every named point, two workers, a real mail server, both databases (issue 2, must show 7).

A worker is a forked process that kills itself at a point. Two such workers run at once and die, one early, one
late; when their leases have ended two sound ones run at once. Then the mail server's own record and the database's own
record of reminders are judged; and each way of doing it wrong is planted once, to show that the judge sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update

from hrd_cases.db import Store
from hrd_cases.outbox import due, plan, points, send
from hrd_cases.outbox.book import AddressBook, to_member
from hrd_cases.outbox.claims import MAY_BE_TRIED, Claim, mark_sent
from hrd_cases.outbox.mail import Line, Outcome, Relay, compose
from hrd_cases.outbox.models import DUE, SENT, Delivery, Reminder
from hrd_cases.outbox.send import Mail, Mailroom
from hrd_cases.outbox.tick import Tick, what_is_ready
from tests.outbox.cast import LONG_AGO, Clock, People, address_of, deliveries, new_uniqueness, remind
from tests.outbox.sink import Manners, Sink
from tests.outbox.workers import deaths, forked, own

PLANNING = ("plan", "plan commit")
UNATTENDED = tuple(point for point in points.POINTS if point not in PLANNING)
MAY_MAIL_TWICE = {"250", "mark"}
EARLY, LATE = 1, 3
MAILED, ONLY_SHOWN = 8, 3
AFTER_THE_LEASES = timedelta(minutes=10)

RECORDERS = {
    "sqlite": [
        """CREATE TRIGGER showing AFTER UPDATE ON reminders WHEN NEW.state = 'due'
        BEGIN INSERT INTO shown VALUES (NEW.id); END"""
    ],
    "postgresql": [
        """CREATE FUNCTION show() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO shown VALUES (NEW.id); RETURN NEW; END $$""",
        """CREATE TRIGGER showing AFTER UPDATE ON reminders FOR EACH ROW WHEN (NEW.state = 'due')
        EXECUTE FUNCTION show()""",
    ],
}


# ---- what happens


def ticking(store: Store, relay: Relay, later: timedelta = timedelta(0)) -> Callable[[], None]:
    """Tick until nothing is ready, by a clock that is `later` than the real one."""

    def act() -> None:
        post = Mailroom(own(store), People(), relay, clock=lambda: datetime.now(UTC) + later, at_once=2)
        tick = Tick(post)
        while what_is_ready(post.store, post.clock()):
            tick()

    return act


# ---- what is judged


class Story:
    """Some reminders that are due, the mail server's record, and the database's own record of every reminder."""

    def __init__(self, store: Store, sink: Sink) -> None:
        self.store = store
        self.sink = sink
        self.died = 0
        keep_a_record_of_notices(store)
        self.mailed = [uuid4() for _ in range(MAILED)]
        self.reminders = [remind(store, to_member(member)) for member in self.mailed]
        self.reminders += [remind(store, mails=False) for _ in range(ONLY_SHOWN)]
        store.dispose()  # children inherit no connection

    def happens(self, point: str) -> None:
        """Two workers die at the point, two sound ones come after them."""
        work = ticking(self.store, self.sink.relay())
        second = EARLY if point.startswith("due") else LATE  # all turn due in one transaction
        self.died = deaths(forked(work, point, EARLY), forked(work, point, second))
        again = ticking(self.store, self.sink.relay(), AFTER_THE_LEASES)
        assert deaths(forked(again), forked(again)) == 0

    def faults(self, *, twice_allowed: bool = False) -> list[str]:
        """Each broken promise in words; empty if all were kept."""
        found = []
        received = Counter(mail.to for mail in self.sink.taken())
        wanted = [address_of(member) for member in self.mailed]
        found += [f"lost: {address}" for address in wanted if not received[address]]
        spare = sum(received.values()) - len(received)
        if spare > (self.died if twice_allowed else 0):
            found.append(f"{spare} duplicates after {self.died} deaths")
        if len({(mail.to, mail.message_id) for mail in self.sink.taken()}) != len(received):
            found.append("a duplicate has another Message-ID")
        shown = notices_recorded(self.store)
        found += [f"shown {shown[reminder]} times" for reminder in self.reminders if shown[reminder] != 1]
        found += [f"left {row.state}" for row in deliveries(self.store) if row.state != SENT]
        return found


def keep_a_record_of_notices(store: Store) -> None:
    """A trigger of the database writes down every committed change to `due`, whoever makes it."""
    with store.writing() as session:
        session.execute(text("CREATE TABLE shown (id TEXT NOT NULL)"))
        for statement in RECORDERS[store.engine.dialect.name]:
            session.execute(text(statement))


def notices_recorded(store: Store) -> Counter[UUID]:
    with store.reading() as session:
        return Counter(UUID(row) for row in session.scalars(text("SELECT id FROM shown")))


# ---- the promise


@pytest.mark.parametrize("point", UNATTENDED)
def test_whatever_dies_no_mail_is_lost_and_every_notice_appears_once(store: Store, sink: Sink, point: str) -> None:
    story = Story(store, sink)
    story.happens(point)
    assert story.died, "nobody died: the point was never reached"
    assert story.faults(twice_allowed=point in MAY_MAIL_TWICE) == []


@pytest.mark.parametrize("point", sorted(MAY_MAIL_TWICE))
def test_a_death_between_250_and_our_commit_does_mail_twice(store: Store, sink: Sink, point: str) -> None:
    """The window is real: the test above would be empty if nobody ever died in it."""
    story = Story(store, sink)
    story.happens(point)
    assert story.faults() == [f"{story.died} duplicates after {story.died} deaths"]


@pytest.mark.parametrize("point", PLANNING)
def test_a_planner_that_dies_leaves_all_it_acknowledged_and_nothing_twice(
    store: Store, tmp_path: Path, point: str
) -> None:
    planned = [(uuid4(), new_uniqueness()) for _ in range(5)]
    told = tmp_path / "told"

    def planning() -> None:
        mine = own(store)
        for member, uniqueness in planned:
            with mine.writing() as session:
                plan.plan(session, recipient=to_member(member), due_at=LONG_AGO, uniqueness=uniqueness, mails=True)
            points.crash_point("plan commit")
            with told.open("a") as file:
                file.write(f"{member}\n")

    store.dispose()
    assert deaths(forked(planning, point, LATE)) == 1
    acknowledged = told.read_text().split()
    assert len(acknowledged) == LATE - 1
    rows = members_planned_for(store)
    assert set(map(UUID, acknowledged)) <= set(rows)
    assert len(rows) == LATE - (point == "plan"), "half a plan stayed"
    store.dispose()
    assert deaths(forked(planning), forked(planning)) == 0, "the user saves again, in two windows"
    assert sorted(members_planned_for(store)) == sorted(member for member, _ in planned)


def members_planned_for(store: Store) -> list[UUID]:
    with store.reading() as session:
        return [member for member in session.scalars(select(Reminder.member_id)) if member]


# ---- the judge is shown every wrong way once


def test_planted_marking_before_sending_loses_mail(store: Store, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    def marks_first(post: Mailroom, line: Line, claimed: Claim, mail: Mail) -> bool:
        assert mail.address
        mark_sent(post.store, claimed, post.clock())
        message = compose(post.relay, mail.address, mail.message_id, post.clock())
        return line.deliver(mail.address, message) is Outcome.TAKEN

    monkeypatch.setattr(send, "_send_one", marks_first)
    story = Story(store, sink)
    story.happens("DATA")
    assert sum(fault.startswith("lost") for fault in story.faults(twice_allowed=True)) == story.died >= 1


def test_planted_working_without_claims_mails_twice(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_looks(store: Store, now: datetime, *, lease: timedelta, at_once: int) -> list[Claim]:
        with store.reading() as session:
            rows = session.execute(select(Delivery.__table__).where(*MAY_BE_TRIED).limit(at_once), {"now": now})
            return [Claim(row.id, row.epoch, row.attempts) for row in rows]

    monkeypatch.setattr(send, "claim", only_looks)
    with Sink(tmp_path, Manners(seconds=0.1)) as sink:
        story = Story(store, sink)
        due.turn_due(store, People(), datetime.now(UTC))
        store.dispose()
        work = ticking(store, sink.relay())
        assert deaths(forked(work), forked(work)) == 0
        assert any("duplicates after 0 deaths" in fault for fault in story.faults())


def test_planted_drawing_the_message_id_at_every_try_is_seen(
    store: Store, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draws(relay: Relay, address: str, _message_id: UUID, now: datetime, body: str | None) -> bytes:
        return compose(relay, address, uuid4(), now, body)

    monkeypatch.setattr(send, "compose", draws)
    story = Story(store, sink)
    story.happens("250")
    assert story.faults(twice_allowed=True) == ["a duplicate has another Message-ID"]


def test_planted_turning_due_in_two_transactions_loses_mail(
    store: Store, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_two(store: Store, _book: AddressBook, now: datetime, at_once: int) -> tuple[int, int]:
        these = {"now": now, "at_once": at_once}
        with store.writing() as session:
            session.execute(due._TURN_DUE, these | {"mailing": False})
            mailed = session.execute(due._AND_TELL, these | {"mailing": True}).all()
        points.crash_point("due commit")
        with store.writing() as session:
            session.execute(insert(Delivery), [due.new_delivery(row.id, row.member_id, now) for row in mailed])
        return 0, len(mailed)

    monkeypatch.setattr(due, "_turn_some", in_two)
    story = Story(store, sink)
    story.happens("due commit")
    assert len([fault for fault in story.faults() if fault.startswith("lost")]) == MAILED


def test_planted_turning_due_what_is_due_already_is_seen(
    store: Store, sink: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    unconditional = update(due._R).values(state=DUE).where(due._R.c.mails.is_(False))
    story = Story(store, sink)
    clock.move(hours=1)
    due.turn_due(store, People(), clock())
    monkeypatch.setattr(due, "_AND_COUNT", unconditional.returning(due._R.c.mails))
    due.turn_due(store, People(), clock())
    assert story.faults().count("shown 2 times") == ONLY_SHOWN
