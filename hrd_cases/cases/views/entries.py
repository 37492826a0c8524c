"""What is written into a case file: one page to add, one to correct, one with every version of a thing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import Action, Conversation, Details, Person, Profile, Task
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.finishing import finish_by_hand, step_is_done
from hrd_cases.cases.forms.entry import EntryForm, Line, made_from
from hrd_cases.cases.forms.events import NotNeededForm
from hrd_cases.cases.in_words import said_in_lines
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.views.conflict import Readings, conflict_page, typed_over
from hrd_cases.cases.views.desk import desk
from hrd_cases.cases.views.entering import Entering, entering, entering_new
from hrd_cases.cases.views.kinds import kind_for
from hrd_cases.cases.views.settling import settled_at
from hrd_cases.cases.words import is_outward, kind_of, task_name
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of


@desk.form("/<uuid:case_id>/add/<kind>", needs=Permission.WORK_ON_CASE)
def add(session: Session, visitor: Visitor, case: Case, kind: str) -> Response:
    new = entering_new(session, visitor, case, kind)
    form = new.form()
    if done(form, lambda: new.add(form)):
        say(_("Written into the file: %(what)s.", what=kind_of(new.stands)))
        return led_to("cases.show", case_id=case.id)
    page: dict[str, Any] = {"name": kind, "title": new.kind.add, "says": new.kind.says}
    return shown("cases/entry.html", form, case=case, named=new.file.name, **page)


@desk.form("/<uuid:case_id>/entries/<uuid:entry_id>/correct", needs=Permission.WORK_ON_CASE)
def correct(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    thing = entering(session, visitor, case, entry.id)
    if isinstance(thing.stands, Action) and is_outward(thing.stands):
        return led_to("cases.action", case_id=case.id, entry_id=thing.thing_id)
    form = thing.form()
    try:
        if done(form, lambda: thing.correct(form, typed_over())):
            say(_corrected(thing, form))
            return led_to("cases.show", case_id=case.id)
    except Changed:
        return _conflict(entering(session, visitor, case, entry.id, anew=True), form)
    page: dict[str, Any] = {"name": thing.name, "title": thing.kind.correct, "says": thing.kind.says}
    return shown("cases/entry.html", form, case=case, named=thing.file.name, over=typed_over(), **page)


def _corrected(thing: Entering, form: EntryForm) -> str:
    before, after = thing.stands, form.said(thing.stands)
    if isinstance(after, Person) and after.died_on is not None and before.died_on is None:
        return str(_("Their death is recorded. Nobody is reminded of contact with them any more."))
    return str(_("Corrected: %(what)s. What stood there before can still be read.", what=kind_of(before)))


def _conflict(thing: Entering, form: EntryForm) -> Response:
    """Somebody corrected it first."""
    newest: Any = thing.before
    began = thing.file.version(thing.thing_id, typed_over() or made_from(form) or newest.id)
    hide = _hidden(thing.file, thing.thing_id)
    readings = Readings(thing.in_words(began, hide), thing.in_words(newest, hide), form.in_words(hide))
    own = any(name in form and form[name].data for name in form.NEVER_SHOWN)
    back = url_for("cases.show", case_id=thing.file.case.id)
    return conflict_page(thing.session, back, newest, began.id, readings, form, own=own)


def _hidden(file: File, thing_id: uuid.UUID) -> frozenset[str]:
    """What no version of a thing shows: who took part in a meeting that came under the Chatham House rule later."""
    held = any(getattr(entry.details, "chatham_house", False) for entry in file.versions(thing_id))
    return frozenset({"present"}) if held else frozenset()


@desk.get("/<uuid:case_id>/entries/<uuid:entry_id>", needs=Permission.WORK_ON_CASE)
def history(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    """Every version of a thing, the newest first."""
    file = open_file(session, case)
    thing = file.thing_of(entry.id)
    if thing is None:
        raise Absent("nothing that can be read")
    versions = file.versions(thing)[::-1]
    names = names_of(session, {one.author_id for one in versions})
    lines = _lines(session, visitor, file, thing)
    what = kind_of(versions[0].details)
    corrected = _where_corrected(versions[0].details)
    page: dict[str, Any] = {"what": what, "versions": versions, "lines": lines, "names": names, "corrected": corrected}
    return shown("cases/history.html", case=case, named=file.name, **page)


def _where_corrected(said: Details) -> str | None:
    """The page on which an entry is corrected; None for what nobody corrects: the file took a step, it arrived."""
    if isinstance(said, Conversation):
        return "cases.correct_conversation"
    return "cases.correct" if kind_for(said) is not None else None


def _lines(session: Session, visitor: Visitor, file: File, thing: uuid.UUID) -> dict[uuid.UUID, list[Line]]:
    """What each version says, by its id."""
    versions = file.versions(thing)
    name, said = kind_for(versions[-1].details), versions[-1].details
    if name is None or (isinstance(said, Action) and is_outward(said)):
        return {
            one.id: [Line("", label, words, False) for label, words in said_in_lines(one.details)] for one in versions
        }
    entered = Entering(session, visitor, file, name, thing, versions[-1])
    hide = _hidden(file, thing)
    return {one.id: entered.lines(one, hide) for one in versions}


@desk.form("/<uuid:case_id>/entries/<uuid:entry_id>/done", needs=Permission.WORK_ON_CASE)
def task_done(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    file = open_file(session, case)
    task = file.about(entry.id, Task)
    name = task_name(task.said)
    if task.said.asks_the_file:
        return _not_needed(session, visitor, file, task)
    return confirm(
        lambda: finish_by_hand(session, visitor, file, task, datetime.now(UTC)),
        lambda: _led_back(case, _("Done: %(task)s", task=name)),
        title=_("A task is done"),
        name=name,
        says=[_("It leaves the list of tasks. It stays readable, and can be taken up again.")],
        button=_("It is done"),
        instead=(_("Assess the risk"), "cases.risk", {"case_id": case.id}) if task.said.waits_for_assessment else None,
        back=("cases.show", {"case_id": case.id}),
    )


@desk.form("/<uuid:case_id>/next-step-done", needs=Permission.WORK_ON_CASE)
def next_done(session: Session, visitor: Visitor, case: Case) -> Response:
    """The next step that somebody wrote was taken, or is not needed any more."""
    file = open_file(session, case)
    profile = file.last(Profile)
    if profile is None:
        raise Absent("a file of which nothing is written has no next step")
    step = profile.said.next_step
    return confirm(
        lambda: step_is_done(session, visitor, file, profile, datetime.now(UTC)),
        lambda: _led_back(case, _("Done: %(task)s", task=step)),
        shows=(profile.entry.id,),
        title=_("The next step is done"),
        name=step,
        says=[_("It leaves the file’s page and Today. It stays readable in what stood before.")],
        button=_("Mark as done"),
        back=("cases.show", {"case_id": case.id}),
    )


def _not_needed(session: Session, visitor: Visitor, file: File, task: Standing[Task]) -> Response:
    """What a rule asks for ends by being written into the file; else somebody says why it is not needed."""
    form = NotNeededForm()
    name = task_name(task.said)
    now = datetime.now(UTC)
    if done(form, lambda: finish_by_hand(session, visitor, file, task, now, typed(form.done_note))):
        return _led_back(file.case, _("Not needed: %(task)s", task=name))
    return shown("cases/not_needed.html", form, case=file.case, name=name, place=settled_at(task.said, file))


def _led_back(case: Case, words: str) -> Response:
    say(words)
    return led_to("cases.show", case_id=case.id)
