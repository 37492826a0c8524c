"""Every desk of the offices room."""

from hrd_cases.offices.today import desk as today
from hrd_cases.offices.views import desk as offices

OFFICE_DESKS = (today, offices)
