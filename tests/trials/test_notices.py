"""Reminders of hearings on Today: which case, which hearing, why this person, why now; done, later, not mine."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.reminder_words import why_now
from tests.trials.due import ids_of, of_rule, reminders_are_due, text_of, today
from tests.trials.reporting import Reporting, observed
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_hours
from tests.world import World

NAME = "Salma Mithal"
OFFICER_SAID = f"\u2066{OFFICER}\u2069"


def row(world: World, reminder_id: uuid.UUID) -> Reminder | None:
    with world.database.main.reading() as session:
        return session.scalar(select(Reminder).where(Reminder.id == reminder_id))


def told(world: World, event: Event) -> int:
    with world.database.main.reading() as session:
        return len(session.scalars(select(AuditEntry).where(AuditEntry.event == event.value)).all())


def handle(world: World, who: str, reminder_id: uuid.UUID, what: str) -> Any:
    return world.client(who).post(f"/reminders/{reminder_id}", {"what": what})


def test_a_reminder_says_which_hearing_of_whom_why_me_and_why_now(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    reminders_are_due(world, of_rule(tried, first))
    page = today(world, OFFICER)
    assert "Reminders" in page
    assert NAME in page.split("Reminders")[1]
    assert "Reminder 14 days before the hearing. You look after the file." in page
    assert "A reminder of" not in page
    assert "Reminder 14 days before" not in today(world, DEPUTY)
    mails = f"/offices/{world.demonstration.offices['DEL_EGY']}/reminders/mailed"
    assert f'href="{mails}"' in world.client(OFFICER).get("/").text
    assert world.client(OFFICER).get(mails).status_code == 200


def test_whoever_goes_is_told_so_and_the_head_that_nobody_does(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    reminders_are_due(world, of_rule(tried, first, "head"))
    assert "Reminder 3 days before the hearing: nobody goes. You head the office." in today(world, HEAD)
    tried.assign(first, DEPUTY)
    assert "nobody goes. You head" not in today(world, HEAD), "somebody goes now"
    reminders_are_due(world, of_rule(tried, first))
    assert "Reminder 14 days before the hearing. You go to this hearing." in today(world, DEPUTY)


def test_whoever_is_told_of_an_act_reads_it(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    reminders_are_due(world)
    page = today(world, DEPUTY)
    assert f"{OFFICER_SAID} asks you to go to this hearing." in page
    assert "You go to this hearing." in page


def test_of_a_hearing_that_was_cancelled_its_observer_still_reads(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    tried.act(first, Act.CANCEL, reason="not_listed")
    reminders_are_due(world)
    page = today(world, DEPUTY)
    assert f"{OFFICER_SAID} cancelled this hearing. Why: Never listed by the court" in page
    assert "A reminder of" not in page


def test_done_is_done_and_comes_back_with_no_act(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    one = of_rule(tried, first)
    reminders_are_due(world, one)
    assert handle(world, OFFICER, one, "done").status_code == 303
    assert "Reminder 14 days before" not in today(world, OFFICER)
    assert told(world, Event.REMINDER_DONE) == 1
    tried.act(first, Act.REQUEST_OBSERVER)
    assert row(world, one) is None
    assert one in ids_of(tried, first)
    gone = world.client(OFFICER).get(f"/reminders/{one}")
    assert gone.status_code == 404
    assert "This reminder does not wait for you now" in text_of(gone)
    never = world.client(OFFICER).get(f"/reminders/{uuid.uuid4()}")
    assert text_of(never) == text_of(gone), "nobody learns which there were"


@pytest.mark.parametrize("told_as", ["head", "news"])
def test_that_somebody_has_to_be_found_is_not_done_while_nobody_goes(world: World, tried: Tried, told_as: str) -> None:
    """It comes again later, or is somebody else's; and is done once somebody goes, or for whoever was withdrawn."""
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    tried.act(first, Act.DECLINE, who=DEPUTY)
    who = HEAD if told_as == "head" else OFFICER
    one = of_rule(tried, first, "head") if told_as == "head" else tried.hearing(first).told[0]
    reminders_are_due(world, one)
    found = f"/trials/{tried.id}/hearings/{first}/observer"
    assert f'href="{found}"' in world.client(who).get(f"/reminders/{one}").text
    answer = handle(world, who, one, "done")
    assert answer.status_code == 422
    assert "Nobody goes to this hearing yet. Choose who goes, or be reminded again later." in text_of(answer)
    assert f'href="{found}"' in answer.text
    assert handle(world, who, one, "tomorrow").status_code == 303
    reminders_are_due(world, one)
    tried.act(first, Act.GO_MYSELF)
    assert world.client(who).get(f"/reminders/{one}").status_code == 404, "it is over by itself"


