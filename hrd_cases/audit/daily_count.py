"""The daily count: how many entries the trail has and how it ends, as it is mailed and as an auditor pastes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from hrd_cases.errors import Unfit
from hrd_cases.vault.envelope import equal, mac

HASH_BYTES = 32
MAIL = """\
The daily count of {public_name} for {day}:

{number} {hash}

Please keep this message. The line above shows later whether
anything was changed or taken out. It holds no link, no name and
no attachment: if a message like this does, do not follow it.
"""

# What mail and writing programmes put around a line: marks of quoting, quotation marks, marks of direction.
_AROUND = " \t>|*\"'`,;.“”„‟‘’‚‛«»‹›\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"
_FIRST_LINE = re.compile(r"The daily count of .* for \d{4}-\d\d-\d\d:?")
_OWN_WORDS = " ".join(MAIL.splitlines()[4:])
_BEGINS = re.compile(r"([1-9][0-9]{0,18})(?: ([0-9a-f ]*))?")
_GOES_ON = re.compile(r"[0-9a-f ]+")
_QUOTED = re.compile(r"\A(?:[ \t]*> ?)*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?:[ \t](.*))?")
_MAILBOX = re.compile(r"From \S+ .*")
"""The line that mail programmes put before a mail that they save."""
_PROOF = "daily count"


class DailyCount(NamedTuple):
    """How many entries the trail has, and the hash of the last of them."""

    number: int
    hash: bytes


class NoDailyCount(Unfit):
    """A line that is no daily count."""

    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} is no daily count: a number and a hash of {HASH_BYTES * 2} digits.")
        self.line = line


class _Begun(NamedTuple):
    line: int
    number: int
    digits: str

    @property
    def whole(self) -> bool:
        return len(self.digits) == HASH_BYTES * 2


def line_of(day: date, count: DailyCount, key: bytes) -> str:
    """What waits in the outbox: the day, the count, and a proof that only whoever holds `key` (32 bytes) can make."""
    said = f"{day.isoformat()} {count.number} {count.hash.hex()}"
    return f"{said} {mac(key, _PROOF, said.encode()).hex()}"


def mail_of(public_name: str, line: str, key: bytes) -> str:
    """The text of one day's mail, from the line that waited. Raises ValueError if the line was not made with `key`."""
    said, _, proof = line.rpartition(" ")
    if not equal(proof.encode(), mac(key, _PROOF, said.encode()).hex().encode()):
        raise ValueError("a line that is no daily count of ours")
    day, number, digits = said.split(" ")
    return MAIL.format(public_name=public_name, day=day, number=number, hash=digits)


def read_daily_counts(text: str) -> tuple[DailyCount, ...]:
    """Daily counts as an auditor pastes them: the lines, or whole mails, with headers or without; quoted, indented,
    broken anywhere.

    NoDailyCount names the first line that is neither of a count nor of headers nor the mail's own words: nothing else
    is passed over.
    """
    return tuple(DailyCount(found.number, bytes.fromhex(found.digits)) for found in _counts(text))


def _counts(text: str) -> Iterator[_Begun]:
    open_one: _Begun | None = None
    lines, headers_until = text.splitlines(), 0
    for place, line in enumerate(lines, 1):
        if open_one is None and place > headers_until:
            headers_until = place - 1 + _headers(lines, place - 1)
        words = _words(line)
        if not words or place <= headers_until or _is_the_mail_s(line):
            continue
        digits = words.replace(" ", "")
        if open_one and _GOES_ON.fullmatch(words) and len(open_one.digits + digits) <= HASH_BYTES * 2:
            open_one = open_one._replace(digits=open_one.digits + digits)
        else:
            if open_one is not None:
                raise NoDailyCount(open_one.line)
            open_one = _begun(place, words)
        if open_one.whole:
            yield open_one
            open_one = None
    if open_one is not None:
        raise NoDailyCount(open_one.line)


def _words(line: str) -> str:
    return " ".join(line.replace("\xa0", " ").strip(_AROUND).lower().split())


def _headers(lines: list[str], first: int) -> int:
    """How many lines from `first` on are a mail's headers: up to a blank line, and none that could be of a count."""
    at = first + 1 if _MAILBOX.fullmatch(_unquoted(lines[first])) else first
    begins = at
    while at < len(lines) and _is_header(_unquoted(lines[at]), folded=at > begins):
        at += 1
    ended = at < len(lines) and not _unquoted(lines[at]).strip()
    return at - first if ended and at > begins else 0


def _unquoted(line: str) -> str:
    return _QUOTED.sub("", line.lstrip("\ufeff"), count=1)


def _is_header(line: str, *, folded: bool) -> bool:
    if folded and line[:1] in (" ", "\t") and line.strip():
        return not (_BEGINS.fullmatch(_words(line)) or _GOES_ON.fullmatch(_words(line)))
    found = _HEADER.fullmatch(line)
    count = _BEGINS.fullmatch(_words(found[1] or "")) if found is not None else None
    return found is not None and not (count is not None and count[2])


def _begun(place: int, words: str) -> _Begun:
    found = _BEGINS.fullmatch(words)
    digits = (found[2] or "").replace(" ", "") if found else ""
    if found is None or len(digits) > HASH_BYTES * 2:
        raise NoDailyCount(place)
    return _Begun(place, int(found[1]), digits)


def _is_the_mail_s(line: str) -> bool:
    words = " ".join(line.strip(_AROUND).split())
    return bool(_FIRST_LINE.fullmatch(words)) or (len(words) > 3 and words in _OWN_WORDS)
