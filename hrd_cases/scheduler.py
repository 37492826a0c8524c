"""The unattended process: the tick, the heartbeat, the watchdog, and whatever chores the composition root hands in.

All truth is in our tables: the jobs live in memory, and a job that was missed simply runs at the next turn. Any number
of these processes may run, on any number of nodes.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hrd_cases.db import Store
from hrd_cases.outbox import watch
from hrd_cases.outbox.book import AddressBook
from hrd_cases.outbox.mail import Relay
from hrd_cases.outbox.send import Mailroom
from hrd_cases.outbox.tick import Tick

TICK = timedelta(seconds=5)
BEAT = timedelta(minutes=1)
SWEEP = timedelta(hours=1)
STOPS_WITHIN = 3.0  # seconds; a supervisor kills after 5

log = structlog.get_logger()


@dataclass(frozen=True)
class Chore:
    """Something to do at the start and then `every` so often, also when nothing has changed: `act` must be idempotent.

    A daily thing is an hourly chore that finds today's work done: no day is lost because the process was down at noon.
    """

    name: str
    every: timedelta
    act: Callable[[], object]


def run(
    store: Store, book: AddressBook, relay: Relay, chores: Sequence[Chore] = (), *, stop: threading.Event | None = None
) -> None:
    """Work until SIGTERM or SIGINT (or `stop`), then end within 5 s. Call it in the main thread of its own process.

    A mail that the server has not answered for by then is given up as a crash would: the next scheduler sends it again.
    """
    stop = stop or threading.Event()
    mailroom = Mailroom(store, book, relay, stop=stop)
    running = Running()
    scheduler = _scheduler([*_own_chores(mailroom), *chores], running)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler.start()
    log.info("the unattended process has started")
    stop.wait()
    scheduler.shutdown(wait=False)
    if not running.ended_within(STOPS_WITHIN):
        log.warning("the unattended process ends in the middle of a chore")
        os._exit(0)  # Python would wait for the mail server first
    log.info("the unattended process has ended")


def _own_chores(mailroom: Mailroom) -> list[Chore]:
    scheduler_id = uuid4()

    def beat() -> None:
        with mailroom.store.writing() as session:
            watch.beat(session, scheduler_id, mailroom.clock())
        with mailroom.store.reading() as session:
            for alarm in watch.alarms(session, mailroom.clock()):
                log.error(f"alarm: {alarm.kind}", count=alarm.count)  # noqa: G004 - a constant of ours

    def sweep() -> None:
        with mailroom.store.writing() as session:
            watch.sweep(session, mailroom.clock())

    return [
        Chore("beat", BEAT, beat),
        Chore("tick", TICK, Tick(mailroom)),
        Chore("sweep", SWEEP, sweep),
    ]


class Running:
    """Counts the chores that are at work now, and keeps one chore's failure from everything else."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def guarded(self, chore: Chore) -> Callable[[], None]:
        def act() -> None:
            with self._changed:
                self._count += 1
            try:
                chore.act()
            except Exception:  # the other chores must go on, and this one at its next turn
                log.exception("a chore failed", job=chore.name)
            finally:
                with self._changed:
                    self._count -= 1
                    self._changed.notify_all()

        return act

    def ended_within(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, timeout=seconds)


def _scheduler(chores: Sequence[Chore], running: Running) -> BackgroundScheduler:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it would report every tick during a slow mail
    scheduler = BackgroundScheduler(
        timezone=UTC, executors={"default": ThreadPoolExecutor(len(chores) + 2)}, daemon=True
    )
    for chore in chores:
        scheduler.add_job(
            running.guarded(chore),
            "interval",
            seconds=chore.every.total_seconds(),
            id=chore.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=2 if chore.name == "tick" else 1,
        )
    return scheduler
