"""Around every change of every zone's clocks, 2025 to 2035, each hearing has each reminder once, in the right slot.

What is right is computed here a second time, another way: in whole minutes, from nothing but what a zone's clocks show
at an instant. Zones that change alike are tried once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from hrd_cases.calendar import Holiday, OfficeCalendar, office_calendar
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.trials.life import State
from hrd_cases.trials.reminding import Facts, reminders_of
from hrd_cases.trials.times import set_for

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY, HOUR = 1440, 60
"""Minutes, as all that follows."""
FIRST, LAST = (int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) // 60 for year in (2024, 2037))
CHANGES_FROM, CHANGES_UNTIL = (
    int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) // 60 for year in (2025, 2036)
)
OFFICE, HEARING, OBSERVER, OFFICER = (UUID(int=n) for n in range(4))
HEAD = to_role(OFFICE, "head")
Expected = dict[tuple[Recipient, int], set[str]]
"""Rules by recipient and slot."""


@dataclass(frozen=True)
class Clocks:
    """What a zone's clocks show: `offsets[n]` minutes ahead of UTC from `since[n]` on."""

    name: str
    since: tuple[int, ...]
    offsets: tuple[int, ...]

    def shown(self, at: int) -> int:
        return at + self.offsets[bisect_right(self.since, at) - 1]

    def instant(self, shown: int) -> int:
        """The first at which they show it; where they skip it, as much later as the clocks before the change say."""
        nearby = range(bisect_right(self.since, shown - 2 * DAY) - 1, bisect_right(self.since, shown + 2 * DAY))
        tried = [shown - self.offsets[n] for n in nearby]
        return min((at for at in tried if self.shown(at) == shown), default=max(tried))

    @property
    def changes(self) -> list[int]:
        return [at for at in self.since[1:] if CHANGES_FROM <= at < CHANGES_UNTIL]


def clocks_of(name: str) -> Clocks:
    """Looked at every five days, and between two that differ by halves: no zone changes twice in five days."""
    zone = ZoneInfo(name)

    def offset(at: int) -> int:
        ahead = (EPOCH + timedelta(minutes=at)).astimezone(zone).utcoffset()
        assert ahead is not None
        return int(ahead.total_seconds()) // 60

    since, offsets = [FIRST], [offset(FIRST)]
    for late in range(FIRST + 5 * DAY, LAST, 5 * DAY):
        if offset(late) != offsets[-1]:
            before, after = late - 5 * DAY, late
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (middle, after) if offset(middle) == offsets[-1] else (before, middle)
            since.append(after)
            offsets.append(offset(after))
    return Clocks(name, tuple(since), tuple(offsets))


@cache
def every_clock() -> tuple[Clocks, ...]:
    """One for all zones whose clocks change alike."""
    alike = {(clocks.since, clocks.offsets): clocks for clocks in map(clocks_of, sorted(available_timezones()))}
    return tuple(alike.values())


FAR = Clocks("Pacific/Kiritimati", (FIRST,), (14 * HOUR,))
FAR_BACK = Clocks("Pacific/Honolulu", (FIRST,), (-10 * HOUR,))
WEEKENDS = (("fri", "sat"), ("fri",), ("sat", "sun"))
CLOSED = {("fri", "sat"): (4, 5), ("fri",): (4,), ("sat", "sun"): (5, 6)}


