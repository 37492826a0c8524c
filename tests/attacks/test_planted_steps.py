"""Somebody who writes the tables, and holds keys of their own or those of a seat with another role, plants steps of
a grant and entries of the ledger: what no charter lets them take is none, whatever the database was made to hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, text, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Tampered
from hrd_cases.grants.models import Envelope, Grant, GrantStep, LedgerEntry
from hrd_cases.grants.signing import EntrySaid, StepSaid, said_by, signed
from hrd_cases.keys.models import PublicKeys
from hrd_cases.vault.identity import KeyPair
from tests.grants.asking import WHO, Asked
from tests.world import World

STEPS: Any = GrantStep.__table__
LEDGER: Any = LedgerEntry.__table__


def keys_of(world: World, who: str) -> tuple[uuid.UUID, KeyPair]:
    with world.acting(WHO[who]) as (_, by):
        return by.member_id, by.ring.keys


def without_guards(session: Any) -> None:
    """Whoever writes the tables takes the database's own guards out first."""
    for name in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        session.execute(text(f'DROP TRIGGER "{name}"'))
    session.execute(text("PRAGMA ignore_check_constraints = ON"))


def plant(asked: Asked, keys: KeyPair, **says: Any) -> None:
    """A step after the last one, signed with these keys."""
    with asked.world.database.main.writing() as session:
        without_guards(session)
        last = session.scalars(
            select(GrantStep).where(GrantStep.grant_id == asked.id).order_by(GrantStep.number.desc())
        ).first()
        assert last is not None
        before = said_by(last, StepSaid)
        usual = {
            "id": uuid.uuid4(),
            "number": before.number + 1,
            "state_before": before.state_after,
            "at": before.at + timedelta(seconds=1),
            "previous": last.hash,
        }
        said = msgspec.structs.replace(before, **usual | says)
        session.connection().execute(insert(STEPS).values(**signed(said, keys)))


def approved(actor: uuid.UUID, **more: Any) -> dict[str, Any]:
    says = {"act": "approve", "state_after": "approved", "duty": "decide", "capacity": "head", "actor_id": actor}
    return says | more


def opens(asked: Asked, who: str = "finance") -> None:
    asked.seen(lambda opened: opened.state, who)


def verified(world: World) -> Asked:
    asked = Asked(world)
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    return asked


def test_a_step_signed_with_keys_that_no_charter_names_is_none(world: World) -> None:
    asked, (head, _), keys = verified(world), keys_of(world, "head"), KeyPair(b"k" * 32)
    with world.database.main.writing() as session:
        session.add(PublicKeys(fingerprint=keys.fingerprint, member_id=head, bundle=keys.bundle))
    plant(asked, keys, **approved(head))
    with pytest.raises(Tampered):
        opens(asked)


@pytest.mark.parametrize("actor", ["head", "colleague"])
def test_a_colleague_approves_nothing_in_the_head_s_name_or_their_own(world: World, actor: str) -> None:
    asked, (named, _), (_, keys) = verified(world), keys_of(world, actor), keys_of(world, "colleague")
    plant(asked, keys, **approved(named))
    with pytest.raises(Tampered):
        opens(asked)


def test_somebody_of_another_office_takes_no_step(world: World) -> None:
    asked, (named, keys) = verified(world), keys_of(world, "stranger")
    plant(asked, keys, **approved(named, act="ask", state_after="verified", duty="-", capacity="officer"))
    with pytest.raises(Tampered):
        opens(asked)


def test_an_officer_does_not_verify_as_an_officer(world: World) -> None:
    asked = Asked(world)
    asked.act("submit", "officer")
    named, keys = keys_of(world, "colleague")
    plant(asked, keys, act="verify", state_after="verified", duty="verify", capacity="officer", actor_id=named)
    with pytest.raises(Tampered):
        opens(asked)


