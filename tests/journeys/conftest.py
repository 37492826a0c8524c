"""Journeys: the real web server over a copy of the sample world, system Chromium, scripts off."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hrd_cases import demo
from hrd_cases.accounts.credentials import totp_text
from hrd_cases.door import guards
from tests.browser import DESKTOP, PHONE, screenshot
from tests.pages.axe import findings
from tests.served import Serving
from tests.world import World


@dataclass
class Town:
    """A served world. `sit_down(name)` is that member signed in, before a browser of their own; `stranger()` is not."""

    world: World
    browser: Browser
    port: int
    contexts: list[BrowserContext] = field(default_factory=list)
    codes_used: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stranger(self, *, phone: bool = False, language: str = "en") -> Page:
        width, height = PHONE if phone else DESKTOP
        context = self.browser.new_context(
            java_script_enabled=False,
            viewport={"width": width, "height": height},
            locale=language,
            base_url=self.address,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        return context.new_page()

    def sit_down(self, sign_in: str, *, phone: bool = False, language: str = "en") -> Page:
        page = self.stranger(phone=phone, language=language)
        page.context.add_cookies(
            [
                {
                    "name": guards.COOKIE,
                    "value": self.world.demonstration.cookies[sign_in],
                    "domain": "127.0.0.1",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
        page.goto("/")
        return page

    def sign_in(self, page: Page, name: str, passphrase: str = demo.PASSPHRASE, secret: str | None = None) -> None:
        """By the page, as everybody does."""
        page.goto("/sign-in")
        page.get_by_label("Sign-in name").fill(name)
        page.get_by_label("Passphrase").fill(passphrase)
        page.get_by_label("Six-digit code").fill(self.code(name, secret))
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()

    def code(self, sign_in: str, secret: str | None = None) -> str:
        """A code of this member's authenticator that was not used yet; it may be one step ahead."""
        clock = pyotp.TOTP(secret or totp_text(demo.totp_secret(sign_in)))
        step = max(int(time.time()) // 30, self.codes_used.get(sign_in, 0) + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self.codes_used[sign_in] = step
        return clock.at(datetime.fromtimestamp(step * 30, UTC) + timedelta(seconds=1))


@pytest.fixture
def town(world: World, chromium: Browser, serving: Serving) -> Iterator[Town]:
    """The world behind the real server, in processes of its own."""
    world.database.dispose()
    found = Town(world, chromium, serving.over(world.house.settings.home))
    yield found
    for context in found.contexts:
        context.close()
    serving.await_answer()  # whatever was asked before is answered: nothing is written where the next world will lie


def look(page: Page, name: str) -> None:
    """A picture to be looked at, where somebody is going to: `make test PICTURES=1`."""
    if os.environ.get("PICTURES"):
        screenshot(page, name)


def no_barriers(page: Page) -> None:
    """axe-core finds nothing wrong with the page as it stands (asked in a copy of it where scripts may run)."""
    found = findings(page)
    assert found == [], f"{page.url}: {found}"
