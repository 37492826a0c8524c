"""A trial begun, corrected, taken from stage to stage; files added to it and taken off; what each file knows of it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from hrd_cases.cases import steps
from hrd_cases.cases.details import Tie
from hrd_cases.cases.facts import risk_facts
from hrd_cases.cases.file import File
from hrd_cases.cases.life import Act
from hrd_cases.cases.models import Case
from hrd_cases.errors import Absent, Changed, Refused
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import proceedings
from hrd_cases.trials.details import BEGUN, CORRECTED, FILE_ADDED, FILE_TAKEN_OFF, STAGE, Charge, Trial
from hrd_cases.trials.stages import Stage
from tests.cases.acting import Filed, assessed, contact
from tests.trials.its_files import add, dues, held_open, off, stage, ties
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days, today, trial
from tests.world import World

# -- begun


def test_what_is_begun_stands_with_the_trial_and_in_each_of_its_files(world: World, file: Filed, other: Filed) -> None:
    tried = Tried(world, [file, other], counsel="A lawyer")
    assert tried.trial.files == (file.id, other.id)
    assert (tried.trial.stage, tried.trial.counsel, tried.trial.act) == ("investigation", "A lawyer", BEGUN)
    for one in (file, other):
        assert ties(one) == [Tie(proceeding_id=tried.id)]
        assert one.seen(lambda each: each.whole)
    assert tried.seen(lambda docket: docket.whole)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("neither court nor charge", {"court": " ", "charges": ()}, "Neither a court nor a charge is given."),
    ("a zone that is none", {"zone": "Africa/Nowhere"}, "This time zone is not known."),
    ("a kind of court that is none", {"court_type": "people"}, "This is not on the list."),
    ("another kind without words", {"court_type": "other"}, "“Other” alone says nothing."),
    ("a legal aid that is none", {"legal_aid": "perhaps"}, "This is not on the list."),
]


@pytest.mark.parametrize(("why", "says", "sentence"), BAD, ids=[row[0] for row in BAD])
def test_what_says_nothing_or_nonsense_is_refused(
    world: World, file: Filed, tried: Tried, why: str, says: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        Tried(world, [file], **says)
    with pytest.raises(Refused, match=sentence):
        tried.do(proceedings.correct_trial, tried.made_from, trial(**says))
    assert len(ties(file)) == 1, why


def test_a_trial_is_about_a_file_of_its_office_that_is_looked_after(world: World, file: Filed) -> None:
    with pytest.raises(Refused, match="about one file at least"):
        Tried(world, [])
    closed = Filed(world, OFFICER, "EG", "Nour Mithal")
    closed.set_state("closed")
    with pytest.raises(Refused, match="not looked after any more"):
        Tried(world, [file, closed])
    assert ties(file) == []


def test_files_of_two_offices_make_no_trial(world: World, file: Filed) -> None:
    """Whoever works in two offices cannot tie what one of them does not know to the other's."""
    minsk = Filed(world, "officer.minsk", "BY", "Alena Prymer")
    with world.acting("officer.minsk") as (session, visitor):
        cases = [session.get_one(Case, minsk.id), session.get_one(Case, file.id)]
        with pytest.raises(Refused, match="of one office"):
            proceedings.begin(session, visitor, cases, trial(), datetime.now(UTC))
        session.rollback()


# -- corrected


def test_what_it_is_can_be_corrected_and_what_stood_stays_readable(tried: Tried, file: Filed) -> None:
    more = trial(charges=(Charge(text="Terrorism", articles="86 bis"),), stage="final", files=(uuid.uuid4(),))
    assert tried.do(proceedings.correct_trial, tried.made_from, more)
    now = tried.trial
    assert [one.text for one in now.charges] == ["Terrorism"]
    assert (now.files, now.stage, now.act) == ((file.id,), "investigation", CORRECTED), "those change by acts"
    versions = tried.seen(lambda docket: [one.details for one in docket.versions(docket.standing.id)])
    assert [one.charges[0].text for one in versions] == ["Spreading false news", "Terrorism"]


