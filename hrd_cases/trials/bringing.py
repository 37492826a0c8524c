"""What a trial brings to the files it is about: that it is open, what falls due, how dangerous it makes things.

Every file is kept open by it and knows its danger. Its dates stand with one file alone (`docket.carrier`): a trial of
forty is one line on Today and in lists.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Due
from hrd_cases.cases import risk
from hrd_cases.cases.brought import Brought, Open, brings
from hrd_cases.cases.chains import Chains, Standing, is_whole
from hrd_cases.cases.details import Tie
from hrd_cases.cases.dues import Kind, Place, add_kinds
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.errors import N_, Locked, Tampered
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier, danger_of, home, open_docket
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import aside_of, unread_aside
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.reminded import reminded_aside
from hrd_cases.trials.times import day_in
from hrd_cases.trials.told import filed_at
from hrd_cases.trials.words import still_open, unreadable

PAGE, HEARING = "trials.show", "trials.hearing"
_OF_HEARING: partial[Kind] = partial(Kind, within="proceeding_id", entry="hearing_id")

KINDS = {
    "hearing": _OF_HEARING(
        N_("Hearing"),
        late=N_("A hearing without a result"),
        page=HEARING,
        does=N_("Record the result"),
        before=N_("Prepare it"),
    ),
    "prepare": _OF_HEARING(
        N_("Prepare a hearing"), Place.LATE, N_("Not prepared in time"), page=HEARING, does=N_("Prepare it")
    ),
    "chase": _OF_HEARING(
        N_("Ask the court for the new date"),
        late=N_("Nobody asked the court for the new date"),
        page="trials.chase",
        does=N_("Give the new date, or ask again later"),
    ),
    "comes_next": _OF_HEARING(
        N_("Say what comes next after a hearing"),
        late=N_("Nobody said what comes next after a hearing"),
        page="trials.result",
        does=N_("Say what comes next"),
    ),
    "report": _OF_HEARING(
        N_("Report on a hearing"),
        late=N_("A report on a hearing is late"),
        page="trials.report",
        does=N_("Write the report"),
    ),
    "report_awaited": _OF_HEARING(
        N_("Report awaited from an embassy"),
        late=N_("A report of an embassy is late"),
        page=HEARING,
        does=N_("Look at the hearing"),
    ),
    "report_filed": _OF_HEARING(
        N_("%(name)s filed a report on a hearing: it waits to be reviewed."),
        Place.NEWS,
        tag=N_("To review"),
        page="trials.report",
        does=N_("Read it, and review it"),
    ),
}
add_kinds(KINDS, before="review")


@brings
def trials_of(session: Session, file: Chains[Entry]) -> Brought:
    """All that the trials of a file say of it. A file that is part of none asks nothing of the database."""
    ties = [one for one in file.all(Tie) if not one.said.over]
    found = [_of_one(session, file, tie.said.proceeding_id) for tie in ties]
    return Brought(
        tuple(one for each in found for one in each.open),
        tuple(due for each in found for due in each.dues),
        frozenset().union(*(each.risk for each in found)),
        tuple(one for each in found for one in each.asides),
        tuple(due for each in found for due in each.beside),
        tuple(one for each in found for one in each.others),
    )


def _of_one(session: Session, file: Chains[Entry], proceeding_id: uuid.UUID) -> Brought:
    case = case_of(file)
    docket = docket_of(session, file, proceeding_id)
    if docket is None:
        unread = Open(unreadable, "cases.show", {"case_id": case.id})
        return Brought(open=(unread,), asides=(unread_aside(proceeding_id),))
    kept_here = home(session, docket)
    here = kept_here is not None and kept_here.id == case.id
    asides = (aside_of(docket), *reminded_aside(docket)) if here else ()
    carries, dues = carrier(session, docket), tuple(_dues(session, docket, case))
    mine = carries is not None and carries.id == case.id
    return Brought(
        open=tuple(_open(docket)),
        dues=dues if mine else (),
        risk=_risk(docket),
        asides=asides,
        beside=() if mine else dues,
        others=tuple(one.id for one in (carrier(session, docket, without=case.id),) if one is not None),
    )


def case_of(file: Chains[Entry]) -> Case:
    """Chains of `Entry` are of cases."""
    return cast(Case, file.kept)


def docket_of(session: Session, file: Chains[Entry], proceeding_id: uuid.UUID) -> Docket | None:
    """A trial that a file says it is part of; None where nobody can tell what it is, or where it says otherwise. Read
    once for each reading of the file.
    """
    name = (Proceeding, proceeding_id)
    if name not in file.read_beside:
        file.read_beside[name] = _read(session, file, proceeding_id)
    found: Docket | None = file.read_beside[name]
    return found


def _read(session: Session, file: Chains[Entry], proceeding_id: uuid.UUID) -> Docket | None:
    case = case_of(file)
    proceeding = session.get(Proceeding, proceeding_id)
    if proceeding is None or proceeding.office_id != case.office_id:
        return None
    docket = open_docket(session, proceeding)
    try:
        files = docket.trial.files
    except (Tampered, Locked):
        return None
    return docket if case.id in files else None


def _open(docket: Docket) -> Iterator[Open]:
    at = {"proceeding_id": docket.proceeding.id}
    if not is_whole(docket):
        # What is missing may be a hearing that is still to come, or that it did not end.
        yield Open(unreadable, PAGE, at)
    elif not docket.has_ended or docket.ahead:
        yield Open(partial(still_open, docket.trial), PAGE, at)


def _risk(docket: Docket) -> frozenset[str]:
    found = danger_of(docket.trial)
    return frozenset(one.name for one in fields(risk.Facts) if getattr(found, one.name) is True)


def _dues(session: Session, docket: Docket, case: Case) -> Iterator[Due]:
    zone = zone_of_office(session, case.office_id)
    for hearing in docket.hearings:
        yield from _of_hearing(docket, hearing, case, zone)


def _of_hearing(docket: Docket, hearing: Standing[Hearing], case: Case, zone: ZoneInfo) -> Iterator[Due]:
    said = hearing.said
    goes = said.observer.member_id if said.observer is not None else None
    due = partial(
        Due,
        what=said.court or docket.trial.court,
        rule=f"hearing_{said.kind}",
        entry_id=hearing.id,
        within_id=docket.proceeding.id,
        reminders=said.reminders,
    )
    if said.is_ahead:
        on, whose = day_in(said.when, str(zone)), goes or case.officer_id
        yield due("hearing", on, said.when.at, for_id=whose, nobody=said.nobody_goes, unanswered=said.waits_for_embassy)
        yield from _to_prepare(docket, hearing, on, whose, due)
    if said.chase_on is not None and docket.waits_for_date(hearing):
        yield due("chase", said.chase_on, for_id=case.officer_id)
    if docket.next_unsaid(hearing):
        yield due("comes_next", day_in(said.when, str(zone)), for_id=case.officer_id)
    if said.report_awaited_on is not None:
        if said.observer is not None and said.observer.share_id is not None:
            # Where they cannot read it any more, the hearing's page says who reports instead.
            yield due("report_awaited", said.report_awaited_on, for_id=case.officer_id, what=said.observer.embassy)
        else:
            yield due("report", said.report_awaited_on, for_id=goes or case.officer_id)
    if said.state == State.REPORTED:
        yield _to_review(docket, hearing, case, zone, due)


def _to_prepare(
    docket: Docket, hearing: Standing[Hearing], hearing_on: date, whose: uuid.UUID | None, due: partial[Due]
) -> Iterator[Due]:
    """What is left to prepare: once for each who does it, by the first of its days, and what that is. What falls due
    with the hearing itself stands there.
    """
    first: dict[uuid.UUID | None, tuple[date, str]] = {}
    for one in docket.preparation(hearing.id):
        said, for_id = one.said, one.said.for_id or whose
        if said.due_on is not None and said.due_on < hearing_on and said.done_at is None and not said.over:
            one_first = (said.due_on, f"preparation_{said.kind}")
            first[for_id] = min(one_first, first.get(for_id, one_first))
    at, nobody = hearing.said.when.at, hearing.said.nobody_goes
    for for_id, (on, rule) in first.items():
        yield due("prepare", on, at, rule=rule, for_id=for_id, nobody=nobody, reminders=())


def _to_review(docket: Docket, hearing: Standing[Hearing], case: Case, zone: ZoneInfo, due: partial[Due]) -> Due:
    """The officer of the file reviews it, since the day on which it was filed; if they wrote it, whoever of the office
    comes first.
    """
    wrote = hearing.said.report_by
    officer_id = case.officer_id if case.officer_id not in wrote else None
    on = filed_at(docket, hearing).astimezone(zone).date()
    return due("report_filed", on, for_id=officer_id, by_id=wrote[0] if wrote else None, reminders=())
