"""What a form's own page says of it: what the act is called, whom it is about, its button, and its labels.

Read off the page as it is drawn for its member now: nobody has to say it twice, and nothing planted in a kept form says
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple


class Press(NamedTuple):
    """A button: its words, and its kind as the macro that draws it takes it."""

    words: str
    kind: str


@dataclass
class FormPage:
    """`act`: the page's heading. `about`: the office or person above it, "" if it names none. `labels` by field name;
    `choices` by field name and value. `hidden` are the fields that only machines read, `many` those
    of checkboxes, which alone are sent more than once. `presses`: its buttons that say which of them was pressed, by
    name and value; `button` is the one that says nothing, "" if there is none."""

    act: str = ""
    about: str = ""
    button: str = ""
    kind: str = "primary"
    labels: dict[str, str] = field(default_factory=dict)
    choices: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    many: set[str] = field(default_factory=set)
    presses: dict[tuple[str, str], Press] = field(default_factory=dict)

    def pressed(self, sent: Iterable[tuple[str, str]]) -> Press | None:
        """The button as it was pressed, by what was sent; None if no one button of the page sends this."""
        names = {name for name, _value in self.presses}
        said = [one for one in sent if one[0] in names]
        if not said:
            return Press(self.button, self.kind) if self.button else None
        return self.presses.get(said[0]) if len(said) == 1 else None


def read_form_page(page: str, path: str) -> FormPage | None:
    """The page's form that is sent to `path`. None if there is no such form on it, or it has no button."""
    reader = _Reader(path)
    reader.feed(page)
    reader.close()
    found = reader.page
    return found if found.act and (found.button or found.presses) else None


@dataclass
class _Text:
    """Words that are being read: between this tag and its end."""

    tag: str
    what: str
    key: tuple[str, str]
    words: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Walks our own markup: one `<main>`, labels by `for`, groups by `<legend>`, the token first in every form."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = FormPage()
        self._path = path
        self._in_main = False
        self._in_form = False
        self._legend = [""]
        self._reading: list[_Text] = []
        self._select = ""
        self._ids: dict[str, tuple[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._in_main = True
        if not self._in_main:
            return
        if tag == "h1":
            self._read(tag, "act")
        elif tag == "span" and "govuk-caption-l" in found.get("class", ""):
            self._read(tag, "about")
        elif tag == "form":
            self._in_form = found.get("action", "") in ("", self._path)
        elif self._in_form:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "fieldset":
            self._legend.append("")
        elif tag == "legend":
            self._read(tag, "legend")
        elif tag == "label":
            self._read(tag, "label", (found.get("for", ""), ""))
        elif tag == "input" and found.get("type") == "hidden":
            self.page.hidden.add(name)
        elif tag == "input" and found.get("type") in ("radio", "checkbox"):
            self._ids[found.get("id", "")] = (name, value)
            self.page.labels.setdefault(name, self._legend[-1])
            if found["type"] == "checkbox":
                self.page.many.add(name)
        elif tag in ("input", "textarea", "select"):
            self._ids[found.get("id", "")] = (name, "")
            self.page.labels[name] = self._name_of(found.get("id", ""), self.page.labels.get(name, ""))
            self._select = name if tag == "select" else ""
        elif tag == "option":
            self._read(tag, "option", (self._select, value))
        elif tag == "button":
            self._button(name, value, _kind_of(found))

    def _button(self, name: str, value: str, kind: str) -> None:
        if name:
            self._read("button", "press", (name, value))
            self.page.presses[name, value] = Press("", kind)
        elif not self.page.button:
            self.page.kind = kind
            self._read("button", "button")

    def _name_of(self, control_id: str, before: str) -> str:
        """A label may stand before its control: it waits under the control's id."""
        return self.page.labels.pop(f"#{control_id}", before)

    def _read(self, tag: str, what: str, key: tuple[str, str] = ("", "")) -> None:
        self._reading.append(_Text(tag, what, key))

    def handle_data(self, data: str) -> None:
        if self._reading:
            self._reading[-1].words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._reading and self._reading[-1].tag == tag:
            self._done(self._reading.pop())
        if tag == "form":
            self._in_form = False
        elif tag == "main":
            self._in_main = False
        elif tag == "fieldset" and len(self._legend) > 1:
            self._legend.pop()

    def _done(self, read: _Text) -> None:
        words = " ".join("".join(read.words).split())
        if self._reading and read.what != "about":  # a legend or label that is the page's heading as well
            self._reading[-1].words.append(words)
        if read.what == "act":
            self.page.act = words
        elif read.what == "about":
            self.page.about = words
        elif read.what == "legend":
            self._legend[-1] = words
        elif read.what == "button":
            self.page.button = words
        elif read.what == "press":
            self.page.presses[read.key] = self.page.presses[read.key]._replace(words=words)
        elif read.what == "option":
            self.page.choices[read.key] = words
        else:
            self._label(read.key[0], words)

    def _label(self, control_id: str, words: str) -> None:
        within = self._legend[-1]
        if control_id not in self._ids:
            self.page.labels[f"#{control_id}"] = f"{within}: {words}" if within else words
            return
        name, value = self._ids[control_id]
        if value:
            self.page.choices[name, value] = words
            self.page.labels[name] = within or words
        else:
            self.page.labels[name] = f"{within}: {words}" if within else words


def _kind_of(button: dict[str, str]) -> str:
    return "warning" if "govuk-button--warning" in button.get("class", "") else "primary"
