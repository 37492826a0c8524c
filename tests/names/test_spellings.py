"""The same person under other spellings: found; another person: not."""

from __future__ import annotations

import json

import pytest

from hrd_cases.names.folding import fold
from hrd_cases.names.index import NameIndex, alike, best
from hrd_cases.names.sounds import sounds
from hrd_cases.settings import CONFIG

WORLD = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))["cases"]
NAME = {case["id"]: case["name"] for case in WORLD}

SAME_LETTERS = [
    ("alef with hamza, with madda, bare", ("أحمد", "إحمد", "آحمد", "ٱحمد", "احمد")),
    ("ta marbuta and ha", ("فاطمة", "فاطمه")),
    ("alef maqsura, Arabic and Persian ya", ("سلمى", "سلمي", "سلمی")),
    ("Arabic and Persian kaf", ("كريم", "کریم")),
    ("vowel signs and tatweel", ("مُحَمَّد", "محمـــد", "محمد")),
    ("Belarusian and Russian i", ("Міхаіл", "Михаил")),
    ("yo and ye", ("Алёна", "Алена", "АЛЁНА")),
    ("short u", ("Міхайлаўна", "Михайлауна")),
    ("short i", ("Андрей", "Андреи")),
    ("traditional and simplified Han", ("張虛構", "张虚构")),
    ("more Han variants", ("劉國華", "刘国华")),
    ("Turkish dotted and dotless i", ("IŞIK", "ışık", "Işık", "isik")),
    ("Turkish capital dotted i", ("İlker", "ilker", "ILKER")),
    ("Vietnamese marks", ("Nguyễn Thị Ví Dụ", "NGUYEN THI VI DU")),
    ("Vietnamese d", ("Đặng", "Dang")),
    ("Spanish marks", ("Ñáñez Güímar", "Nanez Guimar")),
    ("composed and taken apart", ("Ñáñez", "N\u0303a\u0301n\u0303ez")),
    ("Polish l", ("Łukasz", "Lukasz")),
    ("German sharp s", ("Groß", "GROSS")),
    ("apostrophes of all kinds", ("O'Neil", "O’Neil", "OʼNeil", "oneil")),
    ("hyphen and space", ("al-Mithal", "al Mithal")),
    ("wide letters", ("Ｍｉｔｈａｌ", "mithal")),
    ("Korean, composed or not", ("김철수", "\u1100\u1175\u11b7\u110e\u1165\u11af\u1109\u116e")),
]


