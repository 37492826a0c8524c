"""Who a reminder is for, and what this room must be told from above to reach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from hrd_cases.errors import HrdError


@dataclass(frozen=True)
class Recipient:
    """A member, or whoever has `role` in an office at the time. Make one with `to_member` or `to_role`."""

    member_id: UUID | None = None
    office_id: UUID | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        if (self.member_id is None) != (self.role is not None) or (self.office_id is None) != (self.role is None):
            raise ValueError("a recipient is either a member or a role of an office")


def of_row(member_id: UUID | None, office_id: UUID | None, role: str | None) -> Recipient:
    """Whom a row is for, as it says itself; nobody for one that none of ours wrote."""
    try:
        return Recipient(member_id, office_id, role)
    except ValueError:
        return NOBODY


def to_member(member_id: UUID) -> Recipient:
    return Recipient(member_id=member_id)


NOBODY = to_member(UUID(int=0))


def to_role(office_id: UUID, role: str) -> Recipient:
    return Recipient(office_id=office_id, role=role)


@dataclass(frozen=True)
class Addressee:
    """A member and the address their mail goes to (sealed at rest, opened under the duty key by the book)."""

    member_id: UUID
    address: str


class AddressBook(Protocol):
    """Who is behind a recipient. `HrdError` (an address that fails its check) counts as nobody."""

    def addressees(self, session: Session, recipient: Recipient) -> Sequence[Addressee]:
        """The member, or every member who has the role now; nobody if they left."""

    def deputies(self, session: Session, recipient: Recipient) -> Sequence[Addressee]:
        """Who stands in when mail to the recipient fails for good, or nobody has the role."""

    def own_words(self, posted: str) -> str:
        """The mail that a posted line makes. ValueError if the line is not one of ours: whoever writes our tables must
        not write our mails."""

    def alarm(self, session: Session) -> None:
        """Something in our tables is none of ours, and was set aside: whoever watches is told."""


def asked(
    ask: Callable[[Session, Recipient], Sequence[Addressee]], session: Session, recipient: Recipient
) -> Sequence[Addressee]:
    """What the book says; nobody if it stumbles: one damaged address must not stop everybody's reminders."""
    if recipient == NOBODY:
        return ()
    try:
        return ask(session, recipient)
    except HrdError:
        return ()