OTHERWISE: dict[str, dict[str, Any]] = {
    "the life has no such step": {"state_after": "closed"},
    "it begins elsewhere": {"state_before": "submitted"},
    "as another duty": {"duty": "-"},
    "an act that is none": {"act": "smile"},
    "another worth": {"cents": 1},
    "somebody else's account": {"act": "commit", "state_after": "committed", "duty": "commit", "payee": b"p" * 32},
    "dated before": {"at": datetime(2020, 1, 1, tzinfo=UTC)},
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_whoever_may_take_a_step_plants_none_that_the_rules_do_not_have(world: World, how: str) -> None:
    """Whoever has a seat signs past our pages what our pages refuse them."""
    asked = verified(world)
    who = "finance2" if how == "somebody else's account" else "head"
    if who == "finance2":
        asked.act("approve", "head")
    named, keys = keys_of(world, who)
    capacity = {"capacity": "finance"} if who == "finance2" else {}
    plant(asked, keys, **approved(named) | capacity | OTHERWISE[how])
    with pytest.raises(Tampered):
        opens(asked)


def test_whoever_requested_does_not_decide_past_our_pages(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    named, keys = keys_of(world, "head")
    plant(asked, keys, **approved(named))
    with pytest.raises(Tampered):
        opens(asked)


def test_an_account_exchanged_after_the_approval_is_shown_to_nobody(world: World) -> None:
    asked = verified(world)
    asked.act("approve", "head")
    with world.acting(WHO["officer"]) as (session, _):
        grant = session.get_one(Grant, asked.id)
        payment = grant.payment
        assert payment is not None
        grant.payment = msgspec.structs.replace(payment, payee="Somebody else")
        record(session, Event.GRANT_DRAFTED, grant=asked.id)
    with pytest.raises(Tampered):
        opens(asked)


# -- the ledger


def allotment(asked: Asked, keys: KeyPair, actor: uuid.UUID, **says: Any) -> None:
    with asked.world.database.main.writing() as session:
        without_guards(session)
        last = session.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc())).first()
        assert last is not None
        usual: dict[str, Any] = {
            "id": uuid.uuid4(),
            "number": last.number + 1,
            "kind": "allot",
            "cents": 10**9,
            "grant_id": None,
            "step_id": None,
            "other_id": None,
            "actor_id": actor,
            "at": last.at + timedelta(seconds=1),
            "previous": last.hash,
        }
        said = msgspec.structs.replace(said_by(last, EntrySaid), **usual | says)
        session.connection().execute(insert(LEDGER).values(**signed(said, keys)))


@pytest.mark.parametrize("who", ["head", "finance", "nobody"])
def test_money_that_headquarters_did_not_give_is_not_spent(world: World, who: str) -> None:
    asked = Asked(world, allotted=1)
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    actor, keys = keys_of(world, "head" if who == "nobody" else who)
    allotment(asked, KeyPair(b"n" * 32) if who == "nobody" else keys, actor)
    with pytest.raises(Tampered):
        asked.act("approve", "head")


SPOILT: dict[str, Callable[[], Any]] = {
    "more was given": lambda: update(LEDGER).where(LEDGER.c.number == 1).values(cents=10**12),
    "what was approved is gone": lambda: delete(LEDGER).where(LEDGER.c.kind == "approve"),
    "the entry is another's": lambda: update(LEDGER).where(LEDGER.c.kind == "approve").values(actor_id=uuid.uuid4()),
}


@pytest.mark.parametrize("how", SPOILT)
def test_from_a_ledger_that_is_not_as_it_was_signed_nothing_is_given(world: World, how: str) -> None:
    first, second = verified(world), verified(world)
    first.act("approve", "head")
    with world.database.main.writing() as session:
        without_guards(session)
        session.execute(text("PRAGMA foreign_keys = OFF"))
        session.connection().execute(SPOILT[how]())
    for asked, act, who in ((first, "commit", "finance"), (second, "approve", "head")):
        with pytest.raises(Tampered):
            asked.act(act, who)
    second.act("withdraw", "officer")
    assert second.state == "withdrawn", "taking back waits for nothing that is damaged"


def test_the_envelopes_of_an_office_stay_as_they_are(world: World) -> None:
    """All of it without an attack: it goes through."""
    asked = verified(world)
    for act, who in (("approve", "head"), ("commit", "finance"), ("release", "head"), ("pay", "finance2")):
        asked.act(act, who)
    assert asked.state == "paid"
    with world.database.main.reading() as session:
        assert len(session.scalars(select(Envelope)).all()) == 1
    assert asked.seen(lambda opened: opened.paid_out) > Decimal(0)


# -- taken away


