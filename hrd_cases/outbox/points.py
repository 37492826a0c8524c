"""Named points at which the tests kill the process. In production a point is one comparison with None."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "plan",  # planned, not committed
    "due",  # turned due, not committed
    "due commit",  # turned due, committed
    "claim",  # claimed, not committed
    "claim commit",  # claimed, committed
    "connect",  # the mail server has answered
    "DATA",  # half of the message is sent
    "250",  # the mail server has taken the message; from here to the next commit a death means a second mail
    "mark",  # marked as sent, not committed
    "mark commit",  # marked as sent, committed
)

hook: Callable[[str], None] | None = None


def crash_point(name: str) -> None:
    """Nothing, unless a test has set `hook`."""
    if hook is not None:
        hook(name)
