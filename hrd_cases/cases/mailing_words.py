"""What an office can mail at once of its files, and what that is called in its settings."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hrd_cases.cases import late, late_rounds
from hrd_cases.cases.clocks import ARRIVED
from hrd_cases.errors import N_, Sentence
from hrd_cases.offices.mailing import Mails, can_mail

NAMES: dict[str, Sentence] = {
    ARRIVED: N_("A file has arrived, to be acknowledged, at any hour: whoever takes it first"),
    "late_review": N_("The risk of a file was not looked at again, %(time)s late: the deputy, or the head"),
    "late_consent": N_("Consent was not asked about again, %(time)s late: the deputy, or the head"),
    "late_contact": N_("Nobody of a file was heard from, %(time)s late: the deputy, or the head"),
    "late_task": N_("A task was not done, %(time)s late: the deputy, or the head"),
}
_AFTER = {late.MAILED[kind]: days for kind, days in late.AFTER.items()}


def called(code: str) -> str:
    """A reminder, for whoever chooses among them."""
    days = _AFTER.get(code)
    time = ngettext("%(num)d working day", "%(num)d working days", days) if days is not None else ""
    return str(_(NAMES[code], time=time))


can_mail(
    Mails(
        field="files",
        title=_l("Of files"),
        says=_l(
            "Always mailed, whatever is ticked: a file in critical danger that arrives, and a file that nobody "
            "acknowledged in time (the deputy, then the head, then headquarters)."
        ),
        usual=dict.fromkeys((ARRIVED, *late.MAILED.values()), False),
        called=called,
        again=late_rounds.ROUNDS.again_once_committed,
    )
)
