"""What falls due in a case file: its clock, tasks, actions, the head's decisions, the next step, the risk, contact."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hrd_cases.cards.card import Due
from hrd_cases.cases import clocks
from hrd_cases.cases.facts import DEFENDER, agreed_contacts, contact_due_on
from hrd_cases.cases.file import File
from hrd_cases.cases.life import UNDERWAY, State
from hrd_cases.cases.models import Acknowledgement

DECIDED = ("acknowledge", "confirm", "join", "close", "sent_back")
"""Kinds of dues that wait for somebody's decision, or tell of one."""


def dues_of(file: File, acknowledgement: Acknowledgement | None) -> Iterator[Due]:
    """Everything that somebody has to look after on a day, in no order; nothing of a file that nobody looks after."""
    if file.case.state not in UNDERWAY:
        return
    yield from _of_the_clock(file, acknowledgement)
    yield from _of_tasks(file)
    yield from _of_actions(file)
    yield from _of_the_closing(file)
    yield from _of_what_was_sent_back(file)
    yield from _of_the_officer(file)


def _of_the_clock(file: File, clock: Acknowledgement | None) -> Iterator[Due]:
    if clock is not None and clock.acknowledged_at is None and file.case.state == State.ROUTED:
        at, told = clock.due_at, clocks.reminders_of(clock)
        yield Due("acknowledge", at.date(), at, for_id=clock.officer_id, reminders=told)


def _of_tasks(file: File) -> Iterator[Due]:
    for task in file.open_tasks:
        said = task.said
        if said.due_on is not None:
            yield Due("task", said.due_on, for_id=said.for_id, what=said.what, rule=said.rule, entry_id=task.id)


def _of_actions(file: File) -> Iterator[Due]:
    for action in file.actions:
        said = action.said
        due = partial(Due, what=said.addressee, entry_id=action.id)
        if said.confirm_by is not None and said.waits_for_head:
            yield due("confirm", said.confirm_by.date(), said.confirm_by, reminders=said.reminders)
        if said.waits_for_second:
            proposed_on = action.entry.written_at.date()
            yield due("join", proposed_on, for_id=said.proposed_by, reminders=said.reminders)
        if said.next_on is not None and not said.answer:
            yield due("action", said.next_on, for_id=file.case.officer_id)


def _of_the_closing(file: File) -> Iterator[Due]:
    asked = file.asked_to_close
    if asked is not None:
        entry, told = asked.entry, asked.said.reminders
        yield Due("close", entry.written_at.date(), for_id=entry.author_id, entry_id=entry.id, reminders=told)


def _of_what_was_sent_back(file: File) -> Iterator[Due]:
    sent = file.sent_back
    if sent is not None:
        on, head = sent.entry.written_at.date(), sent.entry.author_id
        yield Due("sent_back", on, for_id=file.case.officer_id, entry_id=sent.entry.id, by_id=head)


def _of_the_officer(file: File) -> Iterator[Due]:
    profile, officer_id, heard = file.profile, file.case.officer_id, contact_due_on(file)
    if profile.next_step_on is not None:
        yield Due("next", profile.next_step_on, for_id=profile.next_step_by or officer_id, what=profile.next_step)
    if file.risk is not None:
        yield Due("review", file.risk.said.review_on, for_id=officer_id)
    if heard is not None:
        yield Due("contact", heard, for_id=officer_id)
    for whom, on in agreed_contacts(file).items():
        if whom != DEFENDER:
            yield Due("contact", on, for_id=officer_id, rule=f"contact_{whom}")
