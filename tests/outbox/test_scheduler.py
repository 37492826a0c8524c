"""The unattended process as a whole: it works, survives a failing job, and stops within five seconds."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

from hrd_cases import scheduler
from hrd_cases.db import Store
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.mail import Relay
from hrd_cases.outbox.models import SENT, WAITING
from hrd_cases.outbox.watch import alarms
from hrd_cases.scheduler import Job
from tests.outbox.cast import People, address_of, deliveries, remind
from tests.outbox.sink import Manners, Sink
from tests.outbox.workers import forked, own

AMAL = uuid4()


@contextmanager
def running(store: Store, relay: Relay, *jobs: Job) -> Iterator[BaseProcess]:
    """The unattended process in a child; killed at the end if it still runs."""
    store.dispose()
    child = forked(lambda: scheduler.run(own(store), People(), relay, jobs))
    try:
        yield child
    finally:
        child.kill()
        child.join()


def soon(true: Callable[[], object], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def stopped(child: BaseProcess, by: signal.Signals) -> tuple[int | None, float]:
    """Exit code, and how many seconds it took."""
    assert child.pid
    started = time.monotonic()
    os.kill(child.pid, by)
    child.join(20)
    return child.exitcode, time.monotonic() - started


def test_it_mails_what_is_due_and_beats(store: Store, sink: Sink) -> None:
    remind(store, to_member(AMAL))
    with running(store, sink.relay()) as child:
        assert soon(sink.taken)
        assert [mail.to for mail in sink.taken()] == [address_of(AMAL)]
        assert soon(lambda: not alarms_now(store))
        code, seconds = stopped(child, signal.SIGTERM)
    assert code == 0
    assert seconds < 2
    assert deliveries(store)[0].state == SENT


def alarms_now(store: Store) -> list:
    with store.reading() as session:
        return alarms(session, datetime.now(UTC))


def test_a_failing_chore_keeps_nothing_else_from_running(store: Store, sink: Sink, tmp_path: Path) -> None:
    done = tmp_path / "done"

    def fails() -> None:
        raise RuntimeError("a defender's name")

    jobs = [Job("fails", timedelta(seconds=0.1), fails), Job("marks", timedelta(hours=1), done.touch)]
    remind(store, to_member(AMAL))
    with running(store, sink.relay(), *jobs) as child:
        assert soon(done.exists)
        assert soon(sink.taken)
        assert stopped(child, signal.SIGINT)[0] == 0


def test_chores_come_round_again(store: Store, sink: Sink, tmp_path: Path) -> None:
    turns = tmp_path / "turns"

    def counts() -> None:
        with turns.open("a") as file:
            file.write("x")

    with running(store, sink.relay(), Job("counts", timedelta(seconds=0.05), counts)):
        assert soon(lambda: turns.exists() and len(turns.read_text()) >= 3)


def test_it_stops_within_five_seconds_though_the_mail_server_ponders(store: Store, tmp_path: Path) -> None:
    remind(store, to_member(AMAL))
    with Sink(tmp_path, Manners(seconds=60)) as sink, running(store, sink.relay(verdict=60)) as child:
        assert soon(lambda: [row.epoch for row in deliveries(store)] == [1])
        time.sleep(0.3)
        code, seconds = stopped(child, signal.SIGTERM)
    assert code == 0
    assert seconds < 5
    assert deliveries(store)[0].state == WAITING, "another scheduler sends it when the lease has ended"
