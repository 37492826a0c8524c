"""300 MiB are sent to the page that takes them, and the server is killed at ten points of it: on the disk, among
temporary files and in the databases no clear byte is left, and nothing is listed.
"""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from hrd_cases.door import guards
from tests.documents.paging import OFFICER, Papers, case_with_papers
from tests.documents.test_killed_uploads import CANARY, PIECE, clear_files
from tests.served import Serving
from tests.world import World

LENGTH = 300 << 20
EDGE = b"----edge"
WHOLE = LENGTH // len(PIECE) * len(PIECE)


def begin(papers: Papers, port: int) -> socket.socket:
    """The form up to where its file begins."""
    cookie = papers.world.demonstration.cookies[OFFICER]
    token = guards.token_of(cookie).encode()
    head = b'--%s\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n%s\r\n' % (EDGE, token)
    head += b'--%s\r\nContent-Disposition: form-data; name="documents"; filename="a.mp3"\r\n\r\n' % EDGE
    said = (
        f"POST {papers.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
        f"Cookie: {guards.COOKIE}={cookie}\r\nContent-Type: multipart/form-data; boundary={EDGE.decode()}\r\n"
        f"Content-Length: {len(head) + WHOLE + len(END)}\r\nConnection: close\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(said.encode() + head)
    return line


END = b"\r\n--" + EDGE + b"--\r\n"


@pytest.fixture
def temporary(world: World, serving: Serving, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server's temporary files lie: within what is searched."""
    found = world.house.settings.home / "temporary"
    found.mkdir()
    serving.end()
    monkeypatch.setenv("TMPDIR", str(found))
    return found


def test_killed_at_any_point_it_leaves_nothing_in_clear_and_lists_nothing(
    world: World, serving: Serving, temporary: Path
) -> None:
    papers, home, seed = case_with_papers(world), world.house.settings.home, random.Random(8)
    points = [*sorted(seed.randrange(1, WHOLE) for _ in range(8)), WHOLE, WHOLE]
    for number, point in enumerate(points):
        world.database.dispose()
        line = begin(papers, serving.over(home))
        with suppress(OSError):
            for sent in range(0, point, len(PIECE)):
                line.sendall(PIECE[: point - sent])
            if number == len(points) - 1:
                line.sendall(END)  # killed while it is looked into, or while its row is written
        assert clear_files(home) == [], "while it runs"
        serving.kill()
        line.close()
        assert clear_files(home) == [], point
        rows, lying = papers.rows(), list(papers.storage.lying())
        if number < len(points) - 1:
            assert (rows, [one.whole for one in lying]) == ([], [False])
        assert len(papers.told(lambda record: record.filed)) == len(rows), "whole, or not at all"
        for one in lying:
            papers.storage.drop_part(one.document_id)
    assert list(temporary.iterdir()) == []


def test_not_killed_it_arrives(world: World, serving: Serving, temporary: Path) -> None:
    papers = case_with_papers(world)
    world.database.dispose()
    line = begin(papers, serving.over(world.house.settings.home))
    for _ in range(WHOLE // len(PIECE)):
        line.sendall(PIECE)
    line.sendall(END)
    assert line.recv(1_000).startswith(b"HTTP/1.1 303")
    line.close()
    serving.end()
    [filed] = papers.told(lambda record: record.standing)
    assert filed.paper.length == WHOLE
    assert PIECE.startswith(CANARY)
    assert clear_files(world.house.settings.home) == []
    assert list(temporary.iterdir()) == []
