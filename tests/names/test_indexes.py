"""What is packed finds what looking at everything finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from hrd_cases.names.folding import fold
from hrd_cases.names.heard import Sounds
from hrd_cases.names.index import CLOSE
from hrd_cases.names.postings import Numbers, Postings
from hrd_cases.names.texts import TEXT_ENDS, TextIndex

TEXT = st.text("abc ابé", max_size=12).map(fold)
LINES = st.lists(st.lists(TEXT, max_size=4), max_size=12)
SOUND = st.text("abcdxyz019", min_size=1, max_size=12)
PLACES = st.integers(0, 2**32 - 1) | st.integers(0, 300)


def having(lines: list[list[str]], sought: str) -> list[int]:
    return [owner for owner, texts in enumerate(lines) if sought and any(sought in text for text in texts)]


def built(lines: list[list[str]]) -> TextIndex:
    return TextIndex.build(TEXT_ENDS.join(text.encode() for text in texts) for texts in lines)


@given(LINES, TEXT)
@example([["ab"], ["cab", "abc c"], []], "ab")
@example([["a b"], ["a", "b"], ["b a", "a bc"], ["ca b"], ["a a b"]], "a b")
@example([["a b c"], ["a b ca"], ["ba b ca"], ["a ab c"], ["a b"], ["c"]], "a b c")
def test_a_part_of_a_text_is_found_wherever_it_stands_and_nowhere_else(lines: list[list[str]], sought: str) -> None:
    index = built(lines)
    assert index.having(sought.encode()).tolist() == having(lines, sought)
    assert TextIndex.read(index.write()).having(sought.encode()).tolist() == having(lines, sought)
    assert len(index) == len(lines)


@given(st.binary(max_size=80))
def test_bytes_that_are_no_index_of_texts_are_refused(written: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - msgspec's errors are ValueErrors of many sentences
        TextIndex.read(written)


@given(st.sets(SOUND, max_size=20), st.lists(SOUND, max_size=4))
@example({"aaaa", "aaaab", "b"}, ["aaaaaa"])
@example({"1111", "é"}, ["11", "ééé"])
def test_no_sound_is_left_out_that_is_close(known: set[str], asked: list[str]) -> None:
    ordered = sorted(sound for sound in known if sound.isascii())
    near = Sounds.of(ordered).near(asked, CLOSE).tolist()
    close = [
        place
        for place, sound in enumerate(ordered)
        if any(Indel.normalized_similarity(sound, other) >= CLOSE for other in asked)
    ]
    assert set(close) <= set(near)


def test_most_sounds_are_left_out_that_are_not() -> None:
    ordered = sorted(
        f"{one}{two}{one}" for one in ("mi", "sal", "kor", "bed", "fug") for two in ("th", "vi", "nz", "p")
    )
    sounds = Sounds.of(ordered)
    assert {sounds[place][:2] for place in sounds.near(["mithmi"], CLOSE)} == {"mi"}


def test_sounds_are_read_by_their_place() -> None:
    sounds = Sounds.read(Sounds.of(["a", "mithal", "salma"]).written())
    assert [sounds[place] for place in range(len(sounds))] == ["a", "mithal", "salma"]
    assert sounds.at(np.array([2, 0])) == ["salma", "a"]


@given(st.lists(PLACES, max_size=20))
def test_numbers_of_any_size_are_what_they_were(numbers: list[int]) -> None:
    kept = Numbers.of(np.array(numbers, np.uint32))
    assert kept[:].tolist() == Numbers.read(kept.written())[:].tolist() == numbers
    assert kept[np.arange(len(numbers))[::-1]].tolist() == numbers[::-1]


def test_small_numbers_take_little_room() -> None:
    for greatest, width in ((255, 1), (256, 2), (65_536, 3), (16_777_216, 4)):
        assert Numbers.of(np.array([0, greatest], np.uint32)).rows.shape == (2, width)


@given(st.lists(st.tuples(st.integers(0, 5), PLACES), max_size=30), st.sets(st.integers(0, 5)))
def test_what_has_a_key_is_found_by_it(pairs: list[tuple[int, int]], keys: set[int]) -> None:
    keyed, posted = (np.array([pair[at] for pair in pairs], np.uint32) for at in (0, 1))
    made = Postings.of(keyed, posted, 6)
    items, sizes = Postings.read(made.written()).having(np.array(sorted(keys), np.intp))
    expected = [[item for key, item in pairs if key == asked] for asked in sorted(keys)]
    assert items.tolist() == [item for each in expected for item in each]
    assert sizes.tolist() == [len(each) for each in expected]
