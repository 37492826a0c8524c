"""The page of members who wait to be seated: what is done, what is missing, and whom to call."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.newcomers import pin_root
from hrd_cases.accounts.forms import WordsForm
from hrd_cases.accounts.models import Member
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Refused
from hrd_cases.keys.roles import CHANGED_BY_TWO, Role
from hrd_cases.keys.root import founding_root, named_in_newest
from hrd_cases.vault.words import six_words

desk = Desk("waiting", "/waiting")

_TWO = _l("two heads of headquarters")
_ONE = _l("a head of headquarters")
WHO_VOUCHES = {
    **dict.fromkeys((*CHANGED_BY_TWO, Role.EMBASSY_OBSERVER), _TWO),
    **dict.fromkeys((Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR), _ONE),
}
"""In the middle of a sentence; for every other role it is the head of the office."""


class Standing(NamedTuple):
    """What is done already. `founded`: is there a register at all? `missing`: circle keys still to be handed over."""

    founded: bool
    rooted: bool
    vouched: bool
    missing: int

    @property
    def done(self) -> bool:
        return self.rooted and self.vouched and not self.missing


def standing(session: Session, visitor: Visitor) -> Standing:
    """Where a member stands. Before they rely on a root, "vouched" is what the newest charter says, unverified."""
    rooted = bool(visitor.charters.pins.root)
    named = (visitor.office_id, visitor.member_id, visitor.ring.keys.fingerprint)
    vouched = bool(visitor.seats) if rooted else named_in_newest(session, *named)
    return Standing(rooted or _is_founded(session), rooted, vouched, _missing(visitor))


def _is_founded(session: Session) -> bool:
    try:
        return bool(founding_root(session))
    except Absent:
        return False


def _missing(visitor: Visitor) -> int:
    return sum(
        visitor.member_id in charter.holders(entry.name, visitor.today) and not visitor.ring.holds(entry)
        for charter in visitor.seats.values()
        for entry in charter.circles
    )


def who_vouches(role: Role) -> str:
    """Whoever has to hear the newcomer's words."""
    return str(WHO_VOUCHES.get(role, _l("the head of your office")))


@desk.form("", needs=Permission.COME_IN, keeps=False)
def show(session: Session, visitor: Visitor) -> Response:
    """Six words to read out, six words to type, and what happens meanwhile."""
    if visitor.step:
        return redirect(url_for(f"steps.{visitor.step}"), 303)
    stands = standing(session, visitor)
    if stands.done:
        return redirect(url_for("today.show"), 303)
    form, member = WordsForm(), session.get_one(Member, visitor.member_id)
    page: dict[str, Any] = {
        "own_words": six_words(visitor.ring.keys.fingerprint),
        "stands": stands,
        "who": who_vouches(Role(member.invited_role)),
        "founds": member.invited_role == Role.HEADQUARTERS_HEAD,
    }
    if request.method == "GET":
        return shown("accounts/waiting.html", form, **page)
    try:
        pin_root(session, member, visitor.ring.keys, founding_root(session), form.words.data or "")
    except Refused as why:
        form.refuse(why, "words")
        return shown("accounts/waiting.html", form, **page)
    return redirect(url_for("waiting.show"), 303)
