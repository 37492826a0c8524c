"""Real mail servers for the tests: each in a process of its own, well behaved or not, on loopback."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from hrd_cases.outbox.mail import Relay

HOST = "127.0.0.1"
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Manners:
    """How a server answers: at the sender, at the recipient and at the end of the message; and how long it ponders."""

    sender: str = "250 ok"
    recipient: str = "250 ok"
    message: str = "250 taken"
    seconds: float = 0
    refuses_only: str = ""
    tls: tuple[str, str] | None = None
    starttls: bool = False
    password: str = ""


@dataclass(frozen=True)
class Taken:
    """A mail that the server has answered 250 to."""

    to: str
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class _Handler:
    def __init__(self, manners: Manners, kept: Path) -> None:
        self._manners = manners
        self._kept = kept

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self._manners.sender.startswith("250"):
            envelope.mail_from = address
        return self._manners.sender

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        answer = self._manners.recipient
        if self._manners.refuses_only and not address.startswith(self._manners.refuses_only):
            answer = "250 ok"
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        await asyncio.sleep(self._manners.seconds)
        if self._manners.message.startswith("250"):
            line = {"to": envelope.rcpt_tos, "message": envelope.content.decode("ascii")}
            with self._kept.open("a") as file:
                file.write(json.dumps(line) + "\n")
        return self._manners.message


class Sink:
    """A mail server that keeps what it takes. Ended by leaving the `with` block; `start` again uses the same port."""

    def __init__(self, directory: Path, manners: Manners | None = None) -> None:
        self._kept = directory / "taken.jsonl"
        self.port = free_port()
        self.start(manners)

    def start(self, manners: Manners | None = None) -> None:
        ready, told = _fork.Pipe(duplex=False)
        arguments = (told, self._kept, manners or Manners(), self.port)
        self._process = _fork.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        assert ready.poll(10)
        assert ready.recv() == "ready"

    def stop(self) -> None:
        self._process.terminate()
        self._process.join(5)
        self._process.close()

    def taken(self) -> list[Taken]:
        if not self._kept.exists():
            return []
        lines = [json.loads(line) for line in self._kept.read_text().splitlines()]
        return [Taken(to, _parsed(line["message"])) for line in lines for to in line["to"]]

    def relay(self, **changes: Any) -> Relay:
        return relay_to(self.port, **changes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def relay_to(port: int, **changes: Any) -> Relay:
    usual: dict[str, Any] = {
        "host": HOST,
        "port": port,
        "tls": "none",
        "sender": "daybook@example.org",
        "public_name": "Daybook",
    }
    return Relay(**(usual | {"patience": 5, "verdict": 20} | changes))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def cutter(after_bytes: int) -> Iterator[int]:
    """A server that takes so many bytes of a message and then hangs up without a word. Gives its port."""
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()
        thread = threading.Thread(target=_cut, args=(server, after_bytes, over))
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            over.set()
            thread.join()


def _cut(server: socket.socket, after_bytes: int, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection, connection.makefile("rwb", buffering=0) as talk:
            connection.settimeout(5)
            talk.write(b"220 here\r\n")
            for answer in (b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
                talk.readline()
                talk.write(answer)
            talk.read(after_bytes)


def _serve(told: Any, kept: Path, manners: Manners, port: int) -> None:
    context = None
    if manners.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*manners.tls)
    server = Controller(
        _Handler(manners, kept),
        hostname=HOST,
        port=port,
        ssl_context=None if manners.starttls else context,
        tls_context=context if manners.starttls else None,
        require_starttls=manners.starttls,
        authenticator=lambda *asked: AuthResult(success=asked[-1].password == manners.password.encode()),
        auth_required=bool(manners.password),
    )
    server.start()
    told.send("ready")
    time.sleep(600)


def _parsed(text: str) -> EmailMessage:
    message = message_from_bytes(text.encode("ascii"), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message
