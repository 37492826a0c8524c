"""Acts on a grant through the sample world: every cell of its life, by whom; what each needs and writes."""

from __future__ import annotations

import pytest

from hrd_cases.errors import Refused
from hrd_cases.grants.life import Act
from hrd_cases.grants.needs import Need
from tests.grants.asking import WHO, Asked
from tests.grants.cells import PEOPLE, WAYS, WRITTEN, History, Situation, allowed, kept_from
from tests.world import World

HERE = ("officer", "colleague", "finance", "finance2", "head")
RECEIPT = ("receipt", "officer")
UNTIL = {
    # Where finance is there, headquarters neither signs for it nor closes.
    "fast, signed by headquarters": 2,
    "the head's own request": 7,
    # The next month's rates: test_what_acts_need.
    "the rate moved": 5,
}


def walked() -> dict[str, list[tuple[str, str]]]:
    """The ways that people of Cairo and headquarters can go; what was paid is accounted for before it is closed."""
    ways = {name: way[: UNTIL.get(name)] for name, way in WAYS.items() if {who for _, who in way} <= set(WHO)}
    return ways | {"three people": [*ways["three people"][:7], RECEIPT, *ways["three people"][7:]]}


WALKED = walked()


def free(duty: str, history: History) -> bool:
    """Has the office somebody who may take it?"""
    does = ((who, PEOPLE[who].does.get(duty)) for who in HERE)
    return any(as_ is not None and not kept_from(duty, who, as_, history) for who, as_ in does)


def expected(situation: Situation, act: str, who: str) -> bool:
    if not allowed(situation, act, who):
        return False
    duty = WRITTEN[situation.state, act][1]
    at_headquarters = PEOPLE[who].does.get(duty) == "headquarters_approver"
    return not (at_headquarters and free(duty, situation.history))


def tried(asked: Asked, situation: Situation, who: str) -> list[str]:
    """What of all acts goes otherwise than the life says, by this person; nothing stands of any afterwards. What the
    life does not have in this state nobody does: one of them tries it.
    """
    wrong = []
    if who == "approver":
        asked.tell_headquarters()
    with asked.world.acting(WHO[who]) as (session, visitor):
        for act in Act:
            if who != "officer" and (situation.state, act.value) not in WRITTEN:
                continue
            nested = session.begin_nested()
            try:
                asked.act_in(session, visitor, act.value)
                done, said = True, ""
            except Refused as refused:
                done, said = False, refused.said()[0]
            nested.rollback()
            session.expire_all()
            may = expected(situation, act.value, who)
            if done and not may:
                wrong.append(f"{who} {act} done")
            elif not done and may != (said in NEEDED):
                wrong.append(f"{who} {act}: {said}")
    return wrong


NEEDED = {need.value[0] for need in Need if need is not Need.OWN_DRAFT} | {
    "This is not the sum that is left of the grant."  # paid in part where all of it was released, or the other way
}


def moved(state: str, history: History, act: str, who: str) -> tuple[str, History]:
    state, duty = WRITTEN[state, act]
    return state, history if duty == "-" else (*history, (duty, who, PEOPLE[who].does[duty]))


def firsts() -> dict[str, set[int]]:
    """Of each way the places that no way before it has come by."""
    seen: set[tuple[str, History]] = set()
    found: dict[str, set[int]] = {}
    for name, way in WALKED.items():
        state = "draft"
        history: History = ()
        for place, (act, who) in enumerate((*way, ("", ""))):
            if (state, history) not in seen:
                found.setdefault(name, set()).add(place)
            seen.add((state, history))
            if act:
                state, history = moved(state, history, act, who)
    return found


@pytest.mark.parametrize("way", WALKED)
def test_every_cell_goes_as_the_life_says(world: World, way: str) -> None:
    first = WALKED[way][0][1]
    asked = Asked(world, who=first)
    asked.by_parts = any(act == "pay_part" for act, _ in WALKED[way])
    state = "draft"
    history: History = ()
    for place, (act, who) in enumerate((*WALKED[way], ("", ""))):
        if place in firsts().get(way, ()):
            people = WHO if state != "draft" else (first,)  # a draft is its author's
            situation = Situation(state, (), history)
            wrong = [one for person in people for one in tried(asked, situation, person)]
            assert wrong == [], (state, history)
        if act:
            asked.act(act, who)
            state, history = moved(state, history, act, who)
            assert asked.state == state
