"""What stands on a transfer, and where it goes: read before anything is sent. Pure.

The words on it are read by banks and by whoever reads those. An IBAN with a digit wrong is another's, or nobody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from stdnum import iban, numdb

from hrd_cases.cases.details import Person
from hrd_cases.names.mentions import Named, Names

_NUMBER: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ \u00a0-]?[A-Z0-9]){11,}", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d(?:[ \u00a0/.-]?\d)*")
_FEWEST_DIGITS: Final = 7
_LENGTHS: Final = range(15, 35)
_BY_COUNTRY: Final = numdb.get("iban")


def named_in(words: str, people: Iterable[Person]) -> str:
    """Where these words tell of somebody on file, as it was typed; "" if they tell of nobody."""
    words = unicodedata.normalize("NFC", words)
    found = Names(tuple(Named(one.names, one.organisation) for one in people)).in_(words)
    return words[found[0].start : found[0].end] if found else ""


def numbers_in(account: str) -> frozenset[str]:
    """The digits of each number of an account or telephone in a text; that of a street is too short."""
    found = (re.sub(r"\D", "", one[0]) for one in _DIGITS.finditer(account))
    return frozenset(one for one in found if len(one) >= _FEWEST_DIGITS)


def mistyped(account: str) -> str:
    """The first number in the text that is written as an IBAN and is none; "" if there is no such number.

    ISO 13616: its check digits, and how long it is in its country. Of a country that has no IBAN it is another number.
    """
    for found in _NUMBER.finditer(account.upper()):
        number = re.sub(r"[^A-Z0-9]", "", found[0])
        if _BY_COUNTRY.info(number)[0][1] and not any(
            iban.is_valid(number[:length], check_country=False) for length in _LENGTHS
        ):
            return found[0].strip()
    return ""
