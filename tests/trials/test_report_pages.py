"""The pages of a report, sent as a browser without scripts sends them."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.cases.details import Person, Profile
from hrd_cases.trials import reports
from hrd_cases.trials.checklist import asked
from hrd_cases.trials.details import Observed, Observer, Report
from hrd_cases.trials.forms.report import ReportForm
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.treaties import TABLE, to_check
from tests.attacks.past_our_code import tables
from tests.cases.acting import Filed, sentences
from tests.cases.typed import fields_of, fill
from tests.pages.markup import faults
from tests.trials.reporting import Reporting
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days
from tests.world import World


class Paper:
    """The report on a hearing of today that was held, by its pages. A colleague without an account went."""

    def __init__(self, tried: Tried, kind: str = "bail", **more: Any) -> None:
        self.tried = tried
        said: dict[str, Any] = {"when": in_days(0, None), "kind": kind, "other_kind": "Inspection"}
        said |= {"observer": Observer(name="A colleague", embassy="A")} | more
        self.hearing_id = tried.schedule(**said)
        tried.act(self.hearing_id, Act.RECORD, result=held("bail_refused"))
        self.path = f"/trials/{tried.id}/hearings/{self.hearing_id}/report"

    def get(self, rest: str = "", who: str = OFFICER) -> str:
        answer = self.tried.world.client(who).get(self.path + rest)
        assert answer.status_code == 200
        assert faults(answer.text) == []
        return sentences(answer.text)

    def step(self, step: str, who: str = OFFICER, **typed: Any) -> Any:
        return fill(self.tried.world.client(who), f"{self.path}/{step}", **typed)

    def press(self, rest: str, who: str = OFFICER, **typed: Any) -> Any:
        return fill(self.tried.world.client(who), f"{self.path}/{rest}", **typed)

    @property
    def stands(self) -> Report:
        found: Report = Reporting(self.tried, self.hearing_id).look().said
        return found


@pytest.fixture
def paper(tried: Tried) -> Paper:
    return Paper(tried)


# -- from page to page


def test_it_is_written_page_by_page_filed_and_reviewed_by_the_head(paper: Paper) -> None:
    assert "Not begun" in paper.get()
    at = "room"
    typed: dict[str, dict[str, str]] = {
        "room": {"judges": "Three", "starts": "9.30", "ends": "11:00", "accused": "yes", "public": "Family let in"},
        "course": {"summary": "Bail was refused in ten minutes."},
        "items-1": {"f05_said": "violated", "f05_basis": "seen", "f05_note": "A cage."},
        "items-2": {"f18_said": "respected"},
        "after": {"publish": "no"},
    }
    for step, says in typed.items():
        assert at == step
        answer = paper.step(step, **says)
        assert answer.status_code == 303
        at = answer.location.rpartition("/")[2]
    assert at == "file"
    so_far = paper.get()
    assert "Being written, not filed" in so_far
    assert "What is written so far" in so_far
    assert "Items answered 2" in paper.get("/file")
    assert paper.press("file").status_code == 303
    shown = paper.get()
    for words in (
        "Report: filed, not reviewed",
        "Three",
        "09:30",
        "Bail was refused in ten minutes.",
        "A cage.",
        "Violated",
    ):
        assert words in shown, words
    assert "Nobody else has reviewed it yet." in shown
    assert "Nobody reviews a report of their own." in shown
    assert "Review the report" in paper.get(who=HEAD)
    assert paper.press("review", HEAD).status_code == 303
    assert "Report: reviewed" in paper.get()
    assert paper.tried.hearing(paper.hearing_id).state == State.REVIEWED


def test_the_result_is_told_once_as_it_was_recorded_with_where_it_is_corrected(paper: Paper) -> None:
    paper.step("course", summary="Bail was refused.")
    client = paper.tried.world.client(OFFICER)
    shown = client.get(paper.path).text
    for label in ("Outcome", "Next date", "Was the observer let in?"):
        assert len(re.findall(rf"<dt[^>]*>{re.escape(label)}</dt>", shown)) == 1, label
    corrects = f"/trials/{paper.tried.id}/hearings/{paper.hearing_id}/result"
    assert shown.count(f'href="{corrects}"') == 3
    assert faults(shown) == []
    asked = fields_of(client.get(f"{paper.path}/course").text) | fields_of(client.get(f"{paper.path}/after").text)
    assert not {"outcome", "next_on-day"} & set(asked), "the report asks for it nowhere"


def test_whoever_comes_back_later_finds_everything(paper: Paper) -> None:
    answer = paper.step("room", judges="Three", do="later")
    assert answer.location.endswith("/report")
    form = fields_of(paper.tried.world.client(OFFICER).get(f"{paper.path}/room").text)
    assert form["judges"] == ["Three"]


def test_what_is_half_done_is_kept_for_later_and_what_it_lacks_is_asked_when_it_is_filed(paper: Paper) -> None:
    closed = {"f03_said": "violated", "f03_closed": "y", "f05_said": "partly"}
    assert paper.step("items-1", **closed, do="later").location.endswith("/report")
    assert paper.step("items-1").status_code == 422, "whoever goes on is asked at once"
    answer = paper.press("file")
    assert answer.status_code == 422
    assert "Nothing says how this is known." in sentences(answer.text)
    paper.step("items-1", f03_basis="seen", f03_ground="none_given", f05_basis="seen")
    assert paper.press("file").status_code == 303


@pytest.mark.parametrize("kind", ["bail", "main_trial", "verdict", "ngo_dissolution", "other"])
def test_the_items_are_asked_by_the_type_of_hearing_on_a_few_pages(tried: Tried, kind: str) -> None:
    paper = Paper(tried, kind)
    officer = tried.world.client(OFFICER)
    pages = re.findall(r"/report/(items-\d)\"", officer.get(paper.path).text)
    found = []
    for page in pages:
        found += re.findall(r'name="(f\d\d)_note"', officer.get(f"{paper.path}/{page}").text)
    assert tuple(found) == asked(kind)
    assert len(pages) <= 3


def test_where_a_minor_is_tried_juvenile_procedure_is_asked(paper: Paper, file: Filed) -> None:
    assert "Juvenile procedure" in paper.get("/rest")
    file.change(Person, minor=True)
    every = paper.get("/items-1") + paper.get("/items-2")
    assert "Juvenile procedure" in every
    assert "Juvenile procedure" not in paper.get("/rest")


def test_what_nobody_answered_is_not_observed(paper: Paper) -> None:
    paper.step("items-1")
    paper.step("course", summary="It was short.")
    assert paper.stands.items == ()
    paper.press("file")
    assert paper.get().count("Not observed") == len(asked("bail"))


# Typed on a page; what is said, and at which field.
NOT_SAVED: list[tuple[str, dict[str, str], str, str]] = [
    ("items-1", {"f05_said": "violated"}, "Nothing says how this is known.", "f05_basis"),
    ("items-1", {"f02_said": "partly", "f02_note": "As told"}, "Nothing says how this is known.", "f02_basis"),
    ("items-1", {"f03_said": "violated", "f03_basis": "seen", "f03_closed": "y"}, "no ground is given", "f03_ground"),
    ("items-1", {"f03_said": "violated", "f03_closed": "y"}, "Nothing says how this is known.", "f03_basis"),
    ("items-1", {"f03_closed": "y"}, "Whether it was public is not answered.", "f03_said"),
    ("room", {"starts": "half past nine"}, "Write the hour like this: 14:30.", "starts"),
    ("course", {"summary": "x" * 20_001}, "Use at most 20000 characters.", "summary"),
]


@pytest.mark.parametrize(("step", "typed", "sentence", "field"), NOT_SAVED)
def test_what_cannot_stand_is_said_at_its_field_and_stays_typed(
    paper: Paper, step: str, typed: dict[str, str], sentence: str, field: str
) -> None:
    answer = paper.step(step, **typed)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert f'href="#{field}' in answer.text
    assert faults(answer.text) == []
    again = fields_of(answer.text)
    assert {name: again[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert Reporting(paper.tried, paper.hearing_id).look() is None


def test_a_closed_hearing_is_said_with_its_ground(paper: Paper) -> None:
    closed = {"f03_said": "violated", "f03_basis": "document", "f03_closed": "y", "f03_ground": "none_given"}
    assert paper.step("items-1", **closed).status_code == 303
    assert "Closed to the public: No ground given" in paper.get()


def test_the_ground_is_asked_beside_that_the_hearing_was_closed(paper: Paper) -> None:
    """It lay folded, and who ticked “closed” did not see that a ground is asked."""
    text = paper.tried.world.client(OFFICER).get(f"{paper.path}/items-1").text
    asked = text[text.index('name="f03_closed"') :].split('name="f03_note"')[0]
    assert "<details" not in asked
    assert 'name="f03_ground"' in asked


# -- two who write


def test_of_two_who_write_the_second_reads_both_and_loses_nothing(paper: Paper) -> None:
    deputy, path = paper.tried.world.client(DEPUTY), f"{paper.path}/items-1"
    seen = fields_of(deputy.get(path).text)
    first = {"f05_said": "violated", "f05_basis": "seen", "f05_note": "A cage."}
    assert paper.step("items-1", **first).status_code == 303
    mine = {"f05_said": "partly", "f05_basis": "seen", "f05_note": "Handcuffs.", "f02_said": "respected"}
    answer = deputy.post(path, seen | mine)
    assert answer.status_code == 409
    shown = sentences(answer.text)
    assert "Equality of arms (only you changed this: yours is added)" in shown
    assert ": Note (both of you changed this: yours would stand)" in shown
    assert deputy.post(path, fields_of(answer.text, nth=0)).status_code == 303
    items = {one.item: one for one in paper.stands.items}
    assert items["f05"] == Observed(item="f05", said="partly", basis="seen", note="A cage.\n\nHandcuffs.")
    assert items["f02"].said == "respected"


def test_two_on_different_pages_lose_nothing_either(paper: Paper) -> None:
    deputy, path = paper.tried.world.client(DEPUTY), f"{paper.path}/course"
    seen = fields_of(deputy.get(path).text)
    assert paper.step("room", judges="Three").status_code == 303
    answer = deputy.post(path, seen | {"summary": "It was short."})
    assert answer.status_code == 409
    assert deputy.post(path, fields_of(answer.text)).status_code == 303
    assert (paper.stands.judges, paper.stands.summary) == ("Three", "It was short.")


def test_what_was_filed_meanwhile_is_read_before_it_is_reviewed(paper: Paper) -> None:
    paper.step("course", summary="It was short.")
    paper.press("file")
    head = paper.tried.world.client(HEAD)
    seen = fields_of(head.get(f"{paper.path}/review").text)
    paper.step("course", summary="It was long.")
    paper.press("file")
    answer = head.post(f"{paper.path}/review", seen)
    assert answer.status_code == 422
    assert "Somebody wrote of this hearing or its report first." in sentences(answer.text)
    assert paper.tried.hearing(paper.hearing_id).state == State.REPORTED


# -- sent back, corrected


def test_it_is_sent_back_with_a_reason_that_its_writers_read_first(paper: Paper) -> None:
    paper.step("course", summary="It was short.")
    paper.press("file")
    assert paper.press("changes", HEAD, reason=" ").status_code == 422
    assert paper.press("changes", HEAD, reason="Who was the judge?").status_code == 303
    for rest in ("", "/room"):
        assert "Sent back for changes Who was the judge?" in paper.get(rest).replace("Important ", "")
    assert "Report: sent back for changes" in paper.get()
    paper.step("room", judges="Three")
    paper.press("file")
    assert "Who was the judge?" not in paper.get()


def test_readers_are_shown_what_was_filed_while_it_is_corrected(paper: Paper) -> None:
    paper.step("course", summary="It was short.")
    paper.press("file")
    paper.step("course", summary="It was long.")
    shown = paper.get()
    assert "It was short." in shown
    assert "It was long." not in shown
    assert "is correcting it since this was filed" in shown
    assert "What was filed before" not in shown
    paper.press("file")
    assert "What was filed before" in paper.get()
    before = paper.get("/before")
    assert before.index("It was long.") < before.index("Stood before") < before.index("It was short.")


def test_nobody_is_led_over_what_is_not_usually_asked_and_it_may_be_answered(paper: Paper) -> None:
    assert paper.step("rest", f10_said="respected").location.endswith("/file")
    assert "Examines witnesses on equal terms" in paper.get()


def test_an_empty_one_is_not_filed(paper: Paper) -> None:
    paper.step("room", judges="Three")
    answer = paper.press("file")
    assert answer.status_code == 422
    assert "The report is empty." in sentences(answer.text)


def test_whoever_may_review_it_is_told_on_today_and_the_author_is_not(paper: Paper) -> None:
    told = "filed a report on a hearing: it waits to be reviewed."
    paper.step("course", summary="It was short.")
    paper.press("file")
    today = {who: paper.tried.world.client(who).get("/") for who in (OFFICER, DEPUTY, HEAD)}
    assert {who: told in sentences(answer.text) for who, answer in today.items()} == {
        OFFICER: False,
        DEPUTY: True,
        HEAD: True,
    }
    assert f'href="{paper.path}"' in today[HEAD].text
    paper.press("review", HEAD)
    assert told not in sentences(paper.tried.world.client(DEPUTY).get("/").text)


# -- who


def test_who_may_not_write_reads_why(tried: Tried) -> None:
    paper = Paper(tried, observer=Observer(member_id=tried.member(DEPUTY)))
    shown = paper.get()
    assert "The observer can; an officer can for an observer who has no account here." in shown
    assert "Write it" not in shown
    assert tried.world.client(OFFICER).get(f"{paper.path}/room").status_code == 303
    assert "Write it" in paper.get(who=DEPUTY)


def test_before_the_result_it_says_what_comes_first(tried: Tried) -> None:
    ahead = tried.schedule(when=in_days(0, None), observer=Observer(name="A colleague"))
    shown = sentences(tried.world.client(OFFICER).get(f"/trials/{tried.id}/hearings/{ahead}/report").text)
    assert "Record the result first." in shown


def test_elsewhere_nobody_knows_of_it_and_no_other_entry_is_a_hearing(paper: Paper) -> None:
    for who in ("officer.minsk", "auditor.hq", "observer.a"):
        for rest in ("", "/room", "/file", "/review", "/changes"):
            assert paper.tried.world.client(who).get(paper.path + rest).status_code == 404, (who, rest)
    officer = paper.tried.world.client(OFFICER)
    for entry in (paper.tried.made_from, uuid.uuid4()):
        assert officer.get(f"/trials/{paper.tried.id}/hearings/{entry}/report").status_code == 404
    assert officer.get(f"{paper.path}/no-such-page").status_code == 404


def test_what_was_filed_and_is_gone_is_said(paper: Paper) -> None:
    paper.step("course", summary="It was short.")
    paper.press("file")
    filed = paper.tried.hearing(paper.hearing_id).report_id
    assert filed is not None
    with tables(paper.tried.world) as session:
        session.execute(text("DELETE FROM proceeding_entries WHERE id = :id"), {"id": filed.hex})
    assert "The report that was filed is missing or failed its check." in paper.get()


# -- the law beside the items

STATES = [
    ("EG", "ICCPR 14(2)", "ECHR"),
    ("BY", "ICCPR 14(2)", "ECHR"),
    ("CN", "UDHR 9–11", "ICCPR 14"),
    ("FR", "ICCPR 14(2), ECHR 6(2)", "UDHR 9"),
]


@pytest.mark.parametrize(("country", "there", "not_there"), STATES)
def test_a_treaty_stands_beside_an_item_only_where_it_bound_the_state(
    paper: Paper, file: Filed, country: str, there: str, not_there: str
) -> None:
    file.change(Profile, country=country)
    shown = paper.get("/items-1")
    assert there in shown
    assert not_there not in shown


def test_a_treaty_that_is_to_be_looked_up_is_not_relied_on_and_said(paper: Paper, file: Filed) -> None:
    countries = {code for bonds in TABLE.bonds.values() for code in bonds}
    doubtful = min(one for one in countries if to_check(one, in_days(0).on))
    file.change(Profile, country=doubtful)
    assert "To be looked up before it is relied on, and left out here" in paper.get("/items-1")


# -- may it be published, harm


@pytest.mark.parametrize(
    ("said", "there"), [("no", False), ("not_said", False), ("without_names", True), ("yes", True)]
)
def test_what_the_observer_would_have_published_still_asks_everybody(paper: Paper, said: str, there: bool) -> None:
    paper.step("after", publish=said)
    assert ("They have not been asked about this yet." in paper.get()) is there


def test_consent_that_was_given_is_said(paper: Paper, file: Filed) -> None:
    paper.step("after", publish="yes")
    file.talk(public_statement="given")
    shown = paper.get()
    assert "Consent to this was given." in shown
    assert "it is recorded as an outward act on their file, which asks again" in shown


def test_harm_to_the_observer_says_what_to_do_first(paper: Paper) -> None:
    paper.step("after", incidents="Followed to the hotel.", harmed="y")
    shown = paper.get()
    assert "First see that they are safe." in shown
    assert "First see that they are safe." in paper.get("/file")
    paper.step("course", summary="It was short.")
    paper.press("file")
    assert "First see that they are safe." in paper.get(who=HEAD)


# -- over the trial


def test_the_trend_says_since_when_an_item_is_worse(tried: Tried) -> None:
    trend = f"/trials/{tried.id}/checklist"
    head = tried.world.client(HEAD)
    assert "No report on a hearing of this trial is filed yet." in sentences(head.get(trend).text)
    for ago, said in ((3, "respected"), (0, "violated")):
        paper = Paper(tried, when=in_days(-ago, None))
        paper.step("items-1", f05_said=said, f05_basis="seen")
        paper.press("file")
    answer = head.get(trend)
    assert faults(answer.text) == []
    shown = sentences(answer.text)
    assert "From 2 reports." in shown
    assert "2 of them are not reviewed." in shown
    assert f"Worse since: Bail, {in_days(0).on:%-d %B %Y}. Now: Violated." in shown
    assert "✓ Respected" in shown
    assert "✗ Violated" in shown


def test_the_trial_and_its_files_say_how_the_report_stands(paper: Paper, file: Filed) -> None:
    trial = f"/trials/{paper.tried.id}"
    officer = paper.tried.world.client(OFFICER)
    for words, act in (
        ("Report: due by", lambda: paper.step("course", summary="It was short.")),
        ("Report: due by", lambda: paper.press("file")),
        ("Report: filed, not reviewed", lambda: paper.press("review", HEAD)),
        ("Report: reviewed", lambda: None),
    ):
        assert words in sentences(officer.get(trial).text), words
        assert words in sentences(officer.get(f"{trial}/hearings/{paper.hearing_id}").text), words
        if words != "Report: reviewed":
            assert words in sentences(officer.get(f"/cases/{file.id}").text), words
        act()


def test_an_empty_answer_is_kept_nowhere() -> None:
    assert reports.answers(Report(hearing_id=uuid.uuid4())) == {}


@pytest.mark.parametrize(
    ("typed_in", "field"),
    [
        ({"starts": "09:10", "ends": "08:00"}, "ends"),
        ({"starts": "09:10", "ends": "09:10"}, None),
        ({"next_on-day": "8", "next_on-month": "3", "next_on-year": "2027"}, "next_on"),
        ({"next_on-day": "9", "next_on-month": "3", "next_on-year": "2027"}, None),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, typed_in: dict[str, str], field: str | None) -> None:
    with world.app.test_request_context("/", method="POST", data=typed_in):
        form = ReportForm()
        form.hearing_on = date(2027, 3, 9)
        form.validate()
        assert set(form.errors) & {"starts", "ends", "next_on"} == ({field} if field else set())
