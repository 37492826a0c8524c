"""Calendars of offices, and a table of hearings with the days on which each has its reminders: written before the code.

Days are those of the office's own clocks, hours are UTC. A line with # says what the next one is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from hrd_cases.calendar import Holiday, OfficeCalendar, office_calendar
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, set_for

SAMPLE = "sample calendar of the ministry, printed 2026-01-05"


def office(zone: str, weekend: str, closed: tuple[str, ...] = ()) -> OfficeCalendar:
    """`closed`: days, or "first..last"."""
    days: list[date] = []
    for one in closed:
        first, _, last = one.partition("..")
        day, until = date.fromisoformat(first), date.fromisoformat(last or first)
        days += [day + timedelta(n) for n in range((until - day).days + 1)]
    return office_calendar(zone, weekend.split(), [Holiday(on, "fixture holiday", SAMPLE) for on in days])


CAIRO = office("Africa/Cairo", "fri sat", ("2026-11-26",))
MINSK = office("Europe/Minsk", "sat sun", ("2026-12-02",))
BOGOTA = office("America/Bogota", "sat sun", ("2026-12-08",))
TEHRAN = office("Asia/Tehran", "fri")
KATHMANDU = office("Asia/Kathmandu", "sat")
DHAKA = office("Asia/Dhaka", "fri sat")
RIYADH = office("Asia/Riyadh", "fri sat", ("2026-11-16", "2026-11-17"))
BRUSSELS = office("Europe/Brussels", "sat sun", ("2026-12-24..2027-01-03",))
BEIJING = office("Asia/Shanghai", "sat sun", ("2026-10-01..2026-10-07",))
KAMPALA = office("Africa/Kampala", "sat sun", ("2027-03-26", "2027-03-29"))
RABAT = office("Africa/Casablanca", "sat sun")
NEW_YORK = office("America/New_York", "sat sun")
SUVA = office("Pacific/Fiji", "sat sun")
APIA = office("Pacific/Apia", "sat sun")
HONOLULU = office("Pacific/Honolulu", "sat sun")
EVERY_DAY = office("UTC", "")
NEVER_OPEN = office("UTC", "sat sun", ("2026-05-01..2026-08-31",))
OFFICES = {
    "Apia": APIA,
    "Beijing": BEIJING,
    "Bogota": BOGOTA,
    "Brussels": BRUSSELS,
    "Cairo": CAIRO,
    "Dhaka": DHAKA,
    "Every Day": EVERY_DAY,
    "Honolulu": HONOLULU,
    "Kampala": KAMPALA,
    "Kathmandu": KATHMANDU,
    "Minsk": MINSK,
    "Never Open": NEVER_OPEN,
    "New York": NEW_YORK,
    "Rabat": RABAT,
    "Riyadh": RIYADH,
    "Suva": SUVA,
    "Tehran": TEHRAN,
}

CASES = """
OFFICE      COURT                HEARING                   14 DAYS     7 DAYS      3 DAYS      LAST DAY    3 HOURS

