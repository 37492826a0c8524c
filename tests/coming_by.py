"""Somebody with the keys comes by: what is looked after in turns is looked after then, and by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from hrd_cases.cases.rounds import Rounds
from hrd_cases.door.visitor import Visitor
from tests.world import World

_looking: list[Rounds] = []


def nobody_looks(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    """But who comes by for it."""
    monkeypatch.setattr(rounds, "wait", lambda *given: any(one.wait(*given) for one in _looking))
    monkeypatch.setattr(rounds, "do", _do)


def _do(session: Session, visitor: Visitor) -> None:
    for one in _looking:
        one.do(session, visitor)


def comes_by(kind: type[Rounds], world: World, who: str) -> None:
    """And looks at everything."""
    _looking.append(kind(every=0, pause=0))
    try:
        assert world.client(who).get("/account").status_code == 200
    finally:
        _looking.clear()
