"""Invitation and enrolment. The code lets someone make keys; nothing opens before a head has heard the six words and
signed.

A code counts once: the enrolment that is finished with it uses it up. Until then it may begin again, so that a lost
connection loses no newcomer; whoever begins again ends what was begun before.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import unicodedata
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.accounts.credentials import lock_with_code, open_address, seal_address, seal_totp, step_of
from hrd_cases.accounts.held import Held, Step
from hrd_cases.accounts.kept import drop_all_kept
from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.accounts.sessions import end_sessions_of, load_pins, save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import address_written, written
from hrd_cases.audit.trail import record
from hrd_cases.db import rows_touched
from hrd_cases.errors import N_, Refused, Tampered
from hrd_cases.instants import Instant
from hrd_cases.keys.chain import Pins
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.issue import publish_keys
from hrd_cases.keys.ring import context
from hrd_cases.keys.roles import Role
from hrd_cases.keys.rules import NAME, looks
from hrd_cases.settings import Settings
from hrd_cases.vault.envelope import derive, equal, mac, unwrap, wrap
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import normalise_recovery_code
from hrd_cases.vault.words import same_words

VALID_FOR = timedelta(hours=48)
TICKET_FOR = timedelta(hours=1)
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_GROUPS = 4
NOBODY = uuid.UUID(int=0)


# -- inviting


def new_code() -> str:
    """A code to read out over the phone: 4 groups of 4, about 78 bits."""
    return "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(CODE_GROUPS))


def _code_hash(settings: Settings, member_id: uuid.UUID, code: str) -> bytes:
    """However it was typed: case, spaces and dashes do not count."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKC", code[:200]).upper() if mark.isalnum())
    return mac(settings.pepper, "invitation", member_id.bytes, bare.encode("utf-8", "replace"))


def invite(
    session: Session,
    settings: Settings,
    sign_in: str,
    office_id: uuid.UUID,
    role: Role,
    address: str | None,
    now: datetime,
) -> tuple[Member, str]:
    """Invite someone new, or make a new code for someone who has not finished. Returns (member, code); the code is
    shown to the administrator once. Refused for a name that is taken or badly formed."""
    name = sign_in.strip().lower()
    if not NAME.match(name):
        raise Refused(
            N_("A sign-in name has 3 to 40 letters, digits, dots or dashes."),
            N_("Use the role and the place: officer.cairo."),
        )
    member = session.scalar(select(Member).where(Member.sign_in == name))
    taken = member is not None and (member.enrolled_at is not None or member.revoked_at is not None)
    if taken or (member is None and _looks_taken(session, name)):
        raise Refused(N_("This sign-in name is taken."), N_("Choose another one; a lost passphrase has its own page."))
    begun = None  # what an invitation says of the address: nothing, where it is not the first
    if member is None:
        member = Member(sign_in=name, office_id=office_id, invited_role=role.value, created_at=now)
        session.add(member)
        session.flush()
        if address:
            member.address_sealed = seal_address(settings, member.id, address.strip())
        begun = address_written(member)
    elif address:
        send_mail_to(session, settings, member, address.strip())
    member.office_id, member.invited_role = office_id, role.value
    code = _new_invitation(session, settings, member, now)
    record(session, Event.MEMBER_INVITED, member=member.id, office=office_id, role=role.value, address=begun)
    return member, code


def _looks_taken(session: Session, name: str) -> bool:
    """Is there a name in the house that could be read for this one?"""
    return any(looks(other) == looks(name) for other in session.scalars(select(Member.sign_in)))


def send_mail_to(session: Session, settings: Settings, member: Member, address: str) -> None:
    """A member's mail goes to `address` from now on. Where it is another one, they are told until they say that they
    know (mail_changed.py)."""
    with suppress(Tampered):
        if open_address(settings, member) == address:
            return
    member.address_sealed = seal_address(settings, member.id, address)
    record(session, Event.ADDRESS_CORRECTED, member=member.id, address=address_written(member))


