"""What came of a hearing, as the one short form says it: the result and the next date in the same act, or that it was
adjourned. Recorded once; from then on what is written here corrects it.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing, check_read
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.trials import hearings
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Result
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.scheduling import NOT_WAITING, correct_hearing, rewrite, waiting
from hrd_cases.trials.shares.following import follow
from hrd_cases.trials.times import When, set_for
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import locked_docket

HELD, ADJOURNED = "held", "adjourned"
"""Whether it was held."""
DATE, NONE_YET, NOTHING = "date", "none_yet", "nothing"
"""What comes next: a new date; the court gave none yet; no further hearing is expected."""

_WHETHER = (N_("Nothing says whether it was held."), N_("Choose that it was held, or that it was adjourned."))
_NEXT = (
    N_("Nothing says what comes next."),
    N_("Give the new date, or choose that there is none yet, or that no further hearing is expected."),
)
_NO_DAY = (N_("No new date is given."), N_("Give the date; the hour may stay open."))
_BOTH = (
    N_("A new date is given, and that there is none."),
    N_("Choose that a new date was given, or leave the date empty."),
)
_NOT_OVER = (
    N_("What was adjourned has a new date, or none yet."),
    N_("Choose one of them. If nothing more is heard of it, cancel the hearing."),
)
_AS_IT_STANDS = (
    N_("Whether it was held is recorded already, and otherwise."),
    N_("Read the hearing’s page. What was recorded of it can be corrected."),
)
_NEXT_STANDS = (N_("The next hearing is recorded already."), N_("Move or cancel that one on its own page."))


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What the short form says. `hour` and `part`, by the court's clocks; `new_kind`: "" for the same again."""

    happened: str = ""
    access: str = ""
    accused: str = "unknown"
    counsel: str = "unknown"
    outcome: str = ""
    other_outcome: str = ""
    reason: str = ""
    text: str = ""
    next: str = ""
    on: date | None = None
    hour: time | None = None
    part: str = Part.UNKNOWN.value
    new_kind: str = ""

    @property
    def result(self) -> Result:
        """What of it is the result of one that was held."""
        return Result(**{name: getattr(self, name) for name in Result.__struct_fields__})

    def when(self, zone: str) -> When | None:
        """The new date at a court with these clocks. Refused as `set_for`."""
        return set_for(self.on, zone, self.hour, Part(self.part)) if self.on is not None else None


def came_of(docket: Docket, standing: Standing[Hearing]) -> Came:
    """What stands of it: nothing while it is ahead."""
    said = standing.said
    if said.is_ahead:
        return Came()
    found: dict[str, Any] = _next_of(docket, standing)
    if said.state == State.ADJOURNED:
        return Came(happened=ADJOURNED, reason=said.reason, text=said.note, **found)
    return Came(happened=HELD, **msgspec.structs.asdict(said.result or Result()), **found)


def _next_of(docket: Docket, standing: Standing[Hearing]) -> dict[str, Any]:
    following = docket.next_of(standing.id)
    if following is None:
        if standing.said.next_unsaid:
            return {}
        return {"next": NONE_YET if standing.said.chase_on is not None else NOTHING}
    when, kind = following.said.when, following.said.kind
    new_kind = "" if kind == standing.said.kind else kind
    part = (when.part or Part.UNKNOWN).value
    return {"next": DATE, "on": when.on, "hour": when.clock, "part": part, "new_kind": new_kind}


_NOTHING = Came()


def left_out(came: Came) -> tuple[str, ...]:
    """What was filled in for the other case, before somebody chose whether it was held: the page shows it no more."""
    of_held = tuple(name for name in Result.__struct_fields__ if name != "text")
    others = {HELD: ("reason",), ADJOURNED: of_held}.get(came.happened, ())
    return tuple(name for name in others if getattr(came, name) != getattr(_NOTHING, name))


def says_the_same(docket: Docket, standing: Standing[Hearing], came: Came) -> bool:
    """Is what was typed what stands? What makes no sense is not."""
    try:
        return _checked(came) == came_of(docket, standing)
    except Refused:
        return False


def take_next(
    session: Session, by: Visitor, proceeding: Proceeding, hearing_id: UUID, read: UUID | None, on: date, now: datetime
) -> None:
    """The next hearing is on this day, whatever was recorded of it, at an hour not known. `read`: the entry of the next
    hearing that was looked at; None if there was none. Refused as `record`. Raises Changed if somebody wrote of it.
    """
    docket = locked_docket(session, proceeding)
    standing = docket.hearing(hearing_id)
    check_read(docket.next_of(hearing_id), read)
    stands = came_of(docket, standing)
    then = msgspec.structs.replace(stands, next=DATE, on=on, hour=None, part=Part.UNKNOWN.value)
    _next_again(session, by, docket, standing, then, now)


