"""Whoever writes to the database itself: it refuses every step the life of a grant does not have, every person the
separation of duties keeps from one, every change, and every sum that must not stand.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from hrd_cases import migrate
from hrd_cases.db import Store
from hrd_cases.grants import guards
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.life import APPROVING, Act, State
from hrd_cases.grants.models import AccountingRate, Envelope, Grant, GrantStep, LedgerEntry
from hrd_cases.grants.sums import Kind
from tests.grants.cells import PEOPLE, WAYS, WRITTEN, Situation, kept_from, situations

AT = datetime(2026, 11, 19, 6, tzinfo=UTC)
PAYEE = b"p" * 32


class Hand:
    """Somebody who writes rows by hand, past every rule of ours."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.office = uuid.uuid4()
        self.envelope = self.put(Envelope, office_id=self.office, fund="emergency", year=2026, opened_at=AT)
        rate = {"currency": "EGP", "month": "2026-11", "rate": Decimal("52.40")}
        self.put(AccountingRate, **rate, taken_in_by=uuid.uuid4(), taken_in_at=AT)
        self.numbers: dict[uuid.UUID, tuple[int, bytes]] = {}
        self.approved: set[uuid.UUID] = set()

    def put(self, row: Any, /, **values: Any) -> uuid.UUID:
        if row is not AccountingRate:
            values.setdefault("id", uuid.uuid4())
        self.connection.execute(insert(row.__table__).values(**values))
        return values.get("id", uuid.UUID(int=0))

    def grant(self) -> uuid.UUID:
        return self.put(Grant, office_id=self.office, opened_at=AT, sealed_file=b"-", folder_id=uuid.uuid4(), version=1)

    def step_values(self, grant: uuid.UUID, act: str, who: str, state: str, **others: Any) -> dict[str, Any]:
        then, duty = WRITTEN.get((state, act), (state, "-"))
        number, previous = self.numbers.get(grant, (0, b""))
        return {
            "id": uuid.uuid4(),
            "grant_id": grant,
            "number": number + 1,
            "act": act,
            "state_before": state,
            "state_after": then,
            "duty": duty,
            "capacity": PEOPLE[who].does.get(duty, "officer"),
            "actor_id": PEOPLE[who].id,
            "at": AT + timedelta(hours=number),
            "envelope_id": self.envelope if act in APPROVING or grant in self.approved else None,
            "currency": "EGP",
            "amount": Decimal(180_000),
            "rate": Decimal("52.40"),
            "rate_month": "2026-11",
            "cents": 343_511,
            "payee": PAYEE,
            "texts": b"t" * 32,
            "previous": previous,
            "hash": hashlib.sha256(previous + act.encode() + os.urandom(8)).digest(),
            "signer": b"",
            "signature": b"",
        } | others

    def step(self, grant: uuid.UUID, act: str, who: str, state: str, **others: Any) -> uuid.UUID:
        values = self.step_values(grant, act, who, state, **others)
        self.put(GrantStep, **values)
        self.numbers[grant] = (values["number"], values["hash"])
        self.approved |= {grant} if act in APPROVING else set()
        step_id: uuid.UUID = values["id"]
        return step_id

    def walk(self, way: tuple[tuple[str, str], ...]) -> tuple[uuid.UUID, str]:
        grant, state = self.grant(), "draft"
        for act, who in way:
            self.step(grant, act, who, state)
            state = WRITTEN[state, act][0]
        return grant, state

    def entry(self, number: int, kind: str, cents: int, **others: Any) -> dict[str, Any]:
        values: dict[str, Any] = {
            "id": uuid.uuid4(),
            "envelope_id": self.envelope,
            "number": number,
            "kind": kind,
            "cents": cents,
            "grant_id": None,
            "step_id": None,
            "other_id": None,
            "actor_id": PEOPLE["approver"].id,
            "at": AT,
            "previous": bytes([number - 1]),
            "hash": bytes([number]),
            "signer": b"",
            "signature": b"",
        }
        return values | others

    def refused(self, table: Any, values: dict[str, Any]) -> bool:
        """Does the database refuse this row? It is taken back in any case."""
        savepoint = self.connection.begin_nested()
        try:
            self.connection.execute(insert(table.__table__).values(**values))
        except IntegrityError:
            return True
        finally:
            savepoint.rollback()
        return False


@pytest.fixture
def hand(store: Store) -> Iterator[Hand]:
    with store.engine.execution_options(writes=True).connect() as connection:
        yield Hand(connection)


# -- steps


