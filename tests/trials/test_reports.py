"""Reports on hearings: written step by step, filed, sent back, reviewed, corrected, taken in from another office."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from hrd_cases.errors import Changed, HrdError, Refused
from hrd_cases.trials import reports, scheduling
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Observed, Observer, Report
from hrd_cases.trials.life import State
from hrd_cases.trials.reports import put_over
from hrd_cases.trials.told import filed_at
from tests.attacks.past_our_code import tables
from tests.trials.its_files import dues
from tests.trials.reporting import VIOLATED, Reporting, observed
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_days, today


@pytest.fixture
def hearing_id(tried: Tried) -> uuid.UUID:
    """The deputy went."""
    return observed(tried, Observer(member_id=tried.member(DEPUTY)))


@pytest.fixture
def report(tried: Tried, hearing_id: uuid.UUID) -> Reporting:
    return Reporting(tried, hearing_id)


# -- written by steps


def test_each_step_is_kept_and_nobody_is_shown_it_before_it_is_filed(report: Reporting) -> None:
    assert report.save(judges="Three")
    assert report.save(items=(VIOLATED,))
    assert not report.save(judges="Three")
    stands = report.look().said
    assert (stands.judges, stands.items, stands.filed) == ("Three", (VIOLATED,), False)
    assert report.shown is None
    assert report.state == State.HELD


def test_of_two_who_write_the_second_is_told(report: Reporting) -> None:
    report.save(judges="Three")
    read = report.made_from
    report.save(summary="It was short.")
    for made_from in (read, None):
        with pytest.raises(Changed):
            report.save(made_from=made_from, judges="One")
    with pytest.raises(Changed):
        report.tried.do(reports.file_report, report.hearing_id, read, who=DEPUTY)


# What a report has, who writes; refused with.
WRITERS: list[tuple[Callable[[Tried], Observer | None], str, bool]] = [
    (lambda tried: Observer(member_id=tried.member(DEPUTY)), DEPUTY, True),
    (lambda tried: Observer(member_id=tried.member(DEPUTY)), OFFICER, False),
    (lambda tried: Observer(member_id=tried.member(DEPUTY)), HEAD, False),
    (lambda _: Observer(name="A colleague", embassy="A"), OFFICER, True),
    (lambda _: Observer(name="A colleague", embassy="A"), HEAD, True),
    (lambda _: Observer(share_id=uuid.uuid4(), embassy="A"), OFFICER, False),
    (lambda _: None, OFFICER, True),
]


@pytest.mark.parametrize(("goes", "who", "may"), WRITERS)
def test_the_observer_writes_or_an_officer_for_who_has_no_account(
    tried: Tried, goes: Callable[[Tried], Observer | None], who: str, may: bool
) -> None:
    found = Reporting(tried, observed(tried, goes(tried)), who)
    if may:
        found.save(summary="It was short.")
        found.file()
        assert found.state == State.REPORTED
    else:
        with pytest.raises(Refused, match="You may not do this with the hearing") as refused:
            found.save(summary="It was short.")
        assert "an officer can for an observer who has no account" in " ".join(refused.value.said(str, str))


def test_nothing_is_reported_before_the_result_is_recorded(tried: Tried) -> None:
    ahead = tried.schedule(when=in_days(0, None), observer=Observer(member_id=tried.member(DEPUTY)))
    with pytest.raises(Refused, match="Record the result first"):
        Reporting(tried, ahead).save(summary="It was short.")


NOT_FILED: list[tuple[dict[str, Any], str]] = [
    ({}, "The report is empty."),
    ({"judges": "Three", "counsel": "Two"}, "The report is empty."),
    ({"summary": "   "}, "The report is empty."),
]


@pytest.mark.parametrize(("says", "sentence"), NOT_FILED)
def test_an_empty_report_is_not_filed(report: Reporting, says: dict[str, Any], sentence: str) -> None:
    report.save(interpreter="-", **says)
    with pytest.raises(Refused, match=sentence):
        report.file()
    assert report.state == State.HELD


@pytest.mark.parametrize("says", [{"summary": "It was short."}, {"items": (VIOLATED,)}])
def test_a_summary_or_one_item_is_enough(report: Reporting, says: dict[str, Any]) -> None:
    report.save(**says)
    report.file()
    assert report.state == State.REPORTED


def test_what_is_held_against_a_court_says_how_it_is_known(report: Reporting) -> None:
    report.save(items=(Observed(item="f07", said="violated"),))
    with pytest.raises(Refused) as refused:
        report.file()
    label = CODES["item"].labels["f07"]
    assert " ".join(refused.value.said()).startswith(f"{label}: Nothing says how this is known.")
    assert report.state == State.HELD
    report.save(items=(Observed(item="f07", said="violated", basis="seen"),))
    report.file()
    assert report.state == State.REPORTED


def test_what_is_on_no_list_is_not_even_kept(report: Reporting) -> None:
    with pytest.raises(Refused, match="not on the list"):
        report.save(items=(Observed(item="f07", said="perhaps"),))


# -- filed, sent back, reviewed


def test_filed_it_is_used_and_marked_until_somebody_else_has_reviewed_it(report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()
    assert report.shown.summary == "It was short."
    with pytest.raises(Refused, match="Nobody reviews a report of their own"):
        report.review(DEPUTY)
    with pytest.raises(Refused, match="Nothing was changed since it was filed"):
        report.file()
    report.review(HEAD)
    assert report.state == State.REVIEWED
    assert report.tried.hearing(report.hearing_id).reviewed_by == report.tried.member(HEAD)


def test_nobody_who_wrote_any_page_of_it_reviews_it(tried: Tried) -> None:
    report = Reporting(tried, observed(tried, Observer(name="A colleague", embassy="A")), OFFICER)
    report.save(judges="Three")
    report.save(HEAD, summary="It was short.")
    report.file(OFFICER)
    assert set(tried.hearing(report.hearing_id).report_by) == {tried.member(OFFICER), tried.member(HEAD)}
    for who in (OFFICER, HEAD):
        with pytest.raises(Refused, match="Nobody reviews a report of their own"):
            report.review(who)
    report.review(DEPUTY)


def asked(report: Reporting) -> Any:
    """What has to be changed."""
    found = report.tried.seen(lambda docket: reports.changes_awaited(docket, docket.hearing(report.hearing_id)))
    return found.words if found is not None else ""


def test_sent_back_with_a_reason_it_is_due_again_and_says_why_until_it_is_filed(report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()
    with pytest.raises(Refused, match="No reason is given"):
        report.ask_changes(" ")
    report.ask_changes("Who was the judge?")
    assert report.state == State.HELD
    due = report.tried.hearing(report.hearing_id).report_on
    assert due is not None
    assert due > today()
    assert asked(report) == "Who was the judge?"
    report.save(judges="Three")
    report.file()
    assert asked(report) == ""
    assert report.state == State.REPORTED


def test_a_correction_stands_behind_what_was_filed_until_it_is_filed_and_reviewed_too(report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()
    report.review()
    report.save(summary="It was long.")
    assert report.shown.summary == "It was short."
    assert report.state == State.REVIEWED
    report.file()
    assert report.shown.summary == "It was long."
    assert report.state == State.REPORTED
    assert report.tried.hearing(report.hearing_id).reviewed_by is None


def test_a_review_is_of_what_was_read(report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()
    read = report.tried.entry(report.hearing_id)
    report.save(summary="It was long.")
    report.file()
    with pytest.raises(Changed):
        report.tried.do(reports.review, read, who=HEAD)


# -- two who wrote the same

BASE = Report(hearing_id=uuid.UUID(int=1), judges="Three", items=(VIOLATED,))
OTHER = Observed(item="f02", said="respected")
NOTED = msgspec.structs.replace(VIOLATED, note="Both waited.")
PARTLY = msgspec.structs.replace(VIOLATED, said="partly")
OVER: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    # theirs, mine → both
    ({"judges": "Two"}, {"counsel": "One"}, {"judges": "Two", "counsel": "One"}),
    ({"judges": "Two"}, {"judges": "One"}, {"judges": "One"}),
    ({"items": (OTHER, VIOLATED)}, {"items": (PARTLY,)}, {"items": (OTHER, PARTLY)}),
    ({"items": (NOTED,)}, {"items": (PARTLY,)}, {"items": (msgspec.structs.replace(NOTED, said="partly"),)}),
    ({"items": ()}, {"items": (VIOLATED, OTHER)}, {"items": (OTHER,)}),
    ({"items": (VIOLATED,)}, {"items": ()}, {"items": ()}),
]


@pytest.mark.parametrize(("theirs", "mine", "both"), OVER)
def test_what_the_second_changed_is_put_over_what_the_first_wrote(
    theirs: dict[str, Any], mine: dict[str, Any], both: dict[str, Any]
) -> None:
    replace = msgspec.structs.replace
    assert put_over(replace(BASE, **theirs), replace(BASE, **mine), BASE) == replace(BASE, **both)


# -- taken in


def from_embassy(tried: Tried, hearing_id: uuid.UUID, **says: Any) -> Report:
    said: dict[str, Any] = {
        "summary": "It was short.",
        "outcome": "continues",
        "access": "admitted",
        "accused": "yes",
        "written_by": uuid.uuid4(),
        "share_id": uuid.uuid4(),
    }
    return Report(hearing_id=hearing_id, **said | says)


def take_in(tried: Tried, report: Report) -> None:
    tried.do(reports.take_in, report)


def test_a_report_from_an_embassy_records_the_result_too_and_what_comes_next_is_asked(tried: Tried) -> None:
    goes = Observer(share_id=uuid.uuid4(), embassy="A")
    hearing_id = tried.schedule(when=in_days(0, None), observer=goes)
    report = from_embassy(tried, hearing_id)
    take_in(tried, report)
    said = tried.hearing(hearing_id)
    assert said.state == State.REPORTED
    assert said.result is not None
    assert (said.result.outcome, said.result.access, said.result.accused) == ("continues", "admitted", "yes")
    assert (said.chase_on, said.next_unsaid) == (None, True), "it does not say that the court gave none"
    assert said.report_by == (report.written_by,)
    found = Reporting(tried, hearing_id)
    assert found.shown == msgspec.structs.replace(report, filed=True)
    found.review(OFFICER)
    assert found.state == State.REVIEWED


def test_whoever_wrote_it_is_told_of_a_review_if_their_today_knows_the_trial(tried: Tried, report: Reporting) -> None:
    report.save(summary="It was short.")
    report.file()
    report.review()
    assert len(tried.hearing(report.hearing_id).told) == 1
    hearing_id = tried.schedule(when=in_days(0, None), observer=Observer(share_id=uuid.uuid4(), embassy="A"))
    take_in(tried, from_embassy(tried, hearing_id, written_by=tried.member("observer.a")))
    Reporting(tried, hearing_id).ask_changes("Who was the judge?")
    assert tried.hearing(hearing_id).told == ()


def test_with_a_next_date_the_next_hearing_is_set(tried: Tried) -> None:
    goes = Observer(share_id=uuid.uuid4(), embassy="A")
    hearing_id = tried.schedule(when=in_days(0, None), observer=goes)
    take_in(tried, from_embassy(tried, hearing_id, next_on=today() + timedelta(days=20)))
    assert tried.hearing(hearing_id).chase_on is None
    following = tried.seen(lambda docket: docket.next_of(hearing_id))
    assert following.said.when.on == today() + timedelta(days=20)


def test_what_the_office_recorded_stands_and_a_second_report_corrects_the_first(tried: Tried) -> None:
    hearing_id = observed(tried, Observer(share_id=uuid.uuid4(), embassy="A"))
    take_in(tried, from_embassy(tried, hearing_id, outcome="convicted"))
    result = tried.hearing(hearing_id).result
    assert result is not None
    assert result.outcome == "continues"
    take_in(tried, from_embassy(tried, hearing_id, summary="It was long."))
    found = Reporting(tried, hearing_id)
    assert found.shown.summary == "It was long."
    assert tried.seen(lambda docket: len(docket.all(Report))) == 1


NOT_TAKEN: list[dict[str, Any]] = [
    {"summary": ""},
    {"items": (Observed(item="f07", said="violated"),)},
    {"outcome": "no such outcome"},
    {"outcome": ""},
]


@pytest.mark.parametrize("says", NOT_TAKEN)
def test_what_no_form_lets_through_is_not_taken_in(tried: Tried, says: dict[str, Any]) -> None:
    hearing_id = tried.schedule(when=in_days(0, None), observer=Observer(share_id=uuid.uuid4(), embassy="A"))
    with pytest.raises((HrdError, ValueError)):
        take_in(tried, from_embassy(tried, hearing_id, **says))
    assert tried.hearing(hearing_id).state == State.ASSIGNED


def test_a_report_lies_under_the_trial_s_seal(report: Reporting) -> None:
    report.save(summary="Unmistakable words")
    with tables(report.tried.world) as session:
        rows = session.execute(text("SELECT * FROM proceeding_entries")).all()
    assert len(rows) > 2
    assert "Unmistakable" not in str(rows)


def test_lists_have_it_waiting_since_the_office_s_day_on_which_it_was_filed(tried: Tried) -> None:
    day = in_days(0).on
    half_past_midnight = datetime.combine(day - timedelta(days=1), time(22, 30), UTC)
    first = observed(tried, Observer(member_id=tried.member(DEPUTY)))
    report = Reporting(tried, first)
    report.save(summary="Bail was refused.")
    tried.do(reports.file_report, first, report.made_from, who=DEPUTY, now=half_past_midnight)
    corrected = msgspec.structs.replace(tried.hearing(first), briefing="Sit near the door")
    later = half_past_midnight + timedelta(days=2)
    tried.do(scheduling.correct_hearing, tried.entry(first), corrected, now=later)
    (due,) = dues(tried.files[0], "report_filed")
    assert due.on == day


def test_a_report_waits_for_review_since_it_was_filed_whatever_is_corrected_after(tried: Tried) -> None:
    first = observed(tried, Observer(member_id=tried.member(DEPUTY)))
    report = Reporting(tried, first)
    report.save(summary="Bail was refused.")
    report.file()
    filed = tried.seen(lambda docket: docket.hearing(first).entry.written_at)
    said = tried.hearing(first)
    tried.do(
        scheduling.correct_hearing, tried.entry(first), msgspec.structs.replace(said, briefing="Sit near the door")
    )
    corrected, since = tried.seen(
        lambda docket: (docket.hearing(first).entry.written_at, filed_at(docket, docket.hearing(first)))
    )
    assert corrected > filed
    assert since == filed
    report.ask_changes("Who was the second witness?")
    report.save(summary="Bail was refused; the second witness was a neighbour.")
    report.file()
    assert tried.seen(lambda docket: filed_at(docket, docket.hearing(first))) > filed
