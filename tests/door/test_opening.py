"""Rows named in addresses, on planted tables: parents first, a child of another parent is nobody's, and what one may do
follows from the seat through which one knows the row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from hrd_cases.door import opening
from hrd_cases.door.desk import Desk, check_every_route
from hrd_cases.door.opening import Known, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import places
from hrd_cases.door.visitor import Visitor
from tests.world import BASE, World

pytestmark = pytest.mark.usefixtures("own_application")  # to which routes are added


class Planted(DeclarativeBase): ...


class Dossier(Planted):
    __tablename__ = "planted_dossiers"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID]


class Lent(Planted):
    """A dossier another office may read too."""

    __tablename__ = "planted_lent"
    dossier_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    office_id: Mapped[uuid.UUID]


class Hearing(Planted):
    __tablename__ = "planted_hearings"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    dossier_id: Mapped[uuid.UUID]


class Remark(Planted):
    __tablename__ = "planted_remarks"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    hearing_id: Mapped[uuid.UUID]


def open_dossier(session: Session, visitor: Visitor, dossier_id: uuid.UUID) -> Known[Dossier] | None:
    dossier = session.get(Dossier, dossier_id)
    if dossier is None:
        return None
    if visitor.roles_in(dossier.office_id):
        return Known(dossier, dossier.office_id)
    lent = session.get(Lent, dossier_id)
    return Known(dossier, lent.office_id) if lent is not None and visitor.roles_in(lent.office_id) else None


def open_hearing(
    session: Session, visitor: Visitor, hearing_id: uuid.UUID, dossier: Dossier | None
) -> Known[Hearing] | None:
    hearing = session.get(Hearing, hearing_id)
    if hearing is None or (dossier is not None and hearing.dossier_id != dossier.id):
        return None
    known = open_dossier(session, visitor, hearing.dossier_id)
    return Known(hearing, known.through) if known is not None else None


def open_remark(session: Session, visitor: Visitor, remark_id: uuid.UUID, hearing: Hearing) -> Known[Remark] | None:
    remark, known = session.get(Remark, remark_id), open_hearing(session, visitor, hearing.id, None)
    mine = remark is not None and known is not None and remark.hearing_id == hearing.id
    return Known(remark, known.through) if mine and remark is not None and known is not None else None


@dataclass
class Planting:
    """The world with planted rows: one dossier in Cairo with a hearing and a remark, and one more of each elsewhere."""

    world: World
    dossier: uuid.UUID
    hearing: uuid.UUID
    remark: uuid.UUID
    other: uuid.UUID  # another dossier in Cairo
    minsk: uuid.UUID
    minsk_hearing: uuid.UUID

    def asks(self, sign_in: str | None, path: str) -> int:
        return int(self.world.client(sign_in).get(path).status_code)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose routes and openers go with the test."""
    monkeypatch.setattr(opening, "_openers", dict(opening._openers))
    before = dict(places)
    opens(Dossier)(open_dossier)
    opens(Hearing)(open_hearing)
    opens(Remark)(open_remark)
    yield Desk("planted")
    places.clear()
    places.update(before)


@pytest.fixture
def planted(world: World, desk: Desk) -> Planting:
    reads = Permission.READ_NOTICE

    @desk.get("/dossiers/<uuid:dossier_id>", needs=reads)
    def dossier(dossier: Dossier) -> str:
        return str(dossier.id)

    @desk.get("/dossiers/<uuid:dossier_id>/hearings/<uuid:hearing_id>", needs=reads)
    def of_dossier(hearing: Hearing) -> str:
        return str(hearing.id)

    @desk.get("/hearings/<uuid:hearing_id>", needs=reads)
    def alone(hearing: Hearing) -> str:
        return str(hearing.id)

    @desk.get("/dossiers/<uuid:dossier_id>/hearings/<uuid:hearing_id>/remarks/<uuid:remark_id>", needs=reads)
    def remark(dossier: Dossier, remark: Remark) -> str:
        return f"{dossier.id} {remark.id}"

    @desk.get("/both/<uuid:first_id>/<uuid:second_id>", needs=reads)
    def both(first: Dossier, second: Dossier) -> str:
        return f"{first.id} {second.id}"

    world.app.register_blueprint(desk.blueprint)
    check_every_route(world.app)
    offices = world.demonstration.offices
    with world.database.main.writing() as session:
        Planted.metadata.create_all(session.connection())
        rows = [Dossier(office_id=offices[code]) for code in ("DEL_EGY", "DEL_EGY", "DEL_BLR")]
        session.add_all(rows)
        session.flush()
        here, other, minsk = (row.id for row in rows)
        hearings = [Hearing(dossier_id=here), Hearing(dossier_id=minsk)]
        session.add_all(hearings)
        session.flush()
        remark_row = Remark(hearing_id=hearings[0].id)
        session.add(remark_row)
        session.flush()
        return Planting(world, here, hearings[0].id, remark_row.id, other, minsk, hearings[1].id)


def test_a_child_is_found_under_its_parent(planted: Planting) -> None:
    assert planted.asks("officer.cairo", f"/dossiers/{planted.dossier}") == 200
    assert planted.asks("officer.cairo", f"/dossiers/{planted.dossier}/hearings/{planted.hearing}") == 200
    assert planted.asks("officer.cairo", f"/hearings/{planted.hearing}") == 200
    path = f"/dossiers/{planted.dossier}/hearings/{planted.hearing}/remarks/{planted.remark}"
    assert planted.asks("officer.cairo", path) == 200


