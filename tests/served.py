"""The web server in a process of its own: over an application that answers "ok", or over the world of a test."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
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


SERVES_WORLDS = """
import os, pathlib
from hrd_cases.serve import serve
from tests.throw_away import throw_away_settings
home, port = pathlib.Path(os.environ["HRD_TEST_HOME"]), int(os.environ["HRD_TEST_PORT"])
serve(throw_away_settings(home, port=port, workers=1), app="tests.journeys.application:app")
"""


class Serving:
    """The real server, begun once for the tests of a process: the worlds that they have in turn lie in one place."""

    def __init__(self, said: Path) -> None:
        self._said = said
        self._home: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def over(self, home: Path) -> int:
        """The port where what lies in `home` is served."""
        if home != self._home or self._process is None or self._process.poll() is not None:
            self.end()
            self._begin(home)
        self.await_answer()
        return self._port

    def _begin(self, home: Path) -> None:
        self._home, self._port = home, free_port()
        named = {"HRD_TEST_HOME": str(home), "HRD_TEST_PORT": str(self._port), "PYTHONPATH": str(ROOT)}
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVES_WORLDS],
                env=os.environ | named,
                stdout=said,
                stderr=said,
                start_new_session=True,
                cwd=ROOT,
            )

    def await_answer(self) -> None:
        for _ in range(1000):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2):
                    return
            except OSError:
                assert self._process is not None
                assert self._process.poll() is None, self._said.read_text()
                time.sleep(0.05)
        raise AssertionError(self._said.read_text())

    def kill(self) -> None:
        """As a power cut ends it, in the midst of whatever it does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def end(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(10)
            self._process = None
