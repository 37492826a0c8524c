"""The ground other tests stand on: loopback only, throw-away stores on both engines, a browser with scripts off."""

from __future__ import annotations

import socket

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from hrd_cases.db import Database, Store
from hrd_cases.settings import Settings
from tests.loopback import LeftTheMachine


@pytest.mark.parametrize(
    "address", [("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0), ("example.org", 80), ("10.0.0.1", 5432)]
)
def test_no_test_reaches_another_machine(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(LeftTheMachine):
        line.connect(address)
    with pytest.raises(LeftTheMachine):
        socket.create_connection(address[:2], timeout=1)
    with socket.socket(family, socket.SOCK_DGRAM) as line, pytest.raises(LeftTheMachine):
        line.sendto(b"x", address)


def test_loopback_and_unix_sockets_are_reached(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as line:
        server.bind(str(tmp_path / "s"))
        server.listen()
        line.connect(str(tmp_path / "s"))


def test_each_test_has_a_store_of_its_own_on_both_engines(store: Store):
    with store.writing() as session:
        session.execute(text("CREATE TABLE only_here (id integer)"))
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM only_here")).scalar_one() == 0


def test_the_two_stores_are_different_databases(database: Database):
    assert database.main.url != database.shred.url


def test_test_settings_hold_three_different_secrets(settings: Settings):
    assert len({settings.pepper, settings.duty_key, settings.session_key}) == 3
    assert settings.argon_memory_kib < 1024


@pytest.mark.browser
def test_the_browser_runs_no_script(page: Page):
    page.set_content("<title>off</title><script>document.title = 'on'</script>")
    assert page.title() == "off"


@pytest.mark.browser
def test_the_browser_reaches_no_other_machine(page: Page):
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")
