"""A file goes by itself to the right person, climbs while nobody takes it, is never lost, and leaves nothing behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import KeptForm, Member, SessionRow
from hrd_cases.accounts.sessions import name_of
from hrd_cases.audit import trail
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import record
from hrd_cases.audit.turns import absence_written
from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.cases import clocks, drafts
from hrd_cases.cases.details import Assessment, LifeStep
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import FILED, SOURCES, Submitted, submit
from hrd_cases.cases.life import Act
from hrd_cases.cases.models import Acknowledgement, Case, Draft, Entry
from hrd_cases.cases.routing import Why
from hrd_cases.cases.steps import take_step
from hrd_cases.errors import HrdError, Locked
from hrd_cases.keys import letters
from hrd_cases.keys.models import Folder, Letter, ShredSecret, SleeveKey
from hrd_cases.keys.roles import Role
from hrd_cases.offices.absences import put_on_duty, record_absence
from hrd_cases.offices.facts import remove_holiday
from hrd_cases.offices.models import Absence, OfficeHoliday
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.plan import due_reminders
from hrd_cases.records import Base
from hrd_cases.unattended import AddressBook
from tests.cases.conftest import piece, recorded, with_source
from tests.world import World

ALENA = "Алёна Міхайлаўна Прыкладная"
CAIRO, MINSK = ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/Minsk")


def next_thursday() -> datetime:
    """Ten o'clock in Cairo on a Thursday to come, with no holiday near."""
    today = datetime.now(CAIRO)
    ahead = (3 - today.weekday()) % 7 + 7
    return (today + timedelta(days=ahead)).replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)


class Journey:
    """The world as time passes. Nobody's session ends by it: who comes in and who does not is the test's to say."""

    def __init__(self, world: World, traveller: Any) -> None:
        self.world, self._traveller = world, traveller
        self.ids = world.demonstration.members
        self.names = {member: name for name, member in self.ids.items()}
        # By the act: days that are closed count as the trail tells of them.
        with world.acting("head.cairo") as (session, _):
            for holiday in session.scalars(select(OfficeHoliday)).all():
                remove_holiday(session, holiday)

    def to(self, moment: datetime) -> None:
        sessions, cookies = self.world.demonstration.sessions, self.world.demonstration.cookies
        with self.world.database.main.reading() as session:
            held = {cookie: sessions.held(session, cookie) for cookie in cookies.values()}
        self._traveller.move_to(moment)
        now = datetime.now(UTC)
        with self.world.database.main.writing() as session:
            for cookie, inside in held.items():
                row = session.get_one(SessionRow, name_of(cookie))
                inside.ends_at, inside.second_factor_at = now + timedelta(hours=10), now
                row.began_at = row.seen_at = now
                row.sealed = sessions._seal(cookie, row.id, row.member_id, inside)

    def after(self, **span: float) -> None:
        self.to(datetime.now(UTC) + timedelta(**span))

    def send(self, by: str, country: str, name: str = ALENA, urgency: str = "high") -> Submitted:
        with self.world.acting(by) as (session, visitor):
            return submit(session, visitor, recorded(country, name, urgency=urgency), (), datetime.now(UTC))

    def come_in(self, *sign_ins: str) -> None:
        for sign_in in sign_ins:
            with self.world.acting(sign_in):
                pass

    def acknowledge(self, by: str) -> None:
        with self.world.acting(by) as (session, visitor):
            (case,) = session.scalars(select(Case)).all()
            file = open_file(session, case)
            take_step(session, visitor, file, Act.ACKNOWLEDGE, LifeStep(act="", before="", after=""), datetime.now(UTC))

    def told(self) -> set[str]:
        """Who has been told so far: the tick of the unattended process, and what is due for members then."""
        turn_due(self.world.database.main, AddressBook(self.world.house.settings), datetime.now(UTC))
        desk = to_role(self.world.demonstration.offices["HQ"], Role.HEADQUARTERS_DESK.value)
        with self.world.database.main.reading() as session:
            found = {name for member, name in self.names.items() if due_reminders(session, [to_member(member)])}
            return found | ({"the desk"} if due_reminders(session, [desk]) else set())

    def away(self, sign_in: str, office: str = "DEL_EGY") -> None:
        today = datetime.now(UTC).date()
        with self.world.acting(sign_in) as (session, visitor):
            charter = visitor.charters.of(self.world.demonstration.offices[office])
            days = today - timedelta(days=1), today + timedelta(days=30)
            record_absence(session, visitor, charter, visitor.member_id, *days, datetime.now(UTC))

    def suspend(self, sign_in: str) -> None:
        with self.world.database.main.writing() as session:
            session.execute(update(Member).where(Member.sign_in == sign_in).values(suspended_at=datetime.now(UTC)))

    def whose(self, done: Submitted) -> str:
        return self.names[done.to.officer_id] if done.to.officer_id is not None else ""


