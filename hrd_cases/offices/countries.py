"""The countries offices cover: ISO 3166 and Kosovo, whose status footnote stands wherever it is shown."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask_babel import gettext as _

from hrd_cases.forms import offered
from hrd_cases.offices.lexicon import Lexicon, Unknown, tongues
from hrd_cases.offices.words import all_of
from hrd_cases.pages import reader_locale
from hrd_cases.settings import CONFIG

KOSOVO = "XK"
MARK = "*"


def load(path: Path = CONFIG / "countries.toml") -> tuple[str, ...]:
    """Every code an office may cover, in the order of the file."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return (*listed["iso"], *listed["beside_iso"])


CODES = load()


def country_name(code: str) -> str:
    """A country in the reader's language; Kosovo carries its footnote's mark. An unknown code is shown as it is."""
    return _name(reader_locale(), code)


@lru_cache(maxsize=2_000)
def _name(reader: Locale, code: str) -> str:
    name = str(reader.territories.get(code) or Locale("en").territories.get(code) or code)
    return name + MARK if code == KOSOVO else name


def country_names(codes: Iterable[str]) -> list[str]:
    """In the reader's alphabetical order, as near as their letters alone tell it."""
    return sorted((country_name(code) for code in codes), key=str.casefold)


def country_choices(*, blank: bool = False, own: Iterable[str] = ()) -> list[Any]:
    """Every country by its name, for a form; those of one's own office first, under a heading."""
    own = tuple(dict.fromkeys(own))
    near, far = (str(_("Your office’s")), str(_("Every other"))) if own else (None, None)
    first = [offered("", "", near)] if blank else []
    named = sorted(((country_name(code), code) for code in CODES), key=lambda one: one[0].casefold())
    first += [offered(code, name, near) for name, code in named if code in own]
    return first + [offered(code, name, far) for name, code in named if code not in own]


def footnote(codes: Iterable[str]) -> str:
    """What must stand on a page that shows these countries; "" for most."""
    return f"{MARK} {kosovo_status()}" if KOSOVO in codes else ""


def kosovo_status() -> str:
    said: str = _(
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the "
        "ICJ Opinion on the Kosovo declaration of independence."
    )
    return said


def listed(codes: Iterable[str]) -> str:
    """Countries inside a sentence, with the footnote behind it where one is due."""
    codes = tuple(codes)
    names = all_of(country_names(codes))
    note = footnote(codes)
    return f"{names} ({note})" if note else names


def read_countries(text: str) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """Codes of the countries someone typed, and what was not understood."""
    return _lexicon(str(reader_locale())).read(text)


@cache
def _lexicon(reader: str) -> Lexicon:
    return Lexicon(CODES, [tongue.territories for tongue in tongues(Locale.parse(reader))])
