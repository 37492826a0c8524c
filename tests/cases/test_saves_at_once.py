"""Two hundred saves by eight sessions at the same moment, through the pages, on both databases: no card is lost, none
says something else than its file, nobody is shown an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import select

from hrd_cases.accounts.models import Member
from hrd_cases.audit.verify import verify_store
from hrd_cases.cards.read import cards
from hrd_cases.cases.card import card_from_file
from hrd_cases.cases.details import Profile
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.keys.roles import CircleName
from hrd_cases.settings import ROOT
from tests.cases.conftest import recorded
from tests.world import World

SESSIONS, SAVES, SHARED = 8, 25, 5
PEOPLE = ("officer.cairo", "deputy.cairo", "head.cairo")


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


def shared_files(world: World) -> list[str]:
    """Where the next step is written of files that everybody changes."""
    found = []
    for number in range(SHARED):
        with world.acting("officer.cairo") as (session, officer):
            drafted = recorded("EG", f"Shared {number}")
            done = submit(session, officer, drafted, (), datetime.now(UTC))
            profile = next(one.id for one in drafted.pieces if isinstance(one.details, Profile))
        found.append(f"/cases/{done.case_id}/entries/{profile}/correct")
    return found


def sessions(world: World) -> list[str]:
    """The cookies of eight sessions of their own, of the three who work on Cairo's files."""
    cookies = []
    for number in range(SESSIONS):
        name = PEOPLE[number % len(PEOPLE)]
        cookie = hashlib.sha256(f"at once {number}".encode()).hexdigest()[:43]
        with world.acting(name) as (session, visitor):
            member, now = session.get_one(Member, visitor.member_id), datetime.now(UTC)
            world.demonstration.sessions.begin(session, cookie, member, visitor.ring.keys.seed, "test", now)
            with world.demonstration.sessions.holding(session, cookie) as held:
                held.second_factor_at = now
        cookies.append(cookie)
    return cookies


def saves(shared: list[str], number: int) -> list[tuple[str, str]]:
    """Every third is a new file; the others are next steps of the shared ones, each session in another order."""
    found = []
    for turn in range(SAVES):
        path = "/cases/new" if turn % 3 == 0 else shared[(turn + number) % SHARED]
        found.append((path, unlike_any_other(f"{number} {turn}")))
    return found


def unlike_any_other(words: str) -> str:
    """A name that looks similar to none of the others: nobody is asked whether it is the same person."""
    return "".join(chr(ord("a") + byte % 26) for byte in hashlib.sha256(words.encode()).digest()[:14])


def at_once(world: World, cookies: list[str], what: list[list[tuple[str, str]]]) -> Counter[int]:
    """What each save was answered."""
    settings = world.house.settings
    told = {"home": str(settings.home), "main": settings.database_url, "shred": settings.shred_url}
    world.database.dispose()
    savers = [_begun(told | {"cookie": one, "saves": own}) for one, own in zip(cookies, what, strict=True)]
    for saver in savers:
        assert saver.stdout is not None
        line = saver.stdout.readline()
        assert line == "ready\n", line
    for saver in savers:
        assert saver.stdin is not None
        saver.stdin.write("go\n")
        saver.stdin.flush()
    answered: Counter[int] = Counter()
    for saver in savers:
        said, errors = saver.communicate(timeout=240)
        assert saver.returncode == 0, errors[-3000:]
        answered.update(json.loads(said.splitlines()[-1]))
    return answered


def _begun(told: dict[str, object]) -> subprocess.Popen[str]:
    saver = subprocess.Popen(
        [sys.executable, "-m", "tests.cases.saver"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert saver.stdin is not None
    saver.stdin.write(json.dumps(told) + "\n")
    saver.stdin.flush()
    return saver


def test_two_hundred_saves_by_eight_sessions(either: World) -> None:
    shared = shared_files(either)
    what = [saves(shared, number) for number in range(SESSIONS)]
    answered = at_once(either, sessions(either), what)
    assert answered == {303: SESSIONS * SAVES}
    new = [words for own in what for path, words in own if path == "/cases/new"]
    changed = {words for own in what for path, words in own if path != "/cases/new"}
    with either.acting("head.cairo") as (session, head):
        circle = head.charters.of(either.demonstration.offices["DEL_EGY"]).circle(CircleName.CASEWORK)
        assert circle is not None
        kept, damaged = cards(session, circle.circle_id)
        ids: list[uuid.UUID] = list(session.scalars(select(Case.id)))
        assert damaged == []
        assert sorted(one.case_id for one in kept) == sorted(ids)
        assert Counter(one.name for one in kept) == Counter([*new, *(f"Shared {number}" for number in range(SHARED))])
        for card in kept:
            now = card_from_file(session, card.case_id)
            assert now is not None
            assert card == msgspec.structs.replace(now, updated_at=card.updated_at)
        files = [open_file(session, session.get_one(Case, one)) for one in ids]
        steps = [
            entry.details.next_step for file in files for entry in file.entries if isinstance(entry.details, Profile)
        ]
        assert Counter(one for one in steps if one) == Counter(changed)  # nobody's words were overwritten
    assert verify_store(either.database.main).findings == []