@pytest.fixture
def journey(world: World) -> Iterator[Journey]:
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        found = Journey(world, traveller)
        found.to(next_thursday())
        yield found


# -- whose it is


def test_the_officer_of_the_office_that_covers_the_country_is_told_at_once(journey: Journey) -> None:
    done = journey.send("officer.minsk", "EG")
    assert journey.whose(done) == "officer.cairo"
    assert journey.told() == {"officer.cairo"}


def test_an_absent_officer_s_file_goes_to_the_deputy_and_the_file_says_why(journey: Journey) -> None:
    journey.away("officer.cairo")
    assert journey.whose(journey.send("officer.minsk", "EG")) == "deputy.cairo"
    assert journey.told() == {"deputy.cairo"}
    with journey.world.acting("head.cairo") as (session, _visitor):
        arrival = open_file(session, session.scalars(select(Case)).one()).arrival
        assert arrival is not None
        assert (arrival.said.why, arrival.said.officer_id) == (Why.DEPUTY, journey.ids["deputy.cairo"])


def test_a_suspended_officer_s_file_goes_to_the_deputy(journey: Journey) -> None:
    journey.suspend("officer.cairo")
    assert journey.whose(journey.send("officer.minsk", "EG")) == "deputy.cairo"


def test_an_officer_silent_for_two_working_days_while_something_waits_counts_as_absent(journey: Journey) -> None:
    assert journey.whose(journey.send("officer.minsk", "EG", urgency="low")) == "officer.cairo"
    journey.after(days=3)  # Sunday: Friday and Saturday are no working days in Cairo
    assert journey.whose(journey.send("officer.minsk", "EG", urgency="low")) == "officer.cairo"
    journey.after(days=2)
    assert journey.whose(journey.send("officer.minsk", "EG", urgency="low")) == "deputy.cairo"
    journey.world.client("officer.cairo").get("/account")
    assert journey.whose(journey.send("officer.minsk", "EG", urgency="low")) == "officer.cairo"


def test_with_officer_and_deputy_away_it_is_the_head_s(journey: Journey) -> None:
    journey.away("officer.cairo")
    journey.away("deputy.cairo")
    assert journey.whose(journey.send("officer.minsk", "EG")) == "head.cairo"


@pytest.mark.parametrize(("country", "why"), [("NZ", Why.NO_OFFICE), ("SA", Why.NO_KEYS)])
def test_a_country_without_office_and_an_office_without_staff_are_headquarters_business(
    journey: Journey, country: str, why: Why
) -> None:
    done = journey.send("officer.minsk", country)
    assert done.to.why is why
    assert done.to.office_id == journey.world.demonstration.offices["HQ"]
    with journey.world.acting("desk.hq") as (session, _visitor):
        assert session.scalars(select(Case)).one().reference == done.reference


def test_when_everybody_of_an_office_is_away_it_is_headquarters_and_its_duty_officer_is_told(journey: Journey) -> None:
    for sign_in in ("officer.cairo", "deputy.cairo", "head.cairo"):
        journey.away(sign_in)
    with journey.world.acting("head1.hq") as (session, visitor):
        today = datetime.now(UTC).date()
        put_on_duty(session, visitor.charters.headquarters(), journey.ids["head2.hq"], [today], today)
    done = journey.send("officer.minsk", "EG")
    assert (done.to.why, journey.whose(done)) == (Why.NOBODY, "head2.hq")
    assert journey.told() == {"head2.hq"}


