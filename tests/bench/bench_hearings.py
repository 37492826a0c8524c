"""The calendar of an office with ten thousand files and five hundred hearings in a month, through the application.

What a request costs the server, signed in, on SQLite: its processor time, against the tenth of a second a page has.
"""

from __future__ import annotations

import random
import time as clocks
import uuid
from datetime import date, time, timedelta
from functools import cache, partial

import msgspec

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.lines import lines
from hrd_cases.cases.shelves import circles
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import Sitting, packed
from hrd_cases.trials.times import set_for
from tests.bench.bench_pages import A_PAGE, CASES, OFFICER, office, world_of
from tests.bench.table import ROUNDS, Measured, Row
from tests.scriptless import Browser

HEARINGS = 500
BEFORE = 4
"""So many earlier hearings of each trial, of other months: they lie on the same cards."""
MONTH = date(2027, 3, 1)


@cache
def filled() -> Browser:
    """The office of the other figures, with a hearing of a trial in March on each of so many files."""
    browser, _ = office()
    rng = random.Random(1)
    world = world_of()
    staff = [world.demonstration.members[one] for one in (OFFICER, "deputy.cairo", "head.cairo")]
    with world.acting(OFFICER) as (session, visitor):
        circle_id = circles(visitor)[visitor.office_id]
        found = lines(session, circle_id)
        for line in rng.sample(range(len(found)), HEARINGS):
            card = with_trial(found.card(line), staff, rng)
            keep_card(session, circle_id, card.case_id, partial(lambda one: one, card))
        record(session, Event.CARDS_REBUILT, office=visitor.office_id, cards=HEARINGS)
    return browser


def with_trial(card: Card, staff: list[uuid.UUID], rng: random.Random) -> Card:
    days = [MONTH + timedelta(days=rng.randrange(31)), *(MONTH - timedelta(days=40 * n) for n in range(1, BEFORE + 1))]
    sittings = [_sitting(day, staff, rng) for day in days]
    aside = packed(uuid.uuid4(), sittings, files=rng.randrange(1, 4), whole=True)
    return msgspec.structs.replace(card, asides=(aside,))


def _sitting(day: date, staff: list[uuid.UUID], rng: random.Random) -> Sitting:
    goes = rng.random() < 0.8
    zone = rng.choices(("Africa/Cairo", "Asia/Riyadh"), (9, 1))[0]
    return Sitting(
        hearing_id=uuid.uuid4(),
        when=set_for(day, zone, time(rng.randrange(8, 15), rng.choice((0, 30)))),
        kind=rng.choice([kind for kind in CODES["hearing_type"] if kind != "other"]),
        state=(State.CONFIRMED if goes else State.SCHEDULED).value if day >= MONTH else State.HELD.value,
        court="Court of Al-Mithal",
        place="Al-Mithal",
        observer=_observer(staff, rng) if goes else None,
    )


def _observer(staff: list[uuid.UUID], rng: random.Random) -> Observer:
    """One of the office, or, mostly, one of two dozen colleagues of embassies: more than three people hear so much."""
    if rng.random() < 0.2:
        return Observer(member_id=rng.choice(staff))
    number = rng.randrange(24)
    return Observer(name=f"Colleague {number}", embassy=f"Embassy {number % 6}")


def _page(address: str) -> Measured:
    browser = filled()
    browser.get(address)
    taken = []
    for _ in range(ROUNDS):
        began = clocks.process_time()
        answer = browser.get(address)
        taken.append(clocks.process_time() - began)
        assert answer.status_code == 200, answer.status_code
    return taken, [A_PAGE] * ROUNDS


def _row(what: str, address: str) -> Row:
    whole = f"{what}, {HEARINGS} hearings, {CASES:,} files"
    return Row(whole, "a tenth of a second", 1.0, lambda: _page(address))


ROWS = [
    _row("month of hearings", f"/hearings?on={MONTH}"),
    _row("week of hearings", f"/hearings?view=week&on={MONTH + timedelta(days=10)}"),
    _row("month of one member’s", f"/hearings?on={MONTH}&whose=mine"),
    _row("who goes how often, a year", "/hearings/who-goes?until-day=31&until-month=12&until-year=2027"),
]
