"""Somebody may write every table and holds no key: what stands under the sources' key is cut out of a file, or the key
that opens it is taken away. "Never call" must not vanish from a page as if nobody had ever written it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, text

from hrd_cases.cases import drafts
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Incident, SaidBy, Source, Way
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case, Draft, Entry
from hrd_cases.cases.writing import correct, write
from hrd_cases.errors import Destroyed, Locked, Tampered
from hrd_cases.keys.models import Folder, ShredSecret, SleeveKey
from hrd_cases.keys.roles import CircleName
from hrd_cases.records import Sleeve
from tests.attacks.past_our_code import findings, tables
from tests.cases.conftest import recorded, with_source
from tests.offices.people import said
from tests.world import World, already

OFFICER, NEVER, ONLY_HE = "officer.cairo", "NEVER CALL HIM", "Only he was there"
FAILED, SOURCE_FAILED = "failed its check", "Who told us failed its check"
MARKED = "Failed its check Do not rely on it. Security has been told."
"""Beside what stands there: it is older than what was last written."""
HANDED_OVER = "hands it over by signing in"


def filed(world: World) -> None:
    """A file with a source, corrected once; an incident with who told us; a draft with a source."""
    now = datetime.now(UTC)
    drafted, sourced = with_source(recorded("EG", "Def Ender"), "Sami Source")
    with world.acting(OFFICER) as (session, officer):
        case = session.get_one(Case, submit(session, officer, drafted, sourced, now).case_id)
        file = open_file(session, case, anew=True)
        never = Source(name="Sami Source", ways=(Way(kind="phone", value="+20 999", use="never"),), never=NEVER)
        source = file.sources[0]
        correct(session, officer, file, source.id, source.said, now, sourced=never)
        told = SaidBy(source_ids=(source.id,), note=ONLY_HE)
        write(session, officer, case, Incident(text="Beaten."), now, sourced=told)
        touched(session, officer, case)
        drafts.save(session, officer, None, *with_source(recorded("EG", "A Draft"), "Drafted Source"), now)
    assert findings(world) == []


@pytest.fixture
def told(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    return already(world, filed, tmp_path_factory)


def case_of(world: World) -> Case:
    with tables(world) as session:
        return session.scalars(select(Case)).one()


def page(world: World, more: str = "", who: str = OFFICER) -> str:
    return said(world.client(who).get(f"/cases/{case_of(world).id}{more}"))


def seen(world: World, *, without_sources: bool = False) -> File:
    """The file as an officer opens it. `without_sources`: that key was never handed to them."""
    with world.acting(OFFICER) as (session, officer):
        case = session.scalars(select(Case)).one()
        if without_sources:
            sources = officer.charters.of(case.office_id).circle(CircleName.SOURCES)
            for circle, epoch in list(officer.ring.seeds):
                if circle == sources.circle_id:
                    del officer.ring.seeds[circle, epoch]
            assert not officer.in_circle(case.office_id, CircleName.SOURCES)
        file = open_file(session, case)
        _ = [(one.details, one.author_id) for one in file.entries], file.whole
        return file


def cut(world: World, where: str, table: str = "entries") -> None:
    with tables(world) as session:
        done = session.execute(text(f"UPDATE {table} SET sealed_sources = NULL WHERE {where}"))
        assert done.rowcount == 1  # type: ignore[attr-defined]


def test_the_control_nothing_fails(told: World) -> None:
    for more in ("", "/print?with=sources"):
        assert NEVER in page(told, more)
        assert FAILED not in page(told, more)
        assert MARKED not in page(told, more)
    assert ONLY_HE in page(told)


def test_they_cut_who_a_source_is_out_of_the_newest_version(told: World) -> None:
    """What was corrected does not stand as if it were still true without a word."""
    cut(told, "corrects_id IS NOT NULL")
    shown = page(told)
    assert FAILED in shown
    for whole in (shown, page(told, "/print?with=sources")):
        assert MARKED in whole
    assert "Some entries could not be read" in page(told, "/print?with=sources")
    for without_sources in (False, True):
        file = seen(told, without_sources=without_sources)
        assert (file.whole, len(file.damaged)) == (False, 1)
    assert findings(told) == ["a sealed part of this row is gone"]


def test_they_cut_out_who_told_us_of_an_incident(told: World) -> None:
    incident = next(one for one in seen(told).incidents if one.said.text == "Beaten.")
    cut(told, f"id = '{incident.id.hex}'")
    assert ONLY_HE not in page(told)
    assert FAILED in page(told)
    assert not seen(told).whole
    assert not seen(told, without_sources=True).whole


def test_nobody_corrects_what_was_cut(told: World) -> None:
    incident = next(one for one in seen(told).incidents if one.said.text == "Beaten.")
    cut(told, f"id = '{incident.id.hex}'")
    answer = told.client(OFFICER).get(f"/cases/{case_of(told).id}/entries/{incident.id}/correct")
    assert answer.status_code == 404
    with tables(told) as session:
        before = session.get_one(Entry, incident.id).version
    with told.acting(OFFICER) as (session, _), pytest.raises(Tampered):
        session.get_one(Entry, incident.id).sourced = SaidBy(note="Laundered")
    with tables(told) as session:
        assert session.get_one(Entry, incident.id).version == before


def test_they_cut_the_sources_of_a_draft(told: World) -> None:
    with tables(told) as session:
        draft = session.scalars(select(Draft)).one()
    browser = told.client(OFFICER)
    assert "Drafted Source" in said(browser.get(f"/cases/drafts/{draft.id}/check"))
    cut(told, "1 = 1", "drafts")
    for step in ("", "/check", "/people"):
        answer = browser.get(f"/cases/drafts/{draft.id}{step}")
        assert (answer.status_code, FAILED in said(answer)) == (409, True)
    assert "A draft failed its check" in said(browser.get("/cases/drafts"))


def test_they_plant_an_older_part_where_there_was_none(told: World) -> None:
    """What stands in a row that never had one is none of its."""
    first = seen(told).sources[0].id
    with tables(told) as session:
        session.execute(text(
            "UPDATE entries SET sealed_sources = (SELECT sealed_sources FROM entries WHERE id = :of)"
            " WHERE sealed_sources IS NULL"), {"of": first.hex})  # fmt: skip
    assert len(seen(told, without_sources=True).damaged) >= 1


# -- the key instead of what it opens


def test_they_take_the_key_of_the_sources_away(told: World) -> None:
    with tables(told) as session:
        session.execute(delete(SleeveKey).where(SleeveKey.sleeve == Sleeve.SOURCES.value))
    shown = page(told)
    assert SOURCE_FAILED in shown
    assert NEVER not in shown
    assert SOURCE_FAILED in page(told, "/print?with=sources")
    source = seen(told).sources[0]
    answer = told.client(OFFICER).get(f"/cases/{case_of(told).id}/entries/{source.entry.id}/correct")
    assert (answer.status_code, FAILED in said(answer)) == (409, True)
    assert HANDED_OVER not in said(answer)


@pytest.mark.parametrize("gone", ["its key", "its key and its folder", "its secret"])
def test_nobody_is_told_to_wait_for_a_key_that_is_gone(told: World, gone: str) -> None:
    case = case_of(told)
    if gone == "its secret":
        with told.database.shred.writing() as shred:
            shred.execute(delete(ShredSecret).where(ShredSecret.folder_id == case.folder_id))
    else:
        with tables(told) as session:
            session.connection().exec_driver_sql("PRAGMA foreign_keys = OFF")
            session.execute(delete(SleeveKey).where(SleeveKey.folder_id == case.folder_id))
            if gone.endswith("folder"):
                session.execute(delete(Folder).where(Folder.id == case.folder_id))
    answer = told.client(OFFICER).get(f"/cases/{case.id}")
    assert answer.status_code == 409
    assert HANDED_OVER not in said(answer)


def test_they_take_away_the_way_back_to_an_older_key(told: World) -> None:
    with told.acting("head.cairo") as (_, head):
        ring = head.ring
        (circle, epoch), seed = next(iter(ring.seeds.items()))
        ring.seeds.clear()
        ring.seeds[circle, epoch + 1] = seed
        with pytest.raises(Destroyed):
            ring.seed(circle, epoch)


def test_whoever_is_not_in_the_circle_learns_nothing_of_its_keys(told: World) -> None:
    folder_id = case_of(told).folder_id
    with tables(told) as session:
        session.execute(delete(SleeveKey).where(SleeveKey.folder_id == folder_id))
    with told.acting("officer.minsk") as (_, stranger):
        for sleeve in Sleeve:
            with pytest.raises(Locked):
                stranger.ring.to_open(folder_id, sleeve, 1)


# -- on their way to another office


def sent_to_minsk(world: World) -> None:
    with world.acting(OFFICER) as (session, officer):
        submit(session, officer, *with_source(recorded("BY", "Goes To Minsk"), "Sami Source"), datetime.now(UTC))


def in_minsk(world: World) -> str:
    browser = world.client("officer.minsk")
    browser.get("/")
    with tables(world) as session:
        case = session.scalars(select(Case.id).where(Case.office_id == world.demonstration.offices["DEL_BLR"])).one()
    return said(browser.get(f"/cases/{case}"))


LOST = "What this file says of its sources was lost on its way"


def test_the_control_sources_arrive_with_their_file(world: World) -> None:
    sent_to_minsk(world)
    shown = in_minsk(world)
    assert "Sami Source" in shown
    assert LOST not in shown


@pytest.mark.parametrize(
    "how", ["DELETE FROM letters", "UPDATE letters SET sealed = x'00'", "UPDATE letters SET act = 'x'"]
)
def test_they_take_the_letter_of_the_sources_away(world: World, how: str) -> None:
    """The file itself knows of them: whoever opens it is told, and whom to ask."""
    sent_to_minsk(world)
    with tables(world) as session:
        session.execute(text(f"{how} WHERE act = 'case_sources'"))
    shown = in_minsk(world)
    assert LOST in shown
    assert f"Ask {OFFICER}, who recorded it" in shown
