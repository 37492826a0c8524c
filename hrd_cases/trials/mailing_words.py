"""What an office can mail at once of its hearings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hrd_cases.offices.mailing import Mails, can_mail
from hrd_cases.trials.mending import ROUNDS
from hrd_cases.trials.reminder_rules import RULES
from hrd_cases.trials.reminder_words import rule_name

can_mail(
    Mails(
        field="rules",
        title=_l("Of hearings"),
        says=_l("Tick what is mailed the moment it falls due. Everything stands on Today, mailed or not."),
        usual={rule.code: rule.mails for rule in RULES.rules},
        called=rule_name,
        again=ROUNDS.again_once_committed,
    )
)
