"""The form of what a member does with a reminder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.forms import Form, Radio, offered
from hrd_cases.today.words import LATER

DONE, NOT_MINE = "done", "not_mine"


class ReminderForm(Form):
    what = Radio(_l("What about this reminder?"), choices=[])

    @classmethod
    def of(cls, times: Mapping[str, datetime]) -> Self:
        form = cls()
        later = [offered(code, _("Remind me later: %(when)s", when=LATER[code])) for code in times]
        ends = [offered(DONE, _("It is done")), offered(NOT_MINE, _("It is not mine: tell whoever is next"))]
        form.what.choices = [ends[0], *later, ends[1]]
        return form
