"""A document's bytes: what goes in comes out, and nothing that was altered, cut, reordered or exchanged does."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import uuid
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.documents import sealing
from hrd_cases.documents.sealing import Opened, Sealing, Sum
from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Tampered
from hrd_cases.vault.streams import CHUNK, HEADER_BYTES, Opener, Sealer, sealed_size, stream_size

STEP = CHUNK + 16
LENGTHS = (0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 7, 700_000)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "documents")


def clear_of(length: int) -> bytes:
    return random.Random(length).randbytes(length)


def kept(storage: Storage, clear: bytes, step: int = 50_000) -> tuple[uuid.UUID, Sum]:
    document = Sealing(storage, uuid.uuid4())
    for start in range(0, len(clear), step):
        document.write(clear[start : start + step])
    total = document.finish()
    storage.keep(document.document_id)
    return document.document_id, total


def path_of(storage: Storage, document_id: uuid.UUID) -> Path:
    return storage._directory / document_id.hex


def served(storage: Storage, document_id: uuid.UUID, total: Sum) -> tuple[bytes, bool]:
    """What left before the end, and whether it ended well."""
    out = b""
    try:
        for part in Opened(storage.read(document_id), document_id, total):
            out += part
    except Tampered:
        return out, False
    return out, True


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_sealed_is_opened_and_summed_up(storage: Storage, length: int) -> None:
    clear = clear_of(length)
    document_id, total = kept(storage, clear)
    assert (total.length, total.sha256) == (length, hashlib.sha256(clear).digest())
    assert served(storage, document_id, total) == (clear, True)
    assert path_of(storage, document_id).stat().st_size == sealed_size(length)
    assert path_of(storage, document_id).stat().st_mode & 0o777 == 0o600


@given(st.lists(st.binary(max_size=40_000), max_size=8), st.integers(1, 70_000))
def test_any_pieces_in_are_the_same_bytes_out(pieces: list[bytes], step: int) -> None:
    key = os.urandom(32)
    sealer = Sealer(key, b"here")
    sealed = b"".join([bytes(sealer.update(piece)) for piece in pieces] + list(sealer.finish()))
    opener, clear = Opener(key, b"here"), b"".join(pieces)
    out = b"".join([opener.update(sealed[at : at + step]) for at in range(0, len(sealed), step)] + [opener.finish()])
    assert out == clear + bytes(stream_size(len(clear)) - len(clear))
    assert len(sealed) == sealed_size(len(clear))


@given(st.integers(0, 2**42))
def test_a_size_tells_little_of_a_length(length: int) -> None:
    assert length <= stream_size(length) <= max(CHUNK, length * 1.125)
    assert sealed_size(length) <= sealed_size(length + 1)


@given(place=st.integers(0, sealed_size(300_000) - 1), bit=st.integers(0, 7))
def test_no_byte_at_or_after_an_altered_one_is_served(tmp_path_factory, place: int, bit: int) -> None:
    storage = Storage(tmp_path_factory.mktemp("altered"))
    clear = clear_of(300_000)
    document_id, total = kept(storage, clear)
    path = path_of(storage, document_id)
    sealed = bytearray(path.read_bytes())
    sealed[place] ^= 1 << bit
    path.write_bytes(sealed)
    out, well = served(storage, document_id, total)
    bad_chunk = max(0, place - HEADER_BYTES) // STEP
    assert not well
    assert len(out) <= bad_chunk * CHUNK
    assert clear.startswith(out)


def _reordered(sealed: bytes) -> bytes:
    one, two = HEADER_BYTES + 3 * STEP, HEADER_BYTES + 4 * STEP
    return sealed[:one] + sealed[two : two + STEP] + sealed[one:two] + sealed[two + STEP :]


def _repeated(sealed: bytes) -> bytes:
    one, two = HEADER_BYTES + 3 * STEP, HEADER_BYTES + 4 * STEP
    return sealed[:two] + sealed[one:two] + sealed[two + STEP :]


CHANGES = {
    "cut in a chunk": (lambda sealed: sealed[:-100], 0),
    "cut between two chunks": (lambda sealed: sealed[: HEADER_BYTES + 4 * STEP], 0),
    "cut after the header": (lambda sealed: sealed[:HEADER_BYTES], 0),
    "empty": (lambda _: b"", 0),
    "longer": (lambda sealed: sealed + b"\0", 0),
    "a chunk appended": (lambda sealed: sealed + sealed[-STEP:], 0),
    "two chunks in another order": (_reordered, 3 * CHUNK),
    "a chunk in the place of the next": (_repeated, 4 * CHUNK),
    "cut and filled with zeros": (lambda s: s[: HEADER_BYTES + 4 * STEP].ljust(len(s), b"\0"), 4 * CHUNK),
    "all zeros": (lambda sealed: bytes(len(sealed)), 0),
}


@pytest.mark.parametrize("how", CHANGES)
def test_what_was_cut_or_put_together_otherwise_is_refused_before_its_first_bad_byte(
    storage: Storage, monkeypatch, how: str
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", STEP)  # the finest that could leak
    change, most = CHANGES[how]
    clear = clear_of(9 * CHUNK)
    document_id, total = kept(storage, clear)
    path = path_of(storage, document_id)
    path.write_bytes(change(path.read_bytes()))
    out, well = served(storage, document_id, total)
    assert not well
    assert len(out) <= most
    assert clear.startswith(out)


def test_a_wrong_size_is_refused_before_anything_is_read(storage: Storage) -> None:
    document_id, total = kept(storage, clear_of(100_000))
    path = path_of(storage, document_id)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Tampered):
        Opened(storage.read(document_id), document_id, total)


def test_another_documents_file_and_another_id_are_refused(storage: Storage) -> None:
    one, total = kept(storage, clear_of(100_000))
    other, other_total = kept(storage, bytes(100_000))
    path_of(storage, one).write_bytes(path_of(storage, other).read_bytes())
    assert served(storage, one, total) == (b"", False)
    assert served(storage, one, other_total) == (b"", False), "the right key, under another id"
    assert served(storage, other, other_total) == (bytes(100_000), True)


def test_a_chunk_of_another_document_under_the_same_key_is_refused(storage: Storage) -> None:
    key, chunks = os.urandom(32), []
    for filled in (b"a", b"b"):
        sealer = Sealer(key, b"here")
        chunks.append(bytes(sealer.update(filled * 4 * CHUNK)) + b"".join(sealer.finish()))
    mixed = chunks[0][: HEADER_BYTES + STEP] + chunks[1][HEADER_BYTES + STEP :]
    opener, out = Opener(key, b"here"), b""
    with suppress(Tampered):
        for at in range(0, len(mixed), STEP):
            out += opener.update(mixed[at : at + STEP])
    assert set(out) == {ord("a")}
    assert len(out) <= CHUNK


@pytest.mark.parametrize(
    "wrong",
    [
        lambda total: total._replace(length=total.length - 1),
        lambda total: total._replace(length=total.length + 1),
        lambda total: total._replace(sha256=bytes(32)),
        lambda total: total._replace(key=bytes(32)),
    ],
    ids=["shorter", "longer", "another sum", "another key"],
)
def test_a_row_that_says_something_else_never_ends_well(storage: Storage, wrong) -> None:
    clear = clear_of(100_000)
    document_id, total = kept(storage, clear)
    out, well = served(storage, document_id, wrong(total))
    assert not well
    assert len(out) < len(clear)


SEALED_BEFORE = bytes.fromhex(
    "39323c49208ff5d56a5876eff48ec47bf7eb47d33e8aa420690f607543a6dc9c9a201a98c853997193705e665c0992a6"
    "faa9983bd56a3730db67d01c0b8cc3c5d9721ea5d31158e1865db280945e2045286f7647d6ea4ebb4aa9ee819a68b5"
)


def test_what_was_sealed_by_an_earlier_version_opens() -> None:
    opener = Opener(bytes(range(32)), sealing._context(uuid.UUID(int=0)))
    assert opener.update(SEALED_BEFORE) + opener.finish() == b"Statement of a witness."


def test_nothing_of_it_is_shown_by_repr(storage: Storage) -> None:
    _, total = kept(storage, b"x" * 1_000)
    assert repr(total) == "<Sum>"


def test_an_upload_killed_anywhere_leaves_no_clear_byte_and_nothing_listed(tmp_path: Path) -> None:
    marked = b"canary-in-the-coal-mine " * 100
    for after in range(10):
        directory = tmp_path / str(after)
        child = os.fork()
        if not child:
            document = Sealing(Storage(directory), uuid.uuid4())
            for _ in range(after * 7):
                document.write(marked)
            if after == 9:
                document.finish()
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        assert not [one for one in Storage(directory).lying() if one.whole]
        for path in directory.iterdir():
            assert b"canary" not in path.read_bytes()
            assert path.name.endswith(".part")


def test_abandoned_nothing_stays(storage: Storage) -> None:
    document = Sealing(storage, uuid.uuid4())
    document.write(b"x" * 100_000)
    document.abandon()
    assert list(storage.lying()) == []


def test_foreign_files_are_none_of_ours(storage: Storage) -> None:
    for name in ("README", "..part", "0" * 31, "g" * 32, f"{uuid.uuid4()}", f"{uuid.uuid4().hex}.PART"):
        (storage._directory / name).write_bytes(b"x")
    assert list(storage.lying()) == []


def test_a_link_in_the_place_of_a_file_is_not_followed(storage: Storage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    document_id = uuid.uuid4()
    path_of(storage, document_id).symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        storage.read(document_id)


def test_the_writer_goes_on_where_the_disk_took_less(monkeypatch) -> None:
    class Slow(BytesIO):
        def write(self, part) -> int:
            return super().write(bytes(part[:7]))

    into = Slow()
    sealing._write_all(into, b"abcdefghijklmnopqrstuvwxyz")
    assert into.getvalue() == b"abcdefghijklmnopqrstuvwxyz"
