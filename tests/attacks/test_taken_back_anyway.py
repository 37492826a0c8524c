"""Whoever takes a share or a consent back ends the other side's reading at once, whatever somebody damaged before and
puts back afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body, record
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.trials.mending import mend
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.shares.letters import ANSWERED, Answered, send
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Ended, ShareEntry
from tests.attacks.past_our_code import folder_of_share, secrets, write
from tests.cases.acting import said
from tests.trials.sharing_world import EMBASSY, OBSERVER, Sharer
from tests.trials.trying import HEAD, OFFICER
from tests.world import World

SHARES: Any = Share.__table__
TRIALS: Any = Proceeding.__table__
ENTRIES: Any = ProceedingEntry.__table__
PIECES: Any = Entry.__table__
TRAIL: Any = AuditEntry.__table__


def _rows(world: World, table: Any, *where: Any) -> list[dict[str, Any]]:
    with world.database.main.reading() as session:
        return [dict(row) for row in session.execute(select(table).where(*where)).mappings()]


def _entries_of_share(sharer: Sharer) -> list[uuid.UUID]:
    return sharer.tried.seen(lambda docket: [e.id for one in docket.all(ShareEntry) for e in docket.versions(one.id)])


def _ties(sharer: Sharer) -> list[uuid.UUID]:
    with sharer.world.acting(OFFICER) as (session, _):
        file = open_file(session, session.get_one(Case, sharer.files[0].id))
        return [one.entry.id for one in file.all(Tie)]


def _says_no(sharer: Sharer) -> int:
    with sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        return record_conversation(session, by, case, said(share_embassies="refused"), datetime.now(UTC)).ended


def _garbled(table: Any, ids: Callable[[Sharer], Any]) -> Callable[[Sharer], Any]:
    return lambda sharer: update(table).where(table.c.id.in_(ids(sharer))).values(sealed_file=b"damaged")


def _share_row(**values: Any) -> Callable[[Sharer], Any]:
    return lambda _: update(SHARES).values(**values)


ONE: dict[str, Callable[[Sharer], Any]] = {
    "what was written of it": _garbled(ENTRIES, _entries_of_share),
    "its row": _share_row(sealed_file=b"damaged"),
    "to whom": lambda sharer: update(SHARES).values(to_office_id=sharer.office("DEL_EGY")),
    "whose": lambda sharer: update(SHARES).values(office_id=sharer.office("DEL_COL")),
    "its trial's office": lambda sharer: update(TRIALS).values(office_id=sharer.office("DEL_COL")),
    "the file's trials": _garbled(PIECES, _ties),
}
DAMAGED: list[tuple[str, ...]] = [
    *((one,) for one in ONE),
    ("what was written of it", "its row"),
    ("what was written of it", "whose"),
    ("what was written of it", "the file's trials"),
    ("its trial's office", "the file's trials"),
]
TABLES = (SHARES, TRIALS, ENTRIES, PIECES)


def _put_back(world: World, rows: dict[Any, list[dict[str, Any]]], gone: Any) -> None:
    """As it was before: blobs and clear columns of whatever is still there, and the share's row."""
    for table, kept in rows.items():
        for row in kept:
            write(world, update(table).where(table.c.id == row["id"]).values(**row))
    if not _rows(world, SHARES):
        write(world, SHARES.insert().values(**gone))


@pytest.mark.parametrize("damage", DAMAGED, ids=" and ".join)
def test_after_a_no_nothing_is_read_although_it_is_put_back(world: World, damage: tuple[str, ...]) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    sharer.given(share_id)
    own, before = folder_of_share(world), {table: _rows(world, table) for table in TABLES}
    for statement in [ONE[one](sharer) for one in damage]:
        write(world, statement)
    assert _says_no(sharer) == 1
    assert own not in secrets(world)
    _put_back(world, {one: rows for one, rows in before.items() if one in (TRIALS, ENTRIES)}, before[SHARES][0])
    write(world, delete(SHARES))
    sharer.tried.do(mend)
    observer = sharer.tried.hearing(sharer.hearing_id).observer
    assert (sharer.given(share_id).not_ended, observer) == (False, None)


def test_a_no_ends_nothing_that_others_of_the_office_share(world: World) -> None:
    sharer, other = Sharer(world), Sharer(world)
    other_id = other.share()
    sharer.share()
    write(world, _garbled(ENTRIES, _entries_of_share)(sharer), _garbled(PIECES, _ties)(sharer))
    assert _says_no(sharer) == 1
    assert other.given(other_id).not_ended
    assert other.seen(other_id) is not None


def _listed(world: World, who: str = OFFICER) -> str:
    return world.client(who).get("/shares/given").text


