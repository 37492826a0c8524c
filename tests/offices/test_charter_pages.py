"""Charters on their pages: read in words, changed by who may, in force only with the signatures it takes."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import delete, select, update

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import save_pins
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Absent
from hrd_cases.keys import chain
from hrd_cases.keys.chain import Pins
from hrd_cases.keys.charter import Act, Coverage
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.issue import next_charter, propose, publish_keys
from hrd_cases.keys.models import (
    CharterDraft,
    CharterRow,
    Circle,
    CircleGrant,
    CircleKey,
    CoverageRow,
    CustodyShare,
    SeatRow,
)
from hrd_cases.keys.roles import CircleName, Role
from hrd_cases.keys.root import is_founded
from hrd_cases.offices import charters
from hrd_cases.offices.models import Office
from hrd_cases.vault.identity import KeyPair, new_seed
from hrd_cases.vault.words import six_words
from tests.offices.people import events, holds, new_office, newcomer, said
from tests.pages.markup import faults

CAIRO = ZoneInfo("Africa/Cairo")
FAILED = "The charter of this office failed its check. Do not rely on it."


def charter_of(world, code, by="head1.hq"):
    with world.acting(by) as (_, visitor):
        return visitor.charters.of(world.demonstration.offices[code])


def waits(world):
    with world.database.main.reading() as session:
        return session.scalar(select(CharterDraft.id)) is not None


# -- reading


def test_the_charter_says_who_signed_what_and_when(world, at):
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY", "/charter")))
    assert "Number 6" in page
    assert "Signed by head.cairo" in page
    assert "finance2.cairo is seated: Finance officer." in page
    assert "First charter" in page


def test_an_earlier_charter_is_read_as_it_was(world, at):
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY", "/charter/1")))
    assert "This charter is no longer in force" in page
    assert "head1.hq" in page
    assert "head2.hq" in page
    assert "Covers Egypt from" in page
    assert "officer.cairo is seated" not in page


@pytest.mark.parametrize("number", ["0", "7", "99999999999999999999999"])
def test_a_number_no_charter_has_is_not_found(world, at, number):
    assert world.client("officer.cairo").get(at.office("DEL_EGY", f"/charter/{number}")).status_code == 404


def test_the_registers_words_are_those_of_the_root_this_member_relies_on(world, at):
    with world.acting("head.cairo") as (_, visitor):
        root = visitor.charters.pins.root
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/charter")))
    assert six_words(root) in page


@pytest.mark.parametrize("code", ["DEL_COL", "EMB_A_EGY"])
def test_a_damaged_chain_is_said_and_nothing_of_it_is_shown(world, at, code):
    with world.database.main.writing() as session:
        office_id = world.demonstration.offices[code]
        row = session.scalars(select(CharterRow).where(CharterRow.office_id == office_id)).first()
        row.signatures = row.signatures[:-5] + bytes(5)

    chain._chains.clear()
    for path in (at.office(code, "/charter"), at.office(code)):
        answer = world.client("head1.hq").get(path)
        assert answer.status_code == 200
        assert FAILED in said(answer)
        assert "officer.bogota is seated" not in said(answer)
        assert faults(answer.text) == []
    assert events(world).count("alarm_raised") == 2
    assert "Failed its check" in said(world.client("head1.hq").get("/offices"))
    assert "failed its check. Do not rely on it." in said(world.client("head1.hq").get("/"))
    chain._chains.clear()


# -- countries


def test_one_head_at_headquarters_is_not_enough(world, at):
    answer = world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    assert answer.status_code == 303
    assert waits(world)
    assert [c.country for c in charter_of(world, "DEL_EGY").countries] == ["EG"]
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/charter")))
    assert "Covers Sudan from" in page
    assert "Signed so far: head1.hq." in page
    again = world.client("head1.hq").sign(at.office("DEL_EGY", "/charter/sign"))
    assert again.status_code == 303
    assert waits(world)
    assert [c.country for c in charter_of(world, "DEL_EGY").countries] == ["EG"]


def test_the_second_head_reads_it_in_words_and_signs(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Kosovo*"})
    second = world.client("head2.hq")
    assert "A change of Cairo waits for your signature" in said(second.get("/"))
    page = second.get(at.office("DEL_EGY", "/charter/sign"))
    assert "head1.hq proposes this. It comes into force when you sign." in said(page)
    assert "Covers Kosovo* from" in said(page)
    assert "This designation is without prejudice to positions on status" in said(page)
    assert faults(page.text) == []
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert not waits(world)
    assert {c.country for c in charter_of(world, "DEL_EGY").countries} == {"EG", "XK"}
    shown = said(world.client("observer.a").get(at.office("DEL_EGY")))
    assert "Kosovo*" in shown
    assert "without prejudice" in shown
    assert "without prejudice" in said(world.client("observer.a").get("/offices"))


@pytest.mark.parametrize("member", ["head.cairo", "officer.cairo", "admin.hq", "desk.hq", "auditor.hq"])
def test_nobody_but_two_heads_of_headquarters_changes_the_countries(world, at, member):
    assert world.client(member).sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt"}).status_code == 403


def test_a_country_with_a_primary_office_is_refused_by_name(world, at):
    answer = world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Oman"})
    assert answer.status_code == 422
    assert "Another office is the primary office already: Oman. End the other office's coverage first" in said(answer)
    assert not waits(world)


def test_a_country_taken_while_a_change_waited_is_refused_to_the_second_head(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    world.client("head1.hq").sign(at.office("DEL_COL", "/coverage"), {"countries": "Colombia, Sudan"})
    assert world.client("head2.hq").sign(at.office("DEL_COL", "/charter/sign")).status_code == 303
    answer = world.client("head2.hq").sign(at.office("DEL_EGY", "/charter/sign"))
    assert answer.status_code == 422
    assert "Another office is the primary office already: Sudan." in said(answer)


def test_a_country_left_out_ends_and_its_past_stays(world, at):

    current = charter_of(world, "DEL_SAU")
    long_ago = datetime.now(UTC).date() - timedelta(days=100)
    earlier = tuple(Coverage(c.country, long_ago) for c in current.countries)

    today = datetime.now(UTC).date()
    ended = charters._covered(msgspec.structs.replace(current, countries=earlier), ("SA", "KW"), today)
    assert Coverage("BH", long_ago, today - timedelta(days=1)) in ended
    assert Coverage("SA", long_ago) in ended
    assert Coverage("KW", today) in ended


def test_a_country_that_ended_can_be_taken_over(world, at):
    for path, countries in ((at.office("DEL_SAU"), "Saudi Arabia, Bahrain"), (at.office("DEL_EGY"), "Egypt, Oman")):
        assert world.client("head1.hq").sign(path + "/coverage", {"countries": countries}).status_code == 303
        assert world.client("head2.hq").sign(path + "/charter/sign").status_code == 303
    assert "OM" in {c.country for c in charter_of(world, "DEL_EGY").countries}


def test_an_embassy_covers_no_country(world, at):
    answer = world.client("head1.hq").sign(at.office("EMB_A_EGY", "/coverage"), {"countries": "Sudan"})
    assert answer.status_code == 422
    assert "Only a delegation covers countries." in said(answer)


def test_what_is_no_country_is_said_and_kept_in_the_form(world, at):
    answer = world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt\nSudann"})
    assert answer.status_code == 422
    assert "“Sudann” is not in the list. Did you mean “Sudan”?" in said(answer)
    assert "Egypt\nSudann" in answer.text.replace("\r", "")


# -- drafts


def test_a_waiting_change_is_withdrawn_by_who_might_sign_it(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    refused = world.client("head.cairo").post(at.office("DEL_EGY", "/charter/withdraw"))
    assert refused.status_code == 422
    assert "two heads of headquarters" in said(refused)
    assert world.client("head2.hq").post(at.office("DEL_EGY", "/charter/withdraw")).status_code == 303
    assert not waits(world)
    assert "charter_withdrawn" in events(world)


def test_while_a_change_waits_no_other_begins(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    answer = world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Chad"})
    assert answer.status_code == 422
    assert "waits for its second signature. A second head of headquarters signs it or withdraws it" in said(answer)
    page = said(world.client("head2.hq").get(at.office("DEL_EGY", "/coverage")))
    assert "this cannot be signed before. A second head of headquarters signs it" in page


def test_a_head_vouches_and_names_who_acts_beside_a_waiting_change_which_is_then_overtaken(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    head = world.client("head.cairo")
    assert "officer2.cairo waits for you to hear" in said(head.get("/"))
    vouching = at.member("officer2.cairo", "/vouch")
    assert "You need not wait for it; if you sign before it is signed" in said(head.get(vouching))
    assert head.sign(vouching, {"words": words}).status_code == 303
    assert "was overtaken by yours. Headquarters proposes it again." in said(head.get("/"))
    assert "officer2.cairo" in names_seated(world)
    second = world.client("head2.hq")
    assert "A change of Cairo was overtaken by another charter: propose it again" in said(second.get("/"))
    assert "Headquarters proposes it again" in said(second.get(at.office("DEL_EGY", "/charter")))

    assert second.sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"}).status_code == 303
    today = datetime.now(CAIRO).date()
    assert name_acting(world, at, "officer2.cairo", today, today + timedelta(days=3)).status_code == 303
    assert [one.until for one in charter_of(world, "DEL_EGY").acting] == [today + timedelta(days=3)]
    assert [c.country for c in charter_of(world, "DEL_EGY").countries] == ["EG"]


def test_what_takes_two_heads_waits_for_the_change_before_it_and_says_so_before_the_call(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    newcomer(world, "head2.cairo", "DEL_EGY", "head")
    first = world.client("head1.hq")
    assert "head2.cairo waits for their six words to be heard" in said(first.get("/"))
    assert "Another change of Cairo waits for its second signature first" in said(first.get("/"))
    for page in (first.get(at.member("head2.cairo", "/vouch")), first.get(at.member("head2.cairo"))):
        assert "second head of headquarters" in said(page)
    second = world.client("head2.hq")
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert "head2.cairo waits for you to hear" in said(first.get("/"))


def test_nobody_is_offered_to_withdraw_what_they_may_not(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    charter = at.office("DEL_EGY", "/charter")
    assert "Withdraw it" not in said(world.client("head.cairo").get(charter))
    assert "Withdraw it" in said(world.client("head1.hq").get(charter))


def names_seated(world):
    with world.database.main.reading() as session:
        return {session.get_one(Member, seat.member_id).sign_in for seat in charter_of(world, "DEL_EGY").seats}


def test_a_renewal_is_not_stopped_by_a_waiting_change_which_is_then_overtaken(world, at):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    assert world.client("head.cairo").sign(at.member("finance2.cairo", "/revoke")).status_code == 303
    assert world.client("officer.cairo").get("/").status_code == 200
    assert charter_of(world, "DEL_EGY").circle(CircleName.FINANCE).epoch == 2
    second = world.client("head2.hq")
    assert "A change of Cairo was overtaken by another charter: propose it again" in said(second.get("/"))
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert [c.country for c in charter_of(world, "DEL_EGY").countries] == ["EG"]
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    assert "officer2.cairo waits for you to hear" in said(world.client("head.cairo").get("/"))
    assert "Vouch for them" in said(world.client("head.cairo").get(at.member("officer2.cairo")))
    assert words
    # The next proposal takes the place of one that can never come into force.
    assert (
        world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Chad"}).status_code
        == 303
    )
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert {c.country for c in charter_of(world, "DEL_EGY").countries} == {"EG", "TD"}


@pytest.mark.parametrize("damage", ["body", "signatures"])
def test_a_planted_draft_is_named_as_such_and_can_only_be_withdrawn(world, at, damage):
    world.client("head1.hq").sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    with world.database.main.writing() as session:
        row = session.scalars(select(CharterDraft)).one()
        blob = getattr(row, damage)
        setattr(row, damage, blob[:-3] + bytes(3))
    second = world.client("head2.hq")
    assert "failed its check. Do not sign it; withdraw it." in said(second.get("/"))
    assert "failed its check. Do not sign it" in said(second.get(at.office("DEL_EGY", "/charter")))
    assert "failed its check. Do not sign it" in said(second.get(at.office("DEL_EGY")))
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert [c.country for c in charter_of(world, "DEL_EGY").countries] == ["EG"]
    assert second.post(at.office("DEL_EGY", "/charter/withdraw")).status_code == 303
    assert not waits(world)


# -- an office's first charter


def first_form(world, people, countries="Kosovo", **changed):
    form = {"countries": countries}
    for sign_in, role in people.items():
        member = world.demonstration.members[sign_in].hex
        form[f"role_{member}"] = role
        form[f"words_{member}"] = world.demonstration.words[world.demonstration.members[sign_in]]
    return form | changed


@pytest.fixture
def pristina(world, at):
    """An office that the administrator opened: its head and an officer have enrolled."""
    answer = world.client("admin.hq").post("/offices/new", new_office())
    office_id = answer.location.rsplit("/", 1)[1]

    world.demonstration.offices["DEL_XKX"] = uuid.UUID(office_id)
    newcomer(world, "head.pristina", "DEL_XKX", "head")
    newcomer(world, "officer.pristina", "DEL_XKX", "liaison_officer")
    return "DEL_XKX"


def test_two_heads_open_an_office_with_its_head(world, at, pristina):
    first, second = world.client("head1.hq"), world.client("head2.hq")
    assert "The first charter of Pristina can be written: colleagues have enrolled." in said(first.get("/"))
    page = first.get(at.office(pristina, "/charter/first"))
    assert faults(page.text) == []
    form = first_form(world, {"head.pristina": "head", "officer.pristina": "none"})
    written = first.sign(at.office(pristina, "/charter/first"), form)
    assert written.status_code == 303
    register = said(first.get(written.location))
    assert "Read them the register's six words" in register
    with world.acting("head1.hq") as (_, visitor):
        assert six_words(visitor.charters.pins.root) in register
    with world.acting("head1.hq") as (_, visitor), pytest.raises(Absent):
        visitor.charters.of(world.demonstration.offices[pristina])
    words = {f"words_{world.demonstration.members['head.pristina'].hex}": "six wrong words"}
    refused = second.sign(at.office(pristina, "/charter/sign"), words)
    assert refused.status_code == 422
    assert "The six words typed for head.pristina are not theirs." in said(refused)
    words = {
        name: value for name, value in form.items() if name.endswith(world.demonstration.members["head.pristina"].hex)
    }
    assert second.sign(at.office(pristina, "/charter/sign"), words).location.endswith("/charter/words")
    charter = charter_of(world, pristina)
    assert [seat.role for seat in charter.seats] == [Role.HEAD]
    assert [c.country for c in charter.countries] == ["XK"]


def test_wrong_words_open_no_office(world, at, pristina):
    form = first_form(world, {"head.pristina": "head", "officer.pristina": "none"})
    form[f"words_{world.demonstration.members['head.pristina'].hex}"] = "lusab babad gutih tugad zuzod dajub"
    answer = world.client("head1.hq").sign(at.office(pristina, "/charter/first"), form)
    assert answer.status_code == 422
    assert "The six words typed for head.pristina are not theirs." in said(answer)
    assert not waits(world)


def test_the_seats_of_a_first_charter_fit_the_office(world, at, pristina):
    form = first_form(world, {"head.pristina": "headquarters_head", "officer.pristina": "none"})
    answer = world.client("head1.hq").sign(at.office(pristina, "/charter/first"), form)
    assert answer.status_code == 422
    assert "Choose one of those offered." in said(answer)


def test_an_office_has_one_first_charter(world, at):
    answer = world.client("head1.hq").sign(at.office("DEL_EGY", "/charter/first"), {"countries": "Sudan"})
    assert (answer.status_code, waits(world)) == (303, False)


# -- seats


def test_the_head_gives_an_officer_another_role_and_the_keys_follow(world, at):
    assert holds(world, "officer.cairo", "DEL_EGY") == {"casework", "sources", "finance"}
    answer = world.client("head.cairo").sign(at.member("officer.cairo", "/seat"), {"role": "finance"})
    assert answer.status_code == 303
    world.client("head.cairo").get("/")
    charter = charter_of(world, "DEL_EGY")
    assert charter.circle(CircleName.CASEWORK).epoch == 2
    assert charter.circle(CircleName.FINANCE).epoch == 1
    assert holds(world, "officer.cairo", "DEL_EGY") == {"finance"}
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/charter")))
    assert "officer.cairo has another role: Finance officer." in said(
        world.client("head.cairo").get(at.office("DEL_EGY", "/charter/7"))
    )
    assert "officer.cairo Role Finance officer" in page


def test_a_seat_taken_away_takes_the_keys_and_the_acting_headship(world, at):
    today = datetime.now(CAIRO).date()
    assert name_acting(world, at, "officer.cairo", today, today).status_code == 303
    assert world.client("head.cairo").sign(at.member("officer.cairo", "/seat"), {"role": "none"}).status_code == 303
    charter = charter_of(world, "DEL_EGY")
    assert charter.acting == ()
    assert not charter.seats_of(world.demonstration.members["officer.cairo"], today)
    with world.database.main.reading() as session:
        here = Circle.office_id == world.demonstration.offices["DEL_EGY"]
        due = session.scalars(select(Circle.name).where(here, Circle.due_since.is_not(None))).all()
    assert sorted(due) == ["casework", "finance", "sources"]
    assert world.client("officer.cairo").get("/").location == "/waiting"
    assert "officer.cairo waits for you to hear their six words" in said(world.client("head.cairo").get("/"))


@pytest.mark.parametrize("role", ["head", "none"])
def test_a_seat_of_a_head_takes_two_signatures(world, at, role):
    whose = "officer.cairo" if role == "head" else "head.cairo"
    refused = world.client("head.cairo").sign(at.member("officer.cairo", "/seat"), {"role": "head"})
    assert refused.status_code == 422
    assert "Your role does not sign this change." in said(refused)
    assert world.client("head1.hq").sign(at.member(whose, "/seat"), {"role": role}).status_code == 303
    assert charter_of(world, "DEL_EGY").number == 6
    assert world.client("head2.hq").sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert charter_of(world, "DEL_EGY").number == 7


def test_headquarters_keeps_two_heads(world, at):
    for change in ("none", "headquarters_desk"):
        answer = world.client("head1.hq").sign(at.member("head2.hq", "/seat"), {"role": change})
        assert answer.status_code == 422
        assert "Headquarters keeps at least two heads." in said(answer)


@pytest.mark.parametrize("member", ["officer.cairo", "admin.hq", "auditor.hq", "desk.hq", "head.minsk"])
def test_nobody_but_a_head_changes_seats(world, at, member):
    status = world.client(member).sign(at.member("deputy.cairo", "/seat"), {"role": "finance"}).status_code
    assert status in (403, 404)


# -- acting heads


def name_acting(world, at, sign_in, since, until, by="head.cairo"):
    form = {"member": str(world.demonstration.members[sign_in])}
    for name, day in (("since", since), ("until", until)):
        form |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return world.client(by).sign(at.office("DEL_EGY", "/acting"), form)


def test_the_head_names_who_acts_and_the_office_shows_the_dates(world, at):
    today = datetime.now(CAIRO).date()
    assert name_acting(world, at, "deputy.cairo", today, today + timedelta(days=9)).status_code == 303
    page = said(world.client("officer.cairo").get(at.office("DEL_EGY")))
    assert "Acting heads deputy.cairo, from" in page


@pytest.mark.parametrize(
    ("who", "first", "last", "words"),
    [
        ("head.cairo", 0, 5, "Choose one of those offered."),
        ("deputy.cairo", 5, 0, "The first day comes before the last"),
        ("deputy.cairo", -3, 5, "neither lies in the past"),
        ("deputy.cairo", 0, 1000, "for a year at most"),
        ("officer.minsk", 0, 5, "Choose one of those offered."),
    ],
)
def test_an_acting_head_who_cannot_be_named_says_why(world, at, who, first, last, words):
    today = datetime.now(CAIRO).date()
    answer = name_acting(world, at, who, today + timedelta(days=first), today + timedelta(days=last))
    assert answer.status_code == 422
    assert words in said(answer)


def test_an_acting_head_vouches_within_the_dates(world, at):
    today = datetime.now(CAIRO).date()
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    path = at.member("officer2.cairo", "/vouch")
    assert world.client("deputy.cairo").sign(path, {"words": words}).status_code == 403
    name_acting(world, at, "deputy.cairo", today, today)
    assert "officer2.cairo waits for you to hear their six words" in said(world.client("deputy.cairo").get("/"))
    assert world.client("deputy.cairo").sign(path, {"words": words}).status_code == 303
    assert charter_of(world, "DEL_EGY").seats_of(world.demonstration.members["officer2.cairo"], today)


def test_an_acting_head_vouches_for_nobody_before_the_first_day(world, at):
    later = datetime.now(CAIRO).date() + timedelta(days=3)
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    name_acting(world, at, "deputy.cairo", later, later)
    answer = world.client("deputy.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    assert answer.status_code == 403


def test_an_acting_head_is_one_until_the_last_day_and_no_longer(world, at):
    today = datetime.now(CAIRO).date()
    name_acting(world, at, "deputy.cairo", today, today)
    charter, deputy = charter_of(world, "DEL_EGY"), world.demonstration.members["deputy.cairo"]
    now = datetime.now(UTC)
    assert charter.roles_of(deputy, now, CAIRO) == {Role.DEPUTY, Role.HEAD}
    assert charter.roles_of(deputy, now + timedelta(days=1), CAIRO) == {Role.DEPUTY}
    assert not charter.acting_heads(now + timedelta(days=1), CAIRO)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize(("begins", "acts"), [(0, True), (1, False)])
def test_the_door_counts_an_acting_heads_days_where_the_office_is(world, at, zone, begins, acts):
    first = datetime.now(ZoneInfo(zone)).date() + timedelta(days=begins)
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    with world.database.main.writing() as session:
        session.get_one(Office, world.demonstration.offices["DEL_EGY"]).zone = zone
    assert name_acting(world, at, "deputy.cairo", first, first).status_code == 303
    page = said(world.client("deputy.cairo").get("/"))
    assert ("You are acting head of Cairo until" in page) is acts
    assert ("officer2.cairo waits for you to hear their six words" in page) is acts
    answer = world.client("deputy.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    assert answer.status_code == (303 if acts else 403)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_a_day_that_is_over_where_the_office_is_lies_in_the_past(world, at, zone):
    with world.database.main.writing() as session:
        session.get_one(Office, world.demonstration.offices["DEL_EGY"]).zone = zone
    yesterday = datetime.now(ZoneInfo(zone)).date() - timedelta(days=1)
    answer = name_acting(world, at, "deputy.cairo", yesterday, yesterday)
    assert answer.status_code == 422
    assert "neither lies in the past" in said(answer)


def test_an_acting_head_names_no_acting_head(world, at):
    today = datetime.now(CAIRO).date()
    name_acting(world, at, "deputy.cairo", today, today)
    answer = name_acting(world, at, "officer.cairo", today, today, by="deputy.cairo")
    assert answer.status_code == 422
    assert "An acting head names no other acting head." in said(answer)


# -- keys that have ended, and offices that are damaged


def test_a_seat_whose_keys_have_ended_is_not_given_another_role_and_says_why(world, at):
    """A head who made new keys: their seat is under the old ones until two heads at headquarters hear the new words."""
    member = world.demonstration.members["head.minsk"]
    with world.acting("head.minsk") as (session, visitor):
        session.get_one(Member, member).fingerprint = publish_keys(session, member, KeyPair(new_seed()).bundle)
        revoke(session, member, visitor.ring.keys.fingerprint, member, datetime.now(UTC), keys=None)
        record(session, Event.KEYS_REPLACED, member=member, fingerprint=b"", revocation=b"")
    path = at.member("head.minsk", "/seat")
    page = world.client("head1.hq").get(path)
    assert 'value="head"' not in page.text, "the role they have is not offered"
    answer = world.client("head1.hq").sign(path, {"role": "deputy"})
    assert answer.status_code == 422
    assert "The keys of this seat have ended, and head.minsk has no others" in said(answer)


def test_headquarters_goes_on_beside_a_damaged_office_and_says_which_it_is(world, at):
    minsk = world.demonstration.offices["DEL_BLR"]
    with world.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.office_id == minsk).values(signatures=b""))
    chain._chains.clear()
    chain._authorised.clear()
    head = world.client("head1.hq")
    assert "failed their check: Minsk." in said(head.get(at.office("HQ", "/charter")))
    assert head.sign(at.member("desk.hq", "/seat"), {"role": "headquarters_approver"}).status_code == 303
    assert "You have signed, and the change is in force." in said(head.get("/"))
    marks = charter_of(world, "HQ").marks
    assert at.world.demonstration.offices["DEL_EGY"] in {mark.office_id for mark in marks}
    assert world.client("head.cairo").get(at.office("DEL_EGY")).status_code == 200


def test_a_change_the_head_alone_may_sign_says_so(world, at):
    today = datetime.now(CAIRO).date()
    name_acting(world, at, "deputy.cairo", today, today, by="head1.hq")
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/charter")))
    assert "It comes into force when the head of the office signs it, or a second head at headquarters." in page
    assert world.client("head.cairo").sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert "You are acting head of Cairo until" in said(world.client("deputy.cairo").get("/"))


# -- founding headquarters


@pytest.fixture
def unfounded(world):
    """The world as it was before headquarters was founded: everybody has enrolled, nobody relies on anything."""

    with world.database.main.writing() as session:
        for table in (CircleGrant, CustodyShare, CircleKey, Circle, SeatRow, CoverageRow, CharterRow):
            session.execute(delete(table))
    for sign_in in ("head1.hq", "head2.hq", "custodian1.hq", "officer.cairo"):
        with world.database.shred.reading() as shred, world.database.main.writing() as session:
            visitor = world.house.sessions.find_visitor(session, shred, world.demonstration.cookies[sign_in])
            save_pins(session, Pins(), visitor.ring.keys, visitor.member_id)
    return world


def founding_words(world, but):
    founders = ("head1.hq", "head2.hq", "custodian1.hq", "custodian2.hq", "custodian3.hq")
    ids = [world.demonstration.members[name] for name in founders if name != but]
    return {f"words_{member.hex}": world.demonstration.words[member] for member in ids}


def test_two_heads_found_headquarters(unfounded):
    first, second = unfounded.client("head1.hq"), unfounded.client("head2.hq")
    page = first.get("/headquarters/found")
    assert "Two heads sign the founding charter of headquarters together." in said(page)
    assert faults(page.text) == []
    assert first.sign("/headquarters/found", founding_words(unfounded, "head1.hq")).location == "/headquarters/found"
    assert "You have signed. Another head signs now" in said(first.get("/headquarters/found"))
    assert "head1.hq has signed. Headquarters is founded when you sign." in said(second.get("/headquarters/found"))
    wrong = founding_words(unfounded, "head2.hq")
    wrong[f"words_{unfounded.demonstration.members['custodian1.hq'].hex}"] = "no words of theirs at all"
    refused = second.sign("/headquarters/found", wrong)
    assert refused.status_code == 422
    assert "The six words typed for custodian1.hq are not theirs." in said(refused)
    assert second.sign("/headquarters/found", founding_words(unfounded, "head2.hq")).location == "/"
    assert second.get("/").status_code == 200
    assert second.get("/headquarters/found").status_code == 404
    with unfounded.database.main.reading() as session:
        assert is_founded(session)


def test_one_head_alone_founds_nothing(unfounded):
    first = unfounded.client("head1.hq")
    for _ in range(2):
        first.sign("/headquarters/found", founding_words(unfounded, "head1.hq"))
    with unfounded.database.main.reading() as session:
        assert not is_founded(session)


@pytest.mark.parametrize("member", ["custodian1.hq", "officer.cairo"])
def test_only_its_heads_found_headquarters(unfounded, member):
    assert unfounded.client(member).get("/headquarters/found").status_code == 404
    assert unfounded.client(member).sign("/headquarters/found").status_code == 404


def test_a_founding_charter_is_withdrawn_and_written_again(unfounded):
    first, second = unfounded.client("head1.hq"), unfounded.client("head2.hq")
    first.sign("/headquarters/found", founding_words(unfounded, "head1.hq"))
    assert second.post("/headquarters/found/withdraw").location == "/headquarters/found"
    assert not waits(unfounded)
    assert second.sign("/headquarters/found", founding_words(unfounded, "head2.hq")).status_code == 303
    assert first.sign("/headquarters/found", founding_words(unfounded, "head1.hq")).location == "/"


def test_headquarters_is_founded_once(world):
    assert world.client("head1.hq").get("/headquarters/found").status_code == 404


# -- a fresh second factor


@pytest.mark.parametrize(
    ("member", "rest", "form", "kept"),
    [
        ("head1.hq", "/coverage", {"countries": "Egypt, Sudan"}, True),
        ("head.cairo", "/acting", {"since-day": "1"}, True),
        ("head1.hq", "/charter/sign", {"read": "0" * 64}, False),
        ("admin.hq", "/members/invite", {"sign_in": "new.cairo", "role": "deputy"}, True),
    ],
)
def test_acts_on_charters_ask_for_the_authenticator_again(world, at, member, rest, form, kept):
    """What was typed is kept meanwhile; a press alone is read again and pressed again."""
    sessions, cookie = world.demonstration.sessions, world.demonstration.cookies[member]
    with world.database.main.writing() as session, sessions.holding(session, cookie) as held:
        held.second_factor_at -= timedelta(minutes=6)
    answer = world.client(member).post(at.office("DEL_EGY", rest), form)
    assert (answer.status_code, answer.location) == (303, "/second-factor")
    assert not waits(world)
    assert ("not sent yet" in said(world.client(member).get("/"))) is kept


def test_a_head_signs_only_the_change_they_have_read(world, at):
    first, second = world.client("head1.hq"), world.client("head2.hq")
    signing = at.office("DEL_EGY", "/charter/sign")
    first.sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Sudan"})
    [read] = re.findall(r'name="read" value="(\w+)"', second.get(signing).text)
    first.post(at.office("DEL_EGY", "/charter/withdraw"))
    first.sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Kosovo*"})
    answer = second.post(signing, {"read": read})
    assert answer.status_code == 422
    assert "What you have read has changed meanwhile, and nothing was done." in said(answer)
    assert waits(world)
    assert second.sign(signing).status_code == 303


def test_a_draft_that_gives_the_signer_other_keys_is_not_signed_unheard(world, at):
    """Whoever writes the database may put a key of their own into the seat of the head who countersigns."""
    now, stranger = datetime.now(UTC), KeyPair(new_seed())
    second = world.demonstration.members["head2.hq"]
    with world.acting("head1.hq") as (session, head):
        headquarters = head.charters.headquarters()
        publish_keys(session, second, stranger.bundle)
        seats = tuple(
            msgspec.structs.replace(seat, fingerprint=stranger.fingerprint) if seat.member_id == second else seat
            for seat in headquarters.seats
        )
        changed = next_charter(head.charters, headquarters.office_id, Act.SEAT, now, seats=seats)
        propose(session, head.charters, changed, head.member_id, head.ring.keys, now)
    answer = world.client("head2.hq").sign(at.office("HQ", "/charter/sign"))
    assert answer.status_code == 422
    assert "are not theirs" in said(answer)
