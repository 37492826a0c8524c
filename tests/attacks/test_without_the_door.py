"""Every authorisation check taken away: cryptography alone refuses what a written table says."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door import opening
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.keys.models import Circle, FolderKind, Letter
from hrd_cases.offices import notices
from hrd_cases.offices.models import Notice, Office
from hrd_cases.records import Parted, Sleeve, opened
from tests.world import World

SUBJECT, TEXT = "The subject nobody else may read", "The text nobody else may read"
FILE, SOURCES, PAYMENTS = Sleeve.FILE, Sleeve.SOURCES, Sleeve.PAYMENTS
EVERYTHING = {FILE, SOURCES, PAYMENTS}

OPENS: dict[str, set[Sleeve]] = {
    # what each member's keys open of a folder of the delegation in Cairo
    "officer.cairo": EVERYTHING,
    "deputy.cairo": EVERYTHING,
    "head.cairo": EVERYTHING,
    "finance.cairo": {PAYMENTS},
    "finance2.cairo": {PAYMENTS},
    "officer.minsk": set(),
    "head.minsk": set(),
    "finance.minsk": set(),
    "officer.beijing": set(),
    "observer.a": set(),
    "observer.b": set(),
    "head1.hq": set(),
    "head2.hq": set(),
    "desk.hq": set(),
    "approver.hq": set(),
    "auditor.hq": set(),
    "admin.hq": set(),
    "custodian1.hq": set(),
    "custodian2.hq": set(),
}


@pytest.fixture
def told(world: World) -> World:
    """The world with a notice of headquarters in Cairo's own folder."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("desk.hq") as (session, sender):
        notices.send_notice(session, sender, session.get_one(Office, cairo), SUBJECT, TEXT, datetime.now(UTC))
    with world.acting("officer.cairo") as (session, _):
        assert [notice.text for notice in session.scalars(select(Notice))] == [TEXT]
    return world


@pytest.fixture
def unguarded(told: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """No door: everybody may do everything to every row, and Today shows the notices of every office."""
    monkeypatch.setattr(Visitor, "allows", lambda *_: True)
    for kind, registered in list(opening._openers.items()):
        monkeypatch.setitem(opening._openers, kind, registered._replace(opener=_without_asking(kind)))
    monkeypatch.setattr("hrd_cases.today.views.notices_of", _of_every_office)
    return told


def _of_every_office(session: Session, *_: object) -> Parted[Notice]:
    return opened(session.scalars(select(Notice)).all())


def _without_asking(kind: type) -> opening.Opener:
    def anybody(session: Session, _: Visitor, row_id: UUID, **_above: object) -> opening.Known[object] | None:
        row: object = session.get(kind, row_id)
        return opening.Known(row, None) if row is not None else None

    return anybody


def _folder_of_cairo(world: World) -> UUID:
    office_id = world.demonstration.offices["DEL_EGY"]
    with world.acting("head.cairo") as (session, head):
        folder = head.ring.open_folder(office_id, FolderKind.OFFICE, datetime.now(UTC))
        for sleeve in Sleeve:
            head.ring.to_seal(folder.id, sleeve)
        record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
        return folder.id


def test_keys_alone_open_what_the_table_says_and_nothing_else(unguarded: World) -> None:
    folder_id = _folder_of_cairo(unguarded)
    for sign_in, expected in OPENS.items():
        with unguarded.acting(sign_in) as (_, member):
            opened = set()
            for sleeve in Sleeve:
                try:
                    member.ring.to_open(folder_id, sleeve, 1)
                except Locked:
                    continue
                opened.add(sleeve)
        assert opened == expected, sign_in


@pytest.mark.parametrize("sign_in", [name for name, sleeves in OPENS.items() if FILE not in sleeves])
def test_another_office_s_notice_stays_shut(unguarded: World, sign_in: str) -> None:
    with unguarded.acting(sign_in) as (session, _):
        notice = session.scalars(select(Notice)).one()
        with pytest.raises(Locked):
            notice.text  # noqa: B018 - reading it is what must fail
    for address in ("/", *_every_page(unguarded)):
        page = unguarded.client(sign_in).get(address)
        assert TEXT not in page.text, address
        assert SUBJECT not in page.text, address


def _every_page(world: World) -> list[str]:
    cairo = world.demonstration.offices["DEL_EGY"]
    return [f"/offices/{cairo}", f"/offices/{cairo}/notices", f"/offices/{cairo}/keys", f"/offices/{cairo}/charter"]


def test_the_control_a_member_of_the_office_reads_it(unguarded: World) -> None:
    assert TEXT in unguarded.client("officer.cairo").get("/").text


def test_a_letter_on_its_way_is_open_to_its_circle_alone(told: World) -> None:
    cairo = told.demonstration.offices["DEL_EGY"]
    with told.acting("desk.hq") as (session, sender):
        notices.send_notice(session, sender, session.get_one(Office, cairo), SUBJECT, TEXT, datetime.now(UTC))
    with told.acting("desk.hq") as (session, sender):
        letter = session.scalars(select(Letter).where(Letter.folded_at.is_(None))).one()
        circle = session.get_one(Circle, letter.circle_id)
        with pytest.raises(Locked):
            sender.ring.seed(circle.id, letter.circle_epoch)
