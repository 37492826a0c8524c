"""The report on a hearing: written step by step, filed, reviewed, corrected; or taken in from whoever observed for us.

Each step is a version of its own in the proceeding's folder, under its seal from the first word. What readers are shown
is the version that was filed last; one that is being written stands behind it until it is filed too.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases import merging
from hrd_cases.cases.chains import Standing, check_read
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Sentence
from hrd_cases.keys.roles import head_of
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.trials import hearings
from hrd_cases.trials.checklist import ITEMS, NOT_OBSERVED, Answer, check, check_words
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Observed, Report, Result
from hrd_cases.trials.docket import Docket, officer_of
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.needs import ASKED_BY_SHARE, Actor, Need
from hrd_cases.trials.shares.following import reads_no_more
from hrd_cases.trials.shares.rules import MOST_REPORTS
from hrd_cases.trials.stages import ENDING_OUTCOMES
from hrd_cases.trials.times import is_year, set_for
from hrd_cases.trials.told import ChangesAsked, changes_asked
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import correct, locked_docket, write

NOT_SAID, NO, WITHOUT_NAMES, YES = "not_said", "no", "without_names", "yes"
PUBLISH: Final = (NOT_SAID, NO, WITHOUT_NAMES, YES)
"""May it be published, as the observer sees it. Whether it is asks the consent of everybody it is about."""

FILED_NOW = (N_("Nothing was changed since it was filed."), N_("Write first what is to be corrected."))
_LACKING = N_("%(item)s: %(because)s")
_NOT_REACHED = (
    N_("The hearing is not shared with %(embassy)s any more: they cannot read what you ask."),
    N_("Correct the report yourself with what they tell you another way, or review it as it is."),
)
_TOO_OFTEN = (
    N_("%(embassy)s filed this report so often that no other one is taken."),
    N_("Take the share back: an officer can correct the report then. Or review it as it is."),
)


# -- read


def report_on(docket: Docket, hearing_id: uuid.UUID) -> Standing[Report] | None:
    """The newest version of the report on a hearing, filed or not."""
    found = (one for one in reversed(docket.all(Report)) if one.said.hearing_id == hearing_id)
    return next((one for one in found if not one.said.aside), None)


def kept_aside(docket: Docket, hearing_id: uuid.UUID) -> list[Standing[Report]]:
    """Reports on a hearing that came from somebody who was not to go there, or that a newer one had overtaken; the
    newest first. None of them is the report on the hearing.
    """
    return [one for one in reversed(docket.all(Report)) if one.said.aside and one.said.hearing_id == hearing_id]


def last_sent(docket: Docket, hearing_id: uuid.UUID, share_id: uuid.UUID) -> datetime | None:
    """When the newest report of a share that was taken in left its office; None if none was."""
    standing = report_on(docket, hearing_id)
    versions = [one.details for one in docket.versions(standing.id)] if standing is not None else []
    theirs = [one.sent_at for one in versions if isinstance(one, Report) and one.share_id == share_id]
    return max((at for at in theirs if at is not None), default=None)


def written_since(docket: Docket, hearing_id: uuid.UUID, at: datetime) -> bool:
    """Did an officer write of the report after this moment? It is theirs then, whatever an embassy sent before."""
    standing = report_on(docket, hearing_id)
    versions = docket.versions(standing.id) if standing is not None else []
    return any(one.written_at > at for one in versions if isinstance(one.details, Report) and not one.details.share_id)


def came_by(docket: Docket, share_id: uuid.UUID) -> int:
    """How many reports of a share came, whatever became of each."""
    said = (one.details for one in docket.entries)
    return sum(isinstance(one, Report) and one.share_id == share_id for one in said)


def filed_version(docket: Docket, hearing: Standing[Hearing]) -> ProceedingEntry | None:
    """The version that was filed last, which readers are shown; None if none was, or none can be read."""
    standing = report_on(docket, hearing.id)
    versions = docket.versions(standing.id) if standing is not None else []
    return next((one for one in versions if one.id == hearing.said.report_id), None)


def filed_versions(docket: Docket, hearing_id: uuid.UUID) -> list[ProceedingEntry]:
    """Every version that was ever filed, oldest first."""
    standing = report_on(docket, hearing_id)
    versions = docket.versions(standing.id) if standing is not None else []
    return [one for one in versions if isinstance(one.details, Report) and one.details.filed]


def filed_report(docket: Docket, hearing: Standing[Hearing]) -> Report | None:
    entry = filed_version(docket, hearing)
    return entry.details if entry is not None and isinstance(entry.details, Report) else None


def blank(hearing: Standing[Hearing]) -> Report:
    """What stands in a report before anybody wrote in it: what the short form said already."""
    result = hearing.said.result
    return Report(hearing_id=hearing.id, accused=result.accused if result is not None else "unknown")


def answers(report: Report) -> dict[str, Answer]:
    """By item, what it says of the checklist."""
    return {one.item: answer_of(one) for one in report.items}


def answer_of(one: Observed) -> Answer:
    return Answer(one.said, one.basis, one.note, one.closed, one.ground, one.ground_text)


def says_something(report: Report) -> bool:
    """A report has a summary, or says something of the checklist."""
    return bool(report.summary.strip()) or any(one.said != NOT_OBSERVED for one in report.items)


def changes_awaited(docket: Docket, hearing: Standing[Hearing]) -> ChangesAsked | None:
    """What is to be changed in the report, as long as it was not filed again; None if it was not sent back."""
    return changes_asked(docket, hearing.id) if hearing.said.state == State.HELD else None


def writers(docket: Docket, report_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Everybody who wrote any version of it: none of them reviews it."""
    versions = [(one.author_id, one.details) for one in docket.versions(report_id)]
    found = {said.written_by or author for author, said in versions if isinstance(said, Report)}
    return tuple(sorted(found))


