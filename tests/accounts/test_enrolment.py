"""A newcomer comes in: invitation, passphrase, authenticator, recovery code, and the wait for two sets of six words."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete

from hrd_cases.accounts.models import Invitation
from hrd_cases.accounts.newcomers import drop_expired_invitations
from hrd_cases.audit.events import Event
from hrd_cases.keys.models import CharterRow
from hrd_cases.keys.roles import Role
from hrd_cases.offices import seating
from hrd_cases.offices.models import Office
from hrd_cases.vault.words import six_words
from tests.accounts.walk import (
    NEW_PASSPHRASE,
    Person,
    count,
    enrolled,
    hidden,
    invitation,
    main_of,
    member,
    register_words,
    words_on,
)
from tests.world import World

HOUR = 3600


@pytest.fixture
def newcomer(world: World) -> Person:
    return Person(world, "newcomer.cairo", NEW_PASSPHRASE)


def vouch(world: World, sign_in: str, words: str) -> None:
    with world.acting("head.cairo") as (session, visitor):
        row = member(world, sign_in)
        office = session.get_one(Office, row.office_id)
        seating.vouch(session, visitor, office, session.merge(row, load=False), words, datetime.now(UTC))


def half_way(world: World) -> Person:
    """A newcomer with a passphrase and an authenticator; the recovery code is not on paper yet."""
    newcomer = Person(world, "newcomer.cairo", NEW_PASSPHRASE)
    page = newcomer.send("/enrol", sign_in="newcomer.cairo", code=invitation(world))
    newcomer.send("/enrol/passphrase", ticket=hidden(page.text, "ticket"), new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    newcomer.take_authenticator_step()
    return newcomer


def test_a_newcomer_walks_in_from_the_invitation_to_today(
    world: World, newcomer: Person, clock: time_machine.Traveller
) -> None:
    code = invitation(world)
    page = newcomer.send("/enrol", sign_in="Newcomer.Cairo ", code=f" {code.lower().replace('-', ' ')} ")
    assert page.status_code == 200
    answer = newcomer.send(
        "/enrol/passphrase", ticket=hidden(page.text, "ticket"), new=NEW_PASSPHRASE, again=NEW_PASSPHRASE
    )
    assert answer.location == "/steps/authenticator"
    page = newcomer.open("/steps/authenticator")
    assert "Your passphrase is set. It is very strong." in main_of(page.text)
    picture = newcomer.open("/steps/authenticator.png")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    assert newcomer.take_authenticator_step().location == "/steps/recovery-code"
    assert newcomer.take_recovery_step().location == "/waiting"
    waiting = newcomer.open("/waiting")
    assert words_on(waiting.text) == six_words(member(world, "newcomer.cairo").fingerprint or b"")
    assert newcomer.send("/waiting", words=register_words(world).upper()).location == "/waiting"
    assert newcomer.open("/").location == "/waiting"  # nobody has vouched yet
    vouch(world, "newcomer.cairo", words_on(waiting.text))
    with world.acting("officer.cairo"):
        pass  # a colleague is here: the keys are handed over
    assert newcomer.open("/").status_code == 200
    assert newcomer.open("/waiting").location == "/"
    assert count(world, Event.INVITATION_TAKEN) == len(world.demonstration.members) + 1


def test_the_waiting_page_says_what_is_done_and_what_is_missing(world: World) -> None:
    newcomer = enrolled(world)
    page = main_of(newcomer.open("/waiting").text)
    assert "Not yet" in page
    assert "To do" in page
    assert "The head of your office calls you" in page
    vouch(world, "newcomer.cairo", words_on(newcomer.open("/waiting").text))
    assert "Someone has heard your six words and signed Done" in main_of(newcomer.open("/waiting").text)
    newcomer.send("/waiting", words=register_words(world))
    page = main_of(newcomer.open("/waiting").text)
    assert "You are in" in page
    assert "Go to Today" in page
    assert newcomer.open("/").status_code == 200


def test_who_arrives_is_told_so_once_and_nothing_of_a_past_they_do_not_have(world: World) -> None:
    newcomer = half_way(world)
    assert "Your authenticator is set up." in main_of(newcomer.open("/steps/recovery-code").text)
    newcomer.take_recovery_step()
    waiting = newcomer.open("/waiting").text
    for past in ("Everywhere else", "An older one"):
        assert past not in main_of(waiting)
    assert main_of(waiting).count("calls you") == 1
    vouch(world, "newcomer.cairo", words_on(waiting))
    with world.acting("officer.cairo"):
        pass  # a colleague is here: the keys are handed over
    newcomer.send("/waiting", words=register_words(world))
    assert newcomer.open("/waiting").location == "/"
    assert "You are in. The keys of Cairo are yours." in main_of(newcomer.open("/").text)
    assert "You are in." not in main_of(newcomer.open("/").text)


def test_the_first_of_an_office_waits_for_no_colleague(world: World) -> None:
    embassy = {"kind": "embassy", "seat": "Astana", "member_state": "State C", "code": "EMB_C_AST"}
    form = {"zone": "Asia/Almaty", "weekend": ["sat", "sun"], "languages": "Kazakh", "public_contact": ""}
    opened = world.client("admin.hq").post("/offices/new", embassy | form)
    world.demonstration.offices["EMB_C_AST"] = uuid.UUID(opened.location.rsplit("/", 1)[1])
    newcomer = enrolled(world, "observer.new", office="EMB_C_AST", role=Role.EMBASSY_OBSERVER)
    assert "made by themselves when the first colleague of your office is in" in main_of(newcomer.open("/waiting").text)


def test_the_waiting_page_says_who_calls(world: World) -> None:
    for role, office, who in (
        (Role.LIAISON_OFFICER, "DEL_EGY", "The head of your office calls you"),
        (Role.HEAD, "DEL_EGY", "Two heads of headquarters call you"),
        (Role.EMBASSY_OBSERVER, "EMB_A_EGY", "Two heads of headquarters call you"),
        (Role.AUDITOR, "HQ", "A head of headquarters calls you"),
        (Role.CUSTODIAN, "HQ", "Two heads of headquarters call you"),
    ):
        newcomer = enrolled(world, f"new.{role.value.replace('_', '.')}", office=office, role=role)
        assert who in main_of(newcomer.open("/waiting").text)


def test_wrong_words_of_the_register_are_refused_with_what_to_do(world: World) -> None:
    newcomer = enrolled(world)
    answer = newcomer.send("/waiting", words="lusab-babad-gutih-tugad-mudof-sakat")
    assert answer.status_code == 422
    assert "These are not the words of this register." in answer.text
    assert newcomer.open("/").location == "/waiting"


# -- the code


def test_unknown_wrong_used_and_old_codes_are_told_the_same(world: World, clock: time_machine.Traveller) -> None:
    used = invitation(world, "used.code")
    enrolled_person = Person(world, "used.code", NEW_PASSPHRASE)
    page = enrolled_person.send("/enrol", sign_in="used.code", code=used)
    ticket = hidden(page.text, "ticket")
    enrolled_person.send("/enrol/passphrase", ticket=ticket, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    enrolled_person.take_authenticator_step()
    enrolled_person.take_recovery_step()
    old = invitation(world, "old.code")
    clock.shift(48 * HOUR)
    fresh = invitation(world, "fresh.code")
    tries = [("nobody.here", fresh), ("fresh.code", old), ("used.code", used), ("old.code", old), ("", "")]
    pages = set()
    for sign_in, code in tries:
        answer = Person(world, sign_in or "x").send("/enrol", sign_in=sign_in, code=code)
        assert answer.status_code == 422
        pages.add(main_of(answer.text))
    assert len(pages) == 1


def test_a_code_works_until_its_last_minute(world: World, newcomer: Person, clock: time_machine.Traveller) -> None:
    code = invitation(world)
    clock.shift(48 * HOUR - 60)
    assert newcomer.send("/enrol", sign_in="newcomer.cairo", code=code).status_code == 200


def test_a_new_invitation_voids_the_one_before(world: World, newcomer: Person) -> None:
    first, second = invitation(world), invitation(world)
    assert newcomer.send("/enrol", sign_in="newcomer.cairo", code=first).status_code == 422
    assert newcomer.send("/enrol", sign_in="newcomer.cairo", code=second).status_code == 200


def test_guessing_codes_is_slowed_down(world: World, newcomer: Person) -> None:
    code = invitation(world)
    answers = [newcomer.send("/enrol", sign_in="newcomer.cairo", code="AAAA-BBBB") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert newcomer.send("/enrol", sign_in="newcomer.cairo", code=code).status_code == 429


# -- the ticket: proof that the code was right, before there is a session


def accepted(newcomer: Person) -> str:
    page = newcomer.send("/enrol", sign_in=newcomer.sign_in, code=invitation(newcomer.world, newcomer.sign_in))
    return hidden(page.text, "ticket")


def choose(newcomer: Person, ticket: str) -> object:
    return newcomer.send("/enrol/passphrase", ticket=ticket, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE).status_code


def test_the_ticket_counts_in_the_browser_it_was_given_to_and_nowhere_else(world: World, newcomer: Person) -> None:
    ticket = accepted(newcomer)
    thief = Person(world, "newcomer.cairo")
    assert choose(thief, ticket) == 422
    assert choose(newcomer, ticket) == 303


def test_the_ticket_lasts_an_hour(world: World, newcomer: Person, clock: time_machine.Traveller) -> None:
    ticket = accepted(newcomer)
    clock.shift(HOUR)
    assert choose(newcomer, ticket) == 422


def test_the_ticket_dies_with_its_invitation(world: World, newcomer: Person) -> None:
    ticket = accepted(newcomer)
    invitation(world)
    assert choose(newcomer, ticket) == 422


def test_what_is_no_ticket_makes_no_keys(world: World, newcomer: Person) -> None:
    right = accepted(newcomer)
    altered = ("B" if right[30] == "A" else "A").join((right[:30], right[31:]))
    for ticket in (altered, right[:-1], "", "A", "AAAA", "é", "=" * 50, "A" * 5000):
        assert choose(newcomer, ticket) == 422
    assert member(world, "newcomer.cairo").passphrase_lock is None
    assert choose(newcomer, right) == 303


# -- the steps, in their order


def test_the_passphrase_is_refused_in_words_that_help(world: World, newcomer: Person) -> None:
    ticket = accepted(newcomer)
    page = newcomer.send("/enrol/passphrase", ticket=ticket, new="short", again="short")
    assert page.status_code == 422
    assert "at least 15 characters" in page.text
    page = newcomer.send("/enrol/passphrase", ticket=ticket, new="abcabcabcabcabcabc", again="abcabcabcabcabcabc")
    assert "would soon be guessed: it is very weak" in main_of(page.text)
    page = newcomer.send("/enrol/passphrase", ticket=ticket, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE + "x")
    assert "The two differ." in page.text
    assert NEW_PASSPHRASE not in page.text
    assert choose(newcomer, hidden(page.text, "ticket")) == 303


EVERYWHERE = ("/", "/account", "/account/keys", "/account/sessions", "/not-sent", "/offices", "/steps/passphrase")


def test_nothing_opens_before_the_step_whose_turn_it_is(world: World, newcomer: Person) -> None:
    choose(newcomer, accepted(newcomer))
    for path in (*EVERYWHERE, "/steps/recovery-code", "/waiting"):
        assert led_to(newcomer, path) == "/steps/authenticator"
    newcomer.take_authenticator_step()
    for path in (*EVERYWHERE, "/steps/authenticator", "/waiting"):
        assert led_to(newcomer, path) == "/steps/recovery-code"
    newcomer.take_recovery_step()
    for path in ("/", "/offices", "/steps/passphrase", "/steps/authenticator", "/steps/recovery-code"):
        assert led_to(newcomer, path) == "/waiting"


def led_to(person: Person, path: str) -> str:
    """Where a page leads in the end."""
    for _ in range(5):
        answer = person.open(path)
        if answer.status_code == 200:
            return path
        path = answer.location
    raise AssertionError("led in circles")


def test_no_step_is_skipped_by_sending_its_form(world: World, newcomer: Person) -> None:
    choose(newcomer, accepted(newcomer))
    for path, form in (
        ("/steps/recovery-code", {"recovery_code": ""}),
        ("/steps/passphrase", {"new": NEW_PASSPHRASE, "again": NEW_PASSPHRASE}),
        ("/waiting", {"words": register_words(world)}),
        ("/account/language", {"language": "fr"}),
    ):
        assert newcomer.send(path, **form).status_code == 303
    row = member(world, "newcomer.cairo")
    assert (row.enrolled_at, row.recovery_lock, row.totp_sealed) == (None, None, None)
    assert row.language == "en"


def test_a_wrong_code_or_a_wrong_recovery_code_stays_on_its_step(world: World, newcomer: Person) -> None:
    choose(newcomer, accepted(newcomer))
    secret = words_on(newcomer.open("/steps/authenticator").text)
    assert newcomer.send("/steps/authenticator", code="000000").status_code == 422
    assert words_on(newcomer.open("/steps/authenticator").text) == secret
    newcomer.take_authenticator_step()
    assert newcomer.send("/steps/recovery-code", recovery_code="0000-1111").status_code == 422
    assert newcomer.take_recovery_step().location == "/waiting"


def test_a_newcomer_who_lost_the_connection_begins_again_with_the_code(
    world: World, newcomer: Person, clock: time_machine.Traveller
) -> None:
    code = invitation(world)
    page = newcomer.send("/enrol", sign_in="newcomer.cairo", code=code)
    choose(newcomer, hidden(page.text, "ticket"))
    assert "You had begun to enrol" not in page.text
    again = Person(world, "newcomer.cairo", NEW_PASSPHRASE)
    page = again.send("/enrol", sign_in="newcomer.cairo", code=code)
    assert "You had begun to enrol. What you chose then no longer counts" in page.text
    assert choose(again, hidden(page.text, "ticket")) == 303
    assert newcomer.open("/steps/authenticator").status_code == 303  # what was begun before has ended
    again.take_authenticator_step()
    again.take_recovery_step()
    with world.database.main.reading() as session:
        assert session.get(Invitation, member(world, "newcomer.cairo").id) is None


def test_half_enrolled_nobody_signs_in(world: World, newcomer: Person, clock: time_machine.Traveller) -> None:
    choose(newcomer, accepted(newcomer))
    newcomer.take_authenticator_step()
    clock.shift(30)
    elsewhere = Person(world, "newcomer.cairo", NEW_PASSPHRASE, newcomer.phone)
    assert elsewhere.sign_in_now().status_code == 422


def test_a_half_made_enrolment_that_idled_is_led_back_to_the_code(
    world: World, newcomer: Person, clock: time_machine.Traveller
) -> None:
    choose(newcomer, accepted(newcomer))
    clock.shift(20 * 60)
    assert newcomer.open("/steps/authenticator").location == "/enrol"


@pytest.mark.parametrize("act", ["withdraw", "invite-again"])
def test_whoever_began_with_an_overheard_code_does_not_finish(world: World, newcomer: Person, act: str) -> None:
    """The administrator hears of it and makes the code worth nothing: what was begun with it ends there."""
    choose(newcomer, accepted(newcomer))
    row = member(world, "newcomer.cairo")
    admin, path = world.client("admin.hq"), f"/offices/members/{row.id}/{act}"
    page = admin.get(path).text
    instead_of = {"instead_of": hidden(page, "instead_of")} if "instead_of" in page else {}
    answer = admin.post(path, instead_of)
    assert newcomer.open("/steps/authenticator").location == "/sign-in?ended=1"
    assert member(world, "newcomer.cairo").enrolled_at is None
    if act == "invite-again":
        invited = Person(world, "newcomer.cairo", NEW_PASSPHRASE)
        assert "ticket" in invited.send("/enrol", sign_in="newcomer.cairo", code=words_on(answer.text)).text


def test_before_headquarters_is_founded_the_waiting_page_says_so(world: World) -> None:
    with world.database.main.writing() as session:
        session.execute(delete(CharterRow))
    officer = enrolled(world)
    assert "The register of offices does not exist yet" in main_of(officer.open("/waiting").text)
    head = enrolled(world, "head3.hq", office="HQ", role=Role.HEADQUARTERS_HEAD)
    assert "Found headquarters" in main_of(head.open("/waiting").text)
    assert officer.send("/waiting", words="a b c d e f").status_code == 404


def test_someone_invited_again_makes_new_keys_and_the_old_ones_are_revoked(world: World) -> None:
    from hrd_cases.accounts import newcomers
    from hrd_cases.keys.models import Circle, CircleGrant, Revocation

    before = member(world, "officer.cairo")
    with world.acting("admin.hq") as (session, _visitor):
        row = session.merge(before, load=False)
        code = newcomers.invite_again(session, world.house.settings, row, datetime.now(UTC))
    officer = Person(world, "officer.cairo", NEW_PASSPHRASE)
    page = officer.send("/enrol", sign_in="officer.cairo", code=code)
    assert world.client("officer.cairo").get("/").status_code == 200  # until the new keys are made
    choose(officer, hidden(page.text, "ticket"))
    assert world.client("officer.cairo").get("/").status_code == 303
    with world.database.main.reading() as session:
        assert session.get(Revocation, (before.id, before.fingerprint)) is not None
        assert session.query(CircleGrant).filter_by(member_id=before.id).count() == 0
        assert session.query(Circle).filter_by(office_id=before.office_id).filter(Circle.due_since.isnot(None)).count()
    assert member(world, "officer.cairo").fingerprint != before.fingerprint


def test_whoever_is_signed_in_does_not_enrol_on_top(world: World) -> None:
    officer = world.client("officer.cairo")
    assert officer.get("/enrol").status_code == 303
    assert officer.post("/enrol", {"sign_in": "x", "code": "y"}).status_code == 303


def test_the_picture_is_shown_in_its_turn_only(world: World, newcomer: Person) -> None:
    assert world.client("officer.cairo").get("/steps/authenticator.png").status_code == 404
    assert newcomer.open("/steps/authenticator.png").status_code == 303
    choose(newcomer, accepted(newcomer))
    newcomer.take_authenticator_step()
    assert newcomer.open("/steps/authenticator.png").status_code == 404


def test_an_invitation_that_runs_out_on_the_way_is_said_to_have_done_so(world: World) -> None:
    newcomer = half_way(world)
    with world.database.main.writing() as session:
        assert drop_expired_invitations(session, datetime.now(UTC) + timedelta(hours=49)) == 1
    answer = newcomer.take_recovery_step()
    assert answer.status_code == 422
    assert "Your invitation was withdrawn or has run out." in main_of(answer.text)
