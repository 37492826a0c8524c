"""At most so many passphrases are stretched at once, over processes as over threads."""

import fcntl
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hrd_cases.vault import passphrase
from hrd_cases.vault import slots as rules
from hrd_cases.vault.slots import Slots

FORKED = multiprocessing.get_context("fork")


def opened(directory: Path, count: int | None) -> Slots:
    slots = Slots()
    slots.open_in(directory, count)
    return slots


def worked(slots: Slots, log: Path, times: int) -> None:
    """Take a slot and note when it was held, on the clock that all processes share."""
    for _ in range(times):
        with slots.one():
            began = time.monotonic()
            time.sleep(0.02)
            ended = time.monotonic()
        with log.open("a") as notes:
            notes.write(f"{began} {ended}\n")


def most_at_once(logs: list[Path]) -> tuple[int, int]:
    """How many were held in all, and how many at the busiest moment."""
    held = [tuple(map(float, line.split())) for log in logs for line in log.read_text().splitlines()]
    return len(held), max(sum(began <= moment < ended for began, ended in held) for moment, _ in held)


@pytest.mark.parametrize("count", [1, 2])
def test_processes_and_their_threads_share_the_slots(tmp_path: Path, count: int) -> None:
    slots = opened(tmp_path / "slots", count)
    logs = [tmp_path / f"log-{number}" for number in range(3)]
    workers = [FORKED.Process(target=worked, args=(slots, log, 4)) for log in logs]
    for worker in workers:
        worker.start()
    mine = [tmp_path / f"log-mine-{number}" for number in range(2)]
    with ThreadPoolExecutor() as threads:
        for log in mine:
            threads.submit(worked, slots, log, 4)
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert most_at_once(logs + mine) == (20, count)


def test_a_killed_process_gives_its_slot_back(tmp_path: Path) -> None:
    slots = opened(tmp_path, 1)
    holds = FORKED.Event()

    def hold() -> None:
        with slots.one():
            holds.set()
            time.sleep(60)

    victim = FORKED.Process(target=hold)
    victim.start()
    assert holds.wait(10)
    waiting = threading.Thread(target=worked, args=(slots, tmp_path / "log", 1))
    waiting.start()
    time.sleep(0.05)
    assert waiting.is_alive()
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    waiting.join(10)
    victim.join(10)
    assert (tmp_path / "log").exists()


def test_a_slot_is_given_back_after_an_error(tmp_path: Path) -> None:
    slots = opened(tmp_path, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError), slots.one():
            raise RuntimeError
    with slots.one():
        pass


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_no_file_is_left_open(tmp_path: Path) -> None:
    slots = opened(tmp_path, 2)
    before = open_files()
    for _ in range(5):
        with slots.one():
            pass
    assert open_files() == before


def test_who_waits_stands_at_the_entrance_and_costs_next_to_nothing(tmp_path: Path) -> None:
    """One waiter looks for a free slot, now and then; the others sleep in the kernel."""
    slots = opened(tmp_path, 2)
    with slots.one(), slots.one():
        waiting = [threading.Thread(target=worked, args=(slots, tmp_path / "log", 1)) for _ in range(3)]
        files, spent = open_files(), time.process_time()
        for thread in waiting:
            thread.start()
        time.sleep(0.3)
        assert time.process_time() - spent < 0.05
        assert open_files() <= files + 3 + 1  # each at the entrance, and the first trying one slot
        with (tmp_path / "entrance").open() as entrance, pytest.raises(BlockingIOError):
            fcntl.flock(entrance, fcntl.LOCK_EX | fcntl.LOCK_NB)
    for thread in waiting:
        thread.join(10)
    assert len((tmp_path / "log").read_text().splitlines()) == 3


def test_there_are_as_many_slots_as_processors_and_only_we_may_touch_them(tmp_path: Path) -> None:
    slots = opened(tmp_path / "run" / "slots", None)
    assert slots._count == len(os.sched_getaffinity(0))
    with slots.one():
        pass
    assert (tmp_path / "run" / "slots").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "run" / "slots").iterdir()} == {0o600}


def test_without_a_directory_nothing_is_limited() -> None:
    slots = Slots()
    with slots.one(), slots.one(), slots.one():
        pass


def test_stretching_takes_a_slot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_queue", Slots())
    passphrase.slots(tmp_path, 1)
    stretched = threading.Event()

    def sign_in() -> None:
        passphrase.stretch("x", bytes(16), b"", passphrase.Argon(64, 1))
        stretched.set()

    with opened(tmp_path, 1).one():
        thread = threading.Thread(target=sign_in)
        thread.start()
        assert not stretched.wait(0.1)
    assert stretched.wait(10)
    thread.join()


def test_a_stranger_takes_a_slot_that_is_free_and_never_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_queue", Slots())
    monkeypatch.setattr(passphrase, "_strangers", Slots())
    passphrase.slots(tmp_path, 1, strangers=2)
    with passphrase.turn_of_a_stranger() as first, passphrase.turn_of_a_stranger() as second:
        assert first
        assert second
        with passphrase.turn_of_a_stranger() as third:
            assert not third
    with passphrase.turn_of_a_stranger() as again:
        assert again


@pytest.mark.parametrize(
    ("workers", "cores", "free"), [(1, 8, 1), (2, 8, 1), (4, 8, 3), (8, 2, 1), (8, 4, 3), (4, 1, 1)]
)
def test_strangers_leave_a_process_and_a_processor(
    workers: int, cores: int, free: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "processors", lambda: cores)
    assert rules.for_strangers(workers) == free
