"""Server-side sessions. The cookie and the server's session key together open a row; neither alone opens anything.

States of a row: *open* (holds keys), *locked* (keys gone after 15 idle minutes or 10 hours; for a day it still lets a
posted form be kept), *ended* (no row).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from hrd_cases.accounts.held import Held, owed_by
from hrd_cases.accounts.models import Member, SessionRow
from hrd_cases.db import rows_touched
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import NotSignedIn, Tampered
from hrd_cases.keys.chain import Charters, Pins, open_pins, seal_pins
from hrd_cases.keys.models import KeyRing, Revocation
from hrd_cases.keys.ring import Ring, context
from hrd_cases.settings import Settings
from hrd_cases.vault.envelope import derive, digest, unwrap, wrap, wrap_text
from hrd_cases.vault.identity import KeyPair

KNOWN_FOR = timedelta(hours=24)
"""How long a dead session's cookie is still recognised, so that what its member typed is kept."""
SEEN_EVERY = timedelta(minutes=1)
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far nodes' clocks may be apart. A row whose time lies further ahead was written by none of them."""


_decoder = msgspec.msgpack.Decoder(Held)
# Asked at every request: made once, for making a statement costs more than running it.
_VISITOR = (
    select(SessionRow, Member, KeyRing.sealed, Revocation.fingerprint)
    .join(Member, Member.id == SessionRow.member_id)
    .outerjoin(KeyRing, KeyRing.member_id == SessionRow.member_id)
    .outerjoin(Revocation, Revocation.member_id == SessionRow.member_id)
    .where(SessionRow.id == bindparam("name"))
)


