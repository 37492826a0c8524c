"""The pages of shares, as a browser without scripts walks them: chosen, looked at, sent, answered, taken back."""

from __future__ import annotations

import html
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from hrd_cases.cases.details import Profile
from hrd_cases.demo import current_code
from hrd_cases.trials import proceedings
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import following
from hrd_cases.trials.shares.rules import ends_after
from hrd_cases.trials.times import set_for
from tests.cases.acting import Filed, days, sentences
from tests.cases.typed import hidden
from tests.pages.markup import faults
from tests.trials.sharing_world import (
    DESK,
    EMBASSY,
    HQ,
    NAME,
    OBSERVER,
    OTHER_EMBASSY,
    OTHER_OBSERVER,
    Sharer,
    agreed,
    until_on,
)
from tests.trials.trying import DEPUTY, OFFICER, ZONE, held, in_days, trial
from tests.world import World


def typed(sharer: Sharer, office: str = EMBASSY, on: date | None = None, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return (
        {
            "made_from": str(sharer.tried.entry(sharer.hearing_id)),
            "office_id": str(sharer.office(office)),
            "files": [str(one.id) for one in sharer.files],
            "parts": ["people", "charges"],
            "briefing": "Sit near the door.",
            "do_no_harm": "Do not greet the family.",
            "act": "look",
        }
        | days("until_on", on or until_on())
        | more
    )


def page(sharer: Sharer) -> str:
    return f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/share"


def sent(sharer: Sharer, **more: Any) -> Any:
    """Looked at, and sent as it was looked at."""
    officer, form = sharer.world.client(OFFICER), typed(sharer, **more)
    seen = officer.post(page(sharer), form)
    assert seen.status_code == 200, sentences(seen.text)
    return officer.post(page(sharer), form | {"act": "send", "seen": hidden(seen.text, "seen")})


def received(world: World, who: str = OBSERVER) -> str:
    """The address of the one thing that was shared with them."""
    listed = world.client(who).get("/shares")
    assert listed.status_code == 200
    found = re.findall(r'href="(/shares/[0-9a-f-]{36})"', listed.text)
    assert len(set(found)) == 1, sentences(listed.text)
    return str(found[0])


def sheet(text: str) -> str:
    """The part of a page that is what they see."""
    start = text.index("<dl")
    return sentences(text[start : text.index("</main>")])


def test_it_is_looked_at_and_then_sent_and_they_see_exactly_that(world: World) -> None:
    sharer = Sharer(world, death_penalty_possible=True, counsel="Maitre Mithal")
    officer = world.client(OFFICER)
    asked = officer.get(page(sharer))
    assert asked.status_code == 200
    assert NAME in sentences(asked.text)
    seen = officer.post(page(sharer), typed(sharer))
    assert "Nothing has been sent yet." in sentences(seen.text)
    assert "Maitre" not in sentences(seen.text)
    with world.acting(OBSERVER):
        pass
    assert "Nothing is shared with you now." in sentences(world.client(OBSERVER).get("/shares").text)
    answer = officer.post(page(sharer), typed(sharer) | {"act": "send", "seen": hidden(seen.text, "seen")})
    assert answer.status_code == 303
    got = world.client(OBSERVER).get(received(world))
    preview = sheet(seen.text).partition("They are asked to observe")[0]
    assert sheet(got.text).startswith(preview.strip())
    assert "Sit near the door." in preview
    assert f"{NAME}" in preview


@contextmanager
def read(world: World, table: str) -> Iterator[Counter[str]]:
    """How often everything that was written of one case or trial was read, by its id."""
    found: Counter[str] = Counter()
    column = {"entries": "case_id", "proceeding_entries": "proceeding_id"}[table]

    def asked(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if f"FROM {table} " in statement.replace("\n", " ") and f"WHERE {table}.{column} = ?" in statement:
            found[str(parameters[0])] += 1

    engine = world.database.main.engine
    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", asked)


def test_the_page_opens_each_file_of_the_trial_once(world: World) -> None:
    sharer = Sharer(world, [agreed(world, f"Accused {number}") for number in range(3)])
    officer = world.client(OFFICER)
    for form in (None, typed(sharer)):
        with read(world, "entries") as found:
            answer = officer.get(page(sharer)) if form is None else officer.post(page(sharer), form)
        assert answer.status_code == 200
        assert found == {one.id.hex: 1 for one in sharer.files}


def test_the_list_opens_each_trial_once_however_much_is_shared_of_it(world: World) -> None:
    sharer = Sharer(world)
    for office in (EMBASSY, OTHER_EMBASSY, HQ):
        sharer.share(office)
    with read(world, "proceeding_entries") as found:
        text = sentences(world.client(OFFICER).get("/shares/given").text)
    assert text.count(NAME) == 3
    assert found == {sharer.tried.id.hex: 1}


def test_pressed_twice_it_is_shared_once(world: World) -> None:
    sharer = Sharer(world)
    officer, form = world.client(OFFICER), typed(sharer)
    form |= {"act": "send", "seen": hidden(officer.post(page(sharer), form).text, "seen")}
    first, second = officer.post(page(sharer), form), officer.post(page(sharer), form)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def test_what_was_changed_since_the_preview_is_not_sent(world: World) -> None:
    sharer = Sharer(world)
    officer, form = world.client(OFFICER), typed(sharer)
    form |= {"act": "send", "seen": hidden(officer.post(page(sharer), form).text, "seen")}
    assert officer.post(page(sharer), form | {"briefing": "Something else"}).status_code == 422
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(15))
    again = officer.post(page(sharer), form)
    assert again.status_code == 422
    assert "has changed since the preview" in sentences(again.text)


def test_without_consent_the_page_says_why_and_offers_nothing(world: World) -> None:
    sharer = Sharer(world, [Filed(world, OFFICER, "EG", NAME)])
    text = sentences(world.client(OFFICER).get(page(sharer)).text)
    assert "They have not been asked about this yet." in text
    assert "cannot be shared yet" in text
    answer = world.client(OFFICER).post(page(sharer), typed(sharer))
    assert answer.status_code == 422


def test_agreed_for_headquarters_alone_an_embassy_is_refused_with_the_reason(world: World) -> None:
    sharer = Sharer(world, [agreed(world, share_embassies="refused")])
    answer = world.client(OFFICER).post(page(sharer), typed(sharer))
    assert answer.status_code == 422
    assert "Their own no outweighs everyone." in sentences(answer.text)
    assert sent(sharer, office=HQ).status_code == 303


def test_an_observer_accepts_and_the_office_sees_it(world: World) -> None:
    sharer = Sharer(world)
    assert sent(sharer).status_code == 303
    observer, path = world.client(OBSERVER), received(world)
    assert "Waits for your answer" in sentences(observer.get(path).text)
    form = observer.get(f"{path}/accept")
    assert observer.post(f"{path}/accept", {"number": hidden(form.text, "number")}).status_code == 303
    accepted = sentences(observer.get(path).text)
    assert "You accepted" in accepted
    assert "The hearing has not begun: the report can be filed from its hour on." in accepted
    given = world.client(OFFICER).get(page(sharer))
    assert "Accepted: somebody goes" in sentences(given.text)


def test_an_observer_declines_with_a_reason_and_reads_it_no_more(world: World) -> None:
    sharer = Sharer(world)
    sent(sharer)
    observer, path = world.client(OBSERVER), received(world)
    number = hidden(observer.get(f"{path}/decline").text, "number")
    assert observer.post(f"{path}/decline", {"number": number, "reason": ""}).status_code == 422
    assert observer.post(f"{path}/decline", {"number": number, "reason": "On leave"}).status_code == 303
    text = sentences(observer.get(path).text)
    assert "You declined" in text
    assert NAME not in text
    assert "Sit near" not in text
    world.client(OFFICER).get("/")
    there = world.client(OFFICER).get(page(sharer))
    link = re.search(r'href="(/trials/[^"]+/shares/[^"/]+)"', there.text)
    assert link is not None
    assert "On leave" in sentences(world.client(OFFICER).get(link.group(1)).text)


def test_it_is_taken_back_on_the_spot_from_the_list_and_they_are_told(world: World) -> None:
    sharer = Sharer(world)
    sent(sharer)
    path = received(world)
    listed = world.client(OFFICER).get("/shares/given")
    revoke = re.search(r'href="(/trials/[^"]+/revoke)"', listed.text)
    assert revoke is not None
    assert world.client(OFFICER).post(revoke.group(1), {"reason": "Too dangerous"}).status_code == 303
    text = sentences(world.client(OBSERVER).get(path).text)
    assert "took it back" in text
    assert NAME not in text
    assert "Too dangerous" not in text
    assert "Nothing is shared with anybody now." in sentences(world.client(OFFICER).get("/shares/given").text)


def test_in_danger_it_is_taken_back_without_a_word(world: World) -> None:
    sharer = Sharer(world)
    place = sent(sharer).headers["Location"]
    path, officer = received(world), world.client(OFFICER)
    assert "Why it is taken back (optional)" in sentences(officer.get(f"{place}/revoke").text)
    assert officer.post(f"{place}/revoke", {"reason": ""}).status_code == 303
    assert "took it back" in sentences(world.client(OBSERVER).get(path).text)
    shown = officer.get(place).text
    assert "Nobody wrote why. Write why" in sentences(shown)
    assert faults(officer.get(f"{place}/why").text) == []
    assert "Write why it was taken back." in sentences(officer.post(f"{place}/why", {"reason": " "}).text)
    assert officer.post(f"{place}/why", {"reason": "Their car was followed"}).status_code == 303
    shown = officer.get(place).text
    assert "Reason Their car was followed" in sentences(shown)
    assert f"{place}/why" not in shown
    again = officer.post(f"{place}/why", {"reason": "Another"})
    assert "Nobody has to write here why it was taken back." in sentences(again.text)
    assert "Their car" not in sentences(world.client(OBSERVER).get(path).text)


def test_a_change_is_said_until_somebody_has_read_it(world: World) -> None:
    sharer = Sharer(world)
    sent(sharer)
    observer, path = world.client(OBSERVER), received(world)
    number = hidden(observer.get(f"{path}/accept").text, "number")
    assert observer.post(f"{path}/accept", {"number": number}).status_code == 303
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(15))
    changed = sentences(observer.get(path).text)
    assert "This was changed since you read it" in changed
    assert "Read what was changed" in sentences(observer.get("/").text)
    reading = observer.get(f"{path}/read").text
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(16))
    late = observer.post(f"{path}/read", {"number": hidden(reading, "number")})
    assert late.status_code == 422
    assert "has changed since you read it" in sentences(late.text)
    assert sheet(observer.get(path).text).split()[:12] == sheet(late.text).split()[:12] != sheet(reading).split()[:12]
    assert "Read what was changed" in sentences(observer.get("/").text)
    assert observer.post(f"{path}/read", {"number": hidden(late.text, "number")}).status_code == 303
    assert "This was changed since you read it" not in sentences(observer.get(path).text)
    assert observer.post(f"{path}/accept", {"number": number}).status_code == 422


