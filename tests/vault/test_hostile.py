"""Whoever writes the database may plant any bytes: reading them ends in Tampered or WrongPassphrase, no other way."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Tampered
from hrd_cases.vault import passphrase
from hrd_cases.vault.envelope import header, unwrap, wrap, wrap_text
from hrd_cases.vault.identity import KeyPair, fingerprint_of, seal_to, verify
from hrd_cases.vault.passphrase import (
    Argon,
    WrongPassphrase,
    lock_with_passphrase,
    lock_with_recovery_code,
    normalise_recovery_code,
    open_with_passphrase,
    open_with_recovery_code,
)
from hrd_cases.vault.words import same_words
from tests.vault.places import HERE, cipher

SEED = bytes(range(32))
PAIR = KeyPair(SEED)
SIGNATURE = PAIR.sign("x", b"text")
CODE = "7QXK-2M4P-9RTV-0B1C-8DFG-HJNW-YZ35"

Reader = Callable[[bytes], object]
READERS: dict[str, tuple[bytes, Reader]] = {
    "record": (cipher().seal("Hearing", 1, HERE, b"text"), lambda blob: cipher().open("Hearing", HERE, blob)),
    "wrap": (wrap(SEED, SEED, b"x"), lambda blob: unwrap(SEED, blob, b"x")),
    "padded wrap": (wrap_text(SEED, b"text", b"x"), lambda blob: unwrap(SEED, blob, b"x")),
    "letter": (seal_to(PAIR.bundle, b"text", b"x"), lambda blob: PAIR.open(blob, b"x")),
    "signature": (SIGNATURE, lambda blob: verify(PAIR.bundle, "x", b"text", blob)),
    "signer": (PAIR.bundle, lambda blob: verify(blob, "x", b"text", SIGNATURE)),
    "passphrase": (
        lock_with_passphrase(SEED, "open", b"pepper", Argon(64, 1), b"x"),
        lambda blob: open_with_passphrase(blob, "open", b"pepper", b"x"),
    ),
    "recovery": (
        lock_with_recovery_code(SEED, CODE, b"pepper", b"x"),
        lambda blob: open_with_recovery_code(blob, CODE, b"pepper", b"x"),
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _argon_is_not_what_is_tested() -> Iterator[None]:
    """A flipped bit may ask for 512 MiB, which is allowed: here the stretching costs nothing."""

    def cheap(written: bytes, salt: bytes, **costs: object) -> bytes:
        return (written + salt + str(costs).encode()).ljust(32, b"\0")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "argon2id", cheap)
        yield


def refused(read: Reader, blob: bytes) -> None:
    with pytest.raises((Tampered, WrongPassphrase)):
        read(blob)


@pytest.mark.parametrize("kind", READERS)
@given(noise=st.binary(max_size=4000), tail=st.binary(max_size=200))
def test_noise_is_refused(kind: str, noise: bytes, tail: bytes) -> None:
    blob, read = READERS[kind]
    for planted in (noise, b"\x01" + noise, blob + b"\0" + tail, blob[: len(blob) // 2] + tail):
        refused(read, planted)


@pytest.mark.parametrize("kind", READERS)
@given(where=st.data())
def test_noise_of_the_right_size_is_refused(kind: str, where: st.DataObject) -> None:
    blob, read = READERS[kind]
    noise = where.draw(st.binary(min_size=len(blob) - 1, max_size=len(blob) - 1))
    refused(read, b"\x01" + noise)
    kept = where.draw(st.integers(0, len(blob) - 1))
    planted = blob[:kept] + noise[kept - 1 :] if kept else b"\x01" + noise
    if planted != blob:
        refused(read, planted)


@pytest.mark.parametrize("kind", READERS)
def test_every_truncation_is_refused(kind: str) -> None:
    blob, read = READERS[kind]
    for kept in range(len(blob)):
        refused(read, blob[:kept])


@pytest.mark.parametrize("kind", READERS)
@given(where=st.data())
def test_flipped_bits_are_refused(kind: str, where: st.DataObject) -> None:
    blob, read = READERS[kind]
    flipped = bytearray(blob)
    for bit in where.draw(st.sets(st.integers(0, 8 * len(blob) - 1), min_size=1, max_size=5)):
        flipped[bit >> 3] ^= 1 << (bit & 7)
    refused(read, bytes(flipped))


@given(st.binary(max_size=400))
def test_a_header_of_noise_is_read_or_refused(noise: bytes) -> None:
    for blob in (noise, b"\x01" + noise):
        try:
            found = header(blob)
        except Tampered:
            continue
        assert found.format == 1
        assert found.type_name.isascii()
        assert 0 < len(found.type_name) < 256


@given(st.binary(max_size=4000))
def test_a_bundle_of_noise_is_named_or_refused(noise: bytes) -> None:
    for bundle in (noise, b"\x01" + noise, PAIR.bundle[:1] + noise[:32] + PAIR.bundle[1 + len(noise[:32]) :]):
        try:
            assert len(fingerprint_of(bundle)) == 32
        except Tampered:
            continue


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=300))
def test_whatever_is_typed_is_only_wrong(typed: str) -> None:
    blob, _ = READERS["recovery"]
    lock, _ = READERS["passphrase"]
    normalise_recovery_code(typed)
    assert not same_words(typed, SEED)
    with pytest.raises(WrongPassphrase):
        open_with_recovery_code(blob, typed, b"pepper", b"x")
    with pytest.raises(WrongPassphrase):
        open_with_passphrase(lock, typed, b"pepper", b"x")
