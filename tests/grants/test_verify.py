"""An export proves itself offline by a root that comes from outside; whatever was done to it is named."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from hrd_cases.cli import main
from hrd_cases.errors import Absent, Refused
from hrd_cases.grants import export as exports
from hrd_cases.grants import ledger, rate_table
from hrd_cases.grants.details import Payment
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.export import Export, Shown, Signed
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.signing import EntrySaid, StepSaid, encoded, hash_of, label_of, salted
from hrd_cases.grants.steps import Taken, Worth, take
from hrd_cases.grants.verify import findings, root_of
from hrd_cases.keys.charter import decode, encode
from hrd_cases.vault.words import six_words
from tests.grants.sample import FILE
from tests.keys.cast import CAIRO, Cast, id_of, keys_of
from tests.keys.conftest import cairo

__all__ = ["cairo"]
EGP = Worth("EGP", Decimal("180000.00"), Decimal("52.40"), "2026-11")
WAY = [
    ("submit", "officer", Capacity.OFFICER),
    ("verify", "finance", Capacity.FINANCE),
    ("approve", "head", Capacity.HEAD),
    ("commit", "finance", Capacity.FINANCE),
    ("release", "head", Capacity.HEAD),
    ("pay", "finance", Capacity.FINANCE),
    ("arrive", "officer", Capacity.OFFICER),
]
SALT = b"s" * 32
PAYMENT = Payment(
    purpose="legal_support", currency="EGP", amount=EGP.amount, lines=(), payee="Cairo Chambers", channel="bank"
)


def by(name: str) -> By:
    return By(id_of(name), keys_of(name))


@pytest.fixture
def taken(cairo: Cast) -> tuple[Export, bytes]:
    """A grant of Cairo from request to the money's arrival, exported with its payee shown; and the root."""
    now = datetime.now(UTC)
    payee, texts = salted("payee", SALT, PAYMENT), salted("texts", SALT, ("why now",))
    with cairo.database.main.writing() as session:
        envelope = ledger.envelope_of(session, CAIRO, "emergency", 2026, now)
        ledger.allot(session, by("hq1"), envelope, 1_000_000, now)
        rate_table.take_in(session, id_of("hq1"), FILE.encode(), datetime(2026, 11, 19, tzinfo=UTC))
        grant = uuid.uuid4()
        row: dict[str, Any] = {"id": grant, "office_id": CAIRO, "opened_at": now, "sealed_file": b"-", "version": 1}
        session.connection().execute(insert(Grant.__table__).values(**row, folder_id=uuid.uuid4()))  # type: ignore[arg-type]
        for act, who, capacity in WAY:
            take(session, by(who), grant, Taken(Act(act), capacity, EGP, payee, texts, envelope.id), now)
        shown = [Shown(grant, "payee", SALT, encoded(PAYMENT)), Shown(grant, "texts", SALT, encoded(("why now",)))]
        return exports.read(exports.written(exports.export(session, shown))), cairo.root


def test_what_is_as_it_was_signed_passes(taken: tuple[Export, bytes]) -> None:
    export, root = taken
    assert (len(export.steps), len(export.entries)) == (len(WAY), 5)
    assert findings(export, root) == []


# -- each way it can be done, and what is said of it


def step(export: Export, number: int, **changes: Any) -> Export:
    """One step says something else, under the signature it had."""
    steps = [
        msgspec.structs.replace(one, said=msgspec.structs.replace(one.said, **changes))
        if one.said.number == number
        else one
        for one in export.steps
    ]
    return msgspec.structs.replace(export, steps=tuple(steps))


def entry(export: Export, number: int, **changes: Any) -> Export:
    entries = [
        msgspec.structs.replace(one, said=msgspec.structs.replace(one.said, **changes))
        if one.said.number == number
        else one
        for one in export.entries
    ]
    return msgspec.structs.replace(export, entries=tuple(entries))


def without(export: Export, number: int) -> Export:
    return msgspec.structs.replace(export, steps=tuple(one for one in export.steps if one.said.number != number))


def signed_anew(export: Export, who: str, number: int, **changes: Any) -> Export:
    """From a step on, everything is made anew by somebody who has one member's keys."""
    steps: list[Signed[StepSaid]] = []
    for one in export.steps:
        if one.said.number < number:
            steps.append(one)
            continue
        more = changes if one.said.number == number else {}
        previous = hash_of(steps[-1].said) if steps else b""
        said = msgspec.structs.replace(one.said, previous=previous, **more)
        keys = keys_of(who)
        steps.append(Signed(said, keys.fingerprint, keys.sign(label_of(said), hash_of(said))))
    return msgspec.structs.replace(export, steps=tuple(steps))


