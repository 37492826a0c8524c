"""Sign-in, unlocking, a fresh second factor, sign-out and quick exit."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import NamedTuple

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from hrd_cases.accounts.credentials import open_seed, use_code
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import Held, Sessions
from hrd_cases.accounts.throttle import take_a_try
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.door import guards
from hrd_cases.door.desk import Desk, after_refusal
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import TooManyTries
from hrd_cases.forms import Form, Text
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import WrongPassphrase

desk = Desk("sign_in")

SAME_WORDS = _l("The sign-in name, the passphrase or the code is not right.")
"""One sentence for an unknown name, a wrong passphrase and a wrong code: none of them is told apart (ASVS 6.3.8)."""


class SignInForm(Form):
    sign_in = Text(_l("Sign-in name"))
    passphrase = PasswordField(_l("Passphrase"))
    code = StringField(_l("Six-digit code"), description=_l("From your authenticator app"))


class UnlockForm(Form):
    passphrase = PasswordField(_l("Passphrase"))
    code = StringField(_l("Six-digit code"), description=_l("From your authenticator app"))


class CodeForm(Form):
    code = StringField(_l("Six-digit code"), description=_l("From your authenticator app"))


class Try(NamedTuple):
    """What the slow part of a sign-in found: the member if the passphrase opened their seed."""

    member_id: uuid.UUID | None
    seed: bytes | None


def sessions() -> Sessions:
    found: Sessions = house().sessions
    return found


def address_of_request() -> str:
    return request.remote_addr or ""


def slow_down(sign_in: str) -> None:
    """Count a try before any slow work. Raises TooManyTries."""
    try:
        with house().database.main.writing() as session:
            take_a_try(session, house().settings.pepper, sign_in, address_of_request(), datetime.now(UTC))
    except TooManyTries as slowed:
        with house().database.main.writing() as session:
            act_as(session, Actor())
            record(session, Event.SIGN_IN_SLOWED, seconds=slowed.seconds)
        raise


def member_called(session: Session, sign_in: str) -> Member | None:
    return session.scalar(select(Member).where(Member.sign_in == sign_in.strip().lower()))


def try_passphrase(session: Session) -> Try:
    """The slow part, before any write transaction: Argon2 once, whether the name exists or not."""
    name = request.form.get("sign_in", "")[:100]
    slow_down(name.strip().lower())
    return _try(member_called(session, name))


def _try(member: Member | None) -> Try:
    passphrase = request.form.get("passphrase", "")[:1024]
    usable = member is not None and member.enrolled_at is not None and member.revoked_at is None
    try:
        seed = open_seed(house().settings, member if usable else None, passphrase)
    except WrongPassphrase:
        return Try(member.id if member is not None else None, None)
    return Try(member.id if member is not None else None, seed)


def _begin(session: Session, tried: Try, code: str) -> Member:
    """Spend the code and begin a session under a new cookie. Raises WrongPassphrase for whatever was wrong."""
    member = session.get(Member, tried.member_id) if tried.member_id is not None else None
    if member is None or tried.seed is None:
        raise WrongPassphrase
    now = datetime.now(UTC)
    use_code(session, member, KeyPair(tried.seed), code, now)
    sessions().end(session, request.cookies.get(guards.COOKIE, ""))
    fresh = guards.new_cookie()
    sessions().begin(session, fresh, member, tried.seed, request.headers.get("User-Agent", ""), now)
    guards.exchange_cookie(fresh)
    act_as(session, Actor("member", member.id, member.office_id))
    return member


def sign_in_page() -> Response:
    """What someone meets who is not signed in: the sign-in page, or the unlocking page of their own session."""
    g.bare = True
    with house().database.main.reading() as session:
        locked = sessions().is_locked(session, request.cookies.get(guards.COOKIE, ""))
    if locked:
        return make_response(render_template("accounts/unlock.html", form=UnlockForm.empty(), kept=request.method == "POST"), 401)
    return redirect(url_for("sign_in.sign_in"), 303)


@desk.form("/sign-in", needs=Permission.ANYONE, prepare=try_passphrase, keeps=False, audited=False)
def sign_in(session: Session, visitor: Visitor | None, prepared: Try | None = None) -> Response:
    form = SignInForm()
    if request.method == "GET":
        return redirect(url_for("today.show")) if visitor is not None else make_response(render_template("accounts/sign_in.html", form=form))
    try:
        _begin(session, prepared or Try(None, None), form.code.data or "")
    except WrongPassphrase:
        form.refuse(str(SAME_WORDS), "sign_in")
        after_refusal(Event.SIGN_IN_FAILED, member=prepared.member_id if prepared else None)
        return make_response(render_template("accounts/sign_in.html", form=form), 422)
    record(session, Event.SIGNED_IN)
    return redirect(url_for("today.show"), 303)


def try_own_passphrase(session: Session) -> Try:
    """Unlocking: the passphrase of whoever's session this was."""
    member = sessions().member_of(session, request.cookies.get(guards.COOKIE, ""))
    slow_down(member.sign_in if member is not None else "")
    return _try(member)