def test_whoever_was_to_go_to_a_cancelled_hearing_reads_that_first_and_is_asked_nothing(world: World) -> None:
    """“Changed … if you cannot come any more, decline” stood above it, and that it was cancelled below."""
    sharer = Sharer(world)
    sent(sharer)
    observer, path = world.client(OBSERVER), received(world)
    assert observer.post(f"{path}/accept", {"number": hidden(observer.get(f"{path}/accept").text, "number")})
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    assert "A hearing that was shared with you will not be held as it was set" in sentences(observer.get("/").text)
    text = sentences(observer.get(path).text)
    assert text.index("This hearing will not be held as it was set: Cancelled.") < text.index("You accepted")
    assert "This was changed since you read it" not in text
    assert "Decline" not in text
    assert "I have read it" in text
    trial = sentences(world.client(OFFICER).get(f"/trials/{sharer.tried.id}").text)
    assert "Ends before the hearing" not in trial


def test_today_says_that_something_was_shared(world: World) -> None:
    sharer = Sharer(world, death_penalty_possible=True)
    assert "shared with you" not in sentences(world.client(OBSERVER).get("/").text)
    sent(sharer)
    sent(sharer, office=HQ, parts=["people", "death_penalty"])
    assert "A hearing was shared with you" in sentences(world.client(OBSERVER).get("/").text)
    assert "The penalty may be death" in sentences(world.client(DESK).get("/").text)


