"""A hearing downloaded for one's own calendar: the same entry for good, newer when it moves, gone when it is over."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

import icalendar
import pytest

from hrd_cases.trials.life import Act
from hrd_cases.trials.times import set_for
from tests.cases.acting import Filed, sentences
from tests.trials.trying import DEPUTY, OFFICER, Tried, held
from tests.world import World

FIRST, LATER = (set_for(date(2027, 3, day), "Africa/Cairo", time(9)) for day in (9, 16))


@pytest.fixture
def tried(world: World) -> Tried:
    return Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")], place="Cairo")


def asked(tried: Tried, hearing_id: object, who: str | None = OFFICER) -> Any:
    return tried.world.client(who).get(f"/trials/{tried.id}/hearings/{hearing_id}/calendar.ics")


def event(tried: Tried, hearing_id: object, who: str = OFFICER) -> dict[str, str]:
    answer = asked(tried, hearing_id, who)
    assert answer.status_code == 200, answer.text
    [found] = icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    return dict(re.split("[:;]", line, maxsplit=1) for line in found.to_ical().decode().splitlines())


def test_it_is_a_file_with_a_name_that_says_nothing(world: World, tried: Tried) -> None:
    answer = asked(tried, tried.schedule(when=FIRST))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"SUMMARY:{world.house.settings.public_name}" in answer.text


def test_one_hearing_is_one_entry_for_good_and_each_its_own(world: World, tried: Tried) -> None:
    one, other = tried.schedule(when=FIRST), tried.schedule(when=FIRST)
    before = event(tried, one)
    tried.act(one, Act.MOVE, new=LATER)
    after = event(tried, one, DEPUTY)
    assert (before["UID"], before["SEQUENCE"], before["DTSTART"]) == (after["UID"], "0", "20270309T070000Z")
    assert (after["SEQUENCE"], after["DTSTART"]) == ("1", "20270316T070000Z")
    assert event(tried, other)["UID"] != before["UID"]
    # Whichever version of it an address names, it is the hearing as it stands.
    assert event(tried, tried.entry(one)) | {"DTSTAMP": ""} == after | {"DTSTAMP": ""}


def test_one_that_is_over_is_taken_away_again(world: World, tried: Tried) -> None:
    one, other = tried.schedule(when=FIRST), tried.schedule(when=FIRST)
    uid = event(tried, one)["UID"]
    tried.act(one, Act.CANCEL, reason="other", note="Withdrawn")
    assert "METHOD:CANCEL" in asked(tried, one).text
    assert {"UID": uid, "SEQUENCE": "1", "STATUS": "CANCELLED"}.items() <= event(tried, one).items()
    next_id = tried.act(other, Act.ADJOURN, reason="no_time", new=LATER).next_id
    assert event(tried, other)["STATUS"] == "CANCELLED"
    assert event(tried, next_id)["SEQUENCE"] == "0"
    assert event(tried, next_id)["UID"] != event(tried, other)["UID"]


def test_a_stolen_database_names_no_entry_of_anybody_s_calendar(world: World, tried: Tried) -> None:
    one = tried.schedule(when=FIRST)
    uid = event(tried, one)["UID"]
    world.database.dispose()
    held = b"".join(path.read_bytes() for path in world.house.settings.home.rglob("*.db*"))
    assert one.hex.encode() in held or one.bytes in held, "ids lie there in clear"
    for spelling in (uid.encode(), uid.replace("-", "").encode(), bytes.fromhex(uid.replace("-", ""))):
        assert spelling not in held


def test_it_is_for_those_who_know_the_trial_and_of_hearings_alone(world: World, tried: Tried) -> None:
    one = tried.schedule(when=FIRST)
    other = Tried(world, [Filed(world, OFFICER, "EG", "Nour Mithal")])
    assert asked(tried, one, "officer.minsk").status_code == 404
    assert asked(other, one).status_code == 404
    assert asked(tried, tried.made_from).status_code == 404


def test_the_hearing_s_page_says_before_what_the_file_holds(world: World, tried: Tried) -> None:
    one, held_already = tried.schedule(when=FIRST), tried.schedule(0)
    tried.act(held_already, Act.RECORD, result=held("continues"))

    def page(hearing_id: object) -> str:
        return sentences(world.client(OFFICER).get(f"/trials/{tried.id}/hearings/{hearing_id}").text)

    said = "The file says that this time is taken, and nothing else: no name, court, place, charge or reference."
    assert said in page(one)
    tried.act(one, Act.CANCEL, reason="other", note="Withdrawn")
    assert said in page(one), "what was downloaded is taken away again by downloading it once more"
    assert said not in page(held_already)
