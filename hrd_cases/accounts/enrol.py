"""Invitation and enrolment. The code lets someone make keys; nothing opens before a head has heard the six words and signed."""

from __future__ import annotations

import re
import secrets
import uuid
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.credentials import lock_with_code, new_totp_secret, seal_address, seal_totp, step_of
from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.accounts.sessions import Held, end_sessions_of, load_pins, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Refused
from hrd_cases.keys.chain import Pins
from hrd_cases.keys.issue import publish_keys
from hrd_cases.keys.roles import Role
from hrd_cases.settings import Settings
from hrd_cases.vault.envelope import equal, mac
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import new_recovery_code, normalise_recovery_code
from hrd_cases.vault.words import same_words

VALID_FOR = timedelta(hours=48)
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_GROUPS = 4
SIGN_IN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,38})[a-z0-9]\Z")


def new_code() -> str:
    """A code to read out over the phone: 4 groups of 4, about 78 bits."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(CODE_GROUPS))


def _code_hash(settings: Settings, member_id: uuid.UUID, code: str) -> bytes:
    bare = "".join(code.upper().replace("-", " ").split())
    return mac(settings.pepper, "invitation", member_id.bytes, bare.encode("utf-8", "replace"))


def invite(
    session: Session, settings: Settings, sign_in: str, office_id: uuid.UUID, role: Role, address: str | None, now: datetime
) -> tuple[Member, str]:
    """Invite someone new, or make a new code for someone who has not finished or lost everything. Returns (member, code); the code is
    shown to the administrator once. Refused for a name that is taken or badly formed."""
    name = sign_in.strip().lower()
    if not SIGN_IN.match(name):
        raise Refused(_("A sign-in name has 3 to 40 letters, digits, dots or dashes."), _("Use the role and the place: officer.cairo."))
    member = session.scalar(select(Member).where(Member.sign_in == name))
    if member is not None and (member.enrolled_at is not None or member.revoked_at is not None):
        raise Refused(_("This sign-in name is taken."), _("Choose another one; a lost passphrase has its own page."))
    if member is None:
        member = Member(sign_in=name, office_id=office_id, invited_role=role.value, created_at=now)
        session.add(member)
        session.flush()
    member.office_id, member.invited_role = office_id, role.value
    if address:
        member.address_sealed = seal_address(settings, member.id, address.strip())
    code = _new_invitation(session, settings, member, now)
    record(session, Event.MEMBER_INVITED, member=member.id, office=office_id, role=role.value)
    return member, code


def invite_again(session: Session, settings: Settings, member: Member, now: datetime) -> str:
    """A new code for a member who lost passphrase and recovery code: new keys, a new vouching, nothing old opens by it."""
    if member.revoked_at is not None:
        raise Refused(_("This member's access was ended."), _("Invite them under a new sign-in name."))
    code = _new_invitation(session, settings, member, now)
    record(session, Event.MEMBER_INVITED, member=member.id, office=member.office_id, role=member.invited_role)
    return code


def _new_invitation(session: Session, settings: Settings, member: Member, now: datetime) -> str:
    code = new_code()
    hashed = _code_hash(settings, member.id, code)
    row = session.get(Invitation, member.id)
    if row is None:
        session.add(Invitation(member_id=member.id, code_hash=hashed, made_at=now, expires_at=now + VALID_FOR))
    else:
        row.code_hash, row.made_at, row.expires_at = hashed, now, now + VALID_FOR
    session.flush()
    return code


def invited(session: Session, settings: Settings, sign_in: str, code: str, now: datetime) -> Member | None:
    """The member this code invites, or None: unknown, wrong, used or older than 48 hours."""
    member = session.scalar(select(Member).where(Member.sign_in == sign_in.strip().lower()))
    row = session.get(Invitation, member.id) if member is not None else None
    expected = row.code_hash if row is not None else bytes(32)
    given = _code_hash(settings, member.id if member else uuid.UUID(int=0), code)
    fits = equal(given, expected)
    return member if fits and row is not None and now < row.expires_at and member is not None and member.revoked_at is None else None


def make_keys(session: Session, member: Member, seed: bytes, passphrase_lock: bytes) -> None:
    """Step 1: the newcomer's own keys, locked with the passphrase they chose. Earlier keys of theirs open nothing any more."""
    end_sessions_of(session, member.id)
    member.passphrase_lock, member.recovery_lock, member.totp_sealed = passphrase_lock, None, None
    member.totp_last_step = 0
    member.enrolled_at = None
    member.fingerprint = publish_keys(session, member.id, KeyPair(seed).bundle)
    save_pins(session, Pins(), KeyPair(seed), member.id)
    record(session, Event.PASSPHRASE_SET, member=member.id)


def offer_authenticator(held: Held) -> None:
    """Step 2 begins: a secret that is shown until a code confirms it."""
    if not held.totp:
        held.totp = new_totp_secret()


def confirm_authenticator(session: Session, member: Member, held: Held, code: str, now: datetime) -> None:
    """Step 2 ends: the code shows that the app holds the secret. Refused for a wrong code."""
    step = step_of(code, held.totp, 0, now) if held.totp else None
    if step is None:
        raise Refused(_("This code does not fit the secret."), _("Check the clock of your device, wait for the next code, and type it here."))
    member.totp_sealed = seal_totp(member.id, KeyPair(held.seed), held.totp)
    member.totp_last_step = step
    held.totp = b""
    held.second_factor_at = now
    record(session, Event.AUTHENTICATOR_SET, member=member.id)


def offer_recovery_code(held: Held) -> None:
    """Step 3 begins: a code that is shown until it is typed back."""
    if not held.recovery_code:
        held.recovery_code = new_recovery_code()


def confirm_recovery_code(session: Session, settings: Settings, member: Member, held: Held, typed: str, now: datetime) -> None:
    """Step 3 ends: the member has it on paper. The old recovery code is void; an enrolment is complete and its invitation used up."""
    if not held.recovery_code or normalise_recovery_code(typed) != normalise_recovery_code(held.recovery_code):
        raise Refused(_("That is not the code shown above."), _("Write it on paper first, then type it from the paper."))
    member.recovery_lock = lock_with_code(settings, member.id, held.seed, held.recovery_code)
    held.recovery_code = ""
    record(session, Event.RECOVERY_CODE_SET, member=member.id)
    if member.enrolled_at is None:
        member.enrolled_at = now
        invitation = session.get(Invitation, member.id)
        if invitation is not None:
            session.delete(invitation)
        record(session, Event.INVITATION_TAKEN, member=member.id)


def pin_root(session: Session, member: Member, keys: KeyPair, root: bytes, typed: str) -> None:
    """The newcomer types the register's six words as the head reads them: from now on they rely on this root and no other.

    Refused if the words are not those of the root that this database names.
    """
    if not same_words(typed, root):
        raise Refused(_("These are not the words of this register."), _("Ask your head of delegation to read them again. If they still differ, stop and call headquarters."))
    pins = load_pins(session, keys, member.id)
    pins.root = root
    save_pins(session, pins, keys, member.id)
    record(session, Event.ROOT_PINNED, member=member.id)
