"""Shred secrets that may ever be destroyed are known by their names alone.

A secret is destroyed for good, and what is to be destroyed is read in the database: in rows and in a trail that whoever
writes the database writes too. The names of secrets stand in the second store, where they do not write: what was made
as the secret of a file, a trial or an office cannot be called anything else.
"""

from __future__ import annotations

import uuid
from enum import Enum

from hrd_cases.vault.envelope import random_bytes

_VERSION = 8
"""Of ids that somebody gives a form of their own (RFC 9562, 5.8). All others of ours are random: version 4."""


class Passing(Enum):
    """What may be destroyed, and what its names say: twelve bits of each. In stored names: never changed."""

    DRAFT = 0xD4F
    SHARE = 0x54A
    CARDS = 0xCA4


def passing_name(what: Passing) -> uuid.UUID:
    """A new name for the secret of one of these."""
    return telling_name(what.value)


def telling_name(mark: int) -> uuid.UUID:
    """A new name that says in twelve bits what it is of: no row that says something else changes it."""
    name = bytearray(random_bytes(16))
    name[6], name[7] = _VERSION << 4 | mark >> 8, mark & 0xFF
    name[8] = 0x80 | name[8] & 0x3F
    return uuid.UUID(bytes=bytes(name))


def passes(name: uuid.UUID, *whats: Passing) -> bool:
    """Is this the name of one of these, or of any that may be destroyed if none is given?"""
    return any(tells(name, what.value) for what in whats or Passing)


def tells(name: uuid.UUID, mark: int) -> bool:
    """Was this name made by `telling_name` with this mark?"""
    return int.from_bytes(name.bytes[6:8]) == _VERSION << 12 | mark
