"""A browser for tests that need none: it asks the application itself."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from hrd_cases.door import guards

BASE = "http://127.0.0.1"


@dataclass
class Browser:
    """A browser without scripts: it keeps its cookie and sends the token of its forms."""

    app: Flask
    client: FlaskClient

    def get(self, path: str, **headers: str) -> Any:
        return apart(self.client.get, path, base_url=BASE, headers={"Sec-Fetch-Site": "same-origin"} | headers)

    def post(self, path: str, form: dict[str, Any] | None = None, *, token: str | None = None, **headers: str) -> Any:
        """Send a form with this cookie's token (or `token`)."""
        fields = {guards.TOKEN_FIELD: self.token() if token is None else token} | (form or {})
        own = {"Sec-Fetch-Site": "same-origin"}
        return apart(self.client.post, path, base_url=BASE, data=fields, headers=own | headers)

    def sign(self, path: str, form: dict[str, Any] | None = None) -> Any:
        """Read the change that waits for a signature, then sign what was read."""
        read = re.search(r'name="read" value="(\w+)"', self.get(path).text)
        return self.post(path, {"read": read.group(1) if read else ""} | (form or {}))

    def token(self) -> str:
        cookie = self.cookie()
        return guards.token_of(cookie) if cookie else ""

    def cookie(self) -> str:
        found = self.client.get_cookie(guards.COOKIE, domain="127.0.0.1")
        return found.value if found is not None else ""


def apart(ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Each request has an application context of its own, as on a server: the test's own would lend it its `g`."""
    return contextvars.Context().run(ask, *args, **kwargs)
