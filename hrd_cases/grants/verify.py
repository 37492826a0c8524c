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
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.errors import Absent, Tampered
from hrd_cases.grants.export import CharterKept, Export, Shown, Signed
from hrd_cases.grants.models import MOST_CENTS
from hrd_cases.grants.money import spelled
from hrd_cases.grants.proving import Brought, follows, is_other_half, is_step, may_allot, wrong_with
from hrd_cases.grants.signing import EntrySaid, Said, StepSaid, envelope_name, hash_of, label_of
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
from hrd_cases.keys.charter import charter_hash
from hrd_cases.keys.models import CharterRow, Circle, PublicKeys, Revocation
from hrd_cases.records import Base
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import fingerprint_of, verify
from hrd_cases.vault.words import same_words

_TABLES = (CharterRow, PublicKeys, Revocation, Circle)


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
    odd, export = _without_odd_numbers(export)
    store = Store("sqlite://")
    try:
        Base.metadata.create_all(store.engine, tables=[kind.__table__ for kind in _TABLES])  # type: ignore[misc]
        with store.writing() as session:
            return [*odd, *_Check(export, session, root)]
    finally:
        store.dispose()


MOST_PLACES = 40
"""Before or after the point. Written out, a number of ours is a line; whoever plants one writes a gigabyte."""


def _without_odd_numbers(export: Export) -> tuple[list[Finding], Export]:
    """What says a number that none of ours can be is named and left out, so that nothing is worked out from it."""
    steps, entries = ([one for one in signed if not _is_odd(one.said)] for signed in (export.steps, export.entries))
    charters = [one for one in export.charters if not _is_odd(one)]
    odd = [Finding(f"office {one.office_id}", _ODD) for one in export.charters if _is_odd(one)]
    odd += [Finding(f"grant {one.said.grant_id}, a step", _ODD) for one in export.steps if _is_odd(one.said)]
    odd += [Finding(f"envelope {one.said.envelope_id}, an entry", _ODD) for one in export.entries if _is_odd(one.said)]
    return odd, msgspec.structs.replace(export, charters=tuple(charters), steps=tuple(steps), entries=tuple(entries))


_ODD = "a number that nobody of ours writes"


def _is_odd(said: Said | CharterKept) -> bool:
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if isinstance(value, Decimal):
            spelled_out = value.is_finite() and len(value.as_tuple().digits) <= MOST_PLACES
            if not spelled_out or (value and not -MOST_PLACES <= value.adjusted() <= MOST_PLACES):
                return True
        if isinstance(value, int) and abs(value) > MOST_CENTS:
            return True
    return False


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

    def _grant(self, grant_id: uuid.UUID, steps: Sequence[Signed[StepSaid]]) -> Iterator[Finding]:
        office_id = self._export.grants.get(grant_id)
        before: list[StepSaid] = []
        for place, one in enumerate(steps):
            where = f"grant {grant_id}, step {one.said.number}"
            what = self._signature(one.said, one.signer, one.signature)
            if what and is_step(one.said):
                yield Finding(where, what)
            wrong = wrong_with(self._charters, office_id, one.said, one.signer, before)
            yield from (Finding(where, what) for what in wrong)
            if not is_step(one.said):
                return
            if not self._has_its_sum(one.said):
                yield Finding(where, "the ledger does not have its sum")
            if one.said.act in VOIDING and self._open(steps[: place + 1]):
                yield Finding(where, "the ledger did not take back what was approved")
            before.append(one.said)

    def _open(self, steps: Sequence[Signed[StepSaid]]) -> int:
        """What these steps leave approved and not paid."""
        entries = (entry for one in steps for entry in self._entries.get(one.said.id, ()))
        sums = total((Kind(entry.kind), entry.cents) for entry in entries if entry.kind in tuple(Kind))
        return sums.approved - sums.paid

    def _has_its_sum(self, said: StepSaid) -> bool:
        wanted = [kind for kind in AS_SAID if said.act in ACTS[kind]]
        found = [entry for entry in self._entries.get(said.id, ()) if entry.kind in wanted]
        return [entry.cents for entry in found] == [said.cents] * len(wanted)

    # -- the ledger

    def _envelope(self, envelope_id: uuid.UUID, entries: Sequence[Signed[EntrySaid]]) -> Iterator[Finding]:
        kept = next((one for one in self._export.envelopes if one.id == envelope_id), None)
        if kept is None or envelope_name(kept.office_id, kept.fund, kept.year) != envelope_id:
            yield Finding(f"envelope {envelope_id}", "not the office, fund and year that were signed")
        office_id = kept.office_id if kept else None
        steps, brought = {one.said.id: one for one in self._export.steps}, Brought()
        before: EntrySaid | None = None
        all_, grants = Sums(), dict[uuid.UUID, Sums]()
        for one in entries:
            said, where = one.said, f"envelope {envelope_id}, entry {one.said.number}"
            if said.kind not in tuple(Kind):
                yield Finding(where, "this says nothing that an entry can say")
                return
            wrong = [self._signature(said, one.signer, one.signature), *follows(said, before)]
            wrong.append(self._of_headquarters(one) if said.kind in OF_ENVELOPES else _of_its_step(one, steps, brought))
            all_ = added(all_, Kind(said.kind), said.cents)
            if said.grant_id:
                grants[said.grant_id] = added(grants.get(said.grant_id, Sums()), Kind(said.kind), said.cents)
                wrong.append("" if grant_holds(grants[said.grant_id]) else "more than its grant holds")
                wrong.append("" if self._export.grants.get(said.grant_id) == office_id else "a grant of another office")
            wrong.append("" if envelope_holds(all_) else "more than the envelope holds")
            yield from (Finding(where, what) for what in wrong if what)
            before = said

    def _of_headquarters(self, one: Signed[EntrySaid]) -> str:
        said = one.said
        if not may_allot(self._charters, said, one.signer):
            return "no charter of its time lets whoever wrote it give money"
        if said.kind == Kind.ALLOT:
            return ""
        halves = (other for other in self._export.entries if other.said.envelope_id == said.other_id)
        found = any(is_other_half(said, other.said, one.signer, other.signer) for other in halves)
        return "" if found else "the other half of this move was taken away"

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


def _of_its_step(one: Signed[EntrySaid], steps: Mapping[uuid.UUID, Signed[StepSaid]], brought: Brought) -> str:
    step = steps.get(one.said.step_id) if one.said.step_id else None
    return brought.wrong_with(one.said, one.signer, step.said if step else None, step.signer if step else b"")


def _charters(export: Export) -> dict[bytes, CharterKept]:
    """Each by its hash; of two that say they are the same of an office, the first."""
    places: dict[tuple[uuid.UUID, int], CharterKept] = {}
    for kept in export.charters:
        if kept.number > 0:
            places.setdefault((kept.office_id, kept.number), kept)
    return {charter_hash(kept.body): kept for kept in places.values()}


def _hash(one: Shown) -> bytes:
    return digest(f"grant {one.label}", one.salt, one.content)