def test_whoever_records_for_their_own_office_has_the_file_even_if_recorded_as_away(journey: Journey) -> None:
    for sign_in in ("officer.cairo", "deputy.cairo", "head.cairo"):
        journey.away(sign_in)
    done = journey.send("officer.cairo", "EG")
    assert done.case_id is not None
    assert journey.told() == set()


def test_a_head_whose_access_was_ended_gets_no_file(journey: Journey) -> None:
    """The seat of a head is taken by two at headquarters: until then the charter still names them."""
    journey.away("officer.minsk", "DEL_BLR")
    with journey.world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "head.minsk").values(revoked_at=datetime.now(UTC)))
    done = journey.send("officer.cairo", "BY")
    assert done.to.office_id == journey.world.demonstration.offices["HQ"]


# -- the climb


def test_acknowledged_in_time_nobody_else_is_told(journey: Journey) -> None:
    journey.send("officer.minsk", "EG", urgency="critical")
    assert journey.told() == {"officer.cairo"}
    journey.after(hours=1)
    journey.acknowledge("officer.cairo")
    journey.after(days=9)
    assert journey.told() == set(), "the officer's own notice went with the acknowledgement too"


CLIMBS = [
    ("critical", [(3.9, "officer.cairo"), (4, "deputy.cairo"), (6, "head.cairo"), (8, "the desk")]),
    ("high", [(23.9, "officer.cairo"), (24, "deputy.cairo"), (36, "head.cairo"), (48, "the desk")]),
    # Three working days from Thursday 10:00 in Cairo: Tuesday; four and a half: Wednesday 14:00; six: Sunday.
    ("medium", [(119, "officer.cairo"), (120, "deputy.cairo"), (148, "head.cairo"), (240, "the desk")]),
]  # fmt: skip


@pytest.mark.parametrize(("urgency", "rungs"), CLIMBS)
def test_an_unacknowledged_file_climbs(journey: Journey, urgency: str, rungs: list[tuple[float, str]]) -> None:
    began = datetime.now(UTC)
    journey.send("officer.minsk", "EG", urgency=urgency)
    knowing: set[str] = set()
    for hours, who in rungs:
        journey.to(began + timedelta(hours=hours, minutes=1))
        knowing.add(who)
        told = {"the desk" if name == "desk.hq" else name for name in journey.told()}
        assert told == knowing, (hours, who)


@pytest.mark.parametrize(("urgency", "hours"), [("critical", 4), ("high", 24), ("medium", 120)])
def test_it_climbs_at_the_minute_the_rule_gives_and_not_at_the_full_hour_before(
    journey: Journey, urgency: str, hours: int
) -> None:
    journey.to(datetime.now(UTC) + timedelta(minutes=47, seconds=31))
    began = datetime.now(UTC)
    journey.send("officer.minsk", "EG", urgency=urgency)
    assert journey.told() == {"officer.cairo"}
    journey.to(began + timedelta(hours=hours, minutes=-1))
    assert journey.told() == {"officer.cairo"}
    journey.to(began + timedelta(hours=hours, minutes=1))
    assert journey.told() == {"officer.cairo", "deputy.cairo"}


def test_where_there_is_no_deputy_the_head_learns_it_at_once_when_it_is_late(journey: Journey) -> None:
    began = datetime.now(UTC)
    journey.send("officer.cairo", "BY", urgency="critical")
    journey.to(began + timedelta(hours=4, minutes=1))
    assert journey.told() == {"officer.minsk", "head.minsk"}


def test_it_climbs_however_little_anybody_there_signs_in(journey: Journey) -> None:
    """Nobody of the office opens the register at all: the clocks run without any key."""
    journey.send("officer.cairo", "BY", urgency="critical")
    journey.after(hours=9)
    assert {"officer.minsk", "head.minsk"} < journey.told()
    with journey.world.database.main.reading() as session:
        assert session.scalars(select(Case)).all() == []


