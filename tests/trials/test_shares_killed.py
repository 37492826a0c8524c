"""Killed (SIGKILL) while a hearing is shared, accepted, moved, declined and taken back, on both databases: whatever
stands, stands whole on both sides; what is over opens for nobody; and everybody goes on.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import select

from hrd_cases.keys.models import Folder, FolderKind, GuestKey, ShredSecret, SleeveKey
from hrd_cases.settings import ROOT
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import following
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import STANDING
from tests.attacks.past_our_code import findings
from tests.trials.sharing_world import EMBASSY, OBSERVER, Sharer
from tests.trials.trying import OFFICER
from tests.world import World

KILLS = 4


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


def killed_after(world: World, sharer: Sharer, seconds: float) -> None:
    settings, entered = world.house.settings, world.demonstration
    told = {
        "home": str(settings.home),
        "main": settings.database_url,
        "shred": settings.shred_url,
        "cookies": {name: entered.cookies[name] for name in (OFFICER, OBSERVER)},
        "trial": str(sharer.tried.id),
        "hearing": str(sharer.hearing_id),
        "file": str(sharer.files[0].id),
        "office": str(sharer.office(EMBASSY)),
    }
    world.database.dispose()
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.trials.share_worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(told) + "\n")
    worker.stdin.flush()
    assert worker.stdout.readline() == "ready\n"
    time.sleep(seconds)
    assert worker.poll() is None, "it ended by itself"
    worker.kill()
    worker.wait()
    worker.stdin.close()
    worker.stdout.close()


def test_whatever_stands_stands_whole_on_both_sides(either: World) -> None:
    sharer, luck = Sharer(either), random.Random(4)
    for _ in range(KILLS):
        killed_after(either, sharer, 1.5 + 2.5 * luck.random())
        for who in (OFFICER, OBSERVER, OFFICER):
            with either.acting(who):
                pass
        check(either, sharer)
    ever = sharer.tried.seen(lambda docket: [found.said for found in following.shares_of(docket)])
    assert sum(one.number for one in ever) > 2, "hardly anything was written meanwhile"
    for one in ever:
        if one.state in STANDING:
            sharer.revoke(one.share_id)
    assert sharer.seen(sharer.share()) is not None
    assert findings(either) == []


def check(world: World, sharer: Sharer) -> None:
    with world.acting(OFFICER) as (session, _):
        shares = {one.id: one for one in session.scalars(select(Share))}
        folders = {one.folder_id for one in shares.values()}
        entries = [
            one.said for one in following.shares_of(open_docket(session, session.get_one(Proceeding, sharer.tried.id)))
        ]
        assert {one.share_id for one in entries if one.state in STANDING} == set(shares)
        assert set(session.scalars(select(Folder.id).where(Folder.kind == FolderKind.SHARE.value))) == folders
        assert set(session.scalars(select(GuestKey.folder_id))) <= folders
        assert folders <= set(session.scalars(select(SleeveKey.folder_id)))
        for share in shares.values():
            said = next(one for one in entries if one.share_id == share.id)
            assert (share.shared, share.number, share.until) == (said.shared, said.number, said.until)
    with world.database.shred.reading() as shred:
        assert folders <= set(shred.scalars(select(ShredSecret.folder_id)))
    with world.acting(OBSERVER) as (session, _):
        received = {one.id: one for one in session.scalars(select(ReceivedShare))}
        assert {name for name, one in received.items() if one.state in STANDING} == set(shares)
        for name, share in shares.items():
            assert session.get_one(Share, name).shared == share.shared
