"""Consent, purpose by purpose: who counts, what blocks, what is asked, and what follows from a no."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from itertools import permutations
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.calendar import office_calendar
from hrd_cases.cases import details, facts
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent import (
    FOLLOW_UP,
    Conversation,
    Made,
    Person,
    Speaker,
    State,
    after_no,
    stand,
    taken_back,
)
from hrd_cases.cases.consent_gate import Decision, Eligibility, Emergency, may
from hrd_cases.cases.file import File
from hrd_cases.cases.tally import Tally
from hrd_cases.errors import Refused, Sentence
from hrd_cases.settings import CONFIG

NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)
PURPOSE = "public_statement"
ME, FATHER, SPOUSE, LAWYER, SISTER = (uuid.UUID(int=n) for n in range(1, 6))
CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"))
CONFIRMED = Eligibility("yes", "yes", "yes")

SPEAKS = Person()
GONE = Person(cannot_speak=True)
SILENCED = Person(
    cannot_speak=True, cannot_speak_since=NOW - timedelta(days=5, hours=6), direct_contacts=(NOW - timedelta(days=5),)
)
"""Met on the fifth day before, and arrested on that day."""
SILENCED_BEFORE = SILENCED._replace(cannot_speak_since=NOW - timedelta(days=7))
CHILD = Person(minor=True)
GONE_CHILD = Person(minor=True, cannot_speak=True)
WORDS = {
    "yes": State.GIVEN,
    "no": State.REFUSED,
    "back": State.WITHDRAWN,
    "impossible": State.IMPOSSIBLE,
    "-": State.NOT_ASKED,
}
SPEAKERS = {
    "sister": (Speaker.FAMILY, SISTER),
    "self": (Speaker.SELF, ME),
    "guardian": (Speaker.GUARDIAN, FATHER),
    "family": (Speaker.FAMILY, SPOUSE),
    "lawyer": (Speaker.LAWYER, LAWYER),
}


def conversations(*said: str) -> list[Conversation]:
    """ "self yes 10": the person said yes ten days ago."""
    found = []
    for one in said:
        who, word, days = one.split()
        speaker, speaker_id = SPEAKERS[who]
        at = NOW - timedelta(days=float(days))
        found.append(Conversation(at=at, speaker=speaker, speaker_id=speaker_id, answers={PURPOSE: WORDS[word]}))
    return found


def met(person: Person, days: int) -> Person:
    return person._replace(direct_contacts=(NOW - timedelta(days=days),))


@pytest.mark.parametrize(
    ("person", "said", "state"),
    [
        pytest.param(SPEAKS, (), "not_asked", id="nobody asked"),
        pytest.param(SPEAKS, ("self - 5",), "not_asked", id="spoken with, not asked"),
        pytest.param(SPEAKS, ("self yes 5",), "given", id="yes"),
        pytest.param(SPEAKS, ("self no 5",), "refused", id="no"),
        pytest.param(SPEAKS, ("self yes 9", "self no 5"), "withdrawn", id="yes, then no"),
        pytest.param(SPEAKS, ("self back 5",), "withdrawn", id="taken back, and we had no record of the yes"),
        pytest.param(SPEAKS, ("self no 9", "self yes 5"), "given", id="no, then yes"),
        pytest.param(SPEAKS, ("self yes 9", "self no 6", "self yes 3"), "given", id="back and forth"),
        pytest.param(SPEAKS, ("self yes 9", "self - 5"), "given", id="talk of other things"),
        pytest.param(SPEAKS, ("self yes 5", "self no 5"), "withdrawn", id="both at once: the no counts"),
        # the person's own no outweighs everyone
        pytest.param(GONE, ("self no 30", "family yes 5"), "refused", id="own no against the spouse's yes"),
        pytest.param(GONE, ("self no 30", "family yes 5", "lawyer yes 2"), "refused", id="own no against two yes"),
        pytest.param(GONE, ("family yes 9", "self no 30"), "refused", id="whatever the order in the file"),
        pytest.param(GONE, ("self yes 60", "self no 30", "family yes 5"), "withdrawn", id="withdrawal against a yes"),
        pytest.param(GONE, ("self no 300", "lawyer yes 1"), "refused", id="an old no is a no"),
        # family and lawyer speak only while the person cannot
        pytest.param(SPEAKS, ("family yes 5",), "not_asked", id="the family's yes while the person can be asked"),
        pytest.param(SPEAKS, ("lawyer yes 5",), "not_asked", id="the lawyer's yes while the person can be asked"),
        pytest.param(SPEAKS, ("self yes 9", "family no 5"), "given", id="the family's no while they can speak"),
        pytest.param(GONE, ("family yes 5",), "given", id="the family's yes while the person cannot"),
        pytest.param(GONE, ("lawyer yes 5",), "given", id="the lawyer's yes while the person cannot"),
        pytest.param(GONE, ("family no 5",), "refused", id="the family's no while the person cannot"),
        pytest.param(GONE, ("family yes 9", "family no 5"), "withdrawn", id="the family thinks again"),
        pytest.param(GONE, ("family yes 9", "lawyer no 5"), "withdrawn", id="family and lawyer differ: the no counts"),
        pytest.param(GONE, ("lawyer no 9", "family yes 5"), "refused", id="and the other way round"),
        pytest.param(GONE, ("self yes 60", "family no 5"), "withdrawn", id="too dangerous, say those who speak now"),
        pytest.param(GONE, ("family no 9", "family yes 5"), "given", id="the same relative thinks again"),
        pytest.param(GONE, ("sister no 9", "family yes 5"), "refused", id="another relative does not undo it"),
        pytest.param(GONE, ("sister yes 9", "family yes 5"), "given", id="two relatives agree"),
        pytest.param(met(GONE, 5), ("family yes 5",), "not_asked", id="met on the day of the family's yes: ask them"),
        pytest.param(met(GONE, 5), ("family no 5",), "refused", id="met on the day of the family's no: it counts"),
        pytest.param(SILENCED, ("family yes 4.9",), "given", id="met, arrested that day, then the family's yes"),
        pytest.param(SILENCED, ("family yes 5.1",), "not_asked", id="the family's yes, then met and arrested that day"),
        pytest.param(SILENCED, ("family yes 5",), "not_asked", id="met in the moment of the family's yes"),
        pytest.param(SILENCED, ("self no 5", "family yes 4.9"), "refused", id="own no of that morning against it"),
        pytest.param(SILENCED_BEFORE, ("family yes 4.9",), "not_asked", id="met since they could not speak: ask them"),
        pytest.param(met(GONE, 5), ("self impossible 5",), "not_asked", id="tried and met in the same moment"),
        pytest.param(
            GONE._replace(cannot_speak_since=NOW - timedelta(days=5)), ("family yes 5",), "given", id="from then on"
        ),
        pytest.param(GONE, ("self yes 60",), "given", id="their own yes stands while they cannot speak"),
        pytest.param(met(GONE, 3), ("family yes 5",), "not_asked", id="lapsed: we have met the person since"),
        pytest.param(met(GONE, 3), ("family no 5", "self yes 60"), "given", id="a family's no lapses as well"),
        pytest.param(met(GONE, 7), ("family yes 5",), "given", id="met before that, not since"),
        pytest.param(GONE, ("family yes 9", "self - 5"), "not_asked", id="a talk with the person is contact"),
        pytest.param(
            GONE._replace(cannot_speak_since=NOW - timedelta(days=7)),
            ("family yes 9",),
            "not_asked",
            id="the family spoke before they had to",
        ),
        pytest.param(
            GONE._replace(cannot_speak_since=NOW - timedelta(days=10)), ("family yes 9",), "given", id="when needed"
        ),
        # a minor's guardian and the minor
        pytest.param(CHILD, ("self yes 5",), "not_asked", id="the child alone"),
        pytest.param(CHILD, ("guardian yes 5",), "not_asked", id="the guardian alone"),
        pytest.param(CHILD, ("self yes 5", "guardian yes 4"), "given", id="both"),
        pytest.param(CHILD, ("guardian yes 9", "self yes 4"), "given", id="both, the guardian first"),
        pytest.param(CHILD, ("self no 5", "guardian yes 4"), "refused", id="the child's no"),
        pytest.param(CHILD, ("self yes 5", "guardian no 4"), "refused", id="the guardian's no"),
        pytest.param(CHILD, ("self yes 5", "guardian yes 4", "guardian no 3"), "withdrawn", id="guardian: withdrawn"),
        pytest.param(CHILD, ("self yes 5", "family yes 4"), "not_asked", id="an aunt is no guardian"),
        pytest.param(GONE_CHILD, ("guardian yes 4",), "given", id="the guardian, while the child cannot speak"),
        pytest.param(GONE_CHILD, ("family yes 4",), "not_asked", id="nobody but the guardian speaks for a child"),
        pytest.param(GONE_CHILD, ("self no 50", "guardian yes 4"), "refused", id="the child's own no"),
        # impossible
        pytest.param(GONE, ("self impossible 5",), "impossible", id="asking was impossible"),
        pytest.param(GONE, ("family impossible 5",), "impossible", id="nor could the family be asked"),
        pytest.param(GONE, ("self impossible 5", "family yes 3"), "given", id="then the family could be asked"),
        pytest.param(GONE, ("family yes 5", "self impossible 3"), "given", id="the family has spoken already"),
        pytest.param(GONE, ("self no 9", "self impossible 3"), "refused", id="a no stays a no"),
        pytest.param(GONE, ("self yes 9", "self impossible 3"), "given", id="a yes stays a yes"),
        pytest.param(met(GONE, 2), ("self impossible 5",), "not_asked", id="we have met them since"),
        pytest.param(SPEAKS, ("self impossible 5",), "impossible", id="could not be reached in time"),
        pytest.param(GONE_CHILD, ("self impossible 5",), "impossible", id="a child that cannot be asked"),
    ],
)  # fmt: skip
def test_what_stands_does_not_depend_on_the_order_it_was_recorded_in(
    person: Person, said: tuple[str, ...], state: str
) -> None:
    for order in permutations(conversations(*said)):
        assert stand(PURPOSE, order, person).state == state


@pytest.mark.parametrize("state", State)
def test_an_outward_act_is_blocked_unless_its_purpose_is_given(state: State) -> None:
    said = {
        State.GIVEN: ("self yes 1",),
        State.REFUSED: ("self no 1",),
        State.WITHDRAWN: ("self back 1",),
        State.NOT_ASKED: (),
        State.IMPOSSIBLE: ("self impossible 1",),
    }[state]
    decision = may(PURPOSE, conversations(*said), SPEAKS, NOW)
    assert decision.stand.state is state
    assert decision.allowed is (state is State.GIVEN)
    _speaks(decision)


def _speaks(decision: Decision) -> None:
    assert isinstance(decision.reason, Sentence)
    assert decision.reason.endswith(".")
    if not decision.allowed:
        assert isinstance(decision.instead, Sentence)
        assert decision.instead.endswith(".")
        with pytest.raises(Refused):
            decision.check()
    else:
        decision.check()


@pytest.mark.parametrize(
    ("person", "said", "words"),
    [
        (SPEAKS, (), "not been asked"),
        (SPEAKS, ("self no 1",), "said no"),
        (SPEAKS, ("self yes 2", "self no 1"), "taken their consent back"),
        (GONE, ("family no 1",), "speaks for them"),
        (GONE, ("self impossible 1",), "impossible"),
        (SPEAKS, ("family yes 1",), "does not count"),
        (met(GONE, 1), ("family yes 2",), "does not count"),
        (SPEAKS, ("family no 1",), "does not count"),
        (GONE, ("self no 9", "family no 1"), "Their own no"),
        (GONE, ("self no 9", "family yes 8", "family no 1"), "Their own no"),
        (CHILD, ("self yes 1",), "guardian"),
        (CHILD, ("guardian yes 1",), "child"),
        (GONE_CHILD, (), "guardian"),
    ],
)
def test_a_refusal_says_whose_word_is_missing_or_stands_against_it(
    person: Person, said: tuple[str, ...], words: str
) -> None:
    decision = may(PURPOSE, conversations(*said), person, NOW)
    assert not decision.allowed
    assert words in decision.reason
    _speaks(decision)


@pytest.mark.parametrize(("days", "asks"), [(0, False), (89, False), (90, True), (91, True), (800, True)])
def test_a_passed_review_date_asks_and_never_blocks(days: int, asks: bool) -> None:
    decision = may(PURPOSE, conversations(f"self yes {days}"), SPEAKS, NOW)
    assert decision.allowed
    assert (decision.ask is not None) is asks
    assert decision.stand.review_on == (NOW - timedelta(days=days) + timedelta(days=90)).date()


def test_the_answer_to_still_wanted_counts_for_another_ninety_days() -> None:
    said = conversations("self yes 200")
    assert may(PURPOSE, said, SPEAKS, NOW, renewed_at=NOW - timedelta(days=89)).ask is None
    assert may(PURPOSE, said, SPEAKS, NOW, renewed_at=NOW - timedelta(days=90)).ask is not None


def test_a_child_s_consent_is_as_old_as_the_older_of_the_two() -> None:
    assert may(PURPOSE, conversations("self yes 10", "guardian yes 95"), CHILD, NOW).ask is not None


def test_purposes_are_apart() -> None:
    one = Conversation(
        at=NOW,
        speaker=Speaker.SELF,
        speaker_id=ME,
        answers={"un_letter": State.GIVEN, "un_report": State.REFUSED},
    )
    assert [stand(purpose, [one], SPEAKS).state for purpose in ("un_letter", "un_report", "media")] == [
        State.GIVEN,
        State.REFUSED,
        State.NOT_ASKED,
    ]


# Two members act together


IMPOSSIBLE = ("self impossible 1",)
TOGETHER = Emergency(ME, SPOUSE, life_in_danger=True, reason="taken last night, nobody reaches them")


@pytest.mark.parametrize(
    ("person", "said", "emergency", "allowed"),
    [
        pytest.param(GONE, IMPOSSIBLE, TOGETHER, True, id="impossible, life in danger, two members"),
        pytest.param(GONE, IMPOSSIBLE, None, False, id="nobody says it is one"),
        pytest.param(GONE, IMPOSSIBLE, TOGETHER._replace(second=ME), False, id="one member twice"),
        pytest.param(GONE, IMPOSSIBLE, TOGETHER._replace(second=None), False, id="one member alone"),
        pytest.param(GONE, IMPOSSIBLE, TOGETHER._replace(life_in_danger=False), False, id="no danger to life"),
        pytest.param(GONE, IMPOSSIBLE, TOGETHER._replace(reason=" "), False, id="no reason"),
        pytest.param(GONE, (), TOGETHER, False, id="nobody tried to ask"),
        pytest.param(GONE, ("self no 400",), TOGETHER, False, id="against the person's own no"),
        pytest.param(GONE, ("self no 400", "family impossible 1"), TOGETHER, False, id="their no, though old"),
        pytest.param(GONE, ("family no 4",), TOGETHER, False, id="against the family's no"),
        pytest.param(GONE, ("self back 4", "self impossible 1"), TOGETHER, False, id="against a withdrawal"),
        pytest.param(CHILD, IMPOSSIBLE, TOGETHER, True, id="a child too"),
    ],
)
def test_the_emergency_path_takes_two_members_danger_to_life_and_nobody_to_ask(
    person: Person, said: tuple[str, ...], emergency: Emergency | None, allowed: bool
) -> None:
    decision = may(PURPOSE, conversations(*said), person, NOW, emergency=emergency, calendar=CAIRO)
    assert decision.allowed is allowed
    assert (decision.confirm_by is not None) is allowed
    _speaks(decision)


def test_the_head_confirms_within_two_working_days_of_the_office() -> None:
    decision = may(PURPOSE, conversations(*IMPOSSIBLE), GONE, NOW, emergency=TOGETHER, calendar=CAIRO)
    # Thursday 8:00 in Cairo: Thursday and, after the weekend, Sunday until it closes.
    assert decision.confirm_by == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_head_who_is_one_of_the_two_has_confirmed_it() -> None:
    with_head = TOGETHER._replace(head_among=True)
    decision = may(PURPOSE, conversations(*IMPOSSIBLE), GONE, NOW, emergency=with_head, calendar=CAIRO)
    assert decision.allowed
    assert decision.confirm_by is None


def test_an_emergency_is_not_needed_where_consent_was_given() -> None:
    decision = may(PURPOSE, conversations("self yes 3"), SPEAKS, NOW, emergency=TOGETHER, calendar=CAIRO)
    assert decision.allowed
    assert decision.confirm_by is None


def test_that_asking_was_impossible_is_not_forgotten_when_they_are_spoken_with_again() -> None:
    """It was shown as “Not asked”, as if nobody had ever tried."""
    decision = may(PURPOSE, conversations("self impossible 9"), met(SPEAKS, 5), NOW)
    assert (decision.allowed, decision.stand.state) == (False, State.NOT_ASKED)
    assert decision.stand.tried is not None
    assert "They could not be asked before." in decision.reason
    assert may(PURPOSE, [], met(SPEAKS, 5), NOW).stand.tried is None


# Acts


def on_file(eligibility: Eligibility, *said: tuple[uuid.UUID, Any], **defender: Any) -> File:
    """A file that says this of eligibility and of the defender, and whatever else, each under its id."""
    profile = details.Profile(country="EG", **eligibility._asdict())
    known = [(uuid.UUID(int=99), profile), (ME, details.Person(role="defender", **defender)), *said]
    entries = [SimpleNamespace(id=one, corrects_id=None, details=what) for one, what in known]
    case = SimpleNamespace(tally=Tally().counting(one for one, _what in known))
    return File(cast(Any, case), cast(Any, entries))


def talk(speaker: Speaker, speaker_id: uuid.UUID, at: datetime, **answers: State) -> tuple[uuid.UUID, Any]:
    given = tuple(details.Answer(purpose=purpose, state=state.value) for purpose, state in answers.items())
    said = details.Conversation(when=at, standing=speaker.value, speaker_id=speaker_id, answers=given)
    return uuid.uuid4(), said


@pytest.mark.parametrize("action", list(CODES["action"]))
@pytest.mark.parametrize("answer", ["yes", "no", None])
def test_every_action_asks_for_the_consent_of_its_purpose(action: str, answer: str | None) -> None:
    purpose = CODES.purpose_of(action)
    said = [talk(Speaker.SELF, ME, NOW, **{purpose: WORDS[answer]})] if answer and purpose else []
    decision = facts.judged_act(on_file(CONFIRMED, *said), action, NOW)
    assert decision.allowed is (purpose is None or answer == "yes")


@pytest.mark.parametrize(
    ("eligibility", "allowed"),
    [
        (CONFIRMED, True),
        (Eligibility("unknown", "yes", "yes"), False),
        (Eligibility("yes", "unknown", "yes"), False),
        (Eligibility("yes", "yes", "unknown"), False),
        (Eligibility("no", "yes", "yes"), False),
        (Eligibility("yes", "yes", "no"), False),
    ],
)
def test_eligibility_gates_what_goes_outward_and_nothing_else(eligibility: Eligibility, allowed: bool) -> None:
    file = on_file(eligibility, talk(Speaker.SELF, ME, NOW - timedelta(1), public_statement=State.GIVEN))
    decision = facts.judged_act(file, "statement", NOW)
    assert decision.allowed is allowed
    assert facts.judged_act(on_file(eligibility), "internal_note", NOW).allowed
    _speaks(decision)
    assert ("not confirmed yet" in decision.reason) is ("unknown" in eligibility)
    assert ("by what the file says" in decision.reason) is ("no" in eligibility)


# What follows from a no


def test_a_no_stops_what_is_planned_and_raises_tasks_for_what_was_done() -> None:
    planned, done, other, inside = (
        Made(uuid.UUID(int=1), "statement", "planned"),
        Made(uuid.UUID(int=2), "social_media", "done"),
        Made(uuid.UUID(int=3), "demarche", "planned"),
        Made(uuid.UUID(int=4), "internal_note", "planned"),
    )
    proposed = Made(uuid.UUID(int=6), "statement", "proposed")
    stopped = Made(uuid.UUID(int=5), "statement", "stopped")
    follows = after_no(["public_statement"], [planned, done, other, inside, stopped, proposed])
    assert follows.stop == (planned.id, proposed.id)
    assert follows.tasks == ((done.id, "public_statement"),)
    assert FOLLOW_UP["public_statement"].startswith("They do not want this")


@pytest.mark.parametrize(
    ("person", "before", "added", "back"),
    [
        (SPEAKS, ("self yes 5",), "self no 1", True),
        (SPEAKS, ("self yes 5",), "self back 1", True),
        (GONE, ("family yes 5",), "self no 1", True),
        (GONE, ("family yes 5",), "family no 1", True),
        (SPEAKS, (), "self no 1", True),
        (SPEAKS, ("self no 5",), "self no 1", False),
        (SPEAKS, ("self yes 5",), "self yes 1", False),
        (SPEAKS, ("self yes 5",), "self - 1", False),
        (SPEAKS, ("self yes 5",), "family no 1", False),
        (GONE, ("family yes 5",), "self - 1", False),
    ],
)
def test_which_conversation_takes_consent_back(person: Person, before: tuple[str, ...], added: str, back: bool) -> None:
    """Also a first no: what was done in an emergency, or on the family's word, is undone as far as it can be."""
    old = conversations(*before)
    found = taken_back([PURPOSE, "media"], old, [*old, *conversations(added)], person)
    assert found == ([PURPOSE] if back else [])


