"""Lengths of time and languages are said as the reader says them: with their own plurals, by their own names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask_babel import force_locale

from hrd_cases.cases.details import Person
from hrd_cases.cases.forms.recording import urgency_hints
from hrd_cases.cases.needs import Actor, Facts, Need
from hrd_cases.cases.words import in_days
from hrd_cases.forms import in_words
from tests.cases.acting import Filed, assessed, sentences
from tests.cases.typed import fill
from tests.world import World

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 3, "in 3 days"),
        ("en", 40, "in 40 days"),
        ("en", -1, "1 day late"),
        ("en", -20, "20 days late"),
        ("ar", 2, "خلال يومين"),
        ("ar", 3, "خلال 3 أيام"),
        ("ar", 11, "خلال 11 يومًا"),
        ("ru", 3, "через 3 дня"),
        ("ru", 5, "через 5 дней"),
    ],
)
def test_how_far_away_a_day_is_has_the_readers_plural(world: World, language: str, days: int, words: str) -> None:
    """“بعد 3 من الأيام” is how nobody speaks."""
    with world.app.test_request_context("/"), force_locale(language):
        assert in_days(TODAY + timedelta(days), TODAY) == words


def test_the_clocks_of_an_urgency_have_the_readers_plural(world: World) -> None:
    with world.app.test_request_context("/"), force_locale("ar"):
        hints = urgency_hints()
    assert "4 ساعات" in hints["critical"]
    assert "24 ساعة" in hints["high"]


def test_days_in_a_refusal_have_the_readers_plural(world: World) -> None:
    refused = Need.WAITED.refused()
    assert not Need.WAITED.met(Facts(today=TODAY), Actor(frozenset()))
    assert "archived 90 days after it was closed" in str(refused)
    with world.app.test_request_context("/"), force_locale("ar"):
        assert "90 يومًا" in in_words(refused)[0]


def test_languages_are_shown_by_their_names_in_the_readers_language(world: World) -> None:
    """“Languages: ar” says nothing to whoever has to speak with them."""
    file = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    file.change(Person, languages=("ar", "Nubian dialect"))
    browser = world.client("officer.cairo")
    for rest in ("", "/print"):
        assert "Languages: Arabic, Nubian dialect" in sentences(browser.get(f"/cases/{file.id}{rest}").text)
    person = file.seen(lambda opened: opened.defender.id)
    path = file.path(f"entries/{person}/correct")
    assert 'value="Arabic, Nubian dialect"' in browser.get(path).text
    assert fill(browser, path, languages="Arabic, français, Nubian dialect").status_code == 303
    assert file.seen(lambda opened: opened.defender.said.languages) == ("ar", "français", "Nubian dialect")
    assert fill(browser, path, languages="French").status_code == 303
    assert file.seen(lambda opened: opened.defender.said.languages) == ("fr",)


def test_the_print_says_when_the_risk_is_looked_at_and_they_are_heard_from_next(world: World) -> None:
    file = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    file.write(assessed("high", review_on=date(2027, 1, 5)))
    page = sentences(world.client("officer.cairo").get(file.path("print")).text)
    assert "Look at the risk again: 5 January 2027" in page
    assert "Hear from the defender, the family or the lawyer: " in page
