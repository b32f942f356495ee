"""The web sites that may embed an agent: `https://shop.example`, or with all its subdomains `https://*.shop.example`.

Written as sources of a Content-Security-Policy are (https://www.w3.org/TR/CSP3/#match-hosts), because the browser
itself decides by them: a star stands for at least one label, and never for the name behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_HOSTS = 100
MAX_HOST_CHARS = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(text: str) -> str:
    """One host as it is stored, of what somebody wrote or pasted: `Shop.example/page` is `https://shop.example`.

    Raises ValidationError, in words for who wrote it.
    """
    text = text.strip()
    refusal = ValidationError(
        _("“%(host)s” is no web site. Write it like https://shop.example."), params={"host": text[:80]}
    )
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        name, port = (parts.hostname or "").rstrip("."), parts.port
        name = name if name.isascii() else name.encode("idna").decode()
    except ValueError:  # also UnicodeError: an address that cannot be one
        raise refusal from None
    if parts.scheme not in _DEFAULT_PORTS or parts.username or len(name) > MAX_HOST_CHARS:
        raise refusal
    labels = name.removeprefix("*.").split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise refusal
    if name.startswith("*.") and (len(labels) < 2 or _ADDRESS.fullmatch(".".join(labels))):
        raise ValidationError(_("“%(host)s” would be too many web sites."), params={"host": text[:80]})
    return f"{parts.scheme}://{name}{f':{port}' if port and port != _DEFAULT_PORTS[parts.scheme] else ''}"


def hosts_of(lines: Iterable[str]) -> list[str]:
    """The same of several, each once, in their order; raises ValidationError for the first that is none."""
    hosts = list(dict.fromkeys(host_of(line) for line in lines if line.strip()))
    if len(hosts) > MAX_HOSTS:
        raise ValidationError(_("At most %(most)d web sites."), params={"most": MAX_HOSTS})
    return hosts


def validate_hosts(hosts: object) -> None:
    """For the field of the model: a list of hosts as `host_of` writes them."""
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts) or hosts_of(hosts) != hosts:
        raise ValidationError(_("Write each web site like https://shop.example."))


def is_listed(origin: str, hosts: Iterable[str]) -> bool:
    """Whether a page of `origin` (or at that address) may embed: as the browser decides by `frame-ancestors`."""
    if "://" not in origin:
        return False
    try:
        page = urlsplit(host_of(origin))
    except ValidationError:
        return False
    if (page.hostname or "").startswith("*"):
        return False
    return any(_matches(page.scheme, page.hostname or "", page.port, host) for host in hosts)


def _matches(scheme: str, name: str, port: int | None, host: str) -> bool:
    known = urlsplit(host)
    known_name = known.hostname or ""
    # A policy of http lets https in as well; not the other way round.
    if scheme != known.scheme and (scheme, known.scheme) != ("https", "http"):
        return False
    if port != known.port:
        return False
    return name.endswith(known_name[1:]) if known_name.startswith("*.") else name == known_name
