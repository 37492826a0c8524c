"""How a name is misspelt: letters that published tables of transliteration give for the same sound, slips of the finger
on a keyboard, letters left out or doubled, words in another order, initials, a word left out.

Nothing here knows the rules of hrd_cases/names, and must not: what it is for is to try them.
"""

from __future__ import annotations

import random

# Romanisation systems in use beside each other (ISO 9, BGN/PCGN, GOST, ALA-LC, DIN 31635, French and Spanish practice):
# each row are ways to write about one sound.
SAME_SOUND = (
    ("kh", "h", "ch", "j", "x"),
    ("sh", "ch", "sch", "s"),
    ("zh", "j", "z", "g"),
    ("ts", "c", "tz", "z"),
    ("ch", "tch", "c", "cz", "tsch"),
    ("ou", "u", "oo", "o"),
    ("ee", "i", "y", "ie"),
    ("ya", "ia", "ja"),
    ("yu", "iu", "ju"),
    ("yo", "e", "io", "jo"),
    ("ye", "e", "ie", "je"),
    ("y", "i", "j"),
    ("iy", "y", "i", "ij", "ii"),
    ("ei", "ai", "ay", "ey"),
    ("q", "k", "g", "c"),
    ("k", "c", "q"),
    ("g", "j", "dj", "gu"),
    ("gh", "g", "r"),
    ("dh", "d", "z", "th"),
    ("th", "t", "s"),
    ("f", "ph", "v"),
    ("v", "w", "b"),
    ("w", "ou", "v", "u"),
    ("ks", "x"),
    ("x", "ks", "sh", "hs"),
    ("s", "ss", "z"),
    ("a", "e"),
    ("e", "a", "i"),
    ("i", "e"),
    ("o", "u", "a"),
    ("u", "o"),
    ("ll", "y", "l"),
    ("z", "s", "c"),
    ("h", ""),
)
NEIGHBOURS = {
    letter: "".join(row[max(0, place - 1) : place] + row[place + 1 : place + 2])
    for row in (
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "йцукенгшщзхъ",
        "фывапролджэ",
        "ячсмитьбю",
        "ضصثقفغعهخحجد",
        "شسيبلاتنمكط",
        "ئءؤرىةوزظ",
    )
    for place, letter in enumerate(row)
}


def misspelt(words: tuple[str, ...], rng: random.Random) -> str:
    """A name as somebody else may type it."""
    typed = [word.lower() if rng.random() < 0.3 else word for word in words]
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(typed))
        typed[at] = rng.choice((other_letters, other_letters, other_letters, slipped, left_out, doubled, exchanged))(
            typed[at], rng
        )
    chance = rng.random()
    if len(typed) > 1 and chance < 0.2:
        typed = [typed[-1], *typed[:-1]]
    elif len(typed) > 1 and chance < 0.3:
        typed[0] = typed[0][:1] + rng.choice((".", ""))
    elif len(typed) > 2 and chance < 0.5:
        del typed[rng.randrange(1, len(typed) - 1)]
    return " ".join(typed)


def other_letters(word: str, rng: random.Random) -> str:
    """The same sound in another system."""
    lower = word.lower()
    found = [(row, written) for row in SAME_SOUND for written in row[:1] if written in lower]
    if not found or not word.isascii():
        return slipped(word, rng)
    row, written = rng.choice(found)
    at = rng.choice([place for place in range(len(lower)) if lower.startswith(written, place)])
    return word[:at] + rng.choice(row[1:]) + word[at + len(written) :]


def slipped(word: str, rng: random.Random) -> str:
    """The key beside."""
    at = rng.randrange(len(word))
    near = NEIGHBOURS.get(word[at].lower(), "")
    return word[:at] + rng.choice(near) + word[at + 1 :] if near else word


def left_out(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at + 1 :] if len(word) > 3 else word


def doubled(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] + word[at:] if word.isascii() else word


def exchanged(word: str, rng: random.Random) -> str:
    """Two letters in the wrong order."""
    if len(word) < 4:
        return word
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
