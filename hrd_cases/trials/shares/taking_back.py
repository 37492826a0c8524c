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
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.noes import Lost, lose
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Locked, Refused, Tampered
from hrd_cases.trials.docket import Docket, open_docket, telling_of
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares.ending import end, remove
from hrd_cases.trials.shares.following import share_of, shares_of
from hrd_cases.trials.shares.leaving import let_go
from hrd_cases.trials.shares.rules import SHARE_OVER, Ended, ShareEntry
from hrd_cases.trials.shares.seen import ACTION_WITH
from hrd_cases.trials.writing import correct, hold_files, locked_docket

log = structlog.get_logger()
_NO_REASON_WANTED = (
    N_("Nobody has to write here why it was taken back."),
    N_("Read what stands on the page of the share."),
)
_UNREADABLE = (Tampered, Locked)
"""A trial that cannot be read holds no no up: whoever comes by next looks at it again (`mending`)."""


def revoke(
    session: Session, by: Visitor, proceeding: Proceeding, share_id: uuid.UUID, reason: str, now: datetime
) -> None:
    """Take it back: from this moment nobody there opens it, whatever keys they kept. In danger
    nobody has the time to say why: `reason` may be empty."""
    docket = locked_docket(session, proceeding)
    standing = share_of(docket, share_id)
    if not standing.said.not_ended:
        raise Refused.of(SHARE_OVER)
    end(session, by, docket, standing, Ended.REVOKED, reason.strip(), now)
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
        docket = locked_docket(session, proceeding)
        if any(one.said.not_ended and case.id in one.said.files for one in shares_of(docket)):
            with suppress(*_UNREADABLE):
                telling += telling_of(session, docket)
    hold_files(session, telling)


def end_shares_of(session: Session, by: Visitor, file: File, purposes: Collection[str], now: datetime) -> int:
    """How many shares for this file ended."""
    ended = 0
    for proceeding in _trials(session, file):
        docket = open_docket(session, proceeding, anew=True)
        for standing in shares_of(docket):
            said = standing.said
            if said.not_ended and file.case.id in said.files and _purpose(said) in purposes:
                _end_in_any_case(session, by, docket, standing, now)
                ended += 1
        with suppress(Refused, *_UNREADABLE), session.begin_nested():
            let_go(session, by, proceeding, now)
    return ended


def _end_in_any_case(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime
) -> None:
    """A no is written whatever becomes of a share: where it cannot be ended as it should, what opens it goes."""
    try:
        with session.begin_nested():
            end(session, by, docket, standing, Ended.CONSENT, "", now)
    except OperationalError:  # the database's fault, and over some time
        raise
    except Exception:
        log.exception("a share could not be ended: its keys and its secret go")
        remove(session, by, standing.said.share_id)
        record(session, Event.SHARE_ENDED, share=standing.said.share_id, how=Ended.CONSENT.value)


def _purpose(said: ShareEntry) -> str | None:
    """What the consent was to that it rests on."""
    return CODES.purpose_of(ACTION_WITH[said.kind])


lose(Lost(hold_trials, end_shares_of))
