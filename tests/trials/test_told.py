"""Whoever is asked, declined to, or loses an observer is told on Today: what, who, why, and what to do next."""

from __future__ import annotations

import html
import re

import pytest

from hrd_cases.trials import going
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from tests.cases.acting import Filed
from tests.trials.test_notices import reminders_are_due
from tests.trials.test_notices import today as read_today
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_days
from tests.world import World


@pytest.fixture
def tried(world: World) -> Tried:
    return Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])


def today(world: World, who: str) -> str:
    """Without the marks that set names apart."""
    return re.sub("[\u2066\u2069]", "", read_today(world, who))


def at(tried: Tried, hearing_id: object) -> str:
    return f"/trials/{tried.id}/hearings/{hearing_id}"


def links(world: World, who: str, path: str = "/") -> set[str]:
    """Where a page leads."""
    return {html.unescape(one) for one in re.findall(r'href="([^"]+)"', world.client(who).get(path).text)}


def goes(tried: Tried, who: str) -> Observer:
    return Observer(member_id=tried.member(who))


# -- asked


def test_whoever_is_chosen_as_a_hearing_is_set_is_told_and_so_is_the_backup(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY), backup=goes(tried, HEAD))
    reminders_are_due(world)
    assert "officer.cairo asks you to go to this hearing." in today(world, DEPUTY)
    assert {f"{at(tried, hearing_id)}/act/accept", f"{at(tried, hearing_id)}/act/decline"} <= links(world, DEPUTY)
    assert "officer.cairo named you as the backup" in today(world, HEAD)
    assert "asks you" not in today(world, OFFICER)


def test_whoever_is_named_as_the_backup_later_is_told(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(20)
    tried.do(going.choose, tried.entry(hearing_id), None, goes(tried, HEAD))
    reminders_are_due(world)
    assert "officer.cairo named you as the backup" in today(world, HEAD)


def test_whoever_goes_to_the_next_hearing_of_the_chain_is_asked_anew(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    tried.act(first, Act.ACCEPT, who=DEPUTY)
    following = tried.act(first, Act.ADJOURN, reason="judge_absent", new=in_days(30)).next_id
    reminders_are_due(world)
    page = today(world, DEPUTY)
    assert "officer.cairo asks you to go to this hearing." in page
    assert f"{at(tried, following)}/act/accept" in links(world, DEPUTY)
