"""The stages of a proceeding: every pair is tried, and what a stage means for the risk of its files."""

from __future__ import annotations

import pytest

from hrd_cases.cases import risk
from hrd_cases.cases.risk import Level
from hrd_cases.errors import Refused
from hrd_cases.trials import stages
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.stages import Stage, move, risk_facts

# By hand, from DOMAIN §3: before → after, True if it needs a reason.
WRITTEN = {
    ("investigation", "charged"): False,
    ("investigation", "trial"): False,
    ("investigation", "terminated"): True,
    ("charged", "trial"): False,
    ("charged", "judgment"): False,
    ("charged", "investigation"): True,
    ("charged", "terminated"): True,
    ("trial", "judgment"): False,
    ("trial", "appeal"): False,
    ("trial", "investigation"): True,
    ("trial", "charged"): True,
    ("trial", "terminated"): True,
    ("judgment", "appeal"): False,
    ("judgment", "final"): False,
    ("judgment", "trial"): True,
    ("judgment", "terminated"): True,
    ("appeal", "final"): False,
    ("appeal", "investigation"): True,
    ("appeal", "trial"): True,
    ("appeal", "judgment"): True,
    ("appeal", "terminated"): True,
    ("final", "trial"): True,
    ("final", "appeal"): True,
    ("terminated", "investigation"): True,
    ("terminated", "charged"): True,
    ("terminated", "trial"): True,
}


@pytest.mark.parametrize("after", Stage)
@pytest.mark.parametrize("before", Stage)
def test_each_pair_moves_as_written_or_is_refused(before: Stage, after: Stage) -> None:
    reason_needed = WRITTEN.get((before, after))
    if reason_needed is None:
        with pytest.raises(Refused) as refused:
            move(before, after, "The appeal court said so.")
        said, instead = refused.value.said()
        assert CODES["stage"].label(before) in said
        assert "%(" not in said
        assert instead == "Record the stage between them first, or correct what was recorded."
        return
    assert move(before, after, "The appeal court said so.").after is after
    if reason_needed:
        with pytest.raises(Refused, match="Write the reason"):
            move(before, after, "  ")
    else:
        assert move(before, after).needs_reason is False


def test_the_moves_are_those_written_by_hand_and_leave_from_every_stage() -> None:
    assert {(one.before.value, one.after.value): one.needs_reason for one in stages.MOVES} == WRITTEN
    assert len(stages.MOVES) == len(WRITTEN)
    assert all(stages.moves_from(stage) for stage in Stage)
    assert list(CODES["stage"]) == [stage.value for stage in Stage]


RISK = [
    # stage, possible, given, least level
    ("investigation", False, False, Level.LOW),
    ("charged", False, False, Level.LOW),
    ("trial", False, False, Level.HIGH),
    ("judgment", False, False, Level.LOW),
    ("appeal", False, False, Level.HIGH),
    ("final", False, False, Level.LOW),
    ("terminated", False, False, Level.LOW),
    ("investigation", True, False, Level.CRITICAL),
    ("charged", True, False, Level.CRITICAL),
    ("trial", True, False, Level.CRITICAL),
    # the prosecution may appeal a milder sentence
    ("judgment", True, False, Level.CRITICAL),
    ("appeal", True, False, Level.CRITICAL),
    ("final", True, False, Level.LOW),
    ("terminated", True, False, Level.LOW),
    ("judgment", False, True, Level.CRITICAL),
    ("appeal", False, True, Level.CRITICAL),
    ("final", False, True, Level.CRITICAL),
    # quashed and tried anew: what may be given counts, not what was
    ("trial", False, True, Level.HIGH),
    ("trial", True, True, Level.CRITICAL),
    # pardoned, or dead
    ("terminated", True, True, Level.LOW),
]


@pytest.mark.parametrize(("stage", "possible", "given", "level"), RISK)
def test_what_a_stage_means_for_the_risk(stage: str, possible: bool, given: bool, level: Level) -> None:
    least = risk.floor(risk_facts(Stage(stage), death_penalty_possible=possible, death_sentence=given))
    assert least.level is level
    assert bool(least.because) is (level is not Level.LOW)
