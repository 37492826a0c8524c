"""Journeys: the real web server over a copy of the sample world, system Chromium, scripts off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hrd_cases import demo
from hrd_cases.accounts.credentials import totp_text
from hrd_cases.door import guards
from hrd_cases.settings import ROOT
from tests.browser import DESKTOP, PHONE, screenshot
from tests.pages.axe import findings
from tests.served import free_port
from tests.world import World

SERVES = """
import os, pathlib
from hrd_cases.serve import serve
from tests.throw_away import throw_away_settings
home, port = pathlib.Path(os.environ["HRD_TEST_HOME"]), int(os.environ["HRD_TEST_PORT"])
serve(throw_away_settings(home, port=port, workers=1), app="tests.journeys.application:app")
"""


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
def town(world: World, chromium: Browser, tmp_path: Path) -> Iterator[Town]:
    """The world behind the real server, in processes of its own."""
    port = free_port()
    world.database.dispose()
    environ = os.environ | {
        "HRD_TEST_HOME": str(tmp_path / "home"),
        "HRD_TEST_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    said = tmp_path / "server.log"
    with said.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVES], env=environ, stdout=log, stderr=log, start_new_session=True, cwd=ROOT
        )
    try:
        _await(port, server, said)
        found = Town(world, chromium, port)
        yield found
        for context in found.contexts:
            context.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def _await(port: int, server: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(1000):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            assert server.poll() is None, said.read_text()
            time.sleep(0.05)
    raise AssertionError(said.read_text())


def look(page: Page, name: str) -> None:
    """A picture to be looked at, where somebody is going to: `make test PICTURES=1`."""
    if os.environ.get("PICTURES"):
        screenshot(page, name)


def no_barriers(page: Page) -> None:
    """axe-core finds nothing wrong with the page as it stands (asked in a copy of it where scripts may run)."""
    found = findings(page)
    assert found == [], f"{page.url}: {found}"
