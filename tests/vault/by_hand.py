"""The vault's formats written a second time, from its docstrings, with little more than the standard library.

If these and the vault agree, the docstrings are true and another program could open what ours sealed.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), secret, "sha256")


def expand(pseudorandom: bytes, info: bytes, length: int) -> bytes:
    out = block = b""
    counter = 1
    while len(out) < length:
        block = hmac.digest(pseudorandom, block + info + bytes([counter]), "sha256")
        out += block
        counter += 1
    return out[:length]


def hkdf(secret: bytes, info: bytes, length: int = 32, salt: bytes = b"") -> bytes:
    return expand(extract(salt, secret), info, length)


def gcm(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def xwing_keys(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def xwing_decapsulated(seed: bytes, enc: bytes) -> bytes:
    """The X-Wing combiner: SHA3-256(ML-KEM secret ‖ X25519 secret ‖ X25519 ciphertext ‖ X25519 key ‖ label)."""
    mlkem, x25519 = xwing_keys(seed)
    exchanged = x25519.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    own = x25519.public_key().public_bytes_raw()
    label = bytes.fromhex("5c2e2f2f5e5c")
    return hashlib.sha3_256(mlkem.decapsulate(enc[:1088]) + exchanged + enc[1088:] + own + label).digest()


def hpke_schedule(shared_secret: bytes, info: bytes, aead_id: int) -> tuple[bytes, bytes]:
    """Key (32 bytes) and base nonce of RFC 9180 §5.1, base mode, KEM X-Wing, HKDF-SHA256."""
    suite = b"HPKE" + (0x647A).to_bytes(2) + (1).to_bytes(2) + aead_id.to_bytes(2)

    def labelled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
        return extract(salt, b"HPKE-v1" + suite + label + secret)

    def labelled_expand(pseudorandom: bytes, label: bytes, context: bytes, length: int) -> bytes:
        return expand(pseudorandom, length.to_bytes(2) + b"HPKE-v1" + suite + label + context, length)

    context = b"\0" + labelled_extract(b"", b"psk_id_hash", b"") + labelled_extract(b"", b"info_hash", info)
    secret = labelled_extract(shared_secret, b"secret", b"")
    return labelled_expand(secret, b"key", context, 32), labelled_expand(secret, b"base_nonce", context, 12)
