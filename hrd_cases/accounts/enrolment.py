"""The first two pages of a newcomer: the invitation code, and the passphrase that locks their own keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.credentials import lock_seed
from hrd_cases.accounts.forms import InvitationForm, NewPassphrase
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.newcomers import invited, make_keys, new_ticket, read_ticket
from hrd_cases.accounts.tries import NOBODY, begin_session, own_cookie, sessions, slow_down, typed_name
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import led_to, shown
from hrd_cases.door.traces import after_refusal
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.vault.identity import new_seed

desk = Desk("enrol", "/enrol")

NOT_INVITED = _l(
    "The sign-in name or the code is not right, or the code is older than 48 hours. "
    "Ask the administrator who gave it to you for a new one."
)
"""One sentence for an unknown name, a wrong code and one that is used or too old."""


def count_try() -> None:
    slow_down(typed_name())


@desk.form("", needs=Permission.ANYONE, prepare=count_try, keeps=False, audited=False)
def begin(session: Session, visitor: Visitor | None) -> Response:
    """The code opens the passphrase page, and nothing else: there is no session before there are keys."""
    form = InvitationForm()
    if visitor is not None:
        return led_to("today.show")
    if request.method == "GET":
        return shown("accounts/enrol.html", form)
    now, settings = datetime.now(UTC), house().settings
    member = invited(session, settings, typed_name(), typed(form.code), now)
    if member is None:
        form.refuse_whole(str(NOT_INVITED), "sign_in", "code")
        after_refusal(Event.SIGN_IN_FAILED, member=NOBODY)
        return shown("accounts/enrol.html", form)
    ticket = new_ticket(session, settings, own_cookie(), member, now)
    return _choose(NewPassphrase.empty(), member, ticket)


def _choose(form: NewPassphrase, member: Member, ticket: str) -> Response:
    """The passphrase page. `begun`: they had chosen one before, and did not finish."""
    begun = member.enrolled_at is None and member.passphrase_lock is not None
    return shown("accounts/enrol_passphrase.html", form, ticket=ticket, begun=begun)


class Made(NamedTuple):
    """Keys of a newcomer, locked with a passphrase of this strength."""

    seed: bytes
    lock: bytes
    strength: int


def _invited_here(session: Session) -> Member | None:
    """Whoever gave a right code in this browser within the hour."""
    ticket = request.form.get("ticket", "")
    return read_ticket(session, house().settings, own_cookie(), ticket, datetime.now(UTC))


def make_seed(session: Session) -> Made | None:
    """The slow part: a passphrase that may be chosen locks a new seed."""
    member, form = _invited_here(session), NewPassphrase()
    strength = form.strength_for(member.sign_in) if member is not None else 0
    if member is None or not strength:
        return None
    seed = new_seed()
    session.close()  # as `by_passphrase`: no transaction stays open over slow work
    return Made(seed, lock_seed(house().settings, member.id, seed, typed(form.new)), strength)


@desk.form("/passphrase", needs=Permission.ANYONE, prepare=make_seed, keeps=False, audited=False)
def passphrase(session: Session, visitor: Visitor | None, prepared: Made | None = None) -> Response:
    if request.method == "GET" or visitor is not None:
        return led_to("enrol.begin")
    member, form = _invited_here(session), NewPassphrase()
    if member is None:
        expired = InvitationForm.empty()
        expired.refuse(_("This took longer than an hour, or the code was used elsewhere. Type it once more."), "code")
        return shown("accounts/enrol.html", expired)
    if prepared is None:
        form.strength_for(member.sign_in)
        return _choose(form, member, request.form["ticket"])
    act_as(session, Actor("member", member.id, member.office_id))
    make_keys(session, member, prepared.seed, prepared.lock)
    member.language = str(get_locale())
    fresh = begin_session(session, member, prepared.seed, datetime.now(UTC))
    with sessions().holding(session, fresh) as held:
        held.strength = prepared.strength
    return led_to("steps.authenticator")
