"""System Chromium through Playwright: scripts off unless a test asks, and no address but loopback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parent.parent / "screenshots"
DESKTOP = (1280, 900)
PHONE = (390, 844)
TRIES = 5  # Chromium's compositor gives up on a picture when the machine is busy; the page is as it was
QUIET = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
    "--js-flags=--no-opt --no-maglev",  # no page is open long enough to earn what compiling axe better costs
)


def program() -> str:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise RuntimeError("Chromium is not installed: run `make test`, or install chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; closed at the end."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page in screenshots/<name>.png, to be looked at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    for left in reversed(range(TRIES)):
        try:
            page.screenshot(path=path, full_page=True)
        except Error as error:
            if not left or "Unable to capture screenshot" not in error.message:
                raise
            page.wait_for_timeout(500)
        else:
            break
    return path
