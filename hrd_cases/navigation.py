"""The main navigation: what this member's roles let them open, today first."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor


class Item(NamedTuple):
    text: str
    href: str
    current: bool


def navigation_for(visitor: Visitor, path: str) -> list[Item]:
    """Items in their order; none before a charter seats the member."""
    wanted = [
        (Permission.SEE_TODAY, _("Today"), url_for("today.show")),
        (Permission.SEE_CASES, _("Case files"), url_for("cases.index")),
        (Permission.SEE_CASES, _("Search"), url_for("cases.search")),
        (Permission.SEE_CASES, _("Hearings"), url_for("trials.calendar")),
        (Permission.SEE_GRANT, _("Grants"), url_for("grants.waiting")),
        (Permission.ANSWER_SHARE, _("Hearings"), url_for("shares.calendar")),
        (Permission.SEE_SHARED, _("Shared with us"), url_for("shares.index")),
        (Permission.SEE_OFFICES, _("Offices"), url_for("offices.index")),
        (Permission.READ_AUDIT, _("Audit trail"), url_for("oversight.trail")),
        (Permission.SEE_JOBS, _("Running"), url_for("oversight.running")),
    ]
    items = [(text, href) for permission, text, href in wanted if visitor.allows(permission)]
    if visitor.allows(Permission.OWN_ACCOUNT) and not visitor.waits_before(Permission.OWN_ACCOUNT):
        items.append((_("My account"), url_for("account.show")))
    # Of two addresses that a page lies below, the nearer one.
    here = max((href for _text, href in items if _below(path, href)), key=len, default="")
    return [Item(text, href, href == here) for text, href in items]


def _below(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href + "/"))
