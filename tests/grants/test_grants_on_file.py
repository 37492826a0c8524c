"""Grants on the page of their file, on its timeline and on Today: what is due, for whom, and after whoever has no card
wrote of it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from hrd_cases.cards.read import cards_of
from hrd_cases.cases.dues import KINDS
from hrd_cases.grants import elsewhere, funds, rounds
from hrd_cases.grants.dues import KINDS as OF_GRANTS
from hrd_cases.grants.elsewhere import What, late
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.rounds import Rounds
from hrd_cases.keys.roles import CircleName
from hrd_cases.outbox.models import Reminder
from tests.cases.acting import sentences
from tests.coming_by import comes_by, nobody_looks
from tests.grants.asking import WHO, Asked
from tests.grants.test_what_acts_need import VERIFIED
from tests.pages.markup import faults
from tests.trials.trying import Tried
from tests.world import World

OFFICER, HEAD = WHO["officer"], WHO["head"]


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_looks(rounds.ROUNDS, monkeypatch)


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


@pytest.fixture
def calm(world: World) -> Asked:
    """Nobody's life is in danger: nothing is decided before finance has verified it."""
    return Asked(world, level="high")


def page(asked: Asked, path: str, who: str = OFFICER) -> str:
    answer = asked.world.client(who).get(path)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return sentences(answer.text)


def on_card(asked: Asked) -> dict[str, Any]:
    with asked.world.acting(OFFICER) as (session, officer):
        circle = officer.charters.of(officer.office_id).circle(CircleName.CASEWORK)
        assert circle is not None
        card = cards_of(session, circle.circle_id, [asked.file.id]).good[0]
        return {due.kind: due for due in card.dues if due.kind in OF_GRANTS}


def due(asked: Asked) -> dict[str, Any]:
    """By kind, what the file itself says is due of its grants."""
    return asked.file.seen(lambda file: {one.kind: one for one in file.brought.dues if one.kind in OF_GRANTS})


def member(asked: Asked, who: str) -> uuid.UUID:
    return asked.world.demonstration.members[WHO[who]]


def test_a_file_shows_its_grants_and_where_one_is_asked_for(asked: Asked) -> None:
    path = f"/cases/{asked.file.id}"
    shown = page(asked, path)
    for words in ("Emergency grants", "Legal support", "Draft", "EGP 180,000.00", "€3,435.11"):
        assert words in shown
    assert f'href="{path}/grants/new"' in asked.world.client(OFFICER).get(path).text
    asked.act("submit", "officer")
    assert "It waits for finance." in page(asked, path)
    asked.act("cancel", "officer")
    assert "Cancelled" in page(asked, path)
    assert "It waits for" not in page(asked, path)
    assert faults(asked.world.client(OFFICER).get(f"{path}/print").text) == []


def test_the_timeline_of_a_file_tells_of_its_grants(asked: Asked) -> None:
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    told = page(asked, f"/cases/{asked.file.id}/timeline/1")
    assert "Emergency grant: Submit" in told
    assert "Emergency grant: Verify" in told