def test_a_child_of_another_parent_is_nobodys_although_both_are_ours(planted: Planting) -> None:
    """The view asks for the hearing alone: the door opens what else the address names all the same."""
    assert planted.asks("officer.cairo", f"/dossiers/{planted.other}/hearings/{planted.hearing}") == 404
    path = f"/dossiers/{planted.other}/hearings/{planted.hearing}/remarks/{planted.remark}"
    assert planted.asks("officer.cairo", path) == 404
    assert planted.asks("officer.cairo", f"/dossiers/{uuid.uuid4()}/hearings/{planted.hearing}") == 404


def test_a_hearing_is_not_found_below_another_office_s_case(planted: Planting) -> None:
    assert planted.asks("officer.cairo", f"/hearings/{planted.minsk_hearing}") == 404
    assert planted.asks("officer.cairo", f"/dossiers/{planted.dossier}/hearings/{planted.minsk_hearing}") == 404
    assert planted.asks("officer.cairo", f"/dossiers/{planted.minsk}/hearings/{planted.minsk_hearing}") == 404
    assert planted.asks("officer.minsk", f"/dossiers/{planted.minsk}/hearings/{planted.minsk_hearing}") == 200


def test_what_one_may_do_follows_from_the_seat_one_knows_it_through(planted: Planting) -> None:
    path = f"/dossiers/{planted.dossier}"
    assert planted.asks("officer.minsk", path) == planted.asks("finance.minsk", path) == 404
    with planted.world.database.main.writing() as session:
        session.add(Lent(dossier_id=planted.dossier, office_id=planted.world.demonstration.offices["DEL_BLR"]))
    assert planted.asks("officer.minsk", path) == 200
    assert planted.asks("finance.minsk", path) == 403
    assert planted.asks("finance.cairo", path) == 403
    assert planted.asks("officer.beijing", path) == 404


def test_rows_known_through_two_offices_are_not_opened_together(planted: Planting) -> None:
    """A seat in one says nothing of what may be done in the other."""
    world = planted.world
    assert planted.asks("officer.cairo", f"/both/{planted.dossier}/{planted.other}") == 200
    with world.database.main.writing() as session:
        session.add(Lent(dossier_id=planted.minsk, office_id=world.demonstration.offices["DEL_EGY"]))
    assert planted.asks("officer.cairo", f"/both/{planted.dossier}/{planted.minsk}") == 200

    def through_another(session: Session, _: Visitor, dossier_id: uuid.UUID) -> Known[Dossier]:
        row = session.get_one(Dossier, dossier_id)
        return Known(row, row.office_id)

    opens(Dossier)(through_another)
    assert planted.asks("officer.cairo", f"/both/{planted.dossier}/{planted.other}") == 200
    assert planted.asks("officer.cairo", f"/both/{planted.dossier}/{planted.minsk}") == 404


def test_who_is_not_signed_in_opens_nothing(planted: Planting) -> None:
    assert planted.asks(None, f"/dossiers/{planted.dossier}") == 303


def _unopened(desk: Desk) -> None:
    @desk.get("/dossiers/<uuid:dossier_id>/pages/<uuid:page_id>", needs=Permission.READ_NOTICE)
    def page(dossier: Dossier) -> str:
        return str(dossier.id)


def _without_its_parent(desk: Desk) -> None:
    @desk.get("/remarks/<uuid:remark_id>", needs=Permission.READ_NOTICE)
    def remark(remark: Remark) -> str:
        return str(remark.id)


def _misspelt(desk: Desk) -> None:
    @desk.get("/dossiers/<uuid:file_id>", needs=Permission.READ_NOTICE)
    def dossier(dossier: Dossier) -> str:
        return str(dossier.id)


@pytest.mark.parametrize("route", [_unopened, _without_its_parent, _misspelt])
def test_an_address_that_names_what_nobody_opens_stops_the_start(desk: Desk, route: Callable[[Desk], None]) -> None:
    app = Flask(__name__, static_folder=None)
    route(desk)
    app.register_blueprint(desk.blueprint)
    with pytest.raises(TypeError, match="nobody opens"):
        check_every_route(app)


# -- how large a form may be


class _Unread:
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture
def sized(world: World, desk: Desk) -> World:
    def view() -> str:
        return f"{len(request.form.get('text', ''))} characters"

    own = Permission.OWN_ACCOUNT
    for name, largest in (("small", 200), ("any", None), ("large", 3_000_000)):
        view.__name__ = name
        desk.form(f"/sized/{name}", needs=own, largest=largest, always=True)(view)
    world.app.register_blueprint(desk.blueprint)
    return world


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        ("small", 100, 200),
        ("small", 300, 413),
        ("any", 300, 200),
        ("any", 1_000_100, 413),
        ("large", 2_500_000, 200),
        ("large", 3_000_100, 413),
    ],
)
def test_a_route_says_how_large_its_form_may_be(sized: World, name: str, size: int, status: int) -> None:
    answer = sized.client("officer.cairo").post(f"/sized/{name}", {"text": "x" * size})
    assert answer.status_code == status
    assert status != 200 or answer.text == f"{size} characters"


def test_what_is_too_large_is_refused_unread(sized: World) -> None:
    client: Any = sized.client("officer.cairo").client
    unread = {"wsgi.input": _Unread(), "CONTENT_LENGTH": "201", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = client.post("/sized/small", base_url=BASE, environ_overrides=unread)
    assert answer.status_code == 413
