"""Whoever has to know of an act on a hearing is told on Today; and what such a notice tells: what was done, by whom,
why. It is read off what the hearing's entries say: a notice itself says nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.outbox.book import to_member
from hrd_cases.trials.details import Hearing, Observer, Report
from hrd_cases.trials.docket import Docket, officer_of
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.shares.rules import ShareEntry, Stand

ASKED, BACKUP, REPLACED, LEFT, WITHDRAWN, CHANGED = "asked", "backup", "replaced", "left", "withdrawn", "changed"
NOT_THERE = "not_there"
"""What is told beside the acts of the table: by whom it is read, and whose act it was, make it something else."""


TO_FIND = frozenset({Act.REQUEST_OBSERVER, Act.DECLINE, Act.WITHDRAW, LEFT})
"""What tells its reader that somebody has to be found who goes."""


def tell_asked(
    session: Session, by: Visitor, observers: Iterable[Observer | None], now: datetime
) -> tuple[uuid.UUID, ...]:
    """Colleagues who are asked to go, or to stand by, are told on Today; nobody of what they chose themselves."""
    members = {one.member_id for one in observers if one is not None and one.member_id is not None}
    return tell(session, [to_member(one) for one in sorted(members - {by.member_id})], now, mails=False)


def tell_officer(session: Session, docket: Docket, now: datetime) -> tuple[uuid.UUID, ...]:
    """Whoever looks after the file that carries the trial is told on Today."""
    officer_id = officer_of(session, docket)
    return tell(session, [to_member(officer_id)], now, mails=False) if officer_id is not None else ()


def reports_told(docket: Docket, hearing: Standing[Hearing]) -> tuple[uuid.UUID, ...]:
    """Reminders that tell of reports on a hearing which are kept aside."""
    return tuple(each for one in docket.all(Report) if one.said.hearing_id == hearing.id for each in one.said.told)


def told_at_once(docket: Docket, hearing: Standing[Hearing]) -> tuple[uuid.UUID, ...]:
    """Reminders that tell what was done with a hearing, or answered about it."""
    shared = (one.said.news for one in docket.all(ShareEntry) if one.said.hearing_id == hearing.id)
    return (*hearing.said.told, *(each for ids in shared for each in ids))


class News(NamedTuple):
    """What a notice tells of a hearing. `what`: an act of the table or a code of this module; `by_id`: whose act it
    was; `office_id`: of which embassy, where it is about one. `reason` and `note`: why, as they gave it.
    """

    what: str
    by_id: uuid.UUID | None
    office_id: uuid.UUID | None = None
    reason: str = ""
    note: str = ""


class Written(NamedTuple):
    """A version of a hearing, and what stood there before."""

    entry: ProceedingEntry
    said: Hearing
    stood: Hearing | None

    @property
    def by_id(self) -> uuid.UUID:
        """Whose act it was."""
        return self.said.acted_by or self.entry.author_id

    @property
    def left(self) -> Observer | None:
        """Who goes no more since then."""
        was = self.stood.observer if self.stood is not None else None
        return was if was is not None and not _same(was, self.said.observer) else None


def written(docket: Docket, hearing_id: uuid.UUID) -> Iterator[Written]:
    """Everything that was written of a hearing, oldest first."""
    stood: Hearing | None = None
    for entry in docket.versions(hearing_id):
        if isinstance(entry.details, Hearing):
            yield Written(entry, entry.details, stood)
            stood = entry.details


def filed_at(docket: Docket, hearing: Standing[Hearing]) -> datetime:
    """When the report on a hearing was filed as it stands: what was corrected in the hearing since files nothing."""
    filed = (one.entry.written_at for one in written(docket, hearing.id) if _files_report(one.said, one.stood))
    return max(filed, default=hearing.entry.written_at)


def _files_report(said: Hearing, stood: Hearing | None) -> bool:
    if said.act != Act.REPORT:
        return False
    return stood is None or (said.state, said.report_id, said.report_by) != (
        stood.state,
        stood.report_id,
        stood.report_by,
    )


def only_reported(docket: Docket, hearing: Standing[Hearing]) -> bool:
    """Is its date what an embassy's report on the hearing before says, which nobody of the office has reviewed, nor
    moved it since? Where nobody can tell what became of the one before, the report itself says whether it is.
    """
    first, *later = written(docket, hearing.id)
    if hearing.said.follows is None or any(one.said.act == Act.MOVE for one in later):
        return False
    before = docket.one(hearing.said.follows, Hearing)
    if before is None or docket.is_doubtful(before.id):
        return _stands_in_a_report(docket, hearing.said)
    by_letter = {
        one.entry.written_at
        for one in written(docket, before.id)
        if one.said.act == Act.RECORD and one.said.acted_by is not None
    }
    return before.said.state != State.REVIEWED and first.entry.written_at in by_letter


def _stands_in_a_report(docket: Docket, said: Hearing) -> bool:
    """Did an embassy report this very date as the next?"""
    reports = (one.said for one in docket.all(Report) if one.said.share_id is not None)
    return any((one.hearing_id, one.next_on) == (said.follows, said.when.on) for one in reports)


class ChangesAsked(NamedTuple):
    """What is to be changed in a report, and since when somebody asks for it."""

    words: str
    at: datetime


def changes_asked(docket: Docket, hearing_id: uuid.UUID) -> ChangesAsked | None:
    """What was asked for last in the report on a hearing, whether it was filed again since or not; None if nothing
    was.
    """
    found = None
    for one in written(docket, hearing_id):
        if one.said.act == Act.ASK_CHANGES and one.stood is not None and one.stood.state == State.REPORTED:
            found = ChangesAsked(one.said.reason, one.entry.written_at)
    return found


def asked_by(docket: Docket, hearing: Standing[Hearing]) -> set[uuid.UUID]:
    """Who asked whoever goes; nobody where nobody was asked."""
    asked = [
        one
        for one in written(docket, hearing.id)
        if not _same(one.said.observer, one.stood.observer if one.stood is not None else None)
    ]
    return {asked[-1].by_id} if asked and hearing.said.observer is not None else set()


def news_of(docket: Docket, hearing: Standing[Hearing], reminder_id: uuid.UUID, me: uuid.UUID) -> News | None:
    """What a reminder that was told at once tells this member; None for one that was planned for a date."""
    for one in written(docket, hearing.id):
        if reminder_id in one.said.told:
            return _as_news(docket, one, me)
    given = (one.said for one in docket.all(ShareEntry) if reminder_id in one.said.news)
    return next((_as_answered(hearing.said, one) for one in given), None)


def _as_answered(hearing: Hearing, said: ShareEntry) -> News:
    act = Act.ACCEPT if said.state == Stand.ACCEPTED else Act.DECLINE
    went = hearing.observer is not None and hearing.observer.share_id == said.share_id
    what = NOT_THERE if went and act is Act.DECLINE else f"also_{act}"
    return News(what, said.answered_by, said.office_id, said.reason)


def _as_news(docket: Docket, one: Written, me: uuid.UUID) -> News:
    said = one.said
    what = _what(one, me)
    asked = said.observer if said.observer is not None else one.left
    share_id = asked.share_id if asked is not None else None
    given = next((each.said for each in docket.all(ShareEntry) if each.said.share_id == share_id), None)
    if what in (ASKED, BACKUP, REPLACED):
        return News(what, one.by_id)
    return News(what, one.by_id, given.office_id if given is not None else None, said.reason, said.note)


def _what(one: Written, me: uuid.UUID) -> str:
    said, stood = one.said, one.stood
    if said.backup is not None and said.backup.member_id == me and (stood is None or stood.backup != said.backup):
        return BACKUP
    if _is(said.observer, me) and (stood is None or stood.observer != said.observer):
        return ASKED
    if said.act in (Act.ASSIGN, Act.GO_MYSELF) and _is(one.left, me):
        return REPLACED
    if said.act == Act.WITHDRAW and one.left is not None and one.left.member_id is not None:
        return LEFT if _is(one.left, one.by_id) else WITHDRAWN if _is(one.left, me) else said.act
    return said.act or CHANGED


def _same(one: Observer | None, other: Observer | None) -> bool:
    """Is it one and the same who is to go? Of an embassy whoever of theirs comes."""
    shares = {each.share_id for each in (one, other) if each is not None}
    return one == other or (one is not None and other is not None and len(shares) == 1 and one.share_id is not None)


def _is(observer: Observer | None, member_id: uuid.UUID) -> bool:
    return observer is not None and observer.member_id == member_id


# -- what one does then


def next_acts(hearing: Hearing, me: uuid.UUID, may: Iterable[Act]) -> tuple[Act, ...]:
    """What a notice offers of the acts that its reader may do: to say whether they go, or to find who does."""
    state, free = State(hearing.state), set(may)
    if state is State.ASSIGNED and _is(hearing.observer, me):
        return tuple(act for act in (Act.ACCEPT, Act.DECLINE) if act in free)
    nobody = hearing.nobody_goes or hearing.waits_for_embassy
    return (Act.ASSIGN,) if nobody and Act.ASSIGN in free else ()
