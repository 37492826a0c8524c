"""What an office mails at once: a page for its head."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.offices.models import Office
from hrd_cases.trials.forms.mailing import MailingForm
from hrd_cases.trials.mailing import choose, mailed
from hrd_cases.trials.views.desk import desk


@desk.form("/offices/<uuid:office_id>/reminders", needs=Permission.DECIDE_ON_CASE)
def mailing(session: Session, office: Office) -> Response:
    """Never the administrator's: whoever takes a mail away leaves a colleague untold."""
    form = MailingForm(rules=sorted(mailed(session, office)))
    if done(form, lambda: choose(session, office, form.rules.data or ())):
        say(_("What %(office)s mails at once is saved.", office=office.seat))
        return led_to("offices.show", office_id=office.id)
    return shown("trials/mailing.html", form, office=office)