def record(session: Session, by: Visitor, proceeding: Proceeding, made_from: UUID, came: Came, now: datetime) -> None:
    """Record what came of a hearing; of one that is recorded, correct it. Refused in words for what does not go
    together. Raises Changed if somebody wrote of the hearing since `made_from`.
    """
    docket = locked_docket(session, proceeding)
    standing = docket.as_read(made_from, Hearing)
    came = _checked(came)
    if standing.said.is_ahead:
        _first(session, by, proceeding, standing, came, now)
    else:
        _again(session, by, docket, standing, came, now)


def _checked(came: Came) -> Came:
    """A date that was typed is a new date, whether that was ticked or not; what is of the other case is left out."""
    if came.happened not in (HELD, ADJOURNED):
        raise Refused.of(_WHETHER)
    if came.on is not None and not came.next:
        came = msgspec.structs.replace(came, next=DATE)
    _check_next(came)
    if came.happened == ADJOURNED and came.next == NOTHING:
        raise Refused.of(_NOT_OVER)
    return msgspec.structs.replace(came, **{name: getattr(_NOTHING, name) for name in left_out(came)})


def _check_next(came: Came) -> None:
    if came.next not in (DATE, NONE_YET, NOTHING):
        raise Refused.of(_NEXT)
    if came.next == DATE and came.on is None:
        raise Refused.of(_NO_DAY)
    if came.next != DATE and came.on is not None:
        raise Refused.of(_BOTH)


def _first(
    session: Session, by: Visitor, proceeding: Proceeding, standing: Standing[Hearing], came: Came, now: datetime
) -> None:
    new = came.when(standing.said.when.zone)
    if came.happened == ADJOURNED:
        act = Act.ADJOURN if new is not None else Act.ADJOURN_SINE_DIE
        given = Given(reason=came.reason, note=came.text, new=new, new_kind=came.new_kind)
    else:
        act, none_yet = Act.RECORD, came.next == NONE_YET
        given = Given(result=came.result, new=new, new_kind=came.new_kind, no_date_yet=none_yet)
    hearings.take_act(session, by, proceeding, standing.entry.id, act, given, now)


# -- corrected


def _again(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], came: Came, now: datetime
) -> None:
    said, proceeding = standing.said, docket.proceeding
    if State(said.state) is State.CANCELLED or came.happened != came_of(docket, standing).happened:
        raise Refused.of(_AS_IT_STANDS)
    if came.happened == HELD:
        then = msgspec.structs.replace(said, result=came.result)
        correct_hearing(session, by, proceeding, standing.entry.id, then, now)
    else:
        CODES["adjournment_reason"].check(came.reason, came.text)
        _rewritten(session, by, docket, standing, now, reason=came.reason, note=came.text)
    docket = locked_docket(session, proceeding)
    _next_again(session, by, docket, docket.hearing(standing.id), came, now)


def _next_again(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], came: Came, now: datetime
) -> None:
    """The next hearing set, moved, or asked for, where the form says something else of it than what stands."""
    following = docket.next_of(standing.id)
    if came.next == DATE:
        if following is None:
            _set_next(session, by, docket, standing, came, now)
        else:
            _changed_next(session, by, docket, following, standing.said.kind, came, now)
        return
    if following is not None:
        raise Refused.of(_NEXT_STANDS)
    waits = standing.said.chase_on is not None
    if came.next == NOTHING and (waits or standing.said.next_unsaid):
        _rewritten(session, by, docket, standing, now, **NOT_WAITING)
    elif came.next == NONE_YET and not waits:
        waits_from_now = waiting(calendar_of(session, docket.proceeding.office_id), now)
        _rewritten(session, by, docket, standing, now, **waits_from_now)


def _set_next(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], came: Came, now: datetime
) -> None:
    said = standing.said
    # Why it was adjourned still stands.
    given = Given(new=came.when(said.when.zone), new_kind=came.new_kind, reason=said.reason, note=said.note)
    hearings.take_act(session, by, docket.proceeding, standing.entry.id, Act.SET_NEXT, given, now)


def _changed_next(
    session: Session,
    by: Visitor,
    docket: Docket,
    following: Standing[Hearing],
    same_kind: str,
    came: Came,
    now: datetime,
) -> None:
    said, entry_id = following.said, following.entry.id
    new = came.when(said.when.zone)
    if new is not None and (new.on, new.clock, new.part) != (said.when.on, said.when.clock, said.when.part):
        act = hearings.take_act(session, by, docket.proceeding, entry_id, Act.MOVE, Given(new=new), now)
        entry_id = act.entry.id
    kind = came.new_kind or same_kind
    if kind != said.kind:
        then = msgspec.structs.replace(said, kind=kind, other_kind="")
        correct_hearing(session, by, docket.proceeding, entry_id, then, now)


def _rewritten(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], now: datetime, **changes: object
) -> None:
    then: Hearing = msgspec.structs.replace(standing.said, **changes)
    if then == standing.said:
        return
    rewrite(session, by, docket, standing, then, now)
    touch_carrier(session, by, docket)
    follow(session, by, docket.proceeding, now)
