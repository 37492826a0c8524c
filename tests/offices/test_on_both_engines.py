"""One whole walk through every act of this room, on SQLite and on PostgreSQL: what a database may answer otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.offices.people import Places, holds, newcomer, pin_root, said
from tests.world import World


@pytest.fixture(params=["sqlite", "postgres"])
def either(request) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


def test_the_acts_of_an_office_one_after_another(either: World):
    world, at = either, Places(either)
    head, admin, first, second = (world.client(name) for name in ("head.cairo", "admin.hq", "head1.hq", "head2.hq"))

    # what everybody may know
    facts = {
        "zone": "Africa/Kampala",
        "weekend": "sun",
        "languages": "Arabic",
        "public_contact": "سفارة",
        "version": "1",
    }
    assert head.post(at.office("DEL_EGY", "/edit"), facts).status_code == 303
    assert admin.post(at.office("DEL_EGY", "/edit"), facts | {"public_contact": "other"}).status_code == 409
    day = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
    for name in ("Old", "New"):
        holidays = {"days": f"{day} {name}", "source": "Gazette"}
        assert head.post(at.office("DEL_EGY", "/holidays"), holidays).status_code == 303
    assert "New" in said(world.client("observer.a").get(at.office("DEL_EGY")))

    # a newcomer
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    assert "officer2.cairo waits for you" in said(head.get("/"))
    assert head.sign(at.member("officer2.cairo", "/vouch"), {"words": words}).status_code == 303
    pin_root(world, "officer2.cairo")
    assert head.get(at.office("DEL_EGY", "/keys")).status_code == 200
    assert holds(world, "officer2.cairo", "DEL_EGY") == {"casework", "sources", "finance"}

    # countries, twice over: the unique index is partial on both engines
    assert first.sign(at.office("DEL_EGY", "/coverage"), {"countries": "Egypt, Kosovo"}).status_code == 303
    assert "waits for your signature" in said(second.get("/"))
    assert second.sign(at.office("DEL_EGY", "/charter/sign")).status_code == 303
    assert first.sign(at.office("DEL_COL", "/coverage"), {"countries": "Kosovo"}).status_code == 422

    # a notice, and somebody who leaves
    notice = {"subject": "زيارة", "text": "Read it."}
    assert world.client("desk.hq").post(at.office("DEL_EGY", "/notices"), notice).status_code == 303
    assert "زيارة" in world.client("officer2.cairo").get("/").text
    assert head.sign(at.member("deputy.cairo", "/revoke")).status_code == 303
    with world.acting("head.cairo") as (_, visitor):
        [ended] = visitor.charters.of(world.demonstration.offices["DEL_EGY"]).ended
    assert ended.member_id == world.demonstration.members["deputy.cairo"]
    assert world.client("officer.cairo").get("/").status_code == 200
    assert "The access of deputy.cairo is ended." in said(head.get("/"))
    assert "deputy.cairo" not in said(head.get(at.office("DEL_EGY", "/keys")))
    assert head.post(at.member("finance.cairo", "/suspend")).status_code == 303
    assert head.post(at.member("finance.cairo", "/restore")).status_code == 303
    for path in (
        "/",
        "/offices",
        at.office("DEL_EGY"),
        at.office("DEL_EGY", "/charter"),
        at.office("DEL_EGY", "/members"),
    ):
        assert first.get(path).status_code == 200
