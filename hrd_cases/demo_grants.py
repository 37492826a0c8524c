"""The sample world's emergency grants, through the same actions the pages use: one to decide on, one that was over the
ceiling, a draft, and one that is paid.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import Answer, Conversation
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants import ledger, rate_table, requests
from hrd_cases.grants.acts import take_act
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Answered
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.money import cents
from hrd_cases.grants.rates import month_of
from hrd_cases.grants.requests import Worded
from hrd_cases.grants.weighing import Given
from hrd_cases.offices.models import Office

Acting = Callable[[str], AbstractContextManager[tuple[Session, Visitor]]]
ALLOTTED = Decimal("60000.00")
"""Euro of the emergency fund that each office of the world has for the year."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request: what it says, and who has taken which step of it. `city`: of whom of the staff. `again`: the lines
    with which it was submitted again after it came back.
    """

    city: str
    currency: str
    purpose: str
    lines: tuple[Worded, ...]
    why_now: str
    payee: str = ""
    channel: str = ""
    account: str = ""
    wording: str = ""
    danger: str = ""
    danger_text: str = ""
    other_donors: str = ""
    for_family: bool = False
    steps: tuple[tuple[str, Act, str], ...] = ()
    again: tuple[Worded, ...] = ()


def _line(category: str, words: str, price: str, quantity: str = "1") -> Worded:
    return Worded(category, words, Decimal(quantity), Decimal(price))


_FLIGHT = _line("urgent_relocation", "Bus and flights for three", "7000000")
ASKED = {
    "C1": Asked(
        city="cairo",
        currency="EGP",
        purpose="legal_support",
        lines=(
            _line("legal_support", "Three counsel until the trial", "50000.00", "3"),
            _line("secure_transport", "Cars to the court", "12000.00", "2.5"),
        ),
        why_now="Her detention is renewed on Sunday. Her lawyer needs two colleagues there, and they need cars.",
        payee="مكتب المثال للمحاماة",
        channel="bank",
        account="EG21 0000 0000 0000 0000 0000 0000 0",
        wording="Services, November",
        danger="foreign_agent",
        danger_text="The lawyers are registered. Her own account is watched: nothing goes there.",
        other_donors="A fund in Europe was asked in October; it pays for doctors alone.",
        steps=(("officer", Act.SUBMIT, ""), ("finance", Act.VERIFY, "")),
    ),
    "C2": Asked(
        city="minsk",
        currency="BYN",
        purpose="humanitarian",
        lines=(_line("humanitarian", "Parcels and journeys of her sister, a month", "1250.00", "3"),),
        why_now="Parcels are allowed again since last week, one a fortnight.",
        for_family=True,
    ),
    "C3": Asked(
        city="bogota",
        currency="COP",
        purpose="urgent_relocation",
        lines=(_line("urgent_relocation", "Rent of a flat in the city, a month", "15000000", "3"), _FLIGHT),
        again=(_line("urgent_relocation", "Rent of a smaller flat, a month", "18500000", "2"), _FLIGHT),
        why_now="They know where he sleeps. He can leave on Thursday, with his wife and child.",
        payee="Fundación Ejemplo",
        channel="intermediary",
        account="Fundación Ejemplo, Banco Ficticio, 000-000000-00",
        wording="Contribution to expenses",
        danger="watched",
        danger_text="He has no account of his own. The foundation hands it over, as it did for others.",
        steps=(
            ("officer", Act.SUBMIT, ""),
            (
                "finance",
                Act.SEND_BACK,
                "COP 52,000,000 is €11,555.56: more than a grant may be.",
            ),
            ("officer", Act.SUBMIT, ""),
        ),
    ),
    "C4": Asked(
        city="beijing",
        currency="CNY",
        purpose="humanitarian",
        lines=(_line("humanitarian", "Rent and school of the family, a month", "7800.00", "3"),),
        why_now="His wife lost her work after the arrest; rent is due on the first.",
        payee="虚构之妻",
        channel="cash",
        account="Handed over by a friend of the family, in two parts",
        danger="prosecution",
        danger_text="Nothing is written there. She signs one receipt, which leaves with whoever brings the money.",
        for_family=True,
        steps=(
            ("officer", Act.SUBMIT, ""),
            ("finance", Act.VERIFY, ""),
            ("head", Act.APPROVE, ""),
            ("finance", Act.COMMIT, ""),
            ("head", Act.RELEASE, ""),
            ("finance", Act.PAY, "Receipt no. 1 lies in the office’s safe."),
        ),
    ),
}
"""By the world's own name of the file."""


