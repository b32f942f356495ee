"""Which addresses of the network the product itself connects to, on behalf of whoever names a web page."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address is in its last 32 bits
# Where clouds keep the credentials of a machine. Most lie in link-local networks; these do not.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
_CARRIER = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598: neither private nor global


def may_connect(text: str, *, private: bool) -> bool:
    """Whether a connection to this address may be opened: to a public one, and to private and loopback ones where
    `private` says so. Never to link-local and other special ones, nor to where clouds keep credentials."""
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
    """The IPv4 address that an IPv6 address stands for: the system, or a gateway on the way, connects to that."""
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
