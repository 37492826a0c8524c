"""A share and the hearing it is of: an embassy that is asked is the hearing's observer, and what it answers is the
observer's act.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.cases.chains import Standing, is_whole
from hrd_cases.door.permissions import RULES, Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Refused, Tampered, Unproven
from hrd_cases.keys import letters
from hrd_cases.keys.models import Circle, Letter
from hrd_cases.outbox.plan import cancel
from hrd_cases.trials import reports
from hrd_cases.trials.checklist import ITEMS, check
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Report
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.needs import ASKED_BY_SHARE
from hrd_cases.trials.shares.ending import remove
from hrd_cases.trials.shares.following import say_that_it_came, share_of
from hrd_cases.trials.shares.leaving import let_go
from hrd_cases.trials.shares.letters import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_REPORT,
    Answered,
    Reported,
    content_of,
    offers_to,
    ours_first,
    was_folded,
)
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import MOST_REPORTS, Ended, ShareAnswer, ShareEntry, Stand
from hrd_cases.trials.told import tell_officer
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import correct, locked_docket


def fold_answer(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """What the other office answered, as an entry of the proceeding and as an act on its hearing. Of a share that is
    over meanwhile nothing follows any more, but of one that was taken for damaged because their no was kept back.
    """
    said, office_id = content_of(read, Answered), session.get_one(Circle, letter.circle_id).office_id
    if not read.roles & RULES[Permission.ANSWER_SHARE].here or said.answer not in set(ShareAnswer):
        raise Tampered("an answer from somebody who is asked nothing")
    if len(said.reason) > LONGEST_REASON or len(said.who) > LONGEST_NAME:
        raise Tampered("a reason longer than any form")
    _check_answer(session, letter, read)
    with ours_first():
        docket = _docket_of(session, said.proceeding_id, office_id)
    standing = share_answered(session, docket, letter, read)
    with ours_first():
        versions = [one.details for one in docket.versions(standing.id)]
        known = any(isinstance(one, ShareEntry) and one.answered_at == read.sent_at for one in versions)
        if not known and _is_awaited_still(standing.said, said) and _counts(docket, standing, said):
            _answered(session, visitor, docket, standing, said, read)
        say_that_it_came(session, visitor, docket.proceeding, letter.subject_id, letter.id, datetime.now(UTC))


def _check_answer(session: Session, letter: Letter, read: letters.Read) -> None:
    """Raises Tampered if the trail tells of no share that its sender was given, or of no answer by them."""
    if not offers_to(session, letter.subject_id, read.office_id):
        raise Tampered("an answer to what was not shared with its sender")
    answers = ever_about(session, letter.subject_id, Event.SHARE_ANSWERED)
    if not any(body.actor_id == read.sender_id for body in answers):
        raise Tampered("an answer that its sender did not give")


def _docket_of(session: Session, proceeding_id: uuid.UUID, office_id: uuid.UUID) -> Docket:
    proceeding = session.get(Proceeding, proceeding_id)
    if proceeding is None or proceeding.office_id != office_id:
        raise Tampered("an answer about no trial of ours")
    return locked_docket(session, proceeding)


def share_answered(session: Session, docket: Docket, letter: Letter, read: letters.Read) -> Standing[ShareEntry]:
    """The share of this trial that a letter is about. Raises Tampered if it is none that its sender was given, and
    Unproven where something of the trial is missing that may say so, or that it was taken in before.
    """
    if not is_whole(docket) and was_folded(session, letter):
        raise Unproven("whether a letter was taken in before")
    try:
        standing = share_of(docket, letter.subject_id)
    except Absent as error:
        if not is_whole(docket):
            raise Unproven("what was shared of a trial") from error
        raise Tampered("an answer to nothing that was shared") from error
    if standing.said.office_id != read.office_id:
        raise Tampered("an answer to what was shared with somebody else")
    return standing


def _is_awaited_still(given: ShareEntry, said: Answered) -> bool:
    """Whoever declined handed back what they had: where their letter did not come, that looks like damage."""
    return given.not_ended or (given.ended == Ended.DAMAGED and said.answer == ShareAnswer.DECLINE)


def _counts(docket: Docket, standing: Standing[ShareEntry], said: Answered) -> bool:
    """Nobody has accepted a date that they had not read yet. A no to an older one is a no."""
    if said.answer == ShareAnswer.DECLINE or said.number == standing.said.number:
        return True
    versions = (one.details for one in docket.versions(standing.id))
    read = next((one for one in versions if isinstance(one, ShareEntry) and one.number == said.number), None)
    return read is not None and read.shared.when == standing.said.shared.when


def _answered(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], said: Answered, read: letters.Read
) -> None:
    before, now = standing.said, datetime.now(UTC)
    accepts = said.answer == ShareAnswer.ACCEPT
    cancel(session, (*before.reminders, *before.news))
    then = msgspec.structs.replace(
        before,
        state=(Stand.ACCEPTED if accepts else Stand.DECLINED).value,
        answered_by=read.sender_id,
        answered_at=read.sent_at,
        ended="" if accepts else Ended.DECLINED.value,
        ended_at=None if accepts else read.sent_at,
        reason=said.reason,
        reminders=(),
        news=() if _is_observer(docket, before) else tell_officer(session, docket, now),
    )
    correct(session, by, docket, standing.entry.id, then, now)
    session.flush()
    if then.news:
        touch_carrier(session, by, docket)
    if accepts:
        _they_come(session, by, docket, then, said.who, now)
    else:
        if session.get(Share, then.share_id) is not None:
            # Whoever declines by our pages hands it back; a letter can be written without.
            remove(session, by, then.share_id)
        let_go(session, by, docket.proceeding, now)


def _is_observer(docket: Docket, said: ShareEntry) -> bool:
    """Is it they who are to go? Then the act on the hearing tells what they answered."""
    hearing = docket.one(said.hearing_id, Hearing)
    observer = hearing.said.observer if hearing is not None and hearing.said.is_ahead else None
    return observer is not None and observer.share_id == said.share_id


def _they_come(session: Session, by: Visitor, docket: Docket, said: ShareEntry, who: str, now: datetime) -> None:
    """The hearing's observer has accepted; of a hearing that went on without them nothing follows."""
    hearing = docket.one(said.hearing_id, Hearing)
    observer = hearing.said.observer if hearing is not None else None
    if hearing is None or observer is None or observer.share_id != said.share_id:
        return
    with suppress(Refused), session.begin_nested():
        comes = msgspec.structs.replace(observer, name=who)
        given = Given(observer=comes, acted_by=said.answered_by)
        take_act(session, by, docket.proceeding, hearing.entry.id, Act.ACCEPT, given, now, actor=ASKED_BY_SHARE)


