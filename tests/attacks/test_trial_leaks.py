"""A trial full of planted texts, begun, corrected, heard and walked through: none is found in any file, log, header,
address or title.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hrd_cases import logs
from hrd_cases.trials import proceedings, scheduling
from hrd_cases.trials.details import Charge, Hearing, Observer, Result, Trial
from hrd_cases.trials.life import Act
from hrd_cases.trials.stages import Stage
from tests.attacks.leaks import files_below, search
from tests.attacks.test_case_leaks import Planted
from tests.cases.acting import Filed
from tests.conftest import throw_away_settings
from tests.trials.its_files import off, stage
from tests.trials.trying import DEPUTY, OFFICER, Tried, hearing, in_days, trial
from tests.world import World

WORDS: dict[type, tuple[str, ...]] = {
    Trial: ("court", "other_court_type", "place", "number", "counsel", "other_legal_aid", "interpreter", "note"),
    Charge: ("text", "articles"),
    Hearing: ("other_kind", "room", "court", "briefing"),
    Result: ("other_outcome", "text"),
    Observer: ("name", "embassy"),
}
CODES: dict[type, tuple[str, ...]] = {
    Trial: ("zone", "stage", "court_type", "legal_aid", "language", "act", "reason"),
    Charge: (),
    Hearing: ("kind", "state", "act", "reason", "note", "defence_knows"),
    Result: ("access", "accused", "counsel", "outcome"),
    Observer: (),
}
"""Words of ours, and those that this test gives with an act."""


def test_every_field_that_takes_words_is_planted() -> None:
    for kind, names in WORDS.items():
        said = {field.name for field in msgspec.structs.fields(kind) if field.type is str}
        assert said == {*names, *CODES[kind]}, kind


class PlantedTrial(Planted):
    def words(self, said: Any) -> Any:
        names = WORDS[type(said)]
        return msgspec.structs.replace(said, **{name: self.new(type(said).__name__ + name) for name in names})

    def everything(self) -> Tried:
        files = [Filed(self.world, OFFICER, "EG", self.new("name")) for _ in range(2)]
        self.name = self.canaries[0]
        says = {name: self.new(name) for name in WORDS[Trial]}
        tried = Tried(self.world, files, charges=(self.words(Charge(text="")),), **says)
        again = self.words(trial(charges=(self.words(Charge(text="")), self.words(Charge(text="")))))
        tried.do(proceedings.correct_trial, tried.made_from, again)
        stage(tried, Stage.TERMINATED, reason=self.new("whyterminated"))
        stage(tried, Stage.TRIAL, reason=self.new("whyagain"))
        said = self.words(hearing(0, kind="other", when=in_days(0, None), observer=self.words(Observer())))
        set_ = tried.do(scheduling.schedule, said).id
        tried.act(set_, Act.WITHDRAW, reason=self.new("whywithdrawn"))
        result = self.words(Result(outcome="other", access="other"))
        tried.act(set_, Act.RECORD, result=result, no_date_yet=True)
        tried.do(scheduling.chase_later, tried.entry(set_), in_days(9).on, self.new("asked"))
        following = tried.act(set_, Act.SET_NEXT, new=in_days(20), note=self.new("setnext")).next_id
        assert following is not None
        tried.act(following, Act.CANCEL, reason="other", note=self.new("whycancelled"))
        tried.do(off, files[1], self.new("whyoff"))
        self.walk_trial(tried)
        self.typed(tried)
        return tried

    def walk_trial(self, tried: Tried) -> None:
        here, file = f"/trials/{tried.id}", f"/cases/{tried.files[0].id}"
        pages = [here, f"{here}/before", f"{here}/correct", f"{here}/files", f"{here}/stage/judgment", file]
        pages += [f"{file}/print", f"{file}/timeline/1", "/", "/hearings", "/hearings/sheet", "/cases"]
        for path in pages:
            for who in (OFFICER, DEPUTY, "officer.minsk"):
                assert self.keep(self.world.client(who).get(path)).status_code < 500, path

    def typed(self, tried: Tried) -> None:
        """What is typed where a page says no."""
        officer, here = self.world.client(OFFICER), f"/trials/{tried.id}"
        self.keep(officer.post(f"/cases/{tried.files[1].id}/trials/new", {"counsel": self.new("typedcounsel")}))
        self.keep(officer.post(f"{here}/correct", {"court": self.new("typedcourt")}))
        self.keep(officer.post(f"{here}/files", {"sought": self.new("sought"), "act": "look"}))
        self.keep(officer.post(f"{here}/stage/final", {"reason": self.new("typedreason")}))


def test_no_text_of_a_trial_is_found_anywhere(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    logs.start(throw_away_settings(world.house.settings.home, log_level="debug"))
    planted = PlantedTrial(world)
    try:
        tried = planted.everything()
    finally:
        logs.start(world.house.settings)
    shown = "".join(one.text for one in planted.answers if one.status_code == 200)
    assert tried.trial.court in shown
    assert len(planted.canaries) >= 40
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
