"""House rules that no linter knows. Each failure says what to do instead."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hrd_cases.settings import ROOT

PACKAGE = ROOT / "hrd_cases"
LOCKS = sorted(ROOT.glob("requirements*.lock"))
WEB = ("flask", "flask_babel", "flask_login", "werkzeug", "wtforms", "jinja2")
# Written in pieces, so that this file does not name them itself.
REGISTRIES = tuple(
    "".join(parts) for parts in (("py", "pi.org"), ("npm", "js.org"), ("python", "hosted.org"), ("npm", "js.com"))
)


@cache
def house_files() -> tuple[Path, ...]:
    """Every text file of the repository, as git knows it (ignored ones are not of the house)."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return tuple(
        path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file() and is_text(path)
    )


def is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def within(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def environment_readers(code: ast.AST) -> Iterator[int]:
    """Lines that read the process's environment."""
    names = {"environ", "environb", "getenv", "getenvb"}
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute) and node.attr in names and getattr(node.value, "id", "") == "os":
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "os" and names & {name.name for name in node.names}:
            yield node.lineno


def imported(code: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, first part of the package) of every import."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name.split(".")[0]) for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def test_only_settings_reads_the_environment():
    found = [
        f"{within(path)}:{line}"
        for path in modules()
        for line in environment_readers(tree(path))
        if path.name != "settings.py"
    ]
    assert not found, f"take a Settings field instead of reading the environment: {found}"


@pytest.mark.parametrize(
    "planted", ["import os\nos.environ['X']", "import os\nos.getenv('X')", "from os import environ"]
)
def test_the_rule_about_the_environment_sees_each_way(planted: str):
    assert list(environment_readers(ast.parse(planted)))


def makes_a_desk(code: ast.AST) -> bool:
    """Does a module have pages?"""
    return any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Desk" for node in ast.walk(code))


PAGE_SIDE = {"forms", "tries"}
"""What pages alone use: it may read the request."""
SPEAKS = {
    "cover",
    "colleagues",
    "countries",
    "devices",
    "events",
    "happened",
    "in_words",
    "keywords",
    "needs",
    "overview",
    "words",
}
"""What puts something into the reader's words for a page; so does whatever is called `…_words`. It changes nothing."""


def feature_rooms(package: Path = PACKAGE) -> list[Path]:
    """Rooms with pages, by a rule: a package in which somebody makes a desk."""
    return sorted(
        {package / path.relative_to(package).parts[0] for path in package.glob("*/**/*.py") if makes_a_desk(tree(path))}
        - {package / "door"}
    )


def knows_the_web(path: Path) -> Iterator[str]:
    """What a module of a feature room imports that only pages may. Every module is bound that is not a page's."""
    code = tree(path)
    if path.parent.name in ("views", "forms") or path.stem in PAGE_SIDE or makes_a_desk(code):
        return
    speaks = path.stem in SPEAKS or path.stem.endswith("_words")
    banned = [name for name in WEB if not (speaks and name in ("flask_babel", "flask"))]
    banned += ["sqlalchemy"] if path.stem == "rules" else []
    for line, what in imported(code):
        if what in banned:
            yield f"{path.name}:{line} {what}"
    if speaks and any(
        isinstance(node, ast.ImportFrom) and node.module == "hrd_cases.audit.trail" for node in ast.walk(code)
    ):
        yield f"{path.name} records an act"


def test_actions_and_rules_know_no_web():
    rooms = feature_rooms()
    assert {"accounts", "offices", "oversight"} <= {room.name for room in rooms}
    found = [
        f"{room.name}/{broken}"
        for room in rooms
        for path in sorted(room.rglob("*.py"))
        for broken in knows_the_web(path)
    ]
    assert not found, f"raise Refused(N_(…)) and take plain values (or a Session): the view brings them: {found}"


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("actions.py", "from flask_babel import gettext as _"),
        ("facts.py", "from flask import request"),
        ("calendar.py", "def late():\n    import wtforms"),
        ("rules.py", "from sqlalchemy.orm import Session"),
        ("words.py", "from wtforms import Form"),
        ("words.py", "from hrd_cases.audit.trail import record"),
    ],
)
def test_the_rule_about_actions_sees_each_way(tmp_path: Path, name: str, planted: str):
    room = tmp_path / "facilities"
    room.mkdir()
    (room / "desk.py").write_text("from flask import request\ndesk = Desk('facilities')")
    (room / name).write_text(planted)
    assert feature_rooms(tmp_path) == [room]
    assert not list(knows_the_web(room / "desk.py"))
    assert list(knows_the_web(room / name))


