"""A thing on its way into a file by its form: one way to add whatever kind it is, and one to correct."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases import chatham, merging
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import (
    Attribution,
    Meeting,
    Profile,
    Sourced,
)
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms.entry import Around, EntryForm, Line, made_from
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.views.around import around_of, holds_sources
from hrd_cases.cases.views.kinds import KINDS, Kind, kind_for
from hrd_cases.cases.views.pressed import entry_id_of, written_before
from hrd_cases.cases.writing import correct, lock_case, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Locked


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
        before = self.before.id if self.before is not None else uuid.uuid4()
        return self.kind.form.of(self.stands, self.around, self.told, made_from=before)

    def add(self, form: EntryForm) -> None:
        said, sourced = form.said(self.stands), form.sourced(None)
        # A contact or an incident decides on acts too: whoever acts in the same moment comes before or after it.
        case = self.file.case
        if written_before(self.session, case, self.thing_id) is not None:
            return
        write(self.session, self.by, case, said, self.now, sourced=sourced, entry_id=self.thing_id)
        touched(self.session, self.by, case)

    def correct(self, form: EntryForm, over: uuid.UUID | None = None) -> None:
        """Raises Changed if the form was made from an entry that somebody corrected meanwhile. `over`: the version over
        which it was typed; then only what was changed there is put over the newest.
        """
        corrected = made_from(form)
        if corrected is None or self.file.thing_of(corrected) != self.thing_id:
            raise Absent("made from no version of this")
        said, sourced = form.said(self.stands), form.sourced(self.told)
        if over is not None:
            said, sourced = self._only_changed(self.file.version(self.thing_id, over), said, sourced)
        lock_case(self.session, self.file.case)
        correct(self.session, self.by, self.file, corrected, said, self.now, sourced=sourced)
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
        return self._version(entry).in_words(hide)

    def lines(self, entry: Entry, hide: frozenset[str] = frozenset()) -> list[Line]:
        """The same line by line, what is sealed for the sources marked."""
        return self._version(entry).lines(hide)

    def _version(self, entry: Entry) -> EntryForm:
        sourced = self.file.sourced(self.thing_id, until=entry.id) if self.around.sources is not None else None
        form: EntryForm = self.kind.form.of(entry.details, self.around, sourced, unread=True)
        return form

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
    return Entering(session, by, file, name, entry_id_of(by))


def entering(session: Session, by: Visitor, case: Case, entry_id: uuid.UUID, *, anew: bool = False) -> Entering:
    """What stands on file of the thing that an entry is about. Absent if it has no form here or failed its check."""
    file = open_file(session, case, anew=anew)
    thing = file.thing_of(entry_id)
    newest = file.versions(thing)[-1] if thing is not None else None
    name = kind_for(newest.details) if newest is not None else None
    if thing is None or name is None:
        raise Absent("nothing on file that is corrected here")
    return Entering(session, by, file, name, thing, newest)
