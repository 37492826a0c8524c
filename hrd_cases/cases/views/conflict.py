"""Two who correct the same thing: the second sees both versions, and a press puts what they changed over the newest."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from flask import make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases import merging
from hrd_cases.cases.chains import Written
from hrd_cases.cases.forms.entry import EntryForm, made_from
from hrd_cases.cases.forms.fields import Lines
from hrd_cases.door.guards import KEPT_FIELD, TOKEN_FIELD
from hrd_cases.errors import Absent
from hrd_cases.forms import Choices
from hrd_cases.offices.colleagues import names_of

OVER = "typed_over"
"""The version over which somebody typed who was second: what they changed there is put over the newest."""
Reading = list[tuple[str, str, str]]
"""A version as it reads: (field, label, words) of every field that says something."""


class Readings(NamedTuple):
    """One thing three times: the version over which the second typed, the newest one, and what the second typed."""

    before: Reading
    theirs: Reading
    yours: Reading


class Joined(NamedTuple):
    """What both changed, as it would be with both: a field of the form that keeps it. `text` of a text; of a list of
    ticks `ticks`, what either ticked: (value, label).
    """

    name: str
    label: str
    text: str = ""
    ticks: tuple[tuple[str, str], ...] = ()


class Version(NamedTuple):
    """One part of a thing that two people corrected: what stands now, and what this one wrote."""

    label: str
    theirs: str
    yours: str


Said = TypeVar("Said")


def _put_over(theirs: Any, said: Any, mine: Any, untouched: Any) -> Any:
    return merging.put_over(theirs, said, merging.changed(mine, untouched), untouched)


@dataclass(frozen=True)
class Typed(Generic[Said]):
    """A form that corrects one thing, as it came. `shape` makes the form of any version of it, with what came, or
    `unread` as that version reads; `version` is what one of its entries says, and raises Absent for any other.
    `put_over`: theirs, with what was typed over it; with the typed and the untouched form of what it was typed over.
    """

    form: EntryForm
    shape: Callable[[Said, bool], EntryForm]
    version: Callable[[uuid.UUID], Said]
    put_over: Callable[[Said, Said, Said, Said], Said] = _put_over

    @property
    def read(self) -> uuid.UUID:
        """The entry that the form shows. Raises Absent for a form made from none."""
        found = made_from(self.form)
        if found is None:
            raise Absent("made from no version of this")
        return found

    def onto(self, stands: Said) -> Said:
        """What was typed, onto what stands. Over a version that is not the newest, only what was changed there is put
        over the newest.
        """
        said: Said = self.form.said(stands)
        over = typed_over()
        if over is None:
            return said
        base = self.version(over)
        mine, untouched = (self.shape(base, unread).said(base) for unread in (False, True))
        return self.put_over(stands, said, mine, untouched)

    def conflict(self, session: Session, back: str, newest: Written, version: Callable[[uuid.UUID], Said]) -> Response:
        """Somebody corrected it first: as `conflict_page`. `version`: as it is read now."""
        over = typed_over() or made_from(self.form) or newest.id
        before, theirs = (self.shape(version(one), True).in_words() for one in (over, newest.id))
        return conflict_page(session, back, newest, over, Readings(before, theirs, self.form.in_words()), self.form)


def conflict_page(
    session: Session,
    back: str,
    newest: Written,
    over: uuid.UUID,
    readings: Readings,
    form: EntryForm,
    *,
    own: bool = False,
) -> Response:
    """Both versions side by side, and a button that saves this one on top (409); texts and ticks that both changed can
    be saved together. `back`: where whoever keeps theirs goes on; `over`: the id of the version over which it was
    typed; `own`: something was typed that no page shows.
    """
    page = render_template(
        "cases/conflict.html",
        versions=[one for one in _beside(readings) if one.theirs != one.yours],
        by=names_of(session, {newest.author_id}).get(newest.author_id, "?"),
        newest=newest,
        typed=_typed_fields(),
        joined=[*_joined(form, readings), *_ticked(form, readings, newest)],
        typed_over=over,
        back=back,
        own=own,
    )
    return make_response(page, 409)


def typed_over() -> uuid.UUID | None:
    """The version over which a form was typed that is put over a newer one. Absent if it is none."""
    sent = request.form.get(OVER, "")
    try:
        return uuid.UUID(sent) if sent else None
    except ValueError as error:
        raise Absent("typed over nothing") from error


def _typed_fields() -> list[tuple[str, str]]:
    """Everything that was typed, for the form that sends it again."""
    ours = (TOKEN_FIELD, KEPT_FIELD, "made_from", OVER)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in ours]


def _beside(readings: Readings) -> Iterator[Version]:
    """Each part with both versions; its label says what becomes of it."""
    before, theirs, yours = ({name: text for name, _label, text in reading} for reading in readings)
    labels = {name: label for name, label, _text in (*readings.theirs, *readings.yours)}
    for name, label in labels.items():
        stood, other, mine = (said.get(name, "") for said in (before, theirs, yours))
        yield Version(_what_becomes(label, they_changed=other != stood, you_changed=mine != stood), other, mine)


def _joined(form: EntryForm, readings: Readings) -> Iterator[Joined]:
    """Long texts that both changed, each with theirs and mine: nobody has to give one up or copy it by hand."""
    before, theirs, _yours = ({name: text for name, _label, text in reading} for reading in readings)
    for name, label, mine in readings.yours:
        stood, other = before.get(name, ""), theirs.get(name, "")
        field = form[name]
        if isinstance(field, Lines) and other and len({stood, other, mine}) == 3:
            yield Joined(name, label, field.joined(other, mine))


def _ticked(form: EntryForm, readings: Readings, newest: Written) -> Iterator[Joined]:
    """Lists of ticks that both changed: what either ticked stays, so that nobody's finding goes unseen."""
    before, theirs, yours = ({name: text for name, _label, text in reading} for reading in readings)
    for field in form:
        name = field.short_name
        stood, other, mine = (said.get(name, "") for said in (before, theirs, yours))
        if not isinstance(field, Choices) or not other or len({stood, other, mine}) < 3:
            continue
        kept = {str(one) for one in _of_theirs(newest, name)} | set(field.data or ())
        offered: Iterable[Any] = field.iter_choices()
        ticks = tuple((str(one.value), str(one.label)) for one in offered if str(one.value) in kept)
        label = next((label for one, label, _text in (*readings.yours, *readings.theirs) if one == name), "")
        yield Joined(name, label, ticks=ticks)


def _of_theirs(newest: Written, name: str) -> tuple[object, ...]:
    """What stands in the newest version; whoever has the field holds the key of what is sealed."""
    said = newest.details if hasattr(newest.details, name) else getattr(newest, "sourced", None)
    return tuple(getattr(said, name, ()))


def _what_becomes(what: str, *, they_changed: bool, you_changed: bool) -> str:
    if not you_changed:
        return str(_("%(what)s (you did not change this: theirs stays)", what=what))
    if not they_changed:
        return str(_("%(what)s (only you changed this: yours is added)", what=what))
    return str(_("%(what)s (both of you changed this: yours would stand)", what=what))
