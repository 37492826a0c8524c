"""Hostile files are refused with a sentence, or kept where they do no harm; a process that reads them is bounded."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from hrd_cases.documents.arriving import Arrived, Arriving
from hrd_cases.documents.kinds import KINDS
from hrd_cases.documents.reader import Read, read
from hrd_cases.documents.reading.answers import Unread
from hrd_cases.documents.refusals import WHY, refusal
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.sandbox.shut_in import MEMORY
from tests.documents.hostile import FILES, Hostile


def brought(storage: Storage, file: Hostile) -> Arrived:
    arriving = Arriving(storage, file.name, 1 << 30)
    content = file.make()
    for start in range(0, len(content), 64_000):
        arriving.write(content[start : start + 64_000])
    return arriving.finish(Scanner(""))


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_is_refused_or_kept_harmlessly(tmp_path: Path, what: str) -> None:
    storage, file = Storage(tmp_path), FILES[what]
    if file.why:
        with pytest.raises(Unread) as refused:
            brought(storage, file)
        assert refused.value.why == file.why
        assert list(storage.lying()) == []
        return
    came = brought(storage, file)
    assert (came.mime, came.remarks) == (file.kept_as, file.remarks)
    assert came.name.endswith(KINDS[file.kept_as].endings)


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("what", [what for what, file in FILES.items() if file.kept_as in KINDS])
@pytest.mark.parametrize("task", ["show", "clean"])
def test_what_is_kept_is_drawn_or_not_and_hurts_nobody(what: str, task: str) -> None:
    file = FILES[what]
    if not KINDS[file.kept_as].shown:
        return
    why, drawn = _drawn(task, file)
    if drawn is None:
        assert why in WHY
        return
    assert drawn.facts.kind in ("image/jpeg", "image/png", "application/pdf")
    assert b"alert" not in drawn.content
    assert b"cmd.exe" not in drawn.content


def _drawn(task: str, file: Hostile) -> tuple[str, Read | None]:
    try:
        return "", read(task, file.kept_as, [file.make()])
    except Unread as unread:
        return unread.why, None


def test_the_memory_of_every_process_that_read_them_was_bounded() -> None:
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most < MEMORY


@pytest.mark.parametrize("why", WHY)
def test_every_refusal_is_a_sentence_and_what_to_do(why: str) -> None:
    reason, who_can = refusal(Unread(why), "photo.jpg").said()
    assert "photo.jpg" in reason
    assert reason.endswith(".")
    assert who_can.endswith(".")


def test_what_a_process_says_in_no_words_of_ours_is_that_it_could_not_be_read() -> None:
    assert refusal(Unread("anything else"), "a").reason == WHY["cannot be read"][0]