# -- written


def save(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    hearing_id: uuid.UUID,
    made_from: uuid.UUID | None,
    said: Report,
    now: datetime,
) -> bool:
    """Keep what was written so far, finished or not: not filed. Whether anything was written.

    `made_from`: the version that was read, None for none. Raises Changed if somebody wrote in it since. Refused for
    whoever may not report on this hearing, in the words of the table.
    """
    docket = locked_docket(session, proceeding)
    _may_write(by, docket, docket.hearing(hearing_id), now)
    standing = report_on(docket, hearing_id)
    check_read(standing, made_from)
    then: Report = msgspec.structs.replace(said, hearing_id=hearing_id, **_OURS)
    for one in then.items:
        check_words(one.item, answer_of(one))
    if standing is None:
        write(session, by, proceeding, then, now)
        return True
    before = standing.said
    if then == msgspec.structs.replace(before, **_OURS):
        return False
    correct(session, by, docket, standing.entry.id, then, now)
    return True


_OURS: Final[dict[str, Any]] = {"filed": False, "share_id": None, "written_by": None, "sent_at": None, "aside": False}
"""What a report says of itself that is written here."""


def _may_write(by: Visitor, docket: Docket, hearing: Standing[Hearing], now: datetime) -> None:
    refused = hearings.refused(by, docket, hearing, Act.REPORT, now)
    if refused is not None:
        raise refused


def check_items(said: Report, among: Collection[str] = ITEMS) -> None:
    """Can everything in it be relied on, or what it says of these items? Refused otherwise, with the item and what it
    lacks.
    """
    for one in (each for each in said.items if each.item in among):
        try:
            check(one.item, answer_of(one))
        except Refused as refused:
            item, because = Sentence(CODES["item"].labels[one.item]), Sentence(refused.reason)
            raise Refused.of((_LACKING, Sentence(refused.who_can)), item=item, because=because) from refused


def put_over(theirs: Report, mine: Report, base: Report) -> Report:
    """Their version with what I changed of `base`: field by field, and of each item of the checklist too."""
    names = merging.changed(mine, base) - {"items"}
    found = merging.put_over(theirs, mine, names)
    by_item = [{one.item: one for one in said.items} for said in (theirs, mine, base)]
    items = []
    for item in ITEMS:
        their, my, stood = (said.get(item, Observed(item=item, said=NOT_OBSERVED)) for said in by_item)
        items.append(merging.put_over(their, my, merging.changed(my, stood)))
    return msgspec.structs.replace(found, items=tuple(filter(_tells, items)))


def _tells(one: Observed) -> bool:
    return one != Observed(item=one.item, said=NOT_OBSERVED)


# -- filed


def file_report(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    hearing_id: uuid.UUID,
    made_from: uuid.UUID,
    now: datetime,
) -> ProceedingEntry:
    """The report as it was read is finished: from now on it is used, marked as not reviewed until somebody else has.

    Refused for whoever may not, for an empty one, and where nothing was changed since it was filed.
    """
    docket = locked_docket(session, proceeding)
    hearing = docket.hearing(hearing_id)
    _may_write(by, docket, hearing, now)
    standing = report_on(docket, hearing_id)
    check_read(standing, made_from)
    if standing is None or not says_something(standing.said):
        raise Need.REPORT.refused()
    if standing.said.filed:
        raise Refused.of(FILED_NOW)
    check_items(standing.said)
    return _filed(session, by, docket, hearing, msgspec.structs.replace(standing.said, filed=True), now)