@dataclass(frozen=True)
class Try:
    """A hearing at `shown` by the court's clocks; its office has its slot at `hour` and is closed on `holiday`."""

    court: Clocks
    office: Clocks
    shown: int
    hour: int
    weekend: tuple[str, ...]
    holiday: int

    def expected(self) -> Expected:
        begins = self.court.instant(self.shown)
        today = self.office.shown(begins) // DAY
        who = to_member(OBSERVER)
        found: Expected = {(who, (begins - 3 * HOUR) // HOUR * HOUR): {"hours_3"}}
        for rule, to, day in (
            ("days_14", who, today - 14),
            ("days_7", who, today - 7),
            ("days_3", who, today - 3),
            ("last_working_day", who, self.counted(today, -1, 1)),
            ("report_missing", to_member(OFFICER), self.counted(today, 1, 2)),
            ("report_still_missing", HEAD, self.counted(today, 1, 4)),
        ):
            found.setdefault((to, self.office.instant(day * DAY + self.hour * HOUR)), set()).add(rule)
        return found

    def counted(self, day: int, step: int, count: int) -> int:
        while count:
            day += step
            count -= not ((day + 3) % 7 in CLOSED[self.weekend] or day == self.holiday)
        return day

    @property
    def calendar(self) -> OfficeCalendar:
        return calendar_of(self.office.name, self.weekend, self.holiday)

    @property
    def facts(self) -> Facts:
        shown = EPOCH + timedelta(minutes=self.shown)
        return Facts(
            hearing_id=HEARING,
            when=set_for(shown.date(), self.court.name, shown.time()),
            state=State.ASSIGNED,
            goes=(OBSERVER,),
            officer_id=OFFICER,
            office_id=OFFICE,
            head_role="head",
        )


@cache
def calendar_of(zone: str, weekend: tuple[str, ...], holiday: int) -> OfficeCalendar:
    """Open around the clock on its working days: the daily slot is tried at every hour."""
    holidays = [Holiday(date(1970, 1, 1) + timedelta(holiday), "closed", "here")]
    return office_calendar(zone, weekend, holidays, time(0), time(23, 59))


def moment(at: int) -> datetime:
    return EPOCH + timedelta(minutes=at)


def minutes(at: datetime) -> int:
    return int((at - EPOCH) / timedelta(minutes=1))


def tries(clocks: Clocks, change: int) -> Iterator[Try]:
    """Hearings that begin around a change, or one of whose slots lies on it."""
    number = clocks.changes.index(change)
    weekend = WEEKENDS[number % 3]
    shown = clocks.shown(change - 1) + 1  # the minute before the change, and one more by the clocks as they were
    today = shown // DAY
    for step in (-90, -31, -1, 0, 15, 30, 45, 59, 60, 119, 180):
        yield Try(clocks, clocks, shown + step, 9, weekend, today)
        yield Try(clocks, FAR if step % 2 else FAR_BACK, shown + step, 9, weekend, today - 1)
    hour = shown % DAY // HOUR
    for days in (1, 3, 7, 14, -2, -4):
        for slot_hour in (hour, (hour + 1) % 24):
            yield Try(clocks, clocks, (today + days) * DAY + 10 * HOUR, slot_hour, weekend, today + 5)
        yield Try(FAR, clocks, (today + days) * DAY + 30 * HOUR, (hour - number % 2) % 24, weekend, today + 5)


def check(one: Try) -> None:
    expected, facts = one.expected(), one.facts
    planned = reminders_of(facts, one.calendar, moment(min(slot for _, slot in expected) - 1), slot_hour=one.hour)
    assert len(planned) == len(expected) == len({each.identity for each in planned}), one
    assert {(each.recipient, minutes(each.slot_at)): {each.rule, *each.merges} for each in planned} == expected, one


def test_around_every_change_of_every_zone_each_reminder_comes_in_its_slot() -> None:
    for clocks in every_clock():
        for change in clocks.changes:
            for one in tries(clocks, change):
                check(one)


def test_where_no_clock_changes_each_reminder_comes_in_its_slot() -> None:
    for clocks in every_clock():
        if not clocks.changes:
            for number, month in enumerate(range(CHANGES_FROM + 60 * DAY, CHANGES_UNTIL, 200 * DAY)):
                check(Try(clocks, clocks, month // DAY * DAY + 61 * number, 9, WEEKENDS[number % 3], month // DAY))


def test_around_every_change_each_reminder_comes_exactly_once_however_often_it_is_looked_for() -> None:
    """Looked for just before, at and after each slot: what is new is planned, and nothing is ever new twice."""
    for clocks in every_clock():
        for number, change in enumerate(clocks.changes):
            shown = clocks.shown(change - 1) + 1
            one = Try(clocks, clocks, shown + 45 * (number % 5), 9, WEEKENDS[number % 3], shown // DAY)
            expected, facts = one.expected(), one.facts
            looks = sorted({slot + step for _, slot in expected for step in (-1, 0, 1)})
            planned: dict[bytes, int] = {}
            for at in looks:
                for each in reminders_of(facts, one.calendar, moment(at)):
                    planned.setdefault(each.identity, minutes(each.slot_at))
            assert sorted(planned.values()) == sorted(slot for _, slot in expected), one


def test_the_clocks_of_the_oracle_show_what_clocks_show() -> None:
    brussels = clocks_of("Europe/Brussels")
    assert [moment(at).isoformat()[:16] for at in brussels.changes[:2]] == ["2025-03-30T01:00", "2025-10-26T01:00"]
    assert len(brussels.changes) == 22
    skipped = minutes(datetime(2026, 3, 29, 2, 30, tzinfo=UTC))
    twice = minutes(datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    assert moment(brussels.instant(skipped)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment(brussels.instant(twice)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    every = every_clock()
    assert len(every) > 60
    assert sum(len(clocks.changes) for clocks in every) > 600
    assert {clocks.since[0] for clocks in every} == {FIRST}
