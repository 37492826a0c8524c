"""Every catalogue compiles, is settled, and keeps the placeholders and the markup of what it translates."""

import gettext
import io
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hrd_cases.settings import ROOT

CATALOGUES = sorted((ROOT / "hrd_cases" / "translations").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0 +-]*[\d.]*([a-zA-Z%])")
MARKUP = re.compile(r"<[^>]*>?|&#?\w+;|\{[{%#]|[%#]\}")
COUNT = ("num", "d")
MANY = 1000


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def faults(catalogue: Catalog) -> list[str]:
    """What is wrong with the translations, one line each."""
    counts = _counts(catalogue)
    found = []
    for message in catalogue:
        if message.id and message.fuzzy:
            found.append(f"{message.id!r}: fuzzy")
        for index, text in enumerate(_texts(message)):
            sources = _sources(message, counts[index])
            if not text:
                continue
            if not any(_names(text) == names for names in sources):
                found.append(f"{text!r}: not the placeholders of {message.id!r}")
            if not any(_tags(text) == _tags(source) for source in _ids(message)):
                found.append(f"{text!r}: not the markup of {message.id!r}")
            if "://" in text:
                found.append(f"{text!r}: an address")
    return found


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def _texts(message: Message) -> tuple[str, ...]:
    if not message.id:
        return ()
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def _names(text: str) -> Counter[tuple[str, str]]:
    """Of a text that is never formatted a percent sign says nothing."""
    return Counter(set(PLACEHOLDER.findall(text))) if "%(" in text else Counter()


def _tags(text: str) -> Counter[str]:
    return Counter(MARKUP.findall(text))


def _counts(catalogue: Catalog) -> dict[int, list[int]]:
    """For which numbers the language uses which of its forms."""
    form = gettext.c2py(catalogue.plural_expr)
    counts = defaultdict(list)
    for number in range(MANY):
        counts[form(number)].append(number)
    return counts


def _sources(message: Message, numbers: list[int]) -> list[Counter[tuple[str, str]]]:
    """What placeholders one form may have: a form of one number only ("two members" in Arabic) need not tell it."""
    ids = _ids(message)
    if len(ids) == 1:
        return [_names(ids[0])]
    many = _names(ids[1])
    may = [many]
    if 1 in numbers:
        may.append(_names(ids[0]))
    if len(numbers) == 1:
        may.append(Counter({name: n for name, n in many.items() if name != COUNT}))
    return may


@pytest.fixture(scope="module", params=CATALOGUES, ids=[path.parts[-3] for path in CATALOGUES])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def test_it_compiles_and_answers(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    answers = gettext.GNUTranslations(compiled)
    for message in catalogue:
        ids, texts = _ids(message), _texts(message)
        if not all(texts) or message.fuzzy:
            continue
        if len(ids) == 1:
            assert [answers.gettext(ids[0])] == list(texts) or not ids[0]
        else:
            assert {answers.ngettext(ids[0], ids[1], number) for number in range(MANY)} == set(texts)


def test_its_translations_keep_to_their_sources(catalogue: Catalog) -> None:
    assert faults(catalogue) == []


def test_its_plurals_are_the_languages_own(catalogue: Catalog) -> None:
    own = Catalog(locale=catalogue.locale)
    assert sorted(_counts(catalogue).values()) == sorted(_counts(own).values())  # in which order is its own affair
    assert all(len(_texts(m)) == own.num_plurals for m in catalogue if len(_ids(m)) == 2)


@pytest.mark.parametrize("path", CATALOGUES, ids=[path.parts[-3] for path in CATALOGUES])
def test_its_header_names_nobody(path: Path) -> None:
    header = path.read_text().split("\n\n", 1)[0]
    assert "msgid" in header
    assert "@" not in header
    assert "://" not in path.read_text()


PLANTED = {
    "a name translated": ('msgid "Of %(name)s"', 'msgstr "De %(nom)s"'),
    "a name forgotten": ('msgid "Of %(name)s"', 'msgstr "De"'),
    "a name added": ('msgid "Of"', 'msgstr "De %(name)s"'),
    "a kind changed": ('msgid "Of %(count)d"', 'msgstr "De %(count)s"'),
    "markup added": ('msgid "Of"', 'msgstr "<b>De</b>"'),
    "a template's brackets": ('msgid "Of"', 'msgstr "{{ de }}"'),
    "an address": ('msgid "Of"', 'msgstr "De http://example.org"'),
    "a count forgotten": (
        'msgid "%(num)d day"\nmsgid_plural "%(num)d days"',
        'msgstr[0] "%(num)d jour"\nmsgstr[1] "jours"',
    ),
    "fuzzy": ('#, fuzzy\nmsgid "Of"', 'msgstr "De"'),
}
SETTLED = {
    "a percent sign": ('msgid "All of 5 % of it"', 'msgstr "Les 5 % entiers"'),
    "one without its number": ('msgid "Last"\nmsgid_plural "%(num)d left"', 'msgstr[0] "Fin"\nmsgstr[1] "%(num)d"'),
    "another order": ('msgid "%(a)s, %(b)s"', 'msgstr "%(b)s, %(a)s"'),
}


def _small(source: str, said: str) -> Catalog:
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    return read_po(io.StringIO(f"{head}{source}\n{said}\n"), locale="fr")


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(planted: tuple[str, str]) -> None:
    assert len(faults(_small(*planted))) == 1


@pytest.mark.parametrize("settled", SETTLED.values(), ids=SETTLED)
def test_what_is_right_is_left_alone(settled: tuple[str, str]) -> None:
    assert faults(_small(*settled)) == []
