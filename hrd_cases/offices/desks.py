"""Every desk of the offices room."""

from hrd_cases.offices import openers  # noqa: F401 - says how the rows named in addresses are opened
from hrd_cases.offices.views.offices import desk as offices
from hrd_cases.offices.views.today import desk as today

OFFICE_DESKS = (today, offices)
