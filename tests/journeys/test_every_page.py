"""Every page as a browser shows it: axe finds no barrier, in both directions and modes; pictures to be looked at."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from tests.browser import DESKTOP, PHONE
from tests.journeys.conftest import Town, look, no_barriers

OFFICE, MEMBER = "<office>", "<member>"
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/sign-in", "/enrol", "/recover", "/recover/passphrase", "/recover/authenticator", "/nowhere"),
    "head.cairo": (
        "/",
        "/offices",
        f"/offices/{OFFICE}",
        f"/offices/{OFFICE}/charter",
        f"/offices/{OFFICE}/charter/1",
        f"/offices/{OFFICE}/keys",
        f"/offices/{OFFICE}/members",
        f"/offices/{OFFICE}/acting",
        f"/offices/{OFFICE}/edit",
        f"/offices/{OFFICE}/holidays",
        f"/offices/members/{MEMBER}",
        f"/offices/members/{MEMBER}/revoke",
        f"/offices/members/{MEMBER}/suspend",
        f"/offices/members/{MEMBER}/seat",
        "/account",
        "/account/passphrase",
        "/account/keys",
        "/account/authenticator",
        "/account/recovery-code",
        "/account/language",
        "/account/sessions",
        "/second-factor",
        "/not-sent",
        "/trail",
    ),
    "admin.hq": ("/running", "/offices/new", f"/offices/{OFFICE}/members/invite"),
    "head1.hq": (f"/offices/{OFFICE}/coverage",),
    "desk.hq": (f"/offices/{OFFICE}/notices",),
    "auditor.hq": ("/trail", "/trail/1", "/trail/check"),
}
LOOKS = [("en", "light", DESKTOP), ("ar", "dark", PHONE)]


def _browser(town: Town, sign_in: str, language: str, mode: str, size: tuple[int, int]) -> Page:
    """A browser that may run axe; the pages themselves have no scripts."""
    context = town.browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if mode == "dark" else "light",
        base_url=town.address,
        bypass_csp=True,
    )
    town.contexts.append(context)
    if sign_in:
        context.add_cookies(
            [
                {
                    "name": guards.COOKIE,
                    "value": town.world.demonstration.cookies[sign_in],
                    "domain": "127.0.0.1",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
    return context.new_page()


def _address(town: Town, path: str) -> str:
    known = town.world.demonstration
    return path.replace(OFFICE, str(known.offices["DEL_EGY"])).replace(MEMBER, str(known.members["deputy.cairo"]))


@pytest.mark.parametrize(("language", "mode", "size"), LOOKS, ids=["left-to-right light", "right-to-left dark phone"])
def test_axe_finds_no_barrier_on_any_page(town: Town, language: str, mode: str, size: tuple[int, int]) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    for sign_in, paths in PAGES.items():
        page = _browser(town, sign_in, language, mode, size)
        for path in paths:
            page.goto(_address(town, path))
            name = re.sub(r"\W+", "-", path).strip("-") or "today"
            look(page, f"{language}-{sign_in or 'stranger'}-{name}")
            no_barriers(page)
            assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
