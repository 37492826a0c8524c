"""The next hearing of a chain is shared as the one before it was: with whom, and what is filled in. Nothing goes out by
it that nobody looked at.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from hrd_cases.cases.chains import Standing
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.shares.following import shares_of
from hrd_cases.trials.shares.offering import too_late_for
from hrd_cases.trials.shares.rules import Ended, ShareEntry


def to_share_again(docket: Docket, hearing: Standing[Hearing], now: datetime) -> list[Standing[ShareEntry]]:
    """What was shared last of the hearings before it, one for each office that does not know of this one and can be
    told. Not what somebody ended: taken back, declined, or without consent.
    """
    there = {one.said.office_id for one in shares_of(docket, hearing.id) if one.said.stands(now)}
    last: dict[uuid.UUID, Standing[ShareEntry]] = {}
    for before in docket.chain(hearing.id)[:-1]:
        last |= {one.said.office_id: one for one in shares_of(docket, before.id)}
    return [one for one in last.values() if one.said.office_id not in there and _goes_on(one.said, hearing.said, now)]


def _goes_on(given: ShareEntry, said: Hearing, now: datetime) -> bool:
    lasted = given.stands(now) or given.how_it_ended is Ended.EXPIRED
    return lasted and too_late_for(given.kind, said, now) is None
