"""Cards read and searched: whole segments at once. A damaged segment hides no other; it is named, for mending."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cards.blobs import Damaged, blobs_of, opened
from hrd_cases.cards.card import Card, sign
from hrd_cases.cards.keep import PLACES
from hrd_cases.cards.models import Part
from hrd_cases.cards.packing import read_cards, read_some, with_text
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.cards.settled import Settled, each, recent_names, settled_names, settled_texts, versions
from hrd_cases.names.folding import fold
from hrd_cases.names.index import BEST, NameIndex, best
from hrd_cases.names.texts import TextIndex


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


class Coded(NamedTuple):
    """Cases that have a code, as many as were asked for, and how many more; segments that failed their check."""

    found: list[uuid.UUID]
    damaged: Damaged
    more: int


def cards(session: Session, circle_id: uuid.UUID) -> Cards:
    """Every card of a circle. Raises Locked without its keys."""
    return _read(Sealing(session, circle_id), blobs_of(session, Part.CARDS, circle_id))


def cards_of(session: Session, circle_id: uuid.UUID, case_ids: Collection[uuid.UUID]) -> Cards:
    """The cards of these cases, those that have one."""
    wanted = set(case_ids)
    if not wanted:
        return Cards([], [])
    places = select(PLACES.c.segment_id).where(PLACES.c.circle_id == circle_id, PLACES.c.case_id.in_(wanted))
    segments = set(session.connection().scalars(places))
    names = {case_id.bytes for case_id in wanted}
    blobs = blobs_of(session, Part.CARDS, circle_id, segments)
    return _read(Sealing(session, circle_id), blobs, lambda plaintext: read_some(plaintext, names))


class Search:
    """What a circle's searches go by, opened at the first question of its kind and once for all that are asked.
    Raises Locked without the circle's keys.
    """

    def __init__(self, session: Session, circle_id: uuid.UUID) -> None:
        self._sealing = Sealing(session, circle_id)

    @cached_property
    def _now(self) -> str:
        return versions(self._sealing.session, self._sealing.circle_id)

    @cached_property
    def _names(self) -> _Names:
        settled = settled_names(self._sealing)
        stale, changed = settled.against(self._now)
        index = settled.index.without(stale) if stale.any() else settled.index
        return _Names(settled, index, *recent_names(self._sealing, changed, len(settled)), len(changed))

    @cached_property
    def _texts(self) -> _Texts:
        settled = settled_texts(self._sealing)
        stale, changed = settled.against(self._now)
        blobs = blobs_of(self._sealing.session, Part.NAMES, self._sealing.circle_id, changed) if changed else ()
        recent = list(opened(self._sealing, Part.NAMES, blobs))
        damaged = [blob.row_id for blob, plaintext in recent if plaintext is None]
        return _Texts(settled, stale, [plaintext for _, plaintext in recent if plaintext is not None], damaged)

    def names(self, name: str, limit: int = BEST) -> Hits:
        """The cases with the names that come closest, in any spelling or script."""
        settled, index, recent, damaged, changed = self._names
        found = best([index, recent.index], name, limit)
        cases = [(recent if owner >= len(settled) else settled).case(owner) for owner, _ in found]
        return Hits([Hit(case, one.score) for case, one in zip(cases, found, strict=True)], damaged, changed)

    def text(self, text: str) -> Matches:
        """Cases with this text in a name, place, keyword or the reference, marks and case aside; none for no text."""
        sought = fold(text).encode()
        if not sought:
            return Matches([], [])
        settled, stale, recent, damaged = self._texts
        having = settled.index.having(sought)
        found = [settled.case(number) for number in having[~stale[having]].tolist()]
        found += [case_id for plaintext in recent for case_id in with_text(plaintext, sought)]
        return Matches(found, damaged)

    def coded(self, codes: Collection[str], most: int) -> Coded:
        """Cards with one of these codes, each as `list:code`; `most` of them, since every second card may have one."""
        if not codes:
            return Coded([], [], 0)
        sought = [sign(code).encode() for code in codes]
        settled, stale, recent, damaged = self._texts
        having = np.unique(np.concatenate([settled.index.having(one) for one in sought]))
        having = having[~stale[having]]
        late = dict.fromkeys(case for plaintext in recent for one in sought for case in with_text(plaintext, one))
        found = [*late, *(settled.case(number) for number in having[:most].tolist())][:most]
        return Coded(found, damaged, len(late) + len(having) - len(found))


class _Names(NamedTuple):
    settled: Settled[NameIndex]
    shown: NameIndex
    recent: Settled[NameIndex]
    damaged: Damaged
    changed: int


class _Texts(NamedTuple):
    settled: Settled[TextIndex]
    stale: NDArray[np.bool_]
    recent: list[bytes]
    damaged: Damaged


class Unsettled(NamedTuple):
    """How many segments a circle has, and how many of them its index of names does not cover."""

    segments: int
    unsettled: int


def unsettled(session: Session, circle_id: uuid.UUID) -> Unsettled:
    """What a search reads by itself. Raises Locked without the circle's keys."""
    now = versions(session, circle_id)
    return Unsettled(len(each(now)), len(settled_names(Sealing(session, circle_id)).against(now)[1]))


def _read(sealing: Sealing, blobs: Iterable[Blob], unpack: Callable[[bytes], list[Card] | None] = read_cards) -> Cards:
    read = Cards([], [])
    for blob, plaintext in opened(sealing, Part.CARDS, blobs):
        found = unpack(plaintext) if plaintext is not None else None
        if found is None:
            read.damaged.append(blob.row_id)
        else:
            read.good.extend(found)
    return read
