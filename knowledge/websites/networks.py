"""Decides to which IP addresses the server may connect when it fetches a web page that somebody named."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address is in its last 32 bits
# Metadata servers of clouds, which hold the machine's credentials. Most are link-local addresses; these are not.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
_CARRIER = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598: neither private nor global


def may_connect(text: str, *, private: bool) -> bool:
    """Whether a connection to this IP address may be opened.

    Public addresses are allowed; private and loopback ones only with `private`. Link-local and other special addresses,
    and metadata servers of clouds, never are."""
    try:
        address = _inner(ipaddress.ip_address(text))
    except ValueError:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_loopback:
        return private
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    if _is_in_house(address):
        return private
    return address.is_global and not address.is_reserved


def _inner(address: Address) -> Address:
    """The IPv4 address in an IPv6 address that maps to one, because the connection would go there."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


def _is_in_house(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        return address in ipaddress.ip_network("fc00::/7")
    return address in _CARRIER or any(address in ipaddress.ip_network(each) for each in _PRIVATE)


_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
