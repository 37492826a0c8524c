"""Money: exact decimals in the places of their currency, what officers type, and what it is worth in euro. Pure.

Nothing here is ever a binary fraction: 0.1 has none that is exact. The places of a currency are CLDR's, by Babel.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Final

from babel.core import get_global
from babel.numbers import get_currency_precision

from hrd_cases.errors import N_, Refused, Sentence

EURO: Final = "EUR"
CENT: Final = Decimal("0.01")
MOST: Final = Decimal(10) ** 12
"""No sum that anybody types is as large, in any currency."""
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Enough digits that no sum below `MOST` over a rate of ours is rounded twice."""

_SPACES = " \u00a0\u2009\u202f'’"
_MARKS = str.maketrans({"٫": ",", "،": ",", "٬": "’", **dict.fromkeys(_SPACES, "’")})
"""Arabic separators and every kind of space, as three marks: comma, point, and what only ever groups."""
_SPELLED = re.compile(r"[0-9]+(?:[.,’][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:’[0-9]{3})+|[0-9]{1,2}(?:’[0-9]{2})*’[0-9]{3}")
"""By thousands, or by lakh as in South Asia: 1,80,000."""
_GROUP = 3
_NEITHER = ("", "")
_SMALLEST_PART = Decimal("0.001")

_NOT_A_SUM = (N_("“%(typed)s” is not a sum of money."), N_("Write it in digits, like 180,000 or 180 000.50."))
_NO_QUANTITY = (N_("“%(typed)s” is not how many."), N_("Write it in digits, like 1 or 2.5."))


@cache
def currencies() -> frozenset[str]:
    """Codes of the currencies that somebody can pay with today, by CLDR: no gold, no test codes, none of the past."""
    territories = get_global("territory_currencies").values()
    return frozenset(code for used in territories for code, _, until, tender in used if tender and until is None)


def places(currency: str) -> int:
    """Decimal places of a currency: 3 for BHD, none for UGX. Refused for what nobody can pay with."""
    if currency not in currencies():
        raise Refused(
            N_("“%(currency)s” is no currency that is used today."),
            N_("Write its three letters, like EGP."),
            currency=currency,
        )
    return get_currency_precision(currency)


def smallest(currency: str) -> Decimal:
    """The smallest sum of a currency: 0.001 for BHD, 1 for UGX."""
    return Decimal(1).scaleb(-places(currency))


def exact(amount: Decimal, currency: str) -> Decimal:
    """The same sum in all the places of its currency. Refused for one that has more, is nothing, or is too large."""
    step = smallest(currency)
    if not amount.is_finite() or amount <= 0:
        raise Refused(N_("A sum must be more than nothing."), N_("Write how much it is."))
    if amount >= MOST:
        raise Refused(N_("No sum is as large as this."), N_("Look at the zeros again."))
    whole = amount.quantize(step, context=_EXACT)
    if whole != amount:
        raise Refused(
            N_("%(currency)s has %(places)s decimal places, no more."),
            N_("Write the sum without what cannot be paid."),
            currency=currency,
            places=places(currency),
        )
    return whole


def parse(typed: str, currency: str) -> Decimal:
    """The sum that somebody typed, in any script's digits: 180,000, 180 000, ١٨٠٬٠٠٠, 1.80.000, 180000,50 EGP.

    Refused, with what to write instead, for what is no sum, and for what could be two: 1.234 in a currency of three
    places is one and a bit or a thousand.
    """
    names = (currency, "€" if currency == EURO else currency)
    return exact(_read(typed, names, _NOT_A_SUM, thousandths=places(currency) == _GROUP), currency)


def quantity(typed: str) -> Decimal:
    """The number of things that somebody typed, in any script's digits and as sums are: 3, 2.5, 1,200. Refused, with
    what to write instead, for what is none, or could be two: 1.500 is one and a half, or fifteen hundred.
    """
    found = _read(typed, (), _NO_QUANTITY, thousandths=True)
    if found <= 0 or found >= MOST or found != found.quantize(_SMALLEST_PART, context=_EXACT):
        raise Refused.of(_NO_QUANTITY, typed=typed.strip())
    return found.normalize(_EXACT) + 0


