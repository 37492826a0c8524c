"""What of a grant falls due for the caseworkers of its office, read off its steps: for the page of its file, its card
and Today. Finance and headquarters hold no card: they have their queue.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cards.card import Due
from hrd_cases.cases import late
from hrd_cases.cases.dues import Kind, Place, add_kinds
from hrd_cases.errors import N_
from hrd_cases.grants import funds, life
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.models import GrantStep
from hrd_cases.grants.steps import state_of
from hrd_cases.grants.turns import clock_of, question_open, receipts_due_on, to_close

_AT_GRANT: partial[Kind] = partial(Kind, page="grants.show", within="grant_id")
_NEWS: partial[Kind] = partial(_AT_GRANT, place=Place.NEWS, does=N_("Look at it"))
KINDS = {
    "grant_decide": _AT_GRANT(
        N_("An emergency grant waits for a decision"),
        Place.DECISION,
        late=N_("A grant was not decided in time"),
        tag=N_("To decide"),
        does=N_("Read it, and decide"),
    ),
    "grant_release": _AT_GRANT(
        N_("An emergency grant waits to be cleared for payment"),
        Place.DECISION,
        tag=N_("To clear"),
        does=N_("Read it, and clear it for payment"),
    ),
    "grant_close": _AT_GRANT(
        N_("A grant is accounted for, and waits to be closed"),
        Place.DECISION,
        tag=N_("To close"),
        does=N_("Look at it, and close it"),
    ),
    "grant_approved": _NEWS(N_("%(name)s approved an emergency grant."), tag=N_("Approved")),
    "grant_less": _NEWS(N_("%(name)s approved less of a grant than was asked for."), tag=N_("Approved")),
    "grant_rejected": _NEWS(N_("%(name)s rejected an emergency grant."), tag=N_("Rejected")),
    "grant_cancelled": _NEWS(N_("%(name)s ended an emergency grant."), tag=N_("Ended")),
    "grant_asked_back": _NEWS(N_("%(name)s asked back money of a grant."), tag=N_("Asked back")),
    "grant_answer": _AT_GRANT(
        N_("Answer a question about a grant"),
        late=N_("A question about a grant is not answered"),
        does=N_("Read it, and answer"),
    ),
    "grant_returned": _AT_GRANT(
        N_("A grant was returned: change it, and submit it again"),
        late=N_("A grant was returned, and not submitted again"),
        does=N_("Read why"),
    ),
    "grant_draft": _AT_GRANT(
        N_("A request for a grant is written, and not submitted"),
        late=N_("A request for a grant was never submitted"),
        does=N_("Go on with it"),
    ),
    "grant_second": _AT_GRANT(
        N_("The second signature of a grant"),
        late=N_("The second signature of a grant is missing"),
        does=N_("Look whose turn it is"),
    ),
    "grant_pay": _AT_GRANT(
        N_("The payment of an approved grant"),
        late=N_("An approved grant is not paid"),
        does=N_("Look whose turn it is"),
    ),
    "grant_arrived": _AT_GRANT(
        N_("Ask whether the money of a grant has arrived"),
        late=N_("Nobody said whether the money of a grant has arrived"),
        does=N_("Say that it arrived"),
    ),
    "grant_receipts": _AT_GRANT(
        N_("Receipts for a grant"), late=N_("Receipts for a grant are late"), does=N_("Record them, or declare why not")
    ),
}
add_kinds(KINDS, before="review")
late.tell_when_late("grant_decide", late.Behind(mails=True))
late.tell_when_late("grant_second", late.Behind(mails=True))
late.tell_when_late("grant_receipts", late.Behind(funds.FUNDS.receipts_late_working_days))
late.tell_when_late("grant_answer", late.Behind(1))
late.tell_when_late("grant_pay", late.Behind(mails=True))
late.tell_when_late("grant_arrived", late.Behind(funds.FUNDS.wait_late_working_days))
late.tell_when_late("grant_returned", late.Behind(funds.FUNDS.wait_late_working_days))


class Seen(NamedTuple):
    """A grant as its file knows it. `author_id`: who wrote it; `head_id`: the head who may decide on it, None where
    nobody of the office may; `critical`: somebody's life is in danger.
    """

    grant_id: uuid.UUID
    steps: Sequence[GrantStep]
    opened_on: date
    purpose: str
    author_id: uuid.UUID | None
    head_id: uuid.UUID | None
    critical: bool


def dues_of(seen: Seen, calendar: OfficeCalendar) -> Iterator[Due]:
    """Everything of it that a caseworker has to look after."""
    steps, state = seen.steps, state_of(list(seen.steps))
    due = partial(Due, rule=f"grant_{seen.purpose}" if seen.purpose else "", within_id=seen.grant_id)
    on = calendar.day_of(steps[-1].at) if steps else seen.opened_on
    asked_by = next((one.actor_id for one in reversed(steps) if one.act in life.ASKING), seen.author_id)
    if state is State.DRAFT:
        yield due("grant_draft", on, for_id=seen.author_id)
    elif state is State.RETURNED:
        yield due("grant_returned", on, for_id=asked_by)
    elif question_open(steps, state):
        yield due("grant_answer", _asked_on(steps, calendar), for_id=asked_by)
    if seen.head_id is not None:
        yield from _of_the_head(seen, state, calendar, due)
    yield from _after_the_approval(steps, state, calendar, partial(due, for_id=asked_by))
    yield from _told(steps, asked_by, calendar, due)


def _asked_on(steps: Sequence[GrantStep], calendar: OfficeCalendar) -> date:
    return next(calendar.day_of(one.at) for one in reversed(steps) if one.act == Act.ASK)


def _of_the_head(seen: Seen, state: State, calendar: OfficeCalendar, due: partial[Due]) -> Iterator[Due]:
    """What is critical may be decided before finance has verified it."""
    clock = clock_of(seen.steps)
    early = seen.critical and state in life.FAST_FROM
    if clock is not None and clock.stopped_at is None and (state is State.VERIFIED or early):
        at = clock.due_at(calendar, critical=seen.critical)
        yield due("grant_decide", calendar.day_of(at), at, for_id=seen.head_id)
    if state is State.COMMITTED:
        yield due("grant_release", calendar.day_of(seen.steps[-1].at), for_id=seen.head_id)
    if to_close(state, seen.steps):
        yield due("grant_close", calendar.day_of(seen.steps[-1].at), for_id=seen.head_id)


def _after_the_approval(
    steps: Sequence[GrantStep], state: State, calendar: OfficeCalendar, due: partial[Due]
) -> Iterator[Due]:
    approved = next((one.at for one in reversed(steps) if one.act in life.APPROVING), None)
    if approved is not None and life.unsigned([Act(one.act) for one in steps], state):
        at = funds.second_signature_due_at(approved, calendar)
        yield due("grant_second", calendar.day_of(at), at)
    if state is State.RELEASED or (state in life.GRANTED and not any(one.act in life.PAYING for one in steps)):
        yield due("grant_pay", funds.next_step_due_on(_last_towards_payment(steps), calendar))
    if state is State.PAID:
        yield due("grant_arrived", calendar.day_of(steps[-1].at))
    receipts_on = receipts_due_on(steps, calendar)
    if receipts_on is not None and state in (State.PAID, *life.CLOSED_FROM):
        yield due("grant_receipts", receipts_on)


def _last_towards_payment(steps: Sequence[GrantStep]) -> datetime:
    """When it was approved, or what followed was done; a question and its answer take nobody's turn."""
    return next(one.at for one in reversed(steps) if one.act not in (Act.ASK, Act.ANSWER, Act.COUNTERSIGN))


NEWS_OF = {
    **dict.fromkeys(life.APPROVING, "grant_approved"),
    Act.APPROVE_LESS: "grant_less",
    Act.REJECT: "grant_rejected",
    Act.CANCEL: "grant_cancelled",
    Act.STOP: "grant_cancelled",
    Act.ASK_BACK: "grant_asked_back",
}


def _told(
    steps: Sequence[GrantStep], asked_by: uuid.UUID | None, calendar: OfficeCalendar, due: partial[Due]
) -> Iterator[Due]:
    """What a colleague decided last, told to whoever asked for it; an approval until something is paid."""
    last = next((one for one in reversed(steps) if one.act in NEWS_OF or one.act in life.ASKING), None)
    if last is None or (last.act in life.APPROVING and any(one.act in life.PAYING for one in steps)):
        return
    if last.act in NEWS_OF and last.actor_id != asked_by:
        yield due(NEWS_OF[Act(last.act)], calendar.day_of(last.at), for_id=asked_by, by_id=last.actor_id)
