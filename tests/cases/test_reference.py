"""A case reference: it tells nothing, is read over a bad line, and one wrong letter or one swap is noticed."""

from __future__ import annotations

import string
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import reference
from hrd_cases.cases.reference import ALPHABET, LETTERS, new_reference, normalised
from hrd_cases.errors import Refused

references = st.lists(st.sampled_from(ALPHABET), min_size=LETTERS - 1, max_size=LETTERS - 1).map(
    lambda letters: reference.completed("".join(letters))
)


def plain(text: str) -> str:
    return text.replace("-", "")


def test_a_reference_is_two_groups_of_letters_that_spell_no_word() -> None:
    made = new_reference()
    assert len(plain(made)) == LETTERS
    assert [len(group) for group in made.split("-")] == [5, 5]
    assert set(plain(made)) <= set(ALPHABET)
    assert not set("AEIOUYL0123456789") & set(ALPHABET)


def test_references_follow_no_sequence() -> None:
    """Each place takes every letter; two are never alike among many."""
    made = [plain(new_reference()) for _ in range(2_000)]
    assert len(set(made)) == len(made)
    for place in range(LETTERS):
        assert {one[place] for one in made} == set(ALPHABET)
    assert sorted(made) != made


@given(references)
def test_every_single_wrong_letter_is_noticed(good: str) -> None:
    letters = plain(good)
    for place in range(LETTERS):
        for wrong in set(ALPHABET) - {letters[place]}:
            with pytest.raises(Refused):
                normalised(letters[:place] + wrong + letters[place + 1 :])


@given(references)
def test_every_swap_of_two_letters_is_noticed(good: str) -> None:
    """Of neighbours, and of any two."""
    letters = plain(good)
    for one, two in combinations(range(LETTERS), 2):
        if letters[one] != letters[two]:
            swapped = list(letters)
            swapped[one], swapped[two] = letters[two], letters[one]
            with pytest.raises(Refused):
                normalised("".join(swapped))


@given(references)
def test_a_letter_too_few_or_too_many_is_noticed(good: str) -> None:
    letters = plain(good)
    for text in (letters[:-1], letters[1:], letters + letters[0]):
        with pytest.raises(Refused):
            normalised(text)


@given(references, st.sampled_from([" ", "-", "–", ".", "/", "\u00a0", "\u200f", "_"]))
def test_case_spaces_and_dashes_do_not_matter(good: str, between: str) -> None:
    letters = plain(good)
    assert normalised(good) == good
    assert normalised(letters.lower()) == good
    assert normalised(between.join(letters)) == good
    assert normalised(f"  {letters[:3]}{between}{letters[3:]}\n") == good


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("5", "S"), ("8", "B"), ("2", "Z"), ("6", "G")),
        *(("В", "B"), ("С", "C"), ("Н", "H"), ("к", "K"), ("М", "M"), ("Р", "P"), ("т", "T"), ("х", "X")),
        *(("Β", "B"), ("Ν", "N"), ("Ζ", "Z"), ("Ｂ", "B"), ("ｂ", "B")),
    ],
)
def test_what_looks_like_a_letter_is_read_as_it(typed: str, meant: str) -> None:
    good = next(one for one in iter(new_reference, "") if meant in one)
    assert normalised(good.replace(meant, typed)) == good


@pytest.mark.parametrize("text", ["", "-", "AEIOU-AEIOU", "BCDFG-HJKM1", "张虚构", "x" * 10_000, "\x00" * 10])
def test_anything_else_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Refused) as refused:
        normalised(text)
    assert refused.value.who_can


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_reference_or_refused(text: str) -> None:
    if reference.looks_like(text):
        assert normalised(normalised(text)) == normalised(text)
    else:
        with pytest.raises(Refused):
            normalised(text)


@given(references)
def test_a_search_knows_a_reference_when_it_sees_one(good: str) -> None:
    assert reference.looks_like(good.lower())
    assert not reference.looks_like("Salma")
    assert not reference.looks_like(string.ascii_uppercase)
