"""`python -m tests.cards.writer`: one of several sessions that save at once. Standard input says in JSON what to save.

Each case has a row of its own in `folders` whose `kind` counts the savings: the "file" that its card must agree with.
"""

from __future__ import annotations

import json
import sys
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import keep_card
from hrd_cases.db import Database
from hrd_cases.keys.models import Folder
from tests.cards.house import NOW, House, card


def main() -> None:
    told = json.loads(sys.stdin.readline())
    database = Database(told["main"], told["shred"])
    circle = uuid.UUID(told["circle"])
    house = House(database, circle, {(circle, 1): bytes.fromhex(told["seed"])})
    print("ready", flush=True)
    sys.stdin.readline()
    for case in map(uuid.UUID, told["cases"]):
        with house.writing() as session:
            save(session, circle, case)
    print("done", flush=True)
    database.dispose()


def save(session: Session, circle_id: uuid.UUID, case_id: uuid.UUID) -> None:
    """Add one to what the file says, creating it if need be, and keep its card."""
    row = session.scalar(select(Folder).where(Folder.id == case_id))
    if row is None:
        session.add(Folder(id=case_id, office_id=circle_id, kind="1", created_at=NOW))
    else:
        more = update(Folder).where(Folder.id == case_id)
        locked = session.scalars(select(Folder.kind).where(Folder.id == case_id).with_for_update()).one()
        session.execute(more.values(kind=str(int(locked) + 1)))

    def make() -> Card:
        said = session.scalars(select(Folder.kind).where(Folder.id == case_id)).one()
        return card(case_id, next_step=said)

    keep_card(session, circle_id, case_id, make)


if __name__ == "__main__":
    main()
