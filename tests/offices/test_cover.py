"""Red lines: how each state of a circle is told, and what to do about it."""

import uuid

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from hrd_cases.keys.circles import Readiness
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.cover import Line, lines

A, B, C = (uuid.UUID(int=n) for n in (1, 2, 3))
NAMES = {A: "head.cairo", B: "officer.cairo", C: "deputy.cairo"}


@pytest.fixture(autouse=True)
def in_english():
    app = Flask("cover")
    Babel(app)
    with app.test_request_context("/"), force_locale("en"):
        yield


def circle(holders: set[uuid.UUID], waiting: set[uuid.UUID], epoch: int = 1, due: bool = False) -> Readiness:
    return Readiness(CircleName.CASEWORK, epoch, frozenset(holders), frozenset(waiting), due)


def told(stand: Readiness, suspended: set[uuid.UUID] | None = None) -> Line | None:
    found = lines([stand], NAMES, suspended or set())
    return found[0] if found else None


@pytest.mark.parametrize(
    ("stand", "suspended", "red", "words"),
    [
        (
            circle({A}, set()),
            set(),
            True,
            "Only one person holds the key of “Casework”: head.cairo. An administrator invites a second",
        ),
        (circle({A}, {B}), set(), True, "A second, officer.cairo, has it as soon as head.cairo signs in."),
        (circle({A}, {B, C}), set(), True, "A second, deputy.cairo or officer.cairo, has it as soon as head.cairo"),
        (circle({A, B}, set()), {B}, True, "Only one person holds the key of “Casework”: head.cairo."),
        (
            circle({A, B}, set()),
            {A, B},
            True,
            "is suspended. A head, here or at headquarters, restores them once they are free.",
        ),
        (
            circle(set(), {B}),
            set(),
            True,
            "Two custodians together can open it for a newly seated colleague (its pages come with a later version",
        ),
        (circle(set(), set()), set(), True, "Nobody holds the key of “Casework” any more."),
        (circle({A}, set(), due=True), set(), True, "Nothing new can be written until head.cairo signs in"),
        (circle({A, B}, set(), due=True), set(), True, "until head.cairo or officer.cairo signs in"),
        (circle(set(), {B}, due=True), set(), True, "Nobody holds the key of “Casework” any more."),
        (circle(set(), {A, B}, 0, True), set(), True, "is made as soon as head.cairo or officer.cairo signs in."),
        (circle(set(), set(), 0, True), set(), True, "Nobody here may hold the key of “Casework”."),
        (circle({A, B}, {C}), set(), False, "waits for deputy.cairo: handed over as soon as head.cairo or officer"),
    ],
)
def test_a_circle_that_is_not_ready_says_what_to_do(stand, suspended, red, words):
    line = told(stand, suspended)
    assert line is not None
    assert line.red is red
    assert words in line.text


def test_two_holders_who_can_come_in_need_no_words():
    assert told(circle({A, B}, set())) is None
    assert told(circle({A, B, C}, set()), {C}) is None


def test_somebody_without_a_name_is_not_hidden():
    stranger = uuid.UUID(int=9)
    line = told(circle({stranger}, set()))
    assert line is not None
    assert "Only one person holds the key of “Casework”: ?." in line.text
