"""Every page as a browser shows it: axe finds no barrier, in both directions and modes; pictures to be looked at.

A route that answers GET and is neither walked nor named among the exceptions fails here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select, update

from hrd_cases import demo
from hrd_cases.accounts import kept
from hrd_cases.accounts.held import Step
from hrd_cases.accounts.models import Member, SessionRow
from hrd_cases.accounts.sessions import name_of
from hrd_cases.door import guards
from hrd_cases.door.house import Sent
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.offices import charters
from hrd_cases.offices.facts import OfficeFacts, open_office
from hrd_cases.offices.models import Notice, Office, OfficeHoliday
from tests import world as worlds
from tests.browser import DESKTOP, PHONE
from tests.journeys import case_file, grant, papers, shares, trial
from tests.journeys.conftest import Town, look, no_barriers
from tests.offices.people import Places, invite, newcomer
from tests.world import World

STRANGER = ""
LOOKS = [("en", "light", DESKTOP), ("ar", "dark", PHONE)]
NAMES = ["left-to-right light", "right-to-left dark phone"]

# Answer GET and are no pages of their own.
NO_PAGES = {
    "static": "built files",
    "health.alive": "a word for the monitoring",
    "health.ready": "a word for the monitoring",
    "steps.picture": "a picture; it stands on the authenticator's page",
    "account.mail_changed": "leads on at once: to My account, which says it",
    "sign_in.blank": "empty on purpose: where a quick exit ends",
    "sign_in.leave": "leads on at once: to the empty page",
    "sign_in.sign_out": "leads on at once: to the sign-in page",
    "kept.throw_away": "leads on at once: to the form it is about",
    "enrol.passphrase": "its page answers the invitation code: test_the_page_for_a_newcomer_s_passphrase",
}
# Only while an installation has no charter yet: test_the_pages_that_found_headquarters.
FOUNDING = {"charter.found": "/headquarters/found", "charter.found_withdraw": "/headquarters/found/withdraw"}

# By endpoint: who walks there, and the address. {names} are those of `_addresses`.
WALK: dict[str, tuple[str, str]] = {
    "sign_in.sign_in": (STRANGER, "/sign-in"),
    "enrol.begin": (STRANGER, "/enrol"),
    "recover.begin": (STRANGER, "/recover"),
    "recover.passphrase": (STRANGER, "/recover/passphrase"),
    "recover.authenticator": (STRANGER, "/recover/authenticator"),
    "sign_in.unlock": ("desk.hq", "/unlock"),
    "steps.passphrase": ("officer.bogota", "/steps/passphrase"),
    "steps.authenticator": ("head.bogota", "/steps/authenticator"),
    "steps.recovery_code": ("officer.minsk", "/steps/recovery-code"),
    "waiting.show": ("officer2.cairo", "/waiting"),
    "today.show": ("head.cairo", "/"),
    "notices.earlier": ("deputy.cairo", "/notices"),
    "notices.put_away": ("head.cairo", "/notices/{notice}/put-away"),
    "notices.write": ("head1.hq", "/offices/{office}/notices"),
    "offices.index": ("head.cairo", "/offices"),
    "offices.open_new": ("admin.hq", "/offices/new"),
    "offices.show": ("head.cairo", "/offices/{office}"),
    "offices.edit": ("head.cairo", "/offices/{office}/edit"),
    "offices.holidays": ("head.cairo", "/offices/{office}/holidays"),
    "offices.remove_holiday": ("head.cairo", "/offices/holidays/{holiday}/remove"),
    "offices.keys": ("head.cairo", "/offices/{office}/keys"),
    "offices.mailing": ("head.cairo", "/offices/{office}/reminders"),
    "offices.mailed_at_once": ("officer.cairo", "/offices/{office}/reminders/mailed"),
    "charter.heard": ("head.cairo", "/offices/{office}/charter/words"),
    "charter.show": ("head.cairo", "/offices/{office}/charter"),
    "charter.earlier": ("head.cairo", "/offices/{office}/charter/1"),
    "charter.first": ("head1.hq", "/offices/{uncharted}/charter/first"),
    "charter.sign": ("head2.hq", "/offices/{office}/charter/sign"),
    "charter.withdraw": ("head1.hq", "/offices/{office}/charter/withdraw"),
    "charter.coverage": ("head1.hq", "/offices/{other office}/coverage"),
    "charter.acting": ("head.cairo", "/offices/{office}/acting"),
    "charter.seat": ("head.cairo", "/offices/members/{member}/seat"),
    "members.index": ("head.cairo", "/offices/{office}/members"),
    "members.address": ("admin.hq", "/offices/members/{member}/address"),
    "members.invite": ("admin.hq", "/offices/{office}/members/invite"),
    "members.invite_again": ("admin.hq", "/offices/members/{invited}/invite-again"),
    "members.invitation": ("admin.hq", "/offices/members/{invited}/invitation"),
    "members.withdraw": ("admin.hq", "/offices/members/{invited}/withdraw"),
    "members.show": ("head.cairo", "/offices/members/{member}"),
    "members.vouch": ("head.cairo", "/offices/members/{newcomer}/vouch"),
    "members.vouched": ("head.cairo", "/offices/members/{member}/vouched"),
    "members.revoke": ("head.cairo", "/offices/members/{member}/revoke"),
    "members.suspend": ("head.cairo", "/offices/members/{member}/suspend"),
    "members.restore": ("head.cairo", "/offices/members/{suspended}/restore"),
    "account.show": ("head.cairo", "/account"),
    "account.passphrase": ("head.cairo", "/account/passphrase"),
    "account.keys": ("head.cairo", "/account/keys"),
    "account.authenticator": ("head.cairo", "/account/authenticator"),
    "account.recovery_code": ("head.cairo", "/account/recovery-code"),
    "account.language": ("head.cairo", "/account/language"),
    "sessions.index": ("head.cairo", "/account/sessions"),
    "sign_in.second_factor": ("head.cairo", "/second-factor"),
    "kept.index": ("head.cairo", "/not-sent"),
    "kept.show": ("head.cairo", "/not-sent/{form}"),
    "kept.change": ("head.cairo", "/not-sent/{form}/change"),
    "oversight.trail": ("auditor.hq", "/trail"),
    "oversight.entry": ("auditor.hq", "/trail/1"),
    "oversight.check": ("auditor.hq", "/trail/check"),
    "oversight.running": ("admin.hq", "/running"),
}

# What is refused is a page too; the gallery's walk sees the error pages that no address provokes.
REFUSED = [(STRANGER, "/nowhere", 404), ("head.cairo", "/nowhere", 404), ("head.cairo", "/trail", 403)]


def test_every_route_that_answers_is_walked(world: World) -> None:
    routes = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    walked = WALK.keys() | case_file.WALK.keys() | trial.WALK.keys() | shares.WALK.keys() | papers.WALK.keys()
    walked |= grant.WALK.keys() | FOUNDING.keys() | NO_PAGES.keys() | trial.NO_PAGES.keys() | papers.NO_PAGES.keys()
    walked |= grant.NO_PAGES.keys()
    assert routes - walked == set(), "walk these pages too, or say among NO_PAGES why they are none"
    assert walked - routes == set(), "these are no routes any more"


# -- a world in which every page stands


def _addresses(world: World) -> dict[str, object]:
    """In Cairo: a newcomer who waits, an open invitation, a suspended member, a draft, a notice, a form not sent."""
    known, at = world.demonstration, Places(world)
    cairo = known.offices["DEL_EGY"]
    newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    newcomer(world, "head2.cairo", "DEL_EGY", "head")
    invite(world, "deputy2.cairo", "DEL_EGY", "deputy")
    words = known.words[known.members["head2.cairo"]]
    _done(world.client("head1.hq").sign(at.member("head2.cairo", "/vouch"), {"words": words}))
    _done(world.client("head.cairo").post(at.member("finance.cairo", "/suspend")))
    for subject in ("Visit", "Training"):
        _done(world.client("desk.hq").post(at.office("DEL_EGY", "/notices"), {"subject": subject, "text": "A text"}))
    world.client("head.cairo").get("/")
    with world.acting("head.cairo") as (session, visitor):
        sent = Sent(at.office("DEL_EGY", "/edit"), [("public_contact", "37 Example Street")], None)
        form = kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
    with world.database.main.writing() as session:
        uncharted = open_office(session, OfficeFacts("DEL_NEW", OfficeKind.DELEGATION, "Suva", "Pacific/Fiji"), _now())
        notice = session.scalars(select(Notice.id).order_by(Notice.sent_at)).first()
        holiday = session.scalars(select(OfficeHoliday.id).where(OfficeHoliday.office_id == cairo)).first()
        ids = {row.sign_in: row.id for row in session.scalars(select(Member))}
        new_office = uncharted.id
    _owe_steps(world)
    return {
        "office": cairo,
        "other office": known.offices["DEL_COL"],
        "uncharted": new_office,
        "member": ids["deputy.cairo"],
        "newcomer": ids["officer2.cairo"],
        "invited": ids["deputy2.cairo"],
        "suspended": ids["finance.cairo"],
        "notice": notice,
        "holiday": holiday,
        "form": form,
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _done(answer: Any) -> None:
    assert answer.status_code in (200, 303), answer.text


def _owe_steps(world: World) -> None:
    """One session for each step that may be owed, and one that is locked."""
    known = world.demonstration
    with world.database.main.writing() as session:
        for endpoint, step in (
            ("steps.passphrase", Step.PASSPHRASE),
            ("steps.authenticator", Step.AUTHENTICATOR),
            ("steps.recovery_code", Step.RECOVERY_CODE),
        ):
            with known.sessions.holding(session, known.cookies[WALK[endpoint][0]]) as held:
                held.owe(step)
        locked = name_of(known.cookies[WALK["sign_in.unlock"][0]])
        session.execute(update(SessionRow).where(SessionRow.id == locked).values(sealed=None))


# -- the walk


class Eyes(NamedTuple):
    """How pages are looked at."""

    language: str
    mode: str
    size: tuple[int, int]


def _page(browser: Browser, eyes: Eyes, address: str, cookie: str) -> Page:
    """A page that may run axe; the pages themselves have no scripts."""
    context = browser.new_context(
        viewport={"width": eyes.size[0], "height": eyes.size[1]},
        locale=eyes.language,
        color_scheme="dark" if eyes.mode == "dark" else "light",
        base_url=address,
        bypass_csp=True,
    )
    if cookie:
        host = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}
        context.add_cookies([{"name": guards.COOKIE, "value": cookie, "sameSite": "Strict", **host}])  # type: ignore[typeddict-item]
    return context.new_page()


def _seen(page: Page, eyes: Eyes, who: str, path: str, status: int = 200) -> None:
    """The page itself, not one it leads to: nothing is wrong with it."""
    answer = page.goto(path)
    assert answer is not None
    came_to = urlsplit(page.url)._replace(scheme="", netloc="").geturl()
    assert (answer.status, came_to) == (status, path), f"{who or 'a stranger'} at {path}"
    words = re.sub(r"[^a-z]+", "-", re.sub(r"[0-9a-f-]{36}", "one", path)).strip("-")
    _looked_at(page, eyes, f"{who or 'stranger'}-{words or 'today'}")


def _looked_at(page: Page, eyes: Eyes, name: str) -> None:
    look(page, f"{eyes.language}-{name}")
    no_barriers(page)
    assert page.locator("html").get_attribute("dir") == ("rtl" if eyes.language == "ar" else "ltr")


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_on_any_page(town: Town, eyes: Eyes) -> None:
    known = _addresses(town.world)
    stops = [(who, path.format_map(known), 200) for who, path in WALK.values()]
    _walk(town, eyes, [*stops, *REFUSED])


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_in_case_files(town: Town, eyes: Eyes) -> None:
    known = case_file.addresses(town.world)
    stops = [(who, path, 200) for who, path in case_file.WALK.values()]
    _walk(town, eyes, [(who, path.format_map(known), status) for who, path, status in [*stops, *case_file.ALSO]])


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_in_shares(town: Town, eyes: Eyes) -> None:
    known = shares.addresses(town.world)
    stops = [(who, path, 200) for who, path in shares.WALK.values()]
    _walk(town, eyes, [(who, path.format_map(known), status) for who, path, status in [*stops, *shares.ALSO]])


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_in_trials(town: Town, eyes: Eyes) -> None:
    known = trial.addresses(town.world)
    stops = [(who, path, 200) for who, path in trial.WALK.values()]
    _walk(town, eyes, [(who, path.format_map(known), status) for who, path, status in [*stops, *trial.ALSO]])


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_in_documents(town: Town, eyes: Eyes) -> None:
    known = papers.addresses(town.world)
    stops = [(who, path, 200) for who, path in papers.WALK.values()]
    _walk(town, eyes, [(who, path.format_map(known), status) for who, path, status in [*stops, *papers.ALSO]])


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_axe_finds_no_barrier_in_grants(town: Town, eyes: Eyes) -> None:
    known = grant.addresses(town.world)
    stops = [(who, path, 200) for who, path in grant.WALK.values()]
    _walk(town, eyes, [(who, path.format_map(known), status) for who, path, status in [*stops, *grant.ALSO]])


def _walk(town: Town, eyes: Eyes, stops: list[tuple[str, str, int]]) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=eyes.language))
    cookies, pages = town.world.demonstration.cookies, dict[str, Page]()
    for who, path, status in stops:
        if who not in pages:
            pages[who] = _page(town.browser, eyes, town.address, cookies[who] if who else "")
            town.contexts.append(pages[who].context)
        _seen(pages[who], eyes, who, path, status)


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_the_page_for_a_newcomer_s_passphrase(town: Town, eyes: Eyes) -> None:
    code = invite(town.world, "deputy2.cairo", "DEL_EGY", "deputy")
    page = _page(town.browser, eyes, town.address, "")
    town.contexts.append(page.context)
    page.goto("/enrol")
    page.locator("#sign_in").fill("deputy2.cairo")
    page.locator("#code").fill(code)
    page.locator("main form button").first.click()
    expect(page.locator("#new")).to_have_count(1)
    _looked_at(page, eyes, "stranger-enrol-passphrase")


# -- before there is any charter


def _unfounded(home: Path) -> World:
    """An installation whose founders have all enrolled."""
    app = worlds._application(home)
    with app.test_request_context("/"), force_locale("en"):
        entered = demo.Demonstration(app.extensions["hrd_cases"], json.loads(demo.WORLD.read_text(encoding="utf-8")))
        entered.open_offices()
        for entry in entered.world["staff"]:
            if entry["office"] == "HQ":
                entered._enrol(entry["sign_in"], entered.offices["HQ"], Role(entry["role"]))
    return World(app, app.extensions["hrd_cases"], entered)


def _served_by(app: Flask, cookie: str) -> Callable[[Route], None]:
    """Answers of the application itself, as a server would give them."""
    client = app.test_client()
    client.set_cookie(guards.COOKIE, cookie, domain="127.0.0.1", secure=True)

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": route.request.headers["accept-language"]}
        with client.get(f"{asked.path}?{asked.query}", base_url=worlds.BASE, headers=headers) as got:
            route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)

    return answer


@pytest.mark.parametrize("eyes", [Eyes(*looks) for looks in LOOKS], ids=NAMES)
def test_the_pages_that_found_headquarters(chromium: Browser, tmp_path: Path, eyes: Eyes) -> None:
    world = _unfounded(tmp_path / "home")
    with world.database.main.writing() as session:
        session.execute(update(Member).values(language=eyes.language))
    page = _page(chromium, eyes, worlds.BASE, "")
    try:
        page.route("**/*", _served_by(world.app, world.demonstration.cookies["head1.hq"]))
        _seen(page, eyes, "head1.hq", FOUNDING["charter.found"])
        with world.app.test_request_context("/"), world.acting("head1.hq") as (session, visitor):
            office = session.get_one(Office, world.demonstration.offices["HQ"])
            charters.found_headquarters(session, visitor, office, world.demonstration.words, _now())
        for path in FOUNDING.values():
            _seen(page, eyes, "head1.hq", path)
    finally:
        page.context.close()
        world.database.dispose()
