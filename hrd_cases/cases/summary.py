"""The card of a case: what lists, search and Today know of it. Written once for each case a transaction touched, just
before it commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.keep import keep_card
from hrd_cases.cases import clocks
from hrd_cases.cases.facts import contact_due_on
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.life import State
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.tasks import settle
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.keys.roles import CircleName
from hrd_cases.records import opened

UNDERWAY = (State.ROUTED, State.ACKNOWLEDGED, State.ASSESSED, State.ACTIVE, State.DORMANT, State.REOPENED)
MOST_DUES = 30
DECIDED = ("acknowledge", "confirm", "join", "close")
"""Kinds of dues that wait for somebody's decision."""


def touched(session: Session, by: Visitor, case: Case) -> None:
    """A case was changed in this transaction: tasks that are done thereby are settled, and its card is written anew
    before the commit.
    """
    settle(session, by, open_file(session, case), datetime.now(UTC))
    case_id: uuid.UUID = case.id
    circle = by.charters.of(case.office_id).circle(CircleName.CASEWORK)
    if circle is None:
        raise Locked("an office without a circle for its cases")

    keep_card(session, circle.circle_id, case_id, partial(card_from_file, session, case_id))


def card_from_file(session: Session, case_id: uuid.UUID) -> Card | None:
    """A case's card as its file in the database makes it now; None without a file, or for one that does not open."""
    row = session.get(Case, case_id, populate_existing=True)
    if row is None or not opened([row]).good:
        return None
    return card_of(open_file(session, row, anew=True), session.get(Acknowledgement, case_id), datetime.now(UTC))


def card_of(file: File, acknowledgement: Acknowledgement | None, now: datetime) -> Card:
    """What a list shows of a file. Of sources, and of who said what under the Chatham House rule, it knows nothing."""
    case, profile, risk = file.case, file.profile, file.risk
    # What waits for a decision has its place before everything else: a long list of tasks does not crowd it out.
    dues = sorted(dues_of(file, acknowledgement), key=lambda due: (due.kind not in DECIDED, due.on))[:MOST_DUES]
    return Card(
        case_id=case.id,
        reference=case.reference,
        name=file.name,
        state=case.state,
        risk=risk.said.level if risk is not None else "",
        urgency=case.urgency,
        country=profile.country,
        themes=profile.themes,
        officer_id=case.officer_id,
        next_on=profile.next_step_on,
        next_step=profile.next_step,
        updated_at=now,
        opened_at=case.opened_at,
        flags=frozenset(profile.flags),
        spellings=tuple(_spellings(file)),
        places=tuple(filter(None, (profile.place, profile.where_now, *(one.said.place for one in file.incidents)))),
        keywords=tuple(filter(None, (profile.other_category, profile.other_theme, *_kinds(file)))),
        risk_sentence=risk.said.sentence if risk is not None else "",
        where_now=profile.where_now,
        closed_on=file.closed_on,
        dues=tuple(dues),
    )


def _spellings(file: File) -> Iterator[str]:
    for person in file.people:
        yield from person.said.names[1:] if person.said.role == "defender" else person.said.names


def _kinds(file: File) -> Iterator[str]:
    for incident in file.incidents:
        yield incident.said.other_type


def dues_of(file: File, acknowledgement: Acknowledgement | None) -> Iterator[Due]:
    """Everything that somebody has to look after on a day: the clock, tasks, actions, the risk, contact."""
    state = State(file.case.state)
    if state not in UNDERWAY:
        return
    if acknowledgement is not None and acknowledgement.acknowledged_at is None and state is State.ROUTED:
        at = acknowledgement.due_at
        told = clocks.reminders_of(acknowledgement)
        yield Due("acknowledge", at.date(), at, acknowledgement.officer_id, reminders=told)
    for task in file.open_tasks:
        if task.said.due_on is not None:
            said = task.said
            yield Due("task", task.said.due_on, None, said.for_id, said.what, said.rule, task.id)
    yield from _of_actions(file)
    asked = file.asked_to_close
    if asked is not None:  # for any head but whoever asked
        entry = asked.entry
        yield Due("close", entry.written_at.date(), None, entry.author_id, "", "", entry.id, asked.said.reminders)
    profile = file.profile
    if profile.next_step_on is not None:
        whose = profile.next_step_by or file.case.officer_id
        yield Due("next", profile.next_step_on, None, whose, profile.next_step)
    if file.risk is not None:
        yield Due("review", file.risk.said.review_on, None, file.case.officer_id)
    heard = contact_due_on(file)
    if heard is not None:
        yield Due("contact", heard, None, file.case.officer_id)


def _of_actions(file: File) -> Iterator[Due]:
    for action in file.actions:
        done = action.said
        if done.confirm_by is not None and done.confirmed_by is None and done.state != "stopped":
            until = done.confirm_by
            yield Due("confirm", until.date(), until, None, done.addressee, "", action.id, done.reminders)
        if done.state == "proposed":  # for anybody but whoever proposed it
            on, by = action.entry.written_at.date(), done.proposed_by
            yield Due("join", on, None, by, done.addressee, "", action.id, done.reminders)
        if done.next_on is not None and not done.answer:
            yield Due("action", done.next_on, None, file.case.officer_id, done.addressee, "", action.id)
