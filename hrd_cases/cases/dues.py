"""What falls due in a case file: its clock, tasks, actions, the head's decisions, the next step, the risk, contact."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hrd_cases.cards.card import Due
from hrd_cases.cases import clocks
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import Action, ActionState
from hrd_cases.cases.facts import DEFENDER, agreed_contacts, consent_due_on, contact_due_on
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.file import File
from hrd_cases.cases.life import UNDERWAY, State
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.errors import N_, Sentence


class Place(StrEnum):
    """Where Today has it: among the decisions; there too, but only told, and for a week; by its day; only once late."""

    DECISION = "decision"
    NEWS = "news"
    WEEK = "week"
    LATE = "late"


class Kind(NamedTuple):
    """What a kind of dues is called, alone and where several are late; the tag of a decision; the page where it is seen
    to, what the link there says, what its address takes beside the case, and what it calls the due's `entry_id`; of
    what stands elsewhere (`Due.within_id`), what the address calls that: then it takes no case.
    """

    says: Sentence
    place: Place = Place.WEEK
    late: Sentence = Sentence("")
    tag: Sentence = Sentence("")
    page: str = ""
    does: Sentence = Sentence("")
    at: Mapping[str, str] = {}
    entry: str = ""
    within: str = ""
    before: Sentence = Sentence("")
    """What the link says while it is still to come, where that is another."""


_DECIDE: partial[Kind] = partial(Kind, place=Place.DECISION)
_TOGETHER: partial[Kind] = partial(_DECIDE, does=N_("Read it, and decide"), page="cases.action", entry="entry_id")
_NEWS: partial[Kind] = partial(Kind, place=Place.NEWS, does=N_("Look at it"), page="cases.action", entry="entry_id")
_ACTION: partial[Kind] = partial(Kind, page="cases.correct", entry="entry_id")

KINDS: dict[str, Kind] = {
    "acknowledge": _DECIDE(
        N_("Acknowledge the file"),
        late=N_("Not acknowledged in time"),
        tag=N_("To acknowledge"),
        page="cases.step",
        does=N_("Acknowledge it"),
        at={"act": "acknowledge"},
    ),
    "confirm": _TOGETHER(N_("The head confirms an action"), tag=N_("To confirm")),
    "join": _TOGETHER(N_("A second member joins an action"), tag=N_("To join")),
    "close": _DECIDE(
        N_("The head decides whether the file is closed"),
        tag=N_("To decide"),
        page="cases.closing",
        does=N_("Read why, and decide"),
    ),
    "sent_back": _DECIDE(N_("%(name)s sent the closing back"), tag=N_("Sent back")),
    "joined": _NEWS(N_("%(name)s joined: it may be done now."), tag=N_("Joined")),
    "confirmed": _NEWS(N_("%(name)s confirmed what two of you wanted to do."), tag=N_("Confirmed")),
    "stopped": _NEWS(N_("%(name)s stopped what you asked for."), tag=N_("Stopped")),
    "review": Kind(N_("Look at the risk again"), Place.LATE, N_("Risk not looked at again in time")),
    "consent": Kind(
        N_("Ask whether what was agreed to is still wanted"), Place.LATE, N_("Consent not asked about again in time")
    ),
    "contact": Kind(N_("Hear from the defender, the family or the lawyer"), late=N_("Not heard from in time")),
    "task": Kind(N_("Task"), late=N_("A task is late")),
    "planned": _ACTION(
        N_("Do what is planned"), late=N_("Planned, and not done in time"), does=N_("Do it, or stop it")
    ),
    "action": _ACTION(
        N_("Look after an action taken"),
        late=N_("An action to look after is late"),
        does=N_("Write what became of it"),
    ),
    "next": Kind(N_("Next step"), late=N_("The next step is late")),
}
"""Every kind there is, in the order in which Today has what fell behind. Rooms that bring dues add theirs."""


def add_kinds(found: Mapping[str, Kind], before: str) -> None:
    """What another room brings, named where it stands among the kinds there are."""
    names = list(KINDS)
    later = {name: KINDS.pop(name) for name in names[names.index(before) :]}
    KINDS.update({**found, **later})


def kinds(*places: Place) -> tuple[str, ...]:
    return tuple(name for name, kind in KINDS.items() if kind.place in places)


def upcoming(dues: Iterable[Due]) -> list[Due]:
    """What somebody has to do, without what they are only told."""
    return [due for due in dues if KINDS[due.kind].place is not Place.NEWS]


def dues_of(file: File, acknowledgement: Acknowledgement | None, zone: ZoneInfo) -> Iterator[Due]:
    """Everything that somebody has to look after on a day, what other rooms bring among it, in no order; nothing of a
    file that nobody looks after. Days of moments are those of `zone`, the office's.
    """
    if file.case.state not in UNDERWAY:
        return
    yield from _of_the_clock(file, acknowledgement, zone)
    yield from _of_tasks(file)
    yield from _of_actions(file, zone)
    yield from _of_the_closing(file, zone)
    yield from _of_what_was_sent_back(file, zone)
    yield from _of_the_officer(file)
    yield from file.brought.dues


def _of_the_clock(file: File, clock: Acknowledgement | None, zone: ZoneInfo) -> Iterator[Due]:
    if clock is not None and clock.acknowledged_at is None and file.case.state == State.ROUTED:
        at, told = clock.due_at, clocks.reminders_of(clock)
        yield Due("acknowledge", _day(at, zone), at, for_id=clock.officer_id, reminders=told)


def _of_tasks(file: File) -> Iterator[Due]:
    for task in file.open_tasks:
        said = task.said
        if said.due_on is not None:
            yield Due("task", said.due_on, for_id=said.for_id, what=said.what, rule=said.rule, entry_id=task.id)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _of_actions(file: File, zone: ZoneInfo) -> Iterator[Due]:
    for action in file.actions:
        said = action.said
        due = partial(Due, what=said.addressee, entry_id=action.id)
        if said.confirm_by is not None and said.waits_for_head:
            yield due("confirm", _day(said.confirm_by, zone), said.confirm_by, reminders=said.reminders)
        if said.waits_for_second:
            # A life is in danger: it is joined as soon as a critical file is acknowledged (ours).
            join_by = action.entry.written_at + timedelta(hours=FIGURES.acknowledge_critical_clock_hours)
            yield due("join", _day(join_by, zone), join_by, for_id=said.proposed_by, reminders=said.reminders)
        if said.state == ActionState.PLANNED:
            yield due(
                "planned",
                _day(said.when, zone),
                rule=f"action_{said.kind}",
                for_id=said.proposed_by or file.case.officer_id,
            )
        if said.next_on is not None and not said.answer and said.state != ActionState.STOPPED:
            yield due("action", said.next_on, rule=f"action_{said.kind}", for_id=file.case.officer_id)
        yield from _of_what_was_asked_for(file, action, zone)


def _of_what_was_asked_for(file: File, action: Standing[Action], zone: ZoneInfo) -> Iterator[Due]:
    """What a colleague did with an action that somebody proposed, told to them until they write into the file again."""
    said, entry = action.said, action.entry
    asked = said.proposed_by
    if asked is None or entry.author_id == asked or file.wrote_since(asked, entry):
        return
    found = _became(said, entry.author_id, asked)
    if found is not None:
        kind, by_id = found
        on = _day(entry.written_at, zone)
        yield Due(kind, on, for_id=asked, what=said.addressee, entry_id=action.id, by_id=by_id)


def _became(said: Action, author_id: uuid.UUID, asked: uuid.UUID) -> tuple[str, uuid.UUID] | None:
    if said.state == ActionState.STOPPED:
        return "stopped", author_id
    if said.confirmed_by is not None and said.confirmed_by not in (asked, said.second_id):
        return "confirmed", said.confirmed_by
    return ("joined", said.second_id) if said.second_id is not None and said.state == ActionState.PLANNED else None


def _of_the_closing(file: File, zone: ZoneInfo) -> Iterator[Due]:
    asked = file.asked_to_close
    if asked is not None:
        entry, told = asked.entry, asked.said.reminders
        yield Due("close", _day(entry.written_at, zone), for_id=entry.author_id, entry_id=entry.id, reminders=told)


def _of_what_was_sent_back(file: File, zone: ZoneInfo) -> Iterator[Due]:
    sent = file.sent_back
    if sent is not None:
        on, head = _day(sent.entry.written_at, zone), sent.entry.author_id
        yield Due("sent_back", on, for_id=file.case.officer_id, entry_id=sent.entry.id, by_id=head)


def _of_the_officer(file: File) -> Iterator[Due]:
    profile, officer_id, heard, asked = file.profile, file.case.officer_id, contact_due_on(file), consent_due_on(file)
    if profile.next_step_on is not None:
        yield Due("next", profile.next_step_on, for_id=profile.next_step_by or officer_id, what=profile.next_step)
    if file.danger is not None:
        yield Due("review", file.danger.said.review_on, for_id=officer_id)
    if asked is not None:
        yield Due("consent", asked, for_id=officer_id)
    if heard is not None:
        yield Due("contact", heard, for_id=officer_id)
    for whom, on in agreed_contacts(file).items():
        if whom != DEFENDER:
            yield Due("contact", on, for_id=officer_id, rule=f"contact_{whom}")
