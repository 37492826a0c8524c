"""The office asks an embassy for changes in its report: the words reach them, and the report comes back corrected."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

import msgspec
import pytest

from hrd_cases.audit.events import Event
from hrd_cases.errors import Refused
from hrd_cases.trials import reports, scheduling
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.shares import following
from tests.attacks.past_our_code import findings, told
from tests.cases.acting import sentences
from tests.cases.typed import hidden
from tests.trials.sharing_world import OBSERVER, Sharer
from tests.trials.test_shared_reports import Paper, accepted, filed, report_of, seen, today
from tests.trials.trying import DEPUTY, OFFICER, held

__all__ = ["today"]
WORDS = "Who was the second witness? Name the articles of the charge."
MORE = "And at what hour did it end?"
AWAITED = "awaited from Cairo · Embassy · Member State A"


def asked(sharer: Sharer, words: str = WORDS, who: str = DEPUTY) -> None:
    sharer.tried.do(reports.ask_changes, sharer.tried.entry(sharer.hearing_id), words, who=who)


def page_of(sharer: Sharer, below: str = "", who: str = OFFICER) -> str:
    client = sharer.world.client(who)
    client.get("/")
    page = client.get(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}{below}").text
    return re.sub("[\u2068\u2069]", "", sentences(page))


def their_today(sharer: Sharer) -> str:
    return sentences(sharer.world.client(OBSERVER).get("/").text)


def form_of(sharer: Sharer, who: str = DEPUTY) -> tuple[Any, str, str]:
    client, path = sharer.world.client(who), f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/report/changes"
    client.get("/")
    return client, path, client.get(path).text


def test_the_words_reach_the_embassy_and_the_corrected_report_comes_back(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    page_of(today)
    client, path, page = form_of(today)
    assert "reads this on their Today." in sentences(page)
    assert client.post(path, {"made_from": hidden(page, "made_from"), "reason": WORDS}).status_code == 303

    row = their_today(today)
    assert "Changes are asked for in your report" in row
    assert WORDS in row
    assert "A hearing that is shared with you was changed" not in row
    paper = Paper(today, share_id)
    for page in (paper.read(), paper.observer.get(paper.share).text, paper.read("course")):
        assert WORDS in sentences(page)
    assert "Check and file" in sentences(paper.read())
    assert "I have read it" not in sentences(paper.observer.get(paper.share).text)
    for below in ("", "/report"):
        said = page_of(today, below)
        assert "Changes asked on" in said
        assert AWAITED in said

    assert "Nothing was changed since it was filed." in sentences(paper.file().text)
    assert paper.step("course", summary="Two witnesses.", do="later").status_code == 303
    assert WORDS in their_today(today)
    assert paper.file().status_code == 303
    assert WORDS not in their_today(today)
    assert "Check and file" not in sentences(paper.read())
    report = report_of(today)
    assert report is not None
    assert (report.filed, report.summary) == (True, "Two witnesses.")
    assert today.tried.hearing(today.hearing_id).state == State.REPORTED
    assert AWAITED not in page_of(today)
    today.tried.act(today.hearing_id, Act.REVIEW, who=DEPUTY)
    assert today.tried.hearing(today.hearing_id).state == State.REVIEWED
    assert told(today.world, Event.LETTER_REFUSED) == 0
    assert findings(today.world) == []


def test_filed_again_nothing_new_is_told_to_them(today: Sharer) -> None:
    """That their letter arrived changes nothing of what they see."""
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    asked(today)
    assert WORDS in their_today(today)
    filed(today, share_id, seen(summary="Two witnesses."))
    number = today.given(share_id).number
    report_of(today)
    today.tried.act(today.hearing_id, Act.REVIEW, who=DEPUTY)
    assert today.given(share_id).number == number
    assert "was changed" not in their_today(today)


def test_asked_twice_the_second_words_stand(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    asked(today)
    filed(today, share_id, seen(summary="Two witnesses."))
    report_of(today)
    asked(today, MORE)
    row = their_today(today)
    assert MORE in row
    assert WORDS not in row
    filed(today, share_id, seen(summary="Two witnesses, until noon."))
    report_of(today)
    assert MORE not in their_today(today)
    assert today.tried.hearing(today.hearing_id).state == State.REPORTED


def test_pressed_twice_it_is_asked_once(today: Sharer) -> None:
    filed(today, accepted(today), seen())
    client, path, page = form_of(today)
    given = {"made_from": hidden(page, "made_from"), "reason": WORDS}
    assert client.post(path, given).status_code == 303
    again = client.post(path, given)
    assert again.status_code == 422
    assert WORDS in again.text


@pytest.mark.parametrize("when", ["before the page", "while it is written"])
def test_of_a_share_that_is_over_it_is_refused_and_the_words_stay(today: Sharer, when: str) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    if when == "before the page":
        today.revoke(share_id)
    client, path, page = form_of(today)
    if when == "before the page":
        assert "not shared with Member State A" in sentences(page)
    else:
        today.revoke(share_id)
    answer = client.post(path, {"made_from": hidden(page, "made_from"), "reason": WORDS})
    assert answer.status_code == 422
    assert "not shared with Member State A" in sentences(answer.text)
    assert WORDS in answer.text
    assert today.tried.hearing(today.hearing_id).state == State.REPORTED


def test_of_one_that_was_filed_too_often_it_is_refused(today: Sharer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever they wrote could not be sent."""
    monkeypatch.setattr(reports, "MOST_REPORTS", 1)
    filed(today, accepted(today), seen())
    report_of(today)
    with pytest.raises(Refused, match="so often"):
        today.tried.do(reports.ask_changes, today.tried.entry(today.hearing_id), WORDS, who=DEPUTY)


