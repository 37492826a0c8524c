"""The table of figures counts right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.table import ROUNDS, Row, in_turns, kept, line, shown, taken


@pytest.mark.parametrize(
    ("ours", "other", "goal", "reached"),
    [
        ([2.0] * 7, [1.0] * 7, 1.5, False),
        ([1.2] * 7, [1.0] * 7, 1.5, True),
        ([1.0, 9.0, 9.0], [1.0, 2.0, 2.0], 1.1, True),
    ],
)
def test_a_goal_is_reached_by_the_medians_or_the_minima(
    ours: list[float], other: list[float], goal: float, reached: bool
):
    figure = taken(Row("ours", "other", goal, lambda: (ours, other)))
    assert figure.reached is reached
    assert ("reached" in line(figure)) is reached
    assert f"{figure.ratio:.2f}x  best {figure.best:.2f}x  goal ≤ {goal:g}x" in line(figure)


def test_two_ways_are_measured_in_turns():
    order: list[str] = []
    ours, other = in_turns(lambda: order.append("a"), lambda: order.append("b"))
    assert order == ["a", "b"] * (ROUNDS + 1)
    assert len(ours) == len(other) == ROUNDS


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.50 s"), (0.0025, "2.50 ms"), (2.5e-6, "2.50 µs"), (2.5e-8, "25 ns")]
)
def test_times_are_shown_in_a_fit_unit(seconds: float, text: str):
    assert shown(seconds) == text


def test_the_copy_for_machines_holds_every_figure(tmp_path: Path):
    kept([taken(Row("a", "b", 1.0, lambda: ([1.0], [2.0])))], tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text())[0]["ratio"] == 0.5
