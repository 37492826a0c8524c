"""What stands in the table of reminders after hearings were set, moved, cancelled and adjourned (issue 4, must show 4).

Salma's court sits on Sunday 23 November 2036 at ten; her office is in Cairo, closed on Fridays and Saturdays.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body, record
from hrd_cases.cases.reminders import MENDED
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused
from hrd_cases.offices.mailing import choose, usual
from hrd_cases.offices.models import Office
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import scheduling
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.life import Act
from hrd_cases.trials.mending import mend
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import is_planned
from hrd_cases.trials.times import set_for
from tests.cases.acting import Filed
from tests.trials.due import reminders_are_due, today
from tests.trials.test_notices import handle
from tests.trials.trying import DEPUTY, HEAD, OFFICER, ZONE, Tried, hearing, held
from tests.world import World, cairo_day

CAIRO = ZoneInfo(ZONE)
LONG_BEFORE = datetime(2036, 10, 1, 8, tzinfo=UTC)
OF_A_HEARING = Reminder.role.is_distinct_from("deputy")
COURT_DAY = date(2036, 11, 23)


class Timed(Tried):
    """Everything is done at `now`; days are written as November's."""

    now = LONG_BEFORE

    def do(self, act: Callable[..., Any], *given: Any, who: str | None = None, **more: Any) -> Any:
        with self.world.acting(who or self.officer) as (session, visitor):
            return act(session, visitor, session.get_one(Proceeding, self.id), *given, now=self.now, **more)

    def set(self, **more: Any) -> uuid.UUID:
        def act(session: Session, by: Visitor, proceeding: Proceeding, given: Hearing, now: datetime) -> uuid.UUID:
            found: uuid.UUID = scheduling.schedule(session, by, proceeding, given, now).id
            return found

        self.first: uuid.UUID = self.do(act, hearing(**{"when": on(23)} | more))
        return self.first

    def later(self, day: int, hour: int = 12, month: int = 11) -> None:
        self.now = datetime(2036, month, day, hour, tzinfo=CAIRO).astimezone(UTC)

    def rows(self) -> list[Reminder]:
        """All there are, but for what tells at once of an act, and what tells the deputy of what is late."""
        told = self.seen(lambda docket: [one for each in docket.hearings for one in each.said.told])
        query = select(Reminder).where(Reminder.id.not_in(told), OF_A_HEARING).order_by(Reminder.slot_at)
        with self.world.database.main.reading() as session:
            return list(session.scalars(query))

    def lines(self) -> list[str]:
        """ "officer Thu 20 Nov 09:00 mailed"."""
        names = {member: name.split(".")[0] for name, member in self.world.demonstration.members.items()}
        found = []
        for one in self.rows():
            who = names.get(one.member_id, "somebody") if one.member_id is not None else f"any {one.role}"
            at = one.slot_at.astimezone(CAIRO)
            found.append(f"{who} {at:%a} {at.day} {at:%b %H:%M}{' mailed' if one.mails else ''}")
        return found

    def alarms(self) -> int:
        with self.world.database.main.reading() as session:
            rows = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value))
            return sum(read_body(row).fields["alarm"] == MENDED for row in rows)


def on(day: int, hour: int = 10, month: int = 11) -> Any:
    return set_for(date(2036, month, day), ZONE, time(hour))


@pytest.fixture
def tried(world: World) -> Timed:
    return Timed(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])


# -- Must show 4

SET = [
    "officer Sun 9 Nov 09:00",
    "officer Sun 16 Nov 09:00",
    "any head Thu 20 Nov 09:00 mailed",
    "officer Thu 20 Nov 09:00 mailed",
    "officer Sun 23 Nov 07:00 mailed",
    "officer Tue 25 Nov 09:00 mailed",
    "any head Thu 27 Nov 09:00 mailed",
]
GOES = [line for line in SET if line != "any head Thu 20 Nov 09:00 mailed"]
MOVED_TO_30 = [
    "officer Sun 16 Nov 09:00",
    "officer Sun 23 Nov 09:00",
    "any head Thu 27 Nov 09:00 mailed",
    "officer Thu 27 Nov 09:00 mailed",
    "officer Sun 30 Nov 07:00 mailed",
    "officer Tue 2 Dec 09:00 mailed",
    "any head Thu 4 Dec 09:00 mailed",
]
Story = Callable[[Timed], object]


