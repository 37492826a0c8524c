"""Files found by what somebody typed: a name in any spelling or script, a place, a keyword, a reference.

From cards alone, and only those of circles this member holds. Sources, and who spoke under the Chatham House rule,
stand on no card: nobody finds them.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card
from hrd_cases.cards.read import Search, cards_of
from hrd_cases.cases import keywords, reference
from hrd_cases.cases.life import ENDED, State
from hrd_cases.cases.shelves import as_it_is, circles
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Locked, Refused
from hrd_cases.names.folding import fold
from hrd_cases.names.index import NameIndex, best
from hrd_cases.names.sounds import sounds

LONGEST = 200
LEAST_LETTERS = 2
MOST = 50
"""Files shown of those found."""
MOST_ALIKE = 20
"""Files shown besides, whose names only resemble what was typed."""
MOST_LOOKED_AT = 100
"""Of the files with a text in them: beyond, only a longer text helps."""
MOST_PASSED_OVER = 1_000
"""Files that have what was typed, among which those that only resemble it are looked for."""
CLOSE_ENOUGH = 0.7
"""How close a name has to sound to be shown."""
_SAME, _PART, _ELSEWHERE, _LISTED = 2.0, 1.2, 0.8, 0.75


class Why(StrEnum):
    """Why a file was found."""

    REFERENCE = "reference"
    NAME = "name"
    PART = "part"
    SOUND = "sound"
    PLACE = "place"
    KEYWORD = "keyword"


class Result(NamedTuple):
    """A file, why it was found, and the spelling, place or keyword on file that fits what was typed."""

    office_id: uuid.UUID
    card: Card
    why: Why
    fits: str
    score: float


class Found(NamedTuple):
    """What fits, the best first; and what only resembles, which hides behind nothing that fits. `more`: files with this
    text beyond those looked at. `damaged`: segments that could not be searched; `locked`: offices whose key this member
    waits for."""

    results: list[Result]
    alike: list[Result]
    more: int = 0
    damaged: tuple[uuid.UUID, ...] = ()
    locked: tuple[uuid.UUID, ...] = ()


def checked(text: str) -> str:
    """What can be looked for. Refused if it is too short to tell files apart."""
    folded = fold(text)
    if not folded:
        raise Refused(N_("Nothing was typed to look for."), N_("Write a name, a place, a keyword or a reference."))
    if len(folded) < LEAST_LETTERS and not _a_sign(folded):
        raise Refused(N_("One letter finds nearly everything."), N_("Write two letters or more."))
    return text


def _a_sign(letter: str) -> bool:
    """Is it a whole word by itself, as in Chinese?"""
    return unicodedata.name(letter, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


def find(session: Session, visitor: Visitor, text: str) -> Found:
    """Everything that fits, of every office whose cases this member works on."""
    found = Found([], [])
    for office_id, circle_id in circles(visitor).items():
        try:
            here = _find_in(session, office_id, circle_id, text, visitor.local_day)
        except Locked:
            here = Found([], [], locked=(office_id,))
        found = Found(
            found.results + here.results,
            found.alike + here.alike,
            found.more + here.more,
            found.damaged + here.damaged,
            found.locked + here.locked,
        )
    for results in (found.results, found.alike):
        results.sort(key=lambda one: (-one.score, one.card.reference))
    more = found.more + len(found.results[MOST:])
    return found._replace(results=found.results[:MOST], alike=found.alike[:MOST_ALIKE], more=more)


def _find_in(session: Session, office_id: uuid.UUID, circle_id: uuid.UUID, text: str, today: date) -> Found:
    sought = reference.normalised(text) if reference.looks_like(text) else text
    search = Search(session, circle_id)
    having = search.text(sought)
    close = search.names(text, MOST_ALIKE + min(len(having.found), MOST_PASSED_OVER))
    codes = keywords.meant(text)
    coded = search.coded(sorted(codes | _before(codes)), MOST_LOOKED_AT)
    heard = {hit.case_id: hit.score for hit in close.found if hit.score >= CLOSE_ENOUGH}
    alike = list(heard.keys() - {*having.found, *coded.found})
    alike = sorted(alike, key=lambda one: -heard[one])[:MOST_ALIKE]
    wanted = list(dict.fromkeys([*alike, *sorted(having.found, key=lambda one: -heard.get(one, 0.0)), *coded.found]))
    read = cards_of(session, circle_id, wanted[:MOST_LOOKED_AT])
    damaged = tuple(dict.fromkeys([*having.damaged, *close.damaged, *read.damaged]))
    asked = _Asked(fold(sought), heard, _closest(read.good, text), codes)
    reasons = [list(asked.reasons(office_id, as_it_is(card, today))) for card in read.good]
    results = [max(each, key=_weight) for each in reasons if each]
    fits = [one for one in results if one.why is not Why.SOUND]
    resembles = [one for one in results if one.why is Why.SOUND]
    return Found(fits, resembles, len(wanted[MOST_LOOKED_AT:]) + coded.more, damaged)


def _weight(one: Result) -> tuple[bool, float]:
    """Whatever fits tells more of a file than a name that resembles."""
    return one.why is not Why.SOUND, one.score


def _before(codes: frozenset[str]) -> frozenset[str]:
    """Nobody writes a card on the day its file is archived: its state is still the one before."""
    archived = f"state:{State.ARCHIVED.value}" in codes
    return frozenset(f"state:{state.value}" for state in ENDED) if archived else frozenset()


class _Asked(NamedTuple):
    """What is looked for as it stands (folded), how close each file sounded, which of its names was closest, and the
    codes that may be meant.
    """

    folded: str
    heard: dict[uuid.UUID, float]
    closest: dict[uuid.UUID, tuple[str, float]]
    codes: frozenset[str]

    def reasons(self, office_id: uuid.UUID, card: Card) -> Iterable[Result]:
        name, close = self.closest.get(card.case_id, ("", 0.0))
        if card.case_id in self.heard:
            yield Result(office_id, card, Why.SOUND, name, self.heard[card.case_id])
        for spelling in card.names():
            written = fold(spelling)
            if written == self.folded:
                yield Result(office_id, card, Why.NAME, spelling, _SAME)
            elif self.folded in written:
                yield Result(office_id, card, Why.PART, spelling, _PART + close / 2)
        if self.folded in fold(card.reference):
            yield Result(office_id, card, Why.REFERENCE, card.reference, _SAME)
        for why, words in ((Why.PLACE, card.places), (Why.KEYWORD, card.keywords)):
            yield from (Result(office_id, card, why, word, _ELSEWHERE) for word in words if self.folded in fold(word))
        # A file has the state that it has today, whatever its card was written with.
        for code in self.codes & {*(one for one in card.codes if not one.startswith("state:")), f"state:{card.state}"}:
            why = Why.PLACE if code.startswith(keywords.COUNTRY) else Why.KEYWORD
            yield Result(office_id, card, why, keywords.called(code), _LISTED)


def _closest(cards: Iterable[Card], text: str) -> dict[uuid.UUID, tuple[str, float]]:
    """Of each file's names the one that sounds most like what was typed, and how much."""
    names = [(card.case_id, name) for card in cards for name in card.names()]
    index = NameIndex.build((number, sounds(name)) for number, (_case, name) in enumerate(names))
    closest: dict[uuid.UUID, tuple[str, float]] = {}
    for found in best([index], text, len(names)):
        case_id, name = names[found.owner]
        closest.setdefault(case_id, (name, found.score))  # the best come first
    return closest
