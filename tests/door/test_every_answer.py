"""What every answer carries, and what is refused before anything is read."""

from __future__ import annotations

import fcntl
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select, table, update

from hrd_cases import tables
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import name_of
from hrd_cases.app import create_app
from hrd_cases.audit.models import AuditEntry
from hrd_cases.door import guards
from hrd_cases.door.places import places
from hrd_cases.errors import Refused
from tests.conftest import throw_away_settings
from tests.world import BASE, World

TOO_LARGE = 1_000_001


def _answers(world: World) -> dict[int, Any]:
    """One answer of each status, as a browser can provoke it."""
    officer, stranger = world.client("officer.cairo"), world.client()
    return {
        200: officer.get("/"),
        303: stranger.get("/"),
        400: officer.post("/account/language", token="0" * 64),
        401: _locked(world),
        403: officer.get("/running"),
        404: officer.get("/nowhere"),
        405: officer.client.put("/", base_url=BASE),
        409: _raising(world, Refused("It is done already.", "Nobody needs to do it again.")),
        413: officer.post("/account/language", {"language": "x" * TOO_LARGE}),
        422: officer.post("/account/language", {"language": "tlh"}),
        429: _hurried(world),
        500: _raising(world, ZeroDivisionError("a secret in a message")),
    }


def _locked(world: World) -> Any:
    deputy = world.client("deputy.cairo")
    with world.database.main.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.id == name_of(deputy.cookie())).values(sealed=None))
    return deputy.get("/offices")


def _hurried(world: World) -> Any:
    stranger = world.client()
    stranger.get("/sign-in")
    for _ in range(9):
        answer = stranger.post("/sign-in", {"sign_in": "nobody.anywhere", "passphrase": "x", "code": "000000"})
    return answer


def _raising(world: World, error: Exception) -> Any:
    """The answer when something in the house raises `error`."""
    kept = world.app.view_functions["health.alive"]

    def falls() -> Any:
        raise error

    world.app.view_functions["health.alive"] = falls
    try:
        return world.client().get("/healthz")
    finally:
        world.app.view_functions["health.alive"] = kept


def test_every_status_is_answered_with_the_same_protection(world: World) -> None:
    answers = _answers(world)
    for status, answer in answers.items():
        assert answer.status_code == status, f"wanted {status}: {answer.text[:200]}"
        for name, value in guards.HEADERS.items():
            assert answer.headers[name] == value, f"{status} without {name}"
        assert "no-store" in answer.headers["Cache-Control"], status
        assert answer.headers["Server"] == "web"  # neutral: without it the server says its own name
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        for inline in ("<script", "<style", " style=", " onclick="):
            assert inline not in answer.text, status
    assert "secret" not in answers[500].text
    assert int(answers[429].headers["Retry-After"]) > 0
    assert answers[405].headers["Allow"]


def test_https_installations_say_so_for_two_years(world: World, tmp_path: Any) -> None:
    over_https = create_app(throw_away_settings(tmp_path / "https", https=True))
    answer = over_https.test_client().get("/healthz", base_url="https://127.0.0.1")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "Strict-Transport-Security" not in world.client().get("/healthz").headers


def test_the_cookie_is_strict_secure_unreadable_and_bound_to_the_host(world: World) -> None:
    set_cookie = world.client().get("/sign-in").headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in set_cookie
    for absent in ("Domain", "Expires", "Max-Age"):
        assert absent not in set_cookie


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_is_given_no_cookie_and_cannot_post(world: World, site: str) -> None:
    from_there: Any = {"Sec-Fetch-Site": site}
    asked = world.client().get("/sign-in", **from_there)
    assert "Set-Cookie" not in asked.headers
    for endpoint, path in _posts(world.app):
        answer = world.client("officer.cairo").post(path, **from_there)
        assert answer.status_code == 400, endpoint
        assert "Set-Cookie" not in answer.headers, endpoint


def test_a_strange_or_hidden_origin_cannot_post(world: World) -> None:
    for origin in ("null", "http://evil.example", "http://127.0.0.1.evil.example", "http://127.0.0.1:81"):
        client = world.client("officer.cairo").client
        fields = {guards.TOKEN_FIELD: "0" * 64}
        answer = client.post("/account/language", base_url=BASE, data=fields, headers={"Origin": origin})
        assert answer.status_code == 400, origin


def test_no_form_is_taken_without_the_token_of_its_own_session(world: World) -> None:
    other = world.client("deputy.cairo").token()
    for endpoint, path in _posts(world.app):
        if places[endpoint].always:
            continue
        for token in ("", "0" * 64, other):
            answer = world.client("officer.cairo").post(path, token=token)
            assert answer.status_code in (400, 403, 404), f"{endpoint} took {token[:8]!r}"


def _posts(app: Flask) -> list[tuple[str, str]]:
    """Every route that takes a form, with an address that needs no row."""
    nobody = "00000000-0000-4000-8000-000000000000"
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            built = rule.build({name: 1 if name == "number" else nobody for name in rule.arguments})
            assert built is not None
            found.append((rule.endpoint, built[1]))
    assert len(found) > 20
    return found


