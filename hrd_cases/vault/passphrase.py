"""What a member knows or keeps on paper, and what it locks.

Passphrase lock, all numbers big-endian:

    offset  bytes  what
    0       1      format = 1
    1       4      Argon2id memory in KiB
    5       4      Argon2id iterations
    9       1      Argon2id lanes
    10      16     salt, random
    26      32     check  = HKDF-SHA256(KEK, info "hrd-cases 1 lock: check")
    58      61     wrap(KEK, seed 32, first 26 bytes ‖ context)         (envelope.py)

    KEK = HKDF-SHA256(Argon2id(passphrase, salt, secret = pepper), info "hrd-cases 1 passphrase")

Recovery lock:

    0       1      format = 1
    1       32     check, as above
    33      61     wrap(KEK, seed 32, format byte ‖ context)

    KEK = HKDF-SHA256(code, salt = pepper, info "hrd-cases 1 recovery code")

The check commits the blob to one KEK: AES-GCM alone would let whoever writes the database plant one blob that opens
under many guesses. It also tells a wrong passphrase (WrongPassphrase) from a damaged or moved blob (Tampered).
"""

from __future__ import annotations

import unicodedata
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Final

from hrd_cases.errors import HrdError, Tampered
from hrd_cases.vault.envelope import derive, equal, random_bytes, unwrap, wrap
from hrd_cases.vault.primitives import KEY_BYTES, argon2id, hkdf
from hrd_cases.vault.slots import Slots

_FORMAT: Final = 1
_HEAD = Struct(">BIIB16s")
SALT_BYTES: Final = 16
_CHECK_BYTES: Final = 32
_WRAPPED_BYTES: Final = 32 + 29

MAX_MEMORY_KIB: Final = 1 << 19  # 512 MiB
MAX_ITERATIONS: Final = 64
MAX_LANES: Final = 16
MAX_WORK_KIB: Final = 1 << 21  # memory × iterations: about two seconds

# Longer is refused before NFC, which takes quadratic time on piles of accents: minutes for one form, before sign-in.
MAX_PASSPHRASE_CHARACTERS: Final = 1024
_MAX_TYPED_CODE: Final = 200

CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U
CODE_CHARACTERS: Final = 28  # of 5 bits: 140
_READ_AS = str.maketrans("OIL", "011")


class WrongPassphrase(HrdError):
    """The passphrase or recovery code does not open this lock."""


@dataclass(frozen=True, slots=True)
class Argon:
    """What one stretching costs. ValueError outside the bounds: a lock must never ask for a machine's whole memory."""

    memory_kib: int = 65536
    iterations: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        within = (
            1 <= self.lanes <= MAX_LANES
            and 8 * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB
            and 1 <= self.iterations <= MAX_ITERATIONS
            and self.memory_kib * self.iterations <= MAX_WORK_KIB
        )
        if not within:
            raise ValueError("this Argon2id cost is out of bounds")


_queue = Slots()
_strangers = Slots()


def slots(directory: Path, count: int | None = None, *, strangers: int = 1) -> None:
    """Called once at start: from then on at most `count` (the processors) stretchings at once on this machine, and at
    most so many turns of `strangers`.

    Without it, as in one-shot commands, nothing is limited.
    """
    _queue.open_in(directory, count)
    _strangers.open_in(directory / "strangers", strangers)


def turn_of_a_stranger() -> AbstractContextManager[bool]:
    """Around the slow work for somebody nobody knows: False if enough strangers have their turn already."""
    return _strangers.one_if_free()


def _written(passphrase: str) -> bytes:
    """The passphrase as bytes: any space is a space, NFC, nothing trimmed or folded (RFC 8265, OpaqueString)."""
    if len(passphrase) > MAX_PASSPHRASE_CHARACTERS:
        raise WrongPassphrase
    spaced = "".join(" " if unicodedata.category(mark) == "Zs" else mark for mark in passphrase)
    return unicodedata.normalize("NFC", spaced).encode("utf-8", "surrogatepass")


def stretch(passphrase: str, salt: bytes, pepper: bytes, cost: Argon) -> bytes:
    """The 32-byte key-encrypting key; waits for a free slot. `salt` is 16 bytes, `pepper` a server secret.

    WrongPassphrase if it is longer than MAX_PASSPHRASE_CHARACTERS: the forms refuse that before.
    """
    written = _written(passphrase)
    with _queue.one():
        stretched = argon2id(
            written,
            salt,
            memory_kib=cost.memory_kib,
            iterations=cost.iterations,
            lanes=cost.lanes,
            secret=pepper,
        )
    return derive(stretched, "passphrase")


