"""What the declared lists are called in every language of the pages: a word that somebody types leads to the codes that
it may mean, and a card has the codes. What is special about a person (`flag`) is no word to look for people by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from flask_babel import force_locale, get_babel
from flask_babel import gettext as _

from hrd_cases.cases.codes import CODES
from hrd_cases.names.folding import fold
from hrd_cases.offices import countries

COUNTRY = "country"
LISTS = ("category", "theme", "incident", "state")
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
    words = _words(text)
    if not words:
        return frozenset()
    return frozenset(code for code, names in _names().items() if any(_fits(words, name) for name in names))


def called(code: str) -> str:
    """What a code is called in the reader's language."""
    name, _colon, value = code.partition(":")
    return countries.country_name(value) if name == COUNTRY else CODES[name].label(value, _)


def _fits(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    if words == name:
        return True
    long = [word for word in name if len(word) >= LEAST_LETTERS]
    return all(len(word) >= LEAST_LETTERS and any(_is_one(word, other) for other in long) for word in words)


def _is_one(typed: str, named: str) -> bool:
    if named.startswith(typed):
        return True
    more = len(typed) - len(named)
    return len(named) >= _SHORTEST_STEM and 0 < more <= _ENDINGS and typed.startswith(named)


def _words(text: str) -> tuple[str, ...]:
    """The words of a text, without an article written together with them."""
    bare = (word.removeprefix(_ARTICLE) if len(word) > _SHORTEST_STEM else word for word in fold(text).split())
    return tuple(bare)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """By code: the words of its name in each language. Made once: the lists do not change while a process runs."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for locale in get_babel().instance.list_translations():
        with force_locale(str(locale)):
            for code in _every():
                found.setdefault(code, set()).add(_words(called(code)))
    return {code: frozenset(names) for code, names in found.items()}


def _every() -> Iterator[str]:
    yield from (f"{name}:{code}" for name in LISTS for code in CODES[name] if code != "other")
    yield from (f"{COUNTRY}:{code}" for code in countries.CODES)