# The sample world


WORLD = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))
THEIR_WORDS = {
    "raise_with_authorities": "raise_authorities",
    "share_MS_embassies": "share_embassies",
    "public_statement": "public_statement",
    "UN_letter_named": "un_letter",
    "UN_public_named": "un_report",
}


@pytest.mark.parametrize("case", [case for case in WORLD["cases"] if "consents" in case], ids=lambda case: case["id"])
def test_the_consents_of_the_sample_world(case: dict) -> None:
    answers = {THEIR_WORDS[purpose]: State(answer) for purpose, answer in case["consents"].items()}
    file = on_file(CONFIRMED, talk(Speaker.SELF, ME, NOW, **answers))
    for action in CODES["action"]:
        purpose = CODES.purpose_of(action)
        decision = facts.judged_act(file, action, NOW)
        assert decision.allowed is (purpose is None or answers.get(purpose) is State.GIVEN), (case["id"], action)


@pytest.mark.parametrize(("action", "allowed"), [("un_communication", True), ("statement", False), ("demarche", False)])
def test_c4_s_spouse_speaks_while_he_is_held_without_contact(action: str, allowed: bool) -> None:
    since = datetime(2026, 8, 20, tzinfo=UTC)
    held = {"cannot_speak": "Held without contact", "cannot_speak_since": since.date()}
    spouse = (SPOUSE, details.Person(role="family", names=("His wife",)))
    word = talk(
        Speaker.FAMILY,
        SPOUSE,
        since + timedelta(days=20),
        un_letter=State.GIVEN,
        public_statement=State.REFUSED,
    )
    assert facts.judged_act(on_file(CONFIRMED, spouse, word, **held), action, NOW).allowed is allowed
    met_since = (uuid.UUID(int=50), details.Contact(when=NOW - timedelta(days=1), with_whom="defender"))
    assert not facts.judged_act(on_file(CONFIRMED, spouse, word, met_since, **held), action, NOW).allowed


