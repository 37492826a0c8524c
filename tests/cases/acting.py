"""Files of the sample world for tests of consent, risk and the life of a file: opened, and their pages sent as a
browser sends them.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Answer, Assessment, Contact, Conversation, Person, Profile
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.cases.writing import correct, write
from tests.cases.conftest import recorded
from tests.world import World, cairo_day

NOT_SAID = {"hour": "", "channel": "", "language": "ar", "reason": "", "note": "", "speaker_id": ""}


def eligible(drafted: Drafted, **changes: Any) -> Drafted:
    """The three points of eligibility confirmed, and whatever else the profile says."""
    said = {"is_defender": "yes", "risk_from_work": "yes", "non_violent": "yes"} | changes
    pieces = tuple(
        msgspec.structs.replace(one, details=msgspec.structs.replace(one.details, **said))
        if isinstance(one.details, Profile)
        else one
        for one in drafted.pieces
    )
    return msgspec.structs.replace(drafted, pieces=pieces)


class Filed:
    """One file of an office, as its officer sees it."""

    def __init__(self, world: World, officer: str, country: str, name: str, **profile: Any) -> None:
        self.world, self.officer = world, officer
        with world.acting(officer) as (session, visitor):
            drafted = eligible(recorded(country, name), **profile)
            done = submit(session, visitor, drafted, (), datetime.now(UTC))
        assert done.case_id is not None
        self.id: uuid.UUID = done.case_id

    def path(self, rest: str) -> str:
        return f"/cases/{self.id}/{rest}"

    def get(self, rest: str, who: str | None = None) -> Any:
        return self.world.client(who or self.officer).get(self.path(rest))

    def post(self, rest: str, form: dict[str, Any], who: str | None = None) -> Any:
        return self.world.client(who or self.officer).post(self.path(rest), form)

    def write(self, *details: Any, at: datetime | None = None, who: str | None = None) -> list[uuid.UUID]:
        with self.world.acting(who or self.officer) as (session, visitor):
            case = session.get_one(Case, self.id)
            written = [write(session, visitor, case, one, at or datetime.now(UTC)).id for one in details]
            session.flush()
            touched(session, visitor, case)
        return written

    def change(self, kind: type, **changes: Any) -> None:
        """Correct the newest thing of a kind; of people, the defender."""
        with self.world.acting(self.officer) as (session, visitor):
            file = open_file(session, session.get_one(Case, self.id))
            standing = file.defender if kind is Person else file.last(kind)
            assert standing is not None
            said = msgspec.structs.replace(standing.said, **changes)
            correct(session, visitor, file, standing.entry.id, said, datetime.now(UTC))
            touched(session, visitor, file.case)

    def set_state(self, state: str) -> None:
        with self.world.acting(self.officer) as (session, visitor):
            case = session.get_one(Case, self.id)
            case.state = state
            record(session, Event.CASE_STEPPED, case=case.id, act="set_by_test")
            session.flush()
            touched(session, visitor, case)

    def seen(self, look: Any, who: str | None = None) -> Any:
        """What `look` finds in the file as it stands."""
        with self.world.acting(who or self.officer) as (session, _visitor):
            file: File = open_file(session, session.get_one(Case, self.id))
            return look(file)

    @property
    def actions(self) -> list[Any]:
        return self.seen(lambda file: file.actions)

    def talk(self, *, ago: timedelta = timedelta(hours=1), standing: str = "self", **answers: str) -> None:
        """A conversation held so long ago; a purpose → given, refused, impossible."""
        self.write(said(ago=ago, standing=standing, speaker_id=self.speaker(standing), **answers))

    def speaker(self, standing: str) -> uuid.UUID:
        """Who on file speaks as this: the defender, or one relative for each standing."""
        found = self.seen(lambda file: {"self": file.defender.id} | {one.said.relation: one.id for one in file.people})
        return found.get(standing) or self.write(Person(role="family", names=(f"A {standing}",), relation=standing))[0]


def said(
    *,
    ago: timedelta = timedelta(hours=1),
    standing: str = "self",
    speaker_id: uuid.UUID | None = None,
    **answers: str,
) -> Conversation:
    reason = {"impossible": "Held without contact."}
    return Conversation(
        when=datetime.now(UTC) - ago,
        speaker_id=speaker_id,
        standing=standing,
        language="ar",
        answers=tuple(Answer(purpose=p, state=s, reason=reason.get(s, "")) for p, s in answers.items()),
    )


def contact(*, ago: timedelta = timedelta(0)) -> Contact:
    return Contact(when=datetime.now(UTC) - ago, with_whom="defender", text="Spoke with her.")


def assessed(level: str = "medium", *, review_on: date | None = None, **more: Any) -> Assessment:
    until = review_on or (datetime.now(UTC) + timedelta(days=30)).date()
    return Assessment(level=level, sentence="As it is.", review_on=until, **more)


def days(prefix: str, on: date | None = None) -> dict[str, str]:
    """The three boxes of a day."""
    day = on or cairo_day()
    return {f"{prefix}-day": str(day.day), f"{prefix}-month": str(day.month), f"{prefix}-year": str(day.year)}


def outward(kind: str, state: str = "planned", **more: str) -> dict[str, str]:
    """The form of something that goes outward, as a browser sends it."""
    empty = {"addressee": "The ministry", "hour": "", "text": "What exactly", "still_wanted": "", "emergency": ""}
    return {"kind": kind, "state": state} | days("when") | empty | more


def spoken(standing: str = "self", **more: str) -> dict[str, str]:
    """The form of a conversation, as a browser sends it."""
    asked = {"can_speak": "unknown"} if standing in ("family", "lawyer") else {}
    return NOT_SAID | {"standing": standing} | asked | days("when") | more


def sentences(page: str) -> str:
    """The words of a page, as one line."""
    import html

    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
