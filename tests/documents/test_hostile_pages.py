"""Hostile files through the page that takes them: each is refused with a sentence or kept where it does no harm, and
whatever is done with what was kept, nothing breaks.
"""

from __future__ import annotations

import html
import re

from hrd_cases.documents.names import legible
from tests.documents.hostile import FILES
from tests.documents.paging import Papers, case_with_papers
from tests.world import World

AT_ONCE = 10


def test_no_hostile_file_breaks_a_page(world: World) -> None:
    papers, names = case_with_papers(world), list(FILES)
    assert len(names) >= 60
    for start in range(0, len(names), AT_ONCE):
        batch = [FILES[name] for name in names[start : start + AT_ONCE]]
        answer = papers.add(*((file.name.replace('"', "%22"), file.make()) for file in batch))
        assert answer.status_code in (303, 422), names[start : start + AT_ONCE]
        said = html.unescape(re.sub(r"<[^>]+>", " ", papers.get().text if answer.status_code == 303 else answer.text))
        for file in batch:
            if file.why:
                assert f"“{legible(file.name)}”" in said or file.name == "", file.name
    kept = [file for file in FILES.values() if file.kept_as]
    assert len(papers.rows()) == len(kept)
    _each_is_harmless(papers)


def _each_is_harmless(papers: Papers) -> None:
    for filed in papers.told(lambda record: record.standing):
        page = papers.get(f"/{filed.id}")
        assert page.status_code == 200, filed.paper.name
        assert "<script" not in page.text
        download = papers.get(f"/{filed.id}/file")
        assert (download.status_code, len(download.data)) == (200, filed.paper.length)
        assert download.headers["Content-Disposition"].startswith('attachment; filename="document-')
        assert "html" not in download.headers["Content-Type"]
        assert "svg" not in download.headers["Content-Type"]
        for path in ("/pages/1", "/pages/1/picture", "/cleaned"):
            answer = papers.get(f"/{filed.id}{path}")
            assert answer.status_code in (200, 404, 409), (filed.paper.name, path)
            if path.endswith("picture") and answer.status_code == 200:
                assert answer.headers["Content-Type"] in ("image/jpeg", "image/png")
