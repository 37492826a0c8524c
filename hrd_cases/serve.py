"""The web server: processes with one blocking thread each.

An AEAD call releases the interpreter's lock and then waits behind every other thread, so threads starve each other.
Headers are read outside Python, so slow ones stall nobody; slow bodies do occupy a process: real installations stand
behind a proxy that buffers requests.
"""

from __future__ import annotations

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from hrd_cases import logs
from hrd_cases.private import keep_private
from hrd_cases.settings import ROOT, Settings

HEADER_SECONDS = 10
STOP_SECONDS = 4
# A process is renewed after a while: freed memory may still hold what its members opened.
RENEWED_AFTER_SECONDS = 4 * 3600
LARGEST_MIB = 1024


def serve(settings: Settings, app: str = "wsgi:app") -> None:
    """Serve `app` (module:name) where `settings` say, until SIGTERM or SIGINT.

    There is no access log: paths tell who reads which case.
    """
    keep_private()
    logs.start(settings)
    server = Server(
        app,
        address=settings.bind,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        workers=settings.workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_lifetime=RENEWED_AFTER_SECONDS,
        workers_max_rss=LARGEST_MIB,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=ROOT,
        log_access=False,
        # its warnings advise the operator of a real server on kernel settings
        log_level=LogLevels.error if settings.demonstration else LogLevels(settings.log_level),
        log_dictconfig=logs.standard(settings),
    )
    server.serve()
