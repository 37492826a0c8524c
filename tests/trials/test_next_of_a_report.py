"""What an embassy's report says of the next date: nothing, another than the office knows, or that all is over."""

from __future__ import annotations

import uuid
from datetime import time, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table

from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.results import came_of
from tests.cases.acting import sentences
from tests.cases.typed import fill, hidden
from tests.trials.its_files import dues
from tests.trials.sharing_world import Sharer
from tests.trials.test_shared_reports import accepted, filed, seen
from tests.trials.trying import DEPUTY, HEAD, OFFICER, held, in_days, today
from tests.world import World

ENTRIES = cast(Table, ProceedingEntry.__table__)
UNKNOWN = "What comes next is not known"


@pytest.fixture
def sharer(world: World) -> Sharer:
    """A hearing of today, to which an embassy said that it goes."""
    found = Sharer(world)
    found.tried.act(found.hearing_id, Act.MOVE, new=in_days(0, None))
    return found


def read(sharer: Sharer, rest: str = "", who: str = OFFICER) -> str:
    return sentences(sharer.world.client(who).get(f"/trials/{sharer.tried.id}{rest}").text)


def on_hearing(sharer: Sharer) -> str:
    return f"/hearings/{sharer.hearing_id}"


def next_of(sharer: Sharer) -> object:
    found = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    return found.said.when.on if found is not None else None


def test_a_date_left_empty_is_not_that_the_court_gave_none(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen())
    said = sharer.tried.hearing(sharer.hearing_id)
    assert (said.next_unsaid, said.chase_on, said.no_date_since) == (True, None, None)
    for page in ("", on_hearing(sharer), f"{on_hearing(sharer)}/report"):
        text = read(sharer, page)
        assert UNKNOWN in text, page
        assert "No new date yet" not in text, page
    assert sharer.tried.seen(lambda docket: came_of(docket, docket.hearing(sharer.hearing_id)).next) == ""
    (due,) = dues(sharer.tried.files[0], "comes_next")
    assert due.for_id == sharer.tried.member(OFFICER)


@pytest.mark.parametrize("said", ["none_yet", "nothing"])
def test_once_somebody_said_it_nobody_is_asked(sharer: Sharer, said: str) -> None:
    filed(sharer, accepted(sharer), seen())
    client = sharer.world.client(OFFICER)
    answer = fill(client, f"/trials/{sharer.tried.id}{on_hearing(sharer)}/result", next=said)
    assert answer.status_code == 303
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.next_unsaid, hearing.chase_on is not None) == (False, said == "none_yet")
    assert dues(sharer.tried.files[0], "comes_next") == []
    assert UNKNOWN not in read(sharer)


def test_another_hearing_that_was_set_answers_it(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen())
    sharer.tried.schedule(20)
    assert "Next date Not said" in read(sharer, f"{on_hearing(sharer)}/report")
    assert dues(sharer.tried.files[0], "comes_next") == []
    assert UNKNOWN not in read(sharer)


def test_of_charges_that_were_dropped_nothing_is_asked_but_whether_it_is_over(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen(outcome="charges_dropped"))
    assert not sharer.tried.hearing(sharer.hearing_id).next_unsaid
    assert dues(sharer.tried.files[0], "comes_next") == dues(sharer.tried.files[0], "chase") == []
    text = read(sharer)
    assert UNKNOWN not in text
    assert "No hearing is ahead" not in text
    assert "Record that the proceeding has ended" in text


ONLY_REPORTED = "This date stands in an embassy’s report that nobody has reviewed yet."


def test_a_date_that_only_an_embassy_wrote_says_so_until_it_is_reviewed(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen(next_on=today() + timedelta(days=15)))
    following = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert following is not None
    page = f"/hearings/{following.id}"
    for rest in (page, ""):
        assert ONLY_REPORTED in read(sharer, rest)
    case = sharer.world.client(OFFICER).get(f"/cases/{sharer.tried.files[0].id}").text
    assert ONLY_REPORTED in sentences(case), "on the page of the file too"
    assert ONLY_REPORTED not in read(sharer, on_hearing(sharer))
    assert review(sharer).status_code == 303
    for rest in (page, ""):
        assert ONLY_REPORTED not in read(sharer, rest)


def test_where_the_hearing_before_is_damaged_it_may_be_an_embassy_s(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen(next_on=today() + timedelta(days=15)))
    following = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert following is not None
    damage_record(sharer)
    assert ONLY_REPORTED in read(sharer, f"/hearings/{following.id}")


