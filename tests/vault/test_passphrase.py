"""A passphrase or a printed code opens its own member's lock and no other."""

import re
import struct
import time

import pytest

from hrd_cases.errors import HrdError, Tampered
from hrd_cases.vault import passphrase
from hrd_cases.vault.passphrase import (
    CODE_ALPHABET,
    Argon,
    WrongPassphrase,
    lock_with_passphrase,
    lock_with_recovery_code,
    new_recovery_code,
    normalise_recovery_code,
    open_with_passphrase,
    open_with_recovery_code,
    spend_like,
    stretch,
)

SEED = bytes(range(32))
PEPPER = b"pepper of this server, 32 bytes!"
CHEAP = Argon(memory_kib=64, iterations=1)
PHRASE = "correct horse battery staple"
LOCK = lock_with_passphrase(SEED, PHRASE, PEPPER, CHEAP, b"member 9")
CODE = "7QXK-2M4P-9RTV-0B1C-8DFG-HJNW-YZ35"
RECOVERY = lock_with_recovery_code(SEED, CODE, PEPPER, b"member 9")


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[Argon]:
    """The costs that were spent, without spending them."""
    spent: list[Argon] = []

    def cheap(_written: bytes, _salt: bytes, *, memory_kib: int, iterations: int, lanes: int, secret: bytes) -> bytes:
        spent.append(Argon(memory_kib, iterations, lanes))
        return bytes(32)

    monkeypatch.setattr(passphrase, "argon2id", cheap)
    return spent


def test_the_passphrase_opens_the_lock() -> None:
    assert open_with_passphrase(LOCK, PHRASE, PEPPER, b"member 9") == SEED


@pytest.mark.parametrize(
    "typed", ["", "Correct horse battery staple", PHRASE + " ", " " + PHRASE, "correct  horse battery staple"]
)
def test_another_passphrase_does_not_spaces_and_case_count(typed: str) -> None:
    with pytest.raises(WrongPassphrase):
        open_with_passphrase(LOCK, typed, PEPPER, b"member 9")


def test_a_lock_without_the_servers_pepper_does_not_open() -> None:
    for pepper in (b"", PEPPER[:-1], PEPPER[::-1]):
        with pytest.raises(WrongPassphrase):
            open_with_passphrase(LOCK, PHRASE, pepper, b"member 9")


def test_a_lock_moved_to_another_member_is_seen_as_moved() -> None:
    with pytest.raises(Tampered):
        open_with_passphrase(LOCK, PHRASE, PEPPER, b"member 10")
    with pytest.raises(Tampered):
        open_with_recovery_code(RECOVERY, CODE, PEPPER, b"member 10")


def test_wrong_passphrase_is_an_error_of_the_house() -> None:
    assert issubclass(WrongPassphrase, HrdError)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nai\u0308ve caf\u0065\u0301", "naïve café"),
        ("two\u00a0words", "two words"),
        ("two\u3000words", "two words"),
        ("\u0622\u0645\u0646 جدا", "\u0627\u0653\u0645\u0646 جدا"),
    ],
)
def test_the_same_passphrase_from_another_keyboard_opens(typed: str, meant: str) -> None:
    for one, other in ((typed, meant), (meant, typed)):
        lock = lock_with_passphrase(SEED, one, PEPPER, CHEAP, b"")
        assert open_with_passphrase(lock, other, PEPPER, b"") == SEED


@pytest.mark.parametrize(("typed", "other"), [("x² y", "x2 y"), ("ﬁne", "fine"), ("one\ttwo", "one two"), ("A", "a")])
def test_what_looks_alike_but_is_not_the_same_stays_different(typed: str, other: str) -> None:
    assert stretch(typed, bytes(16), PEPPER, CHEAP) != stretch(other, bytes(16), PEPPER, CHEAP)


def test_any_characters_and_long_passphrases_are_taken() -> None:
    for phrase in ("\0\x1f\U0001f512", "\ud800 broken", "x" * 64, "é" * 1024):
        lock = lock_with_passphrase(SEED, phrase, PEPPER, CHEAP, b"")
        assert open_with_passphrase(lock, phrase, PEPPER, b"") == SEED
        with pytest.raises(WrongPassphrase):
            open_with_passphrase(lock, phrase[:-1], PEPPER, b"")


