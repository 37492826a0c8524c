"""A process that is asked something ends with all that it divided itself into."""

from __future__ import annotations

import time
from pathlib import Path

from hrd_cases.sandbox.asking import ask


def state_of(process: int) -> str:
    """As the kernel says it; "gone" where there is none, or nothing but its number."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"
    return "gone" if state in "ZX" else state


def test_one_that_divides_itself_hangs_nobody_and_leaves_nothing() -> None:
    began = time.monotonic()
    said = ask("tests.sandbox.divides", [], [], seconds=5, most=100)
    assert time.monotonic() - began < 60
    other = int(said)
    while (state := state_of(other)) != "gone" and time.monotonic() - began < 60:
        time.sleep(0.05)
    assert state == "gone"
