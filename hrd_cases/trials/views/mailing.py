"""What an office mails at once: its head chooses, and whoever works there reads it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.offices.models import Office
from hrd_cases.trials.forms.mailing import MailingForm
from hrd_cases.trials.mailing import OF_FILES, OF_HEARINGS, choose, mailed
from hrd_cases.trials.reminder_words import rule_name
from hrd_cases.trials.views.desk import desk


@desk.form("/offices/<uuid:office_id>/reminders", needs=Permission.DECIDE_ON_CASE)
def mailing(session: Session, office: Office) -> Response:
    """Never the administrator's: whoever takes a mail away leaves a colleague untold."""
    chosen = sorted(mailed(session, office))
    form = MailingForm(rules=chosen, files=chosen)
    if done(form, lambda: choose(session, office, (*(form.rules.data or ()), *(form.files.data or ())))):
        say(_("What %(office)s mails at once is saved.", office=office.seat))
        return led_to("offices.show", office_id=office.id)
    return shown("trials/mailing.html", form, office=office)


@desk.get("/offices/<uuid:office_id>/reminders/mailed", needs=Permission.WORK_ON_CASE)
def mailed_at_once(session: Session, office: Office) -> Response:
    """What is mailed and what is not, for whoever does not choose."""
    chosen = mailed(session, office)
    kinds = [(_("Of hearings"), OF_HEARINGS), (_("Of files"), OF_FILES)]
    lines = [(title, [(rule_name(code), code in chosen) for code in codes]) for title, codes in kinds]
    return shown("trials/mailed.html", office=office, lines=lines)
