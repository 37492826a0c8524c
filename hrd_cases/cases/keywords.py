"""What the declared lists are called in every language of the pages: a word that somebody types leads to the codes that
it may mean, and a card has the codes. What is special about a person (`flag`) is no word to look for people by.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import force_locale, get_babel
from flask_babel import gettext as _

from hrd_cases.cases.codes import CODES
from hrd_cases.names.folding import fold
from hrd_cases.offices import countries

COUNTRY = "country"
LISTS = ("category", "theme", "incident", "state", "level")
DETAINED = "now:detained"
"""That somebody is held: of no list, and found by the word that their file is marked with."""
LEAST_LETTERS = 3
"""Of a word that is looked for in a name of several words: what is shorter stands in too many, or is no keyword."""
_ENDINGS = 2
"""Letters that a word may have more than the list's: lawyers, the lawyer's."""
_SHORTEST_STEM = 4
_ARTICLE = "ال"


def meant(text: str) -> frozenset[str]:
    """Every code, as `list:code`, of which what was typed is the name, or part of it by whole words or their beginning;
    in any language of the pages.
    """
    words, names = _words(text), _names()
    if not words:
        return frozenset()
    fitting = frozenset.intersection(*(frozenset(names.having(word)) for word in words))
    return frozenset(names.codes[number] for number in fitting.union(names.whole.get(words, ())))


def prepare() -> None:
    """Read every name now: what takes a quarter of a second should keep no first search waiting."""
    _names()


def called(code: str) -> str:
    """What a code is called in the reader's language."""
    if code == DETAINED:
        return str(_("Detained"))
    name, _colon, value = code.partition(":")
    return countries.country_name(value) if name == COUNTRY else CODES[name].label(value, _)


@dataclass(frozen=True)
class _Names:
    """Every name in every language, by its number: the code it is of; those of each word, in alphabetical order."""

    codes: list[str]
    whole: dict[tuple[str, ...], list[int]]
    words: list[str]
    places: list[list[int]]

    @classmethod
    def of(cls, named: Iterable[tuple[str, tuple[str, ...]]]) -> _Names:
        codes, whole, places = [], defaultdict(list), defaultdict(list)
        for number, (code, name) in enumerate(dict.fromkeys(named)):
            codes.append(code)
            whole[name].append(number)
            for word in name:
                if len(word) >= LEAST_LETTERS:
                    places[word].append(number)
        ordered = sorted(places)
        return cls(codes, dict(whole), ordered, [places[word] for word in ordered])

    def having(self, typed: str) -> Iterator[int]:
        """The names with a word that begins with this one, or that this one is with an ending more."""
        if len(typed) < LEAST_LETTERS:
            return
        for at in range(bisect_left(self.words, typed), len(self.words)):
            if not self.words[at].startswith(typed):
                break
            yield from self.places[at]
        for ending in range(1, _ENDINGS + 1):
            stem = typed[:-ending]
            at = bisect_left(self.words, stem)
            if len(stem) >= _SHORTEST_STEM and at < len(self.words) and self.words[at] == stem:
                yield from self.places[at]


def _words(text: str) -> tuple[str, ...]:
    """The words of a text, without an article written together with them."""
    return tuple(word.removeprefix(_ARTICLE) if len(word) > _SHORTEST_STEM else word for word in fold(text).split())


@lru_cache(maxsize=1)
def _names() -> _Names:
    """Made once: the lists do not change while a process runs."""
    return _Names.of(_every())


def _every() -> Iterator[tuple[str, tuple[str, ...]]]:
    codes = [f"{name}:{code}" for name in LISTS for code in CODES[name] if code != "other"]
    codes += [DETAINED, *(f"{COUNTRY}:{code}" for code in countries.CODES)]
    for locale in get_babel().instance.list_translations():
        with force_locale(str(locale)):
            yield from [(code, _words(called(code))) for code in codes]
