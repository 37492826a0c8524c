"""The small functions under everything: a key of another size is never quietly taken for another cipher."""

import pytest

from hrd_cases.errors import Tampered
from hrd_cases.vault import primitives


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
def test_only_keys_of_32_bytes_are_taken(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        primitives.gcm(bytes(size))  # 16 or 24 would be a weaker cipher, without a word
    with pytest.raises(ValueError, match="32 bytes"):
        primitives.xwing_secret(bytes(size))


@pytest.mark.parametrize("size", [0, 31, 33, 1215, 1217, 1951, 1953])
def test_public_keys_of_another_size_are_refused(size: int) -> None:
    for read in (primitives.xwing_public, primitives.ed25519_public, primitives.mldsa_public):
        with pytest.raises(Tampered):
            read(bytes(size))


def test_an_ml_kem_key_out_of_range_is_refused() -> None:
    with pytest.raises(Tampered):
        primitives.xwing_public(b"\xff" * primitives.XWING_PUBLIC_BYTES)
