"""`make run`: what it prepares and what it refuses, each in one sentence."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hrd_cases.errors import Unfit
from hrd_cases.settings import Settings, load_settings, make_secrets


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setenv("HRD_HOME", str(tmp_path / "home"))
    from hrd_cases import supervisor  # the demonstration comes with it

    return supervisor


def test_the_demonstration_is_for_this_machine_alone(supervisor: ModuleType, tmp_path: Path):
    settings = load_settings(environ=supervisor.demonstration_environment())
    assert settings.demonstration
    assert (settings.bind, settings.smtp_host, settings.smtp_tls) == ("127.0.0.1", "127.0.0.1", "none")
    assert settings.trusted_hosts == ("127.0.0.1", "localhost")
    assert settings.home == tmp_path / "home"
    assert settings.home.stat().st_mode & 0o077 == 0


def test_whatever_the_operator_set_the_demonstration_stays_on_loopback(
    supervisor: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HRD_BIND", "0.0.0.0")
    monkeypatch.setenv("HRD_SMTP_HOST", "mail.example")
    settings = load_settings(environ=supervisor.demonstration_environment())
    assert (settings.bind, settings.smtp_host) == ("127.0.0.1", "127.0.0.1")


def test_a_second_start_keeps_the_secrets(supervisor: ModuleType):
    first = load_settings(environ=supervisor.demonstration_environment())
    second = load_settings(environ=supervisor.demonstration_environment())
    assert (first.pepper, first.duty_key, first.session_key) == (second.pepper, second.duty_key, second.session_key)


def test_a_real_installation_is_left_alone(supervisor: ModuleType, tmp_path: Path):
    make_secrets(tmp_path / "home")
    before = sorted(path.name for path in (tmp_path / "home").iterdir())
    with pytest.raises(Unfit, match="is a real installation: give the demonstration an empty HRD_HOME of its own"):
        supervisor.demonstration_environment()
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == before


def test_a_port_in_use_is_said_in_a_sentence(
    supervisor: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("HRD_PORT", str(port))
        assert supervisor.main() == 1
    assert capsys.readouterr().err == f"Port {port} is taken by another program: `make run PORT=8001` uses 8001.\n"


def test_the_address_and_the_table_are_said_once_the_server_answers(
    supervisor: ModuleType, monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(supervisor.demo, "sign_in_table", lambda: "the table")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        announcement = supervisor.Announcement(settings.__class__(**(vars(settings) | {"port": port})))
        assert not announcement.made()
        assert capsys.readouterr().out == ""
        server.listen()
        assert announcement.made()
    assert "the table" in (said := capsys.readouterr().out)
    assert f"http://127.0.0.1:{port} " in said


def test_the_children_are_commands_of_this_environment(supervisor: ModuleType):
    commands = {child.name: child.command for child in supervisor.children()}
    assert commands["web server"] == (str(Path(sys.executable).with_name("hrd-cases")), "serve")
    assert commands["unattended process"][1:] == ("scheduler",)
    assert commands["mail catcher"][1:] == ("-m", "hrd_cases.catcher")
