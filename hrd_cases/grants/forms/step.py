"""What is typed with a step of a grant by the side that asks."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from hrd_cases.cases.forms.fields import LINE, STORY, Lines
from hrd_cases.forms import Choice, Form, SentAlong, SignedForm, Text, needed, typed
from hrd_cases.grants.forms.request import LinesForm, Request, ToWhomForm, grant_listed


class StepForm(Form):
    """A form that takes a step. `made_from`: how many steps the grant had when it was shown."""

    made_from = SentAlong("")


class SubmitForm(StepForm, SignedForm):
    """What is submitted is what was read."""


class SayForm(StepForm):
    """A question, an answer, or a reason."""

    text = Lines(_l("Why"), [needed(_l("Write it in your own words.")), STORY])

    @classmethod
    def called(cls, label: Any, hint: Any, *, made_from: int, optional: bool = False) -> SayForm:
        form = cls(made_from=str(made_from))
        form.text.label.text, form.text.description = label, hint
        if optional:
            form.text.validators = [STORY]
        return form


class ChangeForm(ToWhomForm, LinesForm):
    """Another payee, another sum, or both, of what is on its way already."""

    _PAID: ClassVar[tuple[str, ...]] = ("purpose", "payee", "channel", "account", "wording")
    spare: ClassVar[int] = 1
    first: ClassVar[tuple[str, ...]] = ("lines", "purpose", "payee", "channel", "account", "wording", "text")
    purpose = Choice(_l("What it is for"), choices=grant_listed("grant_purpose"))
    payee = Text(_l("Who gets the money"), [needed(_l("Write who gets it.")), LINE])
    channel = Choice(_l("How it is paid"), choices=grant_listed("grant_channel"))
    text = Lines(
        _l("Why it changes"),
        [needed(_l("Write why: whoever decides anew reads it.")), STORY],
    )

    @classmethod
    def filled(cls, asked: Request) -> dict[str, Any]:
        return super().filled(asked) | {name: getattr(asked.payment, name) for name in cls._PAID}

    def validate_lines(self, _field: Any) -> None:
        if all(entry.form.is_empty for entry in self.lines):
            raise ValidationError(_("There is no line left. Cancel the grant instead, if nothing is needed."))

    def over(self, asked: Request) -> Request:
        figures = {name: typed(self[name]) for name in self._PAID}
        changed = super().over(asked)
        return changed._replace(payment=msgspec.structs.replace(changed.payment, **figures))
