"""A form as a browser without scripts would send it: what stands in its fields, and what somebody types over it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from tests.scriptless import Browser

LEFT_OUT = ("csrf_token", "kept_form")


class _Fields(HTMLParser):
    """The fields of the form that carries the entry it was made from."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._area = self._select = ""
        self._chosen: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
        elif tag == "input" and said.get("name"):
            ticked = said.get("type") not in ("checkbox", "radio") or "checked" in said
            if ticked:
                self.forms[-1].append((said["name"], said.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = said["name"], []
        elif tag == "select":
            self._select, self._chosen = said["name"], None
        elif tag == "option" and ("selected" in said or self._chosen is None):
            self._chosen = said["value"]  # without a choice a browser sends the first

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.forms[-1].append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""
        elif tag == "select":
            self.forms[-1].append((self._select, self._chosen or ""))


def fields_of(page: str, *, nth: int | None = None) -> dict[str, Any]:
    """Name → what stands there; a list where several stand under one name. Of several forms (a page on which two wrote
    the same offers both texts, then mine alone) the last, or the `nth`.
    """
    parser = _Fields()
    parser.feed(page)
    found_forms = [form for form in parser.forms if any(name == "made_from" for name, _ in form)]
    assert len(found_forms) == 1 or "typed_over" in page
    form = found_forms[-1 if nth is None else nth]
    found: dict[str, Any] = {}
    for name, value in form:
        if name not in LEFT_OUT:
            found.setdefault(name, []).append(value)
    return found


def fill(browser: Browser, path: str, **typed: Any) -> Any:
    """Open a form, type over what stands there, send it."""
    page = browser.get(path)
    assert page.status_code == 200, page.text[:300]
    return browser.post(path, fields_of(page.text) | typed)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]
