"""An embassy's report: written there, filed by letter, folded into the report on the hearing."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Changed, Refused
from hrd_cases.trials import reports
from hrd_cases.trials.checklist import ITEMS, asked
from hrd_cases.trials.details import Observed, Report
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.shares import answers, letters, receiving
from hrd_cases.trials.shares.attending_rounds import ROUNDS
from hrd_cases.trials.shares.letters import REPORTED, Reported
from hrd_cases.trials.shares.models import ReceivedShare, Share
from tests.attacks.past_our_code import findings, told
from tests.cases.acting import sentences
from tests.cases.typed import hidden
from tests.pages.markup import faults
from tests.trials.due import reminders_are_due
from tests.trials.sharing_world import OBSERVER, OTHER_OBSERVER, Sharer
from tests.trials.trying import DEPUTY, OFFICER, held, in_days, in_hours
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
        receiving.keep_report(session, by, received, str(receiving.report_mark(received)), report, datetime.now(UTC))
        receiving.file_report(session, by, received, str(receiving.report_mark(received)), datetime.now(UTC))


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


def waiting(world: World, share_id: uuid.UUID) -> str:
    """What the embassy's Today says, once its newest version was read."""
    with world.acting(OBSERVER) as (session, _by):
        received = session.get_one(ReceivedShare, share_id)
        receiving.note(session, received, received.number)
    return sentences(world.client(OBSERVER).get("/").text)


def test_before_it_begins_and_empty_it_is_refused(world: World) -> None:
    sharer = Sharer(world)
    share_id = accepted(sharer)
    for when in (in_days(1, None), in_hours(1)):
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=when)
        assert sharer.seen(share_id) is not None
        with pytest.raises(Refused, match="has not begun"):
            filed(sharer, share_id, seen())
        assert "Somebody of you goes to a hearing" in waiting(world, share_id)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_hours(-1))
    assert "The report on a hearing is awaited" in waiting(world, share_id)
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


@pytest.mark.parametrize("year", [2101, 2200, 9999])
def test_a_next_date_in_a_year_that_cannot_be_keeps_no_report_from_its_hearing(today: Sharer, year: int) -> None:
    share_id, next_on = accepted(today), date(year, 1, 1)
    with pytest.raises(Refused, match="year"):
        filed(today, share_id, seen(next_on=next_on))
    by_hand(today, OBSERVER, share_id, seen(next_on=next_on))
    assert report_of(today) is not None
    hearing = today.tried.hearing(today.hearing_id)
    assert (hearing.state, hearing.next_unsaid) == (State.REPORTED, True)


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


class Paper:
    """The report on a share, as its observer writes it in a browser."""

    def __init__(self, sharer: Sharer, share_id: uuid.UUID, who: str = OBSERVER) -> None:
        self.observer, self.share = sharer.world.client(who), f"/shares/{share_id}"
        self.path = f"{self.share}/report"

    def read(self, step: str = "") -> str:
        answer = self.observer.get(f"{self.path}/{step}" if step else self.path)
        assert answer.status_code == 200
        return answer.text

    def mark(self, step: str = "course") -> str:
        return hidden(self.read(step), "made_from")

    def step(self, name: str, mark: str | None = None, **says: Any) -> Any:
        """One page of it, as a browser sends it."""
        given = {"made_from": self.mark(name) if mark is None else mark} | USUAL.get(name, {})
        return self.observer.post(f"{self.path}/{name}", given | says)

    def file(self, mark: str | None = None) -> Any:
        return self.observer.post(f"{self.path}/file", {"made_from": self.mark("file") if mark is None else mark})

    def write(self) -> None:
        assert self.step("course", summary="One witness.").status_code == 303
        assert self.step("came").status_code == 303


USUAL: dict[str, dict[str, str]] = {
    "room": {"accused": "yes"},
    "came": {"access": "admitted", "outcome": "continues", "other_outcome": ""}
    | {f"next_on-{part}": "" for part in ("day", "month", "year")},
    "after": {"publish": "no"},
}


def test_it_is_written_page_by_page_filed_and_read_in_the_office(today: Sharer) -> None:
    """As an officer's: the same pages, and each is saved when its writer goes on."""
    paper = Paper(today, accepted(today))
    assert "Not begun" in sentences(paper.read())
    assert paper.step("room", judges="Three").location.endswith("/report/course")
    assert paper.step("course", summary="One witness.").location.endswith("/report/came")
    assert "Needed before it is filed" in sentences(paper.read())
    refused = paper.file()
    assert refused.status_code == 422
    assert "Nothing says what came of it." in sentences(refused.text)
    assert paper.step("came").location.endswith("/report/items-1")
    assert paper.step("after", do="later").location.endswith("/report")
    assert "Being written, not filed" in sentences(paper.read())
    assert report_of(today) is None
    assert paper.file().status_code == 303
    assert "Filed with the office that shared the hearing" in sentences(paper.read())
    assert "Reported" in sentences(paper.observer.get(paper.share).text)
    office = today.world.client(OFFICER)
    office.get("/")
    read = sentences(office.get(f"/trials/{today.tried.id}/hearings/{today.hearing_id}/report").text)
    assert "One witness." in read
    assert "Three" in read


