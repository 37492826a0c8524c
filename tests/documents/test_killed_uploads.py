"""A recording is sent to a running server, which is killed in the midst of it: no clear byte of it is left anywhere."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hrd_cases.documents.storage import Storage
from tests.bench.bench_documents import APPLICATION, EDGE
from tests.served import Server, free_port

CANARY = b"ID3 canary-in-the-coal-mine"
PIECE = CANARY * 40_000
MOST = 300 << 20


def send(port: int) -> None:
    """As much as it takes, until nobody answers any more."""
    head = b'--%s\r\nContent-Disposition: form-data; name="documents"; filename="a.mp3"\r\n\r\n' % EDGE
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST /keep HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % MOST + head)
        for _ in range(MOST // len(PIECE)):
            line.sendall(PIECE)


def clear_files(home: Path) -> list[str]:
    """Files in which a piece of what was sent can be read. The application's own text holds none."""
    found = []
    for path in home.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and b"canary-in-the-coal" in path.read_bytes():
                found.append(path.name)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_killed_while_it_arrives_nothing_is_left_in_clear_or_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    server = Server(tmp_path, free_port(), APPLICATION)
    sender = threading.Thread(target=send, args=(server.port,))
    try:
        server.await_answer()
        sender.start()
        parts = _arriving(tmp_path)
        time.sleep(random.Random(seed).random() * 0.3)
        assert clear_files(tmp_path) == [], "while it runs"
    finally:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        sender.join(10)
    assert parts
    assert clear_files(tmp_path) == []
    assert not [one for one in Storage(tmp_path / "documents").lying() if one.whole]


def _arriving(home: Path) -> list[Path]:
    """What is being written; it begins within some seconds."""
    for _ in range(500):
        if found := [path for path in (home / "documents").glob("*.part") if path.stat().st_size]:
            return found
        time.sleep(0.01)
    return []


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    (tmp_path / "planted").write_bytes(b"x" * 1_000 + PIECE)
    assert clear_files(tmp_path) == ["planted"]
