"""Cards found by a part of a word, and by names in any spelling: with an index of names, without, with an old one."""

from __future__ import annotations

import random
import uuid

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import INDEXES, SEGMENTS, take_card_away
from hrd_cases.cards.models import ROOM
from hrd_cases.cards.read import Search
from hrd_cases.cards.whole import settle
from hrd_cases.errors import Locked
from tests.cards.house import House, card
from tests.cards.test_keeping import spoil, trail
from tests.names.test_spellings import WORLD


def by_name(house: House, asked: str) -> list[uuid.UUID]:
    with house.reading() as session:
        hits = Search(session, house.circle_id).names(asked)
    assert hits.damaged == []
    return [hit.case_id for hit in hits.found]


def by_text(house: House, asked: str) -> set[uuid.UUID]:
    with house.reading() as session:
        matches = Search(session, house.circle_id).text(asked)
    assert (matches.damaged, len(matches.found)) == ([], len(set(matches.found)))
    return set(matches.found)


def settled(house: House) -> None:
    with house.writing() as session:
        settle(session, house.circle_id)


def others(count: int) -> list[Card]:
    rng = random.Random(1)
    return [card(name="".join(rng.choices("bdfgklmnprstvz", k=9))) for _ in range(count)]


@pytest.mark.parametrize("index", ["none", "new"])
@pytest.mark.parametrize("asked", ["MÍTH", "المث", "rahmán", "puerto", "RIVER", "q9-zz"])
def test_a_part_of_a_word_is_found_wherever_it_stands(house: House, asked: str, index: str) -> None:
    spellings = ("سلمى المثال", "Abdel Rahman")
    one = card(name="Mithal", spellings=spellings, places=("Puerto",), keywords=("River",), reference="Q9-ZZ7A")
    house.keep(*others(70), one)
    if index == "new":
        settled(house)
    assert by_text(house, asked) == {one.case_id}
    assert by_text(house, "wombat") == set()


def test_nothing_asked_finds_nothing(house: House) -> None:
    house.keep(card())
    assert by_text(house, " -- ") == set()
    assert by_name(house, "!") == []


def test_text_does_not_run_from_one_card_into_the_next(house: House) -> None:
    house.keep(card(name="abc", keywords=("def",)), card(name="ghi"))
    assert by_text(house, "def ghi") == set()
    settled(house)
    assert by_text(house, "def ghi") == set()


def test_every_case_with_the_text_is_found_once_before_and_after_settling(house: House) -> None:
    many = house.keep(*(card(name=f"Salma salma {number}") for number in range(100)), *others(30))
    expected = {one.case_id for one in many[:100]}
    assert by_text(house, "salma") == expected
    settled(house)
    assert by_text(house, "salma") == expected
    house.keep(card(many[0].case_id, name="Otieno"), card(many[129].case_id, name="Salma"))
    with house.writing() as session:
        take_card_away(session, house.circle_id, many[1].case_id)
    assert by_text(house, "salma") == expected - {many[0].case_id, many[1].case_id} | {many[129].case_id}
    assert by_text(house, "otien") == {many[0].case_id}


def test_an_empty_circle_is_settled_and_searched(house: House) -> None:
    settled(house)
    assert by_text(house, "salma") == set()
    assert by_name(house, "salma") == []


@pytest.mark.parametrize("index", ["none", "new", "old", "spoilt"])
def test_the_sample_world_is_found_in_any_spelling(house: House, index: str) -> None:
    world = [card(name=case["name"]) for case in WORLD]
    if index != "old":
        house.keep(*others(200), *world)
    else:
        house.keep(*others(200))
    if index != "none":
        settled(house)
    if index == "old":
        house.keep(*world)
    if index == "spoilt":
        with house.database.main.writing() as session:
            session.connection().execute(update(INDEXES).values(sealed_index=b"x" * 200, sealed_texts=b""))
    for number, asked in enumerate(("Salma Abderrahmane", "Alyona Prykladnaya", "Nanez", "Chang Hsü-kou")):
        assert by_name(house, asked)[0] == world[number].case_id


def test_an_index_knows_what_has_changed_since(house: House) -> None:
    many = house.keep(*(card(name=f"Salma {suffix}") for suffix in ("Mithal", "Bazan", "Korovin")), *others(2 * ROOM))
    settled(house)
    house.keep(card(many[0].case_id, name="Otieno"))
    with house.writing() as session:
        take_card_away(session, house.circle_id, many[1].case_id)
    assert many[0].case_id not in by_name(house, "Mithal")[:1]
    assert many[1].case_id not in by_name(house, "Salma Bazan")
    assert by_name(house, "Otieno")[0] == many[0].case_id
    assert by_name(house, "Korovin")[0] == many[2].case_id
    with house.reading() as session:
        assert Search(session, house.circle_id).names("Salma").unsettled in (1, 2)  # cards lie where they like
    settled(house)
    with house.reading() as session:
        assert Search(session, house.circle_id).names("Salma").unsettled == 0
    assert trail(house) == []


def test_a_change_that_touches_no_name_leaves_the_index_as_it_is(house: House) -> None:
    [one] = house.keep(card())
    settled(house)
    house.keep(card(one.case_id, next_step="Call"))
    with house.reading() as session:
        assert Search(session, house.circle_id).names("Salma").unsettled == 0


def test_an_index_set_back_still_finds_everybody(house: House) -> None:
    """It says itself which writing of which segment it covers: an older one is only slower."""
    house.keep(*others(10))
    settled(house)
    with house.reading() as session:
        older = session.connection().execute(select(INDEXES)).one()._asdict()
    [late] = house.keep(card(name="Otieno Achieng"))
    settled(house)
    with house.database.main.writing() as session:
        session.connection().execute(update(INDEXES).values(older))
    assert by_name(house, "Otieno Achieng")[0] == late.case_id
    assert by_text(house, "otieno") == {late.case_id}
    assert trail(house) == ["this row was set back to an older state"] * 2


def test_names_of_a_damaged_segment_are_missed_and_said_to_be(house: House) -> None:
    house.keep(card(name="Otieno"))
    with house.reading() as session:
        segment = session.connection().scalars(select(SEGMENTS.c.id)).one()
    spoil(house, segment, "sealed_names")
    with house.reading() as session:
        assert Search(session, house.circle_id).names("Otieno") == ([], [segment], 1)
        assert Search(session, house.circle_id).text("tien") == ([], [segment])


def test_who_is_not_in_the_circle_searches_nothing(house: House) -> None:
    house.keep(card())
    stranger = House(house.database).found()
    with stranger.reading() as session:
        with pytest.raises(Locked):
            Search(session, house.circle_id).names("Salma")
        with pytest.raises(Locked):
            Search(session, house.circle_id).text("Salma")
        assert Search(session, stranger.circle_id).names("Salma").found == []


def test_closest_first_and_twenty_at_most(house: House) -> None:
    exact = card(name="Salma Mithal")
    house.keep(*(card(name=f"Selma Methal {number}") for number in range(30)), exact)
    assert by_name(house, "Salma Mithal")[0] == exact.case_id
    assert len(by_name(house, "Salma Mithal")) == 20


def test_without_its_index_a_search_reads_the_segments(house: House) -> None:
    house.keep(*others(3), card(name="Otieno"))
    settled(house)
    with house.database.main.writing() as session:
        session.connection().execute(delete(INDEXES))
    assert by_name(house, "Otieno")
