"""A case's reference: what staff say on the telephone. It tells nothing: no country, no office, no sequence, no date.

Nine random letters and a check letter, in two groups: "BKTRM-XZHQD". Nineteen consonants: no digit, no vowel (they
spell no word), no L (it looks like I and 1), no Y. Nineteen is a prime and the weights of the places differ, so that
the check notices every single wrong letter and every swap of two. 19⁹ is 3·10¹¹: whoever stores one looks whether it
is there already.
"""

from __future__ import annotations

import secrets
import unicodedata

from hrd_cases.errors import N_, Refused

ALPHABET = "BCDFGHJKMNPQRSTVWXZ"
LETTERS = 10
GROUP = 5
_LONGEST_TYPED = 100

# Digits, Cyrillic and Greek letters that look like one of ours, on a keyboard left in another script.
_READ_AS = str.maketrans("5826ВСНКМРТХΒΗΚΜΝΡΤΧΖ", "SBZGBCHKMPTXBHKMNPTXZ")


def new_reference() -> str:
    return completed("".join(secrets.choice(ALPHABET) for _ in range(LETTERS - 1)))


def completed(letters: str) -> str:
    """Nine letters with their check letter, in groups."""
    return _grouped(letters + ALPHABET[-_weighed(letters) * _LAST_WEIGHT_INVERSE % len(ALPHABET)])


def normalised(typed: str) -> str:
    """The reference somebody typed, as we write it: case, spaces, dashes and look-alikes do not matter.

    Refused if a letter is wrong, missing or swapped.
    """
    letters = _letters(typed)
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET) or _weighed(letters):
        raise Refused(
            N_("This is no reference of ours: a letter is wrong, missing or in another's place."),
            N_("Compare it letter by letter, or search for the name."),
        )
    return _grouped(letters)


def looks_like(typed: str) -> bool:
    """Worth looking up as a reference."""
    try:
        normalised(typed)
    except Refused:
        return False
    return True


def _letters(typed: str) -> str:
    if len(typed) > _LONGEST_TYPED:
        return ""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    return "".join(letter for letter in plain if letter.isalnum())


def _weighed(letters: str) -> int:
    return sum(place * ALPHABET.index(letter) for place, letter in enumerate(letters, start=1)) % len(ALPHABET)


_LAST_WEIGHT_INVERSE = pow(LETTERS, -1, len(ALPHABET))


def _grouped(letters: str) -> str:
    return f"{letters[:GROUP]}-{letters[GROUP:]}"
