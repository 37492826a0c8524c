"""Each format, pinned: what was sealed with version 1 opens for ever, and what is computed stays the same."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hrd_cases.vault.envelope import Header, Place, RecordCipher, derive, digest, header, mac, unwrap
from hrd_cases.vault.identity import KeyPair, fingerprint_of, verify
from hrd_cases.vault.padding import padded_size
from hrd_cases.vault.passphrase import Argon, open_with_passphrase, open_with_recovery_code, stretch
from hrd_cases.vault.words import same_words, six_words

KNOWN: dict[str, Any] = json.loads(Path(__file__).with_name("known_answers.json").read_text())


def hexed(part: str, key: str) -> bytes:
    value = KNOWN[part][key]
    return bytes.fromhex("".join(value) if isinstance(value, list) else value)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return KeyPair(hexed("key_pair", "seed"))


def test_a_record() -> None:
    known = KNOWN["record"]
    cipher = RecordCipher(hexed("record", "sleeve_key"), hexed("record", "shred_secret"), known["key_epoch"])
    place = Place(UUID(known["row_id"]), UUID(known["folder_id"]), known["sleeve"], hexed("record", "bound"))
    blob = hexed("record", "blob")
    assert header(blob) == Header(1, known["type_name"], known["blob_version"], known["key_epoch"])
    assert cipher.open(known["type_name"], place, blob) == (known["plaintext"].encode(), known["blob_version"])


def test_a_wrapped_key() -> None:
    assert unwrap(hexed("wrap", "key"), hexed("wrap", "blob"), hexed("wrap", "context")) == hexed("wrap", "secret")


def test_a_derived_key() -> None:
    known = KNOWN["derive"]
    assert derive(hexed("derive", "secret"), known["label"], known["length"]) == hexed("derive", "derived")


def test_a_digest_and_a_mac() -> None:
    for part in ("digest", "mac"):
        parts = [bytes.fromhex(each) for each in KNOWN[part]["parts"]]
        label = KNOWN[part]["label"]
        computed = digest(label, *parts) if part == "digest" else mac(hexed(part, "key"), label, *parts)
        assert computed == hexed(part, part)


def test_padded_sizes() -> None:
    assert [[length, padded_size(length)] for length, _ in KNOWN["padded_sizes"]] == KNOWN["padded_sizes"]


def test_the_keys_that_follow_from_a_seed(pair: KeyPair) -> None:
    assert pair.bundle == hexed("key_pair", "bundle")
    assert pair.fingerprint == fingerprint_of(pair.bundle) == hexed("key_pair", "fingerprint")
    assert pair.symmetric(KNOWN["key_pair"]["symmetric_label"]) == hexed("key_pair", "symmetric")


def test_a_signature(pair: KeyPair) -> None:
    label = KNOWN["signature"]["label"]
    verify(pair.bundle, label, hexed("signature", "message"), hexed("signature", "signature"))


def test_a_letter(pair: KeyPair) -> None:
    assert pair.open(hexed("letter", "sealed"), hexed("letter", "info")) == hexed("letter", "plaintext")


def test_a_stretched_passphrase() -> None:
    known = KNOWN["passphrase"]
    cost = Argon(known["memory_kib"], known["iterations"], known["lanes"])
    key = stretch(known["passphrase"], hexed("passphrase", "salt"), hexed("passphrase", "pepper"), cost)
    assert key == hexed("passphrase", "key")


def test_a_passphrase_lock() -> None:
    blob, pepper, context = (hexed("passphrase", key) for key in ("blob", "pepper", "context"))
    assert open_with_passphrase(blob, KNOWN["passphrase"]["passphrase"], pepper, context) == hexed("passphrase", "seed")


def test_a_recovery_lock() -> None:
    blob, pepper, context = (hexed("recovery", key) for key in ("blob", "pepper", "context"))
    assert open_with_recovery_code(blob, KNOWN["recovery"]["code"], pepper, context) == hexed("recovery", "seed")


def test_six_words(pair: KeyPair) -> None:
    words = KNOWN["key_pair"]["six_words"]
    assert six_words(pair.fingerprint) == words
    assert same_words(words, pair.fingerprint)
