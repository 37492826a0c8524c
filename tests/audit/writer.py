"""`python -m tests.audit.writer URL COUNT`: one of several processes that write the trail at once."""

from __future__ import annotations

import sys

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import Store


def main(url: str, count: int) -> None:
    store = Store(url)
    for seconds in range(count):
        with store.writing() as session:
            act_as(session, Actor("visitor"))
            record(session, Event.SIGN_IN_SLOWED, seconds=seconds)
            if seconds % 5 == 0:
                record(session, Event.SIGNED_OUT)
    store.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
