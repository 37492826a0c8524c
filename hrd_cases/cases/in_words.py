"""Entries without a form of their own here, line by line: what stands in them, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from hrd_cases.cases.details import Action, Arrival, Assessment, Conversation, Details, LifeStep, MoneyAsked, Tie
from hrd_cases.cases.words import code, headline, life_step, when_said, why_here, why_stopped
from hrd_cases.documents.papers import Paper
from hrd_cases.documents.words import file_size, kind_called
from hrd_cases.offices.words import language
from hrd_cases.pages import day, moment


def _conversation_lines(said: Conversation) -> list[tuple[str, str]]:
    answers = [f"{code(one.purpose, 'purpose')}: {code(one.state, 'consent')} {one.reason}" for one in said.answers]
    return [
        (_("When"), when_said(said)),
        (_("Who spoke"), code(said.standing, "speaker")),
        (_("How"), code(said.channel, "channel")),
        (_("Language"), language(said.language) if said.language else ""),
        (_("Answers"), "\n".join(answer.strip() for answer in answers)),
        (_("Note"), said.note),
    ]


def _assessment_lines(said: Assessment) -> list[tuple[str, str]]:
    figures = (said.threats, said.vulnerabilities, said.capacities)
    return [
        (_("Level"), code(said.level, "level")),
        (_("Why"), said.sentence),
        (_("Threats × vulnerabilities ÷ capacities"), " · ".join(map(str, figures)) if None not in figures else ""),
        (_("Why it differs from the score"), said.why_different),
        (_("Why it goes below"), said.below_floor),
        (_("Next review"), day(said.review_on)),
    ]


def _life_lines(said: LifeStep) -> list[tuple[str, str]]:
    return [
        (_("What was done"), life_step(said)),
        (_("Before"), code(said.before, "state")),
        (_("After"), code(said.after, "state")),
        (_("Reason"), said.reason),
        (_("Outcome"), code(said.outcome, "outcome")),
        (_("Who was told"), code(said.feedback, "feedback")),
        (_("Referral"), said.referral),
        (_("Next look"), day(said.next_on) if said.next_on else ""),
    ]


def _arrival_lines(said: Arrival) -> list[tuple[str, str]]:
    return [
        (_("Recorded"), moment(said.recorded_at)),
        (_("Urgency"), code(said.urgency, "level")),
        (_("Why here"), why_here(said.why)),
        (_("Recorder"), _("Has left since they sent it, or has other keys now") if said.recorder_left else ""),
    ]


def _tie_lines(said: Tie) -> list[tuple[str, str]]:
    return [(_("Trial"), headline(said)), (_("Reason"), said.reason)]


def _paper_lines(said: Paper) -> list[tuple[str, str]]:
    return [
        (_("Name"), said.name),
        (_("Kind"), kind_called(said.mime)),
        (_("Size"), file_size(said.length)),
        (_("SHA-256"), said.sha256.hex()),
        (_("Note"), said.note),
        (_("Taken away, because"), said.removed),
    ]


def _action_lines(said: Action) -> list[tuple[str, str]]:
    return [
        (_("What"), code(said.kind, "action")),
        (_("Now"), code(said.state, "action_state")),
        (_("When"), when_said(said)),
        (_("To whom, or with whom"), said.addressee),
        (_("What exactly"), said.text),
        (_("Purpose"), code(said.purpose, "purpose")),
        (_("Why nobody could be asked"), said.emergency),
        (_("Still wanted? How do you know?"), said.still_wanted),
        (_("Answer"), said.answer),
        (_("Look after it on"), day(said.next_on) if said.next_on else ""),
        (_("Confirmed by the head"), moment(said.confirmed_at) if said.confirmed_at else ""),
        (_("Why it was stopped"), why_stopped(said.stopped_because) if said.stopped_because else ""),
    ]


_LINES: dict[type, Callable[[Any], list[tuple[str, str]]]] = {
    Action: _action_lines,
    Conversation: _conversation_lines,
    Assessment: _assessment_lines,
    LifeStep: _life_lines,
    Arrival: _arrival_lines,
    Tie: _tie_lines,
    MoneyAsked: lambda _said: [(_("Emergency money"), _("Asked for"))],
    Paper: _paper_lines,
}


def said_in_lines(said: Details) -> list[tuple[str, str]]:
    """(label, words) of what an entry without a form here says."""
    return [(label, text) for label, text in _LINES[type(said)](said) if text]
