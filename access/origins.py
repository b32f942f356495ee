"""Which pages may open a socket: those of this site; for JSON and voice also those of CORS_ORIGINS.

Programs send no origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

Application = Callable[..., Awaitable[Any]]
Headers = list[tuple[bytes, bytes]]
PORTS = {"http": "80", "https": "443"}


def own_or_named(application: Application) -> Application:
    """Refuse handshakes with 403, except from this site's pages, from CORS_ORIGINS and from programs."""
    return _guarded(application, may_open)


def own_pages_only(application: Application) -> Application:
    """Refuse handshakes with 403, except from this site's pages."""

    def may_see(origin: str | None, headers: Headers, scheme: str) -> bool:
        return origin is not None and origin not in settings.CORS_ORIGINS and may_open(origin, headers, scheme)

    return _guarded(application, may_see)


def _guarded(application: Application, is_welcome: Callable[[str | None, Headers, str], bool]) -> Application:
    denier: Application = WebsocketDenier.as_asgi()

    async def run(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = scope["headers"]
        welcome = is_welcome(_header(headers, b"origin"), headers, scope.get("scheme") or "")
        return await (application if welcome else denier)(scope, receive, send)

    return run


def may_open(origin: str | None, headers: Headers, scheme: str = "") -> bool:
    """Whether a page of `origin` may open a socket here. None is a program, which may."""
    domain, _port = split_domain_port(_header(headers, b"host") or "")
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    return origin is None or origin in settings.CORS_ORIGINS or _is_own(origin, headers, scheme)


def is_own_page(headers: Headers) -> bool:
    """Whether a handshake comes from this site's page or a program. Another site's page must not use the cookie."""
    origin = _header(headers, b"origin")
    return origin is None or _is_own(origin, headers)


def _is_own(origin: str, headers: Headers, scheme: str = "") -> bool:
    """As Django checks a form's origin: scheme, host and port equal those of the request, or of a trusted origin."""
    page = _parts(origin)
    if page is None:
        return False
    own = _parts(f"{_scheme(headers, scheme)}://{_header(headers, b'host') or ''}")
    return page == own or any(_matches(page, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _scheme(headers: Headers, scheme: str) -> str:
    """The scheme of the page's address. With BEHIND_TLS_PROXY only the proxy's header counts."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return "https" if (_header(headers, b"x-forwarded-proto") or "").split(",")[0].strip() == "https" else "http"
    return "https" if scheme == "wss" else "http"


def _parts(origin: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(origin)
        port = str(parts.port or PORTS[parts.scheme])
    except (ValueError, KeyError):  # "null", an extension, or no address at all
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _matches(page: tuple[str, str, str], trusted: str) -> bool:
    """Whether the page has this trusted origin, which may contain a wildcard ("https://*.example.com")."""
    known = _parts(trusted.replace("://*.", "://."))
    return known is not None and (page[0], page[2]) == (known[0], known[2]) and is_same_domain(page[1], known[1])


def _header(headers: Headers, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), None)
