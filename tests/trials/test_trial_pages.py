"""The pages of a trial, sent as a browser without scripts sends them."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text

from hrd_cases.cases.details import Profile
from hrd_cases.cases.models import Case
from hrd_cases.trials.details import Charge
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from tests.attacks.past_our_code import tables
from tests.cases.acting import Filed, days, sentences
from tests.cases.typed import fields_of, fill
from tests.pages.markup import faults
from tests.trials.its_files import add, ties
from tests.trials.test_mending import alarms
from tests.trials.trying import DEPUTY, OFFICER, Tried, held, in_days, today
from tests.world import World


def page(tried: Tried, rest: str = "", who: str = OFFICER) -> str:
    answer = tried.world.client(who).get(f"/trials/{tried.id}{rest}")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return sentences(answer.text)


def on_file(file: Filed) -> str:
    answer = file.world.client(OFFICER).get(f"/cases/{file.id}")
    assert answer.status_code == 200
    return sentences(answer.text)


def begun(world: World) -> list[uuid.UUID]:
    with world.acting(OFFICER) as (session, _officer):
        return list(session.scalars(select(Proceeding.id)))


# -- begun


def test_a_trial_is_recorded_from_a_case_file_and_stands_on_its_page(world: World, file: Filed) -> None:
    officer = world.client(OFFICER)
    assert f'href="/cases/{file.id}/trials/new"' in officer.get(f"/cases/{file.id}").text
    typed = {
        "court": "محكمة جنايات القاهرة",
        "court_type": "special",
        "number": "12/2026",
        "stage": "trial",
        "charges-0-text": "Spreading false news",
        "charges-0-articles": "188",
        "charges-1-text": "Joining a banned group",
        "language": "Arabic",
        "legal_aid": "own_counsel",
        "counsel": "A lawyer",
        "death_penalty_possible": "y",
    }
    answer = fill(officer, f"/cases/{file.id}/trials/new", **typed)
    assert answer.status_code == 303
    shown = sentences(officer.get(answer.location).text)
    for words in ("محكمة جنايات القاهرة", "Special or exceptional court", "12/2026", "Stage: Trial", "A lawyer"):
        assert words in shown
    assert "Spreading false news ( 188 )" in shown
    assert "A charge carries the death penalty" in shown
    assert "Language Arabic" in shown
    on_case = sentences(officer.get(f"/cases/{file.id}").text)
    assert "محكمة جنايات القاهرة" in on_case
    assert "No hearing is ahead" in on_case


def test_sent_twice_it_is_one_trial(world: World, file: Filed) -> None:
    officer = world.client(OFFICER)
    path = f"/cases/{file.id}/trials/new"
    typed = fields_of(officer.get(path).text) | {"court": "A court"}
    first, second = officer.post(path, typed), officer.post(path, typed)
    assert first.location == second.location
    assert len(begun(world)) == len(ties(file)) == 1
    assert officer.post(path, typed | {"court": "Another court"}).location != first.location


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world: World, file: Filed) -> None:
    officer = world.client(OFFICER)
    answer = fill(officer, f"/cases/{file.id}/trials/new", counsel="A lawyer")
    assert answer.status_code == 422
    assert "Neither a court nor a charge is given." in sentences(answer.text)
    assert fields_of(answer.text)["counsel"] in ("A lawyer", ["A lawyer"])
    other = fill(officer, f"/cases/{file.id}/trials/new", court="A court", court_type="other")
    assert "“Other” alone says nothing." in sentences(other.text)
    assert begun(world) == []


ZONES = [("EG", "Africa/Cairo"), ("JO", "Asia/Amman"), ("BR", "")]


@pytest.mark.parametrize(("country", "zone"), ZONES)
def test_the_zone_of_the_court_is_that_of_the_file_s_country(
    world: World, file: Filed, country: str, zone: str
) -> None:
    """Where a country has several, whoever records it chooses: hearings are set by the clocks of the court."""
    file.change(Profile, country=country)
    form = fields_of(world.client(OFFICER).get(f"/cases/{file.id}/trials/new").text)
    assert form["zone"] in (zone, [zone])


# -- its page


def test_the_next_hearing_stands_first_by_both_clocks(world: World, tried: Tried) -> None:
    tried.schedule(30)
    tried.schedule(9, when=in_days(9, time(9, 30), "Europe/Vienna"), room="Hall 4")
    shown = page(tried)
    first = shown.partition("What they are accused of")[0]
    assert "09:30 at the court (Vienna)" in first
    assert "By your clocks:" in first
    assert "Hall 4" in first
    assert "Nobody goes yet" in first
    assert "1 more hearing is ahead." in first


def test_hearings_stand_as_a_chain_with_how_long_between_them(tried: Tried) -> None:
    first = tried.schedule(2)
    second = tried.act(first, Act.ADJOURN, reason="judge_absent", new=in_days(19)).next_id
    assert second is not None
    tried.act(second, Act.ADJOURN_SINE_DIE, reason="no_time")
    shown = page(tried)
    assert "17 days after the one before" in shown
    assert "Adjourned Judge or panel absent" in shown
    assert "No new date yet Since" in shown.partition("What they are accused of")[0]


def test_whoever_is_elsewhere_knows_of_no_trial(world: World, tried: Tried) -> None:
    for who in ("officer.minsk", "head.minsk", "auditor.hq", "desk.hq", "observer.a"):
        for rest in ("", "/correct", "/before", "/files", "/stage/charged"):
            assert world.client(who).get(f"/trials/{tried.id}{rest}").status_code == 404, (who, rest)
    assert world.client(OFFICER).get(f"/trials/{uuid.uuid4()}").status_code == 404


def test_what_is_missing_of_a_trial_is_said_on_its_page_and_on_the_file_s(tried: Tried, file: Filed) -> None:
    set_ = tried.schedule()
    with tables(tried.world) as session:
        session.execute(text("DELETE FROM proceeding_entries WHERE id = :id"), {"id": set_.hex})
    assert "Something of this trial is missing or failed its check" in page(tried)
    assert "Something of this trial is missing." in on_file(file)
    with tables(tried.world) as session:
        session.execute(text("DELETE FROM proceeding_entries"))
    for rest in ("", "/correct", "/files", "/before", "/stage/charged"):
        answer = tried.world.client(OFFICER).get(f"/trials/{tried.id}{rest}")
        assert "failed its check" in sentences(answer.text), rest
    assert "A trial of this file cannot be read." in on_file(file)
    assert "A trial of this file cannot be read." in sentences(file.get("print").text)


def test_security_is_told_of_what_is_missing_by_every_page_that_reads_the_trial(world: World, tried: Tried) -> None:
    """Forms too: whoever writes over a gap has read it first."""
    gone, left = tried.schedule(), tried.schedule(12)
    with tables(world) as session:
        session.execute(text("DELETE FROM proceeding_entries WHERE id = :id"), {"id": gone.hex})
    for rest in ("", "/correct", "/files", "/hearings/new", f"/hearings/{left}/result", f"/hearings/{left}/act/cancel"):
        before = alarms(world)
        assert world.client(OFFICER).get(f"/trials/{tried.id}{rest}").status_code == 200, rest
        assert alarms(world) == before + 1, rest


# -- corrected


def test_of_two_who_correct_it_the_second_reads_both_and_loses_nothing(world: World, tried: Tried) -> None:
    officer, deputy = world.client(OFFICER), world.client(DEPUTY)
    path = f"/trials/{tried.id}/correct"
    seen = fields_of(deputy.get(path).text)
    assert fill(officer, path, counsel="The first lawyer", note="From the family.").status_code == 303
    answer = deputy.post(path, seen | {"note": "From the court.", "number": "12/2026"})
    assert answer.status_code == 409
    shown = sentences(answer.text)
    assert "Defence counsel (you did not change this: theirs stays)" in shown
    assert "Case number at the court (only you changed this: yours is added)" in shown
    assert "Anything else (both of you changed this: yours would stand)" in shown
    both = fields_of(answer.text, nth=0)
    assert deputy.post(path, both).status_code == 303
    now = tried.trial
    assert (now.counsel, now.number) == ("The first lawyer", "12/2026")
    assert now.note == "From the family.\n\nFrom the court."
    before = page(tried, "/before")
    assert before.count("The first lawyer") == 2
    assert "Stands now" in before


def test_what_was_not_changed_is_not_written(world: World, tried: Tried) -> None:
    answer = fill(world.client(OFFICER), f"/trials/{tried.id}/correct")
    assert answer.status_code == 303
    assert "Nothing was changed." in page(tried)
    assert tried.seen(lambda docket: len(docket.entries)) == 1


def test_charges_are_added_and_taken_away(world: World, tried: Tried) -> None:
    path = f"/trials/{tried.id}/correct"
    more = {"charges-0-text": "", "charges-0-articles": "", "charges-1-text": "Terrorism", "charges-1-articles": "86"}
    assert fill(world.client(OFFICER), path, **more).status_code == 303
    assert tried.trial.charges == (Charge(text="Terrorism", articles="86"),)


# -- from stage to stage


def test_its_stage_is_recorded_with_its_day_and_going_back_with_its_reason(world: World, tried: Tried) -> None:
    officer, here = world.client(OFFICER), f"/trials/{tried.id}"
    answer = fill(officer, f"{here}/stage/charged", **days("on", today() - timedelta(days=3)))
    assert answer.status_code == 303
    assert "The stage is recorded: Charged." in page(tried)
    back = fill(officer, f"{here}/stage/investigation")
    assert back.status_code == 422
    assert "A proceeding goes back or is terminated for a reason." in sentences(back.text)
    assert fill(officer, f"{here}/stage/investigation", reason="The indictment was withdrawn.").status_code == 303
    assert "Investigation – The indictment was withdrawn." in page(tried)
    no_way = fill(officer, f"{here}/stage/final", reason="Over.")
    assert no_way.status_code == 422
    assert "does not go from “Investigation” to “Final”" in sentences(no_way.text)
    assert officer.get(f"{here}/stage/nowhere").status_code == 404


def test_of_two_who_record_a_stage_the_second_is_told(world: World, tried: Tried) -> None:
    deputy, path = world.client(DEPUTY), f"/trials/{tried.id}/stage/charged"
    seen = fields_of(deputy.get(path).text)
    assert fill(world.client(OFFICER), f"/trials/{tried.id}/correct", counsel="A lawyer").status_code == 303
    answer = deputy.post(path, seen)
    assert answer.status_code == 422
    assert "Somebody wrote of this trial first." in sentences(answer.text)
    assert deputy.post(path, fields_of(answer.text)).status_code == 303
    assert (tried.trial.stage, tried.trial.counsel) == ("charged", "A lawyer")


# -- its files


def references(world: World, files: list[Filed]) -> list[str]:
    with world.acting(OFFICER) as (session, _officer):
        return [session.get_one(Case, one.id).reference for one in files]


def test_a_list_of_references_is_pasted_and_all_join(world: World, tried: Tried) -> None:
    files = [Filed(world, OFFICER, "EG", f"Accused {number}") for number in range(12)]
    officer, path = world.client(OFFICER), f"/trials/{tried.id}/files"
    wrong = "BBBBB-BBBBB"
    pasted = "\n".join([*(one.lower() for one in references(world, files)), wrong])
    asked = officer.post(path, {"sought": pasted, "act": "look"})
    assert asked.status_code == 200
    assert asked.text.count(" checked") == 12
    answer = officer.post(path, {"sought": pasted, "act": "add", "chosen": [str(one.id) for one in files]})
    assert answer.status_code == 303
    assert "12 files joined the trial." in page(tried)
    assert len(tried.trial.files) == 13
    assert "Whom it is about Add files 13 files" in page(tried)


def test_names_are_looked_for_and_ticked_by_hand(world: World, tried: Tried, other: Filed) -> None:
    officer, path = world.client(OFFICER), f"/trials/{tried.id}/files"
    asked = officer.post(path, {"sought": "Karim", "act": "look"})
    assert "Karim Namudhaj ·" in sentences(asked.text)
    assert " checked" not in asked.text
    exact = officer.post(path, {"sought": "karim  namudhaj\nNobody Ofthisname", "act": "look"})
    assert " checked" in exact.text, "the only one who is called exactly so"
    assert "No file that can join is found by “Nobody Ofthisname”." in sentences(exact.text)
    assert "found by “karim" not in sentences(exact.text)
    none = officer.post(path, {"sought": "Karim", "act": "add"})
    assert none.status_code == 422
    assert "No file is ticked." in sentences(none.text)
    assert officer.post(path, {"sought": "Karim", "act": "add", "chosen": str(other.id)}).status_code == 303
    assert other.id in tried.trial.files


NOT_OFFERED = ("closed", "already there", "elsewhere")


@pytest.mark.parametrize("why", NOT_OFFERED)
def test_only_files_that_can_join_are_offered(world: World, tried: Tried, file: Filed, other: Filed, why: str) -> None:
    meant = {"closed": other, "already there": file, "elsewhere": Filed(world, "officer.minsk", "BY", "Alena")}[why]
    if why == "closed":
        other.set_state("closed")
    with world.acting(meant.officer) as (session, _officer):
        reference = session.get_one(Case, meant.id).reference
    officer, path = world.client(OFFICER), f"/trials/{tried.id}/files"
    asked = officer.post(path, {"sought": reference, "act": "look"})
    assert f"No file that can join has the reference {reference}." in sentences(asked.text)
    sent = officer.post(path, {"sought": reference, "act": "add", "chosen": str(meant.id)})
    # Who is there already was added by the first press of the form.
    assert sent.status_code == (303 if why == "already there" else 422)
    assert tried.trial.files == (file.id,)
    assert tried.seen(lambda docket: len(docket.entries)) == 1


def test_nothing_typed_finds_nothing(world: World, tried: Tried) -> None:
    answer = world.client(OFFICER).post(f"/trials/{tried.id}/files", {"sought": " ", "act": "look"})
    assert answer.status_code == 422
    assert "Nothing was typed to look for." in sentences(answer.text)


def test_a_file_is_taken_off_with_a_reason(world: World, file: Filed, other: Filed) -> None:
    tried = Tried(world, [file, other])
    officer, path = world.client(OFFICER), f"/trials/{tried.id}/files/{other.id}/off"
    assert officer.post(path, {"reason": ""}).status_code == 422
    assert officer.post(path, {"reason": "Charges were dropped."}).status_code == 303
    assert tried.trial.files == (file.id,)
    assert officer.get(path).status_code == 404
    assert "Cairo Criminal Court" not in on_file(other)
    history = sentences(other.get("timeline/1").text)
    assert "No longer part of the trial" in history


# -- a file joins a trial that is recorded already


def test_a_file_joins_the_trial_of_somebody_else_on_file(world: World, tried: Tried, other: Filed) -> None:
    officer, path = world.client(OFFICER), f"/cases/{other.id}/trials/join"
    assert f'href="{path}"' in officer.get(f"/cases/{other.id}").text
    asked = officer.post(path, {"sought": "Salma", "act": "look"})
    assert asked.status_code == 200
    assert faults(asked.text) == []
    assert "Cairo Criminal Court · Investigation · Salma Mithal" in sentences(asked.text)
    form = {"sought": "Salma", "act": "join"}
    none = officer.post(path, form)
    assert none.status_code == 422
    assert "No trial is chosen." in sentences(none.text)
    for _twice in range(2):
        assert officer.post(path, form | {"chosen": str(tried.id)}).location == f"/trials/{tried.id}"
    assert tried.trial.files == (tried.files[0].id, other.id)
    assert len(ties(other)) == 1


NOT_FOUND = ("nobody", "Karim", "")


@pytest.mark.parametrize("sought", NOT_FOUND)
def test_no_trial_is_found_by_whoever_has_none(world: World, tried: Tried, other: Filed, sought: str) -> None:
    officer, path = world.client(OFFICER), f"/cases/{other.id}/trials/join"
    asked = officer.post(path, {"sought": sought, "act": "look"})
    assert asked.status_code == (200 if sought else 422)
    assert "Cairo Criminal Court" not in asked.text
    forged = officer.post(path, {"sought": sought or "Karim", "act": "join", "chosen": str(tried.id)})
    assert forged.status_code == 422
    assert ties(other) == []


def test_a_trial_of_another_office_is_not_joined(world: World, other: Filed) -> None:
    minsk = Filed(world, "officer.minsk", "BY", "Alena Prymer")
    elsewhere = Tried(world, [minsk], "officer.minsk", zone="Europe/Minsk")
    officer, path = world.client(OFFICER), f"/cases/{other.id}/trials/join"
    assert "Alena" not in sentences(officer.post(path, {"sought": "Alena", "act": "look"}).text).partition("Look")[0]
    sent = officer.post(path, {"sought": "Alena", "act": "join", "chosen": str(elsewhere.id)})
    assert sent.status_code == 422
    assert ties(other) == []


def test_what_is_pressed_twice_is_done_once(world: World, tried: Tried, file: Filed, other: Filed) -> None:
    officer, here = world.client(OFFICER), f"/trials/{tried.id}"
    form = fields_of(officer.get(f"{here}/stage/charged").text)
    added = {"sought": "Karim", "act": "add", "chosen": str(other.id)}
    for path, sent in ((f"{here}/stage/charged", form), (f"{here}/files", added)):
        for _twice in range(2):
            assert officer.post(path, sent).location == here, path
    for _twice in range(2):
        assert officer.post(f"{here}/files/{other.id}/off", {"reason": "A mistake."}).location == here
    assert [one.act for one in tried.versions] == ["begun", "stage", "file_added", "file_taken_off"]


# -- seen from its files


def test_every_file_shows_the_next_hearing_beside_what_comes_next(world: World, file: Filed, other: Filed) -> None:
    tried = Tried(world, [file, other])
    tried.schedule(9)
    on: date = today() + timedelta(days=9)
    for one in (file, other):
        comes = on_file(one).partition("What comes next")[2].partition("What we may do")[0]
        assert f"{on:%-d %B %Y} (in 9 days): Hearing (Main trial session) – Cairo Criminal Court" in comes
        assert "No next step" not in comes
        assert "About 2 files." in comes
        paper = sentences(one.get("print").text)
        assert f"Hearing (Main trial session): {on:%-d %B %Y} – Cairo Criminal Court" in paper
        assert paper.index("Trials") < paper.index("What we may do")


def test_today_says_at_what_hour_a_hearing_begins(world: World, file: Filed) -> None:
    tried = Tried(world, [file])
    tried.schedule(3, when=in_days(3, time(9, 30)))
    tried.schedule(4, when=in_days(4, None))
    told = sentences(world.client(OFFICER).get("/").text)
    assert "09:30 Hearing (Main trial session): Cairo Criminal Court" in told
    assert told.count("Hearing (Main trial session): Cairo Criminal Court") == 2


def test_hearings_of_which_no_court_is_known_are_not_one(world: World) -> None:
    for number in range(6):
        file = Filed(world, OFFICER, "EG", f"Accused {number}")
        Tried(world, [file], court="", charges=(Charge(text="Terrorism"),)).schedule(3)
    told = sentences(world.client(OFFICER).get("/").text)
    assert told.count("Hearing: Main trial session") == 6


def test_the_timeline_of_each_file_tells_what_happened_in_the_trial(world: World, file: Filed, other: Filed) -> None:
    tried = Tried(world, [file])
    set_ = tried.schedule(0, when=in_days(0, None))
    tried.do(add, other)
    tried.act(set_, Act.RECORD, result=held())
    fill(world.client(OFFICER), f"/trials/{tried.id}/stage/charged")
    for one in (file, other):
        answer = one.get("timeline/1")
        assert faults(answer.text) == []
        told = sentences(answer.text)
        assert "Held: Main trial session" in told
        assert "Continues on another day" in told
        assert "Hearing set: Main trial session" in told
        assert "Stage of the trial: Charged – Cairo Criminal Court" in told
        assert f'href="/trials/{tried.id}"' in answer.text
    assert "Joined the trial: Cairo Criminal Court" in sentences(other.get("timeline/1").text)
    assert "Joined the trial" not in sentences(file.get("timeline/1").text)


def test_a_file_that_is_over_begins_no_trial(world: World, file: Filed) -> None:
    file.set_state("closed")
    assert "Record a trial" not in on_file(file)
    answer = fill(world.client(OFFICER), f"/cases/{file.id}/trials/new", court="A court")
    assert answer.status_code == 422
    assert "This file is not looked after any more." in sentences(answer.text)


def test_a_hearing_whose_day_is_over_is_not_the_next_one(tried: Tried, file: Filed) -> None:
    tried.schedule(when=in_days(-400))
    passed = tried.schedule(when=in_days(-3))
    coming = tried.schedule(when=in_days(9))
    whole = tried.world.client(OFFICER).get(f"/trials/{tried.id}").text
    leads = whole.partition("What they are accused of")[0]
    assert f"/hearings/{coming}" in leads
    assert f"/hearings/{passed}/result" in leads
    for said in (page(tried), on_file(file)):
        assert "No result recorded" in said
        assert "1 earlier hearing has no result either." in said
        assert "more hearing is ahead" not in said
        assert "more hearings are ahead" not in said


def test_what_lies_long_back_is_folded(tried: Tried) -> None:
    """On a phone the page was fourteen screens long before whom it is about."""
    for number in range(6):
        tried.schedule(20 + number)
    text = tried.world.client(OFFICER).get(f"/trials/{tried.id}").text
    first, folded = text[text.index("The last first") :].split("<details", 1)
    assert first.count(f"/trials/{tried.id}/hearings/") == 3
    assert "3 earlier hearings" in sentences(folded)
    assert folded.split("</details>")[0].count(f"/trials/{tried.id}/hearings/") == 3


def test_of_a_day_that_is_past_nobody_is_missing_but_the_result(tried: Tried) -> None:
    tried.schedule(-5)
    listed = page(tried).partition("The last first")[2]
    assert "No result recorded" in listed
    assert "Nobody goes yet" not in listed
