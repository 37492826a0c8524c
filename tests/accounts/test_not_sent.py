"""A form that outlives its session: nothing an officer typed is lost, nothing is kept that should not be."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask_babel import force_locale, gettext
from sqlalchemy import select

from hrd_cases.accounts import kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.door import guards
from hrd_cases.forms import PARTS
from tests.accounts.walk import Person, count, hidden, main_of, member
from tests.pages.markup import faults
from tests.world import BASE, World

MINUTE = 60
FORM = "/account/language"


@pytest.fixture
def officer(world: World) -> Person:
    person = Person(world, "officer.cairo")
    person.sign_in_now()
    return person


def waiting(world: World) -> int:
    with world.database.main.reading() as session:
        return session.query(KeptForm).count()


def read_pages(world: World) -> list[tuple[object, object]]:
    """Every page that the trail says was read: its name, and what it was about."""
    with world.database.main.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.event == Event.PAGE_READ.value).order_by(AuditEntry.number)
        )
        bodies = [read_body(entry).fields for entry in entries]
    return [(fields["page"], fields["subjects"]) for fields in bodies]


def send_too_late(officer: Person, clock: time_machine.Traveller, language: str = "fr") -> None:
    """The session is locked by the time the form is sent, and unlocked then: the form waits."""
    clock.shift(20 * MINUTE)
    officer.send(FORM, language=language)
    officer.unlock()


def only_kept(person: Person) -> str:
    """The address of the one form that waits."""
    links = re.findall(r'href="(/not-sent/[0-9a-f-]{36})"', person.open("/not-sent").text)
    assert len(links) == 1
    return str(links[0])


def save_now(person: Person, path: str) -> object:
    """Press the form's own button: send exactly the fields that the page holds, where it says."""
    page = person.open(path).text
    form = next(part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="kept_form"' in part)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    target = re.search(r'action="([^"]+)"', form)
    assert target is not None
    return person.browser.post(target[1], {k: v for k, v in fields.items() if k != "csrf_token"})


