"""Offices: who sees what, what a head or an administrator changes, and two people changing at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hrd_cases.offices import facts
from hrd_cases.offices.models import Office, OfficeHoliday
from tests.offices.people import events, new_office, newcomer, said
from tests.pages.markup import faults

SOURCE = {"weekend_source": "The web site", "weekend_on-day": "5", "weekend_on-month": "1", "weekend_on-year": "2026"}
CONTACT = "Delegation in Cairo\n37 Example Street\n+20 2 0000"
EVERYBODY = ("officer.cairo", "finance.cairo", "observer.a", "desk.hq", "auditor.hq", "admin.hq", "head.minsk")


def fields(**changes):
    same = {
        "zone": "Africa/Cairo",
        "weekend": ["fri", "sat"],
        "languages": "Arabic\nEnglish\nFrench",
        "public_contact": "",
        "version": "1",
    }
    return same | changes


# -- who sees what


@pytest.mark.parametrize("member", EVERYBODY)
def test_everybody_with_a_seat_sees_every_office_and_its_public_facts(world, at, member):
    page = said(world.client(member).get("/offices"))
    assert "Suva" in page
    assert "Marshall Islands" in page
    shown = said(world.client(member).get(at.office("DEL_COL")))
    assert "Bogotá" in shown
    assert "Colombia" in shown
    assert "Saturday and Sunday" in shown


@pytest.mark.parametrize("member", ["officer.cairo", "observer.a", "desk.hq", "head.minsk"])
def test_who_works_in_another_office_is_nobody_s_business(world, at, member):
    page = world.client(member).get(at.office("DEL_COL")).text
    assert "officer.bogota" not in page
    for rest in ("/members", "/keys", "/charter", "/charter/1"):
        answer = world.client(member).get(at.office("DEL_COL", rest))
        assert answer.status_code == 403
        assert "bogota" not in answer.text


@pytest.mark.parametrize("member", ["head1.hq", "admin.hq", "auditor.hq", "officer.bogota", "finance.bogota"])
def test_the_office_itself_and_who_looks_after_all_of_them_see_its_staff(world, at, member):
    for rest in ("", "/members", "/keys"):
        assert "officer.bogota" in world.client(member).get(at.office("DEL_COL", rest)).text


def test_whether_keys_are_at_risk_is_not_told_to_other_offices(world):
    assert "Keys at risk" in said(world.client("head1.hq").get("/offices"))
    assert "at risk" not in said(world.client("officer.cairo").get("/offices"))


def test_a_newcomer_without_a_seat_knows_of_no_office(world, at):
    newcomer(world, "deputy.minsk", "DEL_BLR", "deputy")
    for path in ("/offices", at.office("DEL_BLR")):
        answer = world.client("deputy.minsk").get(path)
        assert (answer.status_code, answer.location) == (303, "/waiting")


def test_an_address_of_no_office_is_answered_like_any_other(world):
    assert world.client("officer.cairo").get("/offices/00000000-0000-4000-8000-000000000000").status_code == 404


# -- what an office page says


def test_the_office_page_tells_its_time_and_its_holidays_with_their_source(world, at):
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY")))
    assert "Friday and Saturday" in page
    assert "(Cairo)" in page
    assert "Public holiday by decree" in page


def test_an_embassy_with_one_observer_has_a_red_line_that_says_what_to_do(world, at):
    page = said(world.client("observer.a").get(at.office("EMB_A_EGY")))
    assert "Only one person holds the key of “Casework”: observer.a. An administrator invites a second" in page


def test_an_office_without_staff_says_where_its_matters_go(world, at):
    page = said(world.client("head1.hq").get(at.office("DEL_FJI")))
    assert "Nobody has a seat here yet: what concerns its countries goes to headquarters." in page


def test_a_member_of_the_office_sees_who_handed_what_to_whom(world, at):
    page = said(world.client("finance.cairo").get(at.office("DEL_EGY", "/keys")))
    assert "Casework To officer.cairo Who did it head.cairo" in page


# -- changing it


@pytest.mark.parametrize(
    ("member", "status"),
    [
        ("head.cairo", 200),
        ("admin.hq", 200),
        ("officer.cairo", 403),
        ("head.minsk", 403),
        ("head1.hq", 403),
        ("observer.a", 403),
    ],
)
def test_the_head_and_the_administrator_change_an_office(world, at, member, status):
    for rest in ("/edit", "/holidays"):
        assert world.client(member).get(at.office("DEL_EGY", rest)).status_code == status


def test_what_is_changed_is_on_the_page_and_in_the_trail(world, at):
    changed = fields(zone="Africa/Kampala", weekend="sun", languages="Arabic\nBelarusian", public_contact=CONTACT)
    answer = world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), changed)
    assert answer.status_code == 303
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY")))
    assert "(Kampala)" in page
    assert "Arabic and Belarusian" in page
    assert "37 Example Street" in page
    assert events(world)[-2] == "office_changed"


def test_saving_nothing_new_changes_nothing(world, at):
    before = events(world).count("office_changed")
    assert world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), fields()).status_code == 303
    assert events(world).count("office_changed") == before


def test_the_second_of_two_sees_both_versions_and_loses_nothing(world, at):
    path = at.office("DEL_EGY", "/edit")
    world.client("head.cairo").post(path, fields(public_contact="The head's words", weekend=["fri"], **SOURCE))
    mine = fields(public_contact="Mine", languages="Arabic\nSpanish", **dict.fromkeys(SOURCE, ""))
    answer = world.client("admin.hq").post(path, mine)
    page = said(answer)
    assert answer.status_code == 409
    assert "The head's words" in page
    assert "Mine" in page
    assert "Arabic and Spanish" in page
    assert "The web site and 5 January 2026" in page
    assert faults(answer.text) == []
    assert 'name="version" value="2"' in answer.text
    with world.database.main.reading() as session:
        assert session.get(Office, world.demonstration.offices["DEL_EGY"]).public_contact == "The head's words"
    again = world.client("admin.hq").post(path, mine | {"version": "2"})
    assert again.status_code == 303
    assert "Mine" in said(world.client("admin.hq").get(at.office("DEL_EGY")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Europe/Atlantis"}, "Choose one of those offered."),
        ({"weekend": ["fri", "never"]}, "Choose one of those offered."),
        ({"languages": "Arabic\nKlingonish"}, "“Klingonish” is not in the list."),
        ({"languages": "Belarussian"}, "Did you mean “Belarusian”?"),
        ({"languages": " "}, "Write one language at least."),
        ({"public_contact": "x" * 2001}, "Use at most 2000 characters."),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(world, at, change, words):
    answer = world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), fields(**change))
    assert answer.status_code == 422
    assert words in said(answer)
    assert faults(answer.text) == []


@pytest.mark.parametrize("missing", ["version", "zone", "languages", "public_contact", "weekend"])
def test_half_a_form_changes_nothing_and_clears_nothing(world, at, missing):
    half = {name: value for name, value in fields(public_contact="Other words").items() if name != missing}
    answer = world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), half)
    assert answer.status_code == 422
    assert "The form did not arrive whole, and nothing was changed." in said(answer)
    with world.database.main.reading() as session:
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        assert (office.version, office.weekend, office.public_contact) == (1, ["fri", "sat"], "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "write where it is known from."),
        ({"weekend_source": "The web site"}, "Write the day of the source"),
        (SOURCE | {"weekend_source": " "}, "write where it is known from."),
    ],
)
def test_an_unusual_weekend_says_its_source_and_its_day(world, at, change, words):
    answer = world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), fields(weekend=["fri"], **change))
    assert answer.status_code == 422
    assert words in said(answer)
    assert faults(answer.text) == []


def test_a_known_unusual_weekend_stands_on_the_page_and_a_usual_one_needs_no_source(world, at):
    path, head = at.office("DEL_EGY"), world.client("head.cairo")
    assert head.post(path + "/edit", fields(weekend=["fri"], **SOURCE)).status_code == 303
    assert "Known since 5 January 2026 from: The web site" in said(head.get(path))
    assert head.post(path + "/edit", fields(version="2", **SOURCE)).status_code == 303
    assert "Not the usual weekend" not in said(head.get(path))
    with world.database.main.reading() as session:
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        assert (office.weekend_source, office.weekend_on) == (None, None)


def test_the_usual_working_hours_are_said_and_what_own_hours_need_is_said_beforehand(world, at):
    head = world.client("head.cairo")
    assert "09:00–17:00 (the usual ones)" in said(head.get(at.office("DEL_EGY")))
    page = said(head.get(at.office("DEL_EGY", "/edit")))
    assert "Source of the office’s own hours Where they are known from. Needed as soon as hours are given." in page


def test_no_weekend_at_all_is_unusual_as_well(world, at):
    form = fields(weekend_asked="1", **SOURCE)
    del form["weekend"]
    assert world.client("head.cairo").post(at.office("DEL_EGY", "/edit"), form).status_code == 303
    assert "Known since" in said(world.client("head.cairo").get(at.office("DEL_EGY")))


def test_kampala_tells_where_its_weekend_is_known_from(world, at):
    """CLDR gives Uganda the Sunday alone; the delegation closes on Saturdays too."""
    assert "Known since" in said(world.client("officer.cairo").get(at.office("DEL_UGA")))


@pytest.mark.parametrize(
    ("zone", "weekend"),
    [
        ("Africa/Cairo", ("fri", "sat")),
        ("Asia/Tehran", ("fri",)),
        ("Africa/Kampala", ("sun",)),
        ("Europe/Minsk", ("sat", "sun")),
        ("Asia/Kabul", ("thu", "fri")),
        ("UTC", ("sat", "sun")),
    ],
)
def test_the_usual_weekend_is_that_of_the_zones_country(zone, weekend):
    assert facts.usual_weekend(zone) == weekend


# -- holidays


def next_days(*days):
    start = datetime.now(UTC).date()
    return [(start + timedelta(days=day)).isoformat() for day in days]


def test_holidays_come_as_a_list_with_one_source(world, at):
    first, second = next_days(10, 20)
    form = {"days": f"{first} Sham el-Nessim\r\n{second}: Revolution Day", "source": "Note verbale 12/2026"}
    assert world.client("head.cairo").post(at.office("DEL_EGY", "/holidays"), form).status_code == 303
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY")))
    assert "Sham el-Nessim" in page
    assert "Revolution Day" in page
    assert page.count("Note verbale 12/2026") == 2


def test_a_day_written_again_gets_the_new_words(world, at):
    (day,) = next_days(10)
    for name in ("Old name", "New name"):
        world.client("head.cairo").post(at.office("DEL_EGY", "/holidays"), {"days": f"{day} {name}", "source": "x"})
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/holidays")))
    assert "New name" in page
    assert "Old name" not in page


@pytest.mark.parametrize(
    "line", ["Christmas", "2026-13-01 Nothing", "1999-01-01 Long ago", "2026-12-25", "25.12.2026 Xmas"]
)
def test_a_line_that_is_no_day_is_said(world, at, line):
    answer = world.client("head.cairo").post(at.office("DEL_EGY", "/holidays"), {"days": line, "source": "x"})
    assert answer.status_code == 422
    assert f"“{line}”: write the date, then the name" in said(answer)


def test_a_holiday_is_removed_by_whoever_may_and_by_nobody_else(world, at):
    with world.database.main.reading() as session:
        office_id = world.demonstration.offices["DEL_EGY"]
        holiday = session.scalars(select(OfficeHoliday.id).where(OfficeHoliday.office_id == office_id)).one()
    path = f"/offices/holidays/{holiday}/remove"
    assert world.client("officer.cairo").post(path).status_code == 403
    assert world.client("head.minsk").post(path).status_code == 403
    assert world.client("head.cairo").post(path).status_code == 303
    assert "Public holiday by decree" not in said(world.client("head.cairo").get(at.office("DEL_EGY")))


# -- a new office


def test_the_administrator_opens_an_office_that_has_no_authority_yet(world):
    answer = world.client("admin.hq").post("/offices/new", new_office())
    assert answer.status_code == 303
    page = said(world.client("admin.hq").get(answer.location))
    assert "Pristina" in page
    assert "None yet: two heads at headquarters sign its first charter." in page
    assert "office_opened" in events(world)


@pytest.mark.parametrize("member", ["head1.hq", "head.cairo", "officer.cairo", "auditor.hq"])
def test_nobody_but_the_administrator_opens_an_office(world, member):
    assert world.client(member).post("/offices/new", new_office()).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "headquarters"}, "Choose one of those offered."),
        ({"code": "DEL_EGY"}, "Another office has this code already."),
        ({"code": "del egy"}, "A code has 2 to 20 capital letters"),
        ({"kind": "embassy"}, "An embassy belongs to a state. Write which one."),
        ({"seat": ""}, "Write the city."),
    ],
)
def test_an_office_that_cannot_be_opened_says_why(world, change, words):
    answer = world.client("admin.hq").post("/offices/new", new_office(**change))
    assert answer.status_code == 422
    assert words in said(answer)


def test_the_summary_of_errors_follows_the_page(world):
    page = world.client("admin.hq").post("/offices/new", new_office(seat="", code="", zone="")).text
    summary = page[page.index("govuk-error-summary__list") :]
    linked = re.findall(r'href="#(\w+)"', summary[: summary.index("</ul>")])
    fields = re.findall(r'<(?:input|select|textarea)[^>]*?\sid="(\w+)"', page[page.index("<form method") :])
    assert linked == sorted(linked, key=fields.index)
    assert set(linked) == {"seat", "code", "zone"}


def test_a_new_office_is_given_its_first_member_by_a_button(world):
    admin = world.client("admin.hq")
    answer = admin.post("/offices/new", new_office())
    assert answer.status_code == 303
    assert "Invite its first member" in said(admin.get(answer.location))


def test_holidays_that_lie_in_the_past_are_named(world, at):
    head = world.client("head.cairo")
    head.post(at.office("DEL_EGY", "/holidays"), {"days": "2020-12-25 Christmas", "source": "A note"})
    assert "1 of these days lies in the past." in said(head.get(at.office("DEL_EGY", "/holidays")))
