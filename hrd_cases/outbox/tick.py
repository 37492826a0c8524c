"""The tick: every few seconds in every scheduler. Nearly always nothing is ready, and that must cost nearly nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from hrd_cases.db import Store
from hrd_cases.outbox.claims import MAY_BE_TRIED
from hrd_cases.outbox.due import SLOT_HAS_COME, turn_due
from hrd_cases.outbox.send import Mailroom, send_ready


@dataclass(frozen=True)
class Ready:
    """Whether anything waits for this very moment."""

    reminders: bool
    mails: bool

    def __bool__(self) -> bool:
        return self.reminders or self.mails


_READY = select(exists(select(1).where(*SLOT_HAS_COME)), exists(select(1).where(*MAY_BE_TRIED)))


def what_is_ready(store: Store, now: datetime) -> Ready:
    """Two index look-ups: no session, no lock."""
    with store.engine.connect() as connection:
        reminders, mails = connection.execute(_READY, {"now": now}).one()
    return Ready(bool(reminders), bool(mails))


class Tick:
    """Call it every few seconds, from two threads: while one waits for a slow mail server, the other turns rows due."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._mailing = threading.Lock()

    def __call__(self) -> None:
        ready = what_is_ready(self._mailroom.store, self._mailroom.clock())
        try:
            if ready.reminders:
                turn_due(self._mailroom.store, self._mailroom.book, self._mailroom.clock())
        finally:  # what is due already is mailed, whatever keeps others from falling due
            if ready and self._mailing.acquire(blocking=False):
                try:
                    send_ready(self._mailroom)
                finally:
                    self._mailing.release()