def test_what_was_typed_when_the_session_locked_is_saved_after_all(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    officer.open(FORM)
    clock.shift(20 * MINUTE)
    answer = officer.send(FORM, language="fr")
    assert answer.status_code == 401
    assert "What you typed is kept for you." in main_of(answer.text)
    assert officer.unlock().location == "/not-sent"
    page = main_of(officer.open(only_kept(officer)).text)
    assert "Language of the pages Français" in page
    assert "Make sure that it was you who typed this." in page
    assert "your session had ended or was locked by then. It was not done, and is not done by itself:" in page
    assert "Save Change it first Throw away" in page
    assert member(world, "officer.cairo").language == "en"
    assert save_now(officer, only_kept(officer)).location == "/account"  # type: ignore[attr-defined]
    assert member(world, "officer.cairo").language == "fr"
    assert waiting(world) == 0
    counts = [count(world, event) for event in (Event.FORM_KEPT, Event.FORM_SENT, Event.FORM_DROPPED)]
    assert counts == [1, 1, 0]


def test_signing_in_anew_leads_there_as_well(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(20 * MINUTE)
    officer.send(FORM, language="fr")
    elsewhere = Person(world, "officer.cairo", phone=officer.phone)
    assert elsewhere.sign_in_now().location == "/not-sent"
    assert save_now(elsewhere, only_kept(elsewhere)).status_code == 303  # type: ignore[attr-defined]


def test_what_waits_can_be_thrown_away(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    send_too_late(officer, clock)
    path = only_kept(officer)
    assert officer.open(f"{path}/throw-away").location == path  # a link alone throws nothing away
    assert officer.send(f"{path}/throw-away").location == "/not-sent"
    page = main_of(officer.open("/not-sent").text)
    assert "What you had typed was thrown away." in page
    assert "Everything you typed was sent." in page
    assert (count(world, Event.FORM_SENT), count(world, Event.FORM_DROPPED)) == (0, 1)


def test_a_kept_form_pressed_twice_is_done_once(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    send_too_late(officer, clock)
    form_id = only_kept(officer).rsplit("/", 1)[-1]
    assert officer.send(FORM, language="fr", kept_form=form_id).status_code == 303
    answer = officer.send(FORM, language="fr", kept_form=form_id)
    assert answer.status_code == 409
    with world.app.test_request_context("/"), force_locale("fr"):
        assert gettext("This was saved already, or thrown away.") in main_of(answer.text)
    assert count(world, Event.LANGUAGE_CHOSEN) == 1


def test_what_a_rule_refuses_stays_until_the_mended_form_is_sent(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    send_too_late(officer, clock, "xx")
    answer = save_now(officer, only_kept(officer))
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert waiting(world) == 1
    form_id = hidden(answer.text, "kept_form")  # type: ignore[attr-defined]
    assert officer.send(FORM, language="fr", kept_form=form_id).status_code == 303
    assert waiting(world) == 0


def test_a_kept_form_that_meets_a_locked_session_again_waits_once(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    send_too_late(officer, clock)
    form_id = only_kept(officer).rsplit("/", 1)[-1]
    clock.shift(20 * MINUTE)
    assert officer.send(FORM, language="fr", kept_form=form_id).status_code == 401
    assert waiting(world) == 1


def test_a_kept_form_counts_at_its_own_address_only(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    send_too_late(officer, clock)
    form_id = only_kept(officer).rsplit("/", 1)[-1]
    assert officer.send("/account/sessions", which="others", kept_form=form_id).status_code == 409
    assert waiting(world) == 1


def test_a_form_of_a_tab_from_before_unlocking_is_kept(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    old_token = officer.browser.token()
    clock.shift(20 * MINUTE)
    officer.unlock()
    answer = officer.browser.post(FORM, {"language": "fr"}, token=old_token)
    assert answer.location == only_kept(officer)
    assert save_now(officer, answer.location).location == "/account"  # type: ignore[attr-defined]
    assert member(world, "officer.cairo").language == "fr"


def test_what_asks_for_a_fresh_code_comes_next_after_the_code(world: World, clock: time_machine.Traveller) -> None:
    admin = Person(world, "admin.hq")
    admin.sign_in_now()
    clock.shift(6 * MINUTE)
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/members/invite"
    form = {"sign_in": "new.cairo", "role": "deputy", "address": ""}
    assert admin.send(path, **form).location == "/second-factor"
    assert "What you typed is kept and comes next." in main_of(admin.open("/second-factor").text)
    here = hidden(admin.open("/second-factor").text, "here")
    answer = admin.send("/second-factor", code=admin.phone.code(), here=here)
    assert answer.location == only_kept(admin)
    page = main_of(admin.open(answer.location).text)
    assert "Cairo Invite a member" in page
    assert "new.cairo" in page
    assert "Role in the office Deputy" in page or "Deputy" in page
    assert "Make the invitation Change it first" in page
    assert "had ended or was locked" not in page
    assert "You pressed “Make the invitation” on " in page
    assert "It was not done, and is not done by itself: press again to do it." in page
    assert "This was sent" not in page
    assert save_now(admin, answer.location).status_code == 200  # type: ignore[attr-defined]
    assert member(world, "new.cairo").invited_role == "deputy"
    assert waiting(world) == 0


def test_what_cannot_be_kept_for_a_fresh_code_is_said_at_once(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = Person(world, "admin.hq")
    admin.sign_in_now()
    clock.shift(6 * MINUTE)
    monkeypatch.setattr(kept, "MOST", 0)
    path, mail = f"/offices/{world.demonstration.offices['DEL_EGY']}/members/invite", "new.officer.cairo@example.org"
    answer = admin.send(path, sign_in="new.cairo", mail=mail)
    assert answer.status_code == 409
    assert "What you typed could not be kept" in main_of(answer.text)
    assert lost_texts(answer.text) == ["new.cairo", mail]


# -- what is never kept


def test_nothing_is_kept_after_signing_out_or_leaving(world: World, officer: Person) -> None:
    for path in ("/sign-out", "/leave"):
        person = Person(world, "officer.cairo", phone=officer.phone)
        person.browser.client.set_cookie(guards.COOKIE, officer.browser.cookie(), domain="127.0.0.1", secure=True)
        old = officer.browser.cookie()
        officer.send(path)
        person.browser.client.set_cookie(guards.COOKIE, old, domain="127.0.0.1", secure=True)
        answer = person.send(FORM, language="fr")
        assert answer.status_code == 401
        assert "What you typed was not sent: your session had ended." in main_of(answer.text)
    assert waiting(world) == 0


def test_nothing_is_kept_for_a_cookie_older_than_a_day(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(25 * 60 * MINUTE)
    answer = officer.send(FORM, language="fr")
    assert answer.status_code == 401
    assert "What you typed was not sent: your session had ended." in main_of(answer.text)
    assert officer.send("/sign-in").status_code == 422  # the form on that page signs in
    assert waiting(world) == 0


def test_nothing_is_kept_without_the_form_s_own_token(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(20 * MINUTE)
    answer = officer.browser.post(FORM, {"language": "fr"}, token="forged")
    assert answer.status_code == 401
    assert "could not be kept" in main_of(answer.text)
    assert officer.browser.post(FORM, {"language": "fr"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert waiting(world) == 0


WITH_SECRETS = (
    "/account/passphrase", "/account/keys", "/account/authenticator", "/account/recovery-code", "/second-factor",
    "/steps/passphrase", "/steps/authenticator", "/steps/recovery-code", "/waiting",
)  # fmt: skip


def test_a_form_with_secrets_is_never_kept(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(20 * MINUTE)
    for path in WITH_SECRETS:
        answer = officer.send(path, passphrase="a b c d", code="123456", new="e f g h")
        assert answer.status_code == 401
        assert "could not be kept" in main_of(answer.text)
    assert waiting(world) == 0


def test_a_form_with_files_is_never_kept(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(20 * MINUTE)
    fields = {guards.TOKEN_FIELD: officer.browser.token(), "language": "fr"}
    officer.browser.client.post(FORM, base_url=BASE, data=fields, content_type="multipart/form-data")
    assert waiting(world) == 0


def test_five_forms_wait_and_the_sixth_is_told_to_go_back(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(20 * MINUTE)
    for number in range(5):
        assert "is kept for you" in officer.send(FORM, language=f"{number}").text
    assert "could not be kept" in main_of(officer.send(FORM, language="6").text)
    assert waiting(world) == 5
    officer.unlock()
    assert len(re.findall(r'href="/not-sent/[0-9a-f-]{36}"', officer.open("/not-sent").text)) == 5


def test_a_form_of_a_megabyte_is_not_kept(
    world: World, officer: Person, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.shift(20 * MINUTE)
    assert officer.send(FORM, language="x" * 1_000_001).status_code in (401, 413)
    assert waiting(world) == 0
    monkeypatch.setattr(kept, "LARGEST", 1000)
    officer.send(FORM, language="x" * 1001)
    assert waiting(world) == 0


# -- whose it is


def test_a_kept_form_is_sealed_to_its_member(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(20 * MINUTE)
    officer.send(FORM, language="a name that must not be found")
    with world.database.main.reading() as session:
        row = session.query(KeptForm).one()
        assert b"a name that" not in row.sealed
        path = f"/not-sent/{row.id}"
    officer.unlock()
    assert "a name that must not be found" in officer.open(path).text
    colleague = Person(world, "deputy.cairo")
    colleague.sign_in_now()
    assert colleague.open(path).status_code == 404
    assert colleague.send(f"{path}/throw-away").status_code == 404
    answer = colleague.send(FORM, language="fr", kept_form=path.rsplit("/", 1)[-1])
    assert answer.status_code == 409
    assert "This was saved already, or thrown away." in main_of(answer.text)  # nothing tells that it exists


def test_a_kept_form_that_fails_its_check_is_shown_as_such(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(20 * MINUTE)
    officer.send(FORM, language="fr")
    with world.database.main.writing() as session:
        row = session.query(KeptForm).one()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    officer.unlock()
    assert "Failed its check" in main_of(officer.open("/not-sent").text)
    page = officer.open(only_kept(officer))
    assert "Do not rely on it." in main_of(page.text)
    assert 'name="kept_form"' not in page.text
    assert officer.send(f"{only_kept(officer)}/throw-away").status_code == 303


def test_what_no_page_takes_any_more_can_be_copied(world: World, officer: Person) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent("/no/longer/here", [("text", "The hearing was moved.")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    page = officer.open(only_kept(officer))
    assert "The hearing was moved." in main_of(page.text)
    assert 'name="kept_form"' not in page.text


def test_what_was_done_without_it_is_asked_for_no_more(world: World, clock: time_machine.Traveller) -> None:
    """The head vouched after all: the words typed before the session locked need nothing any more."""
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    send_too_late(officer, clock)
    assert officer.send(FORM, language="es").status_code == 303
    assert waiting(world) == 1  # something else was typed there: it is not thrown away
    assert officer.send(FORM, language="fr").status_code == 303
    assert waiting(world) == 0
    assert (count(world, Event.FORM_SENT), count(world, Event.FORM_DROPPED)) == (0, 1)


def test_a_field_that_was_sent_twice_goes_out_by_no_button(world: World, officer: Person) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent(FORM, [("language", "fr"), ("language", "es")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    assert 'name="kept_form"' not in officer.open(only_kept(officer)).text


def test_what_adds_one_thing_more_leaves_what_was_kept_of_another(world: World, clock: time_machine.Traveller) -> None:
    desk = Person(world, "head1.hq")
    desk.sign_in_now()
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/notices"
    clock.shift(20 * MINUTE)
    desk.send(path, subject="One", text="The first notice.")
    desk.unlock()
    assert desk.send(path, subject="Two", text="The second notice.").status_code == 303
    assert waiting(world) == 1
    assert desk.send(path, subject="One", text="The first notice.").status_code == 303
    assert waiting(world) == 0


def test_what_has_no_page_any_more_keeps_its_title_and_shows_no_six_words(world: World) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    path = f"/offices/members/{world.demonstration.members['officer.cairo']}/vouch"  # vouched for meanwhile
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent(path, [("words", "Lusab babad gutih tugad kamom hojud")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    for page in (head.open("/not-sent").text, head.open(only_kept(head)).text):
        assert "Vouch for a member" in main_of(page)
        assert "babad" not in page


def test_a_field_that_is_not_on_the_page_goes_out_by_no_button(world: World, officer: Person) -> None:
    """With one field too many, a press of another kind could be made to look like this one."""
    secret_looking = str(uuid.uuid4())
    with world.acting("officer.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent(FORM, [("planted", secret_looking), ("language", "fr"), ("empty", "")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    page = officer.open(only_kept(officer)).text
    assert secret_looking not in page
    assert 'name="kept_form"' not in page
    assert "Not everything that was sent is on its page now." in main_of(page)
    assert f"{only_kept(officer)}/change" in page


def test_whoever_was_chosen_is_named_before_the_press(world: World, clock: time_machine.Traveller) -> None:
    """In a browser that a head left alone, somebody else names the acting head: the head reads whom."""
    head = Person(world, "head.cairo")
    head.sign_in_now()
    clock.shift(20 * MINUTE)
    today = datetime.now(UTC).date()
    days = {f"{name}-{part}": str(getattr(today, part)) for name in ("since", "until") for part in PARTS}
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/acting"
    head.send(path, member=str(member(world, "officer.cairo").id), **days)
    head.unlock()
    kept_one = only_kept(head)
    before = read_pages(world)
    page = head.open(kept_one).text
    assert "officer.cairo" in main_of(page)
    assert f"First day {day_written(today)}" in main_of(page)  # one line for the three boxes
    assert "Month" not in main_of(page)
    assert 'name="kept_form"' in page
    # Who reads a page here has read it: the trail says so, and of which office, as if it had been opened.
    kept_id, cairo = kept_one.removeprefix("/not-sent/"), str(world.demonstration.offices["DEL_EGY"])
    assert read_pages(world)[len(before) :] == [("kept.show", (kept_id,)), ("charter.acting", (cairo,))]


def day_written(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def test_a_day_that_is_none_is_shown_as_it_was_typed(world: World) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/absences"
    first = [("first_on-day", "31"), ("first_on-month", "2"), ("first_on-year", "")]
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent(path, [*first, ("last_on-day", ""), ("last_on-month", ""), ("last_on-year", "")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    page = main_of(head.open(only_kept(head)).text)
    assert "First day 31 2" in page
    assert "Last day" not in page


def test_no_box_of_a_day_goes_out_unseen(world: World) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/absences"
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        kept.keep_own(session, visitor.member_id, visitor.ring.keys, Sent(path, [("first_on-month", "2")], None))
    assert "First day: Month 2" in main_of(head.open(only_kept(head)).text)


def test_a_press_with_a_word_put_beside_it_has_no_button(world: World, clock: time_machine.Traveller) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    path = confirmed(world)
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        kept.keep_own(session, visitor.member_id, visitor.ring.keys, Sent(path, [("x", "typed")], None))
    assert 'name="kept_form"' not in head.open(only_kept(head)).text


# -- naming, changing, confirming


def test_a_changed_form_takes_the_kept_one_s_place(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    send_too_late(officer, clock)
    page = officer.open(f"{only_kept(officer)}/change").text
    assert f'action="{FORM}"' in page
    assert re.search(r'value="fr"[^>]* checked', page)
    answer = officer.send(FORM, language="es", kept_form=hidden(page, "kept_form"))
    assert answer.location == "/account"
    assert member(world, "officer.cairo").language == "es"
    assert waiting(world) == 0


def test_what_may_not_be_sent_any_more_has_no_button(world: World, clock: time_machine.Traveller) -> None:
    """Whoever lost their role meanwhile sees what they typed, and nothing to press."""
    head = Person(world, "head.cairo")
    head.sign_in_now()
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        path = f"/offices/{world.demonstration.offices['DEL_EGY']}/members/invite"  # the administrator's act
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, Sent(path, [("sign_in", "new.cairo")], None))
    page = head.open(only_kept(head))
    assert "new.cairo" in main_of(page.text)
    assert "cannot be sent" in main_of(page.text)
    assert 'name="kept_form"' not in page.text
    assert head.open(f"{only_kept(head)}/change").location == only_kept(head)


def confirmed(world: World, name: str = "deputy.cairo") -> str:
    return f"/offices/members/{world.demonstration.members[name]}/revoke"


def test_a_press_alone_is_never_kept_and_leads_back_to_its_page(world: World, clock: time_machine.Traveller) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    clock.shift(6 * MINUTE)
    path = confirmed(world)
    assert head.send(path).location == "/second-factor"
    assert waiting(world) == 0
    page = head.open("/second-factor")
    assert "Nothing has been done yet." in main_of(page.text)
    answer = head.send("/second-factor", code=head.phone.code(), here=hidden(page.text, "here"))
    assert answer.location == path
    assert "What you pressed has not been done." in main_of(head.open(path).text)
    assert member(world, "deputy.cairo").revoked_at is None


def test_after_unlocking_a_press_is_not_done_but_read_again(world: World, clock: time_machine.Traveller) -> None:
    head = Person(world, "head.cairo")
    head.sign_in_now()
    clock.shift(20 * MINUTE)
    path = confirmed(world)
    page = head.send(path)
    assert "What you pressed has not been done." in main_of(page.text)
    assert waiting(world) == 0
    assert head.unlock(here=hidden(page.text, "here"), pressed=hidden(page.text, "pressed")).location == path
    assert "What you pressed has not been done." in main_of(head.open(path).text)
    assert member(world, "deputy.cairo").revoked_at is None


def test_a_code_leads_to_the_form_it_was_asked_for_and_to_no_other(world: World, clock: time_machine.Traveller) -> None:
    """Two tabs, each with its own form: each code page leads to its own."""
    admin = Person(world, "admin.hq")
    admin.sign_in_now()
    clock.shift(6 * MINUTE)
    path = f"/offices/{world.demonstration.offices['DEL_EGY']}/members/invite"
    admin.send(path, sign_in="one.cairo", role="deputy", address="")
    first = hidden(admin.open("/second-factor").text, "here")
    admin.send(path, sign_in="two.cairo", role="deputy", address="")
    assert hidden(admin.open("/second-factor").text, "here") != first
    assert admin.send("/second-factor", code=admin.phone.code(), here=first).location == first
    assert "one.cairo" in main_of(admin.open(first).text)


@pytest.mark.parametrize(
    "here", ["https://evil.example/", "//offices", "//cases/new", "/no-such-page", "/not-sent/../..", "é"]
)
def test_a_code_leads_to_pages_of_ours_only(world: World, officer: Person, here: str) -> None:
    assert officer.send("/second-factor", code=officer.phone.code(), here=here).location == "/"


def test_what_was_sent_and_not_done_stays(world: World) -> None:
    """Whoever is seated meanwhile needs no vouching: the page leads elsewhere, and what was typed is not lost."""
    head = Person(world, "head.cairo")
    head.sign_in_now()
    path = f"/offices/members/{world.demonstration.members['officer.cairo']}/vouch"
    with world.acting("head.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        words = "Lusab babad gutih tugad kamom hojud"
        kept_id = kept.keep_own(session, visitor.member_id, visitor.ring.keys, Sent(path, [("words", words)], None))
    assert head.send(path, words=words, kept_form=str(kept_id)).status_code == 303
    assert (waiting(world), count(world, Event.FORM_SENT)) == (1, 0)


# -- a page whose buttons say which of them was pressed


@pytest.mark.parametrize(("do", "words"), [("open", "Open the file"), ("draft", "Save as a draft")])
def test_a_form_of_named_buttons_is_sent_by_the_one_that_was_pressed(
    world: World, officer: Person, clock: time_machine.Traveller, do: str, words: str
) -> None:
    officer.open("/cases/new")
    clock.shift(20 * MINUTE)
    officer.send("/cases/new", country="EG", name="Nadia Example", what="Taken at night.", do=do)
    officer.unlock()
    page = officer.open(only_kept(officer)).text
    assert "Who is at risk Nadia Example" in main_of(page)
    assert f"{words} Change it first Throw away" in main_of(page)
    assert hidden(page, "do") == do


@pytest.mark.parametrize("fields", [{}, {"do": "burn"}])
def test_without_the_press_of_any_of_its_buttons_it_is_changed_first(
    world: World, officer: Person, clock: time_machine.Traveller, fields: dict[str, str]
) -> None:
    clock.shift(20 * MINUTE)
    officer.send("/cases/new", country="EG", name="Nadia Example", **fields)
    officer.unlock()
    page = officer.open(only_kept(officer)).text
    assert 'name="kept_form"' not in page
    assert "Change it first" in main_of(page)


def test_two_presses_at_once_have_no_button(world: World, officer: Person) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        from hrd_cases.door.house import Sent

        sent = Sent("/cases/new", [("name", "Nadia"), ("do", "draft"), ("do", "open")], None)
        kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    assert 'name="kept_form"' not in officer.open(only_kept(officer)).text


# -- what could not be kept is shown once more, on the very page that says so

LONG = "The hearing was moved.\r\n<b>Two</b> witnesses & their names"
LOST_AGAIN: Any = {"lost": ["", LONG]}


def lost_texts(page: str) -> list[str]:
    return re.findall(r'(?s)<textarea[^>]*name="lost"[^>]*readonly>\n(.*?)</textarea>', page)


def test_what_was_typed_after_the_session_ended_is_there_to_be_copied(world: World, officer: Person) -> None:
    old, path = officer.browser.cookie(), "/cases/new"
    officer.send("/sign-out")
    officer.browser.client.set_cookie(guards.COOKIE, old, domain="127.0.0.1", secure=True)
    answer = officer.send(path, country="EG", what=LONG, do="open")
    assert answer.status_code == 401
    assert "to be copied" in main_of(answer.text)
    assert "You were signed out before this was sent." in main_of(answer.text)
    assert "Back button" not in answer.text
    assert faults(answer.text) == []
    (text,) = lost_texts(answer.text)
    assert "&lt;b&gt;Two&lt;/b&gt; witnesses &amp; their names" in text
    again = officer.send("/sign-in", sign_in="officer.cairo", passphrase="wrong", code="000000", **LOST_AGAIN)
    assert lost_texts(again.text) == [text]
    assert waiting(world) == 0
    with world.database.main.reading() as session:
        assert not any("hearing" in str(read_body(entry).fields) for entry in session.scalars(select(AuditEntry)))


def without_its_cookie(officer: Person) -> str:
    """Their browser forgets its cookie while a form stands on the page; the token of that form."""
    token = guards.token_of(officer.browser.cookie())
    officer.browser.client.delete_cookie(guards.COOKIE, domain="127.0.0.1")
    return token


def test_what_was_typed_when_the_cookie_was_gone_is_there_to_be_copied(world: World, officer: Person) -> None:
    """It led to the bare sign-in page, and every word was lost. The one who sent it is the one who sees it."""
    token, begun = without_its_cookie(officer), waiting(world)
    answer = officer.browser.post("/cases/new", {"country": "EG", "name": "Salma", "what": LONG}, token=token)
    assert answer.status_code == 401
    assert "You were signed out before this was sent. Nothing was sent." in main_of(answer.text)
    assert len(lost_texts(answer.text)) == 2
    assert "&lt;b&gt;Two&lt;/b&gt; witnesses" in lost_texts(answer.text)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not carried_on(answer.text)
    assert faults(answer.text) == []
    again = officer.send("/sign-in", sign_in="officer.cairo", passphrase="wrong", code="000000", **LOST_AGAIN)
    assert len(lost_texts(again.text)) == 1
    assert waiting(world) == begun


def test_a_press_when_the_cookie_was_gone_is_said_to_have_done_nothing(officer: Person) -> None:
    token = without_its_cookie(officer)
    answer = officer.browser.post("/account/sessions", {}, token=token)
    assert answer.status_code == 401
    assert "You were signed out before this was sent. Nothing was sent." in main_of(answer.text)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_what_another_site_sends_without_a_cookie_is_not_shown(officer: Person, headers: dict[str, str]) -> None:
    without_its_cookie(officer)
    answer = officer.browser.client.post("/cases/new", data={"what": LONG}, headers=headers, base_url=BASE)
    assert answer.status_code == 400
    assert "witnesses" not in answer.text


# -- a session that was ended elsewhere: what was typed comes next for whoever signs in on that very page


def ended_elsewhere(officer: Person) -> None:
    """Their session is over, and their browser does not know yet."""
    old = officer.browser.cookie()
    officer.send("/sign-out")
    officer.browser.client.set_cookie(guards.COOKIE, old, domain="127.0.0.1", secure=True)


def signs_in(officer: Person, **more: str) -> Any:
    code = officer.phone.code()
    return officer.send("/sign-in", sign_in=officer.sign_in, passphrase=officer.passphrase, code=code, **more)


def carried_on(page: str) -> dict[str, str]:
    return {"carried": html.unescape(found[1])} if (found := re.search(r'name="carried" value="([^"]*)"', page)) else {}


def test_after_signing_in_one_is_back_at_the_form_with_what_was_typed(world: World, officer: Person) -> None:
    """It was shown to be copied, and what had been chosen was lost."""
    path = "/cases/new"
    typed = {
        "country": "EG",
        "name": "Salma",
        "what": LONG,
        "urgency": "high",
        "do": "open",
        "begun": str(uuid.uuid4()),
    }
    ended_elsewhere(officer)
    answer = officer.send(path, **typed)
    assert answer.status_code == 401
    assert faults(answer.text) == []
    carried = carried_on(answer.text)
    wrong = officer.send("/sign-in", sign_in="officer.cairo", passphrase="wrong", code="000000", **carried)
    assert carried_on(wrong.text) == carried
    assert waiting(world) == 0
    there = signs_in(officer, **carried)
    assert there.status_code == 303
    shown = officer.open(there.location)
    assert "Two" in main_of(shown.text)
    assert "Make sure that it was you who typed this." in main_of(shown.text)
    again = officer.open(f"{there.location}/change").text
    assert "The hearing was moved." in again
    assert re.search(r'value="high"[^>]*checked', again)
    assert waiting(world) == 1


TYPED = {"country": "EG", "name": "Salma", "what": LONG, "urgency": "high", "do": "open"}


def test_what_was_promised_comes_next_however_many_wait(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 0)  # as if five waited
    ended_elsewhere(officer)
    answer = officer.send("/cases/new", **TYPED)
    assert "it comes next" in main_of(answer.text)
    there = signs_in(officer, **carried_on(answer.text))
    assert "The hearing was moved." in officer.open(there.location).text


def test_what_comes_next_outlives_the_tries_that_were_too_many(world: World, officer: Person) -> None:
    """Only its texts stayed: what was chosen was lost."""
    ended_elsewhere(officer)
    carried = carried_on(officer.send("/cases/new", **TYPED).text)
    wrong: Any = {"sign_in": "officer.cairo", "passphrase": "wrong", "code": "000000", **carried, **LOST_AGAIN}
    answers = [officer.send("/sign-in", **wrong) for _ in range(12)]
    slowed = next(answer for answer in answers if answer.status_code == 429)
    assert slowed.headers["Retry-After"]
    assert "There were too many tries in a short time." in main_of(slowed.text)
    assert carried_on(slowed.text) == carried
    assert len(lost_texts(slowed.text)) == 1
    assert faults(slowed.text) == []


@pytest.mark.parametrize(
    "carried",
    [
        "nonsense",
        '["//cases/new", [["what", "A text of some length"]]]',
        '["/cases//new", [["what", "A text of some length"]]]',
        '["/sign-in", [["passphrase", "x"]]]',
        '["//elsewhere.example/", [["text", "A text of some length"]]]',
        '["/cases/new", "what"]',
        '["/cases/new"]',
        "[]",
    ],
)
def test_what_is_no_form_of_ours_is_not_carried(world: World, officer: Person, carried: str) -> None:
    officer.send("/sign-out")
    answer = signs_in(officer, carried=carried)
    assert answer.location == "/"
    assert waiting(world) == 0


def test_words_that_were_heard_for_one_signature_and_forms_without_their_token_are_not_carried(
    world: World, officer: Person
) -> None:
    ended_elsewhere(officer)
    typed = {"country": "EG", "name": "Salma", "do": "open"}
    assert not carried_on(officer.send("/cases/new", what="dofon-silar-zipaf-manub-sumij-mamon", **typed).text)
    assert not carried_on(officer.browser.post("/cases/new", typed | {"what": LONG}, token="0" * 64).text)
    assert carried_on(officer.send("/cases/new", what=LONG, **typed).text)


def test_what_was_typed_into_a_locked_session_and_not_kept_is_there_to_be_copied(
    world: World, officer: Person, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.shift(20 * MINUTE)
    monkeypatch.setattr(kept, "MOST", 0)
    answer = officer.send("/cases/new", country="EG", what=LONG, do="open")
    assert "copy it before you unlock" in main_of(answer.text)
    assert len(lost_texts(answer.text)) == 1
    assert len(lost_texts(officer.send("/unlock", passphrase="wrong", code="000000", **LOST_AGAIN).text)) == 1


def test_a_text_that_was_lost_outlives_the_fifth_wrong_sign_in(world: World, officer: Person) -> None:
    ended_elsewhere(officer)
    assert len(lost_texts(officer.send("/cases/new", country="EG", what=LONG, do="open").text)) == 1
    wrong = {"sign_in": "officer.cairo", "passphrase": "wrong", "code": "000000"}
    answers = [officer.send("/sign-in", **wrong, **LOST_AGAIN) for _ in range(12)]
    slowed = next(answer for answer in answers if answer.status_code == 429)
    assert len(lost_texts(slowed.text)) == 1
    assert "It is saved nowhere else. Copy it before you leave this page." in main_of(slowed.text)
    assert faults(slowed.text) == []


def test_a_single_word_is_shown_again_and_a_choice_is_not(world: World, officer: Person) -> None:
    """A name or a telephone number is a word as short as any choice: the field tells them apart."""
    ended_elsewhere(officer)
    answer = officer.send("/cases/new", country="EG", name="Salma", what=LONG, urgency="high", do="open")
    assert lost_texts(answer.text)[0] == "Salma"
    assert not {"EG", "high", "open"} & set(lost_texts(answer.text))


def test_what_comes_back_with_an_error_is_called_as_its_field(world: World, officer: Person) -> None:
    """Of two texts whoever copies them has to know which is which."""
    answer = officer.browser.post("/cases/new", {"name": "Salma", "what": LONG, "do": "open"}, token="0" * 64)
    assert answer.status_code == 400
    main = main_of(answer.text)
    assert "What you typed: text" not in main
    assert "What you typed: Who is at risk" in main
    assert "What you typed: What happened" in main
    assert faults(answer.text) == []


def test_a_choice_that_was_lost_is_said_to_be_lost(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(25 * 60 * MINUTE)
    answer = officer.browser.post("/cases/new", {"urgency": "high"}, token="0" * 64)  # nothing is carried along then
    assert "It is lost" in main_of(answer.text)
    assert lost_texts(answer.text) == []


def test_no_secret_is_shown_to_be_copied(world: World, officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(20 * MINUTE)
    for path in WITH_SECRETS:
        answer = officer.send(path, passphrase="a b c d", code="123456", new="e f g h i j k l m n o p q")
        assert "e f g h" not in answer.text
        assert "It is lost" in main_of(answer.text)


def test_a_wrong_code_leaves_the_word_that_something_is_kept(
    world: World, officer: Person, clock: time_machine.Traveller
) -> None:
    clock.shift(20 * MINUTE)
    answer = officer.send(FORM, language="fr")
    assert "is kept for you" in main_of(answer.text)
    again = officer.send("/unlock", passphrase="wrong", code="000000", kept=hidden(answer.text, "kept"))
    assert again.status_code == 422
    assert "is kept for you" in main_of(again.text)
    assert hidden(again.text, "kept") == "1"
