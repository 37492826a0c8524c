"""A file on its way in: told by its content, bounded, scanned where there is a scanner."""

from __future__ import annotations

import errno
import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.documents import sealing
from hrd_cases.documents.arriving import Arrived, Arriving
from hrd_cases.documents.kinds import KINDS
from hrd_cases.documents.reading.answers import MOST_READ, Unread
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.sealing import Opened
from hrd_cases.documents.storage import Storage
from tests.documents import hostile

NONE = Scanner("")
TEXT = b"A statement of a witness.\n" * 5_000
VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "documents")


def brought(
    storage: Storage, content: bytes, *, name: str = "a.txt", most: int = 1 << 30, step: int = 60_000, scanner=NONE
) -> Arrived:
    file = Arriving(storage, name, most)
    for start in range(0, len(content), step):
        file.write(content[start : start + step])
    return file.finish(scanner)


def opened(storage: Storage, came: Arrived) -> bytes:
    return b"".join(Opened(storage.read_part(came.document_id), came.document_id, came.sum))


def test_it_is_summed_up_and_waits_as_a_part(storage: Storage) -> None:
    came = brought(storage, TEXT, name="statement.txt")
    assert (came.name, came.mime) == ("statement.txt", "text/plain")
    assert (came.sum.length, came.sum.sha256) == (len(TEXT), hashlib.sha256(TEXT).digest())
    assert [one.whole for one in storage.lying()] == [False]
    assert opened(storage, came) == TEXT
    assert repr(came) == f"<Arrived {came.document_id}>"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=3_000), st.integers(1, 50))
def test_text_is_text_however_its_bytes_come(tmp_path_factory, text: str, step: int) -> None:
    storage, content = Storage(tmp_path_factory.mktemp("text")), f"Dear all: {text}".encode()
    if b"<" in content:
        return
    came = brought(storage, content, step=step)
    assert came.mime == "text/plain"
    assert opened(storage, came) == content


SOUNDS = {
    "audio/mpeg": b"ID3\x03\x00" + bytes(300),
    "audio/ogg": b"OggS" + bytes(300),
    "audio/x-flac": b"fLaC" + bytes(300),
    "audio/x-wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(300),
    "audio/amr": b"#!AMR\n" + bytes(300),
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom" + bytes(300),
    "video/mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(300),
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(300),
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + bytes(300),  # noqa: E501
    "video/x-msvideo": b"RIFF\x24\x00\x00\x00AVI LIST" + bytes(300),
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(300),
    "image/avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(300),
}  # fmt: skip
PICTURES = {
    "image/jpeg": lambda: hostile.drawn("JPEG"),
    "image/png": lambda: hostile.drawn("PNG"),
    "image/gif": lambda: hostile.drawn("GIF"),
    "image/webp": lambda: hostile.drawn("WEBP"),
    "image/tiff": lambda: hostile.drawn("TIFF"),
    "application/pdf": hostile.pdf,
    hostile.DOCX: hostile.office,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": lambda: hostile.office(hostile.X),
    "application/vnd.oasis.opendocument.text": hostile.opendocument,
}


@pytest.mark.parametrize("mime", [*SOUNDS, *PICTURES])
def test_what_staff_bring_is_known_by_its_content(storage: Storage, mime: str) -> None:
    content = SOUNDS[mime] if mime in SOUNDS else PICTURES[mime]()
    came = brought(storage, content, name="no ending")
    assert came.mime == mime
    assert came.name == "no ending" + KINDS[mime].endings[0]


def test_a_file_larger_than_allowed_leaves_nothing_and_the_rest_is_passed_over(storage: Storage) -> None:
    file = Arriving(storage, "a.txt", 100_000)
    for _ in range(50):
        assert file.write(b"x" * 10_000) == 10_000
    assert list(storage.lying()) == []
    with pytest.raises(Unread, match="too large"):
        file.finish(NONE)
    assert brought(storage, b"x" * 100_000, most=100_000).sum.length == 100_000


