"""Ids of segments in another spelling than ours: SQLite takes any, also what is no id, and finds a row by ours alone.

What reads as one id is written so again, that its row can be found and written, or taken away.
"""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy import Connection, Table, select, update

from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.planted import AsItStands, as_it_should_stand

_SEGMENTS = cast(Table, CardSegment.__table__)
_SEGMENT_IDS = (_SEGMENTS.c.id, cast(Table, CardPlace.__table__).c.segment_id)


def respell(connection: Connection, circle_id: uuid.UUID, segment_id: uuid.UUID) -> bool:
    """Write a segment's id, and that of its places, as it reads. Was it spelled otherwise?

    Only where no row is found by it: two rows cannot have one id.
    """
    if connection.dialect.name != "sqlite":
        return False
    query = select(AsItStands(_SEGMENTS.c.id), _SEGMENTS.c.id).where(_SEGMENTS.c.circle_id == circle_id)
    ours = as_it_should_stand(segment_id)
    spelled = [stands for stands, read in connection.execute(query) if read == segment_id and stands != ours]
    if spelled:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until this transaction ends
        for column in _SEGMENT_IDS:
            connection.execute(
                update(column.table).where(AsItStands(column) == spelled[0]).values({column: segment_id})
            )
    return bool(spelled)
