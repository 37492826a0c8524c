"""What an office mails at once: chosen by its head, kept by the trail alone, and followed by what is planned."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.cases import late, late_rounds, mailing_words
from hrd_cases.cases.clocks import ARRIVED
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import mending
from hrd_cases.trials.mending import Rounds
from hrd_cases.trials.reminder_rules import RULES
from hrd_cases.trials.reminder_words import RULE_NAMES, WHY_NOW, rule_name, why_now
from tests.cases.acting import Filed
from tests.trials.due import of_rule, reminders_are_due, today
from tests.trials.trying import DEPUTY, OFFICER, Tried
from tests.world import World

HEAD = "head.cairo"
USUAL = [rule.code for rule in RULES.rules if rule.mails]
OF_FILES = [ARRIVED, *late.MAILED.values()]


def path(world: World) -> str:
    return f"/offices/{world.demonstration.offices['DEL_EGY']}/reminders"


def choose(world: World, *codes: str, who: str = HEAD) -> Any:
    return world.client(who).post(path(world), {"rules": list(codes)})


def mails(tried: Tried, hearing_id: uuid.UUID) -> int:
    ids = tried.hearing(hearing_id).reminders
    with tried.world.database.main.reading() as session:
        return sum(session.scalars(select(Reminder.mails).where(Reminder.id.in_(ids))))


def test_every_rule_has_words() -> None:
    assert [*RULE_NAMES] == [rule.code for rule in RULES.rules]
    assert [*mailing_words.NAMES] == OF_FILES
    assert set(RULE_NAMES) < set(WHY_NOW)


@pytest.mark.parametrize(
    ("code", "name", "why"),
    [
        (
            "days_14",
            "14 days before a hearing: whoever goes, or the officer if nobody does",
            "Reminder 14 days before the hearing.",
        ),
        (
            "last_working_day",
            "The last working day before a hearing: whoever goes, or the officer if nobody does",
            "Reminder on the last working day before the hearing.",
        ),
        (
            "hours_3",
            "3 hours before a hearing, at any hour: whoever goes, or the officer if nobody does",
            "Reminder 3 hours before the hearing.",
        ),
        (
            "report_still_missing",
            "4 working days after a hearing, still no report: the head",
            "Reminder 4 working days after the hearing: there is still no report.",
        ),
    ],
)
def test_a_rule_is_named_by_its_own_figure(world: World, code: str, name: str, why: str) -> None:
    with world.app.test_request_context(), force_locale("en"):
        assert (rule_name(code), why_now(code)) == (name, why)


def test_why_a_reminder_comes_is_said_in_the_reader_s_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
    monkeypatch.setattr("hrd_cases.trials.reminder_words._", lambda said, **values: "~" + said % values)
    with world.app.test_request_context(), force_locale("ar"):
        assert all(why_now(code).startswith("~") for code in WHY_NOW)
    reminders_are_due(world, of_rule(tried, tried.schedule(20)))
    assert "~Reminder 14 days before the hearing." in today(world, OFFICER)


def test_the_head_reads_what_is_mailed_and_chooses(world: World) -> None:
    page = world.client(HEAD).get(path(world)).text
    assert page.count("checked") == len(USUAL)
    answer = choose(world, *USUAL, "days_7")
    assert (answer.status_code, answer.location) == (303, path(world)), "it stays where something else may be chosen"
    page = world.client(HEAD).get(path(world)).text
    assert "What Cairo mails at once is saved." in page
    assert page.count("checked") == len(USUAL) + 1


@pytest.mark.parametrize(
    ("who", "status"), [(OFFICER, 403), (DEPUTY, 403), ("admin.hq", 403), ("head1.hq", 403), ("head.minsk", 403)]
)
def test_nobody_else_takes_a_mail_away(world: World, who: str, status: int) -> None:
    """Neither an administrator, nor the head of another office."""
    assert choose(world, "days_7", who=who).status_code == status
    with world.database.main.reading() as session:
        assert told_mails(session, world.demonstration.offices["DEL_EGY"]) == {}


def test_hearings_that_are_set_and_those_that_were_follow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
    before = tried.schedule(30)
    assert mails(tried, before) == 5
    choose(world, *USUAL, "days_14")
    looking = Rounds(every=0, pause=0)
    monkeypatch.setattr(mending.ROUNDS, "wait", looking.wait)
    monkeypatch.setattr(mending.ROUNDS, "do", looking.do)
    assert world.client(OFFICER).get("/account").status_code == 200
    assert mails(tried, before) == 6
    assert mails(tried, tried.schedule(31)) == 6
    choose(world)
    assert mails(tried, tried.schedule(32)) == 0


def test_saved_as_it_was_nothing_is_told(world: World) -> None:
    choose(world, *USUAL)
    with world.database.main.reading() as session:
        assert told_mails(session, world.demonstration.offices["DEL_EGY"]) == {}
    choose(world, "hours_3", "days_7")
    with world.database.main.reading() as session:
        told = told_mails(session, world.demonstration.offices["DEL_EGY"])
    assert told == {"days_7": True} | dict.fromkeys(set(USUAL) - {"hours_3"}, False)


def test_a_rule_that_is_none_is_refused(world: World) -> None:
    assert choose(world, "no_such_rule").status_code == 422


def test_an_officer_is_led_there_and_told_that_the_head_chooses(world: World) -> None:
    office = world.client(OFFICER).get(path(world).removesuffix("/reminders")).text
    assert f"{path(world)}/mailed" in office
    page = world.client(OFFICER).get(f"{path(world)}/mailed").text
    assert "The head of the office chooses what is mailed at once." in page
    assert "A task was not done, 5 working days late: the deputy, or the head" in page
    assert "Choose what is mailed" not in page


def test_what_is_late_in_files_that_are_there_and_to_come_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_files() -> set[tuple[str | None, bool]]:
        with world.database.main.reading() as session:
            found = session.scalars(select(Reminder).where(Reminder.role == "deputy"))
            return {(one.role, one.mails) for one in found}

    Filed(world, OFFICER, "EG", "Salma Mithal")
    before = of_files()
    assert before == {("deputy", False)}
    world.client(HEAD).post(path(world), {"rules": USUAL, "files": ["late_task"]})
    looking = late_rounds.Rounds(every=0, pause=0)
    monkeypatch.setattr(late_rounds.ROUNDS, "wait", looking.wait)
    monkeypatch.setattr(late_rounds.ROUNDS, "do", looking.do)
    assert world.client(OFFICER).get("/account").status_code == 200
    assert of_files() == {("deputy", True), ("deputy", False)}, "tasks, and not the contact"
    world.client(HEAD).post(path(world), {"rules": USUAL, "files": OF_FILES})
    assert world.client(OFFICER).get("/account").status_code == 200
    assert of_files() == {("deputy", True)}
    choose(world, *USUAL)
    assert world.client(OFFICER).get("/account").status_code == 200
    assert of_files() == {("deputy", False)}
