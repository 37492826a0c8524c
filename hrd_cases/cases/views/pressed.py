"""One form is one entry: pressed twice, it leads to what the first press wrote."""

from __future__ import annotations

import uuid

from flask import request
from sqlalchemy.orm import Session

from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.writing import lock_case
from hrd_cases.door.keeping import typed_fields
from hrd_cases.door.visitor import Visitor
from hrd_cases.vault.envelope import derive, mac

_LABEL = "entry begun"


def entry_id_of(by: Visitor) -> uuid.UUID:
    """The id of what this form writes: of the id that it was shown with, and of everything typed. Sent twice, it is one
    entry; with other words, after going back, it is another. Under a secret of the member's: nobody else knows it.
    """
    if not request.form.get("made_from"):
        return uuid.uuid4()
    typed = (part.encode("utf-8", "replace") for field in typed_fields() for part in field)
    key = derive(by.ring.own_secret, _LABEL)
    return uuid.UUID(bytes=mac(key, _LABEL, request.path.encode(), *typed)[:16])


def written_before(session: Session, case: Case, entry_id: uuid.UUID) -> Entry | None:
    """What the first press wrote. Two in the same moment follow one another."""
    lock_case(session, case)
    entry = session.get(Entry, entry_id)
    return entry if entry is not None and entry.case_id == case.id else None


def pressed_before(session: Session, case: Case, entry_id: uuid.UUID) -> bool:
    """Is this the second press of a form? Asked before what was typed is read: it was right when it was written."""
    return request.method == "POST" and written_before(session, case, entry_id) is not None
