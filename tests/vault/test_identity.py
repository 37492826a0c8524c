"""A member's keys follow from one seed; what they sign and what is sealed to them holds for them alone."""

import copy
import pickle
import random

import pytest

from hrd_cases.errors import Tampered
from hrd_cases.vault import identity
from hrd_cases.vault.identity import (
    BUNDLE_BYTES,
    SIGNATURE_BYTES,
    KeyPair,
    fingerprint_of,
    new_seed,
    seal_to,
    verify,
)

HEAD = KeyPair(b"head of the Tirana office 000001")
OFFICER = KeyPair(b"officer of the same office 00001")
MESSAGE = b"The office covers three countries."
SIGNATURE = HEAD.sign("charter", MESSAGE)
LETTER = seal_to(HEAD.bundle, b"Dear circle", b"circle 3 epoch 1")

# Where each part of the public bundle and of the signature begins and ends, as the docstring says.
BUNDLE_PARTS = {
    "format": (0, 1),
    "ML-KEM": (1, 1185),
    "X25519": (1185, 1217),
    "Ed25519": (1217, 1249),
    "ML-DSA": (1249, 3201),
}
ED25519 = slice(1, 65)
ML_DSA = slice(65, 3374)


def test_seeds_are_new_each_time_and_32_bytes() -> None:
    assert len({new_seed() for _ in range(50)}) == 50
    assert len(new_seed()) == 32


def test_one_seed_gives_one_bundle() -> None:
    again = KeyPair(HEAD.seed)
    assert again.bundle == HEAD.bundle
    assert again.fingerprint == HEAD.fingerprint == fingerprint_of(HEAD.bundle)
    assert len(HEAD.bundle) == BUNDLE_BYTES == 3201
    assert len(HEAD.fingerprint) == 32
    assert OFFICER.bundle != HEAD.bundle


def test_a_fingerprint_is_that_of_the_seed_however_many_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of earlier ones never stands for another seed, and keeps none."""
    monkeypatch.setattr(identity, "_MOST_REMEMBERED", 3)
    seeds = [new_seed() for _ in range(5)]
    for seed in (*seeds, *reversed(seeds), *seeds):
        assert KeyPair(seed).fingerprint == fingerprint_of(KeyPair(seed).bundle)
        assert len(identity._fingerprints) <= 3
        assert not {*identity._fingerprints, *identity._fingerprints.values()} & set(seeds)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_what_is_no_seed_makes_no_keys(seed: bytes) -> None:
    with pytest.raises(Tampered, match="32 bytes"):
        KeyPair(seed)


def test_a_key_pair_prints_nothing_and_is_neither_pickled_nor_copied() -> None:
    HEAD.sign("charter", b"so that every part is made")
    assert repr(HEAD) == str(HEAD) == "<KeyPair>"
    assert repr(HEAD._xwing) == "<XWingSecret>"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(HEAD)


def test_symmetric_keys_differ_by_label_and_holder() -> None:
    keys = {pair.symmetric(label) for pair in (HEAD, OFFICER) for label in ("ring", "cards", "")}
    assert len(keys) == 6
    assert all(len(key) == 32 for key in keys)
    assert HEAD.symmetric("ring") == KeyPair(HEAD.seed).symmetric("ring")


def test_a_signature_holds_for_its_signer_purpose_and_message() -> None:
    assert len(SIGNATURE) == SIGNATURE_BYTES == 3374
    verify(HEAD.bundle, "charter", MESSAGE, SIGNATURE)


@pytest.mark.parametrize(
    ("signer", "label", "message"),
    [
        (OFFICER, "charter", MESSAGE),
        (HEAD, "letter", MESSAGE),
        (HEAD, "", b"charter" + MESSAGE),
        (HEAD, "charter" + MESSAGE.decode(), b""),
        (HEAD, "charter", MESSAGE + b"\0"),
        (HEAD, "charter", MESSAGE[:-1]),
        (HEAD, "charter", b""),
    ],
)
def test_and_for_no_other(signer: KeyPair, label: str, message: bytes) -> None:
    with pytest.raises(Tampered):
        verify(signer.bundle, label, message, SIGNATURE)


def test_both_signatures_are_needed() -> None:
    """Breaking one algorithm alone gains nothing: each half is checked, and neither half comes from elsewhere."""
    other = HEAD.sign("charter", b"Another message.")
    for half in (ED25519, ML_DSA):
        mixed = bytearray(SIGNATURE)
        mixed[half] = other[half]
        emptied = bytearray(SIGNATURE)
        emptied[half] = bytes(len(other[half]))
        for forged in (mixed, emptied):
            with pytest.raises(Tampered):
                verify(HEAD.bundle, "charter", MESSAGE, bytes(forged))


def test_a_signature_is_tied_to_the_whole_bundle() -> None:
    """Keeping a signer's signing keys in a bundle with other reading keys does not carry their signatures over."""
    forged = HEAD.bundle[:1] + OFFICER.bundle[1:1217] + HEAD.bundle[1217:]
    fingerprint_of(forged)
    with pytest.raises(Tampered):
        verify(forged, "charter", MESSAGE, SIGNATURE)


