"""One file in Cairo with documents, for the walk of every page: one that is shown, one that is not, one taken away."""

from __future__ import annotations

from tests.documents.paging import DEPUTY, HEAD, OFFICER, TEXT, case_with_papers, pdf, picture
from tests.world import World

# By endpoint: who walks there, and the address. {names} are those of `addresses`.
WALK: dict[str, tuple[str, str]] = {
    "documents.index": (OFFICER, "/records/{record}/documents"),
    "documents.show": (OFFICER, "/records/{record}/documents/{document}"),
    "documents.leaf": (OFFICER, "/records/{record}/documents/{document}/pages/2"),
    "documents.describe": (OFFICER, "/records/{record}/documents/{document}/describe"),
    "documents.remove": (OFFICER, "/records/{record}/documents/{document}/remove"),
}
# The same pages where they look otherwise.
ALSO = [
    (OFFICER, "/cases/{record}", 200),
    (OFFICER, "/records/{record}/documents/{plain}", 200),
    (OFFICER, "/records/{record}/documents/{gone}", 200),
    (DEPUTY, "/records/{record}/documents/{plain}/remove", 200),
    (OFFICER, "/records/{record}/documents/{plain}/cleaned", 409),
]
NO_PAGES = {
    "documents.picture": "a picture; it stands on the document's page",
    "documents.download": "a file to be saved",
    "documents.cleaned": "a file to be saved",
}


def addresses(world: World) -> dict[str, object]:
    for member in (OFFICER, DEPUTY, HEAD):
        with world.acting(member):
            pass
    papers = case_with_papers(world)
    document = papers.added(
        "حكم محكمة جنايات القاهرة.pdf", pdf(3), note="From her lawyer.\nThe third page has the stamp."
    )
    plain = papers.added("statement " + "of a witness who was there " * 5 + ".txt", TEXT)
    gone = papers.added("photo.jpg", picture("JPEG"))
    papers.get(f"/{document}/pages/1/picture", DEPUTY)
    papers.get(f"/{document}/file", HEAD)
    typed = {"made_from": papers.made_from(document), "name": "حكم.pdf", "note": "From her lawyer."}
    papers.post(f"/{document}/describe", typed)
    papers.post(f"/{gone}/remove", {"made_from": papers.made_from(gone), "reason": "Belongs to another file."})
    return {"record": papers.record_id, "document": document, "plain": plain, "gone": gone}
