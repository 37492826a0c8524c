"""What an office mails at once: its head chooses, and whoever works there reads it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.forms import Choices, Form, offered
from hrd_cases.offices.mailing import Mails, choose, mailed, rooms
from hrd_cases.offices.models import Office
from hrd_cases.offices.views.offices import desk


@desk.form("/<uuid:office_id>/reminders", needs=Permission.DECIDE_ON_CASE)
def mailing(session: Session, office: Office) -> Response:
    """Never the administrator's: whoever takes a mail away leaves a colleague untold."""
    chosen = sorted(mailed(session, office))
    form = _form(chosen)
    if done(form, lambda: choose(session, office, [code for one in rooms() for code in form[one.field].data or ()])):
        say(_("What %(office)s mails at once is saved.", office=office.seat))
        return led_to("offices.mailing", office_id=office.id)
    return shown("offices/mailing.html", form, office=office, boxes=[form[one.field] for one in rooms()])


def _form(chosen: list[str]) -> Form:
    """One list of boxes for each room."""
    fields = {one.field: Choices(one.title, choices=partial(_boxes, one), description=one.says) for one in rooms()}
    form: type[Form] = type("MailingForm", (Form,), fields)
    said: dict[str, Any] = dict.fromkeys(fields, chosen)
    return form(**said)


def _boxes(room: Mails) -> list[Any]:
    return [offered(code, room.called(code)) for code in room.usual]


@desk.get("/<uuid:office_id>/reminders/mailed", needs=Permission.WORK_ON_CASE)
def mailed_at_once(session: Session, office: Office) -> Response:
    """What is mailed and what is not, for whoever does not choose."""
    chosen = mailed(session, office)
    lines = [(str(one.title), [(one.called(code), code in chosen) for code in one.usual]) for one in rooms()]
    return shown("offices/mailed.html", office=office, lines=lines)
