"""`python -m tests.bench.reader HOME PAGES`: a web process that reads pages when told so ("audited" or "plain")."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from hrd_cases.app import create_app
from hrd_cases.door import guards, traces, walk
from tests.conftest import throw_away_settings

PAGE = "/account"  # among the lightest: the trail weighs most there
BASE = "http://127.0.0.1"


def main(home: Path, pages: int) -> None:
    app = create_app(throw_away_settings(home))
    client = app.test_client()
    client.set_cookie(guards.COOKIE, sys.stdin.readline().strip(), domain="127.0.0.1", secure=True)
    leave_trace = traces.leave_trace
    for line in sys.stdin:
        vars(walk)["leave_trace"] = leave_trace if line.strip() == "audited" else lambda *_: None
        seconds = []
        for _ in range(pages):
            began = time.perf_counter()
            answer = client.get(PAGE, base_url=BASE, headers={"Sec-Fetch-Site": "same-origin"})
            seconds.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.status
        print(*seconds, flush=True)


main(Path(sys.argv[1]), int(sys.argv[2]))
