"""Cards read and searched: whole segments at once. A damaged segment hides no other; it is named, for mending."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, Table, bindparam, func, literal_column, select
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from hrd_cases.cards.card import NAME_ENDS, Card
from hrd_cases.cards.keep import INDEXES, PLACES, SEGMENTS
from hrd_cases.cards.models import Part
from hrd_cases.cards.packing import ID_BYTES, Names, read_cards, read_names, read_some, split_ids, with_text
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.db import Prepared
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
    names = {case_id.bytes for case_id in wanted}
    blobs = _blobs(session, Part.CARDS, circle_id, segments)
    return _read(Sealing(session, circle_id), blobs, lambda plaintext: read_some(plaintext, names))


def search_substring(session: Session, circle_id: uuid.UUID, text: str) -> Matches:
    """Cases with this text in a name, place, keyword or the reference, marks and case aside. Nothing finds nothing."""
    sought = fold(text).encode()
    if not sought:
        return Matches([], [])
    sealing = Sealing(session, circle_id)
    texts = read_texts(sealing)
    stale, changed = still_holds(texts.covered, len(texts.cases) // ID_BYTES, versions(session, circle_id))
    found = [case_id for number, case_id in texts.having(sought) if not stale[number]]
    damaged: Damaged = []
    if changed:
        for blob, plaintext in _opened(sealing, Part.NAMES, _blobs(session, Part.NAMES, circle_id, changed)):
            if plaintext is None:
                damaged.append(blob.row_id)
            else:
                found.extend(with_text(plaintext, sought))
    return Matches(found, damaged)


def search_names(session: Session, circle_id: uuid.UUID, name: str, limit: int = BEST) -> Hits:
    """The cases with the names that come closest, in any spelling or script."""
    sealing = Sealing(session, circle_id)
    settled, changed = read_index(sealing).against(versions(session, circle_id))
    recent, damaged = recent_names(sealing, changed, len(settled))
    found = best([settled.names, recent.names], name, limit)
    hits = [Hit(recent.case(owner) if owner >= len(settled) else settled.case(owner), score) for owner, score in found]
    return Hits(hits, damaged, len(changed))


# -- the index of names


class Covered(NamedTuple):
    """A segment that an index was made from, as `versions` tells of it, and where its cases begin."""

    written: str
    begins: int


class WrittenIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an index: 16 bytes for each case, the segments covered, and names/index.py's own bytes."""

    cases: bytes
    covered: tuple[Covered, ...]
    names: bytes


@dataclass(frozen=True)
class Settled:
    """Names of cases, each known by a number: `first` is that of the first of `cases`, 16 bytes each."""

    names: NameIndex
    cases: bytes
    first: int = 0
    covered: tuple[Covered, ...] = ()

    def __len__(self) -> int:
        return len(self.cases) // ID_BYTES

    def case(self, number: int) -> uuid.UUID:
        begins = (number - self.first) * ID_BYTES
        return uuid.UUID(bytes=self.cases[begins : begins + ID_BYTES])

    def against(self, now: Set[str]) -> tuple[Settled, list[uuid.UUID]]:
        """What still holds of it, and the segments to read by themselves. `now`: which writing each segment holds."""
        stale, changed = still_holds(self.covered, len(self), now)
        return (replace(self, names=self.names.without(stale)) if stale.any() else self), changed


def still_holds(covered: Sequence[Covered], cases: int, now: Set[str]) -> tuple[NDArray[np.bool_], list[uuid.UUID]]:
    """Of an index: which of its cases lie in segments that were written since or are gone; and the segments that must
    be read by themselves.
    """
    stale = np.zeros(cases, bool)
    known = {one.written for one in covered}
    if known != now:
        ends = [*(one.begins for one in covered), cases][1:]
        for one, end in zip(covered, ends, strict=True):
            stale[one.begins : end] = one.written not in now
    return stale, segments_of(now - known)


