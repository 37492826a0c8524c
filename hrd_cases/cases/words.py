"""What the pages of a case file call things: codes, dates as well as they are known, entries in a line."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hrd_cases.cards.card import Card, Due
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent import FOLLOW_UP
from hrd_cases.cases.details import (
    SAID_NO,
    Action,
    ActionState,
    Arrival,
    Assessment,
    Contact,
    Conversation,
    Dated,
    Details,
    Incident,
    LifeStep,
    Meeting,
    MoneyAsked,
    Note,
    Person,
    Profile,
    SourceMark,
    Task,
    Tie,
)
from hrd_cases.cases.dues import KINDS, upcoming
from hrd_cases.cases.file import HAND_TO
from hrd_cases.cases.routing import WHY, Why
from hrd_cases.documents.papers import Paper
from hrd_cases.errors import N_
from hrd_cases.offices.words import all_of
from hrd_cases.pages import day, in_so_many_days, moment, number, reader_locale

KIND = {
    Person: _l("Person"),
    SourceMark: _l("Source"),
    Profile: _l("What the file is about"),
    Incident: _l("Incident"),
    Contact: _l("Contact"),
    Meeting: _l("Meeting"),
    Action: _l("Action taken"),
    Task: _l("Task"),
    Note: _l("Note"),
    Conversation: _l("Conversation about consent"),
    Assessment: _l("Risk assessment"),
    LifeStep: _l("Step of the file"),
    Arrival: _l("Arrival"),
    Tie: _l("Trial"),
    MoneyAsked: _l("Emergency grant"),
    Paper: _l("Document"),
}
RULE = {
    "assess_risk": _l("Assess the risk"),
    "ways_to_reach": _l("Find out how to reach them safely, and what never to do"),
    "sort_incident": _l("Say what kind of incident it is"),
    "confirm_eligibility": _l("Confirm that this is a defender at risk for peaceful work"),
    "ask_consent": _l("Ask for consent, purpose by purpose"),
    "assess_anew": _l("Assess the risk anew: the file was reopened"),
    "stop_by_hand": _l(
        "They said no, and something planned could not be stopped by itself: stop it, and tell whoever knows of it"
    ),
    **{f"undo_{purpose}": _l(sentence) for purpose, sentence in FOLLOW_UP.items()},
    **{f"action_{kind}": _l(label) for kind, label in CODES["action"].labels.items()},
    **{f"contact_{whom}": _l(label) for whom, label in CODES["contact_with"].labels.items()},
}
"""What a task is called that a rule raised. Whoever adds a rule adds its words here."""

LEVEL_TAG = {"low": "neutral", "medium": "waiting", "high": "attention", "critical": "danger"}
RISK = {
    "low": _l("Low risk"),
    "medium": _l("Medium risk"),
    "high": _l("High risk"),
    "critical": _l("Critical risk"),
}
URGENCY = {
    "low": _l("Low urgency"),
    "medium": _l("Medium urgency"),
    "high": _l("High urgency"),
    "critical": _l("Critical urgency"),
}
"""A level as a tag says it alone: “High” of what?"""
STATE_TAG = {"routed": "attention", "active": "good", "closed": "neutral", "archived": "neutral", "rejected": "neutral"}
CONSENT_TAG = {"given": "good", "refused": "danger", "withdrawn": "danger", "impossible": "attention"}
USE_TAG = {"safe": "good", "careful": "attention", "never": "danger"}
_NEXT_CONTACT = _l("Next contact")
SHORT = 90


def code(value: str, name: str) -> str:
    """ "arrest", "incident" → "Arrest or detention". "" stays ""."""
    return _label(reader_locale(), value, name) if value else ""


@lru_cache(maxsize=2_000)
def _label(_reader: Locale, value: str, name: str) -> str:
    """Kept: to look the same few words up again for each line of a list costs more than the line."""
    return CODES[name].label(value, _)


def codes(values: tuple[str, ...], name: str, other: str = "") -> str:
    """Several, with what was written for "other"."""
    named = [other if value == "other" and other else code(value, name) for value in values]
    return all_of(list(dict.fromkeys(named + ([other] if other and other not in named else []))))


def dated(said: Dated | None) -> str:
    """A day as well as it is known: "2024", "May 2024", "about 3 May 2024"."""
    if said is None:
        return ""
    if said.precision == "year":
        return str(format_skeleton("y", said.on, locale=reader_locale()))
    if said.precision == "month":
        return str(format_skeleton("yMMMM", said.on, locale=reader_locale()))
    return _("about %(day)s", day=day(said.on)) if said.precision == "estimate" else day(said.on)


def born_on(written: str) -> Dated | None:
    """A day of birth as a person on file has it ("1990", "1990-05", "1990-05-03"); None for anything else."""
    parts = written.split("-")
    if not (len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts)):
        return None
    year, month, number_of_day = (*map(int, parts), 1, 1)[:3]
    try:
        return Dated(on=date(year, month, number_of_day), precision=("year", "month", "day")[len(parts) - 1])
    except ValueError:
        return None


def born(written: str) -> str:
    """When somebody was born, in the reader's words; words that were written there as they are."""
    return dated(born_on(written)) or written


