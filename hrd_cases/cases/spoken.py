"""What is read out when somebody is asked for their consent, as `config/spoken.toml` has it. Pure.

These texts belong to the conversation, not to the page: they are in the defender's language, whatever the reader's is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hrd_cases.cases.codes import CODES
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

ENGLISH = "en"


@dataclass(frozen=True)
class Spoken:
    """One language. `questions` by purpose, in the order of the list."""

    language: str
    opening: str
    questions: Mapping[str, str]
    closing: str


def read(text: str) -> dict[str, Spoken]:
    """The texts by language. Raises Unfit, with a sentence for the operator, for a missing or unknown question."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"config/spoken.toml cannot be read: {error}") from error
    wanted = ("opening", *CODES["purpose"], "closing")
    for language, said in tables.items():
        given = {name for name, words in said.items() if isinstance(words, str) and words.strip()}
        if given != set(wanted) or len(said) != len(wanted):
            raise Unfit(f"config/spoken.toml: {language}: missing, empty or unknown: {sorted(given ^ set(wanted))}")
    if ENGLISH not in tables:
        raise Unfit("config/spoken.toml has no English, which stands in for every other language")
    return {
        language: Spoken(language, said["opening"], {one: said[one] for one in CODES["purpose"]}, said["closing"])
        for language, said in tables.items()
    }


def load(path: Path = CONFIG / "spoken.toml") -> dict[str, Spoken]:
    return read(path.read_text(encoding="utf-8"))


SPOKEN = load()


def at_hand(languages: Iterable[str]) -> list[Spoken]:
    """The texts in these languages (an office's), in their order; English if there is none of them."""
    wanted = dict.fromkeys(language.replace("_", "-").split("-")[0].lower() for language in languages)
    return [SPOKEN[language] for language in wanted if language in SPOKEN] or [SPOKEN[ENGLISH]]
