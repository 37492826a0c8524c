"""The words to read out: a question for every purpose, in every language of the sample world's offices."""

from __future__ import annotations

import json

import pytest

from hrd_cases.cases import spoken
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.spoken import SPOKEN, at_hand
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

WORLD = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))
TEXT = (CONFIG / "spoken.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", SPOKEN)
def test_every_purpose_is_asked_once_and_apart(language: str) -> None:
    said = SPOKEN[language]
    assert list(said.questions) == list(CODES["purpose"])
    assert len(set(said.questions.values())) == len(said.questions)
    assert said.opening
    assert said.closing
    for question in said.questions.values():
        assert set(question) & set("?؟？")


@pytest.mark.parametrize(("office", "languages"), WORLD["languages_of_offices"].items())
def test_the_offices_of_the_sample_world_have_theirs_at_hand(office: str, languages: list[str]) -> None:
    assert [one.language for one in at_hand(languages)] == languages


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (("zh-Hans", "en"), ["zh", "en"]),
        (("pt_BR", "es"), ["es"]),
        (("sw",), ["en"]),
        ((), ["en"]),
        (("ar", "AR", "ar-EG"), ["ar"]),
    ],
)
def test_the_nearest_language_is_at_hand_and_english_if_there_is_none(
    languages: tuple[str, ...], found: list[str]
) -> None:
    assert [one.language for one in at_hand(languages)] == found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[fr]\n", "[fr]\nextra = 'Encore ?'\n"),
        ("[fr]\nopening", "[fr]\nopenning"),
        ('media = "May we speak with the media about you, or use photographs of you?"', ""),
        ('media = "May we speak with the media about you, or use photographs of you?"', 'media = " "'),
        ('media = "May we speak with the media about you, or use photographs of you?"', "media = 3"),
        ("[en]", "[eo]"),
        ("[en]", "[en"),
    ],
)
def test_a_language_that_lacks_a_question_stops_the_start(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Unfit, match=r"spoken\.toml"):
        spoken.read(TEXT.replace(old, new, 1))