def test_a_grant_that_was_cancelled_is_not_paid_because_somebody_takes_that_step_away(world: World) -> None:
    asked = verified(world)
    for act, who in (("approve", "head"), ("commit", "finance"), ("release", "head"), ("cancel", "head")):
        asked.act(act, who)
    with world.database.main.writing() as session:
        without_guards(session)
        session.execute(text("PRAGMA foreign_keys = OFF"))
        last = select(GrantStep.id).where(GrantStep.act == "cancel").scalar_subquery()
        session.connection().execute(delete(LEDGER).where(LEDGER.c.step_id == last))
        session.connection().execute(delete(STEPS).where(STEPS.c.act == "cancel"))
    with pytest.raises(Tampered):
        asked.act("pay", "finance2")


@pytest.mark.parametrize("way", [("ask",), ("ask", "answer"), ("fast_approve", "countersign")])
def test_whose_last_step_was_taken_away_opens_to_nobody(world: World, way: tuple[str, ...]) -> None:
    """Those that are left follow each other: the trail alone tells that there was another."""
    asked, who = Asked(world), {"ask": "head", "answer": "officer", "fast_approve": "head", "countersign": "finance"}
    asked.act("submit", "officer")
    for act in way:
        asked.act(act, who[act])
    with world.database.main.writing() as session:
        without_guards(session)
        last = select(func.max(GrantStep.number)).where(GrantStep.grant_id == asked.id).scalar_subquery()
        session.connection().execute(delete(STEPS).where(STEPS.c.grant_id == asked.id, STEPS.c.number == last))
    for one in ("officer", "finance", "head"):
        with pytest.raises(Tampered):
            opens(asked, one)


def test_one_damaged_request_stops_no_other(world: World) -> None:
    damaged, asked = Asked(world), verified(world)
    with world.database.main.writing() as session:
        changed = update(Grant.__table__).where(Grant.id == damaged.id)  # type: ignore[arg-type]
        session.connection().execute(changed.values(opened_at=datetime(2020, 1, 1, tzinfo=UTC)))
    asked.act("approve", "head")
    assert asked.state == "approved"


def test_a_change_says_neither_another_file_nor_another_sum_than_its_lines(world: World) -> None:
    asked, other = verified(world), Asked(world)
    story = other.seen(lambda opened: opened.story)
    payment = asked.seen(lambda opened: opened.payment)
    changed = msgspec.structs.replace(payment, payee="Others", amount=Decimal("999999.00"), payees=(), told=())
    asked.act("change", "officer", payment=changed, story=msgspec.structs.replace(story, why_now="Tomorrow"))
    opened = asked.seen(lambda opened: opened)
    assert opened.steps[-1].amount == payment.amount
    assert (opened.payment.payee, len(opened.payment.payees)) == ("Others", 2)
    assert (opened.story.case_id, opened.story.why_now) == (asked.file.id, "Tomorrow")


@pytest.mark.parametrize(
    "says", [{"state_after": "nowhere"}, {"act": "smile"}, {"duty": "smile"}, {"capacity": "smile"}]
)
def test_a_planted_step_with_words_that_are_none_empties_no_list(world: World, says: dict[str, str]) -> None:
    damaged, asked = verified(world), verified(world)
    named, keys = keys_of(world, "head")
    plant(damaged, keys, **approved(named) | says)
    for who in ("officer", "finance", "head"):
        answer = world.client(WHO[who]).get("/grants")
        assert answer.status_code == 200
        assert str(asked.id) in answer.text


@pytest.mark.parametrize("how", ["words", "sealed"])
def test_a_damaged_grant_of_the_same_file_keeps_no_other_from_being_decided(world: World, how: str) -> None:
    asked = Asked(world)
    damaged = asked.id
    asked.act("submit", "officer")
    named, keys = keys_of(world, "head")
    if how == "words":
        plant(asked, keys, **approved(named, state_after="nowhere"))
    else:
        with world.database.main.writing() as session:
            changed = update(Grant.__table__).where(Grant.id == damaged)  # type: ignore[arg-type]
            session.connection().execute(changed.values(opened_at=datetime(2020, 1, 1, tzinfo=UTC)))
    asked.begin("officer")
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    assert world.client(WHO["head"]).get(f"/grants/{asked.id}").status_code == 200
    asked.act("approve", "head")
    assert asked.state == "approved"
