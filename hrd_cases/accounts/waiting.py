"""The page of members who wait to be seated: what is done, what is missing, and whom to call."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.forms import WordsForm
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.newcomers import pin_root
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.keys.models import CircleGrant, SeatRow
from hrd_cases.keys.roles import ACTING_HEAD, CHANGED_BY_TWO, OFFICE_ROLES, OfficeKind, Role
from hrd_cases.keys.root import founding_root, is_founded, named_in_newest
from hrd_cases.vault.words import six_words

desk = Desk("waiting", "/waiting")

BY_THE_HEAD = _l("The head of your office calls you, on a number the office knew before.")
BY_ONE = _l("A head of headquarters calls you, on a number headquarters knew before.")
BY_TWO = _l("Two heads of headquarters call you, one after the other, on a number headquarters knew before.")
BY_FOUNDERS = _l("The heads who found headquarters call you, one after the other, on a number they knew before.")
AT_HEADQUARTERS = frozenset(OFFICE_ROLES[OfficeKind.HEADQUARTERS])


class WayIn(NamedTuple):
    """What is done already. `founded`: is there a register at all? `missing`: circle keys still to be handed over."""

    founded: bool
    rooted: bool
    vouched: bool
    missing: int

    @property
    def done(self) -> bool:
        return self.rooted and self.vouched and not self.missing


def way_in(session: Session, visitor: Visitor) -> WayIn:
    """Where a member stands. Before they rely on a root, "vouched" is what the newest charter says, unverified."""
    rooted = bool(visitor.charters.pins.root)
    named = (visitor.office_id, visitor.member_id, visitor.ring.keys.fingerprint)
    vouched = bool(visitor.seats) if rooted else named_in_newest(session, *named)
    return WayIn(rooted or is_founded(session), rooted, vouched, _missing(visitor))


def _missing(visitor: Visitor) -> int:
    return sum(
        visitor.member_id in charter.holders(entry.name, visitor.today) and not visitor.ring.holds(entry)
        for charter in visitor.seats.values()
        for entry in charter.circles
    )


def who_calls(session: Session, role: Role, office_id: uuid.UUID) -> str:
    """Who calls a newcomer to hear their six words: always the one who signs, never the newcomer.

    It says what is to be expected, and reads no more than the projection of charters: no rule rests on it.
    """
    if not is_founded(session):
        return str(BY_FOUNDERS)
    if role in CHANGED_BY_TWO or role is Role.EMBASSY_OBSERVER:
        return str(BY_TWO)
    if role in AT_HEADQUARTERS:
        return str(BY_ONE)
    heads = select(SeatRow.id).where(SeatRow.office_id == office_id, SeatRow.role.in_((Role.HEAD.value, ACTING_HEAD)))
    return str(BY_THE_HEAD if session.scalar(heads.limit(1)) is not None else BY_TWO)


def _welcome(session: Session, visitor: Visitor) -> None:
    """Said once, on Today, where they arrive; whose keys are still to be handed over stays on the waiting page."""
    grants = select(CircleGrant.circle_id).where(
        CircleGrant.member_id == visitor.member_id, CircleGrant.fingerprint == visitor.ring.keys.fingerprint
    )
    if session.scalar(grants.limit(1)) is not None:
        say(_("You are in. The keys of %(office)s are yours.", office=visitor.office_name))
    elif _first_of_office(session, visitor.office_id, visitor.member_id):
        say(_("You are in. You are the first of %(office)s: its keys are made now.", office=visitor.office_name))


def _first_of_office(session: Session, office_id: uuid.UUID, member_id: uuid.UUID) -> bool:
    """Is nobody else seated in this office, who could hand keys over? Then the keys are made by whoever comes in."""
    others = select(SeatRow.id).where(SeatRow.office_id == office_id, SeatRow.member_id != member_id)
    return session.scalar(others.limit(1)) is None


@desk.form("", needs=Permission.COME_IN, keeps=False)
def show(session: Session, visitor: Visitor) -> Response:
    """Six words to read out, six words to type, and what happens meanwhile."""
    if visitor.step:
        return led_to(f"steps.{visitor.step}")
    stands = way_in(session, visitor)
    if stands.done:
        return led_to("today.show")
    form, member = WordsForm(), session.get_one(Member, visitor.member_id)
    page: dict[str, Any] = {
        "own_words": six_words(visitor.ring.keys.fingerprint),
        "stands": stands,
        "calls": who_calls(session, Role(member.invited_role), member.office_id),
        "first": _first_of_office(session, member.office_id, member.id),
        "founds": member.invited_role == Role.HEADQUARTERS_HEAD,
    }
    if not done(form, lambda: _rely_on_the_root(session, visitor, member, typed(form.words)), "words"):
        return shown("accounts/waiting.html", form, **page)
    if stands.vouched:
        _welcome(session, visitor)
    return led_to("waiting.show")


def _rely_on_the_root(session: Session, visitor: Visitor, member: Member, words: str) -> None:
    pin_root(session, member, visitor.ring.keys, founding_root(session), words)
