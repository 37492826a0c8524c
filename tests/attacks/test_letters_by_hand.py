"""A colleague with keys of their own, who writes the tables as well, sends letters past our pages: one that is none of
ours is refused and told, reaches no page, and takes no other's place."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditSubject
from hrd_cases.audit.reminders import together_written
from hrd_cases.audit.trail import record
from hrd_cases.audit.turns import clock_written
from hrd_cases.cases import clocks, filing
from hrd_cases.cases.destination import destination
from hrd_cases.cases.details import Incident, Person, Profile
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.models import Case
from hrd_cases.keys import letters
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import CircleName
from tests.attacks.past_our_code import findings, refused_letters, tables, told
from tests.cases.acting import sentences
from tests.cases.conftest import piece, recorded
from tests.world import World

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what must not be read
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LONG = "ab" * 200_000


def honest(name: str = "Evil") -> Drafted:
    return recorded("EG", name)


def at(written_at: datetime) -> Drafted:
    drafted = honest()
    pieces = tuple(msgspec.structs.replace(one, written_at=written_at) for one in drafted.pieces)
    return msgspec.structs.replace(drafted, pieces=pieces)


def begun(begun_at: datetime) -> Drafted:
    return msgspec.structs.replace(honest(), begun_at=begun_at)


def person(**said: Any) -> Drafted:
    details = (Profile(country="EG"), Person(role="defender", **said), Incident(text="Taken."))
    return msgspec.structs.replace(honest(), pieces=tuple(map(piece, details)))


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


WRONG: dict[str, Callable[[], Drafted]] = {
    "written naive": lambda: at(NAIVE),
    "written at the end of time": lambda: at(LATEST),
    "written at its beginning": lambda: at(FIRST),
    "written tomorrow": lambda: at(tomorrow()),
    "begun naive": lambda: begun(NAIVE),
    "begun at the end of time": lambda: begun(LATEST),
    "begun at its beginning": lambda: begun(FIRST),
    "begun tomorrow": lambda: begun(tomorrow()),
    "a name without end": lambda: person(names=(LONG,)),
    "names without end": lambda: person(names=tuple(f"Name {number}" for number in range(3000))),
}


def sent_by_hand(world: World, drafted: Drafted) -> uuid.UUID:
    """By an officer of Minsk, told as every sending is."""
    now, case_id = datetime.now(UTC), uuid.uuid4()
    with world.acting("officer.minsk") as (session, by):
        to = destination(session, by, "EG", "high", now)
        filing._send(session, by, case_id, to, drafted, (), now)
        clock = clocks.start(session, case_id, to, now)
        told = {"clock": clock_written(clock), "reminders": together_written(session, clocks.reminders_of(clock))}
        record(session, Event.CASE_ROUTED, case=case_id, office=to.office_id, **told)
    return case_id


@pytest.mark.parametrize("wrong", WRONG)
def test_a_letter_that_no_page_of_ours_writes_is_refused_and_stops_nobody(world: World, wrong: str) -> None:
    case_id = sent_by_hand(world, WRONG[wrong]())
    with world.acting("officer.minsk") as (session, by):
        filing.submit(session, by, honest("Honest One"), (), datetime.now(UTC))
    for who in ("officer.cairo", "deputy.cairo", "head.cairo"):
        assert {world.client(who).get(path).status_code for path in ("/", "/cases", "/account")} == {200}
    assert "Honest One" in world.client("officer.cairo").get("/cases").text
    with tables(world) as session:
        assert session.get(Case, case_id) is None
    assert refused_letters(world) == ["case_filed"]
    assert told(world, Event.LETTER_REFUSED) == told(world, Event.ALARM_RAISED) == 1
    assert "failed its check" in sentences(world.client("desk.hq").get("/").text)  # a file that cannot arrive


def test_the_same_letter_as_our_pages_write_it_is_taken_in(world: World) -> None:
    """The control."""
    case_id = sent_by_hand(world, honest())
    assert "Evil" in world.client("officer.cairo").get("/cases").text
    with tables(world) as session:
        assert session.get(Case, case_id) is not None


# -- in the place of another's


def true_file(world: World) -> uuid.UUID:
    with world.acting("officer.minsk") as (session, by):
        filing.submit(session, by, recorded("EG", "True Victim", urgency="critical"), (), datetime.now(UTC))
    with tables(world) as session:
        return session.scalars(select(Letter.subject_id).where(Letter.act == filing.FILED)).one()


def decoy(world: World, case_id: uuid.UUID, tell: str) -> None:
    """A letter of an officer of Bogotá under the same id, dated an hour earlier."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("officer.bogota") as (session, by):
        sender = (by.member_id, by.office_id, by.ring.keys)
        filed = msgspec.msgpack.encode(filing.Filed(recorded("EG", "Harmless Nobody", urgency="low"), None, "officer"))
        then = datetime.now(UTC) - timedelta(hours=1)
        to = (cairo, CircleName.CASEWORK)
        letter = letters.send(session, by.charters, sender, to, filing.FILED, case_id, filed, then)
        session.flush()
        if tell != "nothing":
            record(session, Event.LETTER_SENT, letter=letter.id, office=cairo, act=letter.act, digest=letter.digest)
        if tell.startswith("all of it"):
            record(session, Event.CASE_ROUTED, case=case_id, office=cairo, clock=b"", reminders=b"")


