"""Names by their consonants. Arabic and Hebrew script write no short vowels: محمد is Mohamed, Muhammad and Mehmed. A
word of such a script and one of any other are the same if their consonants are, and if wherever the one writes a vowel
the other has one too; where a word begins or ends, both have one or neither.
"""

from __future__ import annotations

import re
from itertools import islice, product
from typing import Final, NamedTuple

from hrd_cases.names.scripts import ALSO_HEARD, ARABIC_SOUNDS, HEBREW_SOUNDS

UNVOICED: Final = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f]")
"""Signs of the scripts that write no short vowels."""
VOWELS: Final = "aeiouv"
"""What may stand for a vowel of such a script, in sounds. V is one but where a word begins: Tawfik, Toufik, توفيق."""
FEWEST: Final = 2
"""Consonants that a word needs to be told by them."""
_MOST_READINGS: Final = 8
_MOST_CONSONANTS: Final = 12
_LETTERS: Final = {**ARABIC_SOUNDS, **HEBREW_SOUNDS}
_PLAIN: Final = {"kh": "h", "gh": "g", "th": "t", "dh": "d", "sh": "x", "ch": "x"} | {
    "zh": "j",
    "ts": "z",
    "q": "k",
    "w": "v",
    "y": "i",
}
_MUTE: Final = re.compile("e|ah|eh")
"""Ends of a word that the unvoiced scripts may leave out: Abdelkarime, Abdallah."""


class Consonants(NamedTuple):
    """The consonants of a word; the gaps before, between and after them in which it has a vowel, one bit each; and
    whether the vowel at its end may be mute.
    """

    letters: str
    vowels: int
    mute: bool = False

    @property
    def key(self) -> str:
        """As an index keeps it beside the sounds: in capitals, which no sound has."""
        return f"{self.letters.upper()}{self.vowels}"

    def writes(self, voiced: Consonants) -> bool:
        """Could this be how an unvoiced script writes that word?"""
        left_out = voiced.vowels & ~self.vowels
        end = 1 << len(self.letters)
        return (
            self.letters == voiced.letters
            and not self.vowels & ~voiced.vowels
            and not left_out & 1
            and (voiced.mute or not left_out & end)
        )


def of_key(key: str) -> Consonants:
    """What `key` made."""
    letters = key.rstrip("0123456789")
    return Consonants(letters.lower(), int(key[len(letters) :] or 0))


def voiced(sound: str, mute: str = "") -> Consonants | None:
    """Those of a word by its sound; None if it has too few, or signs that are no letters. `mute`: how it is written, if
    its end may be mute.
    """
    return _consonants(list(sound), _MUTE.search(mute or sound, max(1, len(mute or sound) - 2)) is not None)


def unvoiced(written: str) -> tuple[Consonants, ...]:
    """Those of a word of an unvoiced script, in each way its letters are read: ج is a j or a g."""
    letters = [[letter] if letter.isascii() else _read(letter) for letter in written]
    if len(written) > FEWEST and written.endswith(("ه", "ה")):
        letters[-1] = ["a"]
    readings = islice(product(*letters), _MOST_READINGS)
    return tuple(dict.fromkeys(found for reading in readings if (found := _consonants(list(reading))) is not None))


def _read(letter: str) -> list[str]:
    sounds = (_LETTERS.get(letter, ""), *ALSO_HEARD.get(letter, ()))
    return [_PLAIN.get(sound, sound) for sound in sounds]


def _consonants(sounds: list[str], mute: bool = False) -> Consonants | None:
    if len(sounds) > 1 and sounds[-1] == "h":
        del sounds[-1]  # not heard at the end of a word
    letters, vowels = "", 0
    for sound in sounds:
        if sound in VOWELS and (letters or sound != "v"):
            vowels |= (sound != "") << len(letters)
        else:
            letters += sound
    told = FEWEST <= len(letters) <= _MOST_CONSONANTS and letters.isascii() and letters.isalpha()
    return Consonants(letters, vowels, mute) if told else None
