"""Who may take an act in the life of a grant, and what it needs: each said in words to whoever is refused. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hrd_cases import lives
from hrd_cases.errors import N_, Refused, Sentence
from hrd_cases.grants.duties import Bar, Capacity, Done, Duty, bar, capacity_in
from hrd_cases.keys.roles import CASEWORKERS, Role


class Actor(NamedTuple):
    """Who acts. `here`: their roles in the grant's office, the head's included for somebody who is acting head;
    `acting`: they have that one for some days only. `approver`: they approve at headquarters.
    """

    person: uuid.UUID
    here: frozenset[Role] = frozenset()
    acting: bool = False
    approver: bool = False

    def capacity(self, duty: Duty) -> Capacity | None:
        """As what they do a duty; None if they do not. For the office before for headquarters."""
        at = frozenset({Role.HEADQUARTERS_APPROVER}) if self.approver else frozenset()
        return capacity_in(duty, self.here, acting=self.acting) or capacity_in(duty, at, acting=False)

    @property
    def officer(self) -> bool:
        return bool(self.here & CASEWORKERS)

    @property
    def finance(self) -> bool:
        return Role.FINANCE in self.here

    @property
    def decides(self) -> bool:
        return self.capacity(Duty.DECIDE) is not None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the needs of an act look at: what was given with it, and what stands of the grant.

    `done`: the steps so far. `free_here`: duties for which the office has somebody free. `author`: who wrote the draft.
    `within_ceiling` and `room` by the rate and the envelope of now. `second_signed`: verified, or signed by a second
    after a fast approval; `small`: what is released with it stays within what may be paid until then.
    """

    done: tuple[Done, ...] = ()
    free_here: frozenset[Duty] = frozenset(Duty)
    author: uuid.UUID | None = None
    complete: bool = False
    consent: bool = False
    changed: bool = False
    reason: bool = False
    rate_known: bool = False
    within_ceiling: bool = False
    checked: bool = False
    tests: bool = False
    not_twice: bool = False
    room: bool = False
    less: bool = False
    critical: bool = False
    none_unsigned: bool = False
    second_signed: bool = False
    small: bool = False
    proof: bool = False
    nothing_paid: bool = False
    some_paid: bool = False
    question: bool = False
    asked: bool = False
    receipts: bool = False
    amount: bool = False
    settled: bool = False


class Who(Enum):
    """Who may take an act."""

    REQUESTERS = "requesters"
    ASSESSORS = "assessors"
    FINANCE = "finance"
    APPROVERS = "approvers"
    SECONDS = "seconds"
    CLOSERS = "closers"
    ANYBODY = "anybody"
    COLLECTORS = "collectors"
    STOPPERS = "stoppers"
    MONEY = "money"

    def allows(self, actor: Actor) -> bool:
        return _ALLOWS[self](actor)


_ALLOWS: dict[Who, Callable[[Actor], bool]] = {
    Who.REQUESTERS: lambda actor: actor.officer,
    Who.ASSESSORS: lambda actor: actor.capacity(Duty.ASSESS) is not None,
    Who.FINANCE: lambda actor: actor.finance,
    Who.APPROVERS: lambda actor: actor.decides,
    Who.SECONDS: lambda actor: actor.capacity(Duty.COUNTERSIGN) is not None,
    Who.CLOSERS: lambda actor: actor.capacity(Duty.CLOSE) is not None,
    Who.ANYBODY: lambda actor: actor.officer or actor.finance or actor.decides,
    Who.COLLECTORS: lambda actor: actor.officer or actor.finance,
    Who.STOPPERS: lambda actor: actor.officer or actor.decides,
    Who.MONEY: lambda actor: actor.finance or actor.decides,
}
WHO_CAN = {
    Who.REQUESTERS: N_("The officer, the deputy or the head of the office that has the file can."),
    Who.ASSESSORS: N_("An officer or the deputy of the office can."),
    Who.FINANCE: N_("A finance officer of the office can."),
    Who.APPROVERS: N_("The head of the office can, or whoever acts for them; where nobody is free, headquarters."),
    Who.SECONDS: N_("A finance officer of the office can; where nobody is free, an approver at headquarters."),
    Who.CLOSERS: N_("The head or a finance officer of the office can; where nobody is free, headquarters."),
    Who.ANYBODY: N_("Whoever works on this grant can."),
    Who.COLLECTORS: N_("An officer or a finance officer of the office can."),
    Who.STOPPERS: N_("An officer or the head of the office can."),
    Who.MONEY: N_("A finance officer or the head of the office can."),
}

