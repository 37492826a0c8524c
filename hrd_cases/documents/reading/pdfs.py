"""PDF files: looked into, shown page by page as pictures, and written anew without what their makers left in them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError

from hrd_cases.documents.reading.answers import LONGEST_SIDE, Answer, Given, Unread, found

MOST_OBJECTS = 500_000
MOST_PAGES = 20_000
_SCRIPTS = frozenset({"/JavaScript", "/Rendition", "/ImportData"})
_REACHES_OUT = frozenset({"/Launch", "/SubmitForm", "/GoToR", "/GoToE"})
_OF_THE_MAKER = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/Thumb")
_OF_THE_FILE = ("/OpenAction", "/Collection", "/AF", "/SpiderInfo")
_OF_A_NOTE = ("/T", "/M", "/CreationDate", "/NM", "/RC")
_KEPT_SEGMENTS = frozenset({0xE0, 0xEE})
"""Of a JPEG: what it takes to show its colours right. The others of E1 to EF, and comments, are what cameras write."""


def prepare() -> None:
    """Load what draws: later no file can be opened any more."""
    Image.preinit()
    pypdfium2.raw.FPDF_InitLibrary()


def look(given: Given) -> Answer:
    """Can it be read, and does it hold what acts by itself? It is kept all the same, and says so."""
    try:
        with pikepdf.open(BytesIO(given.content), suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            if pages > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise Unread("too many pages")
            return found(*_remarks(pdf), pages=pages)
    except pikepdf.PasswordError:
        return found("locked", pages=0)
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise Unread("damaged") from error


def _remarks(pdf: pikepdf.Pdf) -> list[str]:
    names: Any = pdf.Root.get("/Names", {})
    remarks = ["attachments"] if "/EmbeddedFiles" in names else []
    remarks += ["script"] if "/JavaScript" in names else []
    for one in _dictionaries(pdf):
        how = str(one.get("/S", ""))
        remarks += ["script"] if how in _SCRIPTS or "/JS" in one else []
        remarks += ["reaches out"] if how in _REACHES_OUT else []
    return remarks


def _dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    """Every dictionary in it, also those that stand within others. Each object of a file is looked at once."""
    found_here: list[Any] = []
    waiting = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)]
    while waiting:
        one = waiting.pop()
        inner = one if isinstance(one, pikepdf.Array) else [value for _, value in one.items()]
        if not isinstance(one, pikepdf.Array):
            found_here.append(one)
        waiting += [
            value for value in inner
            if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
        ]  # fmt: skip
    return found_here


def show(given: Given) -> Answer:
    """One page as a PNG: nothing in it runs, and nothing but pixels leaves."""
    try:
        with PdfDocument(given.content) as pdf:
            pages = len(pdf)
            if not 0 <= given.page < pages:
                raise Unread("no such page")
            width, height = pdf.get_page_size(given.page)
            scale = min(LONGEST_SIDE / max(width, height, 1), 3)
            drawn = pdf[given.page].render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except PdfiumError as error:
        raise Unread("locked" if "assword" in str(error) else "damaged") from error
    into = BytesIO()
    drawn.save(into, "PNG")
    return Answer({"kind": "image/png", "pages": pages}, into.getvalue())


def clean(given: Given) -> Answer:
    """The same pages, written anew: without who made it, when and with what; without scripts, attachments and earlier
    versions of it; its photographs without what a camera wrote into them. What stands on the pages stays.
    """
    try:
        with pikepdf.open(BytesIO(given.content), suppress_warnings=True) as pdf:
            _strip(pdf)
            into = BytesIO()
            pdf.save(into, deterministic_id=True, fix_metadata_version=False)
            return Answer({"kind": given.kind, "pages": len(pdf.pages)}, into.getvalue())
    except pikepdf.PasswordError as error:
        raise Unread("locked") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise Unread("damaged") from error


def _strip(pdf: pikepdf.Pdf) -> None:
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    _without(pdf.Root, *_OF_THE_FILE)
    if "/Names" in pdf.Root:
        _without(pdf.Root.Names, "/EmbeddedFiles", "/JavaScript")
    if "/AcroForm" in pdf.Root:
        _without(pdf.Root.AcroForm, "/XFA")
    for one in _dictionaries(pdf):
        _strip_one(one)


def _strip_one(one: Any) -> None:
    _without(one, *_OF_THE_MAKER)
    for name in ("/A", "/Next"):
        action = one.get(name)
        if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _SCRIPTS | _REACHES_OUT:
            _without(one, name)
    if one.get("/Type") == "/Annot" or "/Rect" in one:
        _without(one, *(name for name in _OF_A_NOTE if one.get("/Subtype") != "/Widget"))
        _without(one, "/FS")
    if isinstance(one, pikepdf.Stream) and one.get("/Filter") == "/DCTDecode":
        one.write(without_segments(one.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _without(one: Any, *names: str) -> None:
    for name in names:
        if name in one:
            del one[name]


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without its segments of EXIF, XMP, notes and comments, up to where its pixels begin. What does not read as
    one stays as it is.
    """
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        mark, end = jpeg[place + 1], place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if mark == 0xDA:
            return b"".join((*kept, jpeg[place:]))
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE) or mark in _KEPT_SEGMENTS:
            kept.append(jpeg[place:end])
        place = end
    return jpeg
