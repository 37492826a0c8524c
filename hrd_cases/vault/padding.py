"""Lengths tell stories: a plaintext is padded before it is sealed.

Format: 4 bytes length L (big-endian) ‖ L bytes plaintext ‖ zeros up to the Padmé size of 4 + L, at least 128 bytes.
Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019) costs
at most 12 % and leaks O(log log) bits of the length; the floor makes all short entries look alike.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from hrd_cases.errors import Tampered

FLOOR: Final = 128
_LENGTH = Struct(">I")


def padded_size(length: int) -> int:
    """The size in bytes that `length` bytes (> 1) are padded to."""
    if length <= FLOOR:
        return FLOOR
    exponent = length.bit_length() - 1
    loose = (1 << (exponent - exponent.bit_length())) - 1
    return (length + loose) & ~loose


def pad(plaintext: bytes) -> bytes:
    """Length, plaintext, zeros."""
    length = len(plaintext)
    return (_LENGTH.pack(length) + plaintext).ljust(padded_size(length + 4), b"\0")


def unpad(padded: bytes) -> bytes:
    """The plaintext; Tampered if the length does not fit. Only ever given what an AEAD has vouched for."""
    if len(padded) < FLOOR:
        raise Tampered("a padded text is too short")
    end = int.from_bytes(padded[:4]) + 4
    if end > len(padded):
        raise Tampered("a padded text names a wrong length")
    return padded[4:end]
