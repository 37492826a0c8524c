"""Pages of ours on paper: in any script, page n of N, nothing fetched; locked, they open with the passphrase alone."""

from __future__ import annotations

import io
import socket
import threading

import pikepdf
import pypdfium2
import pytest

from hrd_cases.errors import Refused
from hrd_cases.paper.pdf import drawn, locked

STYLE = """
@page { size: A4; margin: 2cm; @bottom-center { content: counter(page) " / " counter(pages) } }
body { font-family: "Noto Sans", "Noto Sans Arabic", "Droid Sans Fallback" }
"""


def page(body: str, language: str = "en", direction: str = "ltr") -> str:
    return f'<!doctype html><html lang="{language}" dir="{direction}"><title>Paper</title><body>{body}</body></html>'


def texts(content: bytes, passphrase: str | None = None) -> list[str]:
    with pypdfium2.PdfDocument(content, password=passphrase) as opened:
        return [sheet.get_textpage().get_text_bounded() for sheet in opened]


def fonts_in(content: bytes) -> set[str]:
    """The fonts whose letters are in the file itself: no reader has to have them."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        of = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/FontName") is not None]
        return {str(one.FontName).split("+")[-1] for one in of if "/FontFile2" in one or "/FontFile3" in one}


def test_every_sheet_says_which_of_how_many_it_is() -> None:
    found = texts(drawn(page("<p>Line of a file.</p>" * 120), STYLE))
    assert len(found) > 1
    assert [one.strip().splitlines()[-1] for one in found] == [f"{n} / {len(found)}" for n in range(1, len(found) + 1)]


@pytest.mark.parametrize(
    ("words", "language", "direction", "font"),
    [
        ("سلمى عبد الرحمن", "ar", "rtl", "Noto-Sans-Arabic"),
        ("李伟因寻衅滋事被捕", "zh", "ltr", "Droid-Sans-Fallback"),
        ("Арына Вымышленая", "ru", "ltr", "Noto-Sans"),
    ],
)
def test_whatever_script_an_officer_writes_in_stands_on_paper(
    words: str, language: str, direction: str, font: str
) -> None:
    content = drawn(page(f"<p>{words}</p>", language, direction), STYLE)
    assert set(words.split()) <= set(" ".join(texts(content)).split())
    assert font in fonts_in(content)


@pytest.mark.parametrize(
    "names",
    [
        '<img src="file:///etc/passwd">',
        '<img src="data:image/png;base64,iVBORw0KGgo=">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<object data="file:///etc/passwd"></object>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<p style="background: url(file:///etc/passwd)">x</p>',
    ],
)
def test_a_page_that_names_an_address_is_not_drawn(names: str) -> None:
    with pytest.raises(Refused, match="could not be put on paper"):
        drawn(page(names), STYLE)


def test_nobody_is_asked_for_anything_while_a_page_is_drawn() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(3)
        asked: list[object] = []

        def wait() -> None:
            try:
                asked.append(server.accept())
            except TimeoutError:
                return

        waiting = threading.Thread(target=wait)
        waiting.start()
        with pytest.raises(Refused):
            drawn(page(f'<img src="http://127.0.0.1:{server.getsockname()[1]}/seen">'), STYLE)
        waiting.join()
    assert asked == []


def test_what_was_typed_is_text_and_no_markup_of_the_file() -> None:
    typed = "&lt;script&gt;alert(1)&lt;/script&gt; (endstream) %PDF- \\ ) ("
    assert "<script>alert(1)</script> (endstream) %PDF-" in texts(drawn(page(f"<p>{typed}</p>"), STYLE))[0]


def test_a_locked_file_opens_with_its_passphrase_alone_and_tells_nothing_before() -> None:
    content = locked(drawn(page("<p>Taken by Salma in Minya</p>"), STYLE), "six-words-of-a-phrase")
    assert "Taken by Salma" in texts(content, "six-words-of-a-phrase")[0]
    for wrong in (None, "", "six-words-of-a-phras"):
        with pytest.raises(pypdfium2.PdfiumError, match="password"):
            texts(content, wrong)
    assert b"/AESV3" in content
    assert b"/R 6" in content
    assert b"Paper" not in content, "not even its title"
