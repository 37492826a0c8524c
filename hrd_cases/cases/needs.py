"""Who may do an act in the life of a case file, and what an act needs: each said in words to whoever is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from hrd_cases import lives
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.risk import Level
from hrd_cases.errors import N_, Days, Refused
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role


class Actor(NamedTuple):
    """Who acts. `here`: their roles in the office that has the file (a draft: their own), an acting head's included.

    `recorder`: they wrote this draft. `register`: nobody; the register does it by itself.
    """

    here: frozenset[Role]
    recorder: bool = False
    register: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the needs of an act look at. `level` is the file's risk level as it counts for whoever acts, None before
    it has one (`facts.level_for_ending`). `asked`: somebody
    asked the head to close it, and the head has not decided; `asked_by_me`: whoever acts now did.
    """

    today: date
    country_and_urgency: bool = False
    own_office_covers: bool = False
    level: str | None = None
    reason: bool = False
    referral: bool = False
    next_date: bool = False
    outcome: bool = False
    feedback: bool = False
    open_things: int = 0
    head_agrees: bool = False
    asked: bool = False
    asked_by_me: bool = False
    closed_on: date | None = None
    receiver_accepted: bool = False
    retention_due: bool = False
    legal_hold: bool = False
    auditor_agrees: bool = False


class Who(Enum):
    """Who may do an act, and how that is said to whoever may not."""

    RECORDER = "recorder"
    OFFICERS = "officers"
    HEADS = "heads"
    REGISTER = "register"

    def allows(self, actor: Actor) -> bool:
        return _ALLOWS[self](actor)


_ALLOWS: dict[Who, Callable[[Actor], bool]] = {
    Who.RECORDER: lambda actor: actor.recorder and bool(actor.here & CASEWORKERS),
    Who.OFFICERS: lambda actor: bool(actor.here & CASEWORKERS),
    Who.HEADS: lambda actor: bool(actor.here & HEADS),
    Who.REGISTER: lambda actor: actor.register,
}
WHO_CAN = {
    Who.RECORDER: N_("Whoever wrote the draft can, while they do casework."),
    Who.OFFICERS: N_("The officer, the deputy or the head of the office that has the file can."),
    Who.HEADS: N_("The head of the office that has the file can."),
    Who.REGISTER: N_("Nobody has to: the register does it by itself when it is time."),
}


class Need(lives.Need):
    """What an act needs: how it is said when missing, what to do then, and when it is met."""

    COUNTRY_AND_URGENCY = (
        N_("The file has no country or no urgency yet."),
        N_("Write both: they decide to whom it goes and how soon."),
        lambda facts: facts.country_and_urgency,
    )
    OWN_OFFICE_COVERS = (
        N_("Your office does not cover this country."),
        N_("Submit the file: it goes to the office that does."),
        lambda facts: facts.own_office_covers,
    )
    RISK_LEVEL = (
        N_("No risk level is chosen yet."),
        N_("Choose one and say in a sentence why."),
        lambda facts: facts.level is not None,
    )
    REASON = (N_("No reason is given."), N_("Write the reason."), lambda facts: facts.reason)
    REFERRAL = (
        N_("Nothing says whom the person can turn to instead."),
        N_("Name an organisation, or write why there is none."),
        lambda facts: facts.referral,
    )
    NEXT_DATE = (
        N_("A file that rests has a date on which somebody looks at it again."),
        N_("Give the date."),
        lambda facts: facts.next_date,
    )
    OUTCOME = (
        N_("No outcome is given."),
        N_("Choose what was reached."),
        lambda facts: facts.outcome,
    )
    FEEDBACK = (
        N_("Nothing says whether the defender or the family was told."),
        N_("Say who was told, or why nobody could be."),
        lambda facts: facts.feedback,
    )
    NOTHING_OPEN = (
        N_("A hearing, visit, grant or action of this file is still open."),
        N_("Record how it ended, or cancel it."),
        lambda facts: facts.open_things == 0,
    )
    HEAD_AGREES = (
        N_("At high or critical risk, or where you lowered it yourself, the head decides whether a file ends."),
        N_("Ask the head of the office to confirm it, or to do it."),
        lambda facts: facts.level in (Level.LOW, Level.MEDIUM) or facts.head_agrees,
    )
    ASKED = (
        N_("Nobody has asked to close this file."),
        N_("Close it yourself, or leave it as it is."),
        lambda facts: facts.asked,
    )
    WAITED = (
        N_("A file is archived %(days)s after it was closed."),
        N_("Leave it as it is: the register archives it then."),
        lambda facts: facts.closed_on is not None and facts.today >= archive_on(facts.closed_on),
    )
    RECEIVER_ACCEPTED = (
        N_("The other office has not accepted the file yet."),
        N_("Offer it first; until they accept it, it is yours."),
        lambda facts: facts.receiver_accepted,
    )
    RETENTION_DUE = (
        N_("The time for which a file is kept is not over yet."),
        N_("Wait for the review of its retention."),
        lambda facts: facts.retention_due,
    )
    NO_LEGAL_HOLD = (
        N_("A legal hold lies on this file."),
        N_("The data protection officer can lift it."),
        lambda facts: not facts.legal_hold,
    )
    AUDITOR_AGREES = (
        N_("The data protection officer has not agreed yet."),
        N_("Ask them: it takes both of you."),
        lambda facts: facts.auditor_agrees,
    )

    def met(self, facts: Facts, actor: Actor) -> bool:
        # Whoever acts as head does not decide on what they asked for themselves.
        if actor.here & HEADS and not facts.asked_by_me:
            facts = replace(facts, head_agrees=True)
        return super().met(facts, actor)

    def refused(self) -> Refused:
        refused = super().refused()
        if self is Need.WAITED:
            refused.values["days"] = Days(FIGURES.life_archive_after_days)
        return refused


def archive_on(closed_on: date) -> date:
    """The first day on which a file that was closed or turned down on `closed_on` is archived."""
    return closed_on + timedelta(days=FIGURES.life_archive_after_days)
