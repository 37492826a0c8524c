"""Segments sealed and opened: under a key of the circle and the segment's own shred secret.

The blob is a record of the vault (envelope.py) whose key epoch is the circle's, tied to segment, circle and part.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, cast

from sqlalchemy.orm import Session

from hrd_cases.cards.models import CardIndex, CardSegment, Part
from hrd_cases.errors import Locked, Tampered
from hrd_cases.records import SealedWrite, sealed_writes
from hrd_cases.vault.envelope import Place, RecordCipher, header

_TABLES = {
    Part.NAMES: CardSegment.__tablename__,
    Part.CARDS: CardSegment.__tablename__,
    Part.INDEX: CardIndex.__tablename__,
    Part.TEXTS: CardIndex.__tablename__,
}


class CardKeys(Protocol):
    """What a session opens and seals cards with: `Session.info["keys"]`. keys.ring has the real one."""

    def card_epoch(self, circle_id: uuid.UUID) -> int: ...
    def card_key(self, circle_id: uuid.UUID, epoch: int) -> bytes: ...
    def shred_secrets(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]: ...
    def new_shred_secrets(self, count: int) -> list[tuple[uuid.UUID, bytes]]: ...
    def destroy_secrets(self, ids: Iterable[uuid.UUID]) -> None: ...


class Blob(NamedTuple):
    """One sealed part as it lies in its row."""

    row_id: uuid.UUID
    shred_id: uuid.UUID
    sealed: bytes


def keys_of(session: Session) -> CardKeys:
    """Raises Locked in a session without keys."""
    keys = session.info.get("keys")
    if keys is None:
        raise Locked("no keys to open cards with")
    return cast(CardKeys, keys)


@dataclass
class Sealing:
    """Opens and seals the parts of one circle's cards in one transaction. Keeps keys and ciphers it has made."""

    session: Session
    circle_id: uuid.UUID
    keys: CardKeys = field(init=False, repr=False)
    _secrets: dict[uuid.UUID, bytes] = field(default_factory=dict, repr=False)
    _keys: dict[int, bytes] = field(default_factory=dict, repr=False)
    _ciphers: dict[tuple[uuid.UUID, int], RecordCipher] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.keys = keys_of(self.session)

    def fetch_secrets(self, ids: Iterable[uuid.UUID]) -> None:
        """All at once, before many parts are opened."""
        missing = set(ids) - self._secrets.keys()
        if missing:
            self._secrets.update(self.keys.shred_secrets(missing))

    def new_secrets(self, count: int) -> list[uuid.UUID]:
        """Ids of so many new shred secrets, durable before what they seal."""
        made = dict(self.keys.new_shred_secrets(count))
        self._secrets.update(made)
        return list(made)

    def open(self, part: Part, blob: Blob) -> bytes:
        """The plaintext. Tampered if it fails its check or its secret is gone; Locked without the circle's key."""
        epoch = header(blob.sealed).key_epoch
        cipher = self._cipher(blob.shred_id, epoch)
        return cipher.open(_TABLES[part], self._place(part, blob.row_id), blob.sealed).plaintext

    def opens(self, part: Part, blob: Blob) -> bool:
        """Does it pass its check? Then its shred secret is its own."""
        try:
            self.open(part, blob)
        except Tampered:
            return False
        return True

    def seal(self, part: Part, row_id: uuid.UUID, shred_id: uuid.UUID, version: int, plaintext: bytes) -> bytes:
        """The blob, under today's epoch; the trail is told of it. Raises Locked while the circle is due."""
        cipher = self._cipher(shred_id, self.epoch)
        sealed = cipher.seal(_TABLES[part], version, self._place(part, row_id), plaintext)
        self.tell(part, row_id, version, sealed)
        return sealed

    def tell(self, part: Part, row_id: uuid.UUID, version: int, sealed: bytes) -> None:
        """Version 0: this part is gone."""
        sealed_writes(self.session).append(SealedWrite(_TABLES[part], row_id, part, version, sealed))

    @property
    def epoch(self) -> int:
        """The epoch to seal under."""
        if self._epoch is None:
            self._epoch = self.keys.card_epoch(self.circle_id)
        return self._epoch

    _epoch: int | None = None

    def _cipher(self, shred_id: uuid.UUID, epoch: int) -> RecordCipher:
        cipher = self._ciphers.get((shred_id, epoch))
        if cipher is None:
            if epoch not in self._keys:
                self._keys[epoch] = self._key(epoch)
            self.fetch_secrets((shred_id,))
            secret = self._secrets.get(shred_id)
            if secret is None:
                raise Tampered("the shred secret of these cards is gone")
            cipher = self._ciphers[shred_id, epoch] = RecordCipher(self._keys[epoch], secret, epoch)
        return cipher

    def _key(self, epoch: int) -> bytes:
        try:
            return self.keys.card_key(self.circle_id, epoch)
        except Locked:
            if epoch == self.epoch:
                raise
            self.keys.card_key(self.circle_id, self.epoch)  # who has none is not of this circle
            raise Tampered("cards under a key that was never made") from None

    def _place(self, part: Part, row_id: uuid.UUID) -> Place:
        return Place(row_id, self.circle_id, part)
