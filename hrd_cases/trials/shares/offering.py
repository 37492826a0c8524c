"""A hearing is shared with another office, and for longer. Nothing goes out without the consent of everybody for whom
it is shared. An embassy that is asked is the hearing's observer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import consent_gate, outward
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.consent_gate import Decision
from hrd_cases.cases.details import Action, ActionState
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.life import IN_HAND
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.keys.models import FolderKind
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.models import Office
from hrd_cases.trials.details import Hearing, Observer
from hrd_cases.trials.docket import Docket, files_of, telling_of
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares.following import change, send_offer, share_of, shares_of, tell_them
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import SHARE_OVER, Seen, ShareEntry, check_until, parts_of
from hrd_cases.trials.shares.seen import (
    ACTION_WITH,
    Chosen,
    To,
    called,
    chosen_files,
    kind_of,
    name_of_file,
    newest,
    office_to,
    preview,
)
from hrd_cases.trials.times import has_begun
from hrd_cases.trials.writing import hold_files, locked_docket, write

_TWICE = (
    N_("This hearing is shared with them already."),
    N_("Take that share back first, or extend it."),
)
_OVER = (N_("This hearing is over: nobody can observe it any more."), N_("Share the next one."))
_CANCELLED = (N_("This hearing was cancelled: it is shared with nobody."), N_("Share the next one."))
_BEGUN = (
    N_("This hearing has begun: nobody who is asked now can observe it."),
    N_("Record what came of it. If it begins later than it was set, move it first."),
)
_NOT_LONGER = (N_("It would not end later than it does."), N_("Choose a later week, or take it back now."))

_NOTHING_NEW = (N_("They see all of it already."), N_("Go back: nothing has to be sent."))


class Asked(NamedTuple):
    """A file of the trial, and what the gate says of each kind of office; nothing where the file is not in hand."""

    file: File
    decisions: dict[OfficeKind, Decision]

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def name(self) -> str:
        return name_of_file(self.file)

    @property
    def may(self) -> bool:
        return any(one.allowed for one in self.decisions.values())

    @property
    def asks(self) -> bool:
        """Is it to be said how somebody knows that it is still wanted?"""
        return any(one.ask is not None for one in self.decisions.values())

    @property
    def why_not(self) -> consent_gate.Said:
        """Why embassies, which are asked most, are not told; and what to do instead."""
        decision = self.decisions.get(OfficeKind.EMBASSY)
        return (decision.reason, decision.instead) if decision is not None else consent_gate.NOT_IN_HAND

    @property
    def not_for(self) -> dict[OfficeKind, consent_gate.Said]:
        """Of the kinds of office that are not told: why, and what to do instead."""
        return {kind: (one.reason, one.instead) for kind, one in self.decisions.items() if not one.allowed}

    def refusal(self, kind: OfficeKind) -> Refused | None:
        """Why offices of this kind are not told, in the words of the gate; None where they may be."""
        if kind not in self.decisions:
            return Refused.of(consent_gate.NOT_IN_HAND)
        why = self.not_for.get(kind)
        return Refused.of(why) if why is not None else None

    def asks_of(self, kind: OfficeKind) -> bool:
        """Has it to be said how somebody knows that this is still wanted?"""
        return kind in self.decisions and self.decisions[kind].ask is not None


def asked(session: Session, docket: Docket, now: datetime) -> list[Asked]:
    """For whom it may be shared: every file of the trial, opened once."""
    return [_asked(session, open_file(session, case), now) for case in files_of(session, docket)]


def _asked(session: Session, file: File, now: datetime) -> Asked:
    in_hand = file.state(now.date()) in IN_HAND
    kinds = ACTION_WITH.items() if in_hand else ()
    return Asked(file, {office: outward.judge(session, file, action, now) for office, action in kinds})


def could_go_to(
    session: Session, by: Visitor, docket: Docket, hearing: Standing[Hearing], now: datetime
) -> dict[uuid.UUID, OfficeKind]:
    """Embassies and headquarters' circle, as their charters say: whom a hearing can be shared with, and is not."""
    refused = {kind for kind in ACTION_WITH if too_late_for(kind, hearing.said, now) is not None}
    there = {one.said.office_id for one in shares_of(docket, hearing.id) if one.said.stands(now)}
    rows = session.scalars(select(Office.id).where(Office.kind.in_(list(ACTION_WITH)))).all()
    others = [one for one in rows if one not in {*there, docket.proceeding.office_id}]
    kinds = ((one, kind_of(by, one)) for one in others)
    return {one: kind for one, kind in kinds if kind is not None and kind not in refused}


