"""What was shared with one's office: read, accepted, declined, reported on.

It is opened as a guest, while it stands: nothing of what was shared is kept here. Declined, it goes at once, in the
transaction that says so.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about, ever_about
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Locked, Refused, Tampered
from hrd_cases.outbox.plan import cancel
from hrd_cases.records import opened
from hrd_cases.trials.checklist import check_words
from hrd_cases.trials.details import Report
from hrd_cases.trials.needs import Need
from hrd_cases.trials.reports import FILED_NOW, answer_of, check_items, says_something
from hrd_cases.trials.shares.arrived import arrived
from hrd_cases.trials.shares.attending import remind
from hrd_cases.trials.shares.ending import remove
from hrd_cases.trials.shares.letters import (
    ANSWERED,
    LONGEST_NAME,
    LONGEST_REASON,
    REPORTED,
    Answered,
    Reported,
    send,
)
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import MOST_REPORTS, REPORTS, STANDING, Seen, ShareAnswer, Stand
from hrd_cases.trials.times import check_year, may_have_begun
from hrd_cases.vault.envelope import digest, unwrap, wrap_text

_OVER = (N_("This is not shared with you any more."), N_("Ask the office that shared it."))
_ANSWERED = (N_("This was answered already."), N_("Look at how it stands."))
_NOT_ASKED = (N_("Nobody was asked to observe."), N_("It was shared for you to know."))
_NOT_ACCEPTED = (N_("Nobody of you has said that they go."), N_("Accept it first, also after the day; then report."))
_CALLED_OFF = (
    N_("This hearing was called off: nobody can go."),
    N_("If a new date is set, the office that shared it tells you."),
)
_REPORTED = (
    N_("Your report on this hearing was filed: somebody of you was there."),
    N_("Correct the report, if something in it is not right."),
)
_NO_REASON = (N_("Nothing says why nobody comes."), N_("Write the reason: the office may find somebody else."))
_TOO_OFTEN = (
    N_("This report was filed %(count)s times already: it is not sent once more."),
    N_("Tell the office that shared the hearing what else is to be said."),
)
_NOT_LATER = (
    N_("The next date lies before the hearing, or is its own."),
    N_("Correct it, or leave it empty if the court gave none."),
)


# -- read


def is_over(session: Session, share_id: uuid.UUID) -> bool:
    """Did it end by an act, as the trail tells? A row that is gone or damaged ends nothing."""
    said = ever_about(session, share_id, Event.SHARE_ENDED, Event.SHARE_ANSWERED)
    return any(one.fields.get("answer", ShareAnswer.DECLINE) == ShareAnswer.DECLINE for one in said)


def standing_share(session: Session, received: ReceivedShare, now: datetime) -> Share | None:
    """What was shared, as long as it is: None from the minute it ends. Raises Tampered for a damaged one and for one
    that is older than what was taken in of it, and Locked where its newest key is not here yet.
    """
    share = session.get(Share, received.id)
    if share is None or received.state not in STANDING:
        return None
    parted = opened([share])
    if parted.locked:
        raise Locked("the key of a share's newest version")
    if parted.damaged or share.to_office_id != received.office_id or share.number < received.number:
        raise Tampered("a share")
    return share if now < share.until else None


def received_by(session: Session, office_id: uuid.UUID) -> list[ReceivedShare]:
    """All that an office was ever given, the newest first; `audit verify` names what fails its check."""
    rows = session.scalars(select(ReceivedShare).where(ReceivedShare.office_id == office_id)).all()
    return sorted(opened(rows).good, key=lambda one: one.arrived_at, reverse=True)


# -- answered


def accept(
    session: Session, by: Visitor, received: ReceivedShare, number: int, now: datetime, *, who: str = ""
) -> None:
    """Somebody of this office goes. `number`: the version that was read; Changed if there is a newer one. `who`: as the
    office that shared it will read it.
    """
    share = _to_answer(session, received, number, now)
    if received.state != Stand.OFFERED:
        raise Refused.of(_ANSWERED)
    if share.shared.called_off:
        raise Refused.of(_CALLED_OFF)
    who = who.strip()[:LONGEST_NAME]
    _answer(session, by, received, share, ShareAnswer.ACCEPT, "", now, who)
    received.state, received.who = Stand.ACCEPTED.value, who
    remind(session, by, received, share)


def decline(session: Session, by: Visitor, received: ReceivedShare, number: int, reason: str, now: datetime) -> None:
    """Nobody of this office goes, also after all, or went. What was shared is gone with it. Refused without a reason,
    and once their report was filed.
    """
    share = _to_answer(session, received, number, now)
    if share.shared.reported(received.reported_at):
        raise Refused.of(_REPORTED)
    if not reason.strip():
        raise Refused.of(_NO_REASON)
    said = _answer(session, by, received, share, ShareAnswer.DECLINE, reason.strip()[:LONGEST_REASON], now)
    received.state, received.report, received.no = Stand.DECLINED.value, None, msgspec.msgpack.encode(said)
    remind(session, by, received, None)
    remove(session, by, share.id)


def _to_answer(session: Session, received: ReceivedShare, number: int, now: datetime) -> Share:
    share = standing_share(session, received, now)
    if share is None:
        raise Refused.of(_OVER)
    if share.number != number:
        raise Changed("what was shared was changed since it was read")
    if not share.shared.asked:
        raise Refused.of(_NOT_ASKED)
    return share


def _answer(
    session: Session,
    by: Visitor,
    received: ReceivedShare,
    share: Share,
    answer: ShareAnswer,
    reason: str,
    now: datetime,
    who: str = "",
) -> Answered:
    said = Answered(answer.value, share.proceeding_id, share.hearing_id, share.number, reason, who)
    received.letter = send(session, by, share.to_office_id, share.office_id, ANSWERED, share.id, said, now).id
    record(session, Event.SHARE_ANSWERED, share=share.id, answer=answer.value)
    cancel(session, received.reminders)
    received.answered_by, received.answered_at, received.reminders = by.member_id, now, ()
    received.noted = received.number
    return said


# -- reported

_WRITING = "report being written"


def report_mark(received: ReceivedShare) -> uuid.UUID:
    """Which version of the report somebody writes from."""
    return uuid.UUID(bytes=digest("report being written", msgspec.msgpack.encode(received.report))[:16])


def report_begun(by: Visitor, received: ReceivedShare, share: Share) -> Report | None:
    """What was written so far of a share that stands. Raises Destroyed for one that does not."""
    if received.report is None:
        return None
    opened_report = unwrap(by.ring.lasting_as(share.folder_id, _WRITING), received.report, received.id.bytes)
    return msgspec.msgpack.decode(opened_report, type=Report)


def keep_report(
    session: Session, by: Visitor, received: ReceivedShare, mark: str, report: Report, now: datetime
) -> None:
    """What was written so far, for everybody of this office; nothing of it is sent. `mark`: of the version that it was
    made from; Changed if a colleague wrote in it since. What changes nothing is not written.
    """
    share = _to_report(session, received, now)
    if report == report_begun(by, received, share):
        return
    _check_mark(received, mark)
    for one in report.items:
        check_words(one.item, answer_of(one))
    received.report = _sealed_too(by, received, share, msgspec.structs.replace(report, filed=False))
    record(session, Event.SHARE_NOTED, share=received.id)


def file_report(session: Session, by: Visitor, received: ReceivedShare, mark: str, now: datetime) -> None:
    """The observer's report, as it was written so far, goes to the office that shared the hearing. Until the share ends
    it is kept here too, as what was filed: a report that is asked for again is written from it. Refused before the
    hearing has begun, for one that is empty or lacks something, where nothing was changed since it was filed, and after
    MOST_REPORTS of them; raises Changed as `keep_report`.
    """
    share = _to_report(session, received, now)
    _check_mark(received, mark)
    report = _to_file(report_begun(by, received, share), share.shared, now)
    answers = about(session, share.id, Event.SHARE_ANSWERED)
    if sum(one.fields["answer"] == REPORTS for one in answers) >= MOST_REPORTS:
        raise Refused.of(_TOO_OFTEN, count=MOST_REPORTS)
    report = msgspec.structs.replace(report, filed=False)  # that it is filed is for the other office to say
    said = Reported(share.proceeding_id, share.hearing_id, report)
    received.letter = send(session, by, share.to_office_id, share.office_id, REPORTED, share.id, said, now).id
    record(session, Event.SHARE_ANSWERED, share=share.id, answer=REPORTS)
    cancel(session, received.reminders)
    received.reminders, received.reported_at = (), now
    received.filed = (*received.filed, (received.letter, now))
    received.report = _sealed_too(by, received, share, msgspec.structs.replace(report, filed=True))
    received.noted = received.number
    remind(session, by, received, share)


def never_came(session: Session, received: ReceivedShare, share: Share | None) -> bool:
    """Did somebody take away the letter by which we said last that we come or do not, or what we saw? `share`: as it
    opens; of one that we accepted and that opens no more nothing is asked.
    """
    if received.letter is None or (received.state == Stand.ACCEPTED and share is None):
        return False
    if received.state == Stand.DECLINED:
        return received.no is not None and not arrived(session, received.letter, None)
    return received.state == Stand.ACCEPTED and not arrived(session, received.letter, share)


def answer_again(session: Session, by: Visitor, received: ReceivedShare, share: Share | None, now: datetime) -> None:
    """What we answered never came to the office that gave it. A no goes out again as it was written, as soon as it can;
    all else waits to be said again by whoever says it, and the last report that came is the one that counts.
    """
    if received.no is not None:
        with suppress(Refused):
            _decline_again(session, by, received, msgspec.msgpack.decode(received.no, type=Answered), now)
        return
    if share is None:
        return
    report, sent = report_begun(by, received, share), received.letter
    received.letter, received.noted = None, 0
    if sent not in dict(received.filed) and (report is None or not report.filed):
        received.state, received.answered_by, received.answered_at = Stand.OFFERED.value, None, None
        return
    received.filed = came = tuple(one for one in received.filed if arrived(session, one[0], share))
    received.letter, received.reported_at = came[-1] if came else (None, None)
    if report is not None and report.filed:
        received.report = _sealed_too(by, received, share, msgspec.structs.replace(report, filed=False))


def _decline_again(session: Session, by: Visitor, received: ReceivedShare, said: Answered, now: datetime) -> None:
    """By whoever comes by: what it says is what was written."""
    letter = send(session, by, received.office_id, received.from_office_id, ANSWERED, received.id, said, now)
    record(session, Event.SHARE_ANSWERED, share=received.id, answer=said.answer)
    received.letter = letter.id


def _sealed_too(by: Visitor, received: ReceivedShare, share: Share, report: Report) -> bytes:
    """Under the secret of the share's folder."""
    return wrap_text(by.ring.lasting_as(share.folder_id, _WRITING), msgspec.msgpack.encode(report), received.id.bytes)


