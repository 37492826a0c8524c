"""A meeting under the Chatham House rule: who spoke is visible to its organiser only, wherever one looks."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from hrd_cases.cards.read import cards
from hrd_cases.cases import chatham
from hrd_cases.cases.details import Attribution, Meeting
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.errors import Tampered
from hrd_cases.keys.roles import CircleName
from tests.accounts.walk import main_of
from tests.cases.test_case_page import case_id
from tests.cases.typed import fields_of, fill
from tests.world import World

__all__ = ["case_id"]
SPEAKER, SAID, SUBSTANCE = "Counsellor Example", "the charge will fall", "The charge may not stand."


@pytest.fixture
def meeting_id(world: World, case_id: uuid.UUID) -> uuid.UUID:
    typed = {"chatham_house": "y", "substance": SUBSTANCE, "present": SPEAKER, "said_by": f"{SPEAKER}: {SAID}"}
    answer = fill(world.client("officer.cairo"), f"/cases/{case_id}/add/meeting", place="The residence", **typed)
    assert answer.status_code == 303
    return held(world, case_id).id


def held(world: World, case_id: uuid.UUID) -> Any:
    with world.acting("officer.cairo") as (session, _):
        (meeting,) = open_file(session, session.get_one(Case, case_id)).meetings
        return meeting


def pages(case_id: uuid.UUID, meeting_id: uuid.UUID) -> list[str]:
    """Everywhere a meeting is shown."""
    file = f"/cases/{case_id}"
    return [file, f"{file}/print", f"{file}/print?with=sources", f"{file}/timeline/1", f"{file}/entries/{meeting_id}",
            f"{file}/entries/{meeting_id}/correct", "/", "/cases"]  # fmt: skip


def test_the_organiser_sees_who_spoke_and_nobody_else_does_on_any_page(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    own = main_of(world.client("officer.cairo").get(f"/cases/{case_id}").text)
    assert SPEAKER in own
    assert SAID in own
    for colleague in ("deputy.cairo", "head.cairo"):
        browser = world.client(colleague)
        for path in pages(case_id, meeting_id):
            answer = browser.get(path)
            assert answer.status_code in (200, 404), path
            assert SPEAKER not in answer.text, path
            assert SAID not in answer.text, path
        page = main_of(browser.get(f"/cases/{case_id}").text)
        assert SUBSTANCE in page
        assert "Chatham House rule" in page


def test_paper_history_timeline_and_search_tell_it_not_even_to_the_organiser(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    organiser = world.client("officer.cairo")
    for path in pages(case_id, meeting_id)[1:5]:
        assert SPEAKER not in organiser.get(path).text, path
    answer = organiser.post("/search", {"text": SPEAKER, "query": SPEAKER, "words": SPEAKER, "q": SPEAKER})
    assert f"/cases/{case_id}" not in answer.text


def test_no_key_of_a_circle_opens_what_the_organiser_keeps(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    meeting = held(world, case_id).said
    kept = meeting.organisers_own
    assert SPEAKER.encode() not in kept
    assert meeting.present == ""
    with world.acting("officer.cairo") as (_, officer):
        assert chatham.own(officer, case_id, meeting_id, meeting) == Attribution(
            present=SPEAKER, said=f"{SPEAKER}: {SAID}"
        )
        with pytest.raises(Tampered):  # tied to its meeting
            chatham.own(officer, case_id, uuid.uuid4(), meeting)
    with world.acting("deputy.cairo") as (_, deputy):
        assert chatham.own(deputy, case_id, meeting_id, meeting) is None
        claimed = msgspec.structs.replace(meeting, organiser_id=deputy.member_id)
        with pytest.raises(Tampered):  # whoever calls themselves the organiser has not the organiser's secret
            chatham.own(deputy, case_id, meeting_id, claimed)


def test_the_card_of_the_case_knows_nothing_of_it(world: World, case_id: uuid.UUID, meeting_id: uuid.UUID) -> None:
    with world.acting("head.cairo") as (session, visitor):
        circle = visitor.charters.of(world.demonstration.offices["DEL_EGY"]).circle(CircleName.CASEWORK)
        (card,) = cards(session, circle.circle_id).good
        assert SPEAKER.encode() not in msgspec.msgpack.encode(card)
        sealed = [entry.details for entry in session.scalars(select(Entry).where(Entry.case_id == case_id))]
        assert all(SPEAKER.encode() not in msgspec.msgpack.encode(one) for one in sealed)


def test_a_colleague_corrects_the_substance_and_leaves_what_is_kept_as_it_was(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    deputy, path = world.client("deputy.cairo"), f"/cases/{case_id}/entries/{meeting_id}/correct"
    page = deputy.get(path)
    assert {"present", "said_by", "chatham_house"}.isdisjoint(fields_of(page.text))
    typed = {"substance": "The charge fell.", "present": "Somebody else", "said_by": "x", "chatham_house": ""}
    assert fill(deputy, path, **typed).status_code == 303
    meeting = held(world, case_id).said
    assert (meeting.substance, meeting.chatham_house, meeting.present) == ("The charge fell.", True, "")
    own = main_of(world.client("officer.cairo").get(f"/cases/{case_id}").text)
    assert SPEAKER in own
    assert "Somebody else" not in own


def test_a_meeting_that_comes_under_the_rule_later_hides_who_was_there_in_its_earlier_versions(
    world: World, case_id: uuid.UUID
) -> None:
    officer = world.client("officer.cairo")
    fill(officer, f"/cases/{case_id}/add/meeting", substance=SUBSTANCE, present=SPEAKER)
    meeting = held(world, case_id)
    path = f"/cases/{case_id}/entries/{meeting.id}"
    assert SPEAKER in world.client("deputy.cairo").get(path).text
    assert fill(officer, f"{path}/correct", chatham_house="y").status_code == 303
    for page in pages(case_id, meeting.id):
        assert SPEAKER not in world.client("deputy.cairo").get(page).text, page
    assert SPEAKER in officer.get(f"/cases/{case_id}").text


def test_the_page_of_two_versions_names_no_speaker_and_loses_none(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    organiser, path = world.client("officer.cairo"), f"/cases/{case_id}/entries/{meeting_id}/correct"
    seen = fields_of(organiser.get(path).text)
    assert fill(world.client("deputy.cairo"), path, substance="The charge fell.").status_code == 303
    answer = organiser.post(path, seen | {"said_by": f"{SPEAKER}: never again"})
    assert answer.status_code == 409
    assert SPEAKER not in main_of(answer.text)
    assert "What is kept for you alone is not shown here." in main_of(answer.text)
    assert organiser.post(path, fields_of(answer.text)).status_code == 303
    assert "never again" in main_of(organiser.get(f"/cases/{case_id}").text)


def test_who_said_what_is_refused_where_it_would_not_be_kept_for_one_alone(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    answer = fill(officer, f"/cases/{case_id}/add/meeting", substance=SUBSTANCE, said_by="He said it")
    assert answer.status_code == 422
    assert "kept only under the Chatham House rule" in main_of(answer.text)


def test_details_of_a_meeting_show_nothing_when_they_end_in_a_log(
    world: World, case_id: uuid.UUID, meeting_id: uuid.UUID
) -> None:
    meeting: Meeting = held(world, case_id).said
    assert SUBSTANCE not in repr(meeting)


def test_only_the_organiser_puts_a_meeting_under_the_rule(world: World, case_id: uuid.UUID) -> None:
    """What a colleague would keep opens for the organiser alone: for nobody then, and for nobody ever again."""
    organiser, head = world.client("officer.cairo"), world.client("head.cairo")
    assert (
        fill(organiser, f"/cases/{case_id}/add/meeting", place="R", substance="S", present=SPEAKER).status_code == 303
    )
    correct = f"/cases/{case_id}/entries/{held(world, case_id).id}/correct"
    assert 'name="chatham_house"' not in head.get(correct).text
    assert 'name="said_by"' not in head.get(correct).text
    assert fill(head, correct, chatham_house="y", substance="S, as we heard").status_code == 303
    now = held(world, case_id).said
    assert (now.chatham_house, now.present, now.substance) == (False, SPEAKER, "S, as we heard")
    assert fill(organiser, correct, chatham_house="y").status_code == 303
    assert SPEAKER in organiser.get(f"/cases/{case_id}").text
    assert organiser.get(correct).status_code == 200
    assert SPEAKER not in head.get(f"/cases/{case_id}").text
