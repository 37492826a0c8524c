"""What the auditor fills in: a search of the trail, and the daily counts that came by mail."""

from __future__ import annotations

import uuid
from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from hrd_cases.accounts.models import Member
from hrd_cases.forms import DayField, Form, Text
from hrd_cases.offices.models import Office
from hrd_cases.oversight.events import AREAS
from hrd_cases.oversight.reading import Search
from hrd_cases.oversight.words import office_names


class SearchForm(Form):
    event = SelectField(_l("What happened"), default="")
    actor = Text(
        _l("Who did it"), description=_l("A sign-in name; or operator, scheduler or visitor for what no member did")
    )
    about = Text(
        _l("What it is about"),
        description=_l("A member's sign-in name, an office's code, or an id as an entry shows it"),
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
        self.actor.data = search.actor if isinstance(search.actor, str) else _name(session, search.actor)
        self.about.data = _name(session, search.about)


def _name(session: Session, thing: uuid.UUID | None) -> str:
    """What whoever searches may type for a thing: its name, or its id; "" for None."""
    if thing is None:
        return ""
    member = session.scalar(select(Member.sign_in).where(Member.id == thing))
    return member or session.scalar(select(Office.code).where(Office.id == thing)) or str(thing)


class CheckForm(Form):
    counts = TextAreaField(
        _l("Daily counts"),
        description=_l(
            "From the mails you kept: the lines with a number and a hash, or the whole mails. Without them, a whole "
            "trail made anew would pass."
        ),
    )
