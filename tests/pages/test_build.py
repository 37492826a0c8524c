"""The built style sheets: both directions, nothing fetched, colours one can read, a lock without addresses."""

import re
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest

from hrd_cases.settings import ROOT

SHEETS = ("app.css", "app.rtl.css")
COLOUR = re.compile(r"(--(?:app|govuk)-[\w-]+):\s*(#[0-9a-f]{3,6})\b", re.IGNORECASE)
TEXT, EDGE = 4.5, 3.0
GOVUK = "--govuk-{}-colour"
PAIRS = [
    (GOVUK.format(text), ground, TEXT)
    for text in ("text", "secondary-text", "link", "link-visited", "link-hover", "error", "success")
    for ground in (GOVUK.format("body-background"), "--app-quiet", GOVUK.format("template-background"))
] + [
    ("--app-bar-text", "--app-bar", TEXT),
    ("--app-button-text", "--app-button", TEXT),
    ("--app-button-text", "--app-button-hover", TEXT),
    ("--app-second-text", "--app-second", TEXT),
    ("--app-second-text", "--app-second-hover", TEXT),
    ("--app-danger-text", "--app-danger", TEXT),
    ("--app-danger-text", "--app-danger-hover", TEXT),
    ("--app-panel-text", "--app-panel", TEXT),
    ("--app-demonstration-text", "--app-demonstration", TEXT),
    *(
        (f"--app-tag-{kind}-text", f"--app-tag-{kind}", TEXT)
        for kind in ("neutral", "good", "waiting", "attention", "danger")
    ),
    (GOVUK.format("text"), "--app-field", TEXT),
    (GOVUK.format("inverse-text"), GOVUK.format("brand"), TEXT),
    (GOVUK.format("inverse-text"), GOVUK.format("success"), TEXT),
    (GOVUK.format("inverse-text"), GOVUK.format("link"), TEXT),
    (GOVUK.format("focus-text"), GOVUK.format("focus"), TEXT),
    (GOVUK.format("input-border"), GOVUK.format("body-background"), EDGE),
    (GOVUK.format("input-border"), "--app-field", EDGE),
    (GOVUK.format("brand"), GOVUK.format("body-background"), EDGE),
    ("--app-button", GOVUK.format("body-background"), EDGE),
    ("--app-danger", GOVUK.format("body-background"), EDGE),
    ("--app-second-shadow", GOVUK.format("body-background"), EDGE),
]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """assets/build.py, which is a script and belongs to no package."""
    loader = SourceFileLoader("assets_build", str(ROOT / "assets" / "build.py"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def built(name: str) -> str:
    return (ROOT / "assets" / "build" / name).read_text()


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_makes_the_browser_fetch_nothing(name: str, build: ModuleType) -> None:
    assert not build.FETCHES.search(built(name))
    assert "crest" not in built(name)
    assert "GDS Transport" not in built(name)


@pytest.mark.parametrize("planted", ["a{b:url(x.png)}", "@import 'x';", "@font-face{}", "a{b:image-set('x' 1x)}"])
def test_the_build_refuses_what_would_fetch(planted: str, build: ModuleType, tmp_path) -> None:
    (tmp_path / "app.css").write_text(planted)
    with pytest.raises(build.BuildFailed, match="fetch"):
        build._refuse_fetches(tmp_path / "app.css")


def test_what_was_built_is_current_until_an_input_changes(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = build._stamp()
    assert build.is_current(stamp)
    assert not build.is_current(stamp[::-1])
    assert build._stamp() == stamp


def test_the_two_directions_differ_only_in_direction() -> None:
    left, right = (built(name) for name in SHEETS)
    assert left != right
    assert abs(len(left) - len(right)) < 2_000


def test_the_lock_holds_no_address_and_a_hash_for_every_package() -> None:
    lock = (ROOT / "assets" / "package-lock.json").read_text()
    assert "://" not in lock
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')


def test_the_icon_is_a_small_picture(build: ModuleType) -> None:
    assert build.icon().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(build.icon()) < 1_000


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("above", "ground", "least"), PAIRS)
def test_words_and_edges_stand_out_from_their_ground(above: str, ground: str, least: float, mode: str) -> None:
    colours = palette(mode)
    assert contrast(colours[above], colours[ground]) >= least


def palette(mode: str) -> dict[str, str]:
    """The colours of a mode: the dark ones stand in their own media query and replace the light ones."""
    sheet = built("app.css")
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    colours = dict(COLOUR.findall(re.sub(r"@media print\{:root\{.*?\}\}", "", light)))
    return colours | dict(COLOUR.findall(dark.split("}}", 1)[0])) if mode == "dark" else colours


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