def when_said(said: Contact | Meeting | Action | Conversation) -> str:
    """Day and hour; the day alone where nobody knew the hour."""
    return day(said.when) if said.hour_unknown else moment(said.when)


def name_of(person: Person) -> str:
    """The first name on file; in words if it was withheld."""
    if person.names:
        return person.names[0]
    return _("Name withheld") if person.role == "defender" else code(person.role, "person_role")


def task_name(task: Task) -> str:
    """What is to be done: the words of somebody, or those of the rule that raised it."""
    return task.what or str(RULE.get(task.rule, task.rule))


def due_name(due: Due) -> str:
    """What is due; of an action, which. A contact by a rule was agreed on with somebody other than the defender."""
    says = str(_(KINDS[due.kind].says))
    if due.kind == "contact" and due.rule:
        return str(_NEXT_CONTACT)
    # Of one without words the rule is said after it, as of a task.
    acts = due.what and due.rule.startswith(("action_", "hearing_", "preparation_")) and due.rule in RULE
    return f"{says} ({RULE[due.rule]})" if acts else says


def next_due(card: Card) -> Due | None:
    """What falls due first, where nobody wrote what comes next."""
    found = upcoming(card.dues) if not card.next_step else []
    return min(found, key=lambda due: (due.on != card.next_on, due.on), default=None)


def due_told(due: Due, names: dict[uuid.UUID, str]) -> str:
    """What a colleague did, to whoever it is told to."""
    return str(_(KINDS[due.kind].says, name=who(due.by_id, names)))


def due_tag(due: Due) -> str:
    """What has become of it, or what is to be decided, in a word."""
    tag = KINDS[due.kind].tag
    return str(_(tag)) if tag else ""


def due_press(due: Due, case_id: uuid.UUID) -> tuple[str, str] | None:
    """What to press next, and where it leads; None where the file itself is the place."""
    kind = KINDS[due.kind]
    if not kind.page:
        return None
    where = {kind.within: due.within_id} if kind.within else {"case_id": case_id}
    ids: dict[str, Any] = {**kind.at, **({kind.entry: due.entry_id} if kind.entry else {})}
    return str(_(kind.before if kind.before and _is_to_come(due) else kind.does)), url_for(kind.page, **where, **ids)


def nobody_yet(due: Due) -> bool:
    """Is it to come, and nobody does it?"""
    return due.nobody and _is_to_come(due)


def unanswered(due: Due) -> bool:
    """Is it to come, and has whoever was asked not accepted?"""
    return due.unanswered and _is_to_come(due)


def _is_to_come(due: Due) -> bool:
    """Of what has no hour, its whole day is still to come."""
    now = datetime.now(UTC)
    return due.at > now if due.at is not None else due.on >= now.date()


def detention(profile: Profile) -> str:
    """That somebody is held, and who cannot see them; "" if they are not."""
    if not profile.detained:
        return ""
    no_lawyer, no_family = profile.lawyer_access == "no", profile.family_access == "no"
    if no_lawyer and no_family:
        return str(_("Detained – no lawyer, no family (incommunicado)"))
    if no_lawyer:
        return str(_("Detained – no lawyer"))
    return str(_("Detained – no family") if no_family else _("Detained"))


def in_short(text: str, longest: int = SHORT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0] + "…"


# -- an entry in a line. Of who took part in a meeting under the Chatham House rule it never tells.


def _incident(said: Incident) -> str:
    return codes(said.types, "incident", said.other_type) or in_short(said.text)


def _contact(said: Contact) -> str:
    return " · ".join(filter(None, (code(said.with_whom, "contact_with"), code(said.channel, "channel"))))


