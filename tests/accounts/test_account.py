"""One's own account: language, passphrase, authenticator, paper, new keys, sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from hrd_cases import demo
from hrd_cases.accounts.devices import device_words
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.sessions import name_of
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.keys.models import Circle, Revocation
from hrd_cases.offices import seating
from hrd_cases.offices.models import Office
from hrd_cases.vault.words import six_words
from tests.accounts.walk import (
    NEW_PASSPHRASE,
    OTHER_PASSPHRASE,
    Person,
    count,
    enrolled,
    give_paper,
    hidden,
    main_of,
    member,
    words_on,
)
from tests.world import World


@pytest.fixture
def officer(world: World) -> Person:
    person = Person(world, "officer.cairo")
    person.paper = give_paper(world, "officer.cairo")
    person.sign_in_now()
    return person


def test_the_page_tells_name_office_and_roles(officer: Person) -> None:
    page = main_of(officer.open("/account").text)
    assert "officer.cairo" in page
    assert "Cairo" in page
    assert "Liaison officer" in page
    assert "Changed just now" not in page


def test_whoever_waits_is_led_from_their_account_to_the_waiting_page(world: World) -> None:
    assert "you wait to come in" in main_of(enrolled(world).open("/account").text)


# -- language


def test_the_language_changes_words_and_direction(officer: Person) -> None:
    assert officer.send("/account/language", language="ar").location == "/account"
    page = officer.open("/account").text
    assert 'dir="rtl"' in page
    assert 'lang="ar"' in page
    assert "العربية" in page
    assert count(officer.world, Event.LANGUAGE_CHOSEN) == 1


def test_a_language_that_is_not_offered_is_not_taken(officer: Person) -> None:
    for language in ("xx", "", "en_US", "ar\0", "../en"):
        assert officer.send("/account/language", language=language).status_code == 422
    assert member(officer.world, "officer.cairo").language == "en"


# -- passphrase


def change(person: Person, **changes: str) -> object:
    form = {"passphrase": person.passphrase, "new": NEW_PASSPHRASE, "again": NEW_PASSPHRASE}
    return person.send("/account/passphrase", **(form | changes))


def test_changing_the_passphrase_ends_every_other_session(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    elsewhere = Person(world, "officer.cairo", phone=officer.phone)
    elsewhere.sign_in_now()
    before = officer.browser.cookie()
    assert change(officer).location == "/account"  # type: ignore[attr-defined]
    assert "it is very strong" in main_of(officer.open("/account").text)
    assert officer.browser.cookie() != before
    assert elsewhere.open("/").location == "/sign-in?ended=1"
    assert officer.open("/").status_code == 200  # the same keys: nobody has to vouch again
    clock.shift(60)
    assert Person(world, "officer.cairo", phone=officer.phone).sign_in_now().status_code == 422
    assert Person(world, "officer.cairo", NEW_PASSPHRASE, officer.phone).sign_in_now().location == "/"


def test_changing_the_passphrase_does_not_make_a_session_longer(officer: Person, clock: time_machine.Traveller) -> None:
    for minutes in (10,) * 58:
        clock.shift(minutes * 60)
        officer.open("/")
    change(officer)
    for status in (200, 401):
        clock.shift(11 * 60)
        assert officer.open("/").status_code == status


def test_a_passphrase_that_cannot_be_is_refused_in_words(officer: Person, clock: time_machine.Traveller) -> None:
    for changes, words in (
        ({"passphrase": "not mine at all, never"}, "This is not the passphrase you have now."),
        ({"new": "short"}, "at least 15 characters"),
        ({"new": "correct horse battery staple", "again": "correct horse battery staple"}, "among the first"),
        ({"again": "something else entirely"}, "The two differ."),
        ({"new": demo.PASSPHRASE, "again": demo.PASSPHRASE}, "That is the passphrase you have."),
        ({"new": "my officer.cairo secret", "again": "my officer.cairo secret"}, "Your sign-in name is part of"),
    ):
        clock.shift(60)
        answer = change(officer, **changes)
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert words in main_of(answer.text)  # type: ignore[attr-defined]
    assert officer.is_in()


# -- authenticator and paper


def test_a_new_authenticator_takes_the_place_of_the_old_one(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    old = officer.phone
    answer = officer.send("/account/authenticator", passphrase=officer.passphrase, code=old.code())
    assert answer.location == "/steps/authenticator"
    assert officer.open("/").status_code == 200  # nothing is owed: it may be left for later
    assert officer.take_authenticator_step().location == "/account"
    assert officer.open("/steps/authenticator").location == "/account"
    clock.shift(60)
    assert Person(world, "officer.cairo", phone=old).sign_in_now().status_code == 422
    assert Person(world, "officer.cairo", phone=officer.phone).sign_in_now().location == "/"
    assert member(world, "officer.cairo").recovery_lock is not None  # the paper still counts


def test_a_new_authenticator_asks_for_both_proofs(officer: Person, clock: time_machine.Traveller) -> None:
    for changes in ({"passphrase": "not mine at all, never"}, {"code": "000000"}):
        clock.shift(60)
        form = {"passphrase": officer.passphrase, "code": officer.phone.code()} | changes
        assert officer.send("/account/authenticator", **form).status_code == 422
        assert officer.open("/steps/authenticator").location == "/account"


def test_a_new_paper_voids_the_old_one_once_it_was_typed_back(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    old = officer.paper
    before = member(world, "officer.cairo").recovery_lock
    proof = {"passphrase": officer.passphrase, "code": officer.phone.code()}
    assert officer.send("/account/recovery-code", **proof).location == "/steps/recovery-code"
    assert member(world, "officer.cairo").recovery_lock == before
    assert officer.take_recovery_step().location == "/account"
    assert "Your recovery code is on paper" in main_of(officer.open("/account").text)
    for paper, status in ((old, 422), (officer.paper, 303)):
        form = {"sign_in": "officer.cairo", "passphrase": demo.PASSPHRASE, "recovery_code": paper}
        assert Person(world, "x").send("/recover/authenticator", **form).status_code == status


def test_a_new_paper_asks_for_passphrase_and_code(officer: Person, clock: time_machine.Traveller) -> None:
    """Whoever finds an open session and a phone beside it makes no paper of their own."""
    clock.shift(60)
    code = officer.phone.code()
    for form in (
        {"passphrase": "not mine at all, never", "code": code},
        {"code": code},
        {"passphrase": officer.passphrase, "code": "000000"},
        {"passphrase": officer.passphrase},
    ):
        assert officer.send("/account/recovery-code", **form).status_code == 422
        assert officer.open("/steps/recovery-code").location == "/account"


def test_the_account_says_how_recovery_stands_and_nothing_it_does_not_know(officer: Person) -> None:
    page = main_of(officer.open("/account").text)
    assert "Recovery code Made: it is on the paper" in page
    assert "Passphrase Set" in page
    assert "weak" not in page
    with officer.world.database.main.writing() as session:
        session.get_one(Member, member(officer.world, "officer.cairo").id).recovery_lock = None
    assert "Recovery code None: make one now" in main_of(officer.open("/account").text)


def test_the_account_says_until_when_somebody_acts_as_head(world: World, officer: Person) -> None:
    assert "Acting head" not in main_of(officer.open("/account").text)
    now, office_id = datetime.now(UTC), world.demonstration.offices["DEL_EGY"]
    with world.acting("head.cairo") as (session, head):
        office, acting = session.get_one(Office, office_id), member(world, "officer.cairo")
        since = now.astimezone(ZoneInfo(office.zone)).date()
        until = since + timedelta(days=9)
        seating.name_acting_head(session, head, office, acting, since, until, now)
    page = main_of(officer.open("/account").text)
    assert "Liaison officer Acting head until" in page
    assert str(until.year) in page


# -- who it was


def actors(world: World, event: Event) -> set[object]:
    with world.database.main.reading() as session:
        return set(session.scalars(select(AuditEntry.actor_id).where(AuditEntry.event == event.value)))


def test_whoever_gets_it_wrong_in_a_session_is_named_in_the_trail(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    mine = {member(world, "officer.cairo").id}
    officer.send("/second-factor", code="000000")
    change(officer, passphrase="not mine at all, never")
    officer.send("/account/recovery-code", passphrase=officer.passphrase, code="000000")
    assert count(world, Event.SIGN_IN_FAILED) == 3
    assert actors(world, Event.SIGN_IN_FAILED) == mine
    assert actors(world, Event.ACT_REFUSED) == mine


# -- "my passphrase may be known"


def make_new_keys(person: Person, **changes: str) -> object:
    form = {
        "passphrase": person.passphrase,
        "code": person.phone.code(),
        "new": OTHER_PASSPHRASE,
        "again": OTHER_PASSPHRASE,
    }
    return person.send("/account/keys", **(form | changes))


def test_new_keys_are_vouched_for_anew_and_nothing_is_lost(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    before, office_id = member(world, "officer.cairo"), world.demonstration.offices["DEL_EGY"]
    with world.database.main.reading() as session:
        assert not due(session, office_id)
    assert make_new_keys(officer).location == "/steps/recovery-code"  # type: ignore[attr-defined]
    assert world.client("officer.cairo").get("/").status_code == 303  # every other session has ended
    assert officer.take_recovery_step().location == "/waiting"
    after = member(world, "officer.cairo")
    assert after.fingerprint != before.fingerprint
    with world.database.main.reading() as session:
        assert session.get(Revocation, (before.id, before.fingerprint)) is not None
        assert due(session, office_id) == {"casework", "sources", "finance"}
    words = words_on(officer.open("/waiting").text)
    assert words == six_words(after.fingerprint or b"")
    with world.acting("head.cairo") as (session, visitor):
        office = session.get_one(Office, office_id)
        row = session.merge(after, load=False)
        seating.vouch(session, visitor, office, row, words, datetime.now(UTC))
    for name in ("head.cairo", "deputy.cairo"):
        with world.acting(name):
            pass
    assert officer.open("/").status_code == 200
    assert officer.open("/waiting").location == "/"  # seated, and every key is there
    clock.shift(60)
    again = Person(world, "officer.cairo", OTHER_PASSPHRASE, officer.phone)
    assert again.sign_in_now().location == "/"  # the authenticator is the same


def due(session: object, office_id: object) -> set[str]:
    rows = session.query(Circle).filter_by(office_id=office_id).filter(Circle.due_since.isnot(None))  # type: ignore[attr-defined]
    return {row.name for row in rows}


def test_new_keys_do_not_ask_for_the_register_s_words_again(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    make_new_keys(officer)
    officer.take_recovery_step()
    page = main_of(officer.open("/waiting").text)
    assert "You have typed the register's six words Done" in page
    assert "Someone hears your six words and signs" in page


def test_who_makes_new_keys_alone_in_the_office_loses_no_circle(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    """The head vouches and everybody else stays away: the officer's own session renews what fell due."""
    clock.shift(60)
    make_new_keys(officer)
    officer.take_recovery_step()
    words = words_on(officer.open("/waiting").text)
    office_id = world.demonstration.offices["DEL_EGY"]
    with world.house.database.shred.reading() as shred, world.database.main.writing() as session:
        head = world.house.sessions.find_visitor(session, shred, world.demonstration.cookies["head.cairo"])
        assert head is not None
        row = session.merge(member(world, "officer.cairo"), load=False)
        seating.vouch(session, head, session.get_one(Office, office_id), row, words, datetime.now(UTC))
    assert officer.open("/").status_code == 200
    assert officer.open("/waiting").location == "/"
    with world.database.main.reading() as session:
        assert not due(session, office_id)