# What holds whatever was said


days = st.integers(0, 400)
talks = st.lists(
    st.builds(
        lambda who, state, ago: Conversation(
            at=NOW - timedelta(days=ago),
            speaker=SPEAKERS[who][0],
            speaker_id=SPEAKERS[who][1],
            answers={PURPOSE: state},
        ),
        st.sampled_from(sorted(SPEAKERS)),
        st.sampled_from(list(State)),
        days,
    ),
    max_size=8,
)
persons = st.builds(
    Person,
    minor=st.booleans(),
    cannot_speak=st.booleans(),
    cannot_speak_since=st.none() | days.map(lambda ago: NOW - timedelta(days=ago)),
    direct_contacts=st.lists(days.map(lambda ago: NOW - timedelta(days=ago)), max_size=3).map(tuple),
)


@given(talks, persons, st.booleans())
def test_their_own_no_outweighs_everyone_and_any_emergency(
    said: list[Conversation], person: Person, dire: bool
) -> None:
    no = Conversation(at=NOW, speaker=Speaker.SELF, speaker_id=ME, answers={PURPOSE: State.REFUSED})
    decision = may(PURPOSE, [no, *said], person, NOW, emergency=TOGETHER if dire else None, calendar=CAIRO)
    assert not decision.allowed
    assert decision.stand.state in {State.REFUSED, State.WITHDRAWN}
    _speaks(decision)


