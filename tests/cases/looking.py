"""Pages looked at in a browser: opened as somebody, walked by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page

from hrd_cases.door import guards
from tests.journeys.conftest import Town


def browser_of(town: Town, sign_in: str, size: tuple[int, int], mode: str) -> Page:
    """A browser that may run axe; the pages themselves have no scripts."""
    context = town.browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if mode == "dark" else "light",
        base_url=town.address,
        bypass_csp=True,
    )
    cookie = town.world.demonstration.cookies[sign_in]
    context.add_cookies([{"name": guards.COOKIE, "value": cookie, "domain": "127.0.0.1", "path": "/", "secure": True}])
    town.contexts.append(context)
    return context.new_page()


def by_keyboard(page: Page, name: str) -> None:
    """From the top of the page to a link or button of this name, and onto it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
            .strip()
            .startswith(name)
        ):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"nobody comes to {name!r} by keyboard")