@pytest.mark.parametrize("who", [OTHER_OBSERVER, "officer.minsk", "finance.cairo", OFFICER])
def test_nobody_else_knows_that_it_was_shared(world: World, who: str) -> None:
    sharer = Sharer(world)
    sent(sharer)
    path = received(world)
    assert world.client(who).get(path).status_code == 404
    assert world.client(who).post(f"{path}/accept", {"number": "1"}).status_code == 404


def test_headquarters_reads_it_and_is_asked_nothing(world: World) -> None:
    sharer = Sharer(world)
    sent(sharer, office=HQ)
    path = received(world, DESK)
    text = sentences(world.client(DESK).get(path).text)
    assert NAME in text
    assert "Decline" not in text
    assert world.client(DESK).post(f"{path}/decline", {"number": "1", "reason": "no"}).status_code == 403


def test_it_is_extended_and_says_until_when(world: World) -> None:
    sharer = Sharer(world)
    place = sent(sharer).headers["Location"]
    officer = world.client(OFFICER)
    assert officer.post(f"{place}/extend", days("until_on", until_on()) | {"still_wanted": ""}).status_code == 422
    later = days("until_on", until_on(60)) | {"still_wanted": ""}
    assert officer.post(f"{place}/extend", later).status_code == 303


def test_a_share_of_another_trial_has_no_page_below_this_one(world: World) -> None:
    sharer = Sharer(world)
    place = sent(sharer).headers["Location"]
    other = Sharer(world, [agreed(world, "Nadia Mithal")])
    elsewhere = place.replace(str(sharer.tried.id), str(other.tried.id))
    assert world.client(OFFICER).get(place).status_code == 200
    assert world.client(OFFICER).get(elsewhere).status_code == 404
    assert world.client(OFFICER).get(f"/trials/{sharer.tried.id}/shares/{uuid.uuid4()}").status_code == 404