class WrittenTexts(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of the texts: like an index, with one line of text for each case; `begins` says where, in
    little-endian 32-bit numbers.
    """

    cases: bytes = b""
    covered: tuple[Covered, ...] = ()
    begins: bytes = b""
    texts: bytes = b""

    def having(self, sought: bytes) -> Iterator[tuple[int, uuid.UUID]]:
        """(number, case) of each line with this text in it."""
        begins = np.frombuffer(self.begins, "<u4")
        at = self.texts.find(sought)
        while at >= 0:
            number = int(np.searchsorted(begins, np.uint32(at), side="right")) - 1
            yield number, uuid.UUID(bytes=self.cases[number * ID_BYTES : (number + 1) * ID_BYTES])
            at = self.texts.find(sought, int(begins[number + 1])) if number + 1 < len(begins) else -1


_written_index = msgspec.msgpack.Decoder(WrittenIndex)
_written_texts = msgspec.msgpack.Decoder(WrittenTexts)
_NOTHING = NameIndex.build(())


def read_index(sealing: Sealing) -> Settled:
    """The index of a circle's names; an empty one if there is none or it fails its check: it is only a shorter way."""
    blobs = list(_blobs(sealing.session, Part.INDEX, sealing.circle_id))
    try:
        for blob in blobs:
            written = _written_index.decode(sealing.open(Part.INDEX, blob))
            return Settled(NameIndex.read(written.names), written.cases, covered=written.covered)
    except (Tampered, ValueError):
        pass
    return Settled(_NOTHING, b"")


def read_texts(sealing: Sealing) -> WrittenTexts:
    """The texts of a circle, as they were last put together; none if there are none or they fail their check."""
    with suppress(Tampered, ValueError):
        for blob in _blobs(sealing.session, Part.TEXTS, sealing.circle_id):
            return _written_texts.decode(sealing.open(Part.TEXTS, blob))
    return WrittenTexts()


class Unsettled(NamedTuple):
    """How many segments a circle has, and how many of them its index of names does not cover."""

    segments: int
    unsettled: int


def unsettled(session: Session, circle_id: uuid.UUID) -> Unsettled:
    """What a search reads by itself. Raises Locked without the circle's keys."""
    now = versions(session, circle_id)
    return Unsettled(len(now), len(read_index(Sealing(session, circle_id)).against(now)[1]))


# As one text: a search asks this of a thousand segments and looks closer at a few of them.
_ONE_TOLD = (
    func.replace(cast_to(SEGMENTS.c.id, String), literal_column("'-'"), literal_column("''"))
    .concat(literal_column("':'"))
    .concat(cast_to(SEGMENTS.c.names_version, String))
)
_VERSIONS = {
    dialect: Prepared(
        select(joined(_ONE_TOLD, literal_column("','"))).where(SEGMENTS.c.circle_id == bindparam("circle"))
    )
    for dialect, joined in (("sqlite", func.group_concat), ("postgresql", func.string_agg))
}


def versions(session: Session, circle_id: uuid.UUID) -> Set[str]:
    """Which writing of its names each segment of a circle holds: "id:version" for each."""
    connection = session.connection()
    [(told,)] = _VERSIONS[connection.dialect.name].rows(connection, circle=circle_id)
    return set(told.split(",")) if told else set()


def segments_of(told: Iterable[str]) -> list[uuid.UUID]:
    """The ids in what `versions` tells. A planted id is none."""
    found = []
    for one in sorted(told):
        with suppress(ValueError):
            found.append(uuid.UUID(hex=one.partition(":")[0]))
    return found


def _told(blob: Blob) -> str:
    return f"{blob.row_id.hex}:{header(blob.sealed).blob_version}"


def recent_names(sealing: Sealing, segments: Collection[uuid.UUID], begins: int) -> tuple[Settled, Damaged]:
    """An index of these segments alone; its cases are numbered from `begins`."""
    ids: list[bytes] = []
    covered: list[Covered] = []
    lines: list[tuple[int, str]] = []
    damaged: Damaged = []
    for blob, names in names_of(sealing, segments):
        if names is None:
            damaged.append(blob.row_id)
            continue
        covered.append(Covered(_told(blob), begins + len(ids)))
        for case_id, line in zip(split_ids(names.ids), names.sounds.split("\n"), strict=False):
            lines += [(begins + len(ids), sounds) for sounds in line.split(NAME_ENDS) if sounds]
            ids.append(case_id)
    names_found = NameIndex.build(lines) if lines else _NOTHING
    return Settled(names_found, b"".join(ids), begins, tuple(covered)), damaged


def texts_now(sealing: Sealing, segments: Collection[uuid.UUID]) -> WrittenTexts:
    """The texts of these segments, one after the other."""
    ids: list[bytes] = []
    covered: list[Covered] = []
    lines: list[bytes] = []
    for blob, names in names_of(sealing, segments):
        if names is not None:
            covered.append(Covered(_told(blob), len(ids)))
            ids += split_ids(names.ids)
            lines += names.texts.split(b"\n") if names.ids else []
    begins = np.zeros(len(lines), "<u4")
    np.cumsum(np.fromiter((len(line) + 1 for line in lines[:-1]), "<u4"), out=begins[1:])
    return WrittenTexts(b"".join(ids), tuple(covered), begins.tobytes(), b"\n".join(lines))


def names_of(sealing: Sealing, segments: Collection[uuid.UUID]) -> Iterator[tuple[Blob, Names | None]]:
    """What is searched of each of these segments; None if it fails its check."""
    if segments:
        for blob, plaintext in _opened(
            sealing, Part.NAMES, _blobs(sealing.session, Part.NAMES, sealing.circle_id, segments)
        ):
            yield blob, read_names(plaintext) if plaintext is not None else None


# -- blobs


def _read(sealing: Sealing, blobs: Iterable[Blob], unpack: Callable[[bytes], list[Card] | None] = read_cards) -> Cards:
    read = Cards([], [])
    for blob, plaintext in _opened(sealing, Part.CARDS, blobs):
        found = unpack(plaintext) if plaintext is not None else None
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
    Part.TEXTS: (INDEXES, "sealed_texts"),
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
