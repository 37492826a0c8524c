"""The form of what an office mails at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hrd_cases.forms import Choices, Form, offered
from hrd_cases.trials.mailing import USUAL
from hrd_cases.trials.reminder_words import rule_name


class MailingForm(Form):
    rules = Choices(
        _l("Mailed at once"),
        choices=lambda: [offered(code, rule_name(code)) for code in USUAL],
        description=_l("Tick what is mailed the moment it falls due. Everything stands on Today, mailed or not."),
    )
