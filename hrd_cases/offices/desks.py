"""Every desk of the offices room."""

from hrd_cases.offices import openers  # noqa: F401 - says how the rows named in addresses are opened
from hrd_cases.offices.countries import country_name, country_names, footnote
from hrd_cases.offices.views import founding, mailing  # noqa: F401 - their pages are at others' desks
from hrd_cases.offices.views.absences import desk as absences
from hrd_cases.offices.views.charter import desk as charter
from hrd_cases.offices.views.members import desk as members
from hrd_cases.offices.views.notices import desk as notices
from hrd_cases.offices.views.offices import desk as offices
from hrd_cases.offices.words import install_words

OFFICE_DESKS = (offices, charter, members, notices, absences)

install_words(offices.blueprint)
for _name, _filter in (("country_name", country_name), ("country_names", country_names), ("footnote", footnote)):
    offices.blueprint.add_app_template_filter(_filter, _name)