def test_every_cell_is_refused_by_the_database_itself(hand: Hand) -> None:
    """Each place on each way × act × person. What the life of a grant does not have is refused to whoever tries it: one
    person after the other does.
    """
    wrong = []
    anybody = itertools.cycle(PEOPLE)
    for situation in situations():
        grant, state = hand.walk(situation.way)
        for act in Act:
            for who in PEOPLE if (state, act) in WRITTEN else [next(anybody)]:
                values = hand.step_values(grant, act, who, state)
                if hand.refused(GrantStep, values) is may(situation, act, who):
                    wrong.append((situation.way, act, who))
        hand.connection.commit()  # PostgreSQL keeps a lock for every try of a transaction
    assert wrong == []


def may(situation: Situation, act: str, who: str) -> bool:
    """What a database can know: the roles are the charters'. Whoever has none calls themselves an officer."""
    _, duty = WRITTEN.get((situation.state, act), ("", ""))
    as_ = PEOPLE[who].does.get(duty, "officer")
    known = any(one.does.get(duty) == as_ for one in PEOPLE.values())
    return duty == "-" or (known and not kept_from(duty, who, as_, situation.history))


@pytest.mark.parametrize("capacity", Capacity)
def test_no_duty_is_done_as_something_else(hand: Hand, capacity: Capacity) -> None:
    for situation in situations():
        grant, state = hand.walk(situation.way)
        for act in Act:
            _, duty = WRITTEN.get((state, act), ("", "-"))
            if duty != "-" and not any(one.does.get(duty) == capacity for one in PEOPLE.values()):
                assert hand.refused(GrantStep, hand.step_values(grant, act, "stranger", state, capacity=capacity))


def test_no_step_leads_elsewhere_or_is_another_duty(hand: Hand) -> None:
    grant, state = hand.walk(tuple(WAYS["three people"][:2]))
    for then in State:
        values = hand.step_values(grant, "approve", "head", state, state_after=then)
        assert hand.refused(GrantStep, values) is (then != "approved")
    for before in State:
        values = hand.step_values(grant, "ask", "head", state, state_before=before, state_after=before)
        assert hand.refused(GrantStep, values) is (before != state)
    assert hand.refused(GrantStep, hand.step_values(grant, "approve", "head", state, duty="-"))


FORGED: dict[str, dict[str, Any]] = {
    "a step left out": {"number": 4},
    "a step twice": {"number": 2},
    "another step before it": {"previous": b"x"},
    "dated back": {"at": AT - timedelta(days=1)},
    "less than nothing": {"cents": -1},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_step_follows_the_one_before_it(hand: Hand, how: str) -> None:
    grant, state = hand.walk(tuple(WAYS["three people"][:2]))
    values = hand.step_values(grant, "approve", "head", state)
    assert not hand.refused(GrantStep, values)
    assert hand.refused(GrantStep, values | FORGED[how])


def test_a_grant_is_paid_from_one_budget_of_its_own_office(hand: Hand) -> None:
    grant, state = hand.walk(tuple(WAYS["three people"][:2]))
    other = hand.put(Envelope, office_id=uuid.uuid4(), fund="emergency", year=2026, opened_at=AT)
    for envelope, refused in ((hand.envelope, False), (other, True), (None, True)):
        values = hand.step_values(grant, "approve", "head", state, envelope_id=envelope)
        assert hand.refused(GrantStep, values) is refused
        values = hand.step_values(grant, "ask", "head", state, envelope_id=envelope)
        assert hand.refused(GrantStep, values) is (envelope is not None)
    hand.step(grant, "approve", "head", state)
    for act, who in (("ask", "head"), ("change", "officer"), ("commit", "finance")):
        for envelope in (other, None):
            values = hand.step_values(grant, act, who, "approved", envelope_id=envelope)
            assert hand.refused(GrantStep, values)
            assert not hand.refused(GrantStep, values | {"envelope_id": hand.envelope})


@pytest.mark.parametrize(
    "changed", [{"payee": b"q" * 32}, {"currency": "EUR"}, {"envelope_id": None}, {"rate": Decimal("52.41")}]
)
@pytest.mark.parametrize("place", [3, 4, 5])
def test_nobody_else_is_paid_than_was_approved(hand: Hand, changed: dict[str, Any], place: int) -> None:
    grant, state = hand.walk(tuple(WAYS["three people"][:place]))
    act, who = WAYS["three people"][place]
    values = hand.step_values(grant, act, who, state)
    assert not hand.refused(GrantStep, values)
    assert hand.refused(GrantStep, values | changed)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, False),
        ({"amount": Decimal("1800000.00")}, True),
        ({"rate": Decimal("0.01")}, True),
        ({"rate_month": "2026-12"}, True),
        ({"rate": Decimal("50.00"), "rate_month": "2026-12"}, False),
        ({"currency": "EUR", "rate": Decimal(1)}, True),
    ],
)
def test_what_is_paid_is_what_was_released_at_a_rate_that_was_taken_in(
    hand: Hand, changed: dict[str, Any], refused: bool
) -> None:
    rate = {"currency": "EGP", "month": "2026-12", "rate": Decimal("50.00")}
    hand.put(AccountingRate, **rate, taken_in_by=uuid.uuid4(), taken_in_at=AT)
    grant, state = hand.walk(tuple(WAYS["three people"][:5]))
    assert hand.refused(GrantStep, hand.step_values(grant, "pay", "finance", state, **changed)) is refused


