"""What the unattended process does in this house: whom it mails, the auditors' daily line, alarms, housekeeping."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from hrd_cases import demo, installation, migrate, unattended
from hrd_cases.accounts.models import Member, SessionRow
from hrd_cases.audit.daily_count import DailyCount, read_daily_counts
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead
from hrd_cases.audit.trail import read_body
from hrd_cases.audit.verify import verify_store
from hrd_cases.db import Database, Store
from hrd_cases.errors import Unfit
from hrd_cases.keys.models import SeatRow
from hrd_cases.offices.members import revoke_member
from hrd_cases.offices.models import Office
from hrd_cases.outbox import watch
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.unattended import AddressBook, post_daily_count, raise_alarms
from tests.conftest import throw_away_settings
from tests.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def book(world: World) -> AddressBook:
    return AddressBook(world.house.settings)


def addressed(world: World, book: AddressBook, *to: str, deputies: bool = False) -> list[str]:
    """Whom mail to a member (sign-in name) or to a role of an office (office code, role) goes to."""
    places, members = world.demonstration.offices, world.demonstration.members
    recipient = to_member(members[to[0]]) if len(to) == 1 else to_role(places[to[0]], to[1])
    with world.database.main.reading() as session:
        found = (book.deputies if deputies else book.addressees)(session, recipient)
    return sorted(addressee.address.removesuffix("@example.org") for addressee in found)


def change(world: World, sign_in: str, **values: object) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == sign_in).values(**values))


def told(store: Store, event: Event) -> list[AuditEntry]:
    with store.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.event == event.value)))


# -- whom to mail


def test_a_member_is_mailed_at_their_own_address(world: World, book: AddressBook):
    assert addressed(world, book, "officer.cairo") == ["officer.cairo"]


def test_a_role_is_whoever_sits_in_it_today(world: World, book: AddressBook):
    assert addressed(world, book, "HQ", "headquarters_head") == ["head1.hq", "head2.hq"]
    assert addressed(world, book, "DEL_EGY", "liaison_officer") == ["officer.cairo"]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with world.database.main.writing() as session:
        session.execute(update(SeatRow).where(SeatRow.role == "liaison_officer").values(since=tomorrow))
    assert addressed(world, book, "DEL_EGY", "liaison_officer") == []


@pytest.mark.parametrize("ended", ["revoked_at", "suspended_at"])
def test_whoever_is_revoked_or_suspended_is_mailed_nothing(world: World, book: AddressBook, ended: str):
    change(world, "head1.hq", **{ended: NOON})
    assert addressed(world, book, "head1.hq") == []
    assert addressed(world, book, "HQ", "headquarters_head") == ["head2.hq"]


def test_revoked_keys_end_mail_even_if_the_member_s_row_was_changed_back(world: World, book: AddressBook):
    with world.acting("admin.hq") as (session, visitor):
        member = session.get_one(Member, world.demonstration.members["deputy.cairo"])
        revoke_member(session, visitor, member, NOON)
    change(world, "deputy.cairo", revoked_at=None)
    assert addressed(world, book, "deputy.cairo") == []


def test_an_address_that_fails_its_check_spoils_nobody_else_s(world: World, book: AddressBook):
    change(world, "head1.hq", address_sealed=b"planted")
    assert addressed(world, book, "HQ", "headquarters_head") == ["head2.hq"]


def test_an_address_moved_to_another_member_is_not_used(world: World, book: AddressBook):
    with world.database.main.reading() as session:
        stolen = session.scalars(select(Member.address_sealed).where(Member.sign_in == "head.cairo")).one()
    change(world, "officer.cairo", address_sealed=stolen)
    assert addressed(world, book, "officer.cairo") == []


@pytest.mark.parametrize(
    ("to", "standing_in"),
    [
        (("officer.cairo",), ["deputy.cairo"]),
        (("deputy.cairo",), ["head.cairo"]),
        (("DEL_EGY", "head"), ["deputy.cairo"]),
        (("HQ", "auditor"), ["head1.hq", "head2.hq"]),
        (("head1.hq",), ["head2.hq"]),
    ],
)
def test_who_stands_in(world: World, book: AddressBook, to: tuple[str, ...], standing_in: list[str]):
    assert addressed(world, book, *to, deputies=True) == standing_in


def test_nobody_stands_in_where_nobody_is_left(world: World, book: AddressBook):
    for name in ("deputy.cairo", "head.cairo"):
        change(world, name, suspended_at=NOON)
    assert addressed(world, book, "officer.cairo", deputies=True) == []


# -- the auditors' daily line


def posts(store: Store) -> list[Reminder]:
    with store.reading() as session:
        return list(session.scalars(select(Reminder).where(Reminder.body.is_not(None))))


def post(world: World, now: datetime = NOON) -> bool:
    return post_daily_count(world.house.settings, world.database.main, now)


def mailed(world: World, posted: Reminder) -> str:
    """The words that the sender makes of what waits."""
    return AddressBook(world.house.settings).own_words(posted.body or "")


def test_the_line_that_is_mailed_is_read_as_the_count_it_was(world: World):
    with world.database.main.reading() as session:
        head = session.scalars(select(AuditHead)).one()
        expected = DailyCount(head.number, head.hash)
    with time_machine.travel(NOON, tick=False):
        assert post(world)
    posted = posts(world.database.main)[0]
    mail = mailed(world, posted)
    lines = [line for line in mail.splitlines() if line[:1].isdigit()]
    assert read_daily_counts("\n".join(lines)) == (expected,)
    assert read_daily_counts(mail) == (expected,), "the whole mail may be pasted"
    assert (posted.role, posted.office_id, posted.mails) == ("auditor", world.demonstration.offices["HQ"], True)
    assert posted.slot_at == hour_slot(NOON)
    assert verify_store(world.database.main, (expected,)).findings == []


def test_the_mail_has_no_link_and_no_name(world: World):
    post(world)
    mail = mailed(world, posts(world.database.main)[0])
    assert "://" not in mail
    assert "@" not in mail
    assert mail.isascii()
    assert all(len(line) <= 78 for line in mail.splitlines())


def test_words_planted_in_the_outbox_make_no_mail(world: World):
    post(world)
    posted = posts(world.database.main)[0]
    posted.body = "Your access ends today: sign in at example.org"
    with pytest.raises(ValueError, match="no daily count of ours"):
        mailed(world, posted)


def test_the_line_is_posted_once_a_day_and_told_by_the_scheduler(world: World):
    assert [post(world, NOON + timedelta(hours=hours)) for hours in (0, 1, 11, 12, 13)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert len(posts(world.database.main)) == 2
    entries = told(world.database.main, Event.TRAIL_HEAD_SENT)
    assert [entry.actor for entry in entries] == ["scheduler"] * 2
    assert [read_body(entry).fields["entries"] for entry in entries] == [entries[0].number - 1, entries[1].number - 1]


def test_a_day_s_line_is_not_posted_again_after_it_was_swept_away(world: World):
    post(world)
    with world.database.main.writing() as session:
        watch.sweep(session, NOON + timedelta(days=8))
    assert not post(world, NOON + timedelta(hours=2))


def test_before_headquarters_has_a_charter_nothing_is_posted(store: Store, tmp_path):
    assert not post_daily_count(throw_away_settings(tmp_path), store, NOON)
    with store.writing() as session:
        session.add(
            Office(code="HQ", kind="headquarters", seat="B", zone="UTC", weekend=[], languages=[], opened_at=NOON)
        )
    assert not post_daily_count(throw_away_settings(tmp_path), store, NOON)
    assert told(store, Event.TRAIL_HEAD_SENT) == []


def test_however_many_schedulers_run_the_line_is_posted_once(store: Store, tmp_path):
    """Eight at the same moment, on both engines."""
    settings = throw_away_settings(tmp_path)
    with store.writing() as session:
        office = Office(code="HQ", kind="headquarters", seat="B", zone="UTC", weekend=[], languages=[], opened_at=NOON)
        session.add(office)
        session.flush()
        auditor = uuid.uuid4()
        session.add(SeatRow(office_id=office.id, member_id=auditor, role="auditor", since=NOON.date(), until=None))
    together = threading.Barrier(8)
    outcomes: list[bool] = []

    def scheduler() -> None:
        own = Store(store.url.render_as_string(hide_password=False))
        together.wait()
        outcomes.append(post_daily_count(settings, own, NOON))
        own.dispose()

    threads = [threading.Thread(target=scheduler) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]
    assert len(posts(store)) == len(told(store, Event.TRAIL_HEAD_SENT)) == 1


# -- alarms


def late(store: Store) -> None:
    """A reminder that should have gone out ten minutes ago, and a scheduler that lives."""
    with store.writing() as session:
        watch.beat(session, uuid.UUID(int=1), NOON)
        session.add(
            Reminder(
                member_id=uuid.uuid4(),
                slot_at=NOON - timedelta(minutes=10),
                mails=False,
                uniqueness=uuid.uuid4().bytes * 2,
            )
        )


def test_an_alarm_is_told_once_while_it_lasts_and_again_when_it_comes_back(store: Store):
    late(store)
    assert raise_alarms(store, NOON) == ["reminders overdue"]
    assert raise_alarms(store, NOON + timedelta(minutes=1)) == []
    with store.writing() as session:
        session.execute(update(Reminder).values(state="due"))
    assert raise_alarms(store, NOON + timedelta(minutes=2)) == []
    late(store)
    assert raise_alarms(store, NOON + timedelta(minutes=3)) == ["reminders overdue"]
    entries = told(store, Event.ALARM_RAISED)
    assert [read_body(entry).fields["alarm"] for entry in entries] == ["reminders overdue"] * 2
    assert {entry.actor for entry in entries} == {"scheduler"}


def test_many_watchdogs_raise_an_alarm_once(store: Store):
    late(store)
    together = threading.Barrier(4)
    raised: list[list[str]] = []

    def watchdog() -> None:
        together.wait()
        raised.append(raise_alarms(store, NOON))

    threads = [threading.Thread(target=watchdog) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(raised) == [[], [], [], ["reminders overdue"]]
    assert len(told(store, Event.ALARM_RAISED)) == 1


def test_that_no_scheduler_ran_is_told_by_the_next_that_starts(store: Store):
    assert raise_alarms(store, NOON) == []  # the very first start
    with store.writing() as session:
        watch.beat(session, uuid.UUID(int=1), NOON - timedelta(hours=3))
    assert raise_alarms(store, NOON) == ["no scheduler"]
    with store.writing() as session:
        watch.beat(session, uuid.UUID(int=2), NOON)
    assert raise_alarms(store, NOON) == []
    assert len(told(store, Event.ALARM_RAISED)) == 1


# -- jobs


def test_every_chore_does_its_work_and_again_does_no_harm(world: World):
    for _ in range(3):
        for job in unattended.jobs(world.house.settings, world.database):
            job.act()
    assert len(told(world.database.main, Event.TRAIL_HEAD_SENT)) == 1
    assert verify_store(world.database.main).findings == []


def test_the_keys_of_idle_sessions_go(world: World):
    long_ago = datetime.now(UTC) - timedelta(minutes=world.house.settings.idle_lock_minutes + 1)
    with world.database.main.writing() as session:
        session.execute(update(SessionRow).values(seen_at=long_ago))
    unattended.keep_house(world.house.settings, world.database.main, datetime.now(UTC))
    with world.database.main.reading() as session:
        assert set(session.scalars(select(SessionRow.sealed))) == {None}
    assert told(world.database.main, Event.HOUSE_KEPT)[0].actor == "scheduler"


# -- a demonstration


def test_a_demonstration_that_was_interrupted_says_what_to_do(tmp_path):
    settings = throw_away_settings(tmp_path / "home", demonstration=True)
    stores = Database(settings.database_url, settings.shred_url)
    migrate.prepare(stores)
    with stores.main.writing() as session:
        installation.begin(session, demonstration=True, now=NOON)
    with pytest.raises(Unfit, match=f"remove {settings.home} and start again"):
        demo.load(settings)
    stores.dispose()
