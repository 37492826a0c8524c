"""Files that somebody made to do harm, or that are not what they are called. Each is made here, byte by byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from PIL import Image

EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(52) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\0\0" + bytes(500)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
W = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
X = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = b"application/vnd.oasis.opendocument.text"


class Hostile(NamedTuple):
    """A file, what becomes of it: a word of `refusals.WHY`, or the kind it is kept as, and what is said of it then."""

    name: str
    make: Callable[[], bytes]
    why: str = ""
    kept_as: str = ""
    remarks: tuple[str, ...] = ()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 8, height: int = 8, *, data: bytes | None = None, more: bytes = b"") -> bytes:
    rows = data if data is not None else b"".join(b"\0" + bytes(3 * width) for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def drawn(form: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    into = BytesIO()
    Image.new("RGB", size, "teal").save(into, form, **options)
    return into.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return into.getvalue()


def office(main: str = W, more: dict[str, bytes] | None = None, types: bytes = b"") -> bytes:
    declared = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/>'.encode() + types + b"</Types>"
    return archive({"[Content_Types].xml": declared, "word/document.xml": b"<w/>", **(more or {})})


def opendocument(more: dict[str, bytes] | None = None, manifest: bytes = b"<manifest/>", kind: bytes = ODT) -> bytes:
    return archive({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": b"<x/>", **(more or {})})


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **saved: Any) -> bytes:
    into = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 400))
        if change is not None:
            change(made)
        made.save(into, **saved)
    return into.getvalue()


def _action(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = pikepdf.Dictionary(**entries)

    return change


def _script_in_a_form(made: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="a", AA=pikepdf.Dictionary(K=action))
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.make_indirect(field)])


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["payload.exe"] = EXE


def _link_that_launches(made: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action, T="Salma"
    )
    made.pages[0].Annots = [made.make_indirect(note)]


def _bomb_in_a_page(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = pikepdf.Stream(made, b"q Q " * 20_000_000)


def _endless_pages() -> bytes:
    """A tree of pages whose child is itself."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\ntrailer<</Root 1 0 R>>"
    )


def _deep_pdf() -> bytes:
    nested = b"[" * 200_000 + b"]" * 200_000
    return b"%PDF-1.4\n1 0 obj" + nested + b"endobj\ntrailer<</Root 1 0 R>>"


def _page_of_the_size_of_a_town(made: pikepdf.Pdf) -> None:
    made.pages[0].MediaBox = [0, 0, 10_000_000, 10_000_000]


def _bomb_of_a_table() -> bytes:
    return office(X, {"xl/worksheets/sheet1.xml": bytes(600 * 1024 * 1024)})


def _lies_about_its_size() -> bytes:
    whole = bytearray(office(more={"word/_rels/document.xml.rels": bytes(64 * 1024 * 1024)}))
    return bytes(whole)


def _encrypted_part() -> bytes:
    whole = bytearray(office())
    central = whole.rindex(b"PK\x01\x02")
    whole[central + 8] |= 1
    return bytes(whole)


def _same_name_twice() -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as made:
        made.writestr("[Content_Types].xml", f'<Override ContentType="{W}"/>')
        made.writestr("word/document.xml", "<w/>")
        made.writestr("WORD/document.xml", "<other/>")
    return into.getvalue()


def _template(kind: str) -> dict[str, bytes]:
    where = f'<Relationship Type="http://x/relationships/{kind}" Target="http://a.example/x" TargetMode="External"/>'
    return {"word/_rels/settings.xml.rels": where.encode()}


def _gif_of_the_size_of_a_town() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"\x2c" + bytes(9) + b"\x02\x00\x3b"


def _jpeg_with(segment: bytes) -> bytes:
    whole = drawn("JPEG")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(segment) + 2) + segment + whole[2:]


def _tiff_loop() -> bytes:
    """Its directory of pictures leads back to itself."""
    entries = [(256, 4, 1, 5), (257, 4, 1, 5), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 25)]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + table + struct.pack("<I", 8)


PNG, JPEG, PDF, TXT = "image/png", "image/jpeg", "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JS, LAUNCH = pikepdf.Name.JavaScript, pikepdf.Name.Launch

