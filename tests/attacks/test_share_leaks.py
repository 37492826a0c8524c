"""A hearing shared with planted texts, answered, changed, taken back: none is found in any file, log, header, address
or title, nor in what is mailed.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from hrd_cases import logs
from hrd_cases.trials.life import Act
from tests.attacks.leaks import files_below, search
from tests.attacks.test_case_leaks import Planted
from tests.conftest import throw_away_settings
from tests.trials.sharing_world import DESK, HQ, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer, agreed
from tests.trials.test_share_pages import page, typed
from tests.trials.test_shared_reports import filed, seen
from tests.trials.trying import OFFICER, in_days
from tests.world import World


class PlantedShare(Planted):
    def everything(self) -> Sharer:
        says = {name: self.new(name) for name in ("court", "place", "number", "counsel", "interpreter")}
        sharer = Sharer(self.world, [agreed(self.world, self.new("name"))], **says)
        self.name = self.canaries[0]
        told = {"briefing": self.new("briefing"), "do_no_harm": self.new("donoharm"), "parts": tuple(_ALL)}
        first, second, third = (sharer.share(office, **told) for office in ("EMB_A_EGY", OTHER_EMBASSY, HQ))
        self.walk_shares(sharer)
        sharer.accept(first)
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
        sharer.decline(second, self.new("whynot"), OTHER_OBSERVER)
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
        for who in (OFFICER, OBSERVER, OTHER_OBSERVER, DESK):
            browser = self.world.client(who)
            paths = ["/", "/shares", "/shares/given", page(sharer), f"/trials/{sharer.tried.id}"]
            links = re.findall(r'href="(/shares/[0-9a-f-]{36})"', browser.get("/shares").text)
            for path in (*paths, *dict.fromkeys(links), *(f"{link}/decline" for link in dict.fromkeys(links))):
                assert self.keep(browser.get(path)).status_code < 500, path


_ALL = ("people", "charges", "number", "counsel", "language", "death_penalty")


def test_no_text_of_a_share_is_found_anywhere(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    logs.start(throw_away_settings(world.house.settings.home, log_level="debug"))
    planted = PlantedShare(world)
    try:
        planted.everything()
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
