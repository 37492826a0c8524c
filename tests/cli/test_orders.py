"""The operator's everyday commands: the databases' schema, offices, invitations, the trail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from sqlalchemy import select, text

from hrd_cases import migrate
from hrd_cases.accounts.credentials import open_address
from hrd_cases.accounts.models import Member
from hrd_cases.audit.models import AuditEntry
from hrd_cases.cli import COMMANDS
from hrd_cases.db import Database
from hrd_cases.offices.models import Office
from hrd_cases.settings import ROOT, load_settings
from tests.cli.conftest import Shell
from tests.served import free_port

OPEN_CAIRO = ("office", "open", "del_egy", "--seat", "Cairo", "--zone", "Africa/Cairo", "--weekend", "Fri, sat")
INVITE = ("member", "invite", "Admin.HQ", "--office", "hq", "--role", "administrator")


def entries(database: Database) -> list[AuditEntry]:
    with database.main.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


# -- db


def test_the_database_is_brought_up_and_checked(begun: Shell):
    assert begun("db", "current").stdout == f"{migrate.head()}\n"
    assert begun("db", "upgrade").stdout == f"The database is at {migrate.head()}.\n"
    assert begun("db", "check").stdout == "The database has this programme's tables.\n"


def test_a_database_that_differs_is_said_to_differ(begun: Shell, database: Database):
    with database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DROP INDEX ix_members_office_id"))
    result = begun("db", "check")
    assert result.exit_code == 1
    assert "ix_members_office_id" in result.stdout
    assert result.stderr == "The database differs from this programme's tables.\n"


@pytest.mark.parametrize("command", [("serve",), ("scheduler",), ("office", "list"), INVITE, ("audit", "verify")])
def test_a_database_that_is_behind_is_not_worked_with(begun: Shell, database: Database, command: tuple[str, ...]):
    with database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    result = begun(*command)
    assert result.exit_code == 1
    assert result.stderr == "The database is not at this programme's schema: run `hrd-cases db upgrade`.\n"


# -- offices and members


def test_an_office_is_opened(begun: Shell, database: Database):
    result = begun(*OPEN_CAIRO)
    assert result.stdout == (
        "DEL_EGY is open. It has no authority before two heads of headquarters sign its charter.\n"
    )
    with database.main.reading() as session:
        cairo = session.scalars(select(Office).where(Office.code == "DEL_EGY")).one()
        assert (cairo.kind, cairo.weekend, cairo.zone) == ("delegation", ["fri", "sat"], "Africa/Cairo")
    assert (entries(database)[-1].event, entries(database)[-1].actor) == ("office_opened", "operator")
    listed = begun("office", "list").stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["DEL_EGY", "delegation", "Cairo"],
        ["HQ", "headquarters", "Brussels"],
    ]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (OPEN_CAIRO, "already"),
        (("office", "open", "x1", "--seat", "Lima", "--zone", "Lima"), "Lima is no time zone"),
        (("office", "open", "x1", "--seat", "Lima", "--zone", "America/Lima", "--weekend", "sunday"), "fri,sat"),
        (("office", "open", "x1", "--seat", "Lima", "--zone", "America/Lima", "--kind", "embassy"), "state"),
    ],
)
def test_an_office_that_cannot_be_opened(begun: Shell, database: Database, words: tuple[str, ...], part: str):
    begun(*OPEN_CAIRO)
    before = len(entries(database))
    result = begun(*words)
    assert result.exit_code == 1
    assert part in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(entries(database)) == before


def test_an_administrator_is_invited(begun: Shell, database: Database):
    result = begun(*INVITE, "--address", "admin@example.org")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("admin.hq ")
    with database.main.reading() as session:
        invited = session.scalars(select(Member).where(Member.sign_in == "admin.hq")).one()
        assert invited.invited_role == "administrator"
        assert open_address(load_settings(), invited) == "admin@example.org"
        assert b"admin@example.org" not in (invited.address_sealed or b"")
    last = entries(database)[-1]
    assert (last.event, last.actor) == ("member_invited", "operator")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("member", "invite", "a.b.c", "--office", "nowhere", "--role", "auditor"), "There is no office NOWHERE"),
        (("member", "invite", "a.b.c", "--office", "hq", "--role", "finance"), "HQ has no finance, only headquarters"),
        (("member", "invite", "no spaces", "--office", "hq", "--role", "auditor"), "A sign-in name has 3 to 40"),
    ],
)
def test_an_invitation_that_cannot_be(begun: Shell, database: Database, words: tuple[str, ...], part: str):
    before = len(entries(database))
    result = begun(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert part in result.stderr
    assert len(entries(database)) == before


def test_a_code_for_nobody_of_the_demonstration_is_a_sentence(begun: Shell):
    result = begun("demo", "code", "nobody.cairo")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Nobody of the demonstration has this sign-in name; hrd-cases demo table lists them.\n"
    assert begun("demo", "code", " Head2.HQ ").stdout.strip().isdigit()


# -- the trail


def test_a_whole_trail_is_said_to_be_whole(begun: Shell, database: Database):
    result = begun("audit", "verify")
    assert result.exit_code == 0
    assert result.stdout == (
        "6 entries, and everything they tell of, are as they were written.\n"
        "No daily count was given (--witness): a whole trail made anew would have passed.\n"
    )
    assert (entries(database)[-1].event, entries(database)[-1].actor) == ("trail_checked", "operator")


def test_what_is_wrong_is_named_and_the_status_tells(begun: Shell, database: Database):
    with database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE audit_entries SET event = 'signed_in' WHERE number = 2"))
    result = begun("audit", "verify")
    assert result.exit_code == 1
    assert result.stdout == "entry 2: this entry's columns say something else than its body\n"
    assert result.stderr == "The check of 6 entries found 1 things wrong.\n"


def test_the_daily_counts_that_were_mailed_are_compared_with_the_trail(begun: Shell, tmp_path: Path):
    witness = tmp_path / "witness"
    witness.write_text(begun("audit", "counts").stdout)
    assert begun("audit", "verify", "--witness", str(witness)).exit_code == 0
    number, _ = witness.read_text().split()
    witness.write_text(f"\n{number} {'ab' * 32}\n")
    result = begun("audit", "verify", "--witness", str(witness))
    assert result.exit_code == 1
    assert f"entry {number}: this entry is not the one that was mailed out" in result.stdout


@pytest.mark.parametrize("line", ["12", "x " + "00" * 32, "\x00\xff"])
def test_a_file_that_holds_no_counts(begun: Shell, tmp_path: Path, line: str):
    (tmp_path / "witness").write_bytes(line.encode("latin-1"))
    result = begun("audit", "verify", "--witness", str(tmp_path / "witness"))
    assert result.exit_code == 1
    assert result.stderr == "Line 1 is no daily count: a number and a hash of 64 digits.\n"


# -- the same words elsewhere


def test_flask_knows_the_same_words():
    known = {found.name: found.load() for found in entry_points(group="flask.commands")}
    assert {command.name: command for command in COMMANDS} == known


def test_flask_says_the_same(begun: Shell, home: Path):
    environ = os.environ | {"HRD_HOME": str(home)}
    said = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "current"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == f"{migrate.head()}\n"


# -- processes


def test_both_processes_run_and_end_when_told(begun: Shell, home: Path):
    port = free_port()
    environ = os.environ | {"HRD_HOME": str(home), "HRD_PORT": str(port), "HRD_HTTPS": "false", "HRD_WORKERS": "1"}
    command = [sys.executable, "-c", "from hrd_cases.cli import main; main()"]
    processes = [
        subprocess.Popen([*command, word], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL, start_new_session=True)
        for word in ("serve", "scheduler")
    ]
    try:
        assert _read(port, "/healthz", "ok\n")
        assert _read(port, "/readyz", "ready\n")
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
    assert [process.wait(10) for process in processes] == [0, 0]


def _read(port: int, path: str, wanted: str) -> bool:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.read().decode() == wanted:
                    return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
