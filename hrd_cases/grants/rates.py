"""The monthly accounting rates: what a file of them says, and which of them counts. Pure.

A file has three columns, currency, month and rate: units of the currency for one euro (InforEuro: the rate of the
previous month's penultimate working day). What was taken in stays as it is: rates are only ever added.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from hrd_cases.errors import N_, Refused, Sentence
from hrd_cases.grants.money import EURO, currencies, percent_above

COLUMNS = ("currency", "month", "rate")
FIRST_MONTH = "1999-01"
"""There was no euro before."""
MOST_BYTES = 1_000_000
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_RATE = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")

Rates = Mapping[tuple[str, str], Decimal]
"""By currency and month ("2026-11")."""


class Line(NamedTuple):
    """One line of a file, and where it stands."""

    number: int
    currency: str
    month: str
    rate: Decimal


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def following(month: str) -> str:
    """The month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def rate_of(rates: Rates, currency: str, month: str) -> Decimal:
    """Units of a currency for one euro in a month. Refused if nobody has taken that rate in."""
    if currency == EURO:
        return Decimal(1)
    found = rates.get((currency, month))
    if found is None:
        raise Refused(
            N_("There is no accounting rate of %(currency)s for %(month)s."),
            N_("Headquarters takes in the file of the month; then it can go on."),
            currency=currency,
            month=month,
        )
    return found


class Looked(NamedTuple):
    """What a file adds to the rates that are stored: lines that are among them already add nothing. `wrong`: what is
    wrong with each line that is; then nothing of the file is taken in.
    """

    fresh: list[Line]
    wrong: list[Refused]


def look(content: bytes, stored: Rates, today: date) -> Looked:
    """Read a file of rates. Refused for one that is no table of them."""
    lines: list[Line] = []
    wrong: list[Refused] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in _rows(text_of(content)):
        try:
            line = _line(number, cells)
            _check_new(line, seen, stored, today)
        except Refused as refused:
            wrong.append(refused)
        else:
            seen[line.currency, line.month] = number
            lines.append(line)
    fresh = [line for line in lines if (line.currency, line.month) not in stored]
    return Looked(fresh, wrong or list(_gaps(fresh, stored)))


def added(content: bytes, stored: Rates, today: date) -> list[Line]:
    """What a file adds. Refused with what is wrong with it first: it is taken in whole or not at all."""
    looked = look(content, stored, today)
    if looked.wrong:
        raise looked.wrong[0]
    return looked.fresh


class Change(NamedTuple):
    """A rate that is new, beside the one of the month before, None if there is none. `percent`: how much higher it is;
    `far`: so much that somebody should look twice.
    """

    line: Line
    before: Decimal | None
    percent: Decimal | None
    far: bool


def compared(fresh: Iterable[Line], stored: Rates, far_percent: int) -> list[Change]:
    """Each new rate beside the one it follows."""
    lines = list(fresh)
    known = {**stored, **{(line.currency, line.month): line.rate for line in lines}}
    after = {(currency, following(month)): rate for (currency, month), rate in known.items()}
    return [_change(line, after.get((line.currency, line.month)), far_percent) for line in lines]


def _change(line: Line, before: Decimal | None, far_percent: int) -> Change:
    if before is None:
        return Change(line, None, None, far=False)
    percent = percent_above(line.rate, before)
    return Change(line, before, percent, abs(percent) > far_percent)