BARRED: dict[Bar, tuple[str, Sentence, Sentence]] = {
    Bar.REQUESTED: (
        "NOT_WHO_REQUESTED",
        N_("You asked for this grant yourself."),
        N_("A colleague has to take this step; if nobody here is free, headquarters does."),
    ),
    Bar.OTHER_STEP: (
        "NO_OTHER_STEP_TAKEN",
        N_("You have taken another step of this grant."),
        N_("Whoever asked for it, or another officer, can change it."),
    ),
    Bar.CONSECUTIVE: (
        "NOT_WHO_TOOK_THE_LAST",
        N_("You took the step before this one."),
        N_("Four eyes: a colleague has to take this one."),
    ),
    Bar.CONTROLS: (
        "NOT_WHO_VERIFIES_OR_PAYS",
        N_("You verified or paid this grant."),
        N_("Somebody who did neither has to approve and release it."),
    ),
    Bar.DECIDES: (
        "NOT_WHO_APPROVES_OR_RELEASES",
        N_("You approved or released this grant."),
        N_("Somebody who did neither has to verify and pay it."),
    ),
    Bar.ACTS_FOR_REQUESTER: (
        "NOT_FOR_THE_REQUESTER",
        N_("The head asked for this grant, and you act for the head."),
        N_("An approver at headquarters decides on it."),
    ),
}


class Apart(NamedTuple):
    """That whoever takes a step of `duty` is not kept from it for the reason `why`."""

    duty: Duty
    why: Bar

    @property
    def name(self) -> str:
        return BARRED[self.why][0]

    def met(self, facts: Facts, actor: Actor) -> bool:
        capacity = actor.capacity(self.duty)
        return capacity is None or bar(self.duty, actor.person, capacity, facts.done) is not self.why

    def refused(self) -> Refused:
        return Refused.of(BARRED[self.why][1:])


class HereFirst(NamedTuple):
    """That an approver at headquarters takes a step of `duty` only where nobody in the office is free to."""

    duty: Duty

    @property
    def name(self) -> str:
        return "HEADQUARTERS_ONLY_IF_NOBODY_HERE"

    def met(self, facts: Facts, actor: Actor) -> bool:
        return actor.capacity(self.duty) is not Capacity.HEADQUARTERS_APPROVER or self.duty not in facts.free_here

    def refused(self) -> Refused:
        return Refused(
            N_("Somebody in the office is free to take this step."),
            N_("The office takes it; headquarters does where nobody there may."),
        )


