"""What the rows of documents have beside what a record tells of."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.documents.keeping import documents_of
from hrd_cases.documents.papers import Record


class Shelf(NamedTuple):
    """Documents that lie on a record and of which it does not tell, or tells that they were taken away: somebody put
    them there beside us; and those of which it tells and that are not there, or fail their check.
    """

    strays: list[uuid.UUID]
    unfit: list[uuid.UUID]


def shelf_of(session: Session, record: Record) -> Shelf:
    """Rows that do not open here tell nobody on which record they lie: only what is told of them is missed."""
    told = [one.id for one in record.standing]
    if record.folder_id is None:
        return Shelf([], told)
    rows = documents_of(session, record.folder_id)
    there = {one.id for one in (*rows.good, *rows.locked)}
    strays = [one.id for one in rows.good if one.described.about == record.id and one.id not in told]
    return Shelf(strays, [one for one in told if one not in there])