def _read(typed: str, names: tuple[str, ...], no: tuple[Sentence, Sentence], *, thousandths: bool) -> Decimal:
    """The number that was typed, with one of these names before or behind it. Refused with `no` for what is none, and
    for three digits behind a mark where `thousandths` may be meant.
    """
    spelled = _in_ascii(typed, names)
    if not _SPELLED.fullmatch(spelled):
        raise Refused.of(no, typed=typed.strip())
    whole, decimals = _parted(spelled, typed, thousandths=thousandths)
    if not whole.isdigit() and not _GROUPED.fullmatch(whole):
        raise Refused.of(no, typed=typed.strip())
    return Decimal(whole.replace("’", "") + ("." + decimals if decimals else ""))


def _in_ascii(typed: str, names: tuple[str, ...]) -> str:
    said = typed.strip().translate(_MARKS).strip("’")
    for name in names:
        said = said.removeprefix(name).removesuffix(name).strip("’")
    return "".join(str(unicodedata.decimal(mark, mark)) for mark in said)


def _parted(spelled: str, typed: str, *, thousandths: bool) -> tuple[str, str]:
    """What stands before the decimal mark, grouped by ’ if at all, and what behind it."""
    marks = [mark for mark in spelled if mark in ".,"]
    if not marks:
        return spelled, ""
    last = marks[-1]
    before, _, behind = spelled.rpartition(last)
    if "’" in behind or ("’" in before and len(marks) > 1):
        return _NEITHER
    if marks.count(last) > 1:  # it groups, and nothing else does
        return (spelled.replace(last, "’"), "") if len(set(marks)) == 1 else _NEITHER
    if len(marks) > 1:
        return before.replace(marks[0], "’"), behind
    if len(behind) != _GROUP or "’" in before or before.startswith("0") or len(before) > _GROUP:
        return before, behind
    if thousandths:
        raise Refused(
            N_("“%(typed)s” can be read in two ways."),
            N_("Write %(whole)s, or %(broken)s."),
            typed=typed.strip(),
            whole=before + behind,
            broken=f"{before}.{behind}0",
        )
    return f"{before}’{behind}", ""


def in_euro(amount: Decimal, rate: Decimal) -> Decimal:
    """What a sum is worth, `rate` being units of its currency for one euro: divided by it, then rounded to the nearest
    cent, a half cent up.

    Source: Council Regulation (EC) No 1103/97, article 4(3) (no inverse rates) and article 5 (rounding).
    """
    return _EXACT.divide(amount, rate).quantize(CENT, context=_EXACT)


def most_in(currency: str, euro: Decimal, rate: Decimal) -> Decimal:
    """What so many euro are in a currency: the nearest sum of it that is worth no more by a rate."""
    most = _EXACT.multiply(euro, rate).quantize(smallest(currency), context=_EXACT)
    return most if in_euro(most, rate) <= euro else most - smallest(currency)


def percent_above(now: Decimal, before: Decimal) -> Decimal:
    """By how many percent something is higher than before; below zero where it is lower."""
    return _EXACT.divide(_EXACT.multiply(now - before, Decimal(100)), before)


def cents(euro: Decimal) -> int:
    """A sum in euro as the ledger counts it. ValueError for parts of a cent."""
    counted = _EXACT.multiply(euro, Decimal(100))
    if counted != counted.to_integral_value():
        raise ValueError("the ledger counts whole cents")
    return int(counted)


def from_cents(count: int) -> Decimal:
    """A sum in euro out of the ledger."""
    return Decimal(count).scaleb(-2)


def retyped(amount: Decimal, currency: str) -> str:
    """A sum as it stands in a form again, which `parse` reads in one way."""
    return spelled(amount) + ("0" if places(currency) == _GROUP else "")


def retyped_quantity(value: Decimal) -> str:
    """As `retyped`, of how many there are."""
    said = spelled(value.normalize(_EXACT))
    return f"{said}0" if len(said.partition(".")[2]) == _GROUP else said


def spelled(amount: Decimal) -> str:
    """The one spelling of a sum that is stored, compared and signed: plain digits, as many places as it has."""
    return f"{amount:f}"
