"""Which passphrases may be chosen."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.accounts.strength import LONGEST, blocked_passphrases, check_new_passphrase
from hrd_cases.errors import Refused
from hrd_cases.settings import CONFIG

app = Flask(__name__)
Babel(app)


def outcome(passphrase: str, sign_in: str = "officer.cairo") -> int | str:
    """The strength, or the reason it is refused."""
    with app.test_request_context():
        try:
            return check_new_passphrase(passphrase, sign_in)
        except Refused as refused:
            return refused.said()[0]


@pytest.mark.parametrize(
    "passphrase",
    [
        "eight storks leave a silent orchard",
        "onze loutres peignent la gare en hiver",
        "سبعة طيور تعبر ميناء هادئا ليلا",
        "семь цапель пересекают тихую гавань",
        "七只苍鹭穿过安静的港口然后飞走了",
        "   spaces before, and after   ",
        "🦢🚲🕯️🪁 lantern barley ferry 🦢",
        "x" * 3 + "lantern barley ferry otter " * 18,
    ],
)
def test_long_and_unlike_anything_is_taken_in_any_script(passphrase: str) -> None:
    assert outcome(passphrase) in (3, 4)


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("", "at least 15"),
        ("Tr0ub4dor&3", "at least 15"),
        ("x" * (LONGEST + 1), "at most 512"),
        ("a" * 40, "soon be guessed"),
        ("123456789123456789", "soon be guessed"),
        ("password1password1", "soon be guessed"),
        (" " * 30, "soon be guessed"),
        ("Correct-Horse-Battery-Staple", "among the first"),
        ("HUMAN RIGHTS DEFENDERS 2026", "among the first"),
        ("my name is officer.cairo ok", "Your sign-in name"),
        ("my name is Officer Cairo ok", "Your sign-in name"),
    ],
)
def test_what_would_be_guessed_is_refused_with_the_reason(passphrase: str, why: str) -> None:
    assert why in str(outcome(passphrase))


def test_a_short_sign_in_name_may_be_part_of_a_word() -> None:
    assert outcome("bananas under a violet umbrella", "ana") in (3, 4)


def test_every_blocked_passphrase_is_refused_however_it_is_written() -> None:
    lines = (CONFIG / "blocked-passphrases.txt").read_text(encoding="utf-8").splitlines()
    blocked = [line for line in lines if line and not line.startswith("#")]
    assert len(blocked) > 100
    for line in blocked:
        padded = line.upper().ljust(15, "1")
        assert isinstance(outcome(padded), str), line


def test_the_blocklist_holds_no_line_twice() -> None:
    lines = (CONFIG / "blocked-passphrases.txt").read_text(encoding="utf-8").splitlines()
    blocked = [line for line in lines if line and not line.startswith("#")]
    assert len(blocked) == len(blocked_passphrases())


@given(st.text(max_size=600) | st.text(st.characters(codec=None, categories=["Cs", "Cc", "Mn"]), max_size=600))
def test_any_text_is_judged_as_a_passphrase(passphrase: str) -> None:
    assert outcome(passphrase) != ""


def test_no_passphrase_takes_long_to_judge() -> None:
    for passphrase in ("a" * LONGEST, "aB3$" * 128, "password" * 64, "qwerty asdf " * 42, "\u0301" * LONGEST):
        began = time.perf_counter()
        outcome(passphrase)
        assert time.perf_counter() - began < 1
