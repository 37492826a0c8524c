"""The kinds of entries that are written by a form: one table, one way to add and one to correct."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from hrd_cases.cases import chatham, merging
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import (
    Action,
    Attribution,
    Contact,
    Details,
    Incident,
    Meeting,
    Note,
    Person,
    Profile,
    Source,
    Sourced,
    SourceMark,
    Task,
)
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms import (
    ActionForm,
    Around,
    ContactForm,
    EntryForm,
    IncidentForm,
    MeetingForm,
    NoteForm,
    PersonForm,
    ProfileForm,
    SourceForm,
    TaskForm,
)
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.words import name_of
from hrd_cases.cases.writing import correct, lock_case, write
from hrd_cases.door.showing import failed_check
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Locked, Tampered
from hrd_cases.keys.roles import CASEWORKERS, CircleName
from hrd_cases.offices.colleagues import names_of


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


@dataclass
class Entering:
    """One thing on its way into a file: its form, and what is done with it. `before`: the entry that is corrected."""

    session: Session
    by: Visitor
    file: File
    name: str
    thing_id: uuid.UUID
    before: Entry | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def stands(self) -> Any:
        """What it says before anybody types."""
        if self.before is not None:
            return self.before.details
        return self.kind.blank(self.around, len(self.file.all(self.kind.details)))

    @property
    def told(self) -> Sourced | None:
        """What stands under the sources' key, if this member holds it."""
        return self.file.sourced(self.thing_id) if self.around.sources is not None else None

    @property
    def around(self) -> Around:
        around = around_of(self.session, self.by, self.file, self.now)
        return replace(around, own=self._own, keep=self._keep)

    def form(self) -> EntryForm:
        made_from = self.before.id if self.before is not None else None
        return self.kind.form.of(self.stands, self.around, self.told, made_from=made_from)

    def add(self, form: EntryForm) -> None:
        said, sourced = form.said(self.stands), form.sourced(None)
        # A contact or an incident decides on acts too: whoever acts in the same moment comes before or after it.
        case = lock_case(self.session, self.file.case)
        write(self.session, self.by, case, said, self.now, sourced=sourced, entry_id=self.thing_id)
        touched(self.session, self.by, case)

    def correct(self, form: EntryForm, over: uuid.UUID | None = None) -> None:
        """Raises Changed if the form was made from an entry that somebody corrected meanwhile. `over`: the version over
        which it was typed; then only what was changed there is put over the newest.
        """
        made_from = _id(form.made_from.data)
        if made_from is None or self.file.thing_of(made_from) != self.thing_id:
            raise Absent("made from no version of this")
        said, sourced = form.said(self.stands), form.sourced(self.told)
        if over is not None:
            said, sourced = self._only_changed(self.file.version(self.thing_id, over), said, sourced)
        lock_case(self.session, self.file.case)
        correct(self.session, self.by, self.file, made_from, said, self.now, sourced=sourced)
        touched(self.session, self.by, self.file.case)

    def _only_changed(self, base: Entry, said: Any, sourced: Sourced | None) -> tuple[Any, Sourced | None]:
        """The newest version with what was changed beside `base`. What is put over it went through a form of the newest
        one: a promise made meanwhile is kept.
        """
        around = self.around
        told = self.file.sourced(self.thing_id, until=base.id) if around.sources is not None else None
        typed = self.kind.form.of(base.details, around, told)
        untouched = self.kind.form.of(base.details, around, told, unread=True)
        mine, before = typed.said(base.details), untouched.said(base.details)
        names = merging.changed(self._opened(mine), self._opened(before))
        if isinstance(mine, Meeting) and self._own(mine) != self._own(before):
            names |= merging.HELD_TOGETHER
        kept = merging.put_over(self.stands, said, names)
        if sourced is None or self.told is None:
            return kept, sourced
        its_names = merging.changed(typed.sourced(told), untouched.sourced(told))
        return kept, merging.put_over(self.told, sourced, its_names)

    @staticmethod
    def _opened(said: Any) -> Any:
        """What is sealed anew each time says nothing of a change: it is compared opened."""
        return msgspec.structs.replace(said, organisers_own=b"") if isinstance(said, Meeting) else said

    def in_words(self, entry: Entry, hide: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
        """One version as it reads: (field, label, words)."""
        sourced = self.file.sourced(self.thing_id, until=entry.id) if self.around.sources is not None else None
        form: EntryForm = self.kind.form.of(entry.details, self.around, sourced, unread=True)
        return form.in_words(hide)

    def _own(self, meeting: Meeting) -> Attribution:
        return chatham.own(self.by, self.file.case.id, self.thing_id, meeting) or Attribution()

    def _keep(self, spoken: Attribution) -> bytes:
        return chatham.keep(self.by, self.file.case.id, self.thing_id, spoken)


def entering_new(session: Session, by: Visitor, case: Case, name: str) -> Entering:
    """Absent for a kind that there is not, and for a second profile."""
    file = open_file(session, case)
    if name not in KINDS or (name == "profile" and file.last(Profile) is not None):
        raise Absent("no such kind of entry")
    if name == "source" and not holds_sources(by, case):
        raise Locked("the sources' key is not here")
    return Entering(session, by, file, name, uuid.uuid4())


def entering(session: Session, by: Visitor, case: Case, entry_id: uuid.UUID, *, anew: bool = False) -> Entering:
    """What stands on file of the thing that an entry is about. Absent if it has no form here or failed its check."""
    file = open_file(session, case, anew=anew)
    thing = file.thing_of(entry_id)
    newest = file.versions(thing)[-1] if thing is not None else None
    name = kind_for(newest.details) if newest is not None else None
    if thing is None or name is None:
        raise Absent("nothing on file that is corrected here")
    return Entering(session, by, file, name, thing, newest)


def holds_sources(by: Visitor, case: Case) -> bool:
    return by.in_circle(case.office_id, CircleName.SOURCES)


def around_of(session: Session, by: Visitor, file: File, now: datetime) -> Around:
    """Who there is to choose from in this file."""
    charter = by.charters.of(file.case.office_id)
    seated = {seat.member_id for seat in charter.seats if charter.roles_of(seat.member_id, now) & CASEWORKERS}
    members = sorted(names_of(session, seated).items(), key=lambda one: one[1])
    return Around(
        me=by.member_id,
        now=now,
        zone=by.zone,
        people=tuple((one.id, name_of(one.said)) for one in file.people),
        members=tuple(members),
        sources=tuple(_sources(file)) if holds_sources(by, file.case) else None,
        has_defender=file.defender is not None,
    )


def _sources(file: File) -> list[tuple[uuid.UUID, str]]:
    found = []
    for one in file.sources:
        try:
            told = file.sourced(one.id)
        except (Locked, Tampered):
            failed_check("source", one.id)
            told = None
        found.append((one.id, f"{one.said.label}: {told.name}" if isinstance(told, Source) else one.said.label))
    return found


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
