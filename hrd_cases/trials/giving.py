"""What an office shares with another of a hearing: offered, kept up to date, extended, taken back.

Nothing goes out without the consent of everybody for whom it is shared. What the other side sees is one struct
(`Shared`), in a folder that ends with the share. It is told of everything by letter; a letter that cannot go now,
because that office is changing its keys, is said to be waiting, and what was taken back is gone all the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import outward
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import Action, ActionState
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed, HrdError, Refused
from hrd_cases.keys import guests
from hrd_cases.keys.models import FolderKind
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.offices.models import Office
from hrd_cases.outbox.book import to_role
from hrd_cases.outbox.plan import cancel
from hrd_cases.records import Sleeve
from hrd_cases.trials.details import Hearing, Trial
from hrd_cases.trials.docket import Docket, files_of, open_docket
from hrd_cases.trials.life import AHEAD, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shared import (
    STANDING,
    Charged,
    Ended,
    Part,
    Shared,
    Sharing,
    Stand,
    check_until,
    ends_after,
    parts_of,
)
from hrd_cases.trials.sharing_letters import CHANGED, ENDED, OFFERED, Gone, Offer, send
from hrd_cases.trials.sharing_models import Share
from hrd_cases.trials.writing import correct, locked_docket, write

ACTION_WITH = {OfficeKind.EMBASSY.value: "brief_embassies", OfficeKind.HEADQUARTERS.value: "report_headquarters"}
"""The outward act that a share is, by the kind of office it goes to: it has the purpose that is asked for."""
READERS = {OfficeKind.EMBASSY.value: Role.EMBASSY_OBSERVER, OfficeKind.HEADQUARTERS.value: Role.HEADQUARTERS_DESK}
"""Who there is told."""
CALLED_OFF = (State.CANCELLED, State.ADJOURNED)

_NOBODY = (N_("Nothing says for whom it is shared."), N_("Choose at least one of the files of this trial."))
_NOT_ITS = (N_("This file is no part of the trial."), N_("Choose one of its files."))
_NO_OFFICE = (N_("Nothing is shared with this office."), N_("Choose an embassy, or headquarters."))
_TWICE = (
    N_("This hearing is shared with them already."),
    N_("Take that share back first, or extend it."),
)
_OVER = (N_("This hearing is over: nobody can observe it any more."), N_("Share the next one."))
_ENDED = (N_("This share is over."), N_("Share the hearing anew, if it is still wanted."))
_NO_REASON = (N_("Nothing says why it is taken back."), N_("Write the reason."))
_NOT_LONGER = (N_("It would not end later than it does."), N_("Choose a later week, or take it back now."))


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What somebody ticked and wrote on the page: with which office, for whom, which parts, until when."""

    office_id: uuid.UUID
    files: tuple[uuid.UUID, ...]
    parts: tuple[str, ...]
    until_on: date
    briefing: str = ""
    do_no_harm: str = ""
    still_wanted: str = ""


# -- what the other side sees


def shown(trial: Trial, hearing: Hearing, names: Iterable[str], chosen: Chosen, *, asked: bool) -> Shared:
    """All that they see, and nothing of what was not chosen: the preview and the page are made of it."""
    parts = set(chosen.parts)
    spoken = Part.LANGUAGE in parts
    return Shared(
        kind=hearing.kind,
        other_kind=hearing.other_kind,
        when=hearing.when,
        court=hearing.court or trial.court,
        place=trial.place,
        room=hearing.room,
        announced_closed=hearing.announced_closed,
        called_off=hearing.state if State(hearing.state) in CALLED_OFF else "",
        people=tuple(names) if Part.PEOPLE in parts else (),
        charges=tuple(_charges(trial)) if Part.CHARGES in parts else (),
        number=trial.number if Part.NUMBER in parts else "",
        counsel=trial.counsel if Part.COUNSEL in parts else "",
        language=trial.language if spoken else "",
        interpreter=trial.interpreter if spoken else "",
        death_penalty_possible=Part.DEATH_PENALTY in parts and trial.death_penalty_possible,
        briefing=chosen.briefing.strip(),
        do_no_harm=chosen.do_no_harm.strip(),
        asked=asked,
    )


def _charges(trial: Trial) -> Iterator[Charged]:
    return (Charged(text=one.text, articles=one.articles) for one in trial.charges)