def invite_again(session: Session, settings: Settings, member: Member, now: datetime) -> str:
    """A new code for a member who lost passphrase and recovery code: new keys and a new vouching, nothing old opens."""
    if member.revoked_at is not None:
        raise Refused(N_("This member's access was ended."), N_("Invite them under a new sign-in name."))
    code = _new_invitation(session, settings, member, now)
    fields = {"office": member.office_id, "role": member.invited_role, "address": None}
    record(session, Event.MEMBER_INVITED, member=member.id, **fields)
    return code


def _new_invitation(session: Session, settings: Settings, member: Member, now: datetime) -> str:
    code = new_code()
    end_half_made(session, member)
    hashed = _code_hash(settings, member.id, code)
    row = session.get(Invitation, member.id)
    if row is None:
        session.add(Invitation(member_id=member.id, code_hash=hashed, made_at=now, expires_at=now + VALID_FOR))
    else:
        row.code_hash, row.made_at, row.expires_at = hashed, now, now + VALID_FOR
    session.flush()
    return code


def end_half_made(session: Session, member: Member) -> None:
    """Whoever began to enrol with the code before does not finish: it may have been overheard."""
    if member.enrolled_at is None:
        end_sessions_of(session, member.id)


# -- accepting an invitation


def invited(session: Session, settings: Settings, sign_in: str, code: str, now: datetime) -> Member | None:
    """The member this code invites, or None: unknown, wrong, used or older than 48 hours. The same work for each."""
    member = session.scalar(select(Member).where(Member.sign_in == sign_in.strip().lower()))
    return _fitting(session, member, _code_hash(settings, member.id if member else NOBODY, code), now)


def _fitting(session: Session, member: Member | None, code_hash: bytes, now: datetime) -> Member | None:
    row = session.get(Invitation, member.id if member else NOBODY)
    fits = equal(code_hash, row.code_hash if row is not None else bytes(32))
    welcome = member is not None and member.revoked_at is None and member.suspended_at is None
    return member if fits and welcome and row is not None and now < row.expires_at else None


class _Ticket(msgspec.Struct, frozen=True, array_like=True):
    member_id: uuid.UUID
    code_hash: bytes
    until: Instant


def new_ticket(session: Session, settings: Settings, cookie: str, member: Member, now: datetime) -> str:
    """Proof, for the passphrase page, that this browser gave a right code. There is no session yet: no keys to hold.

    It fits this browser's cookie only, for an hour, and dies with the invitation.
    """
    row = session.get_one(Invitation, member.id)
    content = msgspec.msgpack.encode(_Ticket(member.id, row.code_hash, now + TICKET_FOR))
    return base64.urlsafe_b64encode(wrap(_ticket_key(settings, cookie), content, context("ticket"))).decode()


def read_ticket(session: Session, settings: Settings, cookie: str, text: str, now: datetime) -> Member | None:
    """Whose enrolment goes on, or None: not a ticket of this browser, too old, or the invitation is gone."""
    try:
        sealed = base64.b64decode(text[:1000].encode("ascii", "replace"), altchars=b"-_", validate=True)
        content = unwrap(_ticket_key(settings, cookie), sealed, context("ticket"))
        ticket = msgspec.msgpack.decode(content, type=_Ticket)
    except (binascii.Error, Tampered, msgspec.MsgspecError):
        return None
    if now >= ticket.until:
        return None
    return _fitting(session, session.get(Member, ticket.member_id), ticket.code_hash, now)


def _ticket_key(settings: Settings, cookie: str) -> bytes:
    return derive(cookie.encode() + settings.session_key, "enrolment ticket")


# -- the steps


