"""A form with files is read as it comes: into the seal, and nowhere else."""

from __future__ import annotations

import hashlib
import random
import tempfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.documents.arriving import Arriving
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.door.arrivals import MOST_HEADERS, MOST_PARTS, read_form
from hrd_cases.errors import StaleToken, TooLarge

B = b"----edge"
MOST = 10_000


class Taken:
    """A file that somebody takes."""

    def __init__(self, name: str) -> None:
        self.name, self.content, self.abandoned = name, b"", False

    def write(self, part: bytes) -> int:
        self.content += part
        return len(part)

    def abandon(self) -> None:
        self.abandoned = True


class Slow(BytesIO):
    """Gives so many bytes at a time, as a slow line does."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__(content)
        self._step = step

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(self._step, size or self._step))


def field(name: str, value: bytes) -> bytes:
    return b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (B, name.encode(), value)


def file(name: str, filename: str, content: bytes) -> bytes:
    head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: text/plain\r\n\r\n'
    return head % (B, name.encode(), filename.encode()) + content + b"\r\n"


END = b"--" + B + b"--\r\n"
TOKEN = field("csrf_token", b"right")


def admit(fields) -> None:
    if fields.get("csrf_token") != "right":
        raise StaleToken("no token before the files")


def read(content: bytes, step: int = 1 << 20, most: int = MOST):
    begun: list[Taken] = []

    def begin(name: str) -> Taken:
        begun.append(Taken(name))
        return begun[-1]

    try:
        return read_form(Slow(content, step), B, begin, admit, most), begun
    except Exception as error:
        error.args = (*error.args, begun)
        raise


def test_fields_and_files_come_as_they_were_sent() -> None:
    came, begun = read(TOKEN + field("about", "حكم".encode()) + file("f", "a.pdf", b"one") + file("f", "b", b"") + END)
    assert came.fields == [("csrf_token", "right"), ("about", "حكم")]
    assert [(one.name, one.content) for one in begun] == [("a.pdf", b"one"), ("b", b"")]
    assert [name for name, _ in came.files] == ["f", "f"]


def test_a_field_in_which_nothing_was_chosen_is_no_file() -> None:
    came, begun = read(TOKEN + file("f", "", b"") + field("after", b"x") + END)
    assert (came.files, begun) == ([], [])
    assert came.fields[-1] == ("after", "x")


@given(
    st.lists(st.binary(max_size=3_000) | st.just(b"\r\n--" + B) | st.just(b"\r\n--" + B[:5] + b"\r\n\n\r"), max_size=4),
    st.integers(1, 400),
)
def test_any_bytes_in_any_steps_are_the_same_bytes(parts: list[bytes], step: int) -> None:
    contents = [part for part in parts if b"\r\n--" + B not in part]
    came, begun = read(TOKEN + b"".join(file("f", "x", one) for one in contents) + END, step)
    assert [one.content for one in begun] == contents
    assert len(came.files) == len(contents)


@pytest.mark.parametrize("content", [b"", b"\r", b"\n", b"\r\n", b"x\r", b"\r\n--", b"\r\n--" + B[:-1] + b"\r\n"])
def test_wherever_the_reading_pauses_no_byte_is_added_or_lost(content: bytes) -> None:
    sent = TOKEN + file("f", "x", content) + END
    for at in range(1, len(sent)):
        _, [taken] = read(sent, at)
        assert taken.content == content, at


def test_so_many_parts_and_no_more() -> None:
    came, _ = read(b"".join(field("a", b"x") for _ in range(MOST_PARTS)) + END)
    assert len(came.fields) == MOST_PARTS


@pytest.mark.parametrize(
    "content",
    [
        file("f", "a", b"x") + TOKEN + END,
        field("csrf_token", b"wrong") + file("f", "a", b"x") + END,
        file("f", "a", b"x") + END,
    ],
    ids=["the token after the file", "another token", "no token"],
)
def test_without_its_token_no_byte_is_handed_on(content: bytes) -> None:
    with pytest.raises(StaleToken) as refused:
        read(content)
    assert refused.value.args[-1] == []


WHOLE = TOKEN + file("f", "a", b"x" * 5_000) + file("f", "b", b"y" * 5_000) + END


@pytest.mark.parametrize("at", range(0, len(WHOLE) - 4, 251))
def test_broken_off_anywhere_everything_is_abandoned(at: int) -> None:
    with pytest.raises(StaleToken) as refused:
        read(WHOLE[:at], step=300)
    assert all(one.abandoned for one in refused.value.args[-1])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (TOKEN + field("a", b"x" * (MOST + 1)) + END, TooLarge),
        (TOKEN + file("f", "", b"x" * (MOST + 1)) + END, TooLarge),
        (b"".join(field("a", b"x") for _ in range(MOST_PARTS + 1)) + END, TooLarge),
        (b"x" * 2_000_000, StaleToken),
        (b"--" + B + b"\r\nno header\r\n\r\nx\r\n" + END, StaleToken),
        (b"--" + B + b"\r\nContent-Disposition: \xff\r\n\r\nx\r\n" + END, StaleToken),
        (b"--" + B + b"\r\n" + b"X: y\r\n" * 400_000, TooLarge),
        (field("a" * (MOST_HEADERS + 1), b"x") + END, TooLarge),
        (b"", StaleToken),
        (b"csrf_token=right", StaleToken),
    ],
)
def test_what_is_no_form_or_too_large_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        read(content)
    assert all(one.abandoned for one in refused.value.args[-1])


def test_what_a_browser_sends_is_sealed_as_it_comes_and_lies_nowhere_else(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "_TemporaryFileWrapper", None)  # nothing may be spooled
    storage, none = Storage(tmp_path), Scanner("")
    contents = [random.Random(n).randbytes(400_000).hex().encode() for n in range(3)]
    sent = TOKEN + b"".join(file("documents", "statement.txt", content) for content in contents) + END

    def begin(name: str) -> Arriving:
        return Arriving(storage, name, 1 << 30)

    came = read_form(Slow(sent, 70_000), B, begin, admit, MOST)
    arrived = [one.finish(none) for _, one in came.files if isinstance(one, Arriving)]
    assert [one.sum.sha256 for one in arrived] == [hashlib.sha256(content).digest() for content in contents]
    assert {one.whole for one in storage.lying()} == {False}