def too_late_for(kind: OfficeKind, said: Hearing, now: datetime) -> consent_gate.Said | None:
    """Why a hearing is shared with no office of this kind any more, and what to do instead; None while it may be. An
    embassy is asked to observe it; headquarters may know of it afterwards too.
    """
    if said.state == State.CANCELLED:
        return _CANCELLED
    if kind is not OfficeKind.EMBASSY:
        return None
    if not said.is_ahead:
        return _OVER
    return _BEGUN if has_begun(said.when, now) else None


def look(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Standing[Hearing],
    found: Iterable[Asked],
    chosen: Chosen,
    now: datetime,
) -> Seen:
    """What they would see. Refused where it could not be sent, so that nobody reads a preview of what will not be."""
    to = office_to(session, by, docket, chosen.office_id)
    check_until(chosen.until_on, hearing.said.when, now)
    _check_wanted(docket, hearing, to, now)
    wanted = {case.id for case in chosen_files(session, docket, chosen)}
    those = [one for one in found if one.case.id in wanted]
    for why in (one.refusal(to.kind) for one in those):
        if why is not None:
            raise why
    return preview(docket, hearing, to, [one.file for one in those], chosen)


def share(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    chosen: Chosen,
    now: datetime,
    *,
    looked_at: Seen,
    share_id: uuid.UUID | None = None,
) -> ShareEntry:
    """Share a hearing as it was read: `made_from` is the entry that stood there. An embassy is asked to observe it
    where nobody goes yet. Raises Changed if it was changed since, or where they would see something else than was
    `looked_at`: what goes out is what the preview showed.

    Refused without the consent of everybody for whom it is shared, in the words of the gate.
    """
    docket = locked_docket(session, proceeding)
    hearing = docket.as_read(made_from, Hearing)
    to, until = office_to(session, by, docket, chosen.office_id), check_until(chosen.until_on, hearing.said.when, now)
    _check_wanted(docket, hearing, to, now)
    seen = _agreed_to(session, by, docket, hearing, to, chosen, looked_at, now)
    entry = ShareEntry(
        share_id=share_id or uuid.uuid4(),
        hearing_id=hearing.id,
        office_id=to.office.id,
        kind=to.kind,
        files=chosen.files,
        parts=parts_of(chosen.parts),
        until=until,
        shared=seen,
        by=by.member_id,
        reminders=tell_them(session, to.office.id, to.kind, now),
    )
    _give(session, by, proceeding, entry, now)
    if seen.asked:
        observer = Observer(share_id=entry.share_id, embassy=called(to.office))
        take_act(session, by, proceeding, made_from, Act.ASSIGN, Given(observer=observer), now)
    return entry


def _agreed_to(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Standing[Hearing],
    to: To,
    chosen: Chosen,
    looked_at: Seen,
    now: datetime,
) -> Seen:
    """What they will see, as somebody looked at it and as everybody agreed for whom it is shared. Raises as `share`."""
    cases = chosen_files(session, docket, chosen)
    hold_files(session, [*cases, *telling_of(session, docket)])
    seen = preview(docket, hearing, to, [open_file(session, case) for case in cases], chosen)
    if looked_at != seen:
        raise Changed("they would see something else than was looked at")
    _ask_consent(session, by, cases, to, seen, chosen.still_wanted, now)
    return seen


