"""Sealed rows, wrapped keys, and the one way to derive, digest and compare.

Record (one blob per row and sleeve), all numbers big-endian:

    offset  bytes  what
    0       1      format = 1
    1       4      key epoch of the sleeve
    5       4      blob version, counts the writings of this blob
    9       1      n, length of the type name (1..255)
    10      n      type name, ASCII                                -- to here: the header, readable without keys
    10+n    12     nonce, random
    22+n    …      AES-256-GCM ciphertext of the padded plaintext (padding.py), then the 16-byte tag

    key             = HKDF-SHA256(sleeve key 32 ‖ shred secret 32, info "hrd-cases 1 record")
    associated data = header ‖ row id 16 ‖ folder id 16 ‖ length of sleeve 2 ‖ sleeve ‖ length of bound 4 ‖ bound

Wrap (a key, or what somebody wrote, under a key):

    0       1      format: 1 is a thing whose length everybody knows, as it is; 2 is padded (padding.py)
    1       12     nonce, random
    13      …      AES-256-GCM ciphertext, then the 16-byte tag

    key             = HKDF-SHA256(key, info "hrd-cases 1 wrap")
    associated data = format byte ‖ context

A random 96-bit nonce is safe for 2^32 seals under one key; a sleeve never comes near.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from hrd_cases.errors import Tampered
from hrd_cases.vault.padding import pad, unpad
from hrd_cases.vault.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, gcm, gcm_open, gcm_seal, hkdf

FORMAT: Final = 1
_DOMAIN: Final = "hrd-cases 1 "
_FORMAT_BYTE: Final = bytes([FORMAT])
_PADDED: Final = bytes([2])
"""The format of a padded wrap."""
_HEAD = Struct(">BIIB")
_WRAP_OVERHEAD: Final = 1 + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """What a record's blob is tied to: its row, its folder, its sleeve, and the row's `bound()` columns as bytes."""

    row_id: UUID
    folder_id: UUID
    sleeve: str
    bound: bytes = field(default=b"", repr=False)

    def associated(self) -> bytes:
        """One byte string per place: fixed sizes or a length before each part, so that no two places share one."""
        sleeve = self.sleeve.encode()
        return b"".join(
            (
                self.row_id.bytes,
                self.folder_id.bytes,
                len(sleeve).to_bytes(2),
                sleeve,
                len(self.bound).to_bytes(4),
                self.bound,
            )
        )


class Header(NamedTuple):
    """What a record's blob says of itself without any key. Trust it only after `RecordCipher.open`."""

    format: int
    type_name: str
    blob_version: int
    key_epoch: int


class Opened(NamedTuple):
    """A record's plaintext, and which writing of it this was."""

    plaintext: bytes
    blob_version: int

    def __repr__(self) -> str:
        return f"<Opened version {self.blob_version}>"


class RecordCipher:
    """Seals and opens the records of one sleeve in one key epoch. Keep it: it holds the derived key."""

    __slots__ = ("_cipher", "key_epoch")

    def __init__(self, sleeve_key: bytes, shred_secret: bytes, key_epoch: int) -> None:
        """Tampered unless both secrets are 32 bytes: their sizes are what keeps the joined secret unambiguous."""
        if len(sleeve_key) != KEY_BYTES or len(shred_secret) != KEY_BYTES:
            raise Tampered("a sleeve key and a shred secret are 32 bytes each")
        self._cipher = gcm(derive(sleeve_key + shred_secret, "record"))
        self.key_epoch = key_epoch

    def __repr__(self) -> str:
        return f"<RecordCipher epoch {self.key_epoch}>"

    def seal(self, type_name: str, blob_version: int, place: Place, plaintext: bytes) -> bytes:
        """The blob. ValueError if a number does not fit 32 bits or the type name is not 1..255 ASCII characters."""
        head = _packed_header(type_name, blob_version, self.key_epoch)
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + gcm_seal(self._cipher, nonce, pad(plaintext), head + place.associated())

    def open(self, type_name: str, place: Place, blob: bytes) -> Opened:
        """Tampered unless this very blob was sealed under this key, for this type and this place."""
        end = _header_end(blob)
        _, key_epoch, blob_version, _ = _HEAD.unpack_from(blob)
        if blob[_HEAD.size : end] != type_name.encode("ascii") or key_epoch != self.key_epoch:
            raise Tampered("a record was sealed as something else")
        text = end + NONCE_BYTES
        sealed = memoryview(blob)[text:]  # not copied: an index of names is megabytes
        padded = gcm_open(self._cipher, blob[end:text], sealed, blob[:end] + place.associated())
        return Opened(unpad(padded), blob_version)


