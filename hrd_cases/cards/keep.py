"""Cards kept up with their files: asked for while a file is changed, written just before the commit.

Whoever writes holds the segments first, in order of their ids, and only then reads the file for its card: of two who
change one file at once, the second makes the card of both changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, Table, delete, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from hrd_cases.cards.card import Card
from hrd_cases.cards.models import ROOM, CardIndex, CardPlace, CardSegment, Part
from hrd_cases.cards.packing import Packed
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.errors import Changed, Tampered
from hrd_cases.vault.envelope import header

SEGMENTS = cast(Table, CardSegment.__table__)
PLACES = cast(Table, CardPlace.__table__)
INDEXES = cast(Table, CardIndex.__table__)
_AT_ONCE = 5_000
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
    """Remove a case's card with this commit. `shred`: its segment gets another shred secret; no backup tells of it."""
    _wishes(session).append(_Wish(circle_id, case_id, lambda: None, shred))


def write_cards(session: Session) -> None:
    """Write what was asked for. Called before every commit; a transaction that wants to read its own cards calls it."""
    while wishes := _wishes(session):
        session.flush()
        taken = list(wishes)
        wishes.clear()
        latest = {(wish.circle_id, wish.case_id): wish for wish in taken}
        shredded = {(wish.circle_id, wish.case_id) for wish in taken if wish.shred}
        for circle_id in sorted({wish.circle_id for wish in taken}):
            mine = {case: wish.make for (circle, case), wish in latest.items() if circle == circle_id}
            gone = {case for circle, case in shredded if circle == circle_id}
            Writer(session, circle_id).write(mine, gone)


_LOCKED_PLACES = (
    select(PLACES.c.case_id, SEGMENTS)
    .join(SEGMENTS, SEGMENTS.c.id == PLACES.c.segment_id)
    .order_by(SEGMENTS.c.id)
    .with_for_update(of=SEGMENTS)
)
_WITH_ROOM = (
    select(SEGMENTS)
    .where(SEGMENTS.c.used < ROOM)
    .order_by(SEGMENTS.c.used.desc())
    .limit(1)
    .with_for_update(skip_locked=True)  # a segment somebody else holds has no room now: writers never wait in a ring
)


