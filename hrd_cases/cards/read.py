"""Cards read and searched: whole segments at once. A damaged segment hides no other; it is named, for mending."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from hrd_cases.cards.card import NAME_ENDS, Card
from hrd_cases.cards.keep import INDEXES, PLACES, SEGMENTS
from hrd_cases.cards.models import Part
from hrd_cases.cards.packing import read_cards, read_names, split_ids, with_text
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.errors import Tampered
from hrd_cases.names.folding import fold
from hrd_cases.names.index import BEST, NameIndex, best
from hrd_cases.vault.envelope import header

Damaged = list[uuid.UUID]


class Cards(NamedTuple):
    """Cards in no order, and the segments that failed their check."""

    good: list[Card]
    damaged: Damaged


class Hit(NamedTuple):
    """A case whose name came close to the one looked for; 1.0 is the same."""

    case_id: uuid.UUID
    score: float


class Hits(NamedTuple):
    """The best first; the segments that failed their check: what they hold was not searched; and how many segments the
    index of names does not cover: from `whole.SETTLE_AT` on a new one pays.
    """

    found: list[Hit]
    damaged: Damaged
    unsettled: int


class Matches(NamedTuple):
    """Cases that a text was found in, and the segments that failed their check."""

    found: list[uuid.UUID]
    damaged: Damaged


def cards(session: Session, circle_id: uuid.UUID) -> Cards:
    """Every card of a circle. Raises Locked without its keys."""
    return _read(Sealing(session, circle_id), _blobs(session, Part.CARDS, circle_id))


def cards_of(session: Session, circle_id: uuid.UUID, case_ids: Collection[uuid.UUID]) -> Cards:
    """The cards of these cases, those that have one."""
    wanted = set(case_ids)
    if not wanted:
        return Cards([], [])
    places = select(PLACES.c.segment_id).where(PLACES.c.circle_id == circle_id, PLACES.c.case_id.in_(wanted))
    segments = set(session.connection().scalars(places))
    read = _read(Sealing(session, circle_id), _blobs(session, Part.CARDS, circle_id, segments))
    return Cards([card for card in read.good if card.case_id in wanted], read.damaged)


def search_substring(session: Session, circle_id: uuid.UUID, text: str) -> Matches:
    """Cases with this text in a name, place, keyword or the reference, marks and case aside. Nothing finds nothing."""
    sought = fold(text).encode()
    matches = Matches([], [])
    if not sought:
        return matches
    for blob, plaintext in _opened(Sealing(session, circle_id), Part.NAMES, _blobs(session, Part.NAMES, circle_id)):
        if plaintext is None:
            matches.damaged.append(blob.row_id)
        else:
            matches.found.extend(with_text(plaintext, sought))
    return matches


def search_names(session: Session, circle_id: uuid.UUID, name: str, limit: int = BEST) -> Hits:
    """The cases with the names that come closest, in any spelling or script."""
    sealing = Sealing(session, circle_id)
    settled, changed = read_index(sealing).against(versions(session, circle_id))
    recent, damaged = recent_names(sealing, changed, len(settled.cases))
    every = settled.cases + recent.cases
    found = best([settled.names, recent.names], name, limit)
    return Hits([Hit(uuid.UUID(bytes=every[owner]), score) for owner, score in found], damaged, len(changed))


# -- the index of names


class Covered(NamedTuple):
    """A segment that an index was made from: which writing of its names, and where its cases begin."""

    segment_id: bytes
    names_version: int
    begins: int


class WrittenIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an index: 16 bytes for each case, the segments covered, and names/index.py's own bytes."""

    cases: bytes
    covered: tuple[Covered, ...]
    names: bytes


class Settled(NamedTuple):
    """Names of cases, by the number that is a case's place in `cases`."""

    names: NameIndex
    cases: list[bytes]
    covered: tuple[Covered, ...] = ()

    def against(self, now: dict[uuid.UUID, int]) -> tuple[Settled, list[uuid.UUID]]:
        """What still holds of it, and the segments to read by themselves. `now`: which writing each segment holds."""
        stale = np.zeros(len(self.cases), bool)
        fresh = set(now)
        ends = [*(covered.begins for covered in self.covered), len(self.cases)][1:]
        for covered, end in zip(self.covered, ends, strict=True):
            segment_id = uuid.UUID(bytes=covered.segment_id)
            if now.get(segment_id) == covered.names_version:
                fresh.discard(segment_id)
            else:
                stale[covered.begins : end] = True
        names = self.names.without(stale) if stale.any() else self.names
        return self._replace(names=names), sorted(fresh)


_written_index = msgspec.msgpack.Decoder(WrittenIndex)
_NOTHING = NameIndex.build(())


