"""Addresses of pages: which name the same page, which belong to a website, and which are crawler traps."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

from yarl import URL

MAX_CHARS = 1000  # longer addresses are made by programs, for programs
MAX_SEGMENTS = 12  # of a path; a site with faulty relative links makes ever longer paths
MAX_PARAMETERS = 6  # of a query; filters of shops make millions of addresses
MAX_SAME_SEGMENTS = 2  # how often a segment may be in a path; faulty relative links also make "/a/b/a/b/a"
# Parameters about a click or a visit, which do not change the page.
_TRACKING = re.compile(
    r"(utm_\w+|gclid|dclid|fbclid|msclkid|yclid|wbraid|gbraid|igshid|srsltid|mc_[ce]id|_g[al]|_hs(enc|mi)|phpsessid|"
    r"jsessionid|sessionid|aspsessionid\w*)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_INDEX = re.compile(r"/index\.(html?|php|aspx?)$", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(7z|avi|avif|bmp|bz2|css|csv|dmg|doc|docx|eot|eps|exe|gif|gz|ico|ics|iso|jar|jpe?g|js|json|m4[av]|mjs|mov|mp[34]|"
    r"mpe?g|msi|odp|ods|odt|ogg|otf|png|ppt|pptx|rar|rss|svg|tar|tgz|tiff?|ttf|vcf|wav|webm|webp|wmv|woff2?|xls|xlsx|"
    r"xml|zip)$",
    re.IGNORECASE,
)


def address_of(link: str, base: str = "") -> str:
    """The absolute address of a link on the page `base`, without tracking parameters; "" if it is not a page's."""
    try:
        url = URL(_SESSION_IN_PATH.sub("", urljoin(base, link.strip()))).with_fragment(None)
        kept = [(name, value) for name, value in url.query.items() if not _TRACKING.fullmatch(name)]
        if len(kept) < len(url.query):
            url = url.with_query(kept or None)
        if url.raw_path == "/":
            url = url.with_path("/", keep_query=True)
        text = str(url)
    except (ValueError, TypeError):
        return ""
    is_page = url.scheme in {"http", "https"} and bool(url.host) and len(text) <= MAX_CHARS and url.user is None
    return text if is_page else ""


def key_of(url: str) -> str:
    """A key that is the same for all addresses of a page on one host: the path without a slash at its end and without
    an index file, and the query in sorted order."""
    parsed = URL(url)
    path = _INDEX.sub("/", parsed.raw_path)
    query = "&".join(sorted(filter(None, parsed.raw_query_string.split("&"))))
    return (path.rstrip("/") or "/") + (f"?{query}" if query else "")


def origin_of(url: str) -> str:
    return str(URL(url).origin())


def sibling_of(host: str) -> str:
    """The name without www for a name with it, and the other way round; "" for an IP address or "localhost"."""
    if host.startswith("www."):
        return host.removeprefix("www.")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"www.{host}" if "." in host else ""
    return ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pages belong to a website. A page must match one of `include`, if there are any, and none of `exclude`.

    A pattern is the beginning of a path, in which `*` stands for any characters, and `$` at its end for the path's end.
    """

    origin: str
    other_host: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def place(self, url: str) -> str:
        """The address with the website's own scheme and host; "" if it belongs to another site."""
        parsed, origin = URL(url), URL(self.origin)
        if parsed.host not in {origin.host, self.other_host or origin.host}:
            return ""
        if parsed.port != origin.port and not (parsed.is_default_port() and origin.is_default_port()):
            return ""
        return str(URL(self.origin).join(parsed.relative()))

    def wants(self, url: str) -> bool:
        """Whether the patterns allow this page."""
        path = str(URL(url).relative())
        is_in = not self.include or any(matches(pattern, path) for pattern in self.include)
        return is_in and not any(matches(pattern, path) for pattern in self.exclude)

    def pages(self, links: Iterable[str]) -> list[str]:
        """The links that are pages to be read, each page once."""
        placed = (self.place(link) for link in links)
        found = {key_of(url): url for url in placed if url and not is_trap(url) and self.wants(url)}
        return list(found.values())


def is_trap(url: str) -> bool:
    """Whether an address is no page (a picture, a style sheet), or looks like one of an endless series of addresses."""
    parsed = URL(url)
    segments = [segment for segment in parsed.path.split("/") if segment]
    return (
        bool(_NO_PAGE.search(parsed.path))
        or len(segments) > MAX_SEGMENTS
        or len(parsed.query) > MAX_PARAMETERS
        or max(Counter(segments).values(), default=0) > MAX_SAME_SEGMENTS
    )


def matches(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern, as in robots.txt. Each piece is searched for once, so it takes linear time."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in others[:-1] if is_whole else others:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if not is_whole:
        return True
    return path.endswith(others[-1]) and len(path) - len(others[-1]) >= at if others else at == len(path)


def patterns_of(text: str) -> tuple[str, ...]:
    """The patterns in a text, one per line; of a whole address only the path is used."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(_path_of(line) for line in lines if line)


def _path_of(pattern: str) -> str:
    if pattern.startswith(("http://", "https://")):
        return "/" + pattern.split("/", 3)[3] if pattern.count("/") > 2 else "/"
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