def test_a_kind_that_is_not_kept_is_given_up_at_its_first_bytes(storage: Storage) -> None:
    file = Arriving(storage, "a.pdf", 1 << 30)
    file.write(hostile.EXE * 20)
    assert list(storage.lying()) == []
    with pytest.raises(Unread, match="other kind"):
        file.finish(NONE)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("when", ["at the first byte", "at the end"])
def test_a_full_disk_leaves_nothing(storage: Storage, monkeypatch, number: int, when: str) -> None:
    write, written = sealing._write_all, []

    def full(file, sealed) -> None:
        written.append(len(sealed))
        if when == "at the first byte" or len(written) > 3:
            raise OSError(number, "the disk")
        write(file, sealed)

    monkeypatch.setattr(sealing, "_write_all", full)
    with pytest.raises(Unread, match="no room"):
        brought(storage, TEXT)
    assert list(storage.lying()) == []


def test_a_pdf_too_large_to_be_looked_into_is_kept_and_says_so(storage: Storage) -> None:
    came = brought(storage, hostile.pdf() + bytes(MOST_READ), step=1 << 20)
    assert (came.mime, came.remarks) == ("application/pdf", ("large",))


def test_an_office_document_too_large_to_be_looked_into_is_refused(storage: Storage) -> None:
    with pytest.raises(Unread, match="too large"):
        brought(storage, hostile.office() + bytes(MOST_READ), step=1 << 20)
    assert list(storage.lying()) == []


# -- the scanner


class Clamd:
    """Speaks clamd's INSTREAM: finds what holds VIRUS, and refuses streams that are too long."""

    def __init__(self, path: Path, *, longest: int = 1 << 30, answer: bytes | None = None) -> None:
        self.seen = b""
        self._longest, self._answer = longest, answer
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._listening.accept()
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(said.read(4)):
                self.seen += said.read(size)
                if len(self.seen) > self._longest:
                    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            found = b"stream: Eicar-Signature FOUND\0" if VIRUS in self.seen else b"stream: OK\0"
            line.sendall(found if self._answer is None else self._answer)

    def close(self) -> None:
        self._thread.join(10)
        self._listening.close()


@contextmanager
def clamd(path: Path, **how) -> Iterator[tuple[Clamd, Scanner]]:
    running = Clamd(path, **how)
    try:
        yield running, Scanner(str(path), seconds=2)
    finally:
        running.close()


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return tmp_path / "clamd"


def test_what_the_scanner_passes_is_kept_and_it_saw_every_byte(storage: Storage, line: Path) -> None:
    content = TEXT * 10
    with clamd(line) as (running, scanner):
        came = brought(storage, content, scanner=scanner)
    assert running.seen == content
    assert opened(storage, came) == content


@pytest.mark.parametrize(
    ("content", "how", "why"),
    [
        (TEXT + VIRUS, {}, "infected"),
        (TEXT, {"longest": 50_000}, "not scanned"),
        (TEXT, {"answer": b""}, "not scanned"),
        (TEXT, {"answer": b"stream: OK but not really\0"}, "not scanned"),
        (TEXT, {"answer": b"UNKNOWN COMMAND\0"}, "not scanned"),
        (TEXT, {"answer": b"x" * 9_000}, "not scanned"),
    ],
    ids=["infected", "too long for it", "no answer", "another answer", "another programme", "an endless answer"],
)
def test_what_the_scanner_does_not_pass_leaves_nothing(storage: Storage, line: Path, content, how, why: str) -> None:
    with clamd(line, **how) as (_, scanner), pytest.raises(Unread) as refused:
        brought(storage, content, scanner=scanner)
    assert refused.value.why == why
    assert list(storage.lying()) == []


def test_where_a_scanner_is_named_and_does_not_answer_nothing_is_kept(storage: Storage, line: Path) -> None:
    with pytest.raises(Unread, match="not scanned"):
        brought(storage, TEXT, scanner=Scanner(str(line)))
    assert list(storage.lying()) == []


def test_a_scanner_that_hangs_is_given_up(storage: Storage, line: Path) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(line))
        mute.listen()
        with pytest.raises(Unread, match="not scanned"):
            brought(storage, TEXT, scanner=Scanner(str(line), seconds=0.2))
    assert list(storage.lying()) == []
