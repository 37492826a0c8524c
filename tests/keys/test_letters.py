"""Letters to a circle one is not in: a headquarters' notice to Cairo, sent, altered, planted, replayed, folded once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Update, delete, select, update

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.errors import Locked, Refused, Tampered
from hrd_cases.keys import letters
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.models import Circle, CircleKey, Letter, PublicKeys
from hrd_cases.keys.roles import CircleName, Role
from hrd_cases.offices.models import Notice, Office
from hrd_cases.offices.notices import ACT, Content, send_notice
from hrd_cases.vault.identity import KeyPair, new_seed, seal_to
from tests.keys.cast import CAIRO, DAY, HEADQUARTERS, TODAY, Cast, id_of, seat
from tests.world import World

NOW = datetime.now(UTC)


def sent(world: World, by: str = "desk.hq", office: str = "DEL_EGY", text: str = "Please renew.") -> uuid.UUID:
    with world.acting(by) as (session, visitor):
        row = session.get_one(Office, world.demonstration.offices[office])
        return send_notice(session, visitor, row, "Renewal", text, datetime.now(UTC)).id


def come_in(world: World, name: str = "officer.cairo") -> None:
    with world.acting(name):
        pass


def state(world: World, letter_id: uuid.UUID) -> str:
    with world.database.main.reading() as session:
        letter = session.get_one(Letter, letter_id)
        assert not (letter.folded_at and letter.refused_at)
        return "folded" if letter.folded_at else "refused" if letter.refused_at else "waits"


def texts(world: World, name: str = "officer.cairo") -> list[str]:
    with world.acting(name) as (session, _):
        return [notice.text for notice in session.scalars(select(Notice))]


def told(world: World, event: str) -> int:
    with world.database.main.reading() as session:
        return session.query(AuditEntry).filter_by(event=event).count()


def altered(world: World, letter_id: uuid.UUID, **values: Any) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(**values))


def by_hand(
    world: World, content: bytes, keys: KeyPair, sender: tuple[uuid.UUID, uuid.UUID], act: str = ACT, **values: Any
) -> uuid.UUID:
    """A letter made without our rules, by someone who may write the table: sealed rightly, signed with `keys`."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.database.main.writing() as session:
        circle = session.query(Circle).filter_by(office_id=cairo, name="casework").one()
        bundle = session.get_one(CircleKey, (circle.id, circle.epoch)).bundle
        now = datetime.now(UTC)
        row: dict[str, Any] = {
            "circle_id": circle.id, "circle_epoch": circle.epoch, "act": act, "subject_id": cairo, "sealed": b"",
            "arrived_at": now,
        }  # fmt: skip
        letter = Letter(**(row | values))
        signed = letters._signed(letter, *sender, now, content)
        inside = letters._Inside(*sender, now, content, keys.sign(letters.SIGNING_LABEL, signed))
        letter.sealed = seal_to(bundle, msgspec.msgpack.encode(inside), letters._info(letter))
        session.add(letter)
        session.flush()
        # Told as every sending is: it is refused for what is wrong with it, and not because nobody sent it.
        act_as(session, Actor("by hand", *sender))
        record(session, Event.LETTER_SENT, letter=letter.id, office=cairo, act=act, digest=letter.digest)
        return letter.id


def keys_of(world: World, name: str) -> KeyPair:
    with world.acting(name) as (_, visitor):
        return KeyPair(visitor.ring.keys.seed)


def who(world: World, name: str, office: str) -> tuple[uuid.UUID, uuid.UUID]:
    return world.demonstration.members[name], world.demonstration.offices[office]


CONTENT = msgspec.msgpack.encode(Content("Renewal", "planted"))


def test_a_notice_is_folded_by_the_first_who_comes_in_and_read_by_the_office(world: World) -> None:
    letter_id = sent(world)
    assert state(world, letter_id) == "waits"
    come_in(world)
    assert state(world, letter_id) == "folded"
    for name in ("officer.cairo", "deputy.cairo", "head.cairo"):
        assert texts(world, name) == ["Please renew."]
    for name in ("finance.cairo", "officer.minsk", "desk.hq", "observer.a", "custodian1.hq"):
        with pytest.raises(Locked):
            texts(world, name)


def test_only_the_circle_it_went_to_opens_it(world: World) -> None:
    letter_id = sent(world)
    for name in ("finance.cairo", "officer.minsk", "head1.hq", "observer.a", "desk.hq"):
        come_in(world, name)
        assert state(world, letter_id) == "waits", name
    with world.acting("officer.minsk") as (session, visitor), pytest.raises(Locked):
        letters.read(visitor.ring, session.get_one(Letter, letter_id), NOW)


ALTERED: dict[str, dict[str, Any]] = {
    "its text": {"sealed": b"\x01" + bytes(1200)},
    "its last byte": {},
    "what it is": {"act": "grant_request"},
    "what it is about": {"subject_id": uuid.uuid4()},
    "when it came": {"arrived_at": NOW - timedelta(days=30)},
    "an epoch that never was": {"circle_epoch": 7},
    "an epoch before the first": {"circle_epoch": 0},
}


