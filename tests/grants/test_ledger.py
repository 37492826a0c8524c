"""The ledger: what the sample world's grants write in it, what is refused, and any sequence of acts against a model."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hrd_cases.db import Store
from hrd_cases.errors import Changed, Refused
from hrd_cases.grants import ledger, rate_table, signing
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.models import Envelope, GrantStep, LedgerEntry
from hrd_cases.grants.signing import EntrySaid, StepSaid
from hrd_cases.grants.steps import done_in, state_of, steps_of
from hrd_cases.grants.sums import (
    ACTS,
    EFFECTS,
    OF_ENVELOPES,
    Kind,
    Sums,
    added,
    entries_of,
    envelope_holds,
    grant_holds,
    total,
)
from tests.conftest import main_metadata
from tests.grants.cells import PEOPLE, WAYS, WRITTEN
from tests.grants.granting import AT, EGP, OFFICE, VERIFIED, Granting, by, euro, opened

D = Decimal


@pytest.fixture
def granting(store: Store) -> Granting:
    return Granting(store, allotted=1_000_000)


# -- the sample world


def test_the_grant_of_the_sample_world_is_approved_committed_released_and_paid(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:6])
    assert granting.sums(grant) == Sums(0, *[343_511] * 4)
    assert granting.sums() == Sums(1_000_000, *[343_511] * 4)
    with granting.store.reading() as session:
        steps = steps_of(session, grant)
        assert state_of(steps) is State.PAID
        assert (steps[2].amount, steps[2].currency, steps[2].rate, steps[2].cents) == (
            D("180000.00"),
            "EGP",
            D("52.40"),
            343_511,
        )
        assert [one.duty for one in done_in(steps)] == ["request", "verify", "decide", "commit", "release", "pay"]
        assert ledger.unbalanced(session, [grant]) == []


def test_every_way_balances(granting: Granting) -> None:
    with granting.store.writing() as session:
        envelope = session.get_one(Envelope, granting.envelope_id)
        ledger.allot(session, by("approver"), envelope, 10**9, AT)
    for name, way in WAYS.items():
        grant = granting.walk()
        parts = ("pay_part", "finance") in way
        for act, who in way:
            granting.act(grant, act, who, euro(1500) if parts and act in ("release", "pay_part", "pay") else euro(3000))
        sums = granting.sums(grant)
        assert grant_holds(sums), name
        with granting.store.reading() as session:
            assert ledger.unbalanced(session, [grant]) == []


def test_a_changed_sum_gives_back_what_is_not_paid(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:5])
    assert granting.sums().left == 1_000_000 - 343_511
    granting.act(grant, "change", "officer")
    assert granting.sums(grant) == Sums()
    assert granting.sums().left == 1_000_000


def test_instalments_are_released_and_paid_one_by_one(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:4], worth=euro(3000))
    granting.act(grant, "release", "head", euro(1000))
    granting.act(grant, "pay_part", "finance", euro(1000))
    granting.act(grant, "release", "head", euro(2000))
    assert granting.sums(grant) == Sums(0, 300_000, 300_000, 300_000, 100_000)
    granting.act(grant, "pay", "finance", euro(2000))
    assert granting.sums(grant) == Sums(0, *[300_000] * 4)
    granting.act(grant, "ask_back", "finance", euro(500))
    granting.act(grant, "take_back", "finance", euro(500))
    assert granting.sums(grant) == Sums(0, *[250_000] * 4)
    assert granting.sums().left == 750_000


def test_instalments_of_a_sum_that_does_not_divide_are_worth_exactly_the_sum(granting: Granting) -> None:
    """A third of EGP 180,000 is €1,145.04 three times: a cent more than €3,435.11."""
    grant = granting.walk(*WAYS["three people"][:4])
    third = EGP._replace(amount=D("60000.00"))
    for _ in range(2):
        granting.act(grant, "release", "head", third)
        granting.act(grant, "pay_part", "finance", third)
    granting.act(grant, "release", "head", third)
    assert granting.sums(grant).released <= granting.sums(grant).committed
    granting.act(grant, "pay", "finance", third)
    assert granting.sums(grant) == Sums(0, *[343_511] * 4)


def test_more_local_money_than_was_released_is_not_paid(granting: Granting) -> None:
    """No rate explains it: the ledger would take it for one that rose."""
    grant = granting.walk(*WAYS["three people"][:5])
    with pytest.raises(Refused, match="not the sum that was released"):
        granting.act(grant, "pay", "finance", EGP._replace(amount=D("190000.00")))


@pytest.mark.parametrize(
    ("place", "act", "who", "sum_"),
    [(3, "commit", "finance", 2999), (5, "pay", "finance", 2000), (5, "pay_part", "finance", 3000)],
)
def test_all_of_it_is_committed_and_paid_or_a_part_of_it_paid(
    granting: Granting, place: int, act: str, who: str, sum_: int
) -> None:
    grant = granting.walk(*WAYS["three people"][:place], worth=euro(3000))
    if act == "pay":
        grant = granting.walk(*WAYS["three people"][:4], worth=euro(3000))
        granting.act(grant, "release", "head", euro(2000))
    with pytest.raises(Refused, match="not the sum that is left"):
        granting.act(grant, act, who, euro(sum_))


def test_the_rest_of_what_was_paid_in_part_is_approved_from_the_same_budget(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:4], worth=euro(3000))
    granting.act(grant, "release", "head", euro(1000))
    granting.act(grant, "pay_part", "finance", euro(1000))
    for act, who in (("return", "head"), ("submit", "officer"), ("verify", "finance")):
        granting.act(grant, act, who, euro(2500))
    assert granting.sums(grant) == Sums(0, *[100_000] * 4)
    with granting.store.writing() as session:
        other = ledger.envelope_of(session, OFFICE, "emergency", 2027, AT)
        ledger.allot(session, by("approver"), other, 1_000_000, AT)
    same, granting.envelope_id = granting.envelope_id, other.id
    with pytest.raises(Refused, match="from another budget"):
        granting.act(grant, "approve", "head", euro(2500))
    granting.envelope_id = same
    granting.act(grant, "approve", "head", euro(2500))
    assert granting.sums(grant) == Sums(0, 350_000, 100_000, 100_000, 100_000)


def test_stopping_after_a_part_gives_the_rest_back(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:4], worth=euro(3000))
    granting.act(grant, "release", "head", euro(1000))
    granting.act(grant, "pay_part", "finance", euro(1000))
    granting.act(grant, "stop", "officer")
    assert granting.sums(grant) == Sums(0, *[100_000] * 4)


@pytest.mark.parametrize(
    ("rate", "cents", "kinds"),
    [("52.40", 343_511, ["pay"]), ("50.00", 360_000, ["rate_rise", "pay"]), ("60.00", 300_000, ["rate_fall", "pay"])],
)
def test_a_payment_is_worth_what_its_month_says(granting: Granting, rate: str, cents: int, kinds: list[str]) -> None:
    december(granting, rate)
    grant = granting.walk(*WAYS["three people"][:5])
    granting.act(grant, "pay", "finance", EGP._replace(rate=D(rate), rate_month="2026-12"))
    assert granting.sums(grant) == Sums(0, *[cents] * 4)
    with granting.store.reading() as session:
        query = select(LedgerEntry.kind).where(LedgerEntry.grant_id == grant).order_by(LedgerEntry.number)
        assert list(session.scalars(query))[3:] == kinds


def december(granting: Granting, rate: str) -> None:
    with granting.store.writing() as session:
        rate_table.take_in(session, uuid.uuid4(), f"currency,month,rate\nEGP,2026-12,{rate}".encode(), AT)


def test_a_rate_that_rises_beyond_the_envelope_is_refused_whole(store: Store) -> None:
    granting = Granting(store, allotted=343_511)
    december(granting, "50.00")
    grant = granting.walk(*WAYS["three people"][:5])
    with pytest.raises(Refused, match=r"€0\.00 left: less than €164\.89"):
        granting.act(grant, "pay", "finance", EGP._replace(rate=D("50.00"), rate_month="2026-12"))
    with store.reading() as session:
        assert state_of(steps_of(session, grant)) is State.RELEASED


# -- refused


def test_nothing_is_approved_that_is_not_there(store: Store) -> None:
    granting = Granting(store, allotted=343_510)
    grant = granting.walk(*VERIFIED)
    with pytest.raises(Refused) as refused:
        granting.act(grant, "approve", "head")
    assert refused.value.said() == (
        "The office’s budget for this fund has €3,435.10 left: less than €3,435.11.",
        "Approve less, or ask headquarters to move money there.",
    )
    granting.act(grant, "approve_less", "head", euro("3435.10"))
    assert granting.sums().left == 0


def test_more_is_not_released_than_committed(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:4], worth=euro(3000))
    with pytest.raises(Refused, match="does not hold"):
        granting.act(grant, "release", "head", euro(3001))


def test_more_does_not_come_back_than_was_paid(granting: Granting) -> None:
    grant = granting.walk(*WAYS["three people"][:6])
    granting.act(grant, "ask_back", "finance")
    with pytest.raises(Refused, match="does not hold"):
        granting.act(grant, "take_back", "finance", euro(4000))


def test_whoever_saw_an_older_step_is_told(granting: Granting) -> None:
    grant = granting.walk(*VERIFIED)
    with pytest.raises(Changed), granting.store.writing() as session:
        granting.step(session, grant, "approve", "head", made_from=1)


def test_a_step_that_the_life_does_not_have_is_refused_with_a_sentence(granting: Granting) -> None:
    grant = granting.walk(*VERIFIED)
    with pytest.raises(Refused, match="in the state “Verified”"):
        granting.act(grant, "pay", "finance")


def test_headquarters_moves_money_between_envelopes_of_a_fund(granting: Granting) -> None:
    with granting.store.writing() as session:
        giver = session.get_one(Envelope, granting.envelope_id)
        taker = ledger.envelope_of(session, uuid.uuid4(), "emergency", 2026, AT)
        ledger.transfer(session, by("approver"), giver, taker, 400_000, "A reason", AT)
        assert ledger.sums_of(session, taker.id).left == 400_000
        assert ledger.sums_of(session, giver.id).left == 600_000
        with pytest.raises(Refused, match=r"€6,000\.00 left"):
            ledger.transfer(session, by("approver"), giver, taker, 600_001, "A reason", AT)
        with pytest.raises(Refused, match="two budgets of one fund"):
            ledger.transfer(session, by("approver"), giver, giver, 1, "A reason", AT)


@pytest.mark.parametrize(("fund", "year"), [("emergency", 2013), ("another", 2026)])
def test_a_fund_has_no_envelope_where_it_does_not_exist(store: Store, fund: str, year: int) -> None:
    with store.writing() as session, pytest.raises(Refused, match="no budget in"):
        ledger.envelope_of(session, uuid.uuid4(), fund, year, AT)


def test_every_step_and_entry_is_signed_over_all_it_says(granting: Granting) -> None:
    granting.walk(*WAYS["three people"][:6])
    bundles = {by(who).keys.fingerprint: by(who).keys.bundle for who in PEOPLE}
    with granting.store.reading() as session:
        for step in session.scalars(select(GrantStep)):
            signing.check(step, StepSaid, bundles[step.signer])
        for entry in session.scalars(select(LedgerEntry)):
            signing.check(entry, EntrySaid, bundles[entry.signer])
        columns = {column.name for column in GrantStep.__table__.columns} - {"hash", "signer", "signature"}
        assert columns == set(StepSaid.__struct_fields__) - {"format"}
        columns = {column.name for column in LedgerEntry.__table__.columns} - {"hash", "signer", "signature"}
        assert columns == set(EntrySaid.__struct_fields__) - {"format"}


# -- the sums


def test_every_entry_is_of_a_step_or_of_headquarters() -> None:
    assert set(ACTS) | set(OF_ENVELOPES) == set(Kind) == set(EFFECTS)


_acts = st.lists(st.tuples(st.sampled_from(list(Act)), st.integers(1, 5), st.integers(0, 2)), max_size=40)


@given(_acts, st.integers(0, 12))
def test_whatever_is_done_the_sums_hold_and_are_a_model_s(acts: list[tuple[Act, int, int]], allotted: int) -> None:
    """The rules alone: three grants of one envelope, any sums in any order."""
    entries: list[tuple[int, Kind, int]] = []
    model = [Model() for _ in range(3)]
    for act, cents, which in acts:
        stands = total((kind, sum_) for of, kind, sum_ in entries if of == which)
        new = entries_of(act, cents, stands)
        envelope = added(total((kind, sum_) for _, kind, sum_ in entries), Kind.ALLOT, allotted)
        grant = stands
        for kind, sum_ in new:
            envelope, grant = added(envelope, kind, sum_), added(grant, kind, sum_)
        fits = envelope_holds(envelope) and grant_holds(grant)
        left = allotted - sum(one.approved for one in model)
        assert model[which].do(act.value, cents, left) is fits or not new
        if fits:
            entries += [(which, kind, sum_) for kind, sum_ in new]
        after = total((kind, sum_) for of, kind, sum_ in entries if of == which)
        assert after[1:] == (*model[which],)


class Model:
    """What a careful bookkeeper would keep of one grant, in plain words."""

    def __init__(self) -> None:
        self.approved = self.committed = self.released = self.paid = 0

    def __iter__(self) -> Iterator[int]:
        return iter((self.approved, self.committed, self.released, self.paid))

    def do(self, act: str, cents: int, left: int) -> bool:
        """Does it; False, and nothing is done, if it cannot be."""
        if act in ("approve", "approve_less", "fast_approve"):
            return self._if(cents <= left, approved=cents)
        if act == "commit":
            return self._if(self.committed + cents <= self.approved, committed=cents)
        if act == "release":
            return self._if(self.released + cents <= self.committed, released=cents)
        if act in ("pay", "pay_part"):
            moved = cents - (self.released - self.paid)
            return self._if(moved <= left, approved=moved, committed=moved, released=moved, paid=cents)
        if act == "take_back":
            return self._if(cents <= self.paid, approved=-cents, committed=-cents, released=-cents, paid=-cents)
        if act in ("change", "send_back", "return", "approve_anew", "stop", "withdraw", "cancel"):
            self.approved = self.committed = self.released = self.paid
        return True

    def _if(self, can: bool, **more: int) -> bool:
        for name, by_ in more.items() if can else ():
            setattr(self, name, getattr(self, name) + by_)
        return can


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all examples: each has a grant of its own in it."""
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'main.db'}")
    main_metadata().create_all(made.engine)
    yield made
    made.dispose()