def preview(session: Session, docket: Docket, hearing: Standing[Hearing], chosen: Chosen) -> Shared:
    """What would be seen, exactly. Refused where nobody is chosen, or nothing can be shared with that office."""
    office = _office(session, docket, chosen.office_id)
    names = [name_of_file(session, case) for case in _chosen_files(session, docket, chosen)]
    asked = office.kind == OfficeKind.EMBASSY
    return shown(docket.trial, hearing.said, names, chosen, asked=asked)


def name_of_file(session: Session, case: Case) -> str:
    """The defender's name; the reference where the file has none: by it their office knows whom somebody means."""
    return open_file(session, case).name or case.reference


def _office(session: Session, docket: Docket, office_id: uuid.UUID) -> Office:
    office = session.get(Office, office_id)
    if office is None or office.kind not in ACTION_WITH or office.id == docket.proceeding.office_id:
        raise Refused.of(_NO_OFFICE)
    return office


def _chosen_files(session: Session, docket: Docket, chosen: Chosen) -> list[Case]:
    wanted = set(chosen.files)
    if not wanted:
        raise Refused.of(_NOBODY)
    found = [case for case in files_of(session, docket) if case.id in wanted]
    if len(found) < len(wanted):
        raise Refused.of(_NOT_ITS)
    return found


# -- offered


def offer(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    chosen: Chosen,
    now: datetime,
    *,
    share_id: uuid.UUID | None = None,
) -> Sharing:
    """Share a hearing as it was read: `made_from` is the entry that stood there. Raises Changed if it was changed
    since: what goes out is what the preview showed.

    Refused without the consent of everybody for whom it is shared, in the words of the gate.
    """
    docket = locked_docket(session, proceeding)
    hearing = docket.hearing(made_from)
    if hearing.entry.id != made_from:
        raise Changed("the hearing was changed since the preview")
    office = _office(session, docket, chosen.office_id)
    until = check_until(chosen.until_on, now)
    _check_wanted(docket, hearing, office, now)
    seen = preview(session, docket, hearing, chosen)
    _ask_consent(session, by, _chosen_files(session, docket, chosen), office, seen, chosen.still_wanted, now)
    share = Share(
        id=share_id or uuid.uuid4(),
        folder_id=_folder(session, by, proceeding.office_id, now),
        office_id=proceeding.office_id,
        to_office_id=office.id,
        until=until,
        proceeding_id=proceeding.id,
        hearing_id=hearing.id,
        shared=seen,
    )
    session.add(share)
    session.flush()
    sharing = Sharing(
        share_id=share.id,
        hearing_id=hearing.id,
        office_id=office.id,
        files=chosen.files,
        parts=parts_of(chosen.parts),
        until=until,
        shared=seen,
        by=by.member_id,
        reminders=_tell_them(session, office, seen, now),
    )
    _send_offer(session, by, share, sharing, now)
    write(session, by, proceeding, sharing, now)
    record(session, Event.SHARE_OFFERED, share=share.id, office=office.id)
    session.flush()
    return sharing


def _check_wanted(docket: Docket, hearing: Standing[Hearing], office: Office, now: datetime) -> None:
    observed = office.kind == OfficeKind.EMBASSY
    if hearing.said.state == State.CANCELLED or (observed and State(hearing.said.state) not in AHEAD):
        raise Refused.of(_OVER)
    there = (one.said for one in sharings(docket, hearing.id))
    if any(one.office_id == office.id and one.stands(now) for one in there):
        raise Refused.of(_TWICE)


def _ask_consent(
    session: Session, by: Visitor, cases: Iterable[Case], office: Office, seen: Shared, still_wanted: str, now: datetime
) -> None:
    """An outward act on each file: its gate says whether it may be, and the file says that it was."""
    for case in sorted(cases, key=lambda one: one.id):
        act = Action(
            kind=ACTION_WITH[office.kind],
            state=ActionState.DONE,
            when=now,
            addressee=called(office),
            text=" · ".join(filter(None, (seen.court, seen.when.on.isoformat()))),
            still_wanted=still_wanted,
        )
        outward.act(session, by, case, act, now)


def called(office: Office) -> str:
    """An office as a file names whom something went to: whose embassy it is, and where it sits."""
    return f"{office.member_state}, {office.seat}" if office.member_state else office.seat


