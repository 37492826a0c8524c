"""The pages on which a report is written, in the order in which they are asked. Pure."""

from __future__ import annotations

from typing import NamedTuple

from hrd_cases.trials.checklist import ITEMS, asked, pages

ROOM, COURSE, CAME, AFTER, REST = "room", "course", "came", "after", "rest"
CHECKLIST = "items-"
"""Before the number of a page of the checklist."""
RESULT = ("access", "outcome", "other_outcome", "next_on")
"""Asked of whoever reports from elsewhere: the office records it in its short form."""
OF_STEP: dict[str, tuple[str, ...]] = {
    ROOM: ("judges", "prosecutor", "counsel", "accused", "starts", "ends", "public", "missions", "interpreter"),
    COURSE: ("summary", "applications", "demeanour", "treatment"),
    CAME: RESULT,
    AFTER: ("incidents", "harmed", "publish", "publish_note"),
}
"""What each page asks that asks no items: names of a `Report`."""


class Step(NamedTuple):
    """One page: its name in the address, and the items of the checklist that it asks. `of`: how many pages it has."""

    name: str
    items: tuple[str, ...] = ()
    of: int = 0

    @property
    def number(self) -> int:
        """Of a page of the checklist; 0 of any other."""
        return int(self.name.removeprefix(CHECKLIST)) if self.name.startswith(CHECKLIST) else 0


def steps(kind: str, *, minor: bool, elsewhere: bool = False) -> tuple[Step, ...]:
    """The pages of a report on a hearing of this type; nobody is led over the last, of what is not usually asked there.
    `minor`: one of the accused is; `elsewhere`: whoever reports is asked what came of it too.
    """
    items = asked(kind, minor=minor)
    parts = pages(items)
    checklist = (Step(f"{CHECKLIST}{number}", page, len(parts)) for number, page in enumerate(parts, 1))
    rest = tuple(item for item in ITEMS if item not in items)
    came = (Step(CAME),) if elsewhere else ()
    return (Step(ROOM), Step(COURSE), *came, *checklist, Step(AFTER), *((Step(REST, rest),) if rest else ()))
