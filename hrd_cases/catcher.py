"""The mail server of `make run`: takes every mail on loopback and keeps it as a file in HRD_HOME/mail."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from hrd_cases.settings import load_settings

HOST = "127.0.0.1"


class _Keeping:
    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        keep(self._directory, envelope.content)
        return "250 kept"


def keep(directory: Path, message: bytes) -> Path:
    """Write one mail under a new name that sorts by time; whoever watches the directory never sees half a file."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    unfinished = directory / f".{name}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message)
    return unfinished.rename(directory / f"{name}.eml")


async def catch(directory: Path, port: int, until: asyncio.Event) -> None:
    """Keep every mail that comes to `port` on loopback, until told to stop. Raises OSError if the port is taken."""
    keeping = _Keeping(directory)
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(keeping, hostname="localhost"), HOST, port):
        await until.wait()


async def _until_told() -> None:
    settings = load_settings()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await catch(settings.home / "mail", settings.smtp_port, stop)


if __name__ == "__main__":
    asyncio.run(_until_told())
