"""Every visible string goes through gettext: in every template, and extraction finds it."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from flask.testing import FlaskClient
from flask_babel import force_locale
from jinja2 import nodes
from jinja2.filters import FILTERS

from hrd_cases.settings import ROOT
from tests.pages.gallery import GalleryForm
from tests.world import World

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = frozenset({"aria-label", "alt", "title", "placeholder", "label", "aria-description"})
# what macros give out to be put inside a tag: class names and attributes
PIECE_OF_A_TAG = re.compile(r'aria-[a-z]+=""|(govuk|app)-[\w!-]*')
LETTER = re.compile(r"[^\W\d_]")


def raw_words(source: str) -> list[str]:
    """The words a template shows or has read aloud that no catalogue can translate."""
    reader = _Words()
    reader.feed(JINJA.sub("", source))
    reader.close()
    return reader.words


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        if LETTER.search(PIECE_OF_A_TAG.sub("", data)):
            self.words.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in READ_ALOUD and value and LETTER.search(value)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_shows_no_word_that_cannot_be_translated(path: Path) -> None:
    assert raw_words(path.read_text()) == [], "wrap these words in {{ _('…') }}"


@pytest.mark.parametrize(
    "planted", ["<p>Hello</p>", '<p aria-label="Hello">{{ x }}</p>', "{% if a %}Hello{% endif %}", '<img alt="Hello">']
)
def test_the_check_finds_planted_words(planted: str) -> None:
    assert raw_words(planted) == ["Hello"]
    assert raw_words("<p title=\"{{ _('Hello') }}\">{{ _('Hello') }} – 12 · {# a note #}</p>") == []


def _extracted(template: str) -> set[object]:
    options = {"trimmed": "true", "silent": "false"}
    path = ROOT / "templates" / template
    return {message for _, message, _, _ in extract_from_file("jinja2", path, options=options)}


def test_what_templates_say_is_extracted_plurals_too() -> None:
    assert {"Leave now", "Sign out", "Skip to main content"} <= _extracted("frame.html")
    assert any(isinstance(message, tuple) and len(message) == 2 for message in _extracted("oversight/checked.html"))


@pytest.mark.parametrize("value", ["\n  two\n lines ", "", "  ", "</textarea><b>", "a\n\n"])
def test_a_long_text_comes_back_as_it_was_written(gallery: FlaskClient, value: str) -> None:
    with gallery.application.test_request_context("/ltr/form"):
        source = '{% import "components/fields.html" as fields %}{{ fields.textarea(form.what) }}'
        shown = gallery.application.jinja_env.from_string(source).render(form=GalleryForm(data={"what": value}))
    inside = re.findall(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)
    assert unescape(inside[0]) == "\n" + value  # a browser drops the first line end of a textarea


def test_what_rules_say_no_with_is_extracted() -> None:
    path = str(ROOT / "hrd_cases" / "offices" / "members.py")
    messages = {message for _, message, _, _ in extract_from_file("python", path)}
    assert {"You cannot suspend yourself.", "No invitation is open for %(name)s."} <= messages


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_filter_of_ours_is_put_on_a_fixed_word(path: Path, world: World) -> None:
    """Jinja works it out once, in the language of whoever opens the page first. Put the word into a variable."""
    tree = world.app.jinja_env.parse(path.read_text(encoding="utf-8"))
    fixed = [one for one in tree.find_all(nodes.Filter) if isinstance(one.node, nodes.Const)]
    assert [(one.name, one.lineno) for one in fixed if one.name not in FILTERS] == []


def test_what_is_worked_out_once_would_be_in_one_language(world: World) -> None:
    """Why: the same template, compiled while somebody reads Arabic."""
    fixed, held = "{{ 'critical' | risk_name }}", "{% set one = 'critical' %}{{ one | risk_name }}"
    for source, kept in ((fixed, True), (held, False)):
        with world.app.test_request_context(), force_locale("ar"):
            template = world.app.jinja_env.from_string(source)
        with world.app.test_request_context(), force_locale("fr"):
            assert (template.render() == "خطر حرج") == kept
            assert (template.render() == "Risque critique") != kept
