"""However many files an office has, and others have: the same few statements, and nothing read of the others'."""

from __future__ import annotations

import pytest

from tests.bench.bench_pages import fill
from tests.counting import Work, counted
from tests.world import World

PAGES = ("/", "/cases", "/cases?order=name&state=every", "/cases/search/found")


def work_for(world: World, sign_in: str) -> dict[str, Work]:
    browser = world.client(sign_in)
    browser.post("/cases/search", {"text": "Mohamed"})
    found = {}
    for address in PAGES:
        browser.get(address)
        with counted(world) as work:
            answer = browser.get(address)
        assert answer.status_code == 200
        found[address] = work
    return found


def test_two_thousand_files_elsewhere_are_not_read_and_not_counted(world: World) -> None:
    fill(world, "officer.cairo", 100)
    before = {name: work_for(world, name) for name in ("officer.cairo", "desk.hq")}
    fill(world, "officer.minsk", 2_000, seed=2)
    fill(world, "officer.bogota", 500, seed=3)
    after = {name: work_for(world, name) for name in ("officer.cairo", "desk.hq")}
    for name in before:
        for address in PAGES:
            less, more = before[name][address], after[name][address]
            assert len(more.statements) == len(less.statements), (name, address)
            assert more.steps <= less.steps + 10, (name, address)


def test_ten_times_as_many_files_take_no_more_statements_and_no_larger_page(world: World) -> None:
    fill(world, "officer.cairo", 300)
    few = work_for(world, "officer.cairo")
    fill(world, "officer.cairo", 3_000, seed=4)
    many = work_for(world, "officer.cairo")
    for address in PAGES:
        assert len(many[address].statements) <= len(few[address].statements) + 3, address
        assert len(world.client("officer.cairo").get(address).data) < 250_000, address


@pytest.mark.parametrize(("sign_in", "most"), [("officer.cairo", 33), ("head.cairo", 39), ("head1.hq", 48)])
def test_today_asks_the_database_few_things(world: World, sign_in: str, most: int) -> None:
    browser = world.client(sign_in)
    browser.get("/")
    with counted(world) as work:
        browser.get("/")
    assert len(work.statements) <= most, work.statements
