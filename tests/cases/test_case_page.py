"""The case page: what an officer needs stands on one page, and can be printed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.cases.conftest import Recording, recorded
from tests.pages.markup import faults
from tests.world import World

NAME = "سلمى عبد الرحمن المثال"
WRITTEN = ("person", "source", "incident", "contact", "meeting", "action", "task", "note")


@pytest.fixture
def case_id(recording: Recording) -> uuid.UUID:
    done = recording.by("officer.cairo", recorded("EG", NAME))
    assert done.case_id is not None
    return done.case_id


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_a_file_is_sound(world: World, case_id: uuid.UUID, language: str) -> None:
    browser = world.client("officer.cairo")
    pages = ["", "/print", "/timeline/1", *(f"/add/{kind}" for kind in WRITTEN)]
    for page in pages:
        answer: Any = browser.get(f"/cases/{case_id}{page}", **{"Accept-Language": language})
        assert answer.status_code == 200, page
        assert faults(answer.text) == [], page
        assert NAME not in answer.text.split("</title>")[0]