def _folder(session: Session, by: Visitor, office_id: uuid.UUID, now: datetime) -> uuid.UUID:
    folder = by.ring.open_folder(office_id, FolderKind.SHARE, now)
    record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    return folder.id


def _tell_them(session: Session, office: Office, seen: Shared, now: datetime) -> tuple[uuid.UUID, ...]:
    """On their Today. Headquarters by mail too where the penalty may be death (DOMAIN §3): that is critical."""
    alarm = office.kind == OfficeKind.HEADQUARTERS and seen.death_penalty_possible
    return tell(session, [to_role(office.id, READERS[office.kind].value)], now, mails=alarm)


def _send_offer(
    session: Session, by: Visitor, share: Share, sharing: Sharing, now: datetime, act: str = OFFERED
) -> None:
    given = guests.give(session, by.ring, share.folder_id)
    content = Offer(given, sharing.number, sharing.until, sharing.reminders, sharing.state == Stand.ACCEPTED)
    send(session, by, share.office_id, share.to_office_id, act, share.id, content, now)


# -- kept up to date


def sharings(docket: Docket, hearing_id: uuid.UUID | None = None) -> list[Standing[Sharing]]:
    """Everything that was ever shared of a trial, or of one hearing of it, the newest last."""
    return [one for one in docket.all(Sharing) if hearing_id in (None, one.said.hearing_id)]


def about(docket: Docket, share_id: uuid.UUID) -> Standing[Sharing]:
    """The entry about a share. Raises Absent if it is none of this trial."""
    found = next((one for one in sharings(docket) if one.said.share_id == share_id), None)
    if found is None:
        raise Absent("no share of this trial")
    return found


def follow(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    now: datetime,
    *,
    carried: tuple[uuid.UUID, uuid.UUID] | None = None,
) -> None:
    """Whatever was written of a trial or its hearings, what others were given of it says the same; a share ends with
    the observer who does not go any more. `carried`: a hearing that was adjourned, and the next one, whose share it is
    from now on.
    """
    docket = open_docket(session, proceeding)
    if not any(one.said.state in STANDING for one in sharings(docket)):
        return
    session.flush()
    docket = open_docket(session, proceeding, anew=True)
    for standing in sharings(docket):
        if standing.said.stands(now):
            _follow_one(session, by, docket, standing, carried, now)


def _follow_one(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[Sharing],
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
    seen = shown(docket.trial, hearing.said, people, _as_chosen(said), asked=said.shared.asked)
    if (seen, files) == (said.shared, said.files) and not moved:
        return
    # On a new date they say anew whether they can come.
    changes: dict[str, Any] = {"shared": seen, "hearing_id": hearing_id, "files": files}
    if moved:
        changes |= {"state": Stand.OFFERED.value, "answered_by": None, "answered_at": None}
    if hearing.said.state == State.CANCELLED:
        changes["until"] = min(said.until, ends_after(now.date()))
    change(session, by, docket, standing, changes, now)


def _left(session: Session, docket: Docket, said: Sharing) -> tuple[tuple[uuid.UUID, ...], tuple[str, ...]]:
    """For whom it still is, and their names as they see them: whoever was taken off the trial is no part of it."""
    files = tuple(one for one in said.files if one in docket.trial.files)
    if files == said.files:
        return files, said.shared.people
    return files, tuple(name_of_file(session, case) for case in files_of(session, docket) if case.id in files)


def _has_left(docket: Docket, hearing: Standing[Hearing], share_id: uuid.UUID) -> bool:
    """Was the observer of this share to go, and is somebody else now, or nobody?"""
    said = hearing.said
    if said.state == State.CANCELLED or (said.observer is not None and said.observer.share_id == share_id):
        return False
    versions = (one.details for one in docket.versions(hearing.id))
    went = (one.observer for one in versions if isinstance(one, Hearing))
    return any(one is not None and one.share_id == share_id for one in went)


def _as_chosen(said: Sharing) -> Chosen:
    return Chosen(
        office_id=said.office_id,
        files=said.files,
        parts=said.parts,
        until_on=said.until.date(),
        briefing=said.shared.briefing,
        do_no_harm=said.shared.do_no_harm,
    )


def change(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Sharing], changes: dict[str, Any], now: datetime
) -> None:
    """A new version of a share, under a key of its own: whoever kept an older key opens nothing of it. The other side
    is told by letter, or as soon as it can receive one.
    """
    said = standing.said
    cancel(session, said.reminders)
    then: Sharing = msgspec.structs.replace(said, **changes, number=said.number + 1)
    share = session.get(Share, said.share_id)
    office = session.get(Office, said.office_id)
    if share is None or office is None:
        return
    by.ring.seal_anew(share.folder_id, Sleeve.FILE)
    share.shared, share.number = then.shared, then.number
    share.hearing_id = then.hearing_id
    if share.until != then.until:
        share.until = then.until
    session.flush()
    then = msgspec.structs.replace(then, reminders=_tell_them(session, office, then.shared, now))
    then = _told(session, by, share, then, now)
    correct(session, by, docket, standing.entry.id, then, now)
    record(session, Event.SHARE_CHANGED, share=share.id)


