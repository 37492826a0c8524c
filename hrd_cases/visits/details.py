"""What the history of a detention, a visit report and a place of detention say: one frozen struct a kind. Codes are
those of `visits.codes`; free text stands beside.

New fields go to the end, with a default: what was sealed before them is read as before. Which part of a report may go
out, and to whom, says `gate`: a field that has no line there goes nowhere.
"""

from __future__ import annotations

import uuid
from datetime import date, time

from hrd_cases.cases.details import Dated, Said

NOT_SEEN = "not_seen"
NOT_SAID = "not_said"
UNKNOWN = "unknown"
SEEN = "seen"
NOT_ASKED = "not_asked"


class Stay(Said, frozen=True, kw_only=True, tag="stay"):
    """From a day on somebody is held so and there, or no more: an arrest, a move, a change of status, a release.
    Together they are the history of a detention.

    `how`: a code of `held` or of `not_held`; `place`: where no facility is known, in words.
    """

    since: Dated
    how: str
    facility_id: uuid.UUID | None = None
    place: str = ""
    custody: str = NOT_SAID
    note: str = ""

    @property
    def place_known(self) -> bool:
        return self.facility_id is not None or bool(self.place.strip())


class Access(Said, frozen=True, kw_only=True, tag="access"):
    """That somebody from outside had contact with whoever is held, or that it was refused. `whom`: of `outside`."""

    on: Dated
    whom: str
    had: bool = True
    note: str = ""


class Solitude(Said, frozen=True, kw_only=True, tag="solitude"):
    """Days in solitary confinement, the first and the last included; `last` None: it lasts."""

    first: Dated
    last: Dated | None = None
    note: str = ""


class Condition(Said, frozen=True, kw_only=True):
    """A condition of a visit: was it asked for, what was said to it, and was it kept on the day (yes, no, unknown)."""

    kind: str
    other_kind: str = ""
    asked: bool = True
    answer: str = NOT_SAID
    kept: str = UNKNOWN
    note: str = ""


class Present(Said, frozen=True, kw_only=True):
    """Somebody who was there. `side`: of `visit_side`; `listened`: during the interview."""

    side: str
    name: str = ""
    function: str = ""
    listened: bool = False


class Observation(Said, frozen=True, kw_only=True):
    """How one thing is in the place, and how that is known: an item may be seen by us, and told otherwise."""

    item: str
    rating: str = NOT_SEEN
    basis: str = ""
    note: str = ""


class Consents(Said, frozen=True, kw_only=True):
    """What the person said in the interview itself may be done with it: states of `consent.State`, each apart.

    `guardian`: for a minor, those to which the guardian said yes too.
    """

    record: str = NOT_ASKED
    authorities: str = NOT_ASKED
    publish: str = NOT_ASKED
    medical: str = NOT_ASKED
    note: str = ""
    guardian: tuple[str, ...] = ()


class Report(Said, frozen=True, kw_only=True, tag="visit_report"):
    """A visit report (DOMAIN §4), saved step by step: `filed` tells a finished version from one being written.

    `at_gate`: what happened and was said there, all there is where nobody was let in. `spoke`: did somebody of us speak
    with the person, and `private`: in private (yes, no, unknown). `injuries` are those they told of, `injuries_seen`
    those that we saw. `fear`: of reprisals, 1 (none) to 5 (great). `channel`: how to reach them, or hear of them,
    safely. `note`: ours, for the office alone.
    """

    visit_id: uuid.UUID
    filed: bool = False
    facility_id: uuid.UUID | None = None
    starts: time | None = None
    ends: time | None = None
    at_gate: str = ""
    conditions: tuple[Condition, ...] = ()
    spoke: str = UNKNOWN
    private: str = UNKNOWN
    present: tuple[Present, ...] = ()
    consents: Consents = Consents()
    health: str = ""
    injuries: str = ""
    injuries_seen: str = ""
    medical_access: str = ""
    lawyer_last: Dated | None = None
    lawyer_note: str = ""
    family_last: Dated | None = None
    family_note: str = ""
    solitary_since: Dated | None = None
    places: tuple[Observation, ...] = ()
    complaints: str = ""
    requests: str = ""
    fear: int | None = None
    channel: str = ""
    note: str = ""


class Facility(Said, frozen=True, kw_only=True, tag="facility"):
    """A place of detention: a thing of its own that many files may be about.

    `names`: the first is shown; the others are spellings in any script. `run_by`: the authority; `addressee`: to whom a
    note verbale goes that asks for a visit there. Nothing of who is held there stands with it.
    """

    names: tuple[str, ...]
    country: str
    kind: str
    other_kind: str = ""
    place: str = ""
    run_by: str = ""
    addressee: str = ""
    note: str = ""
    closed_on: date | None = None

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""
