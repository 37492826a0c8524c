"""What falls due in a case file: its clock, tasks, actions, the head's decisions, the next step, the risk, contact."""

from __future__ import annotations

from collections.abc import Iterator

from hrd_cases.cards.card import Due
from hrd_cases.cases import clocks
from hrd_cases.cases.facts import contact_due_on
from hrd_cases.cases.file import File
from hrd_cases.cases.life import UNDERWAY, State
from hrd_cases.cases.models import Acknowledgement

DECIDED = ("acknowledge", "confirm", "join", "close")
"""Kinds of dues that wait for somebody's decision."""


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
        until = done.confirm_by
        if until is not None and done.waits_for_head:
            yield Due("confirm", until.date(), until, None, done.addressee, "", action.id, done.reminders)
        if done.waits_for_second:  # for anybody but whoever proposed it
            on, by = action.entry.written_at.date(), done.proposed_by
            yield Due("join", on, None, by, done.addressee, "", action.id, done.reminders)
        if done.next_on is not None and not done.answer:
            yield Due("action", done.next_on, None, file.case.officer_id, done.addressee, "", action.id)