def _told(session: Session, by: Visitor, share: Share, then: Sharing, now: datetime) -> Sharing:
    """The letter with the new version. Where it cannot go now, the entry says so: no act on a hearing waits for it."""
    try:
        _send_offer(session, by, share, then, now, CHANGED)
    except HrdError:
        return then
    return msgspec.structs.replace(then, told=then.number)


def send_again(session: Session, by: Visitor, docket: Docket, standing: Standing[Sharing], now: datetime) -> None:
    """A version that could not be sent. Refused as long as that office cannot receive."""
    said, share = standing.said, session.get(Share, standing.said.share_id)
    if share is None or not said.stands(now):
        raise Refused.of(_ENDED)
    _send_offer(session, by, share, said, now, CHANGED)
    correct(session, by, docket, standing.entry.id, msgspec.structs.replace(said, told=said.number), now)


def extend(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    share_id: uuid.UUID,
    on: date,
    still_wanted: str,
    now: datetime,
) -> None:
    """It ends later. Consent is asked for again: what was agreed to may have been taken back."""
    docket = locked_docket(session, proceeding)
    standing = about(docket, share_id)
    said, until = standing.said, check_until(on, now)
    if not said.stands(now):
        raise Refused.of(_ENDED)
    if until <= said.until:
        raise Refused.of(_NOT_LONGER)
    office = _office(session, docket, said.office_id)
    files = [case for case in files_of(session, docket) if case.id in said.files]
    _ask_consent(session, by, files, office, said.shared, still_wanted, now)
    change(session, by, docket, standing, {"until": until}, now)


# -- ended


def revoke(
    session: Session, by: Visitor, proceeding: Proceeding, share_id: uuid.UUID, reason: str, now: datetime
) -> None:
    """Take it back: from this moment nobody there opens it, whatever keys they kept. Refused without a reason."""
    docket = locked_docket(session, proceeding)
    standing = about(docket, share_id)
    if standing.said.state not in STANDING:
        raise Refused.of(_ENDED)
    if not reason.strip():
        raise Refused.of(_NO_REASON)
    end(session, by, docket, standing, Ended.REVOKED, reason.strip(), now)


def end(
    session: Session,
    by: Visitor,
    docket: Docket,
    standing: Standing[Sharing],
    how: Ended,
    reason: str,
    now: datetime,
) -> None:
    """The share's keys go with this transaction, its secret once that is committed. The other side is told if it can
    be: nothing waits for that.
    """
    said = standing.said
    cancel(session, said.reminders)
    share = session.get(Share, said.share_id)
    if share is not None:
        remove(session, by, share)
    changes = {"state": Stand.ENDED.value, "ended": how.value, "ended_at": now, "reason": reason, "reminders": ()}
    correct(session, by, docket, standing.entry.id, msgspec.structs.replace(said, **changes), now)
    record(session, Event.SHARE_ENDED, share=said.share_id, how=how.value)
    tell_of_end(session, by, docket.proceeding.office_id, said, how, now)


def remove(session: Session, by: Visitor, share: Share) -> None:
    """Its row and its folder. Whoever it was shared with may do it as well: they hand back what they do not want."""
    session.delete(share)
    session.flush()
    by.ring.shred_folder(share.folder_id)


def tell_of_end(session: Session, by: Visitor, office_id: uuid.UUID, said: Sharing, how: Ended, now: datetime) -> None:
    try:
        send(session, by, office_id, said.office_id, ENDED, said.share_id, Gone(how.value), now)
    except HrdError:
        return