def test_the_trial_and_the_file_it_is_shared_for_say_so_and_no_other(world: World) -> None:
    files = [agreed(world), agreed(world, "Nadia Mithal")]
    sharer = Sharer(world, files)
    assert sent(sharer, files=[str(files[0].id)]).status_code == 303
    officer = world.client(OFFICER)
    revoke = f"/trials/{sharer.tried.id}/shares/"
    assert revoke in officer.get(f"/trials/{sharer.tried.id}").text
    assert revoke in officer.get(f"/cases/{files[0].id}").text
    assert revoke not in officer.get(f"/cases/{files[1].id}").text


def test_what_could_not_be_sent_is_not_looked_at_either(world: World) -> None:
    """A share that would end before the hearing; a hearing that was cancelled."""
    sharer = Sharer(world)
    officer = world.client(OFFICER)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(30))
    early = officer.post(page(sharer), typed(sharer, on=until_on(20)))
    assert early.status_code == 422
    assert "It would end before the hearing." in sentences(early.text)
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    answer = officer.post(page(sharer), typed(sharer, on=until_on(40)))
    assert answer.status_code == 422
    assert "This hearing was cancelled" in sentences(answer.text)


def test_what_the_trial_says_by_now_is_looked_at_before_it_is_sent(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share(parts=("people", "counsel"))
    assert sharer.seen(share_id) is not None
    officer = world.client(OFFICER)
    given = sharer.tried.seen(lambda docket: following.share_of(docket, share_id).id)
    at = f"/trials/{sharer.tried.id}/shares/{given}"
    assert "The trial has changed since" not in sentences(officer.get(at).text)
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, trial(counsel="Another Lawyer"))
    assert "The trial has changed since" in sentences(officer.get(at).text)
    assert "They see an older version" in sentences(officer.get(f"/trials/{sharer.tried.id}").text)
    preview = officer.get(f"{at}/renew")
    assert "Another Lawyer" in preview.text
    form = {"seen": hidden(preview.text, "seen"), "still_wanted": ""}
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, trial(counsel="A Third Lawyer"))
    late = officer.post(f"{at}/renew", form)
    assert late.status_code == 422
    assert "has changed since the preview" in sentences(late.text)
    assert "A Third Lawyer" in late.text
    form["seen"] = hidden(late.text, "seen")
    assert officer.post(f"{at}/renew", form).status_code == 303
    theirs = world.client(OBSERVER).get(f"/shares/{share_id}").text
    assert "A Third Lawyer" in theirs
    assert sheet(theirs).strip() == sheet(late.text).partition("Consent is asked for again")[0].strip()
    assert "They see all of it already." in sentences(officer.get(f"{at}/renew").text)


