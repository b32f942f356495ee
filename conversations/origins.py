"""Whose pages may open the JSON socket: this site's own, and those CORS_ORIGINS names. Programs send no origin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[..., Awaitable[Any]]
PORTS = {"http": "80", "https": "443"}


def own_or_named(application: Application) -> Application:
    """An ASGI application for sockets that refuses the handshake of any other page with 403."""
    denier: Application = WebsocketDenier.as_asgi()

    async def run(scope: dict[str, Any], receive: Any, send: Any) -> Any:
        welcome = may_open(_header(scope["headers"], b"origin"), _header(scope["headers"], b"host") or "")
        return await (application if welcome else denier)(scope, receive, send)

    return run


def may_open(origin: str | None, host: str) -> bool:
    """Whether a page of `origin` may open a socket here, which it knows as `host`; None is no page at all."""
    domain, port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    return origin is None or origin in settings.CORS_ORIGINS or _is_own(origin, domain, port)


def is_own_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a handshake comes from a page of this site, or a program: only then its cookie is the visitor's will."""
    origin, host = _header(headers, b"origin"), _header(headers, b"host") or ""
    domain, port = split_domain_port(host)
    return origin is None or _is_own(origin, domain, port)


def _is_own(origin: str, domain: str, port: str) -> bool:
    try:
        page = urlsplit(origin)
        page_port = str(page.port or PORTS[page.scheme])
    except (ValueError, KeyError):  # "null", an extension, or no address at all
        return False
    # Behind a TLS proxy the scheme here is not the page's; without a port, the host has the page's usual one.
    return page.hostname == domain.strip("[]") and page_port == (port or PORTS[page.scheme])


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), None)
