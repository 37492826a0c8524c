"""Tables as an .xlsx file: numbers exactly as they are, words as words and never as formulas or links, the same bytes
for the same tables, and nothing of it on a disk while it is made. Knows no grants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import xlsxwriter

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zones; one for all files, so that none says when
MOST_NAME = 31
MOST_DIGITS = 15
"""A spreadsheet keeps so many of a number; what has more stands there in words."""
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Cell = str | int | date | Decimal | None


class Sheet(NamedTuple):
    """One table. `last`: its last line is what the others come to. `wide`: characters of each column."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    wide: Sequence[int]
    last: bool = False


def workbook(sheets: Sequence[Sheet], *, right_to_left: bool = False) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        book.set_properties({"created": MADE_AT, "author": ""})
        styles = _Styles(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:MOST_NAME])
            if right_to_left:
                page.right_to_left()
            _write(page, sheet, styles)
    return made.getvalue()


class _Styles:
    """How cells look, each way once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[tuple[bool, str], Any] = {}

    def style(self, bold: bool, number: str = "") -> Any:
        if (bold, number) not in self._known:
            said: dict[str, object] = {"bold": bold, "valign": "top"}
            self._known[bold, number] = self._book.add_format(said | ({"num_format": number} if number else {}))
        return self._known[bold, number]


def _write(page: Any, sheet: Sheet, styles: _Styles) -> None:
    page.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(sheet.head, sheet.wide, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, name, styles.style(bold=True))
    for line, row in enumerate(sheet.rows, start=1):
        bold = sheet.last and line == len(sheet.rows)
        for column, cell in enumerate(row):
            _write_cell(page, (line, column), cell, styles, bold=bold)


def _write_cell(page: Any, at: tuple[int, int], cell: Cell, styles: _Styles, *, bold: bool) -> None:
    if isinstance(cell, Decimal) and len(cell.as_tuple().digits) > MOST_DIGITS:
        cell = f"{cell:f}"
    if isinstance(cell, str):
        page.write_string(*at, cell, styles.style(bold))
    elif isinstance(cell, Decimal):
        places = max(0, -int(cell.as_tuple().exponent))
        page.write_number(*at, cell, styles.style(bold, "#,##0." + "0" * places if places else "#,##0"))
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, styles.style(bold, "yyyy-mm-dd"))
    elif cell is not None:
        page.write_number(*at, cell, styles.style(bold))
