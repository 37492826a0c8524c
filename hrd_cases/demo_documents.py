"""Documents of the sample world: a judgment, a photograph, a quote and a receipt, drawn when they are needed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.details import MoneyAsked
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case
from hrd_cases.demo_cases import OFFICERS, Acting
from hrd_cases.documents.acts import keep
from hrd_cases.documents.arriving import Arrived, Arriving
from hrd_cases.documents.papers import find_record
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Absent
from hrd_cases.grants.papers import Sort

if TYPE_CHECKING:
    from PIL.Image import Image

A4 = (1_240, 1_754)
"""Pixels of a page scanned at 150 dots an inch."""
INK, PAPER = (38, 36, 48), (247, 244, 236)
JUDGMENT = (
    (
        "CAIRO CRIMINAL COURT",
        "Circuit 5 - invented for this demonstration",
        "",
        "IN THE NAME OF THE PEOPLE",
        "",
        "Having heard the prosecution and the defence, and having",
        "deliberated in closed session, the court finds as follows.",
        "",
        "1.  The accused is charged with spreading false news.",
        "2.  The defence asked to hear two witnesses. The request",
        "     was refused without reasons.",
        "3.  The accused was not brought from the women's prison",
        "     to two of the five sessions.",
    ),
    (
        "FOR THESE REASONS",
        "",
        "the court renews the detention of the accused for fifteen",
        "days and adjourns the case for the hearing of witnesses.",
        "",
        "Read out in public session.",
        "",
        "",
        "The presiding judge                    The clerk",
        "",
        "(stamp)                                         (signature)",
    ),
)
QUOTE = (
    (
        "MITHAL LAW OFFICE, CAIRO",
        "Invented for this demonstration",
        "",
        "To whom it may concern",
        "",
        "Three counsel until the trial, each          EGP 50,000.00",
        "Cars to the court, two and a half days       EGP 30,000.00",
        "",
        "Together                                    EGP 180,000.00",
        "",
        "Valid for thirty days.",
    ),
)
RECEIPT = (
    (
        "RECEIPT No. 1",
        "Invented for this demonstration",
        "",
        "Received in cash, in two parts, for rent and school:",
        "",
        "CNY 23,400.00",
        "",
        "(signature)",
    ),
)


class Shown(NamedTuple):
    """A document: of which delegation's file, how its sender called it, what its officer noted. `sort`: of the grant
    asked for from that file, and which of its sorts; "" of the file itself.
    """

    delegation: str
    name: str
    note: str
    sort: str = ""


JUDGMENT_OF = Shown(
    "DEL_EGY", "Renewal of detention, scanned.pdf", "From her lawyer. The second page carries the stamp."
)
PHOTOGRAPH_OF = Shown(
    "DEL_COL", "IMG_2041.jpg", "The road to the hamlet after the threat. The original tells where it was taken."
)
QUOTE_OF = Shown("DEL_EGY", "Quote of the law office.pdf", "By hand, from the lawyer.", Sort.REQUEST)
RECEIPT_OF = Shown("DEL_CHN", "Receipt 1.pdf", "Signed before our colleague.", Sort.PROOF)


def record_documents(acting: Acting, cases: Mapping[str, uuid.UUID], storage: Storage) -> None:
    """Put them on the files of their delegations. `cases`: the file of each."""
    drawn = {JUDGMENT_OF: scan(JUDGMENT), PHOTOGRAPH_OF: photograph(), QUOTE_OF: scan(QUOTE), RECEIPT_OF: scan(RECEIPT)}
    for shown, content in drawn.items():
        arrived = _arrived(storage, shown.name, content)
        with acting(OFFICERS[shown.delegation]) as (session, officer):
            case_id = cases[shown.delegation]
            record = find_record(session, officer, _grant_of(session, case_id) if shown.sort else case_id)
            if record is None:
                raise Absent(f"no file of {shown.delegation}")
            record.hold()
            keep(session, storage, record, [arrived], shown.note, datetime.now(UTC), sort=shown.sort)


def _grant_of(session: Session, case_id: uuid.UUID) -> uuid.UUID:
    """The one grant that was asked for from a file."""
    [asked] = open_file(session, session.get_one(Case, case_id)).all(MoneyAsked)
    return asked.said.grant_id


def _arrived(storage: Storage, name: str, content: bytes) -> Arrived:
    file = Arriving(storage, name, len(content))
    file.write(content)
    return file.finish(Scanner(""))


def scan(sheets: tuple[tuple[str, ...], ...]) -> bytes:
    """Pages as a scanner sends them: pictures, a little askew, with specks."""
    pages = [_scanned(lines, number) for number, lines in enumerate(sheets)]
    into = BytesIO()
    pages[0].save(into, "PDF", save_all=True, append_images=pages[1:], resolution=150, producer="Office scanner")
    return into.getvalue()


def _scanned(lines: tuple[str, ...], number: int) -> Image:
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - the commands are named without loading it

    page = Image.new("RGB", A4, PAPER)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        size = 44 if row == 0 else 30
        draw.text((130, 190 + row * 62), line, INK, ImageFont.load_default(size))
    specks = random.Random(number)  # noqa: S311 - specks of dust
    for _ in range(220):
        x, y = specks.randrange(A4[0]), specks.randrange(A4[1])
        draw.ellipse((x, y, x + 2, y + 2), (190, 186, 176))
    if number:
        draw.ellipse((150, 820, 400, 1_070), outline=(60, 70, 150), width=6)
    return page.rotate(0.7, fillcolor=PAPER)


def photograph() -> bytes:
    """A road in the evening, with what a telephone writes into its pictures."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - as above

    width, height = 1_600, 1_066
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        part = y / height
        draw.line((0, y, width, y), (int(250 - 90 * part), int(190 - 70 * part), int(120 + 50 * part)))
    draw.polygon(
        ((0, 620), (420, 430), (800, 600), (1_180, 400), (1_600, 640), (1_600, 1_066), (0, 1_066)), (52, 74, 66)
    )
    draw.polygon(((760, 610), (800, 610), (1_150, 1_066), (480, 1_066)), (148, 128, 104))
    draw.rectangle((1_060, 560, 1_190, 660), (112, 82, 68))
    draw.polygon(((1_040, 560), (1_125, 500), (1_210, 560)), (84, 50, 44))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Sample", "Telephone of the sample world", "2026:11:02 17:41:00"
    exif[0x8825] = {1: "N", 2: (4.0, 30.0, 0.0), 3: "W", 4: (75.0, 0.0, 0.0)}
    into = BytesIO()
    picture.save(into, "JPEG", quality=88, exif=exif)
    return into.getvalue()
