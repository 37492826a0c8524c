"""One's own drafts: listed, looked over, opened as a file, thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases import drafts
from hrd_cases.cases.begun import case_id_of
from hrd_cases.cases.destination import destination
from hrd_cases.cases.details import Person, Profile, SourceMark
from hrd_cases.cases.filing import COVERAGE_ALARM
from hrd_cases.cases.forms.entry import Line
from hrd_cases.cases.forms.recording import NOBODY_YET, WhereForm
from hrd_cases.cases.models import Draft
from hrd_cases.cases.routing import WHY, Why
from hrd_cases.cases.sending import Sent
from hrd_cases.cases.similar import Similar, told_of
from hrd_cases.cases.views.draft_steps import TITLES, desk, somebody, sources, written
from hrd_cases.cases.views.recording import arrived, look_alikes, recorded_as_read, send_away
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, led_to, outcome, shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import ActForm
from hrd_cases.offices.models import Office

# -- one's own drafts


@desk.get("", needs=Permission.RECORD_CASE)
def index(session: Session, visitor: Visitor) -> Response:
    found = drafts.drafts_of(session, visitor)
    now = datetime.now(UTC)
    old = {draft.id for draft in found.good if drafts.is_old(draft, now)}
    return shown("cases/record_drafts.html", found=found, old=old)


@desk.form("/<uuid:draft_id>/drop", needs=Permission.RECORD_CASE)
def drop(session: Session, visitor: Visitor, draft: Draft) -> Response:
    def gone() -> Response:
        say(_("The draft was thrown away. No copy of it can be read."))
        return led_to("drafts.index")

    return confirm(
        lambda: drafts.drop(session, visitor, draft),
        gone,
        title=_("Throw the draft away"),
        says=[_("The draft is destroyed for good: its key is shredded, and no backup brings it back.")],
        button=_("Throw it away"),
        kind="warning",
        back=("drafts.index", {}),
    )


@desk.get("/<uuid:draft_id>", needs=Permission.RECORD_CASE)
def show(draft: Draft) -> Response:
    """The list of steps: what is there, and what cannot be missing."""
    steps = [(name, str(title), *_state(draft, name)) for name, title in TITLES.items()]
    return shown("cases/record_steps.html", draft=draft, steps=steps)


def _state(draft: Draft, step: str) -> tuple[str, str]:
    """(words, kind of tag) of a step."""
    drafted = draft.drafted
    if step == "check":
        return (_("Ready"), "good") if not drafted.lacks else (_("Not yet"), "neutral")
    if step in drafted.lacks:
        return _("Needed"), "attention"
    defender = drafted.defender[1] if drafted.defender is not None else NOBODY_YET
    there = {
        "reach": bool(defender.ways or defender.never),
        "people": any(person.role != "defender" for _id, person in drafted.people) or bool(sources(drafted)),
        "about": drafted.profile != Profile(country=drafted.profile.country, place=drafted.profile.place),
    }
    return (_("Done"), "done") if there.get(step, True) else (_("If you know"), "neutral")


# -- check and open


def _look(session: Session, visitor: Visitor, draft: Draft) -> list[Similar]:
    drafted = draft.drafted
    names = drafted.defender[1].names if drafted.defender is not None and not drafted.lacks else ()
    return look_alikes(session, visitor, names, request.form.get("told", ""))


@desk.form("/<uuid:draft_id>/check", needs=Permission.RECORD_CASE, prepare=_look)
def check(session: Session, visitor: Visitor, draft: Draft, prepared: Sequence[Similar] = ()) -> Response:
    """Everything once more, where it will go, and the press that opens it. The draft is shredded with it."""
    form, drafted = ActForm(), draft.drafted
    if not form.sent() or drafted.lacks:
        return _checked(session, visitor, draft, form)
    if prepared:
        recorded_as_read(session, prepared)
        return _checked(session, visitor, draft, form, similar=prepared)

    def opened() -> Sent:
        sent = send_away(session, visitor, drafted, draft.sourced, case_id_of(visitor, draft.id))
        drafts.drop(session, visitor, draft)
        return sent

    went = outcome(form, opened)
    return arrived(went.of) if went is not None else _checked(session, visitor, draft, form)


def _checked(session: Session, visitor: Visitor, draft: Draft, form: ActForm, **more: Any) -> Response:
    drafted = draft.drafted
    names = drafted.defender[1].names if drafted.defender is not None else ()
    to = office = None
    if not drafted.lacks:
        to = destination(session, visitor, drafted.country, drafted.urgency, datetime.now(UTC))
        office = session.get(Office, to.office_id)
        if to.why is Why.UNCERTAIN:
            after_reading(Event.ALARM_RAISED, alarm=COVERAGE_ALARM)
    more = {"similar": (), "to": to, "office": office, "why": str(_(WHY[to.why])) if to is not None else "", **more}
    own = to is not None and visitor.allows(Permission.WORK_ON_CASE, to.office_id)
    steps, told = _in_words(visitor, draft), told_of(names)
    return shown("cases/record_check.html", form, draft=draft, steps=steps, own=own, told=told, **more)


class Part(NamedTuple):
    """A step as the check reads it out: what stands there, and of people around them each one's by itself."""

    step: str
    title: str
    said: list[list[Line]]


def _in_words(visitor: Visitor, draft: Draft) -> list[Part]:
    read: dict[str, Callable[[], list[list[Line]]]] = {
        "where": lambda: [_where_in_words(draft)],
        "people": lambda: _people_in_words(visitor, draft),
    }
    steps = {step: str(title) for step, title in TITLES.items() if step != "check"}
    for step in steps.keys() - read.keys():
        read[step] = partial(_step_in_words, visitor, draft, step)
    return [Part(step, title, [lines for lines in read[step]() if lines]) for step, title in steps.items()]


def _where_in_words(draft: Draft) -> list[Line]:
    said = WhereForm.of(draft.drafted, (), unread=True).in_words()
    return [Line("", label, words, False) for label, words in said]


def _step_in_words(visitor: Visitor, draft: Draft, step: str) -> list[list[Line]]:
    return [written(visitor, draft, step, unread=True).form.lines()]


def _people_in_words(visitor: Visitor, draft: Draft) -> list[list[Line]]:
    """Everybody around them with the ways to reach them; sources last."""
    around = [(one.id, one.details) for one in draft.drafted.pieces if isinstance(one.details, Person | SourceMark)]
    others = [(one_id, said) for one_id, said in around if getattr(said, "role", "") != "defender"]
    others.sort(key=lambda one: isinstance(one[1], SourceMark))
    return [somebody(visitor, draft, one_id, said, unread=True).form.lines() for one_id, said in others]
