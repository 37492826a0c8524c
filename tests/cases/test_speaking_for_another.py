"""A brother rings because his sister was taken: what he says for her counts, and it is told who said it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.details import Incident, Person
from hrd_cases.cases.spoken import SPOKEN
from tests.cases.acting import Filed, contact, days, outward, sentences, spoken
from tests.cases.test_entries import only, path_of
from tests.cases.typed import fields_of, fill
from tests.world import World

BROTHER = {"new_name": "Hassan", "new_relation": "Her brother"}
TAKEN = {"can_speak": "no", "cannot_speak": "Taken, nobody knows where"}


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, "officer.cairo", "EG", "سلمى")


def shows(file: Filed) -> str:
    return sentences(file.world.client("officer.cairo").get(f"/cases/{file.id}").text)


def defender(file: Filed) -> Person:
    return file.seen(lambda opened: opened.defender.said)


# -- can she speak for herself?


def test_the_conversation_asks_whether_they_can_speak_and_writes_it_on_the_person(file: Filed) -> None:
    page = file.get("conversation").text
    found = re.findall(r'name="can_speak"\s+type="radio"\s+value="(\w+)"[^>]*?(checked)?>', page)
    assert [value for value, _checked in found] == ["yes", "no", "unknown"]
    assert not any(checked for _value, checked in found)
    form = spoken("family", answer_raise_authorities="given", answer_media="refused", **TAKEN, **BROTHER)
    assert file.post("conversation", form).status_code == 303
    assert defender(file).cannot_speak == "Taken, nobody knows where"
    consent = sentences(file.get("consent").text)
    assert "Raise with the authorities Given" in consent
    assert "does not count" not in consent


def test_since_when_they_cannot_speak_is_written_too_and_shown_the_next_time(file: Filed) -> None:
    form = spoken("family", answer_media="given", **TAKEN, **BROTHER) | days("cannot_speak_since")
    assert file.post("conversation", form).status_code == 303
    assert defender(file).cannot_speak_since is not None
    page = file.get("conversation").text
    assert re.search(r'name="can_speak"\s+type="radio"\s+value="no"[^>]*checked', page)
    assert "Taken, nobody knows where" in page


@pytest.mark.parametrize("standing", ["family", "lawyer"])
def test_whoever_speaks_for_them_is_recorded_only_with_an_answer(file: Filed, standing: str) -> None:
    answer = file.post("conversation", spoken(standing, answer_media="given", **BROTHER) | {"can_speak": ""})
    assert answer.status_code == 422
    assert re.search(r'<a href="#can_speak">[^<]*Say whether they can speak for themselves', answer.text)
    answer = file.post("conversation", spoken(standing, answer_media="given", can_speak="no", **BROTHER))
    assert answer.status_code == 422
    assert re.search(r'<a href="#cannot_speak">[^<]*Write why they cannot', answer.text)
    assert file.seen(lambda opened: len(opened.people)) == 1


def test_nobody_is_asked_of_who_speaks_for_themselves(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_media="given") | TAKEN).status_code == 303
    assert defender(file).cannot_speak == ""


def test_that_they_can_speak_again_is_written_in_the_same_act(file: Filed) -> None:
    file.change(Person, cannot_speak="Held")
    form = spoken("family", answer_media="given", can_speak="yes", **BROTHER)
    assert file.post("conversation", form).status_code == 303
    assert defender(file).cannot_speak == ""


def test_not_known_leaves_the_person_as_it_stands(file: Filed) -> None:
    file.change(Person, cannot_speak="Held")
    form = spoken("family", answer_media="given", can_speak="unknown", **BROTHER)
    assert file.post("conversation", form).status_code == 303
    assert defender(file).cannot_speak == "Held"


def test_a_no_that_counts_from_now_on_stops_what_is_planned(file: Filed) -> None:
    file.talk(ago=timedelta(days=2), public_statement="given")
    assert file.post("act", outward("statement")).status_code == 303
    file.talk(ago=timedelta(hours=3), standing="family", public_statement="refused")
    assert [one.said.state for one in file.actions] == ["planned"]
    form = spoken("family", speaker_id=str(file.speaker("family")), answer_media="given", **TAKEN)
    assert file.post("conversation", form).status_code == 303
    assert [one.said.state for one in file.actions] == ["stopped"]


# -- the words to read out


@pytest.mark.parametrize("language", SPOKEN)
def test_the_words_for_whoever_speaks_for_another_stand_beside_the_others(file: Filed, language: str) -> None:
    page = file.get(f"conversation?words={language}").text
    said, told = SPOKEN[language], SPOKEN[language].for_another
    assert list(told.questions) == list(PURPOSES)
    for words in (told.opening, told.closing, *told.questions.values()):
        assert f">{words}</p>" in page
    assert not set(told.questions.values()) & set(said.questions.values())


# -- what was said, by whom, and whether it counts


@pytest.mark.parametrize(("answer", "told"), [("given", "said yes"), ("refused", "said no")])
def test_what_does_not_count_is_told_with_who_said_it_and_why(file: Filed, answer: str, told: str) -> None:
    file.talk(standing="family", public_statement=answer)
    why = "What was said for them does not count: family or lawyer speaks only while the person cannot."
    page, consent = shows(file), sentences(file.get("consent").text)
    assert "Nothing has been asked yet" not in page
    for words in (page, consent):
        assert re.search(rf"Family \( ?A family ?\) {told}", words), words
        assert why in words
    assert "Be named in a public statement Does not count" in consent
    paper = sentences(file.get("print").text)
    assert paper.count("Be named in a public statement") == 1, "not among what was not asked"
    entry = file.seen(lambda opened: opened.defender.entry.id)
    for shown in (file.get("consent"), file.world.client("officer.cairo").get(f"/cases/{file.id}")):
        assert f"/entries/{entry}/correct#cannot_speak" in shown.text


def test_who_said_it_stands_on_the_file_and_its_print(file: Filed) -> None:
    file.change(Person, cannot_speak="Held")
    file.talk(standing="family", media="given", public_statement="refused")
    file.talk(ago=timedelta(days=2), un_letter="refused")
    for words in (shows(file), sentences(file.get("print").text)):
        assert re.search(r"Agreed for them Media and photographs – Family \( ?A family ?\)", words), words
        assert re.search(r"No, said for them Be named in a public statement – Family \( ?A family ?\)", words)
        assert "They said no" in words
        assert "They agreed" not in words


# -- two together


def test_whoever_may_speak_for_them_and_said_no_closes_the_emergency(file: Filed) -> None:
    file.talk(ago=timedelta(minutes=20), standing="family", raise_authorities="refused")
    file.talk(ago=timedelta(minutes=5), raise_authorities="impossible")
    form = outward("demarche", together="y", emergency="She may be killed tonight.")
    answer = file.post("act", form)
    assert answer.status_code == 422
    assert "Whoever speaks for them said no to this." in sentences(answer.text)


def test_a_no_for_them_is_over_once_they_were_spoken_with(file: Filed) -> None:
    file.talk(ago=timedelta(days=9), standing="family", raise_authorities="refused")
    file.write(contact(ago=timedelta(days=5)))
    file.talk(ago=timedelta(minutes=5), raise_authorities="impossible")
    form = outward("demarche", together="y", emergency="She may be killed tonight.")
    assert file.post("act", form).status_code == 303


def test_the_second_and_the_head_are_shown_that_family_can_be_asked(file: Filed) -> None:
    file.write(Person(role="family", names=("Hassan",), relation="Her brother"))
    file.talk(ago=timedelta(minutes=5), raise_authorities="impossible")
    form = outward("demarche", together="y", emergency="She may be killed tonight.")
    assert file.post("act", form).status_code == 303
    (act,) = file.actions
    asks = "Family or a lawyer can speak for them while they cannot, and was not asked about this: Hassan"
    page = file.get(f"actions/{act.entry.id}/join", "deputy.cairo").text
    assert asks in sentences(page)
    assert f'href="/cases/{file.id}/conversation"' in page
    file.talk(ago=timedelta(minutes=2), standing="lawyer", raise_authorities="given")
    assert asks not in sentences(file.get(f"actions/{act.entry.id}/join", "deputy.cairo").text)


# -- what the pages say of it


def test_what_was_stopped_is_no_failure(file: Filed) -> None:
    file.talk(ago=timedelta(days=2), public_statement="given")
    assert file.post("act", outward("statement")).status_code == 303
    officer = file.world.client("officer.cairo")
    answer = officer.post(file.path("conversation"), spoken(answer_public_statement="refused"))
    page = sentences(officer.get(answer.headers["Location"]).text)
    assert "Not done yet" not in page
    assert "Stopped 1 planned act was stopped." in page


def test_the_last_events_tell_of_conversations_and_of_what_was_stopped(file: Filed) -> None:
    file.talk(ago=timedelta(days=2), public_statement="given")
    assert file.post("act", outward("statement")).status_code == 303
    assert file.post("conversation", spoken(answer_public_statement="refused")).status_code == 303
    last = shows(file).partition("Last events")[2].partition("Tasks")[0]
    assert "Conversation about consent: The person" in last
    assert "Stopped" in last
    assert last.count("Conversation about consent") == 2


# -- two who correct at once


def test_ticks_that_two_changed_are_joined(file: Filed) -> None:
    """Disappearance holds the risk at critical: it does not go because a colleague ticked abduction."""
    world, case_id = file.world, file.id
    officer, deputy = (world.client(one) for one in ("officer.cairo", "deputy.cairo"))
    path = path_of(case_id, only(world, case_id, Incident))
    seen = fields_of(deputy.get(path).text)
    fill(officer, path, types=["disappearance"], text="Taken from the office.")
    answer = deputy.post(path, seen | {"types": ["abduction"], "text": "Taken at home."})
    assert answer.status_code == 409
    assert deputy.post(path, fields_of(answer.text, nth=0)).status_code == 303
    said = only(world, case_id, Incident).said
    assert set(said.types) == {"disappearance", "abduction"}
    assert said.text == "Taken from the office.\n\nTaken at home."


def test_ticks_alone_are_joined_too(file: Filed) -> None:
    world, case_id = file.world, file.id
    officer, deputy = (world.client(one) for one in ("officer.cairo", "deputy.cairo"))
    path = path_of(case_id, only(world, case_id, Incident))
    seen = fields_of(deputy.get(path).text)
    fill(officer, path, types=["disappearance"])
    answer = deputy.post(path, seen | {"types": ["abduction", "raid"]})
    assert "Save both" in answer.text
    assert deputy.post(path, fields_of(answer.text, nth=0)).status_code == 303
    assert set(only(world, case_id, Incident).said.types) == {"disappearance", "abduction", "raid"}
