"""Domain names in all scripts, as the network writes them: `bücher.example` is `xn--bcher-kva.example` (RFC 5891)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

# Of an address, as a pattern for schemas: 1 to 65535.
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def ascii_domain(name: str) -> str:
    """A domain name, which may begin with a star, as the network and a Content-Security-Policy write it.

    As browsers read it: `straße.example` and `strasse.example` are two. Raises ValueError for what cannot be one.
    """
    if name.isascii():
        return name
    from yarl import URL  # brought by the client of HTTP; a start of the server does without

    star = "*." if name.startswith("*.") else ""
    return star + (URL.build(scheme="https", host=name.removeprefix("*.")).raw_host or "")


def ascii_address(address: Any) -> Any:
    """The address of a page with its letters of other scripts encoded, as a browser does to what is pasted into it.

    What is ASCII already, or no such address, comes back as it is: who asks for it refuses that.
    """
    if not isinstance(address, str) or address.isascii():
        return address
    scheme, mark, rest = address.strip().partition("://")
    end = next((at for at, char in enumerate(rest) if char in "/?#"), len(rest))
    name, colon, port = rest[:end].partition(":")
    try:
        return f"{scheme}{mark}{ascii_domain(name)}{colon}{port}{quote(rest[end:], safe=_ASCII)}"
    except ValueError:
        return address
