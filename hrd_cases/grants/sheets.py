"""The decision sheet: what an approver at headquarters decides by where nobody in the office may.

It is a letter to headquarters' finance circle, and stays one: whoever may open it reads it where it lies, as it was
signed and sent. Inside it is sealed under the secret of the grant's folder too, and goes with that. It names nobody
without consent, and the payee by nothing but what stands for them in the steps.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.letters import read_as_sent
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Destroyed, Locked, Refused, Tampered, Unproven
from hrd_cases.grants import life
from hrd_cases.grants.details import Answered, Line
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.opened import Opened
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Letter
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CASEWORKERS, CircleName, Role
from hrd_cases.vault.envelope import unwrap, wrap_text

ACT = "grant_sheet"
_SEALED_AS = "decision sheet"
_NONE = (
    N_("There is no decision sheet of what is asked for now."),
    N_("An officer of the office sends one."),
)
_OLD = (
    N_("What is asked for was changed since the decision sheet was sent."),
    N_("An officer of the office sends another."),
)
_OVERTAKEN = (
    N_("Since the decision sheet was sent, the office was granted other money that may be for the same person."),
    N_("An officer of the office sends the sheet again, as things are now."),
)


class Sheet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is decided by. `asked`: the number of the step that asked for it as it stands; `payee`: what stands for the
    payee in it. `before`: how many grants there were to the same before, and what they came to in cents of euro;
    `earlier`: from which fund and for what each was, so that no second one is approved for the same. `assessed`: the
    three tests as a colleague answered them; `name`: with consent alone.
    """

    asked: int
    payee: bytes
    currency: str
    amount: Decimal
    purpose: str
    channel: str
    lines: tuple[Line, ...]
    beneficiary: str
    danger: str
    risk: str
    reasons: str
    agreed: bool = False
    assessed: tuple[Answered, ...] = ()
    before: tuple[int, int] = (0, 0)
    name: str = ""
    earlier: tuple[tuple[str, str], ...] = ()
    spent_on: date | None = None
    """A part was spent on this day already, before it was asked for, and the request says why that could not wait."""
    others: tuple[tuple[uuid.UUID, int], ...] = ()
    """Every other request to the same, decided or not, each with how many steps it had."""

    def __repr__(self) -> str:
        return f"<Sheet of step {self.asked}>"


class Read(NamedTuple):
    """A decision sheet as it was sent, by whom and when."""

    sheet: Sheet
    sender_id: uuid.UUID
    sent_at: datetime


def sealed(ring: Ring, grant: Grant, sheet: Sheet) -> bytes:
    """The content of its letter."""
    return wrap_text(ring.lasting_as(grant.folder_id, _SEALED_AS), msgspec.msgpack.encode(sheet), grant.id.bytes)


def unsealed(ring: Ring, grant: Grant, content: bytes) -> Sheet:
    """Raises Destroyed where the grant's folder is gone, Tampered for what is none of ours."""
    try:
        inside = unwrap(ring.lasting_as(grant.folder_id, _SEALED_AS), content, grant.id.bytes)
        return msgspec.msgpack.decode(inside, type=Sheet)
    except UNREADABLE as error:
        raise Tampered("not a decision sheet") from error


def approves_at(by: Visitor) -> uuid.UUID | None:
    """Headquarters, for one of its approvers."""
    office_id = by.charters.headquarters_id if by.seats else None
    return office_id if office_id is not None and Role.HEADQUARTERS_APPROVER in by.roles_in(office_id) else None


def sent_sheets(session: Session, by: Visitor, grant_id: uuid.UUID | None = None) -> list[Letter]:
    """Letters with decision sheets that headquarters got, the newest first; of one grant, or all."""
    entry = by.charters.headquarters().circle(CircleName.FINANCE)
    if entry is None:
        return []
    query = select(Letter).where(Letter.act == ACT, Letter.circle_id == entry.circle_id, Letter.refused_at.is_(None))
    if grant_id is not None:
        query = query.where(Letter.subject_id == grant_id)
    return list(session.scalars(query.order_by(Letter.arrived_at.desc(), Letter.id)))


def newest_sheet(session: Session, by: Visitor, grant: Grant, now: datetime) -> Read | None:
    """The decision sheet of a grant that was sent last, for an approver at headquarters; None for anybody else."""
    return next(_readable(session, by, grant, now), None) if approves_at(by) is not None else None


