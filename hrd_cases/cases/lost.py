"""Files lost on their way: sent, and not to arrive any more. Headquarters is told, and has them recorded again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import is_as_sent, is_of
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.told import about_each, ever_about, number_at, readable, within_chain
from hrd_cases.audit.trail import Body, record
from hrd_cases.cases import clocks
from hrd_cases.cases.filing import FILED, SOURCES
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.models import Folder, FolderKind, Letter

SETTLED = (Event.CASE_OPENED, Event.CASE_STEPPED, Event.CASE_ACKNOWLEDGED)
"""What the trail tells of a file that is on its way no more."""
LOST = "lost_on_its_way"
"""The act by which headquarters sees to a lost file."""
LOOKED_FOR = timedelta(days=90)
"""So long headquarters is told of a letter that is not on its way any more."""


def lost_files(session: Session) -> list[Acknowledgement]:
    """Clocks of files that cannot arrive: their letter failed its check, is gone, or goes elsewhere than it was sent.
    Of one whose clock is gone as well, the trail tells what can be told. So many queries, however many files there are.
    """
    routed = routed_lately(session, datetime.now(UTC))
    if not routed:
        return []
    arrived = _arrived(session, routed)
    on_their_way = _on_their_way(session, routed.keys() - arrived)
    missed = [case_id for case_id in routed if case_id not in arrived and case_id not in on_their_way]
    clocked = session.scalars(select(Acknowledgement).where(Acknowledgement.case_id.in_(missed)))
    known = {row.case_id: row for row in clocked}
    return [known.get(case_id) or _clock_of(case_id, routed[case_id]) for case_id in missed]


def routed_lately(session: Session, now: datetime) -> dict[uuid.UUID, Body]:
    """Files sent lately, as the trail first told of each, whatever its index says; and those whose letter was refused,
    however long ago.
    """
    # By their numbers: a column that dates an entry back hides no file.
    lately = AuditEntry.number > number_at(session, now - LOOKED_FOR)
    query = select(AuditEntry).where(AuditEntry.event == Event.CASE_ROUTED.value, lately, within_chain())
    found: dict[uuid.UUID, Body] = {}
    for body in readable(session, query.order_by(AuditEntry.number)):
        found.setdefault(_id(body, "case"), body)
    refused = select(Letter.subject_id).where(
        Letter.act == FILED, Letter.refused_at.is_not(None), Letter.folded_at.is_(None)
    )
    missing = set(session.scalars(refused)) - found.keys()
    earlier = about_each(session, missing, Event.CASE_ROUTED) if missing else {}
    return {case_id: bodies[0] for case_id, bodies in earlier.items() if _id(bodies[0], "case") == case_id} | found


def _arrived(session: Session, routed: Mapping[uuid.UUID, Body]) -> set[uuid.UUID]:
    return settled(session, routed, about_each(session, routed, *SETTLED))


def settled(
    session: Session, routed: Mapping[uuid.UUID, Body], told: Mapping[uuid.UUID, Iterable[Body]]
) -> set[uuid.UUID]:
    """Of files that entries tell of as settled those that are there, in the office they were sent to; or that
    headquarters has seen to. An entry alone is none: whoever writes the tables appends one that a whole chain follows
    from. Nor is a row elsewhere; one in that office its own list counts as a file that is missing.
    """
    sent_to = [(case_id, _id(routed[case_id], "office")) for case_id in told]
    there = (
        select(Case.id)
        .join(Folder, Folder.id == Case.folder_id)
        .where(tuple_(Case.id, Case.office_id).in_(sent_to))
        .where(Folder.office_id == Case.office_id, Folder.kind == FolderKind.CASE.value)
    )
    found = set(session.scalars(there)) if told else set[uuid.UUID]()
    return found | {case_id for case_id, bodies in told.items() if any(_is_ended(body) for body in bodies)}


def _is_ended(body: Body) -> bool:
    return body.event == Event.CASE_STEPPED and body.fields["act"] == LOST


def _on_their_way(session: Session, missed: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Files whose letter waits as it was sent, and was not refused. One that is only marked as folded is as good as
    gone: nobody has folded it. One that is only marked as refused is tried again.
    """
    waits = select(Letter).where(Letter.subject_id.in_(missed), Letter.act == FILED, Letter.folded_at.is_(None))
    letters = session.scalars(waits).all()
    told = about_each(session, [one.id for one in letters], Event.LETTER_SENT, Event.LETTER_REFUSED)
    return {one.subject_id for one in letters if _comes(one, told.get(one.id, []))}


def _comes(letter: Letter, told: list[Body]) -> bool:
    refused = letter.refused_at is not None and any(body.event == Event.LETTER_REFUSED for body in told)
    return not refused and any(body.event == Event.LETTER_SENT and is_of(body, letter) for body in told)


def _id(body: Body, name: str) -> uuid.UUID:
    return uuid.UUID(str(body.fields[name]))


def _clock_of(case_id: uuid.UUID, told: Body) -> Acknowledgement:
    """What the trail tells of a clock that is gone, in a row that is not written."""
    return Acknowledgement(
        case_id=case_id,
        office_id=_id(told, "office"),
        officer_id=None,
        routed_at=told.at,
        due_at=told.at,
        headquarters_at=told.at,
        reminders=msgspec.msgpack.encode(()),
    )


def sources_wait(session: Session, case_id: uuid.UUID, circle_id: uuid.UUID | None) -> bool:
    """Do the sources of a file wait in their letter for somebody who holds their key? In a letter as it was sent, to
    the circle of sources of the office that has the file: no other will ever be opened there.
    """
    query = select(Letter).where(
        Letter.subject_id == case_id, Letter.act == SOURCES, Letter.folded_at.is_(None), Letter.refused_at.is_(None)
    )
    here = query.where(Letter.circle_id == circle_id)
    return any(is_as_sent(session, letter) is not None for letter in session.scalars(here))


def sender_of(session: Session, case_id: uuid.UUID) -> uuid.UUID | None:
    """Who sent a file, as the trail tells: they can record it again."""
    return next((body.actor_id for body in ever_about(session, case_id, Event.CASE_ROUTED)), None)


def end_clock(session: Session, row: Acknowledgement, now: datetime) -> None:
    """Headquarters looks after a file that was lost: its clock ends, and what comes instead has one of its own."""
    if row.case_id not in {one.case_id for one in lost_files(session)}:
        raise Refused(N_("This file is not lost."), N_("Ask the office that has it to acknowledge it."))
    clocks.acknowledged(session, row.case_id, now)
    record(session, Event.CASE_STEPPED, case=row.case_id, act=LOST)
