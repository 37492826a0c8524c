"""The checklist of an observation report: 18 items and their articles, as `config/checklist.toml` has them.

Sources: ICCPR 9, 14, 15; ECHR 5–7 and Protocol No. 7; CAT 15. Which of these bound the state: `treaties`. Pure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from hrd_cases.cases.codes import OTHER
from hrd_cases.errors import N_, Refused, Unfit
from hrd_cases.settings import CONFIG
from hrd_cases.trials.codes import CODES

FILE = "config/checklist.toml"
NOT_OBSERVED = "not_observed"
NEEDS_BASIS = ("partly", "violated")
"""What is held against a court says how it is known."""
PUBLIC_HEARING = "f03"
JUVENILE = "f13"


class Checklist(NamedTuple):
    """`articles`: by item, the article of each treaty. `asked`: by hearing type, its items in order."""

    articles: Mapping[str, Mapping[str, str]]
    asked: Mapping[str, tuple[str, ...]]


def read(text: str) -> Checklist:
    """Raises Unfit, with a sentence for the operator, for what stands on no list."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{FILE} cannot be read: {error}") from error
    articles, asked_at = tables.get("articles", {}), tables.get("asked", {})
    _among(articles, CODES["item"], "articles")
    for item, of_treaties in articles.items():
        _among(of_treaties, CODES["treaty"], item)
    if not asked_at:
        raise Unfit(f"{FILE}: nothing is asked at any hearing")
    _among(asked_at, CODES["hearing_type"], "asked")
    for hearing_type, items in asked_at.items():
        _among(items, articles, hearing_type)
        if len(set(items)) < len(items):
            raise Unfit(f"{FILE}: {hearing_type} asks an item twice")
    return Checklist(articles, {kind: tuple(items) for kind, items in asked_at.items()})


def _among(given: Any, known: Any, where: str) -> None:
    strangers = [one for one in given if one not in known]
    if strangers:
        raise Unfit(f"{FILE}: {where} names what is on no list: {strangers}")


def load(path: Path = CONFIG / "checklist.toml") -> Checklist:
    return read(path.read_text(encoding="utf-8"))


ARTICLES, ASKED = load()
ITEMS = tuple(CODES["item"])
"""In the order of the report."""


def asked(hearing_type: str, *, minor: bool = False) -> tuple[str, ...]:
    """The items a report on this type of hearing asks; a type of long ago asks all. `minor`: one of the accused is."""
    items = ASKED.get(hearing_type, ITEMS)
    return tuple(item for item in items if minor or item != JUVENILE)


MOST_ON_A_PAGE = 6
"""Of items: a phone's few screens, and the checklist of any hearing on three pages."""


def pages(items: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """These items on as few pages as can be, each about as long as the others."""
    number = -(-len(items) // MOST_ON_A_PAGE)
    cuts = [round(len(items) * page / number) for page in range(number + 1)] if number else []
    return tuple(tuple(items[one:then]) for one, then in pairwise(cuts))


@dataclass(frozen=True)
class Answer:
    """What an observer says of one item. `closed`, `ground`: of the public hearing alone."""

    said: str = NOT_OBSERVED
    basis: str = ""
    note: str = ""
    closed: bool = False
    ground: str = ""
    ground_text: str = ""


def check_words(item: str, answer: Answer) -> None:
    """Is all of it on the lists? Refused otherwise. So much is asked of an answer that somebody will finish later."""
    CODES["item"].check(item)
    CODES["answer"].check(answer.said)
    if answer.basis:
        CODES["basis"].check(answer.basis)
    if answer.ground not in ("", OTHER):
        CODES["closed_ground"].check(answer.ground)


def check(item: str, answer: Answer) -> Answer:
    """The answer, if it can be relied on; Refused otherwise. Any item may be answered, asked or not."""
    check_words(item, answer)
    if not answer.basis and answer.said in NEEDS_BASIS:
        raise Refused(
            N_("Nothing says how this is known."),
            N_("Choose: seen, told by the defence, or from a document."),
        )
    _check_closed(item, answer)
    return answer


def _check_closed(item: str, answer: Answer) -> None:
    """A hearing may be closed on a few grounds only (ICCPR 14(1), ECHR 6(1)): so the ground is asked."""
    if not answer.closed:
        if answer.ground:
            raise Refused(
                N_("A ground is given, and the hearing was open."), N_("Say that it was closed, or leave it out.")
            )
        return
    if item != PUBLIC_HEARING:
        raise Refused(N_("Only the public hearing is closed on a ground."), N_("Say it at that item."))
    if answer.said == NOT_OBSERVED:
        raise Refused(
            N_("Whether it was public is not answered."),
            N_("Choose whether closing it was lawful: respected, partly or violated."),
        )
    if not answer.ground:
        raise Refused(
            N_("A hearing was closed, and no ground is given."),
            N_("Choose the ground the court gave, or that it gave none."),
        )
    CODES["closed_ground"].check(answer.ground, answer.ground_text)


def trend(reports: Sequence[Mapping[str, Answer]]) -> dict[str, tuple[str, ...]]:
    """By item, in the order of the report, what each of these reports (of one proceeding, in order) said of it."""
    nothing = Answer()
    return {item: tuple(report.get(item, nothing).said for report in reports) for item in ITEMS}