def give_money(acting: Acting, codes: Collection[str], rates: Mapping[str, str]) -> None:
    """Headquarters takes in the rates of this month, and gives each of these offices its budget of the year."""
    with acting("head1.hq") as (session, by):
        now = datetime.now(UTC)
        month = month_of(now.date())
        lines = (f"{currency},{month},{rate}" for currency, rate in rates.items() if currency != "month")
        rate_table.take_in(session, by.member_id, "\n".join(("currency,month,rate", *lines)).encode(), now)
        for office_id in session.scalars(select(Office.id).where(Office.code.in_(codes))).all():
            envelope = ledger.envelope_of(session, office_id, "emergency", now.year, now)
            ledger.allot(session, By(by.member_id, by.ring.keys), envelope, cents(ALLOTTED), now)


def ask_for(acting: Acting, case_id: uuid.UUID, told: Asked) -> uuid.UUID:
    """One grant of the world, and the steps that were taken of it."""
    with acting(f"officer.{told.city}") as (session, officer):
        now = datetime.now(UTC)
        case = session.get_one(Case, case_id)
        _agreed(session, officer, case, now)
        grant = requests.begin(session, officer, case, told.currency, now)
        _written(session, officer, grant, told, told.lines, now)
        grant_id = grant.id
    for number, (who, act, text) in enumerate(told.steps):
        again = act is Act.SUBMIT and number > 0
        with acting(f"{who}.{told.city}") as (session, by):
            now = datetime.now(UTC)
            grant = session.get_one(Grant, grant_id)
            if again:
                _written(session, by, grant, told, told.again, now)
            take_act(session, by, grant, number, act, _given(act, text), now)
    return grant_id


def _agreed(session: Session, by: Visitor, case: Case, now: datetime) -> None:
    """Whoever can speak said that data about the payment may be used."""
    file = open_file(session, case)
    family = _family(file) if file.defender is not None and file.defender.said.cannot_speak else None
    said = Conversation(
        when=now,
        standing="family" if family else "self",
        speaker_id=family,
        channel="secure_messenger",
        answers=(Answer(purpose="payment", state="given"),),
        told_of_recording=True,
    )
    record_conversation(session, by, case, said, now)


def _family(file: File) -> uuid.UUID | None:
    return next((one.id for one in file.people if one.said.role == "family"), None)


def _written(
    session: Session, by: Visitor, grant: Grant, told: Asked, lines: tuple[Worded, ...], now: datetime
) -> None:
    """What the request says, with these lines."""
    story, payment = grant.story, grant.payment or requests.no_payment(told.currency)
    family = _family(open_file(session, session.get_one(Case, story.case_id))) if told.for_family else None
    whom: dict[str, Any] = {"beneficiary": "family_member", "beneficiary_id": family} if told.for_family else {}
    texts = {one: getattr(told, one) for one in ("why_now", "danger", "danger_text", "other_donors")}
    figures = {one: getattr(told, one) for one in ("purpose", "payee", "channel", "account", "wording")}
    said = requests.with_lines(replace(story, **texts, **whom), replace(payment, **figures), lines)
    requests.save(session, by, grant, grant.version, *said, now)


def _given(act: Act, text: str) -> Given:
    lists = {Act.VERIFY: "grant_check", Act.APPROVE: "grant_test"}
    answers = tuple(Answered(code=code, yes=True) for code in CODES[lists[act]]) if act in lists else ()
    return Given(text=text, answers=answers)
