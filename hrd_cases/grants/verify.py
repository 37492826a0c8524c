"""Is an export as it was signed? Asked offline, with nothing but the file and the root of headquarters, which comes
from outside: everything the file says proves itself by it, or is named.

Charters are believed as any member believes them (`keys.chain`). Each step and entry must be signed by the keys that a
charter of its time seats in the role it was done in, follow the one before it, be one the life of a grant has, by
somebody whom the separation of duties does not keep from it; and the ledger must add up.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.errors import Absent, Tampered
from hrd_cases.grants import life
from hrd_cases.grants.duties import Capacity, Done, Duty, bar
from hrd_cases.grants.export import CharterKept, Export, Shown, Signed, SignedEntry
from hrd_cases.grants.money import spelled
from hrd_cases.grants.signing import EntrySaid, Said, StepSaid, envelope_name, hash_of, label_of
from hrd_cases.grants.steps import NO_DUTY, Worth, cents_of
from hrd_cases.grants.sums import (
    ACTS,
    AS_SAID,
    OF_ENVELOPES,
    VOIDING,
    Kind,
    Sums,
    added,
    envelope_holds,
    grant_holds,
    total,
)
from hrd_cases.keys.chain import Charters, Pins
from hrd_cases.keys.charter import Charter, charter_hash
from hrd_cases.keys.models import CharterRow, Circle, PublicKeys, Revocation
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role
from hrd_cases.records import Base
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import fingerprint_of, verify
from hrd_cases.vault.words import same_words

_TABLES = (CharterRow, PublicKeys, Revocation, Circle)
ALLOTS = frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_APPROVER})
"""Who of headquarters gives offices money, and moves it."""


class Finding(NamedTuple):
    """What is wrong, and where."""

    where: str
    what: str


def root_of(export: Export, words: str) -> bytes:
    """The hash of the founding charter with these six words. Absent if there is none in the file."""
    hashes = (charter_hash(kept.body) for kept in export.charters if kept.number == 1)
    found = next((one for one in hashes if same_words(words, one)), None)
    if found is None:
        raise Absent("no charter in this file has these six words")
    return found


def findings(export: Export, root: bytes) -> list[Finding]:
    """Everything that is not as it was signed; nothing if all of it is."""
    store = Store("sqlite://")
    try:
        Base.metadata.create_all(store.engine, tables=[kind.__table__ for kind in _TABLES])  # type: ignore[misc]
        with store.writing() as session:
            return [*_Check(export, session, root)]
    finally:
        store.dispose()


class _Check:
    """One export against one root."""

    def __init__(self, export: Export, session: Session, root: bytes) -> None:
        self._export = export
        self._bundles: dict[bytes, bytes] = {}
        for bundle in export.bundles:
            with suppress(Tampered):
                self._bundles[fingerprint_of(bundle)] = bundle
        for name, bundle in self._bundles.items():
            session.add(PublicKeys(fingerprint=name, member_id=uuid.uuid4(), bundle=bundle))
        for name, kept in _charters(export).items():
            row = CharterRow(
                hash=name,
                office_id=kept.office_id,
                number=kept.number,
                body=kept.body,
                signatures=kept.signatures,
            )
            session.add(row)
        session.flush()
        self._charters = Charters(session, Pins(root), anew=True)
        self._failed: dict[uuid.UUID, str] = {}
        self._entries: dict[uuid.UUID, list[EntrySaid]] = {}
        for one in export.entries:
            if one.said.step_id:
                self._entries.setdefault(one.said.step_id, []).append(one.said)

    def __iter__(self) -> Iterator[Finding]:
        try:
            headquarters = self._charters.headquarters_id
        except (Tampered, Absent) as error:
            yield Finding("headquarters", f"its charters do not hold: {error}")
            return
        yield from self._offices(headquarters)
        steps = sorted(self._export.steps, key=lambda one: (one.said.grant_id, one.said.number))
        for grant_id, of_grant in groupby(steps, lambda one: one.said.grant_id):
            yield from self._grant(grant_id, list(of_grant))
        entries = sorted(self._export.entries, key=lambda one: (one.said.envelope_id, one.said.number))
        for envelope_id, of_envelope in groupby(entries, lambda one: one.said.envelope_id):
            yield from self._envelope(envelope_id, list(of_envelope))
        yield from self._rates()
        yield from self._shown()

    # -- charters

    def _offices(self, headquarters: uuid.UUID) -> Iterator[Finding]:
        for office_id in sorted({kept.office_id for kept in self._export.charters} - {headquarters}):
            try:
                self._charters.steps(office_id)
            except (Tampered, Absent) as error:
                yield Finding(f"office {office_id}", f"its charters do not hold: {error}")

    def _charter_at(self, office_id: uuid.UUID, said: Said) -> Charter | None:
        """The charter of an office that was in force then."""
        try:
            steps = self._charters.steps(office_id)
        except (Tampered, Absent):
            return None
        return next((step.charter for step in reversed(steps) if step.charter.issued_at <= said.at), None)

    def _roles(self, office_id: uuid.UUID, said: Said, signer: bytes) -> tuple[frozenset[Role], bool]:
        """The roles these keys of whoever acted had then; and whether they may have been acting head."""
        charter = self._charter_at(office_id, said)
        if charter is None:
            return frozenset(), False
        seats = charter.seats_of(said.actor_id, said.at.astimezone(UTC).date())
        roles = frozenset(seat.role for seat in seats if seat.fingerprint == signer)
        return roles, bool(roles) and said.actor_id in charter.may_act(said.at)

    def _as(self, capacity: str, office_id: uuid.UUID, said: Said, signer: bytes) -> bool:
        if capacity == Capacity.HEADQUARTERS_APPROVER:
            return Role.HEADQUARTERS_APPROVER in self._roles(self._charters.headquarters_id, said, signer)[0]
        roles, acts = self._roles(office_id, said, signer)
        return {
            Capacity.OFFICER: bool(roles & CASEWORKERS),
            Capacity.FINANCE: Role.FINANCE in roles,
            Capacity.HEAD: bool(roles & HEADS),
            Capacity.ACTING_HEAD: acts,
        }[Capacity(capacity)]

    def _signature(self, said: Said, signer: bytes, signature: bytes) -> str:
        """What is wrong with it; "" for nothing."""
        bundle = self._bundles.get(signer)
        if bundle is None:
            return "signed with keys that are not in the file"
        try:
            verify(bundle, label_of(said), hash_of(said), signature)
        except Tampered:
            return "not what was signed: something in it was altered, or the signature is another's"
        return ""

    # -- steps

    def _grant(self, grant_id: uuid.UUID, steps: Sequence[Signed]) -> Iterator[Finding]:
        office_id = self._export.grants.get(grant_id)
        before: StepSaid | None = None
        done: list[Done] = []
        for place, one in enumerate(steps):
            where = f"grant {grant_id}, step {one.said.number}"
            if not _is_step(one.said):
                yield Finding(where, "this says nothing that a step can say")
                return
            for what in (self._signature(one.said, one.signer, one.signature), *_follows(one.said, before)):
                if what:
                    yield Finding(where, what)
            if office_id is None or not self._as(one.said.capacity, office_id, one.said, one.signer):
                yield Finding(where, f"no charter of its time seats whoever took it as {one.said.capacity}")
            yield from (Finding(where, what) for what in self._fits(one.said, done, steps[:place]))
            if one.said.act in VOIDING and self._open(steps[: place + 1]):
                yield Finding(where, "the ledger did not take back what was approved")
            if one.said.duty != NO_DUTY:
                done.append(Done(Duty(one.said.duty), one.said.actor_id, Capacity(one.said.capacity)))
            before = one.said

    def _open(self, steps: Sequence[Signed]) -> int:
        """What these steps leave approved and not paid."""
        entries = (entry for one in steps for entry in self._entries.get(one.said.id, ()))
        sums = total((Kind(entry.kind), entry.cents) for entry in entries if entry.kind in tuple(Kind))
        return sums.approved - sums.paid

    def _fits(self, said: StepSaid, done: Sequence[Done], before: Sequence[Signed]) -> Iterator[str]:
        row = life.row(life.State(said.state_before), life.Act(said.act))
        if row is None or row.after != said.state_after or (life.RULES[row.act].duty or NO_DUTY) != said.duty:
            yield "the life of a grant does not have this step"
        elif said.duty != NO_DUTY:
            why = bar(Duty(said.duty), said.actor_id, Capacity(said.capacity), done)
            if why:
                yield f"the separation of duties keeps them from it: {why.replace('_', ' ')}"
        if not _worth(said, before):
            yield "its sum in euro is not what its rate says"
        wanted = [kind for kind in AS_SAID if said.act in ACTS[kind]]
        found = [entry for entry in self._entries.get(said.id, ()) if entry.kind in wanted]
        if [entry.cents for entry in found] != [said.cents] * len(wanted):
            yield "the ledger does not have its sum"

    # -- the ledger

    def _envelope(self, envelope_id: uuid.UUID, entries: Sequence[SignedEntry]) -> Iterator[Finding]:
        kept = next((one for one in self._export.envelopes if one.id == envelope_id), None)
        if kept is None or envelope_name(kept.office_id, kept.fund, kept.year) != envelope_id:
            yield Finding(f"envelope {envelope_id}", "not the office, fund and year that were signed")
        office_id = kept.office_id if kept else None
        steps = {one.said.id: one.said for one in self._export.steps}
        before: EntrySaid | None = None
        all_, grants = Sums(), dict[uuid.UUID, Sums]()
        for one in entries:
            said, where = one.said, f"envelope {envelope_id}, entry {one.said.number}"
            if said.kind not in tuple(Kind):
                yield Finding(where, "this says nothing that an entry can say")
                return
            wrong = [self._signature(said, one.signer, one.signature), *_follows(said, before)]
            wrong.append(self._of_its_step(one, steps))
            all_ = added(all_, Kind(said.kind), said.cents)
            if said.grant_id:
                grants[said.grant_id] = added(grants.get(said.grant_id, Sums()), Kind(said.kind), said.cents)
                wrong.append("" if grant_holds(grants[said.grant_id]) else "more than its grant holds")
                wrong.append("" if self._export.grants.get(said.grant_id) == office_id else "a grant of another office")
            wrong.append("" if envelope_holds(all_) else "more than the envelope holds")
            yield from (Finding(where, what) for what in wrong if what)
            before = said

    def _of_its_step(self, one: SignedEntry, steps: Mapping[uuid.UUID, StepSaid]) -> str:
        said = one.said
        if said.kind in OF_ENVELOPES:
            roles, _ = self._roles(self._charters.headquarters_id, said, one.signer)
            return "" if roles & ALLOTS else "no charter of its time lets whoever wrote it give money"
        step = steps.get(said.step_id) if said.step_id else None
        if step is None:
            return "the step it is of was taken away"
        same = (step.grant_id, step.actor_id, step.envelope_id) == (said.grant_id, said.actor_id, said.envelope_id)
        return "" if same and step.act in ACTS[Kind(said.kind)] else "another step than it is of"

    # -- rates and texts

    def _rates(self) -> Iterator[Finding]:
        """Every step of a month went by one rate. Which it is, the file of the month says."""
        found: dict[tuple[str, str], set[str]] = {}
        for one in self._export.steps:
            found.setdefault((one.said.currency, one.said.rate_month), set()).add(spelled(one.said.rate))
        for (currency, month), rates in sorted(found.items()):
            if len(rates) > 1:
                yield Finding(f"rate of {currency} for {month}", f"steps went by {' and '.join(sorted(rates))}")

    def _shown(self) -> Iterator[Finding]:
        for one in self._export.shown:
            steps = [step.said for step in self._export.steps if step.said.grant_id == one.grant_id]
            signed = {getattr(said, one.label, b"") for said in steps}
            if _hash(one) not in signed:
                yield Finding(f"grant {one.grant_id}", f"nobody signed the {one.label} that is shown")


def _follows(said: StepSaid | EntrySaid, before: StepSaid | EntrySaid | None) -> Iterator[str]:
    if said.number != (before.number + 1 if before else 1):
        yield "one before it was taken away, or put in"
    elif said.previous != (hash_of(before) if before else b""):
        yield "not the one that followed what stands before it"
    if before is not None and said.at < before.at:
        yield "dated before the one before it"
    if isinstance(said, StepSaid) and said.state_before != (
        before.state_after if isinstance(before, StepSaid) else life.State.DRAFT
    ):
        yield "it begins where the one before it did not end"


def _is_step(said: StepSaid) -> bool:
    states, duties = tuple(life.State), (*Duty, NO_DUTY)
    known = said.state_before in states and said.state_after in states and said.act in tuple(life.Act)
    return known and said.duty in duties and said.capacity in tuple(Capacity)


def _worth(said: StepSaid, before: Sequence[Signed]) -> bool:
    with suppress(ArithmeticError, ValueError):
        worth = Worth(said.currency, said.amount, said.rate, said.rate_month)
        return said.cents == cents_of(life.Act(said.act), worth, [one.said for one in before])
    return False


def _charters(export: Export) -> dict[bytes, CharterKept]:
    """Each by its hash; of two that say they are the same of an office, the first."""
    places: dict[tuple[uuid.UUID, int], CharterKept] = {}
    for kept in export.charters:
        if kept.number > 0:
            places.setdefault((kept.office_id, kept.number), kept)
    return {charter_hash(kept.body): kept for kept in places.values()}


def _hash(one: Shown) -> bytes:
    return digest(f"grant {one.label}", one.salt, one.content)
