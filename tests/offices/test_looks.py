"""Pages of this room that only stand in the midst of something: walked, looked at, asked by axe in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from tests.browser import DESKTOP, PHONE
from tests.journeys.conftest import Town, look, no_barriers
from tests.offices.people import Places, newcomer

pytestmark = pytest.mark.browser
LOOKS = [("en", "light", DESKTOP), ("ar", "dark", PHONE)]
CONTACT = "Delegation in Cairo\n37 Example Street"


def _pages(town: Town, language: str, mode: str, size: tuple[int, int]) -> Callable[[str], Page]:
    """A browser for each member that may run axe; the pages themselves have no scripts."""
    open_pages: dict[str, Page] = {}

    def page_of(sign_in: str) -> Page:
        if sign_in not in open_pages:
            context = town.browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale=language,
                color_scheme="dark" if mode == "dark" else "light",
                base_url=town.address,
                bypass_csp=True,
            )
            cookie = town.world.demonstration.cookies[sign_in]
            context.add_cookies(
                [{"name": guards.COOKIE, "value": cookie, "domain": "127.0.0.1", "path": "/", "secure": True}]
            )
            town.contexts.append(context)
            open_pages[sign_in] = context.new_page()
        return open_pages[sign_in]

    return page_of


@dataclass
class Walk:
    """One way of looking: a language, a mode, a size. Every page seen is kept as a picture and asked by axe."""

    town: Town
    at: Places
    page_of: Callable[[str], Page]
    language: str

    def seen(self, page: Page, name: str) -> None:
        look(page, f"offices-{name}-{self.language}")
        no_barriers(page)

    def send(self, page: Page, **fields: str) -> None:
        for name, text in fields.items():
            page.locator(f"#{name}").fill(text)
        page.locator("main form button").last.click()


@pytest.fixture(params=LOOKS, ids=["left-to-right light", "right-to-left dark phone"])
def walk(town: Town, request: pytest.FixtureRequest) -> Walk:
    language, mode, size = request.param
    newcomer(town.world, "head2.cairo", "DEL_EGY", "head")
    newcomer(town.world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    return Walk(town, Places(town.world), _pages(town, language, mode, size), language)


def test_pages_look_right_in_the_midst_of_an_act(walk: Walk) -> None:
    _invitation(walk)
    _vouching(walk)
    _second_signature(walk)
    _conflict(walk)
    _notice(walk)
    _leaving(walk)


def _invitation(walk: Walk) -> None:
    admin = walk.page_of("admin.hq")
    admin.goto(walk.at.office("DEL_EGY", "/members/invite"))
    walk.send(admin)
    walk.seen(admin, "invite-errors")
    admin.locator("input[value=deputy]").check()
    walk.send(admin, sign_in="deputy2.cairo")
    walk.seen(admin, "code")


def _vouching(walk: Walk) -> None:
    head = walk.page_of("head.cairo")
    head.goto(walk.at.office("DEL_EGY", "/members"))
    walk.seen(head, "members")
    head.goto(walk.at.member("officer2.cairo", "/vouch"))
    walk.send(head, words="lusab babad gutih tugad zuzod dajub")
    walk.seen(head, "vouch-wrong-words")


def _second_signature(walk: Walk) -> None:
    entered = walk.town.world.demonstration
    first, second = walk.page_of("head1.hq"), walk.page_of("head2.hq")
    first.goto(walk.at.member("head2.cairo", "/vouch"))
    walk.send(first, words=entered.words[entered.members["head2.cairo"]])
    walk.seen(first, "member-waits-for-second-signature")
    second.goto("/")
    walk.seen(second, "today-headquarters")
    second.goto(walk.at.office("DEL_EGY", "/charter"))
    walk.seen(second, "charter-with-draft")
    second.goto(walk.at.office("DEL_EGY", "/charter/sign"))
    walk.seen(second, "sign")
    first.goto(walk.at.office("DEL_COL", "/coverage"))
    walk.send(first, countries="Colombia\nSudann\nKosovo")
    walk.seen(first, "coverage-errors")


def _conflict(walk: Walk) -> None:
    head, admin = walk.page_of("head.cairo"), walk.page_of("admin.hq")
    for page in (head, admin):
        page.goto(walk.at.office("DEL_EGY", "/edit"))
    walk.send(head, public_contact=CONTACT)
    walk.send(admin, public_contact="سفارة\n37 Example Street")
    walk.seen(admin, "conflict")


def _notice(walk: Walk) -> None:
    desk = walk.page_of("desk.hq")
    desk.goto(walk.at.office("DEL_EGY", "/notices"))
    walk.send(desk, subject="زيارة المستشارة", text="The adviser visits in December.\n\nWho wishes to meet her?")
    walk.seen(desk, "notice-sent")


def _leaving(walk: Walk) -> None:
    head = walk.page_of("head.cairo")
    head.goto(walk.at.member("finance2.cairo", "/revoke"))
    walk.seen(head, "revoke")
    walk.send(head)
    walk.seen(head, "member-gone")
    head.goto(walk.at.member("finance.cairo", "/suspend"))
    walk.send(head)
    for path, name in (
        ("/", "today-head"),
        (walk.at.office("DEL_EGY"), "office"),
        (walk.at.office("DEL_EGY", "/keys"), "keys"),
    ):
        head.goto(path)
        walk.seen(head, name)
