"""Where a text tells of somebody, in any script: by the whole name, by a part, with the endings of a sentence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrd_cases.names.folding import fold
from hrd_cases.names.mentions import Named, Names, without

SALMA = Named(("Salma Abdel Rahman", "سلمى عبد الرحمن"))
LI = Named(("Li Wei", "李偉"))
CARMEN = Named(("María del Carmen Núñez",))
CENTRE = Named(("Legal Aid Centre",), organisation=True)
ARYNA = Named(("Арына Вымышленая", "Aryna Vymyslenaja"))
OBRIEN = Named(("Nora O'Brien",))
ALI = Named(("علي حسن",))
MIN = Named(("김민수",))
NAMES = Names((SALMA, LI, CARMEN, CENTRE, ARYNA, OBRIEN, ALI, MIN))
LABELS = ("[S]", "[L]", "[C]", "[O]", "[A]", "[N]", "[I]", "[M]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Services, November", "Services, November"),
        ("Fondo del mes", "Fondo del mes"),
        ("Li. 12 of the list, wei", "Li. 12 of the list, wei"),
        ("Legal fees, aid", "Legal fees, aid"),
        ("Salmaniya Street", "Salmaniya Street"),
        ("for SALMA.", "for [S]."),
        ("Salma Abdel Rahman was taken", "[S] was taken"),
        ("Salma Rahman, and Rahman again", "[S], and [S] again"),
        ("Salma's and Salma’s brother, Salmas Bruder", "[S] and [S] brother, [S] Bruder"),
        ("Sálmá", "[S]"),
        ("S\u0061\u0301lma", "[S]"),
        ("Honoraria Nuñez (Carmen)", "Honoraria [C] ([C])"),
        ("to Li Wei", "to [L]"),
        ("给李伟的钱和李偉", "给[L]的钱和[L]"),
        ("the Legal Aid Centre paid", "the [O] paid"),
        ("суд над Арынай Вымышленой, Арына", "суд над [A], [A]"),
        ("Aryna Vymyšlenaja", "[A]"),
        ("O'Brien, O’Brien's, Obrien, O Brien", "[N], [N], [N], O [N]"),
        ("قالت لسلمى إن عبدالرحمن", "قالت [S] إن [S]"),
        ("وسلمى", "[S]"),
        ("قال علي حسن", "قال [I]"),
        ("김민수는 갔다", "[M]는 갔다"),
        ("Li Wei Li Wei", "[L]"),
    ],
)
def test_whoever_is_named_is_found(text: str, expected: str) -> None:
    assert without(text, NAMES, LABELS) == expected


def test_a_text_that_names_nobody_stays_as_it_is() -> None:
    text = "Arrêté à 7 h, « rien » n’est dit.\n\n  Deux lignes."
    assert without(text, NAMES, LABELS) == text


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(
    LETTERS,
    st.lists(LETTERS.filter(fold), min_size=1, max_size=3),
    LETTERS,
)
@example("", ["ﬁ"], "")
@example("ا", ["0ا"], "")
def test_of_a_whole_name_nothing_is_left_whatever_stands_around_it(before: str, names: list[str], after: str) -> None:
    people = Names((Named(tuple(names)),))
    for name in names:
        left = without(f"{before} {name} {after}", people, ("#",))
        assert unicodedata.normalize("NFC", f" {name} ") not in left
        assert people.in_(left) == []


@given(LETTERS, LETTERS)
def test_mentions_lie_one_after_another_within_the_text(text: str, name: str) -> None:
    text = unicodedata.normalize("NFC", text)
    found = Names((Named((name,)), SALMA)).in_(text)
    edges = [edge for one in found for edge in one[:2]]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
