"""Two offices for tests of shares: Cairo, which shares a hearing, and embassies and headquarters, which are asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.file import open_file
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import following, offering, receiving, taking_back
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Seen, ShareEntry, SharePart
from hrd_cases.trials.shares.seen import Chosen, chosen_files, office_to, preview
from tests.cases.acting import Filed
from tests.trials.trying import OFFICER, Tried
from tests.world import World, cairo_day

OBSERVER, OTHER_OBSERVER, DESK = "observer.a", "observer.b", "desk.hq"
EMBASSY, OTHER_EMBASSY, HQ = "EMB_A_EGY", "EMB_B_EGY", "HQ"
NAME = "Salma Mithal"


def agreed(world: World, name: str = NAME, **answers: str) -> Filed:
    """A file of Cairo's whose defender agreed that embassies and headquarters are told."""
    file = Filed(world, OFFICER, "EG", name)
    said: dict[str, Any] = {"share_embassies": "given", "share_headquarters": "given", "be_seen": "given"}
    file.talk(**said | answers)
    return file


class Sharer:
    """A trial with one hearing in ten days, and what Cairo shares of it."""

    def __init__(self, world: World, files: list[Filed] | None = None, **says: Any) -> None:
        self.world = world
        self.files = files if files is not None else [agreed(world)]
        self.tried = Tried(world, self.files, **says)
        self.hearing_id = self.tried.schedule(10, briefing="Ask for the lawyer")

    def office(self, code: str) -> uuid.UUID:
        found: uuid.UUID = self.world.demonstration.offices[code]
        return found

    def chosen(self, office: str = EMBASSY, **more: Any) -> Chosen:
        said: dict[str, Any] = {
            "office_id": self.office(office),
            "files": tuple(one.id for one in self.files),
            "parts": (SharePart.PEOPLE, SharePart.CHARGES, SharePart.LANGUAGE, SharePart.DEATH_PENALTY),
            "until_on": until_on(),
            "briefing": "Two prosecutors. Sit near the door.",
            "do_no_harm": "Do not greet the family.",
        }
        return Chosen(**said | more)

    def preview(self, office: str = EMBASSY, **more: Any) -> Seen:
        """What they would see of it as it stands, whether or not it may be sent."""
        chosen = self.chosen(office, **more)
        with self.world.acting(OFFICER) as (session, by):
            return preview_of(session, by, session.get_one(Proceeding, self.tried.id), self.hearing_id, chosen)

    def share(self, office: str = EMBASSY, *, looked_at: Seen | None = None, **more: Any) -> uuid.UUID:
        """Share it as it stands; the id of the share. `looked_at`: another preview than what is shared has."""
        entry = self.tried.entry(self.hearing_id)

        def act(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> uuid.UUID:
            chosen = self.chosen(office, **more)
            seen = looked_at or preview_of(session, by, proceeding, entry, chosen)
            return offering.share(session, by, proceeding, entry, chosen, now, looked_at=seen).share_id

        found: uuid.UUID = self.tried.do(act)
        return found

    def given(self, share_id: uuid.UUID) -> ShareEntry:
        """What Cairo knows of it."""
        return self.tried.seen(lambda docket: following.share_of(docket, share_id).said)

    def revoke(self, share_id: uuid.UUID, reason: str = "Too dangerous") -> None:
        self.tried.do(taking_back.revoke, share_id, reason)

    def extend(self, share_id: uuid.UUID, on: date) -> None:
        self.tried.do(offering.extend, share_id, on, "")

    def of(self, share_id: uuid.UUID, look: Callable[[ReceivedShare], Any], who: str = OBSERVER) -> Any:
        """What `look` finds in what the other office knows of it."""
        with self.world.acting(who) as (session, _):
            return look(session.get_one(ReceivedShare, share_id))

    def seen(self, share_id: uuid.UUID, who: str = OBSERVER) -> Seen | None:
        """What somebody there reads of it now; None if they are shown nothing."""
        with self.world.acting(who) as (session, _):
            received = session.get(ReceivedShare, share_id)
            share = receiving.standing_share(session, received, datetime.now(UTC)) if received is not None else None
            return share.shared if share is not None else None

    def without_the_door(self, share_id: uuid.UUID, who: str = OBSERVER) -> Seen:
        """What their keys open, whatever they are allowed."""
        with self.world.acting(who) as (session, _):
            return session.get_one(Share, share_id).shared

    def answers(self, share_id: uuid.UUID, act: Callable[..., None], *words: str, who: str = OBSERVER) -> None:
        with self.world.acting(who) as (session, by):
            received = session.get_one(ReceivedShare, share_id)
            act(session, by, received, received.number, *words, datetime.now(UTC))

    def accept(self, share_id: uuid.UUID, who: str = OBSERVER) -> None:
        self.answers(share_id, receiving.accept, who=who)

    def decline(self, share_id: uuid.UUID, reason: str = "Nobody is free", who: str = OBSERVER) -> None:
        self.answers(share_id, receiving.decline, reason, who=who)


def preview_of(session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, chosen: Chosen) -> Seen:
    """What they would see, whether or not it may be sent."""
    docket = open_docket(session, proceeding)
    to, cases = office_to(session, by, docket, chosen.office_id), chosen_files(session, docket, chosen)
    return preview(docket, docket.hearing(made_from), to, [open_file(session, case) for case in cases], chosen)


def until_on(days: int = 20) -> date:
    return cairo_day() + timedelta(days=days)


def blob_of(shared: Seen) -> bytes:
    return msgspec.msgpack.encode(shared)
