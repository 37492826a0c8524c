"""The web server in a process of its own, over an application that answers "ok"."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from hrd_cases.settings import ROOT

APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2"), ("Server", "web")])
    return [b"ok"]
"""
SERVES = """
import pathlib, sys
from hrd_cases.serve import serve
from tests.throw_away import throw_away_settings
serve(throw_away_settings(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), workers=2), app="tiny:app")
"""


class Server:
    """A server in a session of its own, over an application that answers "ok" and names itself as ours does."""

    def __init__(self, home: Path, port: int, application: str = APPLICATION) -> None:
        (home / "tiny.py").write_text(application)
        self.port = port
        self.said = home / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVES, str(home / "home"), str(port)],
                env=os.environ | {"PYTHONPATH": f"{ROOT}:{home}"},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def get(self, path: str = "/") -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request("GET", path)
        response = line.getresponse()
        response.read()
        line.close()
        return response

    def await_answer(self) -> None:
        for _ in range(200):
            try:
                self.get()
            except OSError:
                assert self.process.poll() is None, self.said.read_text()
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.said.read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
