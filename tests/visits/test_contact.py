"""Incommunicado follows from what is known of contacts: a table, what it says to risk, and what always holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import risk
from hrd_cases.visits import contact
from hrd_cases.visits.contact import Access, Custody, Event, Held, Outside, cut_off, risk_facts

DAY = timedelta(days=1)
TODAY = date(2026, 11, 19)
SINCE = date(2026, 10, 1)
L, F, D, H = Outside.LAWYER, Outside.FAMILY, Outside.DOCTOR, Outside.HUMANITARIAN


def had(whom: Outside, on: date) -> Event:
    return Event(on, whom, had=True)


def refused(whom: Outside, on: date) -> Event:
    return Event(on, whom, had=False)


def held(*events: Event, since: date = SINCE, **other: object) -> Held:
    known: dict[str, object] = {"how": "pre_trial", "custody": Custody.ACKNOWLEDGED, "place_known": True} | other
    return Held(since=since, events=events, **known)  # type: ignore[arg-type]


FIRST, NINTH = date(2026, 11, 1), date(2026, 11, 9)
THREE, FOUR = TODAY - DAY * 3, TODAY - DAY * 4
# What is known → access of the lawyer now, and since when (the last contact, or without any since).
ONE: list[tuple[str, Held, Access, date | None]] = [
    ("nothing known on the first day", held(since=TODAY), Access.NOT_KNOWN, None),
    ("nothing known for three days", held(since=THREE), Access.NOT_KNOWN, None),
    ("nothing known for longer than that", held(since=FOUR), Access.NONE, FOUR),
    ("nothing known for weeks", held(), Access.NONE, SINCE),
    ("refused on the first day", held(refused(L, TODAY), since=TODAY), Access.REFUSED, TODAY),
    ("met today", held(had(L, TODAY)), Access.HAD, TODAY),
    ("met thirty days ago", held(had(L, TODAY - DAY * 30)), Access.HAD, TODAY - DAY * 30),
    ("met longer ago: nobody knows", held(had(L, TODAY - DAY * 31)), Access.NOT_KNOWN, TODAY - DAY * 31),
    ("met, then refused", held(had(L, FIRST), refused(L, NINTH)), Access.REFUSED, FIRST),
    ("refused, then met", held(refused(L, FIRST), had(L, NINTH)), Access.HAD, NINTH),
    ("refused and met on one day", held(refused(L, TODAY), had(L, TODAY)), Access.HAD, TODAY),
    ("met before the arrest", held(had(L, SINCE - DAY)), Access.NONE, SINCE),
    ("refused before the arrest", held(refused(L, SINCE - DAY), had(L, TODAY)), Access.HAD, TODAY),
    ("a day still to come", held(had(L, TODAY + DAY)), Access.NONE, SINCE),
    ("somebody else's contact", held(had(F, TODAY)), Access.NONE, SINCE),
    ("place not known, met three days ago", held(had(L, THREE), place_known=False), Access.HAD, THREE),
    ("place not known, met longer ago", held(had(L, FOUR), place_known=False), Access.NONE, FOUR),
    ("custody denied, met longer ago", held(had(L, FOUR), custody=Custody.DENIED), Access.NONE, FOUR),
    ("custody not said, met longer ago", held(had(L, FOUR), custody=Custody.NOT_SAID), Access.NONE, FOUR),
]


@pytest.mark.parametrize(("_name", "known", "access", "since"), ONE, ids=[one[0] for one in ONE])
def test_access_follows_from_the_last_that_is_known(
    _name: str, known: Held, access: Access, since: date | None
) -> None:
    assert contact.access_of(known, L, TODAY) == (access, since)


C4 = held(since=date(2026, 8, 20))
# What is known → incommunicado, since, without a doctor, risk facts, level of the floor.
WHOLE: list[tuple[str, Held | None, date | None, risk.Facts, risk.Level]] = [
    ("free", None, None, risk.Facts(), risk.Level.LOW),
    ("released", held(how="bail"), None, risk.Facts(), risk.Level.LOW),
    ("arrested tonight", held(since=TODAY), None, risk.Facts(detained=True), risk.Level.HIGH),
    (
        "arrested tonight, both turned back",
        held(refused(L, TODAY), refused(F, TODAY), since=TODAY),
        TODAY,
        risk.Facts(detained=True, lawyer=False, family=False),
        risk.Level.CRITICAL,
    ),
    (
        "C4: nobody since the arrest",
        C4,
        date(2026, 8, 20),
        risk.Facts(detained=True, lawyer=False, family=False),
        risk.Level.CRITICAL,
    ),
    (
        "a doctor and a humanitarian body alone",
        held(had(D, TODAY), had(H, TODAY)),
        SINCE,
        risk.Facts(detained=True, lawyer=False, family=False),
        risk.Level.CRITICAL,
    ),
    ("a lawyer only", held(had(L, TODAY)), None, risk.Facts(detained=True, lawyer=True, family=False), risk.Level.HIGH),
    ("family only", held(had(F, TODAY)), None, risk.Facts(detained=True, lawyer=False, family=True), risk.Level.HIGH),
    (
        "no lawyer, of the family nobody knows",
        held(had(F, TODAY - DAY * 31)),
        None,
        risk.Facts(detained=True, lawyer=False),
        risk.Level.HIGH,
    ),
    (
        "both refused after a contact: without one since the last",
        held(had(L, date(2026, 10, 9)), had(F, date(2026, 10, 20)), refused(L, TODAY), refused(F, TODAY)),
        date(2026, 10, 20),
        risk.Facts(detained=True, lawyer=False, family=False),
        risk.Level.CRITICAL,
    ),
    (
        "custody denied",
        held(had(L, TODAY), had(F, TODAY), custody=Custody.DENIED),
        None,
        risk.Facts(detained=True, lawyer=True, family=True, disappearance=True),
        risk.Level.CRITICAL,
    ),
    (
        "written as a disappearance",
        held(since=TODAY, how="disappeared", custody=Custody.NOT_SAID, place_known=False),
        None,
        risk.Facts(detained=True, disappearance=True),
        risk.Level.CRITICAL,
    ),
    (
        "held, nobody knows how",
        held(had(L, TODAY), had(F, TODAY), how="unknown", custody=Custody.NOT_SAID),
        None,
        risk.Facts(detained=True, lawyer=True, family=True),
        risk.Level.HIGH,
    ),
]


@pytest.mark.parametrize(("_name", "known", "since", "facts", "level"), WHOLE, ids=[one[0] for one in WHOLE])
def test_what_it_says_to_risk(
    _name: str, known: Held | None, since: date | None, facts: risk.Facts, level: risk.Level
) -> None:
    assert cut_off(known, TODAY) == since
    assert risk_facts(known, TODAY) == facts
    assert risk_facts(known, TODAY).incommunicado is (since is not None)
    assert risk.floor(facts).level is level


# -- beside what the file says itself

OWN = risk.Facts(detained=True, lawyer=True, family=False, verdict_pending=True, torture=True)


@pytest.mark.parametrize(
    ("known", "together"),
    [
        (risk.Facts(), risk.Facts(detained=False, lawyer=True, family=False, verdict_pending=True, torture=True)),
        (risk.Facts(detained=True), OWN),
        (
            risk.Facts(detained=True, lawyer=False, family=True, disappearance=True),
            risk.Facts(
                detained=True, lawyer=False, family=True, disappearance=True, verdict_pending=True, torture=True
            ),
        ),
    ],
)
def test_what_the_history_knows_outweighs_what_was_ticked(known: risk.Facts, together: risk.Facts) -> None:
    assert contact.together(OWN, known) == together


# -- what always holds

EVENTS = st.lists(
    st.builds(
        Event,
        st.integers(min_value=-10, max_value=60).map(lambda after: SINCE + DAY * after),
        st.sampled_from(list(Outside)),
        st.booleans(),
    ),
    max_size=8,
)
HELD = st.builds(
    lambda events, custody, place_known: held(*events, custody=custody, place_known=place_known),
    EVENTS,
    st.sampled_from(list(Custody)),
    st.booleans(),
)
AFTER = st.integers(min_value=0, max_value=120)


@given(HELD, AFTER)
def test_risk_and_the_history_never_say_different_things(known: Held, after: int) -> None:
    today = SINCE + DAY * after
    since = cut_off(known, today)
    assert risk_facts(known, today).incommunicado is (since is not None)
    assert since is None or SINCE <= since <= today
    days_had = [one.on for one in known.events if one.had and one.whom in (L, F) and SINCE <= one.on <= today]
    assert since is None or since == max(days_had, default=SINCE)


@given(HELD, AFTER, st.integers(min_value=0, max_value=60))
def test_nobody_comes_out_of_it_by_waiting(known: Held, after: int, days: int) -> None:
    """Only a contact ends it: days that pass without news never do."""
    today = SINCE + DAY * after
    told = known._replace(events=tuple(one for one in known.events if one.on <= today))
    if cut_off(told, today) is not None:
        assert cut_off(told, today + DAY * days) == cut_off(told, today)


@given(HELD, AFTER, st.sampled_from([L, F]))
def test_a_contact_today_ends_it(known: Held, after: int, whom: Outside) -> None:
    today = SINCE + DAY * after
    assert cut_off(known._replace(events=(*known.events, had(whom, today))), today) is None


@given(HELD, AFTER, st.randoms())
def test_it_does_not_matter_in_which_order_contacts_are_written(known: Held, after: int, by: object) -> None:
    today = SINCE + DAY * after
    mixed = list(known.events)
    by.shuffle(mixed)  # type: ignore[attr-defined]
    assert risk_facts(known._replace(events=tuple(mixed)), today) == risk_facts(known, today)


@given(HELD, AFTER)
def test_less_acknowledged_is_never_less_dangerous(known: Held, after: int) -> None:
    today = SINCE + DAY * after
    open_ = known._replace(custody=Custody.ACKNOWLEDGED, place_known=True)
    hidden = known._replace(custody=Custody.DENIED, place_known=False)
    levels = [risk.floor(risk_facts(one, today)).level.rank for one in (open_, known, hidden)]
    assert levels == sorted(levels)