@pytest.mark.parametrize("damage", ["what was written of it", "its row", "to whom", "whose", "its trial's office"])
def test_what_no_trial_tells_of_is_listed_and_taken_back(world: World, damage: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    own = folder_of_share(world)
    write(world, ONE[damage](sharer))
    browser, path = world.client(OFFICER), f"/shares/given/{share_id}/revoke"
    assert path in _listed(world)
    assert "Member State A" in _listed(world)
    assert browser.get(path).status_code == 200
    assert browser.post(path).status_code == 303
    assert own not in secrets(world)
    assert not _rows(world, SHARES)
    assert path not in _listed(world)


def test_nobody_of_another_office_takes_it_back(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    write(world, _share_row(sealed_file=b"damaged")(sharer))
    assert world.client("officer.minsk").post(f"/shares/given/{share_id}/revoke").status_code == 404
    assert _rows(world, SHARES)


def test_the_trail_is_not_needed(world: World) -> None:
    """Somebody cut the entry that tells which folder is the share's: the share itself opens, and says so."""
    sharer = Sharer(world)
    share_id = sharer.share()
    own = folder_of_share(world)
    offered = TRAIL.c.event == Event.SHARE_OFFERED.value
    write(world, update(TRAIL).where(offered).values(body=_rows(world, TRAIL, offered)[0]["body"][:-1]))
    sharer.revoke(share_id)
    assert own not in secrets(world)
    assert sharer.seen(share_id) is None


def test_a_no_that_reached_no_share_ends_it_when_somebody_comes_by(world: World) -> None:
    """Rows of the table and of the trail were away while the no was recorded."""
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    own, rows = folder_of_share(world), _rows(world, ENTRIES)
    offered = TRAIL.c.event == Event.SHARE_OFFERED.value
    trail, shares = _rows(world, TRAIL, offered), _rows(world, SHARES)
    write(world, delete(ENTRIES), delete(SHARES), update(TRAIL).where(offered).values(body=b""))
    _says_no(sharer)
    write(world, ENTRIES.insert().values(rows[0]))
    for row in rows[1:]:
        write(world, ENTRIES.insert().values(row))
    write(world, SHARES.insert().values(shares[0]))
    write(world, update(TRAIL).where(offered).values(body=trail[0]["body"]))
    sharer.tried.do(mend)
    assert own not in secrets(world)
    assert sharer.given(share_id).ended == Ended.CONSENT
    assert sharer.tried.hearing(sharer.hearing_id).observer is None


def test_that_it_was_a_no_neither_the_other_side_nor_the_trail_is_told(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    _says_no(sharer)
    assert sharer.of(share_id, lambda one: one.ended) == Ended.REVOKED
    assert sharer.given(share_id).ended == Ended.CONSENT
    ended = _rows(world, TRAIL, TRAIL.c.event == Event.SHARE_ENDED.value)
    assert [read_body(cast(Any, SimpleNamespace(**row))).fields["how"] for row in ended] == ["revoked"]


def test_the_head_takes_back_as_well(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share(EMBASSY)
    write(world, _share_row(sealed_file=b"damaged")(sharer))
    assert world.client(HEAD).post(f"/shares/given/{share_id}/revoke").status_code == 303
    assert not _rows(world, SHARES)


# -- a no of theirs that was written by hand


def _declined_by_hand(sharer: Sharer, share_id: uuid.UUID) -> None:
    """The letter and its entry in the trail, and nothing handed back."""
    with sharer.world.acting(OBSERVER) as (session, by):
        share = session.get_one(Share, share_id)
        answer = Answered("decline", share.proceeding_id, share.hearing_id, 1, "Nobody is free", "")
        send(session, by, share.to_office_id, share.office_id, ANSWERED, share_id, answer, datetime.now(UTC))
        record(session, Event.SHARE_ANSWERED, share=share_id, answer="decline")


def test_who_declines_by_hand_reads_nothing_any_more(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    own = folder_of_share(world)
    _declined_by_hand(sharer, share_id)
    assert sharer.given(share_id).ended == Ended.DECLINED
    assert own not in secrets(world)
    assert sharer.seen(share_id) is None


@pytest.mark.parametrize("how", ["revoked", "a no"])
def test_what_was_declined_and_not_handed_back_is_taken_back(world: World, how: str) -> None:
    """The row was away when the letter came."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    own = folder_of_share(world)
    _declined_by_hand(sharer, share_id)
    rows = _rows(world, SHARES)
    write(world, delete(SHARES))
    sharer.given(share_id)
    write(world, SHARES.insert().values(rows[0]))
    if how == "revoked":
        sharer.revoke(share_id)
    else:
        _says_no(sharer)
    assert own not in secrets(world)
    assert sharer.seen(share_id) is None
