"""The unattended process: the tick, the heartbeat, the watchdog, and whatever jobs the composition root hands in.

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
class Job:
    """Something to do at the start and then `every` so often, also when nothing has changed: `act` must be idempotent.

    A daily thing is an hourly job that finds today's work done: no day is lost because the process was down at noon.
    """

    name: str
    every: timedelta
    act: Callable[[], object]


def run(
    store: Store, book: AddressBook, relay: Relay, jobs: Sequence[Job] = (), *, stop: threading.Event | None = None
) -> None:
    """Work until SIGTERM or SIGINT (or `stop`), then end within 5 s. Call it in the main thread of its own process.

    A mail that the server has not answered for by then is given up as a crash would: the next scheduler sends it again.
    """
    stop = stop or threading.Event()
    mailroom = Mailroom(store, book, relay, stop=stop)
    running = Running()
    scheduler = _scheduler([*_own_jobs(mailroom), *jobs], running)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler.start()
    log.info("the unattended process has started")
    stop.wait()
    scheduler.shutdown(wait=False)
    if not running.ended_within(STOPS_WITHIN):
        log.warning("the unattended process ends in the middle of a job")
        os._exit(0)  # Python would wait for the mail server first
    log.info("the unattended process has ended")


def _own_jobs(mailroom: Mailroom) -> list[Job]:
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
        Job("beat", BEAT, beat),
        Job("tick", TICK, Tick(mailroom)),
        Job("sweep", SWEEP, sweep),
    ]


class Running:
    """Counts the jobs that are at work now, and keeps one job's failure from everything else."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def guarded(self, job: Job) -> Callable[[], None]:
        def act() -> None:
            with self._changed:
                self._count += 1
            try:
                job.act()
            except Exception:  # the other jobs must go on, and this one at its next turn
                log.exception("a job failed", job=job.name)
            finally:
                with self._changed:
                    self._count -= 1
                    self._changed.notify_all()

        return act

    def ended_within(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, timeout=seconds)


def _scheduler(jobs: Sequence[Job], running: Running) -> BackgroundScheduler:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it would report every tick during a slow mail
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(len(jobs) + 2)}, daemon=True)
    for job in jobs:
        scheduler.add_job(
            running.guarded(job),
            "interval",
            seconds=job.every.total_seconds(),
            id=job.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=2 if job.name == "tick" else 1,
        )
    return scheduler
