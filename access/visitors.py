"""Who a visitor is: whoever holds the signed cookie. No account, no name; the database keeps a hash only."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
MAX_AGE_S = 365 * 86_400
_SALT = "access.visitors"


def visitor_of(request: HttpRequest) -> str:
    """The visitor's hash, or "" for one who holds no valid cookie yet."""
    return _read(request.COOKIES.get(COOKIE, ""))


def visitor_of_headers(headers: list[tuple[bytes, bytes]]) -> str:
    """The same for the raw headers of a WebSocket handshake."""
    raw = b"; ".join(value for name, value in headers if name.lower() == b"cookie").decode("latin-1")
    return _read(parse_cookie(raw).get(COOKIE, ""))  # as lenient with others' odd cookies as a request's are read


def new_visitor(request: HttpRequest | None = None) -> tuple[str, str]:
    """A new cookie value and its hash.

    Of a browser that posts: always the same key for the same CSRF cookie, which its page came with and which ends with
    the browser's window. So a first message that is sent twice, or from two tabs at once, is of one visitor although no
    cookie of a year was set before it.
    """
    secret = request.META.get("CSRF_COOKIE") if request else None
    key = salted_hmac(_SALT, secret, algorithm="sha256").hexdigest() if secret else secrets.token_urlsafe(24)
    return signing.dumps(key, salt=_SALT), _hash(key)


def set_cookie(response: HttpResponseBase, value: str) -> None:
    response.set_cookie(
        COOKIE, value, max_age=MAX_AGE_S, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _read(value: str) -> str:
    if not value:
        return ""
    try:
        return _hash(signing.loads(value, salt=_SALT))
    except signing.BadSignature:
        return ""


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