@given(talks, persons, st.randoms())
def test_the_order_of_the_entries_does_not_matter(said: list[Conversation], person: Person, random) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert stand(PURPOSE, shuffled, person).state is stand(PURPOSE, said, person).state


@given(talks, persons)
def test_nothing_is_given_that_nobody_gave(said: list[Conversation], person: Person) -> None:
    found = stand(PURPOSE, said, person)
    if found.state is State.GIVEN:
        assert any(one.answers[PURPOSE] is State.GIVEN for one in said)
        assert found.review_on is not None
    if not person.cannot_speak and not any(
        one.speaker is Speaker.SELF and one.answers[PURPOSE] is State.GIVEN for one in said
    ):
        assert found.state is not State.GIVEN


def test_whoever_says_no_a_thousand_times_is_heard_at_once() -> None:
    noes = [
        Conversation(
            at=NOW - timedelta(hours=5000 - n), speaker=Speaker.SELF, speaker_id=ME, answers={PURPOSE: State.REFUSED}
        )
        for n in range(5000)
    ]
    yes = Conversation(
        at=NOW - timedelta(days=900), speaker=Speaker.SELF, speaker_id=ME, answers={PURPOSE: State.GIVEN}
    )
    assert stand(PURPOSE, noes, SPEAKS).state is State.REFUSED
    assert stand(PURPOSE, [yes, *noes], SPEAKS).state is State.WITHDRAWN
