"""Fetches web pages whose addresses strangers name: from public IP addresses only, within limits of time and size.

The IP address is checked when the socket is opened, so a name server cannot give another one after the check.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.http import parse_http_date_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _
from yarl import URL

from knowledge.websites.networks import may_connect

if TYPE_CHECKING:  # aiohttp is imported when the first page is fetched, to keep the start of the server fast
    import aiohttp
    from aiohttp.abc import AbstractResolver

MAX_URL_CHARS = 2000  # what browsers and servers agree on
MAX_REDIRECTS = 5  # http to https, bare name to www, to a language, and two to spare
MAX_BYTES = 5_000_000  # of a page, decompressed; the largest of a hundred shops had 1.4 MB
MAX_FILE_BYTES = 20_000_000  # of other files, as for uploads
CONNECT_S, SILENT_S, TOTAL_S = 10.0, 15.0, 30.0  # limits to connect, between two bytes, and for the whole request
PAGES = ("text/html", "application/xhtml+xml")
FILES = ("application/pdf", "text/plain", "text/markdown")
SITEMAPS = (  # servers send sitemaps with any of these types
    *("application/xml", "text/xml", "application/gzip", "application/x-gzip", "application/octet-stream"),
    *("text/plain", *PAGES),
)
_PORTS = (80, 443)
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_WAIT_S = 86_400.0  # longer waits that a server asks for are cut to this


class NotFetched(Exception):
    """The page could not be fetched; `str()` says why, for staff. `may_pass`: a later try may succeed."""

    def __init__(self, words: str, *, may_pass: bool = False) -> None:
        super().__init__(words)
        self.may_pass = may_pass


class NotRead(NotFetched):
    """The answer has a type that is not read, which is no fault of the site."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered. Only status 200 has a body; bodies of HTML are UTF-8."""

    url: str  # the final address, after all followed redirects
    status: int
    content_type: str = ""
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    location: str = ""  # target of a redirect that was not followed, as an absolute address
    robots: str = ""  # the X-Robots-Tag headers, one per line
    retry_after_s: float = 0.0

    @property
    def is_redirect(self) -> bool:
        return bool(self.location)


class Fetcher:
    """Fetches pages one after the other. It keeps connections open, but no cookies. A context manager, for one thread.

    `resolver` looks up host names, by default the system. `private` allows private addresses and any port, by default
    as in the settings.
    """

    def __init__(self, *, resolver: AbstractResolver | None = None, private: bool | None = None) -> None:
        self._private = settings.FETCH_PRIVATE if private is None else private
        self._resolver = resolver
        self._was_refused = False
        self._runner = asyncio.Runner()

    def __enter__(self) -> Fetcher:
        self._runner.__enter__()
        self._session = self._runner.run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._session.close())
        finally:
            self._runner.__exit__(kind, error, trace)

    def fetch(
        self,
        url: str,
        *,
        redirects: int = MAX_REDIRECTS,
        etag: str = "",
        last_modified: str = "",
        types: tuple[str, ...] = (*PAGES, *FILES),
    ) -> Fetched:
        """The answer to a GET request. With `etag` or `last_modified` of an earlier answer it may be a 304.

        At most `redirects` redirects are followed; with 0, a redirect is itself the answer. Bodies of other types than
        `types` are refused, if any are given. Raises NotFetched.
        """
        return self._runner.run(self._follow(url, redirects, _conditions(etag, last_modified), types))

    async def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        connector = aiohttp.TCPConnector(
            resolver=self._resolver, socket_factory=self._socket, limit=4, ttl_dns_cache=60, enable_cleanup_closed=False
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate"},
            timeout=aiohttp.ClientTimeout(total=TOTAL_S, connect=CONNECT_S, sock_read=SILENT_S),
            trust_env=False,  # a proxy would open the connection, so we could not check its address
        )

    def _socket(self, info: Any) -> socket.socket:
        """Open a socket if its address is allowed. All connections are opened here."""
        family, kind, protocol, _name, address = info
        if not may_connect(address[0], private=self._private):
            self._was_refused = True
            raise OSError("refused")
        return socket.socket(family, kind, protocol)

    async def _follow(self, url: str, redirects: int, headers: Mapping[str, str], types: tuple[str, ...]) -> Fetched:
        try:
            async with asyncio.timeout(TOTAL_S):
                found = await self._get(url, headers, types)
                for _hop in range(redirects):
                    if not found.is_redirect:
                        break
                    found = await self._get(found.location, headers, types)
        except TimeoutError:
            raise _too_slow() from None
        if found.is_redirect and redirects:
            raise NotFetched(_("This address leads on and on to others; it seems to go round in a circle."))
        return found

    async def _get(self, url: str, headers: Mapping[str, str], types: tuple[str, ...]) -> Fetched:
        import aiohttp

        checked = checked_url(url, private=self._private)
        self._was_refused = False
        try:
            async with self._session.get(
                URL(checked), headers={"Accept": ", ".join(types) or "*/*", **headers}, allow_redirects=False
            ) as response:
                return await _read(response, types)
        except TimeoutError:
            raise _too_slow() from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if self._was_refused:
                raise NotFetched(_("This address is inside a private network, and is not read.")) from None
            raise _of(error) from None


