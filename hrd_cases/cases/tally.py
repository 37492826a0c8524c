"""How many entries a file has and which: sealed in the case itself, so that whoever opens the file knows of one that
was taken away, moved or damaged, whatever the table of entries says. Pure.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from hrd_cases.vault.envelope import digest

_BYTES = 32


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """`mark` is made of the digests of all ids, in whatever order they were written: one more is added without reading
    the others, so that what is missing already stays missed.
    """

    count: int = 0
    mark: bytes = bytes(_BYTES)

    def counting(self, ids: Iterable[uuid.UUID]) -> Tally:
        """With these entries too."""
        count, mark = self.count, int.from_bytes(self.mark)
        for one in ids:
            count, mark = count + 1, mark ^ _mark_of(one)
        return Tally(count, mark.to_bytes(_BYTES))


@lru_cache(maxsize=20_000)  # a file is opened over and over
def _mark_of(entry_id: uuid.UUID) -> int:
    return int.from_bytes(digest("entry of a file", entry_id.bytes))
