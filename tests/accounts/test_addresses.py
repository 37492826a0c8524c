"""Whose try it is: what proxies say is believed of those we trust, and of nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.accounts.addresses import client_address, household, site

PROXY, INNER, STRANGER, OFFICER = "10.0.0.7", "10.0.1.9", "203.0.113.66", "198.51.100.5"
TRUSTED = ("10.0.0.7/32", "10.0.1.0/24", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "counts"),
    [
        (PROXY, OFFICER, OFFICER),
        (PROXY, "", PROXY),
        (STRANGER, OFFICER, STRANGER),  # forged by whoever connects on their own
        (STRANGER, "", STRANGER),
        (PROXY, f"{OFFICER}, {STRANGER}", STRANGER),  # the first was forged by the second
        (PROXY, f"{OFFICER}, {STRANGER}, {INNER}", STRANGER),
        (PROXY, f"{OFFICER},{INNER}, 10.0.1.77", OFFICER),
        (PROXY, f"{INNER}", INNER),  # somebody at a trusted machine
        (PROXY, f"{OFFICER}, unknown", PROXY),
        (PROXY, f"{OFFICER}, unknown, {INNER}", INNER),
        (PROXY, f"{OFFICER},", PROXY),
        (PROXY, f"{OFFICER}:50122", OFFICER),
        (PROXY, "[2001:db8::5]:50122", "2001:db8::5"),
        (PROXY, " 2001:db8::5 ", "2001:db8::5"),
        ("::ffff:10.0.0.7", OFFICER, OFFICER),
        ("fd00::1", f"::ffff:{OFFICER}", OFFICER),
        ("", OFFICER, ""),
        ("unix:", OFFICER, "unix:"),
    ],
)
def test_the_last_hop_that_is_not_trusted_counts(peer: str, forwarded: str, counts: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == counts


def test_where_no_proxy_is_trusted_none_is_believed() -> None:
    assert client_address(PROXY, OFFICER, ()) == PROXY


@given(st.text(max_size=60))
def test_whatever_a_stranger_writes_in_front_changes_nothing(forged: str) -> None:
    assert client_address(PROXY, f"{forged},{STRANGER}", TRUSTED) == STRANGER
    assert client_address(STRANGER, forged, TRUSTED) == STRANGER


@pytest.mark.parametrize(
    ("address", "belongs_to"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_whoever_has_many_addresses_of_one_network_is_one(address: str, belongs_to: str) -> None:
    assert household(address) == belongs_to


@pytest.mark.parametrize(
    ("address", "belongs_to"),
    [("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"), ("192.0.2.7", ""), ("::ffff:192.0.2.7", ""), ("unix:", "")],
)
def test_all_networks_of_one_site_are_one(address: str, belongs_to: str) -> None:
    assert site(address) == belongs_to