def swapped(export: Export) -> Export:
    """The signature of one step on another."""
    first, second = export.steps[1], export.steps[3]
    steps = list(export.steps)
    steps[1] = msgspec.structs.replace(first, signature=second.signature)
    return msgspec.structs.replace(export, steps=tuple(steps))


def another_office(export: Export, **changes: Any) -> Export:
    return msgspec.structs.replace(export, **changes)


def shown(export: Export, place: int, content: Any) -> Export:
    all_ = list(export.shown)
    all_[place] = msgspec.structs.replace(all_[place], content=encoded(content))
    return msgspec.structs.replace(export, shown=tuple(all_))


def forged_charter(export: Export) -> Export:
    """The office's first charter seats the officer as its head, under the signatures it had."""
    charters = list(export.charters)
    place = next(place for place, one in enumerate(charters) if one.office_id == CAIRO)
    charter = decode(charters[place].body)
    seats = tuple(msgspec.structs.replace(seat, called="mallory") for seat in charter.seats[:1]) + charter.seats[1:]
    body = encode(msgspec.structs.replace(charter, seats=seats))
    charters[place] = msgspec.structs.replace(charters[place], body=body)
    return msgspec.structs.replace(export, charters=tuple(charters))


def no_charters(export: Export) -> Export:
    return msgspec.structs.replace(export, charters=tuple(one for one in export.charters if one.office_id != CAIRO))


def entry_removed(export: Export, number: int) -> Export:
    entries: tuple[Signed[EntrySaid], ...] = tuple(one for one in export.entries if one.said.number != number)
    return msgspec.structs.replace(export, entries=entries)


def entries_anew(export: Export, who: str, number: int, *extra: tuple[str, int]) -> Export:
    """From an entry on, the ledger is written anew by somebody's keys, which lie in the file; `extra`, kinds and cents
    of the same step, comes before it.
    """
    keys, entries = keys_of(who), [one for one in export.entries if one.said.number < number]
    follow = [one.said for one in export.entries if one.said.number >= number]
    put_in = [msgspec.structs.replace(follow[0], id=uuid.uuid4(), kind=kind, cents=cents) for kind, cents in extra]
    for place, one in enumerate((*put_in, *follow), start=number):
        said = msgspec.structs.replace(one, number=place, previous=hash_of(entries[-1].said))
        entries.append(Signed(said, keys.fingerprint, keys.sign(label_of(said), hash_of(said))))
    return msgspec.structs.replace(export, entries=tuple(entries), bundles=(*export.bundles, keys.bundle))


def another_budget(export: Export) -> Export:
    kept = tuple(msgspec.structs.replace(one, office_id=uuid.UUID(int=5)) for one in export.envelopes)
    return msgspec.structs.replace(export, envelopes=kept)