class Sessions:
    """Begins, finds, changes and ends sessions of one installation."""

    def __init__(self, settings: Settings, office_of: Callable[[Session, uuid.UUID], tuple[str, str]]) -> None:
        self._settings = settings
        self._office_of = office_of
        self._idle = timedelta(minutes=settings.idle_lock_minutes)

    # -- keys of a row

    def _key(self, cookie: str, label: str) -> bytes:
        return derive(cookie.encode() + self._settings.session_key, label)

    def _seal(self, cookie: str, row_id: bytes, member_id: uuid.UUID, held: Held) -> bytes:
        key, place = self._key(cookie, "session"), context("session", row_id, member_id)
        return wrap_text(key, msgspec.msgpack.encode(held), place)

    def _unseal(self, cookie: str, row: SessionRow, now: datetime) -> Held | None:
        if row.sealed is None or not _seen_within(row, self._idle, now):
            return None
        try:
            place = context("session", row.id, row.member_id)
            held = _decoder.decode(unwrap(self._key(cookie, "session"), row.sealed, place))
        except (Tampered, msgspec.MsgspecError):
            return None
        return held if now < held.ends_at else None

    # -- life

    def begin(self, session: Session, cookie: str, member: Member, seed: bytes, device: str, now: datetime) -> Held:
        """A new session for a member who proved who they are. `cookie` must be new. What they still owe comes first."""
        keys = KeyPair(seed)
        ends_at = now + timedelta(hours=self._settings.session_hours)
        held = Held(seed, now, ends_at)
        held.owe(*owed_by(member))
        row_id = name_of(cookie)
        device_name = device.encode("utf-8", "replace")[:200]
        keeping = self._key(cookie, "keeping")
        session.add(
            SessionRow(
                id=row_id,
                member_id=member.id,
                began_at=now,
                seen_at=now,
                device_sealed=wrap_text(keys.symmetric("device"), device_name, context("device", row_id)),
                keeping_sealed=wrap(keeping, keys.symmetric("kept forms"), context("keeping", row_id)),
                sealed=self._seal(cookie, row_id, member.id, held),
            )
        )
        return held

    def _row(self, session: Session, cookie: str, *, to_change: bool = False) -> SessionRow | None:
        return session.get(SessionRow, name_of(cookie), with_for_update=to_change or None) if cookie else None

    def open(self, session: Session, cookie: str, now: datetime) -> tuple[SessionRow, Held] | None:
        """The row and what it holds, or None: unknown, locked, idle or over. A row altered or moved opens nothing."""
        row = self._row(session, cookie)
        held = self._unseal(cookie, row, now) if row is not None else None
        return (row, held) if row is not None and held is not None else None

    def held(self, session: Session, cookie: str) -> Held:
        """What an open session holds, to be read. Raises NotSignedIn."""
        opened = self.open(session, cookie, datetime.now(UTC))
        if opened is None:
            raise NotSignedIn
        return opened[1]

    @contextmanager
    def holding(self, session: Session, cookie: str) -> Iterator[Held]:
        """What an open session holds, to be changed: sealed again at the end. Raises NotSignedIn."""
        row = self._row(session, cookie, to_change=True)
        held = self._unseal(cookie, row, datetime.now(UTC)) if row is not None else None
        if row is None or held is None:
            raise NotSignedIn
        yield held
        row.sealed = self._seal(cookie, row.id, row.member_id, held)

    def is_locked(self, session: Session, cookie: str) -> bool:
        """A session of the last day whose keys are gone: the passphrase opens it again."""
        now = datetime.now(UTC)
        row = self._row(session, cookie)
        return row is not None and _seen_within(row, KNOWN_FOR, now) and self.open(session, cookie, now) is None

    def member_of(self, session: Session, cookie: str) -> Member | None:
        """Whose session this cookie is or was within the last day."""
        row = self._row(session, cookie)
        if row is None or not _seen_within(row, KNOWN_FOR, datetime.now(UTC)):
            return None
        return session.get(Member, row.member_id)

    def keeping_key(self, session: Session, cookie: str) -> tuple[uuid.UUID, bytes] | None:
        """(member, key) to seal a form with whose session is gone; the same key the member has after signing in."""
        row = self._row(session, cookie)
        if row is None or not _seen_within(row, KNOWN_FOR, datetime.now(UTC)):
            return None
        try:
            return row.member_id, unwrap(self._key(cookie, "keeping"), row.keeping_sealed, context("keeping", row.id))
        except Tampered:
            return None

    # -- the visitor

    def find_visitor(self, session: Session, shred: Session, cookie: str) -> Visitor | None:
        """Whoever's open session this cookie is. None as well for members revoked meanwhile.

        Raises Tampered if it is over other keys than the member's: whoever has the session key made it.
        """
        found = session.execute(_VISITOR, {"name": name_of(cookie)}).all()
        if not found:
            return None
        row, member = found[0][0], found[0][1]
        key_ring: bytes | None = found[0][2]
        held = self._unseal(cookie, row, datetime.now(UTC))
        if held is None or member.revoked_at is not None:
            return None
        keys = KeyPair(held.seed)
        if keys.fingerprint != member.fingerprint:
            raise Tampered("a session over other keys than its member's")
        if any(revoked == keys.fingerprint for *_, revoked in found):
            return None
        charters = Charters(session, open_pins(key_ring, keys, member.id) if key_ring is not None else Pins())
        ring = Ring(session, shred, member.id, keys, charters, {(c, e): seed for c, e, seed in held.seeds})
        office_name, zone = self._office_of(session, member.office_id)
        return Visitor(
            member_id=member.id,
            sign_in=member.sign_in,
            office_id=member.office_id,
            office_name=office_name,
            zone=zone,
            language=member.language,
            ring=ring,
            session_id=row.id,
            seen_at=row.seen_at,
            second_factor_at=held.second_factor_at,
            enrolled=member.enrolled_at is not None,
            suspended=member.suspended_at is not None,
            step=held.step or "",
            earlier_tokens=tuple(held.earlier),
            said=tuple(held.said),
            sought=held.sought,
        )

    def touch(self, session: Session, visitor: Visitor, cookie: str) -> None:
        """Write what a request leaves behind: when it was, circles opened, charters seen. Nothing if it ended the
        session."""
        now = datetime.now(UTC)
        if now - visitor.seen_at > SEEN_EVERY:
            session.execute(update(SessionRow).where(SessionRow.id == visitor.session_id).values(seen_at=now))
        if visitor.ring.opened_more and self.open(session, cookie, now) is not None:
            with self.holding(session, cookie) as held:
                known = {(circle, epoch): seed for circle, epoch, seed in held.seeds} | visitor.ring.seeds
                held.seeds = [(circle, epoch, seed) for (circle, epoch), seed in known.items()]
        if visitor.charters.pins_moved:
            save_pins(session, visitor.charters.pins, visitor.ring.keys, visitor.member_id)
            visitor.charters.pins_moved = False

    # -- what the next page says

    def say_next(self, session: Session, cookie: str, words: list[tuple[str, str]], most: int) -> None:
        """Leave words for the next page of an open session: the newest `most` of them. Nothing if it is not open."""
        with suppress(NotSignedIn), self.holding(session, cookie) as held:
            held.said = [*held.said, *words][-most:]

    def forget_said(self, session: Session, cookie: str) -> None:
        """A page has shown them. Nothing if the session is not open any more."""
        with suppress(NotSignedIn), self.holding(session, cookie) as held:
            held.said = []

    def keep_sought(self, session: Session, cookie: str, text: str) -> None:
        """Remember what is searched for, until the next search or the end of the session."""
        with suppress(NotSignedIn), self.holding(session, cookie) as held:
            held.sought = text

    def ask_factor(self, session: Session, cookie: str, leads_to: str) -> None:
        """Remember where the second factor leads that is asked for now."""
        with suppress(NotSignedIn), self.holding(session, cookie) as held:
            held.after_factor = leads_to

    # -- ending

    def end(self, session: Session, cookie: str) -> None:
        session.execute(delete(SessionRow).where(SessionRow.id == name_of(cookie)))


