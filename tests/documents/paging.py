"""A case file of Cairo with documents, as browsers without scripts see it: forms with files are sent as they are."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about
from hrd_cases.audit.trail import Body
from hrd_cases.documents.models import Document
from hrd_cases.documents.papers import Record, find_record
from hrd_cases.documents.storage import Storage
from hrd_cases.door import guards
from tests.cases.conftest import Recording, recorded
from tests.scriptless import BASE, apart
from tests.world import World

OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"
ELSEWHERE, FINANCE = "officer.minsk", "finance.cairo"
EDGE = b"----edge"
TEXT = b"Statement of a witness, taken in Minya.\n" * 400


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 200), **more: Any) -> bytes:
    into = BytesIO()
    Image.new("RGB", size, "#8899aa").save(into, kind, **more)
    return into.getvalue()


def pdf(pages: int = 1) -> bytes:
    into = BytesIO()
    sheets = [Image.new("RGB", (300, 420), "white") for _ in range(pages)]
    sheets[0].save(into, "PDF", save_all=True, append_images=sheets[1:])
    return into.getvalue()


def _part(head: str, content: bytes) -> bytes:
    said = b"Content-Disposition: form-data; " + head.encode()
    return b"--" + EDGE + b"\r\n" + said + b"\r\n\r\n" + content + b"\r\n"


@dataclass
class Papers:
    """The documents of one record, through its pages. `sort`: which of its sorts they are of."""

    world: World
    record_id: uuid.UUID
    sort: str = ""

    @property
    def path(self) -> str:
        return f"/records/{self.record_id}/documents"

    @property
    def storage(self) -> Storage:
        return Storage(self.world.house.settings.home / "documents")

    def add(
        self, *files: tuple[str, bytes], note: str = "", who: str = OFFICER, sort: str = "", ends: bool = True
    ) -> Any:
        """Send the form with these files, as a browser does: token first, then what stands above the files. `ends`:
        all of it comes.
        """
        browser = self.world.client(who)
        more = {"note": note} | ({"sort": sort or self.sort} if sort or self.sort else {})
        rest = [_part(f'name="{name}"', value.encode()) for name, value in more.items()]
        fields = _part(f'name="{guards.TOKEN_FIELD}"', browser.token().encode())
        whole = (*rest, b"--" + EDGE + b"--\r\n")
        chosen = [_part(f'name="documents"; filename="{name}"', content) for name, content in files or [("", b"")]]
        return apart(
            browser.client.post,
            self.path,
            base_url=BASE,
            data=b"".join([fields, *chosen, *(whole if ends else ())]),
            content_type=f"multipart/form-data; boundary={EDGE.decode()}",
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    def added(self, name: str, content: bytes, **more: Any) -> uuid.UUID:
        """One document that is kept; its id."""
        before = {one.id for one in self.rows()}
        answer = self.add((name, content), **more)
        assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)
        [new] = [one.id for one in self.rows() if one.id not in before]
        return new

    def rows(self) -> list[Document]:
        with self.world.database.main.reading() as session:
            return list(session.scalars(select(Document).order_by(Document.added_at)).all())

    def told(self, look: Callable[[Record], Any], who: str = OFFICER) -> Any:
        """What `look` finds in the record as it stands."""
        with self.world.acting(who) as (session, visitor):
            record = find_record(session, visitor, self.record_id)
            assert record is not None
            return look(record)

    def get(self, path: str = "", who: str | None = OFFICER) -> Any:
        return self.world.client(who).get(self.path + path)

    def post(self, path: str, form: dict[str, Any], who: str = OFFICER) -> Any:
        return self.world.client(who).post(self.path + path, form)

    def trail(self, document_id: uuid.UUID, *events: Event) -> list[Body]:
        with self.world.database.main.reading() as session:
            return list(about(session, document_id, *events))

    def made_from(self, document_id: uuid.UUID) -> str:
        found = re.search(r'name="made_from" value="([^"]+)"', self.get(f"/{document_id}/describe").text)
        assert found is not None
        return found.group(1)


def case_with_papers(world: World, name: str = "سلمى عبد الرحمن المثال") -> Papers:
    case_id = Recording(world).by(OFFICER, recorded("EG", name)).case_id
    assert case_id is not None
    return Papers(world, case_id)
