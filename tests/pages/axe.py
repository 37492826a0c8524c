"""axe-core on a page of system Chromium: `findings(page)` is a list of sentences, empty when axe finds nothing."""

import json
from functools import cache
from typing import Any

from playwright.sync_api import Page

from hrd_cases.settings import ROOT

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What axe was content with is long, and nobody reads it here: it stays in the browser. Of these rules none reads style
# sheets themselves, which axe would copy for every page otherwise; one waits for sound and film.
ASK = """async rules => {
  if (!("axe" in window)) return null;
  const preload = {assets: ["media"]};
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload});
  return JSON.stringify(found.violations);
}"""
SOURCE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands; the page's context must allow scripts (the page itself has none)."""
    page.wait_for_load_state("load")  # a click does not wait for the style sheet of the page it leads to
    found = page.evaluate(ASK, list(RULES))
    if found is None:
        page.evaluate(_source())
        page.add_init_script(_source())  # the pages that are opened here next have it at once
        found = page.evaluate(ASK, list(RULES))
    violations: list[dict[str, Any]] = json.loads(found)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    if not SOURCE.is_file():
        raise RuntimeError("axe-core is not installed: run python assets/build.py")
    return SOURCE.read_text()