def _locked(kek: bytes, seed: bytes, context: bytes) -> bytes:
    if len(seed) != KEY_BYTES:
        raise ValueError("a seed is 32 bytes")
    return derive(kek, "lock: check") + wrap(kek, seed, context)


def _unlocked(kek: bytes, lock: bytes, context: bytes) -> bytes:
    if not equal(derive(kek, "lock: check"), lock[:_CHECK_BYTES]):
        raise WrongPassphrase
    return unwrap(kek, lock[_CHECK_BYTES:], context)


def lock_with_passphrase(seed: bytes, passphrase: str, pepper: bytes, cost: Argon, context: bytes) -> bytes:
    """The seed under the passphrase, tied to `context` (whose it is); the blob says its own cost."""
    salt = random_bytes(SALT_BYTES)
    head = _HEAD.pack(_FORMAT, cost.memory_kib, cost.iterations, cost.lanes, salt)
    return head + _locked(stretch(passphrase, salt, pepper, cost), seed, head + context)


def open_with_passphrase(blob: bytes, passphrase: str, pepper: bytes, context: bytes) -> bytes:
    """The seed. WrongPassphrase; Tampered if the blob is damaged, asks for an absurd cost, or is another's."""
    salt, cost = _read_head(blob)
    kek = stretch(passphrase, salt, pepper, cost)
    return _unlocked(kek, blob[_HEAD.size :], blob[: _HEAD.size] + context)


def _read_head(blob: bytes) -> tuple[bytes, Argon]:
    """Salt and cost of a passphrase lock, the cost within bounds; Tampered."""
    if len(blob) != _HEAD.size + _CHECK_BYTES + _WRAPPED_BYTES or blob[0] != _FORMAT:
        raise Tampered("a passphrase lock is malformed")
    _, memory_kib, iterations, lanes, salt = _HEAD.unpack_from(blob)
    try:
        return salt, Argon(memory_kib, iterations, lanes)
    except ValueError:
        raise Tampered("a passphrase lock asks for an absurd cost") from None


def spend_like(blob_or_none: bytes | None, passphrase: str, pepper: bytes, cost: Argon | None = None) -> None:
    """Spend the time of `open_with_passphrase`, for a name nobody has: `cost` is what real locks cost here.

    With a blob, its own cost is spent. Never raises.
    """
    cost = cost or Argon()
    if blob_or_none is not None:
        with suppress(Tampered):
            _, cost = _read_head(blob_or_none)
    with suppress(WrongPassphrase):
        stretch(passphrase, bytes(SALT_BYTES), pepper, cost)


def new_recovery_code() -> str:
    """140 random bits as seven groups of four, for paper."""
    code = "".join(CODE_ALPHABET[byte & 31] for byte in random_bytes(CODE_CHARACTERS))
    return "-".join(code[at : at + 4] for at in range(0, CODE_CHARACTERS, 4))


def normalise_recovery_code(text: str) -> str:
    """The code's 28 characters without groups, however typed: case, spaces, dashes, O for 0, I or L for 1.

    What is not a code at all comes back as whatever letters and digits it holds, and opens nothing.
    """
    if len(text) > _MAX_TYPED_CODE:
        return ""
    letters = (mark for mark in unicodedata.normalize("NFKC", text).upper() if mark.isalnum())
    plain = (str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in letters)
    return "".join(plain).translate(_READ_AS)


def _code_key(code: str, pepper: bytes) -> bytes:
    return hkdf(code.encode(), pepper, b"hrd-cases 1 recovery code", KEY_BYTES)


def lock_with_recovery_code(seed: bytes, code: str, pepper: bytes, context: bytes) -> bytes:
    """The seed under a printed code, tied to `context`. ValueError unless the code is one of ours: no weaker secret."""
    plain = normalise_recovery_code(code)
    if len(plain) != CODE_CHARACTERS or not set(plain) <= set(CODE_ALPHABET):
        raise ValueError("a recovery code is one that new_recovery_code made")
    return bytes([_FORMAT]) + _locked(_code_key(plain, pepper), seed, bytes([_FORMAT]) + context)


def open_with_recovery_code(blob: bytes, code: str, pepper: bytes, context: bytes) -> bytes:
    """The seed. WrongPassphrase; Tampered if the blob is damaged or another's."""
    if len(blob) != 1 + _CHECK_BYTES + _WRAPPED_BYTES or blob[0] != _FORMAT:
        raise Tampered("a recovery lock is malformed")
    return _unlocked(_code_key(normalise_recovery_code(code), pepper), blob[1:], blob[:1] + context)