def _filed(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Standing[Hearing],
    then: Report,
    now: datetime,
    actor: Actor | None = None,
) -> ProceedingEntry:
    """Written as finished, and an act on its hearing."""
    proceeding, standing = docket.proceeding, report_on(docket, hearing.id)
    if standing is None:
        entry = write(session, by, proceeding, then, now)
    else:
        entry = correct(session, by, docket, standing.entry.id, then, now)
    session.flush()
    wrote = {then.written_by or by.member_id, *(writers(docket, standing.id) if standing is not None else ())}
    given = Given(report_id=entry.id, report_by=tuple(sorted(wrote)), acted_by=then.written_by)
    hearings.take_act(session, by, proceeding, hearing.entry.id, Act.REPORT, given, now, actor=actor)
    return entry


# -- taken in


def take_in(session: Session, by: Visitor, proceeding: Proceeding, report: Report, now: datetime) -> ProceedingEntry:
    """A report from another office, whose observer was asked by a share: filed as it came, `report.written_by` being
    who wrote it. Of a hearing of which nobody had said yet what came of it, it records the result too; without a new
    date in it, somebody says what comes next, unless its outcome ends the proceeding. Refused as the table of the life
    refuses its observer.
    """
    check_items(report)
    if not says_something(report):
        raise Need.REPORT.refused()
    docket = locked_docket(session, proceeding)
    hearing = docket.hearing(report.hearing_id)
    if hearing.said.is_ahead:
        _record(session, by, proceeding, hearing, report, now)
        docket = locked_docket(session, proceeding)
        hearing = docket.hearing(report.hearing_id)
    then: Report = msgspec.structs.replace(report, hearing_id=hearing.id, filed=True)
    return _filed(session, by, docket, hearing, then, now, ASKED_BY_SHARE)


def keep_aside(session: Session, by: Visitor, proceeding: Proceeding, report: Report, now: datetime) -> None:
    """A report that does not become the one on its hearing, as an entry of its own: what the office wrote stays as it
    is, and whoever looks after the trial is told that it came.
    """
    docket = locked_docket(session, proceeding)
    officer_id = officer_of(session, docket)
    head = to_role(proceeding.office_id, head_of(by.charters.of(proceeding.office_id).kind).value)
    told = tell(session, [to_member(officer_id) if officer_id is not None else head], now, mails=False)
    then = msgspec.structs.replace(report, filed=False, aside=True, told=told)
    write(session, by, proceeding, then, now)
    touch_carrier(session, by, docket)


def _record(
    session: Session, by: Visitor, proceeding: Proceeding, hearing: Standing[Hearing], report: Report, now: datetime
) -> None:
    words = next(filter(str.strip, (report.incidents, report.public, report.summary)), "")
    in_words = report.access != "other" or bool(words)
    result = Result(
        access=report.access if in_words else "",
        text=words if report.access == "other" else "",
        accused=report.accused,
        counsel="yes" if report.counsel.strip() else "unknown",
        outcome=report.outcome,
        other_outcome=report.other_outcome,
    )
    when = hearing.said.when
    later = report.next_on is not None and report.next_on > when.on and is_year(report.next_on)
    # A slip of the pen in the date keeps no report from its hearing: somebody says what comes next.
    new = set_for(report.next_on, when.zone) if later and report.next_on is not None else None
    unsaid = new is None and report.outcome not in ENDING_OUTCOMES
    given = Given(result=result, new=new, next_unsaid=unsaid, acted_by=report.written_by)
    hearings.take_act(session, by, proceeding, hearing.entry.id, Act.RECORD, given, now, actor=ASKED_BY_SHARE)


# -- reviewed


def review(session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, now: datetime) -> None:
    """Somebody else has read the report and stands by it. `made_from`: the version of the hearing that was read."""
    hearings.take_act(session, by, proceeding, made_from, Act.REVIEW, Given(), now)


def ask_changes(
    session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, reason: str, now: datetime
) -> None:
    """Somebody else has read the report and says what to change. Whoever wrote it is told; at an embassy, by what it
    was given of the hearing. Refused without a reason, and for an embassy that nothing reaches any more.
    """
    docket = locked_docket(session, proceeding)
    refused = why_not_ask(docket, docket.as_read(made_from, Hearing), now)
    if refused is not None:
        raise refused
    hearings.take_act(session, by, proceeding, made_from, Act.ASK_CHANGES, Given(reason=reason), now)


def why_not_ask(docket: Docket, hearing: Standing[Hearing], now: datetime) -> Refused | None:
    """Why nobody who reports from elsewhere could answer; None where they can, or where somebody of ours reports."""
    observer = hearing.said.observer
    if observer is None or observer.share_id is None:
        return None
    if reads_no_more(docket, observer.share_id, now):
        return Refused.of(_NOT_REACHED, embassy=observer.embassy)
    if came_by(docket, observer.share_id) >= MOST_REPORTS:
        return Refused.of(_TOO_OFTEN, embassy=observer.embassy)
    return None
