"""Writing in what is corrected and never overwritten, a case file or a trial: an entry added, an entry corrected, each
told to the trail.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import Chains, Kept, Written, hold, read_chains
from hrd_cases.errors import Absent, Changed
from hrd_cases.records import opened

E = TypeVar("E", bound=Written)


def entry_of(
    table: type[E], kept: Kept, author_id: uuid.UUID, details: Any, now: datetime, entry_id: uuid.UUID | None = None
) -> E:
    """An entry that stands nowhere yet. `details`: of what its table says."""
    said: dict[str, Any] = {table.of[1]: kept.id, "author_id": author_id, "details": details}
    return table(id=entry_id or uuid.uuid4(), folder_id=kept.folder_id, written_at=now, **said)


def add(session: Session, entry: E) -> E:
    """It stands in what it is of."""
    session.add(entry)
    record(session, entry.told_as[0], **_subject(entry), entry=entry.id)
    return entry


def correct_once(session: Session, chains: Chains[E], corrected_id: uuid.UUID, new: Callable[[], E]) -> E:
    """Write `new()` in the place of an entry, with what it is of held; the corrected one stays readable.

    Raises Changed if somebody corrected it first, Absent if it is none of these.
    """
    hold(session, chains.kept)
    entry = _in_its_place(session, chains, corrected_id, new)
    record(session, entry.told_as[1], **_subject(entry), entry=entry.id, corrected=corrected_id)
    return entry


def _subject(entry: Written) -> dict[str, uuid.UUID]:
    """What it is of, by the name that the trail has for it."""
    return {entry.of[1].removesuffix("_id"): entry.kept_id}


def _in_its_place(session: Session, chains: Chains[E], corrected_id: uuid.UUID, new: Callable[[], E]) -> E:
    thing = chains.thing_of(corrected_id)
    if thing is None:
        raise Absent("no such entry here")
    if chains.versions(thing)[-1].id != corrected_id:
        raise Changed("somebody corrected this entry first")

    def again() -> E:
        entry = new()
        entry.corrects_id = corrected_id
        with session.begin_nested():
            session.add(entry)
        return entry

    try:
        try:
            return again()
        except IntegrityError:
            if not _gave_way(session, chains, corrected_id):
                raise
            return again()
    except IntegrityError as error:
        # The table lets nothing be corrected twice: of two in the same moment, the second learns of the first.
        raise Changed("somebody corrected this entry in this moment") from error


def _gave_way(session: Session, chains: Chains[E], corrected_id: uuid.UUID) -> bool:
    """What stands in the place of a correction and is none, planted or damaged, has no claim to it: nothing that a
    colleague has to write waits for it. The row stays, for the check of the trail to name.
    """
    kept, kind = chains.kept, type(chains.entries[0])
    query = select(kind).where(kind.corrects_id == corrected_id).execution_options(populate_existing=True)
    rows: Sequence[E] = session.scalars(query).all()
    parted = opened(rows)
    mine = [one for one in parted.locked if (one.kept_id, one.folder_id) == (kept.id, kept.folder_id)]
    if not rows or parted.good or (mine and not read_chains(session, kept, kind, type(chains), anew=True).whole):
        return False
    table = cast(Table, kind.__table__)
    ids = [one.id for one in rows]
    session.connection().execute(update(table).where(table.c.id.in_(ids)).values(corrects_id=None))
    for row in rows:
        session.expire(row)
    return True
