"""Shred secrets that nothing needs any more are destroyed by the unattended process."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.db import Database
from hrd_cases.keys.folders import may_be_shredded
from hrd_cases.keys.models import Folder, ShredSecret
from hrd_cases.keys.passing import Passing, passes
from hrd_cases.records import Base

Nobodys = Callable[[Session, Collection[uuid.UUID]], Collection[uuid.UUID]]
"""Of these folders those that are nobody's any more, as the trail tells of them."""
Alarm = Callable[[Collection[uuid.UUID]], object]
"""Of these the folder is gone, and no act gave them up as acts do."""
AT_ONCE = 500
FEW = 100
MOST_FOLDERS = 20
"""A process leaves one behind when it ends at the wrong moment: so many were given up by no process of ours."""

log = structlog.get_logger()


class Sweep:
    """Destroys shred secrets that nothing needs: a process ended between a commit and the shredding after it.

    Only such as may ever be destroyed go, whatever is missing from tables or said in the trail: those of drafts, shares
    and cards, by their names (passing.py). One of a file, a trial or an office stays, though nothing names it.

    Of drafts and shares, what is missing from a table alone proves nothing: whoever writes the tables takes a folder's
    row away. So `nobodys` is asked, which knows what acts did; what was given up by no act stays, and raises the alarm,
    as do more than anybody gives up. (Cards have secrets that no act tells of: they are made again from files.)

    A secret is written just before its folder: one that was alone at the look before, an hour ago, and still is, is
    nobody's. If they were more than half of all, this would not be the store they belong to: nothing is destroyed then.
    """

    def __init__(self, database: Database, nobodys: Nobodys, alarm: Alarm) -> None:
        self._database = database
        self._nobodys = nobodys
        self._alarm = alarm
        self._missed: frozenset[uuid.UUID] = frozenset()
        self._alone: frozenset[uuid.UUID] = frozenset()

    def __call__(self) -> int:
        """Look once. Returns how many were destroyed."""
        with self._database.shred.reading() as shred:
            there = frozenset(shred.scalars(select(ShredSecret.folder_id)))
        alone = there - self._needed()
        swept = self._given_up(alone & self._alone)
        self._alone = alone - swept
        if len(swept) > FEW and 2 * len(swept) > len(there):
            log.error("too many secrets are alone to be swept", count=len(swept))
            return 0
        self._destroy(sorted(swept))
        return len(swept)

    def _given_up(self, alone: frozenset[uuid.UUID]) -> frozenset[uuid.UUID]:
        if not (asked := alone - self._missed):
            return frozenset()
        cards = frozenset(one for one in asked if passes(one, Passing.CARDS))
        folders = frozenset(filter(may_be_shredded, asked))
        with self._database.main.reading() as session:
            given_up = frozenset(self._nobodys(session, folders))
        if len(given_up) > MOST_FOLDERS:
            given_up = frozenset()
        if missed := asked - cards - given_up:
            log.error("folders are gone that no act gave up: their secrets stay", count=len(missed))
            self._alarm(missed)
        self._missed = (self._missed & alone) | missed
        return cards | given_up

    def _needed(self) -> frozenset[uuid.UUID]:
        """Folders, and whatever else has a secret of its own: it names it in a column `shred_id`."""
        columns = [table.c.shred_id for table in Base.metadata.sorted_tables if "shred_id" in table.c]
        with self._database.main.reading() as session:
            return frozenset(one for column in (Folder.id, *columns) for one in session.scalars(select(column)))

    def _destroy(self, names: list[uuid.UUID]) -> None:
        if not names:
            return
        for start in range(0, len(names), AT_ONCE):
            with self._database.shred.writing() as shred:
                shred.execute(delete(ShredSecret).where(ShredSecret.folder_id.in_(names[start : start + AT_ONCE])))
        self._database.shred.empty_log()
