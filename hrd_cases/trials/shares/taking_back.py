"""What was shared is taken back: by whoever shared it, or because a defender takes their consent back, which ends every
share that was made on it in the same act.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

import msgspec
import structlog
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import Standing, is_whole
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.noes import Lost, lose
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.documents.keeping import give_up
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.records import opened
from hrd_cases.trials.docket import Docket, open_docket, telling_of
from hrd_cases.trials.mending import ROUNDS
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares.ending import end, remove
from hrd_cases.trials.shares.following import share_of, shares_of
from hrd_cases.trials.shares.given import GivenShare, given_now
from hrd_cases.trials.shares.leaving import let_go
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import SHARE_OVER, Ended, ShareEntry
from hrd_cases.trials.shares.seen import ACTION_WITH
from hrd_cases.trials.writing import correct, hold_files, locked_docket

log = structlog.get_logger()
_NO_REASON_WANTED = (
    N_("Nobody has to write here why it was taken back."),
    N_("Read what stands on the page of the share."),
)


def revoke(
    session: Session, by: Visitor, proceeding: Proceeding, share_id: uuid.UUID, reason: str, now: datetime
) -> None:
    """Take it back: from this moment nobody there opens it, whatever keys they kept. In danger
    nobody has the time to say why: `reason` may be empty."""
    docket = locked_docket(session, proceeding)
    standing = share_of(docket, share_id)
    if not standing.said.not_ended:
        if session.get(Share, share_id) is None:
            raise Refused.of(SHARE_OVER)
        _take_away(session, by, share_id, Ended.REVOKED)  # whatever is written of it: there is still something to open
        return
    own = _own_folder(session, share_id)
    try:
        with session.begin_nested():
            end(session, by, docket, standing, Ended.REVOKED, reason.strip(), now)
    except UNREADABLE:
        _take_away(session, by, share_id, Ended.REVOKED)
    _shred(session, by, own)
    _let_go_if_readable(session, by, proceeding, now)


def take_back(session: Session, by: Visitor, share: Share, now: datetime) -> None:
    """As `revoke`, of what is given whatever became of its trial: where nothing there tells of it, or the share itself
    is damaged, what opens it goes.
    """
    share_id = share.id
    try:
        with session.begin_nested():
            revoke(session, by, session.get_one(Proceeding, share.proceeding_id), share_id, "", now)
    except (NoResultFound, Refused, *UNREADABLE):
        _take_away(session, by, share_id, Ended.REVOKED)
        # Its trial, if it can be read again, says that nobody goes.
        ROUNDS.again_once_committed(session, share.office_id)


def _let_go_if_readable(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> None:
    """A trial that cannot be read holds no no up: whoever comes by next looks at it again (`mending`)."""
    with suppress(Refused, *UNREADABLE), session.begin_nested():
        let_go(session, by, proceeding, now)


def say_why(
    session: Session, by: Visitor, proceeding: Proceeding, share_id: uuid.UUID, reason: str, now: datetime
) -> None:
    """Why it was taken back, where nobody had the time to write it. Refused where it was not, or somebody wrote why."""
    docket = locked_docket(session, proceeding)
    standing = share_of(docket, share_id)
    if not standing.said.lacks_reason:
        raise Refused.of(_NO_REASON_WANTED)
    correct(session, by, docket, standing.entry.id, msgspec.structs.replace(standing.said, reason=reason.strip()), now)


# -- a defender takes their consent back


def _trials(session: Session, file: File) -> list[Proceeding]:
    """Also those that it is no part of any more: what was shared of them may still stand."""
    ids = sorted({one.said.proceeding_id for one in file.all(Tie)})
    found = (session.get(Proceeding, one) for one in ids)
    return [one for one in found if one is not None and one.office_id == file.case.office_id]


def hold_trials(session: Session, case: Case) -> None:
    """Before the file: so does everybody. With the file whoever tells of the trials' dates: their cards change too."""
    telling: list[Case] = [case]
    for proceeding in _trials(session, open_file(session, case)):
        with suppress(*UNREADABLE):
            docket = locked_docket(session, proceeding)
            if any(one.said.not_ended and case.id in one.said.files for one in shares_of(docket)):
                telling += telling_of(session, docket)
    hold_files(session, telling)


