"""The daily mail: to everybody who works on files, when their office opens, whether something waits or not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import delete, or_, select, update

from hrd_cases import unattended
from hrd_cases.cases.digest import post_digests
from hrd_cases.cases.models import Case
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.mail import TEXT
from hrd_cases.outbox.models import Delivery, Reminder
from hrd_cases.outbox.send import Mailroom
from hrd_cases.outbox.tick import Tick
from hrd_cases.trials.models import Proceeding
from hrd_cases.unattended import AddressBook, DailyMail
from tests.cases.acting import Filed
from tests.outbox.conftest import sink as mail_server
from tests.outbox.sink import Sink
from tests.trials.trying import Tried
from tests.world import World

sink = mail_server
MONDAY = datetime(2027, 3, 1, tzinfo=UTC)


def posted(world: World, moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return DailyMail(world.house.settings, world.database.main)()


def mailed_to(world: World) -> set[str]:
    names = {member: name for name, member in world.demonstration.members.items()}
    with world.database.main.reading() as session:
        return {names[one] for one in session.scalars(select(Reminder.member_id)) if one is not None}


@pytest.mark.parametrize(
    ("at", "cairo"),
    [
        pytest.param("2027-03-01 06:59", False, id="a minute before it opens"),
        pytest.param("2027-03-01 07:00", True, id="it opens at nine, in Cairo"),
        pytest.param("2027-03-01 15:00", True, id="the process was down in the morning: late, but today"),
        pytest.param("2027-02-26 08:00", False, id="Friday: closed"),
        pytest.param("2027-02-28 08:00", True, id="Sunday: open"),
    ],
)
def test_it_goes_out_when_the_office_opens_on_its_own_days(world: World, at: str, cairo: bool) -> None:
    posted(world, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert ({"officer.cairo", "deputy.cairo", "head.cairo"} <= mailed_to(world)) is cairo
    assert not mailed_to(world) & {"finance.cairo", "admin.hq", "auditor.hq"}


def test_each_has_one_a_day_however_often_and_by_whomever_it_is_posted(world: World) -> None:
    noon = MONDAY.replace(hour=12)
    first = posted(world, noon)
    assert first > 0
    assert posted(world, noon) == 0, "another scheduler"
    job = DailyMail(world.house.settings, world.database.main)
    with time_machine.travel(noon, tick=False):
        assert (job(), job()) == (0, 0)
    assert posted(world, MONDAY.replace(day=2, hour=12)) == first


def test_it_says_what_every_mail_says_and_shows_nothing(world: World) -> None:
    noon = MONDAY.replace(hour=12)
    posted(world, noon)
    book = AddressBook(world.house.settings)
    turn_due(world.database.main, book, noon)
    with world.database.main.reading() as session:
        lines = set(session.scalars(select(Reminder.body)))
        assert session.scalars(select(Delivery.id)).first() is not None
    (line,) = lines
    assert book.own_words(line or "") == TEXT.format(public_name=world.house.settings.public_name)
    assert "A reminder of" not in world.client("officer.cairo").get("/").text


EMPTY, BUSY = "DEL_BLR", "DEL_EGY"
OF_EMPTY = {"officer.minsk", "head.minsk"}
OF_BUSY = {"officer.cairo", "deputy.cairo", "head.cairo"}


def test_an_office_in_which_nothing_waits_gets_it_as_a_busy_one_does(world: World, sink: Sink) -> None:
    """Minsk is the empty one: it has no file, no hearing and no reminder. Cairo has some of each."""
    tried = Tried(world, [Filed(world, "officer.cairo", "EG", "Salma Mithal")])
    tried.schedule(20)
    offices = world.demonstration.offices
    with world.acting("officer.cairo") as (session, _):
        for kind in (Case, Proceeding):
            of_each = set(session.scalars(select(kind.office_id)))
            assert offices[BUSY] in of_each
            assert offices[EMPTY] not in of_each, "Minsk is empty"
        members = [world.demonstration.members[one] for one in OF_EMPTY]
        theirs = or_(Reminder.office_id == offices[EMPTY], Reminder.member_id.in_(members))
        assert session.scalars(select(Reminder).where(theirs)).all() == [], "Minsk is empty"
        assert session.scalars(select(Reminder)).all()
        session.execute(delete(Reminder))  # what is mailed below is the daily mail and nothing else
    noon = MONDAY.replace(hour=12)
    posted(world, noon)
    with time_machine.travel(noon, tick=False):
        Tick(Mailroom(world.database.main, AddressBook(world.house.settings), sink.relay()))()
    book = AddressBook(world.house.settings)
    with world.database.main.reading() as session:
        known = {name: to_member(world.demonstration.members[name]) for name in OF_EMPTY | OF_BUSY}
        addresses = {name: one.address for name, to in known.items() for one in book.addressees(session, to)}
    mails = {mail.to: str(mail.message.get_content()).replace("\r\n", "\n") for mail in sink.taken()}
    assert set(addresses.values()) <= mails.keys()
    bodies = {where: {mails[addresses[one]] for one in where} for where in (frozenset(OF_EMPTY), frozenset(OF_BUSY))}
    assert set.union(*bodies.values()) == {TEXT.format(public_name=world.house.settings.public_name)}


def test_an_embassy_s_observers_get_it_too(world: World) -> None:
    """What they are reminded of waits on their Today, as for everybody."""
    posted(world, MONDAY.replace(hour=12))
    assert "observer.a" in mailed_to(world)


def test_nobody_who_writes_the_tables_writes_our_mails(world: World) -> None:
    book = AddressBook(world.house.settings)
    with pytest.raises(ValueError, match="digest"):
        book.own_words("digest 2027-03-01 " + "0" * 64)


def test_it_is_one_of_the_jobs(world: World) -> None:
    assert "daily mail" in {job.name for job in unattended.jobs(world.house.settings, world.database)}


def test_a_row_that_was_planted_twice_stops_no_job(world: World) -> None:
    noon = MONDAY.replace(hour=12)
    posted(world, noon)
    with world.database.main.writing() as session:
        session.execute(update(Reminder).values(body="digest of somebody else", state="due"))
    assert posted(world, noon) == 0


def test_today_says_that_it_was_the_daily_mail(world: World) -> None:
    """A mail says nothing of what waits: whoever finds nothing on Today was not mailed for something that is gone."""
    page = world.client("officer.cairo").get("/").text
    assert "The daily mail" not in page
    now, offices = datetime.now(UTC), world.demonstration.offices
    with world.database.main.writing() as session:
        post_digests(session, world.house.settings.duty_key, offices["DEL_EGY"], now.date(), now)
    past = now.replace(minute=0, second=0, microsecond=0)
    with world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.body.is_not(None)).values(slot_at=past))
    turn_due(world.database.main, AddressBook(world.house.settings), datetime.now(UTC))
    page = world.client("officer.cairo").get("/").text
    assert "Your daily mail was sent at " in page
    assert "whether something waits or not" in page
    assert "The daily mail" not in world.client("finance.cairo").get("/").text
    office = world.client("officer.cairo").get(f"/offices/{offices['DEL_EGY']}").text
    assert "Daily mail" in office
