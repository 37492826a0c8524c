"""Every authorisation check taken away: another office's file, entry, card, draft and letter open for nobody, a file
that was routed away for nobody at the recorder's, and who spoke under the Chatham House rule for the organiser alone.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from hrd_cases.cards.read import Search, cards, cards_of
from hrd_cases.cases import chatham, drafts
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Attribution, Meeting
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case, Draft, Entry
from hrd_cases.cases.writing import write
from hrd_cases.door import opening
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.models import Circle, Letter
from hrd_cases.keys.roles import CircleName
from tests.attacks.test_without_the_door import OPENS, _without_asking
from tests.cases.conftest import recorded, with_source
from tests.world import World, already

NAME, SOURCE, SPEAKER, SUBSTANCE = "Nobody Else May Read", "A Hidden Source", "A Speaker", "What came out of it"
DRAFTED, ROUTED = "Only Its Author", "Gone To Minsk"
COLLEAGUES = {"officer.cairo", "deputy.cairo", "head.cairo"}
OTHERS = sorted(OPENS.keys() - COLLEAGUES)


def filed(world: World) -> None:
    """In Cairo a file with a source and a meeting, a draft; a file recorded there that went to Minsk."""
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, officer):
        drafted, told = with_source(recorded("EG", NAME), SOURCE)
        case = session.get_one(Case, submit(session, officer, drafted, told, now).case_id)
        thing = uuid.uuid4()
        kept = chatham.keep(officer, case.id, thing, Attribution(present=SPEAKER, said=f"{SPEAKER}: so"))
        meeting = Meeting(when=now, chatham_house=True, organiser_id=officer.member_id, substance=SUBSTANCE)
        write(session, officer, case, replace(meeting, organisers_own=kept), now, entry_id=thing)
        touched(session, officer, case)
        drafts.save(session, officer, None, recorded("EG", DRAFTED), (), now)
        submit(session, officer, *with_source(recorded("BY", ROUTED), SOURCE), now)


@pytest.fixture
def unguarded(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> World:
    """No door: everybody may do everything to every row."""
    world = already(world, filed, tmp_path_factory)
    monkeypatch.setattr(Visitor, "allows", lambda *_: True)
    for kind, registered in list(opening._openers.items()):
        monkeypatch.setitem(opening._openers, kind, registered._replace(opener=_without_asking(kind)))
    return world


def case_of(world: World) -> uuid.UUID:
    with world.database.main.reading() as session:
        return session.scalars(select(Case.id).where(Case.office_id == world.demonstration.offices["DEL_EGY"])).one()


def casework(world: World, code: str = "DEL_EGY") -> uuid.UUID:
    with world.database.main.reading() as session:
        of_office = Circle.office_id == world.demonstration.offices[code]
        return session.scalars(select(Circle.id).where(of_office, Circle.name == CircleName.CASEWORK.value)).one()


def test_another_office_s_file_entry_card_and_draft_stay_shut(unguarded: World) -> None:
    for sign_in in OTHERS:
        _another_office_s_file_entry_card_and_draft_stay_shut(unguarded, sign_in)


def _another_office_s_file_entry_card_and_draft_stay_shut(unguarded: World, sign_in: str) -> None:
    case_id = case_of(unguarded)
    with unguarded.acting(sign_in) as (session, _):
        for row, read in (
            (session.get_one(Case, case_id), ("reference", "state", "officer_id", "urgency")),
            *(
                (entry, ("details", "author_id"))
                for entry in session.scalars(select(Entry).where(Entry.case_id == case_id))
            ),
            (session.scalars(select(Draft)).one(), ("drafted",)),
        ):
            for field in read:
                with pytest.raises(Locked):
                    getattr(row, field)
        file = open_file(session, session.get_one(Case, case_id))
        assert (file.entries, file.damaged) == ([], [])
        for look in _looks(case_id):
            with pytest.raises(Locked):
                look(session, casework(unguarded))


def _looks(case_id: uuid.UUID) -> list[Any]:
    """Every way to what a card says."""
    return [
        cards,
        lambda session, circle: cards_of(session, circle, [case_id]),
        lambda session, circle: Search(session, circle).names(NAME),
        lambda session, circle: Search(session, circle).text(NAME),
    ]


def test_no_page_shows_another_office_s_file(unguarded: World) -> None:
    for sign_in in OTHERS:
        _no_page_shows_another_office_s_file(unguarded, sign_in)


def _no_page_shows_another_office_s_file(unguarded: World, sign_in: str) -> None:
    file, browser = f"/cases/{case_of(unguarded)}", unguarded.client(sign_in)
    with unguarded.database.main.reading() as session:
        draft = session.scalars(select(Draft.id)).one()
        entry = session.scalars(select(Entry.id).where(Entry.case_id == case_of(unguarded)).limit(1)).one()
    pages = [file, f"{file}/print", f"{file}/timeline/1", f"{file}/consent", f"{file}/risk", f"{file}/conversation"]
    pages += [f"{file}/entries/{entry}", f"{file}/entries/{entry}/correct", f"/cases/drafts/{draft}", "/", "/cases"]
    pages += [f"/cases/drafts/{draft}/check", "/cases/reviews", "/cases/drafts"]
    for path in pages:
        answer = browser.get(path)
        assert answer.status_code < 500, path
        assert not {one for one in (NAME, SOURCE, SUBSTANCE, SPEAKER, DRAFTED) if one in answer.text}, path


def test_the_control_a_colleague_reads_the_file(unguarded: World) -> None:
    assert NAME in unguarded.client("deputy.cairo").get(f"/cases/{case_of(unguarded)}").text


def test_sources_open_with_the_sources_key_alone(unguarded: World) -> None:
    for sign_in in sorted(OPENS):
        _sources_open_with_the_sources_key_alone(unguarded, sign_in)


def _sources_open_with_the_sources_key_alone(unguarded: World, sign_in: str) -> None:
    with unguarded.acting(sign_in) as (session, _):
        (told,) = session.scalars(
            select(Entry).where(Entry.case_id == case_of(unguarded), Entry.__table__.c.sealed_sources.is_not(None))
        )
        if sign_in in COLLEAGUES:
            assert told.sourced.name == SOURCE
        else:
            with pytest.raises(Locked):
                told.sourced  # noqa: B018 - reading it is what must fail


NOT_MINSK = sorted(OPENS.keys() - {"officer.minsk", "head.minsk"})


def test_a_file_on_its_way_opens_for_nobody_at_the_recorder_s(unguarded: World) -> None:
    """Not for the recorder either."""
    for sign_in in NOT_MINSK:
        with unguarded.acting(sign_in) as (session, visitor):
            waiting = session.scalars(select(Letter).where(Letter.folded_at.is_(None))).all()
            assert {letter.act for letter in waiting} == {"case_filed", "case_sources"}
            for letter in waiting:
                with pytest.raises(Locked):
                    visitor.ring.seed(letter.circle_id, letter.circle_epoch)


def test_a_file_that_was_routed_away_opens_for_nobody_at_the_recorder_s(unguarded: World) -> None:
    assert ROUTED in unguarded.client("officer.minsk").get("/cases").text
    minsk = unguarded.demonstration.offices["DEL_BLR"]
    for sign_in in NOT_MINSK:
        with unguarded.acting(sign_in) as (session, _):
            there = session.scalars(select(Entry).join(Case).where(Case.office_id == minsk)).all()
            assert there
            for entry in there:
                with pytest.raises(Locked):
                    entry.details  # noqa: B018 - reading it is what must fail
            with pytest.raises(Locked):
                cards(session, casework(unguarded, "DEL_BLR"))
        assert ROUTED not in unguarded.client(sign_in).get("/cases").text


def test_who_spoke_opens_for_the_organiser_alone(unguarded: World) -> None:
    for sign_in in sorted(OPENS):
        _who_spoke_opens_for_the_organiser_alone(unguarded, sign_in)


def _who_spoke_opens_for_the_organiser_alone(unguarded: World, sign_in: str) -> None:
    case_id = case_of(unguarded)
    with unguarded.acting("officer.cairo") as (session, _):
        (meeting,) = open_file(session, session.get_one(Case, case_id)).meetings
    with unguarded.acting(sign_in) as (_, visitor):
        own = replace(meeting.said, organiser_id=visitor.member_id)  # they call themselves the organiser
        if sign_in == "officer.cairo":
            assert chatham.own(visitor, case_id, meeting.id, own) == Attribution(present=SPEAKER, said=f"{SPEAKER}: so")
        else:
            with pytest.raises(Tampered):
                chatham.own(visitor, case_id, meeting.id, own)
    if sign_in != "officer.cairo":
        assert SPEAKER not in unguarded.client(sign_in).get(f"/cases/{case_id}").text


def test_a_draft_is_kept_from_colleagues_by_the_door_alone(world: World) -> None:
    """Its folder is the office's, so that its author's work is not lost with them: the key is no wall between two who
    work on the same files.
    """
    filed(world)
    with world.database.main.reading() as session:
        draft = session.scalars(select(Draft.id)).one()
    assert world.client("officer.cairo").get(f"/cases/drafts/{draft}").status_code == 200
    assert world.client("deputy.cairo").get(f"/cases/drafts/{draft}").status_code == 404
    with world.acting("deputy.cairo") as (session, _):
        assert session.scalars(select(Draft)).one().drafted.name == DRAFTED