def _give(session: Session, by: Visitor, proceeding: Proceeding, entry: ShareEntry, now: datetime) -> None:
    """What the other side opens, in a folder of its own, and the letter with its key; and that it was given."""
    share = Share(
        id=entry.share_id,
        folder_id=_folder(session, by, proceeding.office_id, now),
        office_id=proceeding.office_id,
        to_office_id=entry.office_id,
        until=entry.until,
        proceeding_id=proceeding.id,
        hearing_id=entry.hearing_id,
        shared=entry.shared,
        came=(),
    )
    session.add(share)
    session.flush()
    letter = send_offer(session, by, share, entry, now)
    write(session, by, proceeding, msgspec.structs.replace(entry, letter=letter.id), now)
    told = {"office": share.to_office_id, "folder": share.folder_id, "until": entry.until.isoformat()}
    record(session, Event.SHARE_OFFERED, share=share.id, **told)
    session.flush()


def _check_wanted(docket: Docket, hearing: Standing[Hearing], to: To, now: datetime) -> None:
    too_late = too_late_for(to.kind, hearing.said, now)
    if too_late is not None:
        raise Refused.of(too_late)
    there = (one.said for one in shares_of(docket, hearing.id))
    if any(one.office_id == to.office.id and one.stands(now) for one in there):
        raise Refused.of(_TWICE)


def _ask_consent(
    session: Session, by: Visitor, cases: Iterable[Case], to: To, seen: Seen, still_wanted: str, now: datetime
) -> None:
    """An outward act on each file: its gate says whether it may be, and the file says that it was."""
    for case in sorted(cases, key=lambda one: one.id):
        act = Action(
            kind=ACTION_WITH[to.kind],
            state=ActionState.DONE,
            when=now,
            addressee=called(to.office),
            text=" · ".join(filter(None, (seen.court, seen.when.on.isoformat()))),
            still_wanted=still_wanted,
        )
        outward.act(session, by, case, act, now)


def _folder(session: Session, by: Visitor, office_id: uuid.UUID, now: datetime) -> uuid.UUID:
    folder = by.ring.open_folder(office_id, FolderKind.SHARE, now)
    record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    return folder.id


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
    standing = share_of(docket, share_id)
    said = standing.said
    if not said.stands(now) or session.get(Share, share_id) is None:
        raise Refused.of(SHARE_OVER)
    until = longer(said, on, now)
    to = office_to(session, by, docket, said.office_id)
    files = [case for case in files_of(session, docket) if case.id in said.files]
    _ask_consent(session, by, files, to, said.shared, still_wanted, now)
    change(session, by, docket, standing, {"until": until}, now)


def longer(said: ShareEntry, on: date, now: datetime) -> datetime:
    """When a share ends that is to end later. Refused as `check_until`, and where that is no later."""
    until = check_until(on, said.shared.when, now)
    if until <= said.until:
        raise Refused.of(_NOT_LONGER)
    return until


def asked_of(session: Session, docket: Docket, said: ShareEntry, now: datetime) -> list[Asked]:
    """Those for whom it is shared, as the gate has them now."""
    cases = (case for case in files_of(session, docket) if case.id in said.files)
    return [_asked(session, open_file(session, case), now) for case in cases]


def renewed(session: Session, docket: Docket, said: ShareEntry) -> Seen:
    """What they would see of a share that stands, as everything is now: the preview of `renew`. Raises Absent for a
    hearing that is gone.
    """
    names = (name_of_file(open_file(session, case)) for case in files_of(session, docket) if case.id in said.files)
    return newest(docket.trial, docket.hearing(said.hearing_id).said, said, names)


def renew(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    share_id: uuid.UUID,
    looked_at: Seen,
    still_wanted: str,
    now: datetime,
) -> None:
    """They see from now on what somebody has looked at. Consent is asked for again. Raises Changed where they would see
    something else.
    """
    docket = locked_docket(session, proceeding)
    standing = share_of(docket, share_id)
    said = standing.said
    if not said.stands(now) or session.get(Share, share_id) is None:
        raise Refused.of(SHARE_OVER)
    cases = [case for case in files_of(session, docket) if case.id in said.files]
    hold_files(session, cases)
    if renewed(session, docket, said) != looked_at:
        raise Changed("they would see something else than was looked at")
    if looked_at == said.shared:
        raise Refused.of(_NOTHING_NEW)
    _ask_consent(session, by, cases, office_to(session, by, docket, said.office_id), looked_at, still_wanted, now)
    change(session, by, docket, standing, {"shared": looked_at}, now)
