"""Six words, read over the telephone, tell whether two people see the same keys."""

import os
import re

import pytest

from hrd_cases.vault.envelope import digest
from hrd_cases.vault.words import same_words, six_words

FINGERPRINT = bytes(range(32))
WORDS = six_words(FINGERPRINT)


def test_they_are_six_words_of_five_letters_that_can_be_said() -> None:
    for _ in range(200):
        word = "[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]"
        assert re.fullmatch(f"{word}(-{word}){{5}}", six_words(os.urandom(32)))


def test_they_hold_96_bits() -> None:
    """Read backwards, the words give the first 96 bits of the digest: nothing is lost on the way."""
    consonants, vowels = "bdfghjklmnprstvz", "aiou"
    bits = 0
    for letter in WORDS.replace("-", ""):
        bits = bits << 4 | consonants.index(letter) if letter in consonants else bits << 2 | vowels.index(letter)
    assert bits.to_bytes(12) == digest("six words", FINGERPRINT)[:12]


def test_another_fingerprint_has_other_words() -> None:
    assert len({six_words(bytes([number])) for number in range(256)}) == 256


@pytest.mark.parametrize(
    "typed",
    [
        WORDS,
        WORDS.upper(),
        WORDS.title(),
        WORDS.replace("-", " "),
        WORDS.replace("-", ", "),
        WORDS.replace("-", "\u2013"),
        WORDS.replace("-", "\n"),
        WORDS.replace("-", ""),
        f"  {WORDS}.",
        WORDS.replace("-", "\u200e \u00a0"),
        WORDS.upper().replace("I", "\u0130"),  # a Turkish keyboard's capital i
        "".join(chr(0xFF01 + ord(mark) - 0x21) for mark in WORDS),
    ],
)
def test_they_are_the_same_however_typed(typed: str) -> None:
    assert same_words(typed, FINGERPRINT)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        WORDS[:-1],
        WORDS + "a",
        WORDS + WORDS,
        WORDS[6:] + "-" + WORDS[:5],
        WORDS[:-1] + ("b" if WORDS[-1] != "b" else "d"),
        six_words(b"another"),
        "\ud800",
        "\u0430" * 30,
        WORDS + " " * 1_000_000,
    ],
)
def test_and_nothing_else_is(typed: str) -> None:
    assert not same_words(typed, FINGERPRINT)
