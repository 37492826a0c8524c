"""Quick known answers for the start: one per part of `cryptography` that the vault stands on.

Stored blobs were made once, by formats of version 1, from the seed or key 00 01 … 1f; each must still open.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor

from hrd_cases.errors import Tampered
from hrd_cases.vault.envelope import unwrap
from hrd_cases.vault.identity import KeyPair, verify
from hrd_cases.vault.primitives import argon2id

_SEED: Final = bytes(range(32))
_TEXT: Final = b"known answer"
_CONTEXT: Final = b"self-test"
_FINGERPRINT: Final = "02a7f1f09e0ccce83eaba180c8c10efc1ccd9bd429eae18e90db0bd7aab435ab"
_STRETCHED: Final = "e36402bb84d1309bda6a7f4e2eff3613b55d4a003bf2f902e6ebccec2cbd4753"
_WRAPPED: Final = "01c9aad27063419416780d4221489a967585ea9def6994355c307182f4cb08fc26c1fa83f4447137a0"
_CHUNKED: Final = (
    "6bac78260342067764dd6a0aa77307eb0fda54a348c616f200d1734d2cfdf9fa6af27a787232dd9a31dc8142d6fb0a22980744b0e1eb1b41"
    "49735777718cae86ae4e67f650616708b22de91f78f304e86edae0b3"
)
_LETTER: Final = (
    "AeX37cAPpF8OElrIy2+FYFpVm8epZ0yPJ4WbLXvbCmQkAqSe5lfxpFKvHpPozkpnYgBej4Mnm2FEU8P+7KnQNy4aWo9FQ2OcvmsxGzCIRaciSpMz"
    "GpGvCUSPC3c9Y6439dGBSlH4nGsccQwmcrOdezjvE8MFr80Yk8PqFABcjIvoc6DmX87Oqss8cKQA1nQ0N/1YYgqMGpU21NIR8rOJrrh4LTg+IkCH"
    "QAlGJoGokyMI6Z08plOloz80tyQjDtAmnw0a1e5sr1Mi49CVxaVAAR5p0pDxpDQQQnf8NyZipQoVnPHGQwl74aFpR1Poj7z/fUEPkI8AeVSkjc7p"
    "LeKBmrmMBudIH+5vuAlPGDHhT0JIIk3tKJyrgD97xUN4vsTspK85J12NIMOYVxuP9FdUupYsRs0amyhDqPDL4d27y9SsbVs6crK+ARhkE87L1MUF"
    "iRu+3AqxeB1zTpbwQzhZnvzgV9f6lJ9gIBNFtXi2/x5/phYtV07yha7vG2iT/D50G7Gy8i25HhzjS+EqVIbMKHFhn4QwqtnDdrNswbnxR/mVYloy"
    "UdKw6Xguc2unvASGh7qcGSlip6khYBrkoG3urHhjAcdblJf8LzhMZXrUEgw0p7LBkJpDkqZ8MxjAhTtehF6V8gt4UimgDd4jNbmnBe5bntIeGz9l"
    "YHsYMnQOIHcKnvNLKwSkeIurevoZQHgZwL8KkghiOKv9XCOXTfE0NOPgM7Dj09DY7OR769ZfIsDfGewq1r1jL0LpokAsRBR3nBEWmja0cchzvzoU"
    "ER6dA9posvbX0Fh6CQ5AwrY2nUCfndDrZ+FpUbRQXP0n0ZaY8sV4gMI+ABPKq9zxob8XQzko5fOeclPGMxHLNhRyyuI/xSPQ8lzGCRkW6IJjl0Jk"
    "4L/xE2OhWpLWTRajYFP5CoejZgX1sLSCt9L0g/Sk8vvv9zSIimUxkKwC+1Xhx/MMgW4sO7ZymssTjnqnLx8gb/wBZcgZ/7zI+dxeK7gcH0UqdGJ4"
    "nMOICL50em1GlHRfOZWYOA7ssfVOAcY8xG8AX2tYsAJRy9d8X4uxf0RwDaZc3uRCS6XLdAhcI2MJYR0N9QH2h+nXSItC0w/uig4VjnkbOujp95KO"
    "WFLB14KP9lYvCSZl6DHBtY0h4R5GnSDuP0b5XRo/hR2y9jDtQ3vp98l3WCOj/DRaRrIE7/RctgUy3VLyCQiz/iRwoDhogCOPy9i4aWennABoxjPn"
    "t+eOb32oyCcOwQvpwVjEnQRRFCzkClrReR0Ql3L2msqK+/q9GNYMUQqalv/FYE6Uxn9DBrWkVZv22RorVBNPh4UyFbsOK5/kECRXFlx049S+gpI6"
    "SiIQ53mz9n4Ct1/m4zZAbMoJUt3tV6kTyQ6SqpwJ1+JxFCorRvlhYoSPxicEaQEdUq42CkBUNq/bk+Bp5dTJQwXqFcmqsgmeJZ5gvAEznCJj1+BQ"
    "vkKNaD14bwX6UzWjfKJq+thk9GnB+6rzdUb3xxbyd8Yj72IS5CTEU/T1vAtrzMTnGbMiOM4Gk/DzkFFHvxaqIS5eFgN59AkSQ1B6pc27eJ2/LHw7"
    "1UhLlnyx9Ku6gqAs7eAF9rV5O8dYqcmFDVbshDU7Az45cC3urki2m9SnJa+6fusqBxRbezhPyz1chPvJ4OZnlmVuXC70KNqRtvOHjpPIYrd31WnF"
    "jrYgvvE="
)


def _keys_follow_from_the_seed() -> bool:
    return KeyPair(_SEED).fingerprint.hex() == _FINGERPRINT


def _a_letter_opens() -> bool:
    return KeyPair(_SEED).open(b64decode(_LETTER), _CONTEXT) == _TEXT


def _a_wrapped_key_opens() -> bool:
    return unwrap(_SEED, bytes.fromhex(_WRAPPED), _CONTEXT) == _TEXT


def _a_damaged_key_is_refused() -> bool:
    damaged = bytearray.fromhex(_WRAPPED)
    damaged[-1] ^= 1
    try:
        unwrap(_SEED, bytes(damaged), _CONTEXT)
    except Tampered:
        return True
    return False


def _a_passphrase_stretches() -> bool:
    stretched = argon2id(_TEXT, bytes(range(16)), memory_kib=64, iterations=1, lanes=1, secret=b"pepper")
    return stretched.hex() == _STRETCHED


def _a_signature_holds_for_its_message_alone() -> bool:
    pair = KeyPair(_SEED)
    signature = pair.sign("self-test", _TEXT)
    verify(pair.bundle, "self-test", _TEXT, signature)
    try:
        verify(pair.bundle, "self-test", _TEXT + b".", signature)
    except Tampered:
        return True
    return False


def _a_document_opens() -> bool:
    document = Cobblestone256Decryptor(_SEED, _CONTEXT)
    return document.update(bytes.fromhex(_CHUNKED)) + document.finalize() == _TEXT


_ANSWERS: Final[tuple[tuple[str, Callable[[], bool]], ...]] = (
    ("AES-256-GCM", _a_wrapped_key_opens),
    ("AES-256-GCM", _a_damaged_key_is_refused),
    ("key derivation", _keys_follow_from_the_seed),
    ("HPKE", _a_letter_opens),
    ("signatures", _a_signature_holds_for_its_message_alone),
    ("Argon2id", _a_passphrase_stretches),
    ("cobblestone", _a_document_opens),
)


def first_wrong() -> str:
    """The name of the first part with a wrong answer, or an empty string."""
    for name, right in _ANSWERS:
        try:
            if not right():
                return name
        except Exception:  # noqa: BLE001 - whatever it raises, it is not the answer
            return name
    return ""
