"""Whatever is typed into any field of these forms is answered: done, or said at the form. Never an error of ours."""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from hrd_cases.errors import Refused
from hrd_cases.offices import seating
from hrd_cases.offices.models import Office
from tests.offices.people import Places, newcomer, said
from tests.pages.markup import faults
from tests.world import BASE, World

ANSWERED = (200, 303, 404, 409, 422)
"""Done, said at the form, or gone because an earlier try of the same test was done."""

NAUGHTY = (
    "",
    " \t\r\n",
    "\0",
    "a\0b",
    "سلمى عبد الرحمن المثال",
    "Алёна Прыкладная",
    "张虚构",
    "😀👩‍👩‍👧‍👦",
    "\ud800",
    "a\udfffb",
    "\u202emirrored\u202c\u200f",
    "\ufeff\u200b\u2028",
    "Z̸̡̛a̷l̶g̵o̴" * 20,
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "%s %d %(x)s %",
    "' OR 1=1; DROP TABLE offices; --",
    "../../../../etc/passwd",
    "-1",
    "0",
    "99999999999999999999999999",
    "１２３",
    "٣",
    "1e309",
    "NaN",
    "00000000-0000-4000-8000-000000000000",
    "none",
    "headquarters_head",
    "2026-02-30 x",
    "9999-12-31 x",
    "a,b;c،d\n" * 200,
)
LARGE = ("x" * 100_000, "\u0645" * 100_000, "a," * 50_000)


class Sheet(NamedTuple):
    """A form: who may send it, where it goes, and fields that are sound but for the one under test. `read`: what its
    page says was read."""

    member: str
    path: str
    fields: dict[str, str]
    read: str = ""


PARTICULARS = {"zone": "Africa/Cairo", "weekend": "fri", "languages": "Arabic", "public_contact": "x", "version": "0"}
DAYS = {
    f"{name}-{part}": value
    for name in ("since", "until")
    for part, value in (("day", "1"), ("month", "1"), ("year", "2000"))
}


def sheets(world: World) -> dict[str, Sheet]:
    at, members = Places(world), world.demonstration.members
    return {
        "edit": Sheet("head.cairo", at.office("DEL_EGY", "/edit"), PARTICULARS),
        "holidays": Sheet("head.cairo", at.office("DEL_EGY", "/holidays"), {"days": "", "source": ""}),
        "new office": Sheet(
            "admin.hq",
            "/offices/new",
            PARTICULARS | {"kind": "delegation", "code": "", "seat": "x", "member_state": ""},
        ),
        "countries": Sheet("head1.hq", at.office("DEL_EGY", "/coverage"), {"countries": "Egypt"}),
        "acting head": Sheet(
            "head.cairo", at.office("DEL_EGY", "/acting"), {"member": str(members["deputy.cairo"])} | DAYS
        ),
        "seat": Sheet("head.cairo", at.member("officer.cairo", "/seat"), {"role": "liaison_officer"}),
        "invite": Sheet(
            "admin.hq", at.office("DEL_EGY", "/members/invite"), {"sign_in": "", "role": "deputy", "address": ""}
        ),
        "vouch": Sheet("head.cairo", at.member("officer2.cairo", "/vouch"), {"words": "x"}),
        "notice": Sheet("desk.hq", at.office("DEL_EGY", "/notices"), {"subject": "", "text": ""}),
        "revoke": Sheet("head.cairo", at.member("head.cairo", "/revoke"), {"anything": ""}),
    }


NAMES = ("edit", "holidays", "new office", "countries", "acting head", "seat", "invite", "vouch", "notice", "revoke")


def opened(world: World, name: str) -> Sheet:
    """The sheet of a page that its member has just read."""
    sheet = sheets(world)[name]
    found = re.search(r'name="read" value="(\w+)"', world.client(sheet.member).get(sheet.path).text)
    return sheet._replace(read=found[1] if found else "")


def send(world: World, sheet: Sheet, fields: dict[str, str]):
    """As bytes, so that what is no text can be sent as well."""
    browser = world.client(sheet.member)
    pairs = {guards.TOKEN_FIELD: browser.token(), "read": sheet.read} | fields
    body = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs.items())
    return browser.client.post(
        sheet.path,
        base_url=BASE,
        data=body.encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


@pytest.fixture
def typed(world: World) -> World:
    newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    return world


@pytest.mark.parametrize("name", NAMES)
def test_no_field_breaks_whatever_is_typed_into_it(typed: World, name: str):
    sheet = opened(typed, name)
    for naughty in NAUGHTY:
        answer = send(typed, sheet, dict.fromkeys(sheet.fields, naughty))
        assert answer.status_code in ANSWERED, (naughty[:40], answer.status_code)
        if answer.status_code == 422:
            assert faults(answer.text) == [], naughty


@pytest.mark.parametrize("name", NAMES)
def test_no_field_alone_breaks_where_the_others_are_sound(typed: World, name: str):
    sheet = opened(typed, name)
    for field in sheet.fields:
        for naughty in (*NAUGHTY[:9], *LARGE):
            answer = send(typed, sheet, sheet.fields | {field: naughty})
            assert answer.status_code in ANSWERED, (field, naughty[:40], answer.status_code)


def test_every_form_with_fields_is_among_them(typed: World):
    assert set(sheets(typed)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_fields_that_are_missing_or_sent_twice_break_nothing(typed: World, name: str):
    sheet = opened(typed, name)
    for field in sheet.fields:
        fewer = {key: value for key, value in sheet.fields.items() if key != field}
        assert send(typed, sheet, fewer).status_code in ANSWERED
    assert send(typed, sheet, {}).status_code in ANSWERED


@pytest.mark.parametrize("name", ["edit", "holidays", "countries", "invite", "vouch", "notice"])
def test_random_text_in_a_form_gets_an_answer(typed: World, name: str):
    sheet = opened(typed, name)

    @settings(max_examples=15)
    @given(st.fixed_dictionaries({field: st.text(st.characters(), max_size=300) for field in sheet.fields}))
    def never_breaks(fields):
        assert send(typed, sheet, fields).status_code in ANSWERED

    never_breaks()


def test_what_is_too_large_is_refused_unread(typed: World):
    sheet = sheets(typed)["notice"]
    assert send(typed, sheet, {"subject": "x", "text": "x" * 1_100_000}).status_code == 413


def test_the_summary_of_errors_names_each_field(world, at):
    answer = world.client("admin.hq").post(at.office("DEL_EGY", "/members/invite"), {"sign_in": "", "address": "no"})
    assert "Sign-in name: Write the sign-in name." in said(answer)
    assert "Mail address: Write a mail address" in said(answer)


def test_a_colleague_of_another_office_is_not_seated_and_the_refusal_says_why(world):
    with world.acting("head.cairo") as (session, visitor):
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        member = session.get_one(Member, world.demonstration.members["officer.minsk"])
        with pytest.raises(Refused, match="a sign-in name has one seat at most"):
            seating.vouch(session, visitor, office, member, "", datetime.now(UTC))
