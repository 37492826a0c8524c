"""What falls due in a file and is not done: some working days later whoever stands behind its officer is reminded.

Planned when the file's card is written, and cancelled by the card that tells of it no more. On Today and in the daily
mail, and by a mail of its own only where the head of the office chose it: what is late in many files is one mail.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.cards.card import Aside, Card, Due
from hrd_cases.cards.read import cards_of
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.models import Case
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.reminders import Wanted, are_kept, ids_of, keep
from hrd_cases.cases.reminding import slot_on
from hrd_cases.errors import Absent, Locked
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CircleName, Role, head_of
from hrd_cases.outbox.book import Recipient, to_role
from hrd_cases.outbox.rules import quarter_slot

ROOM: Final = "late"
AFTER = {
    "review": FIGURES.late_review_working_days,
    "consent": FIGURES.late_consent_working_days,
    "contact": FIGURES.late_contact_working_days,
    "task": FIGURES.late_task_working_days,
}
"""By kind of due: working days after its day."""
MAILED = {kind: f"late_{kind}" for kind in AFTER}
"""By kind of due: what the settings of an office call its mail. Usually there is none."""


class Behind(NamedTuple):
    """When whoever stands behind is told of what another room brings: working days after its day, or when its clock has
    run out. `mails`: at once, whatever the office chose.
    """

    working_days: int = 0
    mails: bool = False


_brought: dict[str, Behind] = {}
MOST = 5
"""So many of one file are planned, the first that come: the next card plans the next ones."""
_LABEL = "reminder of what is late 1"


def tell_when_late(kind: str, behind: Behind) -> None:
    """Say of a kind of dues that another room brings that it is told when it was not done."""
    _brought[kind] = behind


def is_told(kind: str) -> bool:
    return kind in AFTER or kind in _brought


def with_reminders(session: Session, case: Case, dues: Sequence[Due], now: datetime) -> tuple[Due, ...]:
    """These dues, each with the reminder that tells that it was not done. Plans what is to come and keeps what was
    planned; in the transaction that writes the card.
    """
    ring = cast(Ring, session.info["keys"])
    before = _before(session, ring, case)
    if not before and not any(is_told(due.kind) for due in dues):
        return tuple(dues)
    must = _must(session, ring, case, dues, before, now)
    keep(session, ring, case.folder_id, must.wanted, before)
    return tuple(
        msgspec.structs.replace(due, reminders=must.told[number]) if number in must.told else due
        for number, due in enumerate(dues)
    )


def are_reminded(session: Session, ring: Ring, case: Case, dues: Sequence[Due], now: datetime) -> bool:
    """Are there the reminders that there must be by these dues of its card, and no others? Raises as `Ring.to_open`."""
    before = _listed(dues)
    if not before and not any(is_told(due.kind) for due in dues):
        return True
    must = _must(session, ring, case, dues, before, now)
    return are_kept(session, ring, case.folder_id, must.wanted, before)


class _Must(NamedTuple):
    """The reminders that there must be, and by the number of the due those that tell of it."""

    wanted: list[Wanted]
    told: Mapping[int, tuple[uuid.UUID, ...]]


def _must(
    session: Session, ring: Ring, case: Case, dues: Sequence[Due], before: Collection[uuid.UUID], now: datetime
) -> _Must:
    slots, to = _slots(session, case, dues) | _slots_brought(session, case, dues), _behind(ring, case)
    mailed = _mailed_at(session, case, dues, slots)
    wanted = {slot_at: _wanted(case, to, slot_at, mailed.get(slot_at)) for slot_at in sorted(set(slots.values()))}
    ids = dict(zip(wanted, ids_of(ring, case.folder_id, wanted.values()), strict=True))
    # What is late already when a file comes, or is put right, is told by Today.
    stands = [slot_at for slot_at in wanted if slot_at > now or ids[slot_at] in before][:MOST]
    told = {number: (ids[slot_at],) for number, slot_at in slots.items() if slot_at in stands}
    return _Must([wanted[slot_at] for slot_at in stands], told)


def _slots(session: Session, case: Case, dues: Sequence[Due]) -> dict[int, datetime]:
    """When whoever stands behind is told, by the number of the due."""
    calendar = calendar_of(session, case.office_id)
    late = {number: due for number, due in enumerate(dues) if due.kind in AFTER}
    days = {number: calendar.working_day_after(due.on, AFTER[due.kind]) for number, due in late.items()}
    return {number: slot_on(day, calendar) for number, day in days.items()}


def _slots_brought(session: Session, case: Case, dues: Sequence[Due]) -> dict[int, datetime]:
    """The same, of what other rooms bring: one with a clock is told once that has run out, at any hour."""
    calendar = calendar_of(session, case.office_id)
    found = {}
    for number, due in enumerate(dues):
        behind = _brought.get(due.kind)
        if behind is not None and due.at is not None:
            found[number] = quarter_slot(due.at)
        elif behind is not None:
            day = calendar.working_day_after(due.on, behind.working_days)
            found[number] = slot_on(day, calendar)
    return found


def _mailed_at(
    session: Session, case: Case, dues: Sequence[Due], slots: Mapping[int, datetime]
) -> dict[datetime, datetime]:
    """Of the slots that are mailed, as the office has it: when, which is not before it opens."""
    told = told_mails(session, case.office_id) if slots else {}
    chosen = {slot_at for number, slot_at in slots.items() if _is_mailed(dues[number].kind, told)}
    if not chosen:
        return {}
    at_any_hour = {slot_at for number, slot_at in slots.items() if dues[number].at is not None}
    calendar = calendar_of(session, case.office_id)
    opens = {one: quarter_slot(calendar.wall_clock(calendar.day_of(one), calendar.opens)) for one in chosen}
    return {one: one if one in at_any_hour else max(one, opens[one]) for one in chosen}


def _is_mailed(kind: str, told: Mapping[str, bool]) -> bool:
    return _brought[kind].mails if kind in _brought else told.get(MAILED[kind], False)


def _wanted(case: Case, to: Recipient, slot_at: datetime, mailed_at: datetime | None) -> Wanted:
    """Whether and when it is mailed makes it no other reminder: an office may choose anew."""
    identity = msgspec.msgpack.encode((_LABEL, case.id, to.office_id, to.role, slot_at))
    return Wanted(to, mailed_at or slot_at, mails=mailed_at is not None, identity=identity)


def _behind(ring: Ring, case: Case) -> Recipient:
    """The deputy; the head where nobody is."""
    charter = ring.charters.of(case.office_id)
    if any(seat.role is Role.DEPUTY for seat in charter.seats):
        return to_role(case.office_id, Role.DEPUTY.value)
    return to_role(case.office_id, head_of(charter.kind).value)


def _before(session: Session, ring: Ring, case: Case) -> tuple[uuid.UUID, ...]:
    """What the card that stands there tells of; nothing if there is none."""
    try:
        circle = ring.charters.of(case.office_id).circle(CircleName.CASEWORK)
        cards = cards_of(session, circle.circle_id, [case.id]).good if circle is not None else []
    except (Locked, Absent):
        return ()
    return _listed([due for card in cards for due in card.dues])


def _listed(dues: Sequence[Due]) -> tuple[uuid.UUID, ...]:
    return tuple(dict.fromkeys(one for due in dues if is_told(due.kind) for one in due.reminders))


def late_aside(dues: Sequence[Due]) -> tuple[Aside, ...]:
    """By which Today finds the card of a reminder."""
    marks = {one.hex for due in dues if is_told(due.kind) for one in due.reminders}
    return (Aside(ROOM, tuple(sorted(marks)), b""),) if marks else ()


def dues_told(card: Card, reminder_id: uuid.UUID) -> list[Due]:
    """What a reminder is about."""
    return [due for due in card.dues if reminder_id in due.reminders]