def _packed_header(type_name: str, blob_version: int, key_epoch: int) -> bytes:
    name = type_name.encode("ascii")
    if not 0 < len(name) < 256 or not 0 <= blob_version < 1 << 32 or not 0 <= key_epoch < 1 << 32:
        raise ValueError("a record header holds a name of 1..255 characters and 32-bit numbers")
    return _HEAD.pack(FORMAT, key_epoch, blob_version, len(name)) + name


def _header_end(blob: bytes) -> int:
    """Where the header ends; Tampered if it is not one of ours, or no ciphertext can follow it."""
    if len(blob) > _HEAD.size and blob[0] == FORMAT and blob[_HEAD.size - 1]:
        end = _HEAD.size + blob[_HEAD.size - 1]
        if len(blob) >= end + NONCE_BYTES + TAG_BYTES:
            return end
    raise Tampered("a record has no header of ours")


def header(blob: bytes) -> Header:
    """Read a record's header without keys, to find the key that opens it; Tampered if malformed."""
    name = blob[_HEAD.size : _header_end(blob)]
    if not name.isascii():
        raise Tampered("a record has no header of ours")
    format_byte, key_epoch, blob_version, _ = _HEAD.unpack_from(blob)
    return Header(format_byte, name.decode("ascii"), blob_version, key_epoch)


def wrap(key: bytes, secret: bytes, context: bytes) -> bytes:
    """Seal a key or a code under a key of at least 32 bytes, tied to `context`; 29 bytes longer than the thing: what
    may be short or long goes by `wrap_text`. Tampered if the key is shorter.
    """
    return _wrapped(_FORMAT_BYTE, key, secret, context)


def wrap_text(key: bytes, content: bytes, context: bytes) -> bytes:
    """Seal what somebody wrote, or what grows with it: its length is not to be counted. `unwrap` opens it."""
    return _wrapped(_PADDED, key, pad(content), context)


def _wrapped(how: bytes, key: bytes, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    cipher = gcm(derive(_strong(key), "wrap"))
    return how + nonce + gcm_seal(cipher, nonce, plaintext, how + context)


def unwrap(key: bytes, blob: bytes, context: bytes) -> bytes:
    """What `wrap` or `wrap_text` sealed under this key for this context, or Tampered."""
    cipher = gcm(derive(_strong(key), "wrap"))
    how = blob[:1]
    if len(blob) < _WRAP_OVERHEAD or how not in (_FORMAT_BYTE, _PADDED):
        raise Tampered("a wrapped key is malformed")
    opened = gcm_open(cipher, blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], how + context)
    return unpad(opened) if how == _PADDED else opened


def _strong(key: bytes) -> bytes:
    # An empty or stubby key would work silently; keys come out of stores that others may write.
    if len(key) < KEY_BYTES:
        raise Tampered("a key has at least 32 bytes")
    return key


def derive(secret: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256, no salt, info "hrd-cases 1 <label>": one key for each use.

    The secret: random, 32 bytes or more (Tampered if shorter).
    """
    return hkdf(_strong(secret), None, (_DOMAIN + label).encode(), length)


def _joined(label: str, parts: tuple[bytes, ...]) -> bytes:
    """Label and parts, each after its length in 8 bytes: no two lists of parts share one string."""
    pieces: list[bytes] = []
    for part in ((_DOMAIN + label).encode(), *parts):
        pieces += (len(part).to_bytes(8), part)
    return b"".join(pieces)


def digest(label: str, *parts: bytes) -> bytes:
    """SHA-256, 32 bytes, over the labelled parts."""
    return hashlib.sha256(_joined(label, parts)).digest()


def mac(key: bytes, label: str, *parts: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes, over the labelled parts, under a key of at least 32 bytes (Tampered if shorter)."""
    return hmac.digest(_strong(key), _joined(label, parts), "sha256")


def equal(one: bytes, other: bytes) -> bool:
    """Whether two byte strings are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def random_bytes(count: int) -> bytes:
    """From the operating system, never from a pool of ours: a forked pool would repeat itself."""
    return os.urandom(count)
