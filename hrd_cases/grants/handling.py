"""What becomes of a grant beside its decision: verified, committed, signed by a second, paid, accounted for, closed. As
its page shows it to one member; it changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.errors import Refused
from hrd_cases.grants import acts, life
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.life import Act, Offer, State
from hrd_cases.grants.money import from_cents, most_in
from hrd_cases.grants.opened import actor_of
from hrd_cases.grants.overview import GrantSheet
from hrd_cases.grants.turns import asked_back, came_back, open_sum, receipts_due_on
from hrd_cases.grants.weighing import Weighing

HANDLING = (
    Act.VERIFY,
    Act.COMMIT,
    Act.PAY,
    Act.PAY_PART,
    Act.ARRIVE,
    Act.RECEIPT,
    Act.TAKE_BACK,
    Act.CLOSE,
    Act.COUNTERSIGN,
    Act.BACK_TO_APPROVAL,
    Act.ASK_BACK,
    Act.SEND_BACK,
)
"""In the order in which they are offered."""
_AFTER_IT = (State.PAID, State.RECEIPTS_DUE, State.RECOVERY, State.CLOSED)


@dataclass
class Handling:
    """What finance does with a grant, and whoever collects its receipts."""

    sheet: GrantSheet

    @cached_property
    def weighing(self) -> Weighing:
        sheet = self.sheet
        return acts.weighed(sheet.session, sheet.by, sheet.opened, sheet.now)

    @cached_property
    def offers(self) -> list[Offer]:
        """What this reader does with such a grant in this state; of others' acts its page says whose turn it is."""
        actor = actor_of(self.sheet.by, self.sheet.grant.office_id)
        rows = [(act, life.row(self.sheet.state, act)) for act in HANDLING]
        theirs = [act for act, row in rows if row is not None and row.who.allows(actor) and self._comes_up(act)]
        found = acts.refusals(self.weighing, theirs)
        return [one for one in found if one.refused is None or one.act is not Act.BACK_TO_APPROVAL]

    def _comes_up(self, act: Act) -> bool:
        """A part is paid where only a part was released; a second signs where one is missing."""
        if act in life.PAYING:
            return (act is Act.PAY) == (self.to_pay == self.weighing.left)
        if act is Act.COUNTERSIGN:
            return life.unsigned(self.sheet.opened.acts, self.sheet.state)
        return True

    @property
    def may(self) -> list[Act]:
        return [one.act for one in self.offers if one.refused is None]

    @property
    def kept_from(self) -> list[acts.Kept]:
        """Those that this reader may not take, by the reason."""
        return acts.by_reason(self.offers)

    # -- how far it is

    @property
    def to_pay(self) -> Decimal:
        """What was released, and is to be paid now; nothing in any other state."""
        released = self.sheet.opened.last(Act.RELEASE)
        return released.amount if released is not None and self.sheet.state is State.RELEASED else Decimal(0)

    @property
    def paid(self) -> Decimal:
        return self.sheet.opened.paid_out

    @property
    def left(self) -> Decimal | None:
        """What was approved and is not paid yet; None once nothing more is paid."""
        return self.weighing.left if self.sheet.state in life.GRANTED else None

    @property
    def open_sum(self) -> Decimal | None:
        """What is not accounted for yet; None before anything was paid."""
        steps = self.sheet.opened.steps
        return open_sum(steps) if self.paid and self.sheet.state in _AFTER_IT else None

    @property
    def receipts_by(self) -> date | None:
        """Until when what was paid is to be accounted for, as long as it is not."""
        return receipts_due_on(self.sheet.opened.steps, calendar_of(self.sheet.session, self.sheet.grant.office_id))

    @property
    def asked_back(self) -> Decimal:
        """What is asked back and did not come."""
        return asked_back(self.sheet.opened.steps)

    @property
    def came_back(self) -> Decimal:
        return came_back(self.sheet.opened.steps)

    @property
    def most_before_second(self) -> Decimal | None:
        """How much can be cleared for payment as long as a second has not signed; None where that is no bound."""
        opened, weighing = self.sheet.opened, self.weighing.of(Act.RELEASE)
        if not life.unsigned(opened.acts, self.sheet.state):
            return None
        left = FUNDS.fast_most - from_cents(opened.sums.released)
        return most_in(weighing.currency, left, weighing.worth.rate) if left > 0 else Decimal(0)

    @cached_property
    def moved(self) -> Refused | None:
        """Why it cannot be paid as it was approved: its worth went over the ceiling since."""
        return self.weighing.of(Act.PAY).over_ceiling() if self.to_pay else None