def test_whoever_shares_or_extends_shows_that_it_is_still_them_and_taking_back_waits_for_nothing(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    given = sharer.tried.seen(lambda docket: following.share_of(docket, share_id).id)
    at = f"/trials/{sharer.tried.id}/shares/{given}"
    cookie = world.demonstration.cookies[OFFICER]
    with world.database.main.writing() as session, world.demonstration.sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=10)
    officer = world.client(OFFICER)
    for path, form in (
        (page(sharer), typed(sharer, office=HQ) | {"act": "send"}),
        (page(sharer), typed(sharer, office=HQ) | {"act": " send "}),
        (f"{at}/extend", days("until_on", until_on(40)) | {"still_wanted": "Yes"}),
        (f"{at}/renew", {"still_wanted": "Yes"}),
    ):
        answer = officer.post(path, form)
        assert answer.status_code == 303
        assert answer.location.endswith("/second-factor"), path
    assert officer.post(f"{at}/revoke", {"reason": "Too dangerous"}).status_code == 303
    assert sharer.given(share_id).ended == "revoked"


# -- what is ticked, and where a refusal is said


def at_field(text: str, name: str) -> str:
    """What is said to be wrong with a field; nothing where it is right."""
    found = re.search(rf'id="{name}-error"[^>]*>(.*?)</p>', text, re.DOTALL)
    return sentences(found.group(1)).removeprefix("Error: ") if found is not None else ""


FIELDS = ("office_id", "files", "until_on", "still_wanted")


def test_nothing_of_a_person_is_ticked_before_the_officer_does(world: World) -> None:
    sharer = Sharer(world, [agreed(world), agreed(world, "Nadia Mithal")], death_penalty_possible=True)
    text = world.client(OFFICER).get(page(sharer)).text
    assert re.findall(r"<input[^>]* checked[^>]*>", text) == []
    assert "When and where it is, is always shared." in sentences(text)
    seen = world.client(OFFICER).post(page(sharer), typed(sharer, files=[str(sharer.files[1].id)], parts=[]))
    assert seen.status_code == 200
    assert "Nadia" not in sentences(seen.text)
    assert "death" not in sheet(seen.text)


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        ({"office_id": ""}, "office_id", "Choose with whom it is shared."),
        ({"files": []}, "files", "Choose for whom it is shared."),
        ({"files": ["no file"]}, "files", "Choose one of those offered."),
        (days("until_on", until_on(1)), "until_on", "It would end before the hearing."),
        (days("until_on", until_on(-20)), "until_on", "This day is over."),
        (days("until_on", until_on(400)), "until_on", "Nothing is shared for longer than half a year."),
        ({f"until_on-{part}": "" for part in ("day", "month", "year")}, "until_on", "Give the day."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, wrong: dict[str, Any], field: str, why: str) -> None:
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(15))
    answer = world.client(OFFICER).post(page(sharer), typed(sharer) | wrong)
    assert answer.status_code == 422
    said = {name: at_field(answer.text, name) for name in FIELDS if at_field(answer.text, name)}
    assert list(said) == [field]
    assert said[field].startswith(why)


def test_an_empty_form_says_at_each_field_what_it_wants(world: World) -> None:
    sharer = Sharer(world)
    answer = world.client(OFFICER).post(page(sharer), {"made_from": str(sharer.tried.entry(sharer.hearing_id))})
    assert [at_field(answer.text, name) for name in FIELDS[:3]] == [
        "Choose with whom it is shared.",
        "Choose for whom it is shared.",
        "Give the day.",
    ]


def test_missing_consent_is_said_at_the_file_with_where_to_ask(world: World) -> None:
    """One agreed to embassies alone, one to both, one to neither."""
    alone, both = agreed(world, share_headquarters="not_asked"), agreed(world, "Nadia Mithal")
    nobody = Filed(world, OFFICER, "EG", "Omar Mithal")
    sharer = Sharer(world, [alone, both, nobody])
    officer = world.client(OFFICER)
    text = officer.get(page(sharer)).text
    hints = {file: re.search(rf'value="{file.id}"[^>]*aria-describedby="([^"]+)"', text) for file in (alone, both)}
    assert hints[both] is None
    assert hints[alone] is not None
    assert "Not for headquarters." in sentences(text)
    assert f"/cases/{alone.id}/conversation" in text
    assert f"/cases/{nobody.id}/conversation" in text
    assert f"/cases/{both.id}/conversation" not in text
    ticked: dict[str, Any] = {"files": [str(alone.id), str(both.id)]} | days("until_on", until_on(-20))
    answer = officer.post(page(sharer), typed(sharer, HQ, **ticked))
    said = at_field(answer.text, "files")
    assert said.startswith(f"{NAME}: They have not been asked about this yet.")
    assert "Nadia" not in said
    assert at_field(answer.text, "until_on") != ""
    assert at_field(answer.text, "office_id") == ""
    assert officer.post(page(sharer), typed(sharer, HQ, files=[str(both.id)])).status_code == 200


