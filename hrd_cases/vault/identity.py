"""Key pairs of members and circles: one seed, one public bundle, one signature made of two.

Seed        32 random bytes. Component seeds, 32 bytes each, are
            HKDF-SHA256(seed, info "hrd-cases 1 key pair: <part>") with the parts
            "x-wing" (then expanded by SHAKE-256 as the X-Wing draft says), "ed25519", "ml-dsa-65".
            Symmetric keys: info "hrd-cases 1 symmetric: <label>".

Bundle      0     1     format = 1                          3201 bytes, public
            1     1184  ML-KEM-768 key  } together the
            1185  32    X25519 key      } X-Wing key
            1217  32    Ed25519 key
            1249  1952  ML-DSA-65 key
Fingerprint digest("member bundle", bundle), 32 bytes

Signature   0     1     format = 1                          3374 bytes
            1     64    Ed25519 signature of S
            65    3309  ML-DSA-65 signature of S, context "hrd-cases 1 signature"
            S = "hrd-cases 1 signature" ‖ length of label 2 ‖ label ‖ signer's fingerprint 32 ‖ message
            The fingerprint in S: nobody can make another bundle under which a signature of ours verifies.

Letter      0     1     format = 1
            1     1120  X-Wing encapsulation
            1121  …     AES-256-GCM ciphertext of the padded plaintext (padding.py), then the 16-byte tag
            HPKE base mode, KEM X-Wing (0x647a), KDF HKDF-SHA256, AEAD AES-256-GCM,
            info = "hrd-cases 1 letter" ‖ the caller's info
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Final, NamedTuple, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

from hrd_cases.errors import Tampered
from hrd_cases.vault import primitives
from hrd_cases.vault.envelope import derive, digest, random_bytes
from hrd_cases.vault.padding import pad, unpad

SEED_BYTES: Final = 32
_FORMAT: Final = b"\x01"
_SIGNATURE_DOMAIN: Final = b"hrd-cases 1 signature"
_LETTER_DOMAIN: Final = b"hrd-cases 1 letter"
_ED25519_AT: Final = 1 + primitives.XWING_PUBLIC_BYTES
_MLDSA_AT: Final = _ED25519_AT + primitives.ED25519_PUBLIC_BYTES
BUNDLE_BYTES: Final = _MLDSA_AT + primitives.MLDSA_PUBLIC_BYTES
_MLDSA_SIGNATURE_AT: Final = 1 + primitives.ED25519_SIGNATURE_BYTES
SIGNATURE_BYTES: Final = _MLDSA_SIGNATURE_AT + primitives.MLDSA_SIGNATURE_BYTES

_MOST_REMEMBERED: Final = 4096
_fingerprints: dict[bytes, bytes] = {}
"""By the digest of its seed: making all parts anew at every request would cost more than most pages. No seed stays."""


def new_seed() -> bytes:
    """32 random bytes: everything else of a key pair follows from them."""
    return random_bytes(SEED_BYTES)


class KeyPair:
    """The keys of a member, or of a circle in one epoch. Parts are made when first used; `repr` shows nothing."""

    def __init__(self, seed: bytes) -> None:
        """Tampered unless the seed is 32 bytes: anyone can seal anything to a member as their circle's seed."""
        if len(seed) != SEED_BYTES:
            raise Tampered("a seed is 32 bytes")
        self.seed = seed

    def __repr__(self) -> str:
        return "<KeyPair>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are neither pickled nor copied")

    @cached_property
    def _xwing(self) -> primitives.XWingSecret:
        return primitives.xwing_secret(derive(self.seed, "key pair: x-wing"))

    @cached_property
    def _ed25519(self) -> Ed25519PrivateKey:
        return primitives.ed25519_secret(derive(self.seed, "key pair: ed25519"))

    @cached_property
    def _mldsa(self) -> MLDSA65PrivateKey:
        return primitives.mldsa_secret(derive(self.seed, "key pair: ml-dsa-65"))

    @cached_property
    def bundle(self) -> bytes:
        """The public keys, 3201 bytes."""
        return b"".join(
            (
                _FORMAT,
                self._xwing.public_bytes(),
                self._ed25519.public_key().public_bytes_raw(),
                self._mldsa.public_key().public_bytes_raw(),
            )
        )

    @cached_property
    def fingerprint(self) -> bytes:
        """32 bytes that name the bundle. Always made from the seed, never told by anybody: it says whose keys these
        are."""
        name = digest("seed of a fingerprint", self.seed)
        found = _fingerprints.get(name)
        if found is None:
            found = fingerprint_of(self.bundle)
            if len(_fingerprints) >= _MOST_REMEMBERED:
                _fingerprints.clear()
            _fingerprints[name] = found
        return found

    def sign(self, label: str, message: bytes) -> bytes:
        """Sign with both algorithms for the purpose `label` (at most 65,535 bytes); 3374 bytes."""
        statement = _statement(label, self.fingerprint, message)
        return _FORMAT + self._ed25519.sign(statement) + self._mldsa.sign(statement, _SIGNATURE_DOMAIN)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What `seal_to` sealed to this bundle under this info, or Tampered."""
        if sealed[:1] != _FORMAT:
            raise Tampered("a sealed letter is malformed")
        return unpad(primitives.hpke_open(self._xwing.private(), sealed[1:], _LETTER_DOMAIN + info))

    def symmetric(self, label: str) -> bytes:
        """32 bytes for the purpose `label`, that only the holder of the seed can make."""
        return derive(self.seed, "symmetric: " + label)


class _Bundle(NamedTuple):
    xwing: MLKEM768X25519PublicKey
    ed25519: Ed25519PublicKey
    mldsa: MLDSA65PublicKey
    fingerprint: bytes


@lru_cache(maxsize=512)  # public keys only; unpacking one costs as much as verifying with it
def _unpacked(bundle: bytes) -> _Bundle:
    if len(bundle) != BUNDLE_BYTES or bundle[:1] != _FORMAT:
        raise Tampered("a bundle of public keys is malformed")
    return _Bundle(
        primitives.xwing_public(bundle[1:_ED25519_AT]),
        primitives.ed25519_public(bundle[_ED25519_AT:_MLDSA_AT]),
        primitives.mldsa_public(bundle[_MLDSA_AT:]),
        digest("member bundle", bundle),
    )


def fingerprint_of(bundle: bytes) -> bytes:
    """The bundle's 32-byte name; Tampered if it is malformed."""
    return _unpacked(bundle).fingerprint


def verify(bundle: bytes, label: str, message: bytes, signature: bytes) -> None:
    """Tampered unless both signatures are those of this bundle's holder over this message for this purpose."""
    keys = _unpacked(bundle)
    if len(signature) != SIGNATURE_BYTES or signature[:1] != _FORMAT:
        raise Tampered("a signature is malformed")
    statement = _statement(label, keys.fingerprint, message)
    primitives.ed25519_verify(keys.ed25519, signature[1:_MLDSA_SIGNATURE_AT], statement)
    primitives.mldsa_verify(keys.mldsa, signature[_MLDSA_SIGNATURE_AT:], statement, _SIGNATURE_DOMAIN)


def _statement(label: str, fingerprint: bytes, message: bytes) -> bytes:
    name = label.encode()
    return b"".join((_SIGNATURE_DOMAIN, len(name).to_bytes(2), name, fingerprint, message))


def seal_to(bundle: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal to the holder of the bundle, tied to `info`. Says nothing of who sealed it: sign what matters.

    Tampered if the bundle is malformed.
    """
    sealed = primitives.hpke_seal(_unpacked(bundle).xwing, pad(plaintext), _LETTER_DOMAIN + info)
    return _FORMAT + sealed