def _readable(session: Session, by: Visitor, grant: Grant, now: datetime) -> Iterator[Read]:
    """One that somebody planted, or whose key is not here, keeps nobody from another."""
    for letter in sent_sheets(session, by, grant.id):
        with suppress(Tampered, Locked, Unproven, Destroyed):
            read = read_as_sent(session, by.ring, letter, now)
            check_sender(read, grant)
            yield Read(unsealed(by.ring, grant, read.content), read.sender_id, read.sent_at)


def why_old(opened: Opened, read: Read | None) -> Refused | None:
    """Why a sheet says nothing of what is asked for now; None if it does."""
    asked = opened.last(*life.ASKING)
    if read is None or asked is None:
        return Refused.of(_NONE)
    if (read.sheet.asked, read.sheet.payee) != (asked.number, asked.payee):
        return Refused.of(_OLD)
    return None


def why_not(session: Session, opened: Opened, read: Read | None) -> Refused | None:
    """Why nothing is granted by a sheet: it is not of what was asked for last, or others were granted money since.
    None if it can be.
    """
    old = why_old(opened, read)
    if old is not None or read is None:
        return old
    waits = opened.state in life.ASKED_FOR
    office_id, grant_id, others = opened.grant.office_id, opened.grant.id, dict(read.sheet.others)
    overtaken = waits and granted_since(session, office_id, grant_id, read.sent_at, others)
    return Refused.of(_OVERTAKEN) if overtaken else None


def granted_since(
    session: Session,
    office_id: uuid.UUID,
    grant_id: uuid.UUID,
    sent_at: datetime,
    others: Mapping[uuid.UUID, int],
) -> bool:
    """Was money granted of which a sheet that was sent could not tell? To the same (`others`, each with how many of its
    steps were read), or by a request that came later: headquarters has no file that says whom that is for.
    """
    known = (Grant.office_id == office_id, Grant.id != grant_id)
    query = select(GrantStep.grant_id, GrantStep.act, GrantStep.number, GrantStep.at)
    query = query.join(Grant, Grant.id == GrantStep.grant_id)
    steps = session.execute(query.where(*known, GrantStep.act.in_(life.OWN_SUM))).all()
    granted = [one for one in steps if one.act in life.APPROVING]
    came_later = {one.grant_id for one in steps if one.act in life.ASKING and one.at > sent_at} - set(others)
    return any(
        one.number > others[one.grant_id] if one.grant_id in others else one.grant_id in came_later and one.at > sent_at
        for one in granted
    )


class Sending(NamedTuple):
    """How the sending of a sheet stands for the office: when one of what is asked for now was sent last, None where
    none was; `overtaken`: money was granted since of which it does not tell.
    """

    sent_at: datetime | None
    overtaken: bool = False

    @property
    def due(self) -> bool:
        return self.sent_at is None or self.overtaken


def sending(session: Session, by: Visitor, grant: Grant, others: Collection[uuid.UUID]) -> Sending:
    """`others`: requests to the same, as the file names them."""
    steps = steps_of(session, grant.id)
    asked_at = next((one.at for one in reversed(steps) if one.act in life.ASKING), None)
    sent = next(iter(sent_sheets(session, by, grant.id)), None)
    if sent is None or asked_at is None or sent.arrived_at < asked_at:
        return Sending(None)
    at = sent.arrived_at
    if state_of(steps) not in life.ASKED_FOR:
        return Sending(at)
    told = {one: sum(step.at <= at for step in steps_of(session, one)) for one in others}
    return Sending(at, granted_since(session, grant.office_id, grant.id, at, told))


def unsigned_now(session: Session, sheet: Sheet) -> bool:
    """Does one of the other requests to the same lack its second signature now? Their steps lie in clear."""
    told = (steps_of(session, one) for one, _ in sheet.others)
    return any(life.unsigned([Act(one.act) for one in steps], state_of(steps)) for steps in told)


def check_sender(read: letters.Read, grant: Grant) -> None:
    """Raises Tampered for a sheet that no caseworker of the grant's office sent."""
    if read.office_id != grant.office_id or not read.roles & CASEWORKERS:
        raise Tampered("a decision sheet from somebody who works on no case of the office")


def fold(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """It stays where it lies. One that is none of ours is refused."""
    grant = session.get(Grant, letter.subject_id)
    if grant is None:
        raise Tampered("a decision sheet of no grant")
    check_sender(read, grant)
    with suppress(Destroyed):
        unsealed(visitor.ring, grant, read.content)
