"""Addresses bent in every way people try: another spelling of a page is that page behind the same door, or none."""

from __future__ import annotations

import pytest

from tests.world import BASE, World

BENT = [
    "//offices",
    "///",
    "/offices/",
    "/./offices",
    "/static/../offices",
    "/static/..%2foffices",
    "/static/%2e%2e/%2e%2e/hrd_cases/app.py",
    "/static/..%5c..%5capp.py",
    "/static//etc/passwd",
    "/static/%00",
    "/offices%00",
    "/offices%0d%0aSet-Cookie:%20x=y",
    "/offices;x=y",
    "/offices%3b",
    "/OFFICES",
    "/offices%2f..%2ftrail",
    "/offices/../trail",
    "/trail%20",
    "/trail%09",
    "/trail.json",
    "/trail?x=/offices",
    "/%74rail",
    "/tr%61il/1",
    "/trail/1%2f",
    "/trail/-1",
    "/trail/99999999999999999999999999",
    "/offices/%s",
    "/offices/00000000-0000-0000-0000-000000000000",
    "/offices/{cairo}/..",
    "/offices/{CAIRO}/charter",
    "/offices/{bare}",
    "/offices/{cairo}%20",
    "/.git/config",
    "/.env",
    "/wsgi.py",
    "/server-status",
    "/a" + "b" * 5000,
    "/%ff%fe",
    "/" + "%25" * 200,
    "/\N{ARABIC LETTER MEEM}",
]


@pytest.mark.parametrize("path", BENT, ids=lambda path: path[:40])
def test_a_bent_address_leads_nobody_past_the_door(world: World, path: str) -> None:
    """Strangers are sent to sign in or find nothing; an officer never sees what only the auditor may."""
    cairo = world.demonstration.offices["DEL_EGY"]
    bent = path.replace("{cairo}", str(cairo)).replace("{CAIRO}", str(cairo).upper()).replace("{bare}", cairo.hex)
    for name in (None, "officer.cairo"):
        answer = world.client(name).get(bent)
        assert answer.status_code in ((303, 404, 308, 400) if name is None else (200, 308, 303, 400, 403, 404)), name
        if answer.status_code in (303, 308):
            assert answer.location.startswith(("/", BASE + "/")), answer.location
            assert not answer.location.startswith("//"), answer.location
        if name is not None and "trail" in bent:
            assert answer.status_code in (403, 404, 308), bent
        assert "Set-Cookie: x=y" not in str(answer.headers)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert b"SECRET" not in answer.data
        assert b"root:" not in answer.data


def test_an_id_in_another_spelling_is_the_same_row_behind_the_same_door(world: World) -> None:
    minsk = world.demonstration.offices["DEL_BLR"]
    for spelled in (str(minsk), str(minsk).upper()):
        assert world.client("officer.cairo").get(f"/offices/{spelled}/members").status_code == 403
        assert world.client("officer.minsk").get(f"/offices/{spelled}/members").status_code == 200


def test_variables_of_an_address_are_not_taken_from_the_query(world: World) -> None:
    minsk = world.demonstration.offices["DEL_BLR"]
    cairo = world.demonstration.offices["DEL_EGY"]
    page = world.client("officer.cairo").get(f"/offices/{minsk}/members?office_id={cairo}&office={cairo}&visitor=x")
    assert page.status_code == 403
    page = world.client("officer.cairo").post(f"/offices/{minsk}/edit", {"office_id": str(cairo), "visitor": "x"})
    assert page.status_code == 403