# -- the ledger


def approved(hand: Hand, cents: int = 343_511) -> tuple[uuid.UUID, uuid.UUID]:
    grant, _ = hand.walk(tuple(WAYS["three people"][:2]))
    return grant, hand.step(grant, "approve", "head", "verified", cents=cents)


def test_an_envelope_is_not_overspent(hand: Hand) -> None:
    grant, step = approved(hand)
    own = {"grant_id": grant, "step_id": step, "actor_id": PEOPLE["head"].id}
    assert hand.refused(LedgerEntry, hand.entry(1, "approve", 343_511, **own))
    hand.put(LedgerEntry, **hand.entry(1, "allot", 343_510))
    assert hand.refused(LedgerEntry, hand.entry(2, "approve", 343_511, **own))
    hand.put(LedgerEntry, **hand.entry(2, "allot", 1))
    assert not hand.refused(LedgerEntry, hand.entry(3, "approve", 343_511, **own))


@pytest.mark.parametrize(
    "forged",
    [
        {"cents": 343_510},
        {"kind": "pay"},
        {"kind": "allot"},
        {"actor_id": PEOPLE["finance"].id},
        {"step_id": None},
        {"grant_id": None},
        {"grant_id": uuid.UUID(int=1)},
        {"number": 3},
        {"number": 1},
        {"previous": b"x"},
        {"cents": 0},
        {"cents": -343_511},
        {"kind": "give"},
    ],
)
def test_an_entry_is_of_its_step_and_follows(hand: Hand, forged: dict[str, Any]) -> None:
    grant, step = approved(hand)
    hand.put(LedgerEntry, **hand.entry(1, "allot", 1_000_000))
    values = hand.entry(2, "approve", 343_511, grant_id=grant, step_id=step, actor_id=PEOPLE["head"].id)
    assert not hand.refused(LedgerEntry, values)
    assert hand.refused(LedgerEntry, values | forged)


def test_what_is_paid_was_released_committed_and_approved(hand: Hand) -> None:
    """Each sum within the one before it: an entry that was left out keeps the next from standing."""
    way = WAYS["three people"][:6]
    kinds = {"approve": "approve", "commit": "commit", "release": "release", "pay": "pay"}
    for left_out in (None, "approve", "commit", "release"):
        savepoint = hand.connection.begin_nested()
        hand.put(LedgerEntry, **hand.entry(1, "allot", 1_000_000))
        number, grant, state = 1, hand.grant(), "draft"
        stopped = ""
        for act, who in way:
            step = hand.step(grant, act, who, state)
            state = WRITTEN[state, act][0]
            if act not in kinds or act == left_out or stopped:
                continue
            own = {"grant_id": grant, "step_id": step, "actor_id": PEOPLE[who].id}
            values = hand.entry(number + 1, kinds[act], 343_511, **own)
            if hand.refused(LedgerEntry, values):
                stopped = act
            else:
                hand.put(LedgerEntry, **values)
                number += 1
        after = {None: "", "approve": "commit", "commit": "release", "release": "pay"}
        assert stopped == after[left_out]
        savepoint.rollback()


def test_what_was_approved_is_not_approved_again_before_it_is_given_back(hand: Hand) -> None:
    grant, step = approved(hand, cents=100)
    hand.put(LedgerEntry, **hand.entry(1, "allot", 1_000_000))
    own = {"grant_id": grant, "step_id": step, "actor_id": PEOPLE["head"].id}
    hand.put(LedgerEntry, **hand.entry(2, "approve", 100, **own))
    changed = hand.step(grant, "change", "officer", "approved")
    hand.step(grant, "verify", "finance", "submitted")
    again = hand.step(grant, "approve", "head", "verified", cents=50)
    values = hand.entry(3, "approve", 50, grant_id=grant, step_id=again, actor_id=PEOPLE["head"].id)
    assert hand.refused(LedgerEntry, values)
    void = {"grant_id": grant, "step_id": changed, "actor_id": PEOPLE["officer"].id}
    hand.put(LedgerEntry, **hand.entry(3, "void_approval", 100, **void))
    assert not hand.refused(LedgerEntry, values | {"number": 4, "previous": bytes([3]), "hash": bytes([4])})


