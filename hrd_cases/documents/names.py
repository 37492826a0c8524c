"""What a document is called: what somebody's browser says, made fit to be read, and to be a file's name anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MOST_BYTES = 200
"""Of a name in UTF-8: file systems take 255, and people add to names."""
_JOINERS = "\u200c\u200d"
"""Persian and Indic words are written with them."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')
_ENDING = re.compile(r"\.[a-z][a-z0-9]{1,4}", re.IGNORECASE)
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
UNNAMED = "document"


def cleaned(given: str, endings: Sequence[str]) -> str:
    """A name without folders, without characters that are not seen or turn the reading round, not too long, with an
    ending that its content bears out: `invoice.pdf` that is a picture becomes `invoice.pdf.png`.
    """
    stem, ending = _parted(_without_folders(given), endings)
    stem = _shortened(stem.rstrip(". "), MOST_BYTES - len(ending)).strip(". ") or UNNAMED
    return f"{'_' if _DEVICES.match(stem + ending) else ''}{stem}{ending}"


def legible(given: str) -> str:
    """What a file that is not kept is called where that is said."""
    return _shortened(_without_folders(given), MOST_BYTES) or UNNAMED


def names_other_kind(given: str, made: str) -> bool:
    """Had what came an ending that its content does not bear out, so that `cleaned` gave it another?"""
    return made.startswith(f"{given}.") and _ENDING.fullmatch(given[given.rfind(".") :]) is not None


def _without_folders(given: str) -> str:
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub("_", "".join(map(_legible, name)))
    return " ".join(name.split()).strip(". " + _JOINERS)


def _legible(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    if unicodedata.category(letter) in ("Zs", "Zl", "Zp") or letter in "\t\r\n":
        return " "
    return "" if unicodedata.category(letter).startswith("C") else letter


def _parted(name: str, endings: Sequence[str]) -> tuple[str, str]:
    """A name and the ending it is to have. One that is nothing but an ending has none."""
    for ending in endings:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], ending
    return name, endings[0]


def _shortened(stem: str, most: int) -> str:
    return stem.encode()[:most].decode("utf-8", "ignore")
