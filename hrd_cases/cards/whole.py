"""All cards of a circle at once: made again from the files, mended, and the index of their names."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hrd_cases.cards.blobs import Damaged
from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import INDEXES, PLACES, Held, Writer, after, keep_card, write_cards
from hrd_cases.cards.models import ROOM, Part
from hrd_cases.cards.packing import split_ids
from hrd_cases.cards.sealing import Sealing
from hrd_cases.cards.settled import recent_names, segments_of, texts_now, versions
from hrd_cases.errors import Tampered

SETTLE_AT = 16
"""Segments that a search reads by themselves before a new index pays."""


def rebuild(session: Session, circle_id: uuid.UUID, files: Callable[[], Iterable[tuple[uuid.UUID, Card]]]) -> int:
    """Make every card of a circle again. `files` gives (case id, card) of each file and is called once nobody else
    writes cards. How many there are. In a write transaction that records what it does.
    """
    write_cards(session)
    writer = Writer(session, circle_id)
    for row in writer.every():
        writer.drop(row)
    writer.forget_index()
    cards = dict(files())
    if cards:
        writer.prepare(-(-len(cards) // ROOM))
    writer.write({case_id: partial(cards.__getitem__, case_id) for case_id in cards})
    return len(cards)


def mend(session: Session, circle_id: uuid.UUID, card_of: Callable[[uuid.UUID], Card | None]) -> Damaged:
    """Make the cards of damaged segments again, each from its file, and drop those segments. Their ids. Damaged is also
    one that holds other cards than have their place in it: it was set back, or places were.

    Cases whose place was taken away too are found by `rebuild` only.
    """
    write_cards(session)
    writer = Writer(session, circle_id)
    damaged: Damaged = []
    for row in writer.every():
        placed = set(session.connection().scalars(select(PLACES.c.case_id).where(PLACES.c.segment_id == row.id)))
        lying = _lying(writer, row)
        if lying != placed:
            writer.drop(row)
            damaged.append(row.id)
            for case_id in placed | (lying or set()):
                keep_card(session, circle_id, case_id, partial(card_of, case_id))
    write_cards(session)
    return damaged


def _lying(writer: Writer, row: Held) -> set[uuid.UUID] | None:
    """The cases whose cards a segment holds; None if it fails its check."""
    try:
        return {uuid.UUID(bytes=name) for name in split_ids(writer.unpack(row).segment.ids)}
    except Tampered:
        return None


def settle(session: Session, circle_id: uuid.UUID) -> None:
    """Make what searches go by anew, of all a circle's cards. In a write transaction that records what it does."""
    write_cards(session)
    writer = Writer(session, circle_id)
    row, sealing = writer.index(), writer.sealing
    row_id, version = (row.id, after(row.version)) if row else (uuid.uuid4(), 1)
    shred_id = (row.shred_id if row else None) or sealing.new_secrets(1)[0]
    made = {"id": row_id, "shred_id": shred_id, "version": version} | {
        f"sealed_{part.value}": sealing.seal(part, row_id, shred_id, version, plaintext)
        for part, plaintext in _made(sealing).items()
    }
    if row is not None:
        session.connection().execute(update(INDEXES).where(INDEXES.c.circle_id == circle_id).values(made))
    else:
        session.connection().execute(insert(INDEXES).values(made | {"circle_id": circle_id}))


def _made(sealing: Sealing) -> dict[Part, bytes]:
    now = segments_of(versions(sealing.session, sealing.circle_id))
    names, _ = recent_names(sealing, now, 0)
    texts = texts_now(sealing, now)
    return {Part.INDEX: names.written(names.index.write()), Part.TEXTS: texts.written(texts.index.write())}
