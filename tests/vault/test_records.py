"""A sealed record opens in its own place, untouched, and nowhere else."""

import os
import pickle
import random
from dataclasses import replace
from uuid import uuid4

import pytest

from hrd_cases.errors import Tampered
from hrd_cases.vault import envelope
from hrd_cases.vault.envelope import (
    Header,
    Place,
    RecordCipher,
    derive,
    digest,
    equal,
    header,
    mac,
    unwrap,
    wrap,
    wrap_text,
)
from hrd_cases.vault.padding import padded_size
from tests.vault.places import HERE, SHRED_SECRET, SLEEVE_KEY, cipher

KEY = bytes(range(32))
FLIPS = 1_000_000


@pytest.mark.parametrize("plaintext", [b"", b"x", b"\0\0", b"court " * 1000, os.urandom(70_000)])
def test_what_was_sealed_comes_back(plaintext: bytes) -> None:
    blob = cipher().seal("Hearing", 7, HERE, plaintext)
    assert cipher().open("Hearing", HERE, blob) == (plaintext, 7)


def test_the_header_is_read_without_keys() -> None:
    assert header(cipher(9).seal("Hearing", 7, HERE, b"")) == Header(1, "Hearing", 7, 9)


def test_two_seals_of_one_record_differ() -> None:
    assert len({cipher().seal("Hearing", 7, HERE, b"same") for _ in range(100)}) == 100


def test_short_entries_all_look_alike() -> None:
    assert len({len(cipher().seal("Hearing", 1, HERE, bytes(size))) for size in range(125)}) == 1


LONG = "H" * 255
PLACES = {
    "its own place": HERE,
    "another row": replace(HERE, row_id=uuid4()),
    "another folder": replace(HERE, folder_id=uuid4()),
    "row and folder exchanged": replace(HERE, row_id=HERE.folder_id, folder_id=HERE.row_id),
    "another sleeve": replace(HERE, sleeve="sources"),
    "no sleeve": replace(HERE, sleeve=""),
    "another bound column": replace(HERE, bound=b"state=shut"),
    "no bound column": replace(HERE, bound=b""),
    "a sleeve that swallows the bound column": Place(HERE.row_id, HERE.folder_id, "file\0\0\0\nstate=open"),
    "bound bytes that look like a sleeve": Place(HERE.row_id, HERE.folder_id, "fil", b"e\0\0\0\nstate=open"),
}
CIPHERS = {
    "its own keys": cipher(),
    "another sleeve key": RecordCipher(bytes(32), SHRED_SECRET, 5),
    "another shred secret": RecordCipher(SLEEVE_KEY, bytes(32), 5),
    "sleeve key and shred secret exchanged": RecordCipher(SHRED_SECRET, SLEEVE_KEY, 5),
    "the same keys in another epoch": cipher(6),
}
TYPES = ("Hearing", "Visit", "hearing", "Hearing2", "Hearin", LONG)


def test_cut_and_paste_is_refused_everywhere_but_at_home() -> None:
    """Every combination of place, keys and type: the blob opens in exactly one."""
    blob = cipher().seal("Hearing", 7, HERE, b"The court sits on Tuesday.")
    opened = []
    for place_name, place in PLACES.items():
        for cipher_name, kept in CIPHERS.items():
            for type_name in TYPES:
                try:
                    kept.open(type_name, place, blob)
                except Tampered:
                    continue
                opened.append((place_name, cipher_name, type_name))
    assert opened == [("its own place", "its own keys", "Hearing")]


@pytest.mark.parametrize(
    ("offset", "size", "what"),
    [(0, 1, "format"), (1, 4, "key epoch"), (5, 4, "blob version"), (9, 1, "length of the type name"), (10, 7, "type")],
)
def test_a_header_taken_from_another_record_is_refused(offset: int, size: int, what: str) -> None:
    """The sealed part of one record under any other header, even one that its opener expects."""
    blob = cipher().seal("Hearing", 7, HERE, b"one")
    other = cipher(6).seal("Inquiry", 8, HERE, b"two")
    pasted = bytearray(blob)
    pasted[offset : offset + size] = other[offset : offset + size] if what != "format" else b"\x02"
    if what == "length of the type name":
        pasted[offset] += 1
    for kept in (cipher(5), cipher(6)):
        for type_name in ("Hearing", "Inquiry", header(blob).type_name):
            with pytest.raises(Tampered):
                kept.open(type_name, HERE, bytes(pasted))


