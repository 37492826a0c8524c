"""The lists case files choose from, as `config/codes.toml` has them: one place, stable codes, translated names.

Pure: names are English `Sentence`s, translated where they are shown (`translate`, mostly gettext).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hrd_cases.errors import N_, Refused, Sentence, Unfit
from hrd_cases.settings import CONFIG

OTHER = "other"
OUTWARD = "outward"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
_LINE = re.compile(r'^[a-z0-9_]+ = "(?P<label>[^"\\]+)"$')

Translate = Callable[[str], str]


@dataclass(frozen=True)
class CodeList:
    """One list, in the order it is shown."""

    name: str
    labels: Mapping[str, Sentence]

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    @property
    def takes_text(self) -> bool:
        """`other` may be chosen, with words of one's own."""
        return OTHER in self.labels

    def label(self, code: str, translate: Translate = str) -> str:
        """What a code is called. One that is not of the list (any more) is shown as it is."""
        label = self.labels.get(code)
        return translate(label) if label is not None else code

    def choices(self, translate: Translate = str) -> list[tuple[str, str]]:
        """(code, name) in order, for a form."""
        return [(code, translate(label)) for code, label in self.labels.items()]

    def check(self, code: str, text: str = "") -> str:
        """The code, if it is of this list. Refused otherwise, and for `other` without words."""
        if code not in self:
            raise Refused(N_("This is not on the list."), N_("Choose from the list."))
        if code == OTHER and self.takes_text and not text.strip():
            raise Refused(N_("“Other” alone says nothing."), N_("Write what it is."))
        return code


@dataclass(frozen=True)
class Codes:
    """All lists by name, and for each outward action the purpose it needs consent for."""

    lists: Mapping[str, CodeList]
    outward: Mapping[str, str]

    def __getitem__(self, name: str) -> CodeList:
        return self.lists[name]

    def purpose_of(self, action: str) -> str | None:
        """The purpose an action needs consent for; None for one that stays inside. An unknown one counts as `other`."""
        return self.outward.get(action if action in self["action"] else OTHER)


def read(text: str, file: str = "config/codes.toml") -> Codes:
    """The lists in a text. Raises Unfit, with a sentence for the operator, for what could not be stored or shown."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{file} cannot be read: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise Unfit(f"{file}: {name} stands in no list")
        for code, label in table.items():
            if not _CODE.fullmatch(code) or not isinstance(label, str) or not label.strip():
                raise Unfit(f"{file}: {name}.{code} must be a short ascii code with a name in quotes")
    outward = tables.pop(OUTWARD, {})
    lists = {name: CodeList(name, {code: Sentence(label) for code, label in t.items()}) for name, t in tables.items()}
    strangers = [k for k, purpose in outward.items() if k not in lists["action"] or purpose not in lists["purpose"]]
    if strangers:
        raise Unfit(f"{file}: outward names what is on no list: {strangers}")
    return Codes(lists, outward)


def load(path: Path = CONFIG / "codes.toml") -> Codes:
    return read(path.read_text(encoding="utf-8"))


CODES = load()
PURPOSES = tuple(CODES["purpose"])
"""What consent is asked for, in the order it is asked."""


def extract(file: IO[bytes], *_asked: object, **_options: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """The translators' tool asks here for the names in `config/codes.toml` (babel.cfg)."""
    table = ""
    for number, line in enumerate(file.read().decode("utf-8").splitlines(), start=1):
        table = line.strip("[]") if line.startswith("[") else table
        found = _LINE.match(line)
        if found and table != OUTWARD:
            yield number, "gettext", found["label"], []
