"""Headquarters writes a notice to an office; the office puts it away once it was read."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import confirm, done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.offices import notices
from hrd_cases.offices.forms import NoticeForm
from hrd_cases.offices.models import Notice, Office

desk = Desk("notices")


@desk.form("/offices/<uuid:office_id>/notices", needs=Permission.SEND_NOTICE)
def write(session: Session, visitor: Visitor, office: Office) -> Response:
    form = NoticeForm()
    if done(form, lambda: _send(session, visitor, office, form)):
        return led_to("notices.write", office_id=office.id)
    return shown("offices/notice.html", form, office=office, sent=notices.sent_to(session, office.id))


def _send(session: Session, visitor: Visitor, office: Office, form: NoticeForm) -> None:
    text = typed(form.text).replace("\r\n", "\n")
    notices.send_notice(session, visitor, office, typed(form.subject), text, datetime.now(UTC))


@desk.form("/notices/<uuid:notice_id>/put-away", needs=Permission.READ_NOTICE)
def put_away(session: Session, notice: Notice) -> Response:
    return confirm(
        lambda: notices.put_away(session, notice, datetime.now(UTC)),
        lambda: led_to("today.show"),
        title=_("Put a notice away"),
        name=notice.subject,
        says=[_("It leaves Today for everybody in the office. Make sure that your colleagues have read it.")],
        button=_("Put it away"),
        back=("today.show", {}),
    )