def test_one_of_two_heads_of_headquarters_cannot_leave_the_other_alone(
    world: World, clock: time_machine.Traveller
) -> None:
    head = Person(world, "head1.hq")
    head.sign_in_now()
    clock.shift(60)
    before = member(world, "head1.hq")
    answer = make_new_keys(head)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Headquarters has only two heads" in main_of(answer.text)  # type: ignore[attr-defined]
    assert member(world, "head1.hq").fingerprint == before.fingerprint
    assert head.is_in()


@pytest.mark.parametrize("changes", [{"passphrase": "not mine at all, never"}, {"code": "000000"}, {"new": "short"}])
def test_new_keys_ask_for_every_proof(officer: Person, clock: time_machine.Traveller, changes: dict[str, str]) -> None:
    clock.shift(60)
    before = member(officer.world, "officer.cairo").fingerprint
    assert make_new_keys(officer, **changes).status_code == 422  # type: ignore[attr-defined]
    assert member(officer.world, "officer.cairo").fingerprint == before


# -- sessions


def test_sessions_are_listed_and_ended_one_by_one(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(60)
    elsewhere = Person(world, "officer.cairo", phone=officer.phone)
    elsewhere.sign_in_now()
    page = officer.open("/account/sessions")
    assert page.text.count("This one") == 1
    names = [hidden(part, "which") for part in page.text.split('class="app-act"') if 'name="which"' in part]
    assert len(names) == 3  # elsewhere, the one the sample world began with, and "all others"
    for name in names[:-1]:
        officer.send("/account/sessions", which=name)
    assert elsewhere.open("/").location == "/sign-in?ended=1"
    told = elsewhere.open("/account").location
    assert "that session has ended" in main_of(elsewhere.open(told).text)
    assert "has ended" not in main_of(elsewhere.open("/sign-in").text)
    assert elsewhere.open("/").location == told  # the first page is asked for most of all
    stranger = world.client()
    assert stranger.get("/").location == "/sign-in"  # it never was here: nothing of its has ended
    assert officer.open("/").status_code == 200
    assert "Here only" in main_of(officer.open("/account").text)


def test_all_others_are_ended_at_once(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    assert officer.send("/account/sessions", which="others").location == "/account/sessions"
    assert "You are signed out in 1 place." in main_of(officer.open("/account/sessions").text)
    assert world.client("officer.cairo").get("/").status_code == 303
    assert officer.open("/").status_code == 200
    assert count(world, Event.SESSION_ENDED) >= 1


def test_nobody_ends_a_session_that_is_not_theirs(world: World, officer: Person) -> None:
    of_the_head = name_of(world.demonstration.cookies["head.cairo"]).hex()
    for name in (of_the_head, "", "zz", "0", "é", "00" * 32, "00" * 1000):
        officer.send("/account/sessions", which=name)
    assert world.client("head.cairo").get("/").status_code == 200
    assert officer.open("/").status_code == 200


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WINDOWS} Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (f"{WINDOWS} AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{WINDOWS} AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; K) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8 Windows", "A browser on Windows"),
        ("Opera OPR/1", "Opera"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_device_is_named_so_that_its_member_knows_it(world: World, agent: str, words: str) -> None:
    with world.app.test_request_context("/"):
        assert device_words(agent) == words
