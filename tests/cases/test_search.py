"""What officers type finds the file: in any spelling and script, by place or reference; nobody finds a source."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import func, select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.cards.card import sign
from hrd_cases.cards.models import CardIndex
from hrd_cases.cases.card import touched
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Assessment, Attribution, Incident, Meeting, Person, Profile
from hrd_cases.cases.models import Case
from hrd_cases.cases.writing import write
from hrd_cases.names.folding import fold
from hrd_cases.offices.countries import CODES as COUNTRIES
from hrd_cases.vault.envelope import wrap
from tests.bench.bench_pages import fill
from tests.cases.conftest import Recording, piece, recorded, with_source
from tests.offices.people import said
from tests.pages.markup import faults
from tests.world import World, cairo_day

SALMA = (
    "سلمى عبد الرحمن المثال",
    "Salma Abdel Rahman El-Methal",
    "Salma Abdulrahman al-Mithal",
    "سلمي عبدالرحمن المثال",
)
ALYONA = ("Алёна Міхайлаўна Прыкладная", "Алёна Михайловна Примерная")
JOSE = ("José Ángel Ñáñez Ficticio",)
ZHANG = ("张虚构",)
MAIN: dict[str, list[tuple[str, ...]]] = {"EG": [SALMA], "BY": [ALYONA], "CO": [JOSE], "CN": [ZHANG]}
OTHERS: dict[str, list[tuple[str, ...]]] = {
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


def file_of(country: str, names: tuple[str, ...], **profile: Any):
    drafted = recorded(country, names[0])
    said = [
        Profile(country=country, **profile),
        Person(role="defender", names=names),
        Incident(text="Taken.", place=profile.get("place", "")),
    ]
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
    for country, found in MAIN.items():
        for one in [*found, *OTHERS.get(country, [])]:
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


# -- what else it is found by, and why


def test_the_spelling_that_fits_and_why_are_shown(filed: World) -> None:
    page = said(find(filed, "officer.minsk", "Primernaya"))
    assert "Алёна Михайловна Примерная" in page
    assert "Similar name" in page
    assert "Part of a name" in said(find(filed, "officer.bogota", "Nanez"))


def test_a_file_is_found_by_place_keyword_and_by_its_reference_however_it_is_typed(world, recording) -> None:
    done = recording.by("officer.cairo", file_of("EG", ("Salma Mithal",), place="Aswān", other_theme="River dams"))
    for text, why in [
        ("aswan", "Place"),
        ("river dam", "Keyword"),
        (done.reference, "Reference"),
        (done.reference.replace("-", "").lower(), "Reference"),
        (f" {done.reference.replace('-', ' ')} ", "Reference"),
    ]:
        page = find(world, "officer.cairo", text)
        assert names(page) == ["Salma Mithal"], text
        assert why in said(page), text


KEYWORDS = [
    # (language of the reader, what is typed, the badge, what fits as the reader's language calls it)
    ("en", "lawyer", "Keyword", "Lawyer"),
    ("en", "Lawyers", "Keyword", "Lawyer"),
    ("en", "detention", "Keyword", "Arrest or detention"),
    ("en", "arrest or detention", "Keyword", "Arrest or detention"),
    ("en", "fair trial", "Keyword", "Fair trial"),
    ("en", "active", "Keyword", "Active"),
    ("en", "Egypt", "Place", "Egypt"),
    ("en", "avocate", "Keyword", "Lawyer"),
    ("en", "محام", "Keyword", "Lawyer"),
    ("fr", "détention", "Keyword", "Arrestation ou détention"),
    ("fr", "lawyer", "Keyword", "Avocat"),
    ("es", "Egipto", "Place", "Egipto"),
    ("ru", "адвокат", "Keyword", "Адвокат"),
    ("ar", "مصر", "مكان", "مصر"),
]


def test_profession_theme_kind_of_incident_state_and_country_are_found_in_every_language(world, recording) -> None:
    drafted = file_of("EG", ("Salma Mithal",), categories=("lawyer",), themes=("fair_trial",), flags=("lgbti",))
    taken = msgspec.structs.replace(cast(Incident, drafted.pieces[2].details), types=("arrest",))
    pieces = (*drafted.pieces[:2], piece(taken))
    recording.by("officer.cairo", msgspec.structs.replace(drafted, pieces=pieces))
    recording.by("officer.cairo", file_of("EG", ("Nadia Elsewhere",), categories=("journalist",)))
    browser = world.client("officer.cairo")
    for language, text, why, fits in KEYWORDS:
        page = found_in(browser, language, text)
        assert "Salma Mithal" in names(page), text
        assert fits.casefold() in said(page).casefold(), (language, text)
        if language == "en":
            assert why in said(page), text
    for text in ("lgbti", "or", "trade unionist", "closed", "archived", "Morocco"):
        assert names(found_in(browser, "en", text)) == [], text
    assert names(found_in(browser, "en", "lawyer")) == ["Salma Mithal"]


def test_detained_and_the_level_of_risk_are_found_in_every_language(world, recording) -> None:
    at_risk = piece(Assessment(level="critical", sentence="Threatened.", review_on=cairo_day() + timedelta(days=7)))
    held = file_of("EG", ("Salma Mithal",), detained=True)
    recording.by("officer.cairo", msgspec.structs.replace(held, pieces=(*held.pieces, at_risk)))
    recording.by("officer.cairo", file_of("EG", ("Nadia Elsewhere",)))
    browser = world.client("officer.cairo")
    asked = [("en", "detained", "Detained"), ("en", "Critical", "Critical"), ("en", "محتجز", "Detained")]
    asked += [("fr", "en détention", "En détention"), ("ru", "под стражей", "Под стражей")]
    for language, text, fits in asked:
        page = found_in(browser, language, text)
        assert names(page) == ["Salma Mithal"], text
        assert fits.casefold() in said(page).casefold(), text
    assert names(found_in(browser, "en", "medium")) == []


def test_it_is_said_what_is_searched_and_what_is_not(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", file_of("EG", ("Salma Mithal",)))
    page = find(world, "officer.cairo", "Tahrir")
    assert names(page) == []
    assert said(page).count("What happened, and notes, are not searched.") == 2
    assert "a kind of incident, a state, a risk level" in said(world.client("officer.cairo").get("/cases/search"))


def test_a_first_name_alone_is_found_in_another_script(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "محمد عبد الله التجريبي"))
    for text in ("Mohamed", "Mohammed", "Muhammad"):
        assert names(find(world, "officer.cairo", text)) == ["محمد عبد الله التجريبي"], text


def test_what_fits_hides_no_similar_name_and_is_told_apart_from_it(world: World, recording: Recording) -> None:
    for name in ("محمد عبد الله التجريبي", *(f"Mohamed Person{chr(97 + number) * 4}" for number in range(24))):
        recording.by("officer.cairo", recorded("EG", name))
    page = find(world, "officer.cairo", "Mohamed")
    assert len(names(page)) == 25
    assert names(page)[-1] == "محمد عبد الله التجريبي"
    assert "24 files fit" in said(page)
    assert said(page).index("24 files fit") < said(page).index("1 file with a similar name")


def test_what_only_resembles_says_whose_it_is(world: World, recording: Recording) -> None:
    """An officer shown as "?" reads as nobody's file."""
    recording.by("officer.cairo", recorded("EG", "محمد عبد الله التجريبي"))
    page = find(world, "officer.cairo", "Mohamed")
    assert "1 file with a similar name" in said(page)
    assert "Egypt · officer.cairo" in said(page)