def read_index(sealing: Sealing) -> Settled:
    """The index of a circle's names; an empty one if there is none or it fails its check: it is only a shorter way."""
    blobs = list(_blobs(sealing.session, Part.INDEX, sealing.circle_id))
    try:
        for blob in blobs:
            written = _written_index.decode(sealing.open(Part.INDEX, blob))
            return Settled(NameIndex.read(written.names), list(split_ids(written.cases)), written.covered)
    except (Tampered, ValueError):
        pass
    return Settled(_NOTHING, [])


class Unsettled(NamedTuple):
    """How many segments a circle has, and how many of them its index of names does not cover."""

    segments: int
    unsettled: int


def unsettled(session: Session, circle_id: uuid.UUID) -> Unsettled:
    """What a search reads by itself. Raises Locked without the circle's keys."""
    now = versions(session, circle_id)
    return Unsettled(len(now), len(read_index(Sealing(session, circle_id)).against(now)[1]))


def versions(session: Session, circle_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Which writing of its names each segment of a circle holds."""
    query = select(SEGMENTS.c.id, SEGMENTS.c.names_version).where(SEGMENTS.c.circle_id == circle_id)
    return {row.id: row.names_version for row in session.connection().execute(query)}


def recent_names(sealing: Sealing, segments: Collection[uuid.UUID], begins: int) -> tuple[Settled, Damaged]:
    """An index of these segments alone; its cases are numbered from `begins`."""
    if not segments:
        return Settled(_NOTHING, []), []
    ids: list[bytes] = []
    covered: list[Covered] = []
    lines: list[tuple[int, str]] = []
    damaged: Damaged = []
    blobs = _blobs(sealing.session, Part.NAMES, sealing.circle_id, segments)
    for blob, plaintext in _opened(sealing, Part.NAMES, blobs):
        if plaintext is None:
            damaged.append(blob.row_id)
            continue
        names = read_names(plaintext)
        covered.append(Covered(blob.row_id.bytes, header(blob.sealed).blob_version, begins + len(ids)))
        for case_id, line in zip(split_ids(names.ids), names.sounds.split("\n"), strict=False):
            lines += [(begins + len(ids), sounds) for sounds in line.split(NAME_ENDS) if sounds]
            ids.append(case_id)
    return Settled(NameIndex.build(lines), ids, tuple(covered)), damaged


# -- blobs


def _read(sealing: Sealing, blobs: Iterable[Blob]) -> Cards:
    read = Cards([], [])
    for blob, plaintext in _opened(sealing, Part.CARDS, blobs):
        found = read_cards(plaintext) if plaintext is not None else None
        if found is None:
            read.damaged.append(blob.row_id)
        else:
            read.good.extend(found)
    return read


def opened_parts(sealing: Sealing, part: Part) -> Iterator[tuple[uuid.UUID, bytes | None]]:
    """This part of every segment of a circle: (segment, plaintext), None if it failed its check."""
    for blob, plaintext in _opened(sealing, part, _blobs(sealing.session, part, sealing.circle_id)):
        yield blob.row_id, plaintext


def _opened(sealing: Sealing, part: Part, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes | None]]:
    """Each blob with its plaintext, None if it failed its check."""
    fetched = list(blobs)
    sealing.fetch_secrets(blob.shred_id for blob in fetched)
    for blob in fetched:
        try:
            yield blob, sealing.open(part, blob)
        except Tampered:
            yield blob, None


_COLUMNS: dict[Part, tuple[Table, str]] = {
    Part.NAMES: (SEGMENTS, "sealed_names"),
    Part.CARDS: (SEGMENTS, "sealed_cards"),
    Part.INDEX: (INDEXES, "sealed_index"),
}


def _blobs(
    session: Session, part: Part, circle_id: uuid.UUID, only: Collection[uuid.UUID] | None = None
) -> Sequence[Blob]:
    table, column = _COLUMNS[part]
    query = select(table.c.id, table.c.shred_id, table.c[column]).where(table.c.circle_id == circle_id)
    if only is not None:
        query = query.where(table.c.id.in_(only))
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return [Blob(*row) for row in connection.execute(query)]
    return _binary_blobs(connection, table.name, column, circle_id, only)


def _binary_blobs(
    connection: Any, table: str, column: str, circle_id: uuid.UUID, only: Collection[uuid.UUID] | None
) -> list[Blob]:
    """As the driver's binary cursor gives them: half the time of text that must be read as hexadecimal digits."""
    asked = f"SELECT id, shred_id, {column} FROM {table} WHERE circle_id = %s"  # noqa: S608 - names of our own tables
    given: list[Any] = [circle_id]
    if only is not None:
        asked, given = asked + " AND id = ANY(%s)", [circle_id, list(only)]
    with cast(Any, connection).connection.driver_connection.cursor(binary=True) as cursor:
        return [Blob(*row) for row in cursor.execute(asked, given)]
