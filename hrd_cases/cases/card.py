"""The card of a case: what lists, search and Today know of it. Written once for each case a transaction touched, just
before it commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.read import cards_of
from hrd_cases.cases import facts, keywords
from hrd_cases.cases.dues import Place, dues_of, kinds, upcoming
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.late import late_aside, with_reminders
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.cases.tasks import settle
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.keys.roles import CircleName
from hrd_cases.records import Sleeve, opened
from hrd_cases.vault.envelope import header

MOST_DUES = 30


def touched(session: Session, by: Visitor, case: Case) -> None:
    """A case was changed in this transaction: tasks that are done thereby are settled, and its card is written anew
    before the commit.
    """
    settle(session, by, open_file(session, case), datetime.now(UTC))
    _keep(session, by, case.office_id, [case.id])


def make_anew(session: Session, by: Visitor, case: Case) -> None:
    """Its card, with the reminders that it lists, from the file as it stands: nothing of the file changes."""
    _keep(session, by, case.office_id, [case.id])


def others_touched(session: Session, by: Visitor, case: Case) -> None:
    """A case is over, or is taken up again: the cards of files that tell what its own would are written anew."""
    _keep(session, by, case.office_id, open_file(session, case).brought.others)


def _keep(session: Session, by: Visitor, office_id: uuid.UUID, case_ids: Iterable[uuid.UUID]) -> None:
    circle = by.charters.of(office_id).circle(CircleName.CASEWORK)
    if circle is None:
        raise Locked("an office without a circle for its cases")
    for case_id in case_ids:
        keep_card(session, circle.circle_id, case_id, partial(card_from_file, session, case_id))


def card_from_file(session: Session, case_id: uuid.UUID) -> Card | None:
    """A case's card as its file in the database makes it now, with the reminders of what is late planned as it says;
    None without a file, or for one that does not open. In a write transaction.
    """
    row = session.get(Case, case_id, populate_existing=True)
    if row is None or not opened([row]).good:
        return None
    zone = zone_of_office(session, row.office_id)
    now = datetime.now(UTC)
    card = card_of(open_file(session, row, anew=True), session.get(Acknowledgement, case_id), zone, now)
    dues = with_reminders(session, row, card.dues, now)
    return msgspec.structs.replace(card, dues=dues, asides=(*card.asides, *late_aside(dues)))


def card_of(file: File, acknowledgement: Acknowledgement | None, zone: ZoneInfo, now: datetime) -> Card:
    """What a list shows of a file. Of sources, and of who said what under the Chatham House rule, it knows nothing."""
    case, profile, risk, next_step = file.case, file.profile, file.danger, ""
    level = facts.level_that_counts(file)
    # What waits for a decision has its place before everything else: a long list of tasks does not crowd it out.
    decided = kinds(Place.DECISION, Place.NEWS)
    dues = sorted(dues_of(file, acknowledgement, zone), key=lambda due: (due.kind not in decided, due.on))[:MOST_DUES]
    next_on = None
    if case.state in UNDERWAY:
        # Where nobody wrote what comes next, it is what falls due first.
        written = bool(profile.next_step or profile.next_step_on)
        next_on = profile.next_step_on if written else min((due.on for due in upcoming(dues)), default=None)
        next_step = profile.next_step
    return Card(
        case_id=case.id,
        reference=case.reference,
        name=file.name,
        state=case.state,
        risk=level or "",
        urgency=facts.urgency_that_counts(file),
        country=profile.country,
        themes=profile.themes,
        officer_id=case.officer_id,
        next_on=next_on,
        next_step=next_step,
        updated_at=now,
        opened_at=case.opened_at,
        flags=frozenset(profile.flags),
        spellings=tuple(_spellings(file)),
        places=tuple(filter(None, (profile.place, profile.where_now, *(one.said.place for one in file.incidents)))),
        keywords=tuple(filter(None, (profile.other_category, profile.other_theme, *_kinds(file)))),
        risk_sentence=risk.said.sentence if risk is not None else "",
        where_now=profile.where_now,
        closed_on=file.closed_on,
        dues=tuple(dues),
        codes=tuple(_codes(file, level or "")),
        version=version_of(case),
        asides=file.brought.asides,
    )


def version_of(case: Case) -> int:
    """Which writing of its own row a file is at. What the blob says of itself, once it has opened, nobody changed."""
    blob: bytes = getattr(case, f"sealed_{Sleeve.FILE}")
    return header(blob).blob_version


def is_behind(session: Session, circle_id: uuid.UUID, case: Case) -> bool:
    """Is the card of an opened file older than the file, damaged or gone? Then the file has it made again."""
    good = cards_of(session, circle_id, [case.id]).good
    return [card.version for card in good if card.case_id == case.id] != [version_of(case)]


def make_again(session: Session, case_id: uuid.UUID, circle_id: uuid.UUID) -> None:
    """The card of a file that was found behind it. In a write transaction."""
    case = session.get(Case, case_id)
    if case is not None and is_behind(session, circle_id, case):
        keep_card(session, circle_id, case_id, partial(card_from_file, session, case_id))
        record(session, Event.CARDS_REBUILT, office=case.office_id, cards=1)


def _spellings(file: File) -> Iterator[str]:
    for person in file.people:
        yield from person.said.names[1:] if person.said.role == "defender" else person.said.names


def _codes(file: File, level: str) -> Iterator[str]:
    """What a search finds it by whatever it is called: what is special about a person stands in none of these lists."""
    profile = file.profile
    happened = dict.fromkeys(kind for incident in file.incidents for kind in incident.said.types)
    lists = {
        "category": profile.categories,
        "theme": profile.themes,
        "incident": happened,
        "state": (file.case.state,),
        "country": filter(None, (profile.country,)),
        "level": filter(None, (level,)),
    }
    yield from (f"{name}:{code}" for name, codes in lists.items() for code in codes)
    if profile.detained:
        yield keywords.DETAINED


def _kinds(file: File) -> Iterator[str]:
    for incident in file.incidents:
        yield incident.said.other_type
