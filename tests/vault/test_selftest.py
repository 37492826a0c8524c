"""A `cryptography` that lacks something, or answers wrongly, is refused at start with one sentence."""

import importlib
import subprocess
import sys
import timeit
from pathlib import Path

import pytest

from hrd_cases.errors import Unfit
from hrd_cases.vault import known_answers, selftest
from hrd_cases.vault.selftest import VaultUnfit

ROOT = Path(__file__).parents[2]
PARTS = {(module, attribute): name for module, attribute, name in selftest._PARTS}


def test_this_installation_is_fit_and_says_so_quickly() -> None:
    assert min(timeit.repeat(selftest.check, number=1, repeat=5)) < 0.1  # seconds


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[1])
def test_a_missing_part_is_named_in_one_sentence(part: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    module, attribute = part
    monkeypatch.delattr(importlib.import_module(module), attribute)
    with pytest.raises(VaultUnfit) as refusal:
        selftest.check()
    sentence = str(refusal.value)
    assert PARTS[part] in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_missing_module_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.cobblestone", None)
    with pytest.raises(VaultUnfit, match="lacks cobblestone"):
        selftest.check()


def test_the_whole_room_refuses_to_be_imported_without_a_part() -> None:
    """As with an older `cryptography`: not an ImportError from deep inside, but our sentence."""
    program = (
        "import cryptography.hazmat.primitives.hpke as hpke\n"
        "del hpke.MLKEM768X25519PrivateKey\n"
        "from hrd_cases.errors import Unfit\n"
        "try:\n"
        "    import hrd_cases.vault.identity\n"
        "except Unfit as refusal:\n"
        "    print(refusal)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert ran.stdout.startswith("The installed package cryptography lacks post-quantum HPKE")


WRONG = {
    "AES-256-GCM": ("unwrap", lambda *_: b"another answer"),
    "key derivation": ("_FINGERPRINT", "00"),
    "HPKE": ("_LETTER", ""),
    "Argon2id": ("argon2id", lambda *_, **__: bytes(32)),
    "signatures": ("verify", lambda *_: None),
    "cobblestone": ("_CHUNKED", "00" * 80),
}


@pytest.mark.parametrize("part", WRONG)
def test_a_wrong_answer_is_named(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_answers, *WRONG[part])
    with pytest.raises(VaultUnfit, match=f"wrong answer for {part}:"):
        selftest.check()


def test_a_cipher_that_accepts_damage_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_answers, "unwrap", lambda *_: known_answers._TEXT)
    with pytest.raises(VaultUnfit, match="AES-256-GCM"):
        selftest.check()


def test_whatever_a_broken_part_raises_is_a_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(known_answers, "verify", broken)
    with pytest.raises(VaultUnfit, match="signatures"):
        selftest.check()


def test_it_is_for_the_operator() -> None:
    assert issubclass(VaultUnfit, Unfit)
