"""One's own account: the language, and what one proves oneself with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from flask import render_template, request
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.change import replace_keys, set_passphrase
from hrd_cases.accounts.credentials import lock_seed, use_code
from hrd_cases.accounts.forms import (
    ChangePassphraseForm,
    LanguageForm,
    NewKeysForm,
    ProofForm,
    strength_words,
)
from hrd_cases.accounts.kept import how_many_wait
from hrd_cases.accounts.mail_changed import acknowledge, unknown_change
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import end_sessions_of, name_of, sessions_of
from hrd_cases.accounts.tries import (
    FAILED,
    Try,
    begin_session,
    own_cookie,
    renew_session,
    sessions,
    try_own_passphrase,
)
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.traces import after_refusal
from hrd_cases.door.visitor import Visitor
from hrd_cases.door.words import ROLE
from hrd_cases.forms import Form, typed
from hrd_cases.keys.roles import Role
from hrd_cases.vault.identity import new_seed
from hrd_cases.vault.passphrase import WrongPassphrase

desk = Desk("account", "/account")


@desk.get("", needs=Permission.OWN_ACCOUNT)
def show(session: Session, visitor: Visitor) -> str:
    held, now = sessions().held(session, own_cookie()), datetime.now(UTC)
    return render_template(
        "accounts/account.html",
        roles=[ROLE[role] for role in ROLE if role in seated_as(visitor)],
        acting_until=acting_until(visitor, now),
        has_recovery_code=session.get_one(Member, visitor.member_id).recovery_lock is not None,
        language=_languages()[str(get_locale())],
        strength=strength_words(held.strength),
        sessions=len(sessions_of(session, visitor.member_id)),
        waiting=how_many_wait(session, visitor.member_id),
        mail_changed=unknown_change(session, visitor.member_id),
    )


def seated_as(visitor: Visitor) -> frozenset[Role]:
    """The roles of their own seats, without those they only stand in for."""
    seats = (charter.seats_of(visitor.member_id, visitor.today) for charter in visitor.seats.values())
    return frozenset(seat.role for held in seats for seat in held)


def acting_until(visitor: Visitor, now: datetime) -> date | None:
    """The last day on which they act as head of their office; None if they do not now."""
    charter = visitor.seats.get(visitor.office_id)
    if charter is None:
        return None
    zone = ZoneInfo(visitor.zone)
    mine = [one.until for one in charter.acting if one.member_id == visitor.member_id and one.holds(now, zone)]
    return max(mine, default=None)


# -- language


def _languages() -> dict[str, str]:
    """The languages offered, each by its own name: "العربية"."""
    return {code: _autonym(code) for code in house().settings.languages}


def _autonym(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


@desk.form("/language", needs=Permission.OWN_ACCOUNT)
def language(session: Session, visitor: Visitor) -> Response:
    form = LanguageForm(language=str(get_locale()))
    chosen = form.choose_from(_languages())
    if request.method == "GET":
        return shown("accounts/language.html", form)
    if not chosen:
        return shown("accounts/language.html", form)
    session.get_one(Member, visitor.member_id).language = chosen
    record(session, Event.LANGUAGE_CHOSEN, language=chosen)
    with force_locale(chosen):
        say(_("These pages speak your language now."))
    return led_to("account.show")


# -- where their mail goes


@desk.form("/mail-changed", needs=Permission.KNOW_OF_CHANGE, keeps=False)
def mail_changed(session: Session, visitor: Visitor) -> Response:
    """The button "I know" on Today and My account; it has no page of its own. It asks for a seat and a fresh code:
    whoever changed the address silently would say it for them at a session left open, or with keys of their own."""
    if request.method == "POST":
        acknowledge(session, visitor.member_id, request.form.get("change", ""))
    return led_to("account.show")


# -- passphrase


class NewLock(NamedTuple):
    """What the slow part of a change found: was the old passphrase right, and the lock of the new one if it may be."""

    tried: Try
    lock: bytes
    strength: int


NO_LOCK = NewLock(FAILED, b"", 0)


def lock_same_seed(session: Session, visitor: Visitor) -> NewLock:
    return _locked(try_own_passphrase(session, visitor), visitor, ChangePassphraseForm(), None)


def lock_new_seed(session: Session, visitor: Visitor) -> NewLock:
    return _locked(try_own_passphrase(session, visitor), visitor, NewKeysForm(), new_seed())


def _locked(tried: Try, visitor: Visitor, form: ChangePassphraseForm, seed: bytes | None) -> NewLock:
    """Argon2 a second time, only if it will be of use."""
    strength = form.strength_for(visitor.sign_in)
    if tried.seed is None or not strength:
        return NewLock(tried, b"", 0)
    kept = seed or tried.seed
    lock = lock_seed(house().settings, visitor.member_id, kept, typed(form.new))
    return NewLock(tried._replace(seed=kept), lock, strength)


def _complain(form: ChangePassphraseForm, visitor: Visitor, prepared: NewLock) -> None:
    form.strength_for(visitor.sign_in)
    if prepared.tried.seed is None:
        after_refusal(Event.SIGN_IN_FAILED, member=visitor.member_id)
        form.refuse(_("This is not the passphrase you have now."), "passphrase")


@desk.form("/passphrase", needs=Permission.OWN_ACCOUNT, prepare=lock_same_seed, keeps=False)
def passphrase(session: Session, visitor: Visitor, prepared: NewLock = NO_LOCK) -> Response:
    """The same keys under a new passphrase; every other session ends, and this one goes on under a new cookie."""
    form = ChangePassphraseForm()
    if request.method == "GET":
        return shown("accounts/change_passphrase.html", form)
    if not prepared.lock:
        _complain(form, visitor, prepared)
        return shown("accounts/change_passphrase.html", form)
    member = session.get_one(Member, visitor.member_id)
    fresh = renew_session(session, member)
    set_passphrase(session, member, prepared.lock, but=name_of(fresh))
    with sessions().holding(session, fresh) as held:
        held.strength = prepared.strength
    say(_("Your passphrase was changed. Everywhere else you are signed out."))
    return led_to("account.show")


# -- authenticator and recovery code


def _spend(session: Session, visitor: Visitor, form: Form, code: str) -> bool:
    """Spend a code of the authenticator, or say at its field that it is wrong."""
    try:
        use_code(session, session.get_one(Member, visitor.member_id), visitor.ring.keys, code, datetime.now(UTC))
    except WrongPassphrase:
        after_refusal(Event.SIGN_IN_FAILED, member=visitor.member_id)
        form.refuse(_("This code is wrong, or it was used already. Wait for the next one."), "code")
        return False
    return True


def _proven(session: Session, visitor: Visitor, form: ProofForm, tried: Try) -> bool:
    """Was it sent, the passphrase right, and the code, which is spent then? Says at its field what was wrong."""
    if not form.sent():
        return False
    if tried.seed is None:
        after_refusal(Event.SIGN_IN_FAILED, member=visitor.member_id)
        form.refuse(_("This is not the passphrase you have now."), "passphrase")
        return False
    return _spend(session, visitor, form, typed(form.code))


@desk.form("/authenticator", needs=Permission.OWN_ACCOUNT, prepare=try_own_passphrase, keeps=False)
def authenticator(session: Session, visitor: Visitor, prepared: Try = FAILED) -> Response:
    """Passphrase and a code of the old authenticator lead to the secret of a new one."""
    form = ProofForm()
    if not _proven(session, visitor, form, prepared):
        return shown("accounts/new_authenticator.html", form)
    with sessions().holding(session, own_cookie()) as held:
        held.offer_authenticator()
    return led_to("steps.authenticator")


@desk.form("/recovery-code", needs=Permission.OWN_ACCOUNT, prepare=try_own_passphrase, keeps=False)
def recovery_code(session: Session, visitor: Visitor, prepared: Try = FAILED) -> Response:
    """Passphrase and a code lead to a new recovery code: it opens the keys as the passphrase does. The old one counts
    until the new one is on paper."""
    form = ProofForm()
    if not _proven(session, visitor, form, prepared):
        return shown("accounts/new_recovery_code.html", form)
    with sessions().holding(session, own_cookie()) as held:
        held.offer_recovery_code()
    return led_to("steps.recovery_code")


# -- "my passphrase may be known"


@desk.form("/keys", needs=Permission.OWN_ACCOUNT, prepare=lock_new_seed, keeps=False)
def keys(session: Session, visitor: Visitor, prepared: NewLock = NO_LOCK) -> Response:
    """New keys under a new passphrase. The member waits until their head has heard six new words."""
    form = NewKeysForm()
    if request.method == "GET":
        return shown("accounts/new_keys.html", form)
    if not prepared.lock:
        _complain(form, visitor, prepared)
    elif _spend(session, visitor, form, typed(form.code)) and done(form, lambda: _renew(session, visitor, prepared)):
        say(_("You have new keys and a new passphrase. Everywhere else you are signed out."))
        return led_to("steps.recovery_code")
    return shown("accounts/new_keys.html", form)


def _renew(session: Session, visitor: Visitor, made: NewLock) -> None:
    now, seed, member = datetime.now(UTC), made.tried.seed or b"", session.get_one(Member, visitor.member_id)
    replace_keys(session, visitor, member, seed, made.lock, now)
    fresh = begin_session(session, member, seed, now)
    end_sessions_of(session, member.id, but=name_of(fresh))
    with sessions().holding(session, fresh) as held:
        held.strength = made.strength
