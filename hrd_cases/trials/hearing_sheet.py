"""What the page of a hearing shows, drawn for one member: it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from hrd_cases.cases.chains import Standing
from hrd_cases.offices.words import offices_called
from hrd_cases.trials import hearings
from hrd_cases.trials.calendar_words import observer_name
from hrd_cases.trials.details import Hearing, Preparation
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.overview import Sat, TrialSheet
from hrd_cases.trials.papers import HearingRecord
from hrd_cases.trials.preparing import in_order
from hrd_cases.trials.reports import kept_aside
from hrd_cases.trials.shares.again import to_share_again
from hrd_cases.trials.shares.following import shares_of
from hrd_cases.trials.shares.rules import ShareEntry, Stand
from hrd_cases.trials.told import Written, written

WHO = (Act.GO_MYSELF, Act.ASSIGN, Act.ACCEPT, Act.DECLINE, Act.WITHDRAW, Act.REQUEST_OBSERVER)
CHOOSING = (Act.GO_MYSELF, Act.ASSIGN, Act.ACCEPT, Act.REQUEST_OBSERVER)
"""Acts by which somebody of ours is seen with the defenders."""
ANSWERS = (Act.ACCEPT, Act.DECLINE)
FEW = 10
"""So many files are opened for the page of a hearing; of more of them it is said where somebody is chosen."""
RESULTS = (Act.RECORD, Act.ADJOURN, Act.ADJOURN_SINE_DIE)


@dataclass
class HearingSheet(TrialSheet):
    """Everything whoever goes needs to know of a hearing. `hearing_id`: that of any entry of it."""

    hearing_id: uuid.UUID = field(kw_only=True)

    @cached_property
    def hearing(self) -> Standing[Hearing]:
        """As it stands. Raises Absent for what is no hearing of this trial."""
        return self.docket.hearing(self.hearing_id)

    @property
    def said(self) -> Hearing:
        return self.hearing.said

    @property
    def ids(self) -> dict[str, uuid.UUID]:
        """What addresses below it name."""
        return {"proceeding_id": self.id, "hearing_id": self.hearing.id}

    @cached_property
    def papers(self) -> HearingRecord:
        """Its documents."""
        return HearingRecord(self.session, self.by, self.docket.proceeding, self.hearing.id, self.docket)

    @property
    def ahead(self) -> bool:
        return self.said.is_ahead

    @property
    def state(self) -> State:
        return State(self.said.state)

    @property
    def court(self) -> str:
        return self.said.court or self.trial.court

    # -- who

    @property
    def backup(self) -> str:
        return observer_name(self.said.backup, self.names) if self.said.backup is not None else ""

    @property
    def mine(self) -> bool:
        """Does whoever reads this go?"""
        observer = self.said.observer
        return observer is not None and observer.member_id == self.by.member_id

    def answers_for(self, act: str) -> str:
        """Whose answer it is that somebody of the office only writes down: of whoever goes without an account. "" where
        they answer themselves.
        """
        observer = self.said.observer
        if act not in ANSWERS or observer is None or observer.has_account:
            return ""
        return observer_name(observer, self.names)

    @cached_property
    def said_no(self) -> list[Written]:
        """Who was to go and does not, with the reason: who declined, and who was withdrawn; the last first. Of what an
        embassy answered the share tells.
        """
        acts = (Act.DECLINE, Act.WITHDRAW)
        found = (one for one in written(self.docket, self.hearing.id) if one.said.act in acts)
        return [one for one in found if one.left is not None and one.left.share_id is None][::-1]

    @cached_property
    def shared_with(self) -> list[tuple[Standing[ShareEntry], str]]:
        """With whom it was ever shared, and how each of them answered; the last first."""
        found = shares_of(self.docket, self.hearing.id)[::-1]
        called = offices_called(self.session, self.by, (one.said.office_id for one in found))
        return [(one, called.get(one.said.office_id, "?")) for one in found]

    def to_share_again(self, hearing: Standing[Hearing] | None) -> list[tuple[Standing[ShareEntry], str]]:
        """What was shared of the hearings before this one, where it can be shared likewise; with the office."""
        found = to_share_again(self.docket, hearing, self.now) if hearing is not None else []
        called = offices_called(self.session, self.by, (one.said.office_id for one in found))
        return [(one, called.get(one.said.office_id, "?")) for one in found]

    @property
    def come_too(self) -> list[str]:
        """Embassies that have said that they come to a hearing to which somebody else goes."""
        goes = self.said.observer.share_id if self.said.observer is not None else None
        accepted = ((one.said, name) for one, name in self.shared_with if one.said.stand(self.now) is Stand.ACCEPTED)
        return [name for said, name in accepted if self.ahead and said.share_id != goes]

    @property
    def says_seen(self) -> bool:
        """Is that said on its own page?"""
        return self.ahead and len(self.trial.files) <= FEW

    # -- acts

    @cached_property
    def offers(self) -> dict[Act, bool]:
        """What this member may do now: whether it can be done, or something is missing for it first."""
        found = hearings.offers(self.by, self.docket, self.hearing, self.now)
        return {one.act: one.refused is None for one in found}

    def may(self, act: str) -> bool:
        return self.offers.get(Act(act), False)

    @property
    def who_acts(self) -> list[Act]:
        """Acts about who goes, in the order in which they are offered."""
        return [act for act in WHO if self.offers.get(act)]

    @property
    def may_tell(self) -> bool:
        """May they say what came of it?"""
        return any(self.offers.get(act) for act in RESULTS)

    @property
    def aside(self) -> int:
        """How many reports on it came from other offices and are none of the office's."""
        return len(kept_aside(self.docket, self.hearing.id))

    # -- the chain

    @cached_property
    def earlier(self) -> list[Sat]:
        """Those it was adjourned from, the last first."""
        return [self._sat(one) for one in reversed(self.docket.chain(self.hearing.id)[:-1])]

    @property
    def follows(self) -> Sat:
        """Itself in its chain: how long after the one before."""
        return self._sat(self.hearing)

    @cached_property
    def next(self) -> Standing[Hearing] | None:
        return self.docket.next_of(self.hearing.id)

    @property
    def next_days(self) -> int:
        """How long after this one the next is."""
        return (self.next.said.when.on - self.said.when.on).days if self.next is not None else 0

    @property
    def chased(self) -> bool:
        """Is a new date waited for?"""
        return self.docket.waits_for_date(self.hearing)

    @property
    def asks_next(self) -> bool:
        """Did nobody say what comes next?"""
        return self.docket.next_unsaid(self.hearing)

    # -- preparation

    @cached_property
    def preparation(self) -> list[Standing[Preparation]]:
        return in_order(self.docket, self.hearing.id)

    def is_late(self, one: Standing[Preparation]) -> bool:
        """Should it have been done on an earlier day?"""
        due_on, left = one.said.due_on, one.said.done_at is None and not one.said.over
        return self.ahead and left and due_on is not None and due_on < self.by.local_day

    @property
    def left(self) -> int:
        """How much of it is not done."""
        return sum(one.said.done_at is None and not one.said.over for one in self.preparation)

    def _members(self) -> Iterator[uuid.UUID]:
        yield from super()._members()
        yield from (one.said.for_id for one in self.preparation if one.said.for_id is not None)
        for one in written(self.docket, self.hearing.id):
            left = one.left.member_id if one.left is not None else None
            yield from (each for each in (left, one.said.acted_by) if each is not None)
