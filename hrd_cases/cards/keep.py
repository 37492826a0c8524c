"""Cards kept up with their files: asked for while a file is changed, written just before the commit.

Whoever writes holds the segments first, in order of their ids, and only then reads the file for its card: of two who
change one file at once, the second makes the card of both changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Table, bindparam, delete, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from hrd_cases.cards.card import Card
from hrd_cases.cards.models import ROOM, CardIndex, CardPlace, CardSegment, Part
from hrd_cases.cards.packing import Packed
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.cards.spelling import respell
from hrd_cases.db import Prepared, rows_touched
from hrd_cases.errors import Changed, Tampered
from hrd_cases.planted import AsItStands
from hrd_cases.records import TOP_VERSION
from hrd_cases.vault.envelope import header

SEGMENTS = cast(Table, CardSegment.__table__)
PLACES = cast(Table, CardPlace.__table__)
INDEXES = cast(Table, CardIndex.__table__)
_AT_ONCE = 5_000
_TRIES = 8
"""Segments that seem to have room and have none, or fail their check: after so many a new one is begun."""
MakeCard = Callable[[], Card | None]


class _Wish(NamedTuple):
    circle_id: uuid.UUID
    case_id: uuid.UUID
    make: MakeCard
    shred: bool


def keep_card(session: Session, circle_id: uuid.UUID, case_id: uuid.UUID, make: MakeCard) -> None:
    """Write a case's card with this commit. `make` is called once nobody else can write it: it must read the file anew
    (`populate_existing`), and may answer None for a file that has no card any more.
    """
    _wishes(session).append(_Wish(circle_id, case_id, make, shred=False))


def take_card_away(session: Session, circle_id: uuid.UUID, case_id: uuid.UUID, *, shred: bool = False) -> None:
    """Remove a case's card with this commit. `shred`: its segment gets another shred secret; no backup tells of it.

    No act calls it yet: it waits for those that destroy a file or pass it on (anonymise, transfer).
    """
    _wishes(session).append(_Wish(circle_id, case_id, lambda: None, shred))


def write_cards(session: Session) -> None:
    """Write what was asked for. Called before every commit; a transaction that wants to read its own cards calls it."""
    while wishes := _wishes(session):
        session.flush()
        taken = list(wishes)
        wishes.clear()
        for circle_id in sorted({wish.circle_id for wish in taken}):
            mine = [wish for wish in taken if wish.circle_id == circle_id]
            latest = {wish.case_id: wish.make for wish in mine}
            Writer(session, circle_id).write(latest, {wish.case_id for wish in mine if wish.shred})


class Held(NamedTuple):
    """A segment's row, nobody else's until the commit."""

    id: uuid.UUID
    shred_id: uuid.UUID
    sealed_cards: bytes


class HeldIndex(NamedTuple):
    """The row of a circle's index. `shred_id`: None if no part of it opens, for then it may be anybody's."""

    id: uuid.UUID
    shred_id: uuid.UUID | None
    version: int


_HELD = tuple(SEGMENTS.c[name] for name in Held._fields)


# Made once: what is saved with every change of a file must not be put together anew each time.
_PLACES_HELD = (
    select(*_HELD)
    .join(PLACES, SEGMENTS.c.id == PLACES.c.segment_id)
    .where(PLACES.c.circle_id == bindparam("circle"))
    .order_by(SEGMENTS.c.id)
    .with_for_update(of=SEGMENTS)
)
_ALL_HELD = select(*_HELD).where(SEGMENTS.c.circle_id == bindparam("circle")).order_by(SEGMENTS.c.id).with_for_update()
_ONE_HELD = Prepared(_PLACES_HELD.where(PLACES.c.case_id == bindparam("case")))
_MANY_HELD = _PLACES_HELD.add_columns(PLACES.c.case_id).where(PLACES.c.case_id.in_(bindparam("cases", expanding=True)))
_NAMES = Prepared(select(SEGMENTS.c.sealed_names).where(SEGMENTS.c.id == bindparam("segment")))
_STANDS = AsItStands(SEGMENTS.c.id)
_WITH_ROOM = (
    select(*_HELD, _STANDS)
    .where(SEGMENTS.c.circle_id == bindparam("circle"), SEGMENTS.c.used < ROOM)
    .where(_STANDS.not_in(bindparam("closed", expanding=True)))
    .order_by(SEGMENTS.c.used.desc())
    .limit(1)
    .with_for_update(skip_locked=True)  # a segment somebody else holds has no room now: writers never wait in a ring
)
_UPDATE = update(SEGMENTS).where(SEGMENTS.c.id == bindparam("segment"))  # it is held: nobody else writes it
_OF_CARDS: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("version", "sealed_cards")}
_OF_NAMES: dict[str, Any] = {
    name: bindparam(f"new_{name}") for name in ("used", "shred_id", "names_version", "sealed_names")
}
_CARDS_WRITTEN = Prepared(_UPDATE.values(_OF_CARDS))
_BOTH_WRITTEN = Prepared(_UPDATE.values(_OF_CARDS | _OF_NAMES))


class Writer:
    """Writes cards of one circle in one transaction."""

    def __init__(self, session: Session, circle_id: uuid.UUID) -> None:
        self.session = session
        self.circle_id = circle_id
        self.sealing = Sealing(session, circle_id)
        self._connection: Connection = session.connection()
        self._closed: set[str] = set()
        self._spare: list[uuid.UUID] = []

    def write(self, wishes: Mapping[uuid.UUID, MakeCard], gone: Collection[uuid.UUID] = ()) -> None:
        """Put, exchange or remove these cases' cards; `gone`: those of them whose segment gets another secret."""
        ordered = iter(sorted(wishes.items()))
        while left := dict(islice(ordered, _AT_ONCE)):
            self._write(left, gone)
        if gone:
            self.forget_index()

    def _write(self, left: dict[uuid.UUID, MakeCard], gone: Collection[uuid.UUID]) -> None:
        idle = 0
        while left:
            before = len(left)
            for segment, cases in self._held(left):
                makes = {case: left[case] for case in cases}
                done = self._exchange(segment, makes, shred=any(case in gone for case in cases))
                self._leave([case for case in cases if case not in done])
                for case in done:
                    del left[case]
            # Cards that a colleague has put somewhere in the same moment stay left: they have a place now.
            while new := self._place_and_put(left):
                for case in new:
                    del left[case]
            idle = idle + 1 if len(left) == before else 0
            if idle and not self._leave_nowhere(left) and idle > 1:
                raise Changed("places of cards")

    def _leave_nowhere(self, cases: Iterable[uuid.UUID]) -> bool:
        """A place in a segment that is not there, planted or left behind, keeps no card from being written."""
        one = (PLACES.c.circle_id == self.circle_id) & PLACES.c.case_id.in_(list(cases))
        here = select(SEGMENTS.c.id).where(SEGMENTS.c.circle_id == self.circle_id)
        gone = self._connection.execute(delete(PLACES).where(one, PLACES.c.segment_id.not_in(here)))
        return gone.rowcount > 0

    def _held(self, cases: Iterable[uuid.UUID]) -> list[tuple[Held, list[uuid.UUID]]]:
        """The segments where these cases' cards lie, nobody else's until the commit."""
        wanted = list(cases)
        if len(wanted) == 1:
            rows = _ONE_HELD.rows(self._connection, circle=self.circle_id, case=wanted[0])
            return [(Held(*row), wanted) for row in rows]
        held: dict[uuid.UUID, tuple[Held, list[uuid.UUID]]] = {}
        for *row, case_id in self._connection.execute(_MANY_HELD, {"circle": self.circle_id, "cases": wanted}):
            held.setdefault(row[0], (Held(*row), []))[1].append(case_id)
        return list(held.values())

    def _exchange(self, row: Held, makes: dict[uuid.UUID, MakeCard], *, shred: bool) -> list[uuid.UUID]:
        """The cases done. None if the segment does not open: it stays as it is until it is mended."""
        try:
            packed = self._unpacked(row)
            done = [case for case in makes if packed.at(case) is not None]
            cards = {case: makes[case]() for case in done}
            if shred or self._old_key(row) or any(packed.changes_names(*pair) for pair in cards.items()):
                self._add_names(row, packed)
        except Tampered:
            return []
        for case, card in cards.items():
            if card is not None:
                packed.put(card)
            else:
                packed.take_away(case)
        self._leave([case for case, card in cards.items() if card is None])
        self._rewrite(row, packed, shred=shred)
        return done

    def unpack(self, row: Held) -> Packed:
        """Cards and lines to search. Raises Tampered."""
        packed = self._unpacked(row)
        self._add_names(row, packed)
        return packed

    def _unpacked(self, row: Held) -> Packed:
        return Packed.unpack(self.sealing.open(Part.CARDS, Blob(row.id, row.shred_id, row.sealed_cards)))

    def _add_names(self, row: Held, packed: Packed) -> None:
        sealed = self._sealed_names(row)
        packed.add_names(self.sealing.open(Part.NAMES, Blob(row.id, row.shred_id, sealed)))
        packed.names_version = header(sealed).blob_version

    def _sealed_names(self, row: Held) -> bytes:
        found = _NAMES.rows(self._connection, segment=row.id)
        if not found and self._respell(row):
            found = _NAMES.rows(self._connection, segment=row.id)
        if not found:
            raise Tampered("a segment of cards that is not found by its id")
        return cast(bytes, found[0][0])

    def _respell(self, row: Held) -> bool:
        return respell(self._connection, self.circle_id, row.id)

    def _old_key(self, row: Held) -> bool:
        """Both parts change to a new key at once: what the cards say holds for the names, which need not be read."""
        return header(row.sealed_cards).key_epoch != self.sealing.epoch

    def _rewrite(self, row: Held, packed: Packed, *, shred: bool = False) -> None:
        shred_id = row.shred_id
        if shred:
            [shred_id] = self.sealing.new_secrets(1)
            _destroy_after_commit(self.session, row.shred_id)
        version = after(header(row.sealed_cards).blob_version)
        sealed = self.sealing.seal(Part.CARDS, row.id, shred_id, version, packed.whole())
        values = {"segment": row.id, "new_version": version, "new_sealed_cards": sealed}
        if packed.has_names:
            version = after(packed.names_version)
            sealed = self.sealing.seal(Part.NAMES, row.id, shred_id, version, packed.names())
            values |= {"new_used": len(packed), "new_shred_id": shred_id}
            values |= {"new_names_version": version, "new_sealed_names": sealed}
        written = _BOTH_WRITTEN if packed.has_names else _CARDS_WRITTEN
        if written.count(self._connection, **values) != 1:
            self._respell(row)
            if written.count(self._connection, **values) != 1:
                raise Changed("a segment of cards")

    def _leave(self, cases: Sequence[uuid.UUID]) -> None:
        if cases:
            one = (PLACES.c.circle_id == self.circle_id) & PLACES.c.case_id.in_(cases)
            self._connection.execute(delete(PLACES).where(one))

    def _place_and_put(self, makes: Mapping[uuid.UUID, MakeCard]) -> list[uuid.UUID]:
        """Put as many new cards as fit into the fullest segment with room, or into a new one. The cases done."""
        if not makes:
            return []
        row, packed = self._with_room()
        fits = list(islice(makes, ROOM - len(packed)))
        mine = self._placed(row.id, fits)
        missing = []
        for case in mine:
            card = makes[case]()
            if card is None:
                missing.append(case)
            else:
                packed.put(card)
        self._leave(missing)
        self._rewrite(row, packed)
        return mine

    def _with_room(self) -> tuple[Held, Packed]:
        while len(self._closed) < _TRIES:
            asked = {"circle": self.circle_id, "closed": list(self._closed)}
            found = self._connection.execute(_WITH_ROOM, asked).first()
            if found is None:
                break
            *held, stands = found
            with suppress(Tampered):
                packed = self.unpack(Held(*held))
                if len(packed) < ROOM:
                    return Held(*held), packed
            self._closed.add(stands)
        row = self._begin()
        return row, self.unpack(row)

    def prepare(self, segments: int) -> None:
        """Make the shred secrets of so many new segments at once."""
        self._spare += self.sealing.new_secrets(segments)

    def _begin(self) -> Held:
        """A new empty segment."""
        if not self._spare:
            self.prepare(1)
        row_id, shred_id, packed = uuid.uuid4(), self._spare.pop(), Packed()
        names = self.sealing.seal(Part.NAMES, row_id, shred_id, 1, packed.names())
        row = Held(row_id, shred_id, self.sealing.seal(Part.CARDS, row_id, shred_id, 1, packed.whole()))
        counted = {"used": 0, "version": 1, "names_version": 1}
        values = {"circle_id": self.circle_id, "sealed_names": names} | counted | row._asdict()
        self._connection.execute(SEGMENTS.insert().values(values))
        return row

    def _placed(self, segment_id: uuid.UUID, cases: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Give these cases their place here; those that have one already are left out. In the order given."""
        if not cases:
            return []
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        rows = [{"circle_id": self.circle_id, "case_id": case, "segment_id": segment_id} for case in cases]
        placed = insert(PLACES).values(rows).on_conflict_do_nothing().returning(PLACES.c.case_id)
        mine = set(self._connection.scalars(placed))
        return [case for case in cases if case in mine]

    def every(self) -> list[Held]:
        """Every segment of the circle, nobody else's until the commit."""
        return [Held(*row) for row in self._connection.execute(_ALL_HELD, {"circle": self.circle_id})]

    def drop(self, row: Held) -> None:
        """A segment and its places go; its shred secret after the commit, if it is this segment's."""
        its_own = self._is_its_own(row)
        if not self._deleted(row) and self._respell(row):
            self._deleted(row)
        for part in (Part.NAMES, Part.CARDS):
            self.sealing.tell(part, row.id, 0, b"")
        if its_own:
            _destroy_after_commit(self.session, row.shred_id)

    def _deleted(self, row: Held) -> bool:
        self._connection.execute(delete(PLACES).where(PLACES.c.segment_id == row.id))
        return rows_touched(self._connection.execute(delete(SEGMENTS).where(SEGMENTS.c.id == row.id))) > 0

    def _is_its_own(self, row: Held) -> bool:
        """Whoever writes the tables could have named a file's secret here. What opens a part of it is of this segment
        alone.
        """
        if self.sealing.opens(Part.CARDS, Blob(*row)):
            return True
        with suppress(Tampered):
            return self.sealing.opens(Part.NAMES, Blob(row.id, row.shred_id, self._sealed_names(row)))
        return False

    def index(self) -> HeldIndex | None:
        """The index of names, nobody else's until the commit."""
        query = select(INDEXES.c.id, INDEXES.c.shred_id, INDEXES.c.sealed_index, INDEXES.c.sealed_texts)
        row = self._connection.execute(query.where(INDEXES.c.circle_id == self.circle_id).with_for_update()).first()
        if row is None:
            return None
        for part, sealed in ((Part.INDEX, row.sealed_index), (Part.TEXTS, row.sealed_texts)):
            if self.sealing.opens(part, Blob(row.id, row.shred_id, sealed)):
                return HeldIndex(row.id, row.shred_id, header(sealed).blob_version)
        return HeldIndex(row.id, None, 0)

    def forget_index(self) -> None:
        """The index of names goes, with its secret: it is made anew when it pays."""
        row = self.index()
        if row is not None:
            self._connection.execute(delete(INDEXES).where(INDEXES.c.circle_id == self.circle_id))
            for part in (Part.INDEX, Part.TEXTS):
                self.sealing.tell(part, row.id, 0, b"")
            if row.shred_id is not None:
                _destroy_after_commit(self.session, row.shred_id)


def after(version: int) -> int:
    """The next writing's number, of what the blob before says of itself: the row's own could have been set to anything.
    What no column holds begins anew.
    """
    return version + 1 if version < TOP_VERSION else 1


# -- the session's part: what was asked for, what was undone, what goes after the commit


def _wishes(session: Session) -> list[_Wish]:
    wishes: list[_Wish] = session.info.setdefault("cards", [])
    return wishes


def _destroy_after_commit(session: Session, shred_id: uuid.UUID) -> None:
    session.info.setdefault("secrets_to_destroy", set()).add(shred_id)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        write_cards(session)


def _after_commit(session: Session) -> None:
    if not session.in_nested_transaction() and (ids := session.info.pop("secrets_to_destroy", None)):
        session.info["keys"].destroy_secrets(ids)


def _note_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _savepoints(session)[transaction] = len(_wishes(session))


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        del _wishes(session)[_savepoints(session).pop(transaction, 0) :]
    elif transaction.parent is None:
        session.info.pop("cards", None)
        session.info.pop("secrets_to_destroy", None)


def _savepoints(session: Session) -> MutableMapping[SessionTransaction, int]:
    kept = session.info.setdefault("card_savepoints", WeakKeyDictionary())
    return cast(MutableMapping[SessionTransaction, int], kept)


event.listen(
    Session, "before_commit", _before_commit, insert=True
)  # the trail's own comes after: it tells of cards too
event.listen(Session, "after_commit", _after_commit)
event.listen(Session, "after_transaction_create", _note_savepoint)
event.listen(Session, "after_soft_rollback", _forget)
