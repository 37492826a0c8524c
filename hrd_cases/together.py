"""Keeps a few processes running together: a fallen one is raised again, and none outlives the others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

STOP_SECONDS = 5.0
STEADY_SECONDS = 30.0  # who ran that long has recovered from earlier falls
MOST_FALLS = 3
FIRST_PAUSE_SECONDS = 0.5
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Child:
    """A process to keep: what to call it in a sentence, and its command."""

    name: str
    command: tuple[str, ...]


class _Kept:
    """One child's running process, in a session of its own, and how often it fell."""

    def __init__(self, child: Child, environ: Mapping[str, str]) -> None:
        self.child = child
        self.falls = 0
        self._environ = environ
        self._again_at = 0.0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            [*_dies_with_us(), *self.child.command],
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def fell(self) -> bool:
        """The process has just been found ended: what it left running ends too, and its pause begins."""
        if self._again_at or self.process.poll() is None:
            return False
        self.signal(signal.SIGKILL)
        now = time.monotonic()
        self.falls = 1 if now - self.started_at > STEADY_SECONDS else self.falls + 1
        self._again_at = now + FIRST_PAUSE_SECONDS * 2 ** (self.falls - 1)
        return True

    def start_if_due(self) -> None:
        if self._again_at and time.monotonic() >= self._again_at:
            self._again_at = 0.0
            self.start()

    def signal(self, number: signal.Signals) -> None:
        """Send to the whole session: the child and everything it started."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


class Watch:
    """Runs `children` until SIGINT, SIGTERM or SIGHUP, or until one of them keeps falling.

    `say` gets the sentences for whoever watches the terminal. A second signal ends everything at once.
    """

    def __init__(self, children: Sequence[Child], environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._children = children
        self._environ = environ
        self._say = say
        self._signals = 0

    def keep(self, started: Callable[[], bool] = lambda: True) -> int:
        """Returns 0 when asked to stop, 1 when a child kept falling. `started` is asked until it says True."""
        before = {
            number: signal.signal(number, self._asked) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        kept: list[_Kept] = []
        try:
            kept.extend(_Kept(child, self._environ) for child in self._children)
            return self._look_after(kept, started)
        finally:
            self._stop(kept)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _look_after(self, kept: list[_Kept], started: Callable[[], bool]) -> int:
        waiting = True
        while not self._signals:
            for one in kept:
                one.start_if_due()
                if not one.fell():
                    continue
                if one.falls > MOST_FALLS:
                    self._say(f"The {one.child.name} ended {one.falls} times in a row: everything stops.")
                    return 1
                self._say(f"The {one.child.name} ended (status {one.process.returncode}): it is started again.")
            waiting = waiting and not started()
            time.sleep(LOOK_SECONDS)
        return 0

    def _stop(self, kept: list[_Kept]) -> None:
        asked = self._signals
        for one in kept:
            one.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while self._signals == asked and time.monotonic() < until and any(one.process.poll() is None for one in kept):
            time.sleep(LOOK_SECONDS / 2)
        for one in kept:
            one.signal(signal.SIGKILL)
            one.process.wait()


def _dies_with_us() -> list[str]:
    """On Linux even a killed watch takes its children along."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []
