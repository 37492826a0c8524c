"""Who stands at the door: a signed-in member with keys and verified charters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from hrd_cases.audit.trail import Actor
from hrd_cases.door.permissions import BEFORE_A_SEAT, FRESH_FOR, RULES, Permission
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CircleName, Role


@dataclass
class Visitor:
    """A signed-in member within one transaction. Roles come from verified charters only, never from a table."""

    member_id: uuid.UUID
    sign_in: str
    office_id: uuid.UUID
    office_name: str
    zone: str
    language: str
    ring: Ring = field(repr=False)
    session_id: bytes = field(repr=False)
    seen_at: datetime
    second_factor_at: datetime
    enrolled: bool = True
    suspended: bool = False
    step: str = ""
    """What they have to finish before anything else: a step of enrolment or recovery."""
    earlier_tokens: tuple[str, ...] = field(default=(), repr=False)
    """Tokens of forms made before this session was unlocked."""
    said: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the next page says of the act before it (door/said.py)."""
    sought: str = field(default="", repr=False)
    """What they searched for last."""
    is_authenticated = True  # what Flask-Login asks of a user
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.member_id)

    @property
    def charters(self) -> Charters:
        return self.ring.charters

    @property
    def today(self) -> date:
        """The day by which seats stand: UTC's, the same for the whole house."""
        return datetime.now(UTC).date()

    @property
    def local_day(self) -> date:
        """The day it is where their office lies: by it pages and forms say "today", and what is due is late."""
        return datetime.now(ZoneInfo(self.zone)).date()

    @property
    def actor(self) -> Actor:
        return Actor("member", self.member_id, self.office_id)

    @cached_property
    def seats(self) -> dict[uuid.UUID, Charter]:
        """Charters, by office, that seat this member today with the keys they hold. Empty before the root is pinned."""
        if not self.charters.pins.root or self.suspended or not self.enrolled or self.step:
            return {}
        found = self.charters.offices_of(self.member_id, self.today, self.office_id)
        mine = self.ring.keys.fingerprint
        return {charter.office_id: charter for charter in found if charter.fingerprint_of(self.member_id) == mine}

    @property
    def waiting(self) -> bool:
        """Signed in, but no charter known to this member seats them."""
        return not self.seats

    def waits_before(self, permission: Permission) -> bool:
        """Is there something to do or to wait for before this may even be asked?"""
        if permission is Permission.ANYONE or self.suspended:
            return False
        if self.step:
            return permission is not Permission.COME_IN
        return permission not in BEFORE_A_SEAT and self.waiting

    def roles_in(self, office_id: uuid.UUID) -> frozenset[Role]:
        charter = self.seats.get(office_id)
        if charter is None:
            return frozenset()
        # Of an office that is not their own no zone is known here: then nobody acts as its head at the edges of a day.
        zone = ZoneInfo(self.zone) if office_id == self.office_id else None
        return charter.roles_of(self.member_id, datetime.now(UTC), zone)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Every role held in any office."""
        return frozenset().union(*(self.roles_in(office_id) for office_id in self.seats)) if self.seats else frozenset()

    def allows(self, permission: Permission, office_id: uuid.UUID | None = None) -> bool:
        """May this member do it, to something of `office_id` (None: to something of no office)?"""
        if permission is Permission.ANYONE:
            return True
        if permission in BEFORE_A_SEAT:
            return not self.suspended
        rule = RULES[permission]
        here = self.roles_in(office_id) if office_id is not None else self.roles
        return bool(self.roles & rule.anywhere) or bool(here & rule.here)

    def has_fresh_factor(self, now: datetime) -> bool:
        return now - self.second_factor_at <= FRESH_FOR

    def in_circle(self, office_id: uuid.UUID, name: CircleName) -> bool:
        """Has this member's session the key of a circle?"""
        charter = self.seats.get(office_id)
        entry = charter.circle(name) if charter else None
        return entry is not None and self.ring.holds(entry)