@pytest.mark.parametrize(("what", "spellings"), SAME_LETTERS, ids=[what for what, _ in SAME_LETTERS])
def test_folded_they_are_one(what: str, spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


FOUND = [
    ("C1", "Salma Abdel Rahman El-Methal"),
    ("C1", "Salma Abdulrahman al-Mithal"),
    ("C1", "سلمي عبدالرحمن المثال"),
    ("C1", "المثال سلمى"),
    ("C1", "Selma Abd ar-Rahman Mithal"),
    ("C1", "Salma Abderrahmane"),
    ("C2", "Алена Прыкладная"),
    ("C2", "Алёна Прыкладная"),
    ("C2", "Alena Prykladnaya"),
    ("C2", "Alyona Prikladnaja"),
    ("C2", "Prykladnaya"),
    ("C2", "Прикладная Алена"),
    ("C3", "Nanez"),
    ("C3", "Jose Angel Nanez"),
    ("C3", "Ñañez Ficticio, José"),
    ("C4", "張虛構"),
    ("C4", "Chang Hsü-kou"),
    ("C4", "Chang Hsu-kou"),
    ("C4", "Zhang Xugou"),
    ("C4", "Xugou Zhang"),
    ("C4", "Zhang Xu Gou"),
    ("C4", "ZHĀNG XŪ-GÒU"),
    ("C4", "虚构"),
]


@pytest.mark.parametrize(("case", "asked"), FOUND)
def test_a_name_alone_is_found_without_any_of_its_aliases(case: str, asked: str) -> None:
    [closest, *others] = best([main_names()], asked)
    assert WORLD[closest.owner]["id"] == case
    assert all(other.score < closest.score for other in others)


@pytest.mark.parametrize("asked", ["Примерная", "Primernaya", "Alyona Primernaya", "Алена Примерная"])
def test_a_translated_surname_is_found_through_its_alias(asked: str) -> None:
    closest = best([all_names()], asked)[0]
    assert WORLD[closest.owner]["id"] == "C2"


def test_of_namesakes_the_one_whose_other_spelling_is_close_too_comes_first() -> None:
    names = [(0, "Salma Mithal"), (1, "Salma Mithal"), (1, "Selma Mithal"), (2, "Salma Mithal"), (2, "Leila Numuna")]
    found = best([NameIndex.build((owner, sounds(name)) for owner, name in names)], "Salma Mithal")
    assert found[0].owner == 1
    assert len({one.score for one in found}) == 1


def main_names() -> NameIndex:
    return NameIndex.build((number, sounds(case["name"])) for number, case in enumerate(WORLD))


def all_names() -> NameIndex:
    return NameIndex.build(
        (number, sounds(name)) for number, case in enumerate(WORLD) for name in (case["name"], *case["aliases"])
    )


ALIKE = [
    ("Abd al-Karim", "Abdelkrim"),
    ("Abd al-Karim", "عبد الكريم"),
    ("عبدالكريم", "عبد الكريم"),
    ("Abdessalam", "Abd as-Salam"),
    ("Abdullah", "عبد الله"),
    ("Abou Bakr", "Abubakar"),
    ("أبو بكر", "Abu Bakr"),
    ("Youssef", "يوسف"),
    ("Al-Sayed", "Elsayed"),
    ("Ўладзімір", "Uladzimir"),
    ("Пётр", "Petr"),
    ("Wang Xiaoming", "王小明"),
    ("Hsieh Ming-hua", "謝明華"),
    ("Ouyang Xiu", "欧阳修"),
    ("Kim Cheol-su", "김철수"),
    ("S. Mithal", "سلمى المثال"),
    ("Salma M.", "Salma Mithal"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_spellings_are_alike_both_ways(one: str, other: str) -> None:
    assert alike(one, other) >= 0.62
    assert alike(other, one) >= 0.62


CONSONANTS = [
    ("محمد", ("Mohamed", "Mohammed", "Muhammad", "Mehmed", "Мухаммад")),
    ("سلمي", ("Salma", "Selma", "Salmah")),
    ("جمال", ("Jamal", "Gamal", "Djamel")),
    ("مجدي", ("Magdy", "Majdi")),
    ("التجريبي", ("al-Tajribi", "al-Tagribi", "Tagreeby")),
    ("عثمان", ("Othman", "Osman", "Ousmane")),
    ("كاظم", ("Kazem", "Kadhim")),
    ("قذافي", ("Qaddafi", "Gaddafi", "Kadhafi", "Gazzafi")),
    ("توفيق", ("Tawfik", "Toufic")),
    ("عمر", ("Omar", "Umar")),
    ("ممدوح", ("Mamdouh", "Mamduh")),
    ("شريف", ("Sherif", "Chérif")),
    ("نوال", ("Nawal", "Naoual")),
    ("پروین", ("Parvin", "Parveen")),
    ("שלמה", ("Shlomo", "Schlomo")),
    ("מוחמד", ("Muhammad",)),
]


@pytest.mark.parametrize(
    ("unvoiced", "voiced"), [(written, other) for written, others in CONSONANTS for other in others]
)
def test_a_script_without_short_vowels_is_compared_by_its_consonants_both_ways(unvoiced: str, voiced: str) -> None:
    assert alike(unvoiced, voiced) >= 0.8
    assert alike(voiced, unvoiced) >= 0.8


@pytest.mark.parametrize(
    ("unvoiced", "voiced"),
    [("سليم", "Salma"), ("عمر", "Maria"), ("جمال", "Jumla"), ("سلمى", "Salim")],
)
def test_long_vowels_and_those_at_the_ends_tell_names_apart(unvoiced: str, voiced: str) -> None:
    assert alike(unvoiced, voiced) < 0.8
    assert alike(voiced, unvoiced) < 0.8


@pytest.mark.parametrize("asked", ["Mohamed", "Mohammed", "Muhammad"])
def test_a_common_first_name_alone_is_close_to_the_whole_name_in_another_script(asked: str) -> None:
    assert alike(asked, "محمد عبد الله التجريبي") >= 0.8


def test_a_whole_name_is_close_with_another_region_s_letter_in_it() -> None:
    filed = "محمد عبد الله التجريبي"
    for asked in ("Mohamed Abdallah al-Tagribi", "Mohamed Abdallah al-Tajribi", "Muhammad Abdullah Tagribi"):
        assert alike(asked, filed) >= 0.8
        assert alike(filed, asked) >= 0.8


@pytest.mark.parametrize(
    ("one", "other"),
    [("Salma Mithal", "Alena Prykladnaya"), ("张虚构", "王小明"), ("José", "Wei"), ("", "Salma"), ("!!", "?")],
)
def test_two_people_are_not(one: str, other: str) -> None:
    assert alike(one, other) < 0.5
