"""What the other side would see of a hearing, put together of what somebody chose."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.file import File
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Refused, Tampered
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.colleagues import office_of
from hrd_cases.offices.models import Office
from hrd_cases.trials.details import Hearing, Trial
from hrd_cases.trials.docket import Docket, country_of, files_of
from hrd_cases.trials.life import State
from hrd_cases.trials.shares.rules import Charged, Seen, ShareEntry, SharePart

ACTION_WITH = {OfficeKind.EMBASSY: "brief_embassies", OfficeKind.HEADQUARTERS: "report_headquarters"}
"""The outward act that a share is, by the kind of office it goes to: it has the purpose that is asked for."""
CALLED_OFF = (State.CANCELLED, State.ADJOURNED)

_NOBODY = (N_("Nothing says for whom it is shared."), N_("Choose at least one of the files of this trial."))
_NOT_ITS = (N_("This file is no part of the trial."), N_("Choose one of its files."))
_NO_OFFICE = (N_("Nothing is shared with this office."), N_("Choose an embassy, or headquarters."))


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


LOOKED_AT = (
    *("kind", "other_kind", "court", "place", "room"),
    *("charges", "number", "counsel", "language", "interpreter"),
)
"""What somebody writes in words of their own, or what says more of the trial than when, whether and how grave: of these
nothing new goes out before somebody has looked at it as they will see it. (A kind that is a word of ours follows.)
"""


def shown(
    trial: Trial, hearing: Hearing, names: Iterable[str], chosen: Chosen, *, asked: bool, country: str = ""
) -> Seen:
    """All that they see, and nothing of what was not chosen: the preview and the page are made of it. Nothing says
    whose each charge is: charges are seen where everybody of the trial was chosen, and otherwise none.
    """
    parts, everybody = set(chosen.parts), set(trial.files) <= set(chosen.files)
    spoken = SharePart.LANGUAGE in parts
    return Seen(
        kind=hearing.kind,
        other_kind=hearing.other_kind,
        when=hearing.when,
        court=hearing.court or trial.court,
        place=trial.place,
        room=hearing.room,
        announced_closed=hearing.announced_closed,
        called_off=hearing.state if State(hearing.state) in CALLED_OFF else "",
        people=tuple(names) if SharePart.PEOPLE in parts else (),
        charges=tuple(_charges(trial)) if SharePart.CHARGES in parts and everybody else (),
        number=trial.number if SharePart.NUMBER in parts else "",
        counsel=trial.counsel if SharePart.COUNSEL in parts else "",
        language=trial.language if spoken else "",
        interpreter=trial.interpreter if spoken else "",
        death_penalty_possible=SharePart.DEATH_PENALTY in parts and trial.death_penalty_possible,
        briefing=chosen.briefing.strip(),
        do_no_harm=chosen.do_no_harm.strip(),
        asked=asked,
        country=country,
    )


def _charges(trial: Trial) -> Iterator[Charged]:
    return (Charged(text=one.text, articles=one.articles) for one in trial.charges)


def as_chosen(said: ShareEntry) -> Chosen:
    """What was chosen when it was shared."""
    return Chosen(
        office_id=said.office_id,
        files=said.files,
        parts=said.parts,
        until_on=said.until.date(),
        briefing=said.shared.briefing,
        do_no_harm=said.shared.do_no_harm,
    )


def newest(trial: Trial, hearing: Hearing, said: ShareEntry, names: Iterable[str]) -> Seen:
    """What they would see of a share if it were sent again now."""
    then = shown(trial, hearing, names, as_chosen(said), asked=said.shared.asked, country=said.shared.country)
    return msgspec.structs.replace(then, changes=said.shared.changes, changes_at=said.shared.changes_at)


def is_behind(docket: Docket, said: ShareEntry) -> bool:
    """Does the trial say something else by now than what they were sent? Nobody can tell of a hearing that is gone."""
    hearing = docket.one(said.hearing_id, Hearing)
    return hearing is not None and newest(docket.trial, hearing.said, said, said.shared.people) != said.shared


def preview(docket: Docket, hearing: Standing[Hearing], to: To, files: Iterable[File], chosen: Chosen) -> Seen:
    """What that office would see for these files, exactly. An embassy is asked to observe it where nobody goes yet."""
    asked = to.kind is OfficeKind.EMBASSY and hearing.said.nobody_goes
    found = list(files)
    names = map(name_of_file, found)
    return shown(docket.trial, hearing.said, names, chosen, asked=asked, country=country_of(found))


def name_of_file(file: File) -> str:
    """The defender's name; the reference where the file has none: by it their office knows whom somebody means."""
    return file.name or file.case.reference


class To(NamedTuple):
    """An office that something is shared with, and of which kind its charter says it is."""

    office: Office
    kind: OfficeKind


def kind_of(by: Visitor, office_id: uuid.UUID) -> OfficeKind | None:
    """Which kind of office it is that something can be shared with, by its charter: on the kind hangs which consent is
    asked, and a table that anybody may write decides on no consent. None for any other.
    """
    try:
        kind = by.charters.of(office_id).kind
    except (Absent, Tampered):
        return None
    return kind if kind in ACTION_WITH else None


def office_to(session: Session, by: Visitor, docket: Docket, office_id: uuid.UUID) -> To:
    """Refused where nothing can be shared with it."""
    office, kind = office_of(session, by, office_id), kind_of(by, office_id)
    if office is None or kind is None or office.id == docket.proceeding.office_id:
        raise Refused.of(_NO_OFFICE)
    return To(office, kind)


def chosen_files(session: Session, docket: Docket, chosen: Chosen) -> list[Case]:
    """For whom it is. Refused where that is nobody, or somebody who is no part of the trial."""
    wanted = set(chosen.files)
    if not wanted:
        raise Refused.of(_NOBODY)
    found = [case for case in files_of(session, docket) if case.id in wanted]
    if len(found) < len(wanted):
        raise Refused.of(_NOT_ITS)
    return found


def called(office: Office) -> str:
    """An office as a file names whom something went to: whose embassy it is, and where it sits."""
    return f"{office.member_state}, {office.seat}" if office.member_state else office.seat
