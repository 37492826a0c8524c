"""What each entry of the ledger does to the sums, and which sums may stand. The sums are the only truth. Pure.

Of an envelope and of each grant in it: 0 ≤ paid ≤ released ≤ committed ≤ approved, and of the envelope approved ≤
allotted. An approval already takes its sum out of what is left: nobody is promised what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.grants.life import APPROVING, PAYING, Act


class Kind(StrEnum):
    """What an entry is."""

    ALLOT = "allot"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    APPROVE = "approve"
    COMMIT = "commit"
    RELEASE = "release"
    PAY = "pay"
    RATE_RISE = "rate_rise"
    RATE_FALL = "rate_fall"
    VOID_APPROVAL = "void_approval"
    VOID_COMMITMENT = "void_commitment"
    VOID_RELEASE = "void_release"
    RECOVER = "recover"


class Sums(NamedTuple):
    """In whole cents of euro."""

    allotted: int = 0
    approved: int = 0
    committed: int = 0
    released: int = 0
    paid: int = 0

    @property
    def left(self) -> int:
        """What can still be approved."""
        return self.allotted - self.approved


EFFECTS: Mapping[Kind, Sums] = {
    Kind.ALLOT: Sums(allotted=1),
    Kind.TRANSFER_IN: Sums(allotted=1),
    Kind.TRANSFER_OUT: Sums(allotted=-1),
    Kind.APPROVE: Sums(approved=1),
    Kind.COMMIT: Sums(committed=1),
    Kind.RELEASE: Sums(released=1),
    Kind.PAY: Sums(paid=1),
    # The rate of the payment's month is another than the one that was frozen: what is paid in euro is, too.
    Kind.RATE_RISE: Sums(approved=1, committed=1, released=1),
    Kind.RATE_FALL: Sums(approved=-1, committed=-1, released=-1),
    Kind.VOID_APPROVAL: Sums(approved=-1),
    Kind.VOID_COMMITMENT: Sums(committed=-1),
    Kind.VOID_RELEASE: Sums(released=-1),
    Kind.RECOVER: Sums(approved=-1, committed=-1, released=-1, paid=-1),
}
"""How often the sum of an entry is added to each of the sums."""

OF_ENVELOPES = (Kind.ALLOT, Kind.TRANSFER_IN, Kind.TRANSFER_OUT)
"""Headquarters' entries; every other is of a grant."""

VOIDING = (Act.CHANGE, Act.SEND_BACK, Act.RETURN, Act.BACK_TO_APPROVAL, Act.STOP, Act.WITHDRAW, Act.CANCEL)
ACTS: Mapping[Kind, tuple[Act, ...]] = {
    Kind.APPROVE: APPROVING,
    Kind.COMMIT: (Act.COMMIT,),
    Kind.RELEASE: (Act.RELEASE,),
    Kind.PAY: PAYING,
    Kind.RATE_RISE: PAYING,
    Kind.RATE_FALL: PAYING,
    Kind.VOID_APPROVAL: VOIDING,
    Kind.VOID_COMMITMENT: VOIDING,
    Kind.VOID_RELEASE: VOIDING,
    Kind.RECOVER: (Act.TAKE_BACK,),
}
"""The steps that an entry may be of. One kind stands once in the entries of a step."""
AS_SAID = (Kind.APPROVE, Kind.COMMIT, Kind.RELEASE, Kind.PAY, Kind.RECOVER)
"""Entries of exactly the sum that their step says."""

Entry = tuple[Kind, int]


def added(sums: Sums, kind: Kind, cents: int) -> Sums:
    return Sums(*(have + times * cents for have, times in zip(sums, EFFECTS[kind], strict=True)))


def total(entries: Iterable[Entry]) -> Sums:
    sums = Sums()
    for kind, cents in entries:
        sums = added(sums, kind, cents)
    return sums


def grant_holds(sums: Sums) -> bool:
    return 0 <= sums.paid <= sums.released <= sums.committed <= sums.approved


def envelope_holds(sums: Sums) -> bool:
    return grant_holds(sums) and sums.approved <= sums.allotted


def entries_of(act: Act, cents: int, grant: Sums) -> list[Entry]:
    """What a step writes in the ledger, `cents` being its sum and `grant` what stands of the grant. None for most."""
    if act in APPROVING:
        return [(Kind.APPROVE, cents)]
    if act in (Act.COMMIT, Act.RELEASE):
        return [(Kind(act), cents)]
    if act in PAYING:
        return [*_rate_moved(cents - (grant.released - grant.paid)), (Kind.PAY, cents)]
    if act is Act.TAKE_BACK:
        return [(Kind.RECOVER, cents)]
    return _voided(grant) if act in VOIDING else []


def leaves(act: Act, grant: Sums) -> bool:
    """Does a step leave of its grant what it says? All of it committed, all of it paid, or not yet all of it."""
    if act is Act.COMMIT:
        return grant.committed == grant.approved
    if act is Act.PAY:
        return grant.paid == grant.committed
    return act is not Act.PAY_PART or grant.paid < grant.committed


def _rate_moved(by: int) -> list[Entry]:
    return [(Kind.RATE_RISE, by)] if by > 0 else [(Kind.RATE_FALL, -by)] if by else []


def _voided(grant: Sums) -> list[Entry]:
    """What is not paid goes back, the last that was done first."""
    unpaid = (
        (Kind.VOID_RELEASE, grant.released),
        (Kind.VOID_COMMITMENT, grant.committed),
        (Kind.VOID_APPROVAL, grant.approved),
    )
    return [(kind, have - grant.paid) for kind, have in unpaid if have > grant.paid]
