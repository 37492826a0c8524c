"""Error pages keep the frame of whoever is signed in, whatever went wrong; and stand when nothing else does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from hrd_cases.errors import Absent, Refused, Tampered
from tests.pages.markup import faults
from tests.world import BASE, Browser, World

FRAME = ("Leave now", "Sign out", 'href="/account"', "officer.cairo")
TOO_LARGE = 1_000_001


def _asks(officer: Browser) -> dict[str, Any]:
    """What a signed-in officer may meet, by what it is."""
    return {
        "403": officer.get("/running"),
        "404 of a route": officer.get("/offices/00000000-0000-4000-8000-000000000000"),
        "404 of no route": officer.get("/nowhere"),
        "405": officer.client.put("/", base_url=BASE),
        "413": officer.post("/account/language", {"language": "x" * TOO_LARGE}),
        "400": officer.post("/account/language", token="0" * 64),
    }


def test_whoever_is_signed_in_keeps_the_menu_and_both_ways_out(world: World) -> None:
    for what, answer in _asks(world.client("officer.cairo")).items():
        assert answer.status_code == int(what[:3]), what
        for part in FRAME:
            assert part in answer.text, f"{what} without {part}"


@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError("a secret"), 500), (Refused("It is done already.", "Nobody."), 409)]
)
def test_the_frame_outlives_what_a_view_raises(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def falls() -> Any:
        raise error

    monkeypatch.setitem(world.app.view_functions, "health.alive", falls)
    answer = world.client("officer.cairo").get("/healthz")
    assert answer.status_code == status
    assert all(part in answer.text for part in FRAME)


def test_a_stranger_s_error_page_has_no_way_out_to_press(world: World) -> None:
    answer = world.client().get("/nowhere")
    assert answer.status_code == 404
    assert not [part for part in FRAME if part in answer.text]


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT", {}, Exception("gone")), Tampered("planted"), ZeroDivisionError()]
)
def test_a_visitor_who_cannot_be_found_leaves_a_plain_page(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> Any:
        raise error

    monkeypatch.setattr("hrd_cases.accounts.sessions.Sessions.find_visitor", fails)
    for path, status in (("/nowhere", 404), ("/account", 409 if isinstance(error, Tampered) else 500)):
        answer = world.client("officer.cairo").get(path)
        assert answer.status_code == status
        assert "<h1" in answer.text
        assert "Leave now" not in answer.text


def test_a_frame_that_cannot_be_drawn_is_left_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("hrd_cases.app.navigation_for", fails)
    answer = world.client("officer.cairo").get("/nowhere")
    assert (answer.status_code, "Leave now" in answer.text) == (404, False)
    assert "Nothing to show here" in answer.text


TYPED = "The hearing was moved.\r\n<b>Two</b> witnesses & their names"


def _to_copy(page: str) -> list[str]:
    return re.findall(r'(?s)<textarea[^>]*name="lost"[^>]*readonly>\n(.*?)</textarea>', page)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError("a secret"), 500),
        (OperationalError("SELECT", {}, Exception("gone")), 500),
        (Refused("It is done already."), 409),
        (Absent(), 404),
    ],
)
def test_what_was_typed_into_a_form_that_failed_stands_on_the_page_that_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def falls(*_: Any, **__: Any) -> Any:
        raise error

    officer = world.client("officer.cairo")
    monkeypatch.setitem(world.app.view_functions, "recording.quick", falls)
    answer = officer.post("/cases/new", {"country": "EG", "what": TYPED})
    assert answer.status_code == status
    assert _to_copy(answer.text) == ["The hearing was moved.\r\n&lt;b&gt;Two&lt;/b&gt; witnesses &amp; their names"]
    assert faults(answer.text) == []


def test_what_was_typed_with_a_stale_token_stands_on_the_page(world: World) -> None:
    answer = world.client("officer.cairo").post("/cases/new", {"country": "EG", "what": TYPED}, token="0" * 64)
    assert answer.status_code == 400
    assert len(_to_copy(answer.text)) == 1


def test_nothing_that_another_site_sent_or_that_is_secret_is_shown_again(world: World) -> None:
    officer, hostile = world.client("officer.cairo"), {"Sec-Fetch-Site": "cross-site"}
    planted = officer.client.post("/cases/new", data={"what": TYPED}, headers=hostile, base_url=BASE)
    secret = officer.post("/account/passphrase", {"passphrase": TYPED}, token="0" * 64)
    for answer in (planted, secret):
        assert answer.status_code == 400
        assert "witnesses" not in answer.text


def test_an_error_page_asked_for_by_another_site_names_nobody(world: World) -> None:
    answer = world.client("officer.cairo").get("/nowhere", **{"Sec-Fetch-Site": "cross-site"})
    assert "officer.cairo" not in answer.text
