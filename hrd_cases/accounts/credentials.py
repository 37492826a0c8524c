"""What a member proves who they are with: passphrase, authenticator, recovery code. Opening the seed *is* the check."""

from __future__ import annotations

import base64
import io
import secrets
import uuid
from datetime import datetime
from functools import cache

import pyotp
import segno
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import last_step
from hrd_cases.audit.trail import record
from hrd_cases.errors import Tampered
from hrd_cases.keys.ring import context
from hrd_cases.settings import Settings
from hrd_cases.vault.envelope import derive, equal, unwrap, wrap, wrap_text
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import (
    Argon,
    WrongPassphrase,
    lock_with_passphrase,
    lock_with_recovery_code,
    new_recovery_code,
    open_with_passphrase,
    open_with_recovery_code,
    spend_like,
)

STEP_SECONDS = 30
DRIFT_STEPS = 1
SCALE, BORDER = 5, 4
"""Pixels of a dot of the picture, and dots around it."""


def cost(settings: Settings) -> Argon:
    return Argon(memory_kib=settings.argon_memory_kib, iterations=settings.argon_iterations)


# -- passphrase


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
    """The member's seed by the printed code. WrongPassphrase after the same work for no member and a wrong code."""
    if member is None or member.recovery_lock is None:
        open_with_recovery_code(_no_lock(), code, settings.pepper, b"")
        raise WrongPassphrase
    return open_with_recovery_code(member.recovery_lock, code, settings.pepper, _context(member.id))


@cache
def _no_lock() -> bytes:
    """A lock that no code opens: it was made with one that nobody keeps."""
    return lock_with_recovery_code(bytes(32), new_recovery_code(), secrets.token_bytes(32), b"")


# -- authenticator


def new_totp_secret() -> bytes:
    return secrets.token_bytes(20)


def totp_text(secret: bytes) -> str:
    """The secret as people type it: base32."""
    return base64.b32encode(secret).decode().rstrip("=")


def totp_picture(secret: bytes, sign_in: str, public_name: str) -> bytes:
    """The secret as a PNG square for an authenticator app, under the neutral name."""
    picture = io.BytesIO()
    _code_square(secret, sign_in, public_name).save(picture, kind="png", scale=SCALE, border=BORDER)
    return picture.getvalue()


def totp_picture_side(secret: bytes, sign_in: str, public_name: str) -> int:
    """How many pixels wide and high that square is."""
    return int(_code_square(secret, sign_in, public_name).symbol_size(scale=SCALE, border=BORDER)[0])


def _code_square(secret: bytes, sign_in: str, public_name: str) -> segno.QRCode:
    address = pyotp.TOTP(totp_text(secret)).provisioning_uri(name=sign_in, issuer_name=public_name)
    return segno.make(address, error="m")


def step_of(code: str, secret: bytes, after_step: int, now: datetime) -> int | None:
    """The time step a code belongs to, or None: wrong, too old, or used already (each step counts once, ASVS 6.5.1)."""
    typed = "".join(code.split()).encode("ascii", "replace")
    current = _step_at(now)
    clock = pyotp.TOTP(totp_text(secret))
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if step > after_step and equal(clock.at(step * STEP_SECONDS).encode(), typed):
            return step
    return None


def _step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def seal_totp(member_id: uuid.UUID, keys: KeyPair, secret: bytes) -> bytes:
    return wrap(keys.symmetric("totp"), secret, context("totp", member_id))


def reseal_totp(member: Member, old: KeyPair, new: KeyPair) -> None:
    """The same authenticator under new keys. Raises Tampered."""
    if member.totp_sealed is not None:
        secret = unwrap(old.symmetric("totp"), member.totp_sealed, context("totp", member.id))
        member.totp_sealed = seal_totp(member.id, new, secret)


def use_code(session: Session, member: Member, keys: KeyPair, code: str, now: datetime) -> None:
    """Spend a code of the member's authenticator. WrongPassphrase if it is wrong or was used, as their row says or the
    trail: either alone may have been set back. A step to come no code was ever of: that row says nothing.
    """
    session.refresh(member, with_for_update=True)
    if member.totp_sealed is None:
        raise WrongPassphrase
    try:
        secret = unwrap(keys.symmetric("totp"), member.totp_sealed, context("totp", member.id))
    except Tampered:
        raise WrongPassphrase from None
    said = member.totp_last_step if member.totp_last_step <= _step_at(now) + DRIFT_STEPS else 0
    step = step_of(code, secret, max(said, last_step(session, member.id)), now)
    if step is None:
        raise WrongPassphrase
    member.totp_last_step = step
    record(session, Event.CODE_USED, member=member.id, step=step)


# -- mail address


def seal_address(settings: Settings, member_id: uuid.UUID, address: str) -> bytes:
    return wrap_text(derive(settings.duty_key, "address"), address.encode(), context("address", member_id))


def open_address(settings: Settings, member: Member) -> str | None:
    """Where a member's reminders go; None if no address is known. Raises Tampered."""
    if member.address_sealed is None:
        return None
    return unwrap(derive(settings.duty_key, "address"), member.address_sealed, context("address", member.id)).decode()