@pytest.mark.parametrize("what", ALTERED)
def test_a_letter_altered_in_the_table_is_refused_and_shown(world: World, what: str) -> None:
    letter_id = sent(world)
    with world.database.main.reading() as session:
        sealed = session.get_one(Letter, letter_id).sealed
    altered(world, letter_id, **(ALTERED[what] or {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])}))
    come_in(world)
    assert state(world, letter_id) == "refused"
    assert told(world, "letter_refused") == 1
    assert texts(world) == []
    come_in(world, "head.cairo")
    assert told(world, "letter_refused") == 1


def test_a_letter_readdressed_to_another_office_is_refused_there(world: World) -> None:
    letter_id = sent(world)
    minsk = world.demonstration.offices["DEL_BLR"]
    with world.database.main.reading() as session:
        circle = session.query(Circle).filter_by(office_id=minsk, name="casework").one()
    altered(world, letter_id, circle_id=circle.id, circle_epoch=circle.epoch)
    come_in(world, "officer.minsk")
    assert state(world, letter_id) == "refused"


def test_a_letter_copied_under_another_id_is_refused(world: World) -> None:
    letter_id = sent(world)
    with world.database.main.writing() as session:
        letter = session.get_one(Letter, letter_id)
        values = {c.key: getattr(letter, c.key) for c in Letter.__table__.columns}
        session.add(Letter(**(values | {"id": uuid.uuid4()})))
    come_in(world)
    assert texts(world) == ["Please renew."]
    assert told(world, "letter_refused") == 1


def test_a_letter_shown_again_as_not_folded_is_not_folded_twice(world: World) -> None:
    letter_id = sent(world)
    come_in(world)
    altered(world, letter_id, folded_at=None)
    come_in(world, "deputy.cairo")
    assert texts(world) == ["Please renew."]
    assert told(world, "letter_folded") == 1


def _nobody(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, KeyPair(new_seed()), who(world, "desk.hq", "HQ"))


def _an_officer(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "officer.cairo"), who(world, "officer.cairo", "DEL_EGY"))


def _an_officer_as_if_of_headquarters(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "officer.cairo"), who(world, "officer.cairo", "HQ"))


def _headquarters_administrator(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "admin.hq"), who(world, "admin.hq", "HQ"))


def _the_desk_s_name_under_the_administrator_s_key(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "admin.hq"), who(world, "desk.hq", "HQ"))


def _an_office_without_a_charter(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "desk.hq"), (world.demonstration.members["desk.hq"], uuid.uuid4()))


