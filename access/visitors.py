"""Identifies visitors by a signed token. They have no account and no name; the database only has a hash.

A browser keeps the token as a cookie. Our frame on another web site also keeps it itself, because browsers may block
its cookies, and sends it in a header, which no other site can make a browser send (docs/adr/0013).
"""

from __future__ import annotations

import hashlib
import secrets
from http.cookies import Morsel

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
HEADER = "X-Visitor"
MAX_TOKEN_CHARS = 200
MAX_AGE_S = 365 * 86_400
_SALT = "access.visitors"


# Python's own cookies know the attribute from 3.14 on: https://docs.python.org/3/library/http.cookies.html
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


def visitor_of(request: HttpRequest) -> str:
    """The visitor's hash, "" without a valid token."""
    return visitor_of_token(token_of(request))


def token_of(request: HttpRequest) -> str:
    """The token from the frame's header, else from the cookie. It is not checked here."""
    said = request.headers.get(HEADER)
    return request.COOKIES.get(COOKIE, "") if said is None else said


def says_who(request: HttpRequest) -> bool:
    """Whether the page sends a valid token in the header. Then the cookie is not used at all."""
    return bool(visitor_of_token(request.headers.get(HEADER, "")))


def visitor_of_headers(headers: list[tuple[bytes, bytes]]) -> str:
    """Like `visitor_of`, for the raw headers of a WebSocket handshake."""
    raw = b"; ".join(value for name, value in headers if name.lower() == b"cookie").decode("latin-1")
    return visitor_of_token(
        parse_cookie(raw).get(COOKIE, "")
    )  # as tolerant of other sites' odd cookies as for requests


def new_visitor(request: HttpRequest | None = None) -> tuple[str, str]:
    """A new cookie value and its hash.

    For a browser that posts, it is derived from the CSRF cookie, which came with the page and ends with the browser's
    window. So a first message that is sent twice, or from two tabs at once, belongs to one visitor, although the
    visitor's own cookie is only set afterwards.
    """
    secret = request.META.get("CSRF_COOKIE") if request else None
    key = salted_hmac(_SALT, secret, algorithm="sha256").hexdigest() if secret else secrets.token_urlsafe(24)
    return signing.dumps(key, salt=_SALT), _hash(key)


def set_cookie(response: HttpResponseBase, value: str, request: HttpRequest) -> None:
    """Set the visitor's cookie. In a frame on another site, browsers keep one for each site that shows the frame."""
    in_frame = says_who(request)
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE_S,
        httponly=True,
        samesite="None" if in_frame else "Lax",
        secure=in_frame or settings.SESSION_COOKIE_SECURE,
    )
    if in_frame:
        response.cookies[COOKIE]["partitioned"] = True


def visitor_of_token(value: str) -> str:
    """The visitor's hash, "" for a token that we did not sign."""
    if not value or len(value) > MAX_TOKEN_CHARS:
        return ""
    try:
        return _hash(signing.loads(value, salt=_SALT))
    except signing.BadSignature:
        return ""


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
