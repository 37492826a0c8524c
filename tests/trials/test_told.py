"""Whoever is asked, declined to, or loses an observer is told on Today: what, who, why, and what to do next."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest

from hrd_cases.errors import Refused
from hrd_cases.trials import going, preparing
from hrd_cases.trials.details import Observer, Preparation
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.models import ReceivedShare
from tests.cases.acting import sentences
from tests.cases.typed import hidden
from tests.trials.due import reminders_are_due
from tests.trials.due import today as read_today
from tests.trials.sharing_world import OBSERVER, Sharer
from tests.trials.test_shared_reports import by_hand, filed
from tests.trials.test_shared_reports import seen as written_report
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_days
from tests.world import World


def today(world: World, who: str) -> str:
    """Without the marks that set names apart."""
    return re.sub("[\u2066\u2068\u2069]", "", read_today(world, who))


def plain(text: str) -> str:
    """What a page says, without those marks."""
    return re.sub("[\u2066\u2069]", "", sentences(text))


def at(tried: Tried, hearing_id: object) -> str:
    return f"/trials/{tried.id}/hearings/{hearing_id}"


def links(world: World, who: str, path: str = "/") -> set[str]:
    """Where a page leads."""
    return {html.unescape(one) for one in re.findall(r'href="([^"]+)"', world.client(who).get(path).text)}


def goes(tried: Tried, who: str) -> Observer:
    return Observer(member_id=tried.member(who))


# -- asked


def test_whoever_is_chosen_as_a_hearing_is_set_is_told_and_so_is_the_backup(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY), backup=goes(tried, HEAD))
    reminders_are_due(world)
    assert "officer.cairo asks you to go to this hearing." in today(world, DEPUTY)
    assert {f"{at(tried, hearing_id)}/act/accept", f"{at(tried, hearing_id)}/act/decline"} <= links(world, DEPUTY)
    assert "officer.cairo named you as the backup" in today(world, HEAD)
    assert "asks you" not in today(world, OFFICER)


def test_whoever_is_named_as_the_backup_later_is_told(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(20)
    tried.do(going.choose, tried.entry(hearing_id), None, goes(tried, HEAD))
    reminders_are_due(world)
    assert "officer.cairo named you as the backup" in today(world, HEAD)


def test_whoever_goes_to_the_next_hearing_of_the_chain_is_asked_anew(world: World, tried: Tried) -> None:
    first = tried.schedule(20)
    tried.assign(first, DEPUTY)
    tried.act(first, Act.ACCEPT, who=DEPUTY)
    following = tried.act(first, Act.ADJOURN, reason="judge_absent", new=in_days(30)).next_id
    reminders_are_due(world)
    page = today(world, DEPUTY)
    assert "officer.cairo asks you to go to this hearing." in page
    assert f"{at(tried, following)}/act/accept" in links(world, DEPUTY)


# -- declined, withdrawn, replaced


def open_tasks(tried: Tried, hearing_id: uuid.UUID) -> set[uuid.UUID | None]:
    """Whose the tasks are that are left to do."""
    return tried.seen(
        lambda docket: {one.said.for_id for one in docket.preparation(hearing_id) if one.said.done_at is None}
    )


def test_a_decline_is_told_with_its_reason_on_today_on_the_hearing_and_in_its_history(
    world: World, tried: Tried
) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY))
    asked = world.client(DEPUTY).post(f"{at(tried, hearing_id)}/act/decline", {"note": "I am on leave then"})
    assert asked.status_code == 303
    reminders_are_due(world)
    page = today(world, OFFICER)
    assert "deputy.cairo has declined: somebody else has to be found. Why: I am on leave then" in page
    assert f"{at(tried, hearing_id)}/observer" in links(world, OFFICER)
    for path in (at(tried, hearing_id), f"{at(tried, hearing_id)}/before"):
        shown = plain(world.client(OFFICER).get(path).text)
        assert "I am on leave then" in shown, path
        assert "deputy.cairo" in shown
    tried.act(hearing_id, Act.MOVE, new=in_days(25))
    assert "I am on leave then" in plain(world.client(OFFICER).get(at(tried, hearing_id)).text)


def test_what_is_prepared_goes_with_whoever_goes(tried: Tried) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY))
    assert open_tasks(tried, hearing_id) == {tried.member(DEPUTY)}
    tried.act(hearing_id, Act.DECLINE, who=DEPUTY)
    assert open_tasks(tried, hearing_id) == {None}
    tried.assign(hearing_id, HEAD)
    assert open_tasks(tried, hearing_id) == {tried.member(HEAD)}
    tried.act(hearing_id, Act.GO_MYSELF)
    assert open_tasks(tried, hearing_id) == {tried.member(OFFICER)}


def test_what_was_done_and_what_somebody_else_prepares_stays_theirs(tried: Tried) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY))
    mine = Preparation(hearing_id=hearing_id, kind="other", other_kind="Call", for_id=tried.member(OFFICER))
    tried.do(preparing.add, mine)
    first = tried.seen(lambda docket: docket.preparation(hearing_id)[0].entry.id)
    tried.do(preparing.tick, first, "", done=True)
    tried.act(hearing_id, Act.DECLINE, who=DEPUTY)
    done = tried.seen(lambda docket: [one.said for one in docket.preparation(hearing_id) if one.said.done_at])
    assert [one.for_id for one in done] == [tried.member(DEPUTY)]
    assert open_tasks(tried, hearing_id) == {None, tried.member(OFFICER)}


def test_whoever_is_replaced_by_somebody_who_goes_themselves_is_told(world: World, tried: Tried) -> None:
    hearing_id = tried.schedule(20, observer=goes(tried, DEPUTY))
    tried.act(hearing_id, Act.GO_MYSELF)
    reminders_are_due(world)
    assert "officer.cairo has chosen who goes instead of you: you need not." in today(world, DEPUTY)


# -- embassies


@pytest.fixture
def sharer(world: World) -> Sharer:
    return Sharer(world)


def test_an_embassys_no_reaches_the_officer_with_its_reason_whoever_opens_its_letter(
    world: World, sharer: Sharer
) -> None:
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.decline(share_id, "Our only observer is on leave")
    world.client(OFFICER).get("/")  # it is the officer who opens the letter
    reminders_are_due(world)
    page = today(world, OFFICER)
    assert "Cairo · Embassy · Member State A (fictional) has declined: somebody else has to be found." in page
    assert "Why: Our only observer is on leave" in page
    assert f"{at(sharer.tried, sharer.hearing_id)}/observer" in links(world, OFFICER)
    path = at(sharer.tried, sharer.hearing_id)
    shown = plain(world.client(OFFICER).get(path).text)
    assert "Shared with" in shown
    assert "Our only observer is on leave" in shown
    assert "Our only observer is on leave" in plain(world.client(OFFICER).get(f"{path}/before").text)


def test_an_embassys_yes_reaches_the_officer_and_stands_on_the_hearing(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.accept(share_id)
    world.client(OFFICER).get("/")
    reminders_are_due(world)
    assert "has accepted: somebody of theirs goes." in today(world, OFFICER)
    shown = plain(world.client(OFFICER).get(at(sharer.tried, sharer.hearing_id)).text)
    assert "Accepted: somebody goes" in shown


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_beside_a_colleague_an_embassy_is_not_asked_and_answers_nothing(
    world: World, sharer: Sharer, answer: str
) -> None:
    sharer.tried.assign(sharer.hearing_id, DEPUTY)
    share_id = sharer.share()
    seen = sharer.seen(share_id)
    assert seen is not None
    assert not seen.asked
    with pytest.raises(Refused, match="Nobody was asked to observe"):
        getattr(sharer, answer)(share_id)
    shown = plain(world.client(OFFICER).get(at(sharer.tried, sharer.hearing_id)).text)
    assert "deputy.cairo asked, has not accepted" in shown
    assert "somebody else goes as well" not in shown


def test_history_names_whoever_answered_and_not_whoever_opened_the_letter(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    sharer.accept(share_id)
    world.client(OFFICER).get("/")
    newest = plain(world.client(OFFICER).get(f"{at(sharer.tried, sharer.hearing_id)}/before").text)
    assert re.search(r"observer\.a Stands now", newest), newest[:600]


def test_an_embassy_is_not_told_of_something_that_it_cannot_open(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    reminders_are_due(world)
    page = today(world, OBSERVER)
    assert "A hearing was shared with you" in page
    assert "A reminder of" not in page


def test_a_hearing_stays_on_the_embassys_today_until_its_report_is_filed(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.accept(share_id)
    assert "Somebody of you goes to a hearing" in today(world, OBSERVER)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    with world.acting(OBSERVER) as (session, _):
        received = session.get_one(ReceivedShare, share_id)
        receiving.note(session, received, received.number)
    assert "The report on a hearing is awaited" in today(world, OBSERVER)
    assert f"/shares/{share_id}/report" in links(world, OBSERVER)
    filed(sharer, share_id, written_report())
    assert "The report on a hearing is awaited" not in today(world, OBSERVER)


def test_accepting_asks_who_comes_and_the_office_reads_it(world: World, sharer: Sharer) -> None:
    share_id = sharer.share()
    observer, path = world.client(OBSERVER), f"/shares/{share_id}"
    observer.get("/")
    form = observer.get(f"{path}/accept")
    assert "Who comes?" in sentences(form.text)
    sent = observer.post(f"{path}/accept", {"number": hidden(form.text, "number"), "who": "Anna Mithal"})
    assert sent.status_code == 303
    assert "Anna Mithal" in sentences(observer.get(path).text)
    officer = world.client(OFFICER)
    officer.get("/")
    assert "Anna Mithal (" in plain(officer.get(at(sharer.tried, sharer.hearing_id)).text)
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer and hearing.observer.share_id) == ("confirmed", share_id)


# -- an embassy's report


@pytest.fixture
def held_today(sharer: Sharer) -> tuple[Sharer, uuid.UUID]:
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.accept(share_id)
    sharer.given(share_id)
    return sharer, share_id


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"outcome": ""}, "Nothing says what came of it"),
    ({"next_on": in_days(-2).on}, "The next date lies before the hearing"),
    ({"next_on": in_days(0).on}, "The next date lies before the hearing"),
]


@pytest.mark.parametrize(("says", "why"), REFUSED)
def test_a_report_that_could_not_record_the_result_is_refused_before_it_is_sent(
    held_today: tuple[Sharer, uuid.UUID], says: dict[str, Any], why: str
) -> None:
    sharer, share_id = held_today
    with pytest.raises(Refused, match=why):
        filed(sharer, share_id, written_report(**says))


TAKEN: dict[str, dict[str, Any]] = {
    "a date before the hearing": {"next_on": in_days(-2).on},
    "let in for another reason, in words elsewhere": {"access": "other", "incidents": "The guard said no."},
    "let in for another reason, without words": {"access": "other", "summary": ""},
    "a later date": {"next_on": in_days(9).on},
}


@pytest.mark.parametrize("says", TAKEN)
def test_an_embassys_report_waits_for_its_review_and_is_theirs(held_today: tuple[Sharer, uuid.UUID], says: str) -> None:
    """Whatever slipped their pen: a letter may come from before it was refused."""
    sharer, share_id = held_today
    by_hand(sharer, OBSERVER, share_id, written_report(**TAKEN[says]))
    world, path = sharer.world, at(sharer.tried, sharer.hearing_id)
    world.client(OFFICER).get("/")
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.acted_by) == ("reported", sharer.tried.member(OBSERVER))
    assert "filed a report on a hearing: it waits to be reviewed." in today(world, OFFICER)
    history = plain(world.client(OFFICER).get(f"{path}/before").text)
    assert re.search(r"observer\.a Stands now", history)
    assert "observer.a" in plain(world.client(OFFICER).get(f"{path}/report").text)
