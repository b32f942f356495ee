"""Addresses of pages as links name them: which are one and the same, which belong to a website, which are traps."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

from yarl import URL

MAX_CHARS = 1000  # a longer one is made by a program, for programs
MAX_SEGMENTS = 12  # of a path; links that are taken for relative ones grow without an end
MAX_PARAMETERS = 6  # of a query; shops make millions of addresses out of filters
MAX_SAME_SEGMENTS = 2  # "/a/b/a/b/a": the same mistake
# What says who clicked where, or which visit it is, and not which page.
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
    """The whole address that a link on the page `base` means, as it is asked for; "" when it is none of a page."""
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
    """What addresses of one host share that name the same page: its path without the slash at its end, and its query in
    any order."""
    parsed = URL(url)
    path = _INDEX.sub("/", parsed.raw_path)
    query = "&".join(sorted(filter(None, parsed.raw_query_string.split("&"))))
    return (path.rstrip("/") or "/") + (f"?{query}" if query else "")


def origin_of(url: str) -> str:
    return str(URL(url).origin())


def sibling_of(host: str) -> str:
    """The bare name of a www name, and the other way round; "" of what has neither."""
    if host.startswith("www."):
        return host.removeprefix("www.")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"www.{host}" if "." in host else ""
    return ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pages belong to a website. Patterns are beginnings of a path, in which `*` stands for anything and a `$`
    at the end for the end; with `include` a page has to match one of them, with `exclude` none."""

    origin: str
    other_host: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def place(self, url: str) -> str:
        """The address as the website itself names it; "" when it is another site's."""
        parsed, origin = URL(url), URL(self.origin)
        if parsed.host not in {origin.host, self.other_host or origin.host}:
            return ""
        if parsed.port != origin.port and not (parsed.is_default_port() and origin.is_default_port()):
            return ""
        return str(URL(self.origin).join(parsed.relative()))

    def wants(self, url: str) -> bool:
        """By the patterns alone."""
        path = str(URL(url).relative())
        is_in = not self.include or any(matches(pattern, path) for pattern in self.include)
        return is_in and not any(matches(pattern, path) for pattern in self.exclude)

    def pages(self, links: Iterable[str]) -> list[str]:
        """Those of the links that are pages to be read, each once."""
        placed = (self.place(link) for link in links)
        found = {key_of(url): url for url in placed if url and not is_trap(url) and self.wants(url)}
        return list(found.values())


def is_trap(url: str) -> bool:
    """Whether an address is no page, or one of those that a site makes without an end."""
    parsed = URL(url)
    segments = [segment for segment in parsed.path.split("/") if segment]
    return (
        bool(_NO_PAGE.search(parsed.path))
        or len(segments) > MAX_SEGMENTS
        or len(parsed.query) > MAX_PARAMETERS
        or max(Counter(segments).values(), default=0) > MAX_SAME_SEGMENTS
    )


def matches(pattern: str, path: str) -> bool:
    """As in robots.txt. Each piece is looked for once: no pattern takes longer than the path has characters."""
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
    """One a line; of a whole address its path counts."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(_path_of(line) for line in lines if line)


def _path_of(pattern: str) -> str:
    if pattern.startswith(("http://", "https://")):
        return "/" + pattern.split("/", 3)[3] if pattern.count("/") > 2 else "/"
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
