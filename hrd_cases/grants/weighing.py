"""What an act on a grant is worth, and what its needs look at: what was given with it, against what stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.details import Person
from hrd_cases.cases.facts import judged
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.risk import Level
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.grants import funds, ledger, life, rate_table, sheets
from hrd_cases.grants.before import Before, grants_before
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.completeness import missing
from hrd_cases.grants.details import Answered, Payment, Story, total
from hrd_cases.grants.funds import FUNDS, Fund
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Envelope, GrantStep
from hrd_cases.grants.money import EURO, cents, from_cents, in_euro
from hrd_cases.grants.needs import Facts, Need
from hrd_cases.grants.opened import Opened, free_of, people_here
from hrd_cases.grants.rates import month_of, rate_of
from hrd_cases.grants.sheets import Read, Sheet
from hrd_cases.grants.signing import envelope_name
from hrd_cases.grants.steps import Worth
from hrd_cases.grants.turns import SETTLING, People, left_of, open_sum, question_open

PAYMENT = "payment"
"""The purpose that somebody agrees to: data about the payment is used."""
_SAYS_HOW_MUCH = (Act.ASK_BACK, *SETTLING)
"""No sum stands for one that is not given."""
_AT_THE_FROZEN_RATE = (Act.COMMIT, Act.RELEASE, *_SAYS_HOW_MUCH)
_OWN_SUM = (Act.APPROVE_LESS, Act.RELEASE, *_SAYS_HOW_MUCH)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given with an act. `code` and `text`: the reason, the question, the answer, the proof; `answers`: the
    three tests, or the checks of finance. `amount`: how much, in the currency of the grant; with none it is all that is
    left. `story` and `payment`: what a change changes.
    """

    code: str = ""
    text: str = ""
    answers: tuple[Answered, ...] = ()
    amount: Decimal | None = None
    story: Story | None = None
    payment: Payment | None = None
    fund: str = ""
    """The code of the fund that an approval takes it from; with none it is the one that gives most."""
    year: int | None = None
    paid_on: date | None = None
    """The day on which it was paid; with none it is today."""
    reference: str = ""
    """How a payment stands in the accounts; with none it is what was given when the sum was committed."""
    untyped: bool = False
    """Nothing was typed yet: what may still be typed counts as given."""