== weekends on Friday and Saturday
# C1: Sunday, told on Thursday
Cairo       its own              Sun 2026-11-22 09:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  22 Nov 04:00Z
# Monday in Cairo
Cairo       its own              Mon 2026-11-23 10:30      Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Sun 22 Nov  23 Nov 05:00Z
# Thursday in Cairo
Cairo       its own              Thu 2026-11-19 09:00      Thu 5 Nov   Thu 12 Nov  Mon 16 Nov  Wed 18 Nov  19 Nov 04:00Z
# holiday, Friday and Saturday in a row
Cairo       its own              Sun 2026-11-29 09:00      Sun 15 Nov  Sun 22 Nov  Thu 26 Nov  Wed 25 Nov  29 Nov 04:00Z
# the court sits on a Friday after a holiday
Cairo       its own              Fri 2026-11-27 10:00      Fri 13 Nov  Fri 20 Nov  Tue 24 Nov  Wed 25 Nov  27 Nov 05:00Z
# Sunday in Dhaka
Dhaka       its own              Sun 2026-11-22 10:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  22 Nov 01:00Z
# the court sits on a Saturday in Dhaka
Dhaka       its own              Sat 2026-11-21 10:00      Sat 7 Nov   Sat 14 Nov  Wed 18 Nov  Thu 19 Nov  21 Nov 01:00Z
# two holidays in a row in midweek
Riyadh      its own              Wed 2026-11-18 10:00      Wed 4 Nov   Wed 11 Nov  Sun 15 Nov  Sun 15 Nov  18 Nov 04:00Z
# midnight in Cairo
Cairo       its own              Sun 2026-11-22 00:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  21 Nov 19:00Z
== weekends of one day, and of none
# Saturday in Tehran, after Friday
Tehran      its own              Sat 2026-11-21 08:30      Sat 7 Nov   Sat 14 Nov  Wed 18 Nov  Thu 19 Nov  21 Nov 02:00Z
# Sunday in Tehran, after a Saturday that works
Tehran      its own              Sun 2026-11-22 08:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Sat 21 Nov  22 Nov 01:00Z
# Sunday in Kathmandu, after Saturday
Kathmandu   its own              Sun 2026-11-22 10:15      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Fri 20 Nov  22 Nov 01:00Z
# an office without a weekend
Every Day   its own              Wed 2026-11-18 12:00      Wed 4 Nov   Wed 11 Nov  Sun 15 Nov  Tue 17 Nov  18 Nov 09:00Z
== weekends on Saturday and Sunday
# C2: the day before is a holiday
Minsk       its own              Thu 2026-12-03 10:30      Thu 19 Nov  Thu 26 Nov  Mon 30 Nov  Tue 1 Dec   3 Dec 04:00Z
# Monday in Minsk
Minsk       its own              Mon 2026-12-07 14:00      Mon 23 Nov  Mon 30 Nov  Fri 4 Dec   Fri 4 Dec   7 Dec 08:00Z
# Monday in Brussels
Brussels    its own              Mon 2026-11-23 09:00      Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Fri 20 Nov  23 Nov 05:00Z
# Wednesday in Brussels
Brussels    its own              Wed 2026-11-18 09:00      Wed 4 Nov   Wed 11 Nov  Sun 15 Nov  Tue 17 Nov  18 Nov 05:00Z
# a minute before midnight
Brussels    its own              Wed 2026-11-18 23:59      Wed 4 Nov   Wed 11 Nov  Sun 15 Nov  Tue 17 Nov  18 Nov 19:00Z
# a holiday on Tuesday
Bogota      its own              Wed 2026-12-09 08:00      Wed 25 Nov  Wed 2 Dec   Sun 6 Dec   Mon 7 Dec   9 Dec 10:00Z
# holidays on both sides of a weekend
Kampala     its own              Tue 2027-03-30 09:00      Tue 16 Mar  Tue 23 Mar  Sat 27 Mar  Thu 25 Mar  30 Mar 03:00Z
# the first day after a long closure
Brussels    its own              Mon 2027-01-04 09:00      Mon 21 Dec  Mon 28 Dec  Fri 1 Jan   Wed 23 Dec  4 Jan 05:00Z
# within a long closure
Brussels    its own              Wed 2026-12-30 14:00      Wed 16 Dec  Wed 23 Dec  Sun 27 Dec  Wed 23 Dec  30 Dec 10:00Z
# the first day after a week of holidays
Beijing     its own              Thu 2026-10-08 09:30      Thu 24 Sep  Thu 1 Oct   Mon 5 Oct   Wed 30 Sep  7 Oct 22:00Z
# a closure longer than any is not believed
Never Open  its own              Wed 2026-07-15 09:00      Wed 1 Jul   Wed 8 Jul   Sun 12 Jul  Fri 12 Jun  15 Jul 06:00Z
# New Year's Day in Minsk
Minsk       its own              Fri 2027-01-01 10:00      Fri 18 Dec  Fri 25 Dec  Tue 29 Dec  Thu 31 Dec  1 Jan 04:00Z
# the day after a leap day
Kampala     its own              Wed 2028-03-01 09:00      Wed 16 Feb  Wed 23 Feb  Sun 27 Feb  Tue 29 Feb  1 Mar 03:00Z
== a court whose clocks are not the office's
# Kiribati from Suva, by the same clocks
Suva        Pacific/Tarawa       Tue 2026-11-24 09:00      Tue 10 Nov  Tue 17 Nov  Sat 21 Nov  Mon 23 Nov  23 Nov 18:00Z
# the Line Islands from Suva, two hours ahead
Suva        Pacific/Kiritimati   Mon 2026-11-23 09:00      Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Fri 20 Nov  22 Nov 16:00Z
# the Chatham Islands from Suva
Suva        Pacific/Chatham      Mon 2026-11-23 10:00      Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Fri 20 Nov  22 Nov 17:00Z
# Monday in Beijing is Sunday evening in Bogotá
Bogota      Asia/Shanghai        Mon 2026-11-23 09:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Fri 20 Nov  22 Nov 22:00Z
# Friday afternoon in Bogotá, late in Cairo
Cairo       America/Bogota       Fri 2026-11-20 16:00      Fri 6 Nov   Fri 13 Nov  Tue 17 Nov  Thu 19 Nov  20 Nov 18:00Z
# Friday evening in Bogotá, Saturday in Cairo
Cairo       America/Bogota       Fri 2026-11-20 17:30      Sat 7 Nov   Sat 14 Nov  Wed 18 Nov  Thu 19 Nov  20 Nov 19:00Z
# half an hour into Monday in Minsk
Brussels    Europe/Minsk         Mon 2026-11-23 00:30      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Fri 20 Nov  22 Nov 18:00Z
== over the date line
# Tuesday in Kiribati is Monday in Honolulu
Honolulu    Pacific/Kiritimati   Tue 2026-11-24 09:00      Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Fri 20 Nov  23 Nov 16:00Z
# Friday in American Samoa is Saturday in Samoa
Apia        Pacific/Pago_Pago    Fri 2026-11-20 13:00      Sat 7 Nov   Sat 14 Nov  Wed 18 Nov  Fri 20 Nov  20 Nov 21:00Z
# Monday in Samoa is Sunday evening in Brussels
Brussels    Pacific/Apia         Mon 2026-11-23 09:00      Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Fri 20 Nov  22 Nov 17:00Z
# Monday in Rarotonga is Tuesday in Suva
Suva        Pacific/Rarotonga    Mon 2026-11-23 14:00      Tue 10 Nov  Tue 17 Nov  Sat 21 Nov  Mon 23 Nov  23 Nov 21:00Z
== clocks that change at the court
# an hour the court's clocks skip
Brussels    its own              Sun 2026-03-29 02:30      Sun 15 Mar  Sun 22 Mar  Thu 26 Mar  Fri 27 Mar  28 Mar 22:00Z
# an hour the court's clocks show twice
Brussels    its own              Sun 2026-10-25 02:30      Sun 11 Oct  Sun 18 Oct  Thu 22 Oct  Fri 23 Oct  24 Oct 21:00Z
# three hours over the change are three hours
Brussels    its own              Sun 2026-03-29 05:00      Sun 15 Mar  Sun 22 Mar  Thu 26 Mar  Fri 27 Mar  29 Mar 00:00Z
# Monday after the change in spring
Brussels    its own              Mon 2026-03-30 09:00      Mon 16 Mar  Mon 23 Mar  Fri 27 Mar  Fri 27 Mar  30 Mar 04:00Z
# Monday after the change in autumn
Brussels    its own              Mon 2026-10-26 09:00      Mon 12 Oct  Mon 19 Oct  Fri 23 Oct  Fri 23 Oct  26 Oct 05:00Z
# the midnight Cairo skips
Cairo       its own              Fri 2026-04-24 00:30      Fri 10 Apr  Fri 17 Apr  Tue 21 Apr  Thu 23 Apr  23 Apr 19:00Z
# the hour before midnight Cairo shows twice
Cairo       its own              Thu 2026-10-29 23:30      Thu 15 Oct  Thu 22 Oct  Mon 26 Oct  Wed 28 Oct  29 Oct 17:00Z
# a gap of half an hour, far away
Brussels    Australia/Lord_Howe  Sun 2026-10-04 02:15      Sat 19 Sep  Sat 26 Sep  Wed 30 Sep  Fri 2 Oct   3 Oct 12:00Z
# a gap of two hours
Brussels    Antarctica/Troll     Sun 2026-03-29 02:00      Sun 15 Mar  Sun 22 Mar  Thu 26 Mar  Fri 27 Mar  28 Mar 23:00Z
# a midnight Santiago skips, seen from Bogotá
Bogota      America/Santiago     Sun 2026-09-06 00:30      Sat 22 Aug  Sat 29 Aug  Wed 2 Sep   Fri 4 Sep   6 Sep 01:00Z
# Casablanca after its last change
Rabat       its own              Mon 2026-09-21 09:00      Mon 7 Sep   Mon 14 Sep  Fri 18 Sep  Fri 18 Sep  21 Sep 06:00Z
== clocks that change at the office alone
# New York changed, Bogotá never does
New York    America/Bogota       Mon 2026-03-09 08:00      Mon 23 Feb  Mon 2 Mar   Fri 6 Mar   Fri 6 Mar   9 Mar 10:00Z
# the change makes it another day at the office
New York    America/Bogota       Sun 2026-03-08 23:00      Mon 23 Feb  Mon 2 Mar   Fri 6 Mar   Fri 6 Mar   9 Mar 01:00Z
== days without an hour
# a morning
Cairo       its own              Sun 2026-11-22 morning    Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  22 Nov 03:00Z
# an afternoon
Cairo       its own              Sun 2026-11-22 afternoon  Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  22 Nov 07:00Z
# an unknown hour
Cairo       its own              Sun 2026-11-22 unknown    Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Thu 19 Nov  22 Nov 03:00Z
# an unknown hour in Kiribati, from Honolulu
Honolulu    Pacific/Kiritimati   Tue 2026-11-24 unknown    Mon 9 Nov   Mon 16 Nov  Fri 20 Nov  Fri 20 Nov  23 Nov 15:00Z
# a morning in Samoa, from Brussels
Brussels    Pacific/Apia         Mon 2026-11-23 morning    Sun 8 Nov   Sun 15 Nov  Thu 19 Nov  Fri 20 Nov  22 Nov 16:00Z
"""


class Case(NamedTuple):
    """`days`: 14, 7 and 3 calendar days before, and the last working day before, as "Sun 8 Nov". `hours`: UTC."""

    name: str
    calendar: OfficeCalendar
    when: When
    days: list[str]
    hours: str


def heard(zone: str, said: str) -> When:
    """ "Sun 2026-11-22 09:00" or "Sun 2026-11-22 morning", by the court's clocks."""
    weekday, day, hour = said.split()
    on = date.fromisoformat(day)
    assert f"{on:%a}" == weekday, "the table names a wrong weekday"
    return set_for(on, zone, time.fromisoformat(hour)) if ":" in hour else set_for(on, zone, part=Part(hour))


def cases() -> Iterator[Case]:
    lines = [line for line in CASES.splitlines()[2:] if line and not line.startswith("==")]
    for name, row in zip(lines[::2], lines[1::2], strict=True):
        place, court, said, *days, hours = re.split(" {2,}", row)
        calendar = OFFICES[place]
        when = heard(calendar.zone.key if court == "its own" else court, said)
        yield Case(name.removeprefix("# "), calendar, when, days, hours)