_walks = st.lists(
    st.tuples(st.sampled_from(sorted({act for _, act in WRITTEN})), st.sampled_from(sorted(PEOPLE)), st.integers(1, 9)),
    min_size=5,
    max_size=25,
)


@given(_walks)
def test_whatever_is_done_in_the_database_the_sums_hold_and_are_a_model_s(one_store: Store, walk) -> None:
    store = one_store
    granting = Granting(store, allotted=1)
    with store.writing() as session:
        before = ledger.sums_of(session, granting.envelope_id)
        envelope = session.get_one(Envelope, granting.envelope_id)
        ledger.allot(session, by("approver"), envelope, 1_000, AT)
        grant, model = opened(session), Model()
        for act, who, cents in walk:
            left = ledger.sums_of(session, granting.envelope_id).left
            point = session.begin_nested()
            try:
                granting.step(session, grant, act, who, euro(D(cents).scaleb(-2)))
            except (Refused, IntegrityError):
                point.rollback()
            else:
                point.commit()
                assert model.do(act, cents, left)
            sums = ledger.sums_of(session, granting.envelope_id, grant)
            assert sums[1:] == (*model,)
            assert grant_holds(sums)
            assert envelope_holds(ledger.sums_of(session, granting.envelope_id))
        assert before.allotted >= 1


def test_the_ledger_takes_no_step_twice(granting: Granting) -> None:
    grant = granting.walk(*VERIFIED)
    with granting.store.writing() as session:
        step = granting.step(session, grant, "approve", "head")
        again = session.begin_nested()
        with pytest.raises(IntegrityError):
            ledger.post(session, by("head"), step, [(Kind.APPROVE, step.cents)])
        again.rollback()
    assert granting.sums(grant).approved == step.cents
