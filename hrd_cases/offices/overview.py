"""An office as a page shows it: what everybody may know, and for those who may see its staff who holds what."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import MIN_HEADS, ActingHead, Charter
from hrd_cases.keys.circles import Readiness
from hrd_cases.keys.roles import CircleName, OfficeKind
from hrd_cases.offices import cover, drafts
from hrd_cases.offices.colleagues import Colleague, charter_of, colleagues, names_of, stands_of, suspended
from hrd_cases.offices.facts import today_in
from hrd_cases.offices.in_words import covers_today, people_of
from hrd_cases.offices.models import Office

ORDER = {OfficeKind.HEADQUARTERS.value: 0, OfficeKind.DELEGATION.value: 1, OfficeKind.EMBASSY.value: 2}


@dataclass
class Overview:
    """`failed`: its charters failed their check, nothing of them is shown. Within is empty to who may not see staff."""

    office: Office
    charter: Charter | None = None
    failed: bool = False
    countries: list[str] = field(default_factory=list)
    stands: list[Readiness] = field(default_factory=list)
    away: frozenset[uuid.UUID] = frozenset()
    colleagues: list[Colleague] = field(default_factory=list)
    acting: list[ActingHead] = field(default_factory=list)
    names: dict[uuid.UUID, str] = field(default_factory=dict)
    draft: drafts.WaitingDraft | None = None
    seen_within: bool = False

    @property
    def lines(self) -> list[cover.Line]:
        """What must be said of its keys; nothing where nobody has a seat yet."""
        return cover.lines(self.stands, self.names, self.away) if self.charter and self.charter.seats else []

    @property
    def states(self) -> dict[CircleName, tuple[Any, str]]:
        """How each key stands: (words, kind of tag)."""
        return {stand.name: cover.state(stand, self.away) for stand in self.stands}

    @property
    def red(self) -> bool:
        return any(line.red for line in self.lines)

    @property
    def tag(self) -> tuple[str, str]:
        """(words, kind) of how it stands, for lists."""
        if self.failed:
            return _("Failed its check"), "danger"
        if self.charter is None:
            return _("Not open yet"), "neutral"
        if not self.charter.seats:
            return _("No staff yet"), "attention"
        if not self.seen_within:
            return _("Open"), "neutral"
        return (_("Keys at risk"), "danger") if self.red else (_("Keys ready"), "good")


def offices(session: Session) -> list[Office]:
    """Headquarters first, then delegations, then embassies, each by seat."""
    found = session.scalars(select(Office))
    return sorted(found, key=lambda office: (ORDER.get(office.kind, 3), office.seat.casefold(), office.member_state))


def overview(session: Session, visitor: Visitor, office: Office) -> Overview:
    """An office for a list: countries, and for who may see its staff how its keys stand. Nobody is named."""
    found = Overview(office, seen_within=visitor.allows(Permission.SEE_STAFF, office.id))
    try:
        found.charter = charter_of(visitor, office.id)
    except Tampered:
        found.failed = True
    if found.charter is not None:
        found.countries = covers_today(found.charter, visitor.today)
        if found.seen_within:
            found.stands = stands_of(session, visitor, found.charter)
            found.away = suspended(session, office.id)
            found.acting = [acting for acting in found.charter.acting if acting.until >= today_in(office.zone)]
    return found


def with_names(session: Session, visitor: Visitor, office: Office) -> Overview:
    """An office with the names of who is seated there, for who may see its staff."""
    found = overview(session, visitor, office)
    if found.seen_within and found.charter is not None:
        found.names = names_of(session, people_of(found.charter))
    return found


def whole(session: Session, visitor: Visitor, office: Office) -> Overview:
    """An office for its own page."""
    found = with_names(session, visitor, office)
    if found.seen_within and not found.failed:
        now = datetime.now(UTC)
        found.colleagues = colleagues(session, visitor, found.charter, office.id, now)
        found.names |= {one.member.id: one.member.sign_in for one in found.colleagues}
        found.draft = drafts.of_office(session, visitor, office.id)
        if found.draft is not None:
            found.names |= names_of(session, found.draft.signed_by | people_of(found.draft.charter))
    return found


def heads_here(session: Session, charter: Charter, visitor: Visitor) -> list[Member]:
    """Heads by the charter who can come in: neither revoked nor suspended."""
    members = [session.get(Member, head) for head in charter.heads(visitor.today)]
    return [m for m in members if m is not None and m.revoked_at is None and m.suspended_at is None]


def acting_here(session: Session, charter: Charter) -> frozenset[uuid.UUID]:
    """Who acts as head of an office at this moment, by the day it is there."""
    office = session.get(Office, charter.office_id)
    return charter.acting_heads(datetime.now(UTC), ZoneInfo(office.zone) if office is not None else None)


def head_lines(session: Session, charter: Charter, visitor: Visitor) -> list[str]:
    """What must be said when nobody, or too few, can sign for an office."""
    heads = heads_here(session, charter, visitor)
    if charter.kind is OfficeKind.HEADQUARTERS:
        if len(heads) < MIN_HEADS:
            return [_("Headquarters has fewer than two heads who can come in: no charter can be signed by two.")]
        return []
    if not charter.seats:
        return [_("Nobody has a seat here yet: what concerns its countries goes to headquarters. An administrator "
                  "invites its staff, and two heads at headquarters seat them.")]  # fmt: skip
    if charter.kind is OfficeKind.DELEGATION and not heads and not acting_here(session, charter):
        return [_("Nobody here can vouch: the office has no head. An administrator invites one; two heads at "
                  "headquarters seat them.")]  # fmt: skip
    return []
