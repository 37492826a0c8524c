"""A hearing shared with planted texts, answered, changed, taken back: none is found in any file, log, header, address
or title, nor in any mail as the mail server got it, nor in any calendar entry (issue 4, must show 5).
"""

from __future__ import annotations

import re
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hrd_cases import logs
from hrd_cases.cases.details import Person, Way
from hrd_cases.trials.details import Charge
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares.models import Share
from tests.attacks.leaks import files_below, search
from tests.attacks.mailed import COUNTRY, everything_is_mailed, told_apart
from tests.attacks.test_case_leaks import Planted
from tests.conftest import throw_away_settings
from tests.outbox.conftest import sink as mail_server
from tests.outbox.sink import Sink, Taken
from tests.trials.sharing_world import DESK, HQ, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer, agreed
from tests.trials.test_share_pages import page, typed
from tests.trials.test_shared_reports import filed, seen
from tests.trials.trying import OFFICER, in_days
from tests.world import World

sink = mail_server


class PlantedShare(Planted):
    """`sink`: a mail server. Whatever is planned is mailed to it as soon as it stands, before it is called off."""

    def __init__(self, world: World, sink: Sink) -> None:
        super().__init__(world)
        self.sink = sink

    def everything(self) -> Sharer:
        says: dict[str, Any] = {name: self.new(name) for name in ("court", "place", "number", "counsel", "interpreter")}
        says["charges"] = (Charge(text=self.new("charge"), articles=self.new("articles")),)
        sharer = Sharer(self.world, [agreed(self.world, self.new("name"))], **says)
        lives = Way(kind="address", value=self.new("address"))
        sharer.files[0].write(Person(role="family", names=(self.new("family"),), ways=(lives,)))
        told: dict[str, Any] = {
            "briefing": self.new("briefing"),
            "do_no_harm": self.new("donoharm"),
            "parts": tuple(_ALL),
        }
        # One of them is asked at a time: whoever declines is the first, and another is asked then.
        second = sharer.share(OTHER_EMBASSY, **told)
        self.walk_shares(sharer)
        sharer.decline(second, self.new("whynot"), OTHER_OBSERVER)
        first, third = (sharer.share(office, **told) for office in ("EMB_A_EGY", HQ))
        self.walk_shares(sharer)
        sharer.accept(first)
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
        self.walk_shares(sharer)
        sharer.revoke(third, self.new("whyback"))
        officer = self.world.client(OFFICER)
        words = {"briefing": self.new("typedbriefing"), "do_no_harm": self.new("typeddonoharm")}
        form = typed(sharer, "EMB_B_EGY") | words
        self.keep(officer.post(page(sharer), form))
        report = {"summary": self.new("summary"), "judges": self.new("judges")}
        filed(sharer, first, seen(**report))
        self.walk_shares(sharer)
        return sharer

    def walk_shares(self, sharer: Sharer) -> None:
        everything_is_mailed(self.world, self.sink)
        for who in (OFFICER, OBSERVER, OTHER_OBSERVER, DESK):
            browser = self.world.client(who)
            paths = ["/", "/shares", "/shares/given", page(sharer), f"/trials/{sharer.tried.id}"]
            links = re.findall(r'href="(/shares/[0-9a-f-]{36})"', browser.get("/shares").text)
            for path in (*paths, *dict.fromkeys(links), *(f"{link}/decline" for link in dict.fromkeys(links))):
                assert self.keep(browser.get(path)).status_code < 500, path

    def secrets(self, sharer: Sharer) -> list[str]:
        """Whatever names the file, the trial, its hearings and its shares."""
        with self.world.database.main.reading() as session:
            ids = [sharer.files[0].id, sharer.tried.id, *session.scalars(select(Share.id))]
        ids += sharer.tried.seen(lambda docket: [one.id for one in docket.hearings])
        reference = sharer.files[0].seen(lambda file: file.case.reference)
        named = [reference, reference.replace("-", ""), *map(str, ids), *(one.hex for one in ids)]
        return [*self.canaries, *named]

    def addresses(self) -> list[str]:
        """Where anybody of this house is written to."""
        return [f"{sign_in}@example.org" for sign_in in self.world.demonstration.members]

    def entries(self, sharer: Sharer) -> list[tuple[str, bytes]]:
        """The calendar entry of each hearing: its content, and what its headers say of it."""
        found = []
        for hearing_id in sharer.tried.seen(lambda docket: [one.id for one in docket.hearings]):
            answer = self.world.client(OFFICER).get(f"/trials/{sharer.tried.id}/hearings/{hearing_id}/calendar.ics")
            assert answer.status_code == 200
            told = [value for name, value in answer.headers.items() if name.startswith("Content")]
            found.append((f"{hearing_id}.ics", "\n".join([answer.text, *told]).encode()))
        return found


_ALL = ("people", "charges", "number", "counsel", "language", "death_penalty")


def test_no_text_of_a_share_is_found_anywhere(
    world: World, sink: Sink, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    logs.start(throw_away_settings(world.house.settings.home, log_level="debug"))
    planted = PlantedShare(world, sink)
    try:
        sharer = planted.everything()
    finally:
        logs.start(world.house.settings)
    shown = "".join(one.text for one in planted.answers if one.status_code == 200)
    assert sum(one in shown for one in planted.canaries) >= 10
    said = capfd.readouterr()
    clear = {
        "log": said.err + said.out,
        "headers": "\n".join(str(answer.headers) for answer in planted.answers),
        "titles": "\n".join("".join(re.findall("<title>.*?</title>", one.text, re.DOTALL)) for one in planted.answers),
        "addresses": "\n".join(answer.request.url for answer in planted.answers),
    }
    texts = [(where, text.encode()) for where, text in clear.items()]
    home = world.house.settings.home
    assert search([*files_below(home, tmp_path / "temporary"), *texts], planted.canaries) == []
    nothing_is_told_outside(planted, sharer)


def nothing_is_told_outside(planted: PlantedShare, sharer: Sharer) -> None:
    """Mails and calendar entries leave the house: neither holds a word of it, nor whose they are but their reader's."""
    mails, entries = planted.sink.taken(), planted.entries(sharer)
    members = {mail.to.partition("@")[0] for mail in mails}
    assert {OFFICER, OBSERVER, OTHER_OBSERVER, DESK} <= members, "each of them was written to"
    assert len(mails) > 12
    assert told_apart(mails, planted.world.house.settings.public_name) == []
    outside = [(mail.to, bytes(mail.message).replace(mail.to.encode(), b"")) for mail in mails] + entries
    assert search(outside, [*planted.secrets(sharer), *planted.addresses()]) == []
    assert [(where, one) for where, said in entries for one in COUNTRY if one.encode() in said] == []


def test_the_search_finds_what_is_there(world: World, sink: Sink) -> None:
    """The control: a page of the same house holds what no mail and no calendar entry does."""
    planted = PlantedShare(world, sink)
    sharer = Sharer(world, [agreed(world, planted.new("name"))])
    text = world.client(OFFICER).get(page(sharer)).text.encode()
    found = {leak.canary for leak in search([("page", text)], planted.secrets(sharer))}
    assert {planted.canaries[0], str(sharer.tried.id)} <= found
    assert search([("mail", b"To: observer.b@example.org")], planted.addresses())
    spied = Taken(f"{OBSERVER}@example.org", EmailMessage())
    spied.message["To"] = spied.to
    spied.message.set_content("A hearing in Cairo")
    assert {"A hearing in Cairo\n", "hearing", "Cairo"} <= set(told_apart([spied], "Daybook"))
