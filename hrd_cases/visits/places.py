"""Places of detention, and how conditions went there over visits, item by item. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from hrd_cases.cases.trend import Course, course
from hrd_cases.errors import N_, Refused
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.details import NOT_SEEN, SEEN, Facility, Observation

RULES: Mapping[str, str] = {
    "space": "12, 13, 21",
    "light": "13, 14",
    "sanitation": "15–18",
    "food": "22(1)",
    "water": "22(2)",
    "exercise": "23",
}
"""By what is looked at, which of the Nelson Mandela Rules says how it has to be."""
RATED: Final = {"adequate": 0, "poor": 1, "harmful": 2}
"""From the best to the worst. What nobody saw says nothing."""


class Past(NamedTuple):
    """A visit that took place there. `observations` None: the reader may not read it, or it failed its check."""

    on: date
    observations: tuple[Observation, ...] | None


class Trend(NamedTuple):
    """`days`: of the visits that could be read, in order; each item's course says one thing for each of them."""

    courses: tuple[Course, ...]
    days: tuple[date, ...]
    unreadable: int


def trend(visits: Iterable[Past]) -> Trend:
    """How each item went that anybody ever saw, in the order of the list. What cannot be read is left out and counted:
    how many, and not where they stood.
    """
    known = list(visits)
    read = [(one.on, one.observations) for one in known if one.observations is not None]
    read.sort(key=lambda one: one[0])
    said = {item: tuple(rating_of(found, item) for _, found in read) for item in CODES["place_item"]}
    courses = tuple(course(item, each, RATED) for item, each in said.items() if set(each) - {NOT_SEEN})
    return Trend(courses, tuple(on for on, _ in read), len(known) - len(read))


def rating_of(observations: Iterable[Observation], item: str) -> str:
    """What a report says of an item: as we saw it; otherwise the worst that was told."""
    rated = [one for one in observations if one.item == item and one.rating in RATED]
    ours = [one for one in rated if one.basis == SEEN]
    return max((one.rating for one in ours or rated), key=RATED.__getitem__, default=NOT_SEEN)


def checked(place: Facility) -> Facility:
    """Itself. Refused if nobody could tell which place is meant."""
    if not place.name.strip():
        raise Refused(N_("The place has no name."), N_("Write what it is called, or where it is."))
    if not place.country:
        raise Refused(N_("The place has no country."), N_("Choose the country."))
    CODES["facility_kind"].check(place.kind, place.other_kind)
    return place
