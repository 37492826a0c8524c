"""The base of every form. The door checks the token, WTForms the shape of what was typed."""

from __future__ import annotations

from typing import Any, Self

from flask import request
from flask_babel import gettext
from wtforms import Form as WTForm
from wtforms import StringField


class Form(WTForm):
    """A form of the request: filled from the body on POST, from `data` otherwise; errors in the reader's language."""

    def __init__(self, *, unread: bool = False, **data: Any) -> None:
        super().__init__(request.form if request.method == "POST" and not unread else None, data=data)

    @classmethod
    def empty(cls) -> Self:
        """The form without what was posted: another form's body is not ours to read."""
        return cls(unread=True)

    def sent(self) -> bool:
        """Was it posted, and is everything in it of the right shape?"""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, reason: str, field: str | None = None) -> None:
        """Show a rule's sentence at a field, or at the head of the form."""
        if field is None:
            self.form_errors.append(reason)
        else:
            self[field].errors = [*self[field].errors, reason]


class Text(StringField):
    """One line of text: trimmed, and without characters that are no text (NUL, lone surrogates)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data or "").strip()


def clean(text: str) -> str:
    """Text as databases take it: NUL and lone surrogates become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "�")


def needed() -> str:
    return str(gettext("Write something here."))
