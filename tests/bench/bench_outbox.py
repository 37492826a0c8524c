"""The tick beside APScheduler's SQL job store: same machine, same run, both on SQLite with the same pragmas."""

from __future__ import annotations

import gc
import pickle
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Table, insert, update

from hrd_cases import tables
from hrd_cases.db import Store
from hrd_cases.outbox.book import Addressee, Recipient
from hrd_cases.outbox.claims import claim
from hrd_cases.outbox.due import new_delivery, turn_due
from hrd_cases.outbox.mail import Relay, compose
from hrd_cases.outbox.models import DUE, WAITING, Delivery, Reminder
from hrd_cases.outbox.send import Mailroom, send_ready
from hrd_cases.outbox.tick import Tick
from tests.bench.table import ROUNDS, Measured, Row, in_turns
from tests.outbox.sink import Sink

WAIT_FOR_LATER = 100_000
DUE_NOW = 1_000
TICKS = 200
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(hours=2)
ONE_A_YEAR = timedelta(hours=9)


class Nobody:
    """An address book without addresses: nothing is mailed here."""

    def addressees(self, *_: object) -> tuple[()]:
        return ()

    def deputies(self, *_: object) -> tuple[()]:
        return ()

    def own_words(self, posted: str) -> str:
        return posted

    def alarm(self, *_: object) -> None:
        raise AssertionError("nothing is planted here")


@dataclass
class Both:
    """Our tables and the job store, each with 100,000 entries that wait for a later hour."""

    ours: Store
    theirs: Store
    jobs: SQLAlchemyJobStore
    one_job: dict[str, Any]

    def settle(self) -> None:
        """Neither pays for what was written before: the unattended process empties logs every minute."""
        for store in (self.ours, self.theirs):
            store.empty_log()

    def add_due(self) -> list[UUID]:
        """A thousand more that are due, in each."""
        ids = [uuid4() for _ in range(DUE_NOW)]
        self._add(dict.fromkeys(ids, LONG_AGO))
        return ids

    def add_waiting(self) -> None:
        self._add({uuid4(): NOW + ONE_A_YEAR + timedelta(hours=i % 3_000) for i in range(WAIT_FOR_LATER)})

    def _add(self, due: dict[UUID, datetime]) -> None:
        with self.ours.writing() as session:
            session.execute(insert(Reminder), [reminder(key, at) for key, at in due.items()])
        with self.jobs.engine.begin() as connection:
            connection.execute(insert(self.jobs.jobs_t), [self._job(key, at) for key, at in due.items()])

    def _job(self, key: UUID, at: datetime) -> dict[str, Any]:
        state = self.one_job | {"id": key.hex, "next_run_time": at}
        return {"id": key.hex, "next_run_time": at.timestamp(), "job_state": pickle.dumps(state)}


def reminder(key: UUID, at: datetime) -> dict[str, Any]:
    unique = key.bytes * 2
    return {"id": key, "member_id": key, "slot_at": at, "mails": False, "state": WAITING, "uniqueness": unique}


@contextmanager
def both() -> Iterator[Both]:
    with tempfile.TemporaryDirectory() as home:
        ours, theirs = (Store(f"sqlite:///{Path(home) / name}.db") for name in ("ours", "theirs"))
        tables.metadata().create_all(ours.engine)
        jobs = SQLAlchemyJobStore(engine=theirs.engine)
        scheduler = BackgroundScheduler(jobstores={"default": jobs}, timezone=UTC)
        scheduler.start(paused=True)
        job = scheduler.add_job("builtins:print", "date", run_date=NOW + ONE_A_YEAR)
        filled = Both(ours, theirs, jobs, job.__getstate__())
        job.remove()
        scheduler.shutdown()  # it would run what is due: the store alone is measured
        filled.add_waiting()
        yield filled
        ours.dispose()
        theirs.dispose()


@cache
def idle_tick() -> Measured:
    with both() as filled:
        relay = Relay("127.0.0.1", 25, "none", "daybook@example.org", "Daybook")
        tick = Tick(Mailroom(filled.ours, Nobody(), relay))

        def their_tick() -> None:
            filled.jobs.get_due_jobs(datetime.now(UTC))
            filled.jobs.get_next_run_time()

        ours, theirs = in_turns(lambda: repeated(tick), lambda: repeated(their_tick))
    return [seconds / TICKS for seconds in ours], [seconds / TICKS for seconds in theirs]


