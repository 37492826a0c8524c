"""Acts on a hearing, as the table of `life` says: what is needed, who may, what follows. Each is on what was read, with
the proceeding held and read anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.telling import tell
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.plan import cancel
from hrd_cases.trials import life
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Observer, Result
from hrd_cases.trials.docket import Docket, carrier
from hrd_cases.trials.life import TOOK_PLACE, Act, Effect, Offer, State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.needs import Actor, Facts
from hrd_cases.trials.preparing import follow_date, hand_over, raise_for
from hrd_cases.trials.reminding import report_due_on
from hrd_cases.trials.scheduling import (
    NOT_WAITING,
    check_result,
    rewrite,
    set_hearing,
    tell_of_death,
    waiting,
)
from hrd_cases.trials.shares.following import follow, reads_no_more, shares_of
from hrd_cases.trials.times import When, day_in, has_begun, may_have_begun, set_for
from hrd_cases.trials.told import asked_by
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import locked_docket

_NOT_LATER = (
    N_("The new date lies before the hearing that it follows."),
    N_("Correct the date, or move the hearing itself."),
)
_ONLY_ONE = (
    N_("Both a new date and “no new date yet” are given."),
    N_("Choose one of them."),
)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given with an act. `new`: the new date; `new_kind`, what sort of hearing it then is ("": the same).
    `no_date_yet`: the court gave none; `next_unsaid`: nobody said what comes next. With none of these, no further
    hearing is expected. `report_by`: who wrote the report,
    where that is not whoever files it alone. `acted_by`: whose act it is, where whoever carries it out only opened
    their letter; `by_itself`: nobody's, a time was over. Then whoever carries it out is told like anybody else.
    """

    observer: Observer | None = None
    reason: str = ""
    note: str = ""
    new: When | None = None
    new_kind: str = ""
    result: Result | None = None
    no_date_yet: bool = False
    next_unsaid: bool = False
    report_id: uuid.UUID | None = None
    report_by: tuple[uuid.UUID, ...] = ()
    acted_by: uuid.UUID | None = None
    by_itself: bool = False


TYPED = Given(
    observer=Observer(name="-"),
    reason="-",
    new=set_for(date(2000, 1, 1), "UTC"),
    result=Result(outcome="-"),
    report_id=uuid.UUID(int=0),
)
"""Everything that an act may ask for: what is still to be typed counts as given."""


class Acted(NamedTuple):
    """What an act wrote: the hearing as it stands, and the next of the chain if it set one."""

    entry: ProceedingEntry
    next_id: uuid.UUID | None


def actor_of(by: Visitor, docket: Docket, hearing: Hearing, now: datetime) -> Actor:
    """Who acts. Officers speak for an observer without an account, where nobody is to go, and where an embassy went
    that reads nothing of the hearing any more: it can report no more.
    """
    observer = hearing.observer
    share_id = observer.share_id if observer is not None and State(hearing.state) in TOOK_PLACE else None
    cut_off = share_id is not None and reads_no_more(docket, share_id, now)
    return Actor(
        by.roles_in(docket.proceeding.office_id),
        observer=observer is not None and observer.member_id == by.member_id,
        stands_in=observer is None or not observer.has_account or cut_off,
    )


def facts_of(by: Visitor, docket: Docket, standing: Standing[Hearing], given: Given, now: datetime) -> Facts:
    """What the needs of an act look at."""
    said = standing.said
    observer = said.observer.member_id if said.observer is not None else None
    return Facts(
        observer=given.observer is not None,
        reason=bool(given.reason.strip()),
        new_date=given.new is not None and given.new != said.when,
        outcome=given.result is not None and bool(given.result.outcome),
        report=given.report_id is not None,
        begun=may_have_begun(said.when, now),
        next_known=docket.next_of(standing.id) is not None,
        too_late=has_begun(said.when, now),
        own_report=by.member_id in (*said.report_by, observer),
    )


def offers(by: Visitor, docket: Docket, standing: Standing[Hearing], now: datetime) -> list[Offer]:
    """What this member may do with a hearing now; what is still to be typed counts as given."""
    facts = facts_of(by, docket, standing, TYPED, now)
    return life.offers(State(standing.said.state), actor_of(by, docket, standing.said, now), facts)


