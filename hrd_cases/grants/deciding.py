"""What whoever decides on a grant looks at beside the request: earlier grants, the budget after it, what was checked
and what is missing; and what they may do, or why not and who can. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from hrd_cases.errors import N_, Refused, Sentence
from hrd_cases.grants import acts, asking_headquarters, ledger, life, sheets
from hrd_cases.grants.before import Alike, Before, paid_alike
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Told
from hrd_cases.grants.funds import FUNDS, Fund
from hrd_cases.grants.life import ASKED_FOR, Act, Offer, State
from hrd_cases.grants.money import cents, in_euro
from hrd_cases.grants.needs import Actor, Need
from hrd_cases.grants.opened import actor_of
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.signing import envelope_name
from hrd_cases.grants.weighing import Weighing

DECIDING = (
    Act.APPROVE,
    Act.APPROVE_LESS,
    Act.FAST_APPROVE,
    Act.RELEASE,
    Act.RETURN,
    Act.REJECT,
    Act.ASSESS,
)
"""In the order in which they are offered."""


class Stand(StrEnum):
    """How a check stands."""

    DONE = "done"
    MISSING = "missing"
    FAILED = "failed"


class Check(NamedTuple):
    """One thing that was checked, or was not. `words` and `fill`: what is said of it."""

    name: Sentence
    stand: Stand
    words: Sentence = Sentence()
    note: str = ""


class Budget(NamedTuple):
    """What an office may still spend of a fund in a year, in cents of euro; `after`: once this is approved."""

    fund: Fund
    year: int
    left: int
    after: int | None


@dataclass
class Deciding:
    """The decision on a grant, as its page shows it to one member."""

    sheet: GrantSheet

    @cached_property
    def weighing(self) -> Weighing:
        sheet = self.sheet
        weighed = acts.weighed(sheet.session, sheet.by, sheet.opened, sheet.now)
        return weighed.of(Act.APPROVE if sheet.state is State.VERIFIED else Act.FAST_APPROVE)

    # -- headquarters

    @property
    def at_headquarters(self) -> bool:
        """Is its reader one of headquarters, who has the decision sheet and nothing else of it?"""
        return self.sheet.payment is None and self.weighing.sent is not None

    @cached_property
    def may_ask_headquarters(self) -> bool:
        """Can this reader send headquarters the decision sheet?"""
        return asking_headquarters.refused(self.weighing) is None

    @cached_property
    def sending(self) -> sheets.Sending:
        """How the sending of the decision sheet stands, for the office."""
        sheet, others = self.sheet, [one.grant.id for one in self.before or ()]
        return sheets.sending(sheet.session, sheet.by, sheet.grant, others)

    @property
    def unsigned_before(self) -> bool:
        """Does another grant to the same lack its second signature, as headquarters finds it by the sheet?"""
        sheet = self.weighing.sheet
        return sheet is not None and sheets.unsigned_now(self.sheet.session, sheet)

    # -- earlier grants

    @cached_property
    def before(self) -> list[Before] | None:
        """To the same person, family and organisation; None for whoever has no file to find them by."""
        return self.weighing.before if self.sheet.file is not None else None

    @cached_property
    def alike(self) -> list[Alike]:
        """To the same payee or account: for finance, which has no file and looks for duplicates."""
        return paid_alike(self.sheet.session, self.sheet.opened) if self.before is None else []

    @property
    def twins(self) -> list[Before]:
        """Other requests for the same purpose of which nothing is decided yet."""
        wanted = self.sheet.payment
        return [one for one in self.before or () if wanted and one.undecided and one.payment.purpose == wanted.purpose]

    # -- the budget

    @cached_property
    def wanted(self) -> int | None:
        """What an approval would take out of a budget, in cents of euro; None where no rate says."""
        try:
            return cents(in_euro(self.weighing.amount, self.weighing.worth.rate))
        except Refused:
            return None

    @cached_property
    def budgets(self) -> list[Budget]:
        """Of every fund that has one this year; once it is approved, the one it is paid from. None of what ended
        before.
        """
        opened, year = self.sheet.opened, self.weighing.year
        waits = self.undecided
        found = []
        for code, fund in FUNDS.fund.items():
            name = envelope_name(opened.grant.office_id, code, year)
            if fund.open_in(year) and (waits or name == self._envelope_id):
                left = ledger.sums_of(self.sheet.session, name).left
                after = left - self.wanted if waits and self.wanted is not None else None
                found.append(Budget(fund, year, left, after))
        return found

    @property
    def undecided(self) -> bool:
        return self.sheet.state in (*life.WRITTEN_IN, *ASKED_FOR)

    @property
    def _envelope_id(self) -> object:
        return self.sheet.opened.steps[-1].envelope_id if self.sheet.opened.steps else None

    # -- checks

    @cached_property
    def checks(self) -> list[Check]:
        return list(self._checks()) if self.sheet.state in (*ASKED_FOR, *life.GRANTED) else []

    def _checks(self) -> Iterator[Check]:
        opened, weighing = self.sheet.opened, self.weighing
        signed = opened.payment is None or opened.payee == opened.steps[-1].payee
        yield _check(N_("The payee is as it was signed"), signed, _NOT_AS_SIGNED)
        yield _check(
            N_("Consent to using payment details"), weighing.agreed(), N_("Nobody has agreed, or somebody said no.")
        )
        yield from self._tests()
        yield from self._of_finance()
        yield from self._worth()
        if life.unsigned(opened.acts, self.sheet.state):
            yield Check(N_("The second signature"), Stand.MISSING, N_("Until then only a small part of it is paid."))

    def _tests(self) -> Iterator[Check]:
        """The three tests: a colleague’s answers, or the approver’s own, which is marked."""
        told, sheet = self.assessed, self.weighing.sheet
        if sheet is not None and sheet.assessed:
            told = Told(step=0, answers=sheet.assessed)
        if told is not None:
            yield from _answers(told, "grant_test", N_("A colleague says: yes."), N_("A colleague says: no."))
            return
        if self._assessed_at is not None and not self.at_headquarters:
            yield Check(N_("The three tests"), Stand.DONE, _ASSESSED)
            return
        decided = self.sheet.opened.last(*life.APPROVING)
        answered = decided is not None and decided.number > self._asked_at
        words = _BY_APPROVER if answered else _BY_WHOEVER_APPROVES
        yield Check(N_("The three tests"), Stand.DONE if answered else Stand.MISSING, words)

    def _of_finance(self) -> Iterator[Check]:
        """What finance looked at. It lies in the payments sleeve: whoever holds no key of it knows that it was."""
        opened = self.sheet.opened
        step = opened.last(Act.VERIFY, Act.COUNTERSIGN, Act.BACK_TO_APPROVAL)
        if step is None or step.number < self._asked_at:
            yield Check(_ALL_CHECKS, Stand.MISSING, N_("Not verified yet."))
            return
        told = opened.told(Act(step.act))
        if told is not None and told.answers:
            yield from _answers(told, "grant_check", N_("Finance looked: nothing against it."), _FOUND)
        else:
            yield Check(_ALL_CHECKS, Stand.DONE, N_("Verified and signed."))

    def _worth(self) -> Iterator[Check]:
        """What the rules find by the rate and the budget of now. Earlier grants are found by the file, or its sheet."""
        if self.sheet.state not in ASKED_FOR:
            return
        facts = self.weighing.facts()
        for need, name in _WORTH.items():
            if need is not Need.NOT_TWICE or self.before is not None or self.weighing.sheet is not None:
                yield _check(name, need.met(facts, self.actor), need.value[0])
        if self.before is not None:
            yield _check(_NO_TWIN, not self.twins, _A_TWIN)

    @property
    def _asked_at(self) -> int:
        asked = self.sheet.opened.last(*life.ASKING)
        return asked.number if asked is not None else 0

    @property
    def assessed(self) -> Told | None:
        """What a colleague who assessed it said, since it was asked for as it stands; None where nobody can read it."""
        return self.sheet.opened.told(Act.ASSESS) if self._assessed_at is not None else None

    @property
    def _assessed_at(self) -> int | None:
        """The number of the step by which a colleague assessed it as it stands; None where nobody did."""
        step = self.sheet.opened.last(Act.ASSESS)
        return step.number if step is not None and step.number > self._asked_at else None

    # -- what this reader may do

    @cached_property
    def offers(self) -> list[Offer]:
        """Every act of deciding that the grant has in this state, whoever takes it."""
        found = [act for act in DECIDING if life.row(self.sheet.state, act) is not None]
        return acts.refusals(self.weighing, found)

    @property
    def may(self) -> list[Act]:
        return [one.act for one in self.offers if one.refused is None]

    @property
    def kept_from(self) -> list[acts.Kept]:
        """Those that this reader may not take, by the reason."""
        return acts.by_reason(self.offers)

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.sheet.by, self.sheet.grant.office_id)


_BY_APPROVER = N_("No separate assessor: whoever approved answered them.")
_BY_WHOEVER_APPROVES = N_("No separate assessor: whoever approves answers them.")
_ASSESSED = N_("A colleague has assessed it. Whoever has the file reads what they found.")
_ALL_CHECKS = N_("Finance: rate, ceiling, duplicates, sanctions list")
_NOT_AS_SIGNED = N_("It is another than was signed: stop, and tell security.")
_FOUND = N_("Finance found something: look at it before you decide.")
_NO_TWIN = N_("No other request for the same purpose is on its way")
_A_TWIN = N_("It stands among the grants above: only one of the two can be approved.")
_WORTH: dict[Need, Sentence] = {
    Need.RATE_KNOWN: N_("The accounting rate of this month"),
    Need.WITHIN_CEILING: N_("The ceiling of the fund, by that rate"),
    Need.NOT_TWICE: N_("No grant of the fund was approved for the same purpose"),
    Need.ROOM: N_("Room in the office’s budget"),
}


def _check(name: Sentence, met: bool, otherwise: Sentence) -> Check:
    return Check(name, Stand.DONE if met else Stand.FAILED, Sentence() if met else otherwise)


def _answers(told: Told, listed: str, yes: Sentence, no: Sentence) -> Iterator[Check]:
    """Each answer; what was written with all of them stands below the last."""
    for one in told.answers:
        label = CODES[listed].labels.get(one.code, Sentence(one.code))
        below = told.text if one is told.answers[-1] else ""
        note = "\n".join(filter(None, (one.note, below)))
        yield Check(label, Stand.DONE if one.yes else Stand.FAILED, yes if one.yes else no, note)