def _seen_within(row: SessionRow, span: timedelta, now: datetime) -> bool:
    """Was it used within `span`? A row that began or was used in the future is damaged, and was not."""
    ahead = max(row.seen_at, row.began_at) - now
    return ahead <= CLOCKS_DIFFER and now - row.seen_at <= span


def name_of(cookie: str) -> bytes:
    """The id of a session's row: it tells nothing of the cookie."""
    return digest("session name", cookie.encode())


def device_of(row: SessionRow, keys: KeyPair) -> str:
    """What the member's browser said it was when the session began. Raises Tampered."""
    return unwrap(keys.symmetric("device"), row.device_sealed, context("device", row.id)).decode("utf-8", "replace")


def sessions_of(session: Session, member_id: uuid.UUID) -> list[SessionRow]:
    """A member's sessions that still hold keys, newest first."""
    query = select(SessionRow).where(SessionRow.member_id == member_id, SessionRow.sealed.is_not(None))
    return list(session.scalars(query.order_by(SessionRow.seen_at.desc())))


def end_sessions_of(session: Session, member_id: uuid.UUID, but: bytes = b"") -> int:
    """End every session of a member, except the one named `but`. Returns how many."""
    ended = session.execute(delete(SessionRow).where(SessionRow.member_id == member_id, SessionRow.id != but))
    return rows_touched(ended)


def end_session_of(session: Session, member_id: uuid.UUID, row_id: bytes) -> int:
    """End one session of a member. Returns 0 if it is none of theirs."""
    ended = session.execute(delete(SessionRow).where(SessionRow.member_id == member_id, SessionRow.id == row_id))
    return rows_touched(ended)


def drop_idle_keys(session: Session, settings: Settings, now: datetime) -> int:
    """Delete the keys of idle sessions, and rows nobody will come back to. Returns how many lost their keys."""
    damaged = (SessionRow.seen_at > now + CLOCKS_DIFFER) | (SessionRow.began_at > now + CLOCKS_DIFFER)
    session.execute(delete(SessionRow).where((SessionRow.seen_at < now - KNOWN_FOR) | damaged))
    idle = now - timedelta(minutes=settings.idle_lock_minutes)
    over = now - timedelta(hours=settings.session_hours)
    stale = (SessionRow.seen_at < idle) | (SessionRow.began_at < over)
    return rows_touched(
        session.execute(update(SessionRow).where(SessionRow.sealed.is_not(None), stale).values(sealed=None))
    )


def load_pins(session: Session, keys: KeyPair, member_id: uuid.UUID) -> Pins:
    """A member's pins; empty before the first. Raises Tampered."""
    row = session.get(KeyRing, member_id)
    return open_pins(row.sealed, keys, member_id) if row is not None else Pins()


def save_pins(session: Session, pins: Pins, keys: KeyPair, member_id: uuid.UUID) -> None:
    """Keep what a member has seen, and what another request of theirs saw meanwhile."""
    row = session.get(KeyRing, member_id, with_for_update=True)
    if row is None:
        row = KeyRing(member_id=member_id, sealed=b"")
        session.add(row)
    else:
        with suppress(Tampered):  # of other keys, or damaged: what is pinned now takes its place
            pins.learn(open_pins(row.sealed, keys, member_id))
    row.sealed = seal_pins(pins, keys, member_id)