def test_what_stays_as_it_was_is_not_written_again(tried: Tried) -> None:
    assert not tried.do(proceedings.correct_trial, tried.made_from, tried.trial)
    assert tried.seen(lambda docket: len(docket.entries)) == 1


def test_of_two_who_correct_it_the_second_sees_what_the_first_wrote(tried: Tried) -> None:
    read = tried.made_from
    assert tried.do(proceedings.correct_trial, read, trial(counsel="The first"), who=DEPUTY)
    with pytest.raises(Changed):
        tried.do(proceedings.correct_trial, read, trial(counsel="The second"))
    assert tried.trial.counsel == "The first"


def test_nothing_else_of_the_proceeding_is_corrected_as_if_it_were_what_it_is(tried: Tried) -> None:
    hearing = tried.schedule()
    with pytest.raises(Absent):
        tried.do(proceedings.correct_trial, hearing, trial(counsel="Somebody"))
    with pytest.raises(Absent):
        tried.do(proceedings.correct_trial, uuid.uuid4(), trial(counsel="Somebody"))


# -- its files


def test_another_file_joins_it_and_is_taken_off_for_a_reason(tried: Tried, file: Filed, other: Filed) -> None:
    tried.do(add, other)
    assert tried.files_now() == [file.id, other.id]
    assert (tried.trial.act, tried.trial.changed) == (FILE_ADDED, (other.id,))
    assert ties(other) == [Tie(proceeding_id=tried.id)]
    assert held_open(other) == ["Trial: Cairo Criminal Court (Investigation)"]
    tried.do(off, other, "Charges against her were dropped.")
    assert tried.files_now() == [file.id]
    assert (tried.trial.act, tried.trial.reason) == (FILE_TAKEN_OFF, "Charges against her were dropped.")
    assert ties(other) == [Tie(proceeding_id=tried.id, over=True, reason="Charges against her were dropped.")]
    assert held_open(other) == []
    tried.do(add, other)
    assert ties(other) == [Tie(proceeding_id=tried.id)], "it joins again"


def test_files_are_refused_that_cannot_join_or_leave(world: World, tried: Tried, file: Filed, other: Filed) -> None:
    with pytest.raises(Refused, match="part of the trial already"):
        tried.do(add, file)
    with pytest.raises(Refused, match="no part of the trial"):
        tried.do(off, other, "A mistake.")
    with pytest.raises(Refused, match="about one file at least"):
        tried.do(off, file, "A mistake.")
    tried.do(add, other)
    with pytest.raises(Refused, match="why the file is taken off"):
        tried.do(off, other, "  ")
    closed = Filed(world, OFFICER, "EG", "Nour Mithal")
    closed.set_state("closed")
    with pytest.raises(Refused, match="not looked after any more"):
        tried.do(add, closed)
    assert tried.trial.files == (file.id, other.id)


def test_several_join_in_one_act_or_none_does(world: World, tried: Tried, file: Filed, other: Filed) -> None:
    closed = Filed(world, OFFICER, "EG", "Nour Mithal")
    closed.set_state("closed")
    for wrong in (closed, file):
        with pytest.raises(Refused):
            tried.do(add_all, [other, wrong])
    assert (tried.trial.files, ties(other)) == ((file.id,), [])
    more = [other, *(Filed(world, OFFICER, "EG", f"Accused {number}") for number in range(3))]
    tried.do(add_all, more)
    assert tried.trial.changed == tuple(one.id for one in more)
    assert tried.seen(lambda docket: len(docket.entries)) == 2, "one correction"
    assert all(len(ties(one)) == 1 for one in more)


def add_all(session: Any, by: Any, proceeding: Any, files: list[Filed], now: datetime) -> None:
    cases = [session.get_one(Case, one.id) for one in files]
    proceedings.add_files(session, by, proceeding, cases, now)


# -- from stage to stage


