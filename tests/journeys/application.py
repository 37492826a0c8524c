"""The application of journeys, as the server's processes load it: the world in HRD_TEST_HOME, cheap passphrases.

Each journey has a world of its own, whose files are put where those of the last one lay.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hrd_cases.app import create_app
from hrd_cases.door.house import House
from tests.compiled import compiled_once
from tests.throw_away import throw_away_settings

HOME = Path(os.environ["HRD_TEST_HOME"])
settings = throw_away_settings(HOME, port=int(os.environ["HRD_TEST_PORT"]))
served = compiled_once(create_app(settings))
house: House = served.extensions["hrd_cases"]
_files = [Path(store.url.database or "") for store in (house.database.main, house.database.shred)]
_seen: list[int] = []


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers over the files that lie there now: no connection to those of another world is used."""
    lie_there = [path.stat().st_ino for path in _files]
    if lie_there != _seen:
        house.database.dispose()
        _seen[:] = lie_there
    return served(environ, start_response)
