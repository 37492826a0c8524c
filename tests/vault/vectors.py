"""Outside test vectors, each tried through the same small functions that seal a case.

A vector is a name and a check; a check is True when our function gives the published answer.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import cryptography_vectors
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hrd_cases.errors import Tampered
from hrd_cases.vault import primitives

HOME = Path(cryptography_vectors.__file__).parent
Fields = dict[str, str]

KDFS = {1: hpke.KDF.HKDF_SHA256, 3: hpke.KDF.HKDF_SHA512, 17: hpke.KDF.SHAKE256}
AEADS = {1: hpke.AEAD.AES_128_GCM, 2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}


@dataclass(frozen=True)
class Vector:
    name: str
    right: Callable[[], bool]


def wrong(vectors: Iterable[Vector]) -> tuple[int, list[str]]:
    """How many vectors were tried, and the names of those that ours answers wrongly."""
    tried, failed = 0, []
    for vector in vectors:
        tried += 1
        try:
            if not vector.right():
                failed.append(vector.name)
        except (Tampered, ValueError):
            failed.append(vector.name)
    return tried, failed


def refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except Tampered:
        return True
    return False


def responses(path: str, first: str) -> Iterator[Fields]:
    """The records of a NIST response file: `key = value` lines, each record opened by the key `first`.

    Bracketed lines belong to every record after them; a line without "=" (FAIL) is a key by itself.
    """
    section: Fields = {}
    record: Fields | None = None
    for raw in (HOME / path).read_text().splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        key, _, value = (part.strip() for part in line.strip("[]").partition("="))
        if line.startswith("["):
            section[key] = value
            continue
        if key == first:
            if record is not None:
                yield record
            record = dict(section)
        assert record is not None
        record[key] = value
    assert record is not None
    yield record


def raw(fields: Fields, key: str) -> bytes:
    return bytes.fromhex(fields.get(key, ""))


def aes_gcm() -> Iterator[Vector]:
    """NIST CAVP, keys of 256 bits; of these the nonces and tags of the sizes we use."""
    ours = {"Keylen": "256", "IVlen": "96", "Taglen": "128"}
    for path in ("gcmEncryptExtIV256", "gcmDecrypt256"):
        for number, fields in enumerate(responses(f"ciphers/AES/GCM/{path}.rsp", "Count")):
            if ours.items() <= fields.items():
                yield Vector(f"{path} {number}", partial(gcm_right, fields))


def gcm_right(fields: Fields) -> bool:
    cipher, nonce, associated = primitives.gcm(raw(fields, "Key")), raw(fields, "IV"), raw(fields, "AAD")
    sealed = raw(fields, "CT") + raw(fields, "Tag")
    if "FAIL" in fields:
        return refused(lambda: primitives.gcm_open(cipher, nonce, sealed, associated))
    return primitives.gcm_seal(cipher, nonce, raw(fields, "PT"), associated) == sealed and primitives.gcm_open(
        cipher, nonce, sealed, associated
    ) == raw(fields, "PT")


def ml_kem() -> Iterator[Vector]:
    for number, fields in enumerate(responses("asymmetric/MLKEM/kat_MLKEM_768.rsp", "count")):
        yield Vector(f"ML-KEM-768 {number}", partial(mlkem_right, fields))


def mlkem_right(fields: Fields) -> bool:
    key = primitives.mlkem_secret(raw(fields, "d") + raw(fields, "z"))
    return (
        key.public_key().public_bytes_raw() == raw(fields, "pk")
        and key.decapsulate(raw(fields, "ct")) == raw(fields, "ss")
        and key.decapsulate(raw(fields, "ct_n")) == raw(fields, "ss_n")
    )


def ml_dsa() -> Iterator[Vector]:
    for number, fields in enumerate(responses("asymmetric/MLDSA/kat_MLDSA_65_det_pure.rsp", "count")):
        yield Vector(f"ML-DSA-65 {number}", partial(mldsa_right, fields))


def mldsa_right(fields: Fields) -> bool:
    secret = primitives.mldsa_secret(raw(fields, "xi"))
    public = primitives.mldsa_public(raw(fields, "pk"))
    message, context = raw(fields, "msg"), raw(fields, "ctx")
    signature = raw(fields, "sm")[: primitives.MLDSA_SIGNATURE_BYTES]
    primitives.mldsa_verify(public, signature, message, context)
    return secret.public_key().public_bytes_raw() == raw(fields, "pk") and refused(
        lambda: primitives.mldsa_verify(public, signature, message + b".", context)
    )


def ed25519() -> Iterator[Vector]:
    """Bernstein's sign.input: secret ‖ public, public, message, signature ‖ message, between colons."""
    for number, line in enumerate((HOME / "asymmetric/Ed25519/sign.input").read_text().splitlines()):
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        yield Vector(f"Ed25519 {number}", partial(ed25519_right, secret[:32], public, message, signed[:64]))


def ed25519_right(seed: bytes, public: bytes, message: bytes, signature: bytes) -> bool:
    secret, key = primitives.ed25519_secret(seed), primitives.ed25519_public(public)
    primitives.ed25519_verify(key, signature, message)
    return (
        secret.public_key().public_bytes_raw() == public
        and secret.sign(message) == signature
        and refused(lambda: primitives.ed25519_verify(key, signature, message + b"."))
    )