def test_its_pages_are_those_of_the_officer_s_and_one_that_asks_what_came_of_it(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    usual = asked("main_trial")
    pages = re.findall(r"/report/([a-z]+(?:-\d)?)\"", paper.read())
    checklist = [one for one in pages if one.startswith("items-")]
    assert list(dict.fromkeys(pages)) == ["room", "course", "came", *checklist, "after", "rest", "file"]
    items = [re.findall(r'name="(f\d\d)_said"', paper.read(one)) for one in (*checklist, "rest")]
    assert [item for page in items[:-1] for item in dict.fromkeys(page)] == list(usual)
    assert list(dict.fromkeys(items[-1])) == [item for item in ITEMS if item not in usual]


def test_beside_each_item_stands_the_law_that_bound_the_state_on_the_day(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    page = sentences(paper.read("items-1"))
    assert "the treaties that bound Egypt on" in page
    assert "ICCPR 14(1)" in page
    assert "ECHR" not in page


def test_of_a_share_that_does_not_say_the_state_no_law_is_claimed(today: Sharer, monkeypatch: Any) -> None:
    monkeypatch.setattr("hrd_cases.trials.shares.seen.country_of", lambda _files: "")
    page = sentences(Paper(today, accepted(today)).read("items-1"))
    assert "did not say before which state’s court it is" in page
    assert "ICCPR" not in page


def test_what_is_half_done_is_kept_and_not_filed(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    paper.write()
    assert "Nothing says how this is known." in sentences(paper.step("rest", f14_said="violated").text)
    assert paper.step("rest", f14_said="violated", do="later").status_code == 303
    refused = paper.file()
    assert refused.status_code == 422
    assert "Nothing says how this is known." in sentences(refused.text)
    assert "1 of" in sentences(paper.read())
    assert report_of(today) is None


def test_a_colleague_s_page_is_not_lost_nor_what_was_typed_after_it(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    mark = paper.mark("room")
    assert paper.step("course", summary="One witness.").status_code == 303
    late = paper.step("room", mark, judges="Three")
    assert late.status_code == 422
    assert "A colleague wrote in this report meanwhile" in sentences(late.text)
    assert "Three" in late.text
    assert paper.step("room", hidden(late.text, "made_from"), judges="Three").status_code == 303
    said = sentences(paper.read())
    assert "One witness." in said
    assert "Three" in said


def test_pressed_twice_a_page_is_saved_once_and_a_report_filed_once(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    mark = paper.mark()
    assert [paper.step("course", mark, summary="One witness.").status_code for _ in range(2)] == [303, 303]
    paper.write()
    mark = paper.mark("file")
    assert paper.file(mark).status_code == 303
    assert paper.file(mark).status_code == 422
    assert "Nothing was changed since it was filed." in sentences(paper.file().text)


def test_a_next_date_that_cannot_be_is_said_at_its_field(today: Sharer) -> None:
    paper = Paper(today, accepted(today))
    day = {"next_on-day": "1", "next_on-month": "1", "next_on-year": "1999"}
    answer = paper.step("came", **day)
    assert answer.status_code == 422
    assert "The next date lies before the hearing itself." in sentences(answer.text)
    never = paper.step("came", **(day | {"next_on-year": "2150"}))
    assert "The year of this date cannot be right." in sentences(never.text)
    hour = paper.step("room", starts="9:10", ends="8 am")
    assert "It cannot have ended before it began." in sentences(hour.text)


def test_before_it_is_accepted_the_page_says_what_comes_first(today: Sharer) -> None:
    share_id = today.share()
    with today.world.acting(OBSERVER):
        pass
    paper = Paper(today, share_id)
    assert "Nobody of you has said that they go." in sentences(paper.read())
    assert paper.step("course", summary="One witness.").status_code == 422


def test_what_was_filed_is_filed_again_with_what_was_changed(today: Sharer) -> None:
    share_id = accepted(today)
    paper = Paper(today, share_id)
    assert paper.step("room", judges="Three").status_code == 303
    paper.write()
    assert paper.file().status_code == 303
    assert "The report that was filed" in sentences(paper.observer.get(paper.share).text)
    assert paper.step("course", summary="Two witnesses.", do="later").status_code == 303
    assert "Go on with the report" in sentences(paper.observer.get(paper.share).text)
    assert "What was written since has not been filed yet." in sentences(paper.read())
    assert paper.file().status_code == 303
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


def test_whatever_is_needed_stands_at_its_page_before_and_after_it_is_refused(today: Sharer) -> None:
    """What an empty report lacks, what came of it, and an answer that does not say how it is known."""
    paper = Paper(today, accepted(today))
    empty, course, came = "The report is empty.", "/report/course", "/report/came"

    def needed(page: str) -> list[tuple[str, str]]:
        found = re.findall(r'href="[^"]*(/report/[a-z0-9-]+)"(?:(?!</li>).)*?hint"><bdi>(.*?)</bdi>', page, re.DOTALL)
        return [(path, sentences(said)) for path, said in found]

    for page in (paper.read(), paper.read("file"), paper.file().text):
        assert [path for path, _ in needed(page)] == [course, came]
        assert empty in needed(page)[0][1]
        assert "Nothing says what came of it." in needed(page)[1][1]
    assert paper.step("rest", f14_said="violated", do="later").status_code == 303
    for page in (paper.read(), paper.read("file"), paper.file().text):
        ((path, _), (item, said)) = needed(page)
        assert (path, item) == (came, "/report/rest")
        assert "Nothing says how this is known." in said


def test_once_it_was_filed_nobody_declines(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    page = today.world.client(OBSERVER).get(f"/shares/{share_id}").text
    assert f"/shares/{share_id}/decline" not in page
    with pytest.raises(Refused, match="Your report on this hearing was filed"):
        today.decline(share_id)
    assert today.of(share_id, lambda one: one.state) == "accepted"


def test_once_filed_nobody_is_reminded_to_go(world: World) -> None:
    """Also where it was filed on the day of a hearing whose hour nobody knew, or that has not come."""
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(1))
    share_id = accepted(sharer)
    assert sharer.of(share_id, lambda one: len(one.ahead)) > 0
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    filed(sharer, share_id, seen())
    assert sharer.of(share_id, lambda one: one.ahead) == ()


def test_when_it_has_begun_an_embassy_says_that_nobody_was_there(world: World) -> None:
    sharer = Sharer(world)
    share_id = accepted(sharer)
    observer = world.client(OBSERVER)
    assert "Nobody of us was there" not in sentences(observer.get(f"/shares/{share_id}").text)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(-1))
    sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held())
    observer.get("/")
    page = observer.get(f"/shares/{share_id}").text
    assert "Nobody of us was there" in sentences(page)
    form = observer.get(f"/shares/{share_id}/decline").text
    assert "Nobody of your office was at this hearing" in sentences(form)
    said = {"number": hidden(form, "number"), "reason": "The bus broke down"}
    assert observer.post(f"/shares/{share_id}/decline", said).status_code == 303
    world.client(OFFICER).get("/")  # it is the officer who opens the letter
    reminders_are_due(world)
    office = sentences(world.client(OFFICER).get("/").text)
    assert "says that nobody of theirs was at this hearing" in office
    assert "The bus broke down" in office
    assert "Report awaited" not in office
    path = f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}"
    for each in (path, f"{path}/report"):
        text = sentences(world.client(OFFICER).get(each).text)
        assert "says that nobody of theirs was there: no report is awaited." in text
        assert "due by" not in text
    assert sharer.tried.hearing(sharer.hearing_id).report_on is None
    report = world.client(OFFICER).get(f"{path}/report").text
    assert "Check and file" in sentences(report), "whoever knows more can write it"
    assert findings(world) == []


def test_where_an_embassy_only_reads_it_no_more_a_report_is_awaited_still(world: World) -> None:
    """Somebody of theirs may have been there: an officer asks them, and writes it."""
    sharer = Sharer(world)
    share_id = accepted(sharer)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(-1))
    sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held())
    sharer.revoke(share_id)
    assert sharer.tried.hearing(sharer.hearing_id).report_on is not None
    page = sentences(world.client(OFFICER).get(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}").text)
    assert "they cannot file a report" in page


def test_before_the_hearing_a_report_is_written_and_says_from_when_it_is_filed(world: World) -> None:
    sharer = Sharer(world)
    share_id = accepted(sharer)
    observer, at = world.client(OBSERVER), f"/shares/{share_id}/report"
    early = "The hearing has not begun. What you write now is kept, and can be filed from then on:"
    first = observer.get(at).text
    assert early in sentences(first)
    assert "10:00" in sentences(first).partition(early)[2].partition("at the court")[0]
    assert "Check and file" not in sentences(first)
    assert faults(first) == []
    last = observer.get(f"{at}/file").text
    assert "File the report</button>" not in last
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0))
    observer.get("/")
    now = sentences(observer.get(at).text)
    assert early not in now
    assert "Check and file" in now
