"""Forms about documents: add, describe, take away."""

from __future__ import annotations

import uuid
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from hrd_cases.documents.papers import Filed, Record
from hrd_cases.forms import Form, Radio, needed, offered, typed

_NOTE = _l("What everybody should know of it: where it comes from, what it shows, in which language it is.")
_SHORTER = _l("Write less than %(max)d characters.")


class _Sorted(Form):
    """Asks which of its record's sorts a document is of, where the record has any."""

    sort = Radio(_l("What it is"), [InputRequired(message=_l("Choose what it is."))], choices=[])

    def offering(self, record: Record) -> Self:
        if record.sorts:
            self.sort.choices = [offered(code, _(label)) for code, label in record.sorts.items()]
        else:
            del self.sort
        return self

    @property
    def sorted_as(self) -> str:
        return typed(self.sort) if "sort" in self else ""


class AddForm(_Sorted):
    """Several files at once. The files themselves are read by the door; this is what stands beside them."""

    first = ("documents", "sort")
    documents = MultipleFileField(_l("Files"))
    note = TextAreaField(_l("Note"), [Length(max=2_000, message=_SHORTER)], description=_NOTE)


class _MadeFrom(Form):
    """Carries the entry that its page read."""

    made_from = HiddenField()

    @classmethod
    def of(cls, filed: Filed) -> Self:
        said = filed.paper
        return cls(made_from=str(filed.entry_id), name=said.name, note=said.note, sort=said.sort)

    def read(self) -> uuid.UUID:
        """The entry from which it was made; none of ours for anything else."""
        try:
            return uuid.UUID(self.made_from.data or "")
        except ValueError:
            return uuid.UUID(int=0)


class DescribeForm(_MadeFrom, _Sorted):
    first = ("name", "sort")
    name = StringField(
        _l("Name"),
        [needed(_l("Write what it is called.")), Length(max=200, message=_SHORTER)],
        description=_l("Its ending stays what its content is."),
    )
    note = TextAreaField(_l("Note"), [Length(max=2_000, message=_SHORTER)], description=_NOTE)


class TakeAwayForm(_MadeFrom):
    reason = TextAreaField(
        _l("Why is it taken away?"),
        [needed(_l("Write why.")), Length(max=500, message=_SHORTER)],
        description=_l("It stays on the timeline with its name and this reason."),
    )
