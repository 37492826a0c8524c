"""Every desk of the case file, for the composition root."""

from __future__ import annotations

from hrd_cases.cases import openers  # noqa: F401 - registers how rows are opened
from hrd_cases.cases.views import consent, entries, file, life, outward, risk  # noqa: F401 - at the desk of cases
from hrd_cases.cases.views import lists, search  # noqa: F401 - and what is found and listed
from hrd_cases.cases.views.desk import desk as cases
from hrd_cases.cases.views.drafts import desk as drafts
from hrd_cases.cases.views.recording import desk as recording
from hrd_cases.cases.words import install_case_words
from hrd_cases.door.desk import Desk

CASE_DESKS: tuple[Desk, ...] = (
    cases,
    recording,
    drafts,
)

install_case_words(cases.blueprint)
