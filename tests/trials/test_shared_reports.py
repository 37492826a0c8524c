"""An embassy's report: written there, filed by letter, folded into the report on the hearing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Changed, Refused
from hrd_cases.trials import reports
from hrd_cases.trials.checklist import ITEMS, asked
from hrd_cases.trials.details import Observed, Report
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import answers, letters, receiving
from hrd_cases.trials.shares.attending_rounds import ROUNDS
from hrd_cases.trials.shares.letters import REPORTED, Reported
from hrd_cases.trials.shares.models import ReceivedShare, Share
from tests.attacks.test_database_writer import findings
from tests.attacks.test_none_is_lost import told
from tests.cases.acting import sentences
from tests.trials.sharing_world import OBSERVER, OTHER_OBSERVER, Sharer
from tests.trials.test_share_pages import hidden
from tests.trials.trying import DEPUTY, OFFICER, in_days
from tests.world import World


def seen(**more: Any) -> Report:
    said: dict[str, Any] = {
        "hearing_id": uuid.UUID(int=0),
        "summary": "The judge heard one witness.",
        "access": "admitted",
        "accused": "yes",
        "outcome": "continues",
        "items": (Observed(item="f05", said="violated", basis="seen", note="In a cage."),),
    }
    return Report(**said | more)


@pytest.fixture
def today(world: World) -> Sharer:
    """A hearing of today, accepted by an embassy."""
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    return sharer


def accepted(sharer: Sharer) -> uuid.UUID:
    share_id = sharer.share()
    sharer.accept(share_id)
    sharer.given(share_id)
    return share_id


def filed(sharer: Sharer, share_id: uuid.UUID, report: Report, who: str = OBSERVER) -> None:
    with sharer.world.acting(who) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        mark = str(receiving.report_mark(received))
        receiving.file_report(session, by, received, mark, report, datetime.now(UTC))


def report_of(sharer: Sharer) -> Report | None:
    def look(docket: Any) -> Report | None:
        standing = reports.report_on(docket, sharer.hearing_id)
        return standing.said if standing is not None else None

    found: Report | None = sharer.tried.seen(look)
    return found


def test_it_becomes_the_report_on_the_hearing_and_records_its_result(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    said, hearing = report_of(today), today.tried.hearing(today.hearing_id)
    assert said is not None
    assert (said.filed, said.share_id, said.summary) == (True, share_id, "The judge heard one witness.")
    assert said.written_by == today.world.demonstration.members[OBSERVER]
    assert (hearing.state, hearing.result and hearing.result.outcome) == ("reported", "continues")
    assert today.of(share_id, lambda one: one.report) is not None, "it may be filed again from what was filed"
    today.tried.act(today.hearing_id, Act.REVIEW, who=DEPUTY)
    assert today.tried.hearing(today.hearing_id).state == "reviewed"
    assert findings(today.world) == []


def test_what_is_written_so_far_stays_with_the_embassy(today: Sharer) -> None:
    share_id = accepted(today)
    with today.world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        mark = str(receiving.report_mark(received))
        receiving.keep_report(session, by, received, mark, seen(), datetime.now(UTC))
        with pytest.raises(Changed):
            receiving.keep_report(session, by, received, mark, seen(summary="Over it"), datetime.now(UTC))
    assert report_of(today) is None
    begun = written_so_far(today, share_id)
    assert begun is not None
    assert begun.summary == "The judge heard one witness."
    today.revoke(share_id)
    assert today.of(share_id, lambda one: one.report) is None


def written_so_far(sharer: Sharer, share_id: uuid.UUID) -> Report | None:
    with sharer.world.acting(OBSERVER) as (session, by):
        received, share = session.get_one(ReceivedShare, share_id), session.get_one(Share, share_id)
        return receiving.report_begun(by, received, share)


def test_before_its_day_and_empty_it_is_refused(world: World) -> None:
    sharer = Sharer(world)
    share_id = accepted(sharer)
    with pytest.raises(Refused, match="day"):
        filed(sharer, share_id, seen())
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    assert sharer.seen(share_id) is not None
    with pytest.raises(Refused, match="empty"):
        filed(sharer, share_id, Report(hearing_id=uuid.UUID(int=0)))


def test_a_hearing_that_went_on_without_them_keeps_what_they_wrote(today: Sharer) -> None:
    """The office recorded that the court had never listed it; they were there all the same."""
    share_id = accepted(today)
    today.tried.act(today.hearing_id, Act.CANCEL, reason="not_listed")
    assert today.seen(share_id) is not None
    filed(today, share_id, seen())
    assert report_of(today) is None
    (said,) = today.tried.seen(lambda docket: [one.said for one in reports.kept_aside(docket, today.hearing_id)])
    assert (said.filed, said.summary) == (False, "The judge heard one witness.")
    assert told(today.world, Event.LETTER_REFUSED) == 0


WRONG: dict[str, dict[str, Any]] = {
    "an outcome of nobody's": {"outcome": "made_up"},
    "an item of nobody's": {"items": (Observed(item="f99", said="violated", basis="seen"),)},
    "an item twice": {"items": (Observed(item="f05", said="respected"), Observed(item="f05", said="violated"))},
    "without how it is known": {"items": (Observed(item="f05", said="violated"),)},
    "somebody who was neither there nor not": {"accused": "perhaps"},
    "published as nobody says": {"publish": "everywhere"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_no_form_takes_is_refused_and_told(today: Sharer, wrong: str) -> None:
    share_id = accepted(today)
    by_hand(today, OBSERVER, share_id, seen(**WRONG[wrong]))
    assert report_of(today) is None
    assert told(today.world, Event.LETTER_REFUSED) == told(today.world, Event.ALARM_RAISED) == 1


def by_hand(sharer: Sharer, who: str, share_id: uuid.UUID, report: Report, hearing: uuid.UUID | None = None) -> None:
    with sharer.world.acting(who) as (session, by):
        said = Reported(sharer.tried.id, hearing or sharer.hearing_id, report)
        cairo = sharer.office("DEL_EGY")
        letters.send(session, by, by.office_id, cairo, REPORTED, share_id, said, datetime.now(UTC))
        record(session, Event.SHARE_ANSWERED, share=share_id, answer="report")


def test_nobody_else_reports_and_on_no_other_hearing(today: Sharer) -> None:
    share_id = accepted(today)
    other = today.tried.schedule(0)
    by_hand(today, OTHER_OBSERVER, share_id, seen())
    by_hand(today, "officer.minsk", share_id, seen())
    by_hand(today, OBSERVER, share_id, seen(), other)
    by_hand(today, OBSERVER, uuid.uuid4(), seen())
    assert report_of(today) is None
    assert told(today.world, Event.LETTER_REFUSED) == 4


def test_it_is_filed_so_often_and_no_more(today: Sharer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one is kept for good, where the office awaits it and where it does not."""
    monkeypatch.setattr(receiving, "MOST_REPORTS", 3)
    monkeypatch.setattr(answers, "MOST_REPORTS", 3)
    share_id = accepted(today)
    for number in range(3):
        filed(today, share_id, seen(summary=f"Version {number}"))
    with pytest.raises(Refused, match="was filed 3 times already"):
        filed(today, share_id, seen(summary="Version 3"))
    said = report_of(today)
    assert said is not None
    assert said.summary == "Version 2"
    assert told(today.world, Event.LETTER_REFUSED) == 0
    by_hand(today, OBSERVER, share_id, seen(summary="Past the form"))
    assert report_of(today) == said
    assert told(today.world, Event.LETTER_REFUSED) == 1