def test_it_goes_from_stage_to_stage_and_its_history_says_when_and_why(tried: Tried) -> None:
    yesterday = today() - timedelta(days=1)
    stage(tried, Stage.CHARGED, on=yesterday)
    assert (tried.trial.stage, tried.trial.act, tried.trial.stage_on) == ("charged", STAGE, yesterday)
    stage(tried, Stage.TRIAL)
    with pytest.raises(Refused, match="for a reason"):
        stage(tried, Stage.INVESTIGATION)
    stage(tried, Stage.INVESTIGATION, reason="The indictment was withdrawn.")
    with pytest.raises(Refused, match="does not go from"):
        stage(tried, Stage.FINAL)
    with pytest.raises(Refused, match="cannot lie ahead"):
        stage(tried, Stage.CHARGED, on=today() + timedelta(days=2))
    moved = [one for one in tried.versions if one.act == STAGE]
    assert [(one.stage, one.reason) for one in moved] == [
        ("charged", ""),
        ("trial", ""),
        ("investigation", "The indictment was withdrawn."),
    ]
    tried.do(proceedings.correct_trial, tried.made_from, trial(counsel="Somebody"))
    assert (tried.trial.stage, tried.trial.reason) == ("investigation", "")


def test_a_stage_is_moved_from_what_was_read(tried: Tried) -> None:
    read = tried.made_from
    stage(tried, Stage.CHARGED)
    with pytest.raises(Changed):
        tried.do(proceedings.move_stage, read, Stage.TRIAL)
    assert tried.trial.stage == "charged"


# -- what it brings to its files

RISKS: list[tuple[dict[str, Any], set[str]]] = [
    ({"stage": "investigation"}, set()),
    ({"stage": "trial"}, {"verdict_pending"}),
    ({"stage": "investigation", "death_penalty_possible": True}, {"death_penalty_possible"}),
    ({"stage": "appeal", "death_sentence": True}, {"verdict_pending", "death_sentence"}),
    ({"stage": "final", "death_sentence": True, "death_penalty_possible": True}, {"death_sentence"}),
    ({"stage": "terminated", "death_penalty_possible": True}, set()),
]


@pytest.mark.parametrize(("says", "risk"), RISKS)
def test_every_file_of_it_knows_its_danger(
    world: World, file: Filed, other: Filed, says: dict[str, Any], risk: set[str]
) -> None:
    Tried(world, [file, other], **says)
    names = ("verdict_pending", "death_penalty_possible", "death_sentence")
    for one in (file, other):
        found = one.seen(risk_facts)
        assert {name for name in names if getattr(found, name)} == risk


def test_a_file_is_not_closed_before_its_trial_is_over(file: Filed, tried: Tried) -> None:
    file.write(assessed("low"), contact())
    given = msgspec.structs.replace(steps.TYPED, outcome="other", reason="Over.")
    close = lambda session, by: steps.take_step(  # noqa: E731 - one act, tried twice
        session, by, opened(session, file), Act.CLOSE, given, datetime.now(UTC)
    )
    with tried.world.acting(OFFICER) as (session, visitor), pytest.raises(Refused, match="hearing, visit"):
        close(session, visitor)
    for after in (Stage.CHARGED, Stage.TRIAL, Stage.JUDGMENT, Stage.FINAL):
        stage(tried, after)
    assert held_open(file) == []
    with tried.world.acting(OFFICER) as (session, visitor):
        close(session, visitor)
    assert file.seen(lambda one: one.case.state) == "closed"


def opened(session: Any, file: Filed) -> File:
    from hrd_cases.cases.file import open_file

    return open_file(session, session.get_one(Case, file.id))


def test_one_that_has_ended_keeps_its_files_open_while_a_hearing_is_ahead(tried: Tried, file: Filed) -> None:
    tried.schedule()
    stage(tried, Stage.TERMINATED, reason="The charges were dropped.")
    assert held_open(file) == ["Trial: Cairo Criminal Court (Terminated)"]


