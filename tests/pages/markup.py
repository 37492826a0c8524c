"""What every page's HTML must keep: `faults(html)` is a list of sentences, empty for a good page.

Strict about what our templates promise, not a full validator: nothing inline, nothing fetched from elsewhere, unique
ids, labels, headings in order, well-nested tags, the token first in every form.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
ADDRESSES = frozenset({"href", "src", "action", "formaction", "srcset", "poster", "data", "background"})
REFERENCES = frozenset({"for", "aria-describedby", "aria-labelledby", "aria-controls"})
FORBIDDEN = frozenset({"script", "style", "iframe", "object", "embed", "base", "svg", "font", "center"})
BLOCKS = frozenset({"div", "p", "ul", "ol", "dl", "table", "form", "fieldset", "section", "h1", "h2", "h3", "h4"})
INTERACTIVE = frozenset({"a", "button", "select", "textarea", "summary"})
FIELDS = frozenset({"input", "select", "textarea"})
UNWRITTEN = frozenset({"hidden", "radio", "checkbox", "submit", "file"})
"""Kinds of fields into which nobody writes: nothing is offered there, and nothing spelt."""


def faults(html: str) -> list[str]:
    """Everything wrong with one page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.references: list[str] = []
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.labelled: set[str] = set()
        self.headings: list[int] = []
        self.texts: list[str] = []
        self.awaits_token = False
        self.html: dict[str, str] = {}
        self.title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._check_attributes(tag, attributes, len(attrs))
        self._check_nesting(tag)
        self._note(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
            return
        self.open.pop()
        text = self.texts.pop()
        if self.texts:
            self.texts[-1] += text
        if tag in {"a", "button", "label", "legend", "h1", "h2", "h3", "caption", "th"} and not text.strip():
            self.faults.append(f"<{tag}> says nothing")
        if tag == "title":
            self.title = text
        if tag == "form" and self.awaits_token:
            self.faults.append("a POST form without a token")
            self.awaits_token = False

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data

    def found(self) -> list[str]:
        """The faults seen on the way and those only the whole page shows."""
        whole = list(self.faults)
        whole += [f"<{tag}> is never closed" for tag in self.open]
        whole += [f"the id {name!r} is there {count} times" for name, count in self.ids.items() if count > 1]
        whole += [f"nothing has the id {name!r}" for name in self.references if name not in self.ids]
        whole += [f"{tag} {field.get('name')!r} has no label" for tag, field in self.fields if not self._named(field)]
        whole += self._heading_faults()
        whole += [f"<html> has no {name}" for name in ("lang", "dir") if not self.html.get(name)]
        if not self.title.strip():
            whole.append("the page has no title")
        return whole

    def _named(self, field: dict[str, str]) -> bool:
        return field.get("id") in self.labelled or bool(field.get("aria-label"))

    def _check_attributes(self, tag: str, attributes: dict[str, str], count: int) -> None:
        if tag in FORBIDDEN:
            self.faults.append(f"<{tag}> is not allowed")
        if len(attributes) != count:
            self.faults.append(f"<{tag}> has an attribute twice")
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}=…> is inline code")
            if name in ADDRESSES and re.match(r"\s*(//|[a-z][a-z0-9+.-]*:)", value, re.IGNORECASE):
                self.faults.append(f"<{tag} {name}={value!r}> leads out of this server")
        if tag == "img" and "alt" not in attributes:
            self.faults.append("an <img> without alt")
        if tag == "th" and "scope" not in attributes:
            self.faults.append("a <th> without scope")
        if tag == "button" and "type" not in attributes:
            self.faults.append("a <button> without type")

    def _check_nesting(self, tag: str) -> None:
        if "p" in self.open and tag in BLOCKS:
            self.faults.append(f"<{tag}> inside <p>")
        if tag == "form" and "form" in self.open:
            self.faults.append("a <form> inside a <form>")
        if tag in INTERACTIVE and INTERACTIVE.intersection(self.open):
            self.faults.append(f"<{tag}> inside another thing to press")
        if tag == "li" and (not self.open or self.open[-1] not in {"ul", "ol"}):
            self.faults.append("a <li> outside a list")
        if self.open and self.open[-1] in {"ul", "ol"} and tag != "li":
            self.faults.append(f"<{tag}> directly inside <{self.open[-1]}>")

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "html":
            self.html = attributes
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        for name in REFERENCES.intersection(attributes):
            self.references += attributes[name].split()
        if attributes.get("href", "").startswith("#"):
            self.references.append(attributes["href"][1:])
        if tag == "label" and attributes.get("for"):
            self.labelled.add(attributes["for"])
        if tag in FIELDS:
            self._note_field(tag, attributes)
        if tag == "form":
            self.awaits_token = attributes.get("method", "get").lower() == "post"
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def _note_field(self, tag: str, attributes: dict[str, str]) -> None:
        if self.awaits_token and attributes.get("name") != "csrf_token":
            self.faults.append(f"the form's first field is {attributes.get('name')!r}, not the token")
        self.awaits_token = False
        if attributes.get("type") != "hidden":
            self.fields.append((tag, attributes))
        if tag in {"input", "textarea"} and attributes.get("type") not in UNWRITTEN:
            kept = [name for name in ("autocomplete", "spellcheck") if name not in attributes]
            self.faults += [f"{attributes.get('name')!r} does not say {name}" for name in kept]

    def _heading_faults(self) -> list[str]:
        if self.headings.count(1) != 1:
            return [f"the page has {self.headings.count(1)} first headings"]
        first = self.headings.index(1)
        faults = [f"h{level} before the first heading" for level in self.headings[:first] if level != 2]
        steps = pairwise(self.headings[first:])
        return faults + [f"h{below} follows h{above}" for above, below in steps if below > above + 1]
