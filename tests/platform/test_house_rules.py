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


@pytest.mark.parametrize(("name", "banned"), [("rules.py", (*WEB, "sqlalchemy")), ("actions.py", WEB)])
def test_rules_are_pure_and_actions_know_no_web(name: str, banned: tuple[str, ...]):
    found = [
        f"{within(path)}:{line} {what}"
        for path in PACKAGE.rglob(name)
        for line, what in imported(tree(path))
        if what in banned
    ]
    assert not found, f"{name} takes plain values (or a Session), the view brings them: {found}"


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
