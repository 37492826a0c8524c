"""Who goes how often: a table of hearings and what is counted of each, written before the code."""

from __future__ import annotations

import uuid
from datetime import date, time

import pytest

from hrd_cases.trials.burden import Group, counted
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.times import set_for

AMAL, BADR, LEFT = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
NONE = uuid.UUID(int=0)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
CAIRO = "Africa/Cairo"


def sitting(
    state: State, observer: Observer | None = None, access: str = "", on: date = date(2026, 5, 3), **more: object
) -> Sitting:
    when = set_for(on, str(more.get("zone", CAIRO)), time(9))
    return Sitting(hearing_id=uuid.uuid4(), when=when, kind="bail", state=state.value, observer=observer, access=access)


def told(*sittings: Sitting) -> list[str]:
    names = {AMAL: "amal", BADR: "badr", LEFT: "left"}
    return [
        f"{names.get(one.member_id or NONE, one.name or one.group.value)} {one.went}/{one.let_in}/{one.ahead}"
        for one in counted(sittings, (AMAL, BADR), FIRST, LAST, CAIRO)
        if one.member_id in names or one.group is not Group.MEMBER
    ]


MEMBER, UTOPIA = Observer(member_id=AMAL), Observer(name="E", embassy="Utopia")
# hearings · what is counted: observed/let in/to come
CASES = [
    ("nothing yet: nobody of the office is left out", [], ["amal 0/0/0", "badr 0/0/0"]),
    ("held, and let in", [sitting(State.HELD, MEMBER, "admitted")], ["amal 1/1/0", "badr 0/0/0"]),
    ("on request, and apart", [sitting(State.REVIEWED, MEMBER, "seated_apart")], ["amal 1/1/0", "badr 0/0/0"]),
    ("not let in", [sitting(State.REPORTED, MEMBER, "denied_closed")], ["amal 1/0/0", "badr 0/0/0"]),
    ("nobody said whether they were let in", [sitting(State.HELD, MEMBER)], ["amal 1/0/0", "badr 0/0/0"]),
    ("to come", [sitting(State.CONFIRMED, MEMBER), sitting(State.ASSIGNED, MEMBER)], ["amal 0/0/2", "badr 0/0/0"]),
    ("adjourned or cancelled", [sitting(State.ADJOURNED, MEMBER), sitting(State.CANCELLED, MEMBER)],
     ["amal 0/0/0", "badr 0/0/0"]),
    ("a member who has left", [sitting(State.HELD, Observer(member_id=LEFT))],
     ["left 1/0/0", "amal 0/0/0", "badr 0/0/0"]),
    ("an embassy, however written", [sitting(State.HELD, UTOPIA), sitting(State.HELD, Observer(embassy=" UTOPIA"))],
     ["amal 0/0/0", "badr 0/0/0", "Utopia 2/0/0"]),
    ("an embassy through a share", [sitting(State.HELD, Observer(share_id=LEFT, embassy="Utopia"), "admitted")],
     ["amal 0/0/0", "badr 0/0/0", "Utopia 1/1/0"]),
    ("a colleague without an account", [sitting(State.HELD, Observer(name="E"))],
     ["amal 0/0/0", "badr 0/0/0", "others 1/0/0"]),
    ("nobody", [sitting(State.HELD), sitting(State.SCHEDULED)], ["amal 0/0/0", "badr 0/0/0", "nobody 1/0/1"]),
    ("whoever went most comes first", [sitting(State.HELD, Observer(member_id=BADR))], ["badr 1/0/0", "amal 0/0/0"]),
    ("outside the period", [sitting(State.HELD, MEMBER, on=date(2025, 12, 31))], ["amal 0/0/0", "badr 0/0/0"]),
    ("its last day", [sitting(State.HELD, MEMBER, on=LAST)], ["amal 1/0/0", "badr 0/0/0"]),
    ("a day of the office: in Kiribati the year had begun",
     [sitting(State.HELD, MEMBER, on=date(2027, 1, 1), zone="Pacific/Kiritimati")], ["amal 1/0/0", "badr 0/0/0"]),
]  # fmt: skip


@pytest.mark.parametrize(("sittings", "expected"), [pytest.param(*rest, id=name) for name, *rest in CASES])
def test_hearings_are_counted_for_whoever_observed_them(sittings: list[Sitting], expected: list[str]) -> None:
    assert told(*sittings) == expected
