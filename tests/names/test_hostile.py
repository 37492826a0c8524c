"""Whatever is typed or planted: an answer, soon."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.names.folding import MOST, fold
from hrd_cases.names.index import NameIndex, alike, best
from hrd_cases.names.sounds import MOST_LETTERS, MOST_WORDS, sounds, words

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@given(ANY)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_letter_of_unicode_folds_once_and_sounds() -> None:
    letters = [chr(number) for number in range(sys.maxunicode + 1)]
    wrong = [hex(ord(letter)) for letter in letters if fold(fold(letter)) != fold(letter)]
    assert not wrong
    for start in range(0, len(letters), 7):
        assert sounds("".join(letters[start : start + 7])).isascii()


@given(ANY)
def test_what_is_folded_is_words_with_one_space_between(text: str) -> None:
    folded = fold(text)
    assert " ".join(folded.split()) == folded


@given(ANY, ANY)
def test_any_text_is_looked_for_in_any_text(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1.001
    assert len(words(one)) <= MOST_WORDS


@given(ANY)
def test_a_name_is_like_itself(text: str) -> None:
    if words(text):
        assert alike(text, text) > 0.9


@given(st.lists(st.tuples(st.integers(0, 99), ANY), max_size=20), ANY)
def test_an_index_that_was_written_finds_what_it_found_before(names: list[tuple[int, str]], asked: str) -> None:
    index = NameIndex.build([(owner, sounds(name)) for owner, name in names])
    assert best([NameIndex.read(index.write())], asked) == best([index], asked)


@given(st.binary(max_size=80))
def test_bytes_that_are_no_index_are_refused(written: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec's errors are ValueErrors of many sentences
        NameIndex.read(written)


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 1_000_000,
        "ا" * 1_000_000,
        "a " * 500_000,
        "e\u0301" * 500_000,
        "\u0301" * 1_000_000,
        "ﷺ" * 200_000,
        "abd" * 300_000,
        "abd el " * 100_000,
        "张" * 500_000,
        "chschtsch" * 100_000,
        "ts'" * 300_000,
        "\ud800" * 100_000,
        "-'" * 500_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_a_hostile_text_takes_no_longer_than_a_long_name(hostile: str) -> None:
    index = NameIndex.build([(0, sounds(hostile)), (1, sounds("Salma"))])
    began = time.perf_counter()
    best([index], hostile)
    assert time.perf_counter() - began < 0.5
    assert len(fold(hostile)) <= MOST
    assert len(words(hostile)) <= MOST_WORDS
    assert all(len(word.sound) <= 2 * MOST_LETTERS for word in words(hostile))
