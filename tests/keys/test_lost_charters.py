"""Somebody writes an office's charters over, or takes them away, for a moment: nothing signed meanwhile outlasts the
backup that sets them right.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from hrd_cases.errors import Absent, Refused, Tampered
from hrd_cases.keys.charter import Act, Charter, Coverage
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.issue import first_charter, propose
from hrd_cases.keys.models import CharterRow, Circle
from hrd_cases.keys.roles import OfficeKind, Role
from tests.keys.cast import (
    HEADQUARTERS,
    MINSK,
    NOW,
    ON_BOTH,
    TODAY,
    Cast,
    every_office,
    forget_everything,
    id_of,
    keys_of,
    seat,
)

UNMARKED = "no mark"
DESK = seat("desk", Role.HEADQUARTERS_DESK)


@pytest.fixture
def minsk(cairo: Cast) -> Cast:
    """Minsk has just been opened by hq1 and hq2; headquarters has no mark of it yet, and hq3 has not seen it."""
    cairo.open_office(MINSK, "BY", (seat("minsk head", Role.HEAD),))
    return cairo


def sees(house: Cast, name: str) -> None:
    """A member's request looks at every office, and they pin what they saw."""
    with house.acting(name) as (_, ring):
        every_office(ring.charters)


def _taken_away(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.execute(delete(CharterRow).where(CharterRow.office_id == MINSK))


def _written_over(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.office_id == MINSK).values(signatures=b"x"))


HOW: dict[str, Callable[[Cast], None]] = {"taken away": _taken_away, "written over": _written_over}
EITHER_WAY = pytest.mark.parametrize("how", HOW)


@contextmanager
def for_a_moment(house: Cast, how: str) -> Iterator[list[dict[str, Any]]]:
    """Minsk's charters are not what they were; then a backup brings them back byte for byte."""
    rows: list[dict[str, Any]]
    with house.database.main.reading() as session:
        columns = CharterRow.__table__.columns
        query = select(*columns).where(CharterRow.office_id == MINSK).order_by(CharterRow.number)
        rows = [dict(row) for row in session.execute(query).mappings()]
    HOW[how](house)
    forget_everything()
    yield rows
    with house.database.main.writing() as session:
        session.execute(delete(CharterRow).where(CharterRow.office_id == MINSK))
        session.execute(insert(CharterRow), rows)
    forget_everything()


def newest_is_back(house: Cast, rows: list[dict[str, Any]]) -> None:
    """Minsk's newest charter is as two heads signed it; what came before it is not."""
    with house.database.main.writing() as session:
        session.execute(delete(CharterRow).where(CharterRow.office_id == MINSK, CharterRow.number == len(rows)))
        session.execute(insert(CharterRow), rows[-1:])


def stands(house: Cast) -> bool:
    for name in ("minsk head", "hq1", "hq2", "hq3", "stranger"):
        house.of(MINSK, name)
    return True


def without(house: Cast, name: str) -> tuple[Any, ...]:
    return tuple(s for s in house.of(HEADQUARTERS).seats if s.member_id != id_of(name))


def seats_a_desk(house: Cast, name: str) -> Charter:
    done = house.change(name, HEADQUARTERS, seats=(*house.of(HEADQUARTERS).seats, DESK))
    assert done is not None
    return done


# -- an office without its charters is damaged, not new


def test_charters_taken_away_are_missed_by_whoever_has_seen_them(minsk: Cast) -> None:
    sees(minsk, "hq1")
    _taken_away(minsk)
    with minsk.looking("hq1") as (_, charters):
        assert charters.sound_offices()[1] == (MINSK,)
        with pytest.raises(Tampered):
            charters.of(MINSK)
        with pytest.raises(Tampered):
            every_office(charters)
    with minsk.looking("hq3") as (_, charters), pytest.raises(Absent):
        charters.of(MINSK)


def test_charters_taken_away_are_missed_by_everybody_once_headquarters_has_marked_them(minsk: Cast) -> None:
    seats_a_desk(minsk, "hq1")
    _taken_away(minsk)
    with minsk.looking("stranger") as (_, charters):
        assert charters.sound_offices()[1] == (MINSK,)
        with pytest.raises(Tampered):
            charters.of(MINSK)


def test_no_first_charter_is_written_for_an_office_that_had_one(minsk: Cast) -> None:
    sees(minsk, "hq1")
    seats = (seat("minsk head", Role.HEAD),)
    with for_a_moment(minsk, "taken away"), minsk.acting("hq1") as (session, ring):
        again = first_charter(ring.charters, MINSK, OfficeKind.DELEGATION, (Coverage("BY", TODAY),), seats, NOW)
        with pytest.raises(Tampered):
            propose(session, ring.charters, again, id_of("hq1"), ring.keys, NOW)
    assert stands(minsk)


# -- what is signed meanwhile


@ON_BOTH
@EITHER_WAY
def test_a_head_who_has_seen_lost_charters_marks_them(cairo: Cast, how: str) -> None:
    cairo.open_office(MINSK, "BY", (seat("minsk head", Role.HEAD),))
    sees(cairo, "hq1")
    newest = cairo.of(MINSK)
    with for_a_moment(cairo, how):
        gone = cairo.both(HEADQUARTERS, "hq1", "hq3", act=Act.UNSEAT, seats=without(cairo, "hq2"))
        assert {m.office_id: m.hash for m in gone.marks}[MINSK] == newest.hash
    assert stands(cairo)


