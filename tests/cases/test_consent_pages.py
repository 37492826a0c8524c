"""One conversation records every purpose: who spoke, when, in which language, how; and what then stands is shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from hrd_cases.cases import facts
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.details import Person
from hrd_cases.cases.file import File
from hrd_cases.cases.spoken import SPOKEN
from tests.accounts.walk import Person as Walker
from tests.cases.acting import Filed, contact, days, outward, said, sentences, spoken
from tests.cases.typed import hidden
from tests.pages.markup import faults
from tests.world import World, cairo_day


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, "officer.cairo", "EG", "سلمى")


def test_one_conversation_records_many_purposes_and_its_circumstances_once(file: Filed) -> None:
    yesterday = datetime.now(ZoneInfo("Africa/Cairo")).date() - timedelta(1)
    lawyer = file.write(Person(role="lawyer", names=("The Lawyer",)))[0]
    form = spoken(
        "lawyer",
        speaker_id=str(lawyer),
        hour="14:30",
        channel="secure_messenger",
        told_of_recording="y",
        answer_un_letter="given",
        answer_un_report="refused",
        answer_media="impossible",
        reason="The line broke.",
        note="Call again on Sunday.",
    ) | days("when", yesterday)
    assert file.post("conversation", form).status_code == 303
    (talk,) = file.seen(lambda opened: opened.conversations)
    said = talk.said
    assert said.when == datetime.combine(yesterday, datetime.min.time(), ZoneInfo("Africa/Cairo")).replace(
        hour=14, minute=30
    ).astimezone(UTC)
    assert (said.speaker_id, said.standing, said.channel, said.language) == (lawyer, "lawyer", "secure_messenger", "ar")
    assert said.told_of_recording
    assert {(one.purpose, one.state, one.reason) for one in said.answers} == {
        ("un_letter", "given", ""),
        ("un_report", "refused", ""),
        ("media", "impossible", "The line broke."),
    }
    assert "ask_consent" not in file.seen(lambda opened: [one.said.rule for one in opened.open_tasks])


def test_each_purpose_is_asked_apart_and_none_is_ticked_beforehand(file: Filed) -> None:
    page = file.get("conversation").text
    for purpose in PURPOSES:
        found = re.findall(rf'name="answer_{purpose}" type="radio" value="(\w+)"[^>]*?(checked)?>', page)
        assert [value for value, _checked in found] == ["given", "refused", "not_asked", "impossible"]
        assert [value for value, checked in found if checked] == ["not_asked"]


def test_what_is_not_asked_is_not_recorded(file: Filed) -> None:
    answer = file.post("conversation", spoken())
    assert answer.status_code == 422
    assert "Say for at least one purpose what they answered." in sentences(answer.text)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (spoken("", answer_media="given"), "Say as who they spoke."),
        (spoken(answer_media="perhaps"), "Choose one of those offered."),
        (spoken(answer_media="impossible"), "Nothing says why asking was impossible. Write the reason."),
        (
            spoken(answer_media="given", answer_payment="impossible", reason="No time"),
            "They were spoken with themselves, so they could be asked.",
        ),
        (spoken(answer_media="given", hour="25:99"), "Write the hour like this: 14:30."),
        (
            spoken(answer_media="given") | days("when", cairo_day() + timedelta(9)),
            "This day is still to come.",
        ),
    ],
)
def test_what_does_not_hold_is_said_and_nothing_typed_is_lost(file: Filed, form: dict[str, str], sentence: str) -> None:
    answer = file.post("conversation", form | {"note": "What she said besides"})
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert "What she said besides" in answer.text
    assert not file.seen(lambda opened: opened.conversations)


# -- the words to read out


def test_the_words_to_read_out_stand_at_each_purpose_in_the_offices_first_language(file: Filed) -> None:
    page = file.get("conversation").text
    assert f'<p class="app-spoken" lang="ar" dir="rtl">{SPOKEN["ar"].opening}</p>' in page
    for purpose in PURPOSES:
        assert f'<p class="app-spoken" lang="ar" dir="rtl">{SPOKEN["ar"].questions[purpose]}</p>' in page
        assert f'<p class="app-spoken" lang="en" dir="ltr">{SPOKEN["en"].questions[purpose]}</p>' in page


@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_is_a_link_away_and_becomes_the_language_of_the_conversation(file: Filed, language: str) -> None:
    page = file.get(f"conversation?words={language}").text
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<p class="app-spoken" lang="{language}" dir="{direction}">{SPOKEN[language].closing}</p>' in page
    assert re.search(rf'<option value="{language}" selected>', page)
    assert f'name="words" value="{"en" if language != "en" else "ar"}"' in page


def test_another_language_takes_nothing_away_that_was_typed(file: Filed) -> None:
    shown = file.get("conversation")
    typed = {"made_from": hidden(shown.text, "made_from"), "read_in": "ar", "language": "ar", "note": "She is tired."}
    answer = file.post("conversation", typed | {"words": "fr", "hour": "nonsense", "answer_public_statement": "given"})
    assert answer.status_code == 200
    assert "She is tired." in answer.text
    assert 'value="nonsense"' in answer.text
    assert re.search(r'name="answer_public_statement"[^>]* value="given"[^>]* checked', answer.text)
    assert "Write the hour like this" not in answer.text, "nothing is judged before it is saved"
    assert SPOKEN["fr"].opening in answer.text
    assert re.search(r'<option value="fr" selected>', answer.text), "the language follows, for nobody chose another"
    chosen = file.post("conversation", typed | {"words": "fr", "language": "en"})
    assert re.search(r'<option value="en" selected>', chosen.text)
    assert not file.seen(lambda opened: opened.conversations)
    assert faults(answer.text) == []


def test_a_language_there_is_not_is_the_offices_own(file: Filed) -> None:
    assert SPOKEN["ar"].opening in file.get("conversation?words=xx").text


# -- what stands now


def test_what_stands_now_is_shown_for_every_purpose_with_why_and_when_to_ask_again(file: Filed) -> None:
    form = spoken(answer_raise_authorities="given", answer_public_statement="refused", told_of_recording="y")
    assert file.post("conversation", form).status_code == 303
    page = sentences(file.get("consent").text)
    assert "They were told that we keep a file:" in page
    assert "Raise with the authorities Given Consent to this was given. The person (سلمى)" not in page
    assert "Raise with the authorities Given Consent to this was given. The person" in page
    assert "Ask again from" in page
    assert "Refused They said no to this. Their own no outweighs everyone. Do it another way." in page
    assert page.count("Not asked") == len(PURPOSES) - 2


def test_it_says_when_a_passed_review_asks(file: Filed) -> None:
    file.talk(ago=timedelta(days=100), media="given")
    assert "Ask again Still wanted? How do you know?" in sentences(file.get("consent").text)


def test_once_still_wanted_is_answered_the_file_asks_no_more(file: Filed) -> None:
    file.talk(ago=timedelta(days=100), raise_authorities="given")
    asks = "It was some time ago: ask again before you act."

    def page() -> str:
        return sentences(file.world.client(file.officer).get(f"/cases/{file.id}").text)

    assert asks in page()
    done = file.post("act", outward("demarche", still_wanted="Her sister said so on Monday."))
    assert done.status_code == 303
    assert asks not in page()
    file.talk(ago=timedelta(days=95), media="given")
    assert asks in page(), "nobody answered it for the other"


def test_it_says_whose_yes_is_lacking_for_a_minor(file: Filed) -> None:
    file.change(Person, minor=True)
    file.talk(media="given")
    assert "The guardian of a minor has to agree, and has not been asked." in sentences(file.get("consent").text)


# -- a session that ends


def test_a_conversation_typed_into_a_session_that_ended_comes_back_and_is_saved(file: Filed, world: World) -> None:
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        officer = Walker(world, "officer.cairo")
        officer.sign_in_now()
        typed = spoken(answer_media="given", language="fr", note="Said at the market")
        clock.shift(timedelta(minutes=20))
        assert officer.browser.post(file.path("conversation"), typed).status_code == 401
        assert officer.unlock().location == "/not-sent"
        (kept,) = re.findall(r'href="(/not-sent/[0-9a-f-]{36})"', officer.open("/not-sent").text)
        assert "Media and photographs Yes" in sentences(officer.open(kept).text)
        page = officer.open(f"{kept}/change").text
        assert "Said at the market" in page
        assert re.search(r'<option value="fr" selected>', page)
        form = typed | {"kept_form": kept.rsplit("/", 1)[-1]}
        assert officer.browser.post(file.path("conversation"), form).status_code == 303
    (talk,) = file.seen(lambda opened: opened.conversations)
    assert (talk.said.note, talk.said.language) == ("Said at the market", "fr")


# -- who spoke, and as whom


@pytest.mark.parametrize(
    ("standing", "speaker", "sentence"),
    [
        ("self", "family", "Only the defender speaks for themselves. Say as who this person spoke."),
        ("family", "self", "Choose who spoke for them."),
        ("family", "", "Choose who spoke for them."),
        ("guardian", "self", "Choose who spoke for them."),
        ("lawyer", "", "Choose who spoke for them."),
    ],
)
def test_who_spoke_and_as_whom_go_together(file: Filed, standing: str, speaker: str, sentence: str) -> None:
    who = str(file.speaker(speaker)) if speaker else ""
    answer = file.post("conversation", spoken(standing, speaker_id=who, answer_media="given"))
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert file.seen(lambda opened: opened.conversations) == []


def test_nobody_is_chosen_as_the_speaker_beforehand(file: Filed) -> None:
    page = file.get("conversation").text
    names = re.search(r'<select[^>]*name="speaker_id".*?</select>', page, re.DOTALL)
    assert names is not None
    assert not re.search(r'value="[0-9a-f-]{36}"[^>]*selected', names.group())
    assert file.post("conversation", spoken(answer_media="given")).status_code == 303
    defender = file.speaker("self")
    assert file.seen(lambda opened: opened.conversations[0].said.speaker_id) == defender


def _stands(file: File) -> str:
    return facts.judged(file, "media", datetime.now(UTC)).stand.state.value


def test_what_a_relative_is_written_down_to_have_said_as_the_defender_is_no_yes(file: Filed) -> None:
    """Such entries are made by no form of today; a no among them is feared, a yes is none."""
    wife, defender = file.speaker("family"), file.speaker("self")
    file.talk(ago=timedelta(hours=9), media="refused")
    file.write(said(ago=timedelta(hours=8), speaker_id=wife, media="given"))
    assert file.seen(_stands) == "refused"
    file.talk(ago=timedelta(hours=7), media="given")
    assert file.seen(_stands) == "given"
    file.write(said(ago=timedelta(hours=6), speaker_id=wife, media="refused"))
    assert file.seen(_stands) == "withdrawn"
    file.change(Person, cannot_speak="Held")
    file.write(said(ago=timedelta(hours=5), standing="family", speaker_id=defender, media="given"))
    assert file.seen(_stands) == "withdrawn"


def test_a_relative_who_spoke_as_two_has_one_last_word(file: Filed) -> None:
    file.change(Person, cannot_speak="Held")
    wife = file.speaker("family")
    file.write(said(ago=timedelta(hours=8), standing="family", speaker_id=wife, media="given"))
    file.write(said(ago=timedelta(hours=7), standing="lawyer", speaker_id=wife, media="refused"))
    assert file.seen(_stands) == "withdrawn"
    file.write(said(ago=timedelta(hours=6), standing="family", speaker_id=wife, media="given"))
    assert file.seen(_stands) == "given"


# -- whoever calls and is not on file yet


CALLS = {"new_name": "Huda", "new_relation": "Her sister"}


def test_whoever_spoke_and_is_not_on_file_is_put_there_with_the_conversation(file: Filed) -> None:
    """A relative calls: what they answer is not lost, and nobody leaves the form."""
    file.change(Person, cannot_speak="Held without contact")
    assert file.post("conversation", spoken("family", answer_media="given", **CALLS)).status_code == 303
    (sister,) = file.seen(lambda opened: [one for one in opened.people if one.said.role == "family"])
    assert (sister.said.names, sister.said.relation) == (("Huda",), "Her sister")
    assert file.seen(lambda opened: opened.conversations[0].said.speaker_id) == sister.id
    assert file.seen(_stands) == "given"


def test_nobody_is_put_on_file_without_the_conversation(file: Filed) -> None:
    answer = file.post("conversation", spoken("lawyer", answer_media="impossible", **CALLS))
    assert answer.status_code == 422
    assert "Nothing says why asking was impossible." in sentences(answer.text)
    assert 'value="Huda"' in answer.text
    assert len(file.seen(lambda opened: opened.people)) == 1


@pytest.mark.parametrize(
    ("standing", "more", "sentence"),
    [
        ("self", CALLS, "Only the defender speaks for themselves. Say as who this person spoke."),
        ("family", {"new_name": "a family"}, "Somebody of this name is on file already: choose them above."),
        ("family", CALLS | {"speaker_id": "family"}, "Somebody on file is chosen and somebody new is named"),
    ],
)
def test_who_is_new_is_nobody_on_file(file: Filed, standing: str, more: dict[str, str], sentence: str) -> None:
    relative = file.speaker("family")
    chosen = {"speaker_id": str(relative)} if "speaker_id" in more else {}
    answer = file.post("conversation", spoken(standing, answer_media="given", **(more | chosen)))
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert re.search(
        r'<details class="govuk-details" open>\s*<summary[^>]*><span[^>]*>They are not on file yet', answer.text
    )
    assert len(file.seen(lambda opened: opened.people)) == 2


def test_a_conversation_that_is_corrected_may_name_whoever_spoke(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_media="given")).status_code == 303
    talk = file.seen(lambda opened: opened.conversations[0].id)
    form = spoken("lawyer", answer_media="given", made_from=str(talk), **CALLS)
    assert file.post(f"conversation/{talk}", form).status_code == 303
    lawyer = file.seen(lambda opened: opened.conversations[0].said.speaker_id)
    assert file.seen(lambda opened: opened.one(lawyer, Person).said.role) == "lawyer"


def test_a_conversation_that_is_sent_twice_is_one(file: Filed) -> None:
    shown = hidden(file.get("conversation").text, "made_from")
    typed = spoken("family", answer_media="refused", made_from=shown, **CALLS)
    first, second = file.post("conversation", typed), file.post("conversation", typed)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(file.seen(lambda opened: opened.conversations)) == 1
    assert len(file.seen(lambda opened: opened.people)) == 2
    assert file.post("conversation", typed | {"note": "Another one", "new_name": "", "new_relation": "Her aunt"})
    assert len(file.seen(lambda opened: opened.conversations)) == 2


# -- what the page says


def test_that_asking_was_tried_stays_told_after_they_were_spoken_with(file: Filed) -> None:
    file.talk(ago=timedelta(hours=9), media="impossible")
    file.write(contact(ago=timedelta(hours=1)))
    page = sentences(file.get("consent").text)
    assert "Could be asked now They could not be asked before." in page
    assert "Could be asked now" in sentences(file.world.client("officer.cairo").get(f"/cases/{file.id}").text)


def test_to_take_a_consent_back_has_a_page_that_says_so(file: Filed) -> None:
    file.talk(media="given")
    link = re.search(r'href="([^"]*/conversation\?back=media)"', file.get("consent").text)
    assert link is not None
    page = file.world.client("officer.cairo").get(link[1]).text
    assert re.search(r"<h1[^>]*>.*?A consent is taken back", page, re.DOTALL)
    assert re.search(r'name="answer_media" type="radio" value="refused"[^>]*checked', page)
    assert "A consent is taken back" not in file.get("conversation?back=nothing").text


def test_an_hour_that_is_still_to_come_is_said_at_the_hour(file: Filed) -> None:
    today = datetime.now(ZoneInfo("Africa/Cairo")).date()
    answer = file.post("conversation", spoken(answer_media="given", hour="23:59") | days("when", today))
    assert answer.status_code == 422
    assert re.search(r'<a href="#hour">[^<]*This hour is still to come', answer.text)


# -- corrections


def test_a_conversation_is_corrected_and_what_stood_there_stays_readable(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_media="given")).status_code == 303
    talk = file.seen(lambda opened: opened.conversations[0].id)
    page = file.get(f"conversation/{talk}").text
    assert re.search(r'name="answer_media" type="radio" value="given"[^>]*checked', page)
    form = spoken("family", speaker_id=str(file.speaker("family")), answer_media="given", made_from=str(talk))
    assert file.post(f"conversation/{talk}", form).status_code == 303
    versions = file.seen(lambda opened: [one.details.standing for one in opened.versions(talk)])
    assert versions == ["self", "family"]
    assert "Earlier versions" in file.get("consent").text


def test_of_two_who_correct_it_the_second_sees_both_and_loses_nothing(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_media="given")).status_code == 303
    talk = file.seen(lambda opened: opened.conversations[0].id)
    first = spoken("family", speaker_id=str(file.speaker("family")), answer_media="given", made_from=str(talk))
    assert file.post(f"conversation/{talk}", first).status_code == 303
    lawyer = str(file.speaker("lawyer"))
    second = spoken("lawyer", speaker_id=lawyer, answer_media="refused", made_from=str(talk), note="Said on the phone")
    answer = file.post(f"conversation/{talk}", second, "deputy.cairo")
    assert answer.status_code == 409
    page = sentences(answer.text)
    assert "Family" in page
    assert "Lawyer" in page
    assert "Said on the phone" in page


def test_of_a_conversation_only_the_answers_i_changed_are_put_over_the_newer_version(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_media="given", answer_un_letter="given")).status_code == 303
    talk = file.seen(lambda opened: opened.conversations[0].id)
    both = {"answer_media": "given", "answer_un_letter": "given", "made_from": str(talk)}
    assert file.post(f"conversation/{talk}", spoken(**both | {"answer_media": "refused"})).status_code == 303
    mine = spoken(**both | {"answer_un_letter": "refused"})
    answer = file.post(f"conversation/{talk}", mine, "deputy.cairo")
    assert answer.status_code == 409
    newest = re.search(r'name="made_from" value="([^"]*)"', answer.text)
    over = re.search(r'name="typed_over" value="([^"]*)"', answer.text)
    assert newest is not None
    assert over is not None
    again = mine | {"made_from": newest[1], "typed_over": over[1]}
    assert file.post(f"conversation/{talk}", again, "deputy.cairo").status_code == 303
    answers = file.seen(lambda opened: {one.purpose: one.state for one in opened.conversations[0].said.answers})
    assert answers == {"media": "refused", "un_letter": "refused"}


def test_what_is_no_conversation_is_not_corrected_here(file: Filed) -> None:
    person = file.seen(lambda opened: opened.defender.id)
    assert file.get(f"conversation/{person}").status_code == 404


@pytest.mark.parametrize(
    "path", ["consent", "conversation", "act", "risk", "step/rest", "step/close", "step/wake", "hand-over"]
)
def test_pages_are_well_made_and_name_nobody_in_their_titles(file: Filed, path: str) -> None:
    file.talk(media="given", un_letter="impossible")
    page = file.get(path).text
    assert faults(page) == []
    assert "سلمى" not in page.partition("</title>")[0]


def test_the_trail_holds_ids_and_no_words(file: Filed, world: World) -> None:
    from sqlalchemy import select

    from hrd_cases.audit.models import AuditEntry

    assert file.post("conversation", spoken(answer_media="refused", note="Afraid of her brother")).status_code == 303
    with world.database.main.reading() as session:
        entries = [str(vars(one)) for one in session.scalars(select(AuditEntry))]
    assert not [one for one in entries if "سلمى" in one or "brother" in one or "refused" in one]
