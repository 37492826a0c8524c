"""`make run` leaves nothing behind: children start together, are raised when they fall, and end together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

RUNS_A_CHILD_OF_ITS_OWN = """
import os, pathlib, subprocess, sys, time
own = subprocess.Popen(["sleep", "60"])
with open(sys.argv[1], "a") as pids:
    print(os.getpid(), own.pid, file=pids)
time.sleep(60)
"""
HEARS_NO_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + RUNS_A_CHILD_OF_ITS_OWN
FALLS_AT_ONCE = """
import os, sys
with open(sys.argv[1], "a") as pids:
    print(os.getpid(), file=pids)
sys.exit(3)
"""
KEEPS = """
import json, os, sys
from hrd_cases import together
together.STOP_SECONDS, together.FIRST_PAUSE_SECONDS, together.LOOK_SECONDS = 1.0, 0.01, 0.01
children = [together.Child(name, (sys.executable, "-c", code, pids)) for name, code, pids in json.loads(sys.argv[1])]
sys.exit(together.Watch(children, os.environ, lambda sentence: print(sentence, flush=True)).keep())
"""
Start = Callable[..., "Kept"]


class Kept:
    """A watch in a process of its own, over children that write down their pids."""

    def __init__(self, directory: Path, children: dict[str, str]) -> None:
        self.files = {name: directory / name for name in children}
        told = json.dumps([(name, code, str(self.files[name])) for name, code in children.items()])
        self.process = subprocess.Popen([sys.executable, "-c", KEEPS, told], stdout=subprocess.PIPE, text=True)

    def lines(self, name: str, at_least: int = 1) -> list[list[int]]:
        """One line of pids for each start of this child."""
        return until(lambda: found if len(found := self._read(name)) >= at_least else None)

    def pids(self) -> list[int]:
        return [pid for name in self.files for line in self._read(name) for pid in line]

    def end(self, number: signal.Signals) -> tuple[int, float]:
        """(status, seconds it took) of stopping the watch with a signal."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(timeout=10), time.monotonic() - began

    def said(self) -> str:
        """Everything the watch said, once it has ended."""
        assert self.process.stdout is not None
        if self.process.stdout.closed:
            return ""
        self.process.wait()
        with self.process.stdout as text:
            return text.read()

    def _read(self, name: str) -> list[list[int]]:
        text = self.files[name].read_text() if self.files[name].exists() else ""
        return [[int(pid) for pid in line.split()] for line in text.splitlines(keepends=True) if line.endswith("\n")]


def until(found: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.01)
    raise AssertionError("it never happened")


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Kept] = []

    def start(**children: str) -> Kept:
        started.append(Kept(tmp_path, children))
        return started[-1]

    yield start
    for kept in started:
        kept.process.kill()
        for pid in filter(lives, kept.pids()):
            os.kill(pid, signal.SIGKILL)
        kept.said()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_every_process_and_what_they_started(start: Start, number: signal.Signals):
    kept = start(web=RUNS_A_CHILD_OF_ITS_OWN, mail=RUNS_A_CHILD_OF_ITS_OWN)
    kept.lines("web"), kept.lines("mail")
    status, _ = kept.end(number)
    assert status == 0
    assert len(kept.pids()) == 4
    assert not list(filter(lives, kept.pids()))


def test_a_child_that_hears_nothing_is_ended_hard(start: Start):
    kept = start(deaf=HEARS_NO_SIGTERM)
    kept.lines("deaf")
    status, seconds = kept.end(signal.SIGTERM)
    assert status == 0
    assert 0.9 < seconds < 3
    assert not list(filter(lives, kept.pids()))


def test_a_second_signal_does_not_wait(start: Start):
    kept = start(deaf=HEARS_NO_SIGTERM)
    kept.lines("deaf")
    kept.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    _, seconds = kept.end(signal.SIGINT)
    assert seconds < 0.7
    assert not list(filter(lives, kept.pids()))


def test_a_fallen_child_is_raised_and_what_it_left_is_ended(start: Start):
    kept = start(web=RUNS_A_CHILD_OF_ITS_OWN, mail=RUNS_A_CHILD_OF_ITS_OWN)
    [fallen, left_behind] = kept.lines("web")[0]
    os.kill(fallen, signal.SIGKILL)
    raised = kept.lines("web", at_least=2)[1]
    assert raised[0] != fallen
    until(lambda: not lives(left_behind))
    kept.end(signal.SIGTERM)
    assert "The web ended (status -9): it is started again." in kept.said()


def test_a_child_that_keeps_falling_stops_everything(start: Start):
    kept = start(steady=RUNS_A_CHILD_OF_ITS_OWN, weak=FALLS_AT_ONCE)
    assert kept.process.wait(timeout=10) == 1
    assert len(kept.lines("weak")) == 4
    assert "The weak ended 4 times in a row: everything stops." in kept.said()
    assert not list(filter(lives, kept.pids()))


def test_even_a_killed_watch_takes_its_children_along(start: Start):
    kept = start(web=RUNS_A_CHILD_OF_ITS_OWN)
    [child, _] = kept.lines("web")[0]
    kept.end(signal.SIGKILL)
    until(lambda: not lives(child))
