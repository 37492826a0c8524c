"""Tables of shares: what was given to another office, in a folder of its own, and what is known of it there."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped

from hrd_cases.db import UtcDateTime
from hrd_cases.instants import Instant
from hrd_cases.records import FolderRecord, Sealed, bound, sealed
from hrd_cases.trials.shares.rules import Seen, Stand


class Share(FolderRecord):
    """What another office sees, in a folder that is this share's alone and of the office that gave it. That office
    opens it by its circle, the other as a guest. It goes with its folder: what is left after its end opens nothing.

    `until` is clear, so that it ends while nobody is signed in. `proceeding_id` and `hearing_id` are where an answer
    belongs. `came`: the letters of the other side that were taken in, so that they need not believe it of the trail,
    to which anybody may add who writes the tables; None in those from before it was kept.
    """

    __tablename__ = "shares"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    to_office_id: Mapped[uuid.UUID] = bound(index=True)
    until: Mapped[datetime] = bound(type_=UtcDateTime, index=True)
    proceeding_id: Sealed[uuid.UUID] = sealed()
    hearing_id: Sealed[uuid.UUID] = sealed()
    number: Sealed[int] = sealed(default=1)
    shared: Sealed[Seen] = sealed()
    came: Sealed[tuple[uuid.UUID, ...] | None] = sealed(default=None)


class ReceivedShare(FolderRecord):
    """What an office knows of what was shared with it, in its own folder: from whom, how it stands, what it answered.
    Its id is the share's. Nothing that was shared is in it. `noted`: the version that somebody there has
    read; none, again, of one that is over and of which nobody has read that. `who`: who comes.
    `report`: what is being written, or was filed and may be filed again, sealed under the secret of the share's folder
    too: it goes with the share, though nobody is signed in when that ends.
    `letter`: the last that was sent back; `filed`: those that brought a report, and when; `no`: what was sent as they
    declined, for that goes out again if it never came.
    `reminders`: those that tell of the share itself; `ahead`: those of its hearing, and since when it has them.
    """

    __tablename__ = "received_shares"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    from_office_id: Sealed[uuid.UUID] = sealed()
    arrived_at: Sealed[Instant] = sealed()
    number: Sealed[int] = sealed(default=1)
    noted: Sealed[int] = sealed(default=0)
    state: Sealed[str] = sealed(default=Stand.OFFERED.value)
    answered_by: Sealed[uuid.UUID | None] = sealed(default=None)
    answered_at: Sealed[Instant | None] = sealed(default=None)
    reported_at: Sealed[Instant | None] = sealed(default=None)
    report: Sealed[bytes | None] = sealed(default=None)
    ended: Sealed[str] = sealed(default="")
    ended_at: Sealed[Instant | None] = sealed(default=None)
    who: Sealed[str] = sealed(default="")
    reminders: Sealed[tuple[uuid.UUID, ...]] = sealed(default=())
    ahead: Sealed[tuple[tuple[uuid.UUID, Instant], ...]] = sealed(default=())
    letter: Sealed[uuid.UUID | None] = sealed(default=None)
    filed: Sealed[tuple[tuple[uuid.UUID, Instant], ...]] = sealed(default=())
    no: Sealed[bytes | None] = sealed(default=None)
