"""An installation begins: once, with founders who enrol by invitation, and without a secret on the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hrd_cases import installation, migrate
from hrd_cases.accounts.models import Invitation, Member
from hrd_cases.app import create_app
from hrd_cases.audit.models import AuditEntry
from hrd_cases.db import Database
from hrd_cases.errors import Unfit
from hrd_cases.offices.models import Office
from hrd_cases.settings import SERVER_SECRETS, load_settings
from tests.cli.conftest import FOUNDERS, Shell
from tests.conftest import throw_away_settings

CODE = re.compile(r"^(\S+) +([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})$", re.MULTILINE)


def init(shell: Shell, *words: str, answers: str = "") -> tuple[int, str, str]:
    result = shell("init", "--seat", "Brussels", "--zone", "Europe/Brussels", *words, answers=answers)
    return result.exit_code, result.stdout, result.stderr


def test_an_installation_begins_with_its_founders_codes(begun: Shell, database: Database, home: Path):
    with database.main.reading() as session:
        assert installation.is_demonstration(session) is False
        office = session.scalars(select(Office)).one()
        assert (office.code, office.kind, office.seat, office.zone) == (
            "HQ", "headquarters", "Brussels", "Europe/Brussels",
        )  # fmt: skip
        members = {m.sign_in: m.invited_role for m in session.scalars(select(Member))}
        assert members == {
            "head1.hq": "headquarters_head", "head2.hq": "headquarters_head",
            "keeper1.hq": "custodian", "keeper2.hq": "custodian",
        }  # fmt: skip
        assert len(list(session.scalars(select(Invitation)))) == 4
    assert not migrate.behind(database.main)
    assert {path.name for path in (home / "secrets").iterdir()} == set(SERVER_SECRETS)


def test_what_was_done_was_done_by_the_operator(begun: Shell, database: Database):
    with database.main.reading() as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    assert {(entry.actor, entry.actor_id) for entry in entries} == {("operator", None)}
    assert [entry.event for entry in entries] == ["installation_begun", "office_opened", *["member_invited"] * 4]


def test_only_codes_are_printed_and_what_they_are_good_for(shell: Shell, home: Path):
    status, said, complained = init(shell, *FOUNDERS)
    assert (status, complained) == (0, "")
    assert [name for name, _ in CODE.findall(said)] == ["head1.hq", "head2.hq", "keeper1.hq", "keeper2.hq"]
    rest = CODE.sub("", said).strip()
    assert rest == ("A code opens one enrolment within 48 hours and nothing else. Hand it over in person or by phone.")
    for secret in (home / "secrets").iterdir():
        assert secret.read_text().strip() not in said


def test_names_are_asked_for_when_they_are_not_given(shell: Shell):
    result = shell("init", answers="Brussels\n\nhead1.hq head2.hq\nkeeper1.hq keeper2.hq\n")
    assert result.exit_code == 0, result.output
    assert len(CODE.findall(result.stdout)) == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (FOUNDERS[2:], "Two heads found headquarters together: name at least two (--head NAME --head NAME)."),
        (FOUNDERS[:6], "Two to six custodians keep the circles: name them (--custodian NAME --custodian NAME)."),
        (
            (*FOUNDERS, *(word for n in range(3, 8) for word in ("--custodian", f"keeper{n}.hq"))),
            "Two to six custodians keep the circles: name them (--custodian NAME --custodian NAME).",
        ),
        (
            (*FOUNDERS, "--custodian", " HEAD1.hq"),
            "Every head and custodian is another person: give each a sign-in name of their own.",
        ),
        (
            (*FOUNDERS, "--zone", "Brussels/Grand-Place"),
            "Brussels/Grand-Place is no time zone: give an IANA name such as Europe/Brussels.",
        ),
    ],
)
def test_what_cannot_begin_is_one_sentence_and_leaves_nothing(
    shell: Shell, home: Path, words: tuple[str, ...], sentence: str
):
    assert init(shell, *words) == (1, "", f"{sentence}\n")
    assert not home.exists()


def test_a_name_that_cannot_sign_in_begins_nothing(shell: Shell):
    status, said, complained = init(shell, *FOUNDERS, "--head", "Head Three")
    assert (status, said) == (1, "")
    assert complained.startswith("A sign-in name has 3 to 40 letters")
    assert init(shell, *FOUNDERS)[0] == 0


def test_an_installation_begins_once(begun: Shell, database: Database):
    assert init(begun, *FOUNDERS) == (1, "", "This installation has begun already; nothing was changed.\n")
    with database.main.reading() as session:
        assert len(list(session.scalars(select(Member)))) == 4


def test_a_demonstration_s_home_is_not_taken(shell: Shell, home: Path):
    home.mkdir()
    (home / "demonstration").write_text("This is a demonstration.\n")
    assert init(shell, *FOUNDERS)[2] == (
        f"{home} belongs to a demonstration: give the installation a HRD_HOME of its own.\n"
    )


def test_settings_of_a_demonstration_begin_nothing_real(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HRD_DEMONSTRATION", "true")
    assert "a real installation begins without that" in init(shell, *FOUNDERS)[2]


# -- the mark is for good


@pytest.fixture
def real(begun: Shell, home: Path) -> Path:
    return home


def test_a_real_installation_is_never_started_as_a_demonstration(real: Path):
    with pytest.raises(Unfit, match="This is a real installation: it is not started as a demonstration"):
        create_app(throw_away_settings(real, demonstration=True))


def test_the_demonstration_does_not_enter_a_real_installation(
    begun: Shell, database: Database, monkeypatch: pytest.MonkeyPatch
):
    assert "Only a demonstration takes the sample world" in begun("demo", "load").stderr
    monkeypatch.setenv("HRD_DEMONSTRATION", "true")
    result = begun("demo", "load")
    assert (result.exit_code, "real installation" in result.stderr) == (1, True)
    with database.main.reading() as session:
        assert len(list(session.scalars(select(Member)))) == 4


def test_a_demonstration_shows_its_banner_whatever_the_settings_say(tmp_path: Path):
    settings = throw_away_settings(tmp_path / "home")
    marked = Database(settings.database_url, settings.shred_url)
    migrate.prepare(marked)
    app = create_app(settings)
    banner = "All people and cases here are invented."
    assert banner not in app.test_client().get("/sign-in").text
    with marked.main.writing() as session:
        installation.begin(session, demonstration=True, now=datetime.now(UTC))
    assert banner in app.test_client().get("/sign-in").text
    assert banner in create_app(settings).test_client().get("/no-such-page").text
    marked.dispose()


def test_a_demonstration_is_served_on_this_machine_alone(tmp_path: Path):
    settings = throw_away_settings(tmp_path / "home", https=True)
    marked = Database(settings.database_url, settings.shred_url)
    migrate.prepare(marked)
    with marked.main.writing() as session:
        installation.begin(session, demonstration=True, now=datetime.now(UTC))
    marked.dispose()
    with pytest.raises(Unfit, match="a demonstration for good: it is served on loopback only"):
        create_app(throw_away_settings(tmp_path / "home", https=True, bind="0.0.0.0"))


# -- check-config


def test_a_fit_installation_is_said_to_be_fit(begun: Shell, home: Path):
    result = begun("check-config")
    assert result.exit_code == 0, result.output
    assert "All of it is fit. The installation is a real one." in result.stdout
    for name in SERVER_SECRETS:
        assert re.search(rf"^{name} +set$", result.stdout, re.MULTILINE)
        assert (home / "secrets" / name).read_text().strip() not in result.stdout


@pytest.mark.parametrize(
    ("version", "warned"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_an_old_sqlite_is_named(begun: Shell, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], warned: bool):
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    result = begun("check-config")
    assert (result.exit_code, "may, very rarely, lose a write" in result.stdout) == (0, warned)


def test_a_password_in_an_address_is_hidden(begun: Shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HRD_DATABASE_URL", "postgresql+psycopg://hrd:geheim@127.0.0.1:1/none")
    result = begun("check-config")
    assert result.exit_code == 1
    assert "geheim" not in result.output
    assert "postgresql+psycopg://hrd:***@127.0.0.1:1/none" in result.stdout
    assert result.stderr == "The database did not do it (OperationalError): is it there, and is it ours?\n"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("HRD_PORT", "many", "The setting HRD_PORT must be a whole number from 1 to 65535."),
        ("HRD_COLOUR", "blue", "HRD_COLOUR is no setting of this system."),
        ("HRD_PEPPER", "aa", "HRD_PEPPER holds a secret: put it in a file and name that in HRD_PEPPER_FILE."),
    ],
)
def test_unfit_settings_are_one_sentence(
    begun: Shell, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
):
    monkeypatch.setenv(variable, value)
    for command in (("check-config",), ("serve",), ("scheduler",), ("db", "upgrade"), ("office", "list")):
        result = begun(*command)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n"), command


def test_without_secrets_the_operator_is_told_of_init(shell: Shell, home: Path):
    result = shell("serve")
    assert result.exit_code == 1
    assert result.stderr.endswith("does not exist: `hrd-cases init` makes a new installation's secrets.\n")


def test_what_is_written_is_for_this_account_alone(begun: Shell, home: Path):
    load_settings()
    open_to_others = [path for path in home.rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []
