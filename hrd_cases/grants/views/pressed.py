"""One form is one step: pressed twice, it leads to what the first press did."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l

from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.grants.life import Act
from hrd_cases.grants.overview import GrantSheet

FIRST = _l("Somebody took a step of this grant first. Look at what stands now, and press again if it is still right.")
_LONGEST = 6


def read_at(form: object, sheet: GrantSheet) -> int:
    """How many steps the grant had when this form was shown, by its field `made_from`."""
    said = typed(form.made_from)  # type: ignore[attr-defined]  # every form of a step has it
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _LONGEST else sheet.made_from


def pressed_before(sheet: GrantSheet, by: Visitor, act: Act, form: object) -> bool:
    """Is this the second press of a form? Its own first press took the last step."""
    if request.method != "POST" or not sheet.opened.steps:
        return False
    last = sheet.opened.steps[-1]
    return (last.act, last.actor_id, last.number) == (act, by.member_id, read_at(form, sheet) + 1)
