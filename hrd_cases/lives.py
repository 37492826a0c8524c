"""The life of a thing as one declared table of states and acts, which the code runs, the tests enumerate and the
documentation prints. What is in no row is refused, with a sentence that says who can, or what to do instead. Pure.

A room has a module `life` with its own states, acts and rows, and a module `needs` with who may do them and what they
need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from hrd_cases.errors import Refused, Sentence

State = TypeVar("State", bound=StrEnum)
Act = TypeVar("Act", bound=StrEnum)


class Who(Protocol):
    """Who may do an act: a member of the room's own enumeration."""

    def allows(self, actor: Any, /) -> bool: ...


class Need(Enum):
    """What an act needs. A room writes its own below: how it is said when missing, what to do then, and when it is met,
    by the room's own facts.
    """

    def met(self, facts: Any, _actor: Any, /) -> bool:
        return bool(self.value[2](facts))

    def refused(self) -> Refused:
        missing, instead, _ = self.value
        return Refused.of((missing, instead))


class Row(NamedTuple, Generic[State, Act]):
    """From `before`, `act` leads to `after`; `effects` follow in the same transaction."""

    before: State
    act: Act
    after: State
    who: Any
    needs: tuple[Any, ...]
    effects: tuple[StrEnum, ...]


class Offer(NamedTuple, Generic[Act]):
    """An act that this person may do in this state; `refused` says what is missing for it."""

    act: Act
    refused: Refused | None


class Words(NamedTuple):
    """How the rows are said: labels of states and acts by their code; of each act, when it can be done (`only`); who
    can; and to whoever may not. `who_in_short` and `heading` are for the documentation.
    """

    states: Mapping[str, Sentence]
    acts: Mapping[str, Sentence]
    only: Mapping[Any, Sentence]
    who_can: Mapping[Any, Sentence]
    in_this_state: Sentence
    not_theirs: Sentence
    who_in_short: Mapping[Any, str]
    heading: str


class Life(Generic[State, Act]):
    """A table that runs."""

    def __init__(self, table: Sequence[Row[State, Act]], words: Words) -> None:
        self._table, self._words = table, words
        self._rows = {(one.before, one.act): one for one in table}

    def row(self, before: State, act: Act) -> Row[State, Act] | None:
        return self._rows.get((before, act))

    def step(self, before: State, act: Act, actor: Any, facts: Any) -> Row[State, Act]:
        """The row that is carried out: its `after` and `effects`. Raises Refused: who can, or what to do instead."""
        refused = self.refusal(before, act, actor, facts)
        if refused is not None:
            raise refused
        return self._rows[before, act]

    def refusal(self, before: State, act: Act, actor: Any, facts: Any) -> Refused | None:
        """Why this cannot be done now by this person; None if it can."""
        found, words = self.row(before, act), self._words
        if found is None:
            return Refused.of((words.in_this_state, words.only[act]), state=words.states[before])
        if not found.who.allows(actor):
            return Refused.of((words.not_theirs, words.who_can[found.who]))
        missing = next((need for need in found.needs if not need.met(facts, actor)), None)
        return missing.refused() if missing is not None else None

    def offers(self, before: State, actor: Any, facts: Any) -> list[Offer[Act]]:
        """The buttons of a page, in the order of the table."""
        rows = (one for one in self._table if one.before == before and one.who.allows(actor))
        return [Offer(one.act, self.refusal(before, one.act, actor, facts)) for one in rows]

    def as_page(self, follows: Callable[[Row[State, Act]], Iterable[str]] = lambda row: row.effects) -> str:
        """The table in Markdown, in English, state by state. `follows`: what follows from a row, where that is read off
        what the room runs and is no effect of the row.
        """
        states: type[Enum] = type(self._table[0].before)
        rows = (one for state in states for one in self._table if one.before is state)
        return self._words.heading + _HEAD + "".join(self._line(one, follows(one)) for one in rows)

    def _line(self, one: Row[State, Act], follows: Iterable[str]) -> str:
        words = self._words
        cells = (
            words.states[one.before],
            words.acts[one.act],
            words.states[one.after],
            words.who_in_short[one.who],
            "; ".join(need.name.lower().replace("_", " ") for need in one.needs) or "–",
            "; ".join(follows) or "–",
        )
        return f"| {' | '.join(cells)} |\n"


_HEAD = """
| State | Act | Then | Who | Needs | Follows |
|---|---|---|---|---|---|
"""
