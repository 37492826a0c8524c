"""The catcher of `make run` keeps every mail as a private file."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from hrd_cases import catcher
from hrd_cases.outbox.mail import Line, Outcome, compose
from hrd_cases.settings import child_environment, make_secrets
from tests.outbox.sink import free_port, relay_to


def mailed(port: int) -> bytes:
    with Line(relay_to(port)) as line:
        assert line.open()
        message = compose(line.relay, "amal@example.org", uuid4(), datetime.now(UTC))
        assert line.deliver("amal@example.org", message) is Outcome.TAKEN
    return message


def await_port(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError


def test_every_mail_becomes_a_private_file(tmp_path: Path) -> None:
    directory, port = tmp_path / "mail", free_port()

    async def catch_two() -> list[bytes]:
        stop = asyncio.Event()
        catching = asyncio.create_task(catcher.catch(directory, port, stop))
        await asyncio.to_thread(await_port, port)
        sent = [await asyncio.to_thread(mailed, port) for _ in range(2)]
        stop.set()
        await catching
        return sent

    sent = asyncio.run(catch_two())
    files = sorted(directory.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert [file.read_bytes() for file in files] == sent
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert directory.stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        asyncio.run(catcher.catch(tmp_path, other.getsockname()[1], asyncio.Event()))


def test_as_a_process_it_keeps_mail_in_the_installations_home_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    make_secrets(tmp_path)
    environ = child_environment(home=str(tmp_path), smtp_port=str(port), https="false")
    process = subprocess.Popen([sys.executable, "-m", "hrd_cases.catcher"], env=environ)
    try:
        await_port(port)
        mailed(port)
        assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.wait()
