"""Routing: whose a new file is, who is told when nobody takes it, and that nothing is ever dropped."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.calendar import Holiday, OfficeCalendar, office_calendar
from hrd_cases.cases.risk import Level
from hrd_cases.cases.routing import (
    WHY,
    Absence,
    Headquarters,
    InCharge,
    Rung,
    Tell,
    Why,
    acknowledge_by,
    away_on,
    is_silent,
    plan,
    route,
)
from hrd_cases.settings import CONFIG

NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)  # a Thursday, 8:00 in Cairo
TODAY = NOW.date()
WORLD = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))


def member(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def _calendar(office: dict) -> OfficeCalendar:
    days = [
        Holiday(date.fromisoformat(day["on"]), day["name"], day["source"])
        for day in WORLD["holidays"]
        if day["office"] == office["code"]
    ]
    return office_calendar(office["tz"], office["weekend"], days)


def _staff(code: str, role: str) -> tuple[uuid.UUID, ...]:
    return tuple(member(one["sign_in"]) for one in WORLD["staff"] if one["office"] == code and one["role"] == role)


IN_CHARGE = {
    office["code"]: InCharge(
        office_id=member(office["code"]),
        officers=_staff(office["code"], "liaison_officer"),
        deputies=_staff(office["code"], "deputy"),
        heads=_staff(office["code"], "head"),
        calendar=_calendar(office),
    )
    for office in WORLD["delegations"]
    if office.get("kind", "delegation") == "delegation"
}
COVERED = {country: IN_CHARGE[one["code"]] for one in WORLD["delegations"] for country in one["countries"]}
"""The office in charge of each country."""
HQ = Headquarters(
    office_id=member("HQ"),
    duty=(),
    desk=_staff("HQ", "headquarters_desk"),
    heads=_staff("HQ", "headquarters_head"),
    calendar=next(_calendar(office) for office in WORLD["delegations"] if office["code"] == "HQ"),
)
ON_DUTY = HQ._replace(duty=(member("desk.hq"),))
NAMES = {member(one["sign_in"]): one["sign_in"] for one in WORLD["staff"]}


def away(*names: str) -> list[Absence]:
    return [Absence(member(name), TODAY, TODAY + timedelta(days=30)) for name in names]


# Whose file it is


@pytest.mark.parametrize(
    ("country", "absent", "person", "why"),
    [
        pytest.param("EG", (), "officer.cairo", Why.OFFICER, id="C1 to the officer in Cairo"),
        pytest.param("BY", (), "officer.minsk", Why.OFFICER, id="C2 to the officer in Minsk"),
        pytest.param("CO", (), "officer.bogota", Why.OFFICER, id="C3 to the officer in Bogotá"),
        pytest.param("CN", (), "officer.beijing", Why.OFFICER, id="C4 to the officer in Beijing"),
        pytest.param("EG", ("officer.cairo",), "deputy.cairo", Why.DEPUTY, id="officer away: the deputy"),
        pytest.param("EG", ("officer.cairo", "deputy.cairo"), "head.cairo", Why.HEAD, id="both away: the head"),
        pytest.param("BY", ("officer.minsk",), "head.minsk", Why.HEAD, id="no deputy: the head"),
        pytest.param("BY", ("officer.minsk", "head.minsk"), "desk.hq", Why.NOBODY, id="all away: headquarters"),
        pytest.param("FR", (), "desk.hq", Why.NO_OFFICE, id="a country without office"),
        pytest.param("BH", (), "desk.hq", Why.NOBODY, id="an office without staff"),
        pytest.param("ZZ", (), "desk.hq", Why.NO_OFFICE, id="no country at all"),
        pytest.param("", (), "desk.hq", Why.NO_OFFICE, id="an unknown country"),
        pytest.param("FR", ("desk.hq",), "head1.hq", Why.NO_OFFICE, id="the duty officer is away too: a head there"),
        pytest.param("FR", ("desk.hq", "head1.hq"), "head2.hq", Why.NO_OFFICE, id="the other head"),
        pytest.param("FR", ("desk.hq", "head1.hq", "head2.hq"), "", Why.NO_OFFICE, id="nobody: the queue itself"),
    ],
)
def test_a_file_goes_by_itself_to_the_right_person(
    country: str, absent: tuple[str, ...], person: str, why: Why
) -> None:
    found = route(NOW, COVERED.get(country), ON_DUTY, away(*absent))
    assert NAMES.get(found.person, "") == person if found.person else person == ""
    assert found.why is why
    assert (found.office_id == ON_DUTY.office_id) is (why in {Why.NOBODY, Why.NO_OFFICE, Why.NO_KEYS})


def test_without_a_duty_officer_the_desk_takes_the_queue() -> None:
    assert NAMES[route(NOW, None, HQ, []).person or uuid.uuid4()] == "desk.hq"


def test_an_office_that_has_not_made_its_keys_receives_nothing() -> None:
    """A letter to it could not be sealed: headquarters takes it."""
    cairo = IN_CHARGE["DEL_EGY"]._replace(receives=False)
    found = route(NOW, cairo, ON_DUTY, [])
    assert (found.office_id, found.why) == (ON_DUTY.office_id, Why.NO_KEYS)


def test_each_reason_is_a_sentence() -> None:
    assert set(WHY) == set(Why)
    assert all(one.endswith(".") for one in WHY.values())


# Absence


@pytest.mark.parametrize(
    ("since", "until", "day", "is_away"),
    [
        ("2026-11-19", "2026-11-21", "2026-11-18", False),
        ("2026-11-19", "2026-11-21", "2026-11-19", True),
        ("2026-11-19", "2026-11-21", "2026-11-21", True),
        ("2026-11-19", "2026-11-21", "2026-11-22", False),
        ("2026-11-19", None, "2029-01-01", True),
    ],
)
def test_both_days_of_an_absence_count(since: str, until: str | None, day: str, is_away: bool) -> None:
    one = Absence(member("officer.cairo"), date.fromisoformat(since), until and date.fromisoformat(until))  # type: ignore[arg-type]
    assert (member("officer.cairo") in away_on([one], date.fromisoformat(day))) is is_away


CAIRO = IN_CHARGE["DEL_EGY"].calendar


@pytest.mark.parametrize(
    ("last_seen", "waits_since", "now", "silent"),
    [
        pytest.param("2026-11-18T08:00", "2026-11-18T08:00", "2026-11-19T14:59", False, id="not quite two days"),
        pytest.param("2026-11-18T08:00", "2026-11-18T07:00", "2026-11-22T08:00", True, id="Wednesday to Sunday: two"),
        pytest.param("2026-11-19T08:00", "2026-11-19T08:00", "2026-11-22T08:00", False, id="the weekend is none"),
        pytest.param("2026-11-19T08:00", "2026-11-19T08:00", "2026-11-23T08:00", True, id="Thursday to Monday"),
        pytest.param("2026-11-01T08:00", "2026-11-23T08:00", "2026-11-23T09:00", False, id="nothing waited before"),
        pytest.param("2026-11-01T08:00", None, "2026-11-23T09:00", False, id="nothing waits"),
        pytest.param(None, "2026-11-18T07:00", "2026-11-23T08:00", True, id="never signed in"),
    ],
)
def test_two_working_days_without_signing_in_while_something_waits_are_absence(
    last_seen: str | None, waits_since: str | None, now: str, silent: bool
) -> None:
    last, waits, then = (
        None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
        for text in (last_seen, waits_since, now)
    )
    assert then is not None
    assert is_silent(last, waits, then, CAIRO) is silent


# Clocks


@pytest.mark.parametrize(
    ("urgency", "office", "since", "due"),
    [
        pytest.param(
            "critical", "DEL_EGY", "2026-11-19T20:00", "2026-11-20T00:00", id="4 hours, at night, on a Friday"
        ),
        pytest.param("critical", "DEL_BLR", "2026-12-02T10:00", "2026-12-02T14:00", id="4 hours, on a holiday"),
        pytest.param("high", "DEL_EGY", "2026-11-19T20:00", "2026-11-20T20:00", id="24 hours over the weekend"),
        pytest.param("high", "HQ", "2026-03-28T12:00", "2026-03-29T12:00", id="24 clock hours, though clocks change"),
        pytest.param("medium", "DEL_EGY", "2026-11-19T13:00", "2026-11-24T13:00", id="3 working days from Thursday"),
        pytest.param("low", "DEL_EGY", "2026-11-24T13:00", "2026-11-30T13:00", id="3 working days over a holiday"),
        pytest.param("low", "DEL_BLR", "2026-12-01T09:00", "2026-12-07T09:00", id="Minsk's holiday and weekend"),
        pytest.param(
            "low", "DEL_EGY", "2026-11-20T10:00", "2026-11-24T15:00", id="what comes on Friday counts from Sunday"
        ),
    ],
)
def test_clock_hours_run_if_it_is_urgent_and_working_days_otherwise(
    urgency: str, office: str, since: str, due: str
) -> None:
    calendar = HQ.calendar if office == "HQ" else IN_CHARGE[office].calendar
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, due))
    assert acknowledge_by(Level(urgency), start, calendar) == end


def told(plan: list[Tell]) -> list[tuple[int, list[str]]]:
    return [(tell.percent, [NAMES[one] for one in tell.members]) for tell in plan]


@pytest.mark.parametrize(
    ("country", "absent", "steps"),
    [
        pytest.param(
            "EG",
            (),
            [(0, ["officer.cairo"]), (100, ["deputy.cairo"]), (150, ["head.cairo"]), (200, ["desk.hq"])],
            id="the whole ladder",
        ),
        pytest.param(
            "EG",
            ("officer.cairo",),
            [(0, ["deputy.cairo"]), (100, ["head.cairo"]), (200, ["desk.hq"])],
            id="began with the deputy",
        ),
        pytest.param(
            "EG",
            ("deputy.cairo",),
            [(0, ["officer.cairo"]), (100, ["head.cairo"]), (200, ["desk.hq"])],
            id="no deputy: the head comes at once when it is late",
        ),
        pytest.param(
            "EG",
            ("deputy.cairo", "head.cairo"),
            [(0, ["officer.cairo"]), (100, ["desk.hq"])],
            id="nobody else in the office: headquarters when it is late",
        ),
        pytest.param(
            "EG",
            ("head.cairo",),
            [(0, ["officer.cairo"]), (100, ["deputy.cairo"]), (200, ["desk.hq"])],
            id="no head",
        ),
        pytest.param(
            "BY",
            (),
            [(0, ["officer.minsk"]), (100, ["head.minsk"]), (200, ["desk.hq"])],
            id="an office of three people",
        ),
        pytest.param("BY", ("officer.minsk",), [(0, ["head.minsk"]), (100, ["desk.hq"])], id="the head alone"),
        pytest.param(
            "FR",
            (),
            [(0, ["desk.hq"]), (100, ["head1.hq", "head2.hq"])],
            id="headquarters' own queue climbs to its heads",
        ),
    ],
)
def test_who_is_told_when_nobody_takes_it(
    country: str, absent: tuple[str, ...], steps: list[tuple[int, list[str]]]
) -> None:
    assert told(plan(Level.CRITICAL, NOW, COVERED.get(country), ON_DUTY, away(*absent))) == steps


def test_c3_climbs_day_and_night_because_it_is_critical() -> None:
    friday_night = datetime(2026, 11, 21, 2, tzinfo=UTC)
    hours = [tell.at - friday_night for tell in plan(Level.CRITICAL, friday_night, COVERED["CO"], ON_DUTY, [])]
    assert hours == [timedelta(hours=hour) for hour in (0, 4, 6, 8)]


def test_an_ordinary_file_climbs_in_the_office_s_own_working_time() -> None:
    at = datetime(2026, 11, 19, 13, tzinfo=UTC)  # Thursday 15:00 in Cairo; Thursday after is a holiday
    moments = [tell.at for tell in plan(Level.LOW, at, COVERED["EG"], ON_DUTY, [])]
    assert moments == [
        at,
        datetime(2026, 11, 24, 13, tzinfo=UTC),
        datetime(2026, 11, 29, 9, tzinfo=UTC),
        datetime(2026, 11, 30, 13, tzinfo=UTC),
    ]


def test_whoever_is_back_by_then_is_told_and_whoever_has_left_by_then_is_not() -> None:
    back = Absence(member("deputy.cairo"), TODAY, TODAY)
    gone = Absence(member("head.cairo"), TODAY + timedelta(days=1), None)
    steps = told(plan(Level.HIGH, NOW, COVERED["EG"], ON_DUTY, [back, gone]))
    assert steps == [(0, ["officer.cairo"]), (100, ["deputy.cairo"]), (200, ["desk.hq"])]


def test_a_queue_where_nobody_is_in_tells_whoever_is_back() -> None:
    gone = [Absence(one, TODAY, TODAY) for one in (*HQ.desk, *HQ.heads)]
    steps = told(plan(Level.HIGH, NOW, None, HQ, gone))
    assert steps == [(0, []), (100, ["desk.hq"]), (150, ["head1.hq", "head2.hq"])]
    waits, later, _ = plan(Level.HIGH, NOW, None, HQ, gone)
    assert (waits.office_id, waits.members, waits.mails, later.mails) == (HQ.office_id, (), False, True)
    assert plan(Level.CRITICAL, NOW, None, HQ, gone)[0].mails


def test_headquarters_learns_last_that_a_file_of_another_office_waits() -> None:
    steps = plan(Level.CRITICAL, NOW, COVERED["EG"], ON_DUTY, [])
    assert [tell.office_id == HQ.office_id for tell in steps] == [False, False, False, True]
    own_queue = plan(Level.CRITICAL, NOW, None, ON_DUTY, [])
    assert all(tell.office_id == HQ.office_id for tell in own_queue)


@pytest.mark.parametrize(
    ("urgency", "mails"),
    [("critical", [True, True, True, True]), ("high", [False, True, True, True]), ("low", [False, True, True, True])],
)
def test_mail_at_once_goes_for_what_is_critical_and_for_what_climbs(urgency: str, mails: list[bool]) -> None:
    assert [tell.mails for tell in plan(Level(urgency), NOW, COVERED["EG"], ON_DUTY, [])] == mails


# Never dropped

people = st.lists(st.integers(0, 5).map(lambda n: member(f"m{n}")), max_size=2, unique=True).map(tuple)
calendars = st.sampled_from([in_charge.calendar for in_charge in IN_CHARGE.values()])
days = st.dates(date(2026, 10, 1), date(2026, 12, 31))
desks = st.builds(
    InCharge,
    office_id=st.uuids(),
    officers=people,
    deputies=people,
    heads=people,
    calendar=calendars,
    receives=st.booleans(),
)
headquarters = st.builds(
    Headquarters, office_id=st.just(member("HQ")), duty=people, desk=people, heads=people, calendar=calendars
)
absences = st.lists(
    st.builds(Absence, st.integers(0, 5).map(lambda n: member(f"m{n}")), days, st.none() | days), max_size=6
)
instants = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.sampled_from(Level),
    instants,
    st.none() | desks,
    headquarters,
    absences,
)
def test_for_any_offices_and_absences_somebody_is_named_or_it_is_in_headquarters_queue(
    urgency: Level, at: datetime, office: InCharge | None, hq: Headquarters, gone: list[Absence]
) -> None:
    found = route(at, office, hq, gone)
    steps = plan(urgency, at, office, hq, gone)
    assert found.person is not None or found.office_id == hq.office_id
    assert steps[0].at == at
    assert steps[0].office_id == found.office_id
    assert steps[0].members[:1] == ((found.person,) if found.person else ())
    assert [tell.at for tell in steps] == sorted({tell.at for tell in steps})
    assert all(tell.at.tzinfo is UTC for tell in steps)
    everybody = [one for tell in steps for one in tell.members]
    assert len(everybody) == len(set(everybody)), "nobody is told twice"
    for tell in steps[1:]:
        assert tell.members or tell.office_id == hq.office_id
    for tell in steps:
        calendar = office.calendar if office is not None and office.office_id == tell.office_id else hq.calendar
        assert not set(tell.members) & away_on(gone, calendar.day_of(tell.at))
    assert steps[-1].office_id == hq.office_id, "in the end headquarters knows"
    if found.office_id == hq.office_id:
        assert all(tell.office_id == hq.office_id for tell in steps)


@given(instants, st.sampled_from(Level), calendars)
def test_the_time_to_acknowledge_is_never_past_and_shorter_the_more_urgent(
    at: datetime, urgency: Level, calendar: OfficeCalendar
) -> None:
    by = {level: acknowledge_by(level, at, calendar) for level in Level}
    assert at < by[Level.CRITICAL] < by[Level.HIGH] < by[Level.MEDIUM] == by[Level.LOW]
    assert at < by[urgency]


def test_rungs_have_names_for_the_reader() -> None:
    assert [str(rung) for rung in Rung] == ["officer", "deputy", "head", "headquarters"]
