"""What others were given of a hearing says the same as the hearing: kept up to date, in versions of their own.

The other side is told of everything by letter. A letter that cannot go now, because that office is changing its keys,
is said to be waiting.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.file import open_file
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, HrdError, Locked, Refused, Tampered
from hrd_cases.keys import guests
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.outbox.book import to_role
from hrd_cases.outbox.plan import cancel
from hrd_cases.records import Sleeve, opened
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, files_of, open_docket
from hrd_cases.trials.life import State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares.arrived import sealed_under
from hrd_cases.trials.shares.ending import end
from hrd_cases.trials.shares.letters import CHANGED, OFFERED, Offer, send
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import SHARE_OVER, TO_BE_READ, Ended, Seen, ShareEntry, Stand, ends_after
from hrd_cases.trials.shares.seen import LOOKED_AT, name_of_file, newest
from hrd_cases.trials.told import changes_asked
from hrd_cases.trials.writing import correct

READERS = {OfficeKind.EMBASSY: Role.EMBASSY_OBSERVER, OfficeKind.HEADQUARTERS: Role.HEADQUARTERS_DESK}
"""Who there is told."""


def tell_them(session: Session, office_id: uuid.UUID, kind: OfficeKind, now: datetime) -> tuple[uuid.UUID, ...]:
    """On their Today. Headquarters by mail too (DOMAIN §3: it is alerted where the penalty may be death), of every
    hearing alike: whether it mails lies in clear, beside the share.
    """
    return tell(session, [to_role(office_id, READERS[kind].value)], now, mails=kind is OfficeKind.HEADQUARTERS)


def send_offer(
    session: Session, by: Visitor, share: Share, entry: ShareEntry, now: datetime, act: str = OFFERED
) -> Letter:
    """The letter with what opens a share as it stands."""
    given = guests.give(session, by.ring, share.folder_id)
    content = Offer(given, entry.number, entry.until, entry.reminders, entry.state == Stand.ACCEPTED)
    return send(session, by, share.office_id, share.to_office_id, act, share.id, content, now)


def shares_of(docket: Docket, hearing_id: uuid.UUID | None = None) -> list[Standing[ShareEntry]]:
    """Everything that was ever shared of a trial, or of one hearing of it, the newest last."""
    return [one for one in docket.all(ShareEntry) if hearing_id in (None, one.said.hearing_id)]


def share_of(docket: Docket, share_id: uuid.UUID) -> Standing[ShareEntry]:
    """The entry about a share. Raises Absent if it is none of this trial."""
    found = next((one for one in shares_of(docket) if one.said.share_id == share_id), None)
    if found is None:
        raise Absent("no share of this trial")
    return found


def reads_no_more(docket: Docket, share_id: uuid.UUID, now: datetime) -> bool:
    """Is a share of this trial over, so that whoever was given it opens nothing any more?"""
    return any(one.said.share_id == share_id and not one.said.stands(now) for one in shares_of(docket))


def follow(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    now: datetime,
    *,
    carried: tuple[uuid.UUID, uuid.UUID] | None = None,
) -> None:
    """Whatever was written of a hearing, what others were given of it says when it is and whether; of all else nothing
    goes out by itself (`offering.renew`). A share ends with the observer who does not go any more. `carried`: a hearing
    that was adjourned, and the next one, whose share it is from now on.
    """
    docket = open_docket(session, proceeding)
    if not any(one.said.not_ended for one in shares_of(docket)):
        return
    session.flush()
    docket = open_docket(session, proceeding, anew=True)
    for standing in shares_of(docket):
        if standing.said.stands(now):
            _follow_one(session, by, docket, standing, carried, now)


def _follow_one(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[ShareEntry],
    carried: tuple[uuid.UUID, uuid.UUID] | None,
    now: datetime,
) -> None:
    said = standing.said
    moved = carried is not None and carried[0] == said.hearing_id
    hearing_id = carried[1] if carried is not None and moved else said.hearing_id
    hearing = docket.one(hearing_id, Hearing)
    if hearing is None:
        return
    if not moved and _has_left(docket, hearing, said.share_id):
        end(session, by, docket, standing, Ended.OBSERVER_LEFT, "", now)
        return
    files, people = _left(session, docket, said)
    if not files:
        end(session, by, docket, standing, Ended.REVOKED, "", now)
        return
    seen = _of_hearing(docket, hearing, said, files, people)
    if (seen, files) == (said.shared, said.files) and not moved:
        return
    # On a new date they say anew whether they can come.
    changes: dict[str, Any] = {"shared": seen, "hearing_id": hearing_id, "files": files}
    if moved:
        changes |= {"state": Stand.OFFERED.value, "answered_by": None, "answered_at": None}
    if hearing.said.state == State.CANCELLED:
        changes["until"] = min(said.until, ends_after((now + TO_BE_READ).date()))
    change_or_end(session, by, docket, standing, changes, now)


def change_or_end(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[ShareEntry],
    changes: dict[str, Any],
    now: datetime,
) -> None:
    """What cannot be kept up to date is shared no more: no act on a hearing waits for it, and nobody goes by it."""
    try:
        with session.begin_nested():
            change(session, by, docket, standing, changes, now)
    except (Tampered, Locked):
        record(session, Event.ALARM_RAISED, alarm=f"failed its check: shares {standing.said.share_id}")
        end(session, by, docket, standing, Ended.DAMAGED, "", now)


def send_anew(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime) -> None:
    """What the other side was sent never came there, or the key of it was taken from them: they are given the same
    version once more. Who takes the key away again and again has them told of no change.
    """
    record(session, Event.ALARM_RAISED, alarm=f"did not arrive: shares {standing.said.share_id}")
    _give_once_more(session, by, docket, standing, now)


def say_that_it_came(
    session: Session, by: Visitor, proceeding: Proceeding, share_id: uuid.UUID, letter_id: uuid.UUID, now: datetime
) -> None:
    """What the other side wrote was taken in: the share tells them, under its seal. Where that takes a new key, because
    somebody left our office, they are given it. Nothing to tell where they open nothing any more.
    """
    session.flush()
    share = session.get(Share, share_id)
    if share is None or not opened([share]).good or letter_id in (share.came or ()):
        return
    before = sealed_under(session, share)
    share.came = (*(share.came or ()), letter_id)
    session.flush()
    if sealed_under(session, share) != before:
        docket = open_docket(session, proceeding, anew=True)
        _give_once_more(session, by, docket, share_of(docket, share_id), now)


def _give_once_more(
    session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime
) -> None:
    said = standing.said
    unsent = msgspec.structs.replace(said, told=said.number - 1)
    then = _told(session, by, session.get_one(Share, said.share_id), unsent, now)
    correct(session, by, docket, standing.entry.id, then, now)


def _left(session: Session, docket: Docket, said: ShareEntry) -> tuple[tuple[uuid.UUID, ...], tuple[str, ...]]:
    """For whom it still is, and their names as they see them: whoever was taken off the trial is no part of it."""
    files = tuple(one for one in said.files if one in docket.trial.files)
    if files == said.files:
        return files, said.shared.people
    return files, tuple(
        name_of_file(open_file(session, case)) for case in files_of(session, docket) if case.id in files
    )


def _has_left(docket: Docket, hearing: Standing[Hearing], share_id: uuid.UUID) -> bool:
    """Was the observer of this share to go, and is somebody else now, or nobody?"""
    said = hearing.said
    if said.state == State.CANCELLED or (said.observer is not None and said.observer.share_id == share_id):
        return False
    versions = (one.details for one in docket.versions(hearing.id))
    went = (one.observer for one in versions if isinstance(one, Hearing))
    return any(one is not None and one.share_id == share_id for one in went)


def _of_hearing(
    docket: Docket, hearing: Standing[Hearing], said: ShareEntry, files: tuple[uuid.UUID, ...], people: tuple[str, ...]
) -> Seen:
    """When it is, whether, and how grave, as it stands, and what is to be changed in their report; all else as they
    were sent it before. Where somebody was taken off it, no charges: some may have been theirs.
    """
    then = newest(docket.trial, hearing.said, msgspec.structs.replace(said, files=files), people)
    kept = {name: getattr(said.shared, name) for name in LOOKED_AT} | ({} if files == said.files else {"charges": ()})
    if then.kind != "other":  # a word of ours, which names nobody
        kept |= {"kind": then.kind, "other_kind": ""}
    return msgspec.structs.replace(then, **kept | _changes_asked(docket, hearing, said.share_id))


def _changes_asked(docket: Docket, hearing: Standing[Hearing], share_id: uuid.UUID) -> dict[str, Any]:
    """What whoever reports on it is asked to change; of nobody else is anything asked."""
    observer = hearing.said.observer
    asked = changes_asked(docket, hearing.id) if observer is not None and observer.share_id == share_id else None
    return {} if asked is None else {"changes": asked.words, "changes_at": asked.at}


def change(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[ShareEntry],
    changes: dict[str, Any],
    now: datetime,
) -> None:
    """A new version of a share, under a key of its own: whoever kept an older key opens nothing of it. The other side
    is told by letter, or as soon as it can receive one. Raises Tampered where somebody took the share away.
    """
    said = standing.said
    share = session.get(Share, said.share_id)
    if share is None:
        raise Tampered("a share whose row is gone")
    cancel(session, said.reminders)
    then: ShareEntry = msgspec.structs.replace(said, **changes, number=said.number + 1)
    by.ring.seal_anew(share.folder_id, Sleeve.FILE)
    share.shared, share.number = then.shared, then.number
    share.hearing_id = then.hearing_id
    if share.until != then.until:
        share.until = then.until
    session.flush()
    then = msgspec.structs.replace(then, reminders=tell_them(session, said.office_id, said.kind, now))
    then = _told(session, by, share, then, now)
    correct(session, by, docket, standing.entry.id, then, now)
    record(session, Event.SHARE_CHANGED, share=share.id, until=then.until.isoformat())


def _told(session: Session, by: Visitor, share: Share, then: ShareEntry, now: datetime) -> ShareEntry:
    """The letter with the new version. Where it cannot go now, the entry says so: no act on a hearing waits for it."""
    try:
        letter = send_offer(session, by, share, then, now, CHANGED)
    except HrdError:
        return then
    return msgspec.structs.replace(then, told=then.number, letter=letter.id)


def send_again(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry], now: datetime) -> None:
    """A version that could not be sent. Refused as long as that office cannot receive."""
    said, share = standing.said, session.get(Share, standing.said.share_id)
    if share is None or not said.stands(now):
        raise Refused.of(SHARE_OVER)
    letter = send_offer(session, by, share, said, now, CHANGED)
    then = msgspec.structs.replace(said, told=said.number, letter=letter.id)
    correct(session, by, docket, standing.entry.id, then, now)