def _something_unknown(world: World) -> uuid.UUID:
    return by_hand(world, CONTENT, keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"), act="burn_after_reading")


def _no_notice(world: World) -> uuid.UUID:
    return by_hand(world, b"\xc1", keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"))


def _no_text(world: World) -> uuid.UUID:
    return by_hand(world, b"\x92\xa1\xff\xa1\xff", keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"))


def _another_office(world: World) -> uuid.UUID:
    other = world.demonstration.offices["DEL_BLR"]
    return by_hand(world, CONTENT, keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"), subject_id=other)


PLANTED = (
    _nobody, _an_officer, _an_officer_as_if_of_headquarters, _headquarters_administrator, _no_notice, _no_text,
    _the_desk_s_name_under_the_administrator_s_key, _an_office_without_a_charter, _something_unknown, _another_office,
)  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.strip("_"))
def test_a_planted_letter_is_refused_for_good_and_told(world: World, plant: Callable[[World], uuid.UUID]) -> None:
    letter_id = plant(world)
    come_in(world)
    assert state(world, letter_id) == "refused"
    assert told(world, "letter_refused") == 1
    assert texts(world) == []


def test_a_letter_that_nobody_is_told_to_have_sent_is_refused(world: World) -> None:
    letter_id = by_hand(world, CONTENT, keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"))
    with world.database.main.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.event == "letter_sent"))
    come_in(world)
    assert state(world, letter_id) == "refused"


def test_the_same_letter_by_hand_signed_rightly_is_folded(world: World) -> None:
    """The control: what `by_hand` makes is refused above for what is wrong with it, and for nothing else."""
    letter_id = by_hand(world, CONTENT, keys_of(world, "desk.hq"), who(world, "desk.hq", "HQ"))
    come_in(world)
    assert state(world, letter_id) == "folded"
    assert texts(world) == ["planted"]


def _revoked(world: World, name: str, *statements: Update) -> None:
    keys, by = keys_of(world, "head1.hq"), world.demonstration.members["head1.hq"]
    with world.database.main.writing() as session:
        member = session.get_one(Member, world.demonstration.members[name])
        revoke(session, member.id, member.fingerprint or b"", by, datetime.now(UTC), keys=keys)
        for statement in statements:
            session.execute(statement)


@pytest.mark.parametrize("name", ["desk.hq", "head2.hq"])
def test_a_letter_of_somebody_whose_access_was_ended_is_refused(world: World, name: str) -> None:
    letter_id = sent(world, by=name)
    _revoked(world, name)
    come_in(world)
    assert state(world, letter_id) == "refused"


def test_a_swapped_key_of_the_circle_is_noticed_by_the_sender(world: World) -> None:
    with world.database.main.writing() as session:
        session.execute(update(CircleKey).values(bundle=KeyPair(new_seed()).bundle))
    with pytest.raises(Tampered):
        sent(world)


def test_a_swapped_key_of_the_sender_is_noticed_by_the_reader(world: World) -> None:
    letter_id = sent(world)
    with world.database.main.writing() as session:
        session.execute(
            update(PublicKeys)
            .where(PublicKeys.member_id == world.demonstration.members["desk.hq"])
            .values(bundle=KeyPair(new_seed()).bundle)
        )
    come_in(world)
    assert state(world, letter_id) == "waits", "whose key it was may be mended: it is taken in then"


def test_nothing_is_sent_to_a_circle_that_somebody_who_left_can_still_open(world: World) -> None:
    _revoked(world, "officer.cairo", update(Circle).values(due_since=None))  # the mark taken away
    with pytest.raises(Refused, match="changing its keys"):
        sent(world)
    come_in(world, "deputy.cairo")
    assert state(world, sent(world)) == "waits"


def test_nothing_is_sent_to_an_office_whose_keys_are_not_made(world: World) -> None:
    with pytest.raises(Refused, match="cannot receive yet"):
        sent(world, office="DEL_UGA")


def test_letters_are_for_the_circle_that_is_named(world: World) -> None:
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("desk.hq") as (session, visitor):
        sender = (visitor.member_id, visitor.charters.headquarters_id, visitor.ring.keys)
        letter = letters.send(
            session,
            visitor.charters,
            sender,
            (cairo, CircleName.FINANCE),
            "payment",
            cairo,
            b"to pay",
            datetime.now(UTC),
        )
        letter_id = letter.id
    with world.acting("finance.cairo") as (session, visitor):
        read = letters.read(visitor.ring, session.get_one(Letter, letter_id), datetime.now(UTC))
        assert (read.content, read.sender_id) == (b"to pay", world.demonstration.members["desk.hq"])


def test_a_letter_of_somebody_whose_days_are_over_is_refused(cairo: Cast) -> None:
    until_today = seat("desk", Role.HEADQUARTERS_DESK, until=TODAY)
    cairo.change("hq1", HEADQUARTERS, seats=(*cairo.of(HEADQUARTERS).seats, until_today))
    with cairo.acting("desk") as (session, ring):
        sender = (id_of("desk"), HEADQUARTERS, ring.keys)
        to = (CAIRO, CircleName.CASEWORK)
        letter = letters.send(session, ring.charters, sender, to, "notice", CAIRO, b"words", datetime.now(UTC))
    with cairo.acting("officer") as (session, ring):
        row = session.get_one(Letter, letter.id)
        assert letters.read(ring, row, datetime.now(UTC)).content == b"words"
        with pytest.raises(Tampered, match="nobody who has a seat"):
            letters.read(ring, row, datetime.now(UTC) + DAY)


# -- two members in the same moment


def _together(world: World, *names: str) -> None:
    ready, failed = threading.Barrier(len(names)), []

    def walk(name: str) -> None:
        browser = world.client(name)
        ready.wait()
        answer = browser.get("/")
        if answer.status_code != 200:
            failed.append((name, answer.status_code))

    threads = [threading.Thread(target=walk, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_letter_is_folded_once_whoever_comes_in_together(request: pytest.FixtureRequest, engine: str) -> None:
    world: World = request.getfixturevalue("world" if engine == "sqlite" else "world_on_postgres")
    sent_ids = [sent(world, text=f"number {number}") for number in range(4)]
    _together(world, "officer.cairo", "deputy.cairo", "head.cairo")
    assert {state(world, letter_id) for letter_id in sent_ids} == {"folded"}
    assert sorted(texts(world)) == [f"number {number}" for number in range(4)]
    assert (told(world, "letter_folded"), told(world, "letter_refused")) == (4, 0)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_circle_is_renewed_once_whoever_comes_in_together(request: pytest.FixtureRequest, engine: str) -> None:
    world: World = request.getfixturevalue("world" if engine == "sqlite" else "world_on_postgres")
    _revoked(world, "finance2.cairo")
    _together(world, "officer.cairo", "deputy.cairo", "head.cairo")
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.database.main.reading() as session:
        assert session.query(Circle).filter_by(office_id=cairo, name="finance").one().epoch == 2
    for name in ("officer.cairo", "deputy.cairo", "head.cairo"):
        come_in(world, name)
        with world.acting(name) as (_, visitor):
            finance = visitor.charters.of(cairo).circle(CircleName.FINANCE)
            assert finance is not None
            assert visitor.ring.holds(finance)