def test_headquarters_learns_that_it_is_late_and_not_what_it_is(journey: Journey) -> None:
    done = journey.send("officer.minsk", "EG", urgency="critical")
    journey.come_in("officer.cairo")
    with journey.world.acting("desk.hq") as (session, _visitor):
        assert clocks.overdue_elsewhere(session, datetime.now(UTC)) == []
    journey.after(hours=8, minutes=1)
    with journey.world.acting("desk.hq") as (session, visitor):
        (late,) = clocks.overdue_elsewhere(session, datetime.now(UTC))
        assert late.office_id == done.to.office_id
        case = session.get_one(Case, late.case_id)
        with pytest.raises(Locked):
            case.reference  # noqa: B018
        assert visitor.roles_in(case.office_id) == frozenset()
    assert journey.world.client("desk.hq").get(f"/cases/{late.case_id}").status_code == 404


# -- nothing stays with a recorder elsewhere


def _every_blob(session: Session) -> Iterator[tuple[str, bytes]]:
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
        for row in session.execute(select(*columns)) if columns else ():
            yield from ((table.name, value) for value in row if value)


def test_a_recorder_elsewhere_keeps_nothing(world: World) -> None:
    recorder = world.client("officer.cairo")
    with world.acting("officer.cairo") as (session, visitor):
        drafted, sourced = with_source(recorded("BY", ALENA), "Source Example")
        draft = drafts.save(session, visitor, None, drafted, sourced, datetime.now(UTC))
        draft_id, folder_id = draft.id, draft.folder_id
    with world.database.shred.reading() as session:
        assert session.get(ShredSecret, folder_id) is not None
    answer = recorder.post(f"/cases/drafts/{draft_id}/check", {"told": ""})
    assert answer.status_code == 200
    assert "Minsk" in answer.text
    with world.database.shred.reading() as session:
        assert session.get(ShredSecret, folder_id) is None
    with world.database.main.reading() as session:
        for table in (Draft, Case, Entry, KeptForm, CardPlace, CardSegment):
            assert session.scalars(select(table)).all() == [], table.__tablename__
        assert session.get(Folder, folder_id) is None
        assert session.scalars(select(SleeveKey).where(SleeveKey.folder_id == folder_id)).all() == []
        for name, blob in _every_blob(session):
            for word in (ALENA, "Source Example", drafted.reference, "Taken."):
                assert word.encode() not in blob, name
        bodies = session.scalars(select(AuditEntry.body).where(AuditEntry.event == "case_routed")).all()
        assert len(bodies) == 1


@pytest.mark.parametrize("sign_in", ["officer.cairo", "deputy.cairo", "head.cairo", "finance.cairo"])
def test_nobody_at_the_recorder_s_can_open_what_was_sent_even_without_the_door(world: World, sign_in: str) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        drafted, sourced = with_source(recorded("BY", ALENA), "Source Example")
        submit(session, visitor, drafted, sourced, datetime.now(UTC))
    with world.acting("officer.minsk"):
        pass
    with world.acting(sign_in) as (session, visitor):
        sent = session.scalars(select(Letter)).all()
        assert len(sent) == 2
        for letter in sent:
            with pytest.raises(HrdError):
                letters.read(visitor.ring, letter, datetime.now(UTC))
        for row in (*session.scalars(select(Case)), *session.scalars(select(Entry))):
            with pytest.raises(Locked):
                row.details if isinstance(row, Entry) else row.reference


