"""Every form that may be kept: filled in and sent too late by each of its buttons, it is shown under "Not sent yet"
with that button and can be sent from there.

Its page is read as a browser reads it, without what `form_page` knows of our markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from hrd_cases.accounts import kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.door.house import Sent, is_typed
from hrd_cases.door.places import endpoint_at, places
from tests.accounts.walk import main_of
from tests.journeys import case_file, shares, test_every_page, trial
from tests.world import World

STOPS = [
    *((test_every_page._addresses, who, path) for who, path in test_every_page.WALK.values() if who),
    *((case_file.addresses, who, path) for who, path in case_file.WALK.values()),
    *((case_file.addresses, who, path) for who, path, status in case_file.ALSO if status == 200),
    *((trial.addresses, who, path) for who, path in trial.WALK.values()),
    *((trial.addresses, who, path) for who, path, status in trial.ALSO if status == 200),
    *((shares.addresses, who, path) for who, path in shares.WALK.values()),
]
TYPED = "A word of text"


@dataclass
class Form:
    """As a browser sends it: its fields, and its buttons (words, and what each adds)."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


class _Forms(HTMLParser):
    """The forms of a page, every text typed in and the last choice of every kind made."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Form] = []
        self._open: Form | None = None
        self._select, self._words = "", list[str]()
        self._button: list[tuple[str, str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method") == "post":
            self._open = Form(said.get("action", ""))
            self.found.append(self._open)
        if self._open is None:
            return
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "input" and said.get("type") in ("radio", "checkbox"):
            self._choose(name, value)
        elif tag == "input" and said.get("type") == "hidden":
            self._open.fields.append((name, value))
        elif tag in ("input", "textarea") and said.get("type") not in ("password", "file"):
            self._open.fields.append((name, "1" if said.get("inputmode") == "numeric" else TYPED))
        elif tag == "select":
            self._select = name
        elif tag == "option" and value:
            self._choose(self._select, value)
        elif tag == "button":
            self._button, self._words = [(name, value)] if name else [], []

    def _choose(self, name: str, value: str) -> None:
        assert self._open is not None
        self._open.fields = [(one, was) for one, was in self._open.fields if one != name] + [(name, value)]

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is not None and tag == "button" and self._button is not None:
            self._open.buttons.append((" ".join("".join(self._words).split()), self._button))
            self._button = None
        if tag == "form":
            self._open = None


def kept_forms_of(page: str, path: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each press of the page that would be kept: the button's words, and all that is sent."""
    reader = _Forms()
    reader.feed(re.sub(r"(?s)^.*?<main|</main>.*$", "<main", page))
    found = []
    for form in reader.found:
        if form.action not in ("", path):
            continue
        for words, adds in form.buttons:
            sent = [one for one in form.fields if one[0] not in ("csrf_token", "kept_form")] + adds
            if any(is_typed(value) for _name, value in form.fields if value and _name != "csrf_token"):
                found.append((words, sent))
    return found


@pytest.mark.parametrize(
    "around",
    [test_every_page._addresses, case_file.addresses, trial.addresses, shares.addresses],
    ids=["house", "case files", "trials", "shares"],
)
def test_every_form_that_is_kept_is_shown_with_its_button(world: World, around: Any) -> None:
    known, tried = around(world), 0
    for addresses, who, pattern in STOPS:
        if addresses is not around:
            continue
        path = pattern.format_map(known)
        with world.app.test_request_context("/"):
            endpoint = endpoint_at(path.partition("?")[0], "POST")
        if "?" in path or not endpoint or not places[endpoint].keeps:
            continue
        browser = world.client(who)
        for words, sent in kept_forms_of(browser.get(path).text, path):
            tried += 1
            assert_shown(world, browser, who, path, words, sent)
    assert tried > 5


def assert_shown(world: World, browser: Any, who: str, path: str, words: str, sent: list[tuple[str, str]]) -> None:
    with world.acting(who) as (session, visitor):
        form_id = kept.keep_own(session, visitor.member_id, visitor.ring.keys, Sent(path, sent, None))
    page = browser.get(f"/not-sent/{form_id}")
    said = main_of(page.text)
    about = f"{who}: {words!r} of {path} with {sent}"
    assert page.status_code == 200, about
    assert 'name="kept_form"' in page.text, f"{about}: {said}"
    assert f"{words} Change it first" in said, about
    assert browser.get(f"/not-sent/{form_id}/change").status_code in (200, 422), about
    with world.acting(who) as (session, visitor):
        kept.drop_kept(session, session.get_one(KeptForm, form_id))
