"""Who may take an act in the life of a visit, and what it needs: each said in words to whoever is refused. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hrd_cases import lives
from hrd_cases.errors import N_
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role

CONSENT_TO = ("be_seen", "raise_authorities")
"""Purposes: a visit is being seen with us, and the note that asks for it names them to the authorities."""


class Actor(NamedTuple):
    """Who acts. `here`: their roles in the office that has the file, an acting head's included."""

    here: frozenset[Role]

    @property
    def officer(self) -> bool:
        return bool(self.here & CASEWORKERS)

    @property
    def head(self) -> bool:
        return bool(self.here & HEADS)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the needs of an act look at: what was given with it, and what stands of the visit.

    `consent`: the gate allows every purpose of `CONSENT_TO` now. `conditions`: each is asked for or left out on
    purpose; `all_agreed`, `some_refused` (or left without a word): what the authorities said to those that were asked
    for. `replied`: the day of the reply is given. `begun`: the visit's day has come. `recordable`: the report holds
    nothing of an interview, or the person agreed that it is written down. `check_open`, `check_due`: of the check that
    is answered; `checks_answered`: of all three. `nothing_open`: no task of the visit is left. `next_known`: it was
    asked for anew.
    """

    consent: bool = False
    conditions: bool = False
    note: bool = False
    reason: bool = False
    replied: bool = False
    all_agreed: bool = False
    some_refused: bool = False
    new_date: bool = False
    begun: bool = False
    short_form: bool = False
    report: bool = False
    recordable: bool = False
    check_open: bool = False
    check_due: bool = False
    basis: bool = False
    incident: bool = False
    what_follows: bool = False
    checks_answered: bool = False
    nothing_open: bool = False
    next_known: bool = False


class Who(Enum):
    """Who may take an act. A note to the authorities is the head's (DOMAIN §4), and so is going without a condition."""

    OFFICERS = "officers"
    HEADS = "heads"

    def allows(self, actor: Actor) -> bool:
        return _ALLOWS[self](actor)


_ALLOWS: dict[Who, Callable[[Actor], bool]] = {
    Who.OFFICERS: lambda actor: actor.officer,
    Who.HEADS: lambda actor: actor.head,
}
WHO_CAN = {
    Who.OFFICERS: N_("The officer, the deputy or the head of the office that has the file can."),
    Who.HEADS: N_("The head of the office that has the file can, or whoever acts for them."),
}


class Need(lives.Need):
    """What an act on a visit needs."""

    CONSENT = (
        N_("Nobody has agreed that we visit and write to the authorities."),
        N_("Look at the consents on the file: being seen with us, and raising it with the authorities."),
        lambda facts: facts.consent,
    )
    CONDITIONS = (
        N_("Nothing says which conditions we ask for."),
        N_("Choose them; an interview in private and a second visit are asked for as a rule."),
        lambda facts: facts.conditions,
    )
    NOTE = (
        N_("There is no note verbale."),
        N_("Make it from the template, read it and say of which day it is."),
        lambda facts: facts.note,
    )
    REASON = (N_("No reason is given."), N_("Choose or write the reason."), lambda facts: facts.reason)
    REPLIED = (
        N_("The day of the reply is missing."),
        N_("Write on which day they answered, also by telephone."),
        lambda facts: facts.replied,
    )
    ALL_AGREED = (
        N_("Not all conditions were agreed to."),
        N_("Record that it was granted without a condition: the head says whether we go."),
        lambda facts: facts.all_agreed,
    )
    SOME_REFUSED = (
        N_("All conditions were agreed to."),
        N_("Record that it was granted, or say which condition was refused."),
        lambda facts: facts.some_refused,
    )
    NEW_DATE = (N_("No new date is given."), N_("Give the date."), lambda facts: facts.new_date)
    BEGUN = (
        N_("The day of this visit is still to come."),
        N_("Say what came of it then. If it was on another day, first move it there."),
        lambda facts: facts.begun,
    )
    SHORT_FORM = (
        N_("Nothing says how it went."),
        N_("Say whether you spoke with them, and in private. The report can wait."),
        lambda facts: facts.short_form,
    )
    REPORT = (
        N_("The report is empty."),
        N_("Write what you saw, or what was said at the gate."),
        lambda facts: facts.report,
    )
    RECORDABLE = (
        N_("They did not agree that what they say is recorded."),
        N_("Take out what they said. What you saw of the place can stay."),
        lambda facts: facts.recordable,
    )
    CHECK_OPEN = (
        N_("This check was answered already."),
        N_("Answer the next one, or record an incident on the file."),
        lambda facts: facts.check_open,
    )
    CHECK_DUE = (
        N_("The day of this check has not come: that nothing happened cannot be said yet."),
        N_("Answer it on its day. A reprisal can be recorded at once."),
        lambda facts: facts.check_due,
    )
    BASIS = (
        N_("Nothing says how this is known."),
        N_("Choose from whom. Silence is no answer: ask the family or the lawyer."),
        lambda facts: facts.basis,
    )
    INCIDENT = (
        N_("Nothing says what happened: a reprisal is an incident on the file."),
        N_("Write it; what is only suspected is recorded as unverified."),
        lambda facts: facts.incident,
    )
    WHAT_FOLLOWS = (
        N_("Nothing says what follows."),
        N_("Write what is done next, ask for another visit, or say why nothing follows."),
        lambda facts: facts.what_follows,
    )
    CHECKS_ANSWERED = (
        N_("The checks for reprisals are not all answered."),
        N_("Answer each on its day. The visit stays open until the last one."),
        lambda facts: facts.checks_answered,
    )
    NOTHING_OPEN = (
        N_("Something that follows from this visit is still open."),
        N_("Do it, or say why it is not needed."),
        lambda facts: facts.nothing_open,
    )
    NO_NEXT_YET = (
        N_("Another visit was proposed already."),
        N_("Go on with that one."),
        lambda facts: not facts.next_known,
    )