def moved(*days: int) -> Story:
    def story(tried: Timed) -> None:
        for day in days:
            tried.act(tried.first, Act.MOVE, new=on(day))

    return story


def late(day: int, hour: int, *acts: Story) -> Story:
    def story(tried: Timed) -> None:
        tried.later(day, hour)
        for act in acts:
            act(tried)

    return story


def cancelled(tried: Timed) -> None:
    tried.act(tried.first, Act.CANCEL, reason="not_listed")


def adjourned(day: int) -> Story:
    return lambda tried: tried.act(tried.first, Act.ADJOURN, reason="no_time", new=on(day))


def sine_die(tried: Timed) -> None:
    tried.act(tried.first, Act.ADJOURN_SINE_DIE, reason="no_time")


def goes(tried: Timed) -> None:
    tried.act(tried.first, Act.GO_MYSELF)


def deputy_goes(tried: Timed) -> None:
    tried.assign(tried.first, DEPUTY)


def deputy_declines(tried: Timed) -> None:
    tried.act(tried.first, Act.DECLINE, who=DEPUTY)


def corrected(tried: Timed) -> None:
    """Written anew, with nothing changed of who goes."""
    tried.do(scheduling.correct_hearing, tried.entry(tried.first), hearing(when=on(25), room="Hall 3"))


def recorded(tried: Timed) -> None:
    tried.act(tried.first, Act.RECORD, result=held())


def reported(tried: Timed) -> None:
    tried.act(tried.first, Act.REPORT, report_id=uuid.uuid4())


def sent_back(tried: Timed) -> None:
    tried.act(tried.first, Act.ASK_CHANGES, who=HEAD, reason="Who was the second witness?")


def accepted(tried: Timed) -> None:
    tried.act(tried.first, Act.REVIEW, who=HEAD)


