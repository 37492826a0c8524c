"""What whoever chooses an observer is told: who has another hearing that does not go together with this one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from hrd_cases.cases.shelves import shelves
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.agenda import busy
from hrd_cases.trials.calendar_words import Names, clash_said, observer_name
from hrd_cases.trials.clashes import who_is
from hrd_cases.trials.details import Observer
from hrd_cases.trials.times import When


class Busy:
    """Asked of the cards once; then of each who may be chosen."""

    def __init__(
        self, session: Session, visitor: Visitor, office_id: uuid.UUID, hearing_id: uuid.UUID, when: When, place: str
    ) -> None:
        """`office_id`: the proceeding's; `place`: the court's (the trial's `place`, else the court). A hearing that is
        not set yet has any id that is no other's.
        """
        known = [one for one in shelves(session, visitor) if one.office_id == office_id]
        self._zone = visitor.zone
        self._found = busy(known[0].lines, visitor.zone, hearing_id, when, place) if known else {}

    def said(self, observer: Observer | None, names: Names) -> list[str]:
        """A sentence for each clash of somebody's; none for whoever is free, and for nobody."""
        if observer is None:
            return []
        name = observer_name(observer, names)
        found = self._found.get(who_is(observer), ())
        return [clash_said(why, name, item.card.reference, item.sitting.when, self._zone) for item, why in found]

    def hints(self, members: Iterable[uuid.UUID], names: Names) -> dict[str, str]:
        """For the choices of a form: by member id, what does not go together; whoever is free is not in it."""
        said = {str(one): " ".join(self.said(Observer(member_id=one), names)) for one in members}
        return {one: words for one, words in said.items() if words}
