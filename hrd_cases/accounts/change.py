"""What members change about their own keys: the passphrase that locks them, or all of them at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.accounts.credentials import reseal_totp
from hrd_cases.accounts.heads import other_heads
from hrd_cases.accounts.kept import reseal_kept
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import end_sessions_of, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import written
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import MIN_HEADS
from hrd_cases.keys.circles import carry_over, revoke
from hrd_cases.keys.issue import publish_keys
from hrd_cases.vault.identity import KeyPair


def set_passphrase(session: Session, member: Member, lock: bytes, but: bytes) -> None:
    """The same keys under a new passphrase. Every other session of the member ends; `but` is the one that stays."""
    member.passphrase_lock = lock
    end_sessions_of(session, member.id, but)
    record(session, Event.PASSPHRASE_SET, member=member.id, **written(member, "passphrase"))


def replace_lost_passphrase(session: Session, member: Member, lock: bytes, but: bytes) -> None:
    """The same, for who came with the recovery code: it counts once."""
    member.passphrase_lock, member.recovery_lock = lock, None
    end_sessions_of(session, member.id, but)
    record(session, Event.PASSPHRASE_SET, member=member.id, **written(member, "passphrase", "recovery"))


def _check_two_others(session: Session, by: Visitor) -> None:
    """Refused to one of the last two heads of headquarters: the other one alone could never seat them again."""
    others = other_heads(session, by.charters, by.member_id, by.today) if by.seats else None
    if others is not None and len(others) < MIN_HEADS:
        raise Refused(
            N_("Headquarters has only two heads: the other one alone could not seat you again."),
            N_("Change your passphrase at once, seat a third head, then come back here."),
        )


def replace_keys(session: Session, by: Visitor, member: Member, seed: bytes, lock: bytes, now: datetime) -> None:
    """ "My passphrase may be known": new keys under a new passphrase.

    The old keys are revoked, so every circle they opened is due for a new key. What this session holds passes to the
    new keys, and so do the pins, the authenticator and what was not sent yet. The recovery code is void. The member
    waits until their head has heard six new words. Refused to one of the last two heads of headquarters.
    """
    _check_two_others(session, by)
    old, new = by.ring.keys, KeyPair(seed)
    row = revoke(session, member.id, old.fingerprint, member.id, now, by.charters, keys=old)
    carry_over(session, by.ring, new, now)
    member.fingerprint = publish_keys(session, member.id, new.bundle)
    member.passphrase_lock, member.recovery_lock = lock, None
    reseal_totp(member, old, new)
    reseal_kept(session, member.id, old, new)
    by.charters.pins.own = by.ring.own_secret
    save_pins(session, by.charters.pins, new, member.id)
    by.charters.pins_moved = False
    record(session, Event.KEYS_REPLACED, member=member.id, fingerprint=row.fingerprint, revocation=row.digest)
    made = written(member, "passphrase", "recovery", "authenticator")
    record(session, Event.PASSPHRASE_SET, member=member.id, **made)
