"""The web server while two hundred senders dawdle over their headers."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from pathlib import Path

from tests.bench.table import Measured, Row, in_turns
from tests.served import Server, free_port

REQUESTS = 100


def while_senders_dawdle() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        server = Server(Path(home), free_port())
        try:
            server.await_answer()
            return in_turns(lambda: among(server, 200), lambda: among(server, 0))
        finally:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


def among(server: Server, dawdlers: int) -> None:
    """A hundred requests beside so many connections with unfinished headers."""
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(dawdlers)]
    for sender in slow:
        sender.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    for _ in range(REQUESTS):
        server.get()
    for sender in slow:
        sender.close()


ROWS = [Row("100 requests beside 200 unfinished headers", "the same, nobody else there", 2.0, while_senders_dawdle)]
