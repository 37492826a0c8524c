"""Chinese names in the Wade–Giles romanisation, read as pinyin: Hsü-kou is Xugou, Chang is Zhang or Chang."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_MARK = re.compile(
    r"(?<![a-z])(?:hs[ieüu]|tz[uŭ]|ss[uŭ]|(?:ts|ch|k|p|t)['’ʻʼ`][aeiouêü]|[a-z]{1,2}(?:ieh|üeh|ueh|uei|ien|ung)(?![a-z]))"
)
_SYLLABLE = re.compile(r"(hs|ch|sh|sz|ss|ts|tz|[bcdfghjklmnpqrstwyz])?([aeiou][aeioungrh]{0,4})")
_PLAIN: Final = {"p": "b", "t": "d", "k": "g", "ts": "z", "tz": "z", "hs": "x", "j": "r", "ss": "s", "sz": "s"}
_FINALS: Final = {
    "ung": "ong",
    "ieh": "ie",
    "ueh": "ue",
    "ien": "ian",
    "uei": "ui",
    "ih": "i",
    "erh": "er",
    "iung": "iong",
}
_FRONT: Final = ("i", "u")


def seems(name: str, folded: Sequence[str]) -> bool:
    """Is there anything in this name that only Wade–Giles writes? A plain "Chang" alone is not."""
    return len(folded) <= 4 and _MARK.search(name.casefold()[:80]) is not None


def read(plain: str) -> tuple[str, ...]:
    """A syllable in pinyin, as far as it can be one; the aspiration that is often left out is read both ways."""
    found = _SYLLABLE.fullmatch(plain)
    if not found or len(plain) > 7:
        return ()
    return tuple(dict.fromkeys(_readings(found.group(1) or "", found.group(2))))


def _readings(initial: str, final: str) -> Iterator[str]:
    ending = _FINALS.get(final, final)
    if ending == "o" and initial in ("k", "h"):
        ending = "e"
    if initial == "ch":
        yield from ("j" + ending, "zh" + ending) if final.startswith(_FRONT) else ("zh" + ending,)
        yield "q" + ending if final.startswith("i") else "ch" + ending
    else:
        yield _PLAIN.get(initial, initial) + ending
        yield ("c" if initial in ("ts", "tz") else "x" if initial == "hs" else initial) + ending
