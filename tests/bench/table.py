"""How figures are taken and shown: ratios of two ways, in one process and one run, interleaved."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 7
Measured = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Row:
    """What is measured, against what, and the highest ratio to reach.

    `measure` gives at least `ROUNDS` figures of ours and of the other way, in seconds, taken in turns; `unit` "%" says
    that they are shares instead.
    """

    what: str
    against: str
    goal: float
    measure: Callable[[], Measured]
    unit: str = "s"


@dataclass(frozen=True)
class Figure:
    """A row's outcome: medians and minima in seconds; `ratio` is of the medians, `best` of the minima."""

    what: str
    against: str
    goal: float
    ours: float
    other: float
    ratio: float
    best: float
    unit: str = "s"

    @property
    def reached(self) -> bool:
        return min(self.ratio, self.best) <= self.goal


def in_turns(ours: Callable[[], object], other: Callable[[], object], rounds: int = ROUNDS) -> Measured:
    """Seconds of each call, the two in turns after one unmeasured round."""
    ours(), other()
    figures: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    try:
        for _ in range(rounds):
            for way, taken in zip((ours, other), figures, strict=True):
                began = time.perf_counter()
                way()
                taken.append(time.perf_counter() - began)
    finally:
        gc.enable()
    return figures


def taken(row: Row) -> Figure:
    """Measure one row."""
    ours, other = row.measure()
    medians = statistics.median(ours), statistics.median(other)
    ratio, best = medians[0] / medians[1], min(ours) / min(other)
    return Figure(row.what, row.against, row.goal, *medians, ratio, best, row.unit)


def line(figure: Figure) -> str:
    """One line of the table."""
    verdict = "reached" if figure.reached else "MISSED"
    ours, other = (f"{taken:.1%}" if figure.unit == "%" else shown(taken) for taken in (figure.ours, figure.other))
    return (
        f"{figure.what:<44} {ours:>10}  {figure.against:<40} {other:>10}"
        f" {figure.ratio:>8.2f}x  best {figure.best:.2f}x  goal ≤ {figure.goal:g}x {verdict}"
    )


def shown(seconds: float) -> str:
    """Seconds in a unit fit to read."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def kept(figures: Iterable[Figure], path: Path) -> None:
    """Write the machine-readable copy."""
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
