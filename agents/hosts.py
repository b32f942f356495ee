"""The web sites that may embed an agent: `https://shop.example`, or with all its subdomains `https://*.shop.example`.

They are written like sources of a Content-Security-Policy (https://www.w3.org/TR/CSP3/#match-hosts), because the
browser enforces them: a star stands for at least one label, so `*.shop.example` does not include `shop.example`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lib.domain_names import ascii_domain

MAX_HOSTS = 100
MAX_HOST_CHARS = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(text: str) -> str:
    """The host to store for what somebody typed or pasted: `Shop.example/page` becomes `https://shop.example`.

    Raises ValidationError, in words for that person.
    """
    text = text.strip()
    refusal = ValidationError(
        _("“%(host)s” is no web site. Write it like https://shop.example."), params={"host": text[:80]}
    )
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        name, port = ascii_domain((parts.hostname or "").rstrip(".")), parts.port
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
    """The hosts to store for several entries, each once, in order; raises ValidationError for the first bad one."""
    hosts = list(dict.fromkeys(host_of(line) for line in lines if line.strip()))
    if len(hosts) > MAX_HOSTS:
        raise ValidationError(_("At most %(most)d web sites."), params={"most": MAX_HOSTS})
    return hosts


def validate_hosts(hosts: object) -> None:
    """For the field of the model: a list of hosts as `host_of` writes them."""
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts) or hosts_of(hosts) != hosts:
        raise ValidationError(_("Write each web site like https://shop.example."))


class HostRefusal(StrEnum):
    """Why a page may not embed an agent; the reason closest to being allowed comes first."""

    SCHEME = "scheme"
    PORT = "port"
    BARE = "bare"  # `*.shop.example` does not include `shop.example`
    SUBDOMAIN = "subdomain"
    OTHER = "other"
    NONE_LISTED = "none listed"
    NO_PAGE = "no page"
    OFF = "off"


def refusal(
    page: str, hosts: Iterable[str], *, own: str = "", is_active: bool = True
) -> tuple[HostRefusal, str] | None:
    """Why a page with this address or origin may not embed an agent with these hosts; None if it may.

    Comes with the host that fits best ("" for none). Decides as the browser does with `frame-ancestors`. Pages of
    `own`, the site's own origin, always may.
    """
    if not is_active:
        return HostRefusal.OFF, ""
    if own and (page == own or page.startswith(f"{own}/")):
        return None
    asked = _page(page)
    if asked is None:
        return HostRefusal.NO_PAGE, ""
    misses = [(_miss(asked, urlsplit(host)), host) for host in hosts]
    if any(miss is None for miss, _host in misses):
        return None
    order = list(HostRefusal)
    nearest = ((miss, host) for miss, host in misses if miss)
    return min(nearest, key=lambda found: order.index(found[0]), default=(HostRefusal.NONE_LISTED, ""))


def is_listed(page: str, hosts: Iterable[str]) -> bool:
    """Whether a page with this origin or address may embed the agent."""
    return refusal(page, hosts) is None


def _page(page: str) -> SplitResult | None:
    if "://" not in page:
        return None
    try:
        found = urlsplit(host_of(page))
    except ValidationError:
        return None
    return None if (found.hostname or "").startswith("*") else found


def _miss(page: SplitResult, host: SplitResult) -> HostRefusal | None:
    name, known = page.hostname or "", host.hostname or ""
    behind_star = known.removeprefix("*")  # ".shop.example" of "*.shop.example"
    if behind_star != known and f".{name}" == behind_star:
        return HostRefusal.BARE
    if not (name.endswith(behind_star) if behind_star != known else name == known):
        return HostRefusal.SUBDOMAIN if name.endswith(f".{known}") else HostRefusal.OTHER
    # A policy with http also allows https, but not the other way round.
    if page.scheme != host.scheme and (page.scheme, host.scheme) != ("https", "http"):
        return HostRefusal.SCHEME
    return None if page.port == host.port else HostRefusal.PORT