def _to_file(report: Report | None, said: Seen, now: datetime) -> Report:
    """A report that lacks nothing, nor what the short form of the office asks: the report records the result, where
    nobody there has yet.
    """
    if not may_have_begun(said.when, now):
        raise Need.BEGUN.refused()
    if report is None or not says_something(report):
        raise Need.REPORT.refused()
    if report.filed:
        raise Refused.of(FILED_NOW)
    check_items(report)
    if not report.outcome:
        raise Need.OUTCOME.refused()
    if report.next_on is not None:
        check_year(report.next_on)
        if report.next_on <= said.when.on:
            raise Refused.of(_NOT_LATER)
    return report


def why_not_report(session: Session, received: ReceivedShare, now: datetime) -> Refused | None:
    """Why nobody of this office can write in it: who can, or what to do first; None where they can."""
    try:
        _to_report(session, received, now)
    except Refused as refused:
        return refused
    return None


def _to_report(session: Session, received: ReceivedShare, now: datetime) -> Share:
    share = standing_share(session, received, now)
    if share is None:
        raise Refused.of(_OVER)
    if not share.shared.asked:
        raise Refused.of(_NOT_ASKED)
    if received.state != Stand.ACCEPTED:
        raise Refused.of(_NOT_ACCEPTED)
    return share


def _check_mark(received: ReceivedShare, mark: str) -> None:
    if mark != str(report_mark(received)):
        raise Changed("a colleague wrote in this report first")


def note(session: Session, received: ReceivedShare, number: int) -> None:
    """Somebody here has read this version, or that it is over. Raises Changed if it is not the newest: of what nobody
    has read, Today goes on telling.
    """
    if number != received.number:
        raise Changed("what was shared was changed since it was read")
    received.noted = number
    cancel(session, received.reminders)
    received.reminders = ()
    record(session, Event.SHARE_NOTED, share=received.id)


def needs_look(received: ReceivedShare) -> bool:
    """Is there something here that nobody has read or answered?"""
    return received.noted < received.number
