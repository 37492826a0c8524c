"""A document's name is fit to be read, and to be a file's name anywhere."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.documents.kinds import KINDS
from hrd_cases.documents.names import MOST_BYTES, cleaned

PDF, JPEG = KINDS["application/pdf"].endings, KINDS["image/jpeg"].endings


@pytest.mark.parametrize(
    ("given_name", "endings", "name"),
    [
        ("verdict.pdf", PDF, "verdict.pdf"),
        ("Verdict.PDF", PDF, "Verdict.pdf"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("photo", JPEG, "photo.jpg"),
        ("invoice.pdf", JPEG, "invoice.pdf.jpg"),
        ("run.exe", JPEG, "run.exe.jpg"),
        ("حكم المحكمة.pdf", PDF, "حكم المحكمة.pdf"),
        ("می‌خواهم.pdf", PDF, "می‌خواهم.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("..\\..\\windows\\system32\\a.pdf", PDF, "a.pdf"),
        ("C:\\Users\\Salma\\verdict.pdf", PDF, "verdict.pdf"),
        ("a/b/", PDF, "document.pdf"),
        ("", PDF, "document.pdf"),
        (".", PDF, "document.pdf"),
        ("..", PDF, "document.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("...pdf", PDF, "pdf.pdf"),
        ("   ", PDF, "document.pdf"),
        (".htaccess", PDF, "htaccess.pdf"),
        ("a\x00b.pdf", PDF, "ab.pdf"),
        ("a\r\nContent-Type: text/html.pdf", PDF, "html.pdf"),
        ("a\nb\tc.pdf", PDF, "a b c.pdf"),
        ("a\x1b[2J.pdf", PDF, "a[2J.pdf"),
        ("photo\u202efdp.exe", JPEG, "photofdp.exe.jpg"),
        ("a\u2066b\u2069.pdf", PDF, "ab.pdf"),
        ("a\ufeffb\u200b.pdf", PDF, "ab.pdf"),
        ('<script>"x"?*|%2e.pdf', PDF, "_script__x_____2e.pdf"),
        ("CON", PDF, "_CON.pdf"),
        ("nul.pdf", PDF, "_nul.pdf"),
        ("com1.tar.pdf", PDF, "_com1.tar.pdf"),
        ("verdict . . .pdf", PDF, "verdict.pdf"),
        ("a\udcffb.pdf", PDF, "ab.pdf"),
        ("x" * 400 + ".pdf", PDF, "x" * (MOST_BYTES - 4) + ".pdf"),
    ],
)
def test_a_name(given_name: str, endings: tuple[str, ...], name: str) -> None:
    assert cleaned(given_name, endings) == name


@given(st.text(st.characters(), max_size=300), st.sampled_from([kind.endings for kind in KINDS.values()]))
def test_any_name_is_fit(given_name: str, endings: Any) -> None:
    name = cleaned(given_name, endings)
    assert cleaned(name, endings) == name
    assert name.endswith(endings)
    assert name not in endings
    assert len(name.encode()) <= MOST_BYTES + 1
    assert not set(name) & set('/\\<>:"|?*%\0')
    assert not [one for one in name if unicodedata.category(one).startswith("C") and one not in "\u200c\u200d"]
    assert not name.startswith((".", " "))
    assert unicodedata.normalize("NFC", name) == name
