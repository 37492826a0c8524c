"""Reading a list that someone typed: names or codes, one a line or between commas, in their language or in English."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from babel import Locale

MOST_GUESSED = 5
"""Looking for what was meant takes time: for the first few only."""
_COMMAS = re.compile(r"[,;،؛、，；]+")


class Unknown(NamedTuple):
    """Something typed that is no name here, and the name it resembles most ("" if none does)."""

    typed: str
    meant: str


class Lexicon:
    """Names of `codes` in some locales. `names` of a locale are CLDR's: code → name."""

    def __init__(self, codes: Iterable[str], names: Iterable[Mapping[str, str]]) -> None:
        self._codes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        listed = list(codes)
        for tongue in reversed(list(names)):  # the reader's own language last: it wins
            for code in listed:
                if code in tongue:
                    self._codes[_plain(tongue[code])] = code
                    self._names[_plain(tongue[code])] = tongue[code]
        self._codes = {_plain(code): code for code in listed} | self._codes

    def read(self, text: str) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
        """(codes, each once, in the order typed; what was not understood)."""
        found: dict[str, None] = {}
        unknown: list[Unknown] = []
        for part in (part for line in text.splitlines() for part in self._parts(line)):
            code = self._codes.get(_plain(part))
            if code is None:
                meant = self._nearest(part[:60]) if len(unknown) < MOST_GUESSED else ""
                unknown.append(Unknown(part[:60], meant))
            else:
                found[code] = None
        return tuple(found), tuple(unknown)

    def _parts(self, line: str) -> list[str]:
        """A line that is a name is left whole: some names have a comma in them."""
        if _plain(line) in self._codes:
            return [line]
        return [part for part in (part.strip(" *\t") for part in _COMMAS.split(line)) if part]

    def _nearest(self, typed: str) -> str:
        near = difflib.get_close_matches(_plain(typed), self._names, n=1, cutoff=0.6)
        return self._names[near[0]] if near else ""


def _plain(text: str) -> str:
    """Without case, accents, punctuation and spare spaces: "Côte d’Ivoire" and "cote d'ivoire" are one."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    bare = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(bare.split())


def tongues(reader: Locale) -> tuple[Locale, ...]:
    return (reader, Locale("en"))
