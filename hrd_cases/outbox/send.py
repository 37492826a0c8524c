"""Mailing what was claimed: first send, then mark. A death in between sends twice, under one Message-ID; none is lost.

The write gate is never held while the mail server is spoken to.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.outbox.book import AddressBook, asked, of_row
from hrd_cases.outbox.claims import (
    AT_ONCE,
    LEASE,
    Claim,
    Clock,
    Lease,
    claim,
    give_back,
    mark_failed,
    mark_later,
    mark_sent,
)
from hrd_cases.outbox.mail import Line, Outcome, Relay, compose
from hrd_cases.outbox.models import Delivery, Reminder
from hrd_cases.outbox.rules import deliverable, utc_now


@dataclass(frozen=True)
class Mailroom:
    """All that mailing needs. Setting `stop` ends it after the mail in hand."""

    store: Store
    book: AddressBook
    relay: Relay
    clock: Clock = utc_now
    lease: timedelta = LEASE
    at_once: int = AT_ONCE
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Mail:
    """What a claim is about: an address that a mail server could take, if there is one, and the posted line if any."""

    message_id: UUID
    address: str | None
    posted: str | None


def send_ready(mailroom: Mailroom) -> int:
    """Mail whatever may be tried now, round by round; ends early when told to stop or when the mail server is away.

    Returns how many mails the server took.
    """
    total = 0
    while not mailroom.stop.is_set():
        claims = claim(mailroom.store, mailroom.clock(), lease=mailroom.lease, at_once=mailroom.at_once)
        if not claims:
            break
        with Lease(mailroom.store, claims, mailroom.clock, mailroom.lease) as lease, Line(mailroom.relay) as line:
            sent, all_tried = _send_round(mailroom, lease, line, claims)
        total += sent
        if not all_tried or len(claims) < mailroom.at_once:
            break
    return total


def _send_round(mailroom: Mailroom, lease: Lease, line: Line, claims: Sequence[Claim]) -> tuple[int, bool]:
    """How many were taken, and whether all were tried."""
    mails = _mails(mailroom, claims)
    sent = 0
    for position, claimed in enumerate(claims):
        if mailroom.stop.is_set() or not lease.holds():
            give_back(mailroom.store, claims[position:], mailroom.clock())
            return sent, False
        if not line.open():
            mark_later(mailroom.store, claims[position:], mailroom.clock())
            return sent, False
        if claimed.id in mails:
            sent += _send_one(mailroom, line, claimed, mails[claimed.id])
    return sent, True


def _send_one(mailroom: Mailroom, line: Line, claimed: Claim, mail: Mail) -> bool:
    outcome = Outcome.NEVER
    if mail.address is not None:
        # A mail that cannot even be written must not hold up the others of its round for ever.
        with contextlib.suppress(ValueError):
            words = None if mail.posted is None else mailroom.book.own_words(mail.posted)
            message = compose(mailroom.relay, mail.address, mail.message_id, mailroom.clock(), words)
            outcome = line.deliver(mail.address, message)
    if outcome is Outcome.TAKEN:
        mark_sent(mailroom.store, claimed, mailroom.clock())
    elif outcome is Outcome.LATER:
        mark_later(mailroom.store, [claimed], mailroom.clock())
    else:
        mark_failed(mailroom.store, mailroom.book, claimed, mailroom.clock())
    return outcome is Outcome.TAKEN


def _mails(mailroom: Mailroom, claims: Sequence[Claim]) -> dict[UUID, Mail]:
    """By the claim's id; what was cancelled meanwhile has none."""
    these = (
        select(Delivery.id, Delivery.message_id, Delivery.member_id, Reminder.body)
        .join(Reminder, Reminder.id == Delivery.reminder_id)
        .where(Delivery.id.in_([claimed.id for claimed in claims]))
    )
    with mailroom.store.reading() as session:
        rows = session.execute(these).all()
        addresses = {member_id: _address(mailroom, session, member_id) for member_id in {row.member_id for row in rows}}
    return {row.id: Mail(row.message_id, addresses[row.member_id], row.body) for row in rows}


def _address(mailroom: Mailroom, session: Session, member_id: UUID | None) -> str | None:
    known = asked(mailroom.book.addressees, session, of_row(member_id, None, None))
    return next((one.address for one in known if deliverable(one.address)), None)