# -- reported


def fold_report(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """The report of the observer whom the office counts on becomes the report on its hearing, filed as it came. Any
    other is kept aside: of an embassy that was not to go or had not accepted, of a hearing that went on without them,
    or one that a newer one overtook. Nothing that somebody wrote is lost, and nothing of the office's is written over.
    """
    said, office_id = content_of(read, Reported), session.get_one(Circle, letter.circle_id).office_id
    if not read.roles & RULES[Permission.ANSWER_SHARE].here or len(read.content) > LONGEST_REPORT:
        raise Tampered("a report from somebody who observes nothing, or longer than any form")
    _check_report(said.report)
    _check_answer(session, letter, read)
    with ours_first():
        docket = _docket_of(session, said.proceeding_id, office_id)
    standing = share_answered(session, docket, letter, read)
    with ours_first():
        versions = [one.details for one in docket.versions(standing.id)]
        came = [one.details for one in docket.entries]
    if not any(
        isinstance(one, Report) and (one.share_id, one.sent_at) == (letter.subject_id, read.sent_at) for one in came
    ):
        _take_in_report(session, visitor, docket, versions, said, letter, read)
    with ours_first():
        say_that_it_came(session, visitor, docket.proceeding, letter.subject_id, letter.id, datetime.now(UTC))


def _take_in_report(
    session: Session,
    visitor: Visitor,
    docket: Docket,
    versions: Collection[Any],
    said: Reported,
    letter: Letter,
    read: letters.Read,
) -> None:
    """`versions`: what the office wrote of the share. Raises as `fold_report`."""
    given = [one for one in versions if isinstance(one, ShareEntry) and one.hearing_id == said.hearing_id]
    if not given:
        if not is_whole(docket):
            raise Unproven("of which hearing something was shared")
        raise Tampered("a report on a hearing that was not shared with its sender")
    if reports.came_by(docket, letter.subject_id) >= MOST_REPORTS:
        raise Tampered("more reports than anybody of ours files")
    report, now = _as_theirs(said.report, said.hearing_id, letter, read), datetime.now(UTC)
    with ours_first():
        if _is_awaited(docket, given, report):
            with suppress(Refused), session.begin_nested():
                reports.take_in(session, visitor, docket.proceeding, report, now)
                return
        reports.keep_aside(session, visitor, docket.proceeding, report, now)


def _as_theirs(report: Report, hearing_id: uuid.UUID, letter: Letter, read: letters.Read) -> Report:
    """What the letter says of itself, whatever is written in the report."""
    whose: dict[str, Any] = {"share_id": letter.subject_id, "written_by": read.sender_id, "sent_at": read.sent_at}
    return msgspec.structs.replace(report, hearing_id=hearing_id, aside=False, told=(), **whose)


def _is_awaited(docket: Docket, given: Collection[ShareEntry], report: Report) -> bool:
    """Is the observer of this hearing the embassy that reports, has it accepted, was nothing newer of it taken in, and
    did nobody here write since in its place? `given`: what the office wrote of the share while it was this hearing's.
    """
    hearing = docket.one(report.hearing_id, Hearing)
    observer = hearing.said.observer if hearing is not None else None
    if observer is None or report.share_id is None or observer.share_id != report.share_id or report.sent_at is None:
        return False
    if not any(one.state == Stand.ACCEPTED for one in given):
        return False
    before = reports.last_sent(docket, report.hearing_id, report.share_id)
    newer = before is None or before < report.sent_at
    return newer and not reports.written_since(docket, report.hearing_id, report.sent_at)


def _check_report(report: Report) -> None:
    """A report says what the form lets somebody say, and nothing else."""
    lists = ((report.access, "observer_access"), (report.outcome, "hearing_outcome"))
    known = all(not code or code in CODES[name] for code, name in lists)
    items = [one.item for one in report.items]
    known &= report.publish in reports.PUBLISH and report.accused in ("yes", "no", "unknown")
    if not known or len(set(items)) < len(items) or not set(items) <= set(ITEMS):
        raise Tampered("a report with words that are none of ours")
    try:
        for one in report.items:
            check(one.item, reports.answer_of(one))
    except (Refused, KeyError, ValueError) as error:
        raise Tampered("a report with an answer that no form takes") from error