def test_the_pages_of_sharing_lead_back_to_the_hearing(world: World) -> None:
    sharer = Sharer(world)
    officer, back = (
        world.client(OFFICER),
        f'class="govuk-back-link" href="/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}"',
    )
    assert back in officer.get(page(sharer)).text
    assert back in officer.post(page(sharer), typed(sharer)).text


def test_what_is_over_is_offered_to_no_embassy_and_what_is_cancelled_to_nobody(world: World) -> None:
    sharer = Sharer(world)
    officer = world.client(OFFICER)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(-1))
    sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held())
    text = officer.get(page(sharer)).text
    assert "No embassy can be chosen here. This hearing is over: nobody can observe it any more." in sentences(text)
    assert re.findall(r'name="office_id"[^>]* value="([^"]*)"', text) == [str(sharer.office(HQ))]
    sharer.hearing_id = sharer.tried.schedule(3)
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="other", note="No time")
    text = officer.get(page(sharer)).text
    assert "This hearing was cancelled: it is shared with nobody." in sentences(text)
    assert 'name="office_id"' not in text


def test_what_is_wrong_with_a_longer_share_is_said_where_it_is_wrong(world: World) -> None:
    """A missing consent is none of its date's."""
    sharer = Sharer(world)
    place, officer = sent(sharer).headers["Location"], world.client(OFFICER)
    later = days("until_on", until_on(60))
    sharer.files[0].talk(ago=timedelta(days=100), share_embassies="given")
    for wrong, why in (
        (days("until_on", until_on(20)), "It would not end later than it does."),
        (days("until_on", until_on(400)), "Nothing is shared for longer than half a year."),
    ):
        answer = officer.post(f"{place}/extend", {"still_wanted": ""} | wrong)
        assert at_field(answer.text, "until_on").startswith(why)
        assert at_field(answer.text, "still_wanted") == ""
    sharer.files[0].change(Profile, is_defender="unknown")
    assert f"/cases/{sharer.files[0].id}/conversation" in officer.get(f"{place}/extend").text
    answer = officer.post(f"{place}/extend", {"still_wanted": "They said so"} | later)
    assert answer.status_code == 422
    assert at_field(answer.text, "until_on") == ""
    assert at_field(answer.text, "still_wanted").startswith(f"{NAME}: It is not confirmed yet")
    assert faults(answer.text) == []
    sharer.files[0].change(Profile, is_defender="yes")
    assert officer.post(f"{place}/extend", {"still_wanted": ""} | later).status_code == 303


# -- the next hearing of the chain


def held_with_a_next(sharer: Sharer, days: int = 15) -> uuid.UUID:
    """It was held today, and goes on in so many days."""
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    found = sharer.tried.act(sharer.hearing_id, Act.RECORD, result=held(), new=in_days(days)).next_id
    assert found is not None
    return found


def offered_again(sharer: Sharer, hearing_id: uuid.UUID) -> list[str]:
    """Where the page of a hearing leads to share it, or the next one, as before."""
    text = sharer.world.client(OFFICER).get(f"/trials/{sharer.tried.id}/hearings/{hearing_id}").text
    assert faults(text) == []
    return re.findall(r'href="([^"]*/share\?as=[^"]*)"', text)


