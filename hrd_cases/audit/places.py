"""Where the cards of cases lie, compared with the cases and the segments there are. Needs no key.

Two places exchanged within one circle look the same without a key. Lists miss neither card: they read every segment.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.errors import Tampered
from hrd_cases.keys.models import Circle
from hrd_cases.keys.roles import CircleName
from hrd_cases.records import Base
from hrd_cases.vault.envelope import header

AT_ONCE = {"yield_per": 1000}


def places(session: Session) -> Iterator[Finding]:
    """Every case has one place, in a segment of its office's circle, and a segment has as many places as cards."""
    segments = {row.id: row for row in session.execute(select(CardSegment.id, CardSegment.circle_id, CardSegment.used))}
    expected = _cases(session)
    lying: Counter[uuid.UUID] = Counter()
    query = select(CardPlace.circle_id, CardPlace.case_id, CardPlace.segment_id)
    for circle_id, case_id, segment_id in session.execute(query, execution_options=AT_ONCE):
        if expected.pop((circle_id, case_id), None) is None:
            yield Finding("a card's place is kept for a case there is not", f"card_places {case_id}")
        if segment_id not in segments or segments[segment_id].circle_id != circle_id:
            yield Finding("a card's place is in a segment of another circle", f"card_places {case_id}")
        lying[segment_id] += 1
    yield from _versions(session)
    for _circle_id, case_id in expected:
        yield Finding("the card of this case has no place", f"cases {case_id}")
    for segment_id, row in segments.items():
        if row.used != lying[segment_id]:
            what = "a segment holds more or fewer cards than have their place in it"
            yield Finding(what, f"card_segments {segment_id}")


def _versions(session: Session) -> Iterator[Finding]:
    """Lists find by this number what is older than its file, and whoever writes a row that it is the one they read. The
    blob says it too, and to whoever opens it rightly.
    """
    for name, what in _COUNTED.items():
        # Rooms of later rows lie above this one: their tables are looked at by name.
        table = Base.metadata.tables.get(name)
        if table is None:
            continue
        query = select(table.c.id, table.c.version, table.c.sealed_file)
        for row_id, version, sealed in session.execute(query, execution_options=AT_ONCE):
            with suppress(Tampered):  # then no member can open it either, and its page says so
                if header(sealed).blob_version != version:
                    yield Finding(what, f"{name} {row_id}")


_COUNTED = {
    "cases": "a file's row says another version than what is sealed in it",
    "proceedings": "a trial's row says another version than what is sealed in it",
    "shares": "a share's row says another version than what is sealed in it",
    "received_shares": "a share's row says another version than what is sealed in it",
}
"""Rows of which every writing is one of what is sealed in them."""


def _cases(session: Session) -> dict[tuple[uuid.UUID, uuid.UUID], bool]:
    """Every case with the circle under which its card is sealed."""
    cases: Table = Base.metadata.tables["cases"]
    own = (Circle.office_id == cases.c.office_id) & (Circle.name == CircleName.CASEWORK.value)
    query = select(Circle.id, cases.c.id.label("case_id")).join(Circle, own)
    return {(row.id, row.case_id): True for row in session.execute(query, execution_options=AT_ONCE)}
