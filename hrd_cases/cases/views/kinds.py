"""The kinds of entries that are written by a form: one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.cases.details import (
    Action,
    Contact,
    Details,
    Incident,
    Meeting,
    Note,
    Person,
    Profile,
    SourceMark,
    Task,
)
from hrd_cases.cases.forms.entry import Around, EntryForm
from hrd_cases.cases.forms.events import ActionForm, ContactForm, IncidentForm, MeetingForm, NoteForm, TaskForm
from hrd_cases.cases.forms.people import PersonForm, SourceForm
from hrd_cases.cases.forms.profile import ProfileForm


class Kind(NamedTuple):
    """`blank`: what stands in the form before anything is known, with the number of those on file already."""

    details: type[Details]
    form: type[EntryForm]
    blank: Callable[[Around, int], Any]
    add: Any
    correct: Any
    says: Any = ""


KINDS: dict[str, Kind] = {
    "person": Kind(
        Person, PersonForm, lambda _around, _many: Person(role=""), _l("Add somebody"), _l("Correct a person")
    ),
    "source": Kind(
        SourceMark,
        SourceForm,
        lambda _around, many: SourceMark(label=_("Source %(number)s", number=many + 1)),
        _l("Add a source"),
        _l("Correct a source"),
        _l("Who told us is sealed apart from the file: only whoever holds the sources’ key reads it."),
    ),
    "profile": Kind(
        Profile,
        ProfileForm,
        lambda _around, _many: Profile(country=""),
        _l("What the file is about"),
        _l("Where they are, what comes next, what the file is about"),
    ),
    "incident": Kind(
        Incident,
        IncidentForm,
        lambda _around, _many: Incident(text=""),
        _l("Add an incident"),
        _l("Correct an incident"),
        _l("What is not known yet stays empty."),
    ),
    "contact": Kind(
        Contact,
        ContactForm,
        lambda around, _many: Contact(when=around.now, with_whom=""),
        _l("Add a contact"),
        _l("Correct a contact"),
    ),
    "meeting": Kind(
        Meeting,
        MeetingForm,
        lambda around, _many: Meeting(when=around.now, organiser_id=around.me),
        _l("Add a meeting"),
        _l("Correct a meeting"),
    ),
    "action": Kind(
        Action,
        ActionForm,
        lambda around, _many: Action(kind="", when=around.now),
        _l("Add what was done inside the office"),
        _l("Correct an action"),
        _l("What goes outward is recorded where consent is looked at first."),
    ),
    "task": Kind(Task, TaskForm, lambda _around, _many: Task(what=""), _l("Add a task"), _l("Correct a task")),
    "note": Kind(Note, NoteForm, lambda _around, _many: Note(text=""), _l("Add a note"), _l("Correct a note")),
}


def kind_for(said: Details) -> str | None:
    """The kind of an entry, if it has a form here."""
    return next((name for name, kind in KINDS.items() if kind.details is type(said)), None)
