"""Who is away and who stands in: absences, the duty roster, and red lines where nobody is there."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hrd_cases.accounts.models import Member
from hrd_cases.offices.absences import Days, Stretch, on_duty, stretches
from hrd_cases.offices.models import Absence, DutyDay
from tests.offices.people import Places, said
from tests.pages.markup import faults
from tests.world import Browser, World

A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))
TODAY = date(2026, 11, 19)


def on(number: int) -> date:
    return TODAY + timedelta(days=number)


def away(member: uuid.UUID, first: int, last: int) -> Days:
    return Days(member, on(first), on(last))


@pytest.mark.parametrize(
    ("people", "absent", "expected"),
    [
        ((), [], [(0, 0, (), ())]),
        ((A, B), [], [(0, 0, (A, B), ())]),
        ((A, B), [away(A, 0, 2)], [(0, 2, (B,), (A,))]),
        ((A, B), [away(A, 3, 5)], [(0, 2, (A, B), ()), (3, 5, (B,), (A,))]),
        ((A,), [away(A, 3, 5)], [(0, 2, (A,), ()), (3, 5, (), (A,))]),
        ((A, B), [away(A, -4, 4), away(B, 2, 8)], [(0, 1, (B,), (A,)), (2, 4, (), (A, B)), (5, 8, (A,), (B,))]),
        ((A, B), [away(A, 1, 1), away(B, 9, 9)], [(0, 0, (A, B), ()), (1, 1, (B,), (A,)), (9, 9, (A,), (B,))]),
        ((A, B), [away(A, -9, -1)], [(0, 0, (A, B), ())]),
        ((A, B), [away(C, 0, 9)], [(0, 0, (A, B), ())]),
        (
            (A, B),
            [away(A, 1, 3), away(A, 2, 5)],
            [(0, 0, (A, B), ()), (1, 1, (B,), (A,)), (2, 3, (B,), (A,)), (4, 5, (B,), (A,))],
        ),
    ],
)  # fmt: skip
def test_who_is_there_today_and_during_absences(people: Any, absent: Any, expected: Any) -> None:
    found = stretches(people, absent, TODAY)
    assert found == [Stretch(on(first), on(last), there, gone) for first, last, there, gone in expected]
    assert [one.red for one in found] == [not there for _first, _last, there, _gone in expected]


# -- an office's absences


def days(first: int, last: int) -> dict[str, str]:
    today = datetime.now(UTC).date()
    fields: dict[str, str] = {}
    for name, ahead in (("first_on", first), ("last_on", last)):
        day = today + timedelta(days=ahead)
        fields |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return fields


def recorded(world: World, browser: Browser, sign_in: str, first: int = 2, last: int = 4, code: str = "DEL_EGY") -> Any:
    form = {"member": str(world.demonstration.members[sign_in])} | days(first, last)
    return browser.post(Places(world).office(code, "/absences"), form)


def kept(world: World) -> list[uuid.UUID]:
    with world.database.main.reading() as session:
        return list(session.scalars(select(Absence.member_id)))


def test_an_officer_records_their_own_absence_and_sees_who_stands_in(world: World) -> None:
    officer = world.client("officer.cairo")
    assert recorded(world, officer, "officer.cairo").status_code == 303
    page = officer.get(Places(world).office("DEL_EGY", "/absences"))
    assert faults(page.text) == []
    assert "away: officer.cairo" in said(page)
    assert "deputy.cairo" in said(page)
    assert kept(world) == [world.demonstration.members["officer.cairo"]]


def test_a_colleague_s_is_recorded_by_deputy_and_head_but_not_by_finance(world: World) -> None:
    assert recorded(world, world.client("deputy.cairo"), "officer.cairo").status_code == 303
    finance = world.client("finance.cairo")
    answer = recorded(world, finance, "head.cairo")
    assert answer.status_code == 422
    assert recorded(world, finance, "finance.cairo").status_code == 303


def test_when_everybody_is_away_the_page_is_red(world: World) -> None:
    head = world.client("head.cairo")
    for sign_in in ("officer.cairo", "deputy.cairo", "head.cairo"):
        assert recorded(world, head, sign_in).status_code == 303
    page = head.get(Places(world).office("DEL_EGY", "/absences"))
    assert "Nobody can take up a file here" in said(page)
    assert faults(page.text) == []


def test_the_suspended_stand_in_for_nobody(world: World) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "deputy.cairo").values(suspended_at=datetime.now(UTC)))
    page = said(world.client("head.cairo").get(Places(world).office("DEL_EGY", "/absences")))
    assert "until further notice: deputy.cairo" in page


def test_whoever_left_is_not_said_to_be_unable_for_a_while_and_keeps_their_name(world: World) -> None:
    head = world.client("head.cairo")
    assert recorded(world, head, "officer.cairo").status_code == 303
    with world.database.main.writing() as session:
        gone = Member.sign_in.in_(("officer.cairo", "deputy.cairo"))
        session.execute(update(Member).where(gone).values(revoked_at=datetime.now(UTC)))
        out = Member.sign_in == "deputy.cairo"  # suspended first, then ended
        session.execute(update(Member).where(out).values(suspended_at=datetime.now(UTC)))
        unseated = Member(
            sign_in="gone.cairo", office_id=world.demonstration.offices["DEL_EGY"], invited_role="deputy",
            created_at=datetime.now(UTC), revoked_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(unseated)
    page = said(head.get(Places(world).office("DEL_EGY", "/absences")))
    assert "until further notice" not in page
    assert "?" not in page


def test_the_page_says_whom_files_go_to_as_they_go(world: World) -> None:
    page = said(world.client("head.cairo").get(Places(world).office("DEL_EGY", "/absences")))
    assert "goes to another officer, or else to a deputy, or else to a head, or else to headquarters" in page  # routing
    assert "told to the deputies, or else to the heads, or else to the officers who are there" in page  # standing_in


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (4, 2, "The last day comes before the first"),
        (-9, -5, "These days have gone by"),
        (1, 400, "a year at most"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(world: World, first: int, last: int, sentence: str) -> None:
    answer = recorded(world, world.client("officer.cairo"), "officer.cairo", first, last)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert kept(world) == []


def test_two_absences_do_not_overlap(world: World) -> None:
    officer = world.client("officer.cairo")
    recorded(world, officer, "officer.cairo")
    answer = recorded(world, officer, "officer.cairo", 4, 6)
    assert "Remove that absence first" in said(answer)


@pytest.mark.parametrize("value", ["", "x", "\0", "00000000-0000-4000-8000-000000000000", "99"])
def test_whatever_is_typed_is_answered(world: World, value: str) -> None:
    officer, path = world.client("officer.cairo"), Places(world).office("DEL_EGY", "/absences")
    sound = {"member": str(world.demonstration.members["officer.cairo"])} | days(1, 2)
    for field in sound:
        assert officer.post(path, sound | {field: value}).status_code in (303, 422), field


def test_an_absence_is_removed_after_a_page_that_says_what_that_does(world: World) -> None:
    officer = world.client("officer.cairo")
    recorded(world, officer, "officer.cairo")
    page = officer.get(Places(world).office("DEL_EGY", "/absences")).text
    found = re.search(r'href="(/offices/absences/[0-9a-f-]+/remove)"', page)
    assert found is not None
    assert world.client("officer.minsk").get(found[1]).status_code == 404
    finance = world.client("finance.cairo")
    assert finance.post(found[1]).status_code == 422
    assert "count as there" in said(officer.get(found[1]))
    assert officer.post(found[1]).status_code == 303
    assert kept(world) == []


@pytest.mark.parametrize(
    ("sign_in", "status"), [("officer.minsk", 403), ("observer.a", 403), ("auditor.hq", 403), ("head1.hq", 200)]
)
def test_another_office_s_absences_are_no_stranger_s_business(world: World, sign_in: str, status: int) -> None:
    assert world.client(sign_in).get(Places(world).office("DEL_EGY", "/absences")).status_code == status


# -- the duty roster


def test_the_roster_says_who_has_which_day_and_whoever_is_away_does_not(world: World) -> None:
    desk = world.client("desk.hq")
    path = "/offices/duty"
    member = world.demonstration.members["desk.hq"]
    assert faults(desk.get(path).text) == []
    assert desk.post(path, {"member": str(member)} | days(0, 3)).status_code == 303
    assert said(desk.get(path)).count("desk.hq") >= 4
    with world.database.main.reading() as session:
        assert len(session.scalars(select(DutyDay)).all()) == 4
    recorded(world, desk, "desk.hq", 1, 2, "HQ")
    assert said(desk.get(path)).count("away: the whole desk") == 2
    today = datetime.now(UTC).date()
    with world.acting("desk.hq") as (session, visitor):
        charter = visitor.charters.headquarters()
        assert on_duty(session, charter, today) == member
        assert on_duty(session, charter, today + timedelta(days=1)) is None


def test_whoever_had_the_day_before_is_replaced(world: World) -> None:
    head, path = world.client("head1.hq"), "/offices/duty"
    for sign_in in ("desk.hq", "head1.hq"):
        head.post(path, {"member": str(world.demonstration.members[sign_in])} | days(0, 0))
    with world.database.main.reading() as session:
        assert session.scalars(select(DutyDay.member_id)).all() == [world.demonstration.members["head1.hq"]]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [(3, 1, "The last day comes before"), (0, 80, "two months at a time"), (-5, -3, "have gone by")],
)
def test_a_roster_that_cannot_be_is_refused_in_words(world: World, first: int, last: int, sentence: str) -> None:
    form = {"member": str(world.demonstration.members["desk.hq"])} | days(first, last)
    answer = world.client("desk.hq").post("/offices/duty", form)
    assert answer.status_code == 422
    assert sentence in said(answer)


def test_the_roster_is_headquarters_business(world: World) -> None:
    assert world.client("head.cairo").get("/offices/duty").status_code == 403
    answer = world.client("desk.hq").post("/offices/duty", {"member": str(uuid.uuid4())} | days(0, 0))
    assert answer.status_code == 422
