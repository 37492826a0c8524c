"""An embassy's observer has what was shared in a calendar of their own, on paper, and for their own calendar."""

from __future__ import annotations

import re
import uuid
from datetime import date, time
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.trials.life import Act
from hrd_cases.trials.times import set_for
from tests.cases.acting import sentences
from tests.pages.markup import faults
from tests.trials.sharing_world import DESK, HQ, NAME, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer, until_on
from tests.trials.trying import OFFICER, in_days
from tests.world import World

VIEWS = ["", "?view=month", "?view=week", "?view=list"]


@pytest.fixture
def sharer(world: World) -> Sharer:
    """A hearing in ten days, shared with one embassy."""
    return Sharer(world)


def page(world: World, asked: str = "", who: str = OBSERVER) -> str:
    answer = world.client(who).get(f"/shares/hearings{asked}")
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    return re.sub("[\u2066-\u2069]", "", sentences(answer.text))


def on(sharer: Sharer, view: str) -> str:
    """The address of a view on the day of the hearing."""
    day = sharer.tried.hearing(sharer.hearing_id).when.on
    return f"{view or '?view=month'}&on={day}"


def reference(world: World, share_id: uuid.UUID, who: str = OBSERVER) -> str:
    found = re.search(r"[B-Z]{5}-[B-Z]{5}", world.client(who).get(f"/shares/{share_id}").text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("view", VIEWS)
def test_what_was_shared_stands_on_its_day(world: World, sharer: Sharer, view: str) -> None:
    share_id = sharer.share()
    text = page(world, on(sharer, view))
    assert "1 hearing. Nobody goes to it yet." in text
    for word in ("Main trial session", NAME, "Nobody of you goes yet.", reference(world, share_id)):
        assert word in text
    sharer.accept(share_id)
    text = page(world, on(sharer, view))
    assert f"{OBSERVER} goes." in text
    assert "Nobody of you goes yet." not in text


WHOSE = [
    # asked for, before they accept, after
    ("", True, True),
    ("&whose=mine", False, True),
    ("&whose=nobody", True, False),
    ("&whose=<script>", True, True),
    ("&whose=" + str(uuid.UUID(int=1)), True, True),
]


@pytest.mark.parametrize(("whose", "before", "after"), WHOSE, ids=[one[0] for one in WHOSE])
def test_whose_hearings_are_shown(world: World, sharer: Sharer, whose: str, before: bool, after: bool) -> None:
    share_id = sharer.share()
    asked = on(sharer, "?view=list") + whose
    assert (NAME in page(world, asked)) is before
    sharer.accept(share_id)
    assert (NAME in page(world, asked)) is after


@pytest.mark.parametrize("asked", ["?on=never&view=year", "?on=99999-01-01", "?on=-1", "?office=x", "?on=2100-12-31"])
def test_what_no_calendar_has_shows_one_all_the_same(world: World, asked: str) -> None:
    assert "No hearings on these days." in page(world, asked)


def test_a_hearing_that_moves_moves_and_one_that_is_cancelled_says_so(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    before = on(sharer, "?view=week")
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(24))
    assert NAME not in page(world, before)
    assert NAME in page(world, on(sharer, "?view=week"))
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    assert "Cancelled" in page(world, on(sharer, "?view=list"))


@pytest.mark.parametrize("how", ["declined", "taken back"])
def test_what_is_over_stands_nowhere(world: World, sharer: Sharer, how: str) -> None:
    share_id = sharer.share()
    sharer.decline(share_id) if how == "declined" else sharer.revoke(share_id)
    for view in VIEWS:
        assert NAME not in page(world, on(sharer, view))
    assert NAME not in paper(world)
    assert world.client(OBSERVER).get(f"/shares/{share_id}/calendar.ics").status_code == 404


def test_others_see_their_own_alone(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    assert "No hearings on these days." in page(world, on(sharer, "?view=month"), OTHER_OBSERVER)
    for who in (OFFICER, DESK):
        for path in ("/shares/hearings", "/shares/hearings/sheet"):
            assert world.client(who).get(path).status_code == 403
    for who in (OFFICER, DESK, OTHER_OBSERVER):
        assert world.client(who).get(f"/shares/{share_id}/calendar.ics").status_code == 404
    other = sharer.share(OTHER_EMBASSY)
    assert reference(world, share_id) != reference(world, other, OTHER_OBSERVER)


def test_what_was_not_chosen_is_not_on_it(world: World, sharer: Sharer) -> None:
    sharer.share(parts=())
    text = page(world, on(sharer, "?view=list"))
    assert NAME not in text
    assert "Name withheld" in text


def test_the_menu_leads_there(world: World) -> None:
    menu = world.client(OBSERVER).get("/").text
    assert 'href="/shares/hearings"' in menu
    assert 'href="/hearings"' not in menu
    assert 'href="/shares/hearings"' not in world.client(OFFICER).get("/").text
    assert 'href="/shares/hearings"' not in world.client(DESK).get("/").text


@pytest.mark.parametrize("view", VIEWS)
def test_headquarters_have_it_among_their_own(world: World, sharer: Sharer, view: str) -> None:
    def shown(asked: str) -> str:
        answer = world.client(DESK).get(f"/hearings{asked}")
        assert answer.status_code == 200
        assert faults(answer.text) == []
        return re.sub("[\u2066-\u2069]", "", sentences(answer.text))

    share_id = sharer.share(HQ)
    text = shown(on(sharer, view))
    for word in ("1 hearing.", "Main trial session", NAME, "Shared for you to know", reference(world, share_id, DESK)):
        assert word in text
    for word in ("of them nobody goes yet", "Nobody of you goes"):
        assert word not in text
    for whose in ("mine", "nobody"):
        assert NAME not in shown(f"{on(sharer, view)}&whose={whose}")
    sharer.revoke(share_id)
    assert NAME not in shown(on(sharer, view))


def test_an_embassy_that_is_not_asked_misses_nobody(world: World, sharer: Sharer) -> None:
    sharer.tried.assign(sharer.hearing_id, OFFICER)
    share_id = sharer.share()
    asked = sharer.seen(share_id)
    assert asked is not None
    assert not asked.asked
    text = page(world, on(sharer, "?view=list"))
    assert "Shared for you to know" in text
    assert "nobody goes yet" not in text.split("1 hearing.")[1]
    assert "Nobody of you goes" not in text


# -- on paper


def paper(world: World, asked: str = "", who: str = OBSERVER) -> str:
    answer = world.client(who).get(f"/shares/hearings/sheet{asked}")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return sentences(answer.text)


def test_fourteen_days_on_paper_have_references_alone(world: World) -> None:
    sharer = Sharer(world, number="4711/2026", counsel="Maitre Mithal", place="New Cairo")
    later = sharer.tried.schedule(15)
    share_id = sharer.share()
    sharer.hearing_id = later
    far = sharer.share()
    sharer.accept(share_id)
    text = paper(world)
    assert reference(world, share_id) in text
    assert reference(world, far) not in text, "it is later than on these days"
    assert "You" in text.split(reference(world, share_id))[1]
    main = world.client(OBSERVER).get("/shares/hearings/sheet").text.split("<main", 1)[1]
    for word in (
        NAME,
        "4711/2026",
        "Maitre Mithal",
        "New Cairo",
        "Cairo Criminal Court",
        "Africa/Cairo",
        str(share_id),
    ):
        assert word not in main, word
    with world.database.main.reading() as session:
        printed = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.HEARINGS_PRINTED.value)).all()
    assert len(printed) == 2, "each has a number of its own"


