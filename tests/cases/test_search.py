"""What officers type finds the file: in any spelling and script, by place or reference; nobody finds a source."""

from __future__ import annotations

import re

import pytest

from hrd_cases.cases.details import Incident, Person, Profile
from tests.cases.conftest import Recording, piece, recorded
from tests.pages.markup import faults
from tests.world import World

SALMA = (
    "سلمى عبد الرحمن المثال",
    "Salma Abdel Rahman El-Methal",
    "Salma Abdulrahman al-Mithal",
    "سلمي عبدالرحمن المثال",
)
ALYONA = ("Алёна Міхайлаўна Прыкладная", "Алёна Михайловна Примерная")
JOSE = ("José Ángel Ñáñez Ficticio",)
ZHANG = ("张虚构",)
OTHERS = {
    "EG": [
        ("إسراء أحمد النموذج",),
        ("Işıl Örnek",),
        ("Nguyễn Thị Ví Dụ",),
        ("Fatima Zahra Exemple",),
        ("Omar Khaled Mathal",),
        ("Kwame Mfano",),
    ],
    "BY": [("Надзея Прыдуманая",), ("Сергей Выдуманный",)],
}


def file_of(country: str, names: tuple[str, ...], **profile: str):
    drafted = recorded(country, names[0])
    said = [
        Profile(country=country, **profile),
        Person(role="defender", names=names),
        Incident(text="Taken.", place=profile.get("place", "")),
    ]
    import msgspec

    return msgspec.structs.replace(drafted, pieces=tuple(map(piece, said)))


def find(world: World, sign_in: str, text: str):
    browser = world.client(sign_in)
    answer = browser.post("/cases/search", {"text": text})
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith("/cases/search/found")
    page = browser.get("/cases/search/found")
    assert page.status_code == 200
    assert faults(page.text) == []
    return page


def names(page) -> list[str]:
    return re.findall(r'/cases/[0-9a-f-]{36}"><bdi>\s*(.*?)\s*</bdi>', page.text)


@pytest.fixture
def filed(world: World, recording: Recording) -> World:
    officers = {"EG": "officer.cairo", "BY": "officer.minsk", "CO": "officer.bogota", "CN": "officer.beijing"}
    for country, found in {"EG": [SALMA], "BY": [ALYONA], "CO": [JOSE], "CN": [ZHANG]}.items():
        for one in (*found, *OTHERS.get(country, ())):
            recording.by(officers[country], file_of(country, one))
    return world


SPELLINGS = [
    # the sample world's own words
    ("officer.minsk", "Алёна", ALYONA[0]),
    ("officer.minsk", "Алена", ALYONA[0]),
    ("officer.minsk", "Прыкладная", ALYONA[0]),
    ("officer.minsk", "Prykladnaya", ALYONA[0]),
    ("officer.minsk", "Primernaya", ALYONA[0]),
    ("officer.minsk", "Alena Prykladnaya", ALYONA[0]),
    ("officer.minsk", "Alyona Primernaya", ALYONA[0]),
    ("officer.bogota", "Nanez", JOSE[0]),
    ("officer.bogota", "nañez", JOSE[0]),
    ("officer.bogota", "Jose Angel Nanez Ficticio", JOSE[0]),
    ("officer.beijing", "張虛構", ZHANG[0]),
    ("officer.beijing", "Chang Hsü-kou", ZHANG[0]),
    ("officer.beijing", "Zhang Xugou", ZHANG[0]),
    ("officer.beijing", "Zhāng Xūgòu", ZHANG[0]),
    ("officer.beijing", "张", ZHANG[0]),
    # Arabic, with and without alef variants, taa marbuta, yaa and alef maqsura, and in Latin letters
    ("officer.cairo", "سلمي عبدالرحمن المثال", SALMA[0]),
    ("officer.cairo", "سلمى المثال", SALMA[0]),
    ("officer.cairo", "Salma El-Methal", SALMA[0]),
    ("officer.cairo", "salma abdulrahman", SALMA[0]),
    ("officer.cairo", "اسراء احمد", OTHERS["EG"][0][0]),
    ("officer.cairo", "أسراء أحمد النموذج", OTHERS["EG"][0][0]),
    ("officer.cairo", "Israa Ahmed", OTHERS["EG"][0][0]),
    # Cyrillic и/і, ё/е
    ("officer.minsk", "Алена Михайлаўна", ALYONA[0]),
    ("officer.minsk", "Міхайловна", ALYONA[0]),
    ("officer.minsk", "Надзея Придуманая", OTHERS["BY"][0][0]),
    # Turkish ı/i, Vietnamese and Spanish marks
    ("officer.cairo", "isil ornek", OTHERS["EG"][1][0]),
    ("officer.cairo", "IŞIL", OTHERS["EG"][1][0]),
    ("officer.cairo", "Işıl", OTHERS["EG"][1][0]),
    ("officer.cairo", "nguyen thi vi du", OTHERS["EG"][2][0]),
    ("officer.cairo", "Nguyễn", OTHERS["EG"][2][0]),
    ("officer.bogota", "ñañez jose", JOSE[0]),
    ("officer.bogota", "JOSÉ ÁNGEL", JOSE[0]),
]


def test_a_name_is_found_in_every_spelling_and_script(filed: World) -> None:
    wrong = [
        (text, expected, found)
        for sign_in, text, expected in SPELLINGS
        if (found := names(find(filed, sign_in, text)))[:1] != [expected]
    ]
    assert wrong == []
