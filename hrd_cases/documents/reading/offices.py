"""Office documents: archives of XML. Only their list of parts is read, and three kinds of small parts."""

from __future__ import annotations

import codecs
import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from hrd_cases.documents.reading.answers import Answer, Given, Unread, found

MOST_PARTS = 10_000
MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes of all parts together, as the archive says: what unpacks to more is made to fill a memory."""
MOST_OF_ONE = 4 * 1024 * 1024
"""Bytes of a part that is read."""
_OPENXML = "application/vnd.openxmlformats-officedocument."
_BY_MAIN_PART = {
    b"wordprocessingml.document.main+xml": _OPENXML + "wordprocessingml.document",
    b"spreadsheetml.sheet.main+xml": _OPENXML + "spreadsheetml.sheet",
    b"presentationml.presentation.main+xml": _OPENXML + "presentationml.presentation",
}
_OPENDOCUMENT = frozenset(
    f"application/vnd.oasis.opendocument.{one}" for one in ("text", "spreadsheet", "presentation")
)
_MACROS = re.compile(
    r"(?i)(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets|dialogsheets|activex|basic|scripts)(/|$)"
)
_ODD_NAME = re.compile(r"(^/|\\|(^|/)\.\.(/|$)|[\x00-\x1f\x7f])")
_EXTERNAL = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_LINK = re.compile(rb"/relationships/hyperlink[\"']")


def prepare() -> None:
    """Load what reads the names of parts: later no file can be opened any more."""
    for letters in ("cp437", "utf-8", "ascii"):
        codecs.lookup(letters)


def look(given: Given) -> Answer:
    """Which kind of office document is it? Nothing in it may run, or fetch something when it is opened."""
    try:
        with ZipFile(BytesIO(given.content)) as archive:
            _check_parts(archive.infolist())
            kind = _kind_of(archive)
            _check_what_it_fetches(archive)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise Unread("damaged") from error
    return found(kind=kind)


def _check_parts(parts: list[ZipInfo]) -> None:
    names = [part.orig_filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unread("unpacks to too much")
    if any(part.flag_bits & 1 for part in parts):
        raise Unread("locked")
    if len(set(map(str.lower, names))) < len(names) or any(map(_ODD_NAME.search, names)):
        raise Unread("damaged")
    if any(map(_MACROS.search, names)):
        raise Unread("macros")


def _kind_of(archive: ZipFile) -> str:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        types = _read(archive, "[Content_Types].xml")
        if b"macroEnabled" in types or b"vbaProject" in types:
            raise Unread("macros")
        for main, kind in _BY_MAIN_PART.items():
            if main in types:
                return kind
    if "mimetype" in names and "META-INF/manifest.xml" in names:
        kind = _read(archive, "mimetype").decode("ascii", "replace").strip()
        if b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise Unread("locked")
        if kind in _OPENDOCUMENT:
            return kind
    raise Unread("archive")


def _check_what_it_fetches(archive: ZipFile) -> None:
    """A template or an object that lies elsewhere is fetched as soon as somebody opens the document: it tells where."""
    for name in archive.namelist():
        if name.endswith(".rels"):
            outside = _EXTERNAL.findall(_read(archive, name))
            if any(not _LINK.search(one) for one in outside):
                raise Unread("fetches")


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(MOST_OF_ONE + 1)
    if len(content) > MOST_OF_ONE:
        raise Unread("unpacks to too much")
    return content
