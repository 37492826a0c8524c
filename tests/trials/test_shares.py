"""Shares of a hearing: what the other side sees, who may give it, how it is answered, and how it ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.errors import Changed, Locked, Refused
from hrd_cases.keys.models import Circle, Folder, FolderKind, GuestKey, ShredSecret
from hrd_cases.trials import proceedings, scheduling
from hrd_cases.trials.details import Charge, Observer
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import following, offering, receiving
from hrd_cases.trials.shares.ending import end_shares
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Seen, SharePart, ends_after, last_day
from hrd_cases.trials.writing import locked_docket
from tests.attacks.past_our_code import findings, told
from tests.cases.acting import Filed, said
from tests.trials.its_files import off
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
    blob_of,
    until_on,
)
from tests.trials.trying import DEPUTY, HEAD, OFFICER, in_days, trial
from tests.world import World, cairo_day

# -- until when

WEEKS = [
    # chosen day, the Sunday after which it ends
    (date(2026, 5, 4), date(2026, 5, 10)),  # a Monday
    (date(2026, 5, 9), date(2026, 5, 10)),
    (date(2026, 5, 10), date(2026, 5, 10)),  # a Sunday
    (date(2026, 5, 11), date(2026, 5, 17)),
    (date(2026, 12, 31), date(2027, 1, 3)),
    (date(2028, 2, 29), date(2028, 3, 5)),
]


@pytest.mark.parametrize(("on", "sunday"), WEEKS, ids=str)
def test_a_share_ends_with_a_week(on: date, sunday: date) -> None:
    until = ends_after(on)
    assert (until.weekday(), until.hour, until.tzinfo) == (0, 0, UTC)
    assert last_day(until) == sunday
    assert on <= sunday


# -- what the other side sees

SECRETS: dict[SharePart, tuple[dict[str, Any], str]] = {
    SharePart.PEOPLE: ({}, NAME),
    SharePart.CHARGES: ({}, "Spreading false news"),
    SharePart.NUMBER: ({"number": "4711/2026"}, "4711/2026"),
    SharePart.COUNSEL: ({"counsel": "Maitre Mithal"}, "Maitre Mithal"),
    SharePart.LANGUAGE: ({"interpreter": "Somebody Interprets"}, "Somebody Interprets"),
}


@pytest.mark.parametrize("part", SECRETS)
def test_they_see_a_part_that_was_chosen_and_no_other(world: World, part: SharePart) -> None:
    everything = {name: value for says, _ in SECRETS.values() for name, value in says.items()}
    sharer = Sharer(world, note="Our source is the clerk", **everything)
    only = sharer.share(parts=(part.value,))
    seen = sharer.seen(only)
    assert seen is not None
    blob = blob_of(seen).decode(errors="replace")
    for one, (_, word) in SECRETS.items():
        assert (word in blob) == (one is part), one
    assert "the clerk" not in blob
    assert seen.when == sharer.tried.hearing(sharer.hearing_id).when
    assert "Cairo Criminal Court" in blob


def test_what_they_see_is_what_the_preview_showed(world: World) -> None:
    sharer = Sharer(world, death_penalty_possible=True)
    with world.acting(OFFICER) as (session, by):
        docket = open_docket(session, session.get_one(Proceeding, sharer.tried.id))
        now, hearing = datetime.now(UTC), docket.hearing(sharer.hearing_id)
        asked = offering.asked(session, docket, now)
        preview = offering.look(session, by, docket, hearing, asked, sharer.chosen(), now)
    share_id = sharer.share()
    assert sharer.seen(share_id) == preview == sharer.given(share_id).shared
    assert preview.briefing == "Two prosecutors. Sit near the door."
    assert preview.death_penalty_possible
    assert preview.asked


def test_nobody_else_is_given_it(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    for who in (OTHER_OBSERVER, DESK, "officer.minsk", "finance.cairo", "auditor.hq"):
        with pytest.raises(Locked):
            sharer.without_the_door(share_id, who)
    for who in (OFFICER, DEPUTY, HEAD):
        assert sharer.without_the_door(share_id, who).people == (NAME,)


def test_two_embassies_and_headquarters_each_have_their_own(world: World) -> None:
    sharer = Sharer(world)
    first, second, third = sharer.share(EMBASSY), sharer.share(OTHER_EMBASSY), sharer.share(HQ)
    for share_id, who in ((first, OBSERVER), (second, OTHER_OBSERVER), (third, DESK)):
        assert sharer.seen(share_id, who) is not None
    sharer.revoke(second)
    assert sharer.seen(second, OTHER_OBSERVER) is None
    assert sharer.seen(first) is not None
    assert not sharer.given(third).shared.asked


# -- refused

NO_CONSENT: dict[str, dict[str, Any]] = {
    "never asked": {},
    "refused": {"share_embassies": "refused"},
    "agreed to another purpose": {"share_headquarters": "given"},
    "impossible": {"share_embassies": "impossible"},
}


@pytest.mark.parametrize("how", NO_CONSENT)
def test_without_consent_nothing_is_shared_and_the_reason_is_said(world: World, how: str) -> None:
    file = Filed(world, OFFICER, "EG", NAME)
    if NO_CONSENT[how]:
        file.talk(standing="family" if how == "impossible" else "self", **NO_CONSENT[how])
    sharer = Sharer(world, [file])
    with pytest.raises(Refused) as said:
        sharer.share()
    assert said.value.reason
    assert said.value.who_can
    with world.database.main.reading() as session:
        assert not session.scalars(select(Share)).all()
        assert not session.scalars(select(Folder).where(Folder.kind == FolderKind.SHARE.value)).all()


def test_everybody_for_whom_it_is_shared_has_to_agree(world: World) -> None:
    files = [agreed(world), agreed(world, "Nadia Mithal", share_embassies="refused")]
    sharer = Sharer(world, files)
    with pytest.raises(Refused):
        sharer.share()
    share_id = sharer.share(files=(files[0].id,))
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.people == (NAME,)
    assert [len(file.actions) for file in files] == [1, 0]


WRONG: dict[str, dict[str, Any]] = {
    "for nobody": {"files": ()},
    "for a file that is no part of it": {"files": (uuid.UUID(int=1),)},
    "with one's own office": {"office": "DEL_EGY"},
    "with another delegation": {"office": "DEL_BLR"},
    "until yesterday": {"until_on": until_on(-1)},
    "for a year": {"until_on": until_on(365)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_shared_is_refused(world: World, wrong: str) -> None:
    sharer = Sharer(world)
    seen = sharer.preview()
    with pytest.raises(Refused):
        sharer.share(looked_at=seen, **WRONG[wrong])


def test_one_hearing_is_shared_with_an_office_once(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    with pytest.raises(Refused):
        sharer.share()
    sharer.revoke(share_id)
    assert sharer.seen(sharer.share()) is not None


def test_a_hearing_that_was_changed_since_the_preview_is_not_shared(world: World) -> None:
    sharer = Sharer(world)
    entry, seen = sharer.tried.entry(sharer.hearing_id), sharer.preview()
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))

    with pytest.raises(Changed):
        sharer.tried.do(lambda s, by, p, now: offering.share(s, by, p, entry, sharer.chosen(), now, looked_at=seen))


def test_what_is_not_as_the_preview_showed_it_is_not_shared(world: World) -> None:
    sharer = Sharer(world)
    seen = sharer.preview()
    with pytest.raises(Changed):
        sharer.share(looked_at=seen, briefing="Another than was looked at")


# -- answered


def test_an_embassy_that_accepts_is_the_confirmed_observer(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    said = sharer.tried.hearing(sharer.hearing_id)
    assert (said.state, said.observer and said.observer.share_id) == ("assigned", share_id)
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    assert sharer.tried.hearing(sharer.hearing_id).state == "confirmed"
    assert sharer.given(share_id).answered_by == world.demonstration.members[OBSERVER]


@pytest.mark.parametrize("accepted", [False, True])
def test_an_embassy_that_declines_sees_nothing_more_and_the_office_knows_why(world: World, accepted: bool) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    if accepted:
        sharer.accept(share_id)
        assert sharer.tried.hearing(sharer.hearing_id).state == "confirmed"
    sharer.decline(share_id, "Nobody is free")
    _opens_nothing(sharer, share_id)
    assert not sharer.of(share_id, receiving.needs_look), "whoever answers has read it"
    given = sharer.given(share_id)
    assert (given.state, given.ended, given.reason) == ("declined", "declined", "Nobody is free")
    said = sharer.tried.hearing(sharer.hearing_id)
    assert (said.state, said.observer) == ("requested", None)


def test_an_answer_to_a_date_that_was_not_read_is_none(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(14))
    with world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        with pytest.raises(Changed):
            receiving.accept(session, by, received, 1, datetime.now(UTC))


def test_declining_needs_a_reason_and_headquarters_is_asked_nothing(world: World) -> None:
    sharer = Sharer(world)
    share_id, told = sharer.share(), sharer.share(HQ)
    with pytest.raises(Refused):
        sharer.decline(share_id, " ")
    with pytest.raises(Refused):
        sharer.accept(told, DESK)


# -- kept up to date


def test_a_moved_hearing_is_a_new_version_for_them_and_they_are_told(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert not sharer.of(share_id, receiving.needs_look)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(13))
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.when == in_days(13)
    assert sharer.of(share_id, receiving.needs_look)
    assert sharer.given(share_id).number == 2
    assert sharer.given(share_id).told == 2


def test_a_cancelled_hearing_is_said_to_be_and_the_share_ends_with_a_week_in_which_it_can_be_read(world: World) -> None:
    """Cancelled on a Sunday evening it was over before anybody of the embassy came to work."""
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.called_off == "cancelled"
    given = sharer.given(share_id)
    assert given.until == min(ends_after(until_on()), ends_after(cairo_day() + timedelta(days=3)))
    assert not given.ends_too_soon, "it is not extended for a hearing that is not held"


def test_an_adjourned_hearing_goes_on_as_the_next_and_they_say_anew_whether_they_come(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    next_id = sharer.tried.act(sharer.hearing_id, Act.ADJOURN, reason="no_time", new=in_days(19)).next_id
    assert next_id is not None
    seen = sharer.seen(share_id)
    assert seen is not None
    assert (seen.when, seen.called_off) == (in_days(19), "")
    assert (sharer.given(share_id).hearing_id, sharer.given(share_id).state) == (next_id, "offered")
    sharer.accept(share_id)
    assert sharer.tried.hearing(next_id).state == "confirmed"


def test_somebody_else_who_goes_ends_the_share_of_who_does_not(world: World) -> None:
    sharer = Sharer(world)
    share_id, told = sharer.share(), sharer.share(HQ)
    sharer.tried.act(sharer.hearing_id, Act.ASSIGN, observer=Observer(member_id=world.demonstration.members[DEPUTY]))
    _opens_nothing(sharer, share_id)
    assert sharer.given(share_id).ended == "observer_left"
    assert sharer.seen(told, DESK) is not None, "headquarters was told, and does not observe"


def test_of_whoever_is_taken_off_the_trial_they_see_nothing_more(world: World) -> None:
    files = [agreed(world), agreed(world, "Karim Namudhaj")]
    sharer = Sharer(world, files)
    share_id = sharer.share()
    assert _people(sharer, share_id) == (NAME, "Karim Namudhaj")
    sharer.tried.do(off, files[0], "Charges against her were dropped.")
    assert _people(sharer, share_id) == ("Karim Namudhaj",)
    assert sharer.given(share_id).files == (files[1].id,)


def test_what_was_shared_for_nobody_else_ends_with_them(world: World) -> None:
    files = [agreed(world), agreed(world, "Karim Namudhaj")]
    sharer = Sharer(world, files)
    share_id = sharer.share(files=(files[0].id,))
    sharer.tried.do(off, files[0], "Charges against her were dropped.")
    _opens_nothing(sharer, share_id)
    assert sharer.given(share_id).ended == "revoked"


def _people(sharer: Sharer, share_id: uuid.UUID) -> tuple[str, ...]:
    seen = sharer.seen(share_id)
    assert seen is not None
    return seen.people


CHANGED: dict[str, tuple[dict[str, Any], str]] = {
    "charges": ({"charges": (Charge(text="Terrorism"),)}, "Terrorism"),
    "number": ({"number": "99/2026"}, "99/2026"),
    "counsel": ({"counsel": "Another Lawyer"}, "Another Lawyer"),
    "interpreter": ({"interpreter": "Somebody Interprets"}, "Somebody Interprets"),
    "court": ({"court": "Court of clerk M."}, "Court of clerk M."),
    "place": ({"place": "Behind the house of M."}, "Behind the house of M."),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_the_trial_is_by_now_they_see_once_somebody_looked_at_it_as_they_will(world: World, what: str) -> None:
    says, word = CHANGED[what]
    sharer = Sharer(world)
    share_id = sharer.share(parts=tuple(SharePart))
    before = sharer.seen(share_id)
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, trial(**says))
    assert sharer.seen(share_id) == before
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    moved = sharer.seen(share_id)
    assert before is not None
    assert moved == replace(before, when=in_days(12))
    looked_at = renewed(sharer, share_id)
    assert word.encode() in blob_of(looked_at)
    with pytest.raises(Changed):
        sharer.tried.do(offering.renew, share_id, replace(looked_at, counsel="Nobody"), "")
    sharer.tried.do(offering.renew, share_id, looked_at, "They asked for it today.")
    assert sharer.seen(share_id) == looked_at
    with pytest.raises(Refused, match="already"):
        sharer.tried.do(offering.renew, share_id, looked_at, "")
    assert findings(world) == []


def test_its_kind_follows_where_it_is_a_word_of_ours(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    before = sharer.seen(share_id)
    assert before is not None
    then = replace(sharer.tried.hearing(sharer.hearing_id), kind="verdict", other_kind="the complaint of Hoda Mithal")
    sharer.tried.do(scheduling.correct_hearing, sharer.tried.entry(sharer.hearing_id), then)
    assert sharer.seen(share_id) == replace(before, kind="verdict")


NAMED = "the complaint of Hoda Mithal"
SAID_OF_HEARING: dict[str, dict[str, Any]] = {
    "what it is": {"kind": "other", "other_kind": NAMED},
    "court": {"court": NAMED},
    "room": {"room": NAMED},
}


@pytest.mark.parametrize("what", SAID_OF_HEARING)
def test_words_of_a_hearing_go_out_once_somebody_looked_at_them_and_its_date_at_once(world: World, what: str) -> None:
    """Somebody else may be named in them, who agreed to nothing."""
    sharer = Sharer(world)
    share_id = sharer.share()
    before = sharer.seen(share_id)
    assert before is not None
    then = replace(sharer.tried.hearing(sharer.hearing_id), **SAID_OF_HEARING[what])
    sharer.tried.do(scheduling.correct_hearing, sharer.tried.entry(sharer.hearing_id), then)
    assert sharer.seen(share_id) == before
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    assert sharer.seen(share_id) == replace(before, when=in_days(12))
    looked_at = renewed(sharer, share_id)
    assert NAMED.encode() in blob_of(looked_at)
    sharer.tried.do(offering.renew, share_id, looked_at, "They asked for it today.")
    assert sharer.seen(share_id) == looked_at
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    assert sharer.seen(share_id) == replace(looked_at, called_off="cancelled")


def renewed(sharer: Sharer, share_id: uuid.UUID) -> Seen:
    with sharer.world.acting(OFFICER) as (session, _):
        docket = open_docket(session, session.get_one(Proceeding, sharer.tried.id))
        return offering.renewed(session, docket, following.share_of(docket, share_id).said)


def test_what_is_new_is_not_sent_without_consent(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, trial(counsel="Another Lawyer", number="7"))
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, trial(charges=(Charge(text="Terrorism"),)))
    looked_at = renewed(sharer, share_id)
    sharer.files[0].talk(ago=timedelta(0), share_embassies="refused")
    with pytest.raises(Refused):
        sharer.tried.do(offering.renew, share_id, looked_at, "")


# -- whose charges

ALL, FIRST = (0, 1), (0,)
CHARGES: list[tuple[tuple[int, ...], bool]] = [(ALL, True), (FIRST, False)]
"""For whom of two it is shared, and are the charges seen?"""


@pytest.mark.parametrize(("chosen", "are_seen"), CHARGES, ids=["everybody", "one of two"])
def test_charges_are_seen_where_nobody_else_s_can_be_among_them(
    world: World, chosen: tuple[int, ...], are_seen: bool
) -> None:
    files = [agreed(world), agreed(world, "Nadia Mithal")]
    both = (Charge(text="False news"), Charge(text="A banned group"))
    sharer = Sharer(world, files, charges=both)
    share_id = sharer.share(files=tuple(files[one].id for one in chosen))
    seen = sharer.seen(share_id)
    assert seen is not None
    assert [one.text for one in seen.charges] == ([one.text for one in both] if are_seen else [])
    if are_seen:
        sharer.tried.do(off, files[1], "Charges against her were dropped.")
        alone = sharer.seen(share_id)
        assert alone is not None
        assert (alone.people, alone.charges) == ((NAME,), ())


def test_whoever_joins_the_trial_later_is_not_in_what_was_shared_before(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    before = sharer.seen(share_id)
    other = agreed(world, "Nadia Mithal", share_embassies="refused")
    joins(sharer, other)
    new = replace(sharer.tried.trial, charges=(Charge(text="Nadia Mithal: a banned group"),), counsel="N. Counsel")
    sharer.tried.do(proceedings.correct_trial, sharer.tried.made_from, new)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    after = sharer.seen(share_id)
    assert before is not None
    assert after == replace(before, when=in_days(12))
    assert renewed(sharer, share_id).charges == ()


def joins(sharer: Sharer, file: Filed) -> None:
    with sharer.world.acting(OFFICER) as (session, by):
        proceeding = session.get_one(Proceeding, sharer.tried.id)
        proceedings.add_files(session, by, proceeding, [session.get_one(Case, file.id)], datetime.now(UTC))


def test_a_version_that_cannot_be_sent_holds_no_hearing_up_and_is_sent_later(world: World) -> None:
    """The embassy is changing its keys, because somebody there left."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None

    with world.database.main.writing() as session:
        circle = session.scalars(
            select(Circle).where(Circle.office_id == sharer.office(EMBASSY), Circle.name == "casework")
        ).one()
        circle.due_since = datetime.now(UTC)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(13))
    assert sharer.given(share_id).waits_to_be_told
    world.client(OBSERVER).get("/")
    world.client(OBSERVER).get("/")

    def again(session: Any, by: Any, proceeding: Any, now: datetime) -> None:

        docket = locked_docket(session, proceeding)
        following.send_again(session, by, docket, following.share_of(docket, share_id), now)

    sharer.tried.do(again)
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.when == in_days(13)


