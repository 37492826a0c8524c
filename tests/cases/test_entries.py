"""What officers write into a file: added, corrected, never overwritten; of two who correct the same, nobody loses."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
import pytest
import time_machine
from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.cases.details import (
    Action,
    Contact,
    Details,
    Incident,
    Meeting,
    Note,
    Person,
    Profile,
    SaidBy,
    Source,
    SourceMark,
    Task,
)
from hrd_cases.cases.facts import contact_due_on
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.views import entering
from hrd_cases.cases.writing import correct
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Changed
from hrd_cases.keys.roles import CircleName
from tests.accounts.walk import Person as Walker
from tests.accounts.walk import count, main_of
from tests.cases.conftest import Recording, recorded
from tests.cases.test_case_page import case_id
from tests.cases.typed import fields_of, fill
from tests.pages.markup import faults
from tests.world import World

__all__ = ["case_id"]
MINUTE = 60


@pytest.fixture
def clock(world: World) -> Iterator[time_machine.Traveller]:
    """A clock that tests move; it stands still between moves."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


CAIRO = ("officer.cairo", "deputy.cairo")


def file_of(world: World, case_id: uuid.UUID, sign_in: str = "officer.cairo") -> File:
    with world.acting(sign_in) as (session, _):
        file = open_file(session, session.get_one(Case, case_id))
        assert [entry.details for entry in file.entries]
        return file


def reminded_on(world: World, case_id: uuid.UUID) -> date | None:
    with world.acting("officer.cairo") as (session, _):
        return contact_due_on(open_file(session, session.get_one(Case, case_id)))


def told(world: World, case_id: uuid.UUID, thing: Any) -> Any:
    """What stands under the sources' key."""
    with world.acting("officer.cairo") as (session, _):
        return open_file(session, session.get_one(Case, case_id)).sourced(thing.id)


def only(world: World, case_id: uuid.UUID, kind: type[Any]) -> Any:
    (one,) = file_of(world, case_id).all(kind)
    return one


def path_of(case_id: uuid.UUID, thing: Any, act: str = "correct") -> str:
    return f"/cases/{case_id}/entries/{thing.id}/{act}"