def end_shares_of(session: Session, by: Visitor, file: File, purposes: Collection[str], now: datetime) -> int:
    """How many shares for this file ended; of a trial that does not say for whom each is, all of them."""
    ended, told = 0, set[uuid.UUID]()
    trials = _trials(session, file)
    for proceeding in trials:
        with suppress(*UNREADABLE):
            docket = open_docket(session, proceeding, anew=True)
            given = shares_of(docket)
            told |= {one.said.share_id for one in given}
            those = [one for one in given if _is_given(session, one.said) and file.case.id in one.said.files]
            for standing in (one for one in those if _purpose(one.said.kind) in purposes):
                _end_in_any_case(session, by, docket, standing, now)
                ended += 1
        _let_go_if_readable(session, by, proceeding, now)
    without = [one for one in _untold(session, file, trials, told, now) if _purpose(one.kind(by)) in {*purposes, None}]
    for one in without:
        _take_away(session, by, one.share.id, Ended.CONSENT)
    if without:
        ROUNDS.again_once_committed(session, file.case.office_id)
    return ended + len(without)


def _is_given(session: Session, said: ShareEntry) -> bool:
    """Also one that is over by what was written, and of which there is still something to open."""
    return said.not_ended or session.get(Share, said.share_id) is not None


def _untold(
    session: Session, file: File, trials: Collection[Proceeding], told: Collection[uuid.UUID], now: datetime
) -> list[GivenShare]:
    """What others have of this defender although no trial of the file tells of it. Where the file and its trials are
    whole, that is nothing but what the shares say themselves; where something is missing, whatever nobody can say
    of whom it is.
    """
    ties = {one.said.proceeding_id for one in file.all(Tie)}
    known = is_whole(file) and len(trials) == len(ties) and all(_reads_whole(session, one) for one in trials)
    if known and not ties:
        return []
    given = [one for one in given_now(session, [file.case.office_id], now)[0] if one.share.id not in told]
    if known:
        return [one for one in given if one.readable and one.share.proceeding_id in ties]
    return [one for one in given if one.files is None or file.case.id in one.files]


def _reads_whole(session: Session, proceeding: Proceeding) -> bool:
    return is_whole(open_docket(session, proceeding))


def _end_in_any_case(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime
) -> None:
    """A no is written whatever becomes of a share: where it cannot be ended as it should, what opens it goes."""
    own = _own_folder(session, standing.said.share_id)
    try:
        with session.begin_nested():
            end(session, by, docket, standing, Ended.CONSENT, "", now)
    except OperationalError:  # the database's fault, and over some time
        raise
    except Exception:
        log.exception("a share could not be ended: its keys and its secret go")
        _take_away(session, by, standing.said.share_id, Ended.CONSENT)
    _shred(session, by, own)


def _take_away(session: Session, by: Visitor, share_id: uuid.UUID, how: Ended) -> None:
    own = _own_folder(session, share_id)
    remove(session, by, share_id)
    record(session, Event.SHARE_ENDED, share=share_id, how=how.told.value)
    _shred(session, by, own)


def _own_folder(session: Session, share_id: uuid.UUID) -> uuid.UUID | None:
    """The folder of a share that opens: it was sealed to it. None where only the trail can tell."""
    share = session.get(Share, share_id)
    return share.folder_id if share is not None and opened([share]).good else None


def _shred(session: Session, by: Visitor, folder_id: uuid.UUID | None) -> None:
    """Also where the trail does not tell of it any more: what is taken back is not to be put back."""
    if folder_id is not None:
        give_up(session, folder_id)
        by.ring.shred_folder(folder_id)


def _purpose(kind: OfficeKind | None) -> str | None:
    """What the consent was to that a share with such an office rests on."""
    return CODES.purpose_of(ACTION_WITH[kind]) if kind is not None else None


lose(Lost(hold_trials, end_shares_of))
