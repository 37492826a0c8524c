"""A request for emergency money from a case file: drafted and saved line by line, until it is submitted."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import MoneyAsked
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.cases.noes import Lost, lose
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.cases.writing import locked_file
from hrd_cases.cases.writing import write as write_case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.grants import life
from hrd_cases.grants.acts import held
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Line, Payment, Story, total
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.money import places
from hrd_cases.grants.needs import Need
from hrd_cases.grants.opened import Opened, actor_of
from hrd_cases.grants.weighing import PAYMENT, Given, Weighing
from hrd_cases.keys.models import FolderKind
from hrd_cases.vault.envelope import random_bytes

MOST_LINES = 40
"""More than any request that somebody can decide on within hours."""
SALT = 32
NOTHING = Decimal(0)

_OVER = (N_("This file is not looked after any more."), N_("Reopen it first."))
_ON_ITS_WAY = (
    N_("This request is on its way: what stands in it was signed."),
    N_("Change the payee or the sum, or answer what was asked."),
)
_TOO_MANY = (N_("A request has %(most)s lines at most."), N_("Put lines of one kind together."))
_NO_QUANTITY = (N_("A quantity must be more than nothing."), N_("Write how many, like 1 or 2.5."))


class Worded(NamedTuple):
    """One line of a request as an officer writes it."""

    category: str
    description: str
    quantity: Decimal
    unit_price: Decimal


def with_lines(story: Story, payment: Payment, lines: Sequence[Worded]) -> tuple[Story, Payment]:
    """A request with these lines and their total: the words in one sleeve, the figures in the other, in one order.
    Refused for a line that is on no list, or no sum.
    """
    if len(lines) > MOST_LINES:
        raise Refused.of(_TOO_MANY, most=MOST_LINES)
    for line in lines:
        CODES["grant_purpose"].check(line.category, line.description)
        if not line.quantity.is_finite() or line.quantity <= 0:
            raise Refused.of(_NO_QUANTITY)
    figures = tuple(Line(category=one.category, quantity=one.quantity, unit_price=one.unit_price) for one in lines)
    amount = total(figures, payment.currency)
    words = tuple(one.description.strip() for one in lines)
    return (
        msgspec.structs.replace(story, lines=words),
        msgspec.structs.replace(payment, lines=figures, amount=amount),
    )


def begin(
    session: Session, by: Visitor, case: Case, currency: str, now: datetime, *, grant_id: uuid.UUID | None = None
) -> Grant:
    """A folder of its own, an empty draft in it, and in the file that money was asked for. `grant_id`: the id that it
    is to have, if whoever begins it knows one. Refused for a file that is over, and for what is no currency.
    """
    places(currency)
    file = locked_file(session, case)
    if case.state not in UNDERWAY:
        raise Refused.of(_OVER)
    folder = by.ring.open_folder(case.office_id, FolderKind.GRANT, now)
    record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    grant = Grant(
        id=grant_id or uuid.uuid4(),
        folder_id=folder.id,
        office_id=case.office_id,
        opened_at=now,
        story=Story(case_id=case.id, author_id=by.member_id, beneficiary="defender", beneficiary_id=_defender(file)),
        story_salt=random_bytes(SALT),
        payment=no_payment(currency),
        payment_salt=random_bytes(SALT),
    )
    session.add(grant)
    session.flush()
    record(session, Event.GRANT_BEGUN, grant=grant.id, office=case.office_id)
    write_case(session, by, case, MoneyAsked(grant_id=grant.id), now)
    session.flush()
    touched(session, by, case)
    return grant


def no_payment(currency: str) -> Payment:
    """What finance reads of a request in which nothing is said yet."""
    return Payment(purpose="", currency=currency, amount=NOTHING, lines=(), payee="", channel="")


def _defender(file: File) -> uuid.UUID | None:
    return file.defender.id if file.defender is not None else None


def save(
    session: Session, by: Visitor, grant: Grant, made_from: int, story: Story, payment: Payment, now: datetime
) -> bool:
    """What the draft says from now on; what was said and signed with steps stays. `made_from`: the version of the grant
    that was read. Whether anything was written: nothing is where it stays as it was.

    Refused for what is on its way, and for a colleague's draft. Raises Changed if somebody wrote in it first.
    """
    opened = held(session, by, grant)
    check_may_write(session, by, opened, now)
    if grant.version != made_from:
        raise Changed("somebody wrote in this request first")
    before, paid = grant.story, grant.payment
    kept = {"case_id": before.case_id, "author_id": before.author_id, "told": before.told}
    story = msgspec.structs.replace(story, **kept)
    if paid is not None:
        payment = payment.with_what_was_kept(paid)
    payment = msgspec.structs.replace(payment, amount=total(payment.lines, payment.currency))
    if (story, payment) == (before, paid):
        return False
    grant.story, grant.payment = story, payment
    record(session, Event.GRANT_DRAFTED, grant=grant.id)
    session.flush()
    return True


def check_may_write(session: Session, by: Visitor, opened: Opened, now: datetime) -> None:
    """Refused for what is on its way, and for whoever could not submit it: what is not written yet counts as given."""
    if opened.state not in life.WRITTEN_IN:
        raise Refused.of(_ON_ITS_WAY)
    weighing = Weighing(session, by, opened, Act.SUBMIT, Given(untyped=True), now)
    actor, row = actor_of(by, opened.grant.office_id), life.row(opened.state, Act.SUBMIT)
    if row is None or not row.who.allows(actor):
        raise life.refusal(opened.state, Act.SUBMIT, actor, None) or Refused.of(_ON_ITS_WAY)
    facts = weighing.facts()
    missing = next((need for need in row.needs if need is not Need.CONSENT and not need.met(facts, actor)), None)
    if missing is not None:
        raise missing.refused()


# -- the defender takes their word back


def _asked_for(session: Session, file: File) -> list[Grant]:
    ids = sorted({one.said.grant_id for one in file.all(MoneyAsked)})
    found = (session.get(Grant, one) for one in ids)
    return [one for one in found if one is not None and one.office_id == file.case.office_id]


def _hold(session: Session, case: Case) -> None:
    for grant in _asked_for(session, open_file(session, case)):
        session.refresh(grant, with_for_update=True)


def _say_no(session: Session, by: Visitor, file: File, purposes: Collection[str], now: datetime) -> int:  # noqa: ARG001 - a Lost
    """Finance has no file to read a no in: the request says so. It ends nothing by itself; a no waits for no damage."""
    for grant in _asked_for(session, file) if PAYMENT in purposes else ():
        with suppress(*UNREADABLE):
            payment = grant.payment
            if payment is not None and payment.agreed:
                grant.payment = msgspec.structs.replace(payment, agreed=False)
                record(session, Event.GRANT_DRAFTED, grant=grant.id)
    return 0


lose(Lost(_hold, _say_no))