def test_one_step_pays_once(hand: Hand) -> None:
    grant, step = approved(hand, cents=100)
    hand.put(LedgerEntry, **hand.entry(1, "allot", 1_000_000))
    own = {"grant_id": grant, "step_id": step, "actor_id": PEOPLE["head"].id}
    hand.put(LedgerEntry, **hand.entry(2, "approve", 100, **own))
    assert hand.refused(LedgerEntry, hand.entry(3, "approve", 100, **own))


def test_every_kind_of_entry_is_one_that_the_database_knows(hand: Hand) -> None:
    assert set(Kind) == {kind for kind in Kind if f"'{kind}" in str(guards.GUARDS) + guards.of_envelopes()}


# -- only ever added


def test_nothing_that_was_written_is_changed_or_taken_away(hand: Hand) -> None:
    approved(hand)
    hand.put(LedgerEntry, **hand.entry(1, "allot", 100))
    changes: dict[Any, dict[str, Any]] = {
        GrantStep: {"amount": Decimal(1)},
        LedgerEntry: {"cents": 200},
        Envelope: {"year": 2027},
        AccountingRate: {"rate": Decimal(53)},
    }
    assert {kind.__tablename__ for kind in changes} == set(guards.APPEND_ONLY)
    for kind, values in changes.items():
        table: Any = kind.__table__
        tries: list[Any] = [update(table).values(**values), delete(table)]
        if hand.connection.dialect.name == "postgresql":
            tries.append(text(f"TRUNCATE {table.name} CASCADE"))
        for statement in tries:
            savepoint = hand.connection.begin_nested()
            with pytest.raises(DBAPIError, match=r"_no_|append_only"):
                hand.connection.execute(statement)
            savepoint.rollback()


# -- the revision makes the same


def postgresql_guards(store: Store) -> dict[str, str]:
    with store.engine.connect() as connection:
        functions = connection.execute(
            text("SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        )
        triggers = connection.execute(
            text("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        )
        return {f"function {name}": said for name, said in functions} | {f"trigger {n}": said for n, said in triggers}


def test_the_revision_makes_the_same_guards_on_postgresql(postgres: Any) -> None:
    from hrd_cases import tables

    upgraded, modelled = Store(postgres.fresh()), Store(postgres.fresh())
    migrate.upgrade(upgraded)
    tables.metadata().create_all(modelled.engine)
    found = postgresql_guards(upgraded)
    assert found == postgresql_guards(modelled)
    assert len(found) > 2 * len(guards.GUARDS)
    migrate.downgrade(upgraded, "0009")
    assert postgresql_guards(upgraded) == {}
    for store in (upgraded, modelled):
        store.dispose()


# -- two who write by hand at once, past every lock of ours


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("blind", [True, False])
def test_of_two_who_write_by_hand_at_once_the_database_refuses_the_second(
    postgres_url: str, level: str, blind: bool
) -> None:
    """`blind`: the second knows nothing of the first, whose entry is not committed; else it guesses number and hash."""
    from hrd_cases import tables

    store = Store(postgres_url)
    tables.metadata().create_all(store.engine)
    engine = store.engine.execution_options(isolation_level=level)
    with engine.connect() as connection:
        hand = Hand(connection)
        hand.put(LedgerEntry, **hand.entry(1, "allot", 343_511))
        both = [approved(hand), approved(hand)]
        connection.commit()
    own = [{"grant_id": grant, "step_id": step, "actor_id": PEOPLE["head"].id} for grant, step in both]
    rows = [hand.entry(2, "approve", 343_511, **own[0]), hand.entry(2 if blind else 3, "approve", 343_511, **own[1])]
    with engine.connect() as first, engine.connect() as second, ThreadPoolExecutor(1) as other:
        second.execute(text("SELECT count(*) FROM ledger_entries"))  # its view of the tables, where it keeps one
        first.execute(insert(LedgerEntry.__table__).values(**rows[0]))  # type: ignore[arg-type]
        waits = other.submit(second.execute, insert(LedgerEntry.__table__).values(**rows[1]))  # type: ignore[arg-type]
        with pytest.raises(TimeoutError):
            waits.result(0.3)
        first.commit()
        with pytest.raises(DBAPIError):
            waits.result(20)
        second.rollback()
        assert second.execute(text("SELECT count(*) FROM ledger_entries")).scalar_one() == 2
    store.dispose()
