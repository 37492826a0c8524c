"""One letter that cannot be folded is refused or waits by itself: the others arrive, and the circles are seen to."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Locked, Refused, Tampered
from hrd_cases.keys import letters
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices import notices
from hrd_cases.offices.chores import Chores
from hrd_cases.offices.models import Notice, Office
from hrd_cases.records import Sleeve
from tests.offices.people import events, holds, newcomer, pin_root, said

ACT = "something_else"
SOUND = b"\x92\xa1s\xa1t"
NOT_UTF8 = b"\x92\xa1\xff\xa1a"


def send(world, content, act=notices.ACT):
    office_id = world.demonstration.offices["DEL_EGY"]
    with world.acting("desk.hq") as (session, by):
        sender = (by.member_id, by.charters.headquarters_id, by.ring.keys)
        now = datetime.now(UTC)
        to = (office_id, CircleName.CASEWORK)
        letter = letters.send(session, by.charters, sender, to, act, office_id, content, now)
        record(session, Event.LETTER_SENT, letter=letter.id, office=office_id, act=act, digest=letter.digest)
        return letter.id


def stand(world, *ids):
    """Of each letter: "folded", "refused" or "waits"."""
    with world.database.main.reading() as session:
        found = [session.get_one(Letter, letter_id) for letter_id in ids]
    return ["folded" if x.folded_at else "refused" if x.refused_at else "waits" for x in found]


@pytest.mark.parametrize("content", [NOT_UTF8, b"", b"\xc1", b"\x92\x01\x02", b"\x93\xa1a\xa1b"[:3]])
def test_content_that_cannot_be_read_is_refused_and_the_others_arrive(world, content):
    ids = [send(world, SOUND), send(world, content), send(world, SOUND)]
    answer = world.client("officer.cairo").get("/")
    assert answer.status_code == 200
    assert stand(world, *ids) == ["folded", "refused", "folded"]
    assert "A letter failed its check" in said(answer)
    assert events(world).count("letter_refused") == 1


def folds_one_badly(error):
    """A fold that changes its office and then fails."""

    def fold(session, visitor, letter, read):
        session.get_one(Office, read.office_id).public_contact = "changed by half"
        record(session, Event.HOUSE_KEPT, sessions=7, forms=7, buckets=7, invitations=7)
        notices.fold(session, visitor, letter, read)
        session.flush()
        raise error

    return fold


@pytest.mark.parametrize(
    ("error", "then"),
    [
        (Tampered("x"), "refused"),
        (ValueError("x"), "refused"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "refused"),
        (Locked("x"), "waits"),
        (Refused("x"), "waits"),
        (IntegrityError("x", None, ValueError()), "waits"),
    ],
    ids=lambda x: x if isinstance(x, str) else type(x).__name__,
)
def test_a_letter_that_fails_half_way_leaves_nothing_and_the_others_arrive(world, error, then):
    ids = [send(world, SOUND, ACT), send(world, SOUND)]
    chores = Chores({notices.ACT: notices.fold, ACT: folds_one_badly(error)})
    with world.database.shred.reading() as shred, world.database.main.writing() as session:
        visitor = world.house.sessions.find_visitor(session, shred, world.demonstration.cookies["officer.cairo"])
        session.info["keys"] = visitor.ring
        chores.do(session, visitor)
    assert stand(world, *ids) == [then, "folded"]
    assert "house_kept" not in events(world)
    assert events(world).count("letter_refused") == (then == "refused")
    with world.database.main.reading() as session:
        assert not session.scalars(select(Office).where(Office.public_contact == "changed by half")).all()
        assert list(session.scalars(select(Notice.id))) == [ids[1]]
    assert "Nothing needs you now" not in said(world.client("deputy.cairo").get("/"))
    with world.acting("deputy.cairo") as (session, _):
        assert session.get_one(Notice, ids[1]).text == "t"


def test_a_letter_nobody_can_fold_keeps_no_newcomer_from_the_keys(world, at, monkeypatch):
    def never(*_):
        raise IntegrityError("x", None, ValueError())

    monkeypatch.setattr(letters, "read", never)
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    world.client("head.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    pin_root(world, "officer2.cairo")
    send(world, SOUND)
    assert world.client("deputy.cairo").get("/").status_code == 200
    assert "casework" in holds(world, "officer2.cairo", "DEL_EGY")


def test_what_a_savepoint_undid_seals_nothing_afterwards(world):
    send(world, SOUND)
    world.client("officer.cairo").get("/")
    with world.acting("officer.cairo") as (session, visitor):
        notice = session.scalars(select(Notice)).one()
        session.connection().execute(text("DELETE FROM sleeve_keys"))
        with session.begin_nested() as savepoint:
            visitor.ring.to_seal(notice.folder_id, Sleeve.FILE)
            savepoint.rollback()
        visitor.ring.to_seal(notice.folder_id, Sleeve.FILE)
        record(session, Event.FOLDER_OPENED, folder=notice.folder_id, kind="office")  # the trail is told of each key
        session.flush()
        assert session.connection().execute(text("SELECT count(*) FROM sleeve_keys")).scalar() == 1