class _Unread:
    """A body that must not be read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read before it was refused")

    readline = read


def test_a_form_that_is_too_large_or_has_no_length_is_refused_unread(world: World) -> None:
    cookie = f"{guards.COOKIE}={world.demonstration.cookies['officer.cairo']}"
    for length in (str(TOO_LARGE), None):
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/account/language",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "wsgi.input": _Unread(),
            "wsgi.url_scheme": "http",
            "wsgi.input_terminated": True,
            "wsgi.errors": None,
        } | ({"CONTENT_LENGTH": length} if length else {})
        assert _status_of(world.app, environ).startswith("413"), length


def _status_of(app: Flask, environ: dict[str, Any]) -> str:
    statuses: list[str] = []

    def begin(status: str, *_: object) -> Any:
        statuses.append(status)

    list(app(environ, begin))
    return statuses[0]


def test_an_unknown_host_is_refused(world: World) -> None:
    answer = world.client("officer.cairo").client.get("/", base_url=BASE, headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_no_method_but_get_and_post_is_answered(world: World, method: str) -> None:
    answer = world.client("officer.cairo").client.open("/account", base_url=BASE, method=method)
    assert answer.status_code == 405


def test_asking_changes_nothing_but_the_trail_and_the_session(world: World) -> None:
    changing = {"audit_entries", "audit_head", "audit_subjects", "sessions", "key_rings"}
    officer = world.client("officer.cairo")
    officer.get("/")
    before = _contents(world)
    for rule in world.app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or ()) and rule.endpoint in places:
            officer.get(rule.rule)
    after = _contents(world)
    assert {name for name in before if before[name] != after[name]} <= changing


def _contents(world: World) -> dict[str, Any]:
    with world.database.main.engine.connect() as connection:
        return {name: _rows(connection, name) for name in tables.metadata().tables}


def _rows(connection: Connection, name: str) -> Any:
    everything = select(func.count()).select_from(table(name))
    return connection.scalar(everything), connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall()


def test_a_forged_forwarding_header_does_not_change_whom_we_slow_down(world: World) -> None:
    stranger = world.client()
    stranger.get("/sign-in")
    form = {"sign_in": "officer.cairo", "passphrase": "x", "code": "000000"}
    for number in range(9):
        forged: Any = {"X-Forwarded-For": f"203.0.113.{number}"}
        answer = stranger.post("/sign-in", form, **forged)
    assert answer.status_code == 429


class _GateWatcher(io.BytesIO):
    """A body that notes, whenever it is read, whether somebody holds the write gate."""

    def __init__(self, body: bytes, gate: Path) -> None:
        super().__init__(body)
        self._gate = gate
        self.held: list[bool] = []

    def _look(self) -> None:
        with self._gate.open("rb") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.held.append(False)
            except BlockingIOError:
                self.held.append(True)

    def read(self, size: int | None = -1) -> bytes:
        self._look()
        return super().read(size)

    def readinto(self, buffer: Any) -> int:
        self._look()
        return super().readinto(buffer)


def test_whoever_sends_their_form_slowly_keeps_nobody_waiting(world: World) -> None:
    gate = Path(f"{world.database.main.url.database}.gate")
    for _, path in _posts(world.app):
        body = _GateWatcher(b"x=1&" * 3, gate)
        world.app.test_client().post(
            path,
            base_url=BASE,
            input_stream=body,
            content_type="application/x-www-form-urlencoded",
            content_length=12,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert body.held, path
        assert not any(body.held), path


def test_files_are_not_taken_where_no_form_asks_for_them(world: World) -> None:
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx\r\n--cut--\r\n'
    sent: Any = {"base_url": BASE, "data": body, "content_type": "multipart/form-data; boundary=cut"}
    answer = world.client("officer.cairo").client.post("/account/language", **sent)
    assert answer.status_code == 400


def test_a_form_that_is_refused_leaves_its_trace(world: World) -> None:
    world.client("officer.cairo").post("/account/language", {"language": "tlh"})
    with world.database.main.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert last.event == "act_refused"
    assert last.actor_id == world.demonstration.members["officer.cairo"]


def test_a_name_typed_into_an_address_is_not_in_the_trail(world: World) -> None:
    officer = world.client("officer.cairo")
    case = "11111111-1111-4111-8111-111111111111"
    for path in (f"/cases/{case}/add/Amal-Nobody", f"/cases/{case}/step/Amal-Nobody", "/cases/Amal-Nobody"):
        assert officer.get(path).status_code == 404
        assert officer.post(path, {"text": "x"}).status_code == 404
    with world.database.main.reading() as session:
        bodies = list(session.scalars(select(AuditEntry.body)))
    assert any(case.encode() in body for body in bodies)
    assert not any(b"Amal-Nobody" in body for body in bodies)


def test_a_style_sheet_that_is_not_there_is_not_kept(world: World) -> None:
    answer = world.client().get("/static/nothing.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_an_origin_that_is_no_address_is_another_site(world: World) -> None:
    broken: Any = {"Origin": "http://[::1"}
    answer = world.client().client.get("/sign-in", base_url=BASE, headers=broken)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_form_is_asked_for_or_sent_and_nothing_in_between(world: World) -> None:
    assert world.client("officer.cairo").client.head("/sign-out", base_url=BASE).status_code == 405
    assert world.client().client.head("/healthz", base_url=BASE).status_code == 200