@EITHER_WAY
def test_a_newer_pin_passes_the_last_mark(minsk: Cast, how: str) -> None:
    seats_a_desk(minsk, "hq1")
    newest = minsk.both(MINSK, act=Act.COVERAGE, countries=(Coverage("BY", TODAY), Coverage("LT", TODAY)))
    sees(minsk, "hq3")
    with for_a_moment(minsk, how):
        gone = minsk.both(HEADQUARTERS, "hq3", "hq1", act=Act.UNSEAT, seats=without(minsk, "hq2"))
        assert {m.office_id: (m.number, m.hash) for m in gone.marks}[MINSK] == (newest.number, newest.hash)
    assert stands(minsk)


@EITHER_WAY
def test_no_head_loses_a_seat_while_what_they_signed_has_no_mark(minsk: Cast, how: str) -> None:
    """One charter that two heads signed is still here, and neither mark nor pin names it."""
    minsk.both(MINSK, act=Act.COVERAGE, countries=(Coverage("BY", TODAY), Coverage("LT", TODAY)))
    with for_a_moment(minsk, how) as rows:
        newest_is_back(minsk, rows)
        with pytest.raises(Refused, match=UNMARKED) as refused:
            minsk.change("hq3", HEADQUARTERS, Act.UNSEAT, seats=without(minsk, "hq2"))
        assert "backup" in refused.value.who_can
        new_keys = (*without(minsk, "hq2"), seat("hq2", Role.HEADQUARTERS_HEAD, keys="new keys of hq2"))
        with pytest.raises(Refused, match=UNMARKED):
            minsk.change("hq3", HEADQUARTERS, Act.SEAT, seats=new_keys)
        seats_a_desk(minsk, "hq3")
    assert stands(minsk)
    minsk.both(HEADQUARTERS, "hq1", "hq3", act=Act.UNSEAT, seats=without(minsk, "hq2"))
    assert stands(minsk)


@EITHER_WAY
def test_the_mark_was_made_before_the_newest_charter_and_does_not_do(minsk: Cast, how: str) -> None:
    seats_a_desk(minsk, "hq1")
    minsk.both(MINSK, act=Act.COVERAGE, countries=(Coverage("BY", TODAY), Coverage("LT", TODAY)))
    sees(minsk, "hq1")
    with for_a_moment(minsk, how):
        # hq3 has seen neither: what they propose carries the older mark on, and hq1 does not sign that.
        assert minsk.change("hq3", HEADQUARTERS, Act.UNSEAT, seats=without(minsk, "hq2")) is None
        with pytest.raises(Refused, match=UNMARKED):
            minsk.countersigned("hq1", HEADQUARTERS)
    assert stands(minsk)


@pytest.mark.parametrize("planted", ["circle", "charter"])
def test_a_planted_row_keeps_no_head_in_their_seat(minsk: Cast, planted: str) -> None:
    """Rows that prove nothing: whoever writes the tables could plant them for good."""
    nowhere = uuid.uuid4()
    with minsk.database.main.writing() as session:
        if planted == "circle":
            session.add(Circle(id=uuid.uuid4(), office_id=nowhere, name="casework", epoch=0))
        else:
            session.add(CharterRow(hash=b"1" * 32, office_id=nowhere, number=99999, body=b"x", signatures=b"x"))
    minsk.both(HEADQUARTERS, "hq1", "hq3", act=Act.UNSEAT, seats=without(minsk, "hq2"))
    assert stands(minsk)


# -- a head's access is ended meanwhile


def ends(house: Cast, name: str, by: str) -> None:
    with house.acting(by) as (session, ring):
        now = datetime.now(UTC)
        revoke(session, id_of(name), keys_of(name).fingerprint, id_of(by), now, ring.charters, keys=keys_of(by))


@EITHER_WAY
def test_ending_a_head_s_access_meanwhile_takes_nothing_they_signed(cairo: Cast, how: str) -> None:
    cairo.comes_in("hq1", "hq3", office_id=HEADQUARTERS)
    before = {e.name: e.epoch for e in cairo.of(HEADQUARTERS).circles}
    cairo.open_office(MINSK, "BY", (seat("minsk head", Role.HEAD),))
    sees(cairo, "hq3")
    with for_a_moment(cairo, how):
        ends(cairo, "hq2", by="hq3")
        # hq1 has never seen Minsk: still the charter says at once whose access was ended.
        cairo.comes_in("hq1", office_id=HEADQUARTERS)
        after = cairo.of(HEADQUARTERS)
        assert all(e.epoch == before[e.name] + 1 for e in after.circles)
        assert {who.member_id for who in after.ended} == {id_of("hq2")}
    # What hq2 signed has no mark until somebody who has seen it signs for headquarters.
    with cairo.looking() as (_, charters), pytest.raises(Tampered):
        charters.of(MINSK)
    seats_a_desk(cairo, "hq3")
    assert stands(cairo)


def test_what_headquarters_has_marked_does_not_fall_with_a_revocation(minsk: Cast) -> None:
    seats_a_desk(minsk, "hq1")
    with for_a_moment(minsk, "taken away"), minsk.acting("hq3") as (session, _):
        revoke(session, id_of("hq2"), keys_of("hq2").fingerprint, id_of("hq3"), datetime.now(UTC), keys=keys_of("hq3"))
    assert stands(minsk)


def test_an_office_nobody_opened_stays_one_without_a_charter(cairo: Cast) -> None:
    with cairo.looking("hq1") as (_, charters), pytest.raises(Absent):
        charters.of(uuid.uuid4())