def unmarked_refusals(code: ast.AST) -> Iterator[int]:
    """Lines of refusals whose sentences no translator would find, or that were translated too early."""
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
            sentences = [*node.args, *(word.value for word in node.keywords if word.arg == "who_can")]
            if any(not isinstance(one, ast.Call) or getattr(one.func, "id", "") != "N_" for one in sentences):
                yield node.lineno


def test_every_refusal_is_marked_for_the_translators():
    found = [f"{within(path)}:{line}" for path in modules() for line in unmarked_refusals(tree(path))]
    assert not found, f"say Refused(N_(…), N_(…), name=…): it is translated where it is shown: {found}"


@pytest.mark.parametrize(
    "planted", ["Refused(_('No.'))", "Refused('No.')", "Refused(N_('No.'), who_can=f'{name} can.')"]
)
def test_the_rule_about_refusals_sees_each_way(planted: str):
    assert list(unmarked_refusals(ast.parse(planted)))
    assert not list(unmarked_refusals(ast.parse("Refused(N_('No, %(name)s.'), N_('A head can.'), name=name)")))


def test_the_architecture_names_every_room_of_the_import_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    rooms = {room for layer in layers for room in re.findall(r"\w+", layer)}
    table = (ROOT / "docs" / "architecture.md").read_text().split("## The rooms")[1].split("\n## ")[0]
    assert rooms - {name.removesuffix(".py").removesuffix("/") for name in re.findall(r"`([\w./]+)`", table)} == set()


def test_every_link_of_the_documentation_leads_to_a_file_that_is_there():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md"]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text())]
    assert len(links) > 10
    lost = [
        f"{within(page)}: {link}" for page, link in links if "://" not in link and not (page.parent / link).exists()
    ]
    assert not lost


def test_names_are_the_staff_s_nouns():
    empty = re.compile(r"(Manager|Helper|Handler|Utils?)$")
    found = [
        f"{within(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and empty.search(node.name)
    ]
    found += [within(path) for path in modules() if path.stem in {"utils", "util", "helpers", "common", "misc"}]
    assert not found, f"say what it is or does, in a word that staff would know: {found}"


# ---- locks


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_names_versions_and_hashes_only(path: Path):
    text = path.read_text()
    assert "://" not in text, f"{path.name} holds an address: make it with `make lock`"
    entries = re.split(r"\n(?=\S)", text.strip())
    unhashed = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry]
    assert not unhashed, f"{path.name} does not pin these: {unhashed}"


def locked(name: str) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {normal(package): version for package, version in pins}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def asked(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def test_every_dependency_is_in_its_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    run = asked(project["project"]["dependencies"])
    for name, wanted in {
        "requirements.lock": run,
        "requirements-build.lock": run | asked(groups["build"]),
        "requirements-test.lock": run | asked(groups["build"]) | asked(groups["test"]),
    }.items():
        missing = wanted - locked(name).keys()
        assert not missing, f"run `make lock`: {name} lacks {missing}"


def test_the_locks_agree_on_every_version():
    run, build, test = (locked(f"requirements{part}.lock") for part in ("", "-build", "-test"))
    assert run.items() <= build.items() <= test.items(), "run `make lock`: the locks were made at different times"


def test_the_locked_uv_builds_the_project_itself():
    [builder] = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    version = locked("requirements-uv.lock")["uv"]
    assert Requirement(builder).specifier.contains(version), f"uv is {version}: let build-system.requires allow it"


def test_no_lock_of_another_kind_is_kept():
    names = {path.name for path in house_files()}
    assert not names & {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}, (
        "these embed addresses: use `make lock`"
    )


def test_the_npm_lock_names_no_address():
    for path in house_files():
        if path.name == "package-lock.json":
            assert '"resolved"' not in path.read_text(), f"{within(path)}: make it with `python assets/build.py lock`"


# ---- the tree


def test_no_file_names_a_registry_or_a_path_of_this_machine():
    machine = (f"{ROOT}/", f"{Path.home()}/")
    found = [
        f"{within(path)}: {word}"
        for path in house_files()
        for word in (*REGISTRIES, *machine)
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not found, f"the repository speaks of the product alone: {found}"


def test_every_shell_script_stops_at_its_first_failure():
    for path in house_files():
        if path.read_bytes().startswith(b"#!/usr/bin/env bash"):
            assert "set -euo pipefail" in path.read_text(), within(path)
            assert path.stat().st_mode & 0o100, f"chmod +x {within(path)}"
