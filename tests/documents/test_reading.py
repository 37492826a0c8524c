"""A process that reads files can do nothing else, and what it gives back holds no trace of who made them."""

from __future__ import annotations

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

from hrd_cases.documents import reader
from hrd_cases.documents.reader import read
from hrd_cases.documents.reading.answers import LONGEST_SIDE, MOST_READ, Unread
from hrd_cases.sandbox import asking, shut_in
from hrd_cases.settings import ROOT
from tests.documents import hostile

CANARY = "Taken by Salma in Minya"

# -- the process

TRIED = """
import os, socket, subprocess, sys, ctypes, threading
sys.path.insert(0, {root!r})
from hrd_cases.sandbox import shut_in
import {preloaded}
secret = open({secret!r}).close() or {secret!r}
if {shut}:
    shut_in.limit()
    shut_in.shut_in()
try:
    {act}
except BaseException as error:
    sys.stdout.write(type(error).__name__)
else:
    sys.stdout.write("done")
sys.stdout.flush()
"""
ACTS = {
    "reads a file": "open(secret).read()",
    "writes a file": "open(secret + 'x', 'w').write('x')",
    "lists a folder": "os.listdir('/')",
    "asks for a file": "os.stat('/etc/passwd')",
    "deletes a file": "os.unlink(secret)",
    "opens a connection": "socket.create_connection(('127.0.0.1', 9), 0.1)",
    "makes a socket": "socket.socket(socket.AF_UNIX)",
    "begins a process": "subprocess.run(['/bin/true'])",
    "divides itself": "os.fork() or os._exit(0)",
    "begins a thread": "threading.Thread(target=print).start()",
    "ends its parent": "os.kill(os.getppid(), 0)",
    "takes more memory": "bytes(2 << 30)",
    "loads a library": "ctypes.CDLL('libz.so.1')",
    "loads a module": "import wave",
}


def tried(tmp_path: Path, act: str, *, shut: bool) -> str:
    secret = tmp_path / "secret"
    secret.write_text("x")
    code = TRIED.format(root=str(ROOT), preloaded="json", secret=str(secret), shut=shut, act=ACTS[act])
    command = [sys.executable, "-I", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30, env={}).stdout


@pytest.mark.parametrize("act", ACTS)
def test_a_process_that_is_shut_in_can_do_nothing(tmp_path: Path, act: str) -> None:
    assert tried(tmp_path, act, shut=True) not in ("done", "")


@pytest.mark.parametrize(
    "act", ["reads a file", "writes a file", "makes a socket", "begins a process", "loads a module"]
)
def test_the_same_process_could_before(tmp_path: Path, act: str) -> None:
    assert tried(tmp_path, act, shut=False) == "done"


def test_it_inherits_nothing(monkeypatch) -> None:
    monkeypatch.setenv("HRD_SECRET", "x")
    seen = (
        "import os, sys, json; print(json.dumps({'remarks': [*os.environ, os.getcwd(), *os.listdir('/proc/self/fd')]}))"
    )
    monkeypatch.setattr(asking, "_BEGIN", seen)
    names = {one for one in read("look", "image/png", []).facts.remarks if one != "LC_CTYPE"}
    assert names == {"/", "0", "1", "2", "3"}  # 3 is the listing itself


def test_one_that_takes_too_long_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(asking, "_BEGIN", "import time; time.sleep(60)")
    began = time.monotonic()
    with pytest.raises(Unread, match="cannot be read"):
        read("look", "image/png", [b"x" * 1_000_000], seconds=0.5)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "said",
    [
        "''", "'nonsense\\n'", "'{\"pages\": \"x\"}\\n'", "'[]\\n'", "'{\"remarks\": 1}\\n'", "'\\xff\\xfe\\n'",
        "'{' * 100000", "'{\"pages\": ' + '9' * 5000 + '}\\n'",
    ],
)  # fmt: skip
def test_an_answer_in_another_shape_is_none(monkeypatch, said: str) -> None:
    monkeypatch.setattr(asking, "_BEGIN", f"import sys; sys.stdin.buffer.read(); sys.stdout.write({said})")
    with pytest.raises(Unread, match="cannot be read"):
        read("look", "image/png", [b"x"])


def test_an_answer_without_end_is_cut_off(monkeypatch) -> None:
    monkeypatch.setattr(reader, "MOST_ANSWERED", 1_000_000)
    monkeypatch.setattr(asking, "_BEGIN", "import sys\nprint('{}')\nwhile 1: sys.stdout.write('x' * 65536)")
    with pytest.raises(Unread, match="too large to show"):
        read("show", "image/png", [b"x"])


def test_what_breaks_while_the_file_is_read_goes_through_and_ends_the_process() -> None:
    def content():
        yield b"x"
        raise RuntimeError("a chunk failed its check")

    with pytest.raises(RuntimeError):
        read("look", "image/png", content())


def test_more_than_is_read_whole_is_not_read() -> None:
    with pytest.raises(Unread, match="too large to show"):
        read("show", "image/png", (bytes(1 << 20) for _ in range((MOST_READ >> 20) + 1)))