def test_once_it_has_begun_nobody_is_asked_to_find_somebody(world: World, tried: Tried) -> None:
    first = tried.schedule(when=in_hours(1))
    tried.act(first, Act.REQUEST_OBSERVER, who=DEPUTY)
    (one,) = tried.hearing(first).told
    reminders_are_due(world, one)
    assert "Choose who goes, and the backup" in today(world, OFFICER)
    tried.act(first, Act.MOVE, new=in_hours(-1))
    late = of_rule(tried, first)
    reminders_are_due(world, late)
    page = today(world, OFFICER)
    assert "no result was recorded" in page
    assert "Choose who goes, and the backup" not in page
    assert handle(world, OFFICER, late, "done").status_code == 303


def test_whoever_does_not_go_is_done_with_it(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    tried.act(first, Act.WITHDRAW)
    (one,) = tried.hearing(first).told
    reminders_are_due(world, one)
    assert "recorded that you do not go: somebody else is to be found." in today(world, DEPUTY)
    assert handle(world, DEPUTY, one, "done").status_code == 303


def test_a_reminder_of_a_day_is_done_though_nobody_goes(world: World, tried: Tried) -> None:
    """To most hearings nobody can go: that one comes is known then."""
    one = of_rule(tried, tried.schedule(20))
    reminders_are_due(world, one)
    assert handle(world, OFFICER, one, "done").status_code == 303


def test_later_it_comes_again_at_a_time_of_a_few(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    one = of_rule(tried, first)
    reminders_are_due(world, one)
    page = text_of(world.client(OFFICER).get(f"/reminders/{one}"))
    assert "Remind me later: In an hour" in page
    assert "Remind me later: In a week" in page
    assert handle(world, OFFICER, one, "three_days").status_code == 303
    found = row(world, one)
    assert found is not None
    assert (found.state, (found.slot_at - datetime.now(UTC)).days) in {("waiting", 2), ("waiting", 3)}
    tried.act(first, Act.REQUEST_OBSERVER)
    again = row(world, one)
    assert again is not None
    assert again.slot_at == found.slot_at, "another act does not bring it back"
    reminders_are_due(world, one)
    assert "Reminder 14 days before" in today(world, OFFICER)


def test_later_is_never_too_late(world: World, tried: Tried) -> None:
    first = tried.schedule(2)
    one = of_rule(tried, first)
    reminders_are_due(world, one)
    page = text_of(world.client(OFFICER).get(f"/reminders/{one}"))
    assert "In an hour" in page
    assert "In a week" not in page
    assert handle(world, OFFICER, one, "week").status_code == 422


def test_what_is_not_mine_goes_to_whoever_is_next_and_nobody_is_the_last(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, HEAD)
    one = of_rule(tried, first)
    reminders_are_due(world, one)
    ladder = [(HEAD, "You look after the file."), (OFFICER, "You are the deputy of the office.")]
    for who, next_reads in ladder:
        assert handle(world, who, one, "not_mine").status_code == 303
        assert "Reminder 14 days before" not in today(world, who)
        reminders_are_due(world)
        reader = OFFICER if who == HEAD else DEPUTY
        page = today(world, reader)
        assert f"{next_reads} {who} said that it is not theirs." in page
    assert handle(world, DEPUTY, one, "not_mine").status_code == 303
    reminders_are_due(world)
    assert "deputy.cairo said that it is not theirs." in today(world, HEAD)
    refused = handle(world, HEAD, one, "not_mine")
    assert refused.status_code == 422
    assert "Assign somebody who goes" in text_of(refused)
    assert told(world, Event.REMINDER_PASSED_ON) == 3
    tried.act(first, Act.ASSIGN, observer=tried.hearing(first).observer)
    found = row(world, one)
    assert found is not None
    assert found.role == "head", "another act does not give it back"


@pytest.mark.parametrize("who", [DEPUTY, "head.minsk", "admin.hq", "observer.a"])
def test_a_reminder_of_somebody_else_is_nobody_s_business(world: World, tried: Tried, who: str) -> None:
    one = of_rule(tried, tried.schedule(20))
    reminders_are_due(world, one)
    assert world.client(who).get(f"/reminders/{one}").status_code == 404
    assert handle(world, who, one, "done").status_code == 404
    assert row(world, one) is not None


def test_one_that_waits_for_its_time_is_not_settled_before(world: World, tried: Tried) -> None:
    one = of_rule(tried, tried.schedule(20))
    assert handle(world, OFFICER, one, "done").status_code == 404


def test_a_row_alone_settles_nothing(world: World, tried: Tried) -> None:
    """Taken away behind our back it comes back with the next act."""
    first = tried.schedule(20)
    one = of_rule(tried, first)
    reminders_are_due(world, one)
    with world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == one).values(slot_at=datetime.now(UTC) + timedelta(900)))
        session.execute(update(Reminder).where(Reminder.id == one).values(state="waiting"))
    tried.act(first, Act.REQUEST_OBSERVER)
    found = row(world, one)
    assert found is not None
    assert found.slot_at < datetime.now(UTC) + timedelta(20)