def test_where_the_hearing_before_is_damaged_a_date_of_the_office_stays_its_own(sharer: Sharer) -> None:
    sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held(), new=in_days(15))
    following = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert following is not None
    damage_record(sharer)
    assert ONLY_REPORTED not in read(sharer, f"/hearings/{following.id}")


def damage_record(sharer: Sharer) -> None:
    """What came of the hearing does not open any more."""
    recorded = sharer.tried.seen(
        lambda docket: next(
            one.id for one in docket.versions(sharer.hearing_id) if getattr(one.details, "act", "") == Act.RECORD
        )
    )
    with sharer.world.database.main.writing() as session:
        session.connection().execute(ENTRIES.update().where(ENTRIES.c.id == recorded).values(sealed_file=b"\0"))


def test_a_date_that_the_office_set_is_no_embassy_s(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen(next_on=today() + timedelta(days=15)))
    following = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert following is not None
    sharer.tried.act(following.id, Act.MOVE, new=in_days(16))
    assert ONLY_REPORTED not in read(sharer, f"/hearings/{following.id}")
    sharer.tried.act(following.id, Act.MOVE, new=in_days(15, None))
    assert ONLY_REPORTED not in read(sharer, f"/hearings/{following.id}"), "nor does it become theirs again"


def test_a_date_that_the_office_recorded_itself_is_no_embassy_s_while_its_report_waits(sharer: Sharer) -> None:
    two_dates(sharer)
    following = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert following is not None
    assert sharer.tried.hearing(sharer.hearing_id).state == "reported"
    assert ONLY_REPORTED not in read(sharer, f"/hearings/{following.id}")


# -- two dates


def two_dates(sharer: Sharer) -> uuid.UUID:
    """The office recorded one, the observer wrote another."""
    share_id = accepted(sharer)
    sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held(), new=in_days(12))
    filed(sharer, share_id, seen(next_on=today() + timedelta(days=15)))
    return share_id


def review(sharer: Sharer, who: str = DEPUTY, **typed: str) -> Any:
    return fill(sharer.world.client(who), f"/trials/{sharer.tried.id}{on_hearing(sharer)}/report/review", **typed)


def test_two_dates_stand_side_by_side_and_whoever_reviews_says_which(sharer: Sharer) -> None:
    two_dates(sharer)
    assert "The observer wrote another next date" in read(sharer, f"{on_hearing(sharer)}/report", HEAD)
    unsaid = review(sharer)
    assert unsaid.status_code == 422
    assert "Choose which date is right." in sentences(unsaid.text)
    assert sharer.tried.hearing(sharer.hearing_id).state == "reported"
    assert review(sharer, next_date="ours").status_code == 303
    assert sharer.tried.hearing(sharer.hearing_id).state == "reviewed"
    assert next_of(sharer) == in_days(12).on


def test_the_observer_s_date_moves_the_next_hearing(sharer: Sharer) -> None:
    two_dates(sharer)
    assert review(sharer, next_date="theirs").status_code == 303
    assert sharer.tried.hearing(sharer.hearing_id).state == "reviewed"
    assert next_of(sharer) == today() + timedelta(days=15)
    assert "The observer wrote another next date" not in read(sharer, f"{on_hearing(sharer)}/report", HEAD)


def test_a_colleague_s_newer_date_is_not_written_over(sharer: Sharer) -> None:
    two_dates(sharer)
    reviewer, path = sharer.world.client(HEAD), f"/trials/{sharer.tried.id}{on_hearing(sharer)}/report/review"
    page = reviewer.get(path).text
    found = sharer.tried.seen(lambda docket: docket.next_of(sharer.hearing_id))
    assert found is not None
    following = found.id
    sharer.tried.act(following, Act.MOVE, new=in_days(27, time(9, 30)))
    read_before = {name: hidden(page, name) for name in ("made_from", "next_read")}
    pressed = reviewer.post(path, read_before | {"next_date": "theirs"})
    assert pressed.status_code == 422
    assert sharer.tried.hearing(sharer.hearing_id).state == "reported"
    assert sharer.tried.hearing(following).when == in_days(27, time(9, 30))
    assert review(sharer, next_date="theirs").status_code == 303, "once it was read"


def test_where_both_say_the_same_nobody_is_asked(sharer: Sharer) -> None:
    filed(sharer, accepted(sharer), seen(next_on=today() + timedelta(days=15)))
    assert next_of(sharer) == today() + timedelta(days=15)
    assert review(sharer).status_code == 303
