"""Members: invited, vouched for, handed their keys, paused, restored, and gone; each by who may, through the pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from hrd_cases.accounts.credentials import open_address
from hrd_cases.accounts.models import Invitation, Member, SessionRow
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.errors import Locked, Unfit
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.models import CircleGrant
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CircleName, Role
from hrd_cases.offices import seating
from hrd_cases.offices.models import Notice
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.models import FAILED, WAITING, Delivery
from hrd_cases.outbox.plan import plan
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.vault.words import six_words
from tests.offices.people import (
    code_on,
    enrol_with,
    events,
    holds,
    invite,
    member_id,
    new_code,
    newcomer,
    pin_root,
    said,
    seated,
)
from tests.pages.markup import faults

EVERYTHING = {"casework", "sources", "finance"}
WRONG = "lusab babad gutih tugad zuzod dajub"


def row(world, sign_in):
    with world.database.main.reading() as session:
        return session.scalars(select(Member).where(Member.sign_in == sign_in)).one()


def charter_of(world, code, by="head1.hq"):
    with world.acting(by) as (_, visitor):
        return visitor.charters.of(world.demonstration.offices[code])


# -- the whole way in


def test_whoever_does_not_invite_reads_who_does(world, at):
    words = "An administrator invites new colleagues."
    assert words in said(world.client("head.cairo").get(at.office("DEL_EGY", "/members")))
    assert words not in said(world.client("admin.hq").get(at.office("DEL_EGY", "/members")))


def test_invited_vouched_for_and_handed_the_keys_a_newcomer_has_access(world, at):
    admin = world.client("admin.hq")
    page = admin.get(at.office("DEL_EGY", "/members/invite"))
    assert faults(page.text) == []
    answer = admin.post(
        at.office("DEL_EGY", "/members/invite"),
        {"sign_in": "officer2.cairo", "role": "liaison_officer", "address": "officer2@example.org"},
    )
    assert "It is shown once and kept nowhere." in said(answer)
    assert "Never mail it" in said(answer)
    assert faults(answer.text) == []
    code = code_on(answer.text)
    assert code not in admin.get(at.member("officer2.cairo")).text
    assert "Invited" in said(admin.get(at.office("DEL_EGY", "/members")))

    words = enrol_with(world, "officer2.cairo", code)
    assert world.client("officer2.cairo").get("/").location == "/waiting"
    head = world.client("head.cairo")
    assert "officer2.cairo waits for you to hear their six words" in said(head.get("/"))
    assert "They read you six words" in said(head.get(at.member("officer2.cairo", "/vouch")))
    assert head.sign(at.member("officer2.cairo", "/vouch"), {"words": words}).status_code == 303
    assert "Waits for a key" in said(world.client("finance.cairo").get(at.office("DEL_EGY", "/members")))
    pin_root(world, "officer2.cairo")
    assert "Waits for a key" not in said(world.client("deputy.cairo").get(at.office("DEL_EGY", "/members")))
    assert holds(world, "officer2.cairo", "DEL_EGY") == EVERYTHING
    assert "Nothing needs you now." in said(world.client("officer2.cairo").get("/"))
    keys = said(world.client("officer2.cairo").get(at.office("DEL_EGY", "/keys")))
    assert "Casework To officer2.cairo Who did it deputy.cairo" in keys
    for event in ("member_invited", "invitation_taken", "member_vouched", "charter_in_force", "circle_handed_over"):
        assert event in events(world)


def test_a_mail_address_is_sealed_and_the_code_is_kept_nowhere(world, at):
    code = invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    files = world.house.settings.home.rglob("*")
    for path in (found for found in files if found.is_file()):
        assert code.encode() not in path.read_bytes(), path


# -- inviting


@pytest.mark.parametrize("member", ["head.cairo", "head1.hq", "officer.cairo", "auditor.hq", "observer.a"])
def test_only_the_administrator_invites(world, at, member):
    answer = world.client(member).post(
        at.office("DEL_EGY", "/members/invite"), {"sign_in": "new.cairo", "role": "deputy"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "headquarters_head"}, "Choose one of those offered."),
        ({"role": ""}, "Choose one of those offered."),
        ({"sign_in": "officer.cairo"}, "This sign-in name is taken."),
        ({"sign_in": "x"}, "A sign-in name has 3 to 40 letters, digits, dots or dashes."),
        ({"sign_in": "Ålesund"}, "A sign-in name has 3 to 40 letters"),
        ({"address": "not an address"}, "Write a mail address, for example name@example.org."),
        ({"address": "a@b\r\nBcc: c@d"}, "Write a mail address"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why(world, at, change, words):
    form = {"sign_in": "new.cairo", "role": "deputy", "address": ""} | change
    answer = world.client("admin.hq").post(at.office("DEL_EGY", "/members/invite"), form)
    assert answer.status_code == 422
    assert words in said(answer)
    assert faults(answer.text) == []


def test_a_new_code_makes_the_old_one_worthless(world, at):
    old = invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    answer = new_code(world, "deputy2.cairo")
    assert code_on(answer.text) != old
    with pytest.raises(Unfit):
        enrol_with(world, "deputy2.cairo", old)
    enrol_with(world, "deputy2.cairo", code_on(answer.text))


def test_the_same_invitation_sent_again_voids_no_code_that_was_just_read_out(world, at):
    first = invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    admin, form = world.client("admin.hq"), {"sign_in": "Deputy2.Cairo", "role": "deputy", "address": ""}
    again = admin.post(at.office("DEL_EGY", "/members/invite"), form)
    assert again.location == at.member("deputy2.cairo", "/invitation")
    page = admin.get(again.location)
    assert faults(page.text) == []
    assert "The code was shown once and cannot be shown again; it is still good." in said(page)
    assert "Make a new code" in said(page)
    assert first not in page.text
    enrol_with(world, "deputy2.cairo", first)


def test_a_new_code_asked_for_again_by_the_same_form_is_not_made_again(world, at):
    invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    admin, path = world.client("admin.hq"), at.member("deputy2.cairo", "/invite-again")
    (instead_of,) = re.findall(r'name="instead_of" value="([^"]+)"', admin.get(path).text)
    code = code_on(admin.post(path, {"instead_of": instead_of}).text)
    assert admin.post(path, {"instead_of": instead_of}).location == at.member("deputy2.cairo", "/invitation")
    enrol_with(world, "deputy2.cairo", code)


def test_after_vouching_the_registers_words_stand_there_to_be_read_out(world, at):
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    head = world.client("head.cairo")
    page = said(head.get(at.member("officer2.cairo", "/vouch")))
    assert "Vouch for officer2.cairo as Liaison officer in Cairo" in page
    answer = head.sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    with world.acting("head.cairo") as (_, visitor):
        root = six_words(visitor.charters.pins.root)
    page = head.get(answer.location)
    assert faults(page.text) == []
    assert "You have vouched for officer2.cairo." in said(page)
    assert root in said(page)
    assert "on the page they wait on" in said(page)


@pytest.mark.parametrize(
    ("code", "role", "calls"),
    [
        ("DEL_EGY", "liaison_officer", "The head of your office calls you, on a number the office knew before."),
        ("DEL_EGY", "head", "Two heads of headquarters call you, one after the other,"),
        ("EMB_A_EGY", "embassy_observer", "Two heads of headquarters call you, one after the other,"),
        ("HQ", "headquarters_desk", "A head of headquarters calls you, on a number headquarters knew before."),
    ],
)
def test_the_administrator_and_the_newcomer_read_the_same_of_who_calls(world, at, code, role, calls):
    form = {"sign_in": "new.comer", "role": role, "address": ""}
    answer = world.client("admin.hq").post(at.office(code, "/members/invite"), form)
    assert calls in said(answer)
    enrol_with(world, "new.comer", code_on(answer.text))
    page = said(world.client("new.comer").get("/waiting"))
    assert calls in page
    assert "You need not call" in page


def test_a_withdrawn_invitation_frees_the_name(world, at):
    old = invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    answer = world.client("admin.hq").post(at.member("deputy2.cairo", "/withdraw"))
    assert answer.status_code == 303
    admin = world.client("admin.hq")
    assert "The invitation of deputy2.cairo is withdrawn." in said(admin.get(answer.location))
    assert "deputy2.cairo" not in said(admin.get(answer.location))
    with pytest.raises(Unfit):
        enrol_with(world, "deputy2.cairo", old)
    invite(world, "deputy2.cairo", "DEL_EGY", "deputy")


def test_an_invitation_that_ran_out_is_seen(world, at):
    invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    with world.database.main.writing() as session:
        session.execute(update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    page = said(world.client("head.cairo").get(at.office("DEL_EGY", "/members")))
    assert "No open invitation" in page
    assert "An administrator makes a new code" in page


def test_nobody_invites_themselves_anew(world, at):
    answer = world.client("admin.hq").post(at.member("admin.hq", "/invite-again"))
    assert answer.status_code == 422
    assert "You cannot invite yourself. Another administrator can." in said(answer)


def test_an_invitation_cannot_be_withdrawn_twice(world, at):
    answer = world.client("admin.hq").post(at.member("officer.cairo", "/withdraw"))
    assert answer.status_code == 422
    assert "No invitation is open for officer.cairo." in said(answer)


# -- vouching


def test_wrong_words_seat_nobody_and_say_what_to_do(world, at):
    newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    before = charter_of(world, "DEL_EGY").number
    answer = world.client("head.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": WRONG})
    page = said(answer)
    assert answer.status_code == 422
    assert "The six words typed for officer2.cairo are not theirs. Ask them to read the words" in page
    assert "do not sign: call headquarters." in page
    assert WRONG in answer.text
    assert charter_of(world, "DEL_EGY").number == before


def test_the_words_of_another_newcomer_do_not_do(world, at):
    newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    others = newcomer(world, "deputy2.cairo", "DEL_EGY", "deputy")
    answer = world.client("head.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": others})
    assert answer.status_code == 422


def test_the_words_are_tolerant_of_how_they_are_typed(world, at):
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    spoken = words.replace("-", ", ").upper()
    assert world.client("head.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": spoken}).status_code == 303


@pytest.mark.parametrize(
    ("member", "status"),
    [
        ("officer.cairo", 403),
        ("deputy.cairo", 403),
        ("admin.hq", 403),
        ("auditor.hq", 403),
        ("head.minsk", 404),
        ("desk.hq", 404),
    ],
)
def test_nobody_but_a_head_vouches(world, at, member, status):
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    answer = world.client(member).sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    assert answer.status_code == status


def test_a_new_head_takes_two_heads_at_headquarters(world, at):
    words = newcomer(world, "head2.cairo", "DEL_EGY", "head")
    assert "wait for two heads at headquarters to hear" in said(
        world.client("head.cairo").get(at.member("head2.cairo"))
    )
    refused = world.client("head.cairo").sign(at.member("head2.cairo", "/vouch"), {"words": words})
    assert refused.status_code == 422
    assert "Your role does not sign this change." in said(refused)
    first = world.client("head1.hq")
    assert "head2.cairo waits for you to hear their six words" in said(first.get("/"))
    assert first.sign(at.member("head2.cairo", "/vouch"), {"words": words}).status_code == 303
    member = world.demonstration.members["head2.cairo"]
    assert not charter_of(world, "DEL_EGY").seats_of(member, datetime.now(UTC).date())
    signing = at.office("DEL_EGY", "/charter/sign")
    assert world.client("head2.hq").sign(signing, {f"words_{member.hex}": WRONG}).status_code == 422
    assert world.client("head2.hq").sign(signing, {f"words_{member.hex}": words}).status_code == 303
    charter = charter_of(world, "DEL_EGY")
    assert charter.roles_of(member, datetime.now(UTC)) == {Role.HEAD}


def test_without_a_head_two_heads_at_headquarters_hear_the_words(world, at):
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    assert "officer2.cairo waits" not in said(world.client("head1.hq").get("/"))
    world.client("officer.cairo").post(at.member("head.cairo", "/suspend"))
    assert "officer2.cairo waits for you to hear their six words" in said(world.client("head1.hq").get("/"))
    assert "the office has no head" in said(world.client("officer.cairo").get(at.office("DEL_EGY")))
    assert world.client("head1.hq").sign(at.member("officer2.cairo", "/vouch"), {"words": words}).status_code == 303
    member = world.demonstration.members["officer2.cairo"]
    answer = world.client("head2.hq").sign(at.office("DEL_EGY", "/charter/sign"), {f"words_{member.hex}": words})
    assert answer.status_code == 303
    assert charter_of(world, "DEL_EGY").seats_of(member, datetime.now(UTC).date())


def test_who_has_not_finished_or_has_a_seat_is_not_vouched_for(world, at):
    invite(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    for sign_in in ("officer2.cairo", "officer.cairo"):
        answer = world.client("head.cairo").sign(at.member(sign_in, "/vouch"), {"words": WRONG})
        assert (answer.status_code, answer.location) == (303, at.member(sign_in))


def test_a_seventh_custodian_is_not_vouched_for(world, at, monkeypatch):
    monkeypatch.setattr(seating, "MAX_CUSTODIANS", 3)  # as many as the sample world has
    words = newcomer(world, "custodian4.hq", "HQ", "custodian")
    answer = world.client("head1.hq").sign(at.member("custodian4.hq", "/vouch"), {"words": words})
    assert answer.status_code == 422
    assert "There are six custodians already. Take a seat away first." in said(answer)
    assert "member_vouched" not in events(world)[-3:]
    monkeypatch.setattr(seating, "MAX_CUSTODIANS", 4)
    assert world.client("head1.hq").sign(at.member("custodian4.hq", "/vouch"), {"words": words}).status_code == 303


def test_who_lost_everything_comes_back_with_new_keys_and_the_old_ones_open_nothing_new(world, at):
    world.client("head.cairo").sign(at.member("officer.cairo", "/seat"), {"role": "deputy"})
    code = code_on(world.client("admin.hq").post(at.member("officer.cairo", "/invite-again")).text)
    words = enrol_with(world, "officer.cairo", code)
    assert world.client("head.cairo").sign(at.member("officer.cairo", "/vouch"), {"words": words}).status_code == 303
    charter = charter_of(world, "DEL_EGY")
    member = world.demonstration.members["officer.cairo"]
    assert charter.roles_of(member, datetime.now(UTC)) == {Role.DEPUTY}
    pin_root(world, "officer.cairo")
    world.client("head.cairo").get("/")
    # Exchanged when the old keys ended, which a table alone said, and again when the charter did.
    assert charter_of(world, "DEL_EGY").circle(CircleName.CASEWORK).epoch == 3
    assert holds(world, "officer.cairo", "DEL_EGY") == EVERYTHING


# -- what a colleague of another office learns


PAGES_OF_A_MEMBER = ("", "/seat", "/vouch", "/revoke", "/suspend", "/restore", "/invite-again", "/withdraw", "/address")


@pytest.mark.parametrize("member", ["head.minsk", "officer.minsk", "observer.a", "desk.hq", "custodian1.hq"])
def test_other_offices_do_not_even_learn_that_a_colleague_exists(world, at, member):
    client = world.client(member)
    for rest in PAGES_OF_A_MEMBER:
        real = client.get(at.member("officer.cairo", rest))
        unreal = client.get("/offices/members/00000000-0000-4000-8000-000000000000" + rest)
        assert real.status_code == unreal.status_code == 404, rest
        assert real.text == unreal.text, rest
        if rest:
            assert client.post(at.member("officer.cairo", rest), {"words": WRONG, "role": "none"}).status_code == 404


# -- suspending


@pytest.mark.parametrize("member", ["officer.cairo", "finance.cairo", "head1.hq", "admin.hq"])
def test_anyone_of_the_office_suspends_a_colleague_at_once(world, at, member):
    client = world.client(member)
    page = client.get(at.member("head.cairo", "/suspend"))
    assert "You need no proof." in said(page)
    assert world.client("head.cairo").get("/").status_code == 200
    assert client.post(at.member("head.cairo", "/suspend")).status_code == 303
    assert world.client("head.cairo").get("/").location == "/sign-in?ended=1"
    assert "Suspended" in said(client.get(at.member("head.cairo")))
    assert "member_suspended" in events(world)


def test_a_suspended_colleague_counts_as_no_holder(world, at):
    world.client("head.minsk").post(at.member("officer.minsk", "/suspend"))
    page = said(world.client("head.minsk").get(at.office("DEL_BLR")))
    assert "Only one person holds the key of “Casework”: head.minsk." in page
    today = said(world.client("head.minsk").get("/"))
    assert "officer.minsk is suspended. Has somebody spoken to them?" in today
    assert "Too few of your office can open “Casework”" in today


@pytest.mark.parametrize(
    ("member", "status"), [("officer.cairo", 403), ("admin.hq", 403), ("head.cairo", 303), ("head1.hq", 303)]
)
def test_nobody_but_a_head_restores_a_suspended_colleague(world, at, member, status):
    world.client("finance.cairo").post(at.member("deputy.cairo", "/suspend"))
    assert world.client(member).post(at.member("deputy.cairo", "/restore")).status_code == status
    assert (row(world, "deputy.cairo").suspended_at is None) is (status == 303)


def test_nobody_suspends_or_restores_themselves(world, at):
    answer = world.client("officer.cairo").post(at.member("officer.cairo", "/suspend"))
    assert answer.status_code == 422
    assert "You cannot suspend yourself. “Leave now” ends your own session at once." in said(answer)


# -- ending access


@pytest.mark.parametrize(
    ("member", "status"),
    [
        ("head.cairo", 200),
        ("head1.hq", 200),
        ("admin.hq", 200),
        ("officer.cairo", 403),
        ("auditor.hq", 403),
        ("head.minsk", 404),
    ],
)
def test_a_head_or_the_administrator_ends_access(world, at, member, status):
    assert world.client(member).get(at.member("deputy.cairo", "/revoke")).status_code == status


def test_the_page_says_exactly_what_revoking_does(world, at):
    page = said(world.client("head.cairo").get(at.member("deputy.cairo", "/revoke")))
    for words in (
        "All their sessions end at once; they cannot sign in again.",
        "They lose every key they hold.",
        "What they read before, they have read: nothing undoes that.",
        "Their seat leaves the charter with the new keys.",
        "This is for good.",
    ):
        assert words in page
    assert "until two heads at headquarters take it away" in said(
        world.client("admin.hq").get(at.member("head.cairo", "/revoke"))
    )


def test_revoking_ends_sessions_and_makes_the_keys_due_which_the_next_holder_renews(world, at):
    gone = member_id(world, "deputy.cairo")
    assert world.client("admin.hq").sign(at.member("deputy.cairo", "/revoke")).status_code == 303
    with world.database.main.reading() as session:
        assert not session.scalars(select(SessionRow).where(SessionRow.member_id == gone)).all()
        assert not session.scalars(select(CircleGrant).where(CircleGrant.member_id == gone)).all()
    assert world.client("deputy.cairo").get("/").location == "/sign-in?ended=1"
    red = said(world.client("admin.hq").get(at.office("DEL_EGY")))
    assert "The key of “Sources” is due to be exchanged" in red
    assert charter_of(world, "DEL_EGY").circle(CircleName.SOURCES).epoch == 1
    assert world.client("officer.cairo").get("/").status_code == 200
    charter = charter_of(world, "DEL_EGY")
    assert {entry.epoch for entry in charter.circles} == {2}
    assert not charter.seats_of(gone, datetime.now(UTC).date())
    page = said(world.client("head.cairo").get(at.office("DEL_EGY")))
    assert "due to be exchanged" not in page
    assert holds(world, "head.cairo", "DEL_EGY") == EVERYTHING
    assert "Access ended" in said(world.client("head.cairo").get(at.office("DEL_EGY", "/members")))


def test_whoever_left_opens_nothing_written_afterwards(world, at):
    """With their keys, their seeds and the whole database, but without any check of ours."""
    office_id = world.demonstration.offices["DEL_EGY"]
    with world.acting("deputy.cairo") as (_, visitor):
        keys, seeds, pins = visitor.ring.keys, dict(visitor.ring.seeds), visitor.charters.pins
    notice(world, at, "Before they left")
    world.client("officer.cairo").get("/")
    world.client("head.cairo").sign(at.member("deputy.cairo", "/revoke"))
    world.client("officer.cairo").get("/")
    notice(world, at, "After they left")
    world.client("officer.cairo").get("/")
    with world.database.shred.reading() as shred, world.database.main.reading() as session:
        session.info["keys"] = Ring(
            session, shred, member_id(world, "deputy.cairo"), keys, Charters(session, pins), seeds
        )
        session.info["keys"].open_grants()
        before, after = session.scalars(select(Notice).where(Notice.office_id == office_id).order_by(Notice.sent_at))
        assert before.subject == "Before they left"
        with pytest.raises(Locked):
            _ = after.subject


def notice(world, at, subject):
    answer = world.client("desk.hq").post(at.office("DEL_EGY", "/notices"), {"subject": subject, "text": "Read it."})
    assert answer.status_code == 303, answer.text


def test_nobody_ends_their_own_access(world, at):
    answer = world.client("head.cairo").sign(at.member("head.cairo", "/revoke"))
    assert answer.status_code == 422
    assert "You cannot end your own access." in said(answer)


def test_an_ended_access_is_ended_once(world, at):
    world.client("admin.hq").sign(at.member("deputy.cairo", "/revoke"))
    answer = world.client("admin.hq").sign(at.member("deputy.cairo", "/revoke"))
    assert answer.status_code == 422


def test_a_revoked_head_keeps_the_seat_until_two_heads_take_it(world, at):
    world.client("admin.hq").sign(at.member("head.cairo", "/revoke"))
    world.client("officer.cairo").get("/")
    page = said(world.client("head1.hq").get(at.member("head.cairo")))
    assert "Their seat stays in the charter until two heads at headquarters take it away." in page
    assert "head.cairo has no access any more, and still a seat" in said(world.client("head1.hq").get("/"))
    assert world.client("head1.hq").sign(at.member("head.cairo", "/seat"), {"role": "none"}).status_code == 303
    assert world.client("head2.hq").sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert not charter_of(world, "DEL_EGY").heads(datetime.now(UTC).date())


ONE_LEFT = "Headquarters would be without two heads who can come in."
NONE_LEFT = "Headquarters would be without any head who can come in."


def test_two_heads_of_headquarters_always_stay_who_can_come_in(world, at):
    """Of three, one may go; then nobody can end the access of either of the two, and one may still be suspended."""
    assert seat_third_head(world, at) == 303
    assert world.client("admin.hq").sign(at.member("head3.hq", "/revoke")).status_code == 303
    for by, name in (("admin.hq", "head1.hq"), ("admin.hq", "head2.hq"), ("head1.hq", "head2.hq")):
        answer = world.client(by).sign(at.member(name, "/revoke"))
        assert (answer.status_code, ONE_LEFT in said(answer)) == (422, True), name
        assert row(world, name).revoked_at is None
    assert world.client("admin.hq").post(at.member("head1.hq", "/suspend")).status_code == 303
    answer = world.client("admin.hq").post(at.member("head2.hq", "/suspend"))
    assert (answer.status_code, NONE_LEFT in said(answer)) == (422, True)


def test_a_suspended_head_is_not_one_of_two(world, at):
    assert seat_third_head(world, at) == 303
    world.client("admin.hq").post(at.member("head3.hq", "/suspend"))
    answer = world.client("admin.hq").sign(at.member("head1.hq", "/revoke"))
    assert (answer.status_code, ONE_LEFT in said(answer)) == (422, True)


def seat_third_head(world, at):
    words = newcomer(world, "head3.hq", "HQ", "headquarters_head")
    world.client("head1.hq").sign(at.member("head3.hq", "/vouch"), {"words": words})
    third = member_id(world, "head3.hq")
    return world.client("head2.hq").sign(at.office("HQ", "/charter/sign"), {f"words_{third.hex}": words}).status_code


def test_ending_access_asks_for_the_authenticator_again_and_suspending_does_not(world, at):
    entered = world.demonstration
    with (
        entered.database.main.writing() as session,
        entered.sessions.holding(session, entered.cookies["head.cairo"]) as held,
    ):
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=6)
    answer = world.client("head.cairo").sign(at.member("deputy.cairo", "/revoke"))
    assert row(world, "deputy.cairo").revoked_at is None, answer.text
    assert world.client("head.cairo").post(at.member("deputy.cairo", "/suspend")).status_code == 303


def test_the_trail_names_who_did_what_to_whom(world, at):
    world.client("head.cairo").sign(at.member("deputy.cairo", "/revoke"))
    with world.database.main.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "member_revoked")).one()
        body = read_body(entry)
    assert body.actor_id == member_id(world, "head.cairo")
    assert body.fields["member"] == str(member_id(world, "deputy.cairo"))


def test_a_refusal_is_in_the_trail_as_well(world, at):
    world.client("officer.cairo").sign(at.member("deputy.cairo", "/revoke"))
    assert events(world)[-1] == "act_refused"


def test_a_seated_newcomer_is_like_everybody_else(world, at):
    seated(world, "officer2.cairo", "DEL_EGY", "liaison_officer", "head.cairo")
    assert world.client("officer2.cairo").get(at.office("DEL_EGY", "/members")).status_code == 200


# -- where their mail goes


def mail_refused(world, member):
    """A reminder of this member that the mail server refused for good."""
    now = datetime.now(UTC)
    with world.database.main.writing() as session:
        to = to_member(member)
        reminder = plan(session, recipient=to, due_at=hour_slot(now), uniqueness=bytes(32), mails=True)
        session.add(Delivery(reminder_id=reminder, member_id=member, state=FAILED, made_at=now, next_try_at=now))


def test_a_corrected_address_is_mailed_what_was_refused(world, at):
    member, admin = member_id(world, "officer.cairo"), world.client("admin.hq")
    mail_refused(world, member)
    assert "officer.cairo : Correct the address" in said(admin.get("/running"))
    assert "officer.cairo : Correct the address" not in said(world.client("auditor.hq").get("/running"))
    path = at.member("officer.cairo", "/address")
    assert path in admin.get("/running").text
    assert path in admin.get(at.member("officer.cairo")).text
    assert faults(admin.get(path).text) == []
    answer = admin.post(path, {"address": "new@example.org"})
    assert (answer.status_code, answer.location) == (303, at.member("officer.cairo"))
    assert "Mail for officer.cairo goes to the new address." in said(admin.get(answer.location))
    assert open_address(world.house.settings, row(world, "officer.cairo")) == "new@example.org"
    with world.database.main.reading() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.member_id == member)).all() == [WAITING]
    assert events(world)[-2] == "address_corrected"
    assert "new@example.org" not in admin.get(path).text


@pytest.mark.parametrize("wrong", ["", "nowhere", "a b@example.org", "x@" + "y" * 260])
def test_what_is_no_address_changes_nothing(world, at, wrong):
    before = row(world, "officer.cairo").address_sealed
    answer = world.client("admin.hq").post(at.member("officer.cairo", "/address"), {"address": wrong})
    assert answer.status_code == 422
    assert row(world, "officer.cairo").address_sealed == before


def test_nobody_writes_to_whose_access_was_ended(world, at):
    world.client("head.cairo").sign(at.member("officer.cairo", "/revoke"))
    admin = world.client("admin.hq")
    assert at.member("officer.cairo", "/address") not in admin.get(at.member("officer.cairo")).text
    answer = admin.post(at.member("officer.cairo", "/address"), {"address": "new@example.org"})
    assert (answer.status_code, "No mail goes to them any more." in said(answer)) == (422, True)


def test_an_address_asks_for_the_authenticator_again(world, at):
    sessions, cookie = world.demonstration.sessions, world.demonstration.cookies["admin.hq"]
    with world.database.main.writing() as session, sessions.holding(session, cookie) as held:
        held.second_factor_at -= timedelta(minutes=6)
    answer = world.client("admin.hq").post(at.member("officer.cairo", "/address"), {"address": "new@example.org"})
    assert (answer.status_code, answer.location) == (303, "/second-factor")
    assert "address_corrected" not in events(world)


# -- told that their mail address was changed

CHANGED = "Your mail address was changed on"


def change_address(world, at, sign_in):
    answer = world.client("admin.hq").post(at.member(sign_in, "/address"), {"address": "elsewhere@example.org"})
    assert answer.status_code == 303


def change_shown(page):
    (shown,) = re.findall(r'name="change" value="(\d+)"', page)
    return shown


def test_the_outside_witness_is_told_that_their_mail_address_was_changed(world, at):
    auditor = world.client("auditor.hq")
    change_address(world, at, "auditor.hq")
    for path in ("/", "/account"):
        page = auditor.get(path)
        assert CHANGED in said(page)
        assert "by an administrator. If you did not ask for it, tell your head at once." in said(page)
        assert "elsewhere@example.org" not in page.text
        assert faults(page.text) == []
    for other in ("admin.hq", "officer.cairo"):
        assert CHANGED not in said(world.client(other).get("/"))
    answer = auditor.post("/account/mail-changed", {"change": change_shown(auditor.get("/").text)})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert events(world).count("address_change_known") == 1
    for path in ("/", "/account"):
        assert CHANGED not in said(auditor.get(path))
    change_address(world, at, "auditor.hq")
    assert CHANGED in said(auditor.get("/"))


@pytest.mark.parametrize("number", ["", "0", "x", "999999999", "first"])
def test_who_knows_of_one_change_is_told_of_the_one_after_it(world, at, number):
    officer = world.client("officer.cairo")
    change_address(world, at, "officer.cairo")
    first = change_shown(officer.get("/").text)
    change_address(world, at, "officer.cairo")
    officer.post("/account/mail-changed", {"change": first if number == "first" else number})
    assert CHANGED in said(officer.get("/"))
    assert "address_change_known" not in events(world)


def test_nobody_says_for_another_that_they_know(world, at):
    change_address(world, at, "auditor.hq")
    number = change_shown(world.client("auditor.hq").get("/").text)
    world.client("admin.hq").post("/account/mail-changed", {"change": number})
    assert CHANGED in said(world.client("auditor.hq").get("/"))
    assert "address_change_known" not in events(world)


@pytest.mark.parametrize("body", [b"", b"\xc1", "theirs"])
def test_a_planted_entry_takes_no_page_away_and_hides_nothing(world, at, body):
    change_address(world, at, "officer.cairo")
    member, officer = member_id(world, "officer.cairo"), world.client("officer.cairo")
    with world.database.main.writing() as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        planted = {"number": newest.number + 1_000, "at": newest.at, "actor": "", "actor_id": member, "hash": bytes(32)}
        body = newest.body if body == "theirs" else body
        session.execute(insert(AuditEntry).values(**planted, event="address_change_known", body=body))
    for path in ("/", "/account"):
        answer = officer.get(path)
        assert (answer.status_code, CHANGED in said(answer)) == (200, True)