def test_parts_of_two_writings_of_one_record_do_not_mix() -> None:
    old, new = (cipher().seal("Hearing", version, HERE, b"text %d" % version) for version in (1, 2))
    for cut in range(1, min(len(old), len(new))):
        mixed = old[:cut] + new[cut:]
        if mixed not in {old, new}:
            with pytest.raises(Tampered):
                cipher().open("Hearing", HERE, mixed)


def test_a_million_bit_flips_and_not_one_is_accepted() -> None:
    """Every bit of fresh small blobs in turn, until the million is full."""
    kept, accepted, flipped = cipher(), 0, 0
    while flipped < FLIPS:
        blob = bytearray(kept.seal("Hearing", flipped, HERE, b"The court sits on Tuesday."))
        for bit in range(8 * len(blob)):
            blob[bit >> 3] ^= 1 << (bit & 7)
            try:
                kept.open("Hearing", HERE, bytes(blob))
                accepted += 1
            except Tampered:
                pass
            blob[bit >> 3] ^= 1 << (bit & 7)
        flipped += 8 * len(blob)
        kept.open("Hearing", HERE, bytes(blob))  # the control: unflipped, it opens
    assert flipped >= FLIPS
    assert accepted == 0


def test_many_bits_at_once_are_refused_too() -> None:
    kept, chance = cipher(), random.Random(2)
    blob = kept.seal("Hearing", 1, HERE, b"The court sits on Tuesday.")
    for _ in range(20_000):
        changed = bytearray(blob)
        for _ in range(chance.randint(2, 40)):
            changed[chance.randrange(len(blob))] = chance.randrange(256)
        if changed != blob:
            with pytest.raises(Tampered):
                kept.open("Hearing", HERE, bytes(changed))


@pytest.mark.parametrize("cut", range(1, 174))
def test_a_shortened_or_lengthened_record_is_refused(cut: int) -> None:
    blob = cipher().seal("Hearing", 1, HERE, b"")
    for changed in (blob[:-cut], blob[cut:], blob + bytes(cut), bytes(cut) + blob):
        with pytest.raises(Tampered):
            cipher().open("Hearing", HERE, changed)


def test_a_header_in_another_script_is_refused() -> None:
    blob = bytearray(cipher().seal("Hearing", 1, HERE, b""))
    blob[10] = 0xC3
    with pytest.raises(Tampered):
        header(bytes(blob))


def test_header_and_open_want_room_for_nonce_and_tag() -> None:
    shortest = b"\x01" + bytes(8) + b"\x01H" + bytes(12 + 16)
    assert header(shortest) == Header(1, "H", 0, 0)
    for blob in (shortest[:-1], b"\x01" + bytes(8) + b"\x00" + bytes(40), b"\x02" + shortest[1:], b""):
        with pytest.raises(Tampered):
            header(blob)


def test_the_largest_numbers_and_names_fit() -> None:
    blob = cipher(2**32 - 1).seal(LONG, 2**32 - 1, HERE, b"x")
    assert header(blob) == Header(1, LONG, 2**32 - 1, 2**32 - 1)
    assert cipher(2**32 - 1).open(LONG, HERE, blob) == (b"x", 2**32 - 1)
    assert header(cipher(0).seal("H", 0, HERE, b"x")) == Header(1, "H", 0, 0)


def test_a_place_binds_no_column_unless_told() -> None:
    assert Place(HERE.row_id, HERE.folder_id, "file") == replace(HERE, bound=b"")


