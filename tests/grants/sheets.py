"""Reads an .xlsx file as the accountants' program does: cells as they stand in its tables, sums as they are spelt."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Table(NamedTuple):
    """`formulas`, `links`: how many cells are one."""

    rows: list[dict[str, str]]
    formulas: int
    links: int


def read_tables(content: bytes) -> dict[str, Table]:
    """Each sheet by its name, its lines by the names of their columns."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        words = _words(file)
        book = ElementTree.fromstring(file.read("xl/workbook.xml"))
        names = [one.attrib["name"] for one in book.iter(f"{_MAIN}sheet")]
        return {name: _table(file, place, words) for place, name in enumerate(names, start=1)}


def _words(file: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in file.namelist():
        return []
    found = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
    return ["".join(one.itertext()) for one in found.iter(f"{_MAIN}si")]


def _table(file: zipfile.ZipFile, place: int, words: list[str]) -> Table:
    sheet = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{place}.xml"))
    lines = [_cells(row, words) for row in sheet.iter(f"{_MAIN}row")]
    head = lines[0]
    rows = [{head[column]: said for column, said in line.items()} for line in lines[1:]]
    return Table(rows, len(list(sheet.iter(f"{_MAIN}f"))), len(list(sheet.iter(f"{_MAIN}hyperlink"))))


def _cells(row: ElementTree.Element, words: list[str]) -> dict[str, str]:
    found = {}
    for cell in row.iter(f"{_MAIN}c"):
        said = cell.findtext(f"{_MAIN}v") or ""
        column = re.sub(r"\d", "", cell.attrib["r"])
        found[column] = words[int(said)] if cell.attrib.get("t") == "s" else said
    return found
