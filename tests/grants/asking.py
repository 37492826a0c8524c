"""Grants of the sample world for tests: asked for from a file of Cairo, acted on by the same acts as the pages."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from hrd_cases.cases.models import Case
from hrd_cases.grants import acts, asking_headquarters, ledger, rate_table, requests
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Answered
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import Opened, open_grant
from hrd_cases.grants.rates import month_of
from hrd_cases.grants.requests import Worded
from hrd_cases.grants.weighing import Given
from tests.cases.acting import Filed, assessed
from tests.grants.sample import RATES
from tests.world import World

WHO = {
    "officer": "officer.cairo",
    "colleague": "deputy.cairo",
    "finance": "finance.cairo",
    "finance2": "finance2.cairo",
    "head": "head.cairo",
    "approver": "approver.hq",
    "stranger": "officer.minsk",
}
"""People of the life's cells, in the sample world. Nobody acts for the head: the deputy is an officer."""
LINES = (
    Worded("legal_support", "Three counsel for the trial", Decimal(3), Decimal("50000.00")),
    Worded("secure_transport", "Cars to the court", Decimal("2.5"), Decimal("12000.00")),
)
"""EGP 180,000."""


def all_yes(listed: str) -> tuple[Answered, ...]:
    return tuple(Answered(code=code, yes=True) for code in CODES[listed])


TESTS, CHECKS = all_yes("grant_test"), all_yes("grant_check")


class Asked:
    """Emergency money asked for from a file of Cairo, of somebody whose life is in danger, who agreed to it."""

    def __init__(
        self, world: World, *, who: str = "officer", allotted: int = 5_000_000, level: str = "critical"
    ) -> None:
        self.world = world
        self.file = Filed(world, WHO["officer"], "EG", "Salma Mithal")
        self.file.talk(payment="given")
        self.file.write(assessed(level))
        self.fund(allotted)
        self.begin(who)

    def begin(self, who: str) -> None:
        with self.world.acting(WHO[who]) as (session, visitor):
            case = session.get_one(Case, self.file.id)
            self.id: uuid.UUID = requests.begin(session, visitor, case, "EGP", datetime.now(UTC)).id
        self.write(who)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def fund(self, allotted: int) -> None:
        """Rates of this month, and money in the envelope of the year."""
        with self.world.acting("head1.hq") as (session, visitor):
            now = datetime.now(UTC)
            if not rate_table.stored(session):
                lines = (f"{currency},{month_of(now.date())},{rate}" for currency, rate in RATES.items())
                rate_table.take_in(session, visitor.member_id, "\n".join(("currency,month,rate", *lines)).encode(), now)
            office_id = session.get_one(Case, self.file.id).office_id
            envelope = ledger.envelope_of(session, office_id, "emergency", now.year, now)
            ledger.allot(session, By(visitor.member_id, visitor.ring.keys), envelope, allotted, now)

    def write(
        self, who: str = "officer", lines: tuple[Worded, ...] = LINES, currency: str = "EGP", **says: Any
    ) -> None:
        """What the draft says."""
        with self.world.acting(WHO[who]) as (session, visitor):
            grant = session.get_one(Grant, self.id)
            story, payment = self.said(grant, lines, currency, **says)
            requests.save(session, visitor, grant, grant.version, story, payment, datetime.now(UTC))

    def said(self, grant: Grant, lines: tuple[Worded, ...] = LINES, currency: str = "EGP", **says: Any) -> Any:
        """The request with other words: those of the story, and those of the payment."""
        assert grant.payment is not None
        texts = {"why_now": "The hearing is on Sunday.", "danger": "frozen"}
        figures = {"purpose": "legal_support", "currency": currency, "payee": "Cairo Chambers", "channel": "bank"}
        texts |= {name: value for name, value in says.items() if name in grant.story.__struct_fields__}
        figures |= {name: value for name, value in says.items() if name not in grant.story.__struct_fields__}
        story = msgspec.structs.replace(grant.story, **texts)
        return requests.with_lines(story, msgspec.structs.replace(grant.payment, **figures), lines)

    def seen(self, look: Any, who: str = "officer") -> Any:
        with self.world.acting(WHO[who]) as (session, visitor):
            return look(open_grant(session, session.get_one(Grant, self.id), visitor.charters))

    @property
    def state(self) -> str:
        return self.seen(lambda opened: opened.state.value)

    def act(self, act: str, who: str, made_from: int | None = None, at: datetime | None = None, **given: Any) -> Any:
        """One act, with whatever it needs unless something else is given."""
        if who == "approver":
            self.tell_headquarters()
        with self.world.acting(WHO[who]) as (session, visitor):
            return self.act_in(session, visitor, act, made_from, at, **given)

    def tell_headquarters(self) -> None:
        """The decision sheet of what is asked for now, where nobody in the office may act."""
        with self.world.acting(WHO["officer"]) as (session, visitor):
            grant = session.get_one(Grant, self.id)
            opened = open_grant(session, grant, visitor.charters)
            now = datetime.now(UTC)
            if asking_headquarters.refused(acts.weighed(session, visitor, opened, now)) is None:
                asking_headquarters.send(session, visitor, grant, len(opened.steps), "No bail.", now, named=False)

    def act_in(
        self,
        session: Any,
        visitor: Any,
        act: str,
        made_from: int | None = None,
        at: datetime | None = None,
        **given: Any,
    ) -> Any:
        grant = session.get_one(Grant, self.id)
        opened = open_grant(session, grant, visitor.charters)
        typed = Given(**self.given(act, opened) | given)
        count = len(opened.steps) if made_from is None else made_from
        return acts.take_act(session, visitor, grant, count, Act(act), typed, at or datetime.now(UTC))

    def given(self, act: str, opened: Opened) -> dict[str, Any]:
        """Whatever an act needs that can be typed."""
        typed: dict[str, Any] = {"text": "Because of this."}
        if act == "reject":
            typed["code"] = "not_urgent"
        if act in ("assess", "approve", "approve_less", "fast_approve"):
            typed["answers"] = TESTS
        if act in ("verify", "countersign", "approve_anew"):
            typed["answers"] = CHECKS
        if act in ("approve_less", "release"):
            typed["amount"] = Decimal("100000.00") if act == "approve_less" else self._part(opened)
        if act in ("receipt", "ask_back", "take_back"):
            typed["amount"] = opened.paid_out
        if act == "change" and opened.payment is not None:
            typed["payment"] = msgspec.structs.replace(opened.payment, payee=f"{opened.payment.payee} and others")
        return typed

    by_parts = False
    """Is a part of it released at a time?"""

    def _part(self, opened: Opened) -> Decimal | None:
        """Before the second signature a small part is released."""
        fast = any(one.act == "fast_approve" for one in opened.steps)
        signed = any(one.act == "countersign" for one in opened.steps)
        paid = any(one.act == "pay_part" for one in opened.steps)
        return Decimal("100000.00") if (fast and not signed) or (self.by_parts and not paid) else None