@pytest.mark.parametrize(
    ("type_name", "blob_version", "key_epoch"),
    [
        ("", 1, 1),
        (LONG + "H", 1, 1),
        ("Hören", 1, 1),
        ("Hearing", -1, 1),
        ("Hearing", 2**32, 1),
        ("Hearing", 1, -1),
        ("Hearing", 1, 2**32),
    ],
)
def test_a_header_that_would_not_fit_is_our_bug(type_name: str, blob_version: int, key_epoch: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - two kinds of it
        cipher(key_epoch).seal(type_name, blob_version, HERE, b"")


@pytest.mark.parametrize(
    ("sleeve_key", "shred_secret"), [(b"", b""), (KEY[:31], KEY), (KEY, KEY[:31]), (KEY + KEY, b"")]
)
def test_keys_of_another_size_make_no_cipher(sleeve_key: bytes, shred_secret: bytes) -> None:
    with pytest.raises(Tampered, match="32 bytes"):
        RecordCipher(sleeve_key, shred_secret, 1)


def test_nothing_secret_is_printed() -> None:
    kept = cipher()
    opened = kept.open("Hearing", HERE, kept.seal("Hearing", 3, HERE, b"informant"))
    printed = f"{kept} {kept!r} {opened} {opened!r} {HERE!r}"
    assert "informant" not in printed
    assert "state=open" not in printed
    assert SLEEVE_KEY.hex() not in printed
    assert repr(SLEEVE_KEY)[2:-1] not in printed


def test_a_cipher_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(cipher())


def test_a_wrapped_key_opens_under_its_key_and_context_alone() -> None:
    blob = wrap(KEY, b"a circle's seed", b"circle 3")
    assert unwrap(KEY, blob, b"circle 3") == b"a circle's seed"
    assert len(blob) == len(b"a circle's seed") + 29
    for key, context in ((KEY[::-1], b"circle 3"), (KEY, b"circle 4"), (KEY, b""), (KEY + b"\0", b"circle 3")):
        with pytest.raises(Tampered):
            unwrap(key, blob, context)
    for bit in range(8 * len(blob)):
        flipped = bytearray(blob)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(Tampered):
            unwrap(KEY, bytes(flipped), b"circle 3")
    for cut in range(1, len(blob) + 1):
        with pytest.raises(Tampered):
            unwrap(KEY, blob[:-cut], b"circle 3")
    assert unwrap(KEY, wrap(KEY, b"", b""), b"") == b""


def test_what_is_wrapped_as_a_text_has_a_padded_length() -> None:
    assert len({len(wrap_text(KEY, bytes(length), b"x")) for length in range(124)}) == 1
    for length in (0, 1, 124, 125, 5000):
        blob = wrap_text(KEY, bytes(length), b"x")
        assert len(blob) == padded_size(length + 4) + 29
        assert unwrap(KEY, blob, b"x") == bytes(length)
        for other in (b"\x01", b"\x03"):
            with pytest.raises(Tampered):
                unwrap(KEY, other + blob[1:], b"x")


def test_a_record_is_no_wrapped_key() -> None:
    with pytest.raises(Tampered):
        unwrap(SLEEVE_KEY + SHRED_SECRET, cipher().seal("Hearing", 1, HERE, b""), b"")


@pytest.mark.parametrize("key", [b"", bytes(31)])
def test_a_stubby_key_is_refused(key: bytes) -> None:
    attempts = (
        lambda: wrap(key, b"", b""),
        lambda: unwrap(key, bytes(60), b""),
        lambda: derive(key, "label"),
        lambda: mac(key, "label"),
    )
    for attempt in attempts:
        with pytest.raises(Tampered, match="32 bytes"):
            attempt()


def test_labels_and_parts_never_run_together() -> None:
    parts = [(), (b"",), (b"", b""), (b"ab",), (b"a", b"b"), (b"ab", b""), (b"", b"ab"), (bytes(8) + b"ab",)]
    labels = ["x", "xa", "x\0"]
    assert len({digest(label, *each) for label in labels for each in parts}) == len(parts) * len(labels)
    assert len({mac(KEY, label, *each) for label in labels for each in parts}) == len(parts) * len(labels)
    assert len({derive(KEY, label) for label in labels}) == len(labels)


def test_equal_tells_same_from_different() -> None:
    assert equal(b"abc", b"abc")
    assert not equal(b"abc", b"abd")
    assert not equal(b"abc", b"ab")


def test_random_bytes_are_asked_of_the_system_each_time() -> None:
    assert len(envelope.random_bytes(16)) == 16
    assert envelope.random_bytes(16) != envelope.random_bytes(16)
