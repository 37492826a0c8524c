"""Where a request comes from: the address that a trusted proxy vouches for, and whom it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address


def client_address(peer: str, forwarded: str, trusted: Iterable[str]) -> str:
    """The address that counts: the rightmost hop of X-Forwarded-For that is no trusted proxy.

    Only when whoever connected is itself a trusted proxy; anybody else's header is ignored (ASVS 4.1.3). Where a
    trusted proxy names what is no address, that proxy's own counts.
    """
    networks = [ip_network(network) for network in trusted]
    nearest = _read(peer)
    if nearest is None or not _is_in(nearest, networks):
        return peer
    for hop in reversed(forwarded.split(",")):
        named = _read(hop)
        if named is None:
            break
        nearest = named
        if not _is_in(nearest, networks):
            break
    return str(nearest)


def _is_in(address: Address, networks: Iterable[object]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]  # of either kind


def _read(text: str) -> Address | None:
    """An address as proxies write it, with a port or not; an IPv4 address in IPv6's clothes is an IPv4 address."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def site(address: str) -> str:
    """Whom an IPv6 network belongs to: its first 48 bits, for one site has all networks that begin with them. "" if it
    is another address."""
    parsed = _read(address)
    return str(ip_network((parsed.packed[:6] + bytes(10), 48))) if isinstance(parsed, IPv6Address) else ""


def household(address: str) -> str:
    """Whom an address belongs to: of IPv6 the first 64 bits, for anyone has all addresses that begin with them."""
    parsed = _read(address)
    if parsed is None:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed.packed[:8] + bytes(8), 64)))
    return str(parsed)
