"""What to do when a passphrase or an authenticator is lost. Two of the three proofs make up for the third."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.forms import LostAuthenticatorForm, LostPassphraseForm
from hrd_cases.accounts.held import Step
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.tries import (
    FAILED,
    NOBODY,
    Try,
    begin_session,
    by_both,
    by_recovery_code,
    may_try,
    member_called,
    proven,
    proven_with_code,
    room_for_a_code,
    sessions,
    slow_down,
    typed_name,
    typed_secret,
)
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import led_to, shown
from hrd_cases.door.traces import after_refusal
from hrd_cases.forms import typed
from hrd_cases.vault.passphrase import WrongPassphrase

desk = Desk("recover", "/recover")

NOT_PAPER_AND_CODE = _l("Something here is not right: the sign-in name, the recovery code or the six-digit code.")
NOT_PASSPHRASE_AND_PAPER = _l("Something here is not right: the sign-in name, the passphrase or the recovery code.")
"""One sentence on each page, whatever it was."""


@desk.get("", needs=Permission.ANYONE, audited=False)
def begin() -> str:
    """Which of them was lost."""
    return render_template("accounts/recover.html")


# -- the passphrase


def try_paper(session: Session) -> Try:
    name = typed_name()
    slow_down(name)
    return room_for_a_code(by_recovery_code(member_called(session, name), typed_secret("recovery_code")), "paper")


@desk.form("/passphrase", needs=Permission.ANYONE, prepare=try_paper, keeps=False, audited=False)
def passphrase(session: Session, prepared: Try = FAILED) -> Response:
    """Recovery code and authenticator open a session that owes a new passphrase, then a new recovery code."""
    form = LostPassphraseForm()
    member = _proven(form, prepared, lambda: proven_with_code(session, prepared, typed(form.code), datetime.now(UTC)))
    if member is None:
        return shown("accounts/recover_passphrase.html", form)
    return _owing(session, member, prepared, Step.PASSPHRASE, Step.RECOVERY_CODE)


# -- the authenticator


def try_both(session: Session) -> Try:
    name = typed_name()
    attempt, member = may_try(name), member_called(session, name)
    return by_both(session, attempt, member, typed_secret("passphrase"), typed_secret("recovery_code"))


@desk.form("/authenticator", needs=Permission.ANYONE, prepare=try_both, keeps=False, audited=False)
def authenticator(session: Session, prepared: Try = FAILED) -> Response:
    """Passphrase and recovery code open a session that owes a new authenticator, then a new recovery code."""
    form = LostAuthenticatorForm()
    member = _proven(form, prepared, lambda: proven(session, prepared)[0])
    if member is None:
        return shown("accounts/recover_authenticator.html", form)
    return _owing(session, member, prepared, Step.AUTHENTICATOR, Step.RECOVERY_CODE)


def _proven(form: LostPassphraseForm | LostAuthenticatorForm, tried: Try, prove: Callable[[], Member]) -> Member | None:
    """Who sent the form, if they proved to be who they say; None with one sentence, whatever was wrong."""
    if not form.sent():
        return None
    try:
        return prove()
    except WrongPassphrase:
        wrong = NOT_PAPER_AND_CODE if isinstance(form, LostPassphraseForm) else NOT_PASSPHRASE_AND_PAPER
        form.refuse_whole(str(wrong), *form.data)
        after_refusal(Event.SIGN_IN_FAILED, member=tried.member_id or NOBODY)
        return None


def _owing(session: Session, member: Member, tried: Try, *steps: Step) -> Response:
    """The code on paper counts once: it is void as soon as what it makes up for has been replaced."""
    fresh = begin_session(session, member, tried.seed or b"", datetime.now(UTC))
    with sessions().holding(session, fresh) as held:
        held.owe(*steps)
    record(session, Event.RECOVERY_CODE_USED, member=member.id)
    return led_to(f"steps.{steps[0].value}")