ADDED: list[tuple[str, dict[str, Any], type[Any], dict[str, Any]]] = [
    ("person", {"role": "family", "names": "مريم المثال\nMariam", "relation": "Sister", "ways-0-kind": "phone",
                "ways-0-value": "+20 1", "ways-0-use": "never"}, Person, {"names": ("مريم المثال", "Mariam")}),
    ("incident", {"text": "A raid.", "types": ["raid", "arrest"], "when-month": "5", "when-year": "2026"},
     Incident, {"types": ("arrest", "raid")}),
    ("contact", {"with_whom": "lawyer", "channel": "phone", "text": "She is well."}, Contact, {"with_whom": "lawyer"}),
    ("meeting", {"substance": "The charges were explained.", "present": "The lawyer"}, Meeting,
     {"present": "The lawyer"}),
    ("action", {"kind": "call_defender", "state": "done", "text": "Asked"}, Action, {"kind": "call_defender"}),
    ("task", {"what": "Ring the court", "due_on-day": "3", "due_on-month": "12", "due_on-year": "2026"}, Task,
     {"what": "Ring the court"}),
    ("note", {"text": "السطر الأول\nثان"}, Note, {"text": "السطر الأول\nثان"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "details", "says"), ADDED, ids=[row[0] for row in ADDED])
def test_what_an_officer_adds_stands_on_the_page(
    world: World, case_id: uuid.UUID, kind: str, typed: dict[str, Any], details: type[Any], says: dict[str, Any]
) -> None:
    officer = world.client("officer.cairo")
    assert fill(officer, f"/cases/{case_id}/add/{kind}", **typed).location == f"/cases/{case_id}"
    added = file_of(world, case_id).all(details)[-1].said
    for name, value in says.items():
        found = getattr(added, name)
        assert (sorted(found) if name == "types" else found) == (sorted(value) if name == "types" else value)
    page = main_of(world.client("deputy.cairo").get(f"/cases/{case_id}").text)
    word = next(iter(says.values()))
    assert (
        kind in ("action", "contact", "incident") or (word if isinstance(word, str) else word[0]).split("\n")[0] in page
    )


def test_what_is_corrected_can_still_be_read(world: World, case_id: uuid.UUID) -> None:
    incident = only(world, case_id, Incident)
    officer, deputy = (world.client(one) for one in CAIRO)
    assert fill(deputy, path_of(case_id, incident), text="Taken at dawn.", types=["arrest"]).status_code == 303
    corrected = only(world, case_id, Incident)
    assert (corrected.said.text, corrected.id, corrected.corrected) == ("Taken at dawn.", incident.id, True)
    history = main_of(officer.get(f"/cases/{case_id}/entries/{incident.id}").text)
    assert history.index("Taken at dawn.") < history.index("Taken.")
    assert "deputy.cairo" in history
    assert "officer.cairo" in history
    timeline = main_of(officer.get(f"/cases/{case_id}/timeline/1").text)
    assert "Corrected later" in timeline
    assert "All versions" in timeline


def test_what_a_form_has_no_field_for_stays_as_it_was(world: World, case_id: uuid.UUID) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        file = open_file(session, session.get_one(Case, case_id))
        profile = file.last(Profile)
        assert profile is not None
        more = msgspec.structs.replace(profile.said, contact_paused=True, death_sentence=True)
        correct(session, visitor, file, profile.entry.id, more, datetime.now(UTC))
    profile = only(world, case_id, Profile)
    assert fill(world.client("deputy.cairo"), path_of(case_id, profile), next_step="Ring the court").status_code == 303
    said = only(world, case_id, Profile).said
    assert (said.next_step, said.contact_paused, said.death_sentence, said.country) == (
        "Ring the court",
        True,
        True,
        "EG",
    )


def test_other_alone_says_nothing(world: World, case_id: uuid.UUID) -> None:
    answer = fill(world.client("officer.cairo"), f"/cases/{case_id}/add/incident", text="Something", types=["other"])
    assert answer.status_code == 422
    assert "Write what it is." in main_of(answer.text)
    assert fields_of(answer.text)["text"] == ["Something"]


def test_a_second_profile_and_unknown_kinds_are_not_there(world: World, case_id: uuid.UUID) -> None:
    for kind in ("profile", "conversation", "..", "life"):
        assert world.client("officer.cairo").get(f"/cases/{case_id}/add/{kind}").status_code == 404
    other = uuid.uuid4()
    assert world.client("officer.minsk").get(f"/cases/{case_id}").status_code == 404
    assert world.client("officer.cairo").get(f"/cases/{case_id}/entries/{other}/correct").status_code == 404


# -- sources


def test_who_told_us_is_sealed_apart_and_the_file_has_a_mark_only(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    typed = {"label": "A neighbour", "name": "Source Example", "reliability": "likely", "never": "Never write"}
    assert fill(officer, f"/cases/{case_id}/add/source", **typed).status_code == 303
    source = only(world, case_id, SourceMark)
    assert source.said == SourceMark(label="A neighbour")
    assert isinstance(told(world, case_id, source), Source)
    incident = only(world, case_id, Incident)
    assert fill(officer, path_of(case_id, incident), source_ids=[str(source.id)]).status_code == 303
    assert told(world, case_id, incident) == SaidBy(source_ids=(source.id,))
    page = main_of(officer.get(f"/cases/{case_id}").text)
    assert "Sources only Told by: Source Example" in page, "said where it stands, or somebody reads it aloud"
    assert "A neighbour Sources only Source Example · Likely" in page, "what the file calls them, and who it is"
    assert page.count("Sources only") == 2
    history = main_of(officer.get(f"/cases/{case_id}/entries/{source.id}").text)
    assert "Name, or what you call them Sources only Source Example" in history
    assert "What the file calls them A neighbour" in history
    assert "Source Example" not in main_of(officer.get(f"/cases/{case_id}/print").text)
    assert "Source Example" in main_of(officer.get(f"/cases/{case_id}/print?with=sources").text)
    assert "Source Example" not in main_of(officer.get(f"/cases/{case_id}/timeline/1").text)
    # Correcting something else of it leaves who told us as it was.
    assert fill(officer, path_of(case_id, incident), text="Taken at noon.").status_code == 303
    assert "Sources only Told by: Source Example" in main_of(officer.get(f"/cases/{case_id}").text)


def test_who_cannot_open_the_sources_corrects_the_rest_and_loses_none_of_them(
    world: World, case_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, incident = world.client("officer.cairo"), only(world, case_id, Incident)
    fill(officer, f"/cases/{case_id}/add/source", label="A neighbour", name="Source Example")
    source = only(world, case_id, SourceMark)
    fill(officer, path_of(case_id, incident), source_ids=[str(source.id)])
    with monkeypatch.context() as without:
        without.setattr(Visitor, "in_circle", lambda _self, _office, name: name is not CircleName.SOURCES)
        deputy = world.client("deputy.cairo")
        page = main_of(deputy.get(f"/cases/{case_id}").text)
        assert "Who told us opens with the sources’ key." in page
        assert "A neighbour" in page
        assert "Source Example" not in page
        assert "source_ids" not in fields_of(deputy.get(path_of(case_id, incident)).text)
        assert fill(deputy, path_of(case_id, incident), text="Taken at noon.").status_code == 303
        assert deputy.get(f"/cases/{case_id}/add/source").status_code == 403
        for path in (f"/cases/{case_id}/print?with=sources", f"/cases/{case_id}/entries/{source.id}"):
            assert "Source Example" not in deputy.get(path).text
    assert told(world, case_id, incident) == SaidBy(source_ids=(source.id,))
    assert "Sources only Told by: Source Example" in main_of(officer.get(f"/cases/{case_id}").text)


# -- two at once


def test_the_second_of_two_sees_both_versions_and_loses_nothing(world: World, case_id: uuid.UUID) -> None:
    incident = only(world, case_id, Incident)
    officer, deputy = (world.client(one) for one in CAIRO)
    path = path_of(case_id, incident)
    seen = fields_of(deputy.get(path).text)
    assert fill(officer, path, text="Taken from the office.", place="Giza").status_code == 303
    answer = deputy.post(path, seen | {"text": "أُخذت من البيت", "types": ["arrest", "raid"]})
    assert answer.status_code == 409
    page = main_of(answer.text)
    assert "Taken from the office." in page
    assert "أُخذت من البيت" in page
    assert "officer.cairo" in page
    assert "Giza" in page
    assert only(world, case_id, Incident).said.text == "Taken from the office."
    mine = fields_of(answer.text)
    assert sorted(mine["types"]) == ["arrest", "raid"]
    assert deputy.post(path, mine).status_code == 303
    assert only(world, case_id, Incident).said.text == "أُخذت من البيت"
    assert [cast(Incident, entry.details).text for entry in file_of(world, case_id).versions(incident.id)] == [
        "Taken.", "Taken from the office.", "أُخذت من البيت"]  # fmt: skip


def test_an_entry_of_another_thing_corrects_nothing_here(world: World, case_id: uuid.UUID) -> None:
    incident, defender = only(world, case_id, Incident), only(world, case_id, Person)
    officer = world.client("officer.cairo")
    assert fill(officer, path_of(case_id, incident), made_from=str(defender.id)).status_code == 404
    assert fill(officer, path_of(case_id, incident), made_from="nothing").status_code == 404


def both_press(world: World, case_id: uuid.UUID, thing: Any) -> list[str]:
    """Two officers correct the same entry in the same moment, each in a session of their own."""
    read, ended = threading.Barrier(2, timeout=20), []

    def press(sign_in: str) -> None:
        with world.app.app_context():
            try:
                with world.acting(sign_in) as (session, visitor):
                    file = open_file(session, session.get_one(Case, case_id))
                    if world.house.database.main.engine.dialect.name == "postgresql":
                        read.wait()  # on SQLite there is one writer at a time: the second reads what the first wrote
                    said: Details = msgspec.structs.replace(thing.said, text=sign_in)
                    correct(session, visitor, file, thing.entry.id, said, datetime.now(UTC))
                ended.append(sign_in)
            except Changed:
                ended.append("changed")

    threads = [threading.Thread(target=press, args=(one,)) for one in CAIRO]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended


def _in_the_same_moment(world: World) -> None:
    case_id = Recording(world).by("officer.cairo", recorded("EG", "Salma Example")).case_id
    assert case_id is not None
    incident = only(world, case_id, Incident)
    ended = both_press(world, case_id, incident)
    assert sorted(one == "changed" for one in ended) == [False, True]
    stands = only(world, case_id, Incident)
    assert stands.said.text in CAIRO
    assert len(file_of(world, case_id).versions(incident.id)) == 2


def test_of_two_in_the_same_moment_one_learns_of_the_other(world: World) -> None:
    _in_the_same_moment(world)


def test_of_two_in_the_same_moment_one_learns_of_the_other_on_postgres(world_on_postgres: World) -> None:
    _in_the_same_moment(world_on_postgres)


def test_mine_on_top_puts_only_what_i_changed_over_the_newer_version(world: World, case_id: uuid.UUID) -> None:
    incident = only(world, case_id, Incident)
    officer, deputy = (world.client(one) for one in CAIRO)
    path = path_of(case_id, incident)
    seen = fields_of(deputy.get(path).text)
    fill(officer, path, text="Taken from the office.", place="Giza", evidence="A film", types=["raid"])
    answer = deputy.post(path, seen | {"text": "Taken at home.", "perpetrator_note": "In plain clothes"})
    page = main_of(answer.text)
    assert "What happened (both of you changed this: yours would stand)" in page
    assert "Where (you did not change this: theirs stays)" in page
    assert "(only you changed this: yours is added)" in page
    # Somebody writes once more before the second press.
    fill(officer, path, other_victims="Her driver")
    again = deputy.post(path, fields_of(answer.text))
    assert again.status_code == 409
    assert "Her driver" in main_of(again.text)
    saved = deputy.post(path, fields_of(again.text))
    assert saved.status_code == 303
    said = only(world, case_id, Incident).said
    assert (said.text, said.perpetrator_note) == ("Taken at home.", "In plain clothes")
    assert (said.place, said.evidence, said.types, said.other_victims) == ("Giza", "A film", ("raid",), "Her driver")


def test_of_a_long_text_that_two_changed_both_can_be_kept(world: World, case_id: uuid.UUID) -> None:
    """Nobody gives up a story or copies it by hand: theirs stands first, mine after it, and both are one press away."""
    incident = only(world, case_id, Incident)
    officer, deputy = (world.client(one) for one in CAIRO)
    path = path_of(case_id, incident)
    seen = fields_of(deputy.get(path).text)
    fill(officer, path, text="Taken from the office.\nBy four men.", place="Giza", evidence="A film")
    answer = deputy.post(path, seen | {"text": "Taken at home.", "place": "Cairo"})
    assert faults(answer.text) == []
    both = fields_of(answer.text, nth=0)
    assert both["text"] == ["Taken from the office.\nBy four men.\n\nTaken at home."]
    too_long = deputy.post(path, both | {"text": "x" * 20_001})
    assert too_long.status_code == 422
    assert fields_of(too_long.text)["typed_over"] == both["typed_over"], "what they changed besides is not overwritten"
    assert deputy.post(path, fields_of(too_long.text) | {"text": both["text"]}).status_code == 303
    said = only(world, case_id, Incident).said
    assert said.text == "Taken from the office.\nBy four men.\n\nTaken at home."
    assert (said.place, said.evidence) == ("Cairo", "A film")


def test_both_texts_are_offered_only_where_both_changed_a_long_one(world: World, case_id: uuid.UUID) -> None:
    incident = only(world, case_id, Incident)
    officer, deputy = (world.client(one) for one in CAIRO)
    path = path_of(case_id, incident)
    seen = fields_of(deputy.get(path).text)
    fill(officer, path, text="Taken from the office.", place="Giza")
    answer = deputy.post(path, seen | {"place": "Cairo", "evidence": "A film"})
    assert answer.status_code == 409
    assert "Keep both texts" not in answer.text


def test_names_that_two_wrote_are_joined_line_by_line(world: World, case_id: uuid.UUID) -> None:
    person = only(world, case_id, Person)
    officer, deputy = (world.client(one) for one in CAIRO)
    path = path_of(case_id, person)
    seen = fields_of(deputy.get(path).text)
    first = person.said.names[0]
    fill(officer, path, names=f"{first}\nTheir spelling")
    answer = deputy.post(path, seen | {"names": f"{first}\nMy spelling"})
    assert deputy.post(path, fields_of(answer.text, nth=0)).status_code == 303
    assert only(world, case_id, Person).said.names == (first, "Their spelling", "My spelling")


def test_on_top_of_a_version_there_is_not_nothing_is_put(world: World, case_id: uuid.UUID) -> None:
    incident = only(world, case_id, Incident)
    officer = world.client("officer.cairo")
    typed = fields_of(officer.get(path_of(case_id, incident)).text)
    for over in (str(uuid.uuid4()), str(only(world, case_id, Profile).id), "nonsense"):
        assert officer.post(path_of(case_id, incident), typed | {"typed_over": over}).status_code == 404


def test_a_promise_made_meanwhile_is_kept_by_whoever_saves_on_top(world: World, case_id: uuid.UUID) -> None:
    """Who took part was written openly; then the organiser put the meeting under the rule: a colleague's older form
    brings back neither names nor the open version.
    """
    officer, deputy = (world.client(one) for one in CAIRO)
    fill(officer, f"/cases/{case_id}/add/meeting", place="A hotel", substance="What came out", present="An open name")
    path = path_of(case_id, only(world, case_id, Meeting))
    seen = fields_of(deputy.get(path).text)
    assert fill(officer, path, chatham_house="y", said_by="She said it").status_code == 303
    answer = deputy.post(path, seen | {"present": "An open name, and another", "place": "A café"})
    assert answer.status_code == 409
    assert "An open name" not in main_of(answer.text)
    assert deputy.post(path, fields_of(answer.text)).status_code == 303
    said = only(world, case_id, Meeting).said
    assert (said.place, said.present, said.chatham_house) == ("A café", "", True)
    page = main_of(officer.get(f"/cases/{case_id}").text)
    assert "She said it" in page
    assert "An open name" in page


def _page_of_the_same_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second read the file before the first had committed: the table alone tells them apart."""
    case_id = Recording(world).by("officer.cairo", recorded("EG", "Salma Example")).case_id
    assert case_id is not None
    incident = only(world, case_id, Incident)
    path, deputy = path_of(case_id, incident), world.client("deputy.cairo")
    seen = fields_of(deputy.get(path).text)
    assert fill(world.client("officer.cairo"), path, text="Theirs.").status_code == 303

    def read_before(session: Any, case: Case, *, anew: bool = False) -> File:
        file = open_file(session, case, anew=anew)
        return file if anew else File(case, [one for one in file.entries if one.corrects_id != incident.id])

    with monkeypatch.context() as earlier:
        earlier.setattr(entering, "open_file", read_before)
        answer = deputy.post(path, seen | {"text": "Mine."})
    assert answer.status_code == 409
    assert {"Theirs.", "Mine."} <= set(main_of(answer.text).split())
    assert deputy.post(path, fields_of(answer.text)).status_code == 303
    assert only(world, case_id, Incident).said.text == "Mine."


def test_the_page_shows_both_versions_when_both_pressed_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _page_of_the_same_moment(world, monkeypatch)


def test_the_page_shows_both_versions_when_both_pressed_at_once_on_postgres(
    world_on_postgres: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page_of_the_same_moment(world_on_postgres, monkeypatch)


# -- a session that ends


def test_a_correction_typed_into_a_session_that_ended_comes_back_and_is_saved(
    world: World, case_id: uuid.UUID, clock: time_machine.Traveller
) -> None:
    incident = only(world, case_id, Incident)
    path = path_of(case_id, incident)
    officer = Walker(world, "officer.cairo")
    officer.sign_in_now()
    typed = fields_of(officer.open(path).text) | {"text": "Taken, and her sister too.", "types": ["arrest", "raid"]}
    clock.shift(20 * MINUTE)
    assert officer.browser.post(path, typed).status_code == 401
    assert officer.unlock().location == "/not-sent"

    (kept,) = re.findall(r'href="(/not-sent/[0-9a-f-]{36})"', officer.open("/not-sent").text)
    assert "Taken, and her sister too." in main_of(officer.open(kept).text)
    page = officer.open(kept).text
    form_id = kept.rsplit("/", 1)[-1]
    assert form_id in page
    assert officer.browser.post(path, typed | {"kept_form": form_id}).status_code == 303
    page = main_of(officer.open(f"/cases/{case_id}").text)
    assert "Taken, and her sister too." in page
    assert "Arrest or detention and Raid" in page
    assert count(world, Event.FORM_SENT) == 1


# -- tasks


def test_a_task_that_a_rule_raised_is_done_when_the_file_has_what_it_asked_for(
    world: World, case_id: uuid.UUID
) -> None:
    def rules() -> set[str]:
        return {task.said.rule for task in file_of(world, case_id).open_tasks}

    def way(use: str) -> dict[str, str]:
        return {"ways-0-kind": "phone", "ways-0-value": "+20 1", "ways-0-use": use}

    assert {"sort_incident", "ways_to_reach"} <= rules()
    officer = world.client("officer.cairo")
    fill(officer, path_of(case_id, only(world, case_id, Incident)), types=["arrest"])
    assert "sort_incident" not in rules()
    fill(officer, path_of(case_id, only(world, case_id, Person)), never="Never phone.")
    assert "ways_to_reach" in rules(), "what never to do is no way to reach them"
    fill(officer, path_of(case_id, only(world, case_id, Person)), **way("never"))
    assert "ways_to_reach" in rules(), "nor is a telephone that is never to be rung"
    fill(officer, path_of(case_id, only(world, case_id, Person)), **way("safe"))
    assert "ways_to_reach" not in rules()
    assert "confirm_eligibility" in rules()


def test_a_task_is_done_by_one_press_and_can_be_taken_up_again(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    fill(officer, f"/cases/{case_id}/add/task", what="Ring the court")
    task = file_of(world, case_id).all(Task)[-1]
    assert officer.get(path_of(case_id, task, "done")).status_code == 200
    assert officer.post(path_of(case_id, task, "done")).location == f"/cases/{case_id}"
    assert file_of(world, case_id).all(Task)[-1].said.done_at is not None
    assert officer.post(path_of(case_id, task, "done")).status_code == 303  # pressed twice: still done
    page = fields_of(officer.get(path_of(case_id, task)).text)
    officer.post(path_of(case_id, task), {name: value for name, value in page.items() if name != "done"})
    assert file_of(world, case_id).all(Task)[-1].said.done_at is None


# -- a death


def test_a_death_is_recorded_calmly_and_nobody_is_reminded_of_contact(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    assert reminded_on(world, case_id) is not None
    defender = only(world, case_id, Person)
    died = {"died_on-day": "", "died_on-month": "11", "died_on-year": "2026"}
    assert fill(officer, path_of(case_id, defender), **died).status_code == 303
    page = main_of(officer.get(f"/cases/{case_id}").text)
    assert "Their death is recorded. Nobody is reminded of contact with them any more." in page
    assert "Died November 2026" in page
    assert reminded_on(world, case_id) is None
    assert only(world, case_id, Person).said.role == "defender"


# -- outward acts keep to their gate


def test_the_form_for_acts_inside_offers_no_outward_act(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    answer = fill(officer, f"/cases/{case_id}/add/action", kind="statement", state="done")
    assert answer.status_code == 422
    assert file_of(world, case_id).actions == []


def test_an_outward_act_that_was_planned_is_not_done_by_correcting_it(world: World, case_id: uuid.UUID) -> None:
    from hrd_cases.cases.writing import write

    with world.acting("officer.cairo") as (session, visitor):
        planned = Action(kind="statement", state="planned", when=datetime.now(UTC), purpose="public_statement")
        case = session.scalars(select(Case).where(Case.id == case_id)).one()
        write(session, visitor, case, planned, datetime.now(UTC))
    action = only(world, case_id, Action)
    officer = world.client("officer.cairo")
    page = f"/cases/{case_id}/actions/{action.id}"
    assert officer.get(path_of(case_id, action)).location == page
    typed = {"kind": "call_defender", "state": "done", "made_from": str(action.id)}
    assert officer.post(path_of(case_id, action), typed).location == page
    said = only(world, case_id, Action).said
    assert (said.kind, said.state) == ("statement", "planned")
    assert page in officer.get(f"/cases/{case_id}").text
