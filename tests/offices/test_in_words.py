"""A charter in words: every change it can make has a sentence."""

import uuid
from datetime import UTC, date, datetime

import msgspec
import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from hrd_cases.keys.charter import Act, ActingHead, Charter, CircleEntry, Coverage, Seat
from hrd_cases.keys.roles import CircleName, OfficeKind, Role
from hrd_cases.offices.in_words import changes, covers_today, people_of

HEAD, OFFICER, NEW = (uuid.UUID(int=n) for n in (1, 2, 3))
NAMES = {HEAD: "head.cairo", OFFICER: "officer.cairo", NEW: "deputy.cairo"}
DAY = date(2026, 11, 19)
SEATS = (Seat(HEAD, Role.HEAD, DAY, None, b"h"), Seat(OFFICER, Role.LIAISON_OFFICER, DAY, None, b"o"))
CIRCLE = CircleEntry(CircleName.CASEWORK, uuid.UUID(int=7), 1, b"k")
BEFORE = Charter(
    1,
    uuid.UUID(int=5),
    OfficeKind.DELEGATION,
    1,
    b"",
    b"root",
    datetime(2026, 11, 19, tzinfo=UTC),
    Act.FIRST,
    (Coverage("EG", DAY), Coverage("OM", DAY)),
    (CIRCLE,),
    SEATS,
)


@pytest.fixture(autouse=True)
def in_english():
    app = Flask("words")
    Babel(app)
    with app.test_request_context("/"), force_locale("en"):
        yield


def after(**changed: object) -> list[str]:
    return changes(BEFORE, msgspec.structs.replace(BEFORE, number=2, **changed), NAMES)


def test_a_charter_that_changes_nothing_says_nothing():
    assert after() == []


def test_a_first_charter_says_everything():
    assert changes(None, BEFORE, NAMES) == [
        "Covers Egypt from 19 November 2026.",
        "Covers Oman from 19 November 2026.",
        "head.cairo is seated: Head of delegation.",
        "officer.cairo is seated: Liaison officer.",
    ]


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"countries": (*BEFORE.countries, Coverage("XK", DAY))}, ["Covers Kosovo* from 19 November 2026."]),
        (
            {"countries": (Coverage("EG", DAY), Coverage("OM", DAY, date(2026, 12, 1)))},
            ["Covers Oman until 1 December 2026."],
        ),
        ({"countries": (Coverage("EG", DAY),)}, ["Does not cover Oman after all."]),
        ({"seats": (*SEATS, Seat(NEW, Role.DEPUTY, DAY, None, b"n"))}, ["deputy.cairo is seated: Deputy."]),
        (
            {"seats": (SEATS[0], Seat(OFFICER, Role.DEPUTY, DAY, None, b"o"))},
            ["officer.cairo has another role: Deputy."],
        ),
        (
            {"seats": (SEATS[0], Seat(OFFICER, Role.LIAISON_OFFICER, DAY, None, b"other"))},
            ["officer.cairo has new keys: Liaison officer."],
        ),
        ({"seats": SEATS[:1]}, ["officer.cairo loses the seat."]),
        (
            {"acting": (ActingHead(OFFICER, DAY, date(2026, 12, 1)),)},
            ["officer.cairo acts as head from 19 November 2026 to 1 December 2026."],
        ),
        (
            {"circles": (msgspec.structs.replace(CIRCLE, epoch=2),)},
            ["The key of “Casework” is exchanged for number 2."],
        ),
    ],
)
def test_each_change_has_its_sentence(changed, sentences):
    assert after(**changed) == sentences


def test_making_a_key_is_told_apart_from_exchanging_it():
    unmade = msgspec.structs.replace(BEFORE, circles=(msgspec.structs.replace(CIRCLE, epoch=0),))
    assert changes(unmade, BEFORE, NAMES) == ["The key of “Casework” is made."]


def test_an_acting_head_who_is_taken_back_is_told():
    acting = msgspec.structs.replace(BEFORE, acting=(ActingHead(OFFICER, DAY, DAY),))
    assert changes(acting, BEFORE, NAMES) == ["officer.cairo no longer acts as head."]


def test_only_what_holds_on_the_day_is_covered():
    charter = msgspec.structs.replace(
        BEFORE,
        countries=(Coverage("EG", DAY), Coverage("OM", DAY, date(2026, 11, 20)), Coverage("BH", date(2027, 1, 1))),
    )
    assert covers_today(charter, date(2026, 11, 20)) == ["EG", "OM"]
    assert covers_today(charter, date(2026, 11, 21)) == ["EG"]
    assert people_of(charter, None) == {HEAD, OFFICER}
