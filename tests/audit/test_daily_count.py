"""The daily count is read as auditors paste it, however it was broken or quoted; and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hrd_cases.audit.daily_count import DailyCount, NoDailyCount, line_of, mail_of, read_daily_counts

HASH = "0123456789abcdef" * 4
COUNT = DailyCount(1234, bytes.fromhex(HASH))
KEY = bytes(range(32))
LINE = line_of(date(2026, 11, 21), COUNT, KEY)
MAIL = mail_of("Daybook", LINE, KEY)
HEADERS = """\
Return-Path: <hrd@example.org>
Received: from mail.example.org (mail.example.org [192.0.2.1])
\tby mx.example.net with ESMTPS id 4f0
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384);
        Sat, 21 Nov 2026 06:00:00 +0000 (UTC)
X-Empty:
Subject: Daily count
Message-ID: <1234@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

"""


@pytest.mark.parametrize(
    "pasted",
    [
        f"1234 {HASH}",
        f"\n\n   1234\t{HASH}   \r\n",
        f"1234\u00a0{HASH.upper()}",
        f'"1234 {HASH}"',
        f"“1234 {HASH}”",
        f"> 1234 {HASH}",
        f">> 1234 {HASH[:40]}\n>> {HASH[40:]}",
        f"1234\n{HASH}",
        f"1234 {HASH[:20]} {HASH[20:]}",
        "1234 " + "\n".join(HASH[at : at + 8] for at in range(0, 64, 8)),
        f"\u20681234 {HASH}\u2069",
        f"\ufeff1234 {HASH}",
        MAIL,
        "".join(f"> {line}\n" for line in MAIL.splitlines()),
        MAIL.replace("\n", "\r\n"),
        HEADERS + MAIL,
        (HEADERS + MAIL).replace("\n", "\r\n"),
        f"\n\n{HEADERS}{MAIL}",
        "From hrd@example.org Sat Nov 21 06:00:00 2026\n" + HEADERS + MAIL,
        "".join(f"> {line}\n" for line in (HEADERS + MAIL).splitlines()),
        "Subject: Daily count\n\n" + MAIL,
        MAIL.replace(f" {HASH}", f"\n{HASH[:30]}\n{HASH[30:]}"),
    ],
)
def test_it_is_read_as_it_is_pasted(pasted: str):
    assert read_daily_counts(pasted) == (COUNT,)


@pytest.mark.parametrize(
    "planted",
    [
        "Sign in at example.org today, your access ends",
        LINE.replace("1234", "1235"),
        LINE.replace("2026-11-21", "2026-11-22"),
        LINE[:-1] + ("0" if LINE[-1] != "0" else "1"),
        line_of(date(2026, 11, 21), COUNT, bytes(32)),
        "",
        "\ufffd",
    ],
)
def test_a_planted_line_makes_no_mail(planted: str):
    with pytest.raises(ValueError, match="no daily count of ours"):
        mail_of("Daybook", planted, KEY)


def test_several_are_read_in_their_order():
    other = DailyCount(7, bytes(32))
    assert read_daily_counts(f"{MAIL}\n7 {'00' * 32}\n1234\n{HASH}\n") == (COUNT, other, COUNT)


def test_several_whole_mails_are_read_in_their_order():
    other = DailyCount(7, bytes(32))
    assert read_daily_counts(f"{HEADERS}{MAIL}\n{HEADERS}7 {'00' * 32}\n{HEADERS}{MAIL}") == (COUNT, other, COUNT)


def test_nothing_is_no_count():
    assert read_daily_counts(" \n\n") == ()


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("12", 1),
        (f"1234 {HASH[:-1]}", 1),
        (f"1234 {HASH}0", 1),
        (f"1234 {HASH[:-1]}\n1234 {HASH}", 1),
        (f"0 {HASH}", 1),
        (f"-1 {HASH}", 1),
        (f"1_2 {HASH}", 1),
        (f"{'9' * 5000} {HASH}", 1),
        (f"1234 {HASH}\nas I said", 2),
        (f"1234 {'zz' * 32}", 1),
        (f"as I said\n1234 {HASH}", 1),
        (f"\n\n{HASH}", 3),
        (f"1234 {HASH[:32]}\n\nwords\n{HASH[32:]}", 1),
        (f"1234 {HASH[:32]}\n{HEADERS}{HASH[32:]}", 1),  # headers come before a mail, never within a line
        (f"Subject: Daily count\n1234 {HASH}", 1),  # no blank line: no headers
        (f"Subject: Daily count\nno header\n\n1234 {HASH}", 1),
        (f"\tfolded\nSubject: Daily count\n\n1234 {HASH}", 1),
        (f"{HEADERS}as I said\n\n1234 {HASH}", 12),
        (f"Subject: Daily count\n1234: {HASH}", 1),
        (f"Friday: 1234 {HASH}\n\n", 1),  # somebody's own note, with a count in it: not passed over
        (f"Friday:\n  1234 {HASH}\n\n", 1),
        (f"Friday: 1234\n  {HASH}\n\n", 1),
    ],
)
def test_what_is_none_is_named_by_its_line(pasted: str, line: int):
    with pytest.raises(NoDailyCount, match=f"Line {line} ") as refused:
        read_daily_counts(pasted)
    assert refused.value.line == line


@given(some.text(alphabet=some.sampled_from("0123456789abcdef >\n\"'x"), max_size=300))
def test_whatever_is_pasted_is_read_or_named(pasted: str):
    try:
        found = read_daily_counts(pasted)
    except NoDailyCount:
        return
    assert all(count.number > 0 and len(count.hash) == 32 for count in found)


@given(some.integers(1, 2**62), some.binary(min_size=32, max_size=32), some.integers(1, 70))
def test_a_mail_broken_anywhere_is_read(number: int, hashed: bytes, width: int):
    count = DailyCount(number, hashed)
    line = f"{number} {hashed.hex()}"
    broken = line[: len(str(number)) + 1] + "\n".join(hashed.hex()[at : at + width] for at in range(0, 64, width))
    assert read_daily_counts(broken) == (count,)


_NAMES = some.text(some.sampled_from("ABCXYZabcxyz-"), min_size=1, max_size=20).filter(lambda name: name[0] != "-")
_VALUES = some.text(some.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=("Cc", "Zl", "Zp")))


@given(some.lists(some.tuples(_NAMES, some.lists(_VALUES, min_size=1, max_size=3)), min_size=1, max_size=8))
def test_whatever_headers_a_mail_has_it_is_read(headers: list[tuple[str, list[str]]]):
    written = "".join(f"{name}: " + "\n\tx".join(lines) + "\n" for name, lines in headers)
    assert read_daily_counts(f"{written}\n{MAIL}") == (COUNT,)


@given(some.text(alphabet=some.sampled_from("ab0: \t\n>-"), max_size=200))
def test_no_count_is_lost_behind_what_looks_like_headers(before: str):
    """It is read, or a line is named: never passed over in silence."""
    try:
        found = read_daily_counts(f"{before}\n1234 {HASH}\n")
    except NoDailyCount:
        return
    assert found == (COUNT,)