EARLIER = timedelta(days=400)
DONE: dict[str, tuple[Callable[[Export], Export], str]] = {
    "amount altered": (lambda e: step(e, 3, amount=Decimal(190_000)), "something in it was altered"),
    "euro altered": (lambda e: step(e, 3, cents=343_512), "something in it was altered"),
    "rate altered": (lambda e: step(e, 3, rate=Decimal("50.00")), "something in it was altered"),
    "payee's hash altered": (lambda e: step(e, 3, payee=b"q" * 32), "something in it was altered"),
    "another actor": (lambda e: step(e, 3, actor_id=id_of("deputy")), "something in it was altered"),
    "dated back": (lambda e: step(e, 3, at=e.steps[0].said.at - timedelta(minutes=1)), "dated before the one before"),
    "payee altered": (
        lambda e: shown(e, 0, msgspec.structs.replace(PAYMENT, payee="Somebody Else")),
        "nobody signed the payee",
    ),
    "text altered": (lambda e: shown(e, 1, ("why not",)), "nobody signed the texts"),
    "signature swapped": (swapped, "the signature is another's"),
    "step removed": (lambda e: without(e, 2), "one before it was taken away"),
    "first step removed": (lambda e: without(e, 1), "one before it was taken away"),
    "last paying step removed": (lambda e: without(without(e, 7), 6), "the step it is of was taken away"),
    "step put in twice": (
        lambda e: msgspec.structs.replace(e, steps=(*e.steps, e.steps[2])),
        "one before it was taken away, or put in",
    ),
    "made anew by the officer alone": (lambda e: signed_anew(e, "officer", 3), "no charter of its time seats"),
    "made anew by the head alone": (lambda e: signed_anew(e, "head", 4), "no charter of its time seats"),
    "made anew before there was an office": (
        lambda e: signed_anew(e, "head", 3, at=e.steps[0].said.at - EARLIER),
        "dated before the one before it",
    ),
    "keys taken out": (lambda e: msgspec.structs.replace(e, bundles=()), "do not hold"),
    "charter forged": (forged_charter, "its charters do not hold"),
    "charters taken out": (no_charters, "no charter of its time seats"),
    "moved to another office": (
        lambda e: another_office(e, grants=dict.fromkeys(e.grants, uuid.UUID(int=5))),
        "no charter of its time seats",
    ),
    "entry altered": (lambda e: entry(e, 2, cents=343_512), "something in it was altered"),
    "entry removed": (lambda e: entry_removed(e, 5), "the ledger does not have its sum"),
    "entry in the midst removed": (lambda e: entry_removed(e, 3), "one before it was taken away"),
    "ledger written anew by a stranger": (lambda e: entries_anew(e, "stranger", 2), "another step than it is of"),
    "ledger written anew by the head": (lambda e: entries_anew(e, "head", 5), "another step than it is of"),
    "a rate that nobody saw": (
        lambda e: entries_anew(e, "finance", 5, ("rate_rise", 500), ("rate_fall", 500)),
        "not what its step brings",
    ),
    "more allotted": (lambda e: entry(e, 1, cents=2_000_000), "something in it was altered"),
    "envelope of another year": (
        lambda e: msgspec.structs.replace(
            e, envelopes=tuple(msgspec.structs.replace(one, year=2027) for one in e.envelopes)
        ),
        "not the office, fund and year",
    ),
    "another budget's office": (another_budget, "a grant of another office"),
    "another rate": (lambda e: step(e, 5, rate=Decimal("52.41")), "steps went by 52.40 and 52.41"),
    "an act that is none": (lambda e: step(e, 3, act="give"), "nothing that a step can say"),
    "a kind that is none": (lambda e: entry(e, 3, kind="give"), "nothing that an entry can say"),
    "a rate that fills a disk": (lambda e: step(e, 3, rate=Decimal("1e30000000")), "a number that nobody of ours"),
    "a rate of many places": (lambda e: step(e, 3, rate=Decimal("1e-30000000")), "a number that nobody of ours"),
    "no number": (lambda e: step(e, 3, amount=Decimal("NaN")), "a number that nobody of ours"),
    "cents that no table holds": (lambda e: entry(e, 2, cents=2**63), "a number that nobody of ours"),
    "a charter that no table holds": (
        lambda e: msgspec.structs.replace(
            e, charters=tuple(msgspec.structs.replace(one, number=2**63) for one in e.charters)
        ),
        "a number that nobody of ours",
    ),
    "a rate of nothing": (lambda e: step(e, 3, rate=Decimal(0)), "not what its rate says"),
}


@pytest.mark.parametrize("how", DONE)
def test_whatever_was_done_to_it_is_named(taken: tuple[Export, bytes], how: str) -> None:
    export, root = taken
    does, said = DONE[how]
    # As it would come out of a file.
    assert said in " | ".join(one.what for one in findings(exports.read(exports.written(does(export))), root))


def test_whoever_holds_all_keys_of_one_member_cannot_take_two_steps(taken: tuple[Export, bytes]) -> None:
    """The head approves, and commits too: signed with true keys, under a role that is theirs."""
    export, root = taken
    changed = signed_anew(export, "head", 4, actor_id=id_of("head"), capacity="head")
    assert any("separation of duties keeps them from it: consecutive" in one.what for one in findings(changed, root))


def test_another_root_proves_nothing(taken: tuple[Export, bytes]) -> None:
    export, _ = taken
    assert [one.where for one in findings(export, b"r" * 32)] == ["headquarters"]
    with pytest.raises(Absent):
        root_of(export, six_words(b"r" * 32))


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x90", b"[]", msgspec.msgpack.encode([9, [], [], {}, [], [], []])])
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="no export of grants"):
        exports.read(content)


# -- the command


def test_the_command_needs_nothing_but_the_file_and_six_words(taken: tuple[Export, bytes], tmp_path: Path) -> None:
    export, root = taken
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(exports.written(export))
    bad.write_bytes(exports.written(DONE["amount altered"][0](export)))
    nowhere = {"HRD_HOME": str(tmp_path / "nowhere")}
    run = lambda *words: CliRunner().invoke(main, ["grants", "verify", *words], env=nowhere)  # noqa: E731
    passed = run(str(good), "--root", six_words(root))
    assert (passed.exit_code, passed.stdout) == (0, "7 steps and 5 entries are as they were signed.\n")
    failed = run(str(bad), "--root", six_words(root).upper().replace("-", " "))
    assert failed.exit_code == 1
    assert "step 3: not what was signed" in failed.stdout
    other = run(str(good), "--root", six_words(b"r" * 32))
    assert (other.exit_code, other.stderr) == (1, "No founding charter in this file has these six words.\n")
    assert not (tmp_path / "nowhere").exists()
