"""Six words that two people read to each other to know that they see the same keys.

Each word is 16 bits as consonant-vowel-consonant-vowel-consonant (proquints, arXiv:0901.4016): 4+2+4+2+4 bits, the
highest first. Six words are the first 96 bits of digest("six words", fingerprint), joined by "-".
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from hrd_cases.vault.envelope import digest, equal

WORDS: Final = 6
LETTERS: Final = 5
_MAX_TYPED: Final = 200
_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"


def _word(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )


def six_words(fingerprint_bytes: bytes) -> str:
    """Six pronounceable words of five letters, 96 bits, in lower case with dashes between."""
    start = digest("six words", fingerprint_bytes)
    return "-".join(_word(int.from_bytes(start[at : at + 2])) for at in range(0, 2 * WORDS, 2))


def look_like_words(typed: str) -> bool:
    """Might somebody have typed six words here, heard rightly or not?"""
    if len(typed) > _MAX_TYPED:
        return False
    groups = re.findall(r"[^\W\d_]+", typed)
    return len(groups) == WORDS and all(len(group) == LETTERS for group in groups)


def same_words(typed: str, fingerprint_bytes: bytes) -> bool:
    """Whether someone typed the six words, however they wrote case, spaces, dashes, commas; in constant time."""
    if len(typed) > _MAX_TYPED:
        return False
    # Marks (M) go too: a Turkish capital dotted I decomposes into I and a dot. Broken halves of characters are in C.
    letters = (mark for mark in unicodedata.normalize("NFKD", typed) if unicodedata.category(mark)[0] not in "ZPCM")
    heard = "".join(letters).casefold().encode()
    return equal(heard, six_words(fingerprint_bytes).replace("-", "").encode())
