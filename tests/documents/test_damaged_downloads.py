"""A document whose file somebody altered: nothing of the bad part leaves; where nothing was sent, a page says so.

Over HTTP, from the real server: what a browser would have on its disk is looked at.
"""

from __future__ import annotations

import http.client
import random
from collections.abc import Callable

import pytest

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import every
from hrd_cases.documents.sealing import AT_ONCE
from hrd_cases.door import guards
from hrd_cases.vault.streams import CHUNK, HEADER_BYTES
from tests.documents.paging import OFFICER, case_with_papers
from tests.served import Serving
from tests.world import World

SMALL = b"ID3" + random.Random(1).randbytes(100_000)
LARGE = b"ID3" + random.Random(2).randbytes(9 * AT_ONCE)
STEP = CHUNK + 16
FAR = 7 * AT_ONCE // CHUNK


def flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda sealed: sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


def reordered(first: int, second: int) -> Callable[[bytes], bytes]:
    def change(sealed: bytes) -> bytes:
        def chunk(number: int) -> slice:
            return slice(HEADER_BYTES + number * STEP, HEADER_BYTES + (number + 1) * STEP)

        parts = bytearray(sealed)
        parts[chunk(first)], parts[chunk(second)] = sealed[chunk(second)], sealed[chunk(first)]
        return bytes(parts)

    return change


DAMAGED: dict[str, tuple[bytes, Callable[[bytes], bytes], bool]] = {
    "small, one bit": (SMALL, flipped(50_000), True),
    "cut": (LARGE, lambda sealed: sealed[:-100_000], True),
    "cut and filled up": (SMALL, lambda sealed: sealed[:60_000].ljust(len(sealed), b"\0"), True),
    "gone": (LARGE, lambda _: b"", True),
    "one bit in the first chunk": (LARGE, flipped(HEADER_BYTES + 100), True),
    "the first two chunks in another order": (LARGE, reordered(0, 1), True),
    "one bit far behind": (LARGE, flipped(HEADER_BYTES + FAR * STEP), False),
    "chunks far behind in another order": (LARGE, reordered(FAR, FAR + 1), False),
}
"""What the file was, what somebody made of it, and whether that is known before anything is sent."""


def got(port: int, path: str, cookie: str) -> tuple[int, bytes, bool, str]:
    """(status, what arrived, did all of it, its type)."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path, headers={"Cookie": f"{guards.COOKIE}={cookie}", "Sec-Fetch-Site": "same-origin"})
    answer = line.getresponse()
    came, whole = b"", True
    try:
        came = answer.read()
    except http.client.IncompleteRead as cut:
        came, whole = cut.partial, False
    except ConnectionError:
        whole = False
    line.close()
    return answer.status, came, whole, answer.headers.get("Content-Type", "")


@pytest.mark.parametrize("what", DAMAGED)
def test_nothing_of_the_bad_part_is_served(world: World, serving: Serving, what: str) -> None:
    content, change, before = DAMAGED[what]
    papers = case_with_papers(world)
    document_id = papers.added("recording.mp3", content)
    file = world.house.settings.home / "documents" / document_id.hex
    file.write_bytes(change(file.read_bytes()))
    world.database.dispose()
    port = serving.over(world.house.settings.home)
    status, came, whole, kind = got(port, f"{papers.path}/{document_id}/file", world.demonstration.cookies[OFFICER])
    if before:
        assert (status, kind.partition(";")[0]) == (409, "text/html")
        assert b"failed its check" in came
        assert content[:64] not in came
    else:
        assert (status, whole) == (200, False)
        assert len(came) < len(content)
        assert content.startswith(came), "what came is what was sent once"
    with world.database.main.reading() as session:
        alarms = [str(one.fields["alarm"]) for one in every(session, Event.ALARM_RAISED)]
    assert "failed its check: documents.download" in alarms


def test_whole_it_arrives_whole(world: World, serving: Serving) -> None:
    papers = case_with_papers(world)
    document_id = papers.added("recording.mp3", LARGE)
    world.database.dispose()
    port = serving.over(world.house.settings.home)
    came = got(port, f"{papers.path}/{document_id}/file", world.demonstration.cookies[OFFICER])
    assert came == (200, LARGE, True, "audio/mpeg")
