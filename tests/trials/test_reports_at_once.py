"""Two who write a report in one moment, on both databases: the second learns of the first, and one report stands."""

from __future__ import annotations

from typing import Any

import pytest

from hrd_cases.audit.verify import verify_store
from hrd_cases.trials import reports
from hrd_cases.trials.details import Observer, Report
from hrd_cases.trials.life import State
from hrd_cases.trials.models import Proceeding
from tests.cases.acting import Filed
from tests.trials.reporting import Reporting, observed
from tests.trials.test_trials_at_once import at_once, either, now
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried
from tests.world import World

__all__ = ["either"]


@pytest.fixture
def report(either: World) -> Reporting:
    tried = Tried(either, [Filed(either, OFFICER, "EG", "Salma Mithal")])
    return Reporting(tried, observed(tried, Observer(name="A colleague", embassy="A")), OFFICER)


def test_of_two_who_write_the_first_page_one_learns_of_the_other(report: Reporting) -> None:
    def save(session: Any, by: Any, read: Any) -> None:
        said = Report(hearing_id=report.hearing_id, judges=str(by.member_id), summary="It was short.")
        proceeding = session.get_one(Proceeding, report.tried.id)
        reports.save(session, by, proceeding, report.hearing_id, read, said, now())

    world = report.tried.world
    assert at_once(world, lambda: report.made_from, [(OFFICER, save), (DEPUTY, save)]) == ["Changed", "done"]
    assert report.tried.seen(lambda docket: (len(docket.all(Report)), docket.whole)) == (1, True)
    assert list(verify_store(world.database.main).findings) == []


def test_reviewed_and_sent_back_in_one_moment_it_is_one_of_them(report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()

    def review(session: Any, by: Any, read: Any) -> None:
        reports.review(session, by, session.get_one(Proceeding, report.tried.id), read, now())

    def send_back(session: Any, by: Any, read: Any) -> None:
        reports.ask_changes(session, by, session.get_one(Proceeding, report.tried.id), read, "Who?", now())

    read = lambda: report.tried.entry(report.hearing_id)  # noqa: E731 - what a page would have shown
    assert at_once(report.tried.world, read, [(HEAD, review), (DEPUTY, send_back)]) == ["Changed", "done"]
    assert report.state in (State.REVIEWED, State.HELD)
