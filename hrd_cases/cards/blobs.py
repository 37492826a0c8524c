"""Sealed parts fetched and opened: all of a circle's at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from hrd_cases.cards.keep import INDEXES, SEGMENTS
from hrd_cases.cards.models import Part
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.db import Prepared
from hrd_cases.errors import Tampered

Damaged = list[uuid.UUID]
"""Rows that failed their check."""


def opened(sealing: Sealing, part: Part, found: Iterable[Blob]) -> Iterator[tuple[Blob, bytes | None]]:
    """Each blob with its plaintext, None if it failed its check."""
    fetched = list(found)
    sealing.fetch_secrets(blob.shred_id for blob in fetched)
    for blob in fetched:
        yield blob, _plaintext(sealing, part, blob)


def every_opened(sealing: Sealing, part: Part) -> Iterator[tuple[uuid.UUID, bytes | None]]:
    """(segment, plaintext) of every segment of a circle, None if it failed its check."""
    found = blobs_of(sealing.session, part, sealing.circle_id)
    return ((blob.row_id, plaintext) for blob, plaintext in opened(sealing, part, found))


def _plaintext(sealing: Sealing, part: Part, blob: Blob) -> bytes | None:
    try:
        return sealing.open(part, blob)
    except Tampered:
        return None


_COLUMNS: dict[Part, tuple[Table, str]] = {
    Part.NAMES: (SEGMENTS, "sealed_names"),
    Part.CARDS: (SEGMENTS, "sealed_cards"),
    Part.INDEX: (INDEXES, "sealed_index"),
    Part.TEXTS: (INDEXES, "sealed_texts"),
}
_EVERY = {
    part: Prepared(
        select(table.c.id, table.c.shred_id, table.c[column]).where(table.c.circle_id == bindparam("circle"))
    )
    for part, (table, column) in _COLUMNS.items()
}


def blobs_of(
    session: Session, part: Part, circle_id: uuid.UUID, only: Collection[uuid.UUID] | None = None
) -> Sequence[Blob]:
    """This part of a circle's segments, or its index, as it lies there; `only`: of these rows alone."""
    connection = session.connection()
    if only is None:
        return [Blob(*row) for row in _EVERY[part].rows(connection, circle=circle_id)]
    table, column = _COLUMNS[part]
    if connection.dialect.name == "postgresql":
        return _binary_blobs(connection, table.name, column, circle_id, only)
    query = select(table.c.id, table.c.shred_id, table.c[column])
    return [Blob(*row) for row in connection.execute(query.where(table.c.circle_id == circle_id, table.c.id.in_(only)))]


def _binary_blobs(
    connection: Any, table: str, column: str, circle_id: uuid.UUID, only: Collection[uuid.UUID]
) -> list[Blob]:
    """As the driver's binary cursor gives them: half the time of text that must be read as hexadecimal digits."""
    asked = f"SELECT id, shred_id, {column} FROM {table} WHERE circle_id = %s AND id = ANY(%s)"  # noqa: S608 - our own names
    with cast(Any, connection).connection.driver_connection.cursor(binary=True) as cursor:
        return [Blob(*row) for row in cursor.execute(asked, [circle_id, list(only)])]
