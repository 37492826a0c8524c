"""Every desk of trials, for the composition root."""

from __future__ import annotations

from hrd_cases.door.desk import Desk
from hrd_cases.trials import (  # noqa: F401 - they register what files are brought, what is mailed, how rows are opened
    bringing,
    mailing_words,
    on_file,
    openers,
    papers,
)
from hrd_cases.trials.report_words import install_report_words
from hrd_cases.trials.shares import taking_back  # noqa: F401 - it registers what a no ends
from hrd_cases.trials.shares.words import install_share_words
from hrd_cases.trials.told_words import install_told_words
from hrd_cases.trials.views import (  # noqa: F401 - their pages are at the desk of trials
    calendar,
    calendar_file,
    files,
    hearing,
    hearing_acts,
    joining,
    proceeding,
    received,
    report,
    result,
    shared_calendar,
    shares,
    sheet,
    which_trial,
)
from hrd_cases.trials.views.desk import desk as trials
from hrd_cases.trials.views.share_desk import desk as at_shares
from hrd_cases.trials.words import install_trial_words

TRIAL_DESKS: tuple[Desk, ...] = (trials, at_shares)

install_trial_words(trials.blueprint)
install_report_words(trials.blueprint)
install_share_words(trials.blueprint)
install_told_words(trials.blueprint)