@desk.form("/unlock", needs=Permission.ANYONE, prepare=try_own_passphrase, keeps=False, audited=False)
def unlock(session: Session, visitor: Visitor | None, prepared: Try | None = None) -> Response:
    """After idling: the passphrase and a code open the same session again, under a new cookie."""
    form = UnlockForm()
    if request.method == "GET":
        return redirect(url_for("today.show")) if visitor is not None else make_response(render_template("accounts/unlock.html", form=form, kept=False))
    try:
        _begin(session, prepared or Try(None, None), form.code.data or "")
    except WrongPassphrase:
        form.refuse(_("The passphrase or the code is not right."), "passphrase")
        after_refusal(Event.SIGN_IN_FAILED, member=prepared.member_id if prepared else None)
        return make_response(render_template("accounts/unlock.html", form=form, kept=False), 422)
    record(session, Event.SESSION_UNLOCKED)
    return redirect(url_for("today.show"), 303)


@desk.form("/sign-out", needs=Permission.ANYONE, keeps=False, audited=False)
def sign_out(session: Session, visitor: Visitor | None) -> Response:
    """End the session here. The keys go with it; the browser is told to forget the site."""
    return _leave(session, visitor, Event.SIGNED_OUT, url_for("sign_in.sign_in"))


@desk.form("/leave", needs=Permission.ANYONE, keeps=False, audited=False)
def leave(session: Session, visitor: Visitor | None) -> Response:
    """Quick exit: the session ends and a page without meaning is shown."""
    return _leave(session, visitor, Event.LEFT_QUICKLY, url_for("sign_in.blank"))


def _leave(session: Session, visitor: Visitor | None, event: Event, target: str) -> Response:
    if request.method == "GET":
        return redirect(target)
    sessions().end(session, request.cookies.get(guards.COOKIE, ""))
    if visitor is not None:
        record(session, event)
    guards.exchange_cookie(guards.new_cookie())
    answer = make_response(redirect(target, 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@desk.get("/blank", needs=Permission.ANYONE, audited=False)
def blank() -> Response:
    """Where a quick exit ends: an empty page under a neutral title."""
    return make_response(render_template("accounts/blank.html"))


@desk.form("/second-factor", needs=Permission.OWN_ACCOUNT, keeps=False)
def second_factor(session: Session, visitor: Visitor) -> Response:
    """The authenticator once more, before an act that asks for it. What was typed waits among the forms not sent yet."""
    form = CodeForm()
    if request.method == "GET":
        return make_response(render_template("accounts/second_factor.html", form=form))
    slow = session.get_one(Member, visitor.member_id)
    try:
        use_code(session, slow, visitor.ring.keys, form.code.data or "", datetime.now(UTC))
    except WrongPassphrase:
        form.refuse(_("This code is wrong, or it was used already. Wait for the next one."), "code")
        return make_response(render_template("accounts/second_factor.html", form=form), 422)
    sessions().change(session, request.cookies[guards.COOKIE], _now_fresh)
    record(session, Event.SECOND_FACTOR_GIVEN)
    return redirect(url_for("kept.index"), 303)


def _now_fresh(held: Held) -> None:
    held.second_factor_at = datetime.now(UTC)