@dataclass
class Weighing:
    """One act on a grant, as somebody means to take it."""

    session: Session
    by: Visitor
    opened: Opened
    act: Act
    given: Given
    now: datetime
    known: dict[str, Any] = field(default_factory=dict, repr=False)
    """What was read of the file, of others and of the office: the same for every act on the grant."""

    def of(self, act: Act) -> Weighing:
        """Another act on the same, without reading all of it again."""
        return replace(self, act=act)

    # -- worth

    @cached_property
    def month(self) -> str:
        """The month whose rate counts, by the calendar of the office."""
        return month_of(self.today)

    @cached_property
    def today(self) -> date:
        """The day that it is at the office."""
        return self._day_of(self.now)

    def _day_of(self, at: datetime) -> date:
        return calendar_of(self.session, self.opened.grant.office_id).day_of(at)

    @property
    def approved_on(self) -> date | None:
        """The day of the approval that stands, at the office."""
        approved = self.opened.last(*life.APPROVING)
        return self._day_of(approved.at) if approved is not None else None

    @property
    def paid_on(self) -> date | None:
        """The day on which a payment went out, as it is signed; None for every other act."""
        return (self.given.paid_on or self.today) if self.act in life.PAYING else None

    @cached_property
    def story(self) -> Story | None:
        """The request as it is, or as a change has it: whose it is, and what was said, no change changes."""
        given, before = self.given.story, self.opened.story
        if given is None or before is None:
            return before
        return msgspec.structs.replace(given, case_id=before.case_id, author_id=before.author_id, told=before.told)

    @cached_property
    def payment(self) -> Payment | None:
        """As `story`. A sum is what its lines come to."""
        given, before = self.given.payment, self.opened.payment
        if given is None or before is None:
            return before
        amount = total(given.lines, given.currency)
        return msgspec.structs.replace(given.with_what_was_kept(before), amount=amount)

    @property
    def currency(self) -> str:
        if self.payment is not None and (self.act in life.ASKING or not self.opened.steps):
            return self.payment.currency
        return self.opened.steps[-1].currency if self.opened.steps else EURO

    @property
    def amount(self) -> Decimal:
        """How much this step is about."""
        opened, standing = self.opened, self.opened.standing
        if self.payment is not None and (self.act in life.ASKING or not opened.steps):
            return self.payment.amount
        if standing is None:
            return Decimal(0)
        if self.act in _OWN_SUM and self.given.amount is not None:
            return self.given.amount
        return self._usual(standing)

    def _usual(self, standing: GrantStep) -> Decimal:
        """The sum of a step with which none is given."""
        if self.act in life.APPROVING:
            return self.asked - self.opened.paid_out
        if self.act is Act.RELEASE:
            return self.left
        released = self.opened.last(Act.RELEASE)
        return released.amount if self.act in life.PAYING and released is not None else standing.amount

    @property
    def asked(self) -> Decimal:
        step = self.opened.last(*life.ASKING)
        return step.amount if step is not None else Decimal(0)

    @property
    def left(self) -> Decimal:
        """What of the sum that was approved last is not paid yet."""
        return left_of(self.opened.steps)

    @property
    def worth(self) -> Worth:
        """Refused where nobody has ever taken in a rate of the currency."""
        standing = self.opened.standing
        if self.act in _AT_THE_FROZEN_RATE and standing is not None:
            return Worth(standing.currency, self.amount, standing.rate, standing.rate_month)
        return Worth(self.currency, self.amount, *self._rate)

    @cached_property
    def _rate(self) -> tuple[Decimal, str]:
        """The rate of this month; before it was taken in, the newest there is: nothing is approved or paid by that."""
        stored = rate_table.stored(self.session)
        known = {month for currency, month in stored if currency == self.currency and month <= self.month}
        month = max(known, default=self.month) if self.currency != EURO else self.month
        return rate_of(stored, self.currency, month), month

    # -- euro

    @cached_property
    def funds(self) -> list[Fund]:
        """The fund it is paid from; before somebody chose one, each that it could be. Refused for one that there is
        not, or where none is open.
        """
        kept = self.opened.steps[-1].envelope_id if self.opened.steps and self.act not in life.APPROVING else None
        envelope = self.session.get(Envelope, kept) if kept else None
        code = envelope.fund if envelope else self.given.fund
        if code and code not in FUNDS.fund:
            raise Refused(N_("This is not on the list."), N_("Choose from the list."))
        found = [FUNDS.fund[code]] if code else [one for one in FUNDS.fund.values() if one.open_in(self.year)]
        if not found:
            raise Refused(N_("No fund gives money in this year."), N_("Ask headquarters."))
        return found

    def check_fund(self) -> None:
        """Refused for a fund that there is not, and where none is open."""
        list(self.funds)

    @property
    def fund(self) -> Fund:
        """Of several, the one that gives most."""
        return max(self.funds, key=lambda one: one.ceiling)

    @property
    def year(self) -> int:
        return self.given.year or int(self.month[:4])

    @cached_property
    def envelope(self) -> Envelope:
        """The budget that an approval takes it from, opened the first time. Refused for a fund that has none."""
        return ledger.envelope_of(self.session, self.opened.grant.office_id, self.fund.code, self.year, self.now)

    @property
    def whole(self) -> Decimal:
        """What all of the grant is worth: what was paid, and at the rate of now what is not."""
        worth = self.worth
        rest = worth.amount
        if self.act in (*life.PAYING, Act.BACK_TO_APPROVAL):
            rest = self.left
        elif self.act is Act.VERIFY:
            rest = worth.amount - self.opened.paid_out
        return from_cents(self.opened.sums.paid) + in_euro(rest, worth.rate)

    def over_ceiling(self) -> Refused | None:
        """Why it is more than a grant of its fund may be, with both sums; None if it is not."""
        return funds.over_ceiling(self.fund, self.whole)

    def _room(self) -> bool:
        wanted = cents(in_euro(self.worth.amount, self.worth.rate))
        sums, steps = self.opened.sums, self.opened.steps
        if self.act in life.PAYING:
            kept = steps[-1].envelope_id
            left = ledger.sums_of(self.session, kept).left if kept else 0
            return wanted - (sums.released - sums.paid) <= left
        names = [envelope_name(self.opened.grant.office_id, one.code, self.year) for one in self.funds]
        return any(wanted <= ledger.sums_of(self.session, one).left for one in names)

    def _small(self) -> bool:
        """Stays what is released with it, or paid, within what may be before the second signature?"""
        sums, wanted = self.opened.sums, cents(in_euro(self.worth.amount, self.worth.rate))
        before = sums.released if self.act is Act.RELEASE else sums.paid
        return funds.small(from_cents(before + wanted))

    # -- the file

    @property
    def file(self) -> File | None:
        """The case file that it is for; None for whoever cannot open it, and for one that is not the office's."""
        story = self.story
        if story is None:
            return None
        found: File | None = self._once(f"file {story.case_id}", lambda: self._file(story))
        return found

    def _file(self, story: Story) -> File | None:
        case = self.session.get(Case, story.case_id)
        if case is None or case.office_id != self.opened.grant.office_id:
            return None
        return open_file(self.session, case)

    def _once(self, name: str, read: Callable[[], Any]) -> Any:
        if name not in self.known:
            self.known[name] = read()
        return self.known[name]

    @property
    def before(self) -> list[Before]:
        """Other grants to the same; none for whoever has no file."""
        file = self.file
        if file is None:
            return []
        found: list[Before] = self._once("before", lambda: grants_before(self.session, self.by, file, self.opened))
        return found

    @property
    def people(self) -> People:
        """Who of the office is there."""
        office_id = self.opened.grant.office_id
        found: People = self._once("people", lambda: people_here(self.session, self.by, office_id, self.now))
        return found

    @property
    def critical(self) -> bool:
        """Is somebody’s life in danger, as the file says, or to whoever has none the decision sheet or the request?"""
        if self.opened.story is None and self.sheet is not None:
            return self.sheet.risk == Level.CRITICAL
        if self.opened.story is None:
            return self.opened.payment is not None and self.opened.payment.critical
        danger = self.file.danger if self.file is not None else None
        return danger is not None and danger.said.level == Level.CRITICAL

    def agreed(self) -> bool:
        """Does the defender agree that data about the payment is used? Finance has it from whoever has the file."""
        if self.file is not None:
            return judged(self.file, PAYMENT, self.now).allowed
        if self.payment is None:
            return self.sheet is not None and self.sheet.agreed
        return self.payment.agreed

    # -- the decision sheet

    @property
    def sent(self) -> Read | None:
        """The decision sheet that was sent last, for an approver at headquarters alone."""
        asked = (self.session, self.by, self.opened.grant, self.now)
        found: Read | None = self._once("sheet", lambda: sheets.newest_sheet(*asked))
        return found

    @property
    def sheet(self) -> Sheet | None:
        """The same, while it can be decided by: of another sum or payee, or once others were granted money, another is
        sent.
        """
        found = self.sent
        return found.sheet if found is not None and self.no_sheet is None else None

    @property
    def no_sheet(self) -> Refused | None:
        """Why an approver at headquarters grants nothing by the sheet that was sent last; None if they can."""
        asked = (self.session, self.opened, self.sent)
        found: Refused | None = self._once("no sheet", lambda: sheets.why_not(*asked))
        return found

    @property
    def no_answer(self) -> Refused | None:
        """Why they do not even return or reject it by that sheet: saying no needs no news of other money."""
        return self.no_sheet if self.act in life.APPROVING else sheets.why_old(self.opened, self.sent)

    # -- facts

    @cached_property
    def needs(self) -> frozenset[object]:
        row = life.row(self.opened.state, self.act)
        return frozenset(row.needs) if row is not None else frozenset()

    def _if_needed(self, *needs: Need, ask: Callable[[], bool]) -> bool:
        """What costs to find out is found out for an act that needs it. What cannot be worked out is not so."""
        if not self.needs & set(needs):
            return False
        with suppress(Refused):
            return ask()
        return False

    def facts(self) -> Facts:
        opened, given, act = self.opened, self.given, self.act
        typed = given.untyped
        return Facts(
            done=opened.done,
            free_here=free_of(self.people, opened.done),
            author=opened.story.author_id if opened.story else None,
            complete=typed or self._if_needed(Need.COMPLETE, ask=self._complete),
            consent=self._if_needed(Need.CONSENT, ask=self.agreed),
            changed=typed or self._changed(),
            reason=typed or bool(given.code if act is Act.REJECT else given.text.strip()),
            rate_known=self._if_needed(Need.RATE_KNOWN, Need.OVER_CEILING, ask=lambda: self._rate[1] == self.month),
            within_ceiling=self._if_needed(
                Need.WITHIN_CEILING, Need.OVER_CEILING, ask=lambda: self._less() or self.over_ceiling() is None
            ),
            checked=typed or answered(given.answers, "grant_check"),
            tests=typed or answered(given.answers, "grant_test") or self.assessed,
            not_twice=self._if_needed(Need.NOT_TWICE, ask=self._not_twice),
            room=self._if_needed(Need.ROOM, ask=lambda: self._less() or self._room()),
            less=typed or (given.amount is not None and given.amount < self.asked - opened.paid_out),
            critical=self._if_needed(Need.CRITICAL, ask=lambda: self.critical),
            none_unsigned=self._if_needed(Need.NONE_UNSIGNED, ask=self._none_unsigned),
            second_signed=not life.unsigned(opened.acts, opened.state),
            small=self._if_needed(Need.SECOND_OR_SMALL, ask=lambda: typed or self._small()),
            proof=typed or bool(given.text.strip()),
            nothing_paid=opened.sums.paid == 0,
            some_paid=opened.sums.paid > 0,
            question=typed or bool(given.text.strip()),
            asked=question_open(opened.steps, opened.state),
            receipts=typed or bool(given.text.strip()),
            amount=typed or (self.amount > 0 and (given.amount is not None or act not in _SAYS_HOW_MUCH)),
            settled=not open_sum(opened.steps),
        )

    def _less(self) -> bool:
        """A smaller sum can still be typed."""
        return self.given.untyped and self.act is Act.APPROVE_LESS

    def _complete(self) -> bool:
        story, payment = self.story, self.payment
        return story is not None and payment is not None and not missing(story, payment, self.on_file())

    def on_file(self) -> list[Person]:
        """Whom the words on a transfer must not name: all but the sources."""
        return [one.said for one in self.file.people] if self.file is not None else []

    def _changed(self) -> bool:
        if self.payment is None or not self.opened.steps:
            return False
        last, before = self.opened.last(*life.ASKING), self.opened.payment
        same_sum = last is not None and last.amount == self.payment.amount
        same_words = before is not None and self.payment.wording == before.wording
        return not (same_sum and same_words) or before is None or self.payment.to != before.to

    @property
    def assessed(self) -> bool:
        """Has a colleague answered the three tests, each with yes, since it was asked for?"""
        told, asked, step = self.opened.told(Act.ASSESS), self.opened.last(*life.ASKING), self.opened.last(Act.ASSESS)
        if told is None or step is None or asked is None or self.act is Act.ASSESS:
            return False
        return step.number > asked.number and all(one.yes for one in told.answers)

    def _not_twice(self) -> bool:
        """An approver at headquarters has no file: the decision sheet says what there was."""
        if self.payment is not None:
            purpose, earlier = self.payment.purpose, [one.rule for one in self.before]
        elif self.sheet is not None:
            purpose = self.sheet.purpose
            earlier = [funds.Earlier(fund, before, given=True) for fund, before in self.sheet.earlier]
        else:
            return False
        return not all(funds.twice(one, purpose, earlier) for one in self.funds)

    def too_late(self) -> Refused | None:
        """Why what was spent before it was first asked for is not paid; None if nothing was, or a fund pays it. An
        approver at headquarters has no file: the decision sheet says what was spent, for a reason that was given.
        """
        if self.story is not None:
            spent_on, reason = self.story.spent_on, self.story.spent_reason
        else:
            spent_on, reason = (self.sheet.spent_on if self.sheet is not None else None), "-"
        first = next((one.at for one in self.opened.steps if one.act in life.ASKING), self.now)
        refused = [funds.too_late(one, spent_on, self._day_of(first), reason) for one in self.funds]
        return refused[0] if all(refused) else None

    def _none_unsigned(self) -> bool:
        """However many are asked for, so little is paid to one person before somebody looked at it."""
        if self.payment is not None:
            return not any(one.unsigned for one in self.before)
        return self.sheet is not None and not sheets.unsigned_now(self.session, self.sheet)


def answered(answers: tuple[Answered, ...], listed: str) -> bool:
    """Is each of a list answered, once?"""
    return sorted(one.code for one in answers) == sorted(CODES[listed])
