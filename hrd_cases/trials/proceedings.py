"""A proceeding begun, corrected, taken from stage to stage; files added to it and taken off."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.calendar import is_zone
from hrd_cases.cases.chains import Standing, check_read
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import File
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.cases.writing import correct as correct_case
from hrd_cases.cases.writing import locked_file
from hrd_cases.cases.writing import write as write_case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused
from hrd_cases.keys.models import FolderKind
from hrd_cases.trials import stages
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import BEGUN, CORRECTED, FILE_ADDED, FILE_TAKEN_OFF, STAGE, Trial
from hrd_cases.trials.docket import Docket, open_docket, telling_of
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.planning import replan
from hrd_cases.trials.shares.following import follow
from hrd_cases.trials.shares.leaving import let_go
from hrd_cases.trials.stages import Stage
from hrd_cases.trials.touching import touch, touch_carrier
from hrd_cases.trials.writing import correct, hold_files, locked_docket, write

MOST_FILES = 200
"""More than any trial that was ever heard of defenders: beyond it somebody ticked a list by mistake."""

_NO_FILE = (N_("A trial is about one file at least."), N_("Choose a file; a trial that is over is terminated."))
_TOO_MANY = (N_("A trial is about %(most)s files at most."), N_("Record the others as a second trial."))
_ANOTHER_OFFICE = (
    N_("A trial and its files are of one office."),
    N_("Share the trial with the other office instead."),
)
_OVER = (N_("This file is not looked after any more."), N_("Reopen it first."))
_ALREADY = (N_("This file is part of the trial already."), N_("Choose another file."))
_NOT_ITS_OWN = (N_("This file is no part of the trial."), N_("Choose one of its files."))
_NO_REASON = (N_("Nothing says why the file is taken off."), N_("Write the reason."))
_NO_COURT = (N_("Neither a court nor a charge is given."), N_("Write one of them: by it colleagues know the trial."))
_NO_ZONE = (N_("This time zone is not known."), N_("Choose the zone of the place where the court sits."))
_TO_COME = (N_("What was done cannot lie ahead."), N_("Correct the day."))


def begin(
    session: Session,
    by: Visitor,
    cases: Sequence[Case],
    trial: Trial,
    now: datetime,
    *,
    proceeding_id: uuid.UUID | None = None,
) -> Proceeding:
    """A folder of its own, the proceeding, what it is, and in each file that it is part of it. The files are those
    given, whatever `trial` says. Refused without a file, for files of two offices, and for one that is over.
    """
    if not cases:
        raise Refused.of(_NO_FILE)
    _check_many(len(cases))
    _check_says(trial)
    office_id = cases[0].office_id
    folder = by.ring.open_folder(office_id, FolderKind.PROCEEDING, now)
    record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    proceeding = Proceeding(id=proceeding_id or uuid.uuid4(), folder_id=folder.id, office_id=office_id, opened_at=now)
    session.add(proceeding)
    session.flush()
    files = tuple(dict.fromkeys(case.id for case in cases))
    write(session, by, proceeding, msgspec.structs.replace(trial, files=files, act=BEGUN), now)
    record(session, Event.TRIAL_BEGUN, proceeding=proceeding.id, office=office_id)
    for case in hold_files(session, cases):
        _tie(session, by, proceeding, case, now)
    touch(session, by, cases)
    return proceeding


def correct_trial(
    session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, given: Trial, now: datetime
) -> bool:
    """What it is, corrected; its files and its stage stay as they are. Whether anything was written: nothing is where
    it stays as it was. Raises Changed if somebody corrected it first.
    """
    docket = locked_docket(session, proceeding)
    standing = _read(docket, made_from)
    before = standing.said
    _check_says(given)
    kept = {"files": before.files, "stage": before.stage}
    unsaid = {"act": CORRECTED, "reason": "", "changed": (), "stage_on": None}
    then = msgspec.structs.replace(given, **kept, **unsaid)
    if then == msgspec.structs.replace(before, **unsaid):
        return False
    correct(session, by, docket, standing.entry.id, then, now)
    touch_carrier(session, by, docket, before)
    follow(session, by, proceeding, now)
    return True


def add_files(
    session: Session, by: Visitor, proceeding: Proceeding, cases: Sequence[Case], now: datetime
) -> ProceedingEntry:
    """Others of the office's files are part of it from now on: the same trial, written once. Refused if one of them is
    part of it already, or is not looked after: then none joins.
    """
    docket = locked_docket(session, proceeding)
    before, joining = docket.trial, tuple(dict.fromkeys(case.id for case in cases))
    if not joining:
        raise Refused.of(_NO_FILE)
    if set(joining) & set(before.files):
        raise Refused.of(_ALREADY)
    _check_many(len(before.files) + len(joining))
    then = _changed(before, FILE_ADDED, files=(*before.files, *joining), changed=joining)
    return _with_files(session, by, docket, cases, then, now)


def take_off(
    session: Session, by: Visitor, proceeding: Proceeding, case: Case, reason: str, now: datetime
) -> ProceedingEntry:
    """This file is no part of it any more: charges were dropped, or it was ticked by mistake. An embassy that was to go
    for it alone goes no more. Refused without a reason, and for the last file there is.
    """
    docket = locked_docket(session, proceeding)
    before = docket.trial
    if case.id not in before.files:
        raise Refused.of(_NOT_ITS_OWN)
    if not reason.strip():
        raise Refused.of(_NO_REASON)
    left = tuple(one for one in before.files if one != case.id)
    if not left:
        raise Refused.of(_NO_FILE)
    then = _changed(before, FILE_TAKEN_OFF, files=left, changed=(case.id,), reason=reason)
    entry = _with_files(session, by, docket, [case], then, now)
    let_go(session, by, proceeding, now)
    return entry


def _with_files(
    session: Session, by: Visitor, docket: Docket, cases: Sequence[Case], then: Trial, now: datetime
) -> ProceedingEntry:
    """Files more or one less: said with the trial and in each; the cards of whoever carries its dates follow."""
    proceeding, told = docket.proceeding, telling_of(session, docket)
    entry = correct(session, by, docket, docket.standing.entry.id, then, now)
    concerned = [*cases, *told, *telling_of(session, open_docket(session, proceeding))]
    hold_files(session, concerned)
    for case in cases:
        if case.id in then.files:
            _tie(session, by, proceeding, case, now)
        else:
            _untie(session, by, proceeding, case, then.reason, now)
    _remind_anew(session, by, open_docket(session, proceeding), now)
    touch(session, by, concerned)
    follow(session, by, proceeding, now)
    return entry


def move_stage(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    after: Stage,
    now: datetime,
    *,
    reason: str = "",
    on: date | None = None,
) -> ProceedingEntry:
    """The proceeding goes on to another stage, or back to one for a reason. `on`: the day on which it did. Refused by
    the table of `stages`; raises Changed if somebody wrote what it is first.
    """
    docket = locked_docket(session, proceeding)
    standing = _read(docket, made_from)
    stages.move(Stage(standing.said.stage), after, reason)
    # By the clocks of whoever is farthest ahead: at the court it may be tomorrow.
    if on is not None and (on - now.date()).days > 1:
        raise Refused.of(_TO_COME)
    then = _changed(standing.said, STAGE, stage=after.value, reason=reason, stage_on=on)
    entry = correct(session, by, docket, standing.entry.id, then, now)
    _remind_anew(session, by, open_docket(session, proceeding), now)
    touch_carrier(session, by, docket, standing.said)
    return entry


def _remind_anew(session: Session, by: Visitor, docket: Docket, now: datetime) -> None:
    """Whoever has the file that carries its dates is reminded of them; once it has ended, nobody of asking for one."""
    session.flush()
    for one in docket.hearings:
        then = replan(session, by, docket, one.id, one.said, now)
        if then != one.said:
            correct(session, by, docket, one.entry.id, then, now)


# -- its files


def _tie(session: Session, by: Visitor, proceeding: Proceeding, case: Case, now: datetime) -> None:
    file = locked_file(session, case)
    if case.office_id != proceeding.office_id:
        raise Refused.of(_ANOTHER_OFFICE)
    if case.state not in UNDERWAY:
        raise Refused.of(_OVER)
    former = tie_of(file, proceeding.id)
    tie = Tie(proceeding_id=proceeding.id)
    if former is None:
        write_case(session, by, case, tie, now)
    elif former.said.over:
        correct_case(session, by, file, former.entry.id, tie, now)


def _untie(session: Session, by: Visitor, proceeding: Proceeding, case: Case, reason: str, now: datetime) -> None:
    file = locked_file(session, case)
    former = tie_of(file, proceeding.id)
    if former is not None and not former.said.over:
        over = Tie(proceeding_id=proceeding.id, over=True, reason=reason)
        correct_case(session, by, file, former.entry.id, over, now)


def tie_of(file: File, proceeding_id: uuid.UUID) -> Standing[Tie] | None:
    """What a file says of its part in a trial."""
    return next((one for one in file.all(Tie) if one.said.proceeding_id == proceeding_id), None)


# -- checked


def _read(docket: Docket, made_from: uuid.UUID) -> Standing[Trial]:
    """What the trial is, as it was read. Raises Changed, and Absent for what is no version of it."""
    standing = docket.standing
    if docket.thing_of(made_from) != standing.id:
        raise Absent("no version of what the trial is")
    check_read(standing, made_from)
    return standing


def _changed(before: Trial, act: str, **changes: object) -> Trial:
    unsaid = {"reason": "", "changed": (), "stage_on": None}
    return msgspec.structs.replace(before, **unsaid | {"act": act} | changes)


def _check_many(count: int) -> None:
    if count > MOST_FILES:
        raise Refused.of(_TOO_MANY, most=MOST_FILES)


def _check_says(trial: Trial) -> None:
    if not is_zone(trial.zone):
        raise Refused.of(_NO_ZONE)
    if trial.court_type:
        CODES["court_type"].check(trial.court_type, trial.other_court_type)
    CODES["legal_aid"].check(trial.legal_aid, trial.other_legal_aid)
    if not trial.court.strip() and not any(charge.text.strip() for charge in trial.charges):
        raise Refused.of(_NO_COURT)