def test_the_next_hearing_is_shared_with_the_same_embassy_as_before(world: World) -> None:
    sharer = Sharer(world, [agreed(world), agreed(world, "Nadia Mithal"), agreed(world, "Omar Mithal")])
    both = tuple(one.id for one in sharer.files[:2])
    first, share_id = sharer.hearing_id, sharer.share(files=both, parts=("people", "number"))
    assert offered_again(sharer, first) == []
    sharer.accept(share_id)
    following_id = held_with_a_next(sharer)
    sharer.files[1].talk(share_embassies="refused")
    [link] = offered_again(sharer, first)
    assert offered_again(sharer, following_id) == [link]
    officer, sharer.hearing_id = world.client(OFFICER), following_id
    text = officer.get(link).text
    assert faults(text) == []
    assert "Filled in as it was shared for the hearing before: Main trial session" in sentences(text)
    ticked = re.findall(r'<input[^>]* value="([^"]*)"[^>]* checked', text)
    assert ticked == [str(sharer.office(EMBASSY)), str(sharer.files[0].id), "people", "number"]
    assert "Sit near the door." in text
    assert "Do not greet the family." in text
    assert "Nothing is shared with you now." not in sentences(world.client(OBSERVER).get("/shares").text)
    assert len(sharer.tried.seen(following.shares_of)) == 1, "nothing went out"
    assert sent(sharer, files=[str(sharer.files[0].id)]).status_code == 303
    assert offered_again(sharer, following_id) == offered_again(sharer, first) == []


def test_what_somebody_ended_is_not_offered_again(world: World) -> None:
    sharer = Sharer(world)
    sharer.decline(sharer.share())
    sharer.revoke(sharer.share(OTHER_EMBASSY))
    sharer.share(HQ)
    first, following_id = sharer.hearing_id, held_with_a_next(sharer)
    [link] = offered_again(sharer, first)
    text = world.client(OFFICER).get(link).text
    assert re.findall(r'name="office_id"[^>]* value="([^"]*)"[^>]* checked', text) == [str(sharer.office(HQ))]
    sharer.tried.act(following_id, Act.CANCEL, reason="not_listed")
    assert offered_again(sharer, following_id) == []


def test_nobody_is_asked_to_observe_what_has_begun(world: World) -> None:
    """Headquarters may still know of it."""
    sharer = Sharer(world)
    hearing = f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}"
    officer, go = world.client(OFFICER), f"{hearing}/act/go_myself"
    assert go in officer.get(hearing).text
    at = datetime.now(ZoneInfo(ZONE)) - timedelta(hours=1)
    begun = set_for(at.date(), ZONE, at.time().replace(second=0, microsecond=0))
    embassy = f'value="{sharer.office(EMBASSY)}"'
    assert embassy in officer.get(page(sharer)).text
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=begun)
    assert go not in officer.get(hearing).text
    form = officer.get(page(sharer)).text
    assert embassy not in form
    assert f'value="{sharer.office(HQ)}"' in form
    assert "No embassy can be chosen here. This hearing has begun: nobody who is asked now" in sentences(form)
    assert faults(form) == []
    answer = officer.post(page(sharer), typed(sharer))
    assert answer.status_code == 422
    assert "This hearing has begun: nobody who is asked now can observe it." in sentences(answer.text)
    assert sent(sharer, office=HQ).status_code == 303


def test_a_press_that_waits_for_proof_is_said_not_to_go_by_itself_and_names_nobody_by_a_number(world: World) -> None:
    """The embassy that was chosen is offered no more: it was shared with it from another page meanwhile."""
    sharer = Sharer(world)
    cookie, officer = world.demonstration.cookies[OFFICER], world.client(OFFICER)
    seen = officer.post(page(sharer), typed(sharer))
    with world.database.main.writing() as session, world.demonstration.sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=10)
    asked = officer.post(page(sharer), typed(sharer) | {"act": "send", "seen": hidden(seen.text, "seen")})
    assert asked.location.endswith("/second-factor")
    sharer.share()
    listed = officer.get("/not-sent").text
    assert "None of them goes out by itself" in sentences(listed)
    (kept,) = set(re.findall(r'href="(/not-sent/[0-9a-f-]{36})"', listed))
    said = sentences(officer.get(kept).text)
    assert "nothing of it goes out by itself" in said
    for text in (sentences(listed), said):
        assert str(sharer.office(EMBASSY)) not in text


def a_while_ago(world: World) -> None:
    """The officer showed their authenticator ten minutes ago."""
    cookie = world.demonstration.cookies[OFFICER]
    with world.database.main.writing() as session, world.demonstration.sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=10)


