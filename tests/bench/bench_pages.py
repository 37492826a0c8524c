"""Pages of an office with ten thousand case files, through the whole application: Today, list, search, a file.

What a request costs the server, signed in, on SQLite: its processor time, against the tenth of a second a page has.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

import msgspec
from flask_babel import force_locale
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from hrd_cases import demo, tables
from hrd_cases.app import create_app
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.card import Card
from hrd_cases.cards.whole import rebuild, settle
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.cases.shelves import circles
from hrd_cases.db import Database
from hrd_cases.keys.models import Folder, FolderKind
from tests.bench.generated import cases
from tests.bench.table import ROUNDS, Measured, Row
from tests.cases.conftest import recorded
from tests.conftest import throw_away_settings
from tests.world import Browser, World

CASES = 10_000
OFFICER = "officer.cairo"
A_PAGE = 0.1
_kept = ExitStack()


@cache
def world_of(files: int = CASES) -> World:
    """The sample world, its delegation in Cairo with so many files."""
    home = Path(_kept.enter_context(tempfile.TemporaryDirectory())) / "home"
    settings = throw_away_settings(home)
    database = Database(settings.database_url, settings.shred_url)
    tables.metadata().create_all(database.main.engine)
    tables.shred_metadata().create_all(database.shred.engine)
    app = create_app(settings)
    with app.test_request_context("/"), force_locale("en"):
        entered = demo.enter(app.extensions["hrd_cases"])
    world = World(app, app.extensions["hrd_cases"], entered)
    fill(world, OFFICER, files)
    return world


@cache
def office() -> tuple[Browser, str]:
    """An officer's browser, and the address of a file of theirs."""
    world = world_of()
    with world.acting(OFFICER) as (session, visitor):
        opened = submit(session, visitor, recorded("EG", "سلمى عبد الرحمن المثال"), (), datetime.now(UTC))
    return world.client(OFFICER), f"/cases/{opened.case_id}"


def fill(world: World, sign_in: str, count: int, *, seed: int = 1, settled: bool = True) -> None:
    """Give a member's office so many files, as far as lists, searches and Today know."""
    with world.acting(sign_in) as (session, visitor):
        mine = world.demonstration.members[sign_in]
        others = [member for member in world.demonstration.members.values() if member != mine][:4]
        drawn = cases(count, [mine, *others], datetime.now(UTC), seed=seed)
        made = [msgspec.structs.replace(card, version=1) for card in drawn]
        circle_id = circles(visitor)[visitor.office_id]
        rebuild(session, circle_id, lambda: [(card.case_id, card) for card in made])
        _rows_of(session, visitor.office_id, made)
        if settled:
            settle(session, circle_id)
        record(session, Event.CARDS_REBUILT, office=visitor.office_id, cards=count)


def _rows_of(session: Session, office_id: uuid.UUID, made: Sequence[Card]) -> None:
    """What pages compare the cards with: a row of each file, sealed in nothing but its length."""
    now, folders = datetime.now(UTC), [uuid.uuid4() for _ in made]
    folder = {"office_id": office_id, "kind": FolderKind.CASE.value, "created_at": now}
    session.execute(insert(Folder), [folder | {"id": one} for one in folders])
    row = {"office_id": office_id, "opened_at": now, "version": 1, "sealed_file": bytes(400)}
    rows = [row | {"id": card.case_id, "folder_id": one} for card, one in zip(made, folders, strict=True)]
    session.connection().execute(insert(cast(Table, Case.__table__)), rows)


def _page(address: str) -> Callable[[], Measured]:
    return lambda: _timed(lambda browser, file: browser.get(address or file))


def _search(text: str) -> Measured:
    office()[0].post("/cases/search", {"text": text})
    return _timed(lambda browser, _file: browser.get("/cases/search/found"))


def _timed(ask: Callable[[Browser, str], object]) -> Measured:
    browser, file = office()
    ask(browser, file)
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        answer = ask(browser, file)
        taken.append(time.process_time() - began)
        assert answer.status_code in (200, 303), answer.status_code  # type: ignore[attr-defined]
    return taken, [A_PAGE] * ROUNDS


def _row(what: str, measure: Callable[[], Measured]) -> Row:
    return Row(f"{what}, {CASES:,} files", "a tenth of a second", 0.8, measure)


ROWS = [
    _row("Today", _page("/")),
    _row("list", _page("/cases")),
    _row("list by name, every state", _page("/cases?order=name&state=every")),
    _row("list narrowed by theme and lateness", _page("/cases?theme=land&late=review")),
    _row("a case file", _page("")),
    _row("search: a common name", lambda: _search("Mohamed")),
    _row("search: a spelling in another script", lambda: _search("Aleksey Primerov")),
    _row(
        "sending a search",
        lambda: _timed(lambda browser, _file: browser.post("/cases/search", {"text": "Fatma"})),
    ),
]
