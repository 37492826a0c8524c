"""The rates of a month on their pages: a file chosen or pasted, looked at, then taken in whole or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hrd_cases.door import guards
from hrd_cases.grants.rates import MOST_BYTES, following, month_of
from tests.cases.acting import sentences
from tests.cases.typed import hidden
from tests.grants.test_budget_pages import CHIEF, FINANCE, page
from tests.pages.markup import faults
from tests.world import BASE, Browser, World

PATH, TAKE = "/grants/rates", "/grants/rates/take"
MONTH = month_of(datetime.now(UTC).date())
HEAD = "currency,month,rate"


def earlier() -> str:
    year, number = int(MONTH[:4]), int(MONTH[5:])
    return f"{year}-{number - 1:02}" if number > 1 else f"{year - 1}-12"


def look(browser: Browser, content: str = "", *files: bytes) -> Any:
    """Send the form as a browser does: the token first, then what was chosen and what was pasted."""
    chosen = [('name="file"; filename="rates.csv"', one) for one in files] or [('name="file"; filename=""', b"")]
    parts = [(f'name="{guards.TOKEN_FIELD}"', browser.token().encode()), *chosen, ('name="content"', content.encode())]
    said = [b"--cut\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + one for head, one in parts]
    return browser.client.post(
        PATH,
        base_url=BASE,
        data=b"\r\n".join([*said, b"--cut--\r\n"]),
        content_type="multipart/form-data; boundary=cut",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def take(browser: Browser, preview: Any, **other: str) -> Any:
    """Press "Take them in" on a preview."""
    assert preview.status_code == 200, sentences(preview.text)
    form = {"content": hidden(preview.text, "content"), "read": hidden(preview.text, "read")}
    return browser.post(TAKE, form | other)


SPELT = {
    "commas": f"{HEAD}\nEGP,{MONTH},52.40\nCOP,{MONTH},4500\n",
    "semicolons": f"currency;month;rate\r\nEGP;{MONTH};52,40\r\nCOP;{MONTH};4500\r\n",
    "old lines and a mark": f"\ufeff{HEAD}\rEGP,{MONTH},52.40\rCOP,{MONTH},4500",
}


@pytest.mark.parametrize("spelt", SPELT)
@pytest.mark.parametrize("chosen", [True, False])
def test_a_file_is_looked_at_and_then_taken_in(world: World, spelt: str, chosen: bool) -> None:
    chief, text = world.client(CHIEF), SPELT[spelt]
    preview = look(chief, "", text.encode()) if chosen else look(chief, text)
    said = sentences(preview.text)
    assert faults(preview.text) == []
    assert "2 rates are new." in said
    assert "€1 = EGP 52.40" in said
    assert "No rate was taken in yet." in page(world, CHIEF, PATH), "to look takes nothing in"
    assert take(chief, preview).status_code == 303
    said = page(world, CHIEF, PATH)
    assert "2 rates are taken in." in said
    assert "€1 = COP 4,500.00" in said


def test_every_wrong_line_has_its_sentence_and_nothing_typed_is_lost(world: World) -> None:
    chief = world.client(CHIEF)
    text = f"{HEAD}\nEGP,{MONTH},52.40\nCOP,{MONTH},none\nEGQ,{MONTH},1"
    for answer in (look(chief, text), look(chief, "", text.encode()), look(chief, "typed before", text.encode())):
        assert answer.status_code == 422
        said = sentences(answer.text)
        assert "Line 3: “none” is no rate." in said
        assert "Line 4: “EGQ” is no currency that is used today." in said
        assert f"COP,{MONTH},none" in answer.text
        assert faults(answer.text) == []
    many = "\n".join([HEAD, *(f"EGP,{MONTH},x" for _ in range(25))])
    assert "5 more lines are wrong." in sentences(look(chief, many).text)
    assert "No rate was taken in yet." in page(world, CHIEF, PATH)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"\xff\xfec\x00", "not a text in UTF-8"),
        (b"x" * (MOST_BYTES + 1), "too large"),
        (b"x" * (2 * MOST_BYTES), "too large"),
        (b"", "There is no file, and nothing was pasted."),
        (b"PK\x03\x04", "first line must name"),
    ],
)
def test_what_is_no_file_of_rates_is_refused_and_what_was_pasted_stays(world: World, file: bytes, why: str) -> None:
    answer = look(world.client(CHIEF), "" if not file else "kept as it was", file)
    assert answer.status_code == 422
    assert why in sentences(answer.text)
    assert not file or file == b"PK\x03\x04" or "kept as it was" in answer.text


def test_several_files_are_refused(world: World) -> None:
    answer = look(world.client(CHIEF), "", b"a", b"b")
    assert answer.status_code == 422
    assert "These are several files." in sentences(answer.text)


def test_a_rate_far_from_the_month_before_is_pointed_to(world: World) -> None:
    chief = world.client(CHIEF)
    take(chief, look(chief, f"{HEAD}\nEGP,{earlier()},50\nCOP,{earlier()},4000"))
    preview = look(chief, f"{HEAD}\nEGP,{MONTH},61\nCOP,{MONTH},4100\nBHD,{MONTH},0.44")
    said = sentences(preview.text)
    assert "1 rate is more than 20 % higher or lower than the month before" in said
    assert "€1 = EGP 50.00" in said
    assert "+22.0 % Far" in said
    assert "+2.5 %" in said
    assert take(chief, preview).status_code == 303, "it is pointed to, not refused"


def test_months_that_are_missing_or_changed_are_refused(world: World) -> None:
    chief = world.client(CHIEF)
    take(chief, look(chief, f"{HEAD}\nEGP,{MONTH},52.40"))
    later = following(following(MONTH))
    assert "is not known yet" in sentences(look(chief, f"{HEAD}\nEGP,{later},53").text)
    assert "does not change" in sentences(look(chief, f"{HEAD}\nEGP,{MONTH},52.50").text)
    same = look(chief, f"{HEAD}\nEGP,{MONTH},52.40")
    assert same.status_code == 303
    assert "Every rate of this file was there already." in page(world, CHIEF, PATH)


def test_only_what_was_looked_at_is_taken_in(world: World) -> None:
    chief = world.client(CHIEF)
    text = f"{HEAD}\nEGP,{MONTH},52.40"
    preview = look(chief, text)
    other = take(chief, preview, content=f"{HEAD}\nEGP,{MONTH},99")
    assert other.status_code == 422
    assert f"EGP,{MONTH},99" in other.text
    assert "No rate was taken in yet." in sentences(other.text)
    late = look(chief, text)
    assert take(chief, preview).status_code == 303
    assert take(chief, late).status_code == 422, "it was taken in meanwhile"
    assert chief.post(TAKE, {"content": text}).status_code == 422


def test_to_look_asks_for_no_authenticator_and_to_take_in_does(world: World) -> None:
    chief = world.client(CHIEF)
    entered = world.demonstration
    with world.database.main.writing() as session, entered.sessions.holding(session, entered.cookies[CHIEF]) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=10)
    preview = look(chief, "", f"{HEAD}\nEGP,{MONTH},52.40".encode())
    assert preview.status_code == 200
    asked = take(chief, preview)
    assert asked.location.endswith("/second-factor")
    assert "No rate was taken in yet." in page(world, CHIEF, PATH)


def test_nobody_in_an_office_looks(world: World) -> None:
    assert world.client(FINANCE).get(PATH).status_code == 403
    assert world.client(FINANCE).post(PATH, {"content": "x"}).status_code == 403
