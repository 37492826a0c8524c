"""A length says little: few sizes exist, and padding costs at most an eighth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Tampered
from hrd_cases.vault.padding import FLOOR, pad, padded_size, unpad


@given(st.binary(max_size=2000))
def test_what_was_padded_comes_back(plaintext: bytes) -> None:
    padded = pad(plaintext)
    assert unpad(padded) == plaintext
    assert len(padded) == padded_size(len(plaintext) + 4)


@given(st.integers(min_value=129, max_value=2**40))
def test_padding_is_modest_and_stable(length: int) -> None:
    size = padded_size(length)
    assert length <= size <= length * 1.125
    assert padded_size(size) == size
    assert padded_size(length + 1) >= size


def test_few_sizes_exist() -> None:
    assert {padded_size(length) for length in range(FLOOR + 1)} == {FLOOR}
    assert len({padded_size(length) for length in range(2**16)}) < 160


@pytest.mark.parametrize("length", [0, 123, 124, 125, 130, 200, 252, 253, 300, 5000])
def test_every_text_gets_the_size_of_its_class(length: int) -> None:
    assert len(pad(bytes(length))) == padded_size(length + 4)


def test_padding_is_zeros_after_the_text() -> None:
    assert pad(b"\x07" * 5) == b"\0\0\0\x05" + b"\x07" * 5 + bytes(FLOOR - 9)


@pytest.mark.parametrize("padded", [b"", bytes(FLOOR - 1), b"\0\0\0\x7d" + bytes(124), b"\xff" * FLOOR])
def test_a_length_that_does_not_fit_is_refused(padded: bytes) -> None:
    with pytest.raises(Tampered):
        unpad(padded)


def test_a_text_may_fill_its_padding() -> None:
    assert unpad(b"\0\0\0\x7c" + b"x" * 124) == b"x" * 124
