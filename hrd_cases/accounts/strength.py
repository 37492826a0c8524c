"""Which passphrases may be chosen: long enough, not among the first that anyone would try, and not soon guessed.

No rule of composition, any character, spaces welcome (ASVS 6.2).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from zxcvbn_rs_py import zxcvbn

from hrd_cases.errors import N_, Refused
from hrd_cases.forms import clean
from hrd_cases.settings import CONFIG

SHORTEST = 15
LONGEST = 512
WEAKEST_SCORE = 3
"""zxcvbn's scale of 0 to 4: 3 stands more than 10^8 guesses."""
SCORED = 200
"""Characters that are scored: more of them make nothing weaker."""
TELLING_NAME = 6
"""A sign-in name of fewer letters may well be part of an honest word."""

STRENGTH = {
    0: N_("very weak"),
    1: N_("weak"),
    2: N_("not strong enough"),
    3: N_("strong"),
    4: N_("very strong"),
}


@cache
def blocked_passphrases(path: Path = CONFIG / "blocked-passphrases.txt") -> frozenset[str]:
    """Passphrases nobody may choose, however long: one a line, compared by letters and digits alone."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))


def _bare(text: str) -> str:
    """Letters and digits alone, in one case."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", text).casefold() if mark.isalnum())


def check_new_passphrase(passphrase: str, sign_in: str) -> int:
    """The strength (3 or 4) of a passphrase that may be chosen. Refused, with what to do instead, if it may not."""
    if len(passphrase) < SHORTEST:
        raise Refused(
            N_("A passphrase has at least %(count)d characters."),
            N_("Four or five words with spaces between them are easy to remember."),
            count=SHORTEST,
        )
    if len(passphrase) > LONGEST:
        raise Refused(N_("A passphrase has at most %(count)d characters."), count=LONGEST)
    _check_not_first(_bare(passphrase), _bare(sign_in))
    score = int(zxcvbn(clean(passphrase)[:SCORED], [sign_in, *sign_in.split(".")]).score)
    if score < WEAKEST_SCORE:
        raise Refused(
            N_("This passphrase would soon be guessed: it is %(strength)s."),
            N_("Add a word or two that have nothing to do with each other."),
            strength=STRENGTH[score],
        )
    return score


def _check_not_first(bare: str, name: str) -> None:
    if len(name) >= TELLING_NAME and name in bare:
        raise Refused(
            N_("Your sign-in name is part of this passphrase."), N_("Everybody knows it: choose other words.")
        )
    if blocked_passphrases() & {bare, bare.strip("0123456789")}:
        raise Refused(
            N_("This passphrase is among the first that anyone would try."),
            N_("Choose words that have nothing to do with you, your office or each other."),
        )