def refused(by: Visitor, docket: Docket, standing: Standing[Hearing], act: Act, now: datetime) -> Refused | None:
    """Why this member cannot do it, whatever they type: who can, or what to do instead. None if they can."""
    facts = facts_of(by, docket, standing, TYPED, now)
    return life.refusal(State(standing.said.state), act, actor_of(by, docket, standing.said, now), facts)


def take_act(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    act: Act,
    given: Given,
    now: datetime,
    *,
    actor: Actor | None = None,
) -> Acted:
    """Carry out one act of the table on the hearing as it was read: `made_from` is the entry that stood there.

    `actor`: for whom it is, where that is not who does it (an observer who answered by letter). Refused with the
    table's sentence: who can, or what to do instead. Raises Changed if somebody acted first.
    """
    docket = locked_docket(session, proceeding)
    before, standing = docket.trial, docket.as_read(made_from, Hearing)
    said = standing.said
    whose = actor or actor_of(by, docket, said, now)
    row = life.step(State(said.state), act, whose, facts_of(by, docket, standing, given, now))
    _check_given(act, said, given)
    moment = _Moment(session, by, docket, standing, given, now)
    then = msgspec.structs.replace(said, **moment.changes(row), told=moment.tell_anew(row.effects))
    entry = rewrite(session, by, docket, standing, then, now)
    next_id = moment.spawn(act) if _spawns(row.effects, given) else None
    hand_over(session, by, docket, standing.id, said.observer, then.observer, now)
    if then.when != said.when:
        follow_date(session, by, docket, standing.id, said.when, then.when, now)
    if Effect.PREPARATION_RAISED in row.effects:
        raise_for(session, by, docket, standing.id, then, now)
    if act is Act.RECORD and given.result is not None:
        tell_of_death(session, by, docket, given.result, now)
    touch_carrier(session, by, docket, before)
    carried = (standing.id, next_id) if next_id is not None and _keeps_share(act, said) else None
    follow(session, by, proceeding, now, carried=carried)
    return Acted(entry, next_id)


def _keeps_share(act: Act, said: Hearing) -> bool:
    """One that was not held goes on as the next, with what was shared of it; of one that was held a report is due."""
    return act is Act.ADJOURN or said.state == State.ADJOURNED


def _spawns(effects: Collection[StrEnum], given: Given) -> bool:
    return given.new is not None and (Effect.NEXT_SPAWNED in effects or Effect.NEXT_OR_CHASED in effects)


