"""The slow part of every page where someone proves who they are: count the try, then open the seed.

It runs before any write transaction. Whatever was wrong (name, passphrase, code), the same work is done and the same
words are said (ASVS 6.3.8).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple, cast

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.addresses import client_address
from hrd_cases.accounts.credentials import open_seed, open_with_code, use_code
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import Sessions, name_of
from hrd_cases.accounts.throttle import (
    Attempt,
    Slowed,
    check_a_try,
    take_a_code,
    take_a_knock,
    take_a_try,
    tell_once,
    was_told,
)
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.door import guards
from hrd_cases.door.house import house
from hrd_cases.door.passage import passage
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import TooManyTries
from hrd_cases.forms import clean
from hrd_cases.vault.envelope import equal
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.passphrase import WrongPassphrase, turn_of_a_stranger

LONGEST_NAME = 100
LONGEST_SECRET = 1024
NO_SEED = bytes(32)
NOBODY = uuid.UUID(int=0)
CROWDED = 5
"""Seconds after which a stranger may try again who met too many others."""


class Try(NamedTuple):
    """Who someone said they are, and the seed if their secret opened it."""

    member_id: uuid.UUID | None
    seed: bytes | None


FAILED = Try(None, None)


def sessions() -> Sessions:
    return cast(Sessions, house().sessions)


def own_cookie() -> str:
    """The cookie this request came with."""
    return request.cookies.get(guards.COOKIE, "")


def typed_name() -> str:
    """The sign-in name in this form, as the tables have it."""
    return clean(request.form.get("sign_in", "")[:LONGEST_NAME]).strip().lower()


def typed_secret(field: str) -> str:
    """A passphrase or code as typed; longer than any of ours is wrong whatever it says."""
    return request.form.get(field, "")[:LONGEST_SECRET]


def slow_down(sign_in: str) -> None:
    """Count a try. Raises TooManyTries, which the trail is told once in a while for each bucket."""
    _count(may_try(sign_in))


def may_try(sign_in: str) -> Attempt:
    """Whoever tries, for the slow work that follows and counts it (see `turn`). Raises TooManyTries.

    What is refused is found by reading: a flood waits for no lock, and holds none.
    """
    main, key, now = house().database.main, house().settings.pepper, datetime.now(UTC)
    with _told_of_slowed(key, now), main.reading() as session:
        attempt = Attempt(sign_in, here(), _known_browser(session, sign_in))
        check_a_try(session, key, attempt, now)
    return attempt


def _count(attempt: Attempt, take: Callable[[Session, bytes, Attempt, datetime], None] = take_a_try) -> None:
    main, key, now = house().database.main, house().settings.pepper, datetime.now(UTC)
    with _told_of_slowed(key, now), main.writing() as session:
        take(session, key, attempt, now)


@contextmanager
def _told_of_slowed(key: bytes, now: datetime) -> Iterator[None]:
    try:
        yield
    except Slowed as slowed:
        _tell(slowed, key, now)
        raise


def here() -> str:
    """The address this request comes from."""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return client_address(request.remote_addr or "", forwarded, house().settings.trusted_proxies)


def _known_browser(session: Session, sign_in: str) -> bytes:
    """The name of this browser's session if this member was signed in here within the last day; b"" if not."""
    owner = sessions().member_of(session, own_cookie())
    return name_of(own_cookie()) if owner is not None and owner.sign_in == sign_in else b""


def _tell(slowed: Slowed, key: bytes, now: datetime) -> None:
    visitor = passage().visitor
    main = house().database.main
    with main.reading() as session:
        if was_told(session, key, slowed, now):
            return
    with main.writing() as session:
        act_as(session, visitor.actor if visitor else Actor())
        if tell_once(session, key, slowed, now):
            record(session, Event.SIGN_IN_SLOWED, seconds=slowed.seconds)


def room_for_a_code(tried: Try, beside: str) -> Try:
    """The same try, or a failed one if this secret has brought too many codes lately: the words stay the same.

    The same work for a wrong secret, so that no time tells it from a right one.
    """
    known = tried.member_id if tried.seed is not None else None
    with house().database.main.writing() as session:
        try:
            take_a_code(session, house().settings.pepper, known or NOBODY, beside, datetime.now(UTC))
        except TooManyTries:
            # Committed all the same: undone, it would take less time than what was right.
            return tried._replace(seed=None)
    return tried


def member_called(session: Session, sign_in: str) -> Member | None:
    return session.scalar(select(Member).where(Member.sign_in == sign_in))


