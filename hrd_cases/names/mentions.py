"""Where a text tells of somebody: by a whole name, or by a part of one. Pure.

Rather once too often: a word that only looks like a name is read as one. Whoever takes names out of a text, or lets
none in, goes by this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from hrd_cases.names.folding import fold

_APOSTROPHES: Final = frozenset("'`’‘ʼʻʾʿ")
_LATIN, _ARABIC, _CYRILLIC, _SYLLABLES = "latin", "arabic", "cyrillic", "syllables"
_SHORTEST: Final = {_LATIN: 4, _ARABIC: 3, _CYRILLIC: 3, _SYLLABLES: 2}
"""Letters of a part of a name that tells of somebody by itself. Shorter ones (bin, del, van) are words of many a
sentence.
"""
_WRITTEN: Final = (
    (re.compile("[a-z]"), _LATIN),
    (re.compile("[\u0590-\u08ff]"), _ARABIC),
    (re.compile("[\u0370-\u058f\u10a0-\u10ff\u0900-\u0dff]"), _CYRILLIC),
)
"""By the first letter: how a script joins words to names. Hebrew goes as Arabic does; Greek, Armenian, Georgian and the
scripts of India as Cyrillic; all others leave no space between words.
"""
_ENDING: Final = re.compile("(?<=....)[аеиоуыюяь]{2}$|(?<=...)[аеиоуыюяь]$")
"""What changes with the case of a name."""


class Named(NamedTuple):
    """Somebody, by every spelling of their name. Of an organisation only the whole name tells."""

    names: tuple[str, ...]
    organisation: bool = False


class Mention(NamedTuple):
    """From where to where a text tells of somebody: of the one with this number."""

    start: int
    end: int
    whose: int


@dataclass(frozen=True)
class Names:
    """The names of some people, to be looked for in texts."""

    people: tuple[Named, ...]

    def in_(self, text: str) -> list[Mention]:
        """Where `text`, composed (NFC) as it is, tells of whom, from left to right; none lies over another."""
        found = sorted(
            (Mention(*span, whose) for apart in (False, True) for span, whose in self._found(text, apart)),
            key=lambda one: (one.start, -one.end),
        )
        return list(_apart(text, found))

    def _found(self, text: str, apart: bool) -> Iterator[tuple[tuple[int, int], int]]:
        folded, places = _folded(text, apart)
        for whose, one in enumerate(self.people):
            for pattern in _patterns(one, apart):
                for found in re.finditer(pattern, folded):
                    yield (places[found.start()], places[found.end() - 1] + 1), whose


def without(text: str, names: Names, labels: Sequence[str]) -> str:
    """The text with a label for each mention; as it is (composed, NFC) where it names nobody."""
    text, parts, at = unicodedata.normalize("NFC", text), [], 0
    for one in names.in_(text):
        parts += [text[at : one.start], labels[one.whose]]
        at = one.end
    return "".join((*parts, text[at:]))


def _apart(text: str, found: Iterable[Mention]) -> Iterator[Mention]:
    """What lies over another is one mention; so are parts of one name with nothing but a space between them."""
    last: Mention | None = None
    for one in found:
        if last is None:
            last = one
        elif one.start < last.end or (one.whose == last.whose and not _letters(text[last.end : one.start])):
            last = Mention(last.start, max(last.end, one.end), last.whose)
        else:
            yield last
            last = one
    if last is not None:
        yield last


def _letters(text: str) -> bool:
    return any(not one.isspace() for one in text)


def _folded(text: str, apart: bool) -> tuple[str, list[int]]:
    """The text letter by letter as `fold` has it, and the place of each in the text. `apart`: an apostrophe parts words
    (“Salma's”); otherwise it is none (“Mu'ayyad”).
    """
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in _APOSTROPHES:
            folded = " " if apart else ""
        elif unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cs"):
            folded = ""
        else:
            folded = fold(letter) or " "
        if folded == " " and letters and letters[-1] == " ":
            continue
        letters += folded
        places += [place] * len(folded)
    return "".join(letters), places


@lru_cache(maxsize=1024)
def _patterns(one: Named, apart: bool) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in one.names:
        whole = _folded(unicodedata.normalize("NFC", name), apart)[0].strip()
        parts = [] if one.organisation else [part for part in whole.split() if len(part) >= _SHORTEST[_script(part)]]
        found |= dict.fromkeys(_pattern(part) for part in (whole, *parts) if part)
    return tuple(found)


def _script(part: str) -> str:
    return next((script for first, script in _WRITTEN if first.match(part)), _SYLLABLES)


def _pattern(part: str) -> str:
    """What a part of a name looks like in a sentence, with the endings and the joined words of its script."""
    script, written = _script(part), re.escape(part)
    if script == _SYLLABLES:
        return written
    before, after = "", "(?:e?s)?" if len(part) < 5 else "[a-z]{0,2}"
    if script == _ARABIC:
        before, after = (r"\S{0,4}", r"\S{0,3}") if len(part) > 3 else ("", "")
    elif script == _CYRILLIC:
        written, after = re.escape(_ENDING.sub("", part)), r"\S{0,3}"
    return rf"(?<!\S){before}{written}{after}(?!\S)"