def test_a_changed_signature_is_refused() -> None:
    chance = random.Random(1)
    for bit in [*range(8 * 70), *chance.sample(range(8 * len(SIGNATURE)), 300)]:
        flipped = bytearray(SIGNATURE)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(Tampered):
            verify(HEAD.bundle, "charter", MESSAGE, bytes(flipped))


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:-1], SIGNATURE + b"\0", b"\x02" + SIGNATURE[1:], SIGNATURE[1:]])
def test_a_malformed_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(Tampered):
        verify(HEAD.bundle, "charter", MESSAGE, signature)


@pytest.mark.parametrize("part", BUNDLE_PARTS)
def test_a_bundle_with_one_part_exchanged_has_another_name(part: str) -> None:
    start, end = BUNDLE_PARTS[part]
    mixed = HEAD.bundle[:start] + OFFICER.bundle[start:end] + HEAD.bundle[end:]
    if part == "format":
        mixed = b"\x02" + HEAD.bundle[1:]
        with pytest.raises(Tampered):
            fingerprint_of(mixed)
    else:
        assert fingerprint_of(mixed) not in {HEAD.fingerprint, OFFICER.fingerprint}


@pytest.mark.parametrize(
    "bundle",
    [b"", HEAD.bundle[:-1], HEAD.bundle + b"\0", b"\0" + HEAD.bundle[1:], b"\x01" + b"\xff" * 3200],
    ids=["empty", "short", "long", "another format", "no ML-KEM key"],
)
def test_a_malformed_bundle_is_refused_by_all_who_take_one(bundle: bytes) -> None:
    attempts = (
        lambda: fingerprint_of(bundle),
        lambda: seal_to(bundle, b"", b""),
        lambda: verify(bundle, "charter", MESSAGE, SIGNATURE),
    )
    for attempt in attempts:
        with pytest.raises(Tampered):
            attempt()


def test_nothing_is_sealed_to_a_key_that_everybody_holds() -> None:
    degenerate = HEAD.bundle[:1185] + bytes(32) + HEAD.bundle[1217:]
    with pytest.raises(Tampered):
        seal_to(degenerate, b"Dear circle", b"")


@pytest.mark.parametrize("plaintext", [b"", b"x", b"seed " * 5000])
def test_a_letter_reaches_whom_it_is_for(plaintext: bytes) -> None:
    sealed = seal_to(HEAD.bundle, plaintext, b"circle 3 epoch 1")
    assert HEAD.open(sealed, b"circle 3 epoch 1") == plaintext


def test_and_nobody_else_nor_under_another_heading() -> None:
    assert HEAD.open(LETTER, b"circle 3 epoch 1") == b"Dear circle"
    for pair, info in ((OFFICER, b"circle 3 epoch 1"), (HEAD, b"circle 3 epoch 2"), (HEAD, b"")):
        with pytest.raises(Tampered):
            pair.open(LETTER, info)


def test_letters_hide_their_lengths_and_never_repeat() -> None:
    letters = [seal_to(HEAD.bundle, bytes(size), b"") for size in (0, 32, 32, 100)]
    assert len({len(letter) for letter in letters}) == 1
    assert len(set(letters)) == 4


def test_a_changed_letter_is_refused() -> None:
    chance = random.Random(1)
    for bit in [*range(8), *chance.sample(range(8 * len(LETTER)), 500)]:
        flipped = bytearray(LETTER)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(Tampered):
            HEAD.open(bytes(flipped), b"circle 3 epoch 1")
    for cut in (*range(1, 200), 1100, 1120, 1121, len(LETTER) - 1, len(LETTER)):
        with pytest.raises(Tampered):
            HEAD.open(LETTER[:-cut], b"circle 3 epoch 1")
