"""`make run`, whole: an empty home becomes a demonstration that answers, stops without a trace and starts again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrd_cases.settings import ROOT
from tests.served import free_port

PATIENCE = 60


class Demonstration:
    """The supervisor in a session of its own, over `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.said = home.with_name(f"said-{self.port}")
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hrd_cases.supervisor"],
                cwd=ROOT,
                env=os.environ | {"HRD_HOME": str(home), "HRD_PORT": str(self.port)},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def await_address(self) -> None:
        until = time.monotonic() + PATIENCE
        while f"http://127.0.0.1:{self.port} " not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.05)

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
            return answer.read().decode()

    def running(self) -> list[str]:
        """Commands of processes that know this demonstration's home."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environ, command = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
            except OSError:
                continue
            if f"HRD_PORT={self.port}\0".encode() in environ and command:
                found.append(command.replace(b"\0", b" ").decode())
        return found

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=15)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "home"


@pytest.fixture
def demonstration(home: Path) -> Iterator[Demonstration]:
    started = Demonstration(home)
    try:
        started.await_address()
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGKILL)


def test_the_first_start_reaches_the_sign_in_page_and_ctrl_c_leaves_nothing(demonstration: Demonstration):
    assert 'type="password"' in demonstration.page()
    assert len(demonstration.running()) >= 4
    assert demonstration.end(signal.SIGINT) == 0
    assert demonstration.running() == []


def test_everything_it_keeps_is_for_its_own_account_alone(home: Path):
    kept = [home, *home.rglob("*")]
    assert len(kept) > 5
    assert [str(path) for path in kept if path.stat().st_mode & 0o077] == []


def test_the_second_start_keeps_what_is_there_and_a_kill_takes_all_along(demonstration: Demonstration, home: Path):
    table = demonstration.said.read_text()
    [command] = re.findall(r"hrd-cases (demo code \S+)", table)
    code = subprocess.run(
        [Path(sys.executable).with_name("hrd-cases"), *command.split()],
        env=os.environ | {"HRD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"\d{6}", code.stdout.strip())
    demonstration.end(signal.SIGKILL)
    until = time.monotonic() + 10
    while demonstration.running() and time.monotonic() < until:
        time.sleep(0.05)
    assert demonstration.running() == []
