"""Cards kept up with their files, read whole, and gone when they should be."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from hrd_cases.audit.verify import verify_store
from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import PLACES, SEGMENTS, keep_card, take_card_away, write_cards
from hrd_cases.cards.models import ROOM
from hrd_cases.cards.read import Search, cards, cards_of
from hrd_cases.cards.whole import mend, rebuild, settle
from hrd_cases.errors import Locked
from hrd_cases.keys.models import ShredSecret
from hrd_cases.vault.envelope import header
from tests.cards.house import NOW, House, card


def kept(house: House) -> dict[uuid.UUID, object]:
    with house.reading() as session:
        good, damaged = cards(session, house.circle_id)
    assert not damaged
    assert len({one.case_id for one in good}) == len(good)
    return {one.case_id: one for one in good}


def segments(house: House) -> list:
    with house.reading() as session:
        return list(session.execute(select(SEGMENTS).order_by(SEGMENTS.c.used)).all())


def trail(house: House) -> list[str]:
    """What a verification finds wrong about cards. (The circle of these tests stands in no charter, and there are cards
    without files: that these are missing is as it should be.)
    """
    found = [finding for finding in verify_store(house.database.main).findings if finding.where.startswith("card_")]
    return [finding.what for finding in found if finding.what != "a card's place is kept for a case there is not"]


def test_a_card_is_read_as_it_was_written(house: House) -> None:
    one = card(
        name="سلمى المثال",
        spellings=("Salma",),
        places=("Cairo",),
        keywords=("river",),
        flags=frozenset({"minor"}),
        officer_id=uuid.uuid4(),
    )
    house.keep(one)
    assert kept(house) == {one.case_id: one}
    assert trail(house) == []


def test_a_card_is_changed_in_its_place(house: House) -> None:
    many = house.keep(*(card(name=f"Name {number}") for number in range(100)))
    changed = card(many[70].case_id, name="Another", updated_at=NOW + timedelta(days=1))
    before = {row.id: row.version for row in segments(house)}
    house.keep(changed)
    after = {row.id: row.version for row in segments(house)}
    assert sum(after[name] != before[name] for name in after) == 1
    assert kept(house) == {one.case_id: one for one in (*many[:70], changed, *many[71:])}


def test_names_are_sealed_anew_only_if_they_changed(house: House) -> None:
    [one] = house.keep(card())
    house.keep(card(one.case_id, next_step="Call the lawyer"))
    [row] = segments(house)
    assert (row.version, row.names_version) == (3, 2)
    house.keep(card(one.case_id, name="Salma al-Mithal"))
    [row] = segments(house)
    assert (row.version, row.names_version) == (4, 3)


def test_the_segment_with_least_room_is_filled_first(house: House) -> None:
    for start in range(0, 150, 10):
        house.keep(*(card() for _ in range(start, start + 10)))
    assert [row.used for row in segments(house)] == [150 - 2 * ROOM, ROOM, ROOM]


def test_a_card_that_is_taken_away_makes_room(house: House) -> None:
    many = house.keep(*(card() for _ in range(ROOM)))
    with house.writing() as session:
        take_card_away(session, house.circle_id, many[3].case_id)
        keep_card(session, house.circle_id, many[4].case_id, lambda: None)
    assert kept(house).keys() == {one.case_id for one in (*many[:3], *many[5:])}
    house.keep(card())
    assert [row.used for row in segments(house)] == [ROOM - 1]
    assert trail(house) == []


def test_one_circle_s_cards_are_none_of_another_s(house: House) -> None:
    other = House(house.database).found()
    house.keep(card(name="Salma"))
    other.keep(card(name="Alena"))
    with house.reading() as session:
        assert [one.name for one in cards(session, house.circle_id).good] == ["Salma"]
        with pytest.raises(Locked):
            cards(session, other.circle_id)


def test_the_card_is_made_when_nobody_else_can_write_it(house: House) -> None:
    case_id = uuid.uuid4()
    said: list[str] = []

    def make() -> Card:
        said.append("made")
        return card(case_id)

    with house.writing() as session:
        keep_card(session, house.circle_id, case_id, make)
        said.append("asked")
    assert said == ["asked", "made"]


def test_the_last_wish_counts_and_one_that_was_undone_does_not(house: House) -> None:
    one, other = card(), card()
    with house.writing() as session:
        keep_card(session, house.circle_id, one.case_id, lambda: card(one.case_id, name="First"))
        keep_card(session, house.circle_id, one.case_id, lambda: one)
        undone = session.begin_nested()
        keep_card(session, house.circle_id, other.case_id, lambda: other)
        undone.rollback()
    assert kept(house) == {one.case_id: one}
    with house.reading() as session:  # never committed
        keep_card(session, house.circle_id, other.case_id, lambda: other)
        write_cards(session)
    assert kept(house) == {one.case_id: one}


def test_cards_of_some_cases(house: House) -> None:
    many = house.keep(*(card() for _ in range(130)))
    with house.reading() as session:
        found = cards_of(session, house.circle_id, [many[5].case_id, many[128].case_id, uuid.uuid4()])
        assert {one.case_id for one in found.good} == {many[5].case_id, many[128].case_id}
        assert cards_of(session, house.circle_id, []).good == []


def test_nothing_of_a_card_lies_in_clear(house: House) -> None:
    house.keep(card(name="Salma Mithal", keywords=("riverbank",)))
    with house.writing() as session:
        settle(session, house.circle_id)
    with house.reading() as session:
        stored = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for table in ("card_segments", "card_places", "card_indexes")
            for row in session.execute(text(f"SELECT * FROM {table}"))
            for value in row
        )
    for word in (b"Salma", b"salma", b"mital", b"riverbank", b"K7-QX2M", b"active"):
        assert word not in stored


# -- keys


def test_after_a_renewal_a_segment_is_sealed_anew_at_its_next_write(house: House) -> None:
    one, _ = house.keep(card(), card())
    house.renew()
    assert len(kept(house)) == 2
    house.keep(card(one.case_id, next_step="Call"))
    [row] = segments(house)
    assert {header(row.sealed_names).key_epoch, header(row.sealed_cards).key_epoch} == {2}
    del house.seeds[house.circle_id, 1]
    assert len(kept(house)) == 2


def test_who_left_before_the_renewal_opens_nothing_written_after_it(house: House) -> None:
    [one] = house.keep(card())
    left = house.secrets()
    left.seeds = dict(house.seeds)
    house.renew()
    house.keep(card(one.case_id, next_step="Call"))
    left.epoch = 2
    with house.reading(left) as session, pytest.raises(Locked):
        cards(session, house.circle_id)


def test_nothing_is_written_while_the_circle_is_due(house: House) -> None:
    secrets = house.secrets()
    secrets.due = True
    one = card()
    with house.reading(secrets) as session:
        keep_card(session, house.circle_id, one.case_id, lambda: one)
        with pytest.raises(Locked):
            write_cards(session)


def test_a_shredded_case_is_gone_from_older_copies_of_its_segment(house: House) -> None:
    many = house.keep(*(card() for _ in range(3)))
    with house.writing() as session:
        settle(session, house.circle_id)
    [before] = segments(house)
    with house.writing() as session:
        take_card_away(session, house.circle_id, many[0].case_id, shred=True)
    [after] = segments(house)
    assert after.shred_id != before.shred_id
    with house.database.shred.reading() as shred:
        assert set(shred.scalars(select(ShredSecret.folder_id))) == {after.shred_id}
    assert kept(house).keys() == {one.case_id for one in many[1:]}
    assert trail(house) == []


def test_secrets_stay_if_the_commit_does_not_come(house: House) -> None:
    many = house.keep(card(), card())
    with house.reading() as session:
        take_card_away(session, house.circle_id, many[0].case_id, shred=True)
        write_cards(session)
    assert len(kept(house)) == 2


# -- damage


@pytest.mark.parametrize("column", ["sealed_cards", "sealed_names"])
def test_a_damaged_segment_hides_no_other_and_is_made_again_from_the_files(house: House, column: str) -> None:
    many = house.keep(*(card(name=f"Salma {number}") for number in range(3 * ROOM)))
    files = {one.case_id: one for one in many}
    spoilt = segments(house)[1]
    spoil(house, spoilt.id, column)
    with house.reading() as session:
        damaged = {
            *cards(session, house.circle_id).damaged,
            *Search(session, house.circle_id).text("salma").damaged,
        }
        assert damaged == {spoilt.id}
        assert Search(session, house.circle_id).names("Salma").damaged in ([], [spoilt.id])
        assert len(cards(session, house.circle_id).good) >= 2 * ROOM
    assert trail(house) == ["this row is not the one that was written"]
    with house.writing() as session:
        assert mend(session, house.circle_id, files.get) == [spoilt.id]
    assert kept(house) == files
    assert trail(house) == []


def test_a_card_in_a_damaged_segment_is_saved_all_the_same(house: House) -> None:
    many = house.keep(card(), card())
    spoil(house, segments(house)[0].id, "sealed_cards")
    house.keep(card(many[0].case_id, name="Saved"))
    with house.reading() as session:
        good, damaged = cards(session, house.circle_id)
    assert ([one.name for one in good], len(damaged)) == (["Saved"], 1)


def test_a_segment_without_its_shred_secret_is_damaged(house: House) -> None:
    house.keep(card())
    with house.database.shred.writing() as shred:
        shred.execute(delete(ShredSecret))
    with house.reading() as session:
        good, damaged = cards(session, house.circle_id)
    assert (good, len(damaged)) == ([], 1)


def test_all_cards_are_made_again_from_the_files(house: House) -> None:
    many = house.keep(*(card() for _ in range(100)))
    for row in segments(house):
        spoil(house, row.id, "sealed_cards")
    files = {one.case_id: one for one in (*many[:90], card())}
    with house.writing() as session:
        settle(session, house.circle_id)
        assert rebuild(session, house.circle_id, files.items) == 91
    assert kept(house) == files
    assert trail(house) == []
    with house.database.shred.reading() as shred:
        assert shred.scalar(select(func.count()).select_from(ShredSecret)) == 2


def test_a_segment_set_back_is_found_by_the_audit(house: House) -> None:
    [one] = house.keep(card())
    [older] = segments(house)
    house.keep(card(one.case_id, name="Newer"))
    with house.database.main.writing() as session:
        session.connection().execute(update(SEGMENTS).values(older._asdict()))
    assert trail(house) == ["this row was set back to an older state"] * 2
    with house.reading() as session:
        assert cards(session, house.circle_id).good == [one]


def test_a_segment_moved_to_another_row_or_part_does_not_open(house: House) -> None:
    house.keep(*(card() for _ in range(ROOM + 1)))
    one, other = segments(house)
    for values in ({"sealed_cards": other.sealed_cards}, {"sealed_cards": one.sealed_names}):
        with house.database.main.writing() as session:
            session.connection().execute(update(SEGMENTS).where(SEGMENTS.c.id == one.id).values(values))
        with house.reading() as session:
            assert cards(session, house.circle_id).damaged == [one.id]


def spoil(house: House, segment_id: uuid.UUID, column: str) -> None:
    """One bit of a blob, behind our back."""
    with house.database.main.writing() as session:
        one = SEGMENTS.c.id == segment_id
        blob = bytearray(session.connection().scalars(select(SEGMENTS.c[column]).where(one)).one())
        blob[-1] ^= 1
        session.connection().execute(update(SEGMENTS).where(one).values({column: bytes(blob)}))


def test_the_trail_must_tell_of_cards(house: House) -> None:
    one = card()
    with house.reading() as session:
        keep_card(session, house.circle_id, one.case_id, lambda: one)
        with pytest.raises(RuntimeError, match="nothing recorded"):
            session.commit()


def test_places_are_of_the_cases_that_have_a_card(house: House) -> None:
    many = house.keep(*(card() for _ in range(70)))
    with house.writing() as session:
        take_card_away(session, house.circle_id, many[0].case_id)
    with house.reading() as session:
        assert set(session.scalars(select(PLACES.c.case_id))) == {one.case_id for one in many[1:]}
