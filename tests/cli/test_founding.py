"""From `hrd-cases init` to the first administrator: a real installation walks its first day through the pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

from sqlalchemy import select

from hrd_cases import demo, installation
from hrd_cases.accounts.models import Member
from hrd_cases.app import create_app
from hrd_cases.audit.verify import verify_store
from hrd_cases.offices.models import Office
from tests.accounts.walk import NEW_PASSPHRASE, Person, Phone, hidden, register_words, words_on
from tests.cli.conftest import FOUNDERS, Shell
from tests.conftest import throw_away_settings
from tests.world import World

CODE = re.compile(r"^(\S+) +([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})$", re.MULTILINE)
LABEL = re.compile(r'<label[^>]*for="(words_[0-9a-f]{32})"[^>]*>\s*Six words of (\S+?)\s*</label>')
HIDDEN = re.compile(r'<input type="hidden" name="(?!csrf_token)([^"]+)" value="([^"]*)">')


def come(world: World, name: str, code: str) -> Person:
    """Walk from the invitation code to the waiting page."""
    person = Person(world, name, NEW_PASSPHRASE, Phone(b"not set up yet"))
    page = person.send("/enrol", sign_in=name, code=code)
    answer = person.send(
        "/enrol/passphrase", ticket=hidden(page.text, "ticket"), new=NEW_PASSPHRASE, again=NEW_PASSPHRASE
    )
    assert answer.status_code == 303, answer.text
    assert person.take_authenticator_step().status_code == 303
    assert person.take_recovery_step().status_code == 303
    return person


def six_words_of(person: Person) -> str:
    """What they read out from their own page."""
    return words_on(person.open("/waiting").text)


def sign(head: Person, path: str, others: dict[str, str]) -> str:
    """Type the words of everybody the page asks for. Returns where it leads."""
    page = head.open(path).text
    typed = {field: others[html.unescape(name)] for field, name in LABEL.findall(page)}
    assert typed
    answer = head.send(path, **dict(HIDDEN.findall(page)), **typed)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_first_day_of_a_real_installation(shell: Shell, home: Path):
    said = shell("init", "--seat", "Brussels", "--zone", "Europe/Brussels", *FOUNDERS).stdout
    app = create_app(throw_away_settings(home))
    world = World(app, app.extensions["hrd_cases"], demo.Demonstration(app.extensions["hrd_cases"], {}))

    founders = {name: come(world, name, code) for name, code in CODE.findall(said)}
    words = {name: six_words_of(person) for name, person in founders.items()}
    sign(founders["head1.hq"], "/headquarters/found", words)
    sign(founders["head2.hq"], "/headquarters/found", words)
    for name in ("head1.hq", "keeper1.hq", "keeper2.hq"):
        founders[name].send("/waiting", words=register_words(world))
    assert all(person.open("/").status_code == 200 for person in founders.values())

    invited = shell("member", "invite", "admin.hq", "--office", "HQ", "--role", "administrator").stdout
    administrator = come(world, *CODE.findall(invited)[0])
    assert administrator.open("/running").status_code == 303  # nobody has vouched yet
    with world.database.main.reading() as session:
        member = session.scalars(select(Member.id).where(Member.sign_in == "admin.hq")).one()
        office = session.scalars(select(Office.id)).one()
        assert installation.is_demonstration(session) is False
    vouching = f"/offices/members/{member}/vouch"
    read = dict(HIDDEN.findall(founders["head1.hq"].open(vouching).text))["read"]
    vouched = founders["head1.hq"].send(vouching, words=six_words_of(administrator), read=read)
    assert vouched.status_code == 303, vouched.text
    administrator.send("/waiting", words=register_words(world))
    assert administrator.open("/running").status_code == 200
    assert administrator.open(f"/offices/{office}/members/invite").status_code == 200
    assert verify_store(world.database.main).findings == []
    assert shell("audit", "verify").exit_code == 0
    world.database.dispose()