def argon2id() -> Iterator[Vector]:
    for fields in responses("KDF/argon2id.txt", "COUNT"):
        yield Vector(f"Argon2id {fields['COUNT']}", partial(argon_right, fields))


def argon_right(fields: Fields) -> bool:
    stretched = primitives.argon2id(
        raw(fields, "pass"),
        raw(fields, "salt"),
        memory_kib=int(fields["memcost"]),
        iterations=int(fields["iter"]),
        lanes=int(fields["lanes"]),
        secret=raw(fields, "secret") or None,
        associated=raw(fields, "ad") or None,
        length=int(fields["length"]),
    )
    return stretched == raw(fields, "output")


def hkdf() -> Iterator[Vector]:
    for path in ("rfc-5869-HKDF-SHA256", "hkdf-generated"):
        for fields in responses(f"KDF/{path}.txt", "COUNT"):
            yield Vector(f"{path} {fields['COUNT']}", partial(hkdf_right, fields))


def hkdf_right(fields: Fields) -> bool:
    assert fields["Hash"] == "SHA-256"
    derived = primitives.hkdf(raw(fields, "IKM"), raw(fields, "salt"), raw(fields, "info"), int(fields["L"]))
    return derived == raw(fields, "OKM")


class WithAssociated:
    """A suite whose one-shot calls carry associated data, as the published vectors do and our letters do not."""

    def __init__(self, suite: hpke.Suite, associated: bytes) -> None:
        self._suite, self._associated = suite, associated

    def encrypt(self, plaintext: bytes, public: Any, info: bytes) -> bytes:
        return openssl.hpke._encrypt_with_aad(self._suite, plaintext, public, info, self._associated)

    def decrypt(self, sealed: bytes, private: Any, info: bytes) -> bytes:
        return openssl.hpke._decrypt_with_aad(self._suite, sealed, private, info, self._associated)


def published_hpke() -> Iterator[dict[str, Any]]:
    """Base mode vectors of the two KEMs our functions take: X-Wing, and X25519 (its older half)."""
    for path in ("test-vectors.json", "hpke-pq-test-vectors.json"):
        for fields in json.loads((HOME / "HPKE" / path).read_text()):
            ours = fields["mode"] == 0 and fields["kem_id"] in (0x20, 0x647A)
            if ours and fields["kdf_id"] in KDFS and fields["aead_id"] in AEADS:
                yield fields


def hpke_letters() -> Iterator[Vector]:
    """The first message of each vector, opened whole, and one of ours opened back."""
    for fields in published_hpke():
        name = f"HPKE {fields['kem_id']} {fields['kdf_id']} {fields['aead_id']}"
        yield Vector(name, partial(hpke_right, fields))


def hpke_right(fields: dict[str, Any]) -> bool:
    first = fields["encryptions"][0]
    info, enc, recipient = (bytes.fromhex(fields[key]) for key in ("info", "enc", "pkRm"))
    xwing = fields["kem_id"] == 0x647A
    kem = hpke.KEM.MLKEM768_X25519 if xwing else hpke.KEM.X25519
    suite = hpke.Suite(kem, KDFS[fields["kdf_id"]], AEADS[fields["aead_id"]])
    seed = bytes.fromhex(fields["skRm"])
    private: primitives.HpkePrivate
    public: primitives.HpkePublic
    if xwing:
        secret = primitives.xwing_secret(seed)
        private, public, own = secret.private(), primitives.xwing_public(recipient), secret.public_bytes()
    else:
        private, public = X25519PrivateKey.from_private_bytes(seed), X25519PublicKey.from_public_bytes(recipient)
        own = private.public_key().public_bytes_raw()
    with_associated = cast(hpke.Suite, WithAssociated(suite, bytes.fromhex(first["aad"])))
    sealed, plaintext = enc + bytes.fromhex(first["ct"]), bytes.fromhex(first["pt"])
    ours = primitives.hpke_seal(public, plaintext, info, suite)
    return (
        own == recipient
        and primitives.hpke_open(private, sealed, info, with_associated) == plaintext
        and refused(lambda: primitives.hpke_open(private, sealed, info + b".", with_associated))
        and primitives.hpke_open(private, ours, info, suite) == plaintext
    )


def hpke_messages() -> Iterator[Vector]:
    """Every message of the vectors with our KDF and AEAD: AES-256-GCM under the published key, nonce and data."""
    for fields in published_hpke():
        if (fields["kdf_id"], fields["aead_id"]) == (1, 2):
            for number, message in enumerate(fields["encryptions"]):
                renamed = {"Key": fields["key"], "IV": message["nonce"], "AAD": message["aad"], "PT": message["pt"]}
                renamed |= {"CT": message["ct"], "Tag": ""}
                yield Vector(f"HPKE message {number}", partial(gcm_right, renamed))


FAMILIES: dict[str, Callable[[], Iterator[Vector]]] = {
    "AES-256-GCM": aes_gcm,
    "ML-KEM-768": ml_kem,
    "ML-DSA-65": ml_dsa,
    "Ed25519": ed25519,
    "Argon2id": argon2id,
    "HKDF-SHA256": hkdf,
    "HPKE letters": hpke_letters,
    "HPKE messages": hpke_messages,
}
