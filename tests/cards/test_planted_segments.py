"""Whoever writes the tables of cards may plant segments in them and any value in their columns: cards are written all
the same, and nobody else's secret is destroyed with a segment.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from hrd_cases.cards.keep import INDEXES, PLACES, SEGMENTS, take_card_away
from hrd_cases.cards.models import ROOM
from hrd_cases.cards.read import Search, cards
from hrd_cases.cards.whole import mend, rebuild, settle
from hrd_cases.keys.models import ShredSecret
from tests.cards.house import House, card
from tests.cards.test_keeping import kept, segments

ON_SQLITE = ("'x'", "x'00'", "1.5", "9223372036854775807", "-9223372036854775808")
ANYWHERE = ("2147483647", "-1", "0", "77")


def is_sqlite(house: House) -> bool:
    return house.database.main.engine.dialect.name == "sqlite"


def sql(house: House, *statements: str, **values: Any) -> None:
    with house.database.main.writing() as session:
        if is_sqlite(house):
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            session.execute(text(statement), values)


def planted(house: House, number: int, **says: Any) -> None:
    """So many segments more, none of them ours."""
    [row] = [one._asdict() for one in segments(house)][:1]
    with house.database.main.writing() as session:
        for _ in range(number):
            session.execute(insert(SEGMENTS).values(row | {"id": uuid.uuid4(), "used": ROOM - 1} | says))


def secret(house: House) -> uuid.UUID:
    """A file's."""
    with house.writing() as session:
        [(name, _)] = session.info["keys"].new_shred_secrets(1)
    return name


def is_there(house: House, name: uuid.UUID) -> bool:
    with house.database.shred.reading() as shred:
        return shred.get(ShredSecret, name) is not None


def found(house: House, name: str) -> set[uuid.UUID]:
    with house.reading() as session:
        return {one.case_id for one in Search(session, house.circle_id).names(name).found}


@pytest.mark.parametrize("column", ["version", "names_version"])
@pytest.mark.parametrize("value", [*ANYWHERE, *ON_SQLITE])
def test_whatever_a_segment_counts_its_cards_are_written(house: House, column: str, value: str) -> None:
    if value in ON_SQLITE and not is_sqlite(house):
        pytest.skip("a column of numbers holds no other there")
    one, other = house.keep(card(), card())
    sql(house, f"UPDATE card_segments SET {column} = {value}")
    changed = house.keep(card(one.case_id, next_step="Call the lawyer"))[0]
    house.keep(card(other.case_id, name="Alena Mithal"))
    new = house.keep(card(name="Somebody New"))[0]
    assert kept(house)[one.case_id] == changed
    assert found(house, "Alena Mithal") >= {other.case_id}
    assert kept(house).keys() == {one.case_id, other.case_id, new.case_id}
    assert [(row.version, row.names_version) for row in segments(house)] == [(5, 4)], "what the blobs say"


def test_segments_that_do_not_open_keep_no_card_from_being_written(house: House) -> None:
    house.keep(card())
    planted(house, 30)
    one, other = house.keep(card())[0], house.keep(card())[0]
    with house.reading() as session:
        assert {one.case_id, other.case_id} <= {each.case_id for each in cards(session, house.circle_id).good}
    with house.writing() as session:
        assert len(mend(session, house.circle_id, lambda _: None)) == 30
    assert len(kept(house)) == 3


def test_a_segment_with_an_id_that_is_none_keeps_no_card_from_being_written(house: House) -> None:
    if not is_sqlite(house):
        pytest.skip("an id is one there")
    house.keep(card())
    planted(house, 1)
    sql(house, f"UPDATE card_segments SET id = x'00' WHERE used = {ROOM - 1}")
    house.keep(card())
    with house.writing() as session:
        assert len(mend(session, house.circle_id, lambda _: None)) == 1
    with house.writing() as session:
        assert mend(session, house.circle_id, lambda _: None) == []
    assert len(kept(house)) == 2


@pytest.mark.parametrize("used", ["0", "-1", "'x'", "99"])
def test_however_full_segments_say_they_are_cards_are_written(house: House, used: str) -> None:
    if used != "0" and not is_sqlite(house):
        pytest.skip("the table refuses it there")
    many = house.keep(*(card() for _ in range(3 * ROOM)))
    sql(house, f"UPDATE card_segments SET used = {used}")
    house.keep(*(card(one.case_id, name="Another") for one in many[:2]))
    house.keep(card())
    house.keep(*(card() for _ in range(2 * ROOM)))
    assert len(kept(house)) == 5 * ROOM + 1


SPELLINGS = {
    "capitals": "upper({0})",
    "with hyphens": "substr({0}, 1, 8) || '-' || substr({0}, 9)",
    "as bytes": "CAST({0} AS BLOB)",
}


