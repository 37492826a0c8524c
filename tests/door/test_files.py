"""Forms with files at the door: who sends is known before a byte of them is read, and none is ever spooled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import make_response, request
from sqlalchemy import select, update

from hrd_cases.accounts.models import SessionRow
from hrd_cases.door.desk import Desk
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import places
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_application")  # to which routes are added


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What anybody writes to temporary files from now on."""
    found: list[str] = []

    def spool(*_: Any, **__: Any) -> BytesIO:
        found.append("a temporary file")
        return BytesIO()

    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(f"werkzeug.formparser.{name}", spool, raising=False)
    return found


EDGE = b"----edge"


def sent(*files: bytes, token: str, after: bytes = b"") -> bytes:
    def part(head: str, content: bytes) -> bytes:
        return b"--" + EDGE + b"\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"

    taken = b"".join(part('name="documents"; filename="a.txt"', one) for one in files)
    return part('name="csrf_token"', token.encode()) + taken + (after or b"--" + EDGE + b"--\r\n")


def post(world: World, who: str | None, path: str, body: bytes, **headers: str) -> Any:
    browser = world.client(who)
    own = {"Sec-Fetch-Site": "same-origin"} | headers
    kind = f"multipart/form-data; boundary={EDGE.decode()}"
    return browser.client.post(path, base_url="http://127.0.0.1", data=body, content_type=kind, headers=own)


def test_a_form_that_takes_no_files_spools_none(world: World, spooled: list[str]) -> None:
    token = world.client("officer.cairo").token()
    office = world.demonstration.offices["DEL_EGY"]
    answer = post(world, "officer.cairo", f"/offices/{office}/absences", sent(b"x" * 700_000, token=token))
    assert answer.status_code == 400
    assert spooled == []


class Taken:
    """A file that somebody takes."""

    def __init__(self, name: str) -> None:
        self.name, self.length, self.abandoned = name, 0, False
        taken.append(self)

    def write(self, part: bytes) -> int:
        self.length += len(part)
        return len(part)

    def abandon(self) -> None:
        self.abandoned = True


taken: list[Taken] = []


@pytest.fixture
def attic(world: World) -> Iterator[World]:
    """A world with one more form, which takes files."""
    before, desk = dict(places), Desk("attic")
    taken.clear()

    def looked_at() -> list[int]:
        return [file.length for _, file in passage().files if isinstance(file, Taken)]

    @desk.form("/attic", needs=Permission.READ_NOTICE, prepare=looked_at, files=Taken)
    def attic(prepared: list[int] | None) -> Any:
        return (f"{prepared} {request.form.get('about', '')}", 400 if request.args else 200)

    @desk.form("/cellar", needs=Permission.INVITE_MEMBER, files=Taken)
    def cellar() -> str:
        return "kept"

    world.app.register_blueprint(desk.blueprint)
    yield world
    places.clear()
    places.update(before)


def token_of(world: World, who: str = "officer.cairo") -> str:
    return world.client(who).token()


def test_files_are_handed_on_as_they_come(attic: World, spooled: list[str]) -> None:
    answer = post(attic, "officer.cairo", "/attic", sent(b"x" * 3_000_000, b"y", token=token_of(attic)))
    assert (answer.status_code, answer.text) == (200, "[3000000, 1] ")
    assert [(one.name, one.abandoned) for one in taken] == [("a.txt", True)] * 2, "what is kept is kept by then"
    assert spooled == []


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [(None, "/attic", 401), ("officer.cairo", "/cellar", 403)],
    ids=["nobody signed in", "not their part"],
)
def test_whoever_may_not_send_sends_nothing(
    attic: World, spooled: list[str], who: str | None, path: str, status: int
) -> None:
    answer = post(attic, who, path, sent(b"x" * 700_000, token=token_of(attic)))
    assert answer.status_code == status
    assert taken == []
    assert spooled == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda _: sent(b"x" * 700_000, token="0" * 64), 400),
        (lambda token: sent(b"x" * 700_000, token=token, after=b"--"), 400),
        (lambda _: b"nonsense" * 100_000, 400),
    ],
    ids=["another token", "broken off", "no form"],
)
def test_what_is_refused_leaves_nothing(attic: World, spooled: list[str], body: Any, status: int) -> None:
    answer = post(attic, "officer.cairo", "/attic", body(token_of(attic)))
    assert answer.status_code == status
    assert all(one.abandoned for one in taken)
    assert spooled == []


def test_another_site_sends_nothing(attic: World, spooled: list[str]) -> None:
    body = sent(b"x" * 700_000, token=token_of(attic))
    assert post(attic, "officer.cairo", "/attic", body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert (taken, spooled) == ([], [])


def test_a_view_that_says_no_leaves_nothing(attic: World) -> None:
    answer = post(attic, "officer.cairo", "/attic?no=1", sent(b"x" * 700_000, token=token_of(attic)))
    assert answer.status_code == 400
    assert [one.abandoned for one in taken] == [True]


def test_a_session_does_not_lock_while_its_member_sends(attic: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrd_cases.door.arrivals.BEATS_EVERY", 0.0)
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    with attic.database.main.writing() as session:
        session.connection().execute(update(SessionRow).values(seen_at=long_ago))
    with monkeypatch.context() as held:
        held.setattr("hrd_cases.door.walk._carried_out", lambda *_: make_response("not carried out"))
        post(attic, "officer.cairo", "/attic", sent(b"x" * 700_000, token=token_of(attic)))
    with attic.database.main.reading() as session:
        seen = session.scalars(select(SessionRow.seen_at)).all()
    assert [at for at in seen if at > long_ago] == [max(seen)]


def test_the_same_form_without_files_is_a_form(attic: World) -> None:
    answer = attic.client("officer.cairo").post("/attic", {"about": "x"})
    assert (answer.status_code, answer.text) == (200, "[] x")
