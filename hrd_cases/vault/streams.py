"""What is too long for a blob: sealed and opened in chunks, as it comes and goes.

Cobblestone-256 (C2SP chunked-encryption; AES-256-GCM under keys derived with a key commitment), one message a key:

    header 56 ‖ chunks of 16,384 bytes, each with a 16-byte tag ‖ the last, shorter chunk (maybe empty) with its tag

Every chunk is tied to the key, the context, its place in the order, and whether it is the last. What `Opener.update`
gives back has been checked: chunks that were altered, exchanged or put in another order give nothing. A message cut
between two chunks is only found by `finish`: whoever serves one compares its length first (`sealed_size`).
"""

from __future__ import annotations

from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from hrd_cases.errors import Tampered
from hrd_cases.vault.padding import padded_size
from hrd_cases.vault.primitives import TAG_BYTES

CHUNK: Final = 16_384
HEADER_BYTES: Final = 56
Bytes = bytes | bytearray | memoryview


def stream_size(length: int) -> int:
    """How many bytes a stream of this length is padded to: as a record, and at least a chunk. At most 12 % more."""
    return max(CHUNK, padded_size(length))


def sealed_size(length: int) -> int:
    """How many bytes the sealed form of a stream of this length has."""
    padded = stream_size(length)
    return HEADER_BYTES + padded + (padded // CHUNK + 1) * TAG_BYTES


class Sealer:
    """Seals one stream under a key of its own, tied to a context. What is given goes out sealed, in order."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._cipher = Cobblestone256Encryptor(key, context)
        self._into = bytearray()
        self.length = 0

    def __repr__(self) -> str:
        return "<Sealer>"

    def update(self, clear: Bytes) -> memoryview:
        """What can be sealed by now; good until the next call."""
        self.length += len(clear)
        return self._sealed(clear)

    def _sealed(self, clear: Bytes) -> memoryview:
        room = len(clear) + (len(clear) // CHUNK + 2) * TAG_BYTES + CHUNK + HEADER_BYTES
        if len(self._into) < room:
            self._into = bytearray(room)
        return memoryview(self._into)[: self._cipher.update_into(clear, self._into)]

    def finish(self) -> tuple[bytes, ...]:
        """The rest, with zeros up to the size that lengths of this order share: a file's size tells little."""
        missing, rest = stream_size(self.length) - self.length, []
        while missing:
            zeros = bytes(min(missing, _AT_ONCE))
            rest.append(bytes(self._sealed(zeros)))
            missing -= len(zeros)
        return (*rest, self._cipher.finalize())


_AT_ONCE: Final = 64 * CHUNK


class Opener:
    """Opens one sealed stream. Everything that comes out was checked; raises Tampered."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._cipher = Cobblestone256Decryptor(key, context)

    def __repr__(self) -> str:
        return "<Opener>"

    def update(self, sealed: Bytes) -> bytes:
        try:
            return self._cipher.update(sealed)
        except InvalidTag:
            raise Tampered("a chunk of a sealed stream failed its check") from None

    def finish(self) -> bytes:
        """The rest: the stream ended where it was ended."""
        try:
            return self._cipher.finalize()
        except InvalidTag:
            raise Tampered("a sealed stream was cut off") from None