WENT = (goes, late(23, 14, recorded))
STORIES: dict[str, tuple[tuple[Story, ...], list[str]]] = {
    "set, and nobody goes yet": ((), SET),
    "the officer goes: the head need not know": ((goes,), GOES),
    "the deputy is assigned: what comes before is theirs, the report is asked of the officer": (
        (deputy_goes,),
        [
            "deputy Sun 9 Nov 09:00",
            "deputy Sun 16 Nov 09:00",
            "deputy Thu 20 Nov 09:00 mailed",
            "deputy Sun 23 Nov 07:00 mailed",
            "officer Tue 25 Nov 09:00 mailed",
            "any head Thu 27 Nov 09:00 mailed",
        ],
    ),
    "moved by a week": ((moved(30),), MOVED_TO_30),
    "moved three times: the last date alone": ((moved(25, 18, 30),), MOVED_TO_30),
    "moved away and back": ((moved(30, 23),), SET),
    "moved three times and cancelled": ((moved(25, 18, 30), cancelled), []),
    "cancelled": ((cancelled,), []),
    "adjourned without date: the officer chases it": ((sine_die,), ["officer Wed 8 Oct 09:00"]),
    "moved three times, and adjourned without date": ((moved(25, 18, 30), sine_die), ["officer Wed 8 Oct 09:00"]),
    "adjourned to a week later: the next hearing has them all": ((adjourned(30),), MOVED_TO_30),
    "two days before, to a week later: what has gone is gone": (
        (late(21, 12, moved(30)),),
        [
            "officer Sun 23 Nov 09:00",
            "any head Thu 27 Nov 09:00 mailed",
            "officer Thu 27 Nov 09:00 mailed",
            "officer Sun 30 Nov 07:00 mailed",
            "officer Tue 2 Dec 09:00 mailed",
            "any head Thu 4 Dec 09:00 mailed",
        ],
    ),
    "moved to a day that has been: no mail about what is past, the report is asked for": (
        (late(21, 12, moved(19)),),
        ["officer Sun 23 Nov 09:00 mailed", "any head Tue 25 Nov 09:00 mailed"],
    ),
    "declined on the weekend: the head's Today says at once that nobody goes, the mail waits for the office to open": (
        (moved(25), deputy_goes, late(22, 12, deputy_declines)),
        [
            "any head Sat 22 Nov 12:00",
            "any head Sun 23 Nov 09:00 mailed",
            "officer Sat 22 Nov 12:00",
            "officer Mon 24 Nov 09:00 mailed",
            "officer Tue 25 Nov 07:00 mailed",
            "officer Thu 27 Nov 09:00 mailed",
            "any head Mon 1 Dec 09:00 mailed",
        ],
    ),
    "declined the evening before: on Saturday Today says it, and on Sunday the mail": (
        (moved(25), deputy_goes, late(21, 19, deputy_declines)),
        [
            "any head Sat 22 Nov 09:00",
            "any head Sun 23 Nov 09:00 mailed",
            "officer Sat 22 Nov 09:00",
            "officer Mon 24 Nov 09:00 mailed",
            "officer Tue 25 Nov 07:00 mailed",
            "officer Thu 27 Nov 09:00 mailed",
            "any head Mon 1 Dec 09:00 mailed",
        ],
    ),
    "declined on the weekend, and looked at again on Sunday: both stand, and nothing is new": (
        (moved(25), deputy_goes, late(22, 12, deputy_declines), late(23, 12, corrected)),
        [
            "any head Sat 22 Nov 12:00",
            "any head Sun 23 Nov 09:00 mailed",
            "officer Sat 22 Nov 12:00",
            "officer Mon 24 Nov 09:00 mailed",
            "officer Tue 25 Nov 07:00 mailed",
            "officer Thu 27 Nov 09:00 mailed",
            "any head Mon 1 Dec 09:00 mailed",
        ],
    ),
    "declined on the weekend, and the officer goes: the head need not know": (
        (moved(25), deputy_goes, late(22, 12, deputy_declines), late(22, 13, goes)),
        [
            "officer Sat 22 Nov 12:00",
            "officer Mon 24 Nov 09:00 mailed",
            "officer Tue 25 Nov 07:00 mailed",
            "officer Thu 27 Nov 09:00 mailed",
            "any head Mon 1 Dec 09:00 mailed",
        ],
    ),
    "held, and nobody of ours was there: nothing more": ((late(23, 14, recorded),), []),
    "held, and the officer was there: the report": (
        (goes, late(23, 14, recorded)),
        ["officer Tue 25 Nov 09:00 mailed", "any head Thu 27 Nov 09:00 mailed"],
    ),
    "reported: nothing more": ((*WENT, late(24, 12, reported)), []),
    "sent back for changes: due anew, two working days from then, and chased anew": (
        (*WENT, late(24, 12, reported), late(26, 12, sent_back)),
        ["officer Sun 30 Nov 09:00 mailed", "any head Tue 2 Dec 09:00 mailed"],
    ),
    "sent back the same evening: due on the day it was": (
        (*WENT, late(23, 19, reported, sent_back)),
        ["officer Tue 25 Nov 09:00 mailed", "any head Thu 27 Nov 09:00 mailed"],
    ),
    "sent back, and looked at again when it was late already: both stand": (
        (*WENT, late(24, 12, reported), late(26, 12, sent_back), lambda tried: tried.later(1, 12, 12)),
        ["officer Sun 30 Nov 09:00 mailed", "any head Tue 2 Dec 09:00 mailed"],
    ),
    "sent back, and filed again: nothing more": (
        (*WENT, late(24, 12, reported), late(26, 12, sent_back), late(27, 12, reported)),
        [],
    ),
    "sent back twice: from the second time": (
        (*WENT, late(24, 12, reported, sent_back), late(26, 12, reported, sent_back)),
        ["officer Sun 30 Nov 09:00 mailed", "any head Tue 2 Dec 09:00 mailed"],
    ),
    "accepted: nothing more": ((*WENT, late(24, 12, reported), late(26, 12, accepted)), []),
    "sent back, filed again and accepted: nothing more": (
        (*WENT, late(24, 12, reported, sent_back), late(26, 12, reported, accepted)),
        [],
    ),
    "nobody said what became of it: the report is asked for all the same": ((late(23, 14),), SET),
    "cancelled on its day": ((late(23, 6, cancelled),), []),
    "adjourned on its day without date": ((late(23, 14, sine_die),), ["officer Sun 30 Nov 09:00"]),
}


@pytest.mark.parametrize("name", STORIES)
def test_old_reminders_are_gone_and_the_new_ones_are_right(tried: Timed, name: str) -> None:
    acts, lines = STORIES[name]
    tried.set()
    for act in acts:
        act(tried)
    assert sorted(tried.lines()) == sorted(lines)
    assert tried.alarms() == 0