def usable(member: Member | None) -> Member | None:
    """The member if they have finished enrolling and their access was not ended."""
    return member if member is not None and member.enrolled_at is not None and member.revoked_at is None else None


@contextmanager
def turn(attempt: Attempt) -> Iterator[None]:
    """The slow work of a try, which is counted. A stranger never waits for theirs: raises TooManyTries while enough
    others have one, so that a process is always left for whoever is signed in. Then nothing was tried, and it counts
    for the address alone: a crowd does not use up the tries of whoever it keeps outside, nor does it knock for nothing.
    """
    if attempt.browser:
        _count(attempt)
        yield
        return
    with turn_of_a_stranger() as free:
        if not free:
            _count(attempt, take_a_knock)
            raise TooManyTries(CROWDED)
        _count(attempt)
        yield


def by_passphrase(session: Session, attempt: Attempt, member: Member | None, passphrase: str) -> Try:
    """Argon2 once, whether there is such a member or not. `session` is closed before: no transaction stays open over
    slow work, or whoever tries passphrases decides when SQLite's log can be emptied.
    """
    session.close()
    try:
        with turn(attempt):
            seed = open_seed(house().settings, usable(member), passphrase)
    except WrongPassphrase:
        seed = None
    return Try(member.id if member is not None else None, seed)


def by_recovery_code(member: Member | None, code: str) -> Try:
    """The same work whether there is such a member or not."""
    try:
        seed = open_with_code(house().settings, usable(member), code)
    except WrongPassphrase:
        seed = None
    return Try(member.id if member is not None else None, seed)


def by_both(session: Session, attempt: Attempt, member: Member | None, passphrase: str, code: str) -> Try:
    """Passphrase and recovery code together: both are tried, whatever the first one says."""
    first, second = by_passphrase(session, attempt, member, passphrase), by_recovery_code(member, code)
    fits = first.seed is not None and second.seed is not None and equal(first.seed, second.seed)
    return first if fits else Try(first.member_id, None)


def proven(session: Session, tried: Try) -> tuple[Member, KeyPair]:
    """The member who proved who they are, with their keys. Raises WrongPassphrase."""
    keys = KeyPair(tried.seed or NO_SEED)  # the same work, whoever it is
    member = session.get(Member, tried.member_id or NOBODY)
    if member is None or tried.seed is None:
        raise WrongPassphrase
    return member, keys


def proven_with_code(session: Session, tried: Try, code: str, now: datetime) -> Member:
    """The same, and a code of their authenticator is spent. Raises WrongPassphrase for whatever was wrong."""
    member, keys = proven(session, tried)
    act_as(session, Actor("member", member.id, member.office_id))
    use_code(session, member, keys, code, now)
    return member


def try_own_passphrase(session: Session, visitor: Visitor) -> Try:
    """For acts on one's own account: the passphrase once more."""
    attempt = may_try(visitor.sign_in)
    return by_passphrase(session, attempt, session.get(Member, visitor.member_id), typed_secret("passphrase"))


def count_own_try(visitor: Visitor) -> None:
    """For acts of an open session that ask for a code alone. Raises TooManyTries."""
    slow_down(visitor.sign_in)
    with house().database.main.writing() as session:
        take_a_code(session, house().settings.pepper, visitor.member_id, "session", datetime.now(UTC))


def begin_session(session: Session, member: Member, seed: bytes, now: datetime) -> str:
    """Begin a session under a new cookie, in place of the one this browser had. Returns the cookie, which the answer
    sets; forms of the old session that are still open in other tabs are known by their token."""
    before = own_cookie()
    owner = sessions().member_of(session, before)
    fresh = guards.new_cookie()
    sessions().end(session, before)
    sessions().begin(session, fresh, member, seed, request.headers.get("User-Agent", ""), now)
    if owner is not None and owner.id == member.id:
        with sessions().holding(session, fresh) as held:
            held.earlier = [guards.token_of(before)]
    guards.exchange_cookie(fresh)
    act_as(session, Actor("member", member.id, member.office_id))
    return fresh


def renew_session(session: Session, member: Member) -> str:
    """The same session under another cookie, which the answer sets. Returns the cookie."""
    before = sessions().held(session, own_cookie())
    fresh = begin_session(session, member, before.seed, datetime.now(UTC))
    with sessions().holding(session, fresh) as held:
        held.second_factor_at, held.ends_at, held.seeds = before.second_factor_at, before.ends_at, before.seeds
    return fresh