def test_a_latin_alias_elsewhere_hides_no_arabic_name(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", file_of("EG", SALMA[:2]))
    recording.by("officer.cairo", file_of("EG", SALMA[3:]))
    assert names(find(world, "officer.cairo", "Salma")) == [SALMA[0], SALMA[3]]


def found_in(browser: Any, language: str, text: str) -> Any:
    browser.post("/account/language", {"language": language})
    browser.post("/cases/search", {"text": text})
    return browser.get("/cases/search/found")


def test_a_file_is_found_by_the_state_it_has_by_now(world: World, recording: Recording) -> None:
    done = recording.by("officer.cairo", file_of("EG", ("Salma Mithal",)))
    on = cairo_day() + timedelta(days=30)
    day = {"next_on-day": on.day, "next_on-month": on.month, "next_on-year": on.year}
    rests = world.client("officer.cairo").post(f"/cases/{done.case_id}/step/rest", day)
    assert rests.status_code == 303, said(rests)
    assert names(find(world, "officer.cairo", "dormant")) == ["Salma Mithal"]
    assert names(find(world, "officer.cairo", "active")) == []


def test_every_code_has_a_sign_of_its_own_that_nobody_can_type() -> None:
    codes = [f"{name}:{code}" for name in CODES.lists for code in CODES[name]]
    codes += [f"country:{code}" for code in COUNTRIES]
    assert len({sign(code) for code in codes}) == len(codes)
    assert {fold(sign(code)) for code in codes} == {""}


def test_relatives_and_lawyers_on_file_lead_to_it(world: World, recording: Recording) -> None:
    lawyer = piece(Person(role="lawyer", names=("Hoda Sample", "هدى نموذج")))
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", more=(lawyer,)))
    for text in ("Hoda Sample", "هدي نموذج", "huda"):
        assert names(find(world, "officer.cairo", text)) == ["Salma Mithal"], text


def test_an_exact_name_comes_before_a_similar_one(world: World, recording: Recording) -> None:
    for name in ("Salma Mithalova", "Salma Mithal", "Salmah Mitthal"):
        recording.by("officer.cairo", recorded("EG", name))
    found = names(find(world, "officer.cairo", "salma mithal"))
    assert found[0] == "Salma Mithal"
    assert set(found) == {"Salma Mithalova", "Salma Mithal", "Salmah Mitthal"}


def test_nothing_that_fits_is_said_in_words(filed: World) -> None:
    page = find(filed, "officer.minsk", "Xylophone")
    assert names(page) == []
    assert "No file fits" in said(page)
    assert "Try another spelling" in said(page)


TOO_LITTLE = [
    ("", "Nothing was typed"),
    ("   ", "Nothing was typed"),
    ("-!؟", "Nothing was typed"),
    ("a", "One letter finds nearly everything"),
    ("ا", "One letter finds nearly everything"),
    ("x" * 201, "at most 200 characters"),
]


@pytest.mark.parametrize(("text", "sentence"), TOO_LITTLE)
def test_too_little_or_too_much_is_said_in_words(filed: World, text: str, sentence: str) -> None:
    answer = filed.client("officer.minsk").post("/cases/search", {"text": text})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert faults(answer.text) == []


@pytest.mark.parametrize("text", ["%", "_%", "'; DROP TABLE cases; --", "\x00\x00ab", "\u202eevil", "🜲🜲"])
def test_strange_text_finds_nothing_and_breaks_nothing(filed: World, text: str) -> None:
    answer = filed.client("officer.minsk").post("/cases/search", {"text": text})
    assert answer.status_code in (303, 422)


# -- who finds nothing


def test_another_office_s_files_are_found_by_nobody_here(filed: World) -> None:
    for sign_in in ("officer.cairo", "head1.hq", "desk.hq"):
        assert ALYONA[0] not in names(find(filed, sign_in, "Prykladnaya"))
    for sign_in in ("finance.cairo", "observer.a", "auditor.hq", "admin.hq"):
        assert filed.client(sign_in).get("/cases/search").status_code == 403
        assert filed.client(sign_in).get("/cases/search/found").status_code == 403


def test_a_source_and_a_speaker_under_the_chatham_house_rule_are_found_by_nobody(world, recording) -> None:
    """Not by the organiser either: they stand on the organiser's own page alone."""
    organiser = world.demonstration.members["officer.cairo"]
    drafted, sourced = with_source(recorded("EG", "Salma Mithal"), "Wellspring Secretname")
    done = recording.by("officer.cairo", drafted, sourced)
    with world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, done.case_id)
        spoken = Attribution(present="Quillon Speakername", said="Quillon Speakername spoke of the mine")
        meeting = Meeting(
            when=datetime.now(UTC),
            chatham_house=True,
            organiser_id=organiser,
            substance="Things were said of the pit.",
            organisers_own=wrap(visitor.ring.own_secret, msgspec.msgpack.encode(spoken), b""),
        )
        write(session, visitor, case, meeting, datetime.now(UTC))
        touched(session, visitor, case)
    for sign_in in ("officer.cairo", "deputy.cairo", "head.cairo"):
        for text in ("Wellspring", "Secretname", "Quillon", "Speakername", "Quillon Speakername", "the mine"):
            assert names(find(world, sign_in, text)) == [], (sign_in, text)
        listed = world.client(sign_in).get("/cases?state=every").text
        assert "Salma" in listed
        assert not re.search("Wellspring|Secretname|Quillon|Speakername", listed + world.client(sign_in).get("/").text)


