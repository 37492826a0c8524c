"""What a member proves who they are with: passphrase, authenticator, recovery code. Opening the seed *is* the check."""

from __future__ import annotations

import base64
import io
import secrets
import uuid
from datetime import datetime
from pathlib import Path

import pyotp
import segno
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from zxcvbn_rs_py import zxcvbn

from hrd_cases.accounts.models import Member
from hrd_cases.errors import Refused, Tampered
from hrd_cases.keys.ring import context
from hrd_cases.settings import CONFIG, Settings
from hrd_cases.vault.envelope import derive, equal, unwrap, wrap
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import (
    Argon,
    WrongPassphrase,
    lock_with_passphrase,
    lock_with_recovery_code,
    open_with_passphrase,
    open_with_recovery_code,
    spend_like,
)

SHORTEST = 15
LONGEST = 512
WEAKEST_SCORE = 3
"""zxcvbn's scale of 0 to 4: 3 stands more than 10^8 guesses."""
STEP_SECONDS = 30
DRIFT_STEPS = 1


def cost(settings: Settings) -> Argon:
    return Argon(memory_kib=settings.argon_memory_kib, iterations=settings.argon_iterations)


# -- passphrase


def blocked_passphrases(path: Path = CONFIG / "blocked-passphrases.txt") -> frozenset[str]:
    """Passphrases nobody may choose, however long: one a line, compared without case and spaces."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))


def _bare(text: str) -> str:
    return "".join(text.casefold().split())


def check_new_passphrase(passphrase: str, sign_in: str) -> int:
    """The strength (0 to 4) of a passphrase that may be chosen; Refused, with what to do instead, if it may not."""
    if len(passphrase) < SHORTEST:
        raise Refused(
            _("A passphrase has at least %(count)d characters.", count=SHORTEST),
            _("Four or five words with spaces between them are easy to remember."),
        )
    if len(passphrase) > LONGEST:
        raise Refused(_("A passphrase has at most %(count)d characters.", count=LONGEST))
    bare = _bare(passphrase)
    if bare in blocked_passphrases() or _bare(sign_in) in bare:
        raise Refused(
            _("This passphrase is among the first that anyone would try."),
            _("Choose words that have nothing to do with you, your office or each other."),
        )
    score = int(zxcvbn(passphrase, [sign_in, *sign_in.split(".")]).score)
    if score < WEAKEST_SCORE:
        raise Refused(
            _("This passphrase would be guessed: its strength is %(score)d of 4.", score=score),
            _("Add a word or two that have nothing to do with each other."),
        )
    return score


def _context(member_id: uuid.UUID) -> bytes:
    return context("member seed", member_id)


def open_seed(settings: Settings, member: Member | None, passphrase: str) -> bytes:
    """The member's seed. WrongPassphrase after the same time for an unknown member and a wrong passphrase."""
    if member is None or member.passphrase_lock is None:
        spend_like(None, passphrase, settings.pepper, cost(settings))
        raise WrongPassphrase
    return open_with_passphrase(member.passphrase_lock, passphrase, settings.pepper, _context(member.id))


def lock_seed(settings: Settings, member_id: uuid.UUID, seed: bytes, passphrase: str) -> bytes:
    return lock_with_passphrase(seed, passphrase, settings.pepper, cost(settings), _context(member_id))


# -- recovery code


def lock_with_code(settings: Settings, member_id: uuid.UUID, seed: bytes, code: str) -> bytes:
    return lock_with_recovery_code(seed, code, settings.pepper, _context(member_id))


def open_with_code(settings: Settings, member: Member | None, code: str) -> bytes:
    """The member's seed by the printed code. WrongPassphrase for an unknown member and a wrong code alike."""
    if member is None or member.recovery_lock is None:
        raise WrongPassphrase
    return open_with_recovery_code(member.recovery_lock, code, settings.pepper, _context(member.id))


# -- authenticator


def new_totp_secret() -> bytes:
    return secrets.token_bytes(20)


def totp_text(secret: bytes) -> str:
    """The secret as people type it: base32."""
    return base64.b32encode(secret).decode().rstrip("=")


def totp_picture(secret: bytes, sign_in: str, public_name: str) -> bytes:
    """The secret as a PNG square for an authenticator app, under the neutral name."""
    address = pyotp.TOTP(totp_text(secret)).provisioning_uri(name=sign_in, issuer_name=public_name)
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=5, border=4)
    return picture.getvalue()


def step_of(code: str, secret: bytes, after_step: int, now: datetime) -> int | None:
    """The time step a code belongs to, or None: wrong, too old, or used already (each step counts once, ASVS 6.5.1)."""
    typed = "".join(code.split()).encode("ascii", "replace")
    current = int(now.timestamp()) // STEP_SECONDS
    clock = pyotp.TOTP(totp_text(secret))
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if step > after_step and equal(clock.at(step * STEP_SECONDS).encode(), typed):
            return step
    return None


def seal_totp(member_id: uuid.UUID, keys: KeyPair, secret: bytes) -> bytes:
    return wrap(keys.symmetric("totp"), secret, context("totp", member_id))


def use_code(session: Session, member: Member, keys: KeyPair, code: str, now: datetime) -> None:
    """Spend a code of the member's authenticator. WrongPassphrase if it is wrong or was used."""
    session.refresh(member, with_for_update=True)
    if member.totp_sealed is None:
        raise WrongPassphrase
    try:
        secret = unwrap(keys.symmetric("totp"), member.totp_sealed, context("totp", member.id))
    except Tampered:
        raise WrongPassphrase from None
    step = step_of(code, secret, member.totp_last_step, now)
    if step is None:
        raise WrongPassphrase
    member.totp_last_step = step


# -- mail address


def seal_address(settings: Settings, member_id: uuid.UUID, address: str) -> bytes:
    return wrap(derive(settings.duty_key, "address"), address.encode(), context("address", member_id))


def open_address(settings: Settings, member: Member) -> str | None:
    """Where a member's reminders go; None if no address is known. Raises Tampered."""
    if member.address_sealed is None:
        return None
    return unwrap(derive(settings.duty_key, "address"), member.address_sealed, context("address", member.id)).decode()
