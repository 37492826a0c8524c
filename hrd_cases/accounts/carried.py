"""A form that was sent after its session had ended is carried along by the sign-in page: nobody knows whose it is until
somebody signs in there. It is kept for them, and comes next.
"""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.accounts.kept import LARGEST, keep_unproven
from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from hrd_cases.door.house import Sent
from hrd_cases.door.places import place_at
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.words import look_like_words

CARRIED = "carried"
"""The field of the sign-in page that carries it."""


class Carried(msgspec.Struct, frozen=True, array_like=True):
    """The address that a form goes to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]

    def __repr__(self) -> str:
        return "<Carried>"


def carry(sent: Sent, most: int) -> str:
    """The form as the sign-in page carries it along; "" if it holds six words, which count for one signature alone, or
    is too long to be sent once more with a passphrase, where a form may have `most` bytes.
    """
    if any(look_like_words(value) for _name, value in sent.fields):
        return ""
    text = msgspec.json.encode(Carried(sent.path, sent.fields)).decode()
    # Encoded as a form each byte may take three.
    return text if len(text.encode()) < min(most // 6, LARGEST) else ""


def keep_carried(session: Session, member: Member, seed: bytes, text: str) -> uuid.UUID | None:
    """Keep it for whoever signed in. None if nothing was carried, or what was is no form of ours."""
    try:
        carried = msgspec.json.decode(text.encode(), type=Carried)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None
    place = place_at(carried.path, "POST")
    if place is None or not place.keeps:
        return None
    ours = (guards.TOKEN_FIELD, guards.KEPT_FIELD)
    fields = [(name, value) for name, value in carried.fields if name not in ours]
    return keep_unproven(session, member.id, KeyPair(seed), Sent(carried.path, fields, None))
