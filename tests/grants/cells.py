"""The life of a grant, written by hand from DOMAIN §5: nothing here comes from the tables of the room itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from hrd_cases.keys.roles import Role

ASKED_FOR = ("submitted", "assessed", "verified")
GRANTED = ("approved", "committed", "released")
UNDERWAY = ASKED_FOR + GRANTED

# (state, act): (then, duty). Whoever changes the table of the room changes this one too.
WRITTEN: dict[tuple[str, str], tuple[str, str]] = {
    ("draft", "submit"): ("submitted", "request"),
    ("returned", "submit"): ("submitted", "request"),
    ("submitted", "assess"): ("assessed", "assess"),
    ("submitted", "verify"): ("verified", "verify"),
    ("assessed", "verify"): ("verified", "verify"),
    ("verified", "approve"): ("approved", "decide"),
    ("verified", "approve_less"): ("approved", "decide"),
    ("submitted", "fast_approve"): ("approved", "decide"),
    ("assessed", "fast_approve"): ("approved", "decide"),
    ("committed", "return"): ("returned", "decide"),
    ("approved", "approve_anew"): ("verified", "verify"),
    ("released", "approve_anew"): ("verified", "verify"),
    ("approved", "commit"): ("committed", "commit"),
    ("committed", "release"): ("released", "release"),
    ("released", "pay"): ("paid", "pay"),
    ("released", "pay_part"): ("committed", "pay"),
    ("paid", "arrive"): ("receipts_due", "-"),
    ("receipts_due", "receipt"): ("receipts_due", "-"),
    ("recovery", "receipt"): ("recovery", "-"),
    ("paid", "ask_back"): ("recovery", "-"),
    ("receipts_due", "ask_back"): ("recovery", "-"),
    ("closed", "ask_back"): ("recovery", "-"),
    ("recovery", "take_back"): ("recovery", "-"),
    ("receipts_due", "close"): ("closed", "close"),
    ("recovery", "close"): ("closed", "close"),
}
for _state in ASKED_FOR:
    WRITTEN[_state, "return"] = ("returned", "decide")
    WRITTEN[_state, "reject"] = ("rejected", "decide")
for _state in UNDERWAY:
    WRITTEN[_state, "change"] = ("submitted", "request")
    WRITTEN[_state, "ask"] = (_state, "-")
    WRITTEN[_state, "answer"] = (_state, "-")
for _state in ("submitted", "assessed", "approved", "released"):
    WRITTEN[_state, "send_back"] = ("returned", "verify")
for _state in ("returned", *UNDERWAY, "paid", "receipts_due", "recovery"):
    WRITTEN[_state, "countersign"] = (_state, "countersign")
for _state in ("returned", *UNDERWAY):
    WRITTEN[_state, "stop"] = ("paid", "-")
for _state in ("draft", "returned", *UNDERWAY):
    WRITTEN[_state, "withdraw"] = ("withdrawn", "-")
    WRITTEN[_state, "cancel"] = ("cancelled", "-")

DECIDING = {"decide", "release"}
CONTROLLING = {"verify", "countersign", "pay"}


class Person(NamedTuple):
    """`does`: as what they do each duty. `may`: the acts that are no duty."""

    name: str
    roles: frozenset[Role]
    acting: bool
    approver: bool
    does: dict[str, str]
    may: frozenset[str]

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, self.name)


ANY_OFFICER = {"answer", "withdraw", "ask", "arrive", "receipt", "stop", "cancel"}
ANY_FINANCE = {"ask", "arrive", "receipt", "ask_back", "take_back"}
ANY_APPROVER = {"ask", "stop", "cancel", "ask_back"}
_OFFICER = {"request": "officer", "assess": "officer"}
_FINANCE = dict.fromkeys(("verify", "countersign", "commit", "pay", "close"), "finance")
_HEAD = dict.fromkeys(("request", "decide", "release", "close"), "head")
_ACTING = {"assess": "officer"} | dict.fromkeys(("request", "decide", "release", "close"), "acting_head")
_APPROVER = dict.fromkeys(("decide", "release", "countersign", "close"), "headquarters_approver")


def _person(name: str, does: dict[str, str], *roles: Role, acting: bool = False, approver: bool = False) -> Person:
    may: set[str] = set()
    if {Role.LIAISON_OFFICER, Role.DEPUTY, Role.HEAD} & set(roles):
        may |= ANY_OFFICER
    if Role.FINANCE in roles:
        may |= ANY_FINANCE
    if Role.HEAD in roles or approver:
        may |= ANY_APPROVER
    return Person(name, frozenset(roles), acting, approver, does, frozenset(may))


PEOPLE = {
    one.name: one
    for one in (
        _person("officer", _OFFICER, Role.LIAISON_OFFICER),
        _person("colleague", _OFFICER, Role.LIAISON_OFFICER),
        _person("deputy", _ACTING, Role.DEPUTY, Role.HEAD, acting=True),
        _person("finance", _FINANCE, Role.FINANCE),
        _person("finance2", _FINANCE, Role.FINANCE),
        _person("head", _HEAD, Role.HEAD),
        _person("approver", _APPROVER, approver=True),
        _person("approver2", _APPROVER, approver=True),
        _person("both", _OFFICER | _FINANCE, Role.LIAISON_OFFICER, Role.FINANCE),
        _person("stranger", {}),
    )
}

# By hand: each way a grant goes, as (act, who).
WAYS: dict[str, list[tuple[str, str]]] = {
    "three people": [
        ("submit", "officer"),
        ("verify", "finance"),
        ("approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("pay", "finance"),
        ("arrive", "officer"),
        ("close", "head"),
        ("ask_back", "finance"),
        ("take_back", "finance"),
        ("close", "finance"),
    ],
    "assessed apart, two finance officers": [
        ("submit", "officer"),
        ("assess", "colleague"),
        ("verify", "finance"),
        ("approve_less", "head"),
        ("commit", "finance2"),
        ("release", "head"),
        ("pay", "finance2"),
        ("ask_back", "finance"),
    ],
    "fast": [
        ("submit", "officer"),
        ("fast_approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("pay_part", "finance"),
        ("countersign", "finance"),
        ("release", "head"),
        ("pay", "finance"),
        ("arrive", "officer"),
    ],
    "fast, and asked back before a second signed": [
        ("submit", "officer"),
        ("fast_approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("pay_part", "finance"),
        ("stop", "head"),
        ("ask_back", "finance"),
        ("countersign", "finance"),
    ],
    "fast, signed by headquarters": [("submit", "officer"), ("fast_approve", "head"), ("countersign", "approver")],
    "the head's own request": [
        ("submit", "head"),
        ("verify", "finance"),
        ("approve", "approver"),
        ("commit", "finance"),
        ("release", "approver"),
        ("pay", "finance"),
        ("arrive", "officer"),
        ("close", "approver"),
    ],
    "the acting head's own request": [("submit", "deputy"), ("verify", "finance"), ("approve", "head")],
    "no head": [
        ("submit", "officer"),
        ("verify", "finance"),
        ("approve", "deputy"),
        ("commit", "finance"),
        ("release", "deputy"),
        ("pay", "finance"),
    ],
    "somebody who is officer and finance": [
        ("submit", "officer"),
        ("assess", "both"),
        ("verify", "finance"),
        ("approve", "head"),
        ("commit", "both"),
        ("release", "head"),
        ("pay", "both"),
    ],
    "returned and changed": [
        ("submit", "officer"),
        ("send_back", "finance"),
        ("submit", "colleague"),
        ("verify", "finance"),
        ("return", "head"),
        ("submit", "officer"),
        ("change", "officer"),
        ("verify", "finance2"),
        ("approve", "head"),
        ("change", "colleague"),
    ],
    "the rate moved": [
        ("submit", "officer"),
        ("verify", "finance"),
        ("approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("approve_anew", "finance"),
        ("approve_less", "head"),
    ],
    "rejected": [("submit", "officer"), ("reject", "head")],
    "withdrawn": [("submit", "officer"), ("ask", "head"), ("answer", "officer"), ("withdraw", "officer")],
    "cancelled": [("cancel", "officer")],
    "stopped": [
        ("submit", "officer"),
        ("verify", "finance"),
        ("approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("pay_part", "finance"),
        ("stop", "officer"),
    ],
}

History = tuple[tuple[str, str, str], ...]
"""Duty, who, as what."""


class Situation(NamedTuple):
    state: str
    way: tuple[tuple[str, str], ...]
    history: History


def situations() -> Iterator[Situation]:
    """Every place on every way, once each."""
    seen = set()
    for way in WAYS.values():
        state = "draft"
        history: History = ()
        for place in range(len(way) + 1):
            here = Situation(state, tuple(way[:place]), tuple(history))
            if (here.state, here.history) not in seen:
                seen.add((here.state, here.history))
                yield here
            if place < len(way):
                act, who = way[place]
                state, duty = WRITTEN[state, act]
                if duty != "-":
                    history = (*history, (duty, who, PEOPLE[who].does[duty]))


def kept_from(duty: str, who: str, capacity: str, history: History) -> bool:
    """DOMAIN §5: nobody two consecutive steps, the requester no other, whoever verifies or pays never approves or
    releases; nobody decides for the head who asked by acting for them.
    """
    mine = {had for had, person, _ in history if person == who}
    if duty == "request" and mine - {"request"}:
        return True
    if duty != "request" and "request" in mine:
        return True
    if (duty in DECIDING and mine & CONTROLLING) or (duty in CONTROLLING and mine & DECIDING):
        return True
    if duty in DECIDING and capacity == "acting_head" and ("request", "head", "head") in history:
        return True
    steps = [(had, person) for had, person, _ in history if had != "countersign"]
    if duty == "countersign" or not steps:
        return False
    return steps[-1][1] == who and steps[-1] != ("request", who)


def allowed(situation: Situation, act: str, who: str) -> bool:
    """May they, where nobody else in the office is free?"""
    then, duty = WRITTEN.get((situation.state, act), ("", ""))
    person = PEOPLE[who]
    if not then:
        return False
    if duty == "-":
        return act in person.may
    return duty in person.does and not kept_from(duty, who, person.does[duty], situation.history)
