"""What a file is, by its content and never by its name: what this house keeps, and nothing else."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

import filetype

from hrd_cases.documents.reading.answers import Unread
from hrd_cases.errors import N_, Sentence

HEAD: Final = 8_192
"""Bytes from which a file is known."""


class Kind(NamedTuple):
    """What a file is, how it is called, and the endings its name may have: the first is given to one that has none of
    them. `looked_into`: by a process that can read it (`reader`).
    """

    mime: str
    called: Sentence
    endings: tuple[str, ...]
    looked_into: bool = False

    @property
    def shown(self) -> bool:
        """Can it be drawn, and written anew without what tells of its maker?"""
        return self.looked_into and (self.mime.startswith("image/") or self.mime == PDF)


PDF: Final = "application/pdf"
OFFICE: Final = "application/zip"
"""An office document, until somebody looked which."""
TEXT: Final = "text/plain"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_PICTURE, _SOUND, _FILM = N_("picture"), N_("sound recording"), N_("film")
_LETTER, _TABLE, _SLIDES = N_("text document"), N_("spreadsheet"), N_("presentation")

KINDS: Final = {
    kind.mime: kind
    for kind in (
        Kind(PDF, N_("PDF document"), (".pdf",), looked_into=True),
        Kind("image/jpeg", _PICTURE, (".jpg", ".jpeg", ".jpe", ".jfif"), looked_into=True),
        Kind("image/png", _PICTURE, (".png", ".apng"), looked_into=True),
        Kind("image/gif", _PICTURE, (".gif",), looked_into=True),
        Kind("image/webp", _PICTURE, (".webp",), looked_into=True),
        Kind("image/tiff", _PICTURE, (".tif", ".tiff"), looked_into=True),
        Kind("image/heic", _PICTURE, (".heic", ".heif")),
        Kind("image/avif", _PICTURE, (".avif",)),
        Kind(_OFFICE + "wordprocessingml.document", _LETTER, (".docx",), looked_into=True),
        Kind(_OFFICE + "spreadsheetml.sheet", _TABLE, (".xlsx",), looked_into=True),
        Kind(_OFFICE + "presentationml.presentation", _SLIDES, (".pptx",), looked_into=True),
        Kind(_OPEN + "text", _LETTER, (".odt",), looked_into=True),
        Kind(_OPEN + "spreadsheet", _TABLE, (".ods",), looked_into=True),
        Kind(_OPEN + "presentation", _SLIDES, (".odp",), looked_into=True),
        Kind(TEXT, N_("plain text"), (".txt", ".csv", ".tsv", ".md", ".log", ".srt", ".vtt", ".eml")),
        Kind("audio/mpeg", _SOUND, (".mp3",)),
        Kind("audio/mp4", _SOUND, (".m4a",)),
        Kind("audio/aac", _SOUND, (".aac",)),
        Kind("audio/ogg", _SOUND, (".ogg", ".oga", ".opus", ".ogv")),
        Kind("audio/x-flac", _SOUND, (".flac",)),
        Kind("audio/x-wav", _SOUND, (".wav",)),
        Kind("audio/amr", _SOUND, (".amr",)),
        Kind("video/3gpp", _FILM, (".3gp", ".3gpp")),
        Kind("video/mp4", _FILM, (".mp4", ".m4v", ".3gp", ".3gpp")),
        Kind("video/quicktime", _FILM, (".mov", ".qt")),
        Kind("video/webm", _FILM, (".webm",)),
        Kind("video/x-matroska", _FILM, (".mkv", ".webm")),
        Kind("video/x-msvideo", _FILM, (".avi",)),
    )
}
_ALSO = {"image/apng": "image/png", "video/x-m4v": "video/mp4"}
_ZIPPED = re.compile(rb"PK\x03\x04")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*<|.{0,400}<(!doctype|html|script|svg|iframe|\?xml)", re.IGNORECASE | re.DOTALL)
_RICH_TEXT = re.compile(r"\s*\{\\rtf", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u0084\u0086-\u009f]")


def told_by(head: bytes) -> str:
    """What a file that begins so is: a kind of `KINDS`, or OFFICE. Raises Unread: no such kind is kept."""
    if not head:
        raise Unread("empty")
    if _ZIPPED.match(head):
        return OFFICE
    if head.startswith(_OLD_OFFICE):
        raise Unread("old office")
    guessed = filetype.guess(head)
    if guessed is not None:
        mime = str(_ALSO.get(guessed.mime, guessed.mime))
        if mime in KINDS:
            return mime
        raise Unread("other kind")
    return _text_told_by(head)


def _text_told_by(head: bytes) -> str:
    if b"\x00" in head:
        raise Unread("other kind")
    letters = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if _MARKUP.match(letters):
        raise Unread("web page")
    if _RICH_TEXT.match(letters):
        raise Unread("rich text")
    return TEXT


class Letters:
    """Plain text as it comes: UTF-8 to its end, and nothing in it that steers the screen it is read on."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def check(self, part: bytes, *, final: bool = False) -> None:
        """Raises Unread."""
        try:
            letters = self._decoder.decode(part, final)
        except UnicodeDecodeError:
            raise Unread("other letters") from None
        if _CONTROLS.search(letters):
            raise Unread("control characters")