def test_the_newest_reminder_of_a_hearing_speaks_for_those_of_before(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    with world.database.main.reading() as session:
        query = select(Reminder.id).where(Reminder.id.in_(ids_of(tried, first)), Reminder.role.is_(None))
        two_weeks, one_week = session.scalars(query.order_by(Reminder.slot_at)).all()[:2]
    reminders_are_due(world, two_weeks)
    with world.database.main.writing() as session:
        session.execute(
            update(Reminder).where(Reminder.id == two_weeks).values(slot_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    reminders_are_due(world, one_week)
    page = today(world, OFFICER)
    assert "Reminder 7 days before the hearing." in page
    assert "Reminder 14 days before" not in page
    assert page.count("Done, later, or not mine") == 1
    assert "A reminder of" not in page
    assert handle(world, OFFICER, one_week, "three_days").status_code == 303
    assert row(world, two_weeks) is None
    found = row(world, one_week)
    assert found is not None
    assert found.state == "waiting"
    assert "Reminder 14 days before" not in today(world, OFFICER)


def test_of_a_report_that_was_sent_back_nobody_is_told_that_there_is_none(world: World, tried: Tried) -> None:
    first = observed(tried, Observer(member_id=tried.member(DEPUTY)))
    reminders_are_due(world, of_rule(tried, first))
    assert "no result was recorded, or there is no report." in today(world, OFFICER)
    report = Reporting(tried, first)
    report.save(summary="Bail was refused.")
    report.file()
    report.ask_changes("Who was the second witness?")
    reminders_are_due(world, of_rule(tried, first))
    page = today(world, OFFICER)
    assert "Changes were asked for in the report, and it has not been filed again" in page
    assert "there is no report" not in page


def test_why_now_is_said_in_the_readers_language(world: World, tried: Tried) -> None:
    """Every rule is in the catalogues: what one leaves out is no translation."""
    first = tried.schedule(20)
    reminders_are_due(world, of_rule(tried, first))
    with world.database.main.writing() as session:
        session.execute(update(Member).values(language="fr"))
    page = today(world, OFFICER)
    with world.app.app_context(), force_locale("fr"):
        french = why_now("days_14")
    with world.app.app_context(), force_locale("en"):
        assert french != why_now("days_14")
    assert " ".join(french.split()) in page
    assert "Reminder 14 days before" not in page
