"""Somebody writes rows for a minute, the trail too, while letters about a share are taken in: none is lost for it, none
counts twice, and nobody is shown what was overtaken.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditSubject
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.errors import Tampered
from hrd_cases.keys.models import GuestKey, Letter, SleeveKey
from hrd_cases.offices import chores
from hrd_cases.trials import reports
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.attending_rounds import ROUNDS
from hrd_cases.trials.shares.letters import CHANGED, REPORTED
from hrd_cases.trials.shares.models import ReceivedShare, Share
from tests.attacks.past_our_code import alarms, told
from tests.attacks.test_reports_not_asked_for import stands
from tests.trials.reporting import Reporting
from tests.trials.sharing_world import OBSERVER, Sharer
from tests.trials.test_shared_reports import accepted, report_of, seen
from tests.trials.trying import OFFICER, held, in_days
from tests.world import World


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    """A letter rests for a minute before it is read again."""
    chores._resting.clear()
    yield
    chores._resting.clear()


def table_of(kind: Any) -> Any:
    return kind.__table__


def run(world: World, *statements: Any) -> None:
    with world.database.main.writing() as session:
        for statement in statements:
            session.connection().execute(statement)


def rows(world: World, kind: Any, *where: Any) -> list[dict[str, Any]]:
    with world.database.main.reading() as session:
        return [dict(one._mapping) for one in session.execute(select(kind.__table__).where(*where))]


class Aside:
    """Rows that somebody takes away for a minute."""

    def __init__(self, world: World, kind: Any, *where: Any) -> None:
        self._world, self._table = world, kind.__table__
        self._rows = rows(world, kind, *where)
        assert self._rows
        run(world, self._table.delete().where(*where))

    def back(self) -> None:
        run(self._world, insert(self._table).values(self._rows))


class Otherwise:
    """A column that somebody changes for a minute."""

    def __init__(self, world: World, kind: Any, **values: Any) -> None:
        self._world, self._table = world, kind.__table__
        [name] = values
        [self._row, *_] = rows(world, kind)
        self._was = {name: self._row[name]}
        run(world, update(self._table).values(**values))

    def back(self) -> None:
        run(self._world, update(self._table).values(**self._was))


def newest_entry(world: World) -> Aside:
    table = ProceedingEntry.__table__
    return Aside(world, ProceedingEntry, table.c.written_at >= select(func.max(table.c.written_at)).scalar_subquery())


Damage = Callable[[Sharer, uuid.UUID], Any]
OFFICE: dict[str, Damage] = {
    "the index": lambda s, share_id: Aside(s.world, AuditSubject, AuditSubject.subject_id == share_id),
    "whose trial it is": lambda s, _: Otherwise(s.world, Proceeding, office_id=s.office("EMB_A_EGY")),
    "the trial": lambda s, _: Otherwise(s.world, Proceeding, sealed_file=b"\0"),
    "an entry of the trial": lambda s, _: newest_entry(s.world),
}
EMBASSY_S: dict[str, Damage] = {
    "its row": lambda s, _: Aside(s.world, Share),
    "with whom": lambda s, _: Otherwise(s.world, Share, to_office_id=s.office("DEL_EGY")),
    "by whom": lambda s, _: Otherwise(s.world, Share, office_id=s.office("EMB_B_EGY")),
    "what it says": lambda s, _: Otherwise(s.world, Share, sealed_file=b"\0"),
    "the index": lambda s, share_id: Aside(s.world, AuditSubject, AuditSubject.subject_id == share_id),
}


def comes_by(world: World, who: str) -> None:
    chores._resting.clear()
    world.client(who).get("/")


def today(world: World) -> tuple[Sharer, uuid.UUID]:
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    return sharer, accepted(sharer)


def file_it(sharer: Sharer, share_id: uuid.UUID, summary: str) -> None:
    with sharer.world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        now = datetime.now(UTC)
        receiving.keep_report(session, by, received, str(receiving.report_mark(received)), seen(summary=summary), now)
        receiving.file_report(session, by, received, str(receiving.report_mark(received)), now)


@pytest.mark.parametrize("what", OFFICE)
def test_a_report_waits_until_what_it_is_about_is_mended(world: World, what: str) -> None:
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    damage = OFFICE[what](sharer, share_id)
    for _ in range(2):
        comes_by(world, OFFICER)
    damage.back()
    comes_by(world, OFFICER)
    found = stands(sharer)
    if what == "an entry of the trial":  # that they had accepted: it is kept aside, as of whoever had not
        assert found.aside == ("What they saw",)
    else:
        assert (found.report, found.aside) == ("What they saw", ())
    assert told(world, Event.LETTER_REFUSED) == 0


@pytest.mark.parametrize("what", OFFICE)
@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answer_waits_until_what_it_is_about_is_mended(world: World, what: str, answer: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    getattr(sharer, answer)(share_id)
    damage = OFFICE[what](sharer, share_id)
    comes_by(world, OFFICER)
    damage.back()
    comes_by(world, OFFICER)
    assert sharer.given(share_id).state == ("accepted" if answer == "accept" else "declined")
    assert told(world, Event.LETTER_REFUSED) == 0


@pytest.mark.parametrize("what", EMBASSY_S)
@pytest.mark.parametrize("letter", ["the offer", "a new version"])
def test_what_was_shared_waits_until_its_row_is_mended(world: World, what: str, letter: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    if letter != "the offer":
        sharer.accept(share_id)
        assert sharer.given(share_id).state == "accepted"
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    damage = EMBASSY_S[what](sharer, share_id)
    comes_by(world, OBSERVER)
    damage.back()
    comes_by(world, OBSERVER)
    shown = sharer.seen(share_id)
    assert shown is not None
    assert shown.when == sharer.tried.hearing(sharer.hearing_id).when
    assert told(world, Event.LETTER_REFUSED) == 0


def test_an_entry_that_says_that_a_report_was_taken_in_swallows_none(world: World) -> None:
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    [letter] = rows(world, Letter, Letter.act == REPORTED)
    with world.database.main.writing() as session:
        act_as(session, Actor("member", world.demonstration.members[OFFICER], sharer.office("DEL_EGY")))
        record(session, Event.LETTER_FOLDED, letter=letter["id"], act=REPORTED)
    comes_by(world, OFFICER)
    report = report_of(sharer)
    assert report is not None
    assert report.summary == "What they saw"
    assert told(world, Event.ALARM_RAISED) == 1


def test_a_report_whose_mark_is_taken_away_counts_once(world: World) -> None:
    sharer, share_id = today(world)
    file_it(sharer, share_id, "What they saw")
    before = stands(sharer)
    run(world, update(table_of(Letter)).where(Letter.act == REPORTED).values(folded_at=None))
    damage = newest_entry(world)
    comes_by(world, OFFICER)
    damage.back()
    comes_by(world, OFFICER)
    assert stands(sharer) == before
    assert [one["folded_at"] is not None for one in rows(world, Letter, Letter.act == REPORTED)] == [True]


def test_what_an_embassy_writes_stays_while_a_row_says_another_office(world: World) -> None:
    sharer, share_id = today(world)
    with world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        mark, now = str(receiving.report_mark(received)), datetime.now(UTC)
        receiving.keep_report(session, by, received, mark, seen(summary="Three hours of notes"), now)
    for damage in (lambda: Otherwise(world, Share, to_office_id=sharer.office("DEL_EGY")), lambda: Aside(world, Share)):
        done = damage()
        ROUNDS._next.clear()
        with world.acting(OBSERVER) as (session, by), suppress(Tampered):
            ROUNDS.mend(session, by, share_id, datetime.now(UTC))
        done.back()
        assert sharer.of(share_id, lambda one: one.report) is not None
    sharer.revoke(share_id)
    assert sharer.of(share_id, lambda one: one.report) is None


def test_a_version_that_was_set_back_is_not_shown(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    first = sharer.seen(share_id)
    assert first is not None
    old = [(kind, rows(world, kind)) for kind in (Share, GuestKey)]
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    assert sharer.seen(share_id) is not None
    for kind, were in old:
        run(world, delete(kind), insert(table_of(kind)).values(were))
    with pytest.raises(Tampered):
        sharer.seen(share_id)
    page = world.client(OBSERVER).get(f"/shares/{share_id}")
    assert "Failed its check" in page.text
    assert "Sit near the door" not in page.text
    assert [one for one in alarms(world) if str(share_id) in one]


@pytest.mark.parametrize("how", ["a key", "what it is sealed under"])
def test_what_is_planted_as_a_newer_key_loses_none(world: World, how: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    [share] = rows(world, Share)
    if how == "a key":
        [*_, key] = rows(world, SleeveKey, SleeveKey.folder_id == share["folder_id"])
        run(world, insert(table_of(SleeveKey)).values(**key | {"epoch": 1000}))
    else:
        blob = share["sealed_file"]
        run(world, update(table_of(Share)).values(sealed_file=blob[:1] + (1000).to_bytes(4) + blob[5:]))
    comes_by(world, OBSERVER)
    run(
        world,
        delete(SleeveKey).where(SleeveKey.epoch == 1000),
        update(table_of(Share)).values(sealed_file=share["sealed_file"]),
    )
    comes_by(world, OBSERVER)
    shown = sharer.seen(share_id)
    assert shown is not None
    assert shown.when == sharer.tried.hearing(sharer.hearing_id).when
    assert told(world, Event.LETTER_REFUSED) == 0


def test_versions_that_came_while_nobody_was_there_are_taken_in_together(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    for days in (5, 6, 7):
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(days))
    comes_by(world, OBSERVER)
    shown = sharer.seen(share_id)
    assert shown is not None
    assert shown.when == sharer.tried.hearing(sharer.hearing_id).when
    assert [one["folded_at"] is not None for one in rows(world, Letter, Letter.subject_id == share_id)] == [True] * 4
    assert told(world, Event.ALARM_RAISED) == 0
    assert CHANGED in {one["act"] for one in rows(world, Letter, Letter.subject_id == share_id)}


def test_on_postgresql_too(world_on_postgres: World) -> None:
    test_a_report_waits_until_what_it_is_about_is_mended(world_on_postgres, "the trial")


@pytest.mark.parametrize("came_before", [True, False])
def test_what_an_officer_wrote_since_is_not_written_over_by_a_letter_that_was_kept_back(
    world: World, came_before: bool
) -> None:
    """Until the embassy was cut off: whoever is here writes in its place, and what they wrote is reviewed."""
    sharer, share_id = today(world)
    if came_before:
        file_it(sharer, share_id, "The first of the embassy.")
        assert report_of(sharer) is not None
    file_it(sharer, share_id, "The last of the embassy.")
    letters = table_of(Letter)
    newest = letters.c.arrived_at >= select(func.max(letters.c.arrived_at)).scalar_subquery()
    kept_back = Aside(world, Letter, newest)
    if not came_before:
        sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held())
    sharer.revoke(share_id)
    reporting = Reporting(sharer.tried, sharer.hearing_id)
    reporting.save(summary="What we were told.")
    reporting.file()
    reporting.review()
    kept_back.back()
    comes_by(world, OFFICER)
    said = report_of(sharer)
    assert said is not None
    assert said.summary == "What we were told."
    assert sharer.tried.hearing(sharer.hearing_id).state == "reviewed"
    kept = sharer.tried.seen(lambda docket: reports.kept_aside(docket, sharer.hearing_id))
    assert [one.said.summary for one in kept] == ["The last of the embassy."]