def to_send(text: str, at: str) -> dict[str, Any]:
    """What the button of a preview sends to this address, wherever the preview stands."""
    form = next(one for one in text.split("<form")[1:] if 'value="send"' in one)
    assert 'action="' not in form or f'action="{at}"' in form
    found: dict[str, Any] = {"act": "send"}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0]):
        if name != "csrf_token":
            found.setdefault(name, []).append(html.unescape(value))
    return found


def test_it_is_asked_at_the_act_and_the_preview_comes_back_with_what_was_chosen(world: World) -> None:
    """To look asks for no authenticator, and what was typed is sent as it was looked at."""
    sharer = Sharer(world)
    officer = world.client(OFFICER)
    a_while_ago(world)
    seen = officer.post(page(sharer), typed(sharer, on=until_on(9)))
    assert seen.status_code == 200
    assert "Nothing has been sent yet" in sentences(seen.text)
    assert officer.post(page(sharer), typed(sharer) | {"act": "change"}).status_code == 200
    asked = officer.post(page(sharer), to_send(seen.text, page(sharer)))
    assert asked.location.endswith("/second-factor")
    assert sharer.tried.seen(following.shares_of) == []
    here = hidden(officer.get("/second-factor").text, "here")
    assert re.fullmatch(r"/not-sent/[0-9a-f-]{36}/change", here)
    answer = officer.post("/second-factor", {"code": current_code(OFFICER), "here": here})
    assert answer.location.endswith(here)
    back = officer.get(here)
    assert faults(back.text) == []
    assert sheet(back.text) == sheet(seen.text)
    assert officer.post(page(sharer), to_send(back.text, page(sharer))).status_code == 303
    (share,) = sharer.tried.seen(following.shares_of)
    assert share.said.shared.briefing == "Sit near the door."
    assert share.said.until == ends_after(until_on(9))
    assert not re.search(r"/not-sent/[0-9a-f-]{36}", officer.get("/not-sent").text), "nothing waits any more"


def test_what_is_asked_of_an_embassy_is_said_where_it_is_chosen(world: World) -> None:
    sharer = Sharer(world)
    officer = world.client(OFFICER)
    asked = "An embassy is asked to observe the hearing, and says whether somebody comes."
    assert asked in sentences(officer.get(page(sharer)).text)
    sharer.tried.assign(sharer.hearing_id, DEPUTY)
    form = officer.get(page(sharer)).text
    told = "is to observe the hearing already: an embassy is told of it, and not asked to observe it."
    assert f"\u2066{DEPUTY}\u2069 {told}" in sentences(form)
    assert asked not in sentences(form)
    assert faults(form) == []
    seen = officer.post(page(sharer), typed(sharer))
    assert "It is shared for them to know" in sentences(seen.text)


@pytest.mark.parametrize("by", ["the authenticator", "another page"])
def test_what_changed_meanwhile_is_looked_at_once_more_and_can_be_sent(world: World, by: str) -> None:
    sharer = Sharer(world)
    officer = world.client(OFFICER)
    seen = officer.post(page(sharer), typed(sharer))
    if by == "the authenticator":
        a_while_ago(world)
        officer.post(page(sharer), to_send(seen.text, page(sharer)))
        here = hidden(officer.get("/second-factor").text, "here")
        officer.post("/second-factor", {"code": current_code(OFFICER), "here": here})
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(15))
    if by == "the authenticator":
        again = officer.get(here)
    else:
        assert officer.post(page(sharer), to_send(seen.text, page(sharer))).status_code == 422
        again = officer.post(page(sharer), to_send(seen.text, page(sharer)) | {"act": "look"})
    assert sheet(again.text) != sheet(seen.text)
    assert officer.post(page(sharer), to_send(again.text, page(sharer))).status_code == 303
    (share,) = sharer.tried.seen(following.shares_of)
    assert share.said.shared.when == in_days(15)


def test_who_may_not_be_seen_with_us_stands_beside_the_press_that_asks_somebody_to_go(world: World) -> None:
    """It stood on the page before; the preview, where it is sent, was silent of it."""
    sharer = Sharer(world, [agreed(world, be_seen="refused")])
    officer = world.client(OFFICER)
    seen = sentences(officer.post(page(sharer), typed(sharer)).text)
    assert "Said no to being seen with us:" in seen.partition("They are asked to observe")[2]
    told_only = officer.post(page(sharer), typed(sharer, office_id=str(sharer.office(HQ))))
    assert "seen with us" not in sentences(told_only.text)