# -- ended


def _opens_nothing(sharer: Sharer, share_id: uuid.UUID, who: str = OBSERVER) -> None:
    assert sharer.seen(share_id, who) is None
    with sharer.world.database.main.reading() as session:
        assert session.get(Share, share_id) is None
        assert not session.scalars(select(GuestKey)).all()
        shares = session.scalars(select(Folder.id).where(Folder.kind == FolderKind.SHARE.value)).all()
    with sharer.world.database.shred.reading() as shred:
        assert all(shred.get(ShredSecret, one) is not None for one in shares)


def _revoked(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.revoke(share_id)


def _taken_back(sharer: Sharer, _share_id: uuid.UUID) -> None:
    sharer.files[0].talk(ago=timedelta(0), share_embassies="given")

    with sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        no = said(ago=timedelta(0), speaker_id=None, share_embassies="refused")
        assert record_conversation(session, by, case, no, datetime.now(UTC)).ended == 1


def _expired(sharer: Sharer, share_id: uuid.UUID) -> None:
    database, after = sharer.world.database, sharer.given(share_id).until
    assert end_shares(database, Actor("scheduler"), after - timedelta(seconds=1)) == 0
    assert end_shares(database, Actor("scheduler"), after) == 1
    assert end_shares(database, Actor("scheduler"), after) == 0


ENDS: dict[str, tuple[Callable[[Sharer, uuid.UUID], None], str]] = {
    "revoked": (_revoked, "revoked"),
    "consent": (_taken_back, "revoked"),
    "expired": (_expired, ""),
}


@pytest.mark.parametrize("accepted", [False, True], ids=["offered", "accepted"])
@pytest.mark.parametrize("how", ENDS)
def test_what_has_ended_they_open_no_more_and_they_are_told(world: World, how: str, accepted: bool) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    if accepted:
        sharer.accept(share_id)
    end, told = ENDS[how]
    end(sharer, share_id)
    _opens_nothing(sharer, share_id)
    assert sharer.of(share_id, lambda one: (one.ended, one.number)) == (told, 1)
    # Of a share whose time is over no letter tells: whoever accepted it knew until when it is.
    assert sharer.of(share_id, receiving.needs_look) == (bool(told) or not accepted)
    with pytest.raises(Refused):
        sharer.accept(share_id)
    with world.acting(OBSERVER) as (session, _):
        receiving.note(session, session.get_one(ReceivedShare, share_id), 1)
    assert not sharer.of(share_id, receiving.needs_look)


def test_the_door_refuses_from_the_minute_on_though_nothing_has_swept(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    with world.acting(OBSERVER) as (session, _):
        received = session.get_one(ReceivedShare, share_id)
        until = session.get_one(Share, share_id).until
        assert receiving.standing_share(session, received, until - timedelta(seconds=1)) is not None
        assert receiving.standing_share(session, received, until) is None


def test_revoked_before_anybody_there_came_in_nothing_is_left_and_no_alarm_is_raised(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.revoke(share_id)
    with world.acting(OBSERVER) as (session, _):
        assert session.get(ReceivedShare, share_id) is None

    assert told(world, Event.ALARM_RAISED) == told(world, Event.LETTER_REFUSED) == 0


def test_an_extension_asks_for_consent_again_and_moves_the_end(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    before = sharer.given(share_id).until
    with pytest.raises(Refused):
        sharer.extend(share_id, until_on())
    sharer.extend(share_id, until_on(40))
    assert sharer.given(share_id).until > before
    until = sharer.given(share_id).until
    with world.acting(OBSERVER) as (session, _):
        assert session.get_one(Share, share_id).until == until
    assert len(sharer.files[0].actions) == 2


def test_the_trail_and_every_row_agree_after_all_of_it(world: World) -> None:

    sharer = Sharer(world)
    first = sharer.share()
    sharer.accept(first)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(13))
    assert sharer.seen(first) is not None
    sharer.decline(first)
    second = sharer.share(OTHER_EMBASSY)
    assert sharer.seen(second, OTHER_OBSERVER) is not None
    assert findings(world) == []
