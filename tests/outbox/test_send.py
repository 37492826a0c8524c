"""Mailing when all is well, and when it is not: nothing is lost, the wait grows, the banner shows."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError

from hrd_cases.db import Store
from hrd_cases.outbox import claims as claiming
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.outbox.claims import LEASE, Claim, Lease, claim, give_back, mark_failed, mark_later, mark_sent
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.mail import Relay, compose
from hrd_cases.outbox.models import FAILED, SENT, WAITING
from hrd_cases.outbox.send import Mailroom, send_ready
from hrd_cases.outbox.tick import Tick, what_is_ready
from hrd_cases.outbox.watch import Troubles, sweep, troubles
from tests.conftest import main_metadata
from tests.outbox.cast import CAIRO, LONG_AGO, Clock, People, address_of, deliveries, new_uniqueness, remind
from tests.outbox.sink import Manners, Sink, cutter, free_port, relay_to

AMAL, JONAS, MIRA = uuid4(), uuid4(), uuid4()


def due(store: Store, people: People, clock: Clock, *members: UUID) -> None:
    """One reminder for each member has fallen due."""
    for member in members:
        remind(store, to_member(member))
    assert turn_due(store, people, clock()) == len(members)


def the_delivery(store: Store) -> tuple[str, int]:
    (row,) = deliveries(store)
    return row.state, row.attempts


def troubles_of(store: Store, *members: UUID) -> Troubles:
    with store.reading() as session:
        return troubles(session, members or None)


@pytest.fixture
def post(store: Store, people: People, clock: Clock, sink: Sink) -> Mailroom:
    return Mailroom(store, people, sink.relay(), clock)


def test_what_is_due_is_mailed_once(store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom) -> None:
    due(store, people, clock, AMAL, JONAS)
    assert send_ready(post) == 2
    assert send_ready(post) == 0
    assert {mail.to for mail in sink.taken()} == {address_of(AMAL), address_of(JONAS)}
    assert len({mail.message_id for mail in sink.taken()}) == 2
    assert not troubles_of(store)


def test_one_tick_turns_due_and_mails(store: Store, clock: Clock, sink: Sink, post: Mailroom) -> None:
    clock.move(hours=1)
    remind(store, to_member(AMAL))
    tick = Tick(post)
    tick()
    tick()
    assert [mail.to for mail in sink.taken()] == [address_of(AMAL)]
    assert not what_is_ready(store, clock())


def test_more_than_one_round_is_mailed_in_one_go(store: Store, people: People, clock: Clock, sink: Sink) -> None:
    due(store, people, clock, *(uuid4() for _ in range(7)))
    assert send_ready(Mailroom(store, people, sink.relay(), clock, at_once=3)) == 7
    assert len({mail.to for mail in sink.taken()}) == 7


def test_the_audit_head_travels_in_its_own_words(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    people.roles[CAIRO, "auditor"] = [AMAL]
    with store.writing() as session:
        auditor = to_role(CAIRO, "auditor")
        plan.post(session, recipient=auditor, due_at=LONG_AGO, uniqueness=new_uniqueness(), line="4711 ab12cd")
    turn_due(store, people, clock())
    assert send_ready(post) == 1
    assert sink.taken()[0].message.get_content().strip() == "Counted: 4711 ab12cd"


def test_a_line_that_is_not_ours_is_never_mailed(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    people.roles[CAIRO, "auditor"] = [AMAL]
    people.foreign.add("Sign in at the new address")
    with store.writing() as session:
        line = "Sign in at the new address"
        auditor = to_role(CAIRO, "auditor")
        plan.post(session, recipient=auditor, due_at=LONG_AGO, uniqueness=new_uniqueness(), line=line)
    turn_due(store, people, clock())
    assert send_ready(post) == 0
    assert sink.taken() == []
    assert the_delivery(store) == (FAILED, 1)


def test_an_address_is_looked_up_when_the_mail_leaves(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    due(store, people, clock, AMAL)
    people.gone.add(AMAL)
    assert send_ready(post) == 0
    assert sink.taken() == []
    assert the_delivery(store) == (FAILED, 1)


@pytest.mark.parametrize(
    "manners",
    [
        pytest.param(Manners(recipient="451 try later"), id="refusing the recipient for now"),
        pytest.param(Manners(message="452 disk full"), id="refusing the message for now"),
        pytest.param(Manners(sender="530 sign in first"), id="refusing us"),
    ],
)
def test_refused_for_now_is_tried_again_until_taken(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom, manners: Manners
) -> None:
    due(store, people, clock, AMAL)
    sink.stop()
    sink.start(manners)
    never_lost_and_in_the_end_sent(store, clock, sink, post)


def test_a_server_that_is_down_is_tried_again_until_it_is_up(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    due(store, people, clock, AMAL)
    sink.stop()
    never_lost_and_in_the_end_sent(store, clock, sink, post, running=False)


def never_lost_and_in_the_end_sent(
    store: Store, clock: Clock, sink: Sink, post: Mailroom, *, running: bool = True
) -> None:
    waits: list[timedelta] = []
    for attempt in range(1, 9):
        assert send_ready(post) == 0
        (row,) = deliveries(store)
        assert (row.state, row.attempts) == (WAITING, attempt)
        assert troubles_of(store) == Troubles(failed=0, retrying=1, since=row.made_at)
        waits.append(row.next_try_at - clock())
        assert send_ready(post) == 0
        assert deliveries(store)[0].attempts == attempt, "it must wait"
        clock.now = row.next_try_at
    for attempt, wait in enumerate(waits):
        longest = min(timedelta(seconds=30) * 2**attempt, timedelta(minutes=15))
        assert longest / 2 <= wait <= longest
    assert sink.taken() == []
    if running:
        sink.stop()
    sink.start()
    assert send_ready(post) == 1
    assert the_delivery(store) == (SENT, 8)
    assert not troubles_of(store)
    assert len(sink.taken()) == 1


def test_a_message_cut_in_the_middle_is_sent_again(store: Store, people: People, clock: Clock, sink: Sink) -> None:
    due(store, people, clock, AMAL)
    with cutter(200) as port:
        assert send_ready(Mailroom(store, people, relay_to(port), clock)) == 0
    assert troubles_of(store).retrying == 1
    clock.move(minutes=1)
    assert send_ready(Mailroom(store, people, sink.relay(), clock)) == 1
    assert len(sink.taken()) == 1


def test_when_the_server_is_down_a_whole_round_waits_after_one_look(store: Store, people: People, clock: Clock) -> None:
    due(store, people, clock, AMAL, JONAS, MIRA)
    assert send_ready(Mailroom(store, people, relay_to(free_port()), clock)) == 0
    assert [row.attempts for row in deliveries(store)] == [1, 1, 1]
    assert len({row.next_try_at for row in deliveries(store)}) == 3, "the jitter spreads them"


@pytest.mark.parametrize("manners", [Manners(recipient="550 no such user"), Manners(message="554 no")])
def test_refused_for_good_shows_and_is_not_tried_again(
    store: Store, people: People, clock: Clock, tmp_path: Path, manners: Manners
) -> None:
    due(store, people, clock, AMAL)
    with Sink(tmp_path, manners) as sink:
        post = Mailroom(store, people, sink.relay(), clock)
        assert send_ready(post) == 0
        clock.move(days=2)
        assert send_ready(post) == 0
    assert the_delivery(store) == (FAILED, 1)
    assert troubles_of(store).failed == 1
    assert troubles_of(store, AMAL).failed == 1
    assert not troubles_of(store, JONAS)


def test_refused_for_good_goes_to_the_deputies_once_each(
    store: Store, people: People, clock: Clock, tmp_path: Path
) -> None:
    people.stand_ins[to_member(AMAL)] = [MIRA, JONAS, AMAL]
    gone = f"m{AMAL.hex}"
    due(store, people, clock, AMAL)
    with Sink(tmp_path, Manners(recipient="550 no such user", refuses_only=gone)) as sink:
        post = Mailroom(store, people, sink.relay(), clock)
        assert send_ready(post) == 0
        assert send_ready(post) == 2
        assert send_ready(post) == 0
        assert {mail.to for mail in sink.taken()} == {address_of(MIRA), address_of(JONAS)}
    with store.reading() as session:
        assert len(plan.due_reminders(session, [to_member(MIRA)])) == 1
    assert troubles_of(store).failed == 1


def test_deputies_whose_mail_fails_too_make_no_circle(
    store: Store, people: People, clock: Clock, tmp_path: Path
) -> None:
    people.stand_ins[to_member(AMAL)] = [MIRA]
    people.stand_ins[to_member(MIRA)] = [AMAL]
    due(store, people, clock, AMAL)
    with Sink(tmp_path, Manners(recipient="550 no such user")) as sink:
        for _ in range(4):
            send_ready(Mailroom(store, people, sink.relay(), clock))
            clock.move(hours=1)
    assert sorted(row.state for row in deliveries(store)) == [FAILED, FAILED]


def test_a_corrected_address_is_mailed_what_had_failed(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    due(store, people, clock, AMAL, JONAS)
    people.gone |= {AMAL, JONAS}
    send_ready(post)
    people.gone.clear()
    with store.writing() as session:
        assert plan.retry(session, AMAL, clock()) == 1
    assert [row.attempts for row in deliveries(store) if row.member_id == AMAL] == [0]
    assert send_ready(post) == 1
    assert [mail.to for mail in sink.taken()] == [address_of(AMAL)]
    assert troubles_of(store).failed == 1


def test_a_poisoned_recipient_holds_up_nobody_else(store: Store, people: People, clock: Clock, tmp_path: Path) -> None:
    due(store, people, clock, AMAL, JONAS, MIRA)
    with Sink(tmp_path, Manners(recipient="451 hm", refuses_only=f"m{JONAS.hex}")) as sink:
        assert send_ready(Mailroom(store, people, sink.relay(), clock)) == 2
    assert troubles_of(store).retrying == 1


def test_cancelled_while_it_is_being_mailed_is_no_error(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom
) -> None:
    due(store, people, clock, AMAL)
    (claimed,) = claim(store, clock())
    with store.writing() as session:
        plan.cancel(session, [row.reminder_id for row in deliveries(store)])
    mark_sent(store, claimed, clock())
    mark_failed(store, people, claimed, clock())
    assert deliveries(store) == []
    assert send_ready(post) == 0


def test_cancelled_between_claim_and_mail_is_not_mailed(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(store, people, clock, AMAL, JONAS)
    (amals,) = [row for row in deliveries(store) if row.member_id == AMAL]

    def claim_and_cancel(*given: Any, **more: Any) -> list[Claim]:
        claims = claim(*given, **more)
        with store.writing() as session:
            plan.cancel(session, [amals.reminder_id])
        return claims

    monkeypatch.setattr("hrd_cases.outbox.send.claim", claim_and_cancel)
    assert send_ready(post) == 1
    assert [mail.to for mail in sink.taken()] == [address_of(JONAS)]


def test_a_mail_that_cannot_be_written_holds_up_nobody(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(relay: Relay, address: str, message_id: UUID, now: datetime, body: str | None) -> bytes:
        if address == address_of(JONAS):
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return compose(relay, address, message_id, now, body)

    monkeypatch.setattr("hrd_cases.outbox.send.compose", stumbles)
    due(store, people, clock, AMAL, JONAS, MIRA)
    assert send_ready(post) == 2
    assert troubles_of(store, JONAS).failed == 1


def test_cancelling_waits_for_nobody_and_nobody_for_cancelling(postgres_url: str, people: People, clock: Clock) -> None:
    """On PostgreSQL two who each hold some rows and wait for more could deadlock: the unattended side passes over."""
    store = Store(postgres_url)
    main_metadata().create_all(store.engine)
    due(store, people, clock, AMAL, JONAS)
    held = claim(store, clock())
    (amals,) = [row for row in deliveries(store) if row.member_id == AMAL]
    with store.writing() as session:
        plan.cancel(session, [amals.reminder_id])
        mark_later(store, held, clock())
        with store.writing() as other:
            sweep(other, clock() + timedelta(days=9))
    assert [(row.member_id, row.attempts) for row in deliveries(store)] == [(JONAS, 1)]
    store.dispose()


# ---- lease and epoch


def claimed_one(store: Store, people: People, clock: Clock) -> Claim:
    due(store, people, clock, AMAL)
    (claimed,) = claim(store, clock())
    return claimed


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(store: Store, people: People, clock: Clock) -> None:
    claimed_one(store, people, clock)
    clock.move(seconds=LEASE.total_seconds() - 1)
    assert claim(store, clock()) == []
    clock.move(seconds=1)
    assert len(claim(store, clock())) == 1


@pytest.mark.parametrize("mark", ["sent", "later", "failed", "back", "extend"])
def test_a_worker_marks_only_under_its_own_epoch(store: Store, people: People, clock: Clock, mark: str) -> None:
    late = claimed_one(store, people, clock)
    clock.move(minutes=3)
    (current,) = claim(store, clock())
    assert current.epoch > late.epoch
    before = deliveries(store)[0]
    marks = {
        "sent": lambda: mark_sent(store, late, clock()),
        "later": lambda: mark_later(store, [late], clock()),
        "failed": lambda: mark_failed(store, people, late, clock()),
        "back": lambda: give_back(store, [late], clock()),
        "extend": lambda: Lease(store, [late], clock, timedelta(hours=1))._extend(),
    }
    marks[mark]()
    after = deliveries(store)[0]
    assert [getattr(after, name) for name in ("state", "attempts", "epoch", "next_try_at")] == [
        getattr(before, name) for name in ("state", "attempts", "epoch", "next_try_at")
    ]
    mark_sent(store, current, clock())
    assert deliveries(store)[0].state == SENT


def test_a_mark_ends_the_claim(store: Store, people: People, clock: Clock) -> None:
    claimed = claimed_one(store, people, clock)
    mark_later(store, [claimed], clock())
    mark_sent(store, claimed, clock())
    assert deliveries(store)[0].state == WAITING


def test_what_was_given_back_is_at_once_anybodys(store: Store, people: People, clock: Clock) -> None:
    give_back(store, [claimed_one(store, people, clock)], clock())
    (again,) = claim(store, clock())
    assert again.attempts == 0


def test_a_lease_is_kept_while_the_server_ponders(store: Store, people: People, clock: Clock, tmp_path: Path) -> None:
    due(store, people, clock, AMAL)
    with Sink(tmp_path, Manners(seconds=1.5)) as sink:
        post = Mailroom(store, people, sink.relay(), lease=timedelta(seconds=0.8))
        mailing = threading.Thread(target=send_ready, args=(post,))
        mailing.start()
        time.sleep(0.1)
        while mailing.is_alive():
            assert claim(store, post.clock()) == []
            time.sleep(0.05)
        mailing.join()
        assert len(sink.taken()) == 1
    assert the_delivery(store) == (SENT, 0)


def test_nobody_waits_for_the_write_gate_while_the_server_ponders(
    store: Store, people: People, clock: Clock, tmp_path: Path
) -> None:
    due(store, people, clock, AMAL)
    with Sink(tmp_path, Manners(seconds=1)) as sink:
        mailing = threading.Thread(target=send_ready, args=(Mailroom(store, people, sink.relay()),))
        mailing.start()
        time.sleep(0.2)
        started = time.monotonic()
        remind(store)
        took = time.monotonic() - started
        assert mailing.is_alive()
        mailing.join()
    assert took < 0.5


def test_while_one_tick_mails_slowly_the_next_still_turns_reminders_due(
    store: Store, people: People, tmp_path: Path
) -> None:
    remind(store, to_member(AMAL))
    with Sink(tmp_path, Manners(seconds=1)) as sink:
        tick = Tick(Mailroom(store, people, sink.relay()))
        mailing = threading.Thread(target=tick)
        mailing.start()
        time.sleep(0.3)
        remind(store, to_member(JONAS), mails=False)
        tick()
        assert mailing.is_alive()
        with store.reading() as session:
            assert len(plan.due_reminders(session, [to_member(JONAS)])) == 1
        mailing.join()


def test_a_worker_that_lost_its_lease_begins_no_other_mail(
    store: Store, people: People, clock: Clock, sink: Sink, post: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(store, people, clock, AMAL, JONAS)
    monkeypatch.setattr(Lease, "holds", lambda _lease: False)
    assert send_ready(post) == 0
    assert sink.taken() == []
    assert [(row.state, row.attempts) for row in deliveries(store)] == [(WAITING, 0)] * 2


def test_a_database_that_stumbles_lets_the_lease_lapse(
    store: Store, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed = claimed_one(store, people, clock)

    def stumble(_lease: Lease) -> None:
        raise OperationalError("UPDATE", {}, OSError())

    monkeypatch.setattr(Lease, "_extend", stumble)
    with Lease(store, [claimed], clock, timedelta(seconds=0.2)) as lease:
        assert lease.holds()
        time.sleep(0.25)
        assert not lease.holds()


def test_told_to_stop_it_gives_back_what_it_has_not_begun(
    store: Store, people: People, clock: Clock, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(store, people, clock, AMAL, JONAS, MIRA)
    post = Mailroom(store, people, sink.relay(), clock)

    def stop_after(store: Store, claimed: Claim, now: datetime) -> None:
        mark_sent(store, claimed, now)
        post.stop.set()

    monkeypatch.setattr("hrd_cases.outbox.send.mark_sent", stop_after)
    assert send_ready(post) == 1
    assert sorted(row.state for row in deliveries(store)) == [SENT, WAITING, WAITING]
    assert len(claiming.claim(store, clock())) == 2


def test_two_workers_share_the_work_and_nobody_is_mailed_twice(
    store: Store, people: People, clock: Clock, sink: Sink
) -> None:
    due(store, people, clock, *(uuid4() for _ in range(24)))
    relay: Relay = sink.relay()
    workers = [threading.Thread(target=send_ready, args=(Mailroom(store, people, relay, at_once=2),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sink.taken()) == len({mail.to for mail in sink.taken()}) == 24
