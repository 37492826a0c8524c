"""Documents in a browser without scripts: several added at once, one refused, shown, saved, described, taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.documents.paging import HEAD, OFFICER, TEXT, case_with_papers, pdf, picture
from tests.journeys.conftest import Town, look

pytestmark = pytest.mark.browser


def files(directory: Path) -> list[Path]:
    """As they lie on an officer's computer."""
    contents = {
        "حكم.pdf": pdf(2),
        "photo.png": picture(),
        "witness.txt": TEXT,
        "page.html": b"<html><script>1</script>",
    }
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in contents]


def clicked(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_documents_come_and_go_without_scripts(town: Town, tmp_path: Path) -> None:
    case_id = case_with_papers(town.world).record_id
    town.world.database.dispose()
    page = town.sit_down(OFFICER)
    page.goto(f"/cases/{case_id}")
    clicked(page, "Add documents")
    page.get_by_label("Files").set_input_files(files(tmp_path))
    page.get_by_label("Note").fill("From her lawyer.")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("3 documents are kept: حكم.pdf · photo.png · witness.txt")).to_be_visible()
    expect(page.get_by_text("“page.html” is a web page")).to_be_visible()
    look(page, "documents-added")

    clicked(page, "حكم.pdf")
    page.wait_for_load_state("load")
    drawn = page.locator("img.app-leaf")
    expect(drawn).to_be_visible()
    assert drawn.bounding_box()["height"] > 200, "the first page is drawn"  # type: ignore[index]
    clicked(page, "Read all 2 pages")
    page.get_by_role("link", name="2").first.click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    clicked(page, "Document")

    with page.expect_download() as coming:
        clicked(page, "The original")
    assert coming.value.suggested_filename.startswith("document-")
    assert coming.value.suggested_filename.endswith(".pdf")
    assert Path(coming.value.path()).read_bytes() == (tmp_path / "حكم.pdf").read_bytes()
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Downloaded: the original")).to_have_count(1)

    clicked(page, "Correct name or note")
    page.get_by_label("Name").fill("Judgment of first instance")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Judgment of first instance.pdf")).to_be_visible()

    head = town.sit_down(HEAD, phone=True)
    head.goto(page.url)
    clicked(head, "Take it away")
    head.get_by_role("button", name="Take it away for good").click()
    expect(head.get_by_role("alert").get_by_text("Write why.")).to_be_visible()
    head.get_by_label("Why is it taken away?").fill("Belongs to another file.")
    head.get_by_role("button", name="Take it away for good").click()
    expect(head.get_by_text("1 document was taken away")).to_be_visible()
    page.goto(f"/cases/{case_id}/timeline/1")
    expect(page.get_by_role("cell", name="Judgment of first instance.pdf – taken away")).to_be_visible()
