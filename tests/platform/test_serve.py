"""The web server: slow senders stall nobody, it says no version, logs no path, and stops when told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrd_cases.settings import ROOT
from tests.served import Server, free_port

CANARY = "amina-example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("serve"), free_port())
    try:
        server.await_answer()
        yield server
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def test_no_version_is_told(server: Server):
    for name, value in server.get().getheaders():
        assert not any(figure.isdigit() for figure in value) or name.lower() in {"date", "content-length"}, (
            name,
            value,
        )


def test_the_server_adds_no_name_of_its_own(server: Server):
    """The application calls itself "web" (tests/door says so of every answer)."""
    assert server.get().headers.get_all("Server") == ["web"]


def test_two_hundred_slow_senders_stall_nobody(server: Server):
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for line in slow:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    began = time.monotonic()
    for _ in range(50):
        assert server.get().status == 200
    assert time.monotonic() - began < 2.5
    for line in slow:
        line.close()


def test_no_path_is_logged(server: Server):
    server.get(f"/cases/{CANARY}?q={CANARY}")
    assert CANARY not in server.said.read_text()


def test_what_the_server_itself_says_goes_through_our_logs(server: Server):
    for line in server.said.read_text().splitlines():
        assert json.loads(line)["library"].startswith("_granian")


def test_it_stops_when_told_and_leaves_no_process(server: Server):
    kept_alive = socket.create_connection(("127.0.0.1", server.port))
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    kept_alive.close()
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)
    assert "error" not in server.said.read_text()


def test_what_a_process_leaves_is_for_its_own_account_alone(tmp_path: Path):
    code = (
        "import resource, sys; from hrd_cases.private import keep_private;"
        "keep_private(); open(sys.argv[1], 'w').close(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "made")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == "(0, 0)"
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
