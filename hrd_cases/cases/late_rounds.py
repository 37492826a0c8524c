"""Reminders of what is late in files, looked at while a colleague with the keys is there, by the cards that list them.

A card says what is due, so that which reminders there must be follows without opening the file; where rows say
something else, or the office's days, its deputy or the rules have changed, the card is made again from its file, and
its reminders with it. The clock of a file that was sent needs nobody's keys: the trail tells what was planned with it,
and `silenced` looks after it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.models import CardPlace
from hrd_cases.cards.read import cards_of
from hrd_cases.cases import rounds
from hrd_cases.cases.card import make_anew
from hrd_cases.cases.late import are_reminded
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import CircleName


class Rounds(rounds.Rounds):
    """Looks at the files of an office by and by."""

    def all_of(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> Iterable[uuid.UUID]:
        """Those whose cards lie together one after the other: they are opened together."""
        query = select(Case.id).outerjoin(CardPlace, CardPlace.case_id == Case.id).where(Case.office_id == office_id)
        return dict.fromkeys(session.scalars(query.order_by(CardPlace.segment_id, Case.id)))

    def amiss_among(
        self,
        session: Session,
        visitor: Visitor,
        office_id: uuid.UUID,
        looked: Collection[uuid.UUID],
        now: datetime,
    ) -> set[uuid.UUID]:
        found: set[uuid.UUID] = set()
        with suppress(*rounds.UNREADABLE):
            circle = visitor.charters.of(office_id).circle(CircleName.CASEWORK)
            cards = cards_of(session, circle.circle_id, looked).good if circle is not None else []
            for card in cards:
                with suppress(*rounds.UNREADABLE):
                    case = session.get(Case, card.case_id)
                    if case is not None and not are_reminded(session, visitor.ring, case, card.dues, now):
                        found.add(case.id)
        return found

    def mend(self, session: Session, visitor: Visitor, one: uuid.UUID, now: datetime) -> None:
        case = session.get(Case, one)
        if case is not None:
            make_anew(session, visitor, case)
            record(session, Event.CARDS_REBUILT, office=case.office_id, cards=1)


ROUNDS = Rounds()
