"""Files with their free pages, secrets, mails, logs, headers and titles: no planted text is found in any of them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from hrd_cases import demo, logs
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import Sessions, name_of
from hrd_cases.errors import Tampered
from hrd_cases.offices import notices
from hrd_cases.offices.models import Office
from hrd_cases.vault.envelope import unwrap
from tests.attacks.leaks import canary, files_below, search
from tests.conftest import throw_away_settings
from tests.world import World

NOTICES = 100


class Planted:
    """Canaries through every field that takes words, and everything the house answered meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.canaries: list[str] = []
        self.answers: list[Any] = []

    def new(self, about: str) -> str:
        self.canaries.append(canary(about))
        return self.canaries[-1]

    def keep(self, answer: Any) -> Any:
        self.answers.append(answer)
        return answer

    def notices(self) -> None:
        cairo = self.world.demonstration.offices["DEL_EGY"]
        desk = self.world.client("desk.hq")
        form = {"subject": self.new("subject"), "text": self.new("text")}
        self.keep(desk.post(f"/offices/{cairo}/notices", form))
        with self.world.acting("desk.hq") as (session, sender):
            for _ in range(NOTICES):
                now = datetime.now(UTC)
                office = session.get_one(Office, cairo)
                notices.send_notice(session, sender, office, self.new("subject"), self.new("text"), now)
        officer = self.world.client("officer.cairo")
        self.keep(officer.get("/"))  # a request takes in so many letters, the next one the others
        today = self.keep(officer.get("/"))
        assert self.canaries[0] in today.text
        assert self.canaries[-1] in today.text

    def a_form_whose_session_died(self) -> None:
        desk = self.world.client("desk.hq")
        cairo = self.world.demonstration.offices["DEL_EGY"]
        with self.world.database.main.writing() as session:
            session.execute(update(SessionRow).where(SessionRow.id == name_of(desk.cookie())).values(sealed=None))
        form = {"subject": self.new("keptsubject"), "text": self.new("kepttext")}
        assert self.keep(desk.post(f"/offices/{cairo}/notices", form)).status_code == 401

    def sign_ins(self) -> None:
        for _ in range(3):
            stranger = self.world.client()
            stranger.get("/sign-in")
            wrong = {"sign_in": self.new("name"), "passphrase": self.new("passphrase"), "code": self.new("code")}
            self.keep(stranger.post("/sign-in", wrong))
        right = {
            "sign_in": "finance.cairo",
            "passphrase": demo.PASSPHRASE,
            "code": demo.current_code("finance.cairo"),
        }
        device = self.new("device").encode("ascii", "ignore").decode()
        agent: Any = {"User-Agent": device}
        assert self.keep(stranger.post("/sign-in", right, **agent)).status_code == 303

    def recoveries(self) -> None:
        stranger = self.world.client()
        stranger.get("/recover/passphrase")
        form = {"sign_in": "officer.cairo", "recovery_code": self.new("recovery"), "code": self.new("code")}
        self.keep(stranger.post("/recover/passphrase", form))

    def lost_ways(self) -> None:
        officer = self.world.client("officer.cairo")
        self.keep(officer.post("/account/language", {"language": self.new("language")}))


@pytest.fixture
def planted(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Planted]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    logs.start(throw_away_settings(world.house.settings.home, log_level="debug"))
    everything = Planted(world)
    everything.notices()
    everything.a_form_whose_session_died()
    everything.sign_ins()
    everything.recoveries()
    everything.lost_ways()
    yield everything
    logs.start(world.house.settings)


def test_no_planted_text_is_found_anywhere(planted: Planted, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert len(planted.canaries) >= 200
    said = capfd.readouterr()
    home = planted.world.house.settings.home
    headers = "\n".join(str(answer.headers) for answer in planted.answers)
    titles = "\n".join("".join(re.findall("<title>.*?</title>", answer.text, re.DOTALL)) for answer in planted.answers)
    texts = [("log", said.err.encode() + said.out.encode()), ("headers", headers.encode()), ("titles", titles.encode())]
    assert search([*files_below(home, tmp_path / "temporary"), *texts], planted.canaries) == []


def test_constant_secrets_of_members_lie_in_no_file(planted: Planted, tmp_path: Path) -> None:
    kept = [*files_below(planted.world.house.settings.home)]
    for name in ("officer.cairo", "finance.cairo"):
        for secret in (
            demo.PASSPHRASE.encode(),
            demo.totp_secret(name),
            planted.world.demonstration.cookies[name].encode(),
        ):
            assert not [where for where, content in kept if secret in content], name


def test_the_control_a_text_planted_in_clear_is_found(planted: Planted) -> None:
    home = planted.world.house.settings.home
    planted.world.database.dispose()
    with sqlite3.connect(next(home.glob("*.db"))) as connection:
        connection.execute("CREATE TABLE careless (words TEXT)")
        connection.execute("INSERT INTO careless VALUES (?)", (planted.canaries[0],))
    connection.close()
    found = search(files_below(home), planted.canaries)
    assert {leak.canary for leak in found} == {planted.canaries[0]}


def test_cookie_and_database_open_nothing_without_the_session_key(world: World, tmp_path: Path) -> None:
    """The cookie alone, the database alone, and both together without the server's session key."""
    cookie = world.demonstration.cookies["officer.cairo"]
    now = datetime.now(UTC)
    with world.database.main.reading() as session:
        assert world.demonstration.sessions.open(session, cookie, now) is not None
        row = session.get_one(SessionRow, name_of(cookie))
        stolen = throw_away_settings(tmp_path / "elsewhere")
        assert stolen.session_key != world.house.settings.session_key
        elsewhere = Sessions(stolen, lambda *_: ("", "UTC"))
        assert elsewhere.open(session, cookie, now) is None
        for guess in (row.id, world.house.settings.session_key, world.house.settings.pepper, cookie.encode()[:32]):
            with pytest.raises(Tampered):
                unwrap(guess, row.sealed or b"", b"")
    shutil.rmtree(tmp_path / "elsewhere")
