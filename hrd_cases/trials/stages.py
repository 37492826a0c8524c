"""The stages of a proceeding: which follows which, and what a stage means for the risk of the accused. Pure.

investigation → charged → trial → judgment → appeal → final; `terminated` (charges dropped, a pardon, a death) from any
stage but the last. One stage may be skipped, because offices learn late. Going back needs a reason: an appeal may send
the case back to trial, a final judgment may be reopened.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hrd_cases.cases import risk
from hrd_cases.errors import N_, Refused
from hrd_cases.trials.codes import CODES


class Stage(StrEnum):
    INVESTIGATION = "investigation"
    CHARGED = "charged"
    TRIAL = "trial"
    JUDGMENT = "judgment"
    APPEAL = "appeal"
    FINAL = "final"
    TERMINATED = "terminated"


ENDED = (Stage.FINAL, Stage.TERMINATED)
"""Nothing more is expected of the courts."""
ENDING_OUTCOMES = ("charges_dropped",)
"""Of a hearing: after these nobody waits for another."""
VERDICT_PENDING = (Stage.TRIAL, Stage.APPEAL)
"""A court has the case, and what it decides is still to come (ours)."""
SENTENCE_STANDS = (Stage.JUDGMENT, Stage.APPEAL, Stage.FINAL)
"""A sentence that was given can be carried out or is being reviewed. Before it, on a new trial, it is quashed."""


class Move(NamedTuple):
    before: Stage
    after: Stage
    needs_reason: bool


def _moves(before: Stage, onward: tuple[Stage, ...], with_reason: tuple[Stage, ...]) -> tuple[Move, ...]:
    forward = tuple(Move(before, after, needs_reason=False) for after in onward)
    return forward + tuple(Move(before, after, needs_reason=True) for after in with_reason)


MOVES: tuple[Move, ...] = (
    *_moves(Stage.INVESTIGATION, (Stage.CHARGED, Stage.TRIAL), (Stage.TERMINATED,)),
    # sent back for further investigation
    *_moves(Stage.CHARGED, (Stage.TRIAL, Stage.JUDGMENT), (Stage.INVESTIGATION, Stage.TERMINATED)),
    # the indictment is withdrawn or changed
    *_moves(Stage.TRIAL, (Stage.JUDGMENT, Stage.APPEAL), (Stage.INVESTIGATION, Stage.CHARGED, Stage.TERMINATED)),
    # annulled, and tried anew at the same court
    *_moves(Stage.JUDGMENT, (Stage.APPEAL, Stage.FINAL), (Stage.TRIAL, Stage.TERMINATED)),
    # quashed: back to the prosecutor, or to a new trial; or withdrawn, and the judgment stands
    *_moves(Stage.APPEAL, (Stage.FINAL,), (Stage.INVESTIGATION, Stage.TRIAL, Stage.JUDGMENT, Stage.TERMINATED)),
    # reopened: a retrial, or an extraordinary review
    *_moves(Stage.FINAL, (), (Stage.TRIAL, Stage.APPEAL)),
    # taken up again
    *_moves(Stage.TERMINATED, (), (Stage.INVESTIGATION, Stage.CHARGED, Stage.TRIAL)),
)
_MOVES = {(one.before, one.after): one for one in MOVES}


def moves_from(before: Stage) -> list[Move]:
    """What a page offers, in the order of the table."""
    return [one for one in MOVES if one.before is before]


def move(before: Stage, after: Stage, reason: str = "") -> Move:
    """The move that is recorded. Refused, with what to do instead, if it is not one or lacks its reason."""
    found = _MOVES.get((before, after))
    if found is None:
        labels = CODES["stage"].labels
        raise Refused(
            N_("A proceeding does not go from “%(before)s” to “%(after)s”."),
            N_("Record the stage between them first, or correct what was recorded."),
            before=labels[before],
            after=labels[after],
        )
    if found.needs_reason and not reason.strip():
        raise Refused(N_("A proceeding goes back or is terminated for a reason."), N_("Write the reason."))
    return found


def risk_facts(stage: Stage, *, death_penalty_possible: bool = False, death_sentence: bool = False) -> risk.Facts:
    """What this proceeding says to the risk of its files: a verdict pending makes it at least high, a possible or given
    death penalty critical (DOMAIN §2, “Risk”; §3). `death_penalty_possible`: one of the charges carries it.
    """
    return risk.Facts(
        verdict_pending=stage in VERDICT_PENDING,
        # a milder judgment does not end it: the prosecution may appeal
        death_penalty_possible=death_penalty_possible and stage not in ENDED,
        death_sentence=death_sentence and stage in SENTENCE_STANDS,
    )
