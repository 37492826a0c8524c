"""The demonstration's documents: drawn by code, kept as an officer's are, and they show what pages do."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from hrd_cases.demo_cases import record_cases
from hrd_cases.demo_documents import JUDGMENT_OF, PHOTOGRAPH_OF, record_documents
from hrd_cases.documents.storage import Storage
from tests.documents.paging import Papers
from tests.world import World


def test_a_scanned_judgment_and_a_photograph_lie_on_the_files(world: World) -> None:
    made = world.demonstration
    cases = record_cases(made.acting, made.members, made.world, made.shift())
    record_documents(made.acting, cases, Storage(world.house.settings.home / "documents"))
    judgment = Papers(world, cases["DEL_EGY"])
    [filed] = judgment.told(lambda record: record.standing)
    assert (filed.paper.name, filed.paper.note) == JUDGMENT_OF[1:]
    assert "Read all 2 pages" in judgment.get(f"/{filed.id}").text
    assert judgment.get(f"/{filed.id}/pages/2/picture").status_code == 200
    photograph = Papers(world, cases["DEL_COL"])
    [photo] = photograph.told(lambda record: record.standing, "officer.bogota")
    assert photo.paper.name == PHOTOGRAPH_OF.name
    original = photograph.get(f"/{photo.id}/file", "officer.bogota").data
    copy = photograph.get(f"/{photo.id}/cleaned", "officer.bogota").data
    assert Image.open(BytesIO(original)).getexif()
    assert not Image.open(BytesIO(copy)).getexif()
