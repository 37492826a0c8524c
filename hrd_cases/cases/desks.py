"""Every desk of the case file, for the composition root."""

from __future__ import annotations

from hrd_cases.cases import (  # noqa: F401 - they register what is mailed, how rows are opened
    mailing_words,
    openers,
    papers,
)
from hrd_cases.cases.views import (  # noqa: F401 - their pages are at the desk of cases
    consent,
    drafts,
    entries,
    file,
    life,
    lists,
    lost,
    outward,
    risk,
    search,
)
from hrd_cases.cases.views.desk import desk as cases
from hrd_cases.cases.views.draft_steps import desk as at_drafts
from hrd_cases.cases.views.recording import desk as recording
from hrd_cases.cases.words import install_case_words
from hrd_cases.door.desk import Desk

CASE_DESKS: tuple[Desk, ...] = (
    cases,
    recording,
    at_drafts,
)

install_case_words(cases.blueprint)