def test_piles_of_accents_are_refused_before_they_cost_minutes() -> None:
    pile = "a" + "\u0315\u0300" * 500_000
    started = time.perf_counter()
    with pytest.raises(WrongPassphrase):
        open_with_passphrase(LOCK, pile, PEPPER, b"member 9")
    with pytest.raises(WrongPassphrase):
        lock_with_passphrase(SEED, "x" * 1025, PEPPER, CHEAP, b"")
    assert normalise_recovery_code(pile) == ""
    with pytest.raises(WrongPassphrase):
        open_with_recovery_code(RECOVERY, pile, PEPPER, b"member 9")
    spend_like(LOCK, pile, PEPPER)
    assert time.perf_counter() - started < 5  # seconds; unguarded it takes ten minutes


def test_locks_say_nothing_of_each_other() -> None:
    again = lock_with_passphrase(SEED, PHRASE, PEPPER, CHEAP, b"member 9")
    assert again[10:26] != LOCK[10:26]
    assert again[26:58] != LOCK[26:58]
    assert SEED not in LOCK


def test_the_house_spends_64_mebibytes_three_times_by_default() -> None:
    assert Argon() == Argon(memory_kib=65536, iterations=3, lanes=1)


def test_a_lock_says_what_it_cost(costs: list[Argon]) -> None:
    lock = lock_with_passphrase(SEED, PHRASE, PEPPER, Argon(1024, 2, 4), b"")
    open_with_passphrase(lock, PHRASE, PEPPER, b"")
    assert costs == [Argon(1024, 2, 4)] * 2


TOO_DEAR = [
    (100 * 1024 * 1024, 3, 1),  # 100 GiB
    (2**32 - 1, 1, 1),
    (2**19 + 1, 1, 1),
    (2**19, 5, 1),  # each within bounds, together not
    (8, 65, 1),
    (8, 2**32 - 1, 1),
    (8, 0, 1),
    (0, 1, 1),
    (7, 1, 1),
    (15, 1, 2),
    (1024, 1, 0),
    (1024, 1, 17),
    (1024, 1, 255),
]


@pytest.mark.parametrize(("memory_kib", "iterations", "lanes"), TOO_DEAR)
def test_an_absurd_cost_is_refused_before_it_is_spent(
    memory_kib: int, iterations: int, lanes: int, costs: list[Argon]
) -> None:
    hostile = b"\x01" + struct.pack(">IIB", memory_kib, iterations, lanes) + LOCK[10:]
    with pytest.raises(Tampered):
        open_with_passphrase(hostile, PHRASE, PEPPER, b"member 9")
    spend_like(hostile, PHRASE, PEPPER)
    assert costs == [Argon()]
    with pytest.raises(ValueError, match="out of bounds"):
        Argon(memory_kib, iterations, lanes)


@pytest.mark.parametrize("cost", [(2**19, 4, 1), (2**15, 64, 1), (8, 1, 1), (128, 1, 16)])
def test_costs_at_the_edge_are_allowed(cost: tuple[int, int, int], costs: list[Argon]) -> None:
    lock = lock_with_passphrase(SEED, PHRASE, PEPPER, Argon(*cost), b"")
    assert open_with_passphrase(lock, PHRASE, PEPPER, b"") == SEED
    assert costs == [Argon(*cost)] * 2


def test_a_cheaper_cost_written_into_a_lock_does_not_open_it() -> None:
    dear = lock_with_passphrase(SEED, PHRASE, PEPPER, Argon(128, 2), b"")
    with pytest.raises(WrongPassphrase):
        open_with_passphrase(dear[:1] + struct.pack(">IIB", 64, 1, 1) + dear[10:], PHRASE, PEPPER, b"")


def test_a_stranger_costs_what_a_member_costs(costs: list[Argon]) -> None:
    dear = Argon(4096, 2)
    spend_like(None, PHRASE, PEPPER)
    spend_like(None, PHRASE, PEPPER, dear)
    spend_like(LOCK, PHRASE, PEPPER, dear)
    spend_like(b"", PHRASE, PEPPER, dear)
    assert costs == [Argon(), dear, CHEAP, dear]