def repeated(act: Callable[[], None]) -> None:
    for _ in range(TICKS):
        act()


@cache
def turning_due() -> Measured:
    with both() as filled:
        return rounds(filled, lambda _: turn_due(filled.ours, Nobody(), NOW))


@cache
def claiming_mails() -> Measured:
    with both() as filled:
        deliveries: Table = Delivery.__table__  # type: ignore[assignment]

        def prepare(ids: list[UUID]) -> None:
            with filled.ours.writing() as session:
                session.execute(update(Reminder).where(Reminder.slot_at <= NOW).values(state=DUE))
                session.execute(update(deliveries).values(next_try_at=NOW + ONE_A_YEAR))
                session.execute(insert(deliveries), [new_delivery(key, key, NOW) for key in ids])

        return rounds(filled, lambda _: claim(filled.ours, NOW, at_once=DUE_NOW), prepare)


def rounds(
    filled: Both, ours: Callable[[list[UUID]], object], prepare: Callable[[list[UUID]], None] = lambda _: None
) -> Measured:
    """Each round a thousand are due, in both; what they cost to claim. One unmeasured round first."""
    figures: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        ids = filled.add_due()
        prepare(ids)
        filled.settle()
        gc.disable()
        began = time.perf_counter()
        ours(ids)
        between = time.perf_counter()
        for job in filled.jobs.get_due_jobs(NOW):
            filled.jobs.remove_job(job.id)
        figures[0].append(between - began)
        figures[1].append(time.perf_counter() - between)
        gc.enable()
    return figures[0][1:], figures[1][1:]


class Everybody(Nobody):
    """An address book in which each member has an address."""

    def addressees(self, _session: object, recipient: Recipient) -> list[Addressee]:  # type: ignore[override]
        assert recipient.member_id is not None
        return [Addressee(recipient.member_id, f"m{recipient.member_id.hex}@example.org")]


def mailing() -> Measured:
    """A thousand mails to a real server, claimed, sent and marked; and by a bare loop that remembers nothing."""
    figures: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as home, Sink(Path(home)) as sink:
        store = Store(f"sqlite:///{Path(home) / 'ours'}.db")
        tables.metadata().create_all(store.engine)
        mailroom = Mailroom(store, Everybody(), sink.relay())
        message = compose(sink.relay(), "somebody@example.org", uuid4(), NOW)
        for _ in range(ROUNDS + 1):
            ids = [uuid4() for _ in range(DUE_NOW)]
            with store.writing() as session:
                session.execute(insert(Reminder), [reminder(key, LONG_AGO) | {"state": DUE} for key in ids])
                session.execute(insert(Delivery), [new_delivery(key, key, NOW) for key in ids])
            began = time.perf_counter()
            assert send_ready(mailroom) == DUE_NOW
            between = time.perf_counter()
            with smtplib.SMTP(sink.relay().host, sink.relay().port) as bare:
                for key in ids:
                    bare.sendmail("daybook@example.org", f"m{key.hex}@example.org", message)
            figures[0].append(between - began)
            figures[1].append(time.perf_counter() - between)
        store.dispose()
    return figures[0][1:], figures[1][1:]


def by_the_clock(measure: Callable[[], Measured], seconds: float) -> Callable[[], Measured]:
    """The same figures of ours, beside the time that such a thing may take."""
    return lambda: (measure()[0], [seconds] * ROUNDS)


JOB_STORE = "APScheduler's SQL job store"
ROWS = [
    Row("idle tick, 100,000 reminders waiting", JOB_STORE, 0.4, idle_tick),
    Row("idle tick, 100,000 reminders waiting", "100 µs", 1.0, by_the_clock(idle_tick, 100e-6)),
    Row("turning 1,000 reminders due", JOB_STORE, 1 / 25, turning_due),
    Row("turning 1,000 reminders due", "10 ms", 1.0, by_the_clock(turning_due, 10e-3)),
    Row("claiming 1,000 mails", JOB_STORE, 1 / 25, claiming_mails),
    Row("claiming 1,000 mails", "10 ms", 1.0, by_the_clock(claiming_mails, 10e-3)),
    Row("1,000 mails through a local SMTP server", "a bare loop to the same server", 5, mailing),
]