@pytest.mark.parametrize("name", [one for one in STORIES if one.startswith(("sent back", "accepted", "reported"))])
def test_whoever_looks_after_a_report_finds_nothing_to_mend(tried: Timed, name: str) -> None:
    """Looked at again and again, also once it is late, each reminder of it is the one that was planned."""
    tried.set()
    for act in STORIES[name][0]:
        act(tried)
    before = {row.id: row.slot_at for row in tried.rows()}
    for day in (1, 3, 9):
        tried.later(day, 12, 12)
        assert _is_planned(tried)
        tried.do(mend)
        assert {row.id: row.slot_at for row in tried.rows()} == before
    assert tried.alarms() == 0


DONE_WITH: list[tuple[str, list[tuple[str, str]]]] = [
    ("done", []),
    ("tomorrow", [("officer", "mailed")]),
    ("not_mine", [("deputy", "mailed")]),
]


@pytest.mark.parametrize(("what", "left"), DONE_WITH)
def test_what_is_done_with_what_today_told_is_done_with_its_mail(
    tried: Timed, what: str, left: list[tuple[str, str]]
) -> None:
    """It was held a week ago, and somebody records in the evening that there was one: the report is late."""
    tried.later(30, 20)
    tried.set()
    assert "officer Sun 30 Nov 20:00" in tried.lines()
    told, mail = [one for one in tried.rows() if one.role is None]
    assert (told.mails, mail.mails) == (False, True)
    reminders_are_due(tried.world, told.id)
    page = today(tried.world, OFFICER)
    assert page.count("after the hearing: no result was recorded, or there is no report.") == 1
    assert handle(tried.world, OFFICER, told.id, what).status_code == 303
    assert "there is no report" not in today(tried.world, OFFICER)
    theirs = [one for one in every(tried) if one.id in (told.id, mail.id)]
    assert [(whose(tried, one), "mailed" if one.mails else "") for one in theirs] == left


def every(tried: Timed) -> list[Reminder]:
    with tried.world.database.main.reading() as session:
        return list(session.scalars(select(Reminder)))


def whose(tried: Timed, one: Reminder) -> str:
    return "officer" if one.member_id == tried.member(OFFICER) else str(one.role)


def test_the_table_has_each_reminder_under_its_hearing(tried: Timed) -> None:
    first = tried.set()
    assert set(tried.hearing(first).reminders) == {row.id for row in tried.rows()}
    tried.act(first, Act.ADJOURN, reason="no_time", new=on(30))
    (following,) = tried.seen(lambda docket: [one for one in docket.hearings if one.id != first])
    assert tried.hearing(first).reminders == ()
    assert set(following.said.reminders) == {row.id for row in tried.rows()}


def test_a_hearing_that_is_not_saved_plans_nothing(tried: Timed) -> None:
    def fails(session: Session, by: Visitor, proceeding: Proceeding, given: Hearing, now: datetime) -> None:
        scheduling.schedule(session, by, proceeding, given, now)
        raise Refused("no", "ask")

    with pytest.raises(Refused):
        tried.do(fails, hearing(when=on(23)))
    assert tried.rows() == []


def test_nothing_in_a_row_can_be_computed_without_the_folder_s_key(world: World) -> None:
    """Two hearings alike, of two trials, have nothing in common but when and whom."""
    one, other = (Timed(world, [Filed(world, OFFICER, "EG", name)]) for name in ("Salma Mithal", "Karim Namudhaj"))
    one.set()
    uniqueness, ids = ({getattr(row, column) for row in one.rows()} for column in ("uniqueness", "id"))
    other.set()
    assert len(one.rows()) == 2 * len(uniqueness)
    assert uniqueness < {row.uniqueness for row in one.rows()}
    assert ids < {row.id for row in one.rows()}


def test_another_act_leaves_what_stands_as_it_is(tried: Timed) -> None:
    first = tried.set()
    before = {row.id: row.uniqueness for row in tried.rows()}
    entry = tried.entry(first)
    tried.do(scheduling.correct_hearing, entry, hearing(when=on(23), room="Hall 3"))
    assert tried.hearing(first).room == "Hall 3"
    assert {row.id: row.uniqueness for row in tried.rows()} == before


# -- what somebody did behind our back