def out_of_the_index(world: World, about: uuid.UUID) -> None:
    with tables(world) as session:
        session.execute(delete(AuditSubject).where(AuditSubject.subject_id == about))


@pytest.mark.parametrize("tell", ["nothing", "that it was sent", "all of it", "all of it, and takes the true one away"])
def test_a_stranger_s_letter_takes_no_file_s_place(world: World, tell: str) -> None:
    case_id = true_file(world)
    if tell.endswith("away"):
        out_of_the_index(world, case_id)
    decoy(world, case_id, tell)
    page = world.client("officer.cairo").get("/cases").text
    assert "True Victim" in page
    assert "Harmless Nobody" not in page
    assert refused_letters(world) == ["case_filed"]
    assert told(world, Event.ALARM_RAISED) == 1
    # The true one is there: headquarters looks for none.
    assert "A file sent to Cairo failed its check" not in sentences(world.client("desk.hq").get("/").text)
    assert world.client("officer.cairo").post(f"/cases/{case_id}/step/acknowledge", {}).status_code == 303


def test_a_letter_that_the_trail_tells_of_as_another_s_is_refused(world: World) -> None:
    """Told as sent, and by a colleague: who signed it did not send it."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("officer.bogota") as (session, by):
        sender = (by.member_id, by.office_id, by.ring.keys)
        filed = msgspec.msgpack.encode(filing.Filed(honest(), None, "officer"))
        case_id, to = uuid.uuid4(), (cairo, CircleName.CASEWORK)
        letter = letters.send(session, by.charters, sender, to, filing.FILED, case_id, filed, datetime.now(UTC))
        session.flush()
    with world.acting("officer.minsk") as (session, _):
        record(session, Event.LETTER_SENT, letter=letter.id, office=cairo, act=letter.act, digest=letter.digest)
        record(session, Event.CASE_ROUTED, case=case_id, office=cairo, clock=b"", reminders=b"")
    assert "Evil" not in world.client("officer.cairo").get("/cases").text
    assert refused_letters(world) == ["case_filed"]


def test_an_honest_letter_arrives_whatever_the_index_lacks(world: World) -> None:
    out_of_the_index(world, true_file(world))
    with tables(world) as session:
        letter_id = session.scalars(select(Letter.id)).one()
    out_of_the_index(world, letter_id)
    assert "True Victim" in world.client("officer.cairo").get("/cases").text


def test_an_honest_sending_raises_no_alarm_and_no_finding(world: World) -> None:
    true_file(world)
    assert "True Victim" in world.client("officer.cairo").get("/cases").text
    assert told(world, Event.ALARM_RAISED) == 0
    assert findings(world) == []
