"""The languages an office works in: typed by name or code, kept as CLDR's codes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from hrd_cases.offices.lexicon import Lexicon, Unknown, tongues
from hrd_cases.pages import reader_locale


def read_languages(text: str) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """Codes of the languages someone typed, and what was not understood."""
    return _lexicon(str(reader_locale())).read(text)


@cache
def _lexicon(reader: str) -> Lexicon:
    codes = [str(code) for code in Locale("en").languages if "_" not in str(code)]
    return Lexicon(codes, [tongue.languages for tongue in tongues(Locale.parse(reader))])
