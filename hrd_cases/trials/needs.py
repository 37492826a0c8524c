"""Who may do an act in the life of a hearing, and what an act needs: each said in words to whoever is refused. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hrd_cases import lives
from hrd_cases.errors import N_
from hrd_cases.keys.roles import CASEWORKERS, Role


class Actor(NamedTuple):
    """Who acts. `here`: their roles in an office that has one of the hearing's files, an acting head's included.

    `observer`: they are the one assigned. `stands_in`: the one assigned cannot sign in (a colleague without an
    account), or nobody was: then the officers speak for them.
    """

    here: frozenset[Role]
    observer: bool = False
    stands_in: bool = False

    @property
    def officer(self) -> bool:
        return bool(self.here & CASEWORKERS)


ASKED_BY_SHARE = Actor(frozenset(), observer=True)
"""Whoever of another office was asked by a share acts as the observer, and as nothing else."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the needs of an act look at: what was given with it, and what stands of the hearing.

    `begun`: it may have begun (`times.may_have_begun`); `too_late`: to send somebody (`times.has_begun`). `next_known`:
    the next hearing of the chain exists.
    `own_report`: whoever acts now wrote the report.
    """

    observer: bool = False
    reason: bool = False
    new_date: bool = False
    outcome: bool = False
    report: bool = False
    begun: bool = False
    next_known: bool = False
    own_report: bool = False
    too_late: bool = False


class Who(Enum):
    """Who may do an act."""

    OFFICERS = "officers"
    OBSERVER = "observer"
    EITHER = "either"

    def allows(self, actor: Actor) -> bool:
        return _ALLOWS[self](actor)


def _observer(actor: Actor) -> bool:
    return actor.observer or (actor.officer and actor.stands_in)


_ALLOWS: dict[Who, Callable[[Actor], bool]] = {
    Who.OFFICERS: lambda actor: actor.officer,
    Who.OBSERVER: _observer,
    Who.EITHER: lambda actor: actor.officer or actor.observer,
}
WHO_CAN = {
    Who.OFFICERS: N_("The officer, the deputy or the head of an office that has a file of it can."),
    Who.OBSERVER: N_("The observer can; an officer can for an observer who has no account here."),
    Who.EITHER: N_(
        "The observer can, and so can the officer, the deputy or the head of an office that has a file of it."
    ),
}


class Need(lives.Need):
    """What an act on a hearing needs."""

    OBSERVER = (
        N_("Nobody is named who goes."),
        N_("Choose the observer, or go yourself."),
        lambda facts: facts.observer,
    )
    REASON = (N_("No reason is given."), N_("Choose or write the reason."), lambda facts: facts.reason)
    NEW_DATE = (
        N_("No new date is given."),
        N_("Give the date; the hour may stay open."),
        lambda facts: facts.new_date,
    )
    OUTCOME = (
        N_("Nothing says what came of it."),
        N_("Choose the outcome, or record that it was adjourned or cancelled."),
        lambda facts: facts.outcome,
    )
    BEGUN = (
        N_("This hearing has not begun."),
        N_(
            "Say what came of it once it has. If it began earlier than announced, the office of the file first moves "
            "it to the hour at which it began. That the court set another date can be recorded now."
        ),
        lambda facts: facts.begun,
    )
    NOT_TOO_LATE = (
        N_("This hearing has begun: nobody sets out for it any more."),
        N_("Say what came of it. Who went can still be chosen."),
        lambda facts: not facts.too_late,
    )
    NO_NEXT_YET = (
        N_("The next hearing is recorded already."),
        N_("Move that one to the new date."),
        lambda facts: not facts.next_known,
    )
    REPORT = (
        N_("The report is empty."),
        N_("Write a summary, or answer one item of the checklist."),
        lambda facts: facts.report,
    )
    ANOTHER_THAN_AUTHOR = (
        N_("Nobody reviews a report of their own."),
        N_("Another officer or the head can. Until then it can be used, and is marked as not reviewed."),
        lambda facts: not facts.own_report,
    )
