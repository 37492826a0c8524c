"""What the database is asked for a page or an act: counted, so that a limit can be held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import event

from tests.world import World

STEPS = 50


@dataclass
class Work:
    """What the database did for a page: its statements, and how many steps its machine took (in fifties)."""

    statements: list[str] = field(default_factory=list)
    steps: int = 0
    over: bool = False

    def saw(self, statement: str) -> None:
        if not self.over:
            self.statements.append(statement)

    def of(self, *words: str) -> list[str]:
        """Those of the statements that name all of these."""
        return [one for one in self.statements if all(word in one for word in words)]

    def step(self) -> None:
        self.steps += not self.over


@contextmanager
def counted(world: World) -> Iterator[Work]:
    """The work of both stores."""
    work = Work()

    def watch(connection, *_) -> None:
        connection.set_trace_callback(work.saw)
        connection.set_progress_handler(work.step, STEPS)

    engines = [store.engine for store in (world.database.main, world.database.shred)]
    for engine in engines:
        event.listen(engine, "checkout", watch)
    yield work
    work.over = True  # a connection kept in the pool still tells it
    for engine in engines:
        event.remove(engine, "checkout", watch)