def test_reports_that_nobody_awaits_are_kept_aside_so_often_and_no_more(
    today: Sharer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_REPORTS", 2)
    share_id = accepted(today)
    today.tried.act(today.hearing_id, Act.CANCEL, reason="not_listed")
    for number in range(4):
        by_hand(today, OBSERVER, share_id, seen(summary=f"Version {number}"))
        report_of(today)
    assert today.tried.seen(lambda docket: len(reports.kept_aside(docket, today.hearing_id))) == 2
    assert told(today.world, Event.LETTER_REFUSED) == 2


def typed(page: str) -> dict[str, str]:
    """The form of this page as a browser sends it, with one sentence in it."""
    form = {
        "made_from": hidden(page, "made_from"),
        "summary": "One witness.",
        "access": "admitted",
        "outcome": "continues",
    }
    form |= {"accused": "yes", "publish": "no", "next_on-day": "", "next_on-month": "", "next_on-year": ""}
    return form | {"f03_ground": "", "other_outcome": ""}


def test_it_is_filed_on_its_page_and_read_in_the_office(today: Sharer) -> None:
    share_id = accepted(today)
    observer, path = today.world.client(OBSERVER), f"/shares/{share_id}/report"
    page = observer.get(path)
    assert page.status_code == 200
    form = typed(page.text)
    kept = observer.post(path, form | {"do": "later"})
    assert kept.status_code == 303, sentences(kept.text)
    again = observer.get(path).text
    assert "One witness." in again
    late = observer.post(path, form)
    assert late.status_code == 422
    assert "A colleague wrote in this report meanwhile" in sentences(late.text)
    assert observer.post(path, form | {"made_from": hidden(again, "made_from")}).status_code == 303
    assert "Reported" in sentences(observer.get(f"/shares/{share_id}").text)
    assert "One witness." in observer.get(path).text, "what was filed is changed, not typed anew"
    office = today.world.client(OFFICER)
    office.get("/")
    read = office.get(f"/trials/{today.tried.id}/hearings/{today.hearing_id}/report")
    assert "One witness." in read.text


def test_every_item_may_be_answered_and_nobody_is_led_to_the_unusual(today: Sharer) -> None:
    """They stand folded away, and open where one of them was answered."""
    share_id = accepted(today)
    observer, path = today.world.client(OBSERVER), f"/shares/{share_id}/report"
    page = observer.get(path).text
    assert [item for item in ITEMS if f'name="{item}_said"' not in page] == []
    folded = page.partition("Items that are not usually asked at such a hearing")[2].partition("</details>")[0]
    usual = asked("main_trial")
    assert [item for item in ITEMS if f'name="{item}_said"' in folded] == [one for one in ITEMS if one not in usual]
    assert '<details class="govuk-details" open' not in page
    form = typed(page) | {"f14_said": "violated", "do": "file"}
    assert "Nothing says how this is known." in sentences(observer.post(path, form).text)
    assert observer.post(path, form | {"do": "later"}).status_code == 303, "half done it is kept"
    assert '<details class="govuk-details" open' in observer.get(path).text


def test_what_was_filed_is_filed_again_with_what_was_changed(today: Sharer) -> None:
    share_id = accepted(today)
    observer, path = today.world.client(OBSERVER), f"/shares/{share_id}/report"
    form = typed(observer.get(path).text) | {"judges": "Three"}
    assert observer.post(path, form).status_code == 303
    assert "Report again" in sentences(observer.get(f"/shares/{share_id}").text)
    again = observer.get(path).text
    assert "Three" in again
    more = form | {"made_from": hidden(again, "made_from"), "summary": "Two witnesses."}
    assert observer.post(path, more | {"do": "later"}).status_code == 303
    assert "Go on with the report" in sentences(observer.get(f"/shares/{share_id}").text)
    mark = hidden(observer.get(path).text, "made_from")
    assert observer.post(path, more | {"made_from": mark}).status_code == 303
    said = report_of(today)
    assert said is not None
    assert (said.filed, said.judges, said.summary) == (True, "Three", "Two witnesses.")
    today.revoke(share_id)
    assert today.of(share_id, lambda one: one.report) is None


def test_what_was_filed_goes_where_the_share_runs_out(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    later = datetime.now(UTC) + timedelta(days=60)
    with today.world.acting(OBSERVER) as (session, by):
        looked = {share_id}
        assert ROUNDS.amiss_among(session, by, by.office_id, looked, datetime.now(UTC)) == set()
        assert ROUNDS.amiss_among(session, by, by.office_id, looked, later) == looked
        ROUNDS.mend(session, by, share_id, later)
        assert session.get_one(ReceivedShare, share_id).report is None


def test_asking_an_embassy_for_changes_says_that_nobody_tells_them(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    today.world.client(DEPUTY).get("/")
    path = f"/trials/{today.tried.id}/hearings/{today.hearing_id}/report/changes"
    said = sentences(today.world.client(DEPUTY).get(path).text)
    assert "This register does not tell them: write to them." in said
    assert "For your office. The observer does not see it here." in said
    assert "Whoever wrote it reads this first." not in said
    assert "Record it" in said