class Writer:
    """Writes cards of one circle in one transaction."""

    def __init__(self, session: Session, circle_id: uuid.UUID) -> None:
        self.session = session
        self.circle_id = circle_id
        self.sealing = Sealing(session, circle_id)
        self._connection: Connection = session.connection()
        self._closed: set[uuid.UUID] = set()
        self._spare: list[uuid.UUID] = []

    def write(self, wishes: dict[uuid.UUID, MakeCard], shredded: Iterable[uuid.UUID] = ()) -> None:
        """Put, exchange or remove these cases' cards."""
        gone = set(shredded)
        ordered = iter(sorted(wishes.items()))
        while left := dict(islice(ordered, _AT_ONCE)):
            self._write(left, gone)
        if gone:
            self.forget_index()

    def _write(self, left: dict[uuid.UUID, MakeCard], gone: set[uuid.UUID]) -> None:
        while left:
            for segment, cases in self._held(left):
                makes = {case: left[case] for case in cases}
                done = self._exchange(segment, makes, shred=not gone.isdisjoint(cases))
                self._leave([case for case in cases if case not in done])
                for case in done:
                    del left[case]
            # Cards that a colleague has put somewhere in the same moment stay left: they have a place now.
            while new := self._place_and_put(left):
                for case in new:
                    del left[case]

    def _held(self, cases: Iterable[uuid.UUID]) -> list[tuple[Row[Any], list[uuid.UUID]]]:
        """The segments where these cases' cards lie, nobody else's until the commit."""
        wanted = list(cases)
        one = PLACES.c.case_id == wanted[0] if len(wanted) == 1 else PLACES.c.case_id.in_(wanted)
        rows = self._connection.execute(_LOCKED_PLACES.where(PLACES.c.circle_id == self.circle_id, one)).all()
        found: dict[uuid.UUID, tuple[Row[Any], list[uuid.UUID]]] = {}
        for row in rows:
            found.setdefault(row.id, (row, []))[1].append(row.case_id)
        return list(found.values())

    def _exchange(self, row: Row[Any], makes: dict[uuid.UUID, MakeCard], *, shred: bool) -> list[uuid.UUID]:
        """The cases done. None if the segment does not open: it stays as it is until it is mended."""
        try:
            packed = self.unpack(row)
        except Tampered:
            return []
        done = [case for case in makes if case.bytes in packed.ids]
        removed = []
        for case in done:
            card = makes[case]()
            if card is not None:
                packed.put(card)
            else:
                packed.take_away(case)
                removed.append(case)
        self._leave(removed)
        self._rewrite(row, packed, shred=shred)
        return done

    def unpack(self, row: Row[Any]) -> Packed:
        """Raises Tampered."""
        opened = (
            self.sealing.open(part, Blob(row.id, row.shred_id, sealed))
            for part, sealed in ((Part.NAMES, row.sealed_names), (Part.CARDS, row.sealed_cards))
        )
        return Packed.unpack(*opened)

    def _rewrite(self, row: Row[Any], packed: Packed, *, shred: bool = False) -> None:
        shred_id = row.shred_id
        if shred:
            [(shred_id, _)] = self.sealing.keys.new_shred_secrets(1)
            _destroy_after_commit(self.session, row.shred_id)
        values = {"used": len(packed.ids), "version": row.version + 1, "shred_id": shred_id}
        values["sealed_cards"] = self.sealing.seal(Part.CARDS, row.id, shred_id, row.version + 1, packed.whole())
        if packed.names_changed or shred or header(row.sealed_names).key_epoch != self.sealing.epoch:
            version = row.names_version + 1
            values["names_version"] = version
            values["sealed_names"] = self.sealing.seal(Part.NAMES, row.id, shred_id, version, packed.names())
        written = self._connection.execute(
            update(SEGMENTS).where(SEGMENTS.c.id == row.id, SEGMENTS.c.version == row.version).values(values)
        )
        if written.rowcount != 1:
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
        fits = list(islice(makes, ROOM - len(packed.ids)))
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

    def _with_room(self) -> tuple[Row[Any], Packed]:
        while True:
            row = self._connection.execute(
                _WITH_ROOM.where(SEGMENTS.c.circle_id == self.circle_id, SEGMENTS.c.id.not_in(self._closed))
            ).first()
            if row is None:
                row_id = self._begin()
                row = self._connection.execute(select(SEGMENTS).where(SEGMENTS.c.id == row_id)).one()
            try:
                return row, self.unpack(row)
            except Tampered:
                self._closed.add(row.id)

    def prepare(self, segments: int) -> None:
        """Make the shred secrets of so many new segments at once."""
        self._spare += [name for name, _ in self.sealing.keys.new_shred_secrets(segments)]

    def _begin(self) -> uuid.UUID:
        """A new empty segment's id."""
        if not self._spare:
            self.prepare(1)
        row_id, shred_id, packed = uuid.uuid4(), self._spare.pop(), Packed()
        self._connection.execute(
            SEGMENTS.insert().values(
                id=row_id,
                circle_id=self.circle_id,
                shred_id=shred_id,
                used=0,
                version=1,
                names_version=1,
                sealed_names=self.sealing.seal(Part.NAMES, row_id, shred_id, 1, packed.names()),
                sealed_cards=self.sealing.seal(Part.CARDS, row_id, shred_id, 1, packed.whole()),
            )
        )
        return row_id

    def _placed(self, segment_id: uuid.UUID, cases: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Give these cases their place here; those that have one already are left out. In the order given."""
        if not cases:
            return []
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        rows = [{"circle_id": self.circle_id, "case_id": case, "segment_id": segment_id} for case in cases]
        placed = insert(PLACES).values(rows).on_conflict_do_nothing().returning(PLACES.c.case_id)
        mine = set(self._connection.scalars(placed))
        return [case for case in cases if case in mine]

    def drop(self, row: Row[Any]) -> None:
        """A segment and its places go; its shred secret after the commit."""
        self._connection.execute(delete(PLACES).where(PLACES.c.segment_id == row.id))
        self._connection.execute(delete(SEGMENTS).where(SEGMENTS.c.id == row.id))
        for part in (Part.NAMES, Part.CARDS):
            self.sealing.tell(part, row.id, 0, b"")
        _destroy_after_commit(self.session, row.shred_id)

    def forget_index(self) -> None:
        """The index of names goes, with its secret: it is made anew when it pays."""
        row = self._connection.execute(
            select(INDEXES.c.id, INDEXES.c.shred_id).where(INDEXES.c.circle_id == self.circle_id).with_for_update()
        ).first()
        if row is not None:
            self._connection.execute(delete(INDEXES).where(INDEXES.c.id == row.id))
            self.sealing.tell(Part.INDEX, row.id, 0, b"")
            _destroy_after_commit(self.session, row.shred_id)


# -- the session's part: what was asked for, what was undone, what goes after the commit


def _wishes(session: Session) -> list[_Wish]:
    return cast(list[_Wish], session.info.setdefault("cards", []))


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
