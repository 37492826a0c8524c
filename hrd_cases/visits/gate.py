"""The gate of a visit report: which of its parts may go to the authorities, be published, or go to a doctor. Pure.

Nothing that somebody said in an interview goes out without their express consent, given in the interview, for that
use. These are the rules of official visitors, by which we go as well: personal data is not published without express
consent (Optional Protocol to the Convention against Torture, articles 16(2) and 21(2)), a detainee speaks with visitors
in full confidentiality (Body of Principles, Principle 29(2)), and nobody is punished for it (OPCAT 15 and 21(1)).
Medical information is confidential (Nelson Mandela Rules, Rules 26 and 32(1)(c)): it needs a consent of its own. So
work the APT and the ICRC (DOMAIN §4).

What the delegation saw itself may go without: when it was there and what happened at the gate; which conditions were
agreed and kept, and whether the interview was in private; the place as *seen by us*. Not so what was seen on
somebody's body, which is theirs as much as what they said. What other detainees told, and who they are, stays in the
office: nobody has asked them. What the staff told goes to the authorities, whose word it is, and to a doctor.

The gate opens no outward act: that passes the consent gate of its file as well (`cases.consent_gate`). A no that is
said on the file later closes what an interview opened (`agreed`); a yes there, which may be the family's, opens
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from hrd_cases.cases.consent import NO, State
from hrd_cases.errors import N_, Sentence
from hrd_cases.visits.details import Consents, Report

Said = tuple[Sentence, Sentence]
"""A reason, and what to do instead."""


class Audience(StrEnum):
    AUTHORITIES = "authorities"
    PUBLICATION = "publication"
    DOCTOR = "doctor"


class Consent(StrEnum):
    """What is asked in the interview, in this order: names of `Consents`."""

    RECORD = "record"
    AUTHORITIES = "authorities"
    PUBLISH = "publish"
    MEDICAL = "medical"


Needed = frozenset[Consent] | None
"""The consents that a part needs to go somewhere; None: it never goes."""


class Part(NamedTuple):
    """Where a part of a report may go. `interview`: it was said, or seen on the person, and is written down only if
    they agreed to that.
    """

    authorities: Needed
    publication: Needed
    doctor: Needed
    interview: bool = False


_FREE: frozenset[Consent] = frozenset()
_RECORD = frozenset({Consent.RECORD})
_RAISE, _PUBLISH, _MEDICAL = (_RECORD | {one} for one in (Consent.AUTHORITIES, Consent.PUBLISH, Consent.MEDICAL))

OURS = Part(_FREE, _FREE, None)
OUR_VIEW_OF_THE_PLACE = Part(_FREE, _FREE, _FREE)
WHO_WAS_THERE = Part(_FREE, None, None)
STAFF_TOLD = Part(_FREE, None, _FREE)
SAID = Part(_RAISE, _PUBLISH, None, interview=True)
SAID_OF_TREATMENT = Part(_RAISE, _PUBLISH, _MEDICAL, interview=True)
HEALTH = Part(_RAISE | _MEDICAL, _PUBLISH | _MEDICAL, _MEDICAL, interview=True)
NEVER = Part(None, None, None)
NEVER_AND_SAID = Part(None, None, None, interview=True)

PARTS: Mapping[str, Part] = {
    "visit_id": NEVER,
    "filed": NEVER,
    "facility_id": NEVER,
    "starts": OURS,
    "ends": OURS,
    "at_gate": OURS,
    "conditions": OURS,
    "spoke": OURS,
    "private": OURS,
    "present": NEVER,
    "consents": NEVER,
    "health": HEALTH,
    "injuries": HEALTH,
    "injuries_seen": HEALTH,
    "medical_access": HEALTH,
    "lawyer_last": SAID,
    "lawyer_note": SAID,
    "family_last": SAID,
    "family_note": SAID,
    "solitary_since": SAID_OF_TREATMENT,
    "places": NEVER,
    "complaints": SAID,
    "requests": SAID,
    "fear": NEVER_AND_SAID,
    "channel": NEVER_AND_SAID,
    "note": NEVER,
}
"""Every part of a report; of those in `ENTRIES` each entry goes by itself. What stands in neither goes nowhere."""
ENTRIES: Mapping[str, tuple[str, Mapping[str, Part]]] = {
    "places": (
        "basis",
        {
            "seen": OUR_VIEW_OF_THE_PLACE,
            "told_by_detainee": SAID_OF_TREATMENT,
            "told_by_others": NEVER,
            "told_by_staff": STAFF_TOLD,
        },
    ),
    "present": (
        "side",
        {"ours": WHO_WAS_THERE, "interpreter": WHO_WAS_THERE, "theirs": WHO_WAS_THERE, "other": NEVER},
    ),
}
"""By what of them entries go. Anybody else who was there may be held there too: nobody has asked them."""

_STAYS: Said = (
    N_("This stays in the office: it goes to nobody outside."),
    N_("Leave it out."),
)
_LACKING: dict[Consent, Said] = {
    Consent.AUTHORITIES: (
        N_("They did not agree that this is raised with the authorities."),
        N_("Leave it out, or ask them at the next visit."),
    ),
    Consent.PUBLISH: (
        N_("They did not agree that this is published."),
        N_("Leave it out, or ask them at the next visit."),
    ),
    Consent.MEDICAL: (
        N_("They did not agree that medical data is given on."),
        N_("Leave it out, or ask them at the next visit."),
    ),
    Consent.RECORD: (
        N_("They did not agree that what they said is written down."),
        N_("Leave it out of the report."),
    ),
}
"""In the order in which it is said: the use before that it was written down."""


# -- what was agreed to

CLOSED_BY: Mapping[str, Consent] = {
    "raise_authorities": Consent.AUTHORITIES,
    "public_statement": Consent.PUBLISH,
}
"""Purposes of the file whose no closes a consent of the interview."""


def agreed(consents: Consents, *, stands: Mapping[str, State] | None = None, minor: bool = False) -> frozenset[Consent]:
    """What somebody has agreed to in the interview, and has not taken back since. Only a yes is one.

    `stands`: what stands now on the file, by purpose (`consent.stand`). `minor`: it takes the guardian's yes as well.
    """
    yes = {one for one in Consent if getattr(consents, one.value) == State.GIVEN}
    closed = {CLOSED_BY[purpose] for purpose, state in (stands or {}).items() if purpose in CLOSED_BY and state in NO}
    guardians = {one for one in Consent if not minor or one.value in consents.guardian}
    return frozenset((yes - closed) & guardians)


# -- what goes


def why_not(part: str, audience: Audience, given: frozenset[Consent], *, by: str = "") -> Said | None:
    """Why a part of a report does not go to somebody, and what to do instead; None if it may. `by`: what an entry goes
    by. `given`: from `agreed`.
    """
    needed: Needed = getattr(_part(part, by), audience.value)
    if needed is None:
        return _STAYS
    return next((said for one, said in _LACKING.items() if one in needed - given), None)


def _part(name: str, by: str) -> Part:
    if by and name in ENTRIES:
        return ENTRIES[name][1].get(by, NEVER)
    return PARTS.get(name, NEVER)


class Outgoing(NamedTuple):
    """What of a report may go, by the names of its fields; and the fields of which something stays."""

    parts: Mapping[str, Any]
    held_back: tuple[str, ...]


def outgoing(report: Report, audience: Audience, given: frozenset[Consent]) -> Outgoing:
    """The one way in which a report leaves: whatever writes to somebody outside is given this, and never the report."""
    parts: dict[str, Any] = {}
    held_back: list[str] = []
    for name, value in _said(report).items():
        goes = _going(name, value, audience, given)
        if goes:
            parts[name] = goes
        if goes != value:
            held_back.append(name)
    return Outgoing(parts, tuple(held_back))


def _going(name: str, value: Any, audience: Audience, given: frozenset[Consent]) -> Any:
    """What of a part may go; None or nothing if none of it may."""
    if name in ENTRIES:
        return tuple(one for one, by in _entries(name, value) if why_not(name, audience, given, by=by) is None)
    return value if why_not(name, audience, given) is None else None


def _entries(name: str, value: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    """Each entry of a part, with what it goes by."""
    return ((one, getattr(one, ENTRIES[name][0])) for one in value)


_ABOUT_ITSELF = ("visit_id", "filed", "facility_id")
"""Which report it is, and of what: no part of what it says."""
_EMPTY = Report(visit_id=UUID(int=0))


def _said(report: Report) -> dict[str, Any]:
    """Every part that says something."""
    parts = {name: getattr(report, name) for name in report.__struct_fields__ if name not in _ABOUT_ITSELF}
    return {name: value for name, value in parts.items() if value != getattr(_EMPTY, name)}


# -- what is written down


def spoken_of() -> set[str]:
    """The parts that may hold what somebody said: without their yes they stay empty."""
    entries = {name for name, (_, parts) in ENTRIES.items() if any(one.interview for one in parts.values())}
    return {name for name, part in PARTS.items() if part.interview} | entries


def recordable(report: Report, *, minor: bool = False) -> bool:
    """Does it hold nothing of an interview, or has the person agreed that it is written down?"""
    if Consent.RECORD in agreed(report.consents, minor=minor):
        return True
    said = _said(report)
    entries = (_part(name, by) for name in said if name in ENTRIES for _, by in _entries(name, said[name]))
    return not any(part.interview for part in (*(PARTS[name] for name in said), *entries))