def text_of(content: bytes) -> str:
    """What stands in a file. Refused for one that is too large, or no text."""
    if len(content) > MOST_BYTES:
        raise Refused.of(_FILE["large"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused.of(_FILE["text"]) from error


_TRY_AGAIN = N_("Save it as CSV in UTF-8, with the columns currency, month and rate.")
_FILE: dict[str, tuple[Sentence, Sentence]] = {
    "large": (N_("This file is too large for one of rates."), _TRY_AGAIN),
    "text": (N_("This file is not a text in UTF-8."), _TRY_AGAIN),
    "table": (N_("This file is no table of rates."), _TRY_AGAIN),
    "first": (N_("The first line must name the columns currency, month and rate."), _TRY_AGAIN),
    "empty": (N_("There is no rate in this file."), _TRY_AGAIN),
}
_WRONG: dict[str, tuple[Sentence, Sentence]] = {
    "cells": (N_("Line %(line)s has not three cells."), N_("Write the currency, the month and the rate.")),
    "currency": (
        N_("Line %(line)s: “%(said)s” is no currency that is used today."),
        N_("Write its three letters, like EGP."),
    ),
    "month": (N_("Line %(line)s: “%(said)s” is no month."), N_("Write it like 2026-11.")),
    "rate": (
        N_("Line %(line)s: “%(said)s” is no rate."),
        N_("Write how much of the currency one euro is, in digits without groups, like 4500 or 52.40."),
    ),
    "future": (
        N_("Line %(line)s: the rate for %(said)s is not known yet."),
        N_("Only rates up to the next month are published."),
    ),
    "twice": (
        N_("Line %(line)s: %(said)s stands in line %(other)s already."),
        N_("Take one of the two away."),
    ),
    "stored": (
        N_("Line %(line)s: %(said)s was taken in as %(other)s and does not change."),
        N_("Take the line away, or correct it."),
    ),
    "one": (N_("Line %(line)s: one euro is one euro."), N_("Take the line away.")),
}


def _wrong(kind: str, line: int, said: str = "", other: object = "") -> Refused:
    return Refused.of(_WRONG[kind], line=line, said=said, other=other)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines below the first, each with its number. Refused for what is no table of rates."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in ("\t", ";") if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise Refused.of(_FILE["table"]) from error
    if not rows or tuple(cell.lower() for cell in rows[0][1]) != COLUMNS:
        raise Refused.of(_FILE["first"])
    if len(rows) == 1:
        raise Refused.of(_FILE["empty"])
    return rows[1:]


def _line(number: int, cells: list[str]) -> Line:
    if len(cells) != len(COLUMNS):
        raise _wrong("cells", number)
    currency, month, said = cells
    if currency not in currencies():
        raise _wrong("currency", number, currency)
    if not _MONTH.fullmatch(month) or month < FIRST_MONTH:
        raise _wrong("month", number, month)
    rate = Decimal(said.replace(",", ".")) if said.isascii() and _RATE.fullmatch(said) else Decimal(0)
    if rate <= 0:
        raise _wrong("rate", number, said)
    return Line(number, currency, month, rate)


def _check_new(line: Line, seen: Mapping[tuple[str, str], int], stored: Rates, today: date) -> None:
    name = (line.currency, line.month)
    said = f"{line.currency} {line.month}"
    if line.month > following(month_of(today)):
        raise _wrong("future", line.number, line.month)
    if line.currency == EURO and line.rate != 1:
        raise _wrong("one", line.number)
    if name in seen:
        raise _wrong("twice", line.number, said, seen[name])
    if name in stored and stored[name] != line.rate:
        raise _wrong("stored", line.number, said, f"{stored[name]:f}")


def _gaps(fresh: Iterable[Line], stored: Rates) -> Iterator[Refused]:
    """A currency's rates follow one another month by month, together with those that are stored."""
    months: dict[str, set[str]] = {}
    for currency, month in (*stored, *((line.currency, line.month) for line in fresh)):
        months.setdefault(currency, set()).add(month)
    for currency in sorted({line.currency for line in fresh}):
        known = sorted(months[currency])
        gap = next((following(one) for one, after in pairwise(known) if following(one) < after), "")
        if gap:
            yield Refused(
                N_("%(currency)s has no rate for %(month)s, but one before and one after it."),
                N_("Add the months that are missing to the file."),
                currency=currency,
                month=gap,
            )
