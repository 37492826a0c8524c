"""Cards of files whose grants went on without a caseworker: finance and headquarters hold no key of a card. Whoever of
the office comes by next writes them anew: what is due then stands on Today.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.read import cards_of
from hrd_cases.cases import rounds
from hrd_cases.cases.card import make_anew
from hrd_cases.cases.models import Case
from hrd_cases.cases.shelves import circles
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.listed import ANY, marked, wanted_on
from hrd_cases.grants.models import Grant, GrantStep

EVERY = 10
"""Seconds: a colleague decides within hours, and finance pays in between."""
AT_ONCE = 100


class Rounds(rounds.Rounds):
    """Looks at the files of an office from which money was asked for."""

    def all_of(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> Iterable[uuid.UUID]:
        circle_id = circles(visitor).get(office_id)
        if circle_id is None:
            return ()
        with suppress(*rounds.UNREADABLE):
            return [card.case_id for card in marked(session, circle_id, ANY)]
        return ()

    def amiss_among(
        self,
        session: Session,
        visitor: Visitor,
        office_id: uuid.UUID,
        looked: Collection[uuid.UUID],
        now: datetime,
    ) -> set[uuid.UUID]:
        circle_id = circles(visitor).get(office_id)
        if circle_id is None or not looked:
            return set()
        taken = _steps(session, office_id)
        cards = cards_of(session, circle_id, looked).good
        return {
            card.case_id for card in cards if any(one.steps != taken.get(one.grant_id, 0) for one in wanted_on(card))
        }

    def mend(self, session: Session, visitor: Visitor, one: uuid.UUID, now: datetime) -> None:
        case = session.get(Case, one)
        if case is not None:
            make_anew(session, visitor, case)
            record(session, Event.CARDS_REBUILT, office=case.office_id, cards=1)


def _steps(session: Session, office_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many steps each grant of an office has."""
    counted = select(GrantStep.grant_id, func.count()).join(Grant, Grant.id == GrantStep.grant_id)
    rows = session.execute(counted.where(Grant.office_id == office_id).group_by(GrantStep.grant_id))
    return {row[0]: row[1] for row in rows}


ROUNDS = Rounds(every=EVERY, at_once=AT_ONCE)