@pytest.mark.parametrize("spelled", list(SPELLINGS))
@pytest.mark.parametrize("places", [True, False], ids=["places too", "places not"])
def test_an_id_spelled_otherwise_keeps_no_card_from_being_written(house: House, spelled: str, places: bool) -> None:
    if not is_sqlite(house):
        pytest.skip("an id has one spelling there")
    one, other, third = house.keep(card(), card(), card())
    change = SPELLINGS[spelled]
    with house.database.main.writing() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(text(f"UPDATE card_segments SET id = {change.format('id')}"))
        if places:
            session.execute(text(f"UPDATE card_places SET segment_id = {change.format('segment_id')}"))
        else:
            session.execute(text("DELETE FROM card_places"))
    house.keep(card(one.case_id, next_step="Call"))
    house.keep(card(other.case_id, name="Another"))
    house.keep(card())
    with house.writing() as session:
        take_card_away(session, house.circle_id, third.case_id)
        mend(session, house.circle_id, card)
    with house.reading() as session:
        read = cards(session, house.circle_id)
    assert not read.damaged
    assert {one.case_id, other.case_id} <= {each.case_id for each in read.good}


@pytest.mark.parametrize("spelled", [*SPELLINGS.values(), "CAST({0} AS BLOB) || x'00'"])
def test_a_second_row_of_the_same_id_is_dropped_and_ends_nothing(house: House, spelled: str) -> None:
    if not is_sqlite(house):
        pytest.skip("an id has one spelling there")
    one, other = house.keep(card(), card())
    columns = "circle_id, shred_id, used, version, names_version, sealed_names, sealed_cards"
    for change in (spelled.format("id"), f"upper({spelled.format('id')}) || '-'"):
        sql(house, f"INSERT INTO card_segments (id, {columns}) SELECT {change}, {columns} FROM card_segments LIMIT 1")
    house.keep(card(one.case_id, next_step="Call"))
    house.keep(card(other.case_id, name="Another"))
    house.keep(card())
    with house.writing() as session:
        mend(session, house.circle_id, card)
    with house.writing() as session:
        rebuild(session, house.circle_id, lambda: [(one.case_id, one), (other.case_id, other)])
    assert kept(house) == {one.case_id: one, other.case_id: other}


@pytest.mark.parametrize("part", ["sealed_cards", "sealed_names"])
@pytest.mark.parametrize("epoch", [0, 1, 9])
def test_a_key_that_nobody_has_keeps_no_card_from_being_written(house: House, part: str, epoch: int) -> None:
    house.renew()
    [one] = house.keep(card())
    del house.seeds[house.circle_id, 1]
    [row] = segments(house)
    sealed = getattr(row, part)
    with house.database.main.writing() as session:
        said = sealed[:1] + epoch.to_bytes(4, "big") + sealed[5:]
        session.execute(update(SEGMENTS).values({part: said}))
    house.keep(card(one.case_id, name="Another"))
    house.keep(card())
    with house.reading() as session:
        assert {each.name for each in cards(session, house.circle_id).good} >= {"Another"}


# -- nobody else's secret


@pytest.mark.parametrize("how", ["mended", "made anew"])
def test_a_segment_that_names_a_file_s_secret_does_not_take_it_along(house: House, how: str) -> None:
    (one,) = house.keep(card())
    name = secret(house)
    sql(house, "UPDATE card_segments SET shred_id = :name", name=name.hex)
    with house.writing() as session:
        if how == "mended":
            assert len(mend(session, house.circle_id, lambda _: one)) == 1
        else:
            assert rebuild(session, house.circle_id, lambda: [(one.case_id, one)]) == 1
    assert is_there(house, name)
    assert kept(house) == {one.case_id: one}


def test_a_segment_that_is_dropped_takes_its_own_secret_along(house: House) -> None:
    house.keep(card())
    [row] = segments(house)
    with house.writing() as session:
        rebuild(session, house.circle_id, list)
    assert not is_there(house, row.shred_id)


def test_nor_does_an_index(house: House) -> None:
    (one,) = house.keep(card())
    name = secret(house)
    for _ in range(2):
        with house.writing() as session:
            settle(session, house.circle_id)
        sql(house, "UPDATE card_indexes SET shred_id = :name", name=name.hex)
    with house.writing() as session:
        settle(session, house.circle_id)
        assert session.execute(select(INDEXES.c.shred_id)).scalar() != name, "nothing of cards is sealed under it"
    with house.writing() as session:
        take_card_away(session, house.circle_id, one.case_id, shred=True)
    with house.reading() as session:
        assert session.execute(select(INDEXES.c.id)).first() is None
        assert session.execute(select(PLACES.c.case_id)).first() is None
    assert is_there(house, name)


@pytest.mark.parametrize("value", [*ANYWHERE, *ON_SQLITE])
def test_whatever_an_index_counts_it_is_made_anew(house: House, value: str) -> None:
    if value in ON_SQLITE and not is_sqlite(house):
        pytest.skip("a column of numbers holds no other there")
    house.keep(card(name="Salma Mithal"))
    with house.writing() as session:
        settle(session, house.circle_id)
    sql(house, f"UPDATE card_indexes SET version = {value}")
    with house.writing() as session:
        settle(session, house.circle_id)
    with house.reading() as session:
        assert session.execute(select(INDEXES.c.version)).scalar() == 2
    assert found(house, "Salma")
