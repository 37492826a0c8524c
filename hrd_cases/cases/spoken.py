"""What is read out when somebody is asked for their consent, as `config/spoken.toml` has it. Pure.

These texts belong to the conversation, not to the page: they are in the defender's language, whatever the reader's is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrd_cases.cases.codes import CODES
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

ENGLISH = "en"


FOR_ANOTHER = "for_another"


@dataclass(frozen=True)
class Words:
    """What is read out from beginning to end. `questions` by purpose, in the order of the list."""

    opening: str
    questions: Mapping[str, str]
    closing: str


@dataclass(frozen=True)
class Spoken(Words):
    """One language. `for_another`: the words for whoever speaks for somebody who cannot."""

    language: str
    for_another: Words


def read(text: str) -> dict[str, Spoken]:
    """The texts by language. Raises Unfit, with a sentence for the operator, for a missing or unknown question."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"config/spoken.toml cannot be read: {error}") from error
    if ENGLISH not in tables:
        raise Unfit("config/spoken.toml has no English, which stands in for every other language")
    return {language: _language(language, said) for language, said in tables.items()}


def _language(language: str, said: Any) -> Spoken:
    tables = dict(said) if isinstance(said, dict) else {}
    another = tables.pop(FOR_ANOTHER, {})
    words = _words(f"{language}.{FOR_ANOTHER}", another if isinstance(another, dict) else {})
    own = _words(language, tables)
    return Spoken(own.opening, own.questions, own.closing, language=language, for_another=words)


def _words(where: str, said: dict[str, Any]) -> Words:
    wanted = ("opening", *CODES["purpose"], "closing")
    given = {name for name, words in said.items() if isinstance(words, str) and words.strip()}
    if given != set(wanted) or len(said) != len(wanted):
        raise Unfit(f"config/spoken.toml: {where}: missing, empty or unknown: {sorted(given ^ set(wanted))}")
    return Words(said["opening"], {one: said[one] for one in CODES["purpose"]}, said["closing"])


def load(path: Path = CONFIG / "spoken.toml") -> dict[str, Spoken]:
    return read(path.read_text(encoding="utf-8"))


SPOKEN = load()


def at_hand(languages: Iterable[str]) -> list[Spoken]:
    """The texts in these languages (an office's), in their order; English if there is none of them."""
    wanted = dict.fromkeys(language.replace("_", "-").split("-")[0].lower() for language in languages)
    return [SPOKEN[language] for language in wanted if language in SPOKEN] or [SPOKEN[ENGLISH]]
