"""What stands on a transfer, and where it goes: no name of the file, no number with a digit wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from hrd_cases.cases.details import Person
from hrd_cases.errors import Refused
from hrd_cases.grants.transfers import mistyped, named_in
from tests.cases.acting import sentences
from tests.cases.typed import fill
from tests.grants.asking import WHO, Asked
from tests.world import World

OFFICER = WHO["officer"]

SALMA = Person(role="defender", names=("Salma Abdel Rahman", "سلمى عبد الرحمن"))
CENTRE = Person(role="other", names=("Legal Aid Centre",), organisation=True)


@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("Services, November", ""),
        ("Contribution to expenses", ""),
        ("Legal fees, aid", ""),
        ("", ""),
        ("Salma Abdel Rahman legal fees EU grant", "Salma Abdel Rahman"),
        ("fees (RAHMAN)", "RAHMAN"),
        ("لسلمى", "لسلمى"),
        ("from the legal aid centre", "legal aid centre"),
    ],
)
def test_the_words_on_a_transfer_name_nobody_of_the_file(words: str, whom: str) -> None:
    assert named_in(words, (SALMA, CENTRE)) == whom


RIGHT = "EG38 0019 0005 0000 0000 2631 8000 2"
WRONG = "EG38 0019 0005 0000 0000 2631 8000 3"


@pytest.mark.parametrize(
    ("account", "wrong"),
    [
        ("", False),
        ("Handed over by a friend of the family, in two parts", False),
        ("Fundación Ejemplo, Banco Ficticio, 000-000000-00", False),
        (RIGHT, False),
        (f"Bank Misr, {RIGHT}, Cairo Chambers", False),
        (f"Bank Misr\n{RIGHT.replace(' ', '')}\nCairo Chambers", False),
        (RIGHT.lower().replace(" ", "-"), False),
        (f"{RIGHT} Cairo Chambers", False),
        (WRONG, True),
        (f"Bank Misr, {WRONG} Cairo Chambers", True),
        (f"{RIGHT}; or {WRONG}", True),
        (RIGHT[:-2], True),
        ("BD45 avenue Habib Bourguiba, Tunis", False),
        ("GB82 WEST 1234 5698 7654 32", False),
        ("GB82 WEST 1234 5698 7654 23", True),
    ],
)
def test_a_number_with_a_digit_wrong_is_told_from_one_that_is_right(account: str, wrong: bool) -> None:
    assert bool(mistyped(account)) == wrong


@given(st.integers(0, 10**25 - 1), st.integers(4, 28), st.integers(1, 9))
def test_every_single_digit_that_is_typed_wrong_is_found(number: int, place: int, by: int) -> None:
    bban = f"{number:025d}"
    right = f"EG{iban.calc_check_digits(f'EGxx{bban}')}{bban}"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert (mistyped(right), mistyped(wrong)) == ("", wrong)


# -- on the pages


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def test_a_name_on_the_transfer_is_refused_where_it_is_typed_and_stays_in_the_field(asked: Asked, world: World) -> None:
    for path, rest in ((f"/grants/{asked.id}/payee", {}), (f"/grants/{asked.id}/change", {"text": "Other words."})):
        answer = fill(world.client(OFFICER), path, wording="Fees of MITHAL", **rest)
        assert answer.status_code == 422
        refused = "“MITHAL” names somebody of the case: whoever reads the transfer would know."
        assert refused in sentences(answer.text)
        assert 'value="Fees of MITHAL"' in answer.text
        asked.act("submit", "officer") if not rest else None


def test_an_account_with_a_digit_wrong_is_refused_where_it_is_typed(asked: Asked, world: World) -> None:
    answer = fill(world.client(OFFICER), f"/grants/{asked.id}/payee", account=f"Bank Misr, {WRONG}")
    assert answer.status_code == 422
    assert f"In {WRONG} a letter or a digit is wrong: its check digits do not fit." in sentences(answer.text)
    assert fill(world.client(OFFICER), f"/grants/{asked.id}/payee", account=f"Bank Misr, {RIGHT}").status_code == 303


def test_who_came_to_the_file_later_is_looked_for_before_it_is_submitted(asked: Asked, world: World) -> None:
    asked.write(wording="Services, for Nadia")
    asked.file.write(Person(role="family", names=("Nadia Mithal",)))
    page = sentences(world.client(OFFICER).get(f"/grants/{asked.id}/submit").text)
    assert "Take the name of somebody out of the words on the transfer" in page
    with pytest.raises(Refused, match="not complete"):
        asked.act("submit", "officer")
    asked.write(wording="Services")
    asked.act("submit", "officer")


def test_words_on_a_transfer_are_changed_on_their_way_and_decided_anew(asked: Asked, world: World) -> None:
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head")):
        asked.act(act, who)
    path = f"/grants/{asked.id}/change"
    assert fill(world.client(OFFICER), path, wording="Services", text="It said what it is for.").status_code == 303
    assert asked.state == "submitted"
    assert asked.seen(lambda opened: (opened.payment.wording, opened.sums.approved)) == ("Services", 0)
