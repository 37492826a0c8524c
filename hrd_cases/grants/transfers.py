"""What stands on a transfer, and where it goes: read before anything is sent. Pure.

The words on it are read by banks and by whoever reads those. An IBAN with a digit wrong is another's, or nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stdnum import iban, numdb

from hrd_cases.cases.details import Person
from hrd_cases.names.folding import fold

SHORTEST: Final = {True: 4, False: 2}
"""Letters of a part of a name that tells of somebody by itself; by whether it is written in Latin letters, in which
shorter parts (bin, del, van, Li) are words of many a sentence.
"""
_NUMBER: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ \u00a0-]?[A-Z0-9]){11,}", re.IGNORECASE)
_LENGTHS: Final = range(15, 35)
_BY_COUNTRY: Final = numdb.get("iban")


def named_in(words: str, people: Iterable[Person]) -> str:
    """The name, or the part of one, by which these words tell of somebody on file; "" if they tell of nobody.

    Of an organisation the whole name; of a person each part that is not too short to tell, in any spelling on file.
    """
    said = f" {fold(words)} "
    return next((part for one in people for name in one.names for part in _parts(name, one) if _stands(part, said)), "")


def _parts(name: str, of: Person) -> Iterator[str]:
    whole = fold(name)
    yield whole
    if not of.organisation:
        yield from (part for part in whole.split() if len(part) >= SHORTEST[part.isascii()])


def _stands(part: str, said: str) -> bool:
    """Scripts that leave no space between words (and Arabic, which writes “to” and “and” as one with them) are looked
    through letter by letter.
    """
    return bool(part) and (f" {part} " in said if part.isascii() else part in said)


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
