"""The steps that come before anything else: after an invitation, after something was lost, after new keys.

A session that owes a step reaches nothing but its page (the door sees to it); a step's page opens only in its turn.
The same pages serve members who set a new authenticator or recovery code of their own accord: then nothing is owed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import make_response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.change import replace_lost_passphrase
from hrd_cases.accounts.credentials import lock_seed, totp_picture, totp_picture_side, totp_text
from hrd_cases.accounts.enrolment import Made
from hrd_cases.accounts.forms import CodeForm, NewPassphrase, RecoveryCodeForm, strength_words
from hrd_cases.accounts.held import Held, Step
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.newcomers import confirm_authenticator, confirm_recovery_code
from hrd_cases.accounts.sessions import end_sessions_of
from hrd_cases.accounts.tries import own_cookie, sessions
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.forms import Form, typed

desk = Desk("steps", "/steps")


def held_now(session: Session) -> Held:
    return sessions().held(session, own_cookie())


def in_turn(held: Held, step: Step) -> bool:
    """Is it this step's turn? One that is offered, and not owed, may be taken while nothing else is owed."""
    offered = {Step.AUTHENTICATOR: bool(held.totp), Step.RECOVERY_CODE: bool(held.recovery_code)}
    return held.step is step or (held.step is None and offered.get(step, False))


def onward(held: Held, visitor: Visitor) -> Response:
    """The next step; after the last one the waiting page; and their account if they came from there."""
    if held.step is not None:
        return led_to(f"steps.{held.step.value}")
    return led_to("waiting.show" if visitor.waiting else "account.show")


def _page(held: Held, **more: object) -> dict[str, Any]:
    """What a step's page says: how strong the passphrase just chosen is, and how many steps are left."""
    return {"strength": strength_words(held.strength), "owed": held.steps, **more}


def _confirmed(session: Session, form: Form, field: str, confirm: Callable[[Held], None]) -> bool:
    """Was what the session holds confirmed by what was typed in `field`? What is refused is said there."""

    def act() -> None:
        with sessions().holding(session, own_cookie()) as held:
            confirm(held)

    return done(form, act, field)


# -- a new passphrase, after the old one was lost


def make_lock(session: Session, visitor: Visitor) -> Made | None:
    held, form = held_now(session), NewPassphrase()
    strength = form.strength_for(visitor.sign_in) if held.step is Step.PASSPHRASE else 0
    if not strength:
        return None
    session.close()  # as `by_passphrase`: no transaction stays open over slow work
    return Made(held.seed, lock_seed(house().settings, visitor.member_id, held.seed, typed(form.new)), strength)


@desk.form("/passphrase", needs=Permission.COME_IN, prepare=make_lock, keeps=False)
def passphrase(session: Session, visitor: Visitor, prepared: Made | None = None) -> Response:
    held, form = held_now(session), NewPassphrase()
    if not in_turn(held, Step.PASSPHRASE):
        return onward(held, visitor)
    if request.method == "GET":
        return shown("accounts/step_passphrase.html", form)
    if prepared is None:
        form.strength_for(visitor.sign_in)
        return shown("accounts/step_passphrase.html", form)
    member = session.get_one(Member, visitor.member_id)
    replace_lost_passphrase(session, member, prepared.lock, but=visitor.session_id)
    with sessions().holding(session, own_cookie()) as held:
        held.strength = prepared.strength
        held.done(Step.PASSPHRASE)
    say(_("Your new passphrase is set. Everywhere else you are signed out."))
    return onward(held, visitor)


# -- the authenticator


@desk.form("/authenticator", needs=Permission.COME_IN, keeps=False)
def authenticator(session: Session, visitor: Visitor) -> Response:
    held, form = held_now(session), CodeForm()
    if not in_turn(held, Step.AUTHENTICATOR):
        return onward(held, visitor)
    side = totp_picture_side(held.totp, visitor.sign_in, house().settings.public_name)
    page = _page(held, secret=in_groups(totp_text(held.totp)), side=side)
    if request.method == "GET":
        return shown("accounts/step_authenticator.html", form, **page)
    member = session.get_one(Member, visitor.member_id)
    code, now = typed(form.code), datetime.now(UTC)
    if not _confirmed(session, form, "code", lambda held: confirm_authenticator(session, member, held, code, now)):
        return shown("accounts/step_authenticator.html", form, **page)
    end_sessions_of(session, member.id, but=visitor.session_id)
    newcomer = member.enrolled_at is None
    say(
        _("Your authenticator is set up.")
        if newcomer
        else _("Your authenticator is set up. Everywhere else you are signed out.")
    )
    return onward(held_now(session), visitor)


@desk.get("/authenticator.png", needs=Permission.COME_IN)
def picture(session: Session, visitor: Visitor) -> Response:
    """The secret as a picture for the app. Only while it is shown."""
    held = held_now(session)
    if not in_turn(held, Step.AUTHENTICATOR):
        raise Absent
    answer = make_response(totp_picture(held.totp, visitor.sign_in, house().settings.public_name))
    answer.mimetype = "image/png"
    return answer


def in_groups(text: str) -> str:
    """In groups of four, as people read and type."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


# -- the recovery code


@desk.form("/recovery-code", needs=Permission.COME_IN, keeps=False)
def recovery_code(session: Session, visitor: Visitor) -> Response:
    held, form = held_now(session), RecoveryCodeForm()
    if not in_turn(held, Step.RECOVERY_CODE):
        return onward(held, visitor)
    page = _page(held, shown_code=held.recovery_code)
    if request.method == "GET":
        return shown("accounts/step_recovery_code.html", form, **page)
    member = session.get_one(Member, visitor.member_id)
    newcomer = member.enrolled_at is None
    settings, code, now = house().settings, typed(form.recovery_code), datetime.now(UTC)
    if not _confirmed(
        session, form, "recovery_code", lambda held: confirm_recovery_code(session, settings, member, held, code, now)
    ):
        return shown("accounts/step_recovery_code.html", form, **page)
    say(
        _("Your recovery code is on paper, and counts from now on.")
        if newcomer
        else _("Your recovery code is on paper, and counts from now on. An older one counts no more.")
    )
    return onward(held_now(session), visitor)
