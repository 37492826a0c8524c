"""axe-core on a page of system Chromium: `findings(page)` is a list of sentences, empty when axe finds nothing."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from hrd_cases.settings import ROOT

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SOURCE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands; the page's context must allow scripts (the page itself has none)."""
    page.evaluate(_source())
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", list(RULES))
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    if not SOURCE.is_file():
        raise RuntimeError("axe-core is not installed: run python assets/build.py")
    return SOURCE.read_text()