class Need(lives.Need):
    """What an act on a grant needs."""

    OWN_DRAFT = (
        N_("A colleague is still writing this request."),
        N_("Whoever wrote it can submit it."),
        lambda facts: facts.author is not None,
    )
    COMPLETE = (
        N_("The request is not complete."),
        N_("Give the purpose, the lines, the payee, how they are paid, and why now."),
        lambda facts: facts.complete,
    )
    CONSENT = (
        N_("Nobody has agreed that data about the payment may be used."),
        N_("Ask the person, and record what they said."),
        lambda facts: facts.consent,
    )
    CHANGED = (
        N_("Payee, sum and the words on the transfer are as they were."),
        N_("Leave it as it is, or write what changes."),
        lambda facts: facts.changed,
    )
    REASON = (N_("No reason is given."), N_("Choose or write the reason."), lambda facts: facts.reason)
    RATE_KNOWN = (
        N_("There is no accounting rate for this month."),
        N_("Headquarters takes in the file of the month; then it can go on."),
        lambda facts: facts.rate_known,
    )
    WITHIN_CEILING = (
        N_("It is worth more than a grant of this fund may be."),
        N_("Approve less, or return it."),
        lambda facts: facts.within_ceiling,
    )
    OVER_CEILING = (
        N_("At the rate of this month it stays under the ceiling."),
        N_("Go on with it."),
        lambda facts: facts.rate_known and not facts.within_ceiling,
    )
    CHECKED = (
        N_("Not every check is answered."),
        N_("Answer each: the rate, the ceiling, duplicates, the sanctions list."),
        lambda facts: facts.checked,
    )
    TESTS = (
        N_("The three tests are not answered: a defender, because of that work, urgent without other support."),
        N_("Answer them; where a colleague assessed it, theirs count."),
        lambda facts: facts.tests,
    )
    NOT_TWICE = (
        N_("There was a grant of this fund for the same purpose."),
        N_("Choose another purpose or another fund, if that is what it is for."),
        lambda facts: facts.not_twice,
    )
    ROOM = (
        N_("The office’s budget for this fund does not hold as much."),
        N_("Approve less, or ask headquarters to move money there."),
        lambda facts: facts.room,
    )
    LESS = (
        N_("This is not less than what was asked for."),
        N_("Write a smaller sum, or approve all of it."),
        lambda facts: facts.less,
    )
    CRITICAL = (
        N_("Only where the risk is critical a grant is approved before it is verified."),
        N_("Ask finance to verify it first."),
        lambda facts: facts.critical,
    )
    NONE_UNSIGNED = (
        N_("Another grant to the same person was approved before it was verified, and no second has signed it."),
        N_("Ask for that signature first, or ask finance to verify this one."),
        lambda facts: facts.none_unsigned,
    )
    SECOND_OR_SMALL = (
        N_("Before the second signature only a small part is paid."),
        N_("Release less, or ask for the second signature."),
        lambda facts: facts.second_signed or facts.small,
    )
    SECOND_SIGNED = (
        N_("The second signature is missing."),
        N_("A finance officer of the office signs, or an approver at headquarters."),
        lambda facts: facts.second_signed,
    )
    NOT_SIGNED_YET = (
        N_("It was verified or signed by a second already."),
        N_("Nothing more has to be signed."),
        lambda facts: not facts.second_signed,
    )
    PROOF = (
        N_("There is no proof of the payment."),
        N_("Write the bank’s number and day of it; for cash, who signed the receipt and where it lies."),
        lambda facts: facts.proof,
    )
    NOTHING_PAID = (
        N_("Some of it is paid already."),
        N_("Pay no more of it, or ask the money back."),
        lambda facts: facts.nothing_paid,
    )
    SOME_PAID = (
        N_("Nothing of it is paid yet."),
        N_("Cancel it, or return it."),
        lambda facts: facts.some_paid,
    )
    QUESTION = (N_("There is no question."), N_("Write what you want to know."), lambda facts: facts.question)
    ASKED = (N_("Nobody has asked anything."), N_("Go on with it."), lambda facts: facts.asked)
    RECEIPTS = (
        N_("Neither receipts nor a declaration are given."),
        N_("Add them, or declare why receipts would endanger somebody."),
        lambda facts: facts.receipts,
    )
    AMOUNT = (N_("No sum is given."), N_("Write how much it is."), lambda facts: facts.amount)
    SETTLED = (
        N_("What was paid is not accounted for yet."),
        N_("Record receipts for all of it, a declaration, or the money that came back."),
        lambda facts: facts.settled,
    )

    def met(self, facts: Facts, actor: Actor) -> bool:
        if self is Need.OWN_DRAFT:
            return facts.author == actor.person
        return super().met(facts, actor)
