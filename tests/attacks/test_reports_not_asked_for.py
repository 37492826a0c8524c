"""A report that comes by letter takes the place of nothing that the office has: not from an embassy that was not to go,
not from one that never accepted, not an older one whose letter somebody made new again. It is kept aside, and told.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, select, update

from hrd_cases.audit.events import Event
from hrd_cases.errors import Refused
from hrd_cases.keys.models import Letter
from hrd_cases.trials import reports
from hrd_cases.trials.details import Report
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import taking_back
from hrd_cases.trials.shares.letters import REPORTED
from tests.attacks.past_our_code import alarms, findings, tables, told
from tests.trials.due import reminders_are_due, text_of
from tests.trials.sharing_world import OBSERVER, Sharer
from tests.trials.test_shared_reports import accepted, by_hand, filed, seen
from tests.trials.trying import DEPUTY, HEAD, OFFICER, held, in_days
from tests.world import World

OURS, THEIRS = "He was beaten in court.", "A fair trial."


class Stands(NamedTuple):
    """What the office has of a hearing."""

    state: str
    outcome: str
    report: str
    aside: tuple[str, ...]
    hearings: int
    death: bool


def stands(sharer: Sharer) -> Stands:
    def look(docket: Docket) -> Stands:
        hearing, report = docket.hearing(sharer.hearing_id), reports.report_on(docket, sharer.hearing_id)
        said = hearing.said
        aside = tuple(one.said.summary for one in reports.kept_aside(docket, hearing.id))
        outcome, words = said.result.outcome if said.result else "", report.said.summary if report else ""
        return Stands(said.state, outcome, words, aside, len(docket.hearings), docket.trial.death_sentence)

    found: Stands = sharer.tried.seen(look)
    return found


@pytest.fixture
def ours(world: World) -> Sharer:
    """A hearing of today to which the deputy goes herself."""
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.GO_MYSELF, who=DEPUTY)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    return sharer


def reviewed(sharer: Sharer) -> None:
    """The deputy reports, the head reviews."""
    tried, hearing_id = sharer.tried, sharer.hearing_id
    tried.act(hearing_id, Act.RECORD, who=DEPUTY, result=held(), no_date_yet=True)
    tried.do(reports.save, hearing_id, None, Report(hearing_id=hearing_id, summary=OURS), who=DEPUTY)

    def newest(docket: Docket) -> uuid.UUID:
        standing = reports.report_on(docket, hearing_id)
        assert standing is not None
        return standing.entry.id

    made = tried.seen(newest)
    tried.do(reports.file_report, hearing_id, made, who=DEPUTY)
    tried.do(reports.review, tried.entry(hearing_id), who=HEAD)


def test_an_embassy_that_was_not_to_go_replaces_nothing_and_is_offered_nothing(ours: Sharer) -> None:
    share_id = ours.share()
    said = ours.seen(share_id)
    assert said is not None
    assert not said.asked
    page = ours.world.client(OBSERVER).get(f"/shares/{share_id}").text
    assert f"/shares/{share_id}/report" not in page
    with pytest.raises(Refused):
        filed(ours, share_id, seen(summary=THEIRS))
    reviewed(ours)
    before = stands(ours)
    by_hand(ours, OBSERVER, share_id, seen(summary=THEIRS))
    ours.world.client(OFFICER).get("/")
    assert stands(ours) == before._replace(aside=(THEIRS,))
    assert (before.state, before.report) == ("reviewed", OURS)
    by_hand(ours, OBSERVER, share_id, seen(summary=THEIRS + " Again."))
    assert stands(ours).aside == (THEIRS + " Again.", THEIRS)
    assert findings(ours.world) == []


def test_nor_does_it_record_the_result_or_set_another_hearing(ours: Sharer) -> None:
    share_id = ours.share()
    before = stands(ours)
    next_on = (datetime.now(UTC) + timedelta(days=3)).date()
    by_hand(ours, OBSERVER, share_id, seen(summary=THEIRS, outcome="death_sentence", next_on=next_on))
    assert stands(ours) == before._replace(aside=(THEIRS,))


def test_one_that_was_asked_and_did_not_accept_is_kept_aside(world: World) -> None:
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    with pytest.raises(Refused, match="has said that they go"):
        filed(sharer, share_id, seen())
    by_hand(sharer, OBSERVER, share_id, seen(summary=THEIRS))
    assert stands(sharer) == Stands("assigned", "", "", (THEIRS,), 1, False)


def test_the_office_is_told_of_it_and_reads_it_on_the_page_of_the_report(ours: Sharer) -> None:
    share_id = ours.share()
    by_hand(ours, OBSERVER, share_id, seen(summary=THEIRS))
    ids = ours.tried.seen(lambda docket: reports.kept_aside(docket, ours.hearing_id)[0].said.told)
    assert len(ids) == 1
    reminders_are_due(ours.world, *ids)
    officer = ours.world.client(OFFICER)
    assert "it is kept aside" in text_of(officer.get("/"))
    at = f"/trials/{ours.tried.id}/hearings/{ours.hearing_id}"
    assert "1 report kept aside" in text_of(officer.get(at))
    page = text_of(officer.get(f"{at}/report"))
    assert THEIRS in page.partition("Kept aside")[2]
    assert "observer.a" in page.partition("Kept aside")[2]


def letters_of(world: World, act: str) -> list[uuid.UUID]:
    with world.database.main.reading() as session:
        return list(session.scalars(select(Letter.id).where(Letter.act == act).order_by(Letter.arrived_at)))


@pytest.fixture
def theirs(world: World) -> tuple[Sharer, uuid.UUID]:
    """A hearing of today, accepted by an embassy."""
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    return sharer, accepted(sharer)


def test_a_letter_whose_mark_was_taken_away_is_not_folded_again(theirs: tuple[Sharer, uuid.UUID]) -> None:
    sharer, share_id = theirs
    world = sharer.world
    filed(sharer, share_id, seen(summary="First."))
    assert stands(sharer).report == "First."
    filed(sharer, share_id, seen(summary="Corrected."))
    sharer.tried.do(reports.review, sharer.tried.entry(sharer.hearing_id), who=HEAD)
    before = stands(sharer)
    assert (before.state, before.report) == ("reviewed", "Corrected.")
    first, _second = letters_of(world, REPORTED)
    with tables(world) as session:
        session.execute(update(Letter).where(Letter.id == first).values(folded_at=None))
    world.client(OFFICER).get("/")
    assert stands(sharer) == before
    assert [one for one in alarms(world) if str(first) in one]
    with world.database.main.reading() as session:
        assert session.scalar(select(func.count()).where(Letter.folded_at.is_(None), Letter.id == first)) == 0


@contextmanager
def held_up(world: World, letter_id: uuid.UUID) -> Iterator[None]:
    """Meanwhile it does not arrive."""
    with tables(world) as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(folded_at=datetime.now(UTC)))
    yield
    with tables(world) as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(folded_at=None))


def test_an_older_report_that_comes_later_is_kept_aside(theirs: tuple[Sharer, uuid.UUID]) -> None:
    sharer, share_id = theirs
    filed(sharer, share_id, seen(summary="Older."))
    (older,) = letters_of(sharer.world, REPORTED)
    with held_up(sharer.world, older):
        filed(sharer, share_id, seen(summary="Newer."))
        assert stands(sharer).report == "Newer."
    assert stands(sharer)[2:4] == ("Newer.", ("Older.",))


def test_one_that_was_sent_while_it_was_taken_back_is_kept_aside(world: World) -> None:
    """Whoever takes it back wrote the time down before the embassy pressed, and committed after."""
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    share_id = accepted(sharer)
    now = datetime.now(UTC)
    filed(sharer, share_id, seen(summary=THEIRS))
    (report,) = letters_of(world, REPORTED)
    with held_up(world, report), world.acting(OFFICER) as (session, by):
        proceeding = session.get_one(Proceeding, sharer.tried.id)
        taking_back.revoke(session, by, proceeding, share_id, "Too dangerous", now)
    assert THEIRS in (*stands(sharer).aside, stands(sharer).report)
    assert told(world, Event.LETTER_REFUSED) == 0


@pytest.mark.parametrize("accepts", [True, False], ids=["accepted", "declined"])
def test_what_they_answered_is_an_act_of_the_moment_in_which_it_is_taken_in(world: World, accepts: bool) -> None:
    """Its reminders are planned from then on: about what was past by then, nobody is told."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.accept(share_id) if accepts else sharer.decline(share_id)
    came = datetime.now(UTC)
    given = sharer.given(share_id)
    written = sharer.tried.seen(lambda docket: docket.hearing(sharer.hearing_id).entry.written_at)
    assert given.answered_at is not None
    assert given.answered_at < came < written
