"""What is wrong is read in the order of the page: whoever goes down the summary goes down the form. What is hidden in
a closed part of the page is open when it is wrong."""

from __future__ import annotations

import re

import pytest

from tests.cases.acting import Filed, days, outward, spoken
from tests.cases.typed import fields_of
from tests.world import World

LONG = "x" * 21_000
WRONG_DAY = {"-day": "99", "-month": "99", "-year": "2026"}


@pytest.fixture
def file(world: World) -> Filed:
    filed = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    filed.talk(public_statement="impossible", raise_authorities="given")
    return filed


def wrong(page: str) -> dict[str, str]:
    """Everything of a form that can be wrong, wrong."""
    typed = dict.fromkeys(re.findall(r'<textarea[^>]*?name="([^"]+)"', page), LONG)
    lines = re.findall(r'<input[^>]*?name="([^"]+)"\s+type="text"', page, re.DOTALL)
    typed |= dict.fromkeys(lines, LONG)
    for part, value in WRONG_DAY.items():
        typed |= {name: value for name in lines if name.endswith(part)}
    typed |= dict.fromkeys(re.findall(r'<select[^>]*?name="([^"]+)"', page), "nothing offered")
    return typed | dict.fromkeys(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?type="radio"', page), "nothing offered")


def said_in_order(page: str) -> tuple[list[str], list[str]]:
    """The fields of the summary, and the same fields in the order of the page."""
    summary, _title, rest = page.partition('class="govuk-error-summary"')[2].partition("</ul>")
    named = list(dict.fromkeys(re.findall(r'href="#([^"]+)"', summary)))
    return named, sorted(named, key=lambda one: rest.index(f'id="{one}"'))


@pytest.mark.parametrize(
    "path",
    [
        *(f"add/{kind}" for kind in ("person", "incident", "contact", "meeting", "action", "task", "note", "source")),
        *("conversation", "act", "risk"),
    ],
)
def test_errors_are_read_in_the_order_of_the_fields(file: Filed, path: str) -> None:
    page = file.get(path).text
    answer = file.post(path, fields_of(page) | wrong(page) if 'name="made_from"' in page else wrong(page))
    assert answer.status_code == 422
    named, standing = said_in_order(answer.text)
    assert len(named) > 1 or path == "add/note"
    assert named == standing


def test_errors_of_the_profile_and_of_what_became_of_an_act_too(file: Filed) -> None:
    profile = file.seen(lambda opened: opened.last_profile_id)
    assert file.post("act", outward("demarche")).status_code == 303
    act = file.actions[0].id
    for path in (f"entries/{profile}/correct", f"actions/{act}"):
        page = file.get(path).text
        answer = file.post(path, fields_of(page) | wrong(page))
        assert answer.status_code == 422
        named, standing = said_in_order(answer.text)
        assert len(named) > 1
        assert named == standing


def test_a_wrong_date_in_a_closed_part_opens_it(world: World) -> None:
    browser = world.client("officer.cairo")
    part = r'<details class="govuk-details"{}>\s*<summary[^>]*><span[^>]*>It happened today, unless you say when'
    assert re.search(part.format(""), browser.get("/cases/new").text)
    typed = {"country": "EG", "name": "Salma", "what": "Taken.", "urgency": "high", "do": "open"}
    answer = browser.post("/cases/new", typed | days("when") | {"when-day": "99"})
    assert answer.status_code == 422
    assert re.search(part.format(" open"), answer.text)


def test_a_wrong_name_of_whoever_called_opens_its_part(file: Filed) -> None:
    answer = file.post("conversation", spoken("family", answer_media="given", new_name=LONG))
    assert re.search(r"<details class=\"govuk-details\" open>.*?new_name", answer.text, re.DOTALL)
