"""Every call into `cryptography` that makes or opens something: one small function each, no format of ours.

The public functions of this room and the outside test vectors both go through here, so that a vector proves the very
code that seals a case. What fails its check raises `Tampered`; a wrong argument of ours stays a ValueError.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hrd_cases.errors import Tampered

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
MLKEM_PUBLIC_BYTES: Final = 1184
X25519_PUBLIC_BYTES: Final = 32
XWING_PUBLIC_BYTES: Final = MLKEM_PUBLIC_BYTES + X25519_PUBLIC_BYTES
ED25519_PUBLIC_BYTES: Final = 32
ED25519_SIGNATURE_BYTES: Final = 64
MLDSA_PUBLIC_BYTES: Final = 1952
MLDSA_SIGNATURE_BYTES: Final = 3309

SUITE: Final = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

HpkePublic = hpke.MLKEM768X25519PublicKey | X25519PublicKey
HpkePrivate = hpke.MLKEM768X25519PrivateKey | X25519PrivateKey


def gcm(key: bytes) -> AESGCM:
    """The AES-256-GCM object of a 32-byte key; keep it, making one costs more than using it."""
    if len(key) != KEY_BYTES:
        raise ValueError("AES-256 takes a key of 32 bytes")
    return AESGCM(key)


def gcm_seal(cipher: AESGCM, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Ciphertext with its 16-byte tag at the end. The nonce must never have been used with this key."""
    return cipher.encrypt(nonce, plaintext, associated)


def gcm_open(cipher: AESGCM, nonce: bytes, sealed: bytes | memoryview, associated: bytes) -> bytes:
    """The plaintext, or Tampered."""
    try:
        return cipher.decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Tampered("a sealed blob failed its check") from None


def hkdf(secret: bytes, salt: bytes | None, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869), extract and expand."""
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def argon2id(
    passphrase: bytes,
    salt: bytes,
    *,
    memory_kib: int,
    iterations: int,
    lanes: int,
    secret: bytes | None = None,
    associated: bytes | None = None,
    length: int = KEY_BYTES,
) -> bytes:
    """Argon2id (RFC 9106), version 0x13."""
    return Argon2id(
        salt=salt,
        length=length,
        iterations=iterations,
        lanes=lanes,
        memory_cost=memory_kib,
        ad=associated,
        secret=secret,
    ).derive(passphrase)


class XWingSecret(NamedTuple):
    """The two private halves of an X-Wing key."""

    mlkem: MLKEM768PrivateKey
    x25519: X25519PrivateKey

    def __repr__(self) -> str:
        return "<XWingSecret>"

    def private(self) -> hpke.MLKEM768X25519PrivateKey:
        return hpke.MLKEM768X25519PrivateKey(self.mlkem, self.x25519)

    def public_bytes(self) -> bytes:
        """1216 bytes: ML-KEM-768 key, then X25519 key."""
        return self.mlkem.public_key().public_bytes_raw() + self.x25519.public_key().public_bytes_raw()


def mlkem_secret(seed: bytes) -> MLKEM768PrivateKey:
    """The ML-KEM-768 key of a 64-byte seed d ‖ z (FIPS 203)."""
    return MLKEM768PrivateKey.from_seed_bytes(seed)


def xwing_secret(seed: bytes) -> XWingSecret:
    """The X-Wing key of a 32-byte seed, expanded by SHAKE-256 as the X-Wing draft says."""
    if len(seed) != KEY_BYTES:
        raise ValueError("an X-Wing seed is 32 bytes")
    expanded = hashlib.shake_256(seed).digest(96)
    return XWingSecret(mlkem_secret(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:]))


def xwing_public(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    """The public key of 1216 bytes, or Tampered: ML-KEM's modulus check is made here."""
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_BYTES:])
    except ValueError:
        raise Tampered("a public key is malformed") from None
    return hpke.MLKEM768X25519PublicKey(mlkem, x25519)


def hpke_seal(public: HpkePublic, plaintext: bytes, info: bytes, suite: hpke.Suite = SUITE) -> bytes:
    """HPKE base mode, one shot (RFC 9180): enc ‖ ciphertext ‖ tag. Tampered if the public key is degenerate."""
    try:
        return suite.encrypt(plaintext, public, info)
    except ValueError:
        raise Tampered("a public key is degenerate") from None


def hpke_open(private: HpkePrivate, sealed: bytes, info: bytes, suite: hpke.Suite = SUITE) -> bytes:
    """The plaintext of what `hpke_seal` made for this key and info, or Tampered."""
    try:
        return suite.decrypt(sealed, private, info)
    except (InvalidTag, ValueError):
        raise Tampered("a sealed letter failed its check") from None


def ed25519_secret(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def ed25519_public(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Tampered("a public key is malformed") from None


def ed25519_verify(public: Ed25519PublicKey, signature: bytes, message: bytes) -> None:
    """Tampered unless the signature is this key's over this message."""
    try:
        public.verify(signature, message)
    except InvalidSignature:
        raise Tampered("a signature failed its check") from None


def mldsa_secret(seed: bytes) -> MLDSA65PrivateKey:
    """The ML-DSA-65 key of a 32-byte seed (FIPS 204)."""
    return MLDSA65PrivateKey.from_seed_bytes(seed)


def mldsa_public(raw: bytes) -> MLDSA65PublicKey:
    try:
        return MLDSA65PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Tampered("a public key is malformed") from None


def mldsa_verify(public: MLDSA65PublicKey, signature: bytes, message: bytes, context: bytes) -> None:
    """Tampered unless the signature is this key's over this message in this context."""
    try:
        public.verify(signature, message, context)
    except InvalidSignature:
        raise Tampered("a signature failed its check") from None
