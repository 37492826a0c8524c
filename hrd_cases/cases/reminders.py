"""Reminders of what lies sealed: planned under a key of its folder, kept as the rules have them, and mended.

A reminder's row is clear, and whoever writes the tables may take it away, put it off or give it to somebody else. Its
id and its uniqueness are HMACs of what it reminds of, so that whoever holds the folder's key knows which rows there
must be.
What members did with one (done, put off, not theirs) counts as the trail tells of it, never as a row says.

A room that reminds of a thing keeps the ids of its reminders sealed with the thing. In the transaction of every act
that writes it, and whenever somebody with the keys looks after it, the room

    was = PlannedFor(ring, folder_id, the ids, since)      # since: `Chains.says_since`, where it is a thing of a chain
    found = reminding.reminders(an Occasion, what its rules found, calendar, now, stands=was.stands())
    ids = was.keep(session, found)                         # or `was.is_kept(session, found)`, for whoever only reads

and writes the new ids with the thing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about_each, ever_about
from hrd_cases.audit.trail import Body, record
from hrd_cases.cases.reminding import Planned, WasPlanned, on_today
from hrd_cases.keys.ring import Ring
from hrd_cases.outbox.book import NOBODY, Recipient
from hrd_cases.outbox.plan import Row, cancel, plan, rows_of, set_mails
from hrd_cases.outbox.rules import utc_now
from hrd_cases.vault.envelope import mac

MENDED = "reminders were taken away or changed"
HANDLED = (Event.REMINDER_DONE, Event.REMINDER_PUT_OFF, Event.REMINDER_PASSED_ON)


class Wanted(NamedTuple):
    """A reminder that there must be. `identity`: everything that makes it another one."""

    recipient: Recipient
    slot_at: datetime
    mails: bool
    identity: bytes


def as_wanted(found: Iterable[Planned]) -> list[Wanted]:
    """What rules plan of a thing, as it is kept."""
    wanted = []
    for one in found:
        wanted.append(Wanted(one.recipient, one.slot_at, one.mails, one.identity))
        if one.today_at is not None:
            wanted.append(Wanted(one.recipient, one.today_at, mails=False, identity=on_today(one.identity)))
    return wanted


class Tells(NamedTuple):
    """What a reminder tells: `rule` speaks in it. `mailed_as`: the reminder that mails the same, where this one only
    stands on Today.
    """

    rule: str
    mailed_as: uuid.UUID | None = None


Since = Callable[[uuid.UUID], datetime | None]
"""Since when a reminder has stood as it does: what was done with it before was done with another. None: always."""


def keep(
    session: Session,
    ring: Ring,
    folder_id: uuid.UUID,
    wanted: Iterable[Wanted],
    before: Collection[uuid.UUID],
    since: Since = lambda _: None,
) -> tuple[uuid.UUID, ...]:
    """Plan what is wanted, cancel what was planned `before` and is not any more. What stands already stays as it is,
    and what was taken away or changed behind our back is put right, with an alarm. Returns the ids.

    In the transaction that writes what they remind of. Raises as `Ring.to_open`.
    """
    key = ring.name_key(folder_id, "reminders")
    named = {_id(key, one.identity): one for one in wanted}
    cancel(session, [one for one in before if one not in named])
    rows = rows_of(session, list(named))
    mended = [
        reminder_id in before
        for reminder_id, one in named.items()
        if _put_right(session, reminder_id, mac(key, "reminder", one.identity), one, rows, before, since)
    ]
    if any(mended):
        record(session, Event.ALARM_RAISED, alarm=MENDED)
    return tuple(named)


def are_kept(
    session: Session,
    ring: Ring,
    folder_id: uuid.UUID,
    wanted: Iterable[Wanted],
    before: Collection[uuid.UUID],
    since: Since = lambda _: None,
) -> bool:
    """Would `keep` change nothing? For whoever only reads."""
    key = ring.name_key(folder_id, "reminders")
    named = {_id(key, one.identity): one for one in wanted}
    if named.keys() != set(before):
        return False
    rows = rows_of(session, list(named))
    return all(
        _stands(session, rows[name], mac(key, "reminder", one.identity), one, since)
        and (rows[name].is_due or rows[name].mails == one.mails)
        if name in rows
        else is_done(session, name, since(name))
        for name, one in named.items()
    )


@dataclass(frozen=True)
class PlannedFor:
    """What one thing was planned to remind of `before`, by the ids that stand with it, under a key of its folder."""

    ring: Ring
    folder_id: uuid.UUID
    before: Collection[uuid.UUID]
    since: Since = lambda _: None

    def stands(self) -> WasPlanned:
        """Was a reminder of an identity planned before? For `cases.reminding.reminders`. Raises as `Ring.to_open`."""
        if not self.before:
            return lambda _: False
        key, known = self.ring.name_key(self.folder_id, "reminders"), frozenset(self.before)
        return lambda identity: _id(key, identity) in known

    def keep(self, session: Session, found: Iterable[Planned]) -> tuple[uuid.UUID, ...]:
        """Plan what the rules found, as `keep`: what it is to stand with from now on."""
        wanted = as_wanted(found)
        if not wanted and not self.before:
            return ()
        return keep(session, self.ring, self.folder_id, wanted, self.before, self.since)

    def is_kept(self, session: Session, found: Iterable[Planned]) -> bool:
        """Is there what the rules found, and nothing else? As `are_kept`."""
        wanted = as_wanted(found)
        if not wanted and not self.before:
            return True
        return are_kept(session, self.ring, self.folder_id, wanted, self.before, self.since)


def ids_of(ring: Ring, folder_id: uuid.UUID, wanted: Iterable[Wanted]) -> list[uuid.UUID]:
    """The id that each of these reminders has, or would have."""
    key = ring.name_key(folder_id, "reminders")
    return [_id(key, one.identity) for one in wanted]


def what_each_tells(ring: Ring, folder_id: uuid.UUID, found: Iterable[Planned]) -> dict[uuid.UUID, Tells]:
    """By the id that each of these reminders has, or would have, under the keys of a folder."""
    key = ring.name_key(folder_id, "reminders")
    told: dict[uuid.UUID, Tells] = {}
    for one in found:
        its_id = _id(key, one.identity)
        told[its_id] = Tells(one.rule)
        told[_id(key, on_today(one.identity))] = Tells(one.rule, mailed_as=its_id)
    return told


def _id(key: bytes, identity: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=mac(key, "reminder's id", identity)[:16], version=4)


def _put_right(
    session: Session,
    reminder_id: uuid.UUID,
    uniqueness: bytes,
    one: Wanted,
    rows: dict[uuid.UUID, Row],
    before: Collection[uuid.UUID],
    since: Since,
) -> bool:
    """Whether its row was not there, or not as it must be."""
    row = rows.get(reminder_id)
    if row is not None and _stands(session, row, uniqueness, one, since):
        if row.mails != one.mails and not row.is_due:
            set_mails(session, reminder_id, mails=one.mails)
        return False
    if row is None and reminder_id in before and is_done(session, reminder_id, since(reminder_id)):
        return False
    cancel(session, [reminder_id])
    to, slot_at, mails = one.recipient, one.slot_at, one.mails
    plan(session, recipient=to, due_at=slot_at, uniqueness=uniqueness, mails=mails, reminder_id=reminder_id)
    return True


def _stands(session: Session, row: Row, uniqueness: bytes, one: Wanted, since: Since) -> bool:
    """Is it whose and when it must be, or as members left it?"""
    if row.uniqueness != uniqueness or row.is_posted:
        return False
    # What should have come already waits for the next tick, whatever its slot was.
    latest = max(one.slot_at, utc_now())
    if row.recipient == one.recipient and (row.is_due or row.slot_at <= latest):
        return True
    whose, until = one.recipient, latest
    for body in _handled(session, row.id, since(row.id)):
        if body.event == Event.REMINDER_PASSED_ON:
            whose, until = recipient_told(str(body.fields["to"])), latest
        elif body.event == Event.REMINDER_PUT_OFF:
            until = datetime.fromisoformat(str(body.fields["until"]))
    return row.recipient == whose and (row.is_due or row.slot_at <= until)


# -- as the trail tells of them


def is_done(session: Session, reminder_id: uuid.UUID, since: datetime | None = None) -> bool:
    """Did somebody say that it is done?"""
    return any(body.event == Event.REMINDER_DONE for body in _handled(session, reminder_id, since))


def passed_on_by(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """By the id of each, who said last that it is not theirs: for the page to tell, asked of all at once."""
    told = about_each(session, ids, Event.REMINDER_PASSED_ON)
    said = {one: bodies[-1].actor_id for one, bodies in told.items()}
    return {one: actor_id for one, actor_id in said.items() if actor_id is not None}


def _handled(session: Session, reminder_id: uuid.UUID, since: datetime | None) -> list[Body]:
    told = ever_about(session, reminder_id, *HANDLED)
    return [body for body in told if since is None or body.at >= since]


def recipient_in_words(to: Recipient) -> str:
    """A recipient as the trail tells of one."""
    return str(to.member_id) if to.member_id is not None else f"{to.role} {to.office_id}"


def recipient_told(said: str) -> Recipient:
    """Read back; nobody for what no act of ours wrote."""
    role, _, office = said.rpartition(" ")
    try:
        return Recipient(office_id=uuid.UUID(office), role=role) if role else Recipient(member_id=uuid.UUID(said))
    except ValueError:
        return NOBODY
