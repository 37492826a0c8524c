"""A form that is sent twice is one entry; two tabs on one step of a draft lose nothing of each other."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from hrd_cases.cases import drafts
from hrd_cases.cases.details import Action, Note
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.models import Draft
from tests.cases.acting import Filed, outward
from tests.cases.conftest import recorded
from tests.cases.typed import fields_of, hidden
from tests.offices.people import said
from tests.world import World


@pytest.fixture
def file(world: World) -> Filed:
    filed = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    filed.talk(raise_authorities="given")
    return filed


def test_a_note_that_is_saved_twice_is_one_note(file: Filed) -> None:
    shown = hidden(file.get("add/note").text, "made_from")
    typed = {"made_from": shown, "text": "She called."}
    first, second = file.post("add/note", typed), file.post("add/note", typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert file.seen(lambda one: [note.text for note in one.said if isinstance(note, Note)]) == ["She called."]
    assert file.post("add/note", typed | {"text": "She called again."}).status_code == 303
    assert file.post("add/note", {"made_from": "", "text": "She called."}).status_code == 303
    assert len(file.seen(lambda one: [note for note in one.said if isinstance(note, Note)])) == 3


def test_an_outward_act_that_is_saved_twice_is_one_act(file: Filed) -> None:
    shown = hidden(file.get("act").text, "made_from")
    typed = outward("demarche") | {"made_from": shown}
    first, second = file.post("act", typed), file.post("act", typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"], "the second press leads to what the first wrote"
    assert len(file.seen(lambda one: [act for act in one.said if isinstance(act, Action)])) == 1


# -- drafts


@pytest.fixture
def draft_id(world: World) -> uuid.UUID:
    with world.acting("officer.cairo") as (session, officer):
        return drafts.save(session, officer, None, recorded("EG", "Two Tabs"), (), datetime.now(UTC)).id


def test_two_tabs_on_one_step_of_a_draft_lose_nothing(world: World, draft_id: uuid.UUID) -> None:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/who"
    tabs = [fields_of(browser.get(path).text) for _ in range(2)]
    first = browser.post(path, tabs[0] | {"names": "Two Tabs\nAlias One", "do": "later"})
    assert first.status_code == 303
    second = browser.post(path, tabs[1] | {"names": "Two Tabs\nAlias Two", "do": "later"})
    assert second.status_code == 422
    page = said(second)
    assert "Alias One" in page, "what stands"
    assert "Alias Two" in page, "what was typed"
    assert "saved in another tab" in page
    again = browser.post(path, fields_of(second.text) | {"do": "later"})
    assert again.status_code == 303
    with world.acting("officer.cairo") as (session, _):
        defender = session.get_one(Draft, draft_id).drafted.defender
        assert defender is not None
        assert defender[1].names == ("Two Tabs", "Alias Two")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("family", {"names": "Her brother"}), ("source", {"label": "A colleague", "name": "Source Example"})],
)
def test_somebody_added_twice_to_a_draft_is_one(world: World, draft_id: uuid.UUID, kind: str, typed: dict) -> None:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/people/add/{kind}"
    before = len(drafted(world, draft_id).pieces)
    form = fields_of(browser.get(path).text) | typed
    presses = [browser.post(path, form) for _ in range(2)]
    assert [answer.headers["Location"] for answer in presses] == [f"/cases/drafts/{draft_id}/people"] * 2
    assert len(drafted(world, draft_id).pieces) == before + 1
    assert len(sourced(world, draft_id)) == (kind == "source")
    another = fields_of(browser.get(path).text) | typed
    assert browser.post(path, another).status_code == 303
    assert len(drafted(world, draft_id).pieces) == before + 2, "a form of its own is somebody else"


def drafted(world: World, draft_id: uuid.UUID) -> Drafted:
    with world.acting("officer.cairo") as (session, _):
        return session.get_one(Draft, draft_id).drafted


def sourced(world: World, draft_id: uuid.UUID) -> tuple[SourcedPiece, ...]:
    with world.acting("officer.cairo") as (session, _):
        return session.get_one(Draft, draft_id).sourced


@pytest.mark.parametrize("step", ["where", "who", "reach", "what", "about"])
def test_a_step_that_nobody_else_saved_is_saved_as_before(world: World, draft_id: uuid.UUID, step: str) -> None:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/{step}"
    for _ in range(2):
        assert browser.post(path, fields_of(browser.get(path).text) | {"do": "later"}).status_code == 303


def test_two_tabs_on_where_it_is(world: World, draft_id: uuid.UUID) -> None:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/where"
    tabs = [fields_of(browser.get(path).text) for _ in range(2)]
    assert browser.post(path, tabs[0] | {"place": "Aswan", "do": "later"}).status_code == 303
    second = browser.post(path, tabs[1] | {"place": "Luxor", "do": "later"})
    assert second.status_code == 422
    assert "Aswan" in said(second)
    assert "Luxor" in second.text
