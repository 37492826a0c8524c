"""Cases of a busy office, made up: fictional names in several scripts, and everything a card tells of a file.

The names are those of people.py; nobody is real.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hrd_cases.cards.card import Card, Due
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.reference import ALPHABET, completed
from tests.bench.people import filed

STATES = {"routed": 1, "acknowledged": 2, "assessed": 2, "active": 50, "dormant": 15, "closed": 30}
RISKS = {"low": 30, "medium": 40, "high": 22, "critical": 8}
SENTENCES = (
    "Two men wait at the door every evening.",
    "Released on bail; the house is watched and the telephone is listened to.",
    "Threatened by the company’s guards after the last assembly.",
    "The verdict is due, the lawyer expects years.",
)
PLACES = ("Puerto Ficticio", "Прикладск", "المثالية", "Örnekköy", "虚构镇", "Ví Dụ", "Kijiji")
STEPS = ("Ask the lawyer for the date", "Call the sister, never the house", "Visit with a colleague", "")
TASKS = ("assess_risk", "ways_to_reach", "sort_incident", "confirm_eligibility", "ask_consent")
UNDERWAY = frozenset(STATES) - {"closed"}


def cases(
    count: int, officers: Sequence[uuid.UUID], now: datetime, *, country: str = "EG", seed: int = 1
) -> Iterator[Card]:
    """So many cases of an office; each officer has about as many as the others. `now` is the day they are seen on."""
    rng = random.Random(seed)
    for one in filed(count, seed):
        yield _case(one.written, officers, now, country, rng)


def _case(
    names: tuple[str, ...], officers: Sequence[uuid.UUID], now: datetime, country: str, rng: random.Random
) -> Card:
    state = rng.choices(list(STATES), list(STATES.values()))[0]
    officer = rng.choice(list(officers))
    underway, today = state in UNDERWAY, now.date()
    next_on = today + timedelta(days=rng.randrange(-10, 80)) if underway and rng.random() < 0.7 else None
    themes = tuple(rng.sample(list(CODES["theme"]), 2))
    kinds = {"category": [rng.choice(list(CODES["category"]))], "incident": rng.sample(list(CODES["incident"]), 2)}
    lists = {**kinds, "theme": themes, "state": [state], "country": [country]}
    return Card(
        case_id=uuid.UUID(int=rng.getrandbits(128), version=4),
        reference=completed("".join(rng.choices(ALPHABET, k=9))),
        name=names[0],
        spellings=names[1:],
        state=state,
        risk=rng.choices(list(RISKS), list(RISKS.values()))[0] if state != "routed" else "",
        urgency=rng.choice(list(RISKS)),
        country=country,
        themes=themes,
        officer_id=officer,
        next_on=next_on,
        next_step=rng.choice(STEPS),
        updated_at=now - timedelta(minutes=rng.randrange(100_000)),
        opened_at=now - timedelta(days=rng.randrange(1_000)),
        flags=frozenset(rng.sample(list(CODES["flag"]), 1)),
        places=(rng.choice(PLACES),),
        risk_sentence=rng.choice(SENTENCES),
        where_now=rng.choice(PLACES),
        closed_on=None if underway else today - timedelta(days=rng.randrange(200)),
        dues=tuple(_dues(officer, now, state, rng)) if underway else (),
        codes=tuple(f"{name}:{code}" for name, codes in lists.items() for code in codes),
    )


def _dues(officer: uuid.UUID, now: datetime, state: str, rng: random.Random) -> Iterator[Due]:
    today = now.date()
    if state == "routed":
        at = now + timedelta(hours=rng.randrange(-10, 60))
        yield Due("acknowledge", at.date(), at, officer, reminders=tuple(_id(rng) for _ in range(4)))
    for rule in rng.sample(TASKS, rng.randrange(4)):
        yield Due("task", today + timedelta(days=rng.randrange(-3, 14)), None, officer, "", rule, _id(rng))
    yield Due("review", today + timedelta(days=rng.randrange(-5, 60)), None, officer)
    yield Due("contact", today + timedelta(days=rng.randrange(-5, 30)), None, officer)


def _id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
