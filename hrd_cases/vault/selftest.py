"""Is this installation's `cryptography` fit for us? Another package once downgraded it silently."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from hrd_cases.errors import Unfit

_PARTS: Final = (
    ("cryptography.hazmat.primitives.hpke", "MLKEM768X25519PrivateKey", "post-quantum HPKE (X-Wing)"),
    ("cryptography.hazmat.primitives.hpke", "Suite", "HPKE"),
    ("cryptography.hazmat.primitives.asymmetric.mlkem", "MLKEM768PrivateKey", "ML-KEM"),
    ("cryptography.hazmat.primitives.asymmetric.mldsa", "MLDSA65PrivateKey", "ML-DSA"),
    ("cryptography.hazmat.primitives.kdf.argon2", "Argon2id", "Argon2id"),
    ("cryptography.cobblestone", "Cobblestone256Encryptor", "cobblestone"),
)


class VaultUnfit(Unfit):
    """The installed `cryptography` cannot do, or wrongly does, what the vault needs; one sentence for the operator."""


def require_parts() -> None:
    """VaultUnfit, naming the first part that is missing."""
    for module, attribute, name in _PARTS:
        try:
            found = hasattr(import_module(module), attribute)
        except ImportError:
            found = False
        if not found:
            raise VaultUnfit(f"The installed package cryptography lacks {name}: install cryptography 50.0.2 or later.")


def check() -> None:
    """VaultUnfit unless every part is there and gives the known answers; takes a few milliseconds."""
    require_parts()
    from hrd_cases.vault.known_answers import first_wrong  # noqa: PLC0415 - after the check: it needs the parts

    wrong = first_wrong()
    if wrong:
        raise VaultUnfit(f"The installed package cryptography gives a wrong answer for {wrong}: do not start.")