def _touched(tried: Timed) -> None:
    """The next act of anybody writes the hearing."""
    tried.act(tried.first, Act.REQUEST_OBSERVER)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(delete(Reminder), id="taken away"),
        pytest.param(update(Reminder).values(slot_at=datetime(2099, 1, 1, tzinfo=UTC)), id="put off for ever"),
        pytest.param(update(Reminder).values(uniqueness=b"x" * 32, mails=False), id="made another, and silent"),
        pytest.param(update(Reminder).values(member_id=uuid.uuid4(), office_id=None, role=None), id="another's"),
        pytest.param(update(Reminder).values(mails=False), id="made silent"),
    ],
)
def test_what_was_changed_in_the_table_is_put_right(tried: Timed, change: Any) -> None:
    tried.set()
    with tried.world.database.main.writing() as session:
        nearest = session.scalars(select(Reminder.id).where(Reminder.mails).order_by(Reminder.slot_at)).first()
        session.execute(change.where(Reminder.id == nearest))
    assert sorted(tried.lines()) != sorted(SET)
    _touched(tried)
    assert sorted(tried.lines()) == sorted(SET)


def test_a_reminder_that_was_taken_away_is_told_of(tried: Timed) -> None:
    tried.set()
    with tried.world.database.main.writing() as session:
        session.execute(delete(Reminder).where(OF_A_HEARING))
    _touched(tried)
    assert tried.alarms() == 1
    _touched_again(tried)
    assert tried.alarms() == 1


def test_words_planted_in_a_reminder_are_put_right(tried: Timed) -> None:
    """With a body it is a mail of its own, and stands on nobody's Today."""
    tried.set()
    with tried.world.database.main.writing() as session:
        one = session.scalars(select(Reminder.id).where(Reminder.mails).order_by(Reminder.slot_at)).first()
        session.execute(update(Reminder).where(Reminder.id == one).values(body="Call this number"))
    assert not _is_planned(tried)
    _touched(tried)
    assert {row.body for row in tried.rows()} == {None}
    assert sorted(tried.lines()) == sorted(SET)
    assert tried.alarms() == 1
    assert _is_planned(tried)


def test_what_is_due_already_is_not_mailed_because_the_office_mails_more_now(tried: Timed) -> None:
    """It was shown when it came, and was none to be mailed then."""
    tried.set()
    due = next(row.id for row in tried.rows() if not row.mails)
    with tried.world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == due).values(state="due"))
    with tried.world.acting(HEAD) as (session, _):
        office = session.get_one(Office, tried.world.demonstration.offices["DEL_EGY"])
        choose(session, office, usual())
    assert not _is_planned(tried), "those that wait are mailed from now on"
    _touched(tried)
    mailed = {row.id: row.mails for row in tried.rows()}
    assert not mailed.pop(due)
    assert all(mailed.values())
    assert _is_planned(tried), "and nothing is left to be done about it"
    assert tried.alarms() == 0


def _is_planned(tried: Timed) -> bool:
    with tried.world.acting(OFFICER) as (session, visitor):
        docket = open_docket(session, session.get_one(Proceeding, tried.id))
        return all(is_planned(session, visitor, docket, one, tried.now) for one in docket.hearings)


def _touched_again(tried: Timed) -> None:
    tried.act(tried.first, Act.GO_MYSELF, who=HEAD)


def test_what_somebody_said_is_done_comes_back_with_no_act_but_another_date(world: World) -> None:
    tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
    first = tried.schedule(2)
    done = tried.hearing(first).reminders[0]
    with world.acting(OFFICER) as (session, _visitor):
        session.execute(delete(Reminder).where(Reminder.id == done))
        record(session, Event.REMINDER_DONE, reminder=done)
    tried.act(first, Act.REQUEST_OBSERVER)
    with world.database.main.reading() as session:
        assert done not in set(session.scalars(select(Reminder.id)))
    assert done in tried.hearing(first).reminders
    tried.act(first, Act.MOVE, new=set_for(cairo_day() + timedelta(days=9), ZONE, time(10)))
    tried.act(first, Act.MOVE, new=hearing(2).when)
    with world.database.main.reading() as session:
        assert done in set(session.scalars(select(Reminder.id))), "a new date is told anew, the old one of before too"


def test_what_comes_at_once_is_as_it_must_be_until_the_tick_comes_by(world: World) -> None:
    """Its row says this minute, the rules say this hour: that is no change behind our back."""
    tried = Timed(world, [Filed(world, OFFICER, "EG", "Salma Mithal")])
    tried.now = datetime.now(UTC)
    first = tried.set(when=set_for(cairo_day() + timedelta(days=2), ZONE, time(10)))
    before = {row.id: row.slot_at for row in tried.rows()}
    tried.act(first, Act.REQUEST_OBSERVER)
    assert {row.id: row.slot_at for row in tried.rows()} == before
    assert tried.alarms() == 0
