"""The docstrings are true: the formats written by hand (by_hand.py) and the vault's own open each other's work."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hrd_cases.errors import Tampered
from hrd_cases.vault import passphrase, primitives
from hrd_cases.vault.envelope import derive, digest, mac, unwrap, wrap
from hrd_cases.vault.identity import KeyPair, seal_to, verify
from tests.vault import by_hand
from tests.vault.places import HERE, SHRED_SECRET, SLEEVE_KEY, cipher

SEED = bytes(range(100, 132))
NONCE = b"twelve bytes"


def _joined(label: str, *parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8) + part for part in (b"hrd-cases 1 " + label.encode(), *parts))


def test_a_record_made_by_hand_opens() -> None:
    head = b"\x01" + (5).to_bytes(4) + (9).to_bytes(4) + b"\x07" + b"Hearing"
    where = HERE.row_id.bytes + HERE.folder_id.bytes + b"\x00\x04file" + b"\x00\x00\x00\x0astate=open"
    padded = (3).to_bytes(4) + b"abc" + bytes(121)
    key = by_hand.hkdf(SLEEVE_KEY + SHRED_SECRET, b"hrd-cases 1 record")
    blob = head + NONCE + by_hand.gcm(key, NONCE, padded, head + where)
    assert cipher().open("Hearing", HERE, blob) == (b"abc", 9)


def test_a_wrapped_key_made_by_hand_opens() -> None:
    sealed = by_hand.gcm(by_hand.hkdf(SEED, b"hrd-cases 1 wrap"), NONCE, b"a key", b"\x01context")
    assert unwrap(SEED, b"\x01" + NONCE + sealed, b"context") == b"a key"


def test_derive_digest_and_mac_are_what_they_say() -> None:
    assert derive(SEED, "csrf", 70) == by_hand.hkdf(SEED, b"hrd-cases 1 csrf", 70)
    assert digest("charter", b"a", b"bc") == hashlib.sha256(_joined("charter", b"a", b"bc")).digest()
    assert mac(SEED, "charter", b"a", b"bc") == hmac.digest(SEED, _joined("charter", b"a", b"bc"), "sha256")


def test_a_bundle_is_what_it_says() -> None:
    mlkem, x25519 = by_hand.xwing_keys(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: x-wing"))
    ed25519 = Ed25519PrivateKey.from_private_bytes(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: ed25519"))
    mldsa = MLDSA65PrivateKey.from_seed_bytes(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: ml-dsa-65"))
    publics = [key.public_key().public_bytes_raw() for key in (mlkem, x25519, ed25519, mldsa)]
    assert KeyPair(SEED).bundle == b"\x01" + b"".join(publics)
    assert KeyPair(SEED).fingerprint == hashlib.sha256(_joined("member bundle", KeyPair(SEED).bundle)).digest()
    assert KeyPair(SEED).symmetric("x") == by_hand.hkdf(SEED, b"hrd-cases 1 symmetric: x")


def test_a_signature_made_by_hand_holds() -> None:
    pair = KeyPair(SEED)
    ed25519 = Ed25519PrivateKey.from_private_bytes(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: ed25519"))
    mldsa = MLDSA65PrivateKey.from_seed_bytes(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: ml-dsa-65"))
    statement = b"hrd-cases 1 signature" + b"\x00\x07charter" + pair.fingerprint + b"the head signs"
    signature = b"\x01" + ed25519.sign(statement) + mldsa.sign(statement, b"hrd-cases 1 signature")
    verify(pair.bundle, "charter", b"the head signs", signature)
    with pytest.raises(Tampered):
        verify(pair.bundle, "charter", b"the head signs", b"\x01" + ed25519.sign(statement) + mldsa.sign(statement))


def test_a_letter_opens_by_hand() -> None:
    """X-Wing decapsulation and the RFC 9180 key schedule by hand, for the very suite of our letters."""
    sealed = seal_to(KeyPair(SEED).bundle, b"Dear circle", b"epoch 1")
    shared = by_hand.xwing_decapsulated(by_hand.hkdf(SEED, b"hrd-cases 1 key pair: x-wing"), sealed[1:1121])
    key, nonce = by_hand.hpke_schedule(shared, b"hrd-cases 1 letterepoch 1", aead_id=2)
    padded = AESGCM(key).decrypt(nonce, sealed[1121:], b"")
    assert padded == (11).to_bytes(4) + b"Dear circle" + bytes(113)


def test_a_passphrase_lock_made_by_hand_opens() -> None:
    stretched = primitives.argon2id(b"horse", bytes(16), memory_kib=64, iterations=2, lanes=1, secret=b"pepper")
    kek = by_hand.hkdf(stretched, b"hrd-cases 1 passphrase")
    head = b"\x01" + (64).to_bytes(4) + (2).to_bytes(4) + b"\x01" + bytes(16)
    check = by_hand.hkdf(kek, b"hrd-cases 1 lock: check")
    blob = head + check + wrap(kek, SEED, head + b"member 9")
    assert passphrase.open_with_passphrase(blob, "horse", b"pepper", b"member 9") == SEED


def test_a_recovery_lock_made_by_hand_opens() -> None:
    code = "0123456789ABCDEFGHJKMNPQRSTV"
    kek = by_hand.hkdf(code.encode(), b"hrd-cases 1 recovery code", salt=b"pepper")
    blob = b"\x01" + by_hand.hkdf(kek, b"hrd-cases 1 lock: check") + wrap(kek, SEED, b"\x01member 9")
    assert passphrase.open_with_recovery_code(blob, code, b"pepper", b"member 9") == SEED