def test_a_machine_whose_calls_are_not_known_reads_nothing(monkeypatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(OSError, match="no list"):
        shut_in._allow_few_calls()


# -- what it gives back


def photograph(form: str, size: tuple[int, int] = (600, 400), orientation: int = 1) -> bytes:
    picture = Image.new("RGB", size, "teal")
    written = picture.getexif()
    written[0x010E], written[0x8298], written[0x0112] = CANARY, CANARY, orientation
    written.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": written.tobytes()}
    if form == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", CANARY)
        notes.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
        options["pnginfo"] = notes
    if form == "JPEG":
        options |= {"comment": CANARY.encode(), "icc_profile": CANARY.encode() * 9}
    if form == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[270] = CANARY
        options = {"tiffinfo": tags}
    if form == "GIF":
        options = {"comment": CANARY.encode()}
    into = BytesIO()
    picture.save(into, form, **options)
    return into.getvalue()


PHOTOGRAPHS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/gif": "GIF", "image/webp": "WEBP"}


@pytest.mark.parametrize("task", ["show", "clean"])
@pytest.mark.parametrize("mime", PHOTOGRAPHS)
def test_a_picture_drawn_anew_tells_nothing_of_its_maker(mime: str, task: str) -> None:
    original = photograph(PHOTOGRAPHS[mime])
    assert CANARY.encode() in original
    drawn = read(task, mime, [original])
    assert CANARY.encode() not in drawn.content
    with Image.open(BytesIO(drawn.content)) as again:
        assert again.size == (600, 400)
        assert again.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not again.getexif()


@pytest.mark.parametrize("mime", ["image/jpeg", "image/webp"])
def test_a_picture_stands_as_its_camera_was_held(mime: str) -> None:
    drawn = read("clean", mime, [photograph(PHOTOGRAPHS[mime], orientation=6)])
    assert Image.open(BytesIO(drawn.content)).size == (400, 600)


def test_a_preview_is_small() -> None:
    drawn = read("show", "image/jpeg", [photograph("JPEG", (7_000, 5_000))])
    assert max(Image.open(BytesIO(drawn.content)).size) == LONGEST_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16", "CMYK"])
@pytest.mark.parametrize("task", ["show", "clean"])
def test_pictures_of_every_mode_are_drawn(mode: str, task: str) -> None:
    into = BytesIO()
    form = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (40, 30)).save(into, form)
    assert Image.open(BytesIO(read(task, f"image/{form.lower()}", [into.getvalue()]).content)).size == (40, 30)


def _told(made: pikepdf.Pdf) -> None:
    made.docinfo["/Author"] = CANARY
    with made.open_metadata() as written:
        written["dc:creator"] = [CANARY]
    page = made.pages[0]
    page.PieceInfo = pikepdf.Dictionary(X=CANARY)
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=CANARY, Contents="a note"
    )
    page.Annots = [made.make_indirect(note)]
    picture = pikepdf.Stream(made, photograph("JPEG"))
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = 600, 400, 8
    picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pikepdf.Stream(made, b"q 300 0 0 200 0 0 cm /P Do Q")
    made.attachments[f"{CANARY}.txt"] = CANARY.encode()


def unpacked(content: bytes) -> bytes:
    """Everything in a PDF, streams and strings unpacked."""
    into = BytesIO()
    with pikepdf.open(BytesIO(content)) as made:
        made.save(into, qdf=True, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return into.getvalue()


def test_a_pdf_written_anew_tells_nothing_of_its_maker_and_says_the_same() -> None:
    original = hostile.pdf(_told)
    assert unpacked(original).count(CANARY.encode()) >= 5
    clean = read("clean", "application/pdf", [original]).content
    assert CANARY.encode() not in unpacked(clean)
    with pikepdf.open(BytesIO(clean)) as made:
        assert made.pages[0].Annots[0].Contents == "a note"
    before, after = (read("show", "application/pdf", [one]).content for one in (original, clean))
    assert before == after


def test_what_stood_in_an_earlier_version_of_a_pdf_is_gone() -> None:
    first = hostile.pdf()
    root = first.index(b"trailer")
    appended = first + f"\n9 0 obj({CANARY})endobj\n".encode() + first[root:]
    clean = read("clean", "application/pdf", [appended]).content
    assert CANARY.encode() not in clean


@pytest.mark.parametrize(
    "change",
    [
        hostile._action(S=pikepdf.Name.JavaScript, JS="app.alert(1)"),
        hostile._script_in_a_form,
        hostile._link_that_launches,
        hostile._attached,
    ],
)
def test_a_pdf_written_anew_holds_nothing_that_acts(change) -> None:
    clean = read("clean", "application/pdf", [hostile.pdf(change)]).content
    text = unpacked(clean)
    assert not [word for word in (b"alert", b"cmd.exe", b"/JavaScript", b"/Launch", b"payload") if word in text]
    assert read("look", "application/pdf", [clean]).facts.remarks == ()


def test_a_page_of_a_pdf_is_a_picture_and_there_is_no_page_beyond() -> None:
    drawn = read("show", "application/pdf", [hostile.pdf()], 0)
    assert (drawn.facts.kind, drawn.facts.pages) == ("image/png", 1)
    assert Image.open(BytesIO(drawn.content)).size == (900, 1200)
    for page in (1, -1, 10**9):
        with pytest.raises(Unread, match="no such page"):
            read("show", "application/pdf", [hostile.pdf()], page)


def test_no_process_is_left_behind() -> None:
    before = children()
    read("look", "image/png", [hostile.png()])
    assert children() == before


def children() -> set[str]:
    """Processes that this one began and nobody has waited for; a database server of other tests may be one."""
    return {
        child for thread in Path("/proc/self/task").iterdir() for child in (thread / "children").read_text().split()
    }