def test_nobody_yet_stands_on_paper_too(world: World, sharer: Sharer) -> None:
    sharer.share()
    assert "Nobody yet" in paper(world)
    assert "No hearings on these days." in paper(world, "?on=2090-01-01")


def test_headquarters_have_it_on_theirs_under_their_own_reference(world: World, sharer: Sharer) -> None:
    share_id = sharer.share(HQ)
    text = sentences(world.client(DESK).get("/hearings/sheet").text)
    assert "Shared for you to know" in text.split(reference(world, share_id, DESK))[1]


# -- for one's own calendar


def entry(world: World, share_id: uuid.UUID) -> dict[str, str]:
    answer = world.client(OBSERVER).get(f"/shares/{share_id}/calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="event.ics"'
    [found] = icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    return dict(re.split("[:;]", line, maxsplit=1) for line in found.to_ical().decode().splitlines())


def test_it_says_that_the_time_is_taken_and_nothing_else(world: World) -> None:
    says: dict[str, Any] = {"number": "4711/2026", "counsel": "Maitre Mithal", "place": "New Cairo"}
    sharer = Sharer(world, **says)
    share_id = sharer.share(until_on=until_on(100))
    sharer.accept(share_id)
    found = entry(world, share_id)
    assert found["SUMMARY"] == world.house.settings.public_name
    answer = world.client(OBSERVER).get(f"/shares/{share_id}/calendar.ics").text
    secrets = (*says.values(), NAME, "Cairo", "Egypt", str(share_id), str(sharer.hearing_id), str(sharer.tried.id))
    for word in (*secrets, reference(world, share_id), "Sit near the door", "false news"):
        assert word not in answer, word
    officers = world.client(OFFICER).get(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/calendar.ics").text
    assert found["UID"] not in officers, "the two offices' files do not tell that they are one hearing"


def test_moved_it_is_the_same_entry_and_newer_cancelled_it_is_gone(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    before = entry(world, share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=set_for(date(2027, 3, 9), "Africa/Cairo", time(9)))
    after = entry(world, share_id)
    assert (after["UID"], after["DTSTART"]) == (before["UID"], "20270309T070000Z")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    assert entry(world, share_id)["STATUS"] == "CANCELLED"
