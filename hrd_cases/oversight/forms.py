"""What the auditor fills in: a search of the trail, and the heads that came by mail."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from hrd_cases.accounts.models import Member
from hrd_cases.forms import DayField, Form, Text
from hrd_cases.oversight.events import AREAS
from hrd_cases.oversight.reading import Search
from hrd_cases.oversight.words import office_names


class SearchForm(Form):
    event = SelectField(_l("What happened"), default="")
    actor = Text(
        _l("Who did it"), description=_l("A sign-in name; or operator, scheduler or visitor for what no member did")
    )
    office = SelectField(_l("Office of whoever did it"), default="")
    day = DayField(_l("Day"), validators=[Optional()])

    @classmethod
    def of(cls, session: Session) -> Self:
        """The form with what may be chosen."""
        form = cls()
        anything = [("", str(_l("Anything")))]
        form.event.choices = {str(_l("Everything")): anything} | {
            str(area): [(event.value, str(words.name)) for event, words in events.items()] for area, events in AREAS
        }
        offices = sorted(office_names(session).items(), key=lambda office: office[1])
        form.office.choices = [("", str(_l("Any office"))), *((str(office_id), name) for office_id, name in offices)]
        return form

    def show(self, session: Session, search: Search) -> None:
        """Fill in what is being looked for, unless something was just typed."""
        if self.errors:
            return
        self.event.data = search.event.value if search.event else ""
        self.office.data = str(search.office) if search.office else ""
        self.day.process_data(search.day)
        self.actor.data = _name(session, search)


def _name(session: Session, search: Search) -> str:
    if search.actor is None or isinstance(search.actor, str):
        return search.actor or ""
    return session.scalar(select(Member.sign_in).where(Member.id == search.actor)) or ""


class CheckForm(Form):
    heads = TextAreaField(
        _l("Lines from the daily mails"),
        description=_l("A number and a hash on each line. Without them, a whole trail made anew would pass."),
    )