def make_keys(session: Session, member: Member, seed: bytes, passphrase_lock: bytes) -> None:
    """Step 1: the newcomer's own keys, locked with the passphrase they chose. Earlier keys of theirs open nothing any
    more, and the circles those keys opened are due for new ones."""
    now = datetime.now(UTC)
    end_sessions_of(session, member.id)
    drop_all_kept(session, member.id)
    if member.fingerprint is not None and member.enrolled_at is not None:
        row = revoke(session, member.id, member.fingerprint, member.id, now, keys=None)
        record(session, Event.KEYS_REPLACED, member=member.id, fingerprint=row.fingerprint, revocation=row.digest)
    member.passphrase_lock, member.recovery_lock, member.totp_sealed = passphrase_lock, None, None
    member.enrolled_at = None
    member.fingerprint = publish_keys(session, member.id, KeyPair(seed).bundle)
    save_pins(session, Pins(), KeyPair(seed), member.id)
    made = written(member, "passphrase", "recovery", "authenticator")
    record(session, Event.PASSPHRASE_SET, member=member.id, **made)


def confirm_authenticator(session: Session, member: Member, held: Held, code: str, now: datetime) -> None:
    """The code shows that the app holds the secret shown. Refused for a wrong code.

    Where a new recovery code is the next step, the old one is void from here on.
    """
    step = step_of(code, held.totp, 0, now) if held.totp else None
    if step is None:
        raise Refused(
            N_("This code does not belong to the letters and digits above."),
            N_("Check the clock of your device, wait for the next code, and type it here."),
        )
    member.totp_sealed = seal_totp(member.id, KeyPair(held.seed), held.totp)
    member.totp_last_step = step
    voids = ("recovery",) if Step.RECOVERY_CODE in held.steps else ()
    if voids:
        member.recovery_lock = None
    held.totp = b""
    held.second_factor_at = now
    held.done(Step.AUTHENTICATOR)
    made = written(member, "authenticator", *voids)
    record(session, Event.AUTHENTICATOR_SET, member=member.id, step=step, **made)


def confirm_recovery_code(
    session: Session, settings: Settings, member: Member, held: Held, typed: str, now: datetime
) -> None:
    """The member has it on paper; the one before is void. A newcomer's enrolment ends here, and their invitation is
    used up. Refused if what was typed is not what is shown."""
    if not held.recovery_code or normalise_recovery_code(typed) != normalise_recovery_code(held.recovery_code):
        raise Refused(
            N_("That is not the code shown above."), N_("Write it on paper first, then type it from the paper.")
        )
    member.recovery_lock = lock_with_code(settings, member.id, held.seed, held.recovery_code)
    held.recovery_code = ""
    held.done(Step.RECOVERY_CODE)
    record(session, Event.RECOVERY_CODE_SET, member=member.id, **written(member, "recovery"))
    if member.enrolled_at is None:
        taken = session.execute(delete(Invitation).where(Invitation.member_id == member.id))
        if not rows_touched(taken):
            raise Refused(
                N_("Your invitation was withdrawn or has run out."), N_("Ask the administrator for a new code.")
            )
        member.enrolled_at = now
        record(session, Event.INVITATION_TAKEN, member=member.id)


def pin_root(session: Session, member: Member, keys: KeyPair, root: bytes, typed: str) -> None:
    """The newcomer types the register's six words as the head reads them: they rely on this root from now on, on no
    other.

    Refused if the words are not those of the root that this database names, or if another root is relied on already.
    """
    pins = load_pins(session, keys, member.id)
    if pins.root and pins.root != root:
        raise Refused(N_("You rely on another register already."), N_("Stop and call headquarters."))
    if not same_words(typed, root):
        raise Refused(
            N_("These are not the words of this register."),
            N_("Ask for them to be read again, slowly. If they still differ, stop and call headquarters."),
        )
    pins.root = root
    save_pins(session, pins, keys, member.id)
    record(session, Event.ROOT_PINNED, member=member.id)


# -- housekeeping


def drop_expired_invitations(session: Session, now: datetime) -> int:
    """Invitations whose 48 hours are over. Returns how many."""
    return rows_touched(session.execute(delete(Invitation).where(Invitation.expires_at <= now)))