def test_damage_is_told_from_a_wrong_passphrase() -> None:
    """In the part that only the right passphrase reaches, damage is damage."""
    for at in range(58, len(LOCK)):
        damaged = bytearray(LOCK)
        damaged[at] ^= 1
        with pytest.raises(Tampered):
            open_with_passphrase(bytes(damaged), PHRASE, PEPPER, b"member 9")
    for at in range(33, len(RECOVERY)):
        damaged = bytearray(RECOVERY)
        damaged[at] ^= 1
        with pytest.raises(Tampered):
            open_with_recovery_code(bytes(damaged), CODE, PEPPER, b"member 9")


def test_a_lock_is_bound_to_one_key_even_if_its_wrap_were_not() -> None:
    """The check commits: a blob that opens under many guesses cannot be planted."""
    other = lock_with_passphrase(SEED, "another passphrase", PEPPER, CHEAP, b"member 9")
    with pytest.raises(WrongPassphrase):
        open_with_passphrase(LOCK[:26] + other[26:58] + LOCK[58:], PHRASE, PEPPER, b"member 9")


@pytest.mark.parametrize("lock", [b"", LOCK[:-1], LOCK + b"\0", b"\x02" + LOCK[1:], RECOVERY])
def test_a_malformed_passphrase_lock_is_refused(lock: bytes) -> None:
    with pytest.raises(Tampered):
        open_with_passphrase(lock, PHRASE, PEPPER, b"member 9")


@pytest.mark.parametrize("lock", [b"", RECOVERY[:-1], RECOVERY + b"\0", b"\x02" + RECOVERY[1:], LOCK])
def test_a_malformed_recovery_lock_is_refused(lock: bytes) -> None:
    with pytest.raises(Tampered):
        open_with_recovery_code(lock, CODE, PEPPER, b"member 9")


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_only_seeds_are_locked(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        lock_with_passphrase(seed, PHRASE, PEPPER, CHEAP, b"")
    with pytest.raises(ValueError, match="32 bytes"):
        lock_with_recovery_code(seed, CODE, PEPPER, b"")


def test_recovery_codes_are_fresh_and_easy_to_copy() -> None:
    codes = {new_recovery_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    for place in zip(*(code.replace("-", "") for code in codes), strict=True):
        assert len(set(place)) > 25  # of 32, in 200 drawings: every one of the 28 characters is drawn
    assert len(CODE_ALPHABET) == len(set(CODE_ALPHABET)) == 32
    assert not set("ILOU") & set(CODE_ALPHABET)


TYPED_CODES = [
    CODE,
    CODE.lower(),
    CODE.replace("-", ""),
    CODE.replace("-", " "),
    CODE.replace("-", " \u2013 "),
    f"  {CODE}\n",
    CODE.replace("0", "O").replace("1", "I"),
    CODE.replace("0", "o").replace("1", "l"),
    CODE.replace("0", "0").replace("1", "L"),
    "".join(chr(0xFF01 + ord(mark) - 0x21) for mark in CODE),  # full-width
    CODE.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)}),  # Arabic-Indic digits
]


@pytest.mark.parametrize("typed", TYPED_CODES)
def test_a_recovery_code_opens_however_it_is_typed(typed: str) -> None:
    assert normalise_recovery_code(typed) == CODE.replace("-", "")
    assert open_with_recovery_code(RECOVERY, typed, PEPPER, b"member 9") == SEED
    assert open_with_recovery_code(lock_with_recovery_code(SEED, typed, PEPPER, b""), CODE, PEPPER, b"") == SEED


@pytest.mark.parametrize(
    "typed", ["", "-", CODE[:-1], CODE + "0", CODE.replace("7", "8"), CODE.replace("V", "U"), "\ud800"]
)
def test_another_code_does_not(typed: str) -> None:
    with pytest.raises(WrongPassphrase):
        open_with_recovery_code(RECOVERY, typed, PEPPER, b"member 9")


def test_nor_without_the_servers_pepper() -> None:
    for pepper in (b"", PEPPER[:-1]):
        with pytest.raises(WrongPassphrase):
            open_with_recovery_code(RECOVERY, CODE, pepper, b"member 9")


@pytest.mark.parametrize("weak", ["", "secret", CODE[:-1], CODE + "0", CODE.replace("V", "U"), "é" * 28])
def test_no_weaker_secret_takes_the_place_of_a_recovery_code(weak: str) -> None:
    with pytest.raises(ValueError, match="recovery code"):
        lock_with_recovery_code(SEED, weak, PEPPER, b"")