FILES: dict[str, Hostile] = {
    # -- not what they are called
    "a program called a PDF": Hostile("verdict.pdf", lambda: EXE, "other kind"),
    "a program called a picture": Hostile("photo.jpg.exe", lambda: EXE, "other kind"),
    "a web page called a picture": Hostile("photo.png", lambda: HTML, "web page"),
    "a web page called text": Hostile("notes.txt", lambda: HTML, "web page"),
    "a web page behind a byte order mark": Hostile("notes.txt", lambda: b"\xef\xbb\xbf\n\n  " + HTML, "web page"),
    "a web page behind some words": Hostile("notes.txt", lambda: b"Dear all,\n" + HTML, "web page"),
    "a drawing with a script": Hostile("logo.svg", lambda: SVG, "web page"),
    "a drawing called a PNG": Hostile("logo.png", lambda: SVG, "web page"),
    "a drawing behind an XML line": Hostile("logo.svg", lambda: b'<?xml version="1.0"?>' + SVG, "web page"),
    "a billion laughs": Hostile("a.xml", lambda: b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>', "web page"),
    "a picture called a PDF": Hostile("invoice.pdf", png, kept_as=PNG),
    "a PDF called a picture": Hostile("photo.jpg", pdf, kept_as=PDF),
    "a picture called a program": Hostile("photo.exe", lambda: drawn("JPEG"), kept_as=JPEG),
    "a text called a program": Hostile("run.bat", lambda: b"del *.*\r\n", kept_as=TXT),
    "a shell script called a text": Hostile("notes.txt", lambda: b"#!/bin/sh\nrm -rf ~\n", kept_as=TXT),
    # -- two things at once
    "a picture that is an archive too": Hostile("a.png", lambda: png() + archive({"x.exe": EXE}), kept_as=PNG),
    "a picture that is a web page too": Hostile("a.jpg", lambda: _jpeg_with(HTML), kept_as=JPEG),
    "a picture that is a program of Java": Hostile("a.jpg", lambda: drawn("JPEG") + archive({"A.class": b"\xca\xfe"}), kept_as=JPEG),  # noqa: E501
    "a PDF behind a program": Hostile("a.pdf", lambda: EXE + pdf(), "other kind"),
    "a PDF behind some text": Hostile("a.pdf", lambda: b"hello\n" + pdf(), "other letters"),
    "a PDF that is an archive too": Hostile("a.pdf", lambda: pdf() + archive({"x.exe": EXE}), kept_as=PDF),
    "a web page inside a PNG's text": Hostile("a.png", lambda: png(more=chunk(b"tEXt", b"x\0" + HTML)), kept_as=PNG),
    "a GIF that is a script": Hostile("a.gif", lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//", "damaged"),
    # -- made to fill a memory
    "a PNG of 50,000 × 50,000": Hostile("a.png", lambda: png(50_000, 50_000, data=bytes(2_000_000)), "too many pixels"),
    "a PNG of 2,147,483,647 × 1": Hostile("a.png", lambda: png(2**31 - 1, 1, data=b""), "too many pixels"),
    "a PNG of 20,000 × 19,000": Hostile("a.png", lambda: png(20_000, 19_000, data=b""), kept_as=PNG, remarks=("large",)),  # noqa: E501
    "a PNG of nothing": Hostile("a.png", lambda: png(0, 0, data=b""), "damaged"),
    "a PNG with a note that unpacks to 100 MB": Hostile("a.png", lambda: png(more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8), 9))), "damaged"),  # noqa: E501
    "a GIF of 65,535 × 65,535": Hostile("a.gif", _gif_of_the_size_of_a_town, "too many pixels"),
    "a TIFF that leads back to itself": Hostile("a.tif", _tiff_loop, kept_as="image/tiff"),
    "a PDF with a page of 10,000,000 points": Hostile("a.pdf", lambda: pdf(_page_of_the_size_of_a_town), kept_as=PDF),
    "a PDF whose page unpacks to 80 MB": Hostile("a.pdf", lambda: pdf(_bomb_in_a_page), kept_as=PDF),
    "a PDF whose pages never end": Hostile("a.pdf", _endless_pages, "damaged"),
    "a PDF nested 200,000 deep": Hostile("a.pdf", _deep_pdf, "damaged"),
    "a table that unpacks to 600 MB": Hostile("a.xlsx", _bomb_of_a_table, "unpacks to too much"),
    "a document whose links unpack to 64 MB": Hostile("a.docx", _lies_about_its_size, "unpacks to too much"),
    "a document of 20,000 parts": Hostile("a.docx", lambda: office(more={f"x/{n}": b"" for n in range(20_000)}), "unpacks to too much"),  # noqa: E501
    # -- what acts by itself
    "a PDF with a script": Hostile("a.pdf", lambda: pdf(_action(S=JS, JS="app.alert(1)")), kept_as=PDF, remarks=("script",)),  # noqa: E501
    "a PDF with a script in a form": Hostile("a.pdf", lambda: pdf(_script_in_a_form), kept_as=PDF, remarks=("script",)),
    "a PDF that starts a program": Hostile("a.pdf", lambda: pdf(_action(S=LAUNCH, F="cmd.exe")), kept_as=PDF, remarks=("reaches out",)),  # noqa: E501
    "a PDF with a link that starts one": Hostile("a.pdf", lambda: pdf(_link_that_launches), kept_as=PDF, remarks=("reaches out",)),  # noqa: E501
    "a PDF with a program attached": Hostile("a.pdf", lambda: pdf(_attached), kept_as=PDF, remarks=("attachments",)),
    "a PDF with a password": Hostile("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(user="x", owner="y")), kept_as=PDF, remarks=("locked",)),  # noqa: E501
    "a document with macros": Hostile("a.docx", lambda: office(more={"word/vbaProject.bin": b"x"}), "macros"),
    "a document that declares macros": Hostile("a.docx", lambda: office(types=b"<Default ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"), "macros"),  # noqa: E501
    "a table with macros of an old kind": Hostile("a.xlsx", lambda: office(X, {"xl/macrosheets/sheet1.xml": b"x"}), "macros"),  # noqa: E501
    "a document with controls": Hostile("a.docx", lambda: office(more={"word/activeX/activeX1.bin": b"x"}), "macros"),
    "an open document with macros": Hostile("a.odt", lambda: opendocument({"Basic/Standard/Module1.xml": b"x"}), "macros"),  # noqa: E501
    "a document with its template elsewhere": Hostile("a.docx", lambda: office(more=_template("attachedTemplate")), "fetches"),  # noqa: E501
    "a document with its object elsewhere": Hostile("a.docx", lambda: office(more=_template("oleObject")), "fetches"),
    "a document with a picture elsewhere": Hostile("a.docx", lambda: office(more=_template("image")), "fetches"),
    "a document with a plain link": Hostile("a.docx", lambda: office(more=_template("hyperlink")), kept_as=DOCX),
    "an old office document": Hostile("a.doc", lambda: OLE + bytes(4_000), "old office"),
    "rich text with an object": Hostile("a.rtf", lambda: rb"{\rtf1{\object\objdata 0105}}", "other kind"),
    "a document with a locked part": Hostile("a.docx", _encrypted_part, "locked"),
    "an open document that is locked": Hostile("a.odt", lambda: opendocument(manifest=b"<m:encryption-data/>"), "locked"),  # noqa: E501
    # -- archives
    "an archive": Hostile("a.zip", lambda: archive({"x.txt": b"x"}), "archive"),
    "an archive called a document": Hostile("a.docx", lambda: archive({"x.exe": EXE}), "archive"),
    "a book": Hostile("a.epub", lambda: opendocument(kind=b"application/epub+zip"), "archive"),
    "parts that climb out of their folder": Hostile("a.docx", lambda: office(more={"../../etc/passwd": b"x"}), "damaged"),  # noqa: E501
    "parts with a path of a system": Hostile("a.docx", lambda: office(more={"/etc/passwd": b"x"}), "damaged"),
    "the same part twice": Hostile("a.docx", _same_name_twice, "damaged"),
    "an archive that is cut off": Hostile("a.docx", lambda: office()[:-30], "damaged"),
    "a compressed file": Hostile("a.gz", lambda: b"\x1f\x8b\x08" + bytes(100), "other kind"),
    # -- broken
    "nothing": Hostile("a.pdf", lambda: b"", "empty"),
    "a PDF that is cut off": Hostile("a.pdf", lambda: b"%PDF-1.7\n", "damaged"),
    "a JPEG of two bytes more": Hostile("a.jpg", lambda: b"\xff\xd8\xff\xe0\x00", "damaged"),
    "noise": Hostile("a.pdf", lambda: bytes(range(128, 256)) * 99, "other letters"),
    "text in other letters": Hostile("a.txt", lambda: "محكمة".encode("cp1256") * 9, "other letters"),
    "text that steers a screen": Hostile("a.txt", lambda: b"harmless\x1b[2J\x1b]0;x\x07\n", "control characters"),
    "text with a control far inside": Hostile("a.txt", lambda: b"a\n" * 50_000 + b"\x1b[2J", "control characters"),
    "text that ends in half a letter": Hostile("a.txt", lambda: b"a\n" * 50_000 + b"\xd9", "other letters"),
    "text with a zero": Hostile("a.txt", lambda: b"a\x00b", "other kind"),
}  # fmt: skip
