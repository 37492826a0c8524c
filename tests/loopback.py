"""Tests reach this machine only: connecting to any other address fails at once, before a packet leaves."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any


class LeftTheMachine(AssertionError):
    """A test tried to reach another machine."""


def _refuse_others(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a unix socket
    host = address[0].split("%")[0]
    if host in {"localhost", ""}:
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise LeftTheMachine(f"a test may not reach {host!r}: use 127.0.0.1")


def only_loopback() -> None:
    """Guard `connect`, `connect_ex`, `sendto` and name look-ups of Python's sockets, in this process."""
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
            _refuse_others(address)
            return original(self, address)

        setattr(socket.socket, name, guarded)
    send, look_up = socket.socket.sendto, socket.getaddrinfo

    def sendto(self: socket.socket, message: bytes, *rest: Any) -> int:
        _refuse_others(rest[-1])
        return send(self, message, *rest)

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name != socket.gethostname():
            _refuse_others((name,))
        return look_up(host, *rest, **options)

    for where, what in ((socket.socket, sendto), (socket, getaddrinfo)):
        setattr(where, what.__name__, what)
