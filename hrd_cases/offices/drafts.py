"""Changes that wait for a second signature, as a member sees them: what, signed by whom, and is it theirs to sign."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import Charter, charter_hash, decode
from hrd_cases.keys.issue import can_sign, draft_of, one_suffices, overtaken, signers
from hrd_cases.keys.models import CharterDraft


class WaitingDraft(NamedTuple):
    """A draft. `charter` is None if it failed its check; `mine`: this member's signature is wanted; `by_head`: the
    office's own head can put it in force alone; `theirs`: this member may sign it or throw it away.
    """

    draft: CharterDraft
    charter: Charter | None
    signed_by: frozenset[uuid.UUID] = frozenset()
    overtaken: bool = False
    mine: bool = False
    by_head: bool = False
    theirs: bool = False

    @property
    def read(self) -> str:
        """Names what its page shows: the form that signs it sends this back, so that nobody signs another unread."""
        return charter_hash(self.draft.body).hex()


def of_office(session: Session, by: Visitor, office_id: uuid.UUID) -> WaitingDraft | None:
    draft = draft_of(session, office_id)
    return look_at(session, by, draft) if draft is not None else None


def in_the_way(session: Session, by: Visitor, office_id: uuid.UUID) -> bool:
    """Does a change wait that can still come into force? What takes two signatures begins after it was signed or
    withdrawn; what a head of the office signs alone passes it, and then it was overtaken.
    """
    waiting = of_office(session, by, office_id)
    return waiting is not None and not waiting.overtaken


def everywhere(session: Session, by: Visitor) -> list[WaitingDraft]:
    """Every office's draft, oldest first."""
    drafts = session.scalars(select(CharterDraft).order_by(CharterDraft.proposed_at))
    return [look_at(session, by, draft) for draft in drafts]


def look_at(session: Session, by: Visitor, draft: CharterDraft) -> WaitingDraft:
    """Reads and checks a draft: signatures that are not theirs, or a chain that fails, leave nothing to rely on."""
    charters = by.charters if by.charters.pins.root else None
    try:
        charter = decode(draft.body)
        if charter.office_id != draft.office_id:
            return WaitingDraft(draft, None, theirs=True)
        if overtaken(charters, charter):
            return WaitingDraft(draft, charter, overtaken=True, theirs=True)
        signed_by = signers(session, charters, draft)
        theirs = can_sign(charters, charter, by.member_id)
        by_head = one_suffices(charters, charter)
    except (Tampered, Absent):
        return WaitingDraft(draft, None, theirs=True)
    mine = theirs and by.member_id not in signed_by
    return WaitingDraft(draft, charter, signed_by, mine=mine, by_head=by_head, theirs=theirs)
