"""The form of what an office mails at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hrd_cases.forms import Choices, Form, offered
from hrd_cases.trials.mailing import OF_FILES, OF_HEARINGS
from hrd_cases.trials.reminder_words import rule_name


class MailingForm(Form):
    rules = Choices(
        _l("Of hearings"),
        choices=lambda: [offered(code, rule_name(code)) for code in OF_HEARINGS],
        description=_l("Tick what is mailed the moment it falls due. Everything stands on Today, mailed or not."),
    )
    files = Choices(
        _l("Of files"),
        choices=lambda: [offered(code, rule_name(code)) for code in OF_FILES],
        description=_l(
            "Always mailed, whatever is ticked: a file in critical danger that arrives, and a file that nobody "
            "acknowledged in time (the deputy, then the head, then headquarters)."
        ),
    )
