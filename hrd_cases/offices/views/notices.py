"""Headquarters writes a notice to an office; each of its colleagues puts it away once they have read it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.offices import notices
from hrd_cases.offices.forms import NoticeForm
from hrd_cases.offices.models import Notice, Office
from hrd_cases.offices.views.post import collect

desk = Desk("notices")


@desk.form("/offices/<uuid:office_id>/notices", needs=Permission.SEND_NOTICE)
def write(session: Session, visitor: Visitor, office: Office) -> Response:
    form = NoticeForm()
    if done(form, lambda: _send(session, visitor, office, form)):
        say(_("The notice to %(office)s is sent.", office=office.seat))
        return led_to("notices.write", office_id=office.id)
    sent = notices.sent_to(session, office.id)
    read = notices.read_by(session, (letter.id for letter in sent))
    return shown("offices/notice.html", form, office=office, sent=sent, read=read)


def _send(session: Session, visitor: Visitor, office: Office, form: NoticeForm) -> None:
    text = typed(form.text).replace("\r\n", "\n")
    notices.send_notice(session, visitor, office, typed(form.subject), text, datetime.now(UTC))


@desk.form("/notices/<uuid:notice_id>/put-away", needs=Permission.READ_NOTICE)
def put_away(session: Session, visitor: Visitor, notice: Notice) -> Response:
    return confirm(
        lambda: notices.put_away(session, visitor, notice, datetime.now(UTC)),
        _put_away,
        title=_("Put a notice away"),
        name=notice.subject,
        says=[
            _("It leaves your own Today; your colleagues still have it on theirs."),
            _("You find it again among your earlier notices. Headquarters sees that you have read it."),
        ],
        button=_("I have read it: put it away"),
        back=("today.show", {}),
    )


def _put_away() -> Response:
    say(_("The notice is put away. You find it among your earlier notices."))
    return led_to("today.show")


@desk.get("/notices", needs=Permission.READ_NOTICE)
def earlier(session: Session, visitor: Visitor) -> Response:
    """What this member has put away, still to be read."""
    post = collect(session, visitor, notices.earlier_of)
    return shown("today/notices.html", post=post)
