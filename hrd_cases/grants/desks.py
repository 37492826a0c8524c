"""Every desk of grants, for the composition root."""

from __future__ import annotations

from hrd_cases.door.desk import Desk
from hrd_cases.grants import (  # noqa: F401 - they register what files are brought, how rows are opened
    bringing,
    on_file,
    openers,
    papers,
)
from hrd_cases.grants.views import (  # noqa: F401 - their pages are at the desk of grants
    asking,
    budgets,
    grant,
    rates,
    signing,
    steps,
    waiting,
)
from hrd_cases.grants.views.desk import desk as grants
from hrd_cases.grants.words import install_grant_words

GRANT_DESKS: tuple[Desk, ...] = (grants,)

install_grant_words(grants.blueprint)
