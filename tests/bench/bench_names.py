"""Search by name among a hundred thousand cases: how soon, and how often the one that is meant is among the first 20.

The spellings asked for come from noise.py and, apart from it and from other sources, from hearsay.py: neither knows
anything of the rules by which names are compared. The other way is PostgreSQL's pg_trgm over names in clear text, with
its usual threshold of 0.3.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import NamedTuple

import psycopg
from rapidfuzz import fuzz, process

from hrd_cases.cards.read import Search
from hrd_cases.names.index import BEST, NameIndex, best
from hrd_cases.names.sounds import sounds
from tests.bench.hearsay import retold
from tests.bench.noise import misspelt
from tests.bench.office import names_of, office
from tests.bench.people import CASES, Filed, filed
from tests.bench.table import ROUNDS, Measured, Row, in_turns
from tests.postgres import cluster

QUESTIONS = 700
TIMED = 20


class Question(NamedTuple):
    """A name as somebody types it, and the number of the case that is meant."""

    typed: str
    meant: int


Typed = Callable[[Filed, random.Random], str]


def noisy(case: Filed, rng: random.Random) -> str:
    """Two in five are typed in another script than one of them is filed in."""
    return misspelt(case.defender.latin if rng.random() < 0.6 else case.defender.own, rng)


def heard(case: Filed, rng: random.Random) -> str:
    return retold(case.defender.own, case.defender.latin, rng)


def questions(cases: Sequence[Filed], count: int, seed: int, typed: Typed = noisy) -> list[Question]:
    """Names of defenders, as somebody else types them."""
    rng = random.Random(seed)
    chosen = rng.sample(range(len(cases)), count)
    return [Question(typed(cases[number], rng), number) for number in chosen]


@cache
def missed_by_each(typed: Typed) -> Measured:
    """Shares of questions whose case is not among the first twenty, one for each of several lots of questions."""
    cases = list(filed(CASES))
    index = NameIndex.build((number, sounds(name)) for number, case in enumerate(cases) for name in case.written)
    ours, theirs = [], []
    with trigrams(cases) as connection:
        for seed in range(ROUNDS):
            asked = questions(cases, QUESTIONS // ROUNDS, seed, typed)
            found = [{hit.owner for hit in best([index], question.typed)} for question in asked]
            ours.append(_missed(asked, found))
            theirs.append(_missed(asked, [closest(connection, question.typed) for question in asked]))
    return ours, theirs


def _missed(asked: Sequence[Question], found: Sequence[set[int]]) -> float:
    return sum(question.meant not in them for question, them in zip(asked, found, strict=True)) / len(asked)


@contextmanager
def trigrams(cases: Sequence[Filed]) -> Iterator[psycopg.Connection]:
    """The same names in clear text in PostgreSQL, with the index that its manual advises."""
    with cluster() as made:
        address = made.fresh().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE TABLE names (owner int, name text)")
            with connection.cursor().copy("COPY names FROM STDIN") as copy:
                for number, case in enumerate(cases):
                    for name in case.written:
                        copy.write_row((number, name))
            connection.execute("CREATE INDEX ON names USING gin (name gin_trgm_ops)")
            connection.execute("SET pg_trgm.similarity_threshold = 0.3")
            yield connection


_CLOSEST = """
SELECT owner FROM names WHERE name %% %(typed)s
GROUP BY owner ORDER BY max(similarity(name, %(typed)s)) DESC LIMIT %(best)s
"""


def closest(connection: psycopg.Connection, typed: str) -> set[int]:
    return {row[0] for row in connection.execute(_CLOSEST, {"typed": typed, "best": BEST})}


def missed_beside_one_in_ten(typed: Typed) -> Measured:
    ours, _ = missed_by_each(typed)
    mean = sum(ours) / len(ours)
    return [mean] * ROUNDS, [0.1] * ROUNDS


def missed_beside_trigrams(typed: Typed) -> Measured:
    ours, theirs = missed_by_each(typed)
    return [sum(ours) / len(ours)] * ROUNDS, [sum(theirs) / len(theirs)] * ROUNDS


@cache
def timed() -> tuple[Sequence[float], Sequence[float]]:
    """Sealed, from cold: nothing is kept from one search to the next. WRatio has every name in memory, in clear."""
    asked = [question.typed for question in questions(list(filed(1_000)), TIMED, 1)]
    with office(CASES) as kept:
        names = names_of(kept.cards)

        def ours() -> None:
            for typed in asked:
                with kept.reading() as session:
                    Search(session, kept.circle_id).names(typed)

        def theirs() -> None:
            process.extract(asked[0], names, scorer=fuzz.WRatio, limit=BEST)

        taken, other = in_turns(ours, theirs)
    return [seconds / TIMED for seconds in taken], other


def by_the_clock() -> Measured:
    ours, _ = timed()
    return ours, [0.010] * len(ours)


ROWS = [
    Row("a name in 100,000 cases, sealed, cold", "WRatio over names in memory", 1 / 20, timed),
    Row("a name in 100,000 cases, sealed, cold", "10 ms", 1.0, by_the_clock),
    *(
        Row(f"{what} names not among the first 20", against, 1.0, partial(measure, typed), "%")
        for what, typed in (("misspelt", noisy), ("retold", heard))
        for against, measure in (
            ("one in ten", missed_beside_one_in_ten),
            ("pg_trgm over clear names, 0.3", missed_beside_trigrams),
        )
    ),
]