# -- what a search leaves behind


def test_what_was_typed_stands_in_no_address_no_log_and_no_trail(
    filed: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        find(filed, "officer.minsk", "Prykladnaya")
    with filed.database.main.reading() as session:
        last = session.scalars(select(AuditEntry.event).order_by(AuditEntry.number.desc()).limit(2)).all()
        assert last == ["page_read", "cases_searched"]
        for entry in session.scalars(select(AuditEntry)):
            assert "rykladna" not in repr(entry.__dict__)
    out = capsys.readouterr()
    assert "rykladna" not in caplog.text + out.out + out.err
    stored = filed.house.settings.home
    for path in stored.rglob("*"):
        if path.is_file():
            assert b"rykladna" not in path.read_bytes(), path


def test_one_comes_back_to_what_was_found_and_nothing_of_it_is_kept_by_the_browser(filed: World) -> None:
    browser = filed.client("officer.minsk")
    browser.post("/cases/search", {"text": "Prykladnaya"})
    page = browser.get("/cases/search/found")
    assert "no-store" in page.headers["Cache-Control"]
    address, *_others = re.findall(r'href="(/cases/[0-9a-f-]{36})"', page.text)
    assert browser.get(address).status_code == 200
    again = browser.get("/cases/search/found")
    assert names(again) == names(page)
    assert 'value="Prykladnaya"' in again.text


def test_who_searched_for_nothing_yet_is_led_to_the_search(filed: World) -> None:
    answer = filed.client("deputy.cairo").get("/cases/search/found")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/cases/search")


def test_what_one_searched_for_is_nobody_else_s(filed: World) -> None:
    find(filed, "officer.minsk", "Prykladnaya")
    assert "Prykladnaya" not in filed.client("head.minsk").get("/cases/search").text
    assert filed.client("head.minsk").get("/cases/search/found").status_code == 303


# -- the index of names


def test_after_many_writes_the_next_search_makes_the_index_anew_once(world: World) -> None:
    fill(world, "officer.cairo", 1_100, settled=False)

    def made() -> int:
        with world.database.main.reading() as session:
            events = select(func.count()).where(AuditEntry.event == Event.CARDS_SETTLED.value)
            return session.scalar(events) or 0

    before = names(find(world, "officer.cairo", "Mohamed"))
    assert made() == 1
    assert names(find(world, "officer.cairo", "Mohamed")) == before
    assert made() == 1, "it pays no second time"


def test_a_small_office_needs_no_index(filed: World) -> None:
    find(filed, "officer.minsk", "Prykladnaya")
    with filed.database.main.reading() as session:
        assert session.scalars(select(CardIndex)).all() == []
