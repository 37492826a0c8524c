"""`python -m tests.cases.saver`: one of several sessions that save at once, each in a process of its own, through the
pages. Standard input says in JSON which installation, which session and what to save.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hrd_cases.app import create_app
from hrd_cases.door import guards
from tests.cases.typed import fields_of
from tests.compiled import compiled_once
from tests.scriptless import Browser
from tests.throw_away import throw_away_settings


def main() -> None:
    told = json.loads(sys.stdin.readline())
    urls = {"database_url": told["main"], "shred_url": told["shred"]}
    app = compiled_once(create_app(throw_away_settings(Path(told["home"]), **urls)))
    client = app.test_client()
    client.set_cookie(guards.COOKIE, told["cookie"], domain="127.0.0.1", secure=True)
    browser = Browser(app, client)
    browser.get("/cases")
    print("ready", flush=True)
    sys.stdin.readline()
    saved = [_save(browser, path, words) for path, words in told["saves"]]
    print(json.dumps(saved), flush=True)
    app.extensions["hrd_cases"].database.dispose()


def _save(browser: Browser, path: str, words: str) -> int:
    """A new file, or the next step of one on file; two who change the same one: the second saves theirs on top."""
    if path == "/cases/new":
        form = {"country": "EG", "name": words, "what": "Taken.", "urgency": "high", "do": "open"}
        return int(browser.post(path, form).status_code)
    answer = browser.get(path)
    for _ in range(50):
        assert answer.status_code in (200, 409), answer.text
        typed: dict[str, Any] = fields_of(answer.text) | {"next_step": words}
        answer = browser.post(path, typed)
        if answer.status_code != 409:
            break
    return int(answer.status_code)


if __name__ == "__main__":
    main()
