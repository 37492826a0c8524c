"""`python -m tests.trials.share_worker`: shares, accepts, moves, takes back and declines until it is killed. Standard
input says in JSON which installation, whose sessions, and which hearing.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime, time
from pathlib import Path

from sqlalchemy import select

from hrd_cases import demo
from hrd_cases.app import create_app
from hrd_cases.errors import Refused
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.hearings import Given, take_act
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import following, offering, receiving, taking_back
from hrd_cases.trials.shares.models import ReceivedShare
from hrd_cases.trials.shares.seen import Chosen
from tests.compiled import compiled_once
from tests.throw_away import throw_away_settings
from tests.trials.sharing_world import OBSERVER, preview_of, until_on
from tests.trials.trying import OFFICER, in_days


def main() -> None:
    told = json.loads(sys.stdin.readline())
    urls = {"database_url": told["main"], "shred_url": told["shred"]}
    app = compiled_once(create_app(throw_away_settings(Path(told["home"]), **urls)))
    known = demo.Demonstration(app.extensions["hrd_cases"], {}, {}, {}, told["cookies"], {})
    print("ready", flush=True)
    with app.app_context():
        for turn in range(1_000):
            _round(known, told, turn)


def _round(known: demo.Demonstration, told: dict[str, str], turn: int) -> None:
    with known.acting(OFFICER) as (session, by):
        proceeding = session.get_one(Proceeding, uuid.UUID(told["trial"]))
        docket, now = open_docket(session, proceeding), datetime.now(UTC)
        standing = [one.said.share_id for one in following.shares_of(docket) if one.said.stands(now)]
        entry = docket.hearing(uuid.UUID(told["hearing"])).entry.id
        if standing and turn % 2:
            taking_back.revoke(session, by, proceeding, standing[0], "Too dangerous", now)
        elif standing:
            new = in_days(10 + turn % 7, time(now.second % 24, now.microsecond % 60))
            take_act(session, by, proceeding, entry, Act.MOVE, Given(new=new), now)
        else:
            file, office = uuid.UUID(told["file"]), uuid.UUID(told["office"])
            chosen = Chosen(office_id=office, files=(file,), parts=("people",), until_on=until_on())
            seen = preview_of(session, by, proceeding, entry, chosen)
            offering.share(session, by, proceeding, entry, chosen, now, looked_at=seen)
    with known.acting(OBSERVER) as (session, by):
        for received in session.scalars(select(ReceivedShare)):
            try:
                act = receiving.accept if turn % 3 else None
                if act is not None:
                    act(session, by, received, received.number, datetime.now(UTC))
                else:
                    receiving.decline(session, by, received, received.number, "On leave", datetime.now(UTC))
            except Refused:
                continue


if __name__ == "__main__":
    main()
