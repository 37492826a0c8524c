"""Forms about documents: add, describe, take away."""

from __future__ import annotations

import uuid
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import Length

from hrd_cases.documents.papers import Filed
from hrd_cases.forms import Form, needed

_NOTE = _l("What everybody should know of it: where it comes from, what it shows, in which language it is.")
_SHORTER = _l("Write less than %(max)d characters.")


class AddForm(Form):
    """Several files at once. The files themselves are read by the door; this is what stands beside them."""

    documents = MultipleFileField(_l("Files"))
    note = TextAreaField(_l("Note"), [Length(max=2_000, message=_SHORTER)], description=_NOTE)


class _MadeFrom(Form):
    """Carries the entry that its page read."""

    made_from = HiddenField()

    @classmethod
    def of(cls, filed: Filed) -> Self:
        said = filed.paper
        return cls(made_from=str(filed.entry_id), name=said.name, note=said.note)

    def read(self) -> uuid.UUID:
        """The entry from which it was made; none of ours for anything else."""
        try:
            return uuid.UUID(self.made_from.data or "")
        except ValueError:
            return uuid.UUID(int=0)


class DescribeForm(_MadeFrom):
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