def test_a_crash_between_the_letter_and_the_commit_leaves_the_draft(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        draft_id = drafts.save(session, visitor, None, recorded("BY", ALENA), (), datetime.now(UTC)).id
    real = drafts.drop

    def dies(*args: Any) -> None:
        real(*args)
        raise RuntimeError("the process ends here")

    monkeypatch.setattr(drafts, "drop", dies)
    assert world.client("officer.cairo").post(f"/cases/drafts/{draft_id}/check", {"told": ""}).status_code == 500
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.get_one(Draft, draft_id).drafted.name == ALENA
        for table in (Letter, Acknowledgement, Reminder):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table.__tablename__
    monkeypatch.undo()
    assert world.client("officer.cairo").post(f"/cases/drafts/{draft_id}/check", {"told": ""}).status_code == 200


def test_of_the_same_draft_pressed_twice_one_letter_goes(world: World) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        draft_id = drafts.save(session, visitor, None, recorded("BY", ALENA), (), datetime.now(UTC)).id
    recorder = world.client("officer.cairo")
    assert recorder.post(f"/cases/drafts/{draft_id}/check", {"told": ""}).status_code == 200
    assert recorder.post(f"/cases/drafts/{draft_id}/check", {"told": ""}).status_code == 404
    with world.database.main.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 1


# -- letters


def _sent_with_source(world: World) -> Submitted:
    with world.acting("officer.cairo") as (session, visitor):
        drafted, sourced = with_source(recorded("BY", ALENA), "Source Example")
        return submit(session, visitor, drafted, sourced, datetime.now(UTC))


def test_a_letter_that_was_altered_is_refused_and_its_clock_goes_on(world: World) -> None:
    _sent_with_source(world)
    with world.database.main.writing() as session:
        for letter in session.scalars(select(Letter).where(Letter.act == FILED)):
            letter.sealed = letter.sealed[:-1] + bytes([letter.sealed[-1] ^ 1])
    for _page in range(2):  # of two letters that arrive together either may be looked at first
        with world.acting("officer.minsk"):
            pass
    with world.acting("officer.minsk") as (session, _visitor):
        assert session.scalars(select(Case)).all() == []
        refused = {one.act: one.refused_at is not None for one in session.scalars(select(Letter))}
        assert refused == {FILED: True, SOURCES: True}, "sources wait for no file that was refused"
        assert session.scalars(select(Acknowledgement)).one().acknowledged_at is None


def test_sources_that_arrive_before_their_file_wait_for_it(world: World) -> None:
    _sent_with_source(world)
    table = cast(Table, Letter.__table__)
    with world.database.main.writing() as session:
        kept = dict(session.execute(select(table).where(table.c.act != SOURCES)).one()._mapping)
        session.execute(delete(table).where(table.c.act != SOURCES))
    with world.acting("officer.minsk") as (session, _visitor):
        assert session.scalars(select(Letter)).one().folded_at is None
        assert session.scalars(select(Letter)).one().refused_at is None
    with world.database.main.writing() as session:
        session.execute(insert(table).values(kept))
    with world.acting("officer.minsk"):
        pass
    with world.acting("officer.minsk") as (session, _visitor):
        (source,) = open_file(session, session.scalars(select(Case)).one()).sources
        assert source.entry.sourced is not None


@pytest.mark.parametrize(
    "forged",
    [
        LifeStep(act="close", before="active", after="closed"),
        Assessment(level="low", sentence="Nothing.", review_on=date(2030, 1, 1)),
    ],
)
def test_a_letter_brings_what_recording_records_and_nothing_else(world: World, forged: Any) -> None:
    """No consent, no risk and no step of a file's life comes into a file by somebody else's hand."""
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", ALENA, more=(piece(forged),)), (), datetime.now(UTC))
    with world.acting("officer.minsk") as (session, _visitor):
        assert session.scalars(select(Case)).all() == []
        assert session.scalars(select(Letter)).one().refused_at is not None


def test_a_file_meant_for_somebody_who_left_meanwhile_is_the_whole_office_s(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hrd_cases.cases import destination, filing

    real = destination.destination
    monkeypatch.setattr(filing, "destination", lambda *args: real(*args)._replace(officer_id=uuid.uuid4()))
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", ALENA), (), datetime.now(UTC))
    with world.acting("head.minsk") as (session, _visitor):
        assert session.scalars(select(Case)).one().officer_id is None


# -- none is lost


STAFF = (
    "officer.cairo",
    "deputy.cairo",
    "head.cairo",
    "officer.minsk",
    "head.minsk",
    "desk.hq",
    "head1.hq",
    "head2.hq",
)
OFFICES = {"cairo": "DEL_EGY", "minsk": "DEL_BLR", "hq": "HQ"}


@contextmanager
def undone(world: World, sign_in: str) -> Iterator[tuple[Session, Any]]:
    """Each example leaves the world as it found it."""
    with suppress(_Undone), world.acting(sign_in) as acting:
        yield acting
        raise _Undone


class _Undone(Exception): ...


@settings(max_examples=25)
@given(
    away=st.sets(st.sampled_from(STAFF)),
    suspended=st.sets(st.sampled_from(STAFF)),
    country=st.sampled_from(["EG", "BY", "SA", "NZ", "XK"]),
    urgency=st.sampled_from(["low", "medium", "high", "critical"]),
    on_duty=st.sampled_from([None, "desk.hq", "head1.hq"]),
)
def test_whoever_is_away_a_file_is_somebody_s_and_headquarters_learns_in_the_end(
    world: World, away: set[str], suspended: set[str], country: str, urgency: str, on_duty: str | None
) -> None:
    known, now = world.demonstration, datetime.now(UTC)
    today = now.date()
    with undone(world, "officer.bogota") as (session, visitor):
        for sign_in in sorted(away):
            charter = visitor.charters.of(known.offices[OFFICES[sign_in.split(".")[1]]])
            row = Absence(
                office_id=charter.office_id,
                member_id=known.members[sign_in],
                first_on=today - timedelta(days=1),
                last_on=today + timedelta(days=60),
                recorded_by=visitor.member_id,
                recorded_at=now,
            )
            session.add(row)
            session.flush()
            who = {"member": row.member_id, "office": row.office_id}
            record(session, Event.ABSENCE_RECORDED, **who, absence=absence_written(row))
        trail._write(session)  # as if committed before
        session.execute(update(Member).where(Member.sign_in.in_(suspended)).values(suspended_at=now))
        if on_duty is not None:
            put_on_duty(session, visitor.charters.headquarters(), known.members[on_duty], [today], today)
        session.flush()
        done = submit(session, visitor, recorded(country, ALENA, urgency=urgency), (), now)
        session.flush()
        _is_somebody_s(session, known, done, away | suspended)


def _is_somebody_s(session: Session, known: Any, done: Submitted, not_there: set[str]) -> None:
    names = {member: name for name, member in known.members.items()}
    headquarters = known.offices["HQ"]
    assert session.scalars(select(Letter)).one().folded_at is None, "the letter holds it"
    clock = session.scalars(select(Acknowledgement)).one()
    planned = session.scalars(select(Reminder)).all()
    assert planned, "somebody is told"
    if done.to.officer_id is not None:
        assert names[done.to.officer_id] not in not_there
        assert any(one.member_id == done.to.officer_id for one in planned), "whose turn it is, is told"
    else:
        assert done.to.office_id == headquarters, "with nobody named it lies in headquarters' queue"
    told = {known_at for known_at in (names.get(one.member_id) for one in planned if one.member_id) if known_at}
    at_headquarters = [one for one in planned if one.office_id == headquarters]
    assert at_headquarters or any(name.endswith(".hq") for name in told), "headquarters learns in the end"
    assert not told & not_there, "nobody who is away is waited for"
    assert clock.headquarters_at >= clock.due_at or done.to.office_id == headquarters


# -- both databases


def test_on_postgresql_a_file_is_sent_folded_and_acknowledged_once(world_on_postgres: World) -> None:
    """Letter, clock and reminders in one transaction; folded once; acknowledged once."""
    world = world_on_postgres
    done = _sent_with_source(world)
    with world.acting("officer.minsk") as (session, visitor):
        case = session.scalars(select(Case)).one()
        assert case.reference == done.reference
        assert session.scalar(select(func.count()).select_from(Reminder)) >= 3
        file = open_file(session, case)
        assert len(file.sources) == 1
        take_step(session, visitor, file, Act.ACKNOWLEDGE, LifeStep(act="", before="", after=""), datetime.now(UTC))
    with world.database.main.reading() as session:
        clock = session.scalars(select(Acknowledgement)).one()
        assert clock.acknowledged_at is not None
        left = select(Reminder.id).where(Reminder.id.in_(clocks.reminders_of(clock)))
        assert session.scalars(left).all() == []


def test_a_press_sent_twice_makes_one_file_on_postgresql(world_on_postgres: World) -> None:
    world, begun = world_on_postgres, uuid.uuid4()
    recorder = world.client("officer.cairo")
    form = {"begun": str(begun), "country": "BY", "name": ALENA, "what": "Taken.", "urgency": "high", "do": "open"}
    for _ in range(2):
        assert recorder.post("/cases/new", form).status_code == 200
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 1