def test_a_letter_that_could_not_go_is_said_and_sent_later(today: Sharer, monkeypatch: pytest.MonkeyPatch) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)

    def locked(*_args: Any, **_more: Any) -> None:
        raise Refused("No", "Later")

    with monkeypatch.context() as patch:
        patch.setattr(following, "send_offer", locked)
        asked(today)
    assert WORDS not in their_today(today)
    for below in ("", "/report"):
        assert "They have not got it yet" in page_of(today, below)
    today.tried.do(lambda s, by, proceeding, now: _sent_again(s, by, proceeding, share_id, now))
    assert WORDS in their_today(today)
    filed(today, share_id, seen(summary="Two witnesses."))
    assert report_of(today) is not None
    assert today.tried.hearing(today.hearing_id).state == State.REPORTED


def _sent_again(session: Any, by: Any, proceeding: Any, share_id: uuid.UUID, now: datetime) -> None:
    docket = open_docket(session, proceeding)
    following.send_again(session, by, docket, following.share_of(docket, share_id), now)


def test_of_a_share_that_ends_while_changes_are_awaited_an_officer_writes_in_their_place(today: Sharer) -> None:
    """Whoever cannot read the hearing any more files nothing: an officer writes in their place."""
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    asked(today)
    their_today(today)
    today.revoke(share_id)
    said = page_of(today, "/report")
    assert AWAITED not in said
    assert "is not shared with Cairo · Embassy · Member State A (fictional) any more" in said
    assert WORDS in said
    with pytest.raises(Refused):
        filed(today, share_id, seen(summary="Two witnesses."))
    assert "Write it" in said


def test_a_correction_of_the_result_does_not_ask_again(today: Sharer) -> None:
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    asked(today)
    number = today.given(share_id).number
    then = msgspec.structs.replace(today.tried.hearing(today.hearing_id), defence_knows="yes")
    assert today.tried.do(scheduling.correct_hearing, today.tried.entry(today.hearing_id), then)
    assert today.given(share_id).number == number
    assert today.given(share_id).shared.changes == WORDS


def test_killed_in_between_nothing_stands_and_it_is_asked_again(today: Sharer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks and the letter that tells it are one transaction."""
    share_id = accepted(today)
    filed(today, share_id, seen())
    report_of(today)
    number = today.given(share_id).number
    real = following.send_offer

    def sent_and_killed(*given: Any, **more: Any) -> None:
        real(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(following, "send_offer", sent_and_killed)
        with pytest.raises(KeyboardInterrupt):
            asked(today)
    assert today.given(share_id).number == number
    assert today.tried.hearing(today.hearing_id).state == State.REPORTED
    assert WORDS not in their_today(today)
    asked(today)
    assert WORDS in their_today(today)
    assert findings(today.world) == []


def test_whoever_looks_after_the_file_reads_that_it_is_awaited_and_is_offered_no_page_to_write_on(
    today: Sharer,
) -> None:
    """The officer recorded that it was held; somebody of an embassy was there."""
    share_id = accepted(today)
    today.tried.act(today.hearing_id, Act.RECORD, result=held())
    client = today.world.client(OFFICER)

    def read() -> str:
        return sentences(client.get("/").text)

    assert "Report awaited from an embassy (Main trial session): Member State A (fictional), Cairo" in read()
    assert "Write the report" not in read()
    filed(today, share_id, seen())
    report_of(today)
    assert "Report awaited" not in read()
    assert "Read it, and review it" in read()
    asked(today)
    assert "Report awaited from an embassy" in read()
    assert "Write the report" not in read()
    today.revoke(share_id)
    assert "Look at the hearing" in read()
    assert "An officer can, with what they tell you another way." in page_of(today)
    page = today.world.client(OFFICER).get(f"/trials/{today.tried.id}/hearings/{today.hearing_id}/report/course")
    assert page.status_code == 200
