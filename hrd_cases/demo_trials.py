"""The sample world's trials, through the same actions the pages use: what was held before, and what is to come."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.models import Office
from hrd_cases.trials.details import Charge, Hearing, Observer, Result, Trial
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.proceedings import begin
from hrd_cases.trials.scheduling import correct_hearing, schedule
from hrd_cases.trials.shares.offering import asked, look, share
from hrd_cases.trials.shares.rules import SharePart
from hrd_cases.trials.shares.seen import Chosen
from hrd_cases.trials.times import When, set_for

Acting = Callable[[str], AbstractContextManager[tuple[Session, Visitor]]]

CODES_OF: dict[str, dict[str, str]] = {
    "hearing_type": {
        "detention_renewal": "custody_renewal",
        "verdict": "verdict",
        "main_trial_session": "main_trial",
    },
    "observer_access": {"denied_closed": "denied_closed"},
}
"""The sample world's own words, by list, and the codes they are in `config/trials.toml`."""
PARTNERS = {"embassy-A": "EMB_A_EGY"}
"""The sample world's embassies that go to a hearing, and the codes of their offices."""
SHARED_FOR = timedelta(days=14)
SHARED_PARTS = (SharePart.PEOPLE, SharePart.CHARGES, SharePart.LANGUAGE, SharePart.DEATH_PENALTY)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the sample world leaves open of one trial. `days_before`: earlier hearings, so many days before the one that
    it has; `came_of_it`: what came of each of them.
    """

    court: str
    place: str
    stage: str
    charges: tuple[tuple[str, str], ...]
    counsel: str
    language: str
    came_of_it: str
    legal_aid: str = "own_counsel"
    days_before: tuple[int, ...] = ()
    briefing: str = ""


class Sat(NamedTuple):
    """A hearing as the world has it: when, what sort, and for one that was held whether our observer came in."""

    when: When
    kind: str
    access: str = ""


def record_trial(
    acting: Acting, officer: str, case_id: uuid.UUID, known: Mapping[str, Any], told: Tried, shift: timedelta
) -> None:
    """The trial of one file, and its hearings as they follow one another: each that was held sets the next."""
    first, *following = _hearings(known, told, shift)
    with acting(officer) as (session, by):
        now = datetime.now(UTC)
        proceeding = begin(session, by, [session.get_one(Case, case_id)], _trial(known, told), now)
        session.flush()
        goes = Observer(member_id=by.member_id) if first.access else None
        hearing = Hearing(when=first.when, kind=first.kind, observer=goes, briefing=told.briefing)
        made_from = schedule(session, by, proceeding, hearing, now).id
        sat = first
        for after in following:
            result = Result(outcome=told.came_of_it, access=sat.access, accused="yes", counsel="yes")
            given = Given(result=result, new=after.when, new_kind=after.kind)
            made_from = take_act(session, by, proceeding, made_from, Act.RECORD, given, now).next_id or made_from
            sat = after
        # Whoever was there goes again; where nobody was, somebody is asked for.
        to_come = Act.ACCEPT if goes is not None else Act.REQUEST_OBSERVER
        take_act(session, by, proceeding, made_from, to_come, Given(), now)
        if known["hearing"].get("announced") == "closed":
            _announced_closed(session, by, proceeding, now)
        if "embassy_partner" in known["hearing"]:
            _ask_embassy(session, by, proceeding, PARTNERS[known["hearing"]["embassy_partner"]], told, now)


def _announced_closed(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> None:
    standing = open_docket(session, proceeding, anew=True).ahead[0]
    closed = replace(standing.said, announced_closed=True)
    correct_hearing(session, by, proceeding, standing.entry.id, closed, now)


def _ask_embassy(session: Session, by: Visitor, proceeding: Proceeding, code: str, told: Tried, now: datetime) -> None:
    """An embassy is asked to observe the hearing to come, with what whoever goes has to know."""
    docket = open_docket(session, proceeding, anew=True)
    standing = docket.ahead[0]
    office_id = session.scalars(select(Office.id).where(Office.code == code)).one()
    chosen = Chosen(
        office_id=office_id,
        files=docket.trial.files,
        parts=SHARED_PARTS,
        until_on=standing.said.when.on + SHARED_FOR,
        briefing=told.briefing,
    )
    seen = look(session, by, docket, standing, asked(session, docket, now), chosen, now)
    share(session, by, proceeding, standing.entry.id, chosen, now, looked_at=seen)


def _hearings(known: Mapping[str, Any], told: Tried, shift: timedelta) -> Iterator[Sat]:
    """In the order of their days: those before, then the one to come."""
    to_come = known["hearing"]
    kind = CODES_OF["hearing_type"][to_come["type"]]
    for days in told.days_before:
        yield Sat(_when(to_come, shift - timedelta(days=days)), kind)
    if "earlier_hearing" in known:
        before = known["earlier_hearing"]
        access = CODES_OF["observer_access"][before["observer_access"]]
        yield Sat(_when(before, shift), CODES_OF["hearing_type"][before["type"]], access)
    yield Sat(_when(to_come, shift), kind)


def _when(hearing: Mapping[str, Any], shift: timedelta) -> When:
    local = datetime.fromisoformat(hearing["local"])
    return set_for(local.date() + shift, hearing["tz"], local.time())


def _trial(known: Mapping[str, Any], told: Tried) -> Trial:
    return Trial(
        files=(),
        zone=known["hearing"]["tz"],
        stage=told.stage,
        court=told.court,
        place=told.place,
        charges=tuple(Charge(text=text, articles=articles) for text, articles in told.charges),
        counsel=told.counsel,
        legal_aid=told.legal_aid,
        language=told.language,
    )
