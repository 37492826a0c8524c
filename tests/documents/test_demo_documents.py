"""The demonstration's documents: drawn by code, kept as an officer's are, and they show what pages do."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from hrd_cases.demo_cases import record_cases
from hrd_cases.demo_documents import JUDGMENT_OF, PHOTOGRAPH_OF, QUOTE_OF, RECEIPT_OF, Shown, record_documents
from hrd_cases.documents.storage import Storage
from hrd_cases.grants.models import Grant
from tests.documents.paging import Papers
from tests.world import World


@pytest.fixture
def cases(world: World) -> dict[str, uuid.UUID]:
    made = world.demonstration
    cases = record_cases(made.acting, made.members, made.world, made.shift())
    record_documents(made.acting, cases, Storage(world.house.settings.home / "documents"))
    return cases


def test_a_scanned_judgment_and_a_photograph_lie_on_the_files(world: World, cases: dict[str, uuid.UUID]) -> None:
    judgment = Papers(world, cases["DEL_EGY"])
    [filed] = judgment.told(lambda record: record.standing)
    assert (filed.paper.name, filed.paper.note) == (JUDGMENT_OF.name, JUDGMENT_OF.note)
    assert "Read all 2 pages" in judgment.get(f"/{filed.id}").text
    assert judgment.get(f"/{filed.id}/pages/2/picture").status_code == 200
    photograph = Papers(world, cases["DEL_COL"])
    [photo] = photograph.told(lambda record: record.standing, "officer.bogota")
    assert photo.paper.name == PHOTOGRAPH_OF.name
    original = photograph.get(f"/{photo.id}/file", "officer.bogota").data
    copy = photograph.get(f"/{photo.id}/cleaned", "officer.bogota").data
    assert Image.open(BytesIO(original)).getexif()
    assert not Image.open(BytesIO(copy)).getexif()


@pytest.mark.parametrize(("shown", "city", "sort"), [(QUOTE_OF, "cairo", "request"), (RECEIPT_OF, "beijing", "proof")])
def test_a_grant_has_a_document_that_finance_opens(
    world: World, cases: dict[str, uuid.UUID], shown: Shown, city: str, sort: str
) -> None:
    with world.acting(f"officer.{city}") as (session, officer):
        grant_id = session.scalars(select(Grant.id).where(Grant.office_id == officer.office_id)).one()
    papers, finance = Papers(world, grant_id), f"finance.{city}"
    [filed] = papers.told(lambda record: record.standing, finance)
    assert (filed.paper.name, filed.paper.sort) == (shown.name, sort)
    assert papers.get(f"/{filed.id}/pages/1/picture", finance).status_code == 200
