"""What a visit report asks, page by page, and whether what it says is fit to be filed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hrd_cases.cases.codes import CODES as CASE_CODES
from hrd_cases.cases.codes import OTHER
from hrd_cases.errors import N_, Refused
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.details import NOT_SEEN, UNKNOWN, Condition, Consents, Observation, Report

FEAR = range(1, 6)
_DAYS = ("lawyer_last", "family_last", "solitary_since")
TEXTS = (
    "at_gate",
    "health",
    "injuries",
    "injuries_seen",
    "medical_access",
    "lawyer_note",
    "family_note",
    "complaints",
    "requests",
    "channel",
    "note",
)

SHORT, WAY_IN, AGREED, HEALTH = "short", "way-in", "agreed", "health"
OUTSIDE, PLACE, SPOKEN, OWN = "outside", "place", "spoken", "own"
OF_STEP: dict[str, tuple[str, ...]] = {
    SHORT: ("spoke", "private"),
    WAY_IN: ("starts", "ends", "at_gate", "present", "conditions"),
    AGREED: ("consents",),
    HEALTH: ("health", "injuries", "injuries_seen", "medical_access"),
    OUTSIDE: ("lawyer_last", "lawyer_note", "family_last", "family_note", "solitary_since"),
    PLACE: ("places",),
    SPOKEN: ("complaints", "requests", "fear", "channel"),
    OWN: ("note",),
}
"""What each page of a report asks, in the order in which they are asked: the short form first, and what may be done
with an interview before anything that was said in it.
"""


def steps(*, let_in: bool) -> tuple[str, ...]:
    """The pages of a report: whoever was turned away is asked of the gate alone."""
    return tuple(OF_STEP) if let_in else (WAY_IN, OWN)


def short_form(report: Report) -> bool:
    """Does it say so much that the visit can be recorded? All else can wait."""
    return report.spoke != UNKNOWN


def check(report: Report, visited_on: date) -> Report:
    """Itself, if it can be relied on. What nobody answered stays empty: nothing of it has to be filled in."""
    if report.fear is not None and report.fear not in FEAR:
        raise Refused(N_("The fear of reprisals is a figure from 1 to 5."), N_("Choose one, or leave it empty."))
    if report.starts is not None and report.ends is not None and report.ends < report.starts:
        raise Refused(N_("The visit ends before it begins."), N_("Correct one of the two times."))
    if any((said := getattr(report, name)) is not None and said.on > visited_on for name in _DAYS):
        raise Refused(N_("A day is given that comes after the visit."), N_("Correct it, or leave it empty."))
    CODES["visit_yes_no"].check(report.spoke)
    CODES["visit_yes_no"].check(report.private)
    if report.spoke == "no" and report.private != UNKNOWN:
        raise Refused(
            N_("Nobody spoke with them, and it is said whether that was in private."),
            N_("Correct one of the two answers."),
        )
    for one in report.present:
        CODES["visit_side"].check(one.side, one.function or one.name)
    _check_conditions(report.conditions)
    _check_places(report.places)
    _check_consents(report.consents)
    return report


def _check_conditions(conditions: Iterable[Condition]) -> None:
    known = set()
    for one in conditions:
        CODES["visit_condition"].check(one.kind, one.other_kind)
        CODES["condition_answer"].check(one.answer)
        CODES["visit_yes_no"].check(one.kept)
        if one.kind != OTHER and one.kind in known:
            raise Refused(N_("A condition is there twice."), N_("Take one of the two off."))
        known.add(one.kind)


def _check_places(observations: Iterable[Observation]) -> None:
    known = set()
    for one in observations:
        CODES["place_item"].check(one.item)
        CODES["place_rating"].check(one.rating)
        if one.basis:
            CODES["visit_basis"].check(one.basis)
        elif one.rating != NOT_SEEN:
            raise Refused(N_("Nothing says how this is known."), N_("Choose: seen by us, or told by whom."))
        if (one.item, one.basis) in known:
            raise Refused(
                N_("The same thing is answered twice from the same source."), N_("Take one of the two answers off.")
            )
        known.add((one.item, one.basis))


def _check_consents(consents: Consents) -> None:
    asked = CODES["interview_consent"]
    for name in asked:
        CASE_CODES["consent"].check(getattr(consents, name))
    for name in consents.guardian:
        asked.check(name)


def says_something(report: Report) -> bool:
    """Anything of the visit: conditions and consents alone were there before it."""
    texts = any(getattr(report, name).strip() for name in TEXTS)
    days = any(getattr(report, name) is not None for name in (*_DAYS, "fear"))
    rated = any(one.rating != NOT_SEEN for one in report.places)
    return texts or days or rated or {report.spoke, report.private} != {UNKNOWN}


def all_agreed(conditions: Iterable[Condition]) -> bool:
    """Did the authorities agree to every condition that was asked for? Silence on one is no yes."""
    return all(one.answer == "agreed" for one in conditions if one.asked)
