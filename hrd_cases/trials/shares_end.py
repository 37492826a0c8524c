"""Shares whose time is over end though nobody is signed in: keys, rows and secrets go. No key is needed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import Database
from hrd_cases.keys.folders import delete_keys, shred
from hrd_cases.trials.shared import Ended
from hrd_cases.trials.sharing_models import Share

AT_ONCE = 100


def end_shares(database: Database, actor: Actor, now: datetime) -> int:
    """End what is over; returns how many. Whoever ends between the commit and the shredding leaves secrets that open
    nothing, which the sweep of secrets destroys.
    """
    with database.main.reading() as session:
        if session.scalar(select(Share.id).where(Share.until <= now).limit(1)) is None:
            return 0
    folders: list[uuid.UUID] = []
    with database.main.writing() as session:
        act_as(session, actor)
        for share in session.scalars(select(Share).where(Share.until <= now).order_by(Share.id).limit(AT_ONCE)):
            folders.append(share.folder_id)
            session.delete(share)
            session.flush()
            delete_keys(session, folders[-1])
            record(session, Event.SHARE_ENDED, share=share.id, how=Ended.EXPIRED.value)
    for folder_id in folders:
        shred(database.shred, folder_id)
    return len(folders)
