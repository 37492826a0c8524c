"""Somebody who writes the tables, or held a key, after a share has ended: it opens nothing more. And letters of shares
that our pages did not send: refused, told, and without effect.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import given_up
from hrd_cases.audit.trail import Actor, record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Destroyed, HrdError, Locked, Tampered
from hrd_cases.keys import guests
from hrd_cases.keys.models import Folder, FolderKind, GuestKey, Letter, ShredSecret, SleeveKey
from hrd_cases.keys.sweep import Sweep
from hrd_cases.trials.details import Report
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.shares import ending, letters, offering, receiving
from hrd_cases.trials.shares.letters import ANSWERED, ENDED, OFFERED, Answered, Gone, Offer
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import ShareAnswer
from tests.attacks.past_our_code import findings, told
from tests.trials.sharing_world import EMBASSY, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer
from tests.trials.test_shared_reports import accepted, written_so_far
from tests.trials.trying import in_days
from tests.world import World

ROWS: tuple[Any, ...] = (Folder, SleeveKey, GuestKey, Share, ReceivedShare)


def kept(world: World) -> dict[Any, list[dict[str, Any]]]:
    """Every row that a share lives in, as somebody copies them."""
    with world.database.main.reading() as session:
        return {kind: [dict(row._mapping) for row in session.execute(select(kind.__table__))] for kind in ROWS}


def put_back(world: World, rows: dict[Any, list[dict[str, Any]]]) -> None:
    with world.database.main.writing() as session:
        for kind, copies in rows.items():
            table = kind.__table__
            keys = [column.name for column in table.primary_key.columns]
            there = {tuple(one) for one in session.execute(select(*table.primary_key.columns))}
            missing = [row for row in copies if tuple(row[key] for key in keys) not in there]
            if missing:
                session.connection().execute(insert(table), missing)
            for row in copies:
                same = [table.c[key] == row[key] for key in keys]
                session.connection().execute(update(table).where(*same).values(**row))


def unfolded(world: World) -> None:
    """Every letter about a share is put back into its circle."""
    with world.database.main.writing() as session:
        session.execute(update(Letter).where(Letter.act.like("share_%")).values(folded_at=None, refused_at=None))


def _revoke(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.revoke(share_id)


def _decline(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.decline(share_id)


def _expire(sharer: Sharer, share_id: uuid.UUID) -> None:
    until = sharer.given(share_id).until
    assert ending.end_shares(sharer.world.database, Actor("scheduler"), until) == 1


ENDS: dict[str, Callable[[Sharer, uuid.UUID], None]] = {"revoked": _revoke, "declined": _decline, "expired": _expire}


@pytest.mark.parametrize("how", ENDS)
def test_after_its_end_the_embassy_s_keys_open_nothing_though_every_row_and_letter_is_put_back(
    world: World, how: str
) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    before = kept(world)
    ENDS[how](sharer, share_id)
    with pytest.raises((HrdError, NoResultFound)):
        sharer.without_the_door(share_id)
    put_back(world, before)
    for _ in range(2):
        with pytest.raises(Locked, match="shredded"):
            sharer.without_the_door(share_id)
        unfolded(world)
    assert world.client(OBSERVER).get(f"/shares/{share_id}").status_code in (200, 404)
    assert "Sit near the door" not in world.client(OBSERVER).get(f"/shares/{share_id}").text
    assert findings(world)


def test_the_end_that_is_put_off_in_the_table_fails_its_check(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    with world.database.main.writing() as session:
        later = datetime.now(UTC) + timedelta(days=300)
        session.connection().execute(update(Share.__table__).values(until=later))  # type: ignore[arg-type]
    with pytest.raises(Tampered):
        sharer.seen(share_id)
    page = world.client(OBSERVER).get(f"/shares/{share_id}")
    assert "Failed its check" in page.text
    assert "Sit near the door" not in page.text
    assert findings(world)


def test_another_embassy_named_in_the_table_opens_nothing(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    with world.database.main.writing() as session:
        other = sharer.office(OTHER_EMBASSY)
        session.connection().execute(update(Share.__table__).values(to_office_id=other))  # type: ignore[arg-type]
    with pytest.raises(HrdError):
        sharer.without_the_door(share_id, OTHER_OBSERVER)
    assert world.client(OTHER_OBSERVER).get(f"/shares/{share_id}").status_code == 404


# -- letters


def test_a_letter_that_is_put_back_changes_nothing_and_security_is_told(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    unfolded(world)
    assert sharer.seen(share_id) is not None
    assert sharer.given(share_id).state == "accepted"
    assert told(world, Event.LETTER_REFUSED) == 0
    assert told(world, Event.ALARM_RAISED) >= 2, "the offer and the answer were taken in before"


def by_hand(world: World, who: str, share_id: uuid.UUID, act: str, to: uuid.UUID, content: Any, **tell: Any) -> None:
    """A letter past our pages, told as every sending is."""
    with world.acting(who) as (session, by):
        letters.send(session, by, by.office_id, to, act, share_id, content, datetime.now(UTC))
        if tell:
            record(session, Event.SHARE_ANSWERED, share=share_id, **tell)


def test_an_answer_of_somebody_who_was_not_asked_is_refused(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    said = Answered(ShareAnswer.DECLINE.value, sharer.tried.id, sharer.hearing_id, 1, "Ha")
    cairo = sharer.office("DEL_EGY")
    by_hand(world, OTHER_OBSERVER, share_id, ANSWERED, cairo, said, answer="decline")
    by_hand(world, "officer.minsk", share_id, ANSWERED, cairo, said, answer="decline")
    assert sharer.given(share_id).state == "offered"
    assert sharer.tried.hearing(sharer.hearing_id).state == "assigned"
    assert told(world, Event.LETTER_REFUSED) == 2


def test_an_answer_that_the_trail_does_not_tell_of_is_refused(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    said = Answered(ShareAnswer.ACCEPT.value, sharer.tried.id, sharer.hearing_id, 1)
    by_hand(world, OBSERVER, share_id, ANSWERED, sharer.office("DEL_EGY"), said)
    assert sharer.given(share_id).state == "offered"
    assert told(world, Event.LETTER_REFUSED) == 1


def test_an_answer_about_another_trial_is_refused(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    other = Sharer(world)
    said = Answered(ShareAnswer.ACCEPT.value, other.tried.id, other.hearing_id, 1)
    by_hand(world, OBSERVER, share_id, ANSWERED, sharer.office("DEL_EGY"), said, answer="accept")
    assert sharer.given(share_id).state == "offered"
    assert told(world, Event.LETTER_REFUSED) == 1


def _offer_of(session: Session, by: Visitor, share_id: uuid.UUID) -> Offer:
    share = session.get_one(Share, share_id)
    return Offer(guests.Given(share.folder_id, "file", 1, bytes(32)), 2, datetime.now(UTC))


@pytest.mark.parametrize("act", [OFFERED, ENDED])
def test_another_office_neither_offers_nor_ends_what_is_not_its_own(world: World, act: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    with world.acting("officer.minsk") as (session, by):
        content: Any = _offer_of(session, by, share_id) if act == OFFERED else Gone("revoked")
        to = sharer.office(EMBASSY)
        letters.send(session, by, by.office_id, to, act, share_id, content, datetime.now(UTC))
    assert sharer.seen(share_id) is not None
    assert sharer.of(share_id, lambda one: one.state) == "offered"
    assert told(world, Event.LETTER_REFUSED) == 1


# -- in the middle


class Stop(Exception):
    pass


def test_ended_in_the_middle_of_sharing_nothing_was_shared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer = Sharer(world)
    before = len(sharer.files[0].actions)

    def stops(*_: Any, **__: Any) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(offering, "write", stops)  # the last thing it does: letter and row are written
        with pytest.raises(Stop):
            sharer.share()
    with world.database.main.reading() as session:
        assert not session.scalars(select(Share)).all()
        assert not session.scalars(select(Letter).where(Letter.act == OFFERED)).all()
        assert not session.scalars(select(Folder).where(Folder.kind == FolderKind.SHARE.value)).all()
    assert len(sharer.files[0].actions) == before
    assert sharer.seen(sharer.share()) is not None
    assert findings(world) == []


def test_ended_between_the_end_and_the_shredding_it_opens_nothing_and_the_secret_is_swept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    until = sharer.given(share_id).until

    def stops(*_: Any) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(ending, "shred", stops)
        with pytest.raises(Stop):
            ending.end_shares(world.database, Actor("scheduler"), until)
    with world.database.shred.reading() as shred:
        secrets = set(shred.scalars(select(ShredSecret.folder_id)))
    sweep = Sweep(world.database, given_up, lambda _: None)
    assert (sweep(), sweep()) == (0, 1)
    with world.database.shred.reading() as shred:
        assert len(secrets - set(shred.scalars(select(ShredSecret.folder_id)))) == 1


def test_ended_in_the_middle_of_taking_it_back_it_stands_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None

    def stops(*_: Any, **__: Any) -> None:
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(ending, "tell_of_end", stops)
        with pytest.raises(Stop):
            sharer.revoke(share_id)
    assert sharer.seen(share_id) is not None
    assert sharer.given(share_id).state == "offered"
    sharer.revoke(share_id)
    assert sharer.seen(share_id) is None


def test_no_clear_column_says_which_trial_a_share_is_of(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    with world.database.main.reading() as session:
        ids = {str(one) for one in session.scalars(select(ProceedingEntry.id))} | {str(sharer.tried.id)}
        ids |= {str(sharer.files[0].id)}
        for kind in (Share, ReceivedShare, GuestKey):
            for row in session.execute(select(kind.__table__)):
                assert not ids & {str(value) for value in row}


def test_what_an_embassy_was_writing_goes_with_the_share_though_nobody_is_signed_in(world: World) -> None:
    sharer = Sharer(world)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(0, None))
    share_id = accepted(sharer)
    with world.acting(OBSERVER) as (session, by):
        received = session.get_one(ReceivedShare, share_id)
        mark, report = (
            str(receiving.report_mark(received)),
            Report(hearing_id=share_id, summary="She stood in the cage."),
        )
        receiving.keep_report(session, by, received, mark, report, datetime.now(UTC))
    begun = written_so_far(sharer, share_id)
    assert begun is not None
    assert begun.summary == "She stood in the cage."
    before = kept(world)
    ending.end_shares(world.database, Actor("scheduler"), sharer.given(share_id).until)
    put_back(world, before)
    with world.acting(OBSERVER) as (session, by):
        received, share = session.get_one(ReceivedShare, share_id), session.get_one(Share, share_id)
        assert b"cage" not in (received.report or b"")
        with pytest.raises(Destroyed):
            receiving.report_begun(by, received, share)