class _Moment(NamedTuple):
    """One act as it is carried out."""

    session: Session
    by: Visitor
    docket: Docket
    standing: Standing[Hearing]
    given: Given
    now: datetime

    @property
    def calendar(self) -> OfficeCalendar:
        return calendar_of(self.session, self.docket.proceeding.office_id)

    def changes(self, row: life.Row) -> dict[str, object]:
        """What the hearing says after it that it did not say before. Nothing is written or planned."""
        act, given, said = row.act, self.given, self.standing.said
        found: dict[str, object] = {"state": row.after.value, "act": act.value}
        found |= {"reason": given.reason, "note": given.note}
        found |= _who_goes(act, self.by, given) | {"acted_by": given.acted_by}
        if act is Act.MOVE:
            found["when"] = given.new
        if act is Act.RECORD:
            found |= {"result": given.result, "report_on": self._report_on(), "next_unsaid": given.next_unsaid}
        if act is Act.REPORT:
            writers = {*(given.report_by or (self.by.member_id,)), *said.report_by}
            found |= {"report_id": given.report_id, "report_by": tuple(sorted(writers)), "reviewed_by": None}
        if act is Act.REVIEW:
            found["reviewed_by"] = self.by.member_id
        if act is Act.ASK_CHANGES:
            found["report_on"] = report_due_on(self.calendar.day_of(self.now), self.calendar)
        return found | self._waits_for_date(row.effects)

    def _report_on(self) -> date | None:
        """By when somebody reports. Nobody does who did not go."""
        if self.standing.said.observer is None:
            return None
        calendar = self.calendar
        day = day_in(self.standing.said.when, str(calendar.zone))
        return report_due_on(day, calendar)

    def _waits_for_date(self, effects: Collection[StrEnum]) -> dict[str, object]:
        chased = Effect.CHASE_RAISED in effects or (Effect.NEXT_OR_CHASED in effects and self.given.no_date_yet)
        if chased:
            return waiting(self.calendar, self.now)
        return NOT_WAITING if Effect.CHASE_SETTLED in effects else {}

    def tell_anew(self, effects: Collection[StrEnum]) -> tuple[uuid.UUID, ...]:
        """Whoever else has to know is told on Today; what was told of the act before is over. Returns the reminders."""
        said, given = self.standing.said, self.given
        cancel(self.session, said.told)
        whom: set[uuid.UUID | None] = set()
        if Effect.OBSERVER_TOLD in effects:
            whom |= {one.member_id for one in (said.observer, given.observer) if one is not None}
        if Effect.OFFICERS_TOLD in effects:
            case = carrier(self.session, self.docket)
            whom |= {case.officer_id if case is not None else None, *self._here(asked_by(self.docket, self.standing))}
        if Effect.AUTHOR_TOLD in effects:
            whom |= self._here(said.report_by)
        knows = None if given.by_itself else given.acted_by or self.by.member_id
        known = sorted(one for one in whom if one is not None and one != knows)
        return tell(self.session, [to_member(one) for one in known], self.now, mails=False)

    def _here(self, members: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Those who work on files of this office. Of one elsewhere, who wrote for a share, no Today knows the trial."""
        charter = self.by.charters.of(self.docket.proceeding.office_id)
        return set(members) & charter.caseworkers(self.now)

    def spawn(self, act: Act) -> uuid.UUID:
        """The next hearing of the chain: as this one, on the new date, with the observer it had."""
        said, given = self.standing.said, self.given
        ahead = State(said.state) if said.is_ahead else self.docket.ahead_as(self.standing.id)
        begins = life.next_begins(ahead)
        observer = said.observer if begins is State.ASSIGNED else None
        if observer is not None and observer.share_id is not None and not self._goes_on(act, observer.share_id):
            # Another office knows of one hearing, and of no other before it is asked again.
            observer, begins = None, State.REQUESTED
        assert given.new is not None  # noqa: S101 - the table asked for it
        following = Hearing(
            when=given.new,
            kind=given.new_kind or said.kind,
            other_kind=said.other_kind if not given.new_kind or given.new_kind == said.kind else "",
            room=said.room,
            court=said.court,
            state=begins.value,
            follows=self.standing.id,
            observer=observer,
            backup=said.backup,
            briefing=said.briefing,
        )
        entry = set_hearing(self.session, self.by, self.docket, following, self.now)
        return entry.id

    def _goes_on(self, act: Act, share_id: uuid.UUID) -> bool:
        """Does what was shared of this hearing become the next one's? Not where it is over, or was carried on before:
        to a next one that was cancelled since.
        """
        given = (one.said for one in shares_of(self.docket, self.standing.id))
        stands = any(one.share_id == share_id and one.stands(self.now) for one in given)
        return stands and _keeps_share(act, self.standing.said)


def _who_goes(act: Act, by: Visitor, given: Given) -> dict[str, object]:
    if act is Act.GO_MYSELF:
        return {"observer": Observer(member_id=by.member_id)}
    if act is Act.ASSIGN or (act is Act.ACCEPT and given.observer is not None):
        # Whoever accepts for an embassy says who of theirs comes.
        return {"observer": given.observer}
    return {"observer": None} if act in (Act.DECLINE, Act.WITHDRAW) else {}


# -- checked


def _check_given(act: Act, said: Hearing, given: Given) -> None:
    if given.result is not None and act is Act.RECORD:
        check_result(given.result)
    if given.new is not None and given.no_date_yet:
        raise Refused.of(_ONLY_ONE)
    if act in (Act.ADJOURN, Act.ADJOURN_SINE_DIE):
        CODES["adjournment_reason"].check(given.reason, given.note)
    if act is Act.CANCEL:
        CODES["cancel_reason"].check(given.reason, given.note)
    if act is not Act.MOVE and given.new is not None and given.new.earliest_at <= said.when.earliest_at:
        raise Refused.of(_NOT_LATER)
    if given.new_kind:
        CODES["hearing_type"].check(given.new_kind, "-")