def checked_url(url: str, *, private: bool) -> str:
    """The address without its fragment; raises NotFetched, which says what is wrong, if it may not be fetched.

    With `private`, any port is allowed."""
    address = url.strip().partition("#")[0]
    try:
        parts = urlsplit(address)
        port = parts.port
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and bool(URL(address).host)
    except ValueError:
        is_web = False
    if not is_web or len(address) > MAX_URL_CHARS or any(char.isspace() for char in address):
        raise NotFetched(_("This is no address of a web page. It begins with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise NotFetched(_("An address with a user name or a password is not read."))
    if not private and port is not None and port not in _PORTS:
        raise NotFetched(
            _("Only the usual ports 80 and 443 are read; this address names port %(port)s.") % {"port": port}
        )
    return address


def user_agent() -> str:
    """The User-Agent header: the product, and this site's address, so that owners of other sites see who reads them."""
    return f"Salesagent/{settings.VERSION} (+{settings.SITE_URL}/)"


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    return {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value}


async def _read(response: aiohttp.ClientResponse, types: tuple[str, ...]) -> Fetched:
    url, headers = str(response.url), response.headers
    location = headers.get("Location", "") if response.status in _REDIRECTS else ""
    content_type = response.content_type if "Content-Type" in headers else PAGES[0]
    body = b""
    if response.status == 200:
        if types and content_type not in types:
            raise NotRead(_("This is of the type %(type)s, which is not read.") % {"type": content_type[:80]})
        body = await _body(response, MAX_BYTES if content_type in PAGES else MAX_FILE_BYTES)
        if content_type in PAGES:
            body = _in_utf_8(body, response.charset)
    return Fetched(
        url=url,
        status=response.status,
        content_type=content_type,
        body=body,
        etag=headers.get("ETag", "")[:200],
        last_modified=headers.get("Last-Modified", "")[:100],
        location=urljoin(url, location) if location else "",
        robots="\n".join(headers.getall("X-Robots-Tag", [])).lower(),
        retry_after_s=_seconds(headers.get("Retry-After", "")),
    )


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, at most `most` bytes. It is decompressed piece by piece: a few kilobytes may become gigabytes."""
    if (response.content_length or 0) > most:
        raise _too_large(most)
    body = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        body += piece
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _in_utf_8(body: bytes, charset: str | None) -> bytes:
    """By the HTML standard, the encoding in the header has precedence over the one in the page."""
    if charset and charset.lower() not in {"utf-8", "utf8"}:
        with contextlib.suppress(LookupError):
            return body.decode(charset, "replace").encode()
    return body


def _seconds(retry_after: str) -> float:
    """The seconds to wait by a Retry-After header, which has seconds or a date; 0 without one."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), _MAX_WAIT_S)
    date = parse_http_date_safe(retry_after) if retry_after else None
    return min(max(date - now().timestamp(), 0.0), _MAX_WAIT_S) if date else 0.0


def _too_slow() -> NotFetched:
    return NotFetched(_("The server did not answer in time."), may_pass=True)


def _too_large(most: int) -> NotFetched:
    return NotFetched(_("This is larger than %(size)s MB, and is not read.") % {"size": most // 1_000_000})


def _of(error: Exception) -> NotFetched:
    import aiohttp

    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return NotFetched(_("The certificate of this server is not valid."))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return NotFetched(_("There is no server of this name."), may_pass=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return NotFetched(_("The server cannot be reached."), may_pass=True)
    return NotFetched(_("The server broke off, or its answer cannot be read."), may_pass=True)
