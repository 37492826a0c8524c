"""Nothing goes outward against the defender's will: every outward act tried through its real page."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from hrd_cases.accounts.models import Member
from hrd_cases.cards.read import cards
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Action, Person
from hrd_cases.demo import WORLD
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.models import Office
from hrd_cases.offices.seating import name_acting_head
from hrd_cases.outbox.models import Reminder
from tests.cases.acting import Filed, contact, days, outward, said, sentences, spoken
from tests.cases.typed import hidden
from tests.pages.markup import faults
from tests.world import World

OUTWARD = {kind: purpose for kind in CODES["action"] if (purpose := CODES.purpose_of(kind)) is not None}
NAME = "سلمى عبد الرحمن المثال"
OLD = timedelta(days=91)


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, "officer.cairo", "EG", NAME)


# -- every outward kind × what stands. The sentence each gives, in words.

ASK = "They have not been asked about this yet. Ask them first."
STANDS: dict[str, tuple[list[tuple[str, str, timedelta]], dict[str, Any], str]] = {
    "nobody was asked": ([], {}, ASK),
    "given": ([("self", "given", timedelta(hours=1))], {}, ""),
    "refused": (
        [("self", "refused", timedelta(hours=1))],
        {},
        "They said no to this. Their own no outweighs everyone.",
    ),
    "withdrawn": (
        [("self", "given", timedelta(days=5)), ("self", "refused", timedelta(hours=1))],
        {},
        "They have taken their consent back.",
    ),
    "asking was impossible": (
        [("self", "impossible", timedelta(hours=1))],
        {},
        "Asking was impossible, so nobody has agreed to this. Where life is in danger, two members can act together;",
    ),
    "given long ago": ([("self", "given", OLD)], {}, "Still wanted? How do you know?"),
    "family agreed while the person can speak": (
        [("family", "given", timedelta(hours=1))],
        {},
        "What was said for them does not count: family or lawyer speaks only while the person cannot.",
    ),
    "family agreed while the person cannot speak": (
        [("family", "given", timedelta(hours=1))],
        {"cannot_speak": "Held without contact"},
        "",
    ),
    "own no against the family's yes": (
        [("self", "refused", timedelta(days=9)), ("family", "given", timedelta(hours=1))],
        {"cannot_speak": "Held without contact"},
        "They said no to this. Their own no outweighs everyone.",
    ),
    "a minor's own yes alone": (
        [("self", "given", timedelta(hours=1))],
        {"minor": True},
        "The guardian of a minor has to agree, and has not been asked.",
    ),
    "a guardian's yes alone": (
        [("guardian", "given", timedelta(hours=1))],
        {"minor": True},
        "The guardian agreed, but the child has not been asked.",
    ),
    "guardian and child": (
        [("guardian", "given", timedelta(hours=1)), ("self", "given", timedelta(hours=1))],
        {"minor": True},
        "",
    ),
}


@pytest.mark.parametrize("stands", STANDS)
def test_every_outward_act_is_done_or_refused_by_what_they_said(file: Filed, stands: str) -> None:
    talks, person, sentence = STANDS[stands]
    if person:
        file.change(Person, **person)
    purposes = set(OUTWARD.values())
    for who, answer, ago in talks:
        file.talk(standing=who, ago=ago, **dict.fromkeys(purposes, answer))
    for kind in OUTWARD:
        answer = file.post("act", outward(kind))
        if sentence:
            assert answer.status_code == 422, kind
            assert sentence in sentences(answer.text), kind
            assert "What exactly" in answer.text, "nothing typed is lost"
        else:
            assert answer.status_code == 303, kind
    made = {one.said.kind: one.said.purpose for one in file.actions}
    assert made == ({} if sentence else OUTWARD)


def test_family_lapses_at_the_next_direct_contact(file: Filed) -> None:
    file.change(Person, cannot_speak="Held without contact")
    file.talk(standing="family", raise_authorities="given")
    assert file.post("act", outward("demarche")).status_code == 303
    file.write(contact())
    answer = file.post("act", outward("demarche"))
    assert answer.status_code == 422
    assert "it was said before they could not speak, or before we last met them." in sentences(answer.text)


def test_what_is_planned_on_a_relatives_word_is_not_done_once_it_has_lapsed(file: Filed) -> None:
    file.change(Person, cannot_speak="Held without contact")
    file.talk(standing="family", raise_authorities="given")
    address = file.post("act", outward("demarche")).headers["Location"]
    file.write(contact())
    answer = _carry_on(file, address, "done")
    assert answer.status_code == 422
    assert "before we last met them." in sentences(answer.text)
    assert [one.said.state for one in file.actions] == ["planned"]


def test_nothing_goes_outward_before_eligibility_is_confirmed(world: World) -> None:
    file = Filed(world, "officer.cairo", "EG", NAME, is_defender="unknown")
    file.talk(raise_authorities="given")
    answer = file.post("act", outward("demarche"))
    assert answer.status_code == 422
    assert "Confirm the three points of eligibility on the file first." in sentences(answer.text)


def test_still_wanted_is_asked_once_the_review_has_passed_and_kept_with_the_act(file: Filed) -> None:
    file.talk(ago=OLD, raise_authorities="given")
    asked = file.post("act", outward("demarche"))
    assert asked.status_code == 422
    assert "Still wanted? How do you know? Write how you know, or ask them again." in sentences(asked.text)
    assert file.post("act", outward("demarche", still_wanted="Her sister said so on Monday.")).status_code == 303
    (done,) = file.actions
    assert done.said.still_wanted == "Her sister said so on Monday."
    assert file.post("act", outward("letter_authorities")).status_code == 303, "asked and answered: not asked again"
    first, second = (f"/cases/{file.id}/actions/{one.id}" for one in file.actions)
    assert _carry_on(file, first, "done").status_code == 303
    assert file.actions[0].said.still_wanted == "Her sister said so on Monday."
    assert _carry_on(file, second, "done").status_code == 303, "nor when what was planned is done"


def test_a_no_that_cannot_be_read_is_feared(file: Filed, world: World) -> None:
    file.talk(raise_authorities="given")
    file.write(said(raise_authorities="refused"))
    with world.database.main.writing() as session:
        newest = "SELECT id FROM entries ORDER BY written_at DESC LIMIT 1"
        session.execute(text(f"UPDATE entries SET sealed_file = zeroblob(64) WHERE id = ({newest})"))
    answer = file.post("act", outward("demarche"))
    assert answer.status_code == 422
    assert "It may have been a no. A colleague whose session can read everything may do it." in sentences(answer.text)


def _carry_on(file: Filed, address: str, state: str, who: str | None = None, **more: str) -> Any:
    """What became of an action, sent from its page."""
    browser = file.world.client(who or file.officer)
    page = browser.get(address).text
    made_from = re.search(r'name="made_from" value="([\w-]+)"', page)
    assert made_from is not None, page
    fields = outward("", state)
    del fields["kind"]
    return browser.post(address, fields | {"made_from": made_from.group(1), "answer": "", "stopped_because": ""} | more)


def test_an_act_lives_from_planned_to_done_with_its_answer_and_its_next_date(file: Filed) -> None:
    file.talk(raise_authorities="given")
    address = file.post("act", outward("demarche")).headers["Location"]
    assert _carry_on(file, address, "done").status_code == 303
    answered = _carry_on(file, address, "done", answer="They will look into it.", **{"next_on-day": "3"})
    assert answered.status_code == 422, "half a date"
    assert _carry_on(file, address, "done", answer="They will look into it.").status_code == 303
    (done,) = file.actions
    assert (done.said.state, done.said.answer) == ("done", "They will look into it.")


def test_stopping_asks_for_the_reason(file: Filed) -> None:
    file.talk(raise_authorities="given")
    address = file.post("act", outward("demarche")).headers["Location"]
    assert "Nothing says why this was stopped." in sentences(_carry_on(file, address, "stopped").text)
    assert _carry_on(file, address, "stopped", stopped_because="She was released.").status_code == 303
    assert [one.said.state for one in file.actions] == ["stopped"]


def test_two_who_write_what_became_of_it_the_second_sees_what_the_first_wrote(file: Filed) -> None:
    file.talk(raise_authorities="given")
    address = file.post("act", outward("demarche")).headers["Location"]
    stale = str(file.actions[0].entry.id)
    assert _carry_on(file, address, "stopped", stopped_because="Too late.").status_code == 303
    fields = {"made_from": stale, "state": "done", "answer": "Mine", "stopped_because": ""}
    second = file.world.client("deputy.cairo").post(address, outward("", "done") | fields)
    assert second.status_code == 422
    assert "Somebody wrote what became of it first." in sentences(second.text)
    assert "Too late." in second.text
    assert "Mine" in second.text


# -- a withdrawal


def test_taking_consent_back_stops_what_is_planned_and_raises_tasks_for_what_was_done(file: Filed) -> None:
    file.talk(raise_authorities="given", public_statement="given")
    for kind, state in (("demarche", "planned"), ("letter_authorities", "done"), ("statement", "planned")):
        assert file.post("act", outward(kind, state)).status_code == 303
    answer = file.post("conversation", spoken(answer_raise_authorities="refused"))
    assert answer.status_code == 303
    states = {one.said.kind: one.said.state for one in file.actions}
    assert states == {"demarche": "stopped", "letter_authorities": "done", "statement": "planned"}
    tasks = file.seen(lambda opened: [one.said for one in opened.open_tasks if one.said.rule.startswith("undo_")])
    (task,) = tasks
    assert task.rule == "undo_raise_authorities"
    assert task.for_id == file.world.demonstration.members["officer.cairo"]
    done = next(one for one in file.actions if one.said.state == "done")
    assert task.about_id == done.id
    page = sentences(file.get("consent").text)
    assert "1 planned act was stopped." in page
    assert "1 task says what to undo." in page
    assert "Withdrawn They have taken their consent back." in page


def test_a_corrected_conversation_stops_what_it_turns_out_to_forbid(file: Filed) -> None:
    assert file.post("conversation", spoken(answer_raise_authorities="given")).status_code == 303
    assert file.post("act", outward("demarche")).status_code == 303
    talk = file.seen(lambda opened: opened.conversations[0].id)
    fields = spoken(answer_raise_authorities="refused", made_from=str(talk))
    assert file.post(f"conversation/{talk}", fields).status_code == 303
    assert [one.said.state for one in file.actions] == ["stopped"]


# -- where nobody can be asked and life is in danger


DANGER = {"together": "y", "emergency": "Held without contact; an execution is set for tomorrow."}


@pytest.fixture
def unreachable(file: Filed) -> Filed:
    file.talk(raise_authorities="impossible", public_statement="impossible")
    return file


def _proposed(file: Filed, who: str | None = None) -> str:
    answer = file.post("act", outward("demarche", **DANGER), who)
    assert answer.status_code == 303, sentences(answer.text)
    return str(answer.headers["Location"])


def _press(file: Filed, address: str, which: str, who: str) -> Any:
    """Open the page that is linked from the action, and press its button."""
    path, browser = file.path(f"actions/{file.actions[0].entry.id}/{which}"), file.world.client(who)
    shown = browser.get(path)
    return browser.post(path, {"read": hidden(shown.text, "read")}) if shown.status_code == 200 else shown


def test_the_form_for_two_is_there_only_where_asking_was_tried(file: Filed) -> None:
    assert "I propose that two of us act" not in file.get("act").text
    refused = file.post("act", outward("demarche", **DANGER))
    assert refused.status_code == 422
    assert ASK in sentences(refused.text)


def test_what_is_proposed_is_not_done_and_the_page_says_so(unreachable: Filed) -> None:
    """“Done” became “Planned” without a word."""
    answer = unreachable.post("act", outward("demarche", "done", **DANGER))
    assert answer.status_code == 422
    assert re.search(r'<a href="#state">[^<]*It is not done before a second member has joined', answer.text)
    assert unreachable.actions == []


def test_what_was_agreed_to_stays_done_with_the_tick_of_two(unreachable: Filed) -> None:
    unreachable.talk(ago=timedelta(0), referral="given")
    unreachable.talk(ago=timedelta(0), public_statement="impossible")
    assert unreachable.post("act", outward("referral", "done", **DANGER)).status_code == 303
    assert [one.said.state for one in unreachable.actions] == ["done"]


def test_the_head_reads_who_joined_and_who_tried_to_ask(unreachable: Filed) -> None:
    _proposed(unreachable)
    entry = unreachable.actions[0].entry.id
    joining = sentences(unreachable.get(f"actions/{entry}/join", "deputy.cairo").text)
    assert re.search(r"Tried to ask, [^:]*:\d\d: officer.cairo. Held without contact.", joining)
    assert _press(unreachable, "", "join", "deputy.cairo").status_code == 303
    page = sentences(unreachable.get(f"actions/{unreachable.actions[0].entry.id}/confirm", "head.cairo").text)
    for words in ("Proposed by officer.cairo.", "Joined by deputy.cairo.", "Tried to ask, "):
        assert words in page


def test_a_refusal_leads_to_the_conversation(file: Filed) -> None:
    refused = file.post("act", outward("demarche"))
    assert refused.status_code == 422
    assert re.search(r'<a class="govuk-link"\s+href="[^"]*/conversation">Ask them', refused.text)
    file.talk(raise_authorities="given")
    assert "Ask them: the page" not in file.post("act", outward("demarche") | {"addressee": ""}).text


@pytest.mark.parametrize(("ahead", "hour", "field"), [(1, "", "when"), (0, "23:59", "hour")])
def test_what_was_done_cannot_lie_ahead_and_the_day_or_the_hour_says_so(
    file: Filed, ahead: int, hour: str, field: str
) -> None:
    file.talk(raise_authorities="given")
    day = datetime.now(ZoneInfo("Africa/Cairo")).date() + timedelta(ahead)
    form = outward("demarche", "done", hour=hour) | days("when", day)
    answer = file.post("act", form)
    assert answer.status_code == 422
    assert re.search(rf'<a href="#{field}">[^<]*What was done cannot lie ahead', answer.text)
    planned = file.post("act", form | {"state": "planned"})
    assert planned.status_code == 303
    page = str(planned.headers["Location"]).rpartition("/")[2]
    form |= {"made_from": str(file.actions[0].entry.id), "stopped_because": "", "answer": ""}
    done = file.post(f"actions/{page}", form)
    assert done.status_code == 422
    assert re.search(rf'<a href="#{field}">[^<]*What was done cannot lie ahead', done.text)


def test_the_first_of_two_says_why_and_waits_for_a_second(unreachable: Filed) -> None:
    without = unreachable.post("act", outward("demarche", together="y"))
    assert "Acting without consent needs a reason." in sentences(without.text)
    address = _proposed(unreachable)
    (proposed,) = unreachable.actions
    assert proposed.said.state == "proposed"
    page = sentences(unreachable.world.client("officer.cairo").get(address).text)
    assert "You proposed it, so a colleague has to join." in page
    early = _carry_on(unreachable, address, "done")
    assert early.status_code == 422
    assert _press(unreachable, address, "join", "officer.cairo").status_code == 422, "nobody is their own second"
    assert unreachable.actions[0].said.state == "proposed"


def test_colleagues_are_told_at_once_and_find_it_on_the_card(unreachable: Filed) -> None:
    _proposed(unreachable)
    members = unreachable.world.demonstration.members
    with unreachable.world.database.main.reading() as session:
        told = set(session.scalars(select(Reminder.member_id)))
    assert {members["deputy.cairo"], members["head.cairo"]} <= told
    assert members["officer.cairo"] not in told
    assert [kind for kind, _at in _dues(unreachable)] == ["join"]


def test_with_a_second_member_it_may_be_done_and_the_head_confirms_within_two_working_days(unreachable: Filed) -> None:
    world, address = unreachable.world, _proposed(unreachable)
    assert _press(unreachable, address, "join", "deputy.cairo").status_code == 303
    (joined,) = unreachable.actions
    assert joined.said.state == "planned"
    assert joined.said.second_id == world.demonstration.members["deputy.cairo"]
    assert joined.said.confirm_by is not None
    with world.database.main.reading() as session:
        roles = list(session.scalars(select(Reminder.role).where(Reminder.id.in_(joined.said.reminders))))
    assert roles == ["head", "head"], "told now, and when the time is up"
    assert _dues(unreachable) == [("confirm", joined.said.confirm_by)]
    assert _carry_on(unreachable, address, "done").status_code == 303
    assert _press(unreachable, address, "confirm", "deputy.cairo").status_code == 403, "only the head"
    assert _press(unreachable, address, "confirm", "head.cairo").status_code == 303
    (done,) = unreachable.actions
    assert (done.said.state, done.said.confirmed_by) == ("done", world.demonstration.members["head.cairo"])
    assert _dues(unreachable) == []
    with world.database.main.reading() as session:
        assert not list(session.scalars(select(Reminder.id).where(Reminder.id.in_(joined.said.reminders))))


def test_what_changed_meanwhile_is_read_again_and_then_confirmed(unreachable: Filed) -> None:
    """At the same address: what was written since the page was opened keeps nobody from it for good."""
    address = _proposed(unreachable)
    _press(unreachable, address, "join", "deputy.cairo")
    path, head = (
        unreachable.path(f"actions/{unreachable.actions[0].entry.id}/confirm"),
        unreachable.world.client("head.cairo"),
    )
    before = {"read": hidden(head.get(path).text, "read")}
    assert _carry_on(unreachable, address, "done").status_code == 303
    answer = head.post(path, before)
    assert answer.status_code == 422
    assert "What you have read has changed meanwhile" in sentences(answer.text)
    again = {"read": hidden(head.get(path).text, "read")}
    assert head.post(path, again).status_code == 303
    assert unreachable.actions[0].said.confirmed_by == unreachable.world.demonstration.members["head.cairo"]
    assert head.post(path, again).headers["Location"] == address, "pressed twice, it is confirmed once"
    assert head.get(path).headers["Location"] == address, "and read again it tells how it stands"


def test_a_head_among_the_two_confirms_thereby(unreachable: Filed) -> None:
    head = unreachable.world.demonstration.members["head.cairo"]
    address = _proposed(unreachable)
    assert _press(unreachable, address, "join", "head.cairo").status_code == 303
    (joined,) = unreachable.actions
    assert (joined.said.confirm_by, joined.said.confirmed_by, joined.said.reminders) == (None, head, ())


def test_a_head_who_proposed_it_confirms_it_too_when_another_joins(unreachable: Filed) -> None:
    head = unreachable.world.demonstration.members["head.cairo"]
    address = _proposed(unreachable, "head.cairo")
    assert _press(unreachable, address, "join", "officer.cairo").status_code == 303
    (joined,) = unreachable.actions
    assert (joined.said.confirm_by, joined.said.confirmed_by) == (None, head)


def test_a_colleague_who_says_no_stops_it_and_nobody_is_told_any_more(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    reminders = unreachable.actions[0].said.reminders
    fields = {"state": "stopped", "stopped_because": "Her sister can ask her tonight."}
    made_from = str(unreachable.actions[0].entry.id)
    answer = unreachable.world.client("deputy.cairo").post(address, fields | {"made_from": made_from})
    assert answer.status_code == 303
    assert [(one.said.state, one.said.reminders) for one in unreachable.actions] == [("stopped", ())]
    assert _dues(unreachable) == []
    with unreachable.world.database.main.reading() as session:
        assert not list(session.scalars(select(Reminder.id).where(Reminder.id.in_(reminders))))
    assert _press(unreachable, address, "join", "deputy.cairo").headers["Location"] == address, "nothing waits there"
    path = unreachable.path(f"actions/{unreachable.actions[0].entry.id}/join")
    assert unreachable.world.client("deputy.cairo").post(path).status_code == 422


def test_whoever_can_join_is_offered_to_join_or_to_say_no_and_no_states(unreachable: Filed) -> None:
    deputy, address = unreachable.world.client("deputy.cairo"), _proposed(unreachable)
    answer = deputy.get(address)
    page = sentences(answer.text)
    assert faults(answer.text) == []
    assert "Read it and join" in page
    assert "Say no: stop it" in page
    assert 'type="radio"' not in answer.text
    assert _carry_on(unreachable, address, "proposed", "deputy.cairo").status_code == 422
    refused = _carry_on(unreachable, address, "stopped", "deputy.cairo")
    assert (refused.status_code, faults(refused.text)) == (422, [])
    assert "Nothing says why this was stopped." in sentences(refused.text)


def test_a_save_that_changes_nothing_says_so_and_writes_nothing(unreachable: Filed) -> None:
    address, before = _proposed(unreachable), unreachable.actions[0].entry.id
    assert _carry_on(unreachable, address, "proposed").status_code == 303
    page = sentences(unreachable.world.client("officer.cairo").get(address).text)
    assert "Nothing was changed." in page
    assert "Written into the file." not in page
    assert unreachable.actions[0].entry.id == before


def test_a_file_in_which_an_emergency_act_waits_is_not_turned_down(unreachable: Filed) -> None:
    """The head still has to look at it: with the file it would be gone from their Today."""
    unreachable.set_state("assessed")
    _proposed(unreachable)
    (proposed,) = unreachable.actions
    assert proposed.said.reminders
    turned_down = {"reason": "Not a defender.", "referral": "The network of lawyers."}
    assert "is still open" in sentences(unreachable.get("step/reject").text)
    assert unreachable.post("step/reject", turned_down).status_code in (409, 422)
    assert unreachable.seen(lambda opened: opened.case.state) == "assessed"
    with unreachable.world.acting("officer.cairo") as (session, _visitor):
        waiting = list(session.scalars(select(Reminder.id).where(Reminder.id.in_(proposed.said.reminders))))
    assert sorted(waiting) == sorted(proposed.said.reminders)


def _acts_as_head(world: World, sign_in: str) -> uuid.UUID:
    entered, now = world.demonstration, datetime.now(UTC)
    with world.acting("head.cairo") as (session, head):
        office = session.get_one(Office, entered.offices["DEL_EGY"])
        member = session.get_one(Member, entered.members[sign_in])
        today = now.astimezone(ZoneInfo("Africa/Cairo")).date()
        name_acting_head(session, head, office, member, today, today + timedelta(days=5), now)
    return entered.members[sign_in]


def test_whoever_acts_as_head_is_told_too(unreachable: Filed) -> None:
    acting = _acts_as_head(unreachable.world, "finance.cairo")
    assert _press(unreachable, _proposed(unreachable), "join", "deputy.cairo").status_code == 303
    reminders = unreachable.actions[0].said.reminders
    with unreachable.world.database.main.reading() as session:
        told = session.execute(select(Reminder.role, Reminder.member_id).where(Reminder.id.in_(reminders))).all()
    assert sorted(map(str, told)) == sorted(map(str, [("head", None), (None, acting)] * 2))


def test_an_acting_head_among_the_two_confirms_thereby(unreachable: Filed) -> None:
    acting = _acts_as_head(unreachable.world, "deputy.cairo")
    assert _press(unreachable, _proposed(unreachable), "join", "deputy.cairo").status_code == 303
    assert unreachable.actions[0].said.confirmed_by == acting


def test_joining_asks_for_the_authenticator_again(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    _forget_factor(unreachable.world, "deputy.cairo")
    answer = _press(unreachable, address, "join", "deputy.cairo")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/second-factor")
    assert unreachable.actions[0].said.state == "proposed"


def _forget_factor(world: World, sign_in: str) -> None:
    sessions = world.demonstration.sessions
    cookie = world.demonstration.cookies[sign_in]
    with world.database.main.writing() as session, sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=10)


def test_nobody_of_another_office_joins(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    assert _press(unreachable, address, "join", "head.minsk").status_code == 404


def test_a_late_confirmation_is_shown_as_late(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    assert _press(unreachable, address, "join", "deputy.cairo").status_code == 303
    unreachable.change(Action, confirm_by=datetime.now(UTC) - timedelta(minutes=1))
    page = unreachable.world.client("head.cairo").get(address).text
    assert "Late: the head has not confirmed this" in page
    assert "app-banner--danger" in page


def test_what_the_head_did_not_confirm_in_time_is_not_done_until_they_have(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    assert _press(unreachable, address, "join", "deputy.cairo").status_code == 303
    unreachable.change(Action, confirm_by=datetime.now(UTC) - timedelta(minutes=1))
    answer = _carry_on(unreachable, address, "done")
    assert answer.status_code == 422
    assert "The head has not confirmed in time what two members wanted to do." in sentences(answer.text)
    assert _press(unreachable, address, "confirm", "head.cairo").status_code == 303
    assert _carry_on(unreachable, address, "done").status_code == 303


def test_nobody_joins_what_a_suspended_colleague_proposed(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    with unreachable.world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "officer.cairo").values(suspended_at=datetime.now(UTC)))
    answer = _press(unreachable, address, "join", "deputy.cairo")
    assert answer.status_code == 422
    assert "Propose it anew, with a colleague to join." in sentences(answer.text)


def test_once_they_can_speak_their_no_ends_it(unreachable: Filed) -> None:
    address = _proposed(unreachable)
    assert _press(unreachable, address, "join", "deputy.cairo").status_code == 303
    reminders = unreachable.actions[0].said.reminders
    assert unreachable.post("conversation", spoken(answer_raise_authorities="refused")).status_code == 303
    (stopped,) = unreachable.actions
    assert (stopped.said.state, stopped.said.stopped_because) == ("stopped", "said_no")
    with unreachable.world.database.main.reading() as session:
        assert not list(session.scalars(select(Reminder.id).where(Reminder.id.in_(reminders))))
    assert (
        "They said no to it, or took their consent back." in unreachable.world.client("officer.cairo").get(address).text
    )


def _dues(file: Filed) -> list[tuple[str, Any]]:
    """What the card of the file asks of a second member and of the head."""
    with file.world.acting(file.officer) as (session, visitor):
        circle = visitor.charters.of(file.world.demonstration.offices["DEL_EGY"]).circle(CircleName.CASEWORK)
        assert circle is not None
        (card,) = [one for one in cards(session, circle.circle_id).good if one.case_id == file.id]
        return [(due.kind, due.at) for due in card.dues if due.kind in ("join", "confirm")]


# -- the sample world's cases, as it says they consented

PURPOSE = {
    "raise_with_authorities": "raise_authorities",
    "share_MS_embassies": "share_embassies",
    "public_statement": "public_statement",
    "UN_letter_named": "un_letter",
    "UN_public_named": "un_report",
}
OFFICER = {
    "DEL_EGY": "officer.cairo",
    "DEL_BLR": "officer.minsk",
    "DEL_COL": "officer.bogota",
    "DEL_CHN": "officer.beijing",
}
CASES = {one["id"]: one for one in json.loads(WORLD.read_text(encoding="utf-8"))["cases"]}


@pytest.mark.parametrize("case", ["C1", "C2"])
def test_the_sample_cases_are_done_and_refused_as_they_consented(world: World, case: str) -> None:
    entry = CASES[case]
    file = Filed(world, OFFICER[entry["delegation"]], entry["country"], entry["name"])
    answers = {f"answer_{PURPOSE[name]}": state for name, state in entry["consents"].items()}
    assert file.post("conversation", spoken(**answers)).status_code == 303
    agreed = {PURPOSE[name] for name, state in entry["consents"].items() if state == "given"}
    for kind, purpose in OUTWARD.items():
        assert file.post("act", outward(kind)).status_code == (303 if purpose in agreed else 422), kind


def test_c3_was_not_asked_about_anything_yet(world: World) -> None:
    file = Filed(world, "officer.bogota", "CO", CASES["C3"]["name"])
    answer = file.post("act", outward("statement"))
    assert answer.status_code == 422
    assert ASK in sentences(answer.text)


def test_c4_is_held_without_contact_and_the_family_speaks(world: World) -> None:
    file = Filed(world, "officer.beijing", "CN", CASES["C4"]["name"], detained=True)
    file.change(Person, cannot_speak="Held without contact since 20 August")
    spouse = file.write(Person(role="family", names=("Spouse",)))[0]
    fields = spoken("family", speaker_id=str(spouse), answer_un_letter="given")
    assert file.post("conversation", fields).status_code == 303
    assert file.post("act", outward("un_communication", "done")).status_code == 303
    assert file.post("act", outward("statement")).status_code == 422
