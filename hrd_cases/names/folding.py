"""One spelling for what is read as the same: marks off, case off, one letter where a script has several.

A folded text stays in its script, so that a part of a name finds it. How a name sounds in any script: sounds.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Final

from hrd_cases.names.scripts import SPELLINGS

MOST: Final = 4_000
"""Characters of a text that are looked at; no name, place or list of keywords is longer."""
_NO_WORD = re.compile(r"[\W_]+")
_ROUNDS: Final = 4
_nfkd = partial(unicodedata.normalize, "NFKD")


def fold(text: str) -> str:
    """Words in lower case without marks, one space between them. Folding a folded text changes nothing."""
    folded = text[:MOST]
    for _ in range(_ROUNDS):  # a few rare letters fall apart into others that fold again
        before, folded = folded, _once(folded)
        if folded == before:
            break
    return folded


def _once(text: str) -> str:
    if text.isascii():
        return _NO_WORD.sub(" ", text.lower().replace("'", "").replace("`", "")).strip()
    plain = _nfkd(_nfkd(text).casefold())
    bare = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Me", "Cf", "Cs"))
    # Composed again at the end: Korean syllables must not stay taken apart.
    return unicodedata.normalize("NFC", _NO_WORD.sub(" ", bare.translate(SPELLINGS)).strip())[:MOST]
