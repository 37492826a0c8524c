"""How a name sounds, in one small alphabet for every script: what search by name compares.

A word may have several sounds: a Chinese name in the old romanisation is also read in the new one. What sounds merge is
chosen so that common transliterations of one name come close; it tells nothing about how a name is rightly written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from anyascii import anyascii

from hrd_cases.names import wade_giles
from hrd_cases.names.consonants import UNVOICED, Consonants, unvoiced, voiced
from hrd_cases.names.folding import fold
from hrd_cases.names.scripts import ARABIC_SOUNDS, DOUBLE_SURNAMES

MOST_WORDS: Final = 16
MOST_LETTERS: Final = 40
SHORT: Final = 4
"""Sounds up to this long may be syllables of one name: they are also kept joined to their neighbour."""


class Word(NamedTuple):
    """One word of a name: how it sounds, how it sounds if it is read otherwise, and its syllables if it has signs for
    them; its consonants, `unvoiced` if its script writes no short vowels, in each way they are read.
    """

    sound: str
    others: tuple[str, ...] = ()
    syllables: tuple[str, ...] = ()
    voiced: Consonants | None = None
    unvoiced: tuple[Consonants, ...] = ()


_SYLLABIC = re.compile("[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003ffff]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_ARTICLES: Final = frozenset(("al", "el", "ul", "il", "ال"))
# Before a "sun letter" the article takes that letter: Abd ar-Rahman, Abd es-Salam.
_ASSIMILATED = re.compile(r"[aeu](?:l|r|s|sh|t|th|d|dh|n|z)")
_SERVANT = re.compile(r"abd(?:[aeiou]{1,2}[lrsnzdt]{1,2})?")
_SERVANT_OF = re.compile(r"abd(?:[aeiou]{1,2}(?:l|([rsnzdt])(?=\1))?)?(.{3,})")
_FATHER: Final = frozenset(("abu", "abou", "abo", "ابو"))
_ARTICLE_OF = re.compile(r"[ae]l([^aeiouy].{3,})")

_MERGED: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("x", "ks"),
        ("shch|schtsch|szcz", "X"),
        ("tsch|tch|tsh|sch|sh|ch|sz|cz", "X"),
        ("zh|dj|dzh|dg(?=[ei])", "j"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "d"),
        ("ts|tz", "z"),
        ("c(?=[eiy])", "s"),
        ("ck|cq|qu(?=[ei])|q|c", "k"),
        ("ou(?=[aei])|w", "v"),
        ("ou|oo|ue", "u"),
        ("ee|iy|ij|yy|ey|y", "i"),
        ("ae", "e"),
        ("oe", "o"),
        (r"(.)\1+", r"\1"),
        ("(?<=.)h$", ""),
        ("X", "x"),
    )
)


def words(name: str) -> tuple[Word, ...]:
    """The words of a name in order, particles joined to what they belong to. Never raises; at most MOST_WORDS."""
    folded = fold(name).split()[:MOST_WORDS]
    found = _words(_joined(folded), wade_giles.seems(name, folded))
    return tuple(word for word in found if word.sound)[:MOST_WORDS]


def sounds(name: str) -> str:
    """What an index keeps of a name: its words' sounds, one space between; other readings begin with a plus sign, as do
    the consonants of words in scripts that write no short vowels.
    """
    found = words(name)
    plain = [word.sound for word in found]
    more = [other for word in found for other in (*word.others, *word.syllables)]
    more += [joined for one, after in pairwise(found) for joined in together(one, after) if len(joined) <= 2 * SHORT]
    more += [one.key for word in found for one in word.unvoiced]
    return " ".join((*plain, *(f"+{other}" for other in dict.fromkeys(more) if other not in plain)))


def together(one: Word, after: Word) -> tuple[str, ...]:
    """Two neighbouring words as one: "Xu Gou" is Xugou."""
    plain = one.sound + after.sound
    other = (one.others or (one.sound,))[0] + (after.others or (after.sound,))[0]
    return (plain,) if other == plain else (plain, other)


def _joined(folded: list[str]) -> Iterator[str]:
    """ "Abd al-Rahman" and "Abu Bakr" as one word each; an article before another word goes."""
    rest = iter(range(len(folded)))
    for place in rest:
        word, after = folded[place], folded[place + 1 : place + 3]
        if (word in _FATHER or word == "عبد" or _SERVANT.fullmatch(word)) and after:
            skipped = len(after) > 1 and (after[0] in _ARTICLES or _ASSIMILATED.fullmatch(after[0]) is not None)
            yield ("abu" if word in _FATHER else "abd") + " " + after[skipped]
            next(rest)
            if skipped:
                next(rest)
        elif word in _ARTICLES and after:
            continue
        else:
            yield word


def _words(joined: Iterable[str], old_chinese: bool) -> Iterator[Word]:
    for written in joined:
        first, _, second = written.rpartition(" ")
        if first:
            bare = _without_article(second, always=True)
            yield _spelt(first + bare, first + _latin(bare))
        elif _SYLLABIC.match(written):
            yield from _syllabic(written)
        else:
            bare = _without_article(written)
            plain = _servant(_latin(bare))
            yield _spelt(bare, plain, wade_giles.read(plain) if old_chinese else ())


def _spelt(written: str, plain: str, readings: Iterable[str] = ()) -> Word:
    """A word of letters; `plain` is how Latin ones write it."""
    sound = _merged(plain)
    others = tuple(other for reading in readings if (other := _merged(reading)) != sound)
    if UNVOICED.search(written):
        return Word(sound, others, unvoiced=unvoiced(_servant_in_arabic(written)))
    return Word(sound, others, voiced=voiced(sound, plain))


def _without_article(written: str, *, always: bool = False) -> str:
    if written.startswith("ال") and len(written) > (2 if always else 4):
        return written[2:]
    article = _ARTICLE_OF.fullmatch(written)
    return article.group(1) if article else written


def _servant(plain: str) -> str:
    """ "Abdulrahman", "Abderrahman" and عبدالرحمن begin alike."""
    found = _SERVANT_OF.fullmatch(plain)
    return f"abd{found.group(2)}" if found else plain


def _servant_in_arabic(written: str) -> str:
    return "abd" + written.removeprefix("عبد").removeprefix("ال") if written.startswith("عبد") else written


def _latin(written: str) -> str:
    """In Latin letters and digits, lower case."""
    if written.isascii():
        return written[:MOST_LETTERS]
    written = _servant_in_arabic(written)
    if _ARABIC.search(written):
        written = _arabic(written)
    plain = anyascii(written[:MOST_LETTERS]).lower()
    return "".join(letter for letter in plain if letter.isalnum())[:MOST_LETTERS]


def _arabic(written: str) -> str:
    """Letter by letter. و is a consonant where a word begins, ه is mostly a vowel where one ends."""
    heard = [ARABIC_SOUNDS.get(letter, letter) for letter in written]
    heard[1:] = ["u" if letter == "و" else sound for letter, sound in zip(written[1:], heard[1:], strict=True)]
    if written.endswith("ه") and len(written) > 2:
        heard[-1] = "a"
    return "".join(heard)


def _merged(plain: str) -> str:
    for pattern, sound in _MERGED:
        plain = pattern.sub(sound, plain)
    return plain


def _syllabic(written: str) -> Iterator[Word]:
    """A name of one sign per syllable: surname first, then the given name as one word."""
    surname = 2 if written[:2] in DOUBLE_SURNAMES and len(written) > 2 else 1
    given = [_merged(_latin(sign)) for sign in written[surname:]][:MOST_WORDS]
    yield Word("".join(_merged(_latin(sign)) for sign in written[:surname]))
    if given:
        yield Word("".join(given)[:MOST_LETTERS], (), tuple(given) if len(given) > 1 else ())
