"""The life of a grant as a page of the documentation: `python -m hrd_cases.grants.printed > docs/grant-life.md`.

What follows from an act is declared nowhere by itself: it is read off what the code runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from hrd_cases.grants import sums
from hrd_cases.grants.dues import NEWS_OF
from hrd_cases.grants.duties import CAPACITIES, NEVER_BOTH, NOT_FOR_A_HEAD, OUT_OF_TURN, Capacity, Duty
from hrd_cases.grants.life import ASKED_FOR, GRANTED, LIFE, PAYING, Act, Row, second_signed, unsigned
from hrd_cases.grants.sums import Kind
from hrd_cases.grants.turns import Turn, turn_of

_DUTIES = """
## Who does not take which step

| Step | As | Not whoever | Not right after their own |
|---|---|---|---|
"""
_IN_THE_LEDGER = {
    Kind.APPROVE: "the rate of the month is frozen; the sum is taken out of the budget",
    Kind.COMMIT: "the sum is committed in the ledger",
    Kind.RELEASE: "this instalment is released in the ledger",
    Kind.PAY: "the payment stands in the ledger, at the rate of its month",
    Kind.VOID_APPROVAL: "approval and release are void: what is not paid goes back to the budget",
    Kind.RECOVER: "what came back stands in the ledger and in the budget",
}
_WHOSE = {Turn.ASKER: "whoever asked for it", Turn.FINANCE: "finance", Turn.HEAD: "the head"}


def as_page() -> str:
    """The table and the separation of duties in Markdown, in English."""
    return LIFE.as_page(follows) + _DUTIES + "".join(map(_duty_line, Duty))


def follows(row: Row) -> Iterator[str]:
    """What follows from an act that is taken in a state."""
    yield from _of_the_clock(row)
    for kind, said in _IN_THE_LEDGER.items():
        if row.act in sums.ACTS[kind] and (kind is not Kind.VOID_APPROVAL or row.before in GRANTED):
            yield said
    yield from _of_the_second(row)
    if row.act in PAYING:
        yield "receipts fall due"
    if row.act in NEWS_OF:
        yield "whoever asked for it is told"
    after = turn_of(row.after)
    if after not in (turn_of(row.before), Turn.NOBODY):
        yield f"it is the turn of {_WHOSE[after]}"


def _of_the_clock(row: Row) -> Iterator[str]:
    ran, runs = row.before in ASKED_FOR, row.after in ASKED_FOR
    if ran is not runs:
        yield f"the clock of the decision {'starts' if runs else 'stops'}"


def _of_the_second(row: Row) -> Iterator[str]:
    if row.act is Act.FAST_APPROVE and unsigned([Act.SUBMIT, row.act], row.after):
        yield "the second signature falls due; until then little is paid"
    if row.act is Act.COUNTERSIGN and second_signed([Act.SUBMIT, Act.FAST_APPROVE, row.act]):
        yield "the second signature is there"


def _duty_line(duty: Duty) -> str:
    never = ", ".join(sorted(NEVER_BOTH[duty]))
    if duty in NOT_FOR_A_HEAD:
        never += "; acts for the head who requested"
    names = ", ".join(one.replace("_", " ") for one in Capacity if one in CAPACITIES[duty])
    turn = "any time" if duty in OUT_OF_TURN else "yes"
    return f"| {duty} | {names} | {never} | {turn} |\n"


if __name__ == "__main__":
    sys.stdout.write(as_page())