def test_the_dates_of_a_trial_of_forty_are_one_line(world: World) -> None:
    files = [Filed(world, OFFICER, "EG", f"Accused {number}") for number in range(40)]
    tried = Tried(world, files)
    hearing = tried.schedule(3)
    assert [len(dues(one, "hearing")) for one in files] == [1] + [0] * 39
    page = world.client(OFFICER).get("/").text
    assert page.count("Cairo Criminal Court") == 1
    (due,) = dues(files[0], "hearing")
    assert (due.entry_id, due.within_id, due.on) == (hearing, tried.id, today() + timedelta(days=3))
    assert all(held_open(one) == ["Trial: Cairo Criminal Court (Investigation)"] for one in (files[1], files[39]))
    tried.do(off, files[0], "Her case was separated.")
    assert [len(dues(one, "hearing")) for one in files[:3]] == [0, 1, 0], "the next of them carries it"
    assert world.client(OFFICER).get("/").text.count("Cairo Criminal Court") == 1


def test_whoever_has_the_file_that_carries_it_now_is_reminded(world: World) -> None:
    """The officer's file is taken off: the trial's dates are the deputy's from then on."""
    tried = Tried(world, [Filed(world, OFFICER, "EG", "Salma"), Filed(world, DEPUTY, "EG", "Karim")])
    set_ = tried.schedule(30)
    assert reminded(tried, set_, OFFICER)
    assert not reminded(tried, set_, DEPUTY)
    tried.do(off, tried.files[0], "Her case was separated.")
    assert reminded(tried, set_, DEPUTY)
    assert not reminded(tried, set_, OFFICER)


def reminded(tried: Tried, hearing_id: uuid.UUID, sign_in: str) -> set[uuid.UUID]:
    """Reminders of a hearing that wait for a member."""
    with tried.world.database.main.reading() as session:
        query = select(Reminder.id).where(Reminder.member_id == tried.member(sign_in))
        return set(session.scalars(query)) & set(tried.hearing(hearing_id).reminders)


def test_taken_up_again_a_file_carries_the_dates_and_no_other_does(
    world: World, tried: Tried, file: Filed, other: Filed
) -> None:
    """It ended with its trial, which was then reopened: the line on Today is still one."""
    tried.do(add, other)
    for after in (Stage.CHARGED, Stage.TRIAL, Stage.JUDGMENT, Stage.FINAL):
        stage(tried, after)
    file.write(assessed("low"), contact())
    step(file, Act.CLOSE)
    stage(tried, Stage.TRIAL, reason="Reopened.")
    tried.schedule(3)
    assert lines(world) == 1
    step(file, Act.REOPEN)
    assert [len(dues(one, "hearing")) for one in (file, other)] == [1, 0]
    assert lines(world) == 1


def step(file: Filed, act: Act) -> None:
    given = msgspec.structs.replace(steps.TYPED, outcome="other", released_on=None)
    with file.world.acting(OFFICER) as (session, visitor):
        steps.take_step(session, visitor, opened(session, file), act, given, datetime.now(UTC))


def lines(world: World) -> int:
    """Of the trial, on Today."""
    return world.client(OFFICER).get("/").text.count("Cairo Criminal Court")


def test_a_file_that_is_over_carries_no_dates(tried: Tried, file: Filed, other: Filed) -> None:
    tried.do(add, other)
    tried.schedule(3)
    file.set_state("closed")
    assert len(dues(other, "hearing")) == 1


def test_the_day_of_a_hearing_is_the_office_s_own(world: World, tried: Tried, file: Filed) -> None:
    """Late in the evening in California it is the next day in Cairo."""
    from datetime import time

    when = in_days(5, time(20), "America/Los_Angeles")
    tried.schedule(when=when)
    (due,) = dues(file, "hearing")
    assert due.on == when.on + timedelta(days=1)
    assert due.at == when.at


def test_what_is_typed_of_a_trial_is_said_to_no_log() -> None:
    assert repr(Trial(files=(), zone="UTC", court="A court")) == "<Trial>"
