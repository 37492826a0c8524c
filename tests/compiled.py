"""The applications of a test run differ in what they stand over alone: their pages and addresses are compiled once.

Each test has an application of its own, and so have the servers it starts. Most of the time of a test that asks for a
page would otherwise go into compiling the same templates and the same addresses again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

WHERE = "TEMPLATES_COMPILED_FOR_TESTS"
"""Where the compiled templates of this test run lie: its workers and servers find them too."""


def begin() -> str | None:
    """Make the place; None if the run already has one."""
    if WHERE in os.environ:
        return None
    os.environ[WHERE] = tempfile.mkdtemp(prefix="hrd-templates-")
    return os.environ[WHERE]


def end(place: str) -> None:
    del os.environ[WHERE]
    shutil.rmtree(place, ignore_errors=True)


def compiled_once(app: Flask) -> Flask:
    """This application, with the templates that were compiled before. They are told apart by what they say."""
    if WHERE in os.environ:
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[WHERE])
    return app


def addresses_compiled_once() -> None:
    """What builds an address hangs on the words of its rule alone, where nothing in it has a default."""
    original: Callable[..., Any] = Rule._compile_builder
    builders: dict[tuple[object, ...], Any] = {}

    def compile_builder(self: Rule, append_unknown: bool = True) -> Any:
        if self.defaults:
            return original(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in builders:
            builders[key] = original(self, append_unknown)
        return builders[key]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