def _action(said: Action) -> str:
    named = [
        code(said.kind, "action"),
        said.addressee,
        code(said.state, "action_state") if said.state != ActionState.DONE else "",
    ]
    return " · ".join(part for part in named if part)


def _meeting(said: Meeting) -> str:
    return said.place or in_short(said.substance)


def _assessment(said: Assessment) -> str:
    return " · ".join(part for part in (code(said.level, "level"), said.sentence) if part)


def why_here(why: str) -> str:
    """Why a file came to this office."""
    sentence = WHY.get(Why(why)) if why in set(Why) else N_("Recorded in this office.")
    return str(_(sentence)) if sentence else ""


def life_step(said: LifeStep) -> str:
    return _("Given to a colleague") if said.act == HAND_TO else code(said.act, "act")


_HEADLINE: dict[type, Callable[[Any], str]] = {
    Person: name_of,
    SourceMark: lambda said: said.label,
    Profile: lambda said: " · ".join(part for part in (said.place, said.where_now) if part),
    Incident: _incident,
    Contact: _contact,
    Meeting: _meeting,
    Action: _action,
    Task: task_name,
    Note: lambda said: in_short(said.text),
    Conversation: lambda said: code(said.standing, "speaker"),
    Assessment: _assessment,
    LifeStep: life_step,
    Arrival: lambda said: why_here(said.why),
    MoneyAsked: lambda _said: _("Emergency money asked for"),
    Paper: lambda said: _("%(name)s – taken away", name=said.name) if said.removed else said.name,
    Tie: lambda said: _("No longer part of the trial") if said.over else _("Part of the trial"),
}


def headline(said: Details) -> str:
    """What an entry is, in a line."""
    return _HEADLINE[type(said)](said)


def kind_of(said: Details) -> str:
    return str(KIND[type(said)])


def is_outward(said: Action) -> bool:
    """Does it leave the house? Then it has a page of its own, where consent is looked at."""
    return CODES.purpose_of(said.kind) is not None


def who(member: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    """A colleague's sign-in name; "" for nobody."""
    return names.get(member, "?") if member is not None else ""


def in_days(on: date, today: date) -> str:
    """How far away a day is: "today", "in 3 days", "2 days late"."""
    return _in_days(reader_locale(), (on - today).days)


@lru_cache(maxsize=2_000)
def _in_days(_reader: Locale, days: int) -> str:
    if days == 0:
        return str(_("today"))
    if days == 1:
        return str(_("tomorrow"))
    if days > 1:
        return in_so_many_days(days)
    return str(ngettext("%(num)d day late", "%(num)d days late", -days))


def why_stopped(because: str) -> str:
    """Why an action was stopped: in somebody's words, or because of a no."""
    return str(_("They said no to it, or took their consent back.")) if because == SAID_NO else because


def score(value: Fraction) -> str:
    """The workbook's score: "6", "5.33"."""
    return number(round(float(value), 2))


def install_case_words(blueprint: Blueprint) -> None:
    """Filters of the templates of case files: macros see nothing else."""
    tags = (("level_tag", LEVEL_TAG), ("state_tag", STATE_TAG), ("consent_tag", CONSENT_TAG), ("use_tag", USE_TAG))
    for name, kinds in tags:
        blueprint.add_app_template_filter(lambda value, kinds=kinds: kinds.get(value, "neutral"), name)
    blueprint.add_app_template_filter(due_name)
    blueprint.add_app_template_filter(due_press)
    blueprint.add_app_template_filter(nobody_yet)
    blueprint.add_app_template_filter(unanswered)
    blueprint.add_app_template_filter(due_tag)
    blueprint.add_app_template_filter(next_due)
    blueprint.add_app_template_filter(due_told)
    for name, levels in (("risk_name", RISK), ("urgency_name", URGENCY)):
        blueprint.add_app_template_filter(lambda level, levels=levels: str(levels.get(level, level)), name)
    blueprint.add_app_template_test(is_outward, "outward")
    for each in (code, codes, dated, born, name_of, task_name, in_short, headline, who, in_days, why_stopped, score):
        blueprint.add_app_template_filter(each)
    blueprint.add_app_template_filter(when_said)
    blueprint.add_app_template_filter(kind_of, "entry_kind")
    blueprint.add_app_template_filter(lambda person, sheet: sheet.person(person), "person_named")