WAY = [
    ((), "grant_draft", "officer"),
    ((("submit", "officer"),), "", ""),
    ((("submit", "officer"), ("ask", "finance")), "grant_answer", "officer"),
    ((("submit", "officer"), ("ask", "finance"), ("answer", "officer")), "", ""),
    ((("submit", "officer"), ("send_back", "finance")), "grant_returned", "officer"),
    ((("submit", "officer"), ("verify", "finance")), "grant_decide", "head"),
    ((("submit", "officer"), ("cancel", "officer")), "", ""),
    ((("submit", "officer"), ("cancel", "head")), "grant_cancelled", "officer"),
    ((("submit", "officer"), ("reject", "head")), "grant_rejected", "officer"),
    ((("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("cancel", "officer")), "", ""),
]


@pytest.mark.parametrize(("way", "kind", "who"), WAY)
def test_what_is_due_follows_from_the_steps(calm: Asked, way: Any, kind: str, who: str) -> None:
    for act, by in way:
        calm.act(act, by)
    found = due(calm)
    assert list(found) == ([kind] if kind else [])
    if kind:
        assert found[kind].for_id == member(calm, who)
        assert found[kind].within_id == calm.id


def test_what_is_critical_waits_for_the_head_at_once_and_the_clock_runs_by_day_and_night(asked: Asked) -> None:
    asked.act("submit", "officer")
    decide = due(asked)["grant_decide"]
    submitted = asked.seen(lambda opened: opened.steps[-1].at)
    assert decide.at == submitted + timedelta(hours=48)
    assert decide.for_id == member(asked, "head")


def test_of_the_head_s_own_request_nobody_in_the_office_decides(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    assert "grant_decide" not in due(asked)


def test_after_the_payment_receipts_are_due_in_90_days(asked: Asked) -> None:
    for act, who in (
        ("submit", "officer"),
        ("fast_approve", "head"),
        ("commit", "finance"),
        ("countersign", "finance2"),
    ):
        asked.act(act, who)
    assert list(due(asked)) == ["grant_release", "grant_pay", "grant_approved"]
    asked.act("release", "head", amount=None)
    asked.act("pay", "finance")
    found = due(asked)
    assert set(found) == {"grant_arrived", "grant_receipts"}
    assert found["grant_receipts"].on == found["grant_arrived"].on + timedelta(days=90)
    asked.act("arrive", "officer")
    assert set(due(asked)) == {"grant_receipts"}
    asked.act("receipt", "officer", amount=Decimal(179_999))
    assert set(due(asked)) == {"grant_receipts"}
    asked.act("receipt", "officer", amount=Decimal(1))
    found = due(asked)
    assert set(found) == {"grant_close"}, "all of it is accounted for"
    assert found["grant_close"].for_id == member(asked, "head")
    client = asked.world.client(WHO["head"])
    assert "All of an emergency grant is accounted for." in sentences(client.get("/").text)
    asked.act("close", "head")
    assert not due(asked)


def test_a_fast_approval_wants_a_second_signature(asked: Asked) -> None:
    asked.act("submit", "officer")
    asked.act("fast_approve", "head")
    assert "grant_second" in due(asked)
    asked.act("countersign", "finance")
    assert "grant_second" not in due(asked)


def test_every_kind_has_a_page_and_words() -> None:
    for name in OF_GRANTS:
        assert KINDS[name].says
        assert KINDS[name].does
        assert (KINDS[name].page, KINDS[name].within) == ("grants.show", "grant_id")


def test_what_a_caseworker_does_stands_on_the_card_at_once(asked: Asked) -> None:
    assert list(on_card(asked)) == ["grant_draft"]
    asked.act("submit", "officer")
    assert list(on_card(asked)) == ["grant_decide"]


def test_what_finance_did_stands_on_the_card_once_somebody_comes_by(calm: Asked) -> None:
    calm.act("submit", "officer")
    calm.act("verify", "finance")
    assert list(on_card(calm)) == []
    comes_by(Rounds, calm.world, WHO["colleague"])
    assert list(on_card(calm)) == ["grant_decide"]


def test_the_head_s_today_has_it_and_the_officer_s_has_what_came_back(calm: Asked) -> None:
    calm.act("submit", "officer")
    calm.act("verify", "finance")
    comes_by(Rounds, calm.world, HEAD)
    head = calm.world.client(HEAD).get("/")
    assert faults(head.text) == []
    assert "Emergency money is asked for. You head the office" in sentences(head.text)
    assert f'href="/grants/{calm.id}"' in head.text
    assert "Emergency money is asked for" not in sentences(calm.world.client(OFFICER).get("/").text)
    calm.act("return", "head")
    officer = sentences(calm.world.client(OFFICER).get("/").text)
    assert "A grant was returned: change it, and submit it again" in officer


def test_the_trial_stands_above_the_grant(asked: Asked) -> None:
    """A trial lasts for years and its next date cannot be moved; what a grant waits for leads the page and Today."""
    Tried(asked.world, [asked.file])
    for path in ("", "/print"):
        answer = asked.world.client(OFFICER).get(f"/cases/{asked.file.id}{path}")
        assert 0 < answer.text.index(">Trials</h2>") < answer.text.index(">Emergency grants</h2>")


def test_a_file_with_a_grant_on_its_way_is_not_closed(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert asked.file.seen(lambda file: [one.ids for one in file.brought.open]) == [{"grant_id": asked.id}]
    asked.act("withdraw", "officer")
    assert asked.file.seen(lambda file: file.brought.open) == ()


# -- reminders of what was not done in time


def planned(asked: Asked) -> dict[str, list[tuple[Any, ...]]]:
    """By kind of due: of each reminder that its card tells of, whom it is for, when it is due, whether it is mailed."""
    with asked.world.database.main.reading() as session:
        found = {}
        for kind, due in on_card(asked).items():
            rows = session.scalars(select(Reminder).where(Reminder.id.in_(due.reminders))).all()
            found[kind] = [(row.role, row.slot_at, row.mails) for row in rows]
    return found


def test_once_the_clock_has_run_out_whoever_stands_behind_is_told_and_mailed(asked: Asked) -> None:
    asked.act("submit", "officer")
    runs_out = asked.seen(lambda opened: opened.steps[-1].at) + timedelta(hours=48)
    [(role, slot_at, mails)] = planned(asked)["grant_decide"]
    assert (role, mails) == ("deputy", True)
    assert timedelta() <= slot_at - runs_out < timedelta(minutes=15)
    rows = [one for due in on_card(asked).values() for one in due.reminders]
    asked.act("fast_approve", "head", at=datetime.now(UTC) + timedelta(hours=1))
    assert "grant_decide" not in on_card(asked)
    [(role, _slot, mails)] = planned(asked)["grant_second"]
    assert (role, mails) == ("deputy", True)
    gone = set(rows) - {one for due in on_card(asked).values() for one in due.reminders}  # one slot, one reminder
    with asked.world.database.main.reading() as session:
        assert session.scalars(select(Reminder.id).where(Reminder.id.in_(gone))).all() == []


def test_receipts_that_do_not_come_are_told_to_whoever_stands_behind(asked: Asked) -> None:
    for act, who in (
        ("submit", "officer"),
        ("fast_approve", "head"),
        ("commit", "finance"),
        ("countersign", "finance2"),
    ):
        asked.act(act, who)
    asked.act("release", "head", amount=None)
    asked.act("pay", "finance")
    comes_by(Rounds, asked.world, OFFICER)
    receipts = on_card(asked)["grant_receipts"]
    [(role, slot_at, mails)] = planned(asked)["grant_receipts"]
    assert (role, mails) == ("deputy", False)
    assert slot_at.date() > receipts.on + timedelta(days=4)


@pytest.mark.parametrize(
    ("way", "kind", "mails"),
    [
        ((("verify", "finance"), ("approve", "head")), "grant_pay", True),
        ((("verify", "finance"), ("approve", "head"), ("commit", "finance")), "grant_pay", True),
        ((*VERIFIED[1:], ("approve", "head"), ("commit", "finance"), ("release", "head")), "grant_pay", True),
        ((*VERIFIED[1:], ("approve", "head"), ("commit", "finance"), ("release", "head"), ("pay", "finance")),
         "grant_arrived", False),
        ((("send_back", "finance"),), "grant_returned", False),
    ],
)  # fmt: skip
def test_a_grant_that_rests_is_told_to_whoever_stands_behind(calm: Asked, way: Any, kind: str, mails: bool) -> None:
    calm.act("submit", "officer")
    for act, who in way:
        calm.act(act, who)
    comes_by(Rounds, calm.world, OFFICER)
    [(role, slot_at, mailed)] = planned(calm)[kind]
    assert (role, mailed) == ("deputy", mails)
    assert slot_at > datetime.now(UTC) + timedelta(days=1)
    assert on_card(calm)[kind].for_id == member(calm, "officer")


def test_of_another_instalment_the_payment_is_due_once_it_was_cleared(calm: Asked) -> None:
    calm.by_parts = True
    for act, who in (
        *VERIFIED,
        ("approve", "head"),
        ("commit", "finance"),
        ("release", "head"),
        ("pay_part", "finance"),
    ):
        calm.act(act, who)
    assert "grant_pay" not in due(calm), "when the rest is cleared the head says"
    calm.act("release", "head")
    assert "grant_pay" in due(calm)


def test_a_question_gives_nobody_more_time_to_pay(calm: Asked) -> None:
    for act, who in (*VERIFIED, ("approve", "head")):
        calm.act(act, who)
    before = due(calm)["grant_pay"]
    calm.act("ask", "finance", at=datetime.now(UTC) + timedelta(days=9))
    assert due(calm)["grant_pay"] == before


# -- told


def test_whoever_asked_is_told_what_was_decided(calm: Asked) -> None:
    calm.act("submit", "officer")
    calm.act("verify", "finance")
    calm.act("approve", "head")
    assert "head.cairo approved an emergency grant." in page(calm, "/")


def test_a_grant_that_was_changed_behind_our_back_keeps_its_file_open_and_says_so(calm: Asked) -> None:
    calm.act("submit", "officer")
    with calm.world.database.main.writing() as session:
        triggers = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in triggers:
            session.execute(text(f'DROP TRIGGER "{name}"'))
        session.execute(text("UPDATE grant_steps SET act = 'cancel', state_after = 'cancelled', duty = '-'"))
    assert "A grant of this file cannot be read." in page(calm, f"/cases/{calm.file.id}")
    assert calm.file.seen(lambda file: len(file.brought.open)) == 1


# -- at headquarters


def test_a_second_signature_that_does_not_come_in_time_is_told_at_headquarters(asked: Asked) -> None:
    asked.act("submit", "officer")
    asked.act("fast_approve", "head")
    approved_at = asked.seen(lambda opened: opened.steps[-1].at)
    with asked.world.acting("desk.hq") as (session, _desk):
        assert late(session, approved_at + timedelta(hours=3)) == []
        [one] = late(session, approved_at + timedelta(days=9))
        assert (one.what, one.grant_id, one.since) == (What.SECOND, asked.id, approved_at)
    asked.act("countersign", "finance")
    with asked.world.acting("desk.hq") as (session, _desk):
        assert late(session, approved_at + timedelta(days=9)) == []


def test_a_decision_that_does_not_come_in_time_is_told_at_headquarters(asked: Asked) -> None:
    """Not after the 48 hours of a life in danger: of that nothing is known there."""
    asked.act("submit", "officer")
    submitted_at = asked.seen(lambda opened: opened.steps[-1].at)
    asked.act("ask", "finance")
    with asked.world.acting("desk.hq") as (session, _desk):
        assert late(session, submitted_at + timedelta(days=4)) == []
        [one] = late(session, submitted_at + timedelta(days=11))
        assert (one.what, one.grant_id, one.since) == (What.DECISION, asked.id, submitted_at)
    asked.act("send_back", "finance")
    with asked.world.acting("desk.hq") as (session, _desk):
        assert late(session, submitted_at + timedelta(days=11)) == []


@pytest.mark.parametrize("who", ["desk.hq", "head1.hq", "approver.hq"])
def test_headquarters_reads_of_which_office_and_of_nobody(
    asked: Asked, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.act("submit", "officer")
    monkeypatch.setattr(elsewhere, "FUNDS", replace(FUNDS, decide_other_working_days=0))
    monkeypatch.setattr(funds, "decision_due_at", lambda started_at, **_: started_at)
    shown = page(asked, "/", who)
    assert "Cairo: an emergency grant is not decided" in shown
    assert "Salma" not in shown
    assert "is not decided" not in page(asked, "/", OFFICER)
    asked.act("fast_approve", "head")
    assert "is not decided" not in page(asked, "/", who)
    monkeypatch.setattr(elsewhere, "second_signature_due_at", lambda approved_at, _calendar: approved_at)
    shown = page(asked, "/", who)
    assert "Cairo: an emergency grant has no second signature" in shown
    assert "Salma" not in shown
    assert "no second signature" not in page(asked, "/", OFFICER)
